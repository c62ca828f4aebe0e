/** Squares beyond are scaled first, so that they neither overflow nor lose digits. */
const [SMALLEST, LARGEST] = [1e-280, 1e280]
const SCALE = 2 ** 600

/** x / √(x² + y²), and 0 at the origin. An infinite x beside a finite y is the limit, ±1. */
export function cosineKernel(x: number, y: number): number {
  const square = x * x + y * y
  if (square > SMALLEST && square < LARGEST) return x / Math.sqrt(square)
  if (!Number.isFinite(x) && Number.isFinite(y)) return Math.sign(x)
  const by = square < 1 ? SCALE : 1 / SCALE
  const length = Math.hypot(x * by, y * by)
  return length === 0 ? 0 : (x * by) / length
}
