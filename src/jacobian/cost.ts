import { CHUNK } from '../core/traced.ts'

/** What the planner weighs: the size of the problem, and how many operations one evaluation records. */
export interface ProblemSize {
  inputs: number
  outputs: number
  /** Rows of the tape: scalar operations, and entries of tensor operations. */
  operations: number
  /** Edges of the linearised graph: what one direction of a sweep multiplies. */
  edges: number
}

/**
 * Cost in nanoseconds per tape operation, measured by `npm run bench -- sweeps` on a two-core server; only ratios matter.
 * docs/planner.md says what each counts.
 */
export interface CostTable {
  /** Recording an evaluation. */
  record: number
  /** Evaluating with duals, one chunk of directions at a time. */
  dual: number
  /** One walk over the tape, and its work per direction: an operation is read once, and multiplied per direction. */
  sweep: number
  direction: number
  /** One multiplication of an elimination program. */
  multiplication: number
  /** Reading one entry of the result out of a sweep. */
  entry: number
}

export const DEFAULT_COSTS: CostTable = { record: 25, dual: 35, sweep: 4, direction: 2.5, multiplication: 2, entry: 3 }

/** What a strategy takes: multiplications of partials, and modelled time in nanoseconds. */
export interface Price {
  multiplications: number
  cost: number
}

/** Duals carry up to CHUNK directions in an evaluation, and need no tape: for few inputs. */
export function priceOfDuals({ inputs, outputs, operations, edges }: ProblemSize, costs: CostTable): Price {
  return { multiplications: inputs * edges, cost: Math.ceil(inputs / CHUNK) * costs.dual * operations + inputs * outputs * costs.entry }
}

/**
 * Recording once, walking the tape for all directions in chunks, and reading `entries` of the result. A walk reads each
 * operation once per chunk (memory), and multiplies once per direction and edge.
 */
export function priceOfSweeps(directions: number, chunk: number, entries: number, { operations, edges }: ProblemSize, costs: CostTable): Price {
  const walks = Math.ceil(directions / chunk) * costs.sweep + directions * costs.direction
  return { multiplications: directions * edges, cost: (costs.record + walks) * operations + entries * costs.entry }
}

/** Recording once, then running an elimination program. */
export function priceOfElimination(multiplications: number, entries: number, { operations }: ProblemSize, costs: CostTable): Price {
  return { multiplications, cost: costs.record * operations + multiplications * costs.multiplication + entries * costs.entry }
}
