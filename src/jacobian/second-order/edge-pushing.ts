import { strongProduct } from '../../core/rows.ts'
import { add, scale } from '../../ops/arithmetic.ts'
import { secondPartials } from '../../ops/generated-second.ts'
import { type ElementwiseDefinition, elementwiseByCode } from '../../ops/kinds/elementwise.ts'
import type { StepGraph } from '../../reverse/steps.ts'
import type { Recording } from '../../reverse/sweep.ts'
import type { Constants } from '../constants.ts'
import type { Curvature } from './lowering.ts'
import { secondRule } from './second-rule.ts'

/** The entries of a symmetric matrix on and below its diagonal, in the order in which they were found. */
export interface LowerEntries {
  rows: Int32Array
  columns: Int32Array
  values: Float64Array
  /** Terms that were added up. */
  work: number
}

/** Up to this many pairs of a row are looked through one by one. */
const SHORT = 8
/** What a pair that is looked up in the table costs beside others, in terms: they are anywhere in memory. */
const LOOKED_UP = 4

/**
 * The second derivatives of the scalar that row `output` of a tape holds with respect to its first `inputs` rows, in one walk
 * back: edge pushing. A pair of rows (i, j) carries ∂²y/∂i∂j of what has been walked. Taking out row i with the sources a and
 * the partials p, and the adjoint v, moves its pairs to the sources, and adds the row's own curvature:
 *
 *   W(a, k) += p w,   W(a, b) += p q w for the pair (i, i),   W(a, b) += v ∂²i/∂a∂b.
 *
 * Only pairs of live rows exist at a time, so that no pattern and no coloring are needed. Gives up, with undefined, after
 * `limit` terms. With `constants` nothing passes where one absorbs it. Each row is a scalar operation with a code, or affine, or its
 * second partials are in `curvature`.
 *
 * Source: Gower and Mello, "A new framework for the computation of Hessians", Optimization Methods and Software 27 (2012);
 * Wang, Gebremedhin and Pothen, "Capitalizing on live variables", Mathematical Programming Computation 8 (2016).
 */
export function pushEdges(
  recording: Recording,
  adjoints: Float64Array,
  inputs: number,
  output: number,
  limit: number,
  constants?: Constants,
  curvature?: ReadonlyMap<number, readonly Curvature[]>,
): LowerEntries | undefined {
  const { values, partials, sources, codes, count } = recording
  const pairs = new Pairs(count)
  const reached = new Uint8Array(count)
  reached[output] = 1
  const h = new Float64Array(3)
  let work = 0
  for (let row = output; row > inputs; row--) {
    const a = sources[row << 1] as number
    const b = sources[(row << 1) + 1] as number
    if (reached[row] === 0 || a + b === 0 || constants?.absorbs(recording, row) === true) continue
    reached[a] = 1
    reached[b] = 1
    // An operand that is there twice, as in x − x, has one partial: its parts may be infinite, or cancel.
    const q = a === b ? 0 : (partials[(row << 1) + 1] as number)
    const p = a === b ? (partials[row << 1] as number) + (partials[(row << 1) + 1] as number) : (partials[row << 1] as number)
    const second = a === b ? 0 : b
    for (let pair = pairs.first(row); pair !== 0; ) {
      const w = pairs.values[pair] as number
      const other = pairs.others[pair] as number
      pair = pairs.drop(pair)
      if (other === row) {
        if (a !== 0) pairs.add(pairs.find(a, a), strongProduct(strongProduct(p, w), p))
        if (second !== 0) pairs.add(pairs.find(second, second), strongProduct(strongProduct(q, w), q))
        if (a !== 0 && second !== 0) pairs.add(pairs.find(a, second), strongProduct(strongProduct(p, w), q))
        work += 3
      } else {
        if (a !== 0) pairs.add(pairs.find(a, other), (a === other ? 2 : 1) * strongProduct(p, w))
        if (second !== 0) pairs.add(pairs.find(second, other), (second === other ? 2 : 1) * strongProduct(q, w))
        work += 2
      }
    }
    const v = adjoints[row] as number
    const curved = curvature?.get(row)
    if (curved !== undefined) {
      for (const [i, j, second] of curved) pairs.add(pairs.find(i, j), strongProduct(v, second))
      work += curved.length
      continue
    }
    const rule = secondPartials[codes[row] as number]
    if (rule === undefined) continue
    rule.write(values, partials, sources, row, h)
    const { has } = rule
    if (a === b) {
      const all = ((has & 1) !== 0 ? (h[0] as number) : 0) + ((has & 2) !== 0 ? 2 * (h[1] as number) : 0) + ((has & 4) !== 0 ? (h[2] as number) : 0)
      pairs.add(pairs.find(a, a), strongProduct(v, all))
    } else {
      if ((has & 1) !== 0) pairs.add(pairs.find(a, a), strongProduct(v, h[0] as number))
      if ((has & 2) !== 0) pairs.add(pairs.find(a, b), strongProduct(v, h[1] as number))
      if ((has & 4) !== 0) pairs.add(pairs.find(b, b), strongProduct(v, h[2] as number))
    }
    work += 3
    if (work + LOOKED_UP * pairs.lookedUp > limit) return undefined
  }
  return { ...pairs.below(inputs), work: work + LOOKED_UP * pairs.lookedUp }
}

/**
 * The same over a tape that holds the steps of a graph, as which values and adjoints are given and the entries come back: one
 * step for each product and each sum.
 */
export function pushStepEdges(
  recording: Recording,
  graph: StepGraph,
  adjoints: Float64Array,
  inputs: number,
  output: number,
  limit: number,
  curvature?: ReadonlyMap<number, readonly Curvature[]>,
): LowerEntries | undefined {
  const { values, partials, sources, codes, count } = recording
  const pairs = new Pairs(count)
  const reached = new Uint8Array(count)
  reached[output] = 1
  const h = new Int32Array(3)
  let work = 0
  const times = (a: number, b: number) => graph.step(scale.definition, a, b)
  const two = graph.idOf(2)
  /** Adds to the pair of two rows; step 0 is the number 0 and stands for no term. */
  const put = (i: number, j: number, step: number) => {
    const pair = pairs.find(i, j)
    const sum = pairs.values[pair] as number
    pairs.values[pair] = sum === 0 ? step : step === 0 ? sum : graph.step(add.definition, sum, step)
    work++
  }
  for (let row = output; row > inputs; row--) {
    const a = sources[row << 1] as number
    const b = sources[(row << 1) + 1] as number
    if (reached[row] === 0 || a + b === 0) continue
    reached[a] = 1
    reached[b] = 1
    const [left, right] = [partials[row << 1] as number, partials[(row << 1) + 1] as number]
    const p = a === b ? graph.step(add.definition, left, right) : left
    const q = a === b ? 0 : right
    const second = a === b ? 0 : b
    for (let pair = pairs.first(row); pair !== 0; ) {
      const w = pairs.values[pair] as number
      const other = pairs.others[pair] as number
      pair = pairs.drop(pair)
      if (other === row) {
        put(a, a, times(times(p, w), p))
        if (second !== 0) put(second, second, times(times(q, w), q))
        if (second !== 0) put(a, second, times(times(p, w), q))
      } else {
        put(a, other, a === other ? times(two, times(p, w)) : times(p, w))
        if (second !== 0) put(second, other, second === other ? times(two, times(q, w)) : times(q, w))
      }
    }
    const v = adjoints[row] as number
    // Rows without a code have theirs here.
    for (const [i, j, second] of curvature?.get(row) ?? []) put(i, j, times(v, second))
    const code = codes[row] as number
    const rule = secondPartials[code]
    if (rule === undefined) continue
    const operands = [0, 1].map(k =>
      b !== 0 || ((code >> k) & 1) !== 0 ? (values[sources[(row << 1) + (b !== 0 ? k : 0)] as number] as number) : (partials[(row << 1) + 1] as number),
    )
    const definition = elementwiseByCode[code >> 3] as ElementwiseDefinition
    graph.follow(-1 - code, definition.arity, secondRule(definition, code & 7), operands[0] as number, operands[1] as number, values[row] as number, h)
    const [xx, xy, yy] = h as unknown as [number, number, number]
    if (a === b) {
      const all = [xx, xy < 0 ? xy : times(two, xy), yy].filter(each => each >= 0).reduce((sum, each) => graph.step(add.definition, sum, each))
      put(a, a, times(v, all))
    } else {
      if (xx >= 0) put(a, a, times(v, xx))
      if (xy >= 0) put(a, b, times(v, xy))
      if (yy >= 0) put(b, b, times(v, yy))
    }
    if (work > limit) return undefined
  }
  return { ...pairs.below(inputs), work }
}

/** Pairs of rows with a number each. A pair is listed with its larger row; longer lists are searched through a hash table. */
class Pairs {
  others = new Int32Array(1024)
  values = new Float64Array(1024)
  #owners = new Int32Array(1024)
  #next = new Int32Array(1024)
  /** The first pair and the number of pairs of each row. */
  readonly #first: Int32Array
  readonly #length: Int32Array
  /** How often a pair of a long list was looked for. */
  lookedUp = 0
  #used = 1
  #free = 0
  /** Pairs by their rows. Those that are gone stay in it until it is filled anew: nobody asks for them. */
  #table = new Int32Array(0)
  #tabled = 0

  constructor(rows: number) {
    this.#first = new Int32Array(rows)
    this.#length = new Int32Array(rows)
  }

  first(row: number): number {
    return this.#first[row] as number
  }

  /** Adds to a pair, which is found before: that may move all of them. */
  add(pair: number, term: number): void {
    this.values[pair] = (this.values[pair] as number) + term
  }

  /** Gives a pair's place back; the next one of its row. */
  drop(pair: number): number {
    const next = this.#next[pair] as number
    this.#owners[pair] = 0
    this.#next[pair] = this.#free
    this.#free = pair
    return next
  }

  /** The pair of two rows, which begins with 0. */
  find(i: number, j: number): number {
    const row = i > j ? i : j
    const other = i > j ? j : i
    const length = this.#length[row] as number
    if (length <= SHORT) {
      for (let pair = this.#first[row] as number; pair !== 0; pair = this.#next[pair] as number) if (this.others[pair] === other) return pair
    } else {
      this.lookedUp++
      const mask = this.#table.length - 1
      for (let at = hash(row, other) & mask, pair = 0; ; at = (at + 1) & mask) {
        pair = this.#table[at] as number
        if (pair === 0) break
        if (this.#owners[pair] === row && this.others[pair] === other) return pair
      }
    }
    let pair = this.#free
    if (pair !== 0) this.#free = this.#next[pair] as number
    else {
      pair = this.#used++
      if (pair === this.others.length) this.#grow()
    }
    this.others[pair] = other
    this.#owners[pair] = row
    this.values[pair] = 0
    this.#next[pair] = this.#first[row] as number
    this.#first[row] = pair
    this.#length[row] = length + 1
    if (length === SHORT) for (let each = pair; each !== 0; each = this.#next[each] as number) this.#enter(each)
    else if (length > SHORT) this.#enter(pair)
    return pair
  }

  #enter(pair: number): void {
    if (2 * (this.#tabled + 1) > this.#table.length) {
      this.#refill()
      return
    }
    const mask = this.#table.length - 1
    let at = hash(this.#owners[pair] as number, this.others[pair] as number) & mask
    while (this.#table[at] !== 0) at = (at + 1) & mask
    this.#table[at] = pair
    this.#tabled++
  }

  /** The table with the pairs of long lists that are still there, at most a quarter full. */
  #refill(): void {
    const live: number[] = []
    for (let pair = 1; pair < this.#used; pair++)
      if ((this.#length[this.#owners[pair] as number] as number) > SHORT && this.#owners[pair] !== 0) live.push(pair)
    let size = 256
    // Large enough that going through all pairs is paid by those that are entered until the next time.
    while (size < 4 * live.length || 4 * size < this.#used) size *= 2
    this.#table = new Int32Array(size)
    this.#tabled = 0
    for (const pair of live) this.#enter(pair)
  }

  #grow(): void {
    const length = 2 * this.others.length
    this.others = grown(this.others, new Int32Array(length))
    this.#owners = grown(this.#owners, new Int32Array(length))
    this.#next = grown(this.#next, new Int32Array(length))
    this.values = grown(this.values, new Float64Array(length))
  }

  /** The pairs of the rows from 1 to `last`, counted from 0. */
  below(last: number): Omit<LowerEntries, 'work'> {
    let count = 0
    for (let row = 1; row <= last; row++) count += this.#length[row] as number
    const found = { rows: new Int32Array(count), columns: new Int32Array(count), values: new Float64Array(count) }
    let at = 0
    for (let row = 1; row <= last; row++) {
      for (let pair = this.#first[row] as number; pair !== 0; pair = this.#next[pair] as number, at++) {
        found.rows[at] = row - 1
        found.columns[at] = (this.others[pair] as number) - 1
        found.values[at] = this.values[pair] as number
      }
    }
    return found
  }
}

function grown<A extends Int32Array | Float64Array>(old: A, longer: A): A {
  longer.set(old)
  return longer
}

function hash(i: number, j: number): number {
  const mixed = Math.imul(i, 0x9e3779b1) ^ Math.imul(j, 0x85ebca6b)
  return mixed ^ (mixed >>> 15)
}
