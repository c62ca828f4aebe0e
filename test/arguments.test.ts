import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import * as dualtape from '../src/index.ts'
import {
  checkpoint,
  checkpointSequential,
  compile,
  cond,
  customJvp,
  customVjp,
  DualtapeError,
  defineOp,
  derivative,
  detectAnomaly,
  foriLoop,
  grad,
  hessian,
  hvp,
  jacobian,
  jvp,
  linearize,
  lt,
  map,
  matrixFunction,
  mul,
  noGrad,
  onGrad,
  planHessian,
  planJacobian,
  scan,
  sin,
  square,
  sum,
  TreeError,
  tapeStats,
  taylor,
  tensor,
  trace,
  valueAndGrad,
  variable,
  vjp,
  vmap,
  whileLoop,
} from '../src/index.ts'
import { checkGrads } from '../src/testing/index.ts'

// biome-ignore lint/suspicious/noExplicitAny: arguments of every kind
type Anything = any

/** An object that cannot be looked at: whoever walks it finds out. */
const untouchable = new Proxy(
  {},
  Object.fromEntries(
    Reflect.ownKeys(Reflect).map(trap => [
      trap,
      () => {
        throw new Error(`it was touched by ${String(trap)}`)
      },
    ]),
  ),
)

const cyclic: Record<string, unknown> = { rate: 2 }
cyclic.self = cyclic

class Model {
  readonly scale = 2
  readonly self = this
}

describe('an argument that is not differentiated', () => {
  const configs: Record<string, unknown> = {
    untouchable,
    cyclic,
    instance: new Model(),
    function: sin,
    text: 'a',
    null: null,
    undefined,
    map: new Map(),
    symbol: Symbol('s'),
  }
  const f =
    (seen: unknown[]) =>
    (x: number, config: unknown): number => {
      seen.push(config)
      return mul(x, x)
    }

  it.each(Object.entries(configs))('passes as it is: %s', (name, config) => {
    const seen: unknown[] = []
    const g = f(seen) as Anything
    expect(grad(g)(3, config)).toBe(6)
    expect(valueAndGrad(g)(3, config)).toEqual([9, 6])
    expect(grad((x: number) => grad(g)(x, config) as number)(3)).toBe(2)
    expect(grad((config: Anything, x: number) => g(x, config), { argnum: 1 })(config, 3)).toBe(6)
    expect(jvp(g, [3, config], [1, null])).toEqual([9, 6])
    expect(vmap(g, { in: [0, null] })([1, 2], config)).toEqual([1, 4])
    if (!['untouchable', 'cyclic'].includes(name)) {
      const [, pullback] = vjp(g, 3, config)
      expect(pullback(1 as Anything)).toEqual([6, undefined])
      const [, pushforward] = linearize(g, 3, config)
      expect((pushforward as Anything)(1, undefined)).toBe(6)
    }
    for (const each of seen) expect(each === config).toBe(true)
  })

  it('is one that the function can close over, where a tree cannot be walked', () => {
    for (const run of [
      () => grad((c: Anything) => c.rate)(cyclic),
      () => vjp((x: number, _c: Anything) => x, 1, cyclic),
      () => linearize((c: Anything) => c.rate, cyclic),
      () => jvp((c: Anything) => c.rate, [cyclic], [cyclic] as Anything),
      () => jacobian((c: Anything) => c.rate)(cyclic),
      () => compile((c: Anything) => c.rate)(cyclic),
      () => grad((_x: number) => cyclic as Anything)(1),
    ]) {
      expect(run).toThrow(TreeError)
      expect(run).toThrow(/more than 1000 levels deep, or holds itself.*close over it/)
    }
    expect(() => vmap((c: Anything) => c.rate)({ self: cyclic })).toThrow(DualtapeError)
  })

  it('is refused where a derivative by it is asked for, as are instances in a batch', () => {
    expect(() => grad((x: Anything) => x)(new Model())).toThrow(/is an instance of Model/)
    expect(() => vjp((x: Anything) => x, 'a')).toThrow(/is the string "a"/)
    expect(() =>
      (
        linearize(
          (x: number, c: Anything) => mul(x, c(1)),
          3,
          (y: number) => y,
        )[1] as Anything
      )(1, 2),
    ).toThrow(TreeError)
    expect(() => (linearize((x: number) => x, 3)[1] as Anything)(null)).toThrow(TreeError)
    expect(() => vmap((x: Anything) => x.scale)(new Model())).toThrow(/is an instance of Model.*Give null/)
    expect(() => vmap((x: Anything) => x)(new Date(0))).toThrow(/an instance of Date/)
  })

  it('may be a text, a boolean or a function anywhere in what a compiled function takes', () => {
    const f = compile((x: number, { name, twice, of }: { name: string; twice: boolean; of: (y: number) => number }) =>
      name === 'linear' ? x : twice ? mul(2, of(x)) : of(x),
    )
    expect(f(3, { name: 'linear', twice: true, of: square })).toBe(3)
    expect(f(3, { name: 'other', twice: true, of: square })).toBe(18)
    expect(f(3, { name: 'other', twice: false, of: square })).toBe(9)
    expect(f(3, { name: 'other', twice: false, of: sin })).toBe(Math.sin(3))
    expect(f.stats.versions).toBe(4)
  })
})

describe('a promise that is refused', () => {
  /** Rejects after everything that is asked for here has been refused. */
  const late = async (..._args: Anything[]): Promise<never> => {
    await new Promise(resolve => setTimeout(resolve, 1))
    throw new Error('too late')
  }
  const f = late as Anything
  const refused: Record<string, () => unknown> = {
    grad: () => grad(f)(1),
    valueAndGrad: () => valueAndGrad(f)(1),
    vjp: () => vjp(f, 1),
    linearize: () => linearize(f, 1),
    jvp: () => jvp(f, [1], [1]),
    derivative: () => derivative(f)(1),
    jacobian: () => jacobian(f)([1]),
    hessian: () => hessian(f)([1]),
    hvp: () => hvp(f, [1], [1]),
    planJacobian: () => planJacobian(f, [1]),
    planHessian: () => planHessian(f, [1]),
    taylor: () => taylor(f, 1, 2),
    matrixFunction: () => matrixFunction(f, [[1]]),
    'matrixFunction in grad': () => grad((x: dualtape.Tensor) => sum(matrixFunction(f, x)))(tensor([[1]])),
    vmap: () => vmap(f)([1, 2]),
    compile: () => compile(f)(1),
    trace: () => trace(f, 1),
    checkpoint: () => checkpoint(f)(1),
    'checkpoint in grad': () => grad(x => checkpoint(f)(x) as Anything)(1),
    checkpointSequential: () => checkpointSequential([f, f], 1),
    'checkpointSequential in grad': () => grad((x: number) => checkpointSequential([f, f, f], x, { memory: 1 }))(1),
    noGrad: () => noGrad(() => late()),
    detectAnomaly: () => detectAnomaly(() => late()),
    tapeStats: () => tapeStats(() => late()),
    customJvp: () => customJvp(f)(1),
    customVjp: () => customVjp(f, f)(1),
    'customVjp, backwards': () => grad(customVjp((x: number) => [x, x], f))(1),
    'a list': () => grad((() => [late(), late()]) as Anything)(1),
    'a tree': () => jacobian((() => ({ a: late(), b: [[late()], late()] })) as Anything)(1),
    scan: () => scan(f, 0, [1, 2]),
    foriLoop: () => foriLoop(0, 3, f, 1),
    whileLoop: () => whileLoop((x: number) => lt(x, 3), f, 1),
    'the condition of whileLoop': () => whileLoop(f, (x: number) => mul(x, 2), 1),
    map: () => map(f, [1, 2]),
    cond: () => cond(true, f, f),
    'an operand': () => sin(late() as Anything),
    'an operand in a list': () => sum([1, late()] as Anything),
    tensor: () => tensor(late() as Anything),
    variable: () => variable(late() as Anything),
    onGrad: () => {
      const x = variable(1)
      onGrad(x, f)
      x.square().backward()
    },
    checkGrads: () => checkGrads(f, [1]),
    defineOp: () => defineOp({ name: 'f', value: f, partials: () => [1] }),
    'a partial': () => defineOp({ name: 'f', value: (x: number) => x, partials: f }),
  }

  const unhandled: unknown[] = []
  const note = (reason: unknown) => void unhandled.push(reason)
  const others = process.listeners('unhandledRejection')
  beforeAll(() => {
    process.removeAllListeners('unhandledRejection')
    process.on('unhandledRejection', note)
  })
  afterAll(() => {
    process.removeListener('unhandledRejection', note)
    for (const each of others) process.on('unhandledRejection', each)
  })

  it.each(Object.entries(refused))('does not end the process when it rejects later: %s', async (_name, run) => {
    unhandled.length = 0
    expect(run).toThrow(DualtapeError)
    expect(run).toThrow(/promise|async/)
    await new Promise(resolve => setTimeout(resolve, 5))
    expect(unhandled).toEqual([])
  })

  it('is tried with every export that takes a function', () => {
    const others =
      /^(arange|backward|calibratePlanner|clipBy\w+|compileAsync|describe|explain|eye|full|graph|isFiniteTree|linspace|ones|setThreads|tensor|toValue|tri|value|variable|zeros|[gln][te]|eq|le|ge)$/
    const transforms = Object.entries(dualtape).filter(([name, each]) => typeof each === 'function' && !('definition' in each) && /^[a-z]/.test(name))
    const untried = transforms.map(([name]) => name).filter(name => !others.test(name) && !(name in refused))
    expect(untried).toEqual([])
  })
})
