/** Names of the losses: ρ of the squared residual, as SciPy has them. */
export const LOSSES = ['linear', 'huber', 'softL1', 'cauchy'] as const
/** The name of a loss. */
export type Loss = (typeof LOSSES)[number]

/** ρ(z), ρ′(z) and ρ″(z) at z = (r / scale)². */
export type Rho = (z: number) => readonly [value: number, first: number, second: number]

/** Source: Triggs, McLauchlan, Hartley and Fitzgibbon, "Bundle adjustment – a modern synthesis" (2000), section 3 and appendix A. */
export const RHO: Readonly<Record<Exclude<Loss, 'linear'>, Rho>> = {
  huber: z => (z <= 1 ? [z, 1, 0] : [2 * Math.sqrt(z) - 1, 1 / Math.sqrt(z), -0.5 / (z * Math.sqrt(z))]),
  softL1: z => [2 * (Math.sqrt(1 + z) - 1), 1 / Math.sqrt(1 + z), -0.5 / ((1 + z) * Math.sqrt(1 + z))],
  cauchy: z => [Math.log1p(z), 1 / (1 + z), -1 / (1 + z) ** 2],
}

/** ½ scale² Σ ρ((r / scale)²): half the sum of squares for the linear loss. */
export function costOf(residuals: Float64Array, loss: Loss, scale: number): number {
  let sum = 0
  if (loss === 'linear') for (const r of residuals) sum += r * r
  else for (const r of residuals) sum += RHO[loss]((r / scale) ** 2)[0] * scale * scale
  return sum / 2
}

/**
 * Scales residuals and rows of the Jacobian in place, so that Jᵀr is the gradient of the cost and JᵀJ its Hessian without the
 * second derivatives of the residuals: rows by √(ρ′ + 2 ρ″ z), where that is positive.
 */
export function scaleByLoss(residuals: Float64Array, rowPointers: Int32Array, values: Float64Array, loss: Loss, scale: number): void {
  if (loss === 'linear') return
  residuals.forEach((r, i) => {
    const z = (r / scale) ** 2
    const [, first, second] = RHO[loss](z)
    const factor = Math.sqrt(Math.max(first + 2 * second * z, Number.EPSILON))
    residuals[i] = (r * first) / factor
    for (let k = rowPointers[i] as number; k < (rowPointers[i + 1] as number); k++) values[k] = (values[k] as number) * factor
  })
}
