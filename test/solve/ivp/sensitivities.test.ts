import { describe, expect, it } from 'vitest'
import {
  add,
  cos,
  derivative,
  div,
  exp,
  grad,
  hessian,
  hvp,
  jacobian,
  jvp,
  matmul,
  mul,
  neg,
  sin,
  square,
  sub,
  sum,
  type Tensor,
  taylor,
  tensor,
  variable,
  vjp,
} from '../../../src/index.ts'
import { type IvpOptions, solveIvp } from '../../../src/solve/index.ts'

const METHODS = ['dopri5', 'rodas', 'bdf'] as const
/** Relative tolerances, and how far derivatives may lie from exact ones: as far as the solutions do, times the length of the span. */
const RTOL = { dopri5: 1e-8, rodas: 1e-6, bdf: 1e-8 }
const CLOSE = { dopri5: 2e-7, rodas: 1e-6, bdf: 2e-6 }

const close = (found: unknown, exact: number, within: number) => {
  expect(Math.abs((found as number) - exact)).toBeLessThan(within * Math.max(1, Math.abs(exact)))
}

describe.each(METHODS)('derivatives of a solution by %s', method => {
  const within = CLOSE[method]
  const options = { method, rtol: RTOL[method], atol: RTOL[method] / 100 }
  const last = <Y>(solution: { y: Y[] }): Y => solution.y.at(-1) as Y
  const decay = (k: number) =>
    last(solveIvp((_t, [y]: number[], k: number) => [mul(neg(k), y as number)], [0, 1], [1], { ...options, parameters: k }))[0] as number

  it('by parameters are exact to the tolerance, in both modes and at second order', () => {
    const exact = Math.exp(-2)
    close(derivative(decay)(2), -exact, within)
    close(grad(decay)(2), -exact, within)
    close(derivative(derivative(decay))(2), exact, within)
    close(grad(grad(decay))(2), exact, within)
    close(derivative(grad(decay))(2), exact, within)
    close(grad(derivative(decay))(2), exact, within)
    close(hvp(decay, 2, 1), exact, within)
    close(hessian(decay)(2), exact, within)
    // The highest orders take the longest: one method that solves equations and one that does not.
    if (method !== 'rodas') close(grad(grad(grad(decay)))(2), -exact, within)
    const coefficients = taylor(decay, 2, 3) as number[]
    ;[1, -1, 1 / 2, -1 / 6].forEach((each, k) => close(coefficients[k], each * exact, within))
  })

  it('are those of both modes to rounding', () => {
    const [, tangent] = jvp(decay, [2], [1])
    const [, pullback] = vjp(decay, 2)
    close(pullback(1)[0], tangent, 1e-12)
  })

  it('are by what the function closes over, too', () => {
    const decay = (k: number) => last(solveIvp((_t, [y]: number[]) => [mul(neg(k), y as number)], [0, 1], [1], options))[0] as number
    const exact = Math.exp(-2)
    close(derivative(decay)(2), -exact, within)
    close(grad(decay)(2), -exact, within)
    close(grad(grad(decay))(2), exact, within)
    close(hessian(decay)(2), exact, within)
    const k = variable(2)
    ;(decay(k as unknown as number) as unknown as { backward(): void }).backward()
    close(k.grad as unknown as number, -exact, within)
  })

  it('by the start of a linear system are the matrix exponential', () => {
    // exp(A) for A = [[−1, 2], [−3, −1]]: e⁻¹ [[cos √6, 2/√6 sin √6], [−3/√6 sin √6, cos √6]].
    const a = tensor([
      [-1, 2],
      [-3, -1],
    ])
    const w = Math.sqrt(6)
    const exact = [Math.cos(w), (2 / w) * Math.sin(w), (-3 / w) * Math.sin(w), Math.cos(w)].map(each => each / Math.E)
    const end = (y0: Tensor) => last(solveIvp((_t, y: Tensor) => matmul(a, y) as Tensor, [0, 1], y0, options))
    const found = jacobian(end)(tensor([1, 0]))
    found.data.forEach((each, i) => close(each, exact[i] as number, within))
    const lists = jacobian((y0: number[]) => last(solveIvp((_t, y: number[]) => matmul(a, y), [0, 1], y0, options)))([1, 0])
    lists.flat().forEach((each, i) => close(each, exact[i] as number, within))
  })

  it('of the logistic equation by rate, capacity and start', () => {
    // y = K / (1 + (K / y₀ − 1) e^(−r t)).
    const closed = (r: number, k: number, y0: number) => div(k, add(1, mul(sub(div(k, y0), 1), exp(mul(-2, r)))))
    const solved = (r: number, k: number, y0: number) => {
      const f = (_t: number, { y }: { y: number }, p: { r: number; k: number }) => ({ y: mul(mul(p.r, y), sub(1, div(y, p.k))) })
      return last(solveIvp(f, [0, 2], { y: y0 }, { ...options, parameters: { r, k } })).y
    }
    const at = [0.7, 10, 1.5] as const
    const [exact, found] = [closed, solved].map((f): number[] => grad(f, { argnum: [0, 1, 2] })(...at)) as [number[], number[]]
    found.forEach((each, i) => close(each, exact[i] as number, within))
    const [h, g] = [closed, solved].map(f => hessian(([r, k, y]: number[]) => f(r!, k!, y!))([...at])) as [number[][], number[][]]
    g.flat().forEach((each, i) => close(each, h.flat()[i] as number, 10 * within))
  })

  it('by the ends of the span are the rates there', () => {
    const f = (t: number, [y]: number[]) => [mul(mul(-2, t), y as number)]
    const end = (t0: number, t1: number) => last(solveIvp(f, [t0, t1], [1], options))[0] as number
    // y = e^(t₀² − t₁²).
    const exact = Math.exp(0.25 - 1)
    const [d0, d1] = grad(end, { argnum: [0, 1] })(0.5, 1)
    close(d0, exact, 10 * within)
    close(d1, -2 * exact, 10 * within)
    close(derivative((t: number) => end(0.5, t))(1), -2 * exact, 10 * within)
  })

  it('by the ends of the span of states at times that stay', () => {
    // y = e^(t₀ − t), whatever the end is.
    const at = (t0: number, t1: number) => solveIvp((_t, [y]: number[]) => [neg(y as number)], [t0, t1], [1], { ...options, evaluateAt: [0, 0.5, 1] }).y
    for (const [i, t] of [0, 0.5, 1].entries()) {
      // Derivatives by time are those of the interpolant, one order lower than the solution.
      const [d0, d1] = grad((t0: number, t1: number) => at(t0, t1)[i]?.[0] as number, { argnum: [0, 1] })(0, 1)
      close(d0, Math.exp(-t), 1e4 * within)
      close(d1, 0, 1e4 * within)
    }
    const none = (t0: number, t1: number) => last(solveIvp((t, [y]: number[]) => [mul(t, y as number)], [t0, t1], [2], options))[0] as number
    expect(grad(none, { argnum: [0, 1] })(3, 3)).toEqual([-6, 6])
    close(hessian(([a, b]: number[]) => none(a as number, b as number))([3, 3])[1]?.[1], 2 * (1 + 9), 1e-12)
  })

  it('by times between are the rates there', () => {
    const at = (t: number) => solveIvp((_t, [y]: number[]) => [neg(y as number)], [0, 2], [1], { ...options, evaluateAt: [t] }).y[0]?.[0] as number
    close(grad(at)(0.7), -Math.exp(-0.7), 1e4 * within)
    close(derivative(at)(0), -1, 1e4 * within)
  })

  it('pass through at(t)', () => {
    const between = (k: number) => {
      const solution = solveIvp((_t, [y]: number[], p: number) => [mul(neg(p), y as number)], [0, 2], [1], { ...options, parameters: k })
      return sum([solution.at(0)[0], solution.at(0.3)[0], solution.at(1.9)[0]] as number[]) as number
    }
    const exact = -0.3 * Math.exp(-0.6) - 1.9 * Math.exp(-3.8)
    close(grad(between)(2), exact, within)
    close(derivative(between)(2), exact, within)
  })

  it('of the time of an event, and of the state there', () => {
    const fall = (g: number) => {
      const falling = { when: (_t: number, [h]: number[]) => h, terminal: true, direction: -1 } as const
      const options: IvpOptions<number[], number> = { method, rtol: RTOL[method], events: falling, parameters: g }
      return solveIvp((_t, [, v]: number[], g: number) => [v as number, neg(g)], [0, 10], [10, 0], options)
    }
    const time = (g: number) => fall(g).t.at(-1) as number
    const exact = Math.sqrt(20 / 9.81)
    close(time(9.81), exact, within)
    close(grad(time)(9.81), (-0.5 * exact) / 9.81, within)
    close(derivative(time)(9.81), (-0.5 * exact) / 9.81, within)
    close(grad(grad(time))(9.81), (0.75 * exact) / 9.81 ** 2, within)
    // v = −√(2 g h).
    const speed = (g: number) => fall(g).events[0]?.y[0]?.[1] as number
    close(speed(9.81), -Math.sqrt(20 * 9.81), within)
    close(grad(speed)(9.81), -0.5 * Math.sqrt(20 / 9.81), within)
    close(grad((g: number) => sum(last(fall(g))) as number)(9.81), -0.5 * Math.sqrt(20 / 9.81), within)
  })
})

describe('derivatives of stiff and long solutions', () => {
  it('of Robertson are those of the sensitivity equations', () => {
    // scipy.integrate.solve_ivp(augmented, [0, 40], [1, 0, 0] + [0] * 9, method='Radau', rtol=1e-12, atol=1e-20), where the nine
    // added states are the derivatives of the three by k1, k2, k3: S' = J S + ∂f/∂k. In the order dy1/dk1, dy2/dk1, …, dy3/dk3.
    // biome-ignore format: one row for each rate
    const exact = [
      -4.2475587717057355, 4.5911962492539196e-05, 4.247512859743243,
      1.3730807973446265e-05, -2.3571921138463395e-10, -1.3730572254234908e-05,
      -2.288355088905677e-09, -1.1380595093501349e-13, 2.2884688948566113e-09,
    ]
    const f = (_t: number, [a, b, c]: number[], [k1, k2, k3]: number[]) => {
      const [r1, r2, r3] = [mul(k1!, a!), mul(k2!, mul(b!, c!)), mul(k3!, square(b!))]
      return [sub(r2, r1), sub(sub(r1, r2), r3), r3]
    }
    for (const method of ['rodas', 'bdf'] as const) {
      const end = (k: number[]) => solveIvp(f, [0, 40], [1, 0, 0], { method, rtol: 1e-7, atol: 1e-11, parameters: k }).y.at(-1) as number[]
      const found = jacobian(end)([0.04, 1e4, 3e7])
      for (let j = 0; j < 3; j++) for (let i = 0; i < 3; i++) expect((found[i]?.[j] as number) / (exact[3 * j + i] as number)).toBeCloseTo(1, 3)
    }
  })

  it('of many steps take each of them three times: in numbers, forwards, and once more on the way back', () => {
    let evaluations = 0
    const loss = (w: number) => {
      const f = (_t: number, [x, v]: number[], w: number) => {
        evaluations++
        return [v as number, neg(mul(square(w), x as number))]
      }
      return solveIvp(f, [0, 60], [1, 0], { parameters: w, rtol: 1e-7, atol: 1e-9 }).y.at(-1)?.[0] as number
    }
    const gradient = grad(loss)(1.5)
    // cos(w t): −t sin(w t).
    expect(gradient).toBeCloseTo(-60 * Math.sin(90), 1)
    const {
      evaluations: { values: plain },
      steps,
    } = solveIvp((_t, [x, v]: number[]) => [v as number, neg(mul(2.25, x as number))], [0, 60], [1, 0], {
      rtol: 1e-7,
      atol: 1e-9,
    })
    expect(steps).toBeGreaterThan(300)
    expect(evaluations).toBeLessThan(3.2 * plain)
  })

  it('of many equations use their sparsity', () => {
    // The Brusselator with diffusion on a line (Hairer and Wanner II, IV.1): two species at n points, beside each other.
    const n = 50
    const f = (_t: number, y: number[], diffusion: number) => {
      const at = (i: number, side: number) => (i < 0 || i >= n ? [1, 3][side] : y[2 * i + side]) as number
      const a = mul(diffusion, (n + 1) ** 2)
      return y.map((_, k) => {
        const [i, side] = [k >> 1, k & 1]
        const [u, v] = [at(i, 0), at(i, 1)]
        const reaction = mul(square(u), v)
        const here = side === 0 ? sub(add(1, reaction), mul(4, u)) : sub(mul(3, u), reaction)
        return add(here, mul(a, add(sub(at(i - 1, side), mul(2, at(i, side))), at(i + 1, side))))
      })
    }
    const y0 = Array.from({ length: 2 * n }, (_, k) => (k % 2 === 0 ? 1 + Math.sin((2 * Math.PI * ((k >> 1) + 1)) / (n + 1)) : 3))
    const middle = (diffusion: number, method: 'bdf' | 'rodas') =>
      solveIvp(f, [0, 0.5], y0, { method, rtol: 1e-4, atol: 1e-6, parameters: diffusion }).y.at(-1)?.[n] as number
    // Two methods, of which each differentiates its own steps.
    const slope = derivative((d: number) => middle(d, 'bdf'))(0.02)
    expect(Math.abs(slope / derivative((d: number) => middle(d, 'rodas'))(0.02) - 1)).toBeLessThan(0.01)
    expect(Math.abs(slope / grad((d: number) => middle(d, 'bdf'))(0.02) - 1)).toBeLessThan(1e-9)
  })

  it.each([
    ['rodas', 1e-6],
    ['bdf', 1e-7],
  ] as const)('of switched methods go through the switch to %s', (method, rtol) => {
    // y' = −λ (y − cos t): dopri5, then another. y(t) → (λ² cos t + λ sin t) / (λ² + 1).
    const end = (rate: number) => {
      const f = (t: number, [y, c]: number[], rate: number) => [neg(mul(rate, sub(y as number, c as number))), neg(sin(t))]
      return solveIvp(f, [0, 3], [0, 1], { parameters: rate, rtol, atol: 1e-9 })
    }
    expect(end(1e4).plan.method).toBe(`dopri5, ${method}`)
    const closed = (l: number) => div(add(mul(square(l), Math.cos(3)), mul(l, Math.sin(3))), add(square(l), 1))
    const last = (rate: number) => end(rate).y.at(-1)?.[0] as number
    const exact = derivative(closed)(1e4)
    expect(Math.abs(grad(last)(1e4) / exact - 1)).toBeLessThan(1e-3)
    expect(Math.abs(derivative(last)(1e4) / exact - 1)).toBeLessThan(1e-3)
  })

  it.each([
    ['rodas', 1e-6, 1e3],
    ['bdf', 1e-7, 1e4],
  ] as const)('go there and back where a problem is stiff for a while: %s', (stiff, rtol, rate) => {
    // y' = −λ(t) (y − cos 8 t) with λ(t) = 1 + λ₀ exp(−t³): stiff at first, and an oscillation after it.
    const f = (t: number, [y]: number[], rate: number) => {
      const stiffness = add(1, mul(rate, exp(neg(mul(t, square(t))))))
      return [neg(mul(stiffness, sub(y as number, cos(mul(8, t)))))]
    }
    const solved = (rate: number, method: 'auto' | 'dopri5' | 'bdf' | 'rodas', end: number, tolerance: number = rtol) =>
      solveIvp(f, [0, end], [0], { parameters: rate, rtol: tolerance, atol: 1e-9, method })
    const { plan, y } = solved(rate, 'auto', 3)
    expect(plan.method).toBe(`dopri5, ${stiff}, dopri5`)
    expect(plan.why).toMatch(/the problem is not stiff there/)
    expect(y.at(-1)?.[0]).toBeCloseTo(solved(rate, stiff, 3).y.at(-1)?.[0] as number, 6)
    // The derivative just behind the way back is that of one method.
    const back = Number(/dopri5 from t = ([\d.]+), since \d+ steps/.exec(plan.why)?.[1])
    const slope = (method: 'auto' | 'rodas' | 'bdf') => derivative((rate: number) => solved(rate, method, back + 0.05).y.at(-1)?.[0] as number)(rate)
    expect(slope('auto') / slope(stiff)).toBeCloseTo(1, 3)
  })
})
