import { counted } from '../../core/counted.ts'
import type { Box } from '../least-squares/boxed-step.ts'
import { norm } from '../vectors.ts'
import type { Objective } from './objective.ts'

export const METHODS = ['lbfgs', 'newton', 'newtonCg', 'interiorPoint'] as const
/** The name of a method that looks for minima. */
export type MinimizeMethod = (typeof METHODS)[number]

/** Unknowns up to which a dense Hessian is made and factored. */
const FEW = 300
/** Entries in a column of a sparse Hessian, at most. */
const SPARSE = 50
/** Columns of the Hessian that are looked at. */
const PROBES = 3

/** Which method, and why. */
export function choose(
  f: Objective<unknown>,
  start: Float64Array,
  box: Box | undefined,
  constraints: number,
  asked: 'auto' | MinimizeMethod,
): { method: MinimizeMethod; why: string } {
  const n = start.length
  if (asked !== 'auto') return { method: asked, why: 'it was asked for' }
  if (constraints > 0) return { method: 'interiorPoint', why: `${counted(n, 'unknown')} with ${counted(constraints, 'constraint')}` }
  if (box !== undefined) return { method: 'lbfgs', why: `${counted(n, 'unknown')} within bounds: gradients alone, and bounds are met exactly` }
  if (n <= FEW) return { method: 'newton', why: `${counted(n, 'unknown')}: no more than ${FEW}, so the Hessian is made and factored` }
  f.first(start)
  let most = 0
  for (let k = 0; k < PROBES; k++) {
    const direction = new Float64Array(n)
    direction[Math.floor(((k + 0.5) * n) / PROBES)] = Math.max(1, norm(start) / Math.sqrt(n))
    most = Math.max(
      most,
      f.product(start, direction).reduce((total, each) => total + (each === 0 ? 0 : 1), 0),
    )
  }
  return most <= SPARSE
    ? {
        method: 'newton',
        why: `${counted(n, 'unknown')}, but columns of the Hessian have at most ${counted(most, 'entry')} where they were looked at: it is made and factored sparse`,
      }
    : { method: 'lbfgs', why: `${counted(n, 'unknown')} and columns of the Hessian with ${counted(most, 'entry')}: gradients alone` }
}
