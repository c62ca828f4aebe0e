import { describe, expect, it } from 'vitest'
import { compile, cos, grad, max, mul, neg, pad, reshape, sum, type Tensor, take, tensor, transpose, vmap } from '../../src/index.ts'

const [ROWS, PICKED] = [40, 1500]
const x = tensor(
  Float64Array.from({ length: 3 * ROWS }, (_, i) => Math.sin(1 + 3.7 * i)),
  [ROWS, 3],
)
const picked = tensor(
  Int32Array.from({ length: PICKED }, (_, i) => (7 * i + 3) % ROWS),
  { shape: [PICKED], dtype: 'int32' },
)
const rows = (each: Tensor) => take(each, picked, { axis: 0 }) as Tensor
const sizes = (f: { graph: { nodes: readonly { op: string; shape: readonly number[] }[] } }, op: string) =>
  f.graph.nodes.filter(each => each.op === op).map(each => each.shape.reduce((size, length) => size * length, 1))

describe('entries that a table repeats', () => {
  it.each<[string, (each: Tensor) => unknown]>([
    ['a function of them', each => cos(rows(each))],
    ['a function with a number, moved', each => transpose(mul(rows(each), -1.5))],
    ['moved only', each => transpose(rows(each))],
    ['functions of functions', each => neg(cos(neg(rows(each))))],
    ['used twice', each => mul(rows(each), cos(rows(each)))],
    [
      'among zeros, of which functions make ones',
      each =>
        transpose(
          cos(
            pad(each, [
              [1000, 3000],
              [0, 0],
            ]),
          ),
        ),
    ],
    ['of columns of a batch', each => vmap((column: Tensor) => neg(take(column, picked)) as Tensor, { in: 1, out: 1 })(each)],
    ['few of them taken, in another shape', each => take(reshape(transpose(rows(each)), [-1, 6]), [1, 0, -1, 1], { axis: 1 })],
    ['few of them taken, with zeros among them', each => take(pad(transpose(rows(each)), [[1, 1], [900, 0]]), [0, 899, 900, 901, -1], { axis: 1 })], // biome-ignore format: widths
    ['few of them taken, and all of them used', each => mul(take(transpose(rows(each)), [3, 1], { axis: 1 }), max(rows(each)))],
    ['a gradient', each => grad((y: Tensor) => sum(mul(cos(transpose(rows(y))), 2)))(each)],
  ])('have the bits that operators give them: %s', (_, f) => {
    const expected = f(x) as Tensor
    const compiled = compile(f as (each: Tensor) => Tensor, { target: 'js' })(x)
    expect(compiled.shape).toEqual(expected.shape)
    expect([...compiled.data]).toEqual([...expected.data])
    compile(f as (each: Tensor) => Tensor, { target: 'wasm' })(x).data.forEach((each, i) => {
      expect(Math.abs(each - (expected.data[i] as number))).toBeLessThan(1e-14)
    })
  })

  it('are not moved where few of them are taken', () => {
    const f = compile((each: Tensor) => take(reshape(transpose(each, [2, 0, 1]), [9, -1]), [5, 1, 77], { axis: 1 }) as Tensor, { target: 'wasm' })
    const given = tensor(
      Float64Array.from({ length: 20 * 30 * 9 }, (_, i) => i),
      [20, 30, 9],
    )
    expect(f(given).toArray()).toEqual(Array.from({ length: 9 }, (_, row) => [5, 1, 77].map(column => 9 * column + row)))
    expect(sizes(f as never, 'permute')).toEqual([])
    expect(sizes(f as never, 'gatherEntries')).toEqual([27])
  })

  it('are computed before they are repeated, and moved in rows', () => {
    const f = compile((each: Tensor) => transpose(cos(rows(each)), [1, 0]) as Tensor, { target: 'wasm' })
    f(x)
    expect(sizes(f as never, 'cos')).toEqual([3 * ROWS])
    const g = compile((each: Tensor) => vmap((column: Tensor) => rows(column), { in: 2, out: 2 })(each) as Tensor, { target: 'wasm' })
    g(tensor(new Float64Array(ROWS * 3 * 9), [ROWS, 3, 9]))
    expect(sizes(g as never, 'gatherEntries')).toEqual([27 * ROWS, 27 * PICKED])
    expect(sizes(g as never, 'permute')).not.toContain(27 * PICKED)
  })
})
