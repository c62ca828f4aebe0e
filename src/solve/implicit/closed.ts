import { DualtapeError } from '../../core/errors.ts'
import { isNumericTypedArray } from '../../core/tensor.ts'
import { isTraced } from '../../core/traced.ts'
import { asTypedList, mapTree } from '../../core/tree.ts'
import type { Value } from '../../core/types.ts'
import type { Graph } from '../../graph/graph.ts'
import { BodyTracing, NotALoop } from '../../graph/loop/body.ts'
import { replay } from '../../graph/loop/parts.ts'
import { withoutRecorder } from '../../reverse/running.ts'

/** A function of unknowns that closes over values of running transforms, as one of the unknowns and those. */
export interface Closed {
  /** What it closes over. */
  readonly captured: readonly Value[]
  /** The results of each function, leaf by leaf, at the leaves of the unknowns. */
  run(leaves: readonly Value[], captured: readonly Value[]): Value[][]
}

/**
 * Functions that close over values of running transforms, with those made inputs: their steps are found by running them once on
 * symbolic values at x0. Where they ask questions all answers are followed, and joined. `endless` says how loops that end by their values are steps.
 *
 * Throws a DualtapeError for functions whose steps depend on more questions than can be followed.
 */
export function closed<X>(name: string, functions: readonly ((x: X) => unknown)[], x0: X, endless?: BodyTracing['endless']): Closed {
  const tracing = new BodyTracing()
  if (endless !== undefined) tracing.endless = endless
  try {
    const input = (leaf: Value) => tracing.input(isTraced(leaf) ? BodyTracing.exampleBehind(leaf) : leaf)
    const x = mapTree(x0, `${name}: the start`, leaf => (isNumericTypedArray(leaf) ? asTypedList(Array.from(leaf, input)) : input(leaf as Value))) as X
    const own = tracing.inputs.length
    const { tree, leaves } = withoutRecorder(() => tracing.joined(() => tracing.take(functions.map(f => f(x)))))
    const sizes = (tree as unknown[]).map(countOf)
    const ids = leaves.map(leaf => tracing.idOf(leaf))
    const graph: Graph = tracing.graph(ids, [], [...tracing.inputs.slice(0, own), ...tracing.capturedInputs])
    return {
      captured: [...tracing.captured],
      run: (given, captured) => {
        const values = replay(graph, [...given, ...captured])
        let at = 0
        return sizes.map(size => {
          at += size
          return values.slice(at - size, at)
        })
      },
    }
  } catch (error) {
    if (!(error instanceof NotALoop)) throw error
    throw new DualtapeError(
      `${name}: inside compile the function closes over values that have no numbers yet, and it cannot be followed for all answers to its questions. ` +
        'Write branches as where on masks, and loops with foriLoop, scan or whileLoop.',
    )
  } finally {
    tracing.close()
  }
}

/** The positions in a tree of positions. */
function countOf(tree: unknown): number {
  if (typeof tree === 'number') return 1
  return tree === null || typeof tree !== 'object' ? 0 : Object.values(tree).reduce((total: number, each) => total + countOf(each), 0)
}
