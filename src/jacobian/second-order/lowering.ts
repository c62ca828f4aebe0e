import { type ConstantOperands, partialsOf, type SetLattice } from '../../core/definition.ts'
import { pickEntry } from '../../core/dispatch.ts'
import { broadcastStrides, gatherIndices, type Shape, sizeOfShape } from '../../core/shape.ts'
import { Tensor } from '../../core/tensor.ts'
import { isTraced } from '../../core/traced.ts'
import type { Value } from '../../core/types.ts'
import { add, mul } from '../../ops/arithmetic.ts'
import type { ElementwiseDefinition } from '../../ops/kinds/elementwise.ts'
import type { LinearDefinition } from '../../ops/kinds/linear.ts'
import type { MultilinearDefinition } from '../../ops/kinds/multilinear.ts'
import { AssembleNode, LeafNode, MapNode, UnpackNode } from '../../reverse/nodes.ts'
import type { StepGraph } from '../../reverse/steps.ts'
import type { Recording } from '../../reverse/sweep.ts'
import { AFFINE_ROW } from '../../reverse/tape.ts'
import { type Constants, NO_CONSTANTS } from '../constants.ts'
import { secondPartial } from './second-rule.ts'

/** A tape of scalar rows, the inputs first. */
export interface Lowered extends Recording {
  /** How many rows the inputs have. */
  inputs: number
  /** Second partials of rows without a code: pairs of rows with a number each. */
  curvature: ReadonlyMap<number, readonly Curvature[]>
  /** The rows of an output's entries; 0 for one that does not depend on the inputs. */
  rowsOf(reference: number): Int32Array
}

/** What the second partial of a row with respect to two rows adds for the pair of these: twice itself for two operands that are one row. */
export type Curvature = readonly [a: number, b: number, value: number]

/** An input of a tape, with its value. */
export interface Input {
  reference: number
  value: Value
}

/** What rows hold: numbers, or steps of a graph that stand for them. */
interface Numbers {
  /** The entries of a value. */
  of(x: unknown): Float64Array
  readonly one: number
  add(x: number, y: number): number
  times(x: number, y: number): number
}

const PLAIN: Numbers = { of: dataOf, one: 1, add: (x, y) => x + y, times: (x, y) => x * y }

function stepsOf(graph: StepGraph): Numbers {
  return {
    of: x =>
      isTraced(x) && x instanceof Tensor
        ? Float64Array.from({ length: x.size }, (_, i) => graph.idOf(pickEntry(x, i)))
        : isTraced(x)
          ? Float64Array.of(graph.idOf(x))
          : dataOf(x).map(each => graph.idOf(each)),
    one: graph.idOf(1),
    add: (x, y) => graph.step(add.definition, x, y),
    times: (x, y) => graph.step(mul.definition, x, y),
  }
}

/**
 * A tape in which the entries of tensors are rows like scalars: what moves entries only renames them, sums become additions,
 * operators on each entry become one row for each, and products one for each term. Undefined where the tape has a step
 * that cannot be written so on the way to the outputs, or whose second partials (`order` 2) are not known, or needs more than `most` rows.
 */
export function lower(
  recording: Recording,
  outputs: Iterable<number>,
  inputs: readonly Input[],
  most: number,
  order: 1 | 2,
  constants?: Constants,
): Lowered | undefined {
  const rows = new Rows(recording, outputs, most, order, constants)
  try {
    for (const { reference, value } of inputs) rows.input(reference, value)
    rows.walk()
  } catch (error) {
    if (error === NOT_SCALAR) return undefined
    throw error
  }
  return rows.finish()
}

const NOT_SCALAR = new Error('A step of a tape cannot be written as operations on scalars.')

class Rows implements SetLattice {
  readonly #from: Recording
  readonly #most: number
  readonly #constants: Constants | undefined
  readonly #reached: Uint8Array
  readonly #order: 1 | 2
  readonly #numbers: Numbers
  /** The new row of each old one, and the new rows of the entries of each node's tensor. */
  readonly #rows: Int32Array
  readonly #entries: (Int32Array | undefined)[] = []
  readonly #curvature = new Map<number, readonly Curvature[]>()
  values = new Float64Array(1024)
  partials = new Float64Array(2048)
  sources = new Int32Array(2048)
  codes = new Int16Array(1024)
  count = 1
  #inputs = 0

  constructor(from: Recording, outputs: Iterable<number>, most: number, order: 1 | 2, constants: Constants | undefined) {
    this.#from = from
    this.#order = order
    this.#numbers = from.graph === undefined ? PLAIN : stepsOf(from.graph)
    this.#constants = constants
    this.#reached = reachedFrom(from, outputs)
    this.#most = most
    this.#rows = new Int32Array(from.count)
  }

  input(reference: number, value: Value): void {
    const rows = Int32Array.from(this.#numbers.of(value), each => this.row(each, 0, 0, 0, 0, 0))
    this.#inputs += rows.length
    if (reference > 0) this.#rows[reference] = rows[0] as number
    else this.#entries[-1 - reference] = rows
  }

  walk(): void {
    const { sources, partials, values, codes, count } = this.#from
    for (let row = 1; row < count; row++) {
      const a = sources[row << 1] as number
      const b = sources[(row << 1) + 1] as number
      if (a < 0) {
        if (this.#reached[row] === 1) this.#node(row, -1 - a)
      } else if (this.#rows[row] === 0) {
        if (this.#order === 2 && codes[row] === 0 && a + b > 0) throw NOT_SCALAR
        const absorbed = this.#constants?.absorbs(this.#from, row) === true
        const [from, by] = absorbed ? [0, 0] : [this.#rows[a] as number, this.#rows[b] as number]
        // Constants of the next row may stand here.
        this.#rows[row] = this.row(values[row] as number, from, partials[row << 1] as number, by, partials[(row << 1) + 1] as number, codes[row] as number)
      }
    }
  }

  #node(row: number, index: number): void {
    const node = this.#from.nodes[index]
    if (node instanceof LeafNode) {
      if (this.#entries[index] === undefined && this.#rows[row] === 0) throw NOT_SCALAR
    } else if (node instanceof AssembleNode) {
      this.#entries[index] = node.rows.map(each => this.#rows[each] as number)
    } else if (node instanceof UnpackNode) {
      const entries = this.rowsOf(node.input)
      const { values } = this.#from
      for (let i = 0; i < node.length; i++) {
        const at = node.row + 1 + i
        this.#rows[at] = (entries[node.start + i] as number) || this.row(values[at] as number, 0, 0, 0, 0, 0)
      }
    } else if (node instanceof MapNode) {
      const entries = this.#map(node, this.#constants?.of(this.#from, index) ?? NO_CONSTANTS)
      if (node.output < 0) this.#entries[index] = entries
      else this.#rows[node.output] = (entries[0] as number) || this.row(this.#from.values[row] as number, 0, 0, 0, 0, 0)
    } else throw NOT_SCALAR
  }

  #map(node: MapNode, constants: ConstantOperands): Int32Array {
    const { definition, inputs, shapes, outShape, params } = node.application
    const sets = inputs.map(input => (input === 0 ? undefined : this.rowsOf(input)))
    const out = this.#numbers.of(node.out)
    if (definition.kind === 'elementwise') return this.#elementwise(definition as ElementwiseDefinition, node, sets, out, constants)
    const known = this.count
    if (definition.kind === 'linear' && isSumOfEntries(definition as LinearDefinition) && definition.pattern !== undefined) {
      return this.#settled(definition.pattern(sets, shapes, outShape, params, this, constants), out, known)
    }
    const { products } = definition as MultilinearDefinition
    if (products === undefined) throw NOT_SCALAR
    const entries = new Int32Array(sizeOfShape(outShape))
    const [x, y] = node.primals.map(each => this.#numbers.of(each)) as [Float64Array, Float64Array]
    const [noX, noY] = [constants.where(0, 0), constants.where(1, 0)]
    products(shapes, params, (at, i, j) => {
      if (noX?.[i] === 1 || noY?.[j] === 1) return
      const term = this.#product(sets[0]?.[i] ?? 0, x[i] as number, sets[1]?.[j] ?? 0, y[j] as number)
      entries[at] = this.union(entries[at] as number, term)
    })
    return this.#settled(entries, out, known)
  }

  /** Entries with the values of a result: terms that do not depend on the inputs have no row, but count. Rows below `known` keep theirs. */
  #settled(entries: Int32Array, out: Float64Array, known: number): Int32Array {
    // First derivatives do not follow from values, and rows that depend on them would be others in another call.
    if (this.#order === 1) return entries
    for (let i = 0; i < out.length; i++) {
      const entry = entries[i] as number
      if (entry >= known) this.values[entry] = out[i] as number
      else if (entry > 0 && !Object.is(this.values[entry], out[i])) entries[i] = this.row(out[i] as number, entry, this.#numbers.one, 0, 0, AFFINE_ROW)
    }
    return entries
  }

  /** Two entries of which 0 stands for nothing, added: what patterns take for the union of sets. */
  union(a: number, b: number): number {
    if (a === 0 || b === 0) return a + b
    const { one } = this.#numbers
    return this.row(this.#numbers.add(this.values[a] as number, this.values[b] as number), a, one, b, one, 8 * add.definition.code + 3)
  }

  #product(a: number, x: number, b: number, y: number): number {
    if (a === 0 && b === 0) return 0
    const product = this.#numbers.times(x, y)
    if (a === 0) return this.row(product, b, x, 0, 0, AFFINE_ROW)
    if (b === 0) return this.row(product, a, y, 0, 0, AFFINE_ROW)
    return this.row(product, a, y, b, x, 8 * mul.definition.code + 3)
  }

  #elementwise(
    definition: ElementwiseDefinition,
    node: MapNode,
    sets: readonly (Int32Array | undefined)[],
    out: Float64Array,
    constants: ConstantOperands,
  ): Int32Array {
    const { code, arity, absorbing = [] } = definition
    const partials = partialsOf(node.map)
    if (partials === undefined) throw NOT_SCALAR
    // Operands that no operator is differentiated by, as the order of a Bessel function, have no rule.
    if (Array.isArray(definition.operands) && sets.some((set, k) => set !== undefined && !(definition.operands as readonly number[]).includes(k)))
      throw NOT_SCALAR
    const { shapes, outShape } = node.application
    const along = (shape: Shape) => gatherIndices(outShape, broadcastStrides(shape, outShape))
    const operands = node.primals.map((primal, k) => ({
      set: sets[k],
      indices: along(shapes[k] as Shape),
      data: this.#numbers.of(primal),
      partial: partials[k] === undefined ? undefined : this.#numbers.of(partials[k]),
      partialAt: partials[k] instanceof Tensor ? along(partials[k].shape) : undefined,
      /** The operands beside it, and where they absorb it. */
      absorbed: absorbing.flatMap(([side, element]) => (side === k ? [] : [[side, constants.where(side, element)] as const])),
    }))
    const secondAt = this.#secondPartials(definition, node, along)
    const entries = new Int32Array(out.length)
    for (let i = 0; i < out.length; i++) {
      let mask = 0
      const active: number[] = []
      const rows: number[] = []
      const slopes: number[] = []
      const fixed: number[] = []
      for (let k = 0; k < arity; k++) {
        const { set, indices, data, partial, partialAt, absorbed } = operands[k] as (typeof operands)[number]
        const at = indices[i] as number
        const isAbsorbed = absorbed.some(([side, where]) => where?.[operands[side]?.indices[i] as number] === 1)
        const row = set === undefined || partial === undefined || isAbsorbed ? 0 : (set[at] as number)
        if (row === 0) fixed.push(data[at] as number)
        else {
          mask |= 1 << k
          active.push(k)
          rows.push(row)
          slopes.push(partial?.[partialAt?.[i] ?? 0] as number)
        }
      }
      if (mask === 0) continue
      // Steps of a graph stand for at most two operands.
      if (rows.length > 2 || (this.#order === 2 && (code === 0 || (arity > 2 && this.#numbers !== PLAIN)))) {
        // A row has two sources: further ones take rows of their own.
        const { one } = this.#numbers
        const last = rows.reduce((sum, each, k) => this.row(out[i] as number, each, slopes[k] as number, sum, sum === 0 ? 0 : one, AFFINE_ROW), 0)
        if (this.#order === 2)
          this.#curvature.set(
            last,
            this.#curved(active, rows, (by, of) => secondAt(by, of)?.(i)),
          )
        entries[i] = last
        continue
      }
      if (fixed.length > 2 - rows.length) this.row(0, 0, fixed[0] as number, 0, fixed[1] ?? 0, 0)
      const [a, b = 0] = rows as [number, number?]
      const [p, q = fixed.length > 2 - rows.length ? 0 : (fixed[0] ?? 0)] = slopes as [number, number?]
      entries[i] = this.row(out[i] as number, a, p, b, q, code === 0 ? 0 : 8 * code + mask)
    }
    return entries
  }

  /** The second partials of a node at an entry, where they are not 0 by structure. Each is found once, for all entries. */
  #secondPartials(
    definition: ElementwiseDefinition,
    { primals, out }: MapNode,
    along: (shape: Shape) => Int32Array,
  ): (by: number, of: number) => ((entry: number) => number) | undefined {
    const known = new Map<number, ((entry: number) => number) | undefined>()
    return (by, of) => {
      const key = definition.arity * by + of
      if (!known.has(key)) {
        const second = secondPartial(definition, primals, out, by, of)
        const [data, at] = [second === undefined ? undefined : this.#numbers.of(second), second instanceof Tensor ? along(second.shape) : undefined]
        known.set(key, data && (entry => data[at?.[entry] ?? 0] as number))
      }
      return known.get(key)
    }
  }

  /** What operands that are these rows add for each two of them. */
  #curved(operands: readonly number[], rows: readonly number[], second: (by: number, of: number) => number | undefined): Curvature[] {
    return operands.flatMap((of, k) =>
      operands.slice(0, k + 1).flatMap((by, l): Curvature[] => {
        const value = second(by, of)
        const [a, b] = [rows[k] as number, rows[l] as number]
        return value === undefined ? [] : [[a, b, a === b && k !== l ? this.#numbers.add(value, value) : value]]
      }),
    )
  }

  row(value: number, a: number, p: number, b: number, q: number, code: number): number {
    const row = this.count
    if (row >= this.#most) throw NOT_SCALAR
    if (row === this.values.length) this.#grow()
    this.count = row + 1
    this.values[row] = value
    this.sources[row << 1] = a
    this.sources[(row << 1) + 1] = b
    this.partials[row << 1] = p
    this.partials[(row << 1) + 1] = q
    this.codes[row] = code
    return row
  }

  #grow(): void {
    const length = 2 * this.values.length
    const longer = <A extends Float64Array | Int32Array | Int16Array>(old: A, to: A): A => {
      to.set(old)
      return to
    }
    this.values = longer(this.values, new Float64Array(length))
    this.partials = longer(this.partials, new Float64Array(2 * length))
    this.sources = longer(this.sources, new Int32Array(2 * length))
    this.codes = longer(this.codes, new Int16Array(length))
  }

  rowsOf(reference: number): Int32Array {
    return reference < 0 ? (this.#entries[-1 - reference] as Int32Array) : Int32Array.of(this.#rows[reference] as number)
  }

  finish(): Lowered {
    const { values, partials, sources, codes, count } = this
    return {
      values,
      partials,
      sources,
      codes,
      count,
      inputs: this.#inputs,
      curvature: this.#curvature,
      nodes: [],
      affine: this.#from.affine,
      observed: this.#from.observed,
      graph: this.#from.graph,
      rowsOf: reference => this.rowsOf(reference),
    }
  }
}

/** Whether entries are sums of entries, as the pattern puts them together. */
function isSumOfEntries({ moves, sums }: LinearDefinition): boolean {
  return moves !== undefined || sums === true
}

/** Which rows, and rows of nodes, some outputs depend on. */
function reachedFrom({ sources, nodes, count }: Recording, outputs: Iterable<number>): Uint8Array {
  const rows = new Uint8Array(count)
  const ofNodes = new Uint8Array(nodes.length)
  const reach = (reference: number) => {
    if (reference < 0) ofNodes[-1 - reference] = 1
    else rows[reference] = 1
  }
  for (const output of outputs) reach(output)
  for (let row = count - 1; row > 0; row--) {
    const a = sources[row << 1] as number
    if (a >= 0) {
      if (rows[row] === 0) continue
      reach(a)
      reach(sources[(row << 1) + 1] as number)
      continue
    }
    const node = nodes[-1 - a]
    const unpacked = node instanceof UnpackNode && rows.subarray(row + 1, row + 1 + node.length).includes(1)
    // The results of steps of other kinds are rows of their own.
    const known = node instanceof MapNode || node instanceof AssembleNode || node instanceof UnpackNode || node instanceof LeafNode
    if (known && rows[row] === 0 && ofNodes[-1 - a] === 0 && !unpacked) continue
    rows[row] = 1
    if (node instanceof UnpackNode) reach(node.input)
    else if (node instanceof AssembleNode) node.rows.forEach(reach)
    else if (node instanceof MapNode) node.application.inputs.forEach(reach)
  }
  return rows
}

function dataOf(x: unknown): Float64Array {
  if (isTraced(x)) throw NOT_SCALAR
  return x instanceof Tensor ? x.data : Float64Array.of(Number(x))
}
