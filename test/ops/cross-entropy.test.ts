import { describe, expect, it } from 'vitest'
import {
  compile,
  crossEntropy,
  grad,
  hessian,
  hvp,
  jacobian,
  jvp,
  mul,
  softmax,
  softmaxCrossEntropy,
  sum,
  type Tensor,
  tensor,
  variable,
  vmap,
} from '../../src/index.ts'
import { checkGrads } from '../../src/testing/index.ts'

const logits = [
  [0.5, 2, -1],
  [1, 0, 3],
  [-0.25, 0.75, 1.5],
  [2, -2, 0],
]
const classes = [1, 2, -1, 0]
const probabilities = [
  [0, 1, 0],
  [0.25, 0.25, 0.5],
  [0.1, 0.6, 0.3],
  [1, 0, 0],
]
const weight = [0.5, 2, 3]

interface Options {
  weight?: number[]
  ignoreIndex?: number
  labelSmoothing?: number
}

/** The formulas of the documentation of torch.nn.CrossEntropyLoss, sample by sample, and its label smoothing. */
function reference(x: number[][], target: number[] | number[][], { weight = [1, 1, 1], ignoreIndex, labelSmoothing = 0 }: Options) {
  const logs = x.map(row => row.map(each => each - Math.log(row.reduce((total, other) => total + Math.exp(other), 0))))
  const C = 3
  let divisor = 0
  const losses = logs.map((log, n) => {
    const t = target[n] as number | number[]
    if (typeof t !== 'number') {
      divisor += 1
      return -log.reduce((total, each, c) => total + (weight[c] as number) * ((1 - labelSmoothing) * (t[c] as number) + labelSmoothing / C) * each, 0)
    }
    if (t === ignoreIndex) return 0
    divisor += weight[t] as number
    const own = -(weight[t] as number) * (log[t] as number)
    const even = -log.reduce((total, each, c) => total + (weight[c] as number) * each, 0)
    return (1 - labelSmoothing) * own + (labelSmoothing / C) * even
  })
  const total = losses.reduce((a, b) => a + b)
  return { none: losses, sum: total, mean: total / divisor }
}

const CASES: [what: string, target: number[] | number[][], options: Options][] = [
  ['classes', [1, 2, 2, 0], {}],
  ['classes, weights', [1, 2, 2, 0], { weight }],
  ['classes, some ignored', classes, { ignoreIndex: -1 }],
  ['classes, smoothed', [1, 2, 2, 0], { labelSmoothing: 0.1 }],
  ['classes, all three', classes, { weight, ignoreIndex: -1, labelSmoothing: 0.3 }],
  ['an ignored class that is one', [1, 2, 2, 0], { ignoreIndex: 2, weight }],
  ['probabilities', probabilities, {}],
  ['probabilities, weights', probabilities, { weight }],
  ['probabilities, smoothed and weighed', probabilities, { weight, labelSmoothing: 0.2 }],
]

describe.each(CASES)('cross entropy as in PyTorch: %s', (_what, target, options) => {
  const expected = reference(logits, target, options)

  it('has its values', () => {
    const probable = softmax(logits)
    for (const reduction of ['mean', 'sum'] as const) {
      expect(softmaxCrossEntropy(logits, target, { ...options, reduction })).toBeCloseTo(expected[reduction], 13)
      expect(crossEntropy(probable, target, { ...options, reduction })).toBeCloseTo(expected[reduction], 13)
    }
    const each = softmaxCrossEntropy(logits, target, { ...options, reduction: 'none' }).toArray() as number[]
    each.forEach((loss, n) => expect(loss).toBeCloseTo(expected.none[n] as number, 13))
    expect(softmaxCrossEntropy(logits, target, options)).toBeCloseTo(expected.mean, 13)
  })

  it('has derivatives in every mode', () => {
    const f = (x: number[][]) => softmaxCrossEntropy(x, target, options)
    const h = 1e-5
    const differences = logits.map((row, i) =>
      row.map((_, j) => {
        const at = (by: number) =>
          reference(
            logits.map((r, k) => r.map((v, l) => (k === i && l === j ? v + by : v))),
            target,
            options,
          ).mean
        return (at(h) - at(-h)) / (2 * h)
      }),
    )
    const near = (found: unknown) => {
      const rows = (typeof found === 'object' && found !== null && 'toArray' in found ? (found as Tensor).toArray() : found) as number[][]
      differences.forEach((row, i) => row.forEach((each, j) => expect(rows[i]?.[j]).toBeCloseTo(each, 8)))
    }
    near(grad(f)(logits))
    near(compile(grad(f))(logits))
    near(jacobian(f, { mode: 'forward' })(logits))
    expect(jvp(f, [logits], [logits])[1]).toBeCloseTo(sum(mul(logits, differences)), 8)
    const x = variable(logits)
    const loss = x.softmaxCrossEntropy(target, options)
    loss.backward()
    near(x.grad)
    checkGrads(f, [logits])
    const product = hvp(f, logits, logits)
    const matrix = hessian(f)(logits)
    product.forEach((row, i) => row.forEach((each, j) => expect(each).toBeCloseTo(sum(mul(matrix[i]?.[j] as number[][], logits)), 10)))
  })

  it('is the same for each item of a batch, also where the classes are batched', () => {
    const items = vmap((x: Tensor, t: Tensor) => softmaxCrossEntropy(x, t, { ...options, reduction: 'sum' }))(tensor(logits), tensor(target as number[]))
    expected.none.forEach((loss, n) => expect((items as Tensor).at(n)).toBeCloseTo(loss, 13))
    const compiled = compile((x: Tensor, t: Tensor) => softmaxCrossEntropy(x, t, options))
    expect(compiled(tensor(logits), tensor(target as number[]))).toBeCloseTo(expected.mean, 13)
  })
})

describe('cross entropy', () => {
  it('is differentiable in its weights', () => {
    checkGrads((w: number[]) => softmaxCrossEntropy(logits, [1, 2, 2, 0], { weight: w, labelSmoothing: 0.1 }), [weight])
  })

  it('of nothing but ignored classes is NaN, as a mean; 0 as a sum', () => {
    expect(softmaxCrossEntropy(logits, [-1, -1, -1, -1], { ignoreIndex: -1 })).toBeNaN()
    expect(softmaxCrossEntropy(logits, [-1, -1, -1, -1], { ignoreIndex: -1, reduction: 'sum' })).toBe(0)
  })

  it('does not see the logits of ignored samples', () => {
    const [, last] = grad((x: number[][]) => softmaxCrossEntropy(x, [1, 9], { ignoreIndex: 9 }))([
      [1, 2, 3],
      [Number.NaN, 1, Number.POSITIVE_INFINITY],
    ]) as [number[], number[]]
    expect(last.map(Math.abs)).toEqual([0, 0, 0])
  })

  it('refuses what is no class and no weight', () => {
    expect(() => softmaxCrossEntropy(logits, classes)).toThrow(/class -1 is none of 0 … 2.*ignoreIndex/)
    expect(() => softmaxCrossEntropy(logits, probabilities, { ignoreIndex: 1 })).toThrow(/ignoreIndex is for a target of classes/)
    expect(() => softmaxCrossEntropy(logits, [0, 1, 2, 0], { weight: [1, 2] })).toThrow(/one entry per class, \[3\], but shape \[2\]/)
    expect(() => crossEntropy(softmax(logits), [0, 1, 2, 0], { labelSmoothing: 1.5 })).toThrow(/labelSmoothing is a number from 0 to 1/)
    // Classes that are arguments of a compiled function cannot be checked when it is traced.
    expect(compile((x: Tensor, t: Tensor) => softmaxCrossEntropy(x, t))(tensor(logits), tensor([0, 1, 7, 0]))).toBeNaN()
  })
})
