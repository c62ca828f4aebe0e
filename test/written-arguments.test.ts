import { describe, expect, it } from 'vitest'
import { add, checkpoint, checkpointSequential, compile, grad, hessian, hvp, jacobian, jvp, linearize, mul, valueAndGrad, vjp, vmap } from '../src/index.ts'

// biome-ignore lint/suspicious/noExplicitAny: functions of every signature
type Any = any

/** Asks about a plain value, so that first runs are compared with plain ones. */
const isText = (x: unknown) => typeof x === 'string'

/** A polynomial of the first, second and last entry. */
const reads = (xs: Any): Any => {
  if (isText(xs[0])) return 0
  const [first, second, last] = [xs[0], xs[1], xs[xs.length - 1]]
  return add(mul(2, second), add(mul(first, mul(first, second)), mul(last, first)))
}
/** The same, by way of the list that it is given. */
const writes = (xs: Any): Any => {
  if (isText(xs[0])) return 0
  const first = xs[0]
  xs[0] = xs[1]
  xs[1] = first
  xs[xs.length - 1] = mul(xs[xs.length - 1], xs[1])
  return add(mul(2, xs[0]), add(mul(xs[1], mul(xs[1], xs[0])), xs[xs.length - 1]))
}
const several = (f: Any) => (xs: Any) => {
  const y = f(xs)
  return [y, mul(2, y), mul(y, y)]
}

const transforms: Record<string, (f: Any, x: () => Any) => unknown> = {
  grad: (f, x) => (grad(f) as Any)(x()),
  jvp: (f, x) => jvp(f, [x()], [x()] as Any),
  vjp: (f, x) => {
    const [value, pullback] = vjp(f, x()) as Any
    return [value, pullback(1), pullback(2)]
  },
  linearize: (f, x) => {
    const [value, pushforward] = linearize(f, x()) as Any
    return [value, pushforward(x()), pushforward(x())]
  },
  hvp: (f, x) => hvp(f, x(), x()),
  checkpoint: (f, x) => (grad(checkpoint(f)) as Any)(x()),
  vmap: (f, x) => (vmap(f) as Any)([x(), x()].map(each => Array.from(each))),
  'vmap of compile': (f, x) => (vmap(compile(f)) as Any)([x(), x()].map(each => Array.from(each))),
  'vmap of grad': (f, x) => (vmap(grad(f)) as Any)([x(), x()].map(each => Array.from(each))),
  'grad of compile': (f, x) => (grad(compile(f)) as Any)(x()),
  'compile of jacobian': (f, x) => (compile(jacobian(several(f))) as Any)(x()),
  ...Object.fromEntries(
    ['forward', 'reverse', 'mixed', 'elimination'].map(mode => [mode, (f: Any, x: () => Any) => (jacobian(several(f), { mode } as Any) as Any)(x())]),
  ),
  ...Object.fromEntries(
    ['js', 'wasm', 'interpreter'].flatMap(target => [
      [target, (f: Any, x: () => Any) => [1, 2].map(() => (compile(f, { target } as Any) as Any)(x()))],
      [
        `${target}, gradient`,
        (f: Any, x: () => Any) => {
          const fast = compile(valueAndGrad(f), { target } as Any) as Any
          return [fast(x()), fast(x())]
        },
      ],
    ]),
  ),
}
const numbers = (x: Any): number[] =>
  typeof x === 'number'
    ? [x]
    : ArrayBuffer.isView(x)
      ? Array.from(x as unknown as number[])
      : x?.data
        ? Array.from(x.data as number[])
        : Object.values(x).flatMap(numbers)
const entries = (size: number) => Array.from({ length: size }, (_, i) => 1 + (i % 7) / 4)
const kinds: [string, (size: number) => Any][] = [
  ['a list', entries],
  ['a typed array', size => Float64Array.from(entries(size))],
]

describe.each(kinds)('a function that writes into its argument, %s', (_, make) => {
  // From 1,024 entries on a list is traced as it is used.
  it.each([3, 12, 1500].flatMap(size => Object.keys(transforms).map(name => [size, name] as const)))('of %i entries, is what it computes: %s', (size, name) => {
    const run = transforms[name] as (f: Any, x: () => Any) => unknown
    const [found, wanted] = [writes, reads].map(f => numbers(run(f, () => make(size)))) as [number[], number[]]
    expect(found.length).toBe(wanted.length)
    found.forEach((each, i) => void expect(each).toBeCloseTo(wanted[i] as number, 10))
  })

  it('has its Hessian', () => {
    const [found, wanted] = [writes, reads].map(f => numbers((compile(hessian(f)) as Any)(make(5)))) as [number[], number[]]
    found.forEach((each, i) => void expect(each).toBeCloseTo(wanted[i] as number, 10))
  })
})

describe('what a compiled function is given', () => {
  it('is left as it was', () => {
    for (const [, make] of kinds) {
      const x = make(4)
      ;(compile(writes) as Any)(x)
      expect(Array.from(x)).toEqual(entries(4))
    }
  })
})

describe('steps that write into their states', () => {
  it.each([{}, { segments: 3 }, { memory: 2 }, { memory: 4 }])('are taken again from what was there: %o', options => {
    const step = (state: Any) => {
      const first = state[0]
      state[0] = add(mul(0.5, state[1]), mul(first, first))
      state[1] = mul(first, 0.75)
      return state
    }
    const pure = ([a, b]: Any) => [add(mul(0.5, b), mul(a, a)), mul(a, 0.75)]
    const [found, wanted] = [step, pure].map(each => {
      const loss = (x: Any) => checkpointSequential(new Array(9).fill(each), [x, 0.2] as Any, options)[0]
      return [(grad(loss as Any) as Any)(0.3), jvp(loss as Any, [0.3], [1] as Any)]
    })
    expect(found).toEqual(wanted)
  })
})
