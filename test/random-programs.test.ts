import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { backward, compile, grad, gt, jacobian, jvp, scan, valueAndGrad, variable, vmap } from '../src/index.ts'
import * as ops from '../src/ops/index.ts'
import type { ElementwiseDefinition } from '../src/ops/kinds/elementwise.ts'
import { registry } from '../src/ops/registry.ts'
import { directionalDifference } from '../src/testing/index.ts'
import { numbersOf } from './results.ts'

/** Smooth functions of the whole line whose values stay moderate, so that finite differences can be trusted. */
const smooth = registry.filter(
  (each): each is ElementwiseDefinition => each.kind === 'elementwise' && each.differentiable && !hasOrder(each) && each.domain === undefined && isSmooth(each),
)

/** Whether there is no step, no pole and no kink where operators have them: slopes are moderate, and they and curvatures the same on both sides. */
function isSmooth({ arity, value }: ElementwiseDefinition): boolean {
  const step = 1e-6
  const points = [-1, 0, 0.5, 1].flatMap(x => (arity === 1 ? [[x]] : [-1, 0, 0.5, 1].flatMap(y => (arity === 2 ? [[x, y]] : [-1, 0, 1].map(z => [x, y, z])))))
  return points.every(point =>
    point.every((_, i) => {
      const [below, at, above] = [-step, 0, step].map(by => Number(value(...point.map((each, k) => (k === i ? each + by : each)))))
      const [left, right] = [((at as number) - (below as number)) / step, ((above as number) - (at as number)) / step]
      const [a, b, c, d, e] = [-2, -1, 0, 1, 2].map(by => Number(value(...point.map((each, k) => (k === i ? each + 1e-3 * by : each))))) as [
        number,
        number,
        number,
        number,
        number,
      ]
      const jump = (c - 2 * d + e - (a - 2 * b + c)) / 1e-6
      return Math.abs(left - right) < 1e-3 && Math.abs(left) < 100 && Math.abs(jump) < 1
    }),
  )
}

/** Whether an operand is an integer order, which is held constant. */
function hasOrder(definition: ElementwiseDefinition): boolean {
  return definition.operands !== undefined
}

interface Step {
  operator: ElementwiseDefinition
  operands: number[]
}

const INPUTS = 3
/** A DAG: each step applies an operator to any values before it. */
const programs = fc
  .array(fc.tuple(fc.constantFrom(...smooth), fc.array(fc.nat(), { minLength: 3, maxLength: 3 })), { minLength: 1, maxLength: 12 })
  .map(steps => steps.map(([operator, picks], i): Step => ({ operator, operands: picks.slice(0, operator.arity).map(pick => pick % (INPUTS + i)) })))

/** Values are kept in range by sines, which hide nothing as saturating functions would: no chain of exponentials leaves it. */
function run(program: Step[], x: number[]): number[] {
  const values = [...x]
  for (const { operator, operands } of program) {
    const apply = ops[operator.name as keyof typeof ops] as unknown as (...args: number[]) => number
    values.push(ops.sin(apply(...operands.map(i => ops.sin(values[i]!)))))
  }
  return values.slice(INPUTS)
}

/** The same numbers, 0 and −0 alike. */
const same = (x: unknown, y: unknown) => JSON.stringify(x) === JSON.stringify(y)

/** Near enough for sums in another order. */
const near = (x: unknown, y: unknown): boolean =>
  Array.isArray(x) && Array.isArray(y)
    ? x.length === y.length && x.every((each, i) => near(each, y[i]))
    : Math.abs(Number(x) - Number(y)) <= 1e-11 * (1 + Math.abs(Number(y)))

/** The same within rounding. */
const close = (x: unknown, y: unknown): boolean => {
  const [found, expected] = [numbersOf(x), numbersOf(y)]
  return found.length === expected.length && found.every((each, i) => Math.abs(each - (expected[i] as number)) <= 1e-11 * (1 + Math.abs(expected[i] as number)))
}

describe('random programs', () => {
  it('as rounds of a loop give what the rounds give one by one, in every mode', () => {
    const items = fc.array(fc.double({ min: -1.5, max: 1.5, noNaN: true }), { minLength: 1, maxLength: 6 })
    const picks = fc.array(fc.nat(), { minLength: 4, maxLength: 4 })
    fc.assert(
      fc.property(programs, picks, items, fc.boolean(), (program, pick, xs, asks) => {
        // The state is two of the values before, the output a third; a question and a value from outside take part.
        const f = (at: number[]) => {
          const [[a, b], outputs] = scan(
            ([p, q]: [number, number], item: number) => {
              const values = [p, q, item, ...run(program, [p, q, ops.mul(item, at[0] as number)]), at[1]] as number[]
              const of = (k: number) => values[(pick[k] as number) % values.length] as number
              const chosen = asks && gt(values[(pick[3] as number) % (values.length - 1)] as number, 0.2) ? of(0) : of(1)
              return [[chosen, of(1)] as [number, number], of(2)]
            },
            at as [number, number],
            xs,
          )
          return ops.add(ops.sum(outputs), ops.mul(a, ops.add(b, a)))
        }
        const at = [0.4, -0.7]
        const direction = [1, 0.5]
        const forms: [(x: number[]) => unknown, (x: unknown, y: unknown) => boolean][] = [
          [f, same],
          [grad(f), near],
          [x => jvp(f, [x], [direction]), near],
          [x => jvp(grad(f), [x], [direction]), near],
          [x => vmap(grad(f))([x, [-0.2, 0.9]]), near],
        ]
        return forms.every(([form, like]) =>
          (['js', 'wasm', 'interpreter'] as const).every(target => (target === 'wasm' ? close : like)(compile(form, { target })(at), form(at))),
        )
      }),
      { numRuns: 40 },
    )
  })

  it('have the same value and gradient compiled, and on variables', () => {
    fc.assert(
      fc.property(programs, fc.array(fc.double({ min: -1.5, max: 1.5, noNaN: true }), { minLength: INPUTS, maxLength: INPUTS }), (program, x) => {
        const f = (at: number[]) => ops.sum(run(program, at))
        const slope = valueAndGrad(f)
        const expected = slope(x)
        const variables = x.map(each => variable(each))
        const y = f(variables as unknown as number[])
        // What depends on no input is a number, and has the gradient 0.
        if (typeof y !== 'number') backward(y)
        const onTape = variables.map(each => each.grad ?? 0)
        const alike = (['js', 'wasm', 'interpreter'] as const).every(target => (target === 'wasm' ? close : same)(compile(slope, { target })(x), expected))
        const real = compile(slope, { algebra: 'real' })(x)
        return alike && close(real, expected) && same(onTape, expected[1])
      }),
      { numRuns: 100 },
    )
  })

  it('are made of most operators that are smooth', () => {
    expect(smooth.length).toBeGreaterThan(25)
    expect(smooth.map(each => each.name)).toEqual(expect.arrayContaining(['sin', 'exp', 'mul', 'erf', 'sigmoid', 'besselJ0']))
  })

  it('have the same Jacobian forward, reverse and by finite differences', () => {
    fc.assert(
      fc.property(programs, fc.array(fc.double({ min: -1.5, max: 1.5, noNaN: true }), { minLength: INPUTS, maxLength: INPUTS }), (program, x) => {
        const f = (at: number[]) => run(program, at)
        const forward = jacobian(f, { mode: 'forward' })(x)
        const reverse = jacobian(f, { mode: 'reverse' })(x)
        for (let j = 0; j < INPUTS; j++) {
          const direction = Float64Array.from(x, (_, i) => (i === j ? 1 : 0))
          const { values, errors } = directionalDifference(at => Float64Array.from(f([...at])), Float64Array.from(x), direction)
          forward.forEach((row, i) => {
            const scale = Math.max(1, Math.abs(row[j]!))
            expect(Math.abs(row[j]! - reverse[i]![j]!)).toBeLessThanOrEqual(1e-12 * scale)
            expect(Math.abs(row[j]! - values[i]!)).toBeLessThanOrEqual(1e-6 * scale + 10 * errors[i]!)
          })
        }
      }),
      { numRuns: 150 }, // fast-check prints seed and path of a failure
    )
  })
})
