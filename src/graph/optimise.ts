import type { Graph } from './graph.ts'
import { hoistLoops } from './loop/hoist.ts'
import { keepValues } from './loop/keep.ts'
import { narrowLoops } from './loop/narrow.ts'
import { asReals } from './reals.ts'

/** The identities that may be applied to a graph: those that hold bit for bit, or those of real numbers. */
export type Algebra = 'exact' | 'real'

/** A graph with everything done to it that is done to graphs as a whole, before code is written for it. */
export function optimise(graph: Graph, algebra: Algebra): Graph {
  const loops = hoistLoops(narrowLoops(keepValues(narrowLoops(graph))))
  return algebra === 'real' ? asReals(loops) : loops
}
