import { SparsityPattern } from '../pattern.ts'
import { grown, type Trees } from './elimination-trees.ts'
import type { EliminationProgram } from './vertex-elimination.ts'

/*
 * What belongs to one vertex or edge stands together in memory, four integers each. Vertex 0 is none; then come inputs, outputs
 * and intermediate vertices. An edge is known by the place of its value.
 */

/** Of a vertex: the first of the edges into and out of it, and how many there are. */
const FIRST_IN = 0
const FIRST_OUT = 1
const COUNT_IN = 2
const COUNT_OUT = 3
/** Of an edge: its ends, and the next edge into the one and out of the other. */
const FROM = 0
const TO = 1
const NEXT_IN = 2
const NEXT_OUT = 3
const NONE = -1

/** The linearised graph of a tape while vertices are taken out of it, and the products that this takes, as a program. */
export class EliminationGraph {
  readonly #inputs: number
  readonly #outputs: number
  /** The number of the first intermediate vertex, and that behind the last. */
  readonly firstIntermediate: number
  readonly vertices: number
  readonly #vertices: Int32Array
  /** Edges of vertices that are gone stay in the lists of their other ends, and are passed over. */
  readonly #gone: Uint8Array
  #edges: Int32Array
  /** Edges are numbered anew here, and have their values in these places. */
  #places: Int32Array
  #edgeCount = 0
  #placeCount: number
  readonly #known: EdgeTable
  #steps: Int32Array
  #stepsUsed: number
  multiplications: number

  constructor({ intermediates, from, to, edges, steps, stepsUsed, multiplications, places }: Trees, inputs: number, outputs: number) {
    this.#inputs = inputs
    this.#outputs = outputs
    this.firstIntermediate = 1 + inputs + outputs
    this.vertices = this.firstIntermediate + intermediates
    this.#vertices = new Int32Array(4 * this.vertices)
    for (let v = 0; v < this.#vertices.length; v += 4) {
      this.#vertices[v + FIRST_IN] = NONE
      this.#vertices[v + FIRST_OUT] = NONE
    }
    this.#gone = new Uint8Array(this.vertices)
    this.#edges = new Int32Array(4 * (from.length + 16))
    this.#places = new Int32Array(from.length + 16)
    this.#placeCount = places
    this.#steps = steps
    this.#stepsUsed = stepsUsed
    this.multiplications = multiplications
    this.#known = new EdgeTable(from.length)
    for (let k = 0; k < from.length; k++) {
      const known = this.#known.edgeOf(from[k] as number, to[k] as number, this.#edgeCount)
      // Two edges between the same vertices are one with the sum of both.
      if (known < this.#edgeCount) this.#step(this.#places[known] as number, edges[k] as number, NONE)
      else this.#connect(from[k] as number, to[k] as number, edges[k] as number)
    }
  }

  isGone(v: number): boolean {
    return this.#gone[v] === 1
  }

  /** Multiplications that eliminating a vertex takes. */
  degree(v: number): number {
    return (this.#vertices[4 * v + COUNT_IN] as number) * (this.#vertices[4 * v + COUNT_OUT] as number)
  }

  /** Takes a vertex out. `changed` is called for the intermediate vertices around it. */
  eliminate(v: number, changed: (vertex: number) => void): void {
    const vertices = this.#vertices
    const gone = this.#gone
    const first = vertices[4 * v + FIRST_IN] as number
    const countIn = vertices[4 * v + COUNT_IN] as number
    this.multiplications += this.degree(v)
    for (let right = vertices[4 * v + FIRST_OUT] as number, next = NONE; right !== NONE; right = next) {
      next = this.#edges[4 * right + NEXT_OUT] as number
      const to = this.#edges[4 * right + TO] as number
      if (gone[to] === 1) continue
      const factor = this.#places[right] as number
      // The edge out of v goes, and what is made below comes.
      vertices[4 * to + COUNT_IN] = (vertices[4 * to + COUNT_IN] as number) - 1
      for (let left = first, seen = 0; seen < countIn; left = this.#edges[4 * left + NEXT_IN] as number) {
        const from = this.#edges[4 * left + FROM] as number
        if (gone[from] === 1) continue
        seen++
        const known = this.#known.edgeOf(from, to, this.#edgeCount)
        if (known < this.#edgeCount) {
          this.#step(this.#places[known] as number, this.#places[left] as number, factor)
          continue
        }
        // The last product that is not added to another is stored in the place of its factor.
        const place = seen === countIn ? factor : this.#placeCount++
        this.#step(-1 - place, this.#places[left] as number, factor)
        this.#connect(from, to, place)
      }
      if (to >= this.firstIntermediate) changed(to)
    }
    gone[v] = 1
    for (let left = first, seen = 0; seen < countIn; left = this.#edges[4 * left + NEXT_IN] as number) {
      const from = this.#edges[4 * left + FROM] as number
      if (gone[from] === 1) continue
      seen++
      vertices[4 * from + COUNT_OUT] = (vertices[4 * from + COUNT_OUT] as number) - 1
      if (from >= this.firstIntermediate) changed(from)
    }
  }

  /** What has been done, where only inputs and outputs are left. */
  program(): Omit<EliminationProgram, 'order'> {
    const firstOutput = 1 + this.#inputs
    const pointers = new Int32Array(this.#outputs + 1)
    for (let i = 0; i < this.#outputs; i++) pointers[i + 1] = (pointers[i] as number) + (this.#vertices[4 * (firstOutput + i) + COUNT_IN] as number)
    const columns = new Int32Array(pointers[this.#outputs] as number)
    const entries = new Int32Array(columns.length)
    const next = pointers.slice()
    // Input after input, so that the columns of each row ascend.
    for (let input = 1; input < firstOutput; input++) {
      for (let edge = this.#vertices[4 * input + FIRST_OUT] as number; edge !== NONE; edge = this.#edges[4 * edge + NEXT_OUT] as number) {
        const to = this.#edges[4 * edge + TO] as number
        if (this.#gone[to] === 1) continue
        const at = next[to - firstOutput] as number
        next[to - firstOutput] = at + 1
        columns[at] = input - 1
        entries[at] = this.#places[edge] as number
      }
    }
    return {
      steps: this.#steps.slice(0, this.#stepsUsed),
      multiplications: this.multiplications,
      edges: this.#placeCount,
      pattern: new SparsityPattern(this.#outputs, this.#inputs, pointers, columns),
      entries,
    }
  }

  /** The next edge. */
  #connect(from: number, to: number, place: number): void {
    const edge = this.#edgeCount++
    if (edge >= this.#places.length) {
      this.#places = grown(this.#places)
      this.#edges = grown(this.#edges)
    }
    const edges = this.#edges
    const vertices = this.#vertices
    this.#places[edge] = place
    edges[4 * edge + FROM] = from
    edges[4 * edge + TO] = to
    edges[4 * edge + NEXT_IN] = vertices[4 * to + FIRST_IN] as number
    edges[4 * edge + NEXT_OUT] = vertices[4 * from + FIRST_OUT] as number
    vertices[4 * to + FIRST_IN] = edge
    vertices[4 * from + FIRST_OUT] = edge
    vertices[4 * to + COUNT_IN] = (vertices[4 * to + COUNT_IN] as number) + 1
    vertices[4 * from + COUNT_OUT] = (vertices[4 * from + COUNT_OUT] as number) + 1
  }

  #step(target: number, left: number, right: number): void {
    if (this.#stepsUsed + 3 > this.#steps.length) this.#steps = grown(this.#steps)
    const steps = this.#steps
    steps[this.#stepsUsed] = target
    steps[this.#stepsUsed + 1] = left
    steps[this.#stepsUsed + 2] = right
    this.#stepsUsed += 3
  }
}

/** Edges by the vertices that they connect: a hash table. Nothing is ever taken out. */
class EdgeTable {
  /** Four integers for each place: from, to, edge, and one that is free. */
  #places: Int32Array
  #used = 0

  constructor(expected: number) {
    this.#places = new Int32Array(4 * 2 ** Math.ceil(Math.log2(2 * expected + 16)))
  }

  /** The edge that is known for a pair, or the given one, which is then the pair's. */
  edgeOf(from: number, to: number, edge: number): number {
    const places = this.#places
    const mask = places.length - 4
    let at = hashOf(from, to) & mask
    for (; places[at] !== 0; at = (at + 4) & mask) if (places[at] === from && places[at + 1] === to) return places[at + 2] as number
    places[at] = from
    places[at + 1] = to
    places[at + 2] = edge
    if (++this.#used * 8 > places.length) this.#grow()
    return edge
  }

  #grow(): void {
    const old = this.#places
    const places = new Int32Array(2 * old.length)
    const mask = places.length - 4
    for (let k = 0; k < old.length; k += 4) {
      if (old[k] === 0) continue
      let at = hashOf(old[k] as number, old[k + 1] as number) & mask
      while (places[at] !== 0) at = (at + 4) & mask
      for (let i = 0; i < 3; i++) places[at + i] = old[k + i] as number
    }
    this.#places = places
  }
}

/** The two lowest bits of a place are 0, so that the bits above them must be mixed. */
function hashOf(from: number, to: number): number {
  const mixed = Math.imul(from, 0x9e3779b1) ^ Math.imul(to, 0x85ebca6b)
  return mixed ^ (mixed >>> 15)
}
