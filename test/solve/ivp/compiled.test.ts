import { describe, expect, it } from 'vitest'
import { compile, cos, derivative, exp, grad, mul, neg, square, sub, sum, vmap } from '../../../src/index.ts'
import { solveIvp } from '../../../src/solve/index.ts'
import { errorOf, problem } from './problems.ts'

const within = (found: unknown, exact: number, tolerance: number) => expect(Math.abs((found as number) - exact)).toBeLessThan(tolerance)

describe('solveIvp where there are no numbers', () => {
  const options = { rtol: 1e-8, atol: 1e-10 }
  const decay = (k: number) =>
    solveIvp((_t, [y]: number[], k: number) => [mul(neg(k), y as number)], [0, 1], [1], { ...options, parameters: k }).y.at(-1)?.[0] as number

  it('differs from that in numbers by as much as the tolerance lets it, which is no question that a traced value answers', () => {
    // First of all here: texts of functions are read once.
    const end = (k: number) => {
      const [, last] = solveIvp((_t, [y]: number[], k: number) => [mul(neg(k), y!)], [0, 1], [1], { method: 'bdf', rtol: 1e-4, parameters: k }).y.slice(-2)
      return last![0]!
    }
    within(derivative(compile(end))(0.9), -Math.exp(-0.9), 1e-3)
  })

  it('is one loop in a compiled function, whose steps are chosen anew for each argument', () => {
    const fast = compile(decay)
    // A rate of 300 takes many times the steps of the example.
    for (const k of [2, 0, 20, 300]) within(fast(k), Math.exp(-k), 1e-8)
    expect(fast.source?.length).toBeLessThan(60_000)
  })

  it('has derivatives there, in both modes and at second order', () => {
    const exact = Math.exp(-2)
    within(compile(derivative(decay))(2), -exact, 1e-7)
    within(compile(grad(decay))(2), -exact, 1e-7)
    within(grad(compile(decay))(2), -exact, 1e-7)
    within(compile(grad(grad(decay)))(2), exact, 1e-7)
  })

  it('runs for the items of a batch, each with steps of its own', () => {
    const rates = [1, 2, 50]
    const found = vmap(decay)(rates) as unknown as number[]
    found.forEach((each, i) => within(each, Math.exp(-(rates[i] as number)), 1e-8))
    const slopes = vmap(grad(decay))(rates) as unknown as number[]
    slopes.forEach((each, i) => within(each, -Math.exp(-(rates[i] as number)), 1e-7))
    within(grad((k: number) => sum(vmap((c: number) => mul(c, decay(k)))([1, 2])) as number)(2), -3 * Math.exp(-2), 1e-7)
  })

  it('gives states at times that are asked for, in any direction, and what is closed over', () => {
    const states = (k: number) =>
      solveIvp((_t, { y }: { y: number }) => ({ y: mul(neg(k), y) }), [1, -1], { y: 1 }, { ...options, evaluateAt: [1, 0.25, -1] }).y.map(({ y }) => y)
    const found = compile(states)(2)
    ;[0, 0.75, 2].forEach((t, i) => within((found[i] as number) / Math.exp(2 * t), 1, 1e-6))
    const end = (t1: number) => solveIvp((_t, [y]: number[]) => [neg(y as number)], [0, t1], [1], options).y.at(-1)?.[0] as number
    within(compile(grad(end))(1.5), -Math.exp(-1.5), 1e-7)
    // A span without length, whose end moves.
    expect(compile(end)(0)).toBe(1)
    within(compile(grad(end))(0), -1, 1e-12)
    expect(compile((t1: number) => solveIvp((_t, [y]: number[]) => [neg(y as number)], [0, t1], [1], { evaluateAt: [0] }).y[0]?.[0])(0)).toBe(1)
  })

  it('solves stiff problems by rodas, whose Jacobians are batches of directions', () => {
    // y' = −λ (y − cos t), y(0) = 0; y(t) → (λ² cos t + λ sin t) / (λ² + 1).
    const f = (t: number, [y]: number[], rate: number) => [neg(mul(rate, sub(y as number, cos(t))))]
    const end = (rate: number) => solveIvp(f, [0, 2], [0], { method: 'rodas', rtol: 1e-6, atol: 1e-8, parameters: rate }).y.at(-1)?.[0] as number
    const exact = (l: number) => (l * l * Math.cos(2) + l * Math.sin(2)) / (l * l + 1)
    const fast = compile(end)
    for (const rate of [1e3, 1e6]) within(fast(rate), exact(rate), 1e-5)
    within((compile(grad(end))(1e3) as number) * 1e6, -Math.sin(2) + 2e-3 * Math.cos(2), 2e-2)
  })

  it('solves stiff problems by bdf, whose order is a number of the loop', () => {
    // y' = −λ (y − cos t) as before, with derivatives in both modes and of second order.
    const f = (t: number, [y]: number[], rate: number) => [neg(mul(rate, sub(y as number, cos(t))))]
    const end = (rate: number) => solveIvp(f, [0, 2], [0], { method: 'bdf', rtol: 1e-7, atol: 1e-10, parameters: rate }).y.at(-1)?.[0] as number
    const exact = (l: number) => (l * l * Math.cos(2) + l * Math.sin(2)) / (l * l + 1)
    const fast = compile(end)
    for (const rate of [1e3, 1e6]) within(fast(rate), exact(rate), 1e-6)
    const slope = (-Math.sin(2) + 2e-3 * Math.cos(2)) / 1e6
    for (const each of [compile(grad(end)), compile(derivative(end)), grad(fast)]) within((each(1e3) as number) / slope, 1, 1e-4)
    within((compile(derivative(grad(end)))(1e3) as number) / ((2 * Math.sin(2) - 6e-3 * Math.cos(2)) / 1e9), 1, 2e-3)
  })

  it.each(['stiff A4', 'stiff D1', 'stiff Robertson', 'stiff E2'])('by bdf is as good as in numbers: %s', name => {
    const { f, start, end, atol, reference } = problem(name)
    const solved = (y0: number[]) => solveIvp(f, [0, end], y0, { method: 'bdf', rtol: 1e-6, atol }).y.at(-1) as number[]
    expect(errorOf(compile(solved)(start), reference, 1e-6, atol)).toBeLessThan(2 * errorOf(solved(start), reference, 1e-6, atol) + 1)
  })

  it.each(['dopri5', 'rodas', 'bdf'] as const)('finds events, whose times move: %s', method => {
    // x = a cos t: zeros at π/2 and 3π/2; falls through a/2 at π/3, which moves with the level l as arccos(l / a) does.
    const events = [
      { when: (_t: number, [x]: number[]) => x as number, terminal: 2 },
      { when: (_t: number, [x]: number[], level: number) => sub(x as number, level), direction: -1 as const, terminal: 3 },
    ]
    const solved = (level: number) => {
      const options = { method, rtol: 1e-9, atol: 1e-12, events, parameters: level, evaluateAt: [0, 1, 4, 5] }
      return solveIvp((_t, [x, v]: number[]) => [v as number, neg(x as number)], [0, 10], [1, 0], options)
    }
    const fast = compile((level: number) => {
      const { events, y } = solved(level)
      return [...events.map(({ t }) => t), ...events.map(({ y }) => y.map(([x]) => x)), y.map(([x]) => x)]
    })
    const tolerance = method === 'bdf' ? 1e-6 : 1e-7
    const [zeros, falls, atZeros, atFalls, states] = fast(0.5) as number[][]
    ;[0.5, 1.5].forEach((each, i) => within(zeros?.[i], each * Math.PI, tolerance))
    within(falls?.[0], Math.PI / 3, tolerance)
    expect(falls?.slice(1)).toEqual([Number.NaN, Number.NaN])
    for (const each of atZeros ?? []) within(each, 0, 1e-12)
    within(atFalls?.[0], 0.5, 1e-12)
    ;[0, 1, 4].forEach((t, i) => within(states?.[i], Math.cos(t), tolerance))
    expect(states?.[3]).toBeNaN()
    // Derivatives of a loop of few steps.
    const time = (level: number) => {
      const options = { method, rtol: 1e-7, atol: 1e-9, events: { ...(events[1] as (typeof events)[1]), terminal: 1 }, parameters: level }
      return solveIvp((_t, [x, v]: number[]) => [v as number, neg(x as number)], [0, 2], [1, 0], options).events[0]?.t[0] as number
    }
    const slope = -1 / Math.sqrt(1 - 0.25)
    if (method !== 'dopri5') return
    for (const each of [compile(grad(time)), compile(derivative(time))]) within(each(0.5), slope, 1e-5)
    within(compile(grad(grad(time)))(0.5), -0.5 / (1 - 0.25) ** 1.5, 1e-4)
  })

  it('has derivatives of the fourth order through bdf and through times of events', () => {
    // y' = y from 1 reaches a level l at t = log l, of which the fourth derivative is −6 / l⁴; e^(a t) has t⁴ e^(a t).
    // To the error of the steps.
    const fourth = (f: (x: number) => number) => compile(derivative(derivative(derivative(derivative(f)))))
    const reached = (level: number) => {
      const events = { when: (_t: number, [y]: number[]) => sub(y as number, level), terminal: 1 }
      return solveIvp((_t, [y]: number[]) => [y as number], [0, 1], [1], { rtol: 1e-10, atol: 1e-10, events }).events[0]?.t[0] as number
    }
    within(fourth(reached)(1.5), -6 / 1.5 ** 4, 0.01)
    const end = (a: number) => solveIvp((_t, [y]: number[]) => [mul(a, y as number)], [0, 1], [1], { method: 'bdf', rtol: 1e-6 }).y.at(-1)?.[0] as number
    within(fourth(end)(0.5), Math.exp(0.5), 0.01)
  })

  it('finds several events in one step, and those that were not there when it was traced', () => {
    // Steps of y' = 0 grow without bound: all zeros of the event lie in few of them.
    const events = { when: (t: number) => mul(sub(t, 30), sub(t, 70)), terminal: 3 }
    const bump = compile((y0: number) => solveIvp(() => [0], [0, 100], [y0], { events }).events[0]?.t)
    expect(bump(1)).toEqual([expect.closeTo(30, 9), expect.closeTo(70, 9), Number.NaN])
    const reaches = compile((level: number) => {
      const events = { when: (_t: number, [y]: number[]) => sub(y as number, level), terminal: true }
      const { t, y } = solveIvp((_t, [y]: number[]) => [y as number], [0, 1], [1], { events })
      return [t.at(-1), y.at(-1)?.[0]]
    })
    for (const level of [5, 2, 1.5]) {
      const [t, y] = level > Math.E ? [1, Math.E] : [Math.log(level), level]
      expect(reaches(level)).toEqual([expect.closeTo(t, 5), expect.closeTo(y, 5)])
    }
    // The state at the time of an event was reached, though times are fractions of a span.
    const known = compile((when: number) => {
      const events = { when: (t: number) => sub(t, when), terminal: true }
      return solveIvp((_t, [y]: number[]) => [y as number], [0, 7], [3], { evaluateAt: [when, 7], events }).y.map(([y]) => y)
    })
    for (const when of [0.1, 0.3, 0.7, 1.1, 1.9, 2, 2.3, 3.1, 3.7, 4.9, 5.3, 6.1]) {
      expect(known(when), `at ${when}`).toEqual([expect.closeTo(3 * Math.exp(when), 1), Number.NaN])
    }
    // The search for places is a part of the one loop.
    expect(reaches.stats).toMatchObject({ versions: 1, eager: 0 })
  })

  it('bounds its steps as it is told', () => {
    // A pulse that longer steps pass over.
    const pulse = (t: number) => exp(neg(square(mul(50, sub(t, 5)))))
    const area = (options: object) => compile((a: number) => solveIvp(t => [mul(a, pulse(t))], [0, 10], [0], options).y.at(-1)?.[0])(1)
    within(area({ maxStep: 0.02 }), Math.sqrt(Math.PI) / 50, 1e-7)
    within(area({ firstStep: 0.02, maxStep: 0.02 }), Math.sqrt(Math.PI) / 50, 1e-7)
  })

  it('gives the solution at any time, by another loop', () => {
    const at = (t: number) => solveIvp((_t, [y]: number[]) => [mul(-2, y as number)], [0, 3], [1], options).at(t)[0] as number
    for (const t of [0, 0.3, 3]) within(compile(at)(t), Math.exp(-2 * t), 1e-7)
    within(compile(grad(at))(0.7), -2 * Math.exp(-1.4), 1e-6)
    ;(vmap(at)([0.5, 1]) as unknown as number[]).forEach((each, i) => within(each, Math.exp(-1 - i), 1e-7))
  })

  it('goes item by item under vmap for events, and bdf', () => {
    // A fall from a height h takes √(2 h / g).
    const events = { when: (_t: number, [height]: number[]) => height as number, terminal: true }
    const impact = (h: number) => solveIvp((_t, [, speed]: number[]) => [speed as number, -9.81], [0, 90], [h, 0], { events }).t.at(-1) as number
    const heights = [1, 20, 300]
    ;(vmap(impact)(heights) as unknown as number[]).forEach((each, i) => within(each, Math.sqrt((2 * (heights[i] as number)) / 9.81), 1e-9))
    ;(vmap(grad(impact))(heights) as unknown as number[]).forEach((each, i) => within(each, Math.sqrt(1 / (2 * 9.81 * (heights[i] as number))), 1e-9))
    within(grad((h: number) => sum(vmap((c: number) => impact(mul(c, h)))([1, 4])) as number)(5), 3 * Math.sqrt(1 / (2 * 9.81 * 5)), 1e-9)
    const slow = (k: number) =>
      solveIvp((_t, [y]: number[], k: number) => [mul(neg(k), y as number)], [0, 1], [1], { ...options, method: 'bdf', parameters: k }).y.at(-1)
    expect((vmap(slow)([1, 2]) as unknown as number[][]).map(([each]) => each)).toEqual([1, 2].map(k => slow(k)?.[0]))
    // Each item has as many events as it has.
    const times = (h: number) =>
      solveIvp((_t, [, speed]: number[]) => [speed as number, -9.81], [0, 1], [h, 0], { events: { ...events, terminal: false } }).events[0]?.t
    expect(() => vmap(times)([1, 20])).toThrow(/the result for item 2/)
  })

  it('tells what it has not', () => {
    const loop = (k: number, options: object = {}) => solveIvp((_t, [y]: number[]) => [mul(k, y as number)], [0, 1], [1], options)
    expect(() => compile((k: number) => loop(k, { events: [{ when: () => 1, terminal: true }, () => 1] }).y[1]?.[0])(1)).toThrow(/event 1 is not terminal/)
    for (const name of ['callback', 'signal']) {
      const watched = (k: number) => loop(k, { [name]: name === 'signal' ? new AbortController().signal : () => {} }).y.at(-1)?.[0]
      expect(() => compile(watched)(1)).toThrow(`nothing is watched, but a ${name} was given`)
      expect((vmap(watched)([1]) as unknown as number[])[0]).toBeCloseTo(Math.E, 5)
    }
    expect(() => compile((k: number) => loop(k, { evaluateAt: [0.5, 2] }).y[1]?.[0])(1)).toThrow(/evaluateAt lies in the span from 0 to 1, but entry 1 is 2/)
    // A time that is known later only may lie outside.
    const outside = compile((t: number) => loop(1, { evaluateAt: [t] }).y[0]?.[0] as number)
    expect([outside(-0.5), outside(0), outside(1.5)]).toEqual([Number.NaN, 1, Number.NaN])
    let status = ''
    compile((k: number) => {
      const solution = loop(k)
      status = solution.status
      return solution.y[1]?.[0]
    })(1)
    expect(status).toBe('unknown')
    // y' = y² ends at t = 1: no number stands for what is not reached.
    const blown = compile((y0: number) =>
      solveIvp((_t, [y]: number[]) => [mul(y as number, y as number)], [0, 2], [y0], { evaluateAt: [0.5, 2] }).y.map(y => y[0]),
    )
    expect(blown(1)).toEqual([expect.closeTo(2, 5), Number.NaN])
    expect(compile((k: number) => loop(k, { maxSteps: 3 }).y[1]?.[0])(1)).toBeNaN()
  })
})
