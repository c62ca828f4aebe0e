import { shapeOf } from '../core/dispatch.ts'
import { Arena, RETIRED, Traced, TracedTensor } from '../core/traced.ts'
import type { Value } from '../core/types.ts'
import { CheckpointNode } from '../reverse/checkpoint.ts'
import { AssembleNode, MapNode, type TapeNode, UnpackNode } from '../reverse/nodes.ts'
import type { Recording } from '../reverse/sweep.ts'
import type { Boxed, Tape } from '../reverse/tape.ts'
import type { Place } from './changes.ts'
import type { Imperative } from './imperative.ts'
import type { Leaf, Watch } from './leaf.ts'

/** The source that marks a row as freed: node 0 of every page. */
export const FREED = -1

/** What the imperative tape notes of an application of an operator. */
export interface Note {
  /** The time on the clock of changes in place. */
  readonly time: number
  readonly place: Place | undefined
  /** The result, where the derivative may use it. */
  readonly out: Value | undefined
}

let pages = 0

/** What a page recorded, apart from what it depends on: rows and nodes, and whose adjoints are wanted. */
export class Segment implements Recording {
  /** Later pages have higher numbers, and depend on earlier ones only. */
  readonly serial = ++pages
  values!: Float64Array
  partials!: Float64Array
  sources!: Int32Array
  codes!: Int16Array
  count = 0
  readonly affine = false
  readonly observed = true
  readonly nodes: TapeNode[]
  readonly rowsOfNodes: readonly number[]
  readonly #stepRows: readonly number[]
  readonly #stepEnds: readonly number[]
  /** Variables in the order of their references' rows. */
  readonly leafReferences: number[] = []
  readonly leaves: Leaf[] = []
  /** Intermediate values with hooks or a gradient of their own, by reference. */
  readonly watched = new Map<number, Watch>()
  /** When checkpoints were recorded, on the clock of changes in place. */
  readonly timesOfSteps = new WeakMap<TapeNode, number>()
  /** Stretches of rows, from and to, that were freed as a whole, in ascending order. */
  readonly freed: number[] = []

  constructor({ nodes, rowsOfNodes, stepRows, stepEnds }: Tape) {
    this.nodes = nodes
    this.rowsOfNodes = rowsOfNodes
    this.#stepRows = stepRows
    this.#stepEnds = stepEnds
  }

  /** Whether some rows without sources are results of a step. */
  get hasSteps(): boolean {
    return this.#stepRows.length > 0
  }

  /** The row of the step that made a row without sources; the row itself if none did. */
  stepOf(row: number): number {
    let [low, high] = [0, this.#stepRows.length]
    while (low < high) {
      const middle = (low + high) >> 1
      if ((this.#stepRows[middle] as number) <= row) low = middle + 1
      else high = middle
    }
    return low > 0 && row <= (this.#stepEnds[low - 1] as number) ? (this.#stepRows[low - 1] as number) : row
  }

  rowOf(reference: number): number {
    return reference < 0 ? (this.rowsOfNodes[-1 - reference] as number) : reference
  }
}

/** Where a value of an earlier page came from. */
export interface Link {
  readonly view: View
  readonly reference: number
}

/** A segment with those earlier values that some of its rows depend on. */
export class View {
  readonly segment: Segment
  readonly imports: ReadonlyMap<number, Link>
  #arena: Arena | undefined

  constructor(segment: Segment, imports: ReadonlyMap<number, Link>) {
    this.segment = segment
    this.imports = imports
  }

  /** A handle of a value, for gradients that are differentiated again. */
  handle(imperative: Imperative, reference: number, primal: Value): Value {
    const { values, partials, sources, codes } = this.segment
    this.#arena ??= new Arena(RETIRED, imperative, values, partials, sources, codes, this)
    if (reference > 0) return new Traced(this.#arena, reference)
    const box: Boxed = { primal, node: -1 - reference, unpacked: undefined }
    return new TracedTensor(this.#arena, shapeOf(primal), box, (primal as TracedTensor).dtype)
  }
}

/** What a step gives, and what it depends on, as references. */
export function endsOf(node: TapeNode): readonly [outputs: readonly number[], inputs: ArrayLike<number> & Iterable<number>] {
  if (node instanceof MapNode) return [[node.output], node.application.inputs]
  if (node instanceof AssembleNode) return [[node.output], node.rows]
  if (node instanceof UnpackNode) return [Array.from({ length: node.length }, (_, i) => node.row + 1 + i), [node.input]]
  if (node instanceof CheckpointNode) return [node.outputs, node.inputs]
  return [[], []]
}
