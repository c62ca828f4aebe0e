/** 1 / (1 + e^−x) without overflow and with full relative accuracy in both tails. */
export function sigmoidKernel(x: number): number {
  if (x >= 0) return 1 / (1 + Math.exp(-x))
  const e = Math.exp(x)
  return e / (1 + e)
}

/** The derivative of the logistic function, e^−x / (1 + e^−x)², with full relative accuracy in both tails. */
export function logisticDensityKernel(x: number): number {
  const e = Math.exp(-Math.abs(x))
  return e / ((1 + e) * (1 + e))
}

/** log(1 + e^x) without overflow, accurate for large |x|. */
export function softplusKernel(x: number): number {
  return Math.max(x, 0) + Math.log1p(Math.exp(-Math.abs(x)))
}
