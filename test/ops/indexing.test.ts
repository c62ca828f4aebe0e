import { describe, expect, it } from 'vitest'
import {
  add,
  argMax,
  checkpoint,
  compile,
  floor,
  foriLoop,
  gather,
  grad,
  hessian,
  jacobian,
  jvp,
  mul,
  ShapeError,
  scan,
  scatterAdd,
  slice,
  square,
  sum,
  Tensor,
  take,
  tensor,
  variable,
  vmap,
} from '../../src/index.ts'

// biome-ignore lint/suspicious/noExplicitAny: programs of any arguments
type Any = any

const plain = (x: unknown): unknown => (x instanceof Tensor ? x.toArray() : Array.isArray(x) ? x.map(plain) : x)
// biome-ignore format: a matrix
const table = tensor([[1, 2], [3, 4], [5, 6]])
const v = tensor([10, 20, 30, 40])

/** Programs whose indices are arguments, with value and gradient by hand. */
const programs: Record<string, [f: (...args: Any[]) => Any, args: Any[], value: number, gradient: unknown]> = {
  'rows of a table': [
    (e, i) => sum(square(take(e, i))),
    [table, tensor([2, 0, 2])],
    127,
    [
      [2, 4],
      [0, 0],
      [20, 24],
    ],
  ],
  'rows, from the end': [
    (e, i) => sum(square(take(e, i))),
    [table, tensor([-1, 0, 2])],
    127,
    [
      [2, 4],
      [0, 0],
      [20, 24],
    ],
  ],
  'columns, by a matrix of indices': [
    (e, i) => sum(square(take(e, i, 1))),
    [
      table,
      tensor([
        [1, 0],
        [1, 1],
      ]),
    ],
    203,
    [
      [2, 12],
      [6, 24],
      [10, 36],
    ],
  ],
  'one row': [
    (e, i) => sum(square(take(e, i))),
    [table, 1],
    25,
    [
      [0, 0],
      [6, 8],
      [0, 0],
    ],
  ],
  'one entry': [(x, i) => square(take(x, i)), [v, -1], 1600, [0, 0, 0, 80]],
  'entries with at': [
    (e, i) => mul(e.at(i, 1), e.at(0, add(i, -1))),
    [table, 2],
    12,
    [
      [0, 6],
      [0, 0],
      [0, 2],
    ],
  ],
  'a slice': [(x, i) => sum(square(slice(x, i, add(i as number, 2)))), [v, 1], 1300, [0, 40, 60, 0]],
  'a slice backwards': [(x, i) => sum(mul(slice(x, i, add(i as number, -2), -1), [1, 10])), [v, 3], 340, [0, 0, 10, 1]],
  'a slice of two axes': [
    (e, i) => sum(square(slice(e, [i, 0], [add(i as number, 2), 1]))),
    [table, 1],
    34,
    [
      [0, 0],
      [6, 0],
      [10, 0],
    ],
  ],
  'entries along an axis': [
    (e, i) => sum(square(gather(e, i))),
    [table, tensor([[1], [0], [1]])],
    49,
    [
      [0, 4],
      [6, 0],
      [0, 12],
    ],
  ],
  updates: [(x, i) => sum(square(scatterAdd(x, i, [1, 2]))), [v, tensor([3, -4])], 3125, [24, 40, 60, 82]],
  'the place of the largest': [x => square(take(x, argMax(x))), [v], 1600, [0, 0, 0, 80]],
  'loop variables': [x => foriLoop(0, 3, (i: Any, s: Any) => add(s, mul(take(x, i), take(x, add(i, 1)))), 0), [v], 2000, [20, 40, 60, 30]],
  'loop variables with at': [x => foriLoop(0, 3, (i: Any, s: Any) => add(s, mul(x.at(i), x.at(add(i, 1)))), 0), [v], 2000, [20, 40, 60, 30]],
  'a table of indices in a loop': [x => foriLoop(0, 3, (i: Any, s: Any) => add(s, mul(take(x, take(tensor([2, 0, 3]), i)), i)), 0), [v], 90, [1, 0, 0, 2]],
  'slices in a loop': [x => foriLoop(0, 3, (i: Any, s: Any) => add(s, sum(square(slice(x, i, add(i as number, 2))))), 0), [v], 4300, [20, 80, 120, 80]],
  'items that are indices': [
    (x, i) => scan((s: Any, k: Any) => [add(s, square(take(x, k))), undefined], 0, i)[0],
    [v, tensor([1, 1, 3])],
    2400,
    [0, 80, 0, 80],
  ],
}

describe.each(Object.entries(programs))('indices are values: %s', (_, [f, args, value, gradient]) => {
  it('eagerly', () => {
    expect(f(...args)).toBe(value)
    expect(plain(grad(f)(...args))).toEqual(gradient)
    const [first, ...others] = args
    expect(jvp((x: Any) => f(x, ...others), [first], [mul(first, 1)])[1]).toBeCloseTo(sum(mul(gradient as number[], first)), 9)
    expect(plain(jacobian((x: Any) => f(x, ...others))(first))).toEqual(gradient)
    expect(plain(grad(checkpoint(f))(...args))).toEqual(gradient)
    const x = variable(first)
    f(x, ...others).backward()
    expect(plain(x.grad)).toEqual(gradient)
  })

  it.each(['js', 'wasm', 'interpreter'] as const)('compiled for %s', target => {
    expect(compile(f, { target })(...args)).toBe(value)
    expect(plain(compile(grad(f), { target })(...args))).toEqual(gradient)
    const [first, ...others] = args
    expect(
      plain(
        compile(
          hessian((x: Any) => f(x, ...others)),
          { target },
        )(first),
      ),
    ).toEqual(plain(hessian((x: Any) => f(x, ...others))(first)))
  })

  it('in batches', () => {
    const both = (xs: Any) => xs.map((x: Any) => (x instanceof Tensor ? tensor([x.toArray(), mul(x, 1).toArray()]) : [x, x]))
    expect(plain(vmap(f)(...both(args)))).toEqual([value, value])
    expect(plain(vmap(grad(f))(...both(args)))).toEqual([gradient, gradient])
    expect(plain(compile(vmap(grad(f)))(...both(args)))).toEqual([gradient, gradient])
  })
})

it('indices that differ from item to item, of operands that do or do not', () => {
  expect(plain(vmap((i: Any): Any => take(v, i))([0, 3, 1]))).toEqual([10, 40, 20])
  expect(plain(vmap((row: Tensor, i: number) => take(row, i))(table, [0, 1, 1]))).toEqual([1, 4, 6])
  expect(plain(vmap((i: number) => slice(v, i, add(i, 2)))([0, 2, 1]))).toEqual([[10, 20], [30, 40], [20, 30]]) // biome-ignore format: rows
  expect(plain(vmap((i: Tensor) => gather(v, i))(tensor([[0, 1], [3, 2]])))).toEqual([[10, 20], [40, 30]]) // biome-ignore format: rows
  expect(plain(vmap((i: Tensor) => scatterAdd(v, i, [1, 2]))(tensor([[0, 1], [3, 2]])))).toEqual([[11, 22, 30, 40], [10, 20, 32, 41]]) // biome-ignore format: rows
  expect(plain(vmap((x: Tensor, u: Tensor) => scatterAdd(x, [0, 0], u))(tensor([[0, 1], [3, 2]]), tensor([[5, 6], [7, 8]])))).toEqual([[11, 1], [18, 2]]) // biome-ignore format: rows
  expect(plain(vmap((i: number) => table.at(i, 1))([0, 2]))).toEqual([2, 6])
  expect(plain(vmap(grad((w: Tensor, i: number) => square(take(w, i))), { in: [null, 0] })(v, [0, 3]))).toEqual([[20, 0, 0, 0], [0, 0, 0, 80]]) // biome-ignore format: rows
})

it('an index has no derivative', () => {
  expect(grad((x: number) => mul(take(v, floor(x)), x))(1.5)).toBe(20)
  expect(grad((x: number) => mul(v.at(floor(x) as number), x))(1.5)).toBe(20)
})

describe.each(['auto', 'js', 'wasm', 'interpreter'] as const)('compiled for %s', target => {
  it('out of bounds is an error, for each call', () => {
    const at = compile((x: Tensor, i: number) => take(x, i), { target })
    expect([at(v, 0), at(v, 3), at(v, -4), at.stats.versions]).toEqual([10, 40, 10, 1])
    for (const i of [4, -5, 0.5, Number.NaN]) {
      expect(() => at(v, i)).toThrow(ShapeError)
      expect(() => at(v, i)).toThrow('out of range')
    }
    expect(at(v, 1)).toBe(20)
    const loop = compile((x: Tensor, n: Tensor) => foriLoop(0, 3, (i, s: number) => add(s, take(x, take(n, i)) as unknown as number), 0), { target })
    expect(loop(v, tensor([0, 1, 2]))).toBe(60)
    expect(() => loop(v, tensor([0, 4, 2]))).toThrow('out of range')
    const part = compile((x: Tensor, i: number) => slice(x, i, add(i as number, 2)), { target })
    expect(plain(part(v, 2))).toEqual([30, 40])
    expect(() => part(v, 3)).toThrow('out of range')
  })

  it('slices of another length are another version', () => {
    const part = compile((x: Tensor, i: number, j: number) => sum(slice(x, i, j)), { target })
    expect([part(v, 0, 2), part(v, 1, 3), part(v, 0, 4), part(v, 2, 4), part.stats.versions]).toEqual([30, 50, 100, 70, 2])
  })
})
