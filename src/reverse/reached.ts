import { type Definition, type LinearMap, type Positions, partialsOf } from '../core/definition.ts'
import { value as plain, shapeOf } from '../core/dispatch.ts'
import { full } from '../core/makers.ts'
import { broadcastStrides, gatherIndices, type Shape, sizeOfShape } from '../core/shape.ts'
import { Tensor } from '../core/tensor.ts'
import type { Value } from '../core/types.ts'
import type { ElementwiseDefinition } from '../ops/kinds/elementwise.ts'
import type { Application } from './nodes.ts'

/** 1 for entries at which a term has arrived, 0 for others. */
export type Mask = Float64Array

/**
 * Where the terms of adjoints have arrived while a sweep is inspected, be they 0: what is 0 elsewhere is so by structure, since it
 * was not chosen, not moved, or not used. A zero that was computed is a number, which must not win over ∞.
 */
export class Reached {
  readonly #masks = new Map<string, Mask>()

  at(reference: number, direction: number): Mask | undefined {
    return this.#masks.get(`${reference} ${direction}`)
  }

  note(reference: number, direction: number, mask: Mask): void {
    this.noteAt(reference, direction, mask.length, 0, mask)
  }

  /** The same for terms at some entries of a tensor of this size. */
  noteAt(reference: number, direction: number, size: number, positions: Positions, mask: Mask): void {
    const known = this.at(reference, direction) ?? new Float64Array(size)
    this.#masks.set(`${reference} ${direction}`, known)
    for (let i = 0; i < mask.length; i++) {
      const at = typeof positions === 'number' ? positions + i : (positions[i] as number)
      if (mask[i] !== 0 && at >= 0) known[at] = 1
    }
  }
}

/** Where the terms that an application passes to its operands have arrived. */
export function passOn({ definition, shapes, outShape, inputs }: Application, map: LinearMap, arrived: Mask): (Mask | undefined)[] {
  const value = outShape.length === 0 ? (arrived[0] as number) : new Tensor(arrived, outShape)
  const partials = partialsOf(map)
  if (partials !== undefined) {
    const chooses = choosesOperands(definition, inputs)
    return partials.map((partial, i) => {
      if (partial === undefined) return undefined
      const factors = chooses ? spread(partial, outShape) : undefined
      const passed = factors === undefined ? arrived : arrived.map((each, k) => (factors[k] === 0 ? 0 : each))
      return gathered(passed, shapes[i] as Shape, outShape)
    })
  }
  // Entries that are moved or added up arrive where they go; through products of matrices all arrive everywhere.
  if (definition.kind === 'linear') return (map.pull?.(value) ?? []).map(each => (each === undefined ? undefined : signsOf(each)))
  const any = arrived.some(each => each !== 0) ? 1 : 0
  return shapes.map(shape => numbersOf(shape.length === 0 ? any : full(shape, any)))
}

/** Whether a zero that was computed, a partial or an adjoint, has met ∞ or NaN in an application. */
export function computedZeroWon({ definition, outShape, inputs }: Application, map: LinearMap, cotangent: Value, arrived: Mask): boolean {
  const partials = partialsOf(map)
  if (partials === undefined) return false // Rules in other operators are inspected themselves.
  const chooses = choosesOperands(definition, inputs)
  const adjoints = spread(cotangent, outShape)
  return partials.some(partial => {
    if (partial === undefined) return false
    const factors = spread(partial, outShape)
    return adjoints.some((adjoint, k) => {
      const factor = factors[k] as number
      const structural = adjoint === 0 ? arrived[k] === 0 : chooses
      return !structural && Number.isNaN(adjoint * factor) && (adjoint === 0 || factor === 0)
    })
  })
}

/** Whether a partial of 0 is structure: of an operator that chooses, and of a product with a constant. */
function choosesOperands(definition: Definition, inputs: readonly number[]): boolean {
  return (definition as ElementwiseDefinition).chooses === true || definition.affine?.(inputs.map(input => input !== 0)) === true
}

/** The numbers of a value at the entries of a shape that it broadcasts to. */
function spread(x: Value, shape: Shape): Float64Array {
  const numbers = numbersOf(x)
  return Float64Array.from(placesIn(shapeOf(x), shape), place => numbers[place] as number)
}

/** What has arrived at entries of a shape, at those that were broadcast to it. */
function gathered(mask: Mask, shape: Shape, from: Shape): Mask {
  const result = new Float64Array(sizeOfShape(shape))
  placesIn(shape, from).forEach((place, k) => {
    if (mask[k] !== 0) result[place] = 1
  })
  return result
}

function placesIn(shape: Shape, broadcast: Shape): Int32Array {
  return gatherIndices(broadcast, broadcastStrides(shape, broadcast))
}

/** 1 for entries that are not 0. */
export function signsOf(x: Value | readonly Value[]): Mask {
  const numbers = Array.isArray(x) ? Float64Array.from(x, each => numbersOf(each)[0] as number) : numbersOf(x as Value)
  return numbers.map(each => (each === 0 ? 0 : 1))
}

function numbersOf(x: Value): Float64Array {
  const numbers = plain(x)
  return numbers instanceof Tensor ? Float64Array.from(numbers.data) : Float64Array.of(Number(numbers))
}
