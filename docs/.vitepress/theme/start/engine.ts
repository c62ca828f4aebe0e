import { add, cos, div, exp, gt, mul, neg, sin, square, trace } from 'dualtape'
import { type Operators, type Step, stepsOf, written } from '../figure/steps.ts'

/*
 * What the figure of the start page computes with: this library, and of that what these functions need. It is bundled apart
 * (scripts/start-page.ts), since the other pages share one file with all operators in it.
 */

/** A function of one number, as one would write it and as it is computed. */
interface Example {
  name: string
  code: string
  domain: readonly [number, number]
  range: readonly [number, number]
  at: number
  f: (x: number) => number
}

export const EXAMPLES: readonly Example[] = [
  {
    name: 'wave',
    code: 'x * Math.sin(x ** 2)',
    domain: [-3, 3],
    range: [-3.2, 3.2],
    at: 1.2,
    f: x => mul(x, sin(square(x))),
  },
  {
    name: 'packet',
    code: 'Math.exp(-(x ** 2) / 2) * Math.cos(3 * x)',
    domain: [-3, 3],
    range: [-1.2, 1.3],
    at: 0.5,
    f: x => mul(exp(neg(div(square(x), 2))), cos(mul(3, x))),
  },
  {
    name: 'branch',
    code: 'x > 0 ? x ** 2 / 2 : Math.sin(3 * x)',
    domain: [-3, 3],
    range: [-1.6, 4.4],
    at: -0.4,
    f: x => (gt(x, 0) ? div(square(x), 2) : sin(mul(3, x))),
  },
  {
    name: 'loop',
    code: 'for (let k = 0; k < 3; k++) y = (y + x / y) / 2',
    domain: [0.02, 6],
    range: [-0.2, 3],
    at: 2,
    f: x => {
      let y = 1
      for (let k = 0; k < 3; k++) y = div(add(y, div(x, y)), 2)
      return y
    },
  },
]

const operators = { add, cos, div, exp, mul, neg, sin, square, greater: (x: number, y: number) => Number(gt(x, y)) } as Operators

/** A line of the tape: an operation, its number, and what the two modes carry past it. */
export interface Line {
  name: string
  text: string
  value: number
  tangent: number
  adjoint: number
}

/** The function's value and slope at a place, and the tape that they come from. */
export interface Moment {
  value: number
  slope: number
  lines: Line[]
}

/** The function traced at a place, each of its operations differentiated forwards and backwards. */
export function momentOf(example: Example, x: number): Moment {
  const graph = trace(example.f, x)
  const steps = stepsOf(operators, graph, [x], [1], ['x'])
  const used = new Set(graph.outputs)
  for (const { id, inputs } of [...steps].reverse()) if (used.has(id)) for (const each of inputs) used.add(each)
  const shown = steps.filter(({ id, op }) => used.has(id) && op !== 'constant')
  const names = new Map<number, string>(shown.map(({ id }, i) => [id, i === 0 ? 'x' : `v${'₁₂₃₄₅₆₇₈₉'[i - 1] ?? i}`]))
  const nameOf = (step: Step) => names.get(step.id) ?? step.label
  const lines = shown.map(step => ({
    name: nameOf(step),
    text:
      step.op === 'input'
        ? 'the point'
        : written(
            step.op,
            step.inputs.map(each => nameOf(steps[each]!)),
          ),
    value: step.primal!,
    tangent: step.tangent!,
    adjoint: step.adjoint!,
  }))
  const last = steps[graph.outputs[0]!]!
  return { value: last.primal!, slope: last.tangent!, lines }
}

/** Points of the curve. */
export function curveOf({ f, domain: [from, to] }: Example, count = 161): [number, number][] {
  return Array.from({ length: count }, (_, i) => {
    const x = from + ((to - from) * i) / (count - 1)
    return [x, f(x)]
  })
}
