import type { LinearMap } from '../core/definition.ts'
import { pickEntry } from '../core/dispatch.ts'
import type { Shape } from '../core/shape.ts'
import { Tensor, zeros } from '../core/tensor.ts'
import { isTraced } from '../core/traced.ts'
import type { Value } from '../core/types.ts'
import { place } from '../ops/pick.ts'
import type { Sweep } from './sweep.ts'
import { transposePush } from './transpose.ts'

/**
 * A step of the tape that is not one scalar operation: what it does to adjoints on the way down and to tangents on the
 * way up. Inputs and outputs are references into a sweep.
 */
export interface TapeNode {
  /** Entries that the step computes, for the cost of a sweep. */
  readonly entries: number
  pull(adjoints: Sweep, direction: number): void
  push(tangents: Sweep, direction: number): void
}

/** An input that is a tensor or is traced itself. */
export class LeafNode implements TapeNode {
  readonly entries = 0
  pull(): void {}
  push(): void {}
}

/** One application of an operator, with its local linear map. */
export class MapNode implements TapeNode {
  readonly entries: number
  readonly #inputs: readonly number[]
  readonly #output: number
  readonly #map: LinearMap
  readonly #primals: readonly Value[]
  #transposed: NonNullable<LinearMap['pull']> | undefined

  constructor(output: number, inputs: readonly number[], map: LinearMap, primals: readonly Value[], entries: number) {
    this.entries = entries
    this.#output = output
    this.#inputs = inputs
    this.#map = map
    this.#primals = primals
  }

  pull(adjoints: Sweep, direction: number): void {
    const cotangent = adjoints.get(this.#output, direction)
    if (cotangent === undefined || cotangent === 0) return
    const cotangents = this.#pullback()(cotangent)
    this.#inputs.forEach((input, i) => {
      adjoints.add(input, direction, cotangents[i])
    })
  }

  push(tangents: Sweep, direction: number): void {
    const given = this.#inputs.map(input => (input === 0 ? undefined : tangents.get(input, direction)))
    tangents.add(this.#output, direction, this.#map.push(given))
  }

  #pullback(): NonNullable<LinearMap['pull']> {
    if (this.#map.pull !== undefined) return cotangent => this.#map.pull?.(cotangent) ?? []
    this.#transposed ??= transposePush(
      this.#map.push,
      this.#primals,
      this.#inputs.map(input => input !== 0),
    )
    return this.#transposed
  }
}

/** A tensor made of rows: scalars in an array that an operator took. */
export class AssembleNode implements TapeNode {
  readonly entries = 0
  readonly #rows: Int32Array
  readonly #output: number
  readonly #shape: Shape

  constructor(output: number, rows: Int32Array, shape: Shape) {
    this.#output = output
    this.#rows = rows
    this.#shape = shape
  }

  pull(adjoints: Sweep, direction: number): void {
    const cotangent = adjoints.get(this.#output, direction) as Tensor | undefined
    if (cotangent === undefined) return
    if (isTraced(cotangent)) {
      this.#rows.forEach((row, i) => {
        adjoints.add(row, direction, pickEntry(cotangent, i))
      })
      return
    }
    const { rows, width } = adjoints
    const { data } = cotangent
    for (let i = 0; i < data.length; i++) {
      const at = (this.#rows[i] as number) * width + direction
      rows[at] = (rows[at] as number) + (data[i] as number)
    }
  }

  push(tangents: Sweep, direction: number): void {
    const data = new Float64Array(this.#rows.length)
    this.#rows.forEach((row, i) => {
      if (row === 0) return
      const tangent = tangents.get(row, direction)
      if (isTraced(tangent)) tangents.add(this.#output, direction, place(tangent as unknown as number, i, this.#shape))
      else data[i] = Number(tangent)
    })
    tangents.add(this.#output, direction, new Tensor(data, this.#shape))
  }
}

/** Entries of a tensor as rows, which follow the node's own row. */
export class UnpackNode implements TapeNode {
  readonly entries = 0
  readonly #row: number
  readonly #input: number
  readonly #shape: Shape
  readonly #start: number
  readonly #length: number

  constructor(row: number, input: number, shape: Shape, start: number, length: number) {
    this.#row = row
    this.#input = input
    this.#shape = shape
    this.#start = start
    this.#length = length
  }

  pull(adjoints: Sweep, direction: number): void {
    const cotangent = zeros(this.#shape)
    for (let i = 0; i < this.#length; i++) {
      const adjoint = adjoints.get(this.#row + 1 + i, direction) as Value
      if (isTraced(adjoint)) adjoints.add(this.#input, direction, place(adjoint as unknown as number, this.#start + i, this.#shape))
      else cotangent.data[this.#start + i] = adjoint as number
    }
    adjoints.add(this.#input, direction, cotangent)
  }

  push(tangents: Sweep, direction: number): void {
    const tangent = tangents.get(this.#input, direction) as Tensor | undefined
    if (tangent === undefined) return
    for (let i = 0; i < this.#length; i++) {
      tangents.add(this.#row + 1 + i, direction, pickEntry(tangent, this.#start + i))
    }
  }
}
