import { CHUNK } from '../core/traced.ts'

/** What the planner weighs: the size of the problem, and how many operations one evaluation records. */
export interface ProblemSize {
  inputs: number
  outputs: number
  /** Rows of the tape: scalar operations, and entries of tensor operations. */
  operations: number
  /** Edges of the linearised graph: what one direction of a sweep multiplies. */
  edges: number
  /** Walks over the tape that make one sweep: products with a Hessian take one forwards and two back. */
  walks?: number
}

/** Costs in nanoseconds, per tape operation where nothing else is said. docs/planner.md says how they enter. */
export interface CostTable {
  /** Recording an evaluation. */
  record: number
  /** Evaluating with duals, one chunk of directions at a time. */
  dual: number
  /** One walk over the tape, by its number of directions from 0 to CHUNK. */
  sweep: readonly number[]
  /** Elimination: putting the partials of one operation where its program multiplies them. */
  layout: number
  /** One multiplication of an elimination program. */
  multiplication: number
  /** One term of edge pushing. */
  term: number
  /** Reading one entry of the result out of a sweep. */
  entry: number
  /** Planning: looking at one neighbour while coloring. */
  visit: number
  /** Planning: taking one edge of the tape into account for elimination, as long as each value is used once. */
  edge: number
  /** Planning: finding one multiplication for a value that is used several times. */
  contraction: number
}

/** As `calibratePlanner` found on a two-core server. Only ratios matter. */
export const DEFAULT_COSTS: CostTable = {
  record: 25,
  dual: 35,
  sweep: [0, 6, 11, 15, 18, 21, 24, 27, 30],
  layout: 5,
  multiplication: 2,
  term: 10,
  entry: 3,
  visit: 3,
  edge: 40,
  contraction: 300,
}

let current = DEFAULT_COSTS

export function costs(): CostTable {
  return current
}

export function setCosts(table: CostTable): void {
  current = table
}

/** What a strategy takes: multiplications of partials, and modelled time in nanoseconds. */
export interface Price {
  multiplications: number
  cost: number
}

/** Duals carry up to CHUNK directions in an evaluation, and need no tape: for few inputs. */
export function priceOfDuals({ inputs, outputs, operations, edges }: ProblemSize): Price {
  const { dual, entry } = costs()
  return { multiplications: inputs * edges, cost: Math.ceil(inputs / CHUNK) * dual * operations + inputs * outputs * entry }
}

/** Recording once, for strategies that walk the tape. */
export function priceOfRecording({ operations }: ProblemSize): number {
  return costs().record * operations
}

/**
 * Walks over the tape for all directions, so many at a time, and reading `entries` of the result. A walk reads each
 * operation once (memory), and multiplies once per direction and edge.
 */
export function priceOfSweeps(directions: number, chunk: number, entries: number, { operations, edges, walks = 1 }: ProblemSize): Price {
  const { entry } = costs()
  const perOperation = Math.floor(directions / chunk) * walkOf(chunk) + walkOf(directions % chunk)
  return { multiplications: walks * directions * edges, cost: walks * perOperation * operations + entries * entry }
}

/** One walk for so many directions; more than CHUNK cost as much each as the last of those. */
function walkOf(directions: number): number {
  const { sweep } = costs()
  const last = sweep[CHUNK] as number
  return sweep[directions] ?? last + (directions - CHUNK) * (last - (sweep[CHUNK - 1] as number))
}

/** The number of directions per sweep, up to `most`, with which all of them cost least. */
export function bestChunk(directions: number, most: number): number {
  const size = { inputs: 0, outputs: 0, operations: 1, edges: 0 }
  let best = 1
  for (let chunk = 2; chunk <= Math.min(most, directions); chunk++) {
    if (priceOfSweeps(directions, chunk, 0, size).cost <= priceOfSweeps(directions, best, 0, size).cost) best = chunk
  }
  return best
}

/** Edge pushing with so many terms. */
export function priceOfPushing(terms: number, entries: number): Price {
  const { term, entry } = costs()
  return { multiplications: terms, cost: terms * term + entries * entry }
}

/** Running an elimination program over so many rows. */
export function priceOfElimination(rows: number, multiplications: number, entries: number): Price {
  const { layout, multiplication, entry } = costs()
  return { multiplications, cost: rows * layout + multiplications * multiplication + entries * entry }
}
