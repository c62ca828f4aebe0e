import { compileExpression, Expression, jacobian } from 'dualtape/mathjs'
import { type Shown, shownOf } from './facts.ts'
import { isFlat, type Point } from './point.ts'

const flat = (x: unknown): number[] =>
  Array.isArray(x) ? x.flat(Number.POSITIVE_INFINITY) : typeof x === 'number' ? [x] : Object.values(x as object).flatMap(flat)

/** What is shown of a formula of mathjs, within its limits. */
export function ofFormula(text: string, point: Point): Shown {
  const scope = Object.fromEntries(point.names.map((name, i) => [name, point.values[i]]))
  const expression = new Expression(text, { limits: { time: 2000, operations: 1e6, entries: 1e4 } })
  const compiled = compileExpression(expression)
  const value = compiled.value(scope as never)
  const { names } = point
  if (!isFlat(point) || point.values.some(Array.isArray)) {
    const nested = jacobian(expression, scope as never)
    const facts = { value, nested, names, inputs: flat(point.values).length, outputs: flat(value).length, isScalar: typeof value === 'number' }
    return {
      facts,
      ask: async () => {
        throw new Error('Plots, plans and times are for formulas of numbers.')
      },
    }
  }
  const f = (x: number[]) => {
    const found = expression.evaluate(Object.fromEntries(names.map((name, i) => [name, x[i]]))) as { toArray?: () => number[] } | number
    return (typeof found === 'object' && found.toArray !== undefined ? found.toArray().flat(2) : found) as number[]
  }
  const code = () => {
    compiled.jacobian(scope as never)
    const run = (x: number[]) => compiled.jacobian(Object.fromEntries(names.map((name, i) => [name, x[i]])) as never)
    return { source: compiled.source ?? '', run }
  }
  return shownOf(f, point.values as number[], names, code, async () => (await import('dualtape/compile/webgpu')).compileAsync)
}
