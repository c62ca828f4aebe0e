import { describe, expect, it } from 'vitest'
import { broadcastTo, max, min, sum, type Tensor, tensor } from '../../../src/index.ts'

const SPECIAL = [1, -0, 0, -2, 3, 0, -0, 1e300, Number.NEGATIVE_INFINITY, 5, -1, 0, 7, Number.POSITIVE_INFINITY, -0, -0, 2, 0.5, Number.NaN, 4]
const shape = [3, 4, 5, 2]
const x = tensor(
  Float64Array.from({ length: 120 }, (_, i) => (i < 100 ? SPECIAL[(i * 7) % 18]! : SPECIAL[i % 20]!)),
  shape,
)

/** The entries along axes in order, for each place of the others. */
function fibres(axes: readonly number[]): number[][] {
  const found = new Map<string, number[]>()
  x.data.forEach((entry, i) => {
    const index = [Math.floor(i / 40), Math.floor(i / 10) % 4, Math.floor(i / 2) % 5, i % 2]
    const key = String(index.filter((_, axis) => !axes.includes(axis)))
    found.set(key, [...(found.get(key) ?? []), entry])
  })
  return [...found.values()]
}

describe('reductions', () => {
  const choices = [[0], [1], [2], [3], [0, 1], [2, 3], [1, 2], [0, 3], [1, 3], [0, 1, 2, 3], [0, 2]]

  it.each(choices)('along axes %j, %j, … are those of the entries in order, with zeros, NaN and infinities as Math has them', (...axes) => {
    const along = axes.filter(axis => axis !== undefined)
    const entries = (value: Tensor | number) => (typeof value === 'number' ? [value] : [...value.data])
    const of = (f: (...all: number[]) => number) => fibres(along).map(fibre => fibre.reduce((a, b) => f(a, b)))
    expect(entries(max(x, { axis: along }))).toEqual(of(Math.max))
    expect(entries(min(x, { axis: along }))).toEqual(of(Math.min))
    // A sum begins with 0, whose sign −0 does not change.
    expect(entries(sum(x, { axis: along }))).toEqual(fibres(along).map(fibre => fibre.reduce((a, b) => a + b, 0)))
  })

  it.each([
    [[4], [3, 4]],
    [
      [3, 1],
      [3, 4],
    ],
    [[1], [5]],
    [
      [2, 1, 3],
      [2, 4, 3],
    ],
    [
      [2, 1, 3, 1],
      [2, 4, 3, 2],
    ],
    [
      [1, 3, 1],
      [0, 3, 2],
    ],
    [
      [3, 1],
      [2, 3, 0],
    ],
  ])('and broadcasts of %j to %j repeat entries in their places', (from, to) => {
    const size = from.reduce((a, b) => a * b, 1)
    const small = tensor(
      Float64Array.from({ length: size }, (_, i) => i + 1),
      from,
    )
    const expected = Array.from({ length: to.reduce((a, b) => a * b, 1) }, (_, i) => {
      let [rest, place, step] = [i, 0, 1]
      for (let axis = to.length - 1; axis >= 0; axis--) {
        const own = from[axis - to.length + from.length] ?? 1
        place += (own === 1 ? 0 : rest % to[axis]!) * step
        step *= own
        rest = Math.floor(rest / to[axis]!)
      }
      return small.data[place]
    })
    expect([...broadcastTo(small, to).data]).toEqual(expected)
  })
})
