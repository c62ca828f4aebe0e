import { describe, expect, it } from 'vitest'
import {
  checkpoint,
  compile,
  derivative,
  full,
  grad,
  hvp,
  jacobian,
  jvp,
  linearize,
  mul,
  noGrad,
  scan,
  square,
  sum,
  TapeError,
  Tensor,
  taylor,
  tensor,
  type Variable,
  variable,
  vjp,
  vmap,
} from '../../src/index.ts'
import * as ops from '../../src/ops/index.ts'
import { registry } from '../../src/ops/registry.ts'
import { activeArguments } from '../../src/testing/check-op.ts'

/** Gradients of u² x² at u = 3, by walks: [18 x, 6 x²], wherever x comes from. */
const walks: Record<string, (x: number) => [byX: number, byU: number]> = {
  'a plain and a traced variable': x => {
    const [u, v] = [variable(3), variable(x)]
    const loss = mul(square(u), square(v)) as unknown as Variable
    loss.backward()
    return [v.grad as number, u.grad as number]
  },
  'variables of tensors': x => {
    const [u, v] = [variable([3, 1]), variable([x, x] as number[])]
    const loss = sum(mul(square(u), mul(square(v), [1, 0]))) as unknown as Variable
    loss.backward()
    return [(v.grad as Tensor).at(0), (u.grad as Tensor).at(0)]
  },
  'entries of a tensor and a scalar': x => {
    const [u, v] = [variable([1, 3]), variable(x)]
    const loss = mul(square(u.at(1)), square(v)) as unknown as Variable
    loss.backward()
    return [v.grad as number, (u.grad as Tensor).at(1)]
  },
  'gradients that are differentiated again': x => {
    const [u, v] = [variable(3), variable(x)]
    // The gradient of ½ u² v² by v is u² v; half of that gradient's square has the gradients u⁴ v and 2 u³ v² by v and u.
    ;(mul(0.5, mul(square(u), square(v))) as unknown as Variable).backward(null, { createGraph: true })
    const slope = v.grad
    u.zeroGrad()
    v.zeroGrad()
    ;(mul(0.5, square(slope as number)) as unknown as Variable).backward()
    return [mul(v.grad as number, 2 / 9), mul(u.grad as number, 1 / 9)]
  },
  'powers that are differentiated again': x => {
    const [u, v] = [variable(3), variable(x)]
    u.pow(3).backward(null, { createGraph: true })
    const slope = u.grad
    u.zeroGrad()
    const loss = mul(mul(slope, square(v)), 1 / 3) as unknown as Variable
    loss.backward()
    return [v.grad as number, u.grad as number]
  },
  'an operator of three operands that is differentiated again': x => {
    // ψ(u + 1) − ψ(u) = 1/u has the gradient −1/u²; −81 v² times that has 18 v and −6 v².
    const [u, v] = [variable(3), variable(x)]
    u.mul(1)
    ;(ops.polygammaIncrease(0, u, 1) as unknown as Variable).backward(null, { createGraph: true })
    const slope = u.grad
    u.zeroGrad()
    const loss = mul(mul(slope, square(v)), -81) as unknown as Variable
    loss.backward()
    return [v.grad as number, ops.neg(u.grad) as number]
  },
  'a plain variable and the argument itself': x => {
    const u = variable(3)
    const loss = mul(square(u), square(x)) as unknown as Variable
    loss.backward()
    return [mul(mul(2, x), 9), u.grad as number]
  },
  'a traced seed': x => {
    const u = variable(3)
    const loss = mul(square(u), x) as unknown as Variable
    loss.backward(x)
    return [mul(18, x), u.grad as number]
  },
  'a value written in place': x => {
    const [u, v] = [variable(1), variable(x)]
    noGrad(() => u.copy_(3))
    const loss = mul(square(u), square(v)) as unknown as Variable
    loss.backward()
    return [v.grad as number, u.grad as number]
  },
  'a checkpoint': x => {
    const [u, v] = [variable(3), variable(x)]
    const loss = checkpoint((a: number, b: number) => mul(square(a), square(b)))(u as never, v as never) as unknown as Variable
    loss.backward()
    return [v.grad as number, u.grad as number]
  },
}

/** Transforms of a function of one number: what they give, and what is right, from the function and its derivatives. */
type Jet = (order: number, x: number) => [byX: number, byU: number]
const jet: Jet = (order, x) =>
  [
    [18 * x, 6 * x * x],
    [18, 12 * x],
    [0, 12],
  ][order] as [number, number]
const transforms: Record<string, { run: (f: (x: number) => [number, number]) => unknown; right: unknown }> = {
  'no transform': { run: f => f(2), right: jet(0, 2) },
  grad: { run: f => [0, 1].map(k => grad((x: number) => f(x)[k] as number)(2)), right: jet(1, 2) },
  vjp: { run: f => [0, 1].map(k => vjp((x: number) => f(x)[k] as number, 2)[1](1)[0]), right: jet(1, 2) },
  linearize: { run: f => linearize(f, 2)[1](1), right: jet(1, 2) },
  jvp: { run: f => jvp(f, [2], [1]), right: [jet(0, 2), jet(1, 2)] },
  derivative: { run: f => derivative(f)(2), right: jet(1, 2) },
  'jacobian, forward': { run: f => jacobian((x: number[]) => f(x[0] as number), { mode: 'forward' })([2]), right: jet(1, 2).map(each => [each]) },
  'jacobian, reverse': { run: f => jacobian((x: number[]) => f(x[0] as number), { mode: 'reverse' })([2]), right: jet(1, 2).map(each => [each]) },
  taylor: { run: f => taylor(f, 2, 2), right: [jet(0, 2), jet(1, 2), jet(2, 2).map(each => each / 2)] },
  'grad of grad': { run: f => [0, 1].map(k => grad(grad((x: number) => f(x)[k] as number))(2)), right: jet(2, 2) },
  'grad of derivative': { run: f => [0, 1].map(k => grad((x: number) => derivative(f)(x)[k] as number)(2)), right: jet(2, 2) },
  'jvp of grad': {
    run: f =>
      [0, 1].map(
        k =>
          jvp(
            grad((x: number) => f(x)[k] as number),
            [2],
            [1],
          )[1],
      ),
    right: jet(2, 2),
  },
  vmap: { run: f => vmap(f)([2, 5]), right: [jet(0, 2), jet(0, 5)] },
  'grad in vmap': { run: f => [0, 1].map(k => vmap(grad((x: number) => f(x)[k] as number))([2, 5])), right: [0, 1].map(k => [jet(1, 2)[k], jet(1, 5)[k]]) },
  'vmap in grad': {
    run: f => [0, 1].map(k => grad((x: number[]) => sum((vmap(f)(x) as number[][]).map(each => each[k] as number)))([2, 5])),
    right: [0, 1].map(k => [jet(1, 2)[k], jet(1, 5)[k]]),
  },
  compile: { run: f => compile(f)(2), right: jet(0, 2) },
  'compiled gradients': { run: f => [0, 1].map(k => compile(grad((x: number) => f(x)[k] as number))(2)), right: jet(1, 2) },
  'rounds of a loop': {
    run: f => grad((x: number) => scan((s: number, each: number) => [mul(s, f(each)[1]), s] as [number, number], 1, [x, 1])[0])(2),
    right: 24 * 6,
  },
}

describe('variables inside functional transforms', () => {
  const rounded = (x: unknown): unknown =>
    Array.isArray(x) ? x.map(rounded) : x instanceof Tensor ? rounded(x.toArray()) : Number((x as number).toPrecision(12))

  it.each(Object.entries(walks).flatMap(([walk, f]) => Object.entries(transforms).map(([transform, { run, right }]) => ({ walk, f, transform, run, right }))))(
    '$transform of a walk with $walk gives plain numbers, and the right ones',
    ({ f, run, right }) => {
      expect(rounded(run(f))).toEqual(right)
    },
  )

  it.each(registry.map(each => each.name))('%s of traced and plain variables has the derivatives of a Hessian', name => {
    const definition = registry.find(each => each.name === name) as (typeof registry)[number]
    const operator = ops[name as keyof typeof ops] as unknown as (...args: unknown[]) => unknown
    for (const sample of definition.samples) {
      const isList = ['concat', 'stack', 'stackScalars', 'meshgrid'].includes(name)
      const active = activeArguments(definition, sample)
      const args = ((isList ? sample[0] : active.map(i => sample[i])) as unknown[]).map(each => (typeof each === 'number' ? each : tensor(each as number[])))
      const loss = (...given: unknown[]) =>
        weigh(operator(...(isList ? [given, ...sample.slice(1)] : sample.map((each, i) => (active.includes(i) ? given[active.indexOf(i)] : each)))))
      const filled = (x: unknown, entry: number) => (typeof x === 'number' ? entry : full((x as Tensor).shape, entry))
      args.forEach((arg, at) => {
        // The first-order walk inside a transform of one argument; the other variables are plain.
        const walk = (x: unknown) => {
          const variables = args.map((each, i) => variable((i === at ? x : each) as number))
          const result = loss(...variables) as unknown as Variable
          if (typeof result !== 'number') result.backward()
          return variables.map((each, i) => each.grad ?? filled(args[i], 0))
        }
        const [slopes, changes] = jvp(walk as never, [arg] as never, [filled(arg, 1)] as never) as unknown as [unknown[], unknown[]]
        const expected = grad(loss as never, { argnum: args.map((_, i) => i) })(...(args as never[])) as unknown as unknown[]
        const directions = args.map((each, i) => filled(each, i === at ? 1 : 0))
        const products = hvp(((list: unknown[]) => loss(...list)) as never, args as never, directions as never) as unknown as unknown[]
        args.forEach((_, i) => {
          expectClose(slopes[i], expected[i], `${name} of ${JSON.stringify(sample)}, gradient ${i}`)
          expectClose(changes[i], products[i], `${name} of ${JSON.stringify(sample)}, change of gradient ${i} with ${at}`)
        })
      })
    }
  })

  it('are tuned by hypergradients', () => {
    // w goes from 3 to 3 (1 − 2 r) in a step on w², so that two steps give f = 9 (1 − 2 r)⁴.
    const trained = (rate: number) => {
      const w = variable(3)
      for (let step = 0; step < 2; step++) {
        w.zeroGrad()
        w.square().backward()
        noGrad(() => w.sub_(mul(rate, w.grad)))
      }
      return square(w) as unknown as number
    }
    expect(grad(trained)(0.1)).toBeCloseTo(-72 * 0.8 ** 3, 10)
    expect(jvp(trained, [0.1], [1])[1]).toBeCloseTo(-72 * 0.8 ** 3, 10)
  })

  it('are used on after the transform, with others and without', () => {
    let kept: Variable<number> | undefined
    grad((x: number) => {
      kept = variable(3)
      return mul(x, kept) as number
    })(2)
    const u = kept as unknown as Variable<number>
    u.square().backward()
    expect(u.grad).toBe(6)
    u.zeroGrad()
    grad((x: number) => variable(x).mul(2) as unknown as number)(2)
    expect(u.mul(2).mul(2).requiresGrad).toBe(true)
    expect(noGrad(() => u.mul(2).mul(2)).requiresGrad).toBe(false)
  })

  it('leave those from outside to be parameters: results depend on them, and walks say so', () => {
    const w = variable(3, { name: 'w' })
    const slope = (options: { createGraph?: boolean }) => (x: number) => {
      const v = variable(x)
      const loss = mul(w, mul(v, square(v))) as unknown as Variable
      loss.backward(null, options)
      return v.grad as number
    }
    for (const run of [() => derivative(slope({}))(2), () => vmap(slope({}))([2, 5])]) expect(run).toThrow(/made outside/)
    expect(() => grad(slope({}))(2)).toThrow(/variable w, which was made outside.*Make it inside, or detach\(\).*createGraph/)
    for (const hidden of [() => square(w), () => ops.add(w, 1), () => ops.stack([w, 1]), () => mul([1, 2], w)]) {
      const f = (x: number) => {
        const v = variable(x)
        const loss = sum(mul(hidden() as number, v)) as unknown as Variable
        loss.backward()
        return v.grad as number
      }
      expect(() => jvp(f, [2], [1])).toThrow(/variable w, which was made outside/)
    }
    expect(w.grad).toBe(null)
    // With a graph the gradient 3 w v² depends on w: its derivative 6 w x is differentiated by w again.
    const g = grad(slope({ createGraph: true }))(2) as unknown as Variable<number>
    expect(g.item()).toBe(36)
    g.backward()
    expect(w.grad).toBe(12)
  })

  it('from outside take no values of the transform, and are what they were where a tape has read them', () => {
    const w = variable(3, { name: 'w' })
    expect(() => grad((x: number) => noGrad(() => w.sub_(x)) as never)(2)).toThrow(/sub_: variable w was made outside.*Make the variable inside/)
    expect(() => jvp((x: number) => noGrad(() => w.copy_(x)) as never, [2], [1])).toThrow(TapeError)
    expect(w.value).toBe(3)
    const slope = grad((x: number) => {
      const y = mul(x, w)
      noGrad(() => w.fill_(5))
      return y
    })(1) as unknown as Variable<number>
    expect(slope.item()).toBe(3)
    const weights = variable([1, 2])
    const spoiled = () => {
      const slopes = grad((x: number) => {
        const y = sum(mul(x, weights))
        noGrad(() => weights.fill_(5))
        return y
      })(1) as unknown as Variable
      return slopes.item()
    }
    expect(spoiled).toThrow(/changed in place/)
  })
})

/** A scalar that every entry of a result counts in, differently. */
function weigh(result: unknown): number {
  if (typeof result === 'boolean') return 0
  if (result !== null && typeof result === 'object' && !(result instanceof Tensor) && !('arena' in result)) {
    return Object.values(result).reduce((total: number, each) => ops.add(total, weigh(each)), 0)
  }
  const shape = (result as Tensor).shape ?? []
  const size = shape.reduce((a, b) => a * b, 1)
  const weights = ops.reshape(
    Array.from({ length: size }, (_, i) => 1 + 0.37 * i),
    shape,
  )
  return sum(mul(mul(result as Tensor, result as Tensor), weights)) as number
}

function expectClose(found: unknown, expected: unknown, what: string): void {
  const numbers = (x: unknown) => [x instanceof Tensor ? x.toArray() : x].flat(9) as number[]
  const [a, b] = [numbers(found), numbers(expected)]
  expect(a.length, what).toBe(b.length)
  a.forEach((each, k) => {
    const right = b[k] as number
    expect(typeof each, what).toBe('number')
    expect(Math.abs(each - right), `${what}: ${each} and ${right}`).toBeLessThanOrEqual(1e-9 * Math.abs(right) + 1e-11)
  })
}
