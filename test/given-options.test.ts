import { describe, expect, it } from 'vitest'
import {
  add,
  checkpointSequential,
  compile,
  compileAsync,
  DualtapeError,
  grad,
  graph,
  hessian,
  jacobian,
  mul,
  OptionError,
  planHessian,
  planJacobian,
  ShapeError,
  sin,
  square,
  sum,
  type Tensor,
  tensor,
  valueAndGrad,
  variable,
  vmap,
} from '../src/index.ts'
import { compileExpression, derivative, gradient, jacobian as jacobianOf } from '../src/mathjs/index.ts'
import { adam, adamW, cosineDecay, exponentialDecay, lbfgs, levenbergMarquardt, sgd, stepDecay, warmup } from '../src/optim/index.ts'
import { fixedPoint, minimize, root } from '../src/solve/index.ts'

const f = (x: number[]) => sum(square(x))
const at = [1, 2, 3]

/** Everything that takes options, by what it does with those given, and the names that there are. */
const TAKERS: [name: string, call: (options: never) => unknown, options: string[]][] = [
  ['grad', options => grad(f, options)(at), ['argnum', 'hasAux']],
  ['valueAndGrad', options => valueAndGrad(f, options)(at), ['argnum', 'hasAux']],
  ['jacobian', options => jacobian(f, options)(at), ['mode', 'sparsity', 'chunk', 'output', 'hasAux']],
  ['planJacobian', options => planJacobian(f, at, options), ['mode', 'sparsity', 'chunk', 'output']],
  ['hessian', options => hessian(f, options)(at), ['mode', 'sparsity', 'chunk', 'output', 'weights']],
  ['planHessian', options => planHessian(f, at, options), ['mode', 'sparsity', 'chunk', 'output', 'weights']],
  ['vmap', options => vmap(sin, options)(at), ['in', 'out']],
  ['compile', options => compile(f, options), ['target', 'algebra', 'maxVersions']],
  ['session', options => graph().session(options), ['target', 'algebra']],
  ['checkpointSequential', options => checkpointSequential([sin], 1, options), ['segments', 'memory']],
  ['variable', options => variable(1, options), ['requiresGrad', 'name']],
  ['backward', options => variable(2).square().backward(1, options), ['retainTape', 'createGraph']],
  ['sgd', options => sgd([1], options), ['learningRate', 'momentum', 'nesterov', 'weightDecay']],
  ['adam', options => adam([1], options), ['learningRate', 'beta1', 'beta2', 'epsilon', 'weightDecay']],
  ['adamW', options => adamW([1], options), ['learningRate', 'beta1', 'beta2', 'epsilon', 'weightDecay']],
  ['lbfgs', options => lbfgs([1], options), ['history', 'maxIterations', 'tolerance']],
  ['levenbergMarquardt', options => levenbergMarquardt((x: number[]) => x, [1], options), ['maxIterations', 'onIteration']],
  ['minimize', options => minimize(f, at, options), ['method', 'bounds', 'constraints', 'tolerance', 'maxIterations', 'callback', 'signal', 'history']],
  ['root', options => root(square, 1, options), ['method', 'tolerance', 'maxIterations', 'callback', 'signal', 'history']],
  ['fixedPoint', options => fixedPoint(sin, 0, options), ['memory', 'tolerance', 'maxIterations', 'callback', 'signal', 'history']],
  ['options', options => jacobianOf('x^2', { x: 1 }, options), ['mode']],
  ['options', options => gradient('x^2', { x: 1 }, options), ['mode']],
  ['options', options => derivative('x^2', 'x', { x: 1 }, options), ['mode']],
  ['compileExpression', options => compileExpression('x^2', options), ['target']],
]

describe.each(TAKERS)('the options of %s', (name, call, options) => {
  it('stand in an object, under names that there are', () => {
    for (const wrong of ['forward', true, () => 1, new Map(), Symbol.iterator, new Date(0)]) {
      expect(() => call(wrong as never), String(wrong)).toThrow(OptionError)
      expect(() => call(wrong as never), String(wrong)).toThrow(`${name}: `)
    }
    expect(() => call({ nonsense: 1 } as never)).toThrow(`${name}: there is no option nonsense.`)
    expect(() => call({ [`${options[0]}s`]: 1 } as never)).toThrow(`Did you mean ${options[0]}?`)
    expect(() => call({} as never)).not.toThrow()
    expect(() => call(undefined as never)).not.toThrow()
  })

  it('are of the right kind', () => {
    for (const option of options) {
      for (const wrong of [Symbol.iterator, new Date(0), 2n]) expect(() => call({ [option]: wrong } as never), option).toThrow(DualtapeError)
      expect(() => call({ [option]: undefined } as never), option).not.toThrow()
    }
  })
})

it('schedules say what is missing, and take nothing else', () => {
  expect(() => stepDecay(0.1, { factor: 0.5 } as never)).toThrow(/stepDecay: every is missing: it is a number/)
  expect(() => stepDecay(0.1, { every: 10, factr: 0.5 } as never)).toThrow(/no option factr/)
  expect(() => exponentialDecay(0.1, {} as never)).toThrow(/factor is missing/)
  expect(() => cosineDecay(0.1, { steps: 10 } as never)).toThrow(/no option steps/)
  expect(() => warmup(0.1, { over: '3' } as never)).toThrow(/over is a number/)
})

it('compileAsync refuses as compile does', async () => {
  await expect(compileAsync(f, [at], 'wasm' as never)).rejects.toThrow(/compileAsync: options stand in an object/)
})

describe('argnum', () => {
  const g = (x: number, y: Tensor, z: number[]) => sum(mul(mul(x, y), z))
  const args: [number, Tensor, number[]] = [2, tensor([1, 2]), [3, 4]]

  it('may stand bare, and counts from the last where it is negative', () => {
    expect(grad((x: number, y: number) => mul(square(x), y), 1)(3, 5)).toBe(9)
    expect(grad((x: number, y: number) => mul(square(x), y), -2)(3, 5)).toBe(30)
    expect(grad((x: number, y: number) => mul(square(x), y), [1, 0])(3, 5)).toEqual([9, 30])
    expect(valueAndGrad((x: number, y: number) => mul(square(x), y), 1)(3, 5)).toEqual([45, 9])
    expect(grad(g, { argnum: [-1, 0] })(...args)).toEqual([[2, 4], 11])
  })

  it('may name an argument several times, each of which has its own gradient', () => {
    expect(grad((x: number, y: number) => mul(square(x), y), { argnum: [0, 0] })(3, 5)).toEqual([30, 30])
    expect(grad((x: number, y: number) => mul(square(x), y), { argnum: [1, 0, 1, -1] })(3, 5)).toEqual([9, 30, 9, 9])
    const [first, list, second] = grad(g, { argnum: [1, 2, 1] })(...args)
    expect([first.toArray(), list, second.toArray()]).toEqual([
      [6, 8],
      [2, 4],
      [6, 8],
    ])
    first.data[0] = 0
    expect(second.toArray()).toEqual([6, 8])
    expect(grad((v: number[]) => sum(grad(f, { argnum: [0, 0] })(v)[1]))(at)).toEqual([2, 2, 2])
  })

  it('names an argument that there is', () => {
    for (const argnum of [3, -4, [0, 3]])
      expect(() => grad(g, { argnum: argnum as 0 })(...args)).toThrow(/argnum -?\d names no argument: the function was called with 3/)
    for (const argnum of [0.5, Number.NaN, '0', [[0]]]) expect(() => grad(g, { argnum: argnum as 0 })).toThrow(/argnum is an integer or a list of integers/)
    expect(() => grad((n: number) => grad(g, n as 0)(...args) as number)(1)).toThrow(/argnum is .* traced/)
  })
})

it('the axes of vmap may stand bare', () => {
  expect(vmap((x: number, y: number) => add(x, y), [0, null])([1, 2], 10)).toEqual([11, 12])
  expect(
    vmap(
      (x: Tensor) => mul(x, 2),
      1,
    )(
      tensor([
        [1, 2],
        [3, 4],
      ]),
    ).toArray(),
  ).toEqual([
    [2, 6],
    [4, 8],
  ])
  expect(
    vmap(
      (x: Tensor) => mul(x, 2),
      0,
      1,
    )(
      tensor([
        [1, 2],
        [3, 4],
      ]),
    ).toArray(),
  ).toEqual([
    [2, 6],
    [4, 8],
  ])
  expect(() => vmap(sin, 'x' as never)).toThrow(/in is an axis, null/)
})

it('weights of a Hessian have the shape of the outputs', () => {
  const outputs = (x: number[]) => [mul(x[0]!, x[1]!), square(x[0]!)]
  expect(hessian(outputs, { weights: [1, 3] })([1, 2])).toEqual([
    [6, 1],
    [1, 0],
  ])
  for (const weights of [[1], 2, [1, 2, 3], [[1], [2]]]) {
    expect(() => hessian(outputs, { weights })([1, 2])).toThrow(ShapeError)
    expect(() => planHessian(outputs, [1, 2], { weights })).toThrow(/weights of shape .* do not fit outputs of shape \[2\]/)
  }
  // Multipliers may be what is differentiated by.
  expect(grad((w: number[]) => sum(hessian(outputs, { weights: w })([1, 2]) as number[][]))([1, 3])).toEqual([2, 2])
})

it('options are read beside arguments that are left out as undefined', () => {
  const late = undefined as never
  expect((sum as (...args: unknown[]) => unknown)([[1, 2]], { axis: 0 }, late)).toEqual(sum([[1, 2]], { axis: 0 }))
  expect((sum as (...args: unknown[]) => unknown)([[1, 2]], late, { keepDims: true }, late)).toEqual(sum([[1, 2]], { keepDims: true }))
  // Also where there is one option only.
  expect(stepDecay(1, { every: 2 })(2)).toBe(stepDecay(1, { every: 2, factor: undefined })(2))
  expect(() => (sum as (...args: unknown[]) => unknown)([1], 0, 1, late)).toThrow(OptionError)
})
