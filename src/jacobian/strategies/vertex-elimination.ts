import { strongProduct } from '../../core/rows.ts'
import type { Value } from '../../core/types.ts'
import { add, scale } from '../../ops/arithmetic.ts'
import { giveSweep, takeRoom } from '../../reverse/pool.ts'
import type { StepGraph } from '../../reverse/steps.ts'
import type { Recording } from '../../reverse/sweep.ts'
import type { SparsityPattern } from '../pattern.ts'
import type { Ends } from '../slots.ts'
import { EliminationGraph } from './elimination-graph.ts'
import { absorbTrees, type Trees } from './elimination-trees.ts'
import { VertexQueue } from './vertex-queue.ts'

/*
 * Vertex elimination on the linearised graph: a vertex is taken out by multiplying each edge into it with each edge out of
 * it, until only inputs and outputs are left; the edges between them are the Jacobian. Forward and reverse mode are two
 * orders of it.
 *
 * Source: A. Griewank and A. Walther, Evaluating Derivatives, 2nd edition, SIAM 2008, chapters 9 and 10.
 */

/** An order of elimination as a straight program on the tape's partials, which can be run again for the same structure. */
export interface EliminationProgram {
  order: Order
  /**
   * Triples: a target edge, an edge into and an edge out of an eliminated vertex. Their product is added to the target, or
   * with −1 − t stored in edge t. An edge out of −1 stands for a factor of 1.
   */
  steps: Int32Array
  multiplications: number
  /** Edge 2 r + k is that of source k of row r; behind them come those to the outputs, of value 1, and those that are made. */
  edges: number
  pattern: SparsityPattern
  /** The edge of each entry of the pattern. */
  entries: Int32Array
}

export type Order = 'Markowitz' | 'reverse Markowitz'

/** Of the multiplications that are expected of a graph as it stands, between 0.6 and 1.9 times as many were found in the end, 1 in the mean. */
const CERTAIN_PART = 0.75

/** Whether a program of so many multiplications, of which so many have to be searched for, still pays. */
export type Pays = (multiplications: number, searched: number) => boolean

/**
 * An elimination program for a tape of scalar operations; undefined where `pays` says so for the multiplications that it takes,
 * and how many of them need a search. First go the vertices with one edge out, from the last to the first: each costs as many multiplications as it has operands, whatever
 * comes later. Then goes who has the least product of edges in and edges out (Markowitz), ties by place: the first or, in
 * reverse order, the last.
 */
export function eliminate(recording: Recording, ends: Ends, order: Order, pays: Pays): EliminationProgram | undefined {
  if (!pays(0, 0)) return undefined
  const trees = absorbTrees(recording, ends)
  const searched = (multiplications: number) => multiplications - trees.multiplications
  // A vertex that is left takes two multiplications or more.
  if (!pays(trees.multiplications + 2 * trees.intermediates, 2 * trees.intermediates)) return undefined
  // As their edges stand now; those that fall together on the way save some.
  const expected = CERTAIN_PART * productsOfEdges(trees, 1 + ends.inputs.size + ends.outputs.size)
  if (!pays(trees.multiplications + expected, expected)) return undefined
  const graph = new EliminationGraph(trees, ends.inputs.size, ends.outputs.size)
  const [first, last] = [graph.firstIntermediate, graph.vertices]
  const queue = new VertexQueue(last, order === 'Markowitz')
  const put = (v: number) => queue.put(graph.degree(v), v)
  for (let v = first; v < last; v++) put(v)
  for (let v = queue.take(); v !== undefined; v = queue.take()) {
    if (graph.isGone(v)) continue
    if (queue.changed(graph.degree(v))) {
      put(v)
      continue
    }
    const multiplications = graph.multiplications + graph.degree(v)
    if (!pays(multiplications, searched(multiplications))) return undefined
    graph.eliminate(v, put)
  }
  return { order, ...graph.program() }
}

/** The sum of edges in times edges out over all vertices that are left. */
function productsOfEdges({ from, to, intermediates }: Trees, first: number): number {
  const [into, out] = [new Int32Array(intermediates), new Int32Array(intermediates)]
  const add = (counts: Int32Array, vertex: number) => {
    if (vertex >= first) counts[vertex - first] = (counts[vertex - first] as number) + 1
  }
  for (let k = 0; k < from.length; k++) {
    add(out, from[k] as number)
    add(into, to[k] as number)
  }
  return into.reduce((sum, count, v) => sum + count * (out[v] as number), 0)
}

/** The entries of the Jacobian, in the order of the program's pattern, from the partials of a tape of the same structure. */
export function runElimination({ steps, edges, entries }: EliminationProgram, { partials, count }: Recording, outputs: number): Float64Array {
  const values = takeRoom(edges)
  values.set(partials.subarray(0, 2 * count))
  values.fill(1, 2 * count, 2 * count + outputs)
  for (let k = 0; k < steps.length; k += 3) {
    const target = steps[k] as number
    const left = values[steps[k + 1] as number] as number
    const right = steps[k + 2] as number
    const term = right < 0 ? left : strongProduct(left, values[right] as number)
    if (target < 0) values[-1 - target] = term
    else values[target] = (values[target] as number) + term
  }
  const found = new Float64Array(entries.length)
  for (let k = 0; k < found.length; k++) found[k] = values[entries[k] as number] as number
  giveSweep(values)
  return found
}

/** The same for a recording that holds the steps of a graph: the entries as values of the graph. */
export function traceElimination({ steps, edges, entries }: EliminationProgram, { partials, count }: Recording, outputs: number, graph: StepGraph): Value[] {
  const values = new Int32Array(edges)
  values.set(partials.subarray(0, 2 * count))
  values.fill(graph.idOf(1), 2 * count, 2 * count + outputs)
  for (let k = 0; k < steps.length; k += 3) {
    const [target, left, right] = [steps[k] as number, steps[k + 1] as number, steps[k + 2] as number]
    const term = right < 0 ? (values[left] as number) : graph.step(scale.definition, values[left] as number, values[right] as number)
    if (target < 0) values[-1 - target] = term
    else values[target] = graph.step(add.definition, values[target] as number, term)
  }
  return Array.from(entries, edge => graph.handle(values[edge] as number))
}
