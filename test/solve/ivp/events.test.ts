import { describe, expect, it } from 'vitest'
import { grad, jacobian, mul, neg, square, type Tensor, tensor } from '../../../src/index.ts'
import { type IvpEvent, solveIvp } from '../../../src/solve/index.ts'

const oscillator = (_t: number, [x, v]: number[]) => [v as number, neg(x as number)]
const height = (_t: number, [x]: number[]) => x as number

describe('events of solveIvp', () => {
  it.each(['dopri5', 'rodas', 'bdf'] as const)('are found where the sign changes, by direction: %s', method => {
    const events: IvpEvent<number[], undefined>[] = [height, { when: height, direction: 1 }, { when: height, direction: -1 }]
    const { events: found, status } = solveIvp(oscillator, [0, 10], [1, 0], { method, rtol: 1e-8, atol: 1e-10, events })
    expect(status).toBe('converged')
    const zeros = [0.5, 1.5, 2.5].map(each => each * Math.PI)
    const within = method === 'bdf' ? 5e-6 : 1e-6
    expect(found.map(({ t }) => t.length)).toEqual([3, 1, 2])
    found[0]?.t.forEach((t, i) => expect(Math.abs(t - (zeros[i] as number))).toBeLessThan(within))
    expect(found[1]?.t[0]).toBe(found[0]?.t[1])
    // The state there is that of the interpolant, on which the event lies to rounding.
    for (const [x] of found[0]?.y ?? []) expect(Math.abs(x as number)).toBeLessThan(1e-14)
  })

  it('end the solution where they are terminal, at the first of them', () => {
    const events = [{ when: (t: number) => t - 7 }, { when: height, terminal: true, direction: 1 as const }, { when: (t: number) => t - 3 }]
    const solution = solveIvp(oscillator, [0, 10], [1, 0], { rtol: 1e-9, atol: 1e-12, events, evaluateAt: [0, 1, 2, 4, 5, 6] })
    expect(solution.status).toBe('converged')
    expect(solution.message).toMatch(/Event 1 ended it at t = 4\.7123/)
    expect(solution.t).toEqual([0, 1, 2, 4])
    expect(solution.events.map(({ t }) => t.length)).toEqual([0, 1, 1])
    expect(() => solution.at(5)).toThrow(/outside of the solution, which goes from 0 to 4\.71/)
  })

  it('end the solution at the n-th of them', () => {
    for (const terminal of [true, 1, 2, 3] as const) {
      const { t, events, message } = solveIvp(oscillator, [0, 20], [1, 0], { events: { when: height, terminal } })
      expect([events[0]?.t.length, t.at(-1)]).toEqual([Number(terminal), expect.closeTo((Number(terminal) - 0.5) * Math.PI, 4)])
      expect(message).toMatch(/Event 0 ended it/)
    }
    const impact = (x: number) => solveIvp(oscillator, [0, 20], [1, x], { rtol: 1e-9, atol: 1e-12, events: { when: height, terminal: 2 } }).t.at(-1) as number
    // cos t + x sin t is 0 at t = arctan x + 3π/2.
    expect(grad(impact)(0.5)).toBeCloseTo(1 / 1.25, 6)
    for (const terminal of [0, -1, 1.5, 'yes']) {
      expect(() => solveIvp(oscillator, [0, 1], [1, 0], { events: { when: height, terminal } as never })).toThrow(
        /terminal of event 0 is true or false, or a whole number/,
      )
    }
  })

  it('at the start are none, and on the way back they are found, too', () => {
    const { events } = solveIvp(oscillator, [0, -10], [0, 1], { events: height })
    expect(events[0]?.t.map(t => Math.round((-t / Math.PI) * 1e4) / 1e4)).toEqual([1, 2, 3])
    expect(solveIvp(oscillator, [0, 10], [0, 1], { events: height }).events[0]?.t.length).toBe(3)
  })

  it('that lie near each other in one step are told apart', () => {
    // Steps of y' = 0 grow without bound.
    const bump = (t: number) => 1 - ((t - 50) / 20) ** 2
    const { events } = solveIvp(() => [0], [0, 100], [1], { events: bump })
    expect(events[0]?.t).toEqual([30, 70].map(each => expect.closeTo(each, 9)))
  })

  it('are not seen where they are NaN, which is said', () => {
    const fall = (when: (t: number) => number) => solveIvp(() => [1], [0, 2], [0], { maxStep: 0.1, events: [() => 1, when] })
    const hidden = fall(t => Math.log(1 - t))
    expect([hidden.status, hidden.events[1]?.t]).toEqual(['converged', []])
    expect(hidden.message).toMatch(/^Reached t = 2\. Event 1 is NaN at t = 1\.0\d*, where a change of its sign is not seen\.$/)
    expect(fall(() => Number.NaN).message).toMatch(/Event 1 is NaN at t = 0, /)
    expect(fall(t => t - 1).message).toBe('Reached t = 2.')
  })

  it('see the parameters, and are checked', () => {
    const at = (options: object) => solveIvp((_t, [y]: number[], p: number) => [mul(p, y as number)], [0, 2], [1], { parameters: 1, ...options })
    expect(at({ events: (_t: number, [y]: number[], p: number) => (y as number) - 2 * p }).events[0]?.t[0]).toBeCloseTo(Math.log(2), 6)
    expect(() => at({ events: 3 })).toThrow(/event 0 is the number 3\. Events are functions/)
    expect(() => at({ events: [{ when: height, direction: 2 }] })).toThrow(/direction of event 0 is 1, −1 or 0/)
    expect(() => at({ events: { when: height, terminate: true } })).toThrow(/no option terminate.*Did you mean terminal\?/)
    expect(() => at({ events: () => [1] })).toThrow(/gives one number, but an array/)
  })
})

describe('solutions that end early', () => {
  it('stall where there is no solution beyond, and say where', () => {
    // y' = y² ends at t = 1.
    for (const method of ['dopri5', 'rodas', 'bdf', 'auto'] as const) {
      const { status, message, t, y } = solveIvp((_t, [y]: number[]) => [square(y as number)], [0, 2], [1], { method })
      expect(status).toBe('stalled')
      expect(message).toMatch(/No step beyond t = (0\.99|1\.00|1 )/)
      expect(t.at(-1)).toBeLessThanOrEqual(1.001)
      expect(y.at(-1)?.[0]).toBeGreaterThan(1e6)
    }
  })

  it('stall where the function has no value', () => {
    const root = solveIvp((t, [y]: number[]) => [(y as number) * Math.sqrt(1 - t)], [0, 2], [1])
    expect(root.status).toBe('stalled')
    expect(root.t.at(-1)).toBeCloseTo(1, 5)
    expect(root.plan.why).toMatch(/steps became too small, but a method for that needs derivatives/)
    const start = solveIvp(() => [Number.NaN], [0, 1], [1])
    expect([start.status, start.message, start.y]).toEqual(['stalled', 'The state or its rate of change is not finite at the start, t = 0.', [[1]]])
    expect(solveIvp(() => [1], [0, 1], [Number.NaN]).status).toBe('stalled')
  })

  it('reach limits, and can be aborted', () => {
    const limited = solveIvp(oscillator, [0, 1e3], [1, 0], { maxSteps: 10 })
    expect([limited.status, limited.steps, limited.t.length]).toEqual(['limit', 10, 11])
    expect(limited.message).toMatch(/No end within 10 steps: t = .* of 1000/)
    const controller = new AbortController()
    const aborted = solveIvp(
      (t, y: number[]) => {
        if (t > 5) controller.abort()
        return oscillator(t, y)
      },
      [0, 1e3],
      [1, 0],
      { signal: controller.signal },
    )
    expect(aborted.status).toBe('aborted')
    expect(aborted.t.at(-1)).toBeGreaterThan(4)
    expect(aborted.t.at(-1)).toBeLessThan(8)
    expect(aborted.at(3)[0]).toBeCloseTo(Math.cos(3), 4)
  })

  it('tell of each step, and stop where the callback throws', () => {
    const told: number[] = []
    const { t } = solveIvp(oscillator, [0, 10], [1, 0], { callback: state => void told.push(state.t) })
    expect(told).toEqual(t.slice(1))
    let caught: unknown
    try {
      solveIvp(oscillator, [0, 10], [1, 0], {
        callback: ({ t }) => {
          if (t > 2) throw new Error('enough')
        },
      })
    } catch (error) {
      caught = error
    }
    expect(caught).toMatchObject({ message: 'enough', state: { step: expect.any(Number), t: expect.any(Number), y: [expect.any(Number), expect.any(Number)] } })
  })

  it('take no step where the span has no length', () => {
    const none = solveIvp(oscillator, [2, 2], [1, 0])
    expect([none.status, none.steps, none.t, none.y, none.at(2)]).toEqual(['converged', 0, [2], [[1, 0]], [1, 0]])
    const empty = solveIvp(() => [], [0, 1], [])
    expect([empty.status, empty.y.at(-1)]).toEqual(['converged', []])
  })
})

describe('what solveIvp is given', () => {
  const decay = (_t: number, [y]: number[]) => [neg(y as number)]

  it('is a state of any structure', () => {
    const f = (_t: number, { a, b, c }: { a: number; b: number[][]; c: Float64Array }) => ({
      a: neg(a),
      b: b.map(row => row.map(each => mul(-2, each))),
      c: Float64Array.from(c, each => -3 * each),
    })
    const { y } = solveIvp(f, [0, 1], { a: 1, b: [[2], [3]], c: Float64Array.of(4) }, { method: 'dopri5', rtol: 1e-9 })
    const { a, b, c } = y.at(-1) as { a: number; b: number[][]; c: Float64Array }
    expect(a).toBeCloseTo(Math.exp(-1), 7)
    expect(b.flat()).toEqual([2, 3].map(each => expect.closeTo(each * Math.exp(-2), 7)))
    expect(c).toBeInstanceOf(Float64Array)
    expect(c[0]).toBeCloseTo(4 * Math.exp(-3), 7)
  })

  it('is one number, a list that the function uses again, or a tensor of another dtype', () => {
    expect(solveIvp((_t, y: number) => neg(y), [0, 1], 1).y.at(-1)).toBeCloseTo(Math.exp(-1), 6)
    const rates = [0, 0]
    const again = (_t: number, [x, v]: number[]) => {
      rates[0] = v as number
      rates[1] = neg(x as number)
      return rates
    }
    expect(solveIvp(again, [0, 1], [1, 0]).y.at(-1)?.[0]).toBeCloseTo(Math.cos(1), 6)
    expect(grad((x: number) => solveIvp(again, [0, 1], [x, 0]).y.at(-1)?.[0] as number)(2)).toBeCloseTo(Math.cos(1), 6)
    for (const dtype of ['int32', 'float32'] as const) {
      const end = (y0: Tensor) => solveIvp((_t, y: Tensor) => mul(-1, y) as Tensor, [0, 1], y0).y.at(-1) as Tensor
      expect(end(tensor([3], { dtype })).data[0]).toBeCloseTo(3 * Math.exp(-1), 5)
      if (dtype === 'float32') expect(jacobian(end)(tensor([3], { dtype })).data[0]).toBeCloseTo(Math.exp(-1), 5)
    }
  })

  it('may be zero where no error is allowed', () => {
    const { status, y } = solveIvp((_t, [a, b]: number[]) => [neg(a as number), mul(0, b as number)], [0, 1], [1, 0], { atol: 0 })
    expect([status, y.at(-1)?.[1]]).toEqual(['converged', 0])
  })

  it('has tolerances for all entries or one for each', () => {
    const loose = solveIvp(oscillator, [0, 10], [1, 0], { rtol: 1e-12, atol: 1e-2 })
    const tight = solveIvp(oscillator, [0, 10], [1, 0], { rtol: 1e-12, atol: [1e-10, 1e-10] })
    expect(tight.steps).toBeGreaterThan(3 * loose.steps)
    expect(() => solveIvp(oscillator, [0, 10], [1, 0], { atol: [1] })).toThrow(/atol does not have the structure of solveIvp: y0/)
    expect(() => solveIvp(oscillator, [0, 10], [1, 0], { atol: -1 })).toThrow(/at least 0/)
  })

  it('bounds its steps', () => {
    const { t } = solveIvp(decay, [0, 10], [1], { maxStep: 0.5, firstStep: 0.125 })
    expect(t[1]).toBe(0.125)
    t.slice(1).forEach((each, i) => expect(each - (t[i] as number)).toBeLessThanOrEqual(0.5 + 1e-12))
  })

  it('is refused with what to do', () => {
    const give =
      (...args: unknown[]) =>
      () =>
        (solveIvp as (...args: unknown[]) => unknown)(...args)
    expect(give(3, [0, 1], [1])).toThrow(/solveIvp: takes a function, but the number 3 was given/)
    expect(give(decay, [0], [1])).toThrow(/the span is \[start, end\], two numbers/)
    expect(give(decay, [0, Infinity], [1])).toThrow(/from 0 to Infinity, but both are finite/)
    expect(give(decay, [0, 1], ['1'])).toThrow(/y0 has at \[0\] the string "1"/)
    expect(give(() => [1, 2], [0, 1], [1])).toThrow(/the function's result does not have the structure of solveIvp: y0/)
    expect(give(() => 1, [0, 1], [1])).toThrow(/the function's result does not have the structure/)
    expect(give(async () => [1], [0, 1], [1])).toThrow(/promise/)
    expect(give(decay, [0, 1], [1], { method: 'euler' })).toThrow(/method is 'auto', 'dopri5', 'bdf' or 'rodas'/)
    expect(give(decay, [0, 1], [1], { rtol: 0 })).toThrow(/rtol is a number above 0/)
    expect(give(decay, [0, 1], [1], { tolerance: 1 })).toThrow(/no option tolerance/)
    expect(give(decay, [0, 1], [1], { evaluateAt: [0, 2] })).toThrow(/lies in the span from 0 to 1, but entry 1 is 2/)
    expect(give(decay, [0, 1], [1], { evaluateAt: [1, 0] })).toThrow(/in the order from 0 to 1, but 0 follows 1/)
  })
})
