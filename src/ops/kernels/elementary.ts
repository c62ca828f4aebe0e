/** The remainder with the sign of the divisor, as in Python and NumPy. */
export function modKernel(x: number, y: number): number {
  const remainder = x % y
  return remainder !== 0 && remainder < 0 !== y < 0 ? remainder + y : remainder
}

/** ln(eˣ + eʸ) without overflow; −∞ counts nothing. */
export function logAddExpKernel(x: number, y: number): number {
  if (x === y) return x + Math.LN2
  return Math.max(x, y) + Math.log1p(Math.exp(-Math.abs(x - y)))
}

/** Rounds halves to the even neighbour, as NumPy does. */
export function roundKernel(x: number): number {
  const rounded = Math.round(x)
  return Math.abs(x % 1) === 0.5 && rounded % 2 !== 0 ? rounded - 1 : rounded
}
