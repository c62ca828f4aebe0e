import { describe, expect, it } from 'vitest'
import {
  add,
  compile,
  concat,
  cos,
  foriLoop,
  grad,
  matmul,
  max,
  mul,
  neg,
  pad,
  reshape,
  stack,
  sub,
  sum,
  type Tensor,
  take,
  tensor,
  transpose,
  vmap,
} from '../../src/index.ts'

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

describe('rows that loops take from where they are', () => {
  const given = (...shape: number[]) => {
    const size = shape.reduce((product, length) => product * length, 1)
    return tensor(
      Float64Array.from({ length: size }, (_, i) => Math.sin(1 + 1.7 * i)),
      shape,
    )
  }
  const some = (count: number, of: number) =>
    tensor(
      Int32Array.from({ length: count }, (_, i) => (7 * i + i * i) % of),
      { shape: [count], dtype: 'int32' },
    )
  const rowsOf = (each: Tensor, count: number, of = 11, axis = 0) => take(each, some(count, of), { axis }) as Tensor

  it.each<[string, (each: Tensor) => Tensor, number[]]>([
    ['of two tables', each => mul(2, add(rowsOf(each, 40), cos(rowsOf(each, 40, 7)))) as Tensor, [11, 9]],
    ['of matrices, beside a number for each', each => mul(rowsOf(each, 40), given(40, 1, 1)) as Tensor, [11, 3, 5]],
    ['summed over the rows', each => sum(mul(rowsOf(each, 40), given(40, 9)), { axis: 0 }) as Tensor, [11, 9]],
    ['summed along the rows', each => sum(mul(rowsOf(each, 40), given(40, 9)), { axis: 1 }) as Tensor, [11, 9]],
    ['in the middle', each => mul(3, rowsOf(each, 6, 4, 1)) as Tensor, [5, 4, 12]],
    ['for each item of a batch', each => mul(rowsOf(each, 13), given(4, 13, 9)) as Tensor, [11, 9]],
    ['broadcast along an axis of theirs', each => mul(rowsOf(each, 13), given(13, 6, 9)) as Tensor, [11, 1, 9]],
    ['one of them', each => add(rowsOf(each, 1), 1) as Tensor, [11, 9]],
    [
      'of a transposed tensor, and longer than a loop is written out',
      each => sub(rowsOf(transpose(each), 3), neg(rowsOf(transpose(each), 3, 5))) as Tensor,
      [133, 11],
    ],
    ['beside others in a join', each => concat([mul(rowsOf(each, 5), 2) as Tensor, given(5, 2)], { axis: 1 }), [11, 9]],
    ['in rounds of a loop', each => foriLoop(0, 3, (_, state: Tensor) => add(state, mul(rowsOf(each, 5), 0.5)) as Tensor, given(5, 9)), [11, 9]],
    ['of what is computed before', each => mul(rowsOf(matmul(each, given(9, 9)), 7), 2) as Tensor, [11, 9]],
    ['as results too', each => stack([rowsOf(each, 5), mul(rowsOf(each, 5), 2) as Tensor]) as Tensor, [11, 9]],
  ])('%s: values and gradients are those of operators', (_, f, shape) => {
    const loss = (each: Tensor) => sum(mul(f(each), f(each)))
    const at = given(...shape)
    for (const g of [f, grad(loss)] as ((each: Tensor) => Tensor)[]) {
      const expected = g(at)
      const found = compile(g, { target: 'wasm' })(at)
      expect(found.shape).toEqual(expected.shape)
      // Sums are taken in another order.
      found.data.forEach((each, i) => expect(Math.abs(each - (expected.data[i] as number))).toBeLessThan(1e-13 * (1 + Math.abs(each))))
    }
  })
})
