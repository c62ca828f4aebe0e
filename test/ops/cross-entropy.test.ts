import { describe, expect, it } from 'vitest'
import {
  add,
  compile,
  crossEntropy,
  foriLoop,
  grad,
  graph,
  hessian,
  hvp,
  jacobian,
  jvp,
  mul,
  ShapeError,
  scan,
  softmax,
  softmaxCrossEntropy,
  sum,
  Tensor,
  take,
  tensor,
  variable,
  vmap,
} from '../../src/index.ts'
import { checkGrads } from '../../src/testing/index.ts'

// biome-ignore lint/suspicious/noExplicitAny: functions of any arguments
type Any = any

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
  })
})

describe.each([
  ['eager', (f: Any) => f],
  ['auto', (f: Any) => compile(f)],
  ['js', (f: Any) => compile(f, { target: 'js' })],
  ['wasm', (f: Any) => compile(f, { target: 'wasm' })],
  ['interpreter', (f: Any) => compile(f, { target: 'interpreter' })],
] as [string, (f: Any) => Any][])('classes are data: %s', (_, run) => {
  const given: Options = { weight, ignoreIndex: -1, labelSmoothing: 0.3 }
  const x = tensor(logits)
  const soft = logits.map(row => row.map(each => Math.exp(each) / row.reduce((total, other) => total + Math.exp(other), 0)))
  /** softmax − one-hot, for each sample. */
  const slopes = (labels: number[]) => labels.map((label, n) => (soft[n] as number[]).map((p, c) => p - (c === label ? 1 : 0)))
  const near = (found: Any, expected: number[][]) => {
    const rows = found instanceof Tensor ? found.toArray() : found
    expected.forEach((row, n) => row.forEach((each, c) => expect(rows[n][c]).toBeCloseTo(each, 12)))
  }
  const f = run(grad((at: Tensor, y: Any) => softmaxCrossEntropy(at, y, { reduction: 'sum' })))
  const g = run(grad((at: Tensor, y: Any) => crossEntropy(softmax(at), y, { reduction: 'sum' })))

  it('a tensor, a list, a typed array, a number', () => {
    for (const labels of [
      [1, 2, 2, 0],
      [0, 0, 1, 2],
    ]) {
      for (const y of [tensor(labels), labels, Int32Array.from(labels), Uint8Array.from(labels)]) {
        near(f(x, y), slopes(labels))
        near(g(x, y), slopes(labels))
      }
      near([[...f(tensor(logits[0] as number[]), labels[0]).data]], slopes(labels).slice(0, 1))
    }
  })

  it('of each item of a batch, with options', () => {
    near(run(vmap(grad((at: Tensor, y: number) => softmaxCrossEntropy(at, y))))(x, [0, 0, 1, 2]), slopes([0, 0, 1, 2]))
    for (const labels of [classes, [0, -1, 1, 2]]) {
      const expected = reference(logits, labels, given)
      expect(run((at: Tensor, y: Tensor) => softmaxCrossEntropy(at, y, given))(x, tensor(labels))).toBeCloseTo(expected.mean, 12)
      const each = run(vmap((at: Tensor, y: number) => softmaxCrossEntropy(at, y, { ...given, reduction: 'sum' })))(x, labels)
      expected.none.forEach((loss, n) => expect(each.at(n)).toBeCloseTo(loss, 12))
    }
  })

  it('in loops', () => {
    const each = (at: Tensor, y: Tensor): number => foriLoop(0, 4, (i, s: number) => add(s, softmaxCrossEntropy(take(at, i), take(y, i))), 0)
    near(run(grad(each))(x, tensor([0, 0, 1, 2])), slopes([0, 0, 1, 2]))
    const rows = (at: Tensor, y: Tensor): number =>
      scan((s: number, [row, label]: [Tensor, number]) => [add(s, softmaxCrossEntropy(row, label)), 0], 0, [at, y])[0]
    near(run(grad(rows))(x, tensor([0, 0, 1, 2])), slopes([0, 0, 1, 2]))
    const read = run(each)
    expect(() => read(x, tensor([0, 3, 0, 0]))).toThrow('softmaxCrossEntropy: class 3 is none of 0 … 2')
  })

  it('checked at each call', () => {
    for (const h of [f, g]) {
      for (const wrong of [3, -1, 0.5, Number.NaN]) {
        expect(() => h(x, tensor([0, 1, wrong, 2]))).toThrow(ShapeError)
        expect(() => h(x, [0, 1, wrong, 2])).toThrow(`class ${wrong} is none of 0 … 2. The option ignoreIndex names a class that does not count.`)
      }
      near(h(x, tensor([0, 0, 1, 2])), slopes([0, 0, 1, 2]))
    }
    expect(() => run(vmap(grad((at: Tensor, y: number) => softmaxCrossEntropy(at, y))))(x, [0, 1, 3, 2])).toThrow('class 3 is none of')
    const ignoring = run((at: Tensor, y: Tensor) => softmaxCrossEntropy(at, y, given))
    expect(() => ignoring(x, tensor([0, 1, -2, 2]))).toThrow('class -2 is none of')
  })
})

it.each(['auto', 'js', 'wasm', 'interpreter'] as const)('classes are fed to a session: %s', target => {
  const g = graph()
  const [x, y] = [g.placeholder('x', [4, 3]), g.placeholder('y', [4])]
  const session = g.session({ target })
  const loss = softmaxCrossEntropy(x, y)
  expect(session.run(loss, { x: logits, y: [1, 2, 2, 0] })).toBeCloseTo(reference(logits, [1, 2, 2, 0], {}).mean, 12)
  expect(() => session.run(loss, { x: logits, y: [1, 2, 5, 0] })).toThrow('class 5 is none of 0 … 2')
})
