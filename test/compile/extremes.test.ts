import { expect, it } from 'vitest'
import { argMax, argMin, compile, type Tensor, tensor } from '../../src/index.ts'
import { Random } from '../forms/random.ts'
import { numbersOf } from '../results.ts'

const SPECIAL = [0, -0, 1, 1, -1, Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY]

/** The place by the definition: the first NaN, else the first of the largest. */
function first(list: readonly number[], sign: 1 | -1): number {
  const isNan = list.findIndex(Number.isNaN)
  return isNan >= 0 ? isNan : list.findIndex(each => list.every(other => sign * each >= sign * other))
}

it('places of extremes in WebAssembly are those of the first NaN, or of the first that nothing beats', () => {
  const random = new Random('extremes')
  const numbers = (count: number, special: boolean) =>
    Array.from({ length: count }, () => (special ? (SPECIAL[Math.floor(random.next() * SPECIAL.length)] as number) : random.next() - 0.5))
  for (const [f, sign] of [
    [argMax, 1],
    [argMin, -1],
  ] as const) {
    for (const shape of [[1], [7], [5, 1], [4, 6], [3, 5, 2], [2, 4, 5], [5, 3, 3]]) {
      for (const axis of [undefined, ...shape.keys()]) {
        const find = compile((x: Tensor) => f(x, { axis } as { axis: number }), { target: 'wasm' })
        for (let call = 0; call < 12; call++) {
          const x = tensor(
            numbers(
              shape.reduce((a, b) => a * b, 1),
              call % 2 === 1,
            ),
            { shape },
          )
          const [before, along, after] =
            axis === undefined
              ? [1, x.size, 1]
              : [shape.slice(0, axis), shape.slice(axis, axis + 1), shape.slice(axis + 1)].map(part => part.reduce((a, b) => a * b, 1))
          const wanted: number[] = []
          for (let o = 0; o < (before as number); o++)
            for (let i = 0; i < (after as number); i++)
              wanted.push(
                first(
                  Array.from({ length: along as number }, (_, k) => x.data[(o * (along as number) + k) * (after as number) + i] as number),
                  sign,
                ),
              )
          expect(numbersOf(find(x))).toStrictEqual(wanted)
        }
      }
    }
  }
})
