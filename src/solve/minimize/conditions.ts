import { pickEntry } from '../../core/dispatch.ts'
import { type Tensor, tensor } from '../../core/tensor.ts'
import type { Value } from '../../core/types.ts'
import { add, mul, neg, sub } from '../../ops/arithmetic.ts'
import { sum } from '../../ops/reduction.ts'
import { section } from '../../ops/sections.ts'
import { maximum, minimum } from '../../ops/selection.ts'
import { grad } from '../../reverse/grad.ts'
import type { Box } from '../least-squares/boxed-step.ts'
import { vectorOf } from '../leaves.ts'
import type { Structure } from '../structure.ts'

/**
 * The conditions of a minimum as equations for unknowns and multipliers z = (x, λ): x − P(x − ∇ₓ (f + Σ λ c)) for the projection P into
 * the box; c for equalities; −min(λ, −c) for inequalities c ≤ 0. They are smooth where each is either active or not.
 *
 * Source: Facchinei and Pang, Finite-Dimensional Variational Inequalities and Complementarity Problems (2003), section 1.5.
 */
export function conditions(
  run: (leaves: readonly Value[]) => readonly Tensor[],
  z: Tensor,
  unknowns: Structure,
  areEqualities: readonly boolean[],
  box: Box | undefined,
): Value {
  const n = unknowns.size
  const x = section(z, 0, [n]) as Tensor
  const constraints = areEqualities.length === 0 ? [] : run(unknowns.parted(x)).slice(1)
  let at = n
  const multipliers = constraints.map(({ size }) => {
    at += size
    return section(z, at - size, [size]) as Tensor
  })
  const lagrangian = (at: Tensor): number => {
    const [value, ...others] = run(unknowns.parted(at))
    let total = pickEntry(value as Tensor, 0) as number
    others.forEach((each, k) => {
      total = add(total, sum(mul(multipliers[k] as Tensor, each)))
    })
    return total
  }
  const gradient = grad(lagrangian)(x)
  const stationary =
    box === undefined ? gradient : sub(x, minimum(maximum(sub(x, gradient), tensor(Float64Array.from(box.lower))), tensor(Float64Array.from(box.upper))))
  return vectorOf([
    stationary as Tensor,
    ...constraints.map((each, k) => (areEqualities[k] ? each : (neg(minimum(multipliers[k] as Tensor, neg(each))) as Tensor))),
  ])
}
