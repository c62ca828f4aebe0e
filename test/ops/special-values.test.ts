import { describe, expect, it } from 'vitest'
import {
  add,
  besselI,
  besselIeDerivative,
  compile,
  defineOp,
  derivative,
  grad,
  greater,
  hessian,
  jacobian,
  jvp,
  log,
  logAddExp,
  logSoftmax,
  logSumExp,
  mul,
  reciprocal,
  softmax,
  sqrt,
  square,
  sum,
  type Tensor,
  tensor,
  vmap,
  where,
} from '../../src/index.ts'
import * as ops from '../../src/ops/index.ts'
import type { ElementwiseDefinition } from '../../src/ops/kinds/elementwise.ts'
import { registry } from '../../src/ops/registry.ts'
import { activeArguments } from '../../src/testing/check-op.ts'
import { WAYS, WAYS_OF_GRADIENTS } from '../modes.ts'
import { numbersOf } from '../results.ts'

const infinity = Number.POSITIVE_INFINITY
const SPECIAL = [Number.NaN, infinity, -infinity, 0, -0, 0.5, -0.5, 1, -1, -2.5, 2, 3, 1e300, -1e300, 5e-324]
/** Those that are of a kind with another one: of three operands there are a thousand choices without them. */
const ALIKE = [-1, -2.5, 3, -1e300]

// biome-ignore lint/suspicious/noExplicitAny: operators of every signature
type AnyOperator = (...args: any[]) => any
const operatorOf = (name: string) => ops[name as keyof typeof ops] as AnyOperator

/** All lists of special values, one for each operand. An order is an integer, and a special one would be refused. */
function specialOperands(name: string, arity: number): number[][] {
  const values = arity > 2 ? SPECIAL.filter(each => !ALIKE.includes(each)) : SPECIAL
  const lists: number[][] = Array.from({ length: arity }).reduce<number[][]>(all => all.flatMap(list => values.map(each => [...list, each])), [[]])
  const orders = ORDERS[name] ?? 0
  if (orders === 0) return lists
  const rests = specialOperands('', arity - orders)
  return Array.from({ length: orders }).reduce<number[][]>(all => all.flatMap(rest => [0, 1, 2].map(order => [order, ...rest])), rests)
}
/** How many of the first operands are orders. */
const ORDERS: { readonly [name: string]: number } = {
  polygamma: 1,
  besselJ: 1,
  besselI: 1,
  sincDerivative: 1,
  logNdtrDerivative: 1,
  besselIeDerivative: 2,
  gammaincDerivative: 1,
  gammaDensity: 1,
}

// polygammaIncrease is a difference of two values, and its derivative by y knows but one of them.
const elementwise = registry.filter((each): each is ElementwiseDefinition => each.kind === 'elementwise' && each.name !== 'polygammaIncrease')
const activations = registry.filter(each => each.kind === 'composite' && each.samples.every(sample => sample.every(x => typeof x === 'number')))

describe('where the value is NaN, the derivative is no number', () => {
  it.each(elementwise.filter(each => each.differentiable))('$name', definition => {
    const { name, arity } = definition
    const f = operatorOf(name)
    for (const operands of specialOperands(name, arity)) {
      if (!Number.isNaN(f(...operands))) continue
      for (const i of activeArguments(definition, operands)) {
        // The derivative of x y by x is y, whatever x is.
        if (definition.affine?.(operands.map((_, k) => k === i))) continue
        // biome-ignore lint/suspicious/noExplicitAny: a number or a tensor
        const by = (x: any) => f(...operands.map((each, k) => (k === i ? x : each)))
        const x = operands[i] as number
        const found = [derivative(by)(x), grad(by)(x), grad((t: Tensor) => sum(by(t)))(tensor([x])).at(0)]
        // Outside an operator's domain, nor is the derivative of the derivative; of a NaN, |x|, say, knows it to be 0.
        if (operands.every(Number.isFinite)) found.push(derivative(derivative(by))(x), grad(grad(by))(x))
        expect(found, `${name}(${operands}) by operand ${i + 1}`).toEqual(found.map(() => Number.NaN))
      }
    }
  })

  it.each(activations)('$name', ({ name }) => {
    const f = operatorOf(name)
    expect([f(Number.NaN), derivative(f)(Number.NaN), grad(f)(Number.NaN), grad((t: Tensor) => sum(f(t)))(tensor([Number.NaN])).at(0)]).toEqual([
      Number.NaN,
      Number.NaN,
      Number.NaN,
      Number.NaN,
    ])
  })

  const isNumbers = (x: unknown): boolean => Array.isArray(x) && x.length > 0 && (x.every(each => typeof each === 'number') || x.every(isNumbers))
  const put = (x: unknown, at: number, value: number): unknown => {
    let next = 0
    const copy = (each: unknown): unknown => (Array.isArray(each) ? each.map(copy) : next++ === at ? value : each)
    return copy(x)
  }

  const others = registry.filter(each => each.kind !== 'elementwise' && each.kind !== 'linear' && each.samples.some(sample => isNumbers(sample[0])))
  it.each(others)('$name, with one entry that is NaN', ({ name, samples }) => {
    for (const [x, ...rest] of samples) {
      if (!isNumbers(x)) continue
      const size = numbersOf(x).length
      const at = Math.min(1, size - 1)
      const f = (given: unknown) => operatorOf(name)(given, ...rest)
      for (const mode of ['forward', 'reverse'] as const) {
        const rowsAt = (point: unknown) => {
          const [values, entries] = [numbersOf(f(point)), numbersOf(jacobian(f as AnyOperator, { mode })(point))]
          return values.map((value, i) => ({ value, row: entries.slice(i * size, (i + 1) * size) }))
        }
        let rows: ReturnType<typeof rowsAt>
        try {
          rows = rowsAt(put(x, at, Number.NaN))
        } catch (error) {
          expect((error as Error).constructor.name, `${name} refuses NaN with an error of this library`).toMatch(/^(Domain|Shape)Error$/)
          continue
        }
        const usual = rowsAt(x)
        rows.forEach(({ value, row }, i) => {
          if (!Number.isNaN(value)) return
          // An affine operator has the same derivative everywhere, and one that moves entries has 1 for the one that it took.
          const isAffine = usual[i]?.row.every((each, k) => each === row[k])
          const isMoved = row.every((each, k) => each === (k === at ? 1 : 0))
          if (!isAffine && !isMoved) expect(row.some(Number.isNaN), `${name}, result ${i}, ${mode}: [${row}]`).toBe(true)
        })
      }
    }
  })

  it('max, min and norm of order ∞ have NaN for every entry, in every mode', () => {
    const reductions = {
      max: ops.max,
      min: ops.min,
      norm: (x: number[]) => ops.norm(x, { ord: infinity }),
      sorted: (x: number[]) => ops.maximum(ops.max(x), 2),
    }
    for (const [name, f] of Object.entries(reductions)) {
      for (const [way, gradient] of Object.entries(WAYS_OF_GRADIENTS)) {
        expect(gradient(f as AnyOperator)([1, Number.NaN, 3]), `${name}, ${way}`).toEqual([Number.NaN, Number.NaN, Number.NaN])
      }
    }
  })
})

describe('at infinite entries, sums of exponentials are differentiated as the largest entry', () => {
  const CASES: [x: number[], gradient: number[]][] = [
    [
      [infinity, 1],
      [1, 0],
    ],
    [
      [infinity, -infinity],
      [1, 0],
    ],
    [
      [infinity, infinity],
      [0.5, 0.5],
    ],
    [
      [-infinity, -infinity],
      [0.5, 0.5],
    ],
    [
      [-infinity, 1],
      [0, 1],
    ],
  ]

  it.each(Object.keys(WAYS_OF_GRADIENTS))('logSumExp and logAddExp alike, and as max: %s', way => {
    for (const [x, expected] of CASES) {
      const gradient = WAYS_OF_GRADIENTS[way] as (typeof WAYS)[string]
      expect(gradient((t: Tensor) => logSumExp(t))(x), `logSumExp of [${x}]`).toEqual(expected)
      expect(gradient((t: Tensor) => ops.max(t))(x), `max of [${x}]`).toEqual(expected)
      const entries = (t: Tensor | number[]) => [0, 1].map(i => ops.take(t, i)) as unknown as [number, number]
      expect(gradient((t: Tensor) => logAddExp(...entries(t)))(x), `logAddExp of [${x}]`).toEqual(expected)
      expect(logSumExp(x)).toBe(Math.max(...x))
      expect(logAddExp(x[0] as number, x[1] as number)).toBe(Math.max(...x))
    }
  })

  it('a single entry passes its derivative on, also −∞', () => {
    expect(grad((x: number[]) => logSumExp(x))([-infinity])).toEqual([1])
  })

  it.each(Object.keys(WAYS))('softmax and logSoftmax take an entry of ∞ for the limit: %s', way => {
    const jacobianOf = WAYS[way] as (typeof WAYS)[string]
    const x = [infinity, 1]
    expect([...softmax(x).data, ...logSoftmax(x).data]).toEqual([1, 0, 0, -infinity])
    // Sums from 0, so that −0 is 0.
    expect(jacobianOf((t: Tensor) => softmax(t))(x).map(each => add(each, 0))).toEqual([0, 0, 0, 0])
    expect(jacobianOf((t: Tensor) => logSoftmax(t))(x).map(each => add(each, 0))).toEqual([0, 0, -1, 1])
    expect(jacobianOf((t: Tensor) => softmax(t))([infinity, infinity])).toEqual([0.25, -0.25, -0.25, 0.25])
  })

  it.each(Object.keys(WAYS))('softmax of −∞ alone is NaN, and so is its derivative: %s', way => {
    const jacobianOf = WAYS[way] as (typeof WAYS)[string]
    const none = [Number.NaN, Number.NaN]
    for (const f of [softmax, logSoftmax]) {
      expect([...f([-infinity, -infinity]).data]).toEqual(none)
      expect(jacobianOf((t: Tensor) => f(t))([-infinity, -infinity])).toEqual([...none, ...none])
    }
    expect(jacobianOf((t: Tensor) => mul(softmax(t), 2))([-infinity, 0]).map(each => add(each, 0))).toEqual([0, 0, 0, 0])
  })
})

describe('at ±∞', () => {
  const unary = elementwise.filter(each => each.arity === 1 && each.differentiable)
  it.each(unary)('$name has the derivatives that it tends to', ({ name }) => {
    const f = operatorOf(name)
    const orders = [derivative(f), grad(f), derivative(derivative(f)), derivative(grad(f)), grad(derivative(f)), grad(grad(f))]
    for (const sign of [1, -1]) {
      if (Number.isNaN(f(sign * infinity))) continue
      for (const d of orders) {
        const [far, limit] = [d(sign * 1e300), d(sign * infinity)]
        // Oscillating derivatives have no limit but 0.
        if (Math.abs(far) < 1e-100) expect(Math.abs(limit), name).toBe(0)
        else expect(limit, name).toBe(Math.abs(far) > 100 ? Math.sign(far) * infinity : far)
      }
    }
  })
})

describe('the strong zero', () => {
  it.each(Object.keys(WAYS_OF_GRADIENTS))('is the same where a mask chose and where a zero was computed: %s', way => {
    const gradient = WAYS_OF_GRADIENTS[way] as (typeof WAYS)[string]
    expect(gradient((t: Tensor) => sum(where(greater(t, 0), log(t), 0)))([0, 4])).toEqual([0, 0.25])
    expect(gradient((t: Tensor) => sum(mul(greater(t, 0), sqrt(t))))([0, 4])).toEqual([0, 0.25])
    expect(gradient((t: Tensor) => sum(square(sqrt(t))))([0, 4]).map(Math.abs)).toEqual([0, 1])
    expect(gradient((t: Tensor) => sum(reciprocal(reciprocal(t))))([0, 4]).map(Math.abs)).toEqual([0, 1])
  })
})

describe('by an operand that is an integer', () => {
  const isNan = ({ partials, samples }: ElementwiseDefinition) => Number.isNaN(partials?.(...(samples[0] as number[]), Number.NaN)[0])
  const ordered = registry.filter((each): each is ElementwiseDefinition => each.kind === 'elementwise' && each.operands !== undefined && isNan(each))
  it.each(ordered)('$name has no derivative: NaN, never 0', ({ name, samples, operands }) => {
    const f = operatorOf(name)
    const rest = (samples[0] as number[]).slice(1)
    const order = (samples[0] as number[])[0] as number
    expect(operands).not.toContain(0)
    // biome-ignore lint/suspicious/noExplicitAny: a number or a tensor
    const by = (n: any) => f(n, ...rest)
    expect([derivative(by)(order), grad(by)(order), grad((t: Tensor) => sum(by(t)))(tensor([order])).at(0)]).toEqual([Number.NaN, Number.NaN, Number.NaN])
  })
})

describe('at −0', () => {
  it.each(['log', 'log2', 'log10', 'sqrt'])('%s has the derivatives of 0', name => {
    const f = operatorOf(name)
    for (const x of [0, -0]) expect([derivative(f)(x), grad(f)(x), derivative(derivative(f))(x)]).toEqual([infinity, infinity, -infinity])
  })
})

describe('norms of huge and tiny vectors', () => {
  const nestings: [string, (f: AnyOperator) => (x: number) => number][] = [
    ['forward over forward', f => derivative(derivative(f))],
    ['forward over reverse', f => derivative(grad(f))],
    ['reverse over forward', f => grad(derivative(f))],
    ['reverse over reverse', f => grad(grad(f))],
  ]

  it.each(nestings)('have first and second derivatives with all digits: %s', (_name, twice) => {
    for (const s of [1e200, 1e-200, 1, 1e-300]) {
      // |x|² = 14 and ∂²|x| / ∂x₁² = (14 − x₁²) / 14^(3/2).
      const length = (x: number) => ops.norm([x, 2 * s, -3 * s])
      expect(grad(length)(s)).toBeCloseTo(1 / Math.sqrt(14), 14)
      expect((twice(length)(s) * s) / (13 / 14 ** 1.5)).toBeCloseTo(1, 13)
      const cubic = (x: number) => ops.norm([x, 2 * s, -3 * s], { ord: 3 })
      // (1 + 8 + 27)^(−2/3) x₁², and (2 x₁ − 2 x₁⁴ / 36) 36^(−2/3).
      expect(grad(cubic)(s)).toBeCloseTo(36 ** (-2 / 3), 14)
      expect((twice(cubic)(s) * s) / ((2 - 2 / 36) * 36 ** (-2 / 3))).toBeCloseTo(1, 13)
      // The variance of (x, 5, 1) is (2 x² − 12 x + 42) / 9: 32/9 at 1, with derivatives −8/9 and 4/9.
      const deviation = (x: number) => ops.std([x, 5 * s, s])
      const [v, first, second] = [32 / 9, -8 / 9, 4 / 9]
      expect(grad(deviation)(s)).toBeCloseTo(first / (2 * Math.sqrt(v)), 14)
      expect((twice(deviation)(s) * s) / (second / (2 * Math.sqrt(v)) - first ** 2 / (4 * v ** 1.5))).toBeCloseTo(1, 13)
    }
  })

  it('have no second derivative at the zero vector', () => {
    expect(jacobian(grad((x: number[]) => ops.norm(x)))([0, 0])).toEqual([
      [infinity, 0],
      [0, infinity],
    ])
    expect(jacobian(grad((x: number[]) => ops.hypot(x[0] as number, x[1] as number)))([0, 0])).toEqual([
      [Number.NaN, Number.NaN],
      [Number.NaN, Number.NaN],
    ])
  })
})

describe('layerNorm and batchNorm', () => {
  it.each([ops.layerNorm, ops.batchNorm])('are NaN where the variance is beyond the doubles, as is the gradient', norm => {
    const x = [
      [1e200, -1e200, 5e199],
      [-3e200, 2e200, 1e200],
    ]
    const numbers = [
      norm(x),
      grad((t: number[][]) =>
        sum(
          mul(norm(t), [
            [1, 2, 3],
            [4, 5, 7],
          ]),
        ),
      )(x),
    ].flatMap(numbersOf)
    expect(numbers.every(Number.isNaN)).toBe(true)
  })
})

describe('a norm in vmap', () => {
  it.each([2, 3, 1.5, -0.5])('of order %d has the gradient of the norm, at infinity and at both ends of the range', ord => {
    for (const x of [
      [-infinity, 1, 2],
      [0, 0, 0],
      [1e200, -1e200, 3],
      [5e-324, 1e-310, 0],
    ]) {
      const alone = grad((t: number[]) => ops.norm(t, { ord }))(x)
      const batched = grad((t: number[]) => sum(vmap((u: number[]) => ops.norm(u, { ord }))([t, x]) as Tensor))(x)
      expect(batched).toEqual(alone)
      // Of an infinite entry among finite ones the derivative is its sign, or nothing that is known; that of the others 0.
      if (x[0] === -infinity && ord > 0) expect(alone).toEqual([Number.NaN, 0, 0])
    }
  })
})

describe('the cosine of the angle of a point', () => {
  it('has derivatives that are products of numbers whose squares are below the doubles', () => {
    // y² / r³ at (−1e-160, −5e-324), mpmath.
    for (const found of [derivative((x: number) => ops.cosineOf(x, -5e-324))(-1e-160), grad((x: number) => ops.cosineOf(x, -5e-324))(-1e-160)]) {
      expect((found as number) / 2.441008624005281e-167).toBeCloseTo(1, 12)
    }
  })
})

describe('what polygamma gains over a step', () => {
  // mpmath, with 900 digits.
  it.each([
    [0, -7.25, -1e-8, -1.9610353919250665e-7],
    [0, -7.25, 1e-200, 1.9610354539293269e-199],
    [1, -7.25, -1e-8, -1.2400851824386017e-6],
    [0, -745.5, 3e-9, 2.960479175614906e-8],
    [0, -123456.75, 1e-9, 1.973920064019634e-8],
    [0, -1e-160, 1e-308, 999999999999.9999],
    [0, 2, -2.5, -0.3862943611198906],
    [0, -0.75, 1.5, 1.8082593202564599],
    // From beside one pole to beside another, where terms as large as 10¹⁶ are alike.
    [0, -1e-8, -1, 0.9999999900000001],
    [1, -1e-8, -1, 0.9999999800000003],
    [2, -2.5e-9, -3, 2.324074057951389],
    [0, -1.0000001, -1.5, -9999999.313789712],
    [1, -7.000000000001, 3.0000000000005, 2.9994666676273453e24],
    [2, 4.75, -7.7499999999, -1.9999995035578562e30],
    [1, -2000.0000000073, 2, -5.002501876214254e-7],
    [0, -2000.25, 3.250000001, -999999920.4028542],
    [3, -0.25, -1.125, -1210.3064461760898],
    [0, -1e-160, -0.25, -1e160],
  ])('of order %d at %d by %d has all digits, at negative numbers too', (n, x, y, expected) => {
    expect(Math.abs((ops.polygammaIncrease(n, x, y) as number) / expected - 1)).toBeLessThan(1e-13)
  })
})

describe('functions of an order', () => {
  it('Bessel functions of the largest number are those of mpmath', () => {
    for (const [n, expected] of [
      [0, -4.186986849585373e-155],
      [1, 4.228745848829995e-155],
      [2, 4.186986849585373e-155],
    ] as const)
      expect(Math.abs((ops.besselJ(n, Number.MAX_VALUE) as number) / expected - 1)).toBeLessThan(1e-14)
  })

  it('are done at once for any order', () => {
    // mpmath: the values have 399 to 432 digits, or more zeros behind the point.
    expect([ops.polygamma(171, -0.3), ops.polygamma(172, -0.3), ops.polygamma(172, -1.7), ops.polygamma(172, -3.2)]).toEqual([
      infinity,
      infinity,
      -infinity,
      infinity,
    ])
    expect([ops.polygamma(1e9, -3.2), ops.polygamma(1e300, -2.1)]).toEqual([infinity, infinity])
    expect([ops.besselJ(1e9, 7), ops.besselJ(-1e300, 1e5), ops.besselJ(1e9, 1e9)]).toEqual([0, 0, Number.NaN])
    expect([ops.sincDerivative(1e11, 1e300), ops.sincDerivative(1e300, 0.5)]).toEqual([Number.NaN, Number.NaN])
  })
})

it('modified Bessel functions of large orders do not overflow on the way to moderate values', () => {
  // mpmath 1.3, besseli with 30 digits, rounded to doubles.
  const table: [n: number, x: number, value: number][] = [
    [10000, 6640, 27122265.53465103],
    [15000, 9950, 26761.491115790748],
    [20000, 13270, 2003302476.3991663],
    [1000, 1000, 2.723453646910843e229],
    [27, 699, 3.341882711917924e301],
    [1, 1e-310, 5e-311],
  ]
  // Each of the n + k factors rounds.
  for (const [n, x, value] of table) expect(Math.abs(besselI(n, x) / value - 1), `${n}, ${x}`).toBeLessThan(1e-12)
  expect([besselI(1e6, 1e12), besselI(1e6, 10), besselI(3, 0), besselI(0, 0)]).toEqual([Number.POSITIVE_INFINITY, 0, 0, 1])
  expect(besselIeDerivative(2 ** 53, 0, 1)).toBeNaN()
})

describe('where a partial is written as NaN, nothing beyond it is a number', () => {
  const constant = (definition: ElementwiseDefinition) => {
    const operands = definition.samples[0] as number[]
    return (definition.partials?.(...operands, definition.value(...operands)) ?? []).map(each => Number.isNaN(each))
  }
  const lost = registry.filter((each): each is ElementwiseDefinition => each.kind === 'elementwise' && constant(each as ElementwiseDefinition).includes(true))
  const own = defineOp({
    name: 'orderTimes',
    // The first operand is an order.
    value: (n: number, x: number) => Math.round(n) * x,
    partials: (n: number, x: number) => [Number.NaN, mul(n, mul(x, 0.5))],
    samples: [[2, 0.5]],
  }) as AnyOperator & { definition: ElementwiseDefinition }

  it('is so of every operator with an order', () => {
    expect(lost.map(each => each.name)).toEqual(expect.arrayContaining(['besselI', 'besselIeDerivative', 'besselJ', 'gammaDensity', 'polygamma']))
  })

  it.each([...lost, own.definition])('$name, in every nesting, to the third order', definition => {
    const operator = definition === own.definition ? own : operatorOf(definition.name)
    const point = definition.samples[0] as number[]
    const f = (x: number[]) => operator(...point.map((_, i) => x[i])) as number
    const columns = (x: number[]) => point.map((_, i) => jvp(f, [x], [point.map((_, j) => Number(i === j))])[1])
    const isLost = constant(definition)
    const ways: Record<string, () => unknown> = {
      hessian: () => hessian(f)(point),
      compiled: () => compile(hessian(f))(point),
      'reverse over reverse': () => jacobian(grad(f), { mode: 'reverse' })(point),
      'forward over reverse': () => jacobian(grad(f), { mode: 'forward' })(point),
      'reverse over forward': () => jacobian(columns, { mode: 'reverse' })(point),
      'forward over forward': () => jacobian(columns, { mode: 'forward' })(point),
      'of a second order': () => jacobian((x: number[]) => (hessian(f)(x) as number[][]).map(row => row.reduce((total, each) => add(total, each))))(point),
    }
    for (const [way, run] of Object.entries(ways)) {
      const found = run() as number[][]
      for (let i = 0; i < point.length; i++) {
        for (let j = 0; j < point.length; j++) {
          // The other partial may be known to change with an order.
          const other = isLost[j] ? Number.NaN : found[j]?.[i]
          if (isLost[i] && !Number.isNaN(found[i]?.[j])) expect(found[i]?.[j], `${way}, ${i}, ${j}`).toBe(other)
        }
      }
    }
  })
})
