export function curve(x: number): number {
  'use ad'
  return Math.sin(x) * Math.exp(-x * x * 0.1) + x / 4
}
