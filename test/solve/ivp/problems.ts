import { readFileSync } from 'node:fs'
import { fromSource } from '../../../src/plugin/index.ts'

/** A problem of test/reference/ivp.json, which make_ivp.py writes. */
export interface Problem {
  name: string
  f: (t: number, y: number[]) => number[]
  start: number[]
  end: number
  atol: number
  reference: number[]
  scipy: { method: 'RK45' | 'BDF'; evaluations: number; error: number }
}

/** All problems, whose equations are made differentiable from their text. */
export const problems: Problem[] = JSON.parse(readFileSync(new URL('../../reference/ivp.json', import.meta.url), 'utf8')).map(
  ({ equations, ...problem }: { equations: string[] }) => ({
    ...problem,
    f: fromSource(new Function('t', 'y', `const { sqrt, sin, cos, exp } = Math; return [${equations.join(', ')}]`) as Problem['f']),
  }),
)

export function problem(name: string): Problem {
  return problems.find(each => each.name === name) as Problem
}

/** The largest error over atol + rtol |y|. */
export function errorOf(y: readonly number[], reference: readonly number[], rtol: number, atol: number): number {
  return Math.max(...y.map((each, i) => Math.abs(each - (reference[i] as number)) / (atol + rtol * Math.abs(reference[i] as number))))
}
