import { describe, expect, it } from 'vitest'
import * as exporting from '../src/export/index.ts'
import * as dualtape from '../src/index.ts'
import {
  checkpoint,
  compile,
  customJvp,
  customVjp,
  DualtapeError,
  defineOp,
  derivative,
  foriLoop,
  grad,
  graph,
  hessian,
  hvp,
  jacobian,
  jvp,
  map,
  mul,
  OptionError,
  planHessian,
  planJacobian,
  scan,
  square,
  sum,
  taylor,
  tensor,
  valueAndGrad,
  whileLoop,
} from '../src/index.ts'
import * as mathjs from '../src/mathjs/index.ts'
import * as nn from '../src/nn/index.ts'
import { conv, dense, dropout as dropoutLayer, embedding, gru, layerNorm, lstm, multiHeadAttention, sequential } from '../src/nn/index.ts'
import * as optim from '../src/optim/index.ts'
import * as plugin from '../src/plugin/index.ts'
import { checkSource, fromSource, transform } from '../src/plugin/index.ts'
import * as random from '../src/random/index.ts'
import { bernoulli, categorical, dropout, fold, key, normal, permutation, randint, split, uniform } from '../src/random/index.ts'
import * as solve from '../src/solve/index.ts'
import * as testing from '../src/testing/index.ts'
import { checkGrads } from '../src/testing/index.ts'

// biome-ignore lint/suspicious/noExplicitAny: calls that types refuse
type Anything = any
const any = <T>(f: T): Anything => f

const f = (x: number[]) => sum(square(x))
const id = <T>(x: T) => x
const twoOf = (a: unknown, b: unknown) => [a, b]

describe('what stands behind the arguments of a function is refused', () => {
  const calls: Record<string, (last: unknown) => unknown> = {
    grad: last => any(grad)(f, 0, last),
    valueAndGrad: last => any(valueAndGrad)(f, 0, last),
    jacobian: last => any(jacobian)(f, {}, last),
    hessian: last => any(hessian)(f, {}, last),
    planJacobian: last => any(planJacobian)(f, [1], {}, last),
    planHessian: last => any(planHessian)(f, [1], {}, last),
    hvp: last => any(hvp)(f, [1], [1], last),
    jvp: last => any(jvp)(id, [1], [1], last),
    derivative: last => any(derivative)(id, last),
    taylor: last => any(taylor)(id, 1, 2, last),
    compile: last => any(compile)(id, {}, last),
    checkpoint: last => any(checkpoint)(id, last),
    customJvp: last => any(customJvp)(twoOf, last),
    customVjp: last => any(customVjp)(twoOf, twoOf, last),
    scan: last => any(scan)(twoOf, 0, [1, 2], last),
    map: last => any(map)(id, [1, 2], last),
    foriLoop: last => any(foriLoop)(0, 2, (_: number, s: number) => s, 0, last),
    whileLoop: last => any(whileLoop)(() => false, id, 0, last),
    tensor: last => any(dualtape.tensor)([1, 2], [2], last),
    zeros: last => any(dualtape.zeros)([2], {}, last),
    ones: last => any(dualtape.ones)([2], {}, last),
    full: last => any(dualtape.full)([2], 1, {}, last),
    eye: last => any(dualtape.eye)(2, {}, last),
    tri: last => any(dualtape.tri)(2, 2, 0, last),
    arange: last => any(dualtape.arange)(0, 2, 1, {}, last),
    linspace: last => any(dualtape.linspace)(0, 2, 3, {}, last),
    uniform: last => any(uniform)(key(0), [2], {}, last),
    normal: last => any(normal)(key(0), [2], {}, last),
    bernoulli: last => any(bernoulli)(key(0), 0.5, [2], last),
    randint: last => any(randint)(key(0), [2], { high: 2 }, last),
    categorical: last => any(categorical)(key(0), [1, 2], {}, last),
    permutation: last => any(permutation)(key(0), 3, last),
    dropout: last => any(dropout)(key(0), [1, 2], {}, last),
    split: last => any(split)(key(0), 2, last),
    fold: last => any(fold)(key(0), 2, last),
    embedding: last => any(embedding)(3, 2, last),
    lstm: last => any(lstm)(3, 2, last),
    gru: last => any(gru)(3, 2, last),
    checkpointSequential: last => any(dualtape.checkpointSequential)([id], 1, {}, last),
    vmap: last => any(dualtape.vmap)(id, 0, 0, last),
    matrixFunction: last => any(dualtape.matrixFunction)(dualtape.exp, [[1]], last),
    calibratePlanner: last => any(dualtape.calibratePlanner)(last),
    defineOp: last => any(dualtape.defineOp)({ name: 'again', value: (x: number) => x, partials: () => [1] }, last),
    value: last => any(dualtape.value)(1, last),
    variable: last => any(dualtape.variable)(1, {}, last),
    backward: last => any(dualtape.backward)(mul(dualtape.variable(1), 2), 1, {}, last),
    noGrad: last => any(dualtape.noGrad)(() => 1, last),
    onGrad: last => any(dualtape.onGrad)(dualtape.variable(1), id, last),
    explain: last => any(dualtape.explain)(1, 1, last),
    detectAnomaly: last => any(dualtape.detectAnomaly)(() => 1, last),
    tapeStats: last => any(dualtape.tapeStats)(() => 1, last),
    clipByNorm: last => any(dualtape.clipByNorm)([1], 1, last),
    clipByGlobalNorm: last => any(dualtape.clipByGlobalNorm)([1], 1, last),
    clipByValue: last => any(dualtape.clipByValue)([1], -1, 1, last),
    isFiniteTree: last => any(dualtape.isFiniteTree)([1], last),
    graph: last => any(graph)(undefined, last),
    key: last => any(key)(1, last),
    sgd: last => any(optim.sgd)([1], {}, last),
    adam: last => any(optim.adam)([1], {}, last),
    adamW: last => any(optim.adamW)([1], {}, last),
    lbfgs: last => any(optim.lbfgs)([1], {}, last),
    levenbergMarquardt: last => any(optim.levenbergMarquardt)((x: number[]) => ({ residuals: x, jacobian: [[1]] }), [1], {}, last),
    stepDecay: last => any(optim.stepDecay)(1, { every: 2 }, last),
    exponentialDecay: last => any(optim.exponentialDecay)(1, { factor: 0.5 }, last),
    cosineDecay: last => any(optim.cosineDecay)(1, { over: 2 }, last),
    warmup: last => any(optim.warmup)(1, { over: 2 }, last),
    dense: last => any(dense)(1, 1, {}, last),
    conv: last => any(conv)(1, 1, [1], {}, last),
    layerNorm: last => any(layerNorm)(2, {}, last),
    multiHeadAttention: last => any(multiHeadAttention)(2, 1, {}, last),
    toSafetensors: last => any(nn.toSafetensors)({ a: tensor([1]) }, {}, last),
    fromSafetensors: last => any(nn.fromSafetensors)(nn.toSafetensors({ a: tensor([1]) }), {}, last),
    safetensorsHeader: last => any(nn.safetensorsHeader)(nn.toSafetensors({ a: tensor([1]) }), last),
    minimize: last => any(solve.minimize)(f, [1], {}, last),
    leastSquares: last => any(solve.leastSquares)(id, [1], {}, last),
    fit: last => any(solve.fit)(([p]: [number], x: number) => mul(p, x), { x: [1, 2], y: [1, 2] }, [1], {}, last),
    root: last => any(solve.root)(id, [1], {}, last),
    rootScalar: last => any(solve.rootScalar)(id, { bracket: [-1, 2] }, last),
    fixedPoint: last => any(solve.fixedPoint)((x: number) => mul(x, 0.5), 1, {}, last),
    quad: last => any(solve.quad)(id, 0, 1, {}, last),
    interpolate: last => any(solve.interpolate)([1, 2, 3], [1, 2, 3], {}, last),
    solveIvp: last => any(solve.solveIvp)(() => 1, [0, 1], 1, {}, last),
    sparseSolve: last => any(solve.sparseSolve)(jacobian((x: number[]) => x, { output: 'sparse' })([1]), [1], last),
    toOnnx: last => any(exporting.toOnnx)(id, [tensor([1])], {}, last),
    fromOnnx: last =>
      any(exporting.fromOnnx)(
        exporting.toOnnx((x: dualtape.Tensor) => mul(x, 2), [tensor([1])]),
        last,
      ),
    transform: last => any(transform)('1', {}, last),
    checkSource: last => any(checkSource)('1', {}, last),
    fromSource: last => any(fromSource)((x: number) => x, {}, last),
    checkGrads: last => any(checkGrads)(f, [[1, 2]], {}, last),
    checkOp: last => any(testing.checkOp)(dualtape.sin, last),
    directionalDifference: last => any(testing.directionalDifference)((x: Float64Array) => x, Float64Array.of(1), Float64Array.of(1), last),
    compileExpression: last => any(mathjs.compileExpression)('x', {}, last),
    gradient: last => any(mathjs.gradient)('x', { x: 1 }, {}, last),
    valueAndGradient: last => any(mathjs.valueAndGradient)('x', { x: 1 }, {}, last),
  }
  it.each(Object.keys(calls))('%s', name => {
    const call = calls[name] as (last: unknown) => unknown
    for (const last of [1, 'x', { reverse: true }, [1]]) expect(() => call(last)).toThrow(OptionError)
    for (const last of [1, { reverse: true }]) expect(() => call(last)).toThrow(new RegExp(`^${name}: .* (given|option)`))
    expect(() => call(undefined)).not.toThrow()
  })

  const others: Record<string, (last: unknown) => unknown> = {
    gt: last => any(dualtape.gt)(2, 1, last),
    eq: last => any(dualtape.eq)(tensor([2]), 1, last),
    'derivative of an expression': last => any(mathjs.derivative)('x', 'x', { x: 1 }, {}, last),
    'jacobian of an expression': last => any(mathjs.jacobian)('x', { x: 1 }, {}, last),
    'hessian of an expression': last => any(mathjs.hessian)('x', { x: 1 }, {}, last),
    placeholder: last => any(graph()).placeholder('x', [2], {}, last),
    'a variable of a graph': last => any(graph()).variable('w', [2], last),
    assign: last => built(({ g, w }) => g.assign(w, [1, 2], last)),
    name: last => built(({ g, y }) => g.name(y, 'y', last)),
    gradients: last => built(({ g, y, w }) => g.gradients(y, [w], last)),
    session: last => built(({ g }) => g.session({}, last)),
    run: last => built(({ g, y }) => g.session().run(y, { x: [1, 2] }, last)),
    variables: last => built(({ g }) => g.session().variables(last)),
    'jacobian of a plan': last => any(planJacobian(id, [1])).jacobian([1], last),
    'valueAndJacobian of a plan': last => any(planJacobian(id, [1])).valueAndJacobian([1], last),
    'into of a plan': last => any(planJacobian(id, [1])).into(new Float64Array(1), [1], last),
    'hessian of a plan': last => any(planHessian(f, [1])).hessian([1], last),
    'item of a tensor': last => any(tensor([1])).item(last),
    'toArray of a tensor': last => any(tensor([1])).toArray(last),
    'init of a layer': last => any(dense(1, 1)).init(key(0), {}, last),
    'init of a layer without parameters': last => any(dropoutLayer(0.5)).init(key(0), {}, last),
    'init of attention': last => any(multiHeadAttention(2, 1)).init(key(0), {}, last),
    'item of a variable': last => any(dualtape.variable(1)).item(last),
    'item of a variable that is a tensor': last => any(dualtape.variable([1])).item(last),
    'toArray of a variable': last => any(dualtape.variable(1)).toArray(last),
    'backward of a variable': last => any(dualtape.variable(1)).backward(1, {}, last),
    detach: last => any(dualtape.variable(1)).detach(last),
    zeroGrad: last => any(dualtape.variable(1)).zeroGrad(last),
    retainGrad: last => any(dualtape.variable(1)).mul(2).retainGrad(last),
    zero_: last => dualtape.noGrad(() => any(dualtape.variable(1)).zero_(last)),
    set_: last => dualtape.noGrad(() => any(dualtape.variable([1])).set_(0, 1, last)),
    ...Object.fromEntries(
      ['add_', 'sub_', 'mul_', 'div_', 'copy_', 'fill_'].map(name => [
        name,
        (last: unknown) => dualtape.noGrad(() => any(dualtape.variable(1))[name](1, last)),
      ]),
    ),
  }
  it.each(Object.keys(others))('%s', name => {
    const call = others[name] as (last: unknown) => unknown
    for (const last of [1, 'x', { reverse: true }, [1]]) expect(() => call(last)).toThrow(OptionError)
    expect(() => call(undefined)).not.toThrow()
  })

  it('by every function that is exported', () => {
    // They hand all that they are given to a function, or take a list of any length; plugins are made by unplugin.
    const any = ['vjp', 'linearize', 'cond', 'sequential', 'vite', 'rollup', 'rolldown', 'esbuild', 'webpack', 'rspack', 'bun', 'farm', 'arbitraries']
    // They wait, are tables of functions that check, or change what is around.
    const apart = [
      'compileAsync',
      'setThreads',
      'install',
      'glorotNormal',
      'glorotUniform',
      'heNormal',
      'heUniform',
      'randomNumbers',
      'describe',
      'ge',
      'lt',
      'le',
      'ne',
    ]
    const entries = [dualtape, optim, nn, random, solve, exporting, plugin, testing, mathjs]
    const functions = entries.flatMap(entry => Object.entries(entry).filter(([, each]) => typeof each === 'function' && !('definition' in each)))
    const names = functions.filter(([, each]) => !/^class\b/.test(String(each))).map(([name]) => name)
    expect(names.filter(name => !(name in calls || name in others || any.includes(name) || apart.includes(name)))).toEqual([])
    for (const name of [...any, ...apart]) expect([...names, 'rolldown', 'farm'], name).toContain(name)
  })

  it('but what methods of lists pass is taken', () => {
    expect([0, 1].map(key).map(each => each.toArray())).toEqual([
      [0, 0],
      [0, 1],
    ])
    expect([dualtape.variable(2)].map(dualtape.value)).toEqual([2])
    expect([[1], [1 / 0]].map(dualtape.isFiniteTree)).toEqual([true, false])
  })
})

/** A graph with a placeholder, a variable and a product. */
function built(use: (parts: { g: Anything; w: Anything; y: Anything }) => unknown): unknown {
  const g = graph()
  const w = g.variable('w', [1, 2])
  return use({ g, w, y: mul(g.placeholder('x', [2]), w) })
}

it('makers of tensors read numbers and a dtype, and nothing else', () => {
  const { zeros, ones, full, eye, arange, linspace } = any(dualtape)
  for (const make of [zeros, ones, (shape: number[], last: unknown) => full(shape, 1, last)]) {
    for (const last of ['float32', [2], 3, { shape: [2] }, { dtyp: 'float32' }, null]) expect(() => make([2], last), String(last)).toThrow(OptionError)
  }
  // NumPy's eye of 2 rows and 3 columns.
  expect(() => eye(2, 3)).toThrow(/eye: options stand in an object \(\{ dtype \}\), but the number 3 was given/)
  for (const value of ['x', undefined, null, [1, 2], true, {}]) expect(() => full([2], value), String(value)).toThrow(DualtapeError)
  expect(full([2], tensor(3)).toArray()).toEqual([3, 3])
  for (const last of ['3', null, [1], {}]) {
    expect(() => arange(0, last), String(last)).toThrow(DualtapeError)
    expect(() => linspace(0, last), String(last)).toThrow(DualtapeError)
  }
  expect(() => linspace(0)).toThrow(DualtapeError)
  expect(() => arange({}, 2, {})).toThrow(DualtapeError)
  expect([[2], [3]].map(zeros).map((each: Anything) => each.size)).toEqual([2, 3])
})

it('what takes a function refuses everything else', () => {
  const { vjp, linearize, vmap, detectAnomaly, tapeStats, checkpoint, customVjp, whileLoop } = any(dualtape)
  const takers: [string, (given: unknown) => unknown][] = [
    ['vjp', given => vjp(given, 1)],
    ['linearize', given => linearize(given, 1)],
    ['jvp', given => any(jvp)(given, [1], [1])],
    ['derivative', given => any(derivative)(given)],
    ['taylor', given => any(taylor)(given, 1, 2)],
    ['vmap', given => vmap(given)],
    ['detectAnomaly', given => detectAnomaly(given)],
    ['tapeStats', given => tapeStats(given)],
    ['checkpoint', given => checkpoint(given)],
    ['customJvp', given => any(customJvp)(given)],
    ['customVjp', given => customVjp(twoOf, given)],
    ['scan', given => any(scan)(given, 0, [])],
    ['map', given => any(map)(given, [])],
    ['foriLoop', given => any(foriLoop)(0, 0, given, 0)],
    ['whileLoop', given => whileLoop(() => false, given, 0)],
    ['checkGrads', given => any(checkGrads)(given, [1])],
  ]
  for (const [name, call] of takers) {
    for (const given of [undefined, null, 3, 'f', [], {}, tensor([1])]) {
      expect(() => call(given), name).toThrow(DualtapeError)
      expect(() => call(given), name).toThrow(`${name}: takes a function`)
    }
  }
})

it('lists of operands are lists', () => {
  const { concat, stack, meshgrid, select, einsum } = any(dualtape)
  for (const given of [undefined, null, 3, 'ab', {}]) {
    for (const call of [concat, stack, meshgrid, (x: unknown) => select(x, [1])])
      expect(() => call(given), String(given)).toThrow(/takes its operands in a list/)
  }
  for (const given of [undefined, 3, tensor([1])]) expect(() => einsum(given, [1])).toThrow(/einsum: the first argument is a text/)
})

it('options of layers, graphs and tools exist', () => {
  const layers = { dense: dense(2, 2), conv: conv(1, 1, [1]), embedding: embedding(3, 2), layerNorm: layerNorm(2), dropout: dropoutLayer(0.5) }
  const inputs = { dense: [1, 2], conv: [[[1, 2]]], embedding: [0], layerNorm: [1, 2], dropout: [1, 2] }
  for (const [name, layer] of Object.entries(layers)) {
    const parameters = any(layer).init(key(0))
    for (const options of [{ ky: key(1) }, key(1), 3]) {
      expect(() => any(layer).apply(parameters, any(inputs)[name], options)).toThrow(new RegExp(`^${name}: `))
    }
    expect(() => any(layer).apply(parameters, any(inputs)[name], { key: key(1) })).not.toThrow()
  }
  for (const layer of [lstm(2, 2), gru(2, 2), multiHeadAttention(2, 1), sequential(dense(2, 2))]) {
    expect(() => any(layer).apply(any(layer).init(key(0)), [[1, 2]], { ky: 1 })).toThrow(/there is no option ky/)
  }
  expect(() => any(conv)(1, 1, [1], { pad: 1 })).toThrow(/conv: there is no option pad\..*Did you mean padding/)
  expect(() => any(graph().placeholder.bind(graph()))('x', [2], { exmple: 1 })).toThrow(/no option exmple/)
  for (const shape of [2, [2.5], 'x']) expect(() => any(graph().placeholder.bind(graph()))('x', shape)).toThrow(/placeholder: /)
  for (const wrong of ['wasm', { fromat: 'esm' }, { format: 'exe' }]) {
    const compiled = compile(f)
    compiled([1])
    expect(() => any(compiled).emit(wrong)).toThrow(/^emit: /)
  }
  for (const options of [{ tol: 1 }, { order: 1.5 }, { modes: ['fwd'] }, { modes: 'forward' }, { tolerance: 'x' }, 3]) {
    expect(() => any(checkGrads)(f, [[1, 2]], options)).toThrow(OptionError)
  }
  for (const tool of [transform, checkSource]) {
    expect(() => any(tool)('1', { filname: 'x' })).toThrow(/no option filname/)
    expect(() => any(tool)(5)).toThrow(DualtapeError)
  }
  expect(() => any(fromSource)((x: number) => x * x, { scop: {} })).toThrow(/no option scop/)
})

it('a definition without a rule, or with one under another name, is no operator whose derivative is 0', () => {
  const define = any(defineOp)
  const value = (x: number) => x * x
  expect(() => define({ name: 'f', value })).toThrow(/f has no rule for its derivative: write one of partials/)
  expect(() => define({ name: 'f', value, partial: (x: number) => [mul(2, x)] })).toThrow(/no option partial\..*Did you mean partials/)
  expect(grad(define({ name: 'f', value, partials: () => [0] }) as (x: number) => number)(3)).toBe(0)
  // Truths have none.
  expect(define({ name: 'f', value: (x: number) => x > 1 })([0, 2]).toArray()).toEqual([false, true])
  for (const field of ['value', 'of', 'partials', 'jvp', 'transpose', 'signature']) {
    expect(() => define({ name: 'f', value, partials: () => [1], [field]: 3 }), field).toThrow(new RegExp(`${field} of f is a function`))
  }
  expect(() => define({ name: 'f', value, transposes: [1] })).toThrow(/transposes of f is a list of functions/)
  expect(() => define({ name: 'f', options: { a: 1 }, of: id })).toThrow(/option a of f says/)
  expect(() => define({ name: 'f', bare: ['a'], of: id })).toThrow(/names the string "a"/)
  for (const nothing of [() => undefined, () => 'a', () => 2n]) {
    const broken = define({ name: 'f', value: (_: number) => nothing(), partials: () => [1] })
    expect(() => broken([1, 2])).toThrow(/f: the value is /)
  }
})

it('a tensor of rank 0 is one number', () => {
  expect(derivative(square)(tensor(3) as never)).toBe(6)
  expect(taylor(square, tensor(3) as never, 2)).toEqual([9, 6, 1])
  expect(compile(derivative(square))(tensor(3) as never)).toBe(6)
})
