import { compile } from '../compile/compile.ts'
import { planJacobian } from '../jacobian/jacobian.ts'
import { add, mul, square, sub } from '../ops/arithmetic.ts'
import { grad } from '../reverse/grad.ts'
import { asJson, type Output } from './output.ts'
import { readProblem } from './problem.ts'
import type { Options } from './usage.ts'

/** Times of calls in nanoseconds, by what is called. */
type Times = { [name: string]: number }

/** `dualtape bench`: derivatives on this machine, as multiples of code by hand, or of the value of a function that is given. */
export async function runBench(text: string | undefined, options: Options, output: Output): Promise<void> {
  const results: { [name: string]: Times } = {}
  if (text === undefined) for (const n of [10, 100, 1000]) results[`Rosenbrock, n = ${n}`] = rosenbrockTimes(n)
  else {
    const { f, x } = await readProblem('bench', text, options)
    const plan = planJacobian(f as (x: unknown) => never, x)
    const fast = compile((at: unknown) => plan.jacobian(at))
    results[text] = interleaved({ value: () => f(x), [`Jacobian (${plan.mode})`]: () => plan.jacobian(x), 'compiled Jacobian': () => fast(x) })
  }
  if (options.json === true) {
    output.write(asJson(results))
    return
  }
  for (const [name, times] of Object.entries(results)) {
    const [first] = Object.values(times) as [number]
    output.write(`${name}\n`)
    for (const [what, time] of Object.entries(times)) {
      output.write(`  ${what.padEnd(24)}${`${(time / 1000).toPrecision(3)} µs`.padStart(12)}${(time / first).toPrecision(3).padStart(10)}\n`)
    }
  }
}

function rosenbrockTimes(n: number): Times {
  const x = Array.from({ length: n }, (_, i) => 0.3 + 0.5 * Math.sin(i))
  const f = (at: number[]) =>
    at.slice(1).reduce((total: number, each, i) => add(total, add(mul(100, square(sub(each, square(at[i] as number)))), square(sub(1, at[i] as number)))), 0)
  const slope = grad(f)
  const fast = compile(slope)
  return interleaved({ 'by hand': () => byHand(x), 'compiled gradient': () => fast(x), gradient: () => slope(x) })
}

/** The gradient of Rosenbrock's function as one writes it without a library. */
function byHand(x: readonly number[]): number[] {
  const gradient = new Array<number>(x.length).fill(0)
  for (let i = 0; i + 1 < x.length; i++) {
    const xi = x[i] as number
    const a = (x[i + 1] as number) - xi * xi
    gradient[i] = (gradient[i] as number) - 400 * xi * a - 2 * (1 - xi)
    gradient[i + 1] = 200 * a
  }
  return gradient
}

/** Calls in turn, round after round; of each the median over rounds, after running warm for a while, which V8 needs. */
function interleaved(cases: { [name: string]: () => unknown }): Times {
  const sample = (run: () => unknown, milliseconds: number) => {
    const start = performance.now()
    let calls = 0
    let now = start
    while (now - start < milliseconds) {
      for (let i = 0; i < 10; i++) run()
      calls += 10
      now = performance.now()
    }
    return (1e6 * (now - start)) / calls
  }
  for (const run of Object.values(cases)) sample(run, 500)
  const rounds = Array.from({ length: 7 }, () => Object.values(cases).map(run => sample(run, 40)))
  return Object.fromEntries(Object.keys(cases).map((name, k) => [name, rounds.map(round => round[k] as number).sort((a, b) => a - b)[3] as number]))
}
