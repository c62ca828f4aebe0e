import { describe, expect, it, vi } from 'vitest'
import { add, compile, DualtapeError, grad, jacobian, mul, square, sum, type Tensor, tensor } from '../../src/index.ts'
import { numbersOf, structureOf } from '../results.ts'

/*
 * A version of a compiled function is for arguments of one structure. What a function can see of its arguments is part of it: how many
 * there are, which keys an object has and in which order, whether it is a list.
 */

const targets = ['auto', 'js', 'wasm', 'interpreter'] as const

/** What a call gives, down to the order of keys, or that it was refused. */
function outcome(f: (...args: never[]) => unknown, args: readonly unknown[]): string {
  try {
    const result = f(...(args as never[]))
    return `${JSON.stringify(structureOf(result))} ${numbersOf(result)}`
  } catch (error) {
    return error instanceof DualtapeError ? 'refused' : String(error)
  }
}

class Point {
  x = 1
}

// biome-ignore lint/suspicious/noExplicitAny: functions of whatever a call gives them
const functions: Record<string, [(...args: any[]) => unknown, unknown[][]]> = {
  'a key that is undefined in one call and another key in the next': [p => add(p.a, p.c ?? 0), [[{ a: 1, b: undefined }], [{ a: 1, c: 5 }]]],
  'keys in another order': [p => Object.values(p).map((each, i) => mul(each as number, i + 1)), [[{ a: 1, b: 2 }], [{ b: 2, a: 1 }]]],
  'keys in another order, inside': [p => Object.keys(p.q).map(key => mul(p.q[key], key === 'a' ? 2 : 3)), [[{ q: { a: 1, b: 2 } }], [{ q: { b: 2, a: 1 } }]]],
  'a gradient in the order of its argument': [grad(p => mul(square(p.a), p.b)), [[{ a: 1, b: 2 }], [{ b: 2, a: 1 }]]],
  'a list, and an object with its indices': [grad(p => add(square(p[0]), p[1])), [[{ 0: 1, 1: 2 }], [[1, 2]], [[3, [4]]]]],
  'nothing in a list, and in an object': [
    (p, x) => (Array.isArray(p) ? x : mul(2, x)),
    [
      [{}, 3],
      [[], 3],
      [null, 3],
      [undefined, 3],
    ],
  ],
  'an instance of a class': [p => mul(2, p.x), [[{ x: 1 }], [{ x: 2 }]]],
  'a parameter that is left out': [(x, y = 2) => mul(x, y), [[3], [3, 5], [3, undefined], [3, 7]]],
  'a derivative with one that is left out': [grad((x, y = 2) => mul(x, y)), [[3], [3, 5], [3]]],
  'as many arguments as there are': [(...all) => sum(all), [[1, 2], [1, 2, 3], [1], [1, 2]]],
  // biome-ignore lint/complexity/noArguments: what old functions read
  arguments: [function () { return sum(Array.from(arguments)) }, [[1, 2], [1, 2, 3], [1]]], // biome-ignore format: one line
  'what methods of lists pass': [(x, i) => (i === undefined ? x : add(x, i)), [[5], ...[5, 6, 7].map((each, i, list) => [each, i, list])]],
  'a long list of which two entries are read': [
    x => add(x[1], x.at(-1)),
    [
      Array.from({ length: 2000 }, (_, i) => i),
      Array.from({ length: 2000 }, (_, i) => (i === 1 ? [7] : i)),
      Array.from({ length: 2000 }, (_, i) => (i === 3 ? [7] : i)),
    ].map(each => [each]),
  ],
  'typed arrays that pass': [
    (x, i) => [mul(x, 2), x, i],
    [
      [new Float64Array([1]), new Int32Array([2])],
      [new Float32Array([1]), new Uint8Array([2])],
    ],
  ],
  'dtypes and shapes': [
    x => [x, sum(square(x))],
    [[1], [tensor(1)], [tensor([1])], [tensor([[1]])], [[1]], [tensor([1], { dtype: 'float32' })], [tensor([1], { dtype: 'int32' })], [tensor([true])]],
  ],
}

describe.each(targets)('compiled for %s, a call has the result of the function for', target => {
  it.each(Object.entries(functions))('%s', (_, [f, calls]) => {
    for (const order of [calls, calls.toReversed()]) {
      const fast = compile(f, { target })
      for (const args of [...order, ...order]) expect(outcome(fast, args)).toBe(outcome(f, args))
    }
  })

  it('what is no plain object, after one with the same keys, is refused as at first', () => {
    const fast = compile((p: { x: number }) => mul(2, p.x), { target })
    fast({ x: 1 })
    expect(() => fast(new Point())).toThrow(DualtapeError)
    const none = compile((_: object, x: number) => mul(2, x), { target })
    none({}, 1)
    for (const other of [new Date(0), new Map([[1, 2]])]) expect(() => none(other, 1)).toThrow(DualtapeError)
  })

  it('a buffer is one of doubles or singles, and integers are looked at on their way into it', () => {
    const fast = compile((x: Tensor) => mul(x, x), { target })
    const integers = (...of: number[]) => tensor(of, { dtype: 'int32' })
    for (let i = 0; i < 2; i++) {
      for (const out of [new Int32Array(2), [0, 0], undefined, null, tensor([0, 0]), 2] as never[]) {
        expect(() => fast.into(out, integers(1, 2))).toThrow(/^into: the buffer is a Float64Array or a Float32Array/)
      }
      const out = new Float64Array(2)
      fast.into(out, integers(7, 3))
      expect([...out]).toEqual([49, 9])
      expect(() => fast.into(out, integers(70_000, 3))).toThrow(/is no integer of 32 bits/)
    }
  })

  it('a sparse matrix goes into a buffer at the first call, too', () => {
    const fast = compile(
      jacobian((x: number[]) => ({ y: x.map(each => square(each)) }), { output: 'sparse' }),
      { target },
    )
    for (let i = 0; i < 2; i++) {
      const out = new Float64Array(3)
      fast.into(out, [1, 2, 3])
      expect([...out]).toEqual([2, 4, 6])
    }
  })
})

it('without versions the function runs as it is, and an argument that holds itself is refused', () => {
  const warned = vi.spyOn(console, 'warn').mockImplementation(() => undefined)
  expect(compile(square, { maxVersions: 0 })(2)).toBe(4)
  expect(warned).toHaveBeenCalledOnce()
  warned.mockRestore()
  const fast = compile((p: { a: number }) => mul(p.a, 2))
  fast({ a: 1 })
  const circle: { a: number; self?: object } = { a: 1 }
  circle.self = circle
  for (const call of [() => fast(circle), () => fast.into(new Float64Array(1), circle)]) expect(call).toThrow(DualtapeError)
})

it('an emitted module refuses another number of arguments, and other keys', async () => {
  const fast = compile((p: { a: number; b: number }, y = 2) => mul(add(p.a, mul(2, p.b)), y))
  fast({ a: 1, b: 2 })
  const { default: emitted } = await import(`data:text/javascript,${encodeURIComponent(fast.emit())}`)
  expect(emitted({ a: 1, b: 2 })).toBe(10)
  for (const args of [[{ a: 1, b: 2 }, 5], [], [{ b: 2, a: 1 }], [{ a: 1, c: 2 }], [[1, 2]], [null]]) expect(() => emitted(...args)).toThrow(/structure/)
  // What methods of lists pass.
  expect([{ a: 1, b: 2 }].map(emitted)).toEqual([10])
})
