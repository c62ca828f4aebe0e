import type { Definition } from '../core/definition.ts'
import { ask, below, dispatch, pickEntry } from '../core/dispatch.ts'
import { pageWithPlace } from '../core/rows.ts'
import { type Shape, sizeOfShape } from '../core/shape.ts'
import { Tensor } from '../core/tensor.ts'
import {
  Arena,
  BOXED,
  beginPassing,
  CHUNK,
  CLOSED,
  DUAL,
  DUAL_CHUNK,
  endedError,
  endPassing,
  freshLevel,
  isTraced,
  Traced,
  TracedTensor,
  type Transform,
} from '../core/traced.ts'
import type { Value } from '../core/types.ts'
import { belonging } from '../ops/casts.ts'
import { stackScalars } from '../ops/pick.ts'
import { section } from '../ops/sections.ts'

/**
 * Duals live in pages of rows. The first pages of a transform are kept for the next one, which costs least; those of a
 * long loop are garbage-collected one by one as their duals go out of use, so that memory stays bounded.
 */
const ROWS_PER_PAGE = 4096
const KEPT_PAGES = 32

const pool: Float64Array[] = []

/** One tangent per direction; `undefined` is zero by structure. */
export type Tangents = readonly (Value | undefined)[]

/** What stands behind a traced tensor, or behind a scalar whose payload is itself traced. */
interface Dual {
  primal: Value
  tangents: Tangents
}

/** Forward mode: every value carries its tangents, in one direction or in a chunk of up to CHUNK directions at once. */
export class Forward implements Transform {
  readonly level = freshLevel()
  readonly directions: number
  arena: Arena
  readonly #kept: Arena[] = []

  constructor(directions: number) {
    this.directions = directions
    this.arena = this.#page()
    beginPassing(this.level)
  }

  nextPage(): Arena {
    if (this.arena.kind === CLOSED) throw endedError()
    this.arena = this.#page()
    return this.arena
  }

  /** Ends the transform: values of it that are still around can no longer be used. */
  close(): void {
    endPassing(this.level)
    for (const page of this.#kept) {
      if (pool.length < KEPT_PAGES) pool.push(page.values)
      page.close()
    }
    this.arena.close()
  }

  /** A value that carries tangents; the plain primal where all of them are zero by structure. */
  lift(primal: Value, tangents: Tangents): Value {
    if (typeof primal === 'number' && tangents.length > 0) {
      const row = this.#numberRow(primal, tangents)
      if (row !== undefined) return row
    }
    if (tangents.every(tangent => tangent === undefined)) return primal
    if (primal instanceof Tensor)
      return new TracedTensor(this.arena, primal.shape, { primal, tangents: tangents.map(each => belonging(each, primal)) } satisfies Dual, primal.dtype)
    return new Traced(new Arena(BOXED, this, undefined, undefined, undefined, undefined, { primal, tangents } satisfies Dual), 0)
  }

  /** The row of a number whose tangents are numbers; undefined when one is traced or all are absent. */
  #numberRow(primal: number, tangents: Tangents): Traced | undefined {
    const width = this.#width() + 1
    const page = pageWithPlace(this.arena)
    const row = page.count
    const { values } = page
    let present = false
    values[row] = primal
    for (let k = 1; k < width; k++) {
      const tangent = tangents[k - 1]
      if (typeof tangent === 'number') present = true
      else if (tangent !== undefined) return undefined
      values[row + k] = tangent ?? 0
    }
    if (!present) return undefined
    page.count = row + width
    return new Traced(page, row)
  }

  owns(x: Value): x is Traced | TracedTensor {
    return isTraced(x) && x.arena.owner === this
  }

  primal(x: Value): Value {
    if (!this.owns(x)) return x
    if (x instanceof TracedTensor) return (x.box as Dual).primal
    return x.arena.kind === BOXED ? (x.arena.box as Dual).primal : (x.arena.values[x.index] as number)
  }

  /** The tangent of any value in one direction. */
  tangent(x: Value, direction: number): Value | undefined {
    if (!this.owns(x)) return undefined
    if (x instanceof TracedTensor) return (x.box as Dual).tangents[direction]
    return x.arena.kind === BOXED ? (x.arena.box as Dual).tangents[direction] : x.arena.values[x.index + 1 + direction]
  }

  apply(definition: Definition, operands: readonly Value[], params: unknown): Value {
    const primals = operands.map(each => this.primal(each))
    const out = below(dispatch(definition, primals, params), this, definition)
    if (!definition.differentiable) return out
    const map = definition.linearize(
      primals,
      out,
      params,
      operands.map(each => this.owns(each)),
    )
    return this.lift(
      out,
      this.#eachDirection(k => below(map.push(operands.map(each => this.tangent(each, k))), this, definition)),
    )
  }

  ask(definition: Definition, operands: readonly Value[]): boolean {
    return ask(
      definition,
      operands.map(each => this.primal(each)),
    )
  }

  assemble(scalars: readonly Value[], shape: Shape): Value {
    if (!scalars.every(each => !isTraced(each) || (this.owns(each) && each.arena.kind !== BOXED))) {
      return this.apply(stackScalars.definition, scalars, { shape })
    }
    const gather = (read: (x: Value) => Value | undefined) => {
      const data = new Float64Array(sizeOfShape(shape))
      for (let i = 0; i < data.length; i++) data[i] = Number(read(scalars[i] as Value) ?? 0)
      return new Tensor(data, shape)
    }
    return this.lift(
      gather(x => this.primal(x)),
      this.#eachDirection(k => gather(x => this.tangent(x, k))),
    )
  }

  pick(x: TracedTensor, position: number): Value {
    const { primal, tangents } = x.box as Dual
    return this.lift(
      pickEntry(primal as Tensor, position),
      tangents.map(tangent => (tangent === undefined ? undefined : pickEntry(tangent as Tensor, position))),
    )
  }

  part(x: TracedTensor, start: number, shape: Shape): Value {
    return this.apply(section.definition, [x], { start, shape })
  }

  #page(): Arena {
    const width = this.#width()
    const keep = this.#kept.length < KEPT_PAGES
    const values = (keep ? pool.pop() : undefined) ?? new Float64Array(ROWS_PER_PAGE * (CHUNK + 1))
    const page = new Arena(width === 1 ? DUAL : DUAL_CHUNK, this, values)
    if (keep) this.#kept.push(page)
    return page
  }

  /** Tangents that a row holds. */
  #width(): number {
    return this.directions === 1 ? 1 : CHUNK
  }

  #eachDirection<T>(compute: (direction: number) => T): T[] {
    return Array.from({ length: this.directions }, (_, k) => compute(k))
  }
}
