import { CHUNK } from '../core/traced.ts'

/** What the planner weighs: the size of the problem, and how many operations one evaluation records. */
export interface ProblemSize {
  inputs: number
  outputs: number
  /** Rows of the tape: scalar operations, and entries of tensor operations. */
  operations: number
}

/**
 * Cost in nanoseconds per tape operation, fitted with `npm run bench -- cost` on a two-core server; only ratios matter.
 * A sweep reads an operation's sources and partials once, and then works per direction.
 */
export const COST = {
  /** Recording an evaluation. */
  record: 25,
  /** Evaluating with duals, one chunk of directions at a time. */
  dual: 35,
  /** One walk over the tape, and its work per direction. */
  sweep: 4,
  direction: 2.5,
} as const

/** Duals carry up to CHUNK directions in an evaluation, and need no tape: for few inputs. */
export function costOfDuals({ inputs, operations }: ProblemSize): number {
  return Math.ceil(inputs / CHUNK) * COST.dual * operations
}

/** Recording once, then walking the tape for `directions` directions in chunks of `chunk`. */
export function costOfSweeps(directions: number, chunk: number, { operations }: ProblemSize): number {
  return (COST.record + Math.ceil(directions / chunk) * COST.sweep + directions * COST.direction) * operations
}
