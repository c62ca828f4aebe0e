import { planJacobian, trace } from 'dualtape'
import { isScalarGraph, type Step, walk } from '../walk.ts'

/** What the page shows of a function: data and nothing else. */
export interface Facts {
  value: unknown
  derivative: unknown
  names: string[]
  scalars: boolean
  outputs: number
  plan?: { text: string; alternatives: { mode: string; passes: number; multiplications: number }[] }
  coloring?: { columns?: number[] | undefined; rows?: number[] | undefined }
  steps?: Step[] | undefined
  source?: string | undefined
}

/** A function's facts, and a comparison of the times that its Jacobian and finite differences take. */
export interface Shown {
  facts: Facts
  time?: () => string
}

export const flat = (x: unknown): number[] =>
  Array.isArray(x) ? x.flat(Number.POSITIVE_INFINITY) : typeof x === 'number' ? [x] : Object.values(x as object).flatMap(flat)

/** The outputs as a list; traced scalars are objects. */
const outputsOf = (y: unknown) => (Array.isArray(y) ? y.flat(Number.POSITIVE_INFINITY) : [y])

/** All that the page shows of a function of numbers. */
export function shownOf(
  f: (x: number[]) => number[],
  values: number[],
  names: string[],
  value: unknown,
  derivative: unknown,
  source: string | undefined,
): Shown {
  const plan = planJacobian(f, values)
  const graph = trace((x: number[]) => outputsOf(f(x)), values)
  const first = values.map((_, i) => (i === 0 ? 1 : 0))
  const steps = isScalarGraph(graph) && graph.nodes.length <= 60 ? walk(graph, values, first, names) : undefined
  const { columns, rows } = (plan.coloring ?? {}) as { columns?: ArrayLike<number>; rows?: ArrayLike<number> }
  const facts: Facts = {
    value,
    derivative,
    names,
    scalars: true,
    outputs: flat(value).length,
    plan: { text: plan.explain(), alternatives: plan.alternatives.map(({ mode, passes, multiplications }) => ({ mode, passes, multiplications })) as never },
    coloring: { columns: columns && Array.from(columns), rows: rows && Array.from(rows) },
    steps,
    source,
  }
  /** Our Jacobian against differences, for as long as a person waits. */
  const time = () => {
    const differences = () => values.map((_, i) => flat(f(values.map((each, k) => (k === i ? each + 1e-7 : each)))))
    const milliseconds = (run: () => unknown) => {
      const start = performance.now()
      let count = 0
      for (; performance.now() - start < 150; count++) run()
      return (performance.now() - start) / count
    }
    const [ours, theirs] = [milliseconds(() => plan.jacobian(values)), milliseconds(differences)]
    return `Jacobian ${(1000 * ours).toFixed(1)} µs, finite differences ${(1000 * theirs).toFixed(1)} µs and 8 digits.`
  }
  return { facts, time }
}
