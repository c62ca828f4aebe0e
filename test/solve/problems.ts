import { readFileSync } from 'node:fs'
import { fromSource } from '../../src/plugin/index.ts'

/** A sum of squares, and what SciPy's methods need for it. */
export interface SumOfSquares {
  name: string
  residuals: string[]
  start: number[]
  minima: number[]
  scipy: Record<'L-BFGS-B' | 'trust-exact' | 'trust-ncg', { values: number; f: number | null }>
}

/** A problem with constraints: `equal` to 0, `atLeast` 0. Bounds of ±1e300 are none. */
export interface ConstrainedProblem {
  name: string
  f: string
  start: number[]
  minimum: number
  /** Other local minima, to which methods come from the start. */
  others?: number[]
  equal: string[]
  atLeast: string[]
  lower?: number[]
  upper?: number[]
  scipy: { values: number; f: number | null }
}

export const problems = JSON.parse(readFileSync(new URL('../reference/minimize.json', import.meta.url), 'utf8')) as {
  moreGarbowHillstrom: SumOfSquares[]
  hockSchittkowski: ConstrainedProblem[]
}

/** A function of x from an expression. */
export function compiled<R>(expression: string): (x: number[]) => R {
  const text = expression.replace(/\b(exp|log|sin|cos|sqrt|atan2|abs)\(/g, 'Math.$1(').replace(/\bpi\b/g, 'Math.PI')
  return fromSource(new Function('x', `return ${text}`) as (x: number[]) => R)
}

export const sumOfSquares = ({ residuals }: SumOfSquares) => compiled<number>(residuals.map(each => `(${each})**2`).join('+'))

export function constrained({ f, equal, atLeast, lower, upper }: ConstrainedProblem) {
  const side = (given: number[] | undefined) => given?.map(each => (Math.abs(each) > 1e299 ? Math.sign(each) * Number.POSITIVE_INFINITY : each))
  type Numbers = (x: number[]) => number[]
  const constraints: ({ equals: Numbers } | { atMost: Numbers })[] = [
    ...(equal.length > 0 ? [{ equals: compiled<number[]>(`[${equal.join(', ')}]`) }] : []),
    ...(atLeast.length > 0 ? [{ atMost: compiled<number[]>(`[${atLeast.map(each => `0-(${each})`).join(', ')}]`) }] : []),
  ]
  return {
    f: compiled<number>(f),
    constraints,
    bounds: { ...(lower && { lower: side(lower)! }), ...(upper && { upper: side(upper)! }) },
  }
}
