import { describe, expect, it } from 'vitest'
import {
  add,
  compile,
  concat,
  div,
  grad,
  greater,
  max,
  mul,
  neg,
  reshape,
  scan,
  slice,
  sqrt,
  square,
  stack,
  sub,
  sum,
  type Tensor,
  take,
  tensor,
  transpose,
  where,
} from '../../src/index.ts'
import { numbersOf } from '../results.ts'

// biome-ignore lint/suspicious/noExplicitAny: programs of all kinds
type Any = any

const wave = (shape: number[], from = 0) =>
  tensor(
    Array.from({ length: shape.reduce((a, b) => a * b, 1) }, (_, i) => Math.round(64 * Math.sin(from + i * i)) / 8),
    { shape },
  )

/** Programs of arithmetic on a vector of seven, a matrix of 4 × 6 and one of 4 × 3, which join what they compute. */
const programs: Record<string, (v: Tensor, a: Tensor, b: Tensor) => Any> = {
  'columns that are computed': v => concat([1, 2, 3].map(k => reshape(mul(v, k), [7, 1])) as Tensor[], { axis: 1 }),
  'the same, in another shape': v => reshape(concat([1, 2, 3].map(k => reshape(mul(v, k), [7, 1])) as Tensor[], { axis: 1 }), [7, 3, 1]),
  'rows of several entries': (_, a, b) => concat([square(a), neg(b), add(b, 1)], { axis: 1 }),
  'one after the other': (v, a) => concat([mul(v, 2), reshape(square(a), [24]), v], { axis: 0 }),
  'along an axis in the middle': (_, a, b) => concat([reshape(square(a), [2, 4, 3]), reshape(neg(b), [2, 2, 3])], { axis: 1 }),
  'a column that is a result as well': v => {
    const twice = mul(v, 2)
    return [concat([reshape(twice, [7, 1]), reshape(square(v), [7, 1])], { axis: 1 }), twice]
  },
  'a column that is read again': v => {
    const [twice, squares] = [mul(v, 2), square(v)]
    return [concat([reshape(twice, [7, 1]), reshape(squares, [7, 1])], { axis: 1 }), sum(twice), div(1, add(squares, 1))]
  },
  'a column twice, beside inputs and constants': v => {
    const column = reshape(mul(v, 3), [7, 1])
    return concat([column, reshape(v, [7, 1]), wave([7, 1]), column], { axis: 1 })
  },
  'inputs, twice, and constants, of one number and of several': v => {
    const [column, ones] = [reshape(v, [7, 1]), tensor(new Float64Array(7).fill(1), { shape: [7, 1] })]
    return [concat([column, reshape(mul(v, 3), [7, 1]), ones, column, wave([7, 1]), reshape(square(v), [7, 1])], { axis: 1 }), ones, column]
  },
  'an input in a join that loops make a part of, and in one that they do not': v => {
    const column = reshape(v, [7, 1])
    return [concat([column, reshape(square(v), [7, 1])], { axis: 1 }), concat([column, column], { axis: 1 }), concat([v, square(slice(v, 0, 2))])]
  },
  'rows of inputs beside rows that are computed': (_, a, b) => concat([a, square(a), b, neg(b), wave([4, 6])], { axis: 1 }),
  'joined twice': v => {
    const both = concat([reshape(mul(v, 2), [7, 1]), reshape(square(v), [7, 1])], { axis: 1 })
    return concat([both, reshape(neg(v), [7, 1]), both], { axis: 1 })
  },
  'stacked, and read': (_, a) => sum(mul(stack([mul(a, 2), square(a), neg(a)], 2), 3), { axis: 1 }),
  'a transpose among them': (_, a, b) => concat([transpose(square(a)), transpose(slice(add(a, 1), [0, 0], [2, 6]))], { axis: 1 }) ?? b,
  'choices and quotients': (v, a) =>
    concat([reshape(where(greater(v, 0), v, mul(v, -2)), [7, 1]), reshape(div(v, add(square(v), 1)), [7, 1])], { axis: 1 }) ?? a,
  'reductions beside them': (_, a, b) => concat([reshape(max(a, { axis: 1 }), [4, 1]), square(b), reshape(sum(a, { axis: 1 }), [4, 1])], { axis: 1 }),
  'in the rounds of a loop': (v, a) =>
    scan((s: Tensor, x: Tensor) => [concat([mul(slice(s, 0, 3), 0.5), sub(slice(x, 0, 4), slice(s, 3, 7))]), concat([square(x), neg(x)])], v, a),
}

describe('what is joined in WebAssembly is what the program joins, bit for bit', () => {
  const given = [wave([7]), wave([4, 6], 1), wave([4, 3], 2)] as const
  for (const [name, f] of Object.entries(programs)) {
    it(name, () => {
      const fast = compile(f, { target: 'wasm' })
      const other = given.map(each => mul(each, 1.5)) as unknown as typeof given
      for (const args of [given, other, given]) {
        expect(numbersOf(fast(...args))).toStrictEqual(numbersOf(f(...args)))
        const out = new Float64Array(numbersOf(f(...args)).length)
        fast.into(out, ...args)
        expect([...out]).toStrictEqual(numbersOf(f(...args)))
      }
    })
  }
})

describe('a product of 0 and ∞ in a derivative is 0, wherever in the results it is', () => {
  const root = (x: Tensor) => sum(where(greater(x, 0), sqrt(x), mul(x, 2)))
  const results: Record<string, (x: Tensor) => Any> = {
    alone: x => grad(root)(x),
    'in a join': x => concat([reshape(mul(x, 2), [-1, 1]), reshape(grad(root)(x), [-1, 1]), reshape(x, [-1, 1])], { axis: 1 }),
    'in a join, in another shape, with results beside it': x => {
      const slopes = grad(root)(x)
      return [square(x), reshape(concat([x, slopes]), [2, -1]), sum(x), sum(slopes)]
    },
    'behind what is moved': x => take(grad(root)(x), [0, 0]),
    'in a sum': x => sum(grad(root)(x)),
  }
  for (const [name, f] of Object.entries(results)) {
    it(name, () => {
      for (const length of [1, 2, 3, 4, 7, 101, 300]) {
        const fast = compile(f, { target: 'wasm' })
        for (const zero of [undefined, 0, 1, 2, length - 2, length - 1, Math.floor(length / 2)]) {
          const x = tensor(Float64Array.from({ length }, (_, i) => (i === zero ? 0 : 1 + (i % 5))))
          const wanted = numbersOf(f(x))
          expect(wanted).not.toContain(Number.NaN)
          numbersOf(fast(x)).forEach((each, i) => expect(each).toBeCloseTo(wanted[i] as number, 10))
        }
      }
    })
  }
})

describe('entries that move by a table', () => {
  const moved: Record<string, (x: Tensor) => Any> = {
    'rows of three': x => take(x, [3, 0, 0, 2, 1], { axis: 0 }),
    'rows of one': x => take(reshape(x, [12]), [7, 1, 1, 0, 11]),
    'pairs, some one behind the other': x => take(reshape(x, [6, 2]), [0, 1, 5, 2, 3, 4, 1], { axis: 0 }),
    columns: x => take(x, [2, 0, 2, 1], { axis: 1 }),
    'rows of forty': x => take(mul(reshape(x, [12, 1]), wave([40])), [5, 5, 11, 0], { axis: 0 }),
    'rows, read by loops and given back': x => [mul(take(x, [1, 3, 0], { axis: 0 }), 2), take(x, [1, 3, 0], { axis: 0 })],
  }
  for (const [name, f] of Object.entries(moved)) {
    it(name, () => {
      const fast = compile(f, { target: 'wasm' })
      for (const x of [wave([4, 3]), wave([4, 3], 3)]) expect(numbersOf(fast(x))).toStrictEqual(numbersOf(f(x)))
    })
  }
})

describe('indices that are values', () => {
  const f = (v: Tensor, w: Tensor, k: Tensor) => [take(v, k), mul(take(w, k), 2), take(v, add(k, 0)), k]
  const integers = (list: number[]) => tensor(Int32Array.from(list), { shape: [list.length], dtype: 'int32' })
  const [v, w] = [wave([9]), wave([9], 5)]

  it('are counted from either end, at once for all tensors', () => {
    const fast = compile(f, { target: 'wasm' })
    for (const places of [
      [0, 8, 3, 3, 1],
      [0, -1, 3, -9, 1],
      [8, 7, 6, 5, -5],
      [1, 2, 3, 4, 5],
    ])
      expect(numbersOf(fast(v, w, integers(places)))).toStrictEqual(numbersOf(f(v, w, integers(places))))
  })

  it('are read by the loops that need the entries', () => {
    const g = (v: Tensor, w: Tensor, k: Tensor) => {
      const [a, b] = [take(v, k), take(w, k)]
      return [add(mul(a, b), take(v, sub(8, k))), sum(square(take(w, k))), sum(reshape(mul(take(v, k), 3), [-1, 1]), { axis: 1 })]
    }
    for (const count of [1, 2, 5, 8]) {
      const fast = compile(g, { target: 'wasm' })
      for (const turn of [1, 4, 7]) {
        const places = integers(Array.from({ length: count }, (_, i) => (turn * i) % 9))
        expect(numbersOf(fast(v, w, places))).toStrictEqual(numbersOf(g(v, w, places)))
      }
    }
  })

  it('are refused where there is no entry, in the words of the program', () => {
    const fast = compile(f, { target: 'wasm' })
    fast(v, w, integers([0, 1, 2, 3, 4]))
    for (const places of [
      [0, 1, 2, 3, 9],
      [-10, 1, 2, 3, 4],
    ]) {
      const refusal = (g: Any) => {
        try {
          return g(v, w, integers(places))
        } catch (error) {
          return (error as Error).message
        }
      }
      expect(refusal(fast)).toBe(refusal(f))
      expect(refusal(fast)).toContain('out of range')
    }
    expect(numbersOf(fast(v, w, integers([4, 3, 2, 1, 0])))).toStrictEqual(numbersOf(f(v, w, integers([4, 3, 2, 1, 0]))))
  })

  it('of doubles have to be whole', () => {
    const g = (v: Tensor, k: Tensor) => take(v, k)
    const fast = compile(g, { target: 'wasm' })
    expect(numbersOf(fast(v, tensor([1, 2])))).toStrictEqual(numbersOf(g(v, tensor([1, 2]))))
    for (const wrong of [1.5, Number.NaN, Number.POSITIVE_INFINITY]) {
      expect(() => g(v, tensor([1, wrong]))).toThrow()
      expect(() => fast(v, tensor([1, wrong]))).toThrow()
    }
  })
})
