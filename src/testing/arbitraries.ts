// biome-ignore lint/suspicious/noTsIgnore: it stays in the declarations, which hold without fast-check, an optional peer, as well
/** @ts-ignore */
import type * as FastCheck from 'fast-check'
import { broadcastShapes, type Shape, sizeOfShape } from '../core/shape.ts'
import { Tensor } from '../core/tensor.ts'

/** Values that rules get wrong most often: kinks, poles and ties of many operators. */
const SPECIAL = [0, 1, -1, 0.5, 2, 1e-8, -1e-8]

/**
 * Arbitraries of fast-check for what operators take. The module is handed in, so that this library does not depend on it;
 * without it installed their types are `any`.
 *
 * @example
 * const { shape, tensorOf } = arbitraries(fc)
 * fc.assert(fc.property(shape().chain(tensorOf), t => sum(t) === sum(ravel(t))))
 */
export function arbitraries(fc: (typeof FastCheck)['default']) {
  /** Numbers of moderate size; at and around kinks as well. */
  const number = (size = 3) =>
    fc.oneof({ weight: 4, arbitrary: fc.double({ min: -size, max: size, noNaN: true }) }, { weight: 1, arbitrary: fc.constantFrom(...SPECIAL) })
  /** Shapes of up to three axes; lengths from 1, or from 0 where asked. */
  const shape = ({ maxRank = 3, minLength = 1, maxLength = 4 } = {}): FastCheck.Arbitrary<number[]> =>
    fc.array(fc.integer({ min: minLength, max: maxLength }), { maxLength: maxRank })
  /** Tensors of a shape. */
  const tensorOf = (of: Shape): FastCheck.Arbitrary<Tensor> =>
    fc.array(number(), { minLength: sizeOfShape(of), maxLength: sizeOfShape(of) }).map(entries => new Tensor(Float64Array.from(entries), of))
  /** Two shapes that broadcast, and what they broadcast to. */
  const broadcast = () =>
    fc.tuple(shape(), fc.infiniteStream(fc.boolean()), fc.nat(3)).map(([to, coins, cut]) => {
      const [a, b] = [to, to.slice(Math.min(cut, to.length))].map(each => each.map(length => (coins.next().value === true ? 1 : length))) as [
        number[],
        number[],
      ]
      return { a, b, to: broadcastShapes('broadcast', [a, b]) }
    })
  /** An axis of a shape, from the front or the end. */
  const axisOf = (of: Shape) => fc.integer({ min: -of.length, max: of.length - 1 })
  return { number, shape, tensorOf, broadcast, axisOf }
}
