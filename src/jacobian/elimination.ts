import { strongProduct } from '../core/rows.ts'
import type { StepGraph } from '../core/steps.ts'
import type { Value } from '../core/types.ts'
import { add, scale } from '../ops/arithmetic.ts'
import type { Recording } from '../reverse/sweep.ts'
import { SparsityPattern } from './pattern.ts'
import type { Slots } from './slots.ts'

/*
 * Vertex elimination on the linearised graph: a vertex is taken out by multiplying each edge into it with each edge out of
 * it, until only inputs and outputs are left; the edges between them are the Jacobian. Forward and reverse mode are two
 * orders of it.
 *
 * Source: A. Griewank and A. Walther, Evaluating Derivatives, 2nd edition, SIAM 2008, chapters 9 and 10.
 */

/** An order of elimination as a straight program on the tape's partials, which can be run again for the same structure. */
export interface EliminationProgram {
  order: string
  /** Triples: target edge, edge into and edge out of an eliminated vertex; a target of −1 − t makes edge t anew. */
  steps: Int32Array
  multiplications: number
  edges: number
  pattern: SparsityPattern
  /** The edge of each entry of the pattern. */
  entries: Int32Array
}

type Order = 'Markowitz' | 'reverse Markowitz'

/**
 * The cheapest of the orders tried, by multiplications; undefined where the tape has tensor operations, is too long, or no
 * order stays below `limit` multiplications.
 */
export function planElimination(recording: Recording, inputs: Slots, outputs: Slots, limit: number): EliminationProgram | undefined {
  if (recording.nodes.length > 0 || recording.count > MOST_ROWS) return undefined
  let best: EliminationProgram | undefined
  for (const order of ['Markowitz', 'reverse Markowitz'] as const) {
    const found = new Eliminator(recording, inputs, outputs).run(order, Math.min(limit, best?.multiplications ?? limit))
    if (found !== undefined && (best === undefined || found.multiplications < best.multiplications)) best = found
  }
  return best
}

const MOST_ROWS = 50_000

class Eliminator {
  readonly #inputs: Slots
  readonly #outputs: Slots
  readonly #firstOutput: number
  /** Edges into and out of each vertex: the vertex at the other end, and the number of the edge. */
  readonly #into: Map<number, number>[] = []
  readonly #outOf: Map<number, number>[] = []
  readonly #isInput: Uint8Array
  readonly #steps: number[] = []
  #edges: number
  #multiplications = 0

  constructor(recording: Recording, inputs: Slots, outputs: Slots) {
    const { sources, count } = recording
    this.#inputs = inputs
    this.#outputs = outputs
    this.#firstOutput = count
    this.#edges = 2 * count
    this.#isInput = new Uint8Array(count + outputs.size)
    for (const row of inputs.references) this.#isInput[row] = 1
    for (let v = 0; v < count + outputs.size; v++) {
      this.#into.push(new Map())
      this.#outOf.push(new Map())
    }
    for (let row = 1; row < count; row++) {
      for (let k = 2 * row; k < 2 * row + 2; k++) if (sources[k] !== 0) this.#connect(sources[k] as number, row, k)
    }
    // An output is a vertex of its own, behind an edge of 1, so that the row it reads can be eliminated as well.
    for (let i = 0; i < outputs.size; i++) {
      const row = outputs.references[i] as number
      if (row !== 0) this.#connect(row, count + i, this.#edges + i)
    }
    this.#edges += outputs.size
    this.#dropUnused()
  }

  run(order: Order, limit: number): EliminationProgram | undefined {
    const sign = order === 'Markowitz' ? 1 : -1
    const queue = new Queue()
    for (let v = 1; v < this.#firstOutput; v++) if (this.#isIntermediate(v)) queue.put(this.#degree(v), sign * v)
    for (let next = queue.take(); next !== undefined; next = queue.take()) {
      const v = Math.abs(next.item)
      if (!this.#isIntermediate(v)) continue
      const degree = this.#degree(v)
      if (degree !== next.key) {
        queue.put(degree, next.item)
        continue
      }
      this.#multiplications += degree
      if (this.#multiplications > limit) return undefined
      this.#eliminate(v, other => queue.put(this.#degree(other), sign * other))
    }
    return this.#program(order)
  }

  #connect(from: number, to: number, edge: number): void {
    const existing = this.#into[to]?.get(from)
    if (existing !== undefined) {
      // Two edges between the same vertices, as of x · x, are one with the sum of both.
      this.#steps.push(existing, edge, -1)
      return
    }
    this.#into[to]?.set(from, edge)
    this.#outOf[from]?.set(to, edge)
  }

  #isIntermediate(v: number): boolean {
    return this.#isInput[v] === 0 && (this.#into[v] as Map<number, number>).size > 0 && (this.#outOf[v] as Map<number, number>).size > 0
  }

  #degree(v: number): number {
    return (this.#into[v] as Map<number, number>).size * (this.#outOf[v] as Map<number, number>).size
  }

  /** Takes away what no output depends on, and what depends on no input. */
  #dropUnused(): void {
    for (let v = this.#firstOutput - 1; v >= 1; v--) if ((this.#outOf[v] as Map<number, number>).size === 0) this.#disconnect(v)
    for (let v = 1; v < this.#firstOutput; v++) if (this.#isInput[v] === 0 && (this.#into[v] as Map<number, number>).size === 0) this.#disconnect(v)
  }

  #disconnect(v: number): void {
    for (const from of (this.#into[v] as Map<number, number>).keys()) this.#outOf[from]?.delete(v)
    for (const to of (this.#outOf[v] as Map<number, number>).keys()) this.#into[to]?.delete(v)
    this.#into[v]?.clear()
    this.#outOf[v]?.clear()
  }

  #eliminate(v: number, changed: (vertex: number) => void): void {
    const [into, outOf] = [[...(this.#into[v] as Map<number, number>)], [...(this.#outOf[v] as Map<number, number>)]]
    this.#disconnect(v)
    for (const [from, left] of into) {
      for (const [to, right] of outOf) {
        const existing = this.#into[to]?.get(from)
        if (existing === undefined) {
          const edge = this.#edges++
          this.#steps.push(-1 - edge, left, right)
          this.#into[to]?.set(from, edge)
          this.#outOf[from]?.set(to, edge)
        } else this.#steps.push(existing, left, right)
      }
    }
    for (const [from] of into) if (this.#isIntermediate(from)) changed(from)
    for (const [to] of outOf) if (to < this.#firstOutput && this.#isIntermediate(to)) changed(to)
  }

  #program(order: Order): EliminationProgram {
    const columns = new Map<number, number[]>()
    this.#inputs.references.forEach((row, j) => {
      columns.set(row, [...(columns.get(row) ?? []), j])
    })
    const rows: number[][] = []
    const entries: number[] = []
    for (let i = 0; i < this.#outputs.size; i++) {
      const row = [...(this.#into[this.#firstOutput + i] as Map<number, number>)].flatMap(([from, edge]) =>
        (columns.get(from) ?? []).map(column => [column, edge] as const),
      )
      row.sort((a, b) => a[0] - b[0])
      rows.push(row.map(([column]) => column))
      entries.push(...row.map(([, edge]) => edge))
    }
    return {
      order,
      steps: Int32Array.from(this.#steps),
      multiplications: this.#multiplications,
      edges: this.#edges,
      pattern: SparsityPattern.fromRows(rows, this.#inputs.size),
      entries: Int32Array.from(entries),
    }
  }
}

/** The entries of the Jacobian, in the order of the program's pattern, from the partials of a tape of the same structure. */
export function runElimination({ steps, edges, entries }: EliminationProgram, { partials, count }: Recording, outputs: number): Float64Array {
  const values = new Float64Array(edges)
  values.set(partials.subarray(0, 2 * count))
  values.fill(1, 2 * count, 2 * count + outputs)
  for (let k = 0; k < steps.length; k += 3) {
    const [target, left, right] = [steps[k] as number, steps[k + 1] as number, steps[k + 2] as number]
    const term = right < 0 ? (values[left] as number) : strongProduct(values[left] as number, values[right] as number)
    if (target < 0) values[-1 - target] = term
    else values[target] = (values[target] as number) + term
  }
  return Float64Array.from(entries, edge => values[edge] as number)
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

/** Items by key, least first, ties by item; a key may be out of date, which its taker finds. A binary heap. */
class Queue {
  readonly #heap: { key: number; item: number }[] = []

  put(key: number, item: number): void {
    const heap = this.#heap
    let at = heap.length
    heap.push({ key, item })
    for (let up = (at - 1) >> 1; at > 0 && this.#before(at, up); at = up, up = (at - 1) >> 1) this.#swap(at, up)
  }

  take(): { key: number; item: number } | undefined {
    const heap = this.#heap
    const top = heap[0]
    const last = heap.pop()
    if (top === undefined || last === undefined || heap.length === 0) return top
    heap[0] = last
    for (let at = 0; ; ) {
      let least = at
      for (const child of [2 * at + 1, 2 * at + 2]) if (child < heap.length && this.#before(child, least)) least = child
      if (least === at) return top
      this.#swap(at, least)
      at = least
    }
  }

  #before(i: number, j: number): boolean {
    const [a, b] = [this.#heap[i], this.#heap[j]] as [{ key: number; item: number }, { key: number; item: number }]
    return a.key < b.key || (a.key === b.key && a.item < b.item)
  }

  #swap(i: number, j: number): void {
    const heap = this.#heap as { key: number; item: number }[]
    ;[heap[i], heap[j]] = [heap[j] as { key: number; item: number }, heap[i] as { key: number; item: number }]
  }
}
