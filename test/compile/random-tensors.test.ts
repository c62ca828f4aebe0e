import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { compile, type Tensor, tensor, valueAndGrad } from '../../src/index.ts'
import * as ops from '../../src/ops/index.ts'
import { numbersOf } from '../results.ts'

/** A step of a program: which operator, on which values, with which choice where it has one. */
type Step = readonly [operator: number, first: number, second: number, choice: number]

/** Numbers that keep entries apart, so that the largest is one of them. */
const apart = (x: Tensor) =>
  tensor(
    Float64Array.from({ length: x.size }, (_, i) => 0.01 * Math.sin(i + 1)),
    x.shape,
  )

const axisOf = (x: Tensor, choice: number): number => choice % x.rank

/** Operators that take any tensors, or give the first operand where they do not fit. */
const OPERATORS: ((x: Tensor, y: Tensor, choice: number) => Tensor)[] = [
  (x, y) => (broadcasts(x, y) ? ops.add(x, y) : ops.add(x, 0.5)),
  (x, y) => (broadcasts(x, y) ? ops.mul(x, y) : ops.mul(x, 0.7)),
  (x, y) => (broadcasts(x, y) ? ops.maximum(ops.sub(x, y), 0.123) : ops.neg(x)),
  // Continuous with their derivatives: WebAssembly may break a tie of sums in another way.
  (x, y) =>
    broadcasts(x, y) ? ops.add(ops.where(ops.greater(x, y), ops.square(ops.sub(x, y)), 0), y) : ops.mul(ops.square(x), ops.where(ops.less(x, 0), 0.5, 0.1)),
  x => ops.tanh(x),
  x => ops.sin(x),
  x => ops.sigmoid(x),
  x => ops.div(1, ops.add(1, ops.square(x))),
  (x, _, choice) => ops.sum(x, { axis: axisOf(x, choice), keepDims: true }),
  (x, _, choice) => (x.rank > 1 ? (ops.mean(x, { axis: axisOf(x, choice) }) as Tensor) : x),
  (x, _, choice) => ops.max(ops.add(x, apart(x)), { axis: axisOf(x, choice), keepDims: true }),
  (x, _, choice) => ops.softmax(x, { axis: axisOf(x, choice) }),
  x => ops.transpose(x),
  (x, _, choice) => ops.flip(x, { axis: axisOf(x, choice) }),
  (x, _, choice) => ops.slice(x, choice % 2, x.shape[0] as number, 1 + (choice % 3)),
  (x, y, choice) => ops.concat([x, broadcasts(x, y) && sameShape(x, y) ? y : x], { axis: axisOf(x, choice) }),
  x => ops.expandDims(x, 0),
  x => ops.reshape(x, [-1]),
  (x, _, choice) => ops.take(x, [0, (choice % (x.shape[0] as number)) as number, 0]),
  (x, y) => (x.rank === 2 && y.rank === 2 && x.shape[1] === y.shape[0] ? (ops.matmul(x, y) as Tensor) : x),
  x => (x.rank === 2 ? (ops.matmul(x, ops.transpose(x)) as Tensor) : x),
  (x, y) =>
    x.shape.at(-1) === y.shape.at(-1) && x.rank > 1
      ? (ops.matmul(x, ops.reshape(ops.slice(ops.reshape(y, [-1, y.shape.at(-1) as number]), 0, 1), [-1])) as Tensor)
      : x,
  x => ops.cumSum(x, { axis: 0 }),
]

const sameShape = (x: Tensor, y: Tensor) => String(x.shape) === String(y.shape)

function broadcasts(x: Tensor, y: Tensor): boolean {
  const rank = Math.max(x.rank, y.rank)
  return Array.from({ length: rank }, (_, i) => [x.shape[x.rank - 1 - i] ?? 1, y.shape[y.rank - 1 - i] ?? 1]).every(([a, b]) => a === b || a === 1 || b === 1)
}

function run(steps: readonly Step[], inputs: readonly Tensor[]): number {
  const values = [...inputs]
  for (const [operator, first, second, choice] of steps) {
    const [x, y] = [values[first % values.length], values[second % values.length]] as [Tensor, Tensor]
    const next = (OPERATORS[operator] as (typeof OPERATORS)[number])(x, y, choice)
    // What has become a number or too large is left out.
    if (typeof next === 'object' && next.rank > 0 && next.rank < 4 && next.size > 0 && next.size <= 600) values.push(next)
  }
  return values.slice(inputs.length).reduce((total: number, each, i) => ops.add(total, ops.mul(i + 1, ops.mean(ops.mul(each, 0.1)))) as number, 0)
}

const lengths = fc.constantFrom<number>(1, 2, 3, 4, 5, 8, 9, 17)
const shapes = fc.array(lengths, { minLength: 1, maxLength: 3 }).filter(shape => shape.reduce((a, b) => a * b, 1) <= 300)
const step = fc.tuple(fc.nat(OPERATORS.length - 1), fc.nat(), fc.nat(), fc.nat(9))
const programs = fc.record({ shapes: fc.tuple(shapes, shapes, shapes), steps: fc.array(step, { minLength: 1, maxLength: 12 }), seed: fc.nat(1000) })

describe('random programs on tensors', () => {
  it('have the same value and gradient compiled', () => {
    fc.assert(
      fc.property(programs, ({ shapes: given, steps, seed }) => {
        const inputs = given.map((shape, k) =>
          tensor(
            Float64Array.from({ length: shape.reduce((a, b) => a * b, 1) }, (_, i) => Math.sin(seed + 7 * k + 3.7 * i)),
            shape,
          ),
        )
        const slope = valueAndGrad((all: Tensor[]) => run(steps, all))
        const expected = numbersOf(slope(inputs))
        for (const [target, algebra] of [
          ['js', 'exact'],
          ['interpreter', 'exact'],
          ['wasm', 'exact'],
          ['wasm', 'real'],
        ] as const) {
          const fast = compile(slope, { target, algebra })
          const found = numbersOf(fast(inputs))
          expect(fast.target).toBe(target)
          expect(numbersOf(fast(inputs))).toEqual(found)
          expect(found.length).toBe(expected.length)
          // WebAssembly sums two terms at a time, and small numbers may be differences of large ones; the sign of a zero may differ.
          const scale = 1 + Math.max(...expected.map(Math.abs))
          if (target === 'wasm') found.forEach((each, i) => void expect(Math.abs(each - (expected[i] as number))).toBeLessThanOrEqual(1e-12 * scale))
          else expect(found.map(each => each + 0)).toEqual(expected.map(each => each + 0))
        }
      }),
      { numRuns: Number(process.env.DUALTAPE_RUNS ?? 50) },
    )
  })
})
