import { describe, expect, it } from 'vitest'
import {
  add,
  checkpoint,
  checkpointSequential,
  exp,
  grad,
  hessian,
  hvp,
  jacobian,
  jvp,
  linearize,
  matmul,
  mul,
  sin,
  square,
  sum,
  TapeError,
  type Tensor,
  tanh,
  tensor,
  vjp,
} from '../../src/index.ts'
import { splitOf } from '../../src/reverse/checkpoint-sequential.ts'

const cell = (x: number[]) => x.map((each, i) => sin(add(mul(each, each), mul(0.3, x[(i + 1) % x.length] as number))))
const x = [0.3, -0.7, 1.1]

describe('checkpoint', () => {
  const plain = (v: number[]) => sum(cell(cell(cell(v))))
  const part = checkpoint(cell)
  const spared = (v: number[]) => sum(part(part(part(v))))

  it('gives the same gradients bit for bit, alone, nested and with a captured value', () => {
    expect(grad(spared)(x)).toEqual(grad(plain)(x))
    const nested = checkpoint((v: number[]) => part(part(v)))
    expect(grad((v: number[]) => sum(nested(part(v))))(x)).toEqual(grad(plain)(x))
    const captured = (wrap: typeof checkpoint) => (w: number, v: number[]) => {
      const inner = wrap((u: number[]) => u.map(each => mul(exp(w), tanh(mul(each, w)))))
      return add(sum(inner(inner(v))), w)
    }
    const none = (f => f) as typeof checkpoint
    expect(grad(captured(checkpoint), { argnum: [0, 1] })(0.7, x)).toEqual(grad(captured(none), { argnum: [0, 1] })(0.7, x))
  })

  it('works on tensors', () => {
    const layer = (w: Tensor, v: Tensor) => tanh(matmul(w, v))
    const loss = (f: typeof layer) => (w: Tensor) => sum(square(f(w, f(w, tensor([1, 2])))))
    const w = tensor([
      [0.1, 0.2],
      [-0.3, 0.4],
    ])
    expect(grad(loss(checkpoint(layer)))(w).toArray()).toEqual(grad(loss(layer))(w).toArray())
  })

  it('works at second order, forward, and inside jacobian', () => {
    const v = [1, -2, 0.5]
    // The one is the derivative of a gradient, the other made of second partials: they round differently.
    hvp(spared, x, v).forEach((each, i) => {
      expect(each).toBeCloseTo(hvp(plain, x, v)[i] as number, 13)
    })
    hessian(spared)(x).forEach((row, i) => {
      row.forEach((each, j) => {
        expect(each).toBeCloseTo(hessian(plain)(x)[i]?.[j] as number, 13)
      })
    })
    expect(jvp(spared, [x], [v])).toEqual(jvp(plain, [x], [v]))
    expect(linearize(spared, x)[1](v)).toBeCloseTo(linearize(plain, x)[1](v), 15)
    // Reverse over reverse: the outer tape holds the second evaluation, too, so that its terms are added in another order.
    const twice = (f: typeof plain) => grad((u: number[]) => sum(grad(f)(u)))(x)
    twice(spared).forEach((each, i) => {
      expect(each).toBeCloseTo(twice(plain)[i] as number, 12)
    })
    for (const mode of ['forward', 'reverse'] as const) {
      expect(jacobian((u: number[]) => part(part(u)), { mode })(x)).toEqual(jacobian((u: number[]) => cell(cell(u)), { mode })(x))
    }
    const wide = Array.from({ length: 30 }, (_, i) => Math.sin(i))
    expect(jacobian((u: number[]) => part(u))(wide)).toEqual(jacobian(cell)(wide))
  })

  it('records the inside again when the walk arrives, once per walk', () => {
    let calls = 0
    const counted = checkpoint((v: number[]) => {
      calls++
      return cell(v)
    })
    const [, pullback] = vjp((v: number[]) => sum(counted(v)), x)
    expect(calls).toBe(1)
    const first = pullback(1)
    expect(calls).toBe(2)
    expect(pullback(1)).toEqual(first)
  })

  it('passes inputs and trees through, and refuses a function that changes', () => {
    const tree = checkpoint((p: { a: number; b: number[] }) => ({ a: p.a, c: p.b.map(each => mul(each, p.a)) }))
    const f = (p: { a: number; b: number[] }) => {
      const { a, c } = tree(p)
      return add(a, sum(c))
    }
    expect(grad(f)({ a: 2, b: [3, 4] })).toEqual({ a: 8, b: [2, 2] })
    let round = 0
    const fickle = checkpoint((v: number[]) => (round++ === 0 ? [sin(v[0] as number)] : cell(v)))
    expect(() => grad((v: number[]) => sum(fickle(v)))(x)).toThrow(TapeError)
  })
})

describe('checkpointSequential', () => {
  const step = (state: number[]) => cell(state)
  const chain = (n: number, options: object, count = { calls: 0 }) => {
    const steps = new Array(n).fill((state: number[]) => {
      count.calls++
      return step(state)
    })
    return (v: number[]) => sum(checkpointSequential(steps, v, options))
  }
  const full = (n: number) => (v: number[]) => {
    let state = v
    for (let k = 0; k < n; k++) state = step(state)
    return sum(state)
  }

  it('gives the gradient of the chain, with either kind of checkpoints', () => {
    for (const n of [1, 2, 7, 40]) {
      expect(grad(chain(n, {}))(x)).toEqual(grad(full(n))(x))
      for (const memory of [1, 2, 3, 5, 50]) expect(grad(chain(n, { memory }))(x)).toEqual(grad(full(n))(x))
      expect(jvp(chain(n, { memory: 3 }), [x], [[1, 0, 2]])).toEqual(jvp(full(n), [x], [[1, 0, 2]]))
      // Steps are differentiated twice by nested transforms, and what has none by second partials.
      hvp(chain(n, { memory: 3 }), x, [1, 0, 2]).forEach((each, i) => {
        expect(each).toBeCloseTo(hvp(full(n), x, [1, 0, 2])[i] as number, 12)
      })
      expect(linearize(chain(n, { memory: 3 }), x)[1]([1, 0, 2])).toBeCloseTo(linearize(full(n), x)[1]([1, 0, 2]), 13)
    }
  })

  it('adds to weights that the steps read from outside', () => {
    const loss = (options: object | undefined) => (w: number, v: number) => {
      const steps = Array.from({ length: 12 }, () => (u: number) => add(u, mul(w, sin(u))))
      return options === undefined ? steps.reduce((u, f) => f(u), v) : checkpointSequential(steps, v, options)
    }
    const expected = grad(loss(undefined), { argnum: [0, 1] })(0.3, 0.7)
    for (const options of [{}, { segments: 2 }, { memory: 3 }]) {
      const got = grad(loss(options), { argnum: [0, 1] })(0.3, 0.7)
      expect(got[0]).toBeCloseTo(expected[0], 14)
      expect(got[1]).toBeCloseTo(expected[1], 14)
    }
  })

  it('evaluates each of 10,000 steps at most once more with √n segments', () => {
    const count = { calls: 0 }
    grad(chain(10_000, {}, count))(x)
    expect(count.calls).toBeLessThanOrEqual(20_000)
  })

  it('evaluates steps as seldom as 20 stored states allow (Griewank and Walther, formula for the binomial schedule)', () => {
    const choose = (n: number, k: number) => Array.from({ length: k }, (_, i) => (n - i) / (k - i)).reduce((a, b) => a * b, 1)
    for (const [n, memory] of [
      [10_000, 20],
      [300, 5],
      [50, 3],
      [12, 1],
    ] as const) {
      const count = { calls: 0 }
      grad(chain(n, { memory }, count))([0.3])
      let r = 0
      while (Math.round(choose(memory + r, memory)) < n) r++
      const advances = Math.round(r * n - choose(memory + r, memory + 1))
      // One advance to each state, and each step once recorded; the value itself takes the last step once more.
      expect(count.calls).toBe(advances + n + 1)
    }
  })

  it('splits a chain where dynamic programming does', () => {
    const best = new Map<string, number>()
    const cost = (length: number, slots: number): number => {
      if (length === 1) return 0
      if (slots === 1) return (length * (length - 1)) / 2
      const key = `${length},${slots}`
      const known = best.get(key)
      if (known !== undefined) return known
      const least = Math.min(...Array.from({ length: length - 1 }, (_, i) => i + 1 + cost(i + 1, slots) + cost(length - i - 1, slots - 1)))
      best.set(key, least)
      return least
    }
    for (let slots = 2; slots < 6; slots++) {
      for (let length = 2; length < 60; length++) {
        const middle = splitOf(length, slots)
        expect(middle + cost(middle, slots) + cost(length - middle, slots - 1)).toBe(cost(length, slots))
      }
    }
  })

  it('names wrong options', () => {
    expect(() => checkpointSequential([step], x, { segments: 0 })).toThrow('segments is an integer of at least 1, not the number 0')
    expect(() => checkpointSequential([step], x, { segments: 1, memory: 2 })).toThrow('give one of them')
    expect(() => checkpointSequential('no' as never, x)).toThrow('a list of functions')
  })
})
