import { describe, expect, it } from 'vitest'
import {
  add,
  astype,
  checkpoint,
  compile,
  customVjp,
  div,
  exp,
  gelu,
  grad,
  greater,
  jvp,
  layerNorm,
  log,
  matmul,
  maximum,
  mean,
  mul,
  neg,
  noGrad,
  onGrad,
  reshape,
  sigmoid,
  sin,
  slice,
  softmax,
  sqrt,
  square,
  sub,
  sum,
  Tensor,
  tanh,
  tensor,
  value,
  valueAndGrad,
  variable,
  vjp,
  where,
} from '../../../src/index.ts'
import { CHAINS_FROM } from '../../../src/ops/kernels/vector-hook.ts'
import { useVectors } from '../../../src/ops/kernels/vectors.ts'
import type { ElementwiseDefinition } from '../../../src/ops/kinds/elementwise.ts'
import { registry } from '../../../src/ops/registry.ts'

useVectors()

const LENGTH = CHAINS_FROM + 5
const PIECE = 1000
const SPECIAL = [0, -0, 1, -1, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, Number.NaN, 1e-310, 1e200, -710]

/** Where two lists differ in a bit; −1: nowhere. */
function firstDifference(a: ArrayLike<number>, b: ArrayLike<number>): number {
  for (let i = 0; i < Math.max(a.length, b.length); i++) if (!Object.is(a[i], b[i])) return i
  return -1
}

/** Numbers around 1; among them special ones where that is asked for. */
function numbers(seed: number, special = false): Tensor {
  return tensor(
    Float64Array.from({ length: LENGTH }, (_, i) =>
      special && i % 50 === seed ? (SPECIAL[((i / 50 + seed) % 10) | 0] as number) : 1.5 * Math.sin(i * (seed + 1.3)),
    ),
  )
}

type Tensors = readonly Tensor[]

/** Gradients of a sum over entries, a thousand entries at a time: too few for operators to wait. */
function inPieces(f: (xs: Tensors) => Tensor, xs: Tensors): number[][] {
  const found: number[][] = xs.map(() => [])
  for (let from = 0; from < LENGTH; from += PIECE) {
    const part = (x: Tensor) => new Tensor(x.data.slice(from, from + PIECE), [Math.min(PIECE, LENGTH - from)], x.dtype)
    grad((given: Tensors) => sum(f(given)) as number)(xs.map(part)).forEach((each, k) => {
      found[k]?.push(...(each as Tensor).data)
    })
  }
  return found
}

/** The same of all entries, again and again: step by step first, then by code, then in buffers that were used before. */
function expectTheSame(f: (xs: Tensors) => Tensor, xs: Tensors): void {
  const expected = inPieces(f, xs)
  const large = grad((given: Tensors) => sum(f(given)) as number)
  for (let time = 0; time < 3; time++) large(xs).forEach((each, k) => expect(firstDifference((each as Tensor).data, expected[k]!)).toBe(-1))
}

const KNOWN = registry.filter(
  (each): each is ElementwiseDefinition =>
    each.kind === 'elementwise' && (each as ElementwiseDefinition).text !== undefined && each.differentiable && (each as ElementwiseDefinition).arity < 3,
)

/** A program of so many operators, each on values before it. */
function program(seed: number, steps: number): (xs: Tensors) => Tensor {
  let state = seed
  const next = (below: number) => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0
    return Math.floor((state / 2 ** 32) * below)
  }
  const cheap = KNOWN.filter(each => /^\(?[xy\d. +*/-]+\)?$|Math\.(exp|tanh|sqrt|abs)|sigmoid|\?/.test(each.text as string))
  const lines = Array.from({ length: steps }, (_, i) => ({
    op: cheap[next(cheap.length)]!,
    of: [i + 2 - next(3), next(i + 3)],
    constant: next(4) === 0 ? next(5) - 2 : undefined,
  }))
  return xs => {
    const values: unknown[] = [...xs]
    for (const { op, of, constant } of lines) {
      const operands = of.slice(0, op.arity).map(k => values[Math.min(k, values.length - 1)])
      if (op.arity === 2 && constant !== undefined) operands[1] = constant
      values.push(op.call(...operands))
    }
    return values.at(-1) as Tensor
  }
}

describe('operators of large tensors that wait for each other inside a gradient', () => {
  it.each(Array.from({ length: 24 }, (_, seed) => seed))('give the bits that they give one by one: program %i', seed => {
    const xs = [numbers(1, seed % 2 === 0), numbers(2, seed % 3 === 0)]
    const f = program(seed + 17, 3 + (seed % 9))
    expectTheSame(f, seed % 4 === 3 ? xs.map(each => astype(each, 'float32')) : seed % 4 === 2 ? [astype(xs[0]!, 'float32'), xs[1]!] : xs)
  })

  it('do so in chains of any length, with values that many need, and beside other operators', () => {
    const [x, y] = [numbers(1), numbers(2)]
    expectTheSame(([a]) => Array.from({ length: 60 }).reduce((z: Tensor, _, i) => mul(sub(z, 0.01 * i), 0.99) as Tensor, a as Tensor), [x])
    expectTheSame(
      ([a, b]) => {
        const shared = exp(mul(a as Tensor, b as Tensor)) as Tensor
        return add(mul(shared, tanh(shared)), div(sigmoid(shared), add(1, square(shared)))) as Tensor
      },
      [x, y],
    )
    expectTheSame(([a, b]) => mul(where(greater(a as Tensor, 0), sqrt(maximum(a as Tensor, 0)), sin(b as Tensor)), mul(-0, b as Tensor)) as Tensor, [x, y])
    expectTheSame(([a]) => mul(reshape(tanh(reshape(square(a as Tensor), [1, (a as Tensor).size])), [(a as Tensor).size]), neg(a as Tensor)) as Tensor, [x])
  })

  it('are those of the derivative that is known: tanh(x²) e⁻ˣ', () => {
    const x = numbers(1)
    const slope = grad((z: Tensor) => mean(mul(tanh(square(z)), exp(neg(z)))) as number)
    const expected = (z: number) => ((2 * z) / Math.cosh(z * z) ** 2 - Math.tanh(z * z)) * Math.exp(-z)
    for (let time = 0; time < 3; time++) slope(x).data.forEach((each, i) => i % 97 === 0 && expect(each * LENGTH).toBeCloseTo(expected(x.at(i)), 12))
  })

  it.each<[string, (z: Tensor, y: Tensor) => number]>([
    ['gelu', (z, y) => sum(mul(gelu(z), y)) as number],
    ['softmax', z => sum(square(softmax(reshape(z, [145, 113]), { axis: -1 }))) as number],
    ['layerNorm', (z, y) => sum(mul(tanh(layerNorm(reshape(z, [145, 113]))), reshape(y, [145, 113]))) as number],
    ['a checkpoint', z => sum(checkpoint((w: Tensor) => mul(tanh(square(w)), exp(neg(w))) as Tensor)(z)) as number],
    ['a choice', (z, y) => sum(where(greater(z, 0.3), mul(z, exp(y)), div(z, add(2, square(y))))) as number],
  ])('give the bits of the target js: %s', (_, f) => {
    const [x, y] = [numbers(1).data.slice(0, 145 * 113), numbers(2).data.slice(0, 145 * 113)].map(each => tensor(each)) as [Tensor, Tensor]
    for (const dtype of ['float64', 'float32'] as const) {
      const [z, other] = [astype(x, dtype), astype(y, dtype)]
      const slope = grad((w: Tensor) => f(w, other))
      const expected = compile(slope, { target: 'js' })(z)
      for (let time = 0; time < 3; time++) expect([slope(z).dtype, firstDifference(slope(z).data, expected.data)]).toEqual([dtype, -1])
    }
  })

  it('are seen by nobody while they wait: what a function keeps and what it gives has entries that stay', () => {
    const kept: Tensor[] = []
    const run = valueAndGrad(
      (z: Tensor) => {
        const h = mul(tanh(z), exp(z)) as Tensor
        const viewed = sigmoid(mul(z, 0.5)) as Tensor
        kept.push(value(h), value(reshape(viewed, [1, LENGTH])), value(greater(z, 0)) as Tensor)
        return [sum(square(mul(h, viewed))) as number, { h, other: slice(square(h) as Tensor, 0, LENGTH) as Tensor }]
      },
      { hasAux: true },
    )
    const x = numbers(1)
    for (let time = 0; time < 3; time++) {
      const [[, aux], slope] = run(x)
      kept.push(aux.h, aux.other, slope)
    }
    const copies = kept.map(each => each.data.slice())
    for (let time = 0; time < 3; time++) run(numbers(time + 3))
    copies.forEach((each, k) => expect(firstDifference(each, kept[k]!.data)).toBe(-1))
    for (const each of kept) expect([Object.hasOwn(each, 'data'), each.constructor]).toEqual([true, Tensor])
    const [h, viewed, mask] = kept as [Tensor, Tensor, Tensor]
    const expected = [h.data.map((_, i) => Math.tanh(x.at(i)) * Math.exp(x.at(i))), h.data.map((_, i) => Number(x.at(i) > 0))] as const
    expect([firstDifference(h.data, expected[0]), firstDifference(mask.data, expected[1])]).toEqual([-1, -1])
    expect(firstDifference(viewed.data, (sigmoid(mul(x, 0.5)) as Tensor).data)).toBe(-1)
    expect(firstDifference(structuredClone(h).data, h.data)).toBe(-1)
  })

  it('have their entries where code of users runs: rules, hooks, and variables that these change in place', () => {
    const x = numbers(1)
    const seen: string[] = []
    const pulled = (c: Tensor) => {
      seen.push(c.constructor.name)
      return [mul(c, 2) as Tensor]
    }
    const twice = customVjp(
      (z: Tensor) => [mul(z, 2) as Tensor, undefined],
      (_saved: undefined, c: Tensor) => pulled(c),
    )
    const f = (z: Tensor) => sum(mul(twice(exp(square(z)) as Tensor), tanh(z))) as number
    const expected = grad((z: Tensor) => sum(mul(mul(exp(square(z)), 2), tanh(z))) as number)(x)
    for (let time = 0; time < 3; time++) expect(firstDifference(grad(f)(x).data, expected.data)).toBe(-1)
    expect(new Set(seen)).toEqual(new Set(['TracedTensor', 'Tensor']))
    for (let time = 0; time < 3; time++) {
      const [a, b] = [variable(x), variable(numbers(2))]
      onGrad(a, () => void noGrad(() => b.mul_(0)))
      onGrad(b, () => void noGrad(() => a.mul_(0)))
      const total = sum(mul(exp(mul(a, b)), tanh(a))) as unknown as { backward(): void }
      total.backward()
      const [da, db] = grad(([p, q]: Tensors) => sum(mul(exp(mul(p as Tensor, q as Tensor)), tanh(p as Tensor))) as number)([x, numbers(2)])
      expect([firstDifference((a.grad as Tensor).data, da!.data), firstDifference((b.grad as Tensor).data, db!.data)]).toEqual([-1, -1])
    }
  })

  it('are computed before a tensor is changed in place that they are made of', () => {
    const x = numbers(1)
    const expected = grad((z: Tensor) => sum(mul(sub(exp(mul(z, z)), numbers(2)), tanh(z))) as number)(x)
    for (let time = 0; time < 3; time++) {
      const scratch = variable(numbers(2), { requiresGrad: false })
      const slope = valueAndGrad((z: Tensor) => {
        const y = sub(exp(mul(z, z)), scratch.value) as Tensor
        const t = tanh(z) as Tensor
        noGrad(() => scratch.mul_(Number.NaN))
        return sum(mul(y, t)) as number
      })
      const [total, slopes] = slope(x)
      expect([Number.isFinite(total), firstDifference(slopes.data, expected.data)]).toEqual([true, -1])
    }
  })

  it('are the same in pullbacks that are called again, along tangents and in derivatives of derivatives', () => {
    const x = numbers(1)
    const f = (z: Tensor) => mul(tanh(square(z)), exp(neg(z))) as Tensor
    const [, pullback] = vjp(f, x)
    const ones = tensor(new Float64Array(LENGTH).fill(1))
    const first = pullback(ones)[0] as Tensor
    expect(firstDifference(first.data, grad((z: Tensor) => sum(f(z)) as number)(x).data)).toBe(-1)
    for (const factor of [2, 4])
      expect(firstDifference((pullback(mul(ones, factor) as Tensor)[0] as Tensor).data, (mul(first, factor) as Tensor).data)).toBe(-1)
    const slope = (z: Tensor) => grad((y: Tensor) => sum(f(y)) as number)(z)
    const product = grad((z: Tensor) => sum(mul(slope(z), ones)) as number)(x)
    const [, tangent] = jvp(slope, [x], [ones]) as [Tensor, Tensor]
    product.data.forEach((each, i) => i % 53 === 0 && expect(each).toBeCloseTo(tangent.at(i), 10))
  })

  it('follow matrix products and come before them', () => {
    const n = 128
    const [a, b] = [
      reshape(new Tensor(numbers(1).data.slice(0, n * n), [n * n]), [n, n]),
      reshape(new Tensor(numbers(2).data.slice(0, n * n), [n * n]), [n, n]),
    ] as [Tensor, Tensor]
    const f = (p: Tensor, q: Tensor) => sum(square(matmul(tanh(mul(p, 2)) as Tensor, exp(log(add(square(q), 1))) as Tensor))) as number
    const loops = grad(f, [0, 1])
    const first = loops(a, b)
    for (let time = 0; time < 3; time++) expect(loops(a, b)).toEqual(first)
    const h = 1e-6
    const moved = (x: Tensor, by: number) =>
      new Tensor(
        x.data.map((each, i) => (i === 7 ? each + by : each)),
        x.shape,
      )
    expect((f(moved(a, h), b) - f(moved(a, -h), b)) / (2 * h) / (first[0] as Tensor).data[7]!).toBeCloseTo(1, 6)
    expect((f(a, moved(b, h)) - f(a, moved(b, -h))) / (2 * h) / (first[1] as Tensor).data[7]!).toBeCloseTo(1, 6)
  })
})
