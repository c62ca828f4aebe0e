import type { Recording } from '../../reverse/sweep.ts'
import type { Ends } from '../slots.ts'

/** What is left when the vertices with one edge out are gone. Inputs come first, then outputs, then intermediate vertices. */
export interface Trees {
  intermediates: number
  /** The edges that are left: their ends, and the place of their value. */
  from: Int32Array
  to: Int32Array
  edges: Int32Array
  /** The products that it took, as the first steps of an elimination program. */
  steps: Int32Array
  stepsUsed: number
  multiplications: number
  /** Places of values in use. */
  places: number
}

/** Of a row: an input lies before it, an output behind it, both. */
const AFTER_INPUT = 1
const BEFORE_OUTPUT = 2
const USEFUL = 3

/**
 * Takes out all vertices with one edge out, from the last to the first, in one walk back over the tape: the edges into such a
 * vertex are multiplied by the one out of it where they stand, and lead to where that one leads. It is reverse mode within each
 * tree that ends in an output or in a value that is used more than once.
 */
export function absorbTrees({ sources, count }: Recording, { inputs, outputs }: Ends): Trees {
  const useful = usefulRows(sources, count, inputs.references, outputs.references)
  const uses = usesOf(sources, count, useful, outputs.references)
  /** The vertex that a row is; 0 for one that is absorbed or of no use. */
  const vertexOf = new Int32Array(count)
  inputs.references.forEach((row, j) => {
    vertexOf[row] = 1 + j
  })
  let vertices = 1 + inputs.size + outputs.size
  const first = vertices
  for (let row = 1; row < count; row++) if (useful[row] === USEFUL && vertexOf[row] === 0 && (uses[row] as number) > 1) vertexOf[row] = vertices++
  const left = new EdgeList(count + outputs.size)
  const steps = new Int32Array(6 * count)
  let used = 0
  const step = (target: number, edge: number, factor: number) => {
    steps[used] = target
    steps[used + 1] = edge
    steps[used + 2] = factor
    used += 3
  }
  /** Of a row with one edge out: that edge, −1 for one of value 1, and where it leads. */
  const edgeOut = new Int32Array(count)
  const vertexBehind = new Int32Array(count)
  let multiplications = 0
  const lead = (row: number, edge: number, to: number) => {
    if (vertexOf[row] !== 0) left.push(vertexOf[row] as number, to, edge)
    else {
      edgeOut[row] = edge
      vertexBehind[row] = to
    }
  }
  for (let i = 0; i < outputs.size; i++) {
    const row = outputs.references[i] as number
    if (useful[row] === USEFUL) lead(row, 2 * count + i, 1 + inputs.size + i)
  }
  for (let row = count - 1; row >= 1; row--) {
    if (useful[row] !== USEFUL) continue
    const vertex = vertexOf[row] as number
    const absorbed = vertex === 0
    const to = absorbed ? (vertexBehind[row] as number) : vertex
    const factor = absorbed ? (edgeOut[row] as number) : -1
    const a = sources[2 * row] as number
    const b = sources[2 * row + 1] as number
    // Two edges between the same vertices, as of x · x, are one with the sum of both.
    if (a === b && useful[a] === USEFUL) step(2 * row, 2 * row + 1, -1)
    for (let k = 0; k < 2; k++) {
      const from = k === 0 ? a : b
      if (useful[from] !== USEFUL || (k === 1 && a === b)) continue
      // An edge to an output has the value 1.
      if (absorbed && factor < 2 * count) {
        step(-1 - (2 * row + k), 2 * row + k, factor)
        multiplications++
      }
      lead(from, 2 * row + k, to)
    }
  }
  return { intermediates: vertices - first, ...left.lists(), steps, stepsUsed: used, multiplications, places: 2 * count + outputs.size }
}

/** Rows that depend on an input and that an output depends on are USEFUL. */
function usefulRows(sources: Int32Array, count: number, inputs: Int32Array, outputs: Int32Array): Uint8Array {
  const useful = new Uint8Array(count)
  for (const row of inputs) useful[row] = AFTER_INPUT
  const marks = (row: number) => useful[row] as number
  for (let row = 1; row < count; row++) useful[row] = marks(row) | marks(sources[2 * row] as number) | marks(sources[2 * row + 1] as number)
  for (const row of outputs) useful[row] = marks(row) | BEFORE_OUTPUT
  for (let row = count - 1; row >= 1; row--) {
    if ((marks(row) & BEFORE_OUTPUT) === 0) continue
    for (let k = 2 * row; k < 2 * row + 2; k++) useful[sources[k] as number] = marks(sources[k] as number) | BEFORE_OUTPUT
  }
  useful[0] = 0
  return useful
}

/** How many edges lead out of each useful row. */
function usesOf(sources: Int32Array, count: number, useful: Uint8Array, outputs: Int32Array): Int32Array {
  const uses = new Int32Array(count)
  for (let row = 1; row < count; row++) {
    if (useful[row] !== USEFUL) continue
    const a = sources[2 * row] as number
    const b = sources[2 * row + 1] as number
    uses[a] = (uses[a] as number) + 1
    if (b !== a) uses[b] = (uses[b] as number) + 1
  }
  for (const row of outputs) uses[row] = (uses[row] as number) + 1
  return uses
}

/** A growing list of edges. */
class EdgeList {
  #from: Int32Array
  #to: Int32Array
  #edges: Int32Array
  #length = 0

  constructor(expected: number) {
    this.#from = new Int32Array(expected)
    this.#to = new Int32Array(expected)
    this.#edges = new Int32Array(expected)
  }

  push(from: number, to: number, edge: number): void {
    const at = this.#length++
    if (at >= this.#from.length) {
      this.#from = grown(this.#from)
      this.#to = grown(this.#to)
      this.#edges = grown(this.#edges)
    }
    this.#from[at] = from
    this.#to[at] = to
    this.#edges[at] = edge
  }

  lists() {
    return { from: this.#from.subarray(0, this.#length), to: this.#to.subarray(0, this.#length), edges: this.#edges.subarray(0, this.#length) }
  }
}

/** Twice the room. */
export function grown(array: Int32Array): Int32Array {
  const larger = new Int32Array(2 * array.length)
  larger.set(array)
  return larger
}
