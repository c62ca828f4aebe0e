import { hessian } from '../jacobian/hessian.ts'
import { planJacobian } from '../jacobian/jacobian.ts'
import type { JacobianOptions } from '../jacobian/options.ts'
import { plain } from '../mathjs/derivatives.ts'
import { problemOf } from '../mathjs/problem.ts'
import { grad, type Scalarlike } from '../reverse/grad.ts'
import { readFunction, readPoint, UsageError } from './input.ts'
import type { Options } from './main.ts'
import { type Output, paint, showDerivatives } from './output.ts'

/** The commands that differentiate at a point. */
export async function runDerivative(
  command: 'jacobian' | 'grad' | 'hessian' | 'plan',
  text: string | undefined,
  options: Options,
  output: Output,
): Promise<void> {
  if (text === undefined) throw new UsageError(`${command} needs an expression or file.js#name.`)
  const point = readPoint('--at', options.at ?? '')
  const { f, x, names } = await problemFor(
    text,
    point,
    options.wrt?.split(',').map(each => each.trim()),
  )
  const planOptions = { mode: options.mode as JacobianOptions['mode'] } satisfies JacobianOptions
  if (command === 'grad') {
    const gradient = plain(grad(f as (x: unknown) => Scalarlike)(x))
    print(output, options, { gradient: Array.isArray(x) ? Object.fromEntries(names.map((name, i) => [name, gradient[i]])) : gradient }, names)
  } else if (command === 'hessian') {
    print(output, options, { hessian: plain(hessian(f as (x: unknown) => Scalarlike, planOptions)(x)) }, names)
  } else {
    const plan = planJacobian(f, x, planOptions)
    const result = command === 'plan' ? { plan } : { jacobian: plain(plan.jacobian(x)), plan }
    print(output, options, result, names)
  }
}

/** Expression or function, argument, and the names of the scalar variables. */
async function problemFor(text: string, point: { [name: string]: unknown }, wrt: string[] | undefined) {
  const f = await readFunction(text)
  if (f === undefined) return problemOf(text, point, wrt) as { f: (x: unknown) => unknown; x: unknown; names: string[] }
  if (wrt === undefined) return { f, x: point, names: Object.keys(point) }
  const x = Object.fromEntries(wrt.map(name => [name, point[name]]))
  return { f: (changed: unknown) => f({ ...point, ...(changed as object) }), x, names: wrt }
}

/** One result for people, or all as JSON. */
function print(output: Output, { json }: Options, result: { [name: string]: unknown }, names: readonly string[]): void {
  if (json === true) {
    output.write(`${JSON.stringify({ variables: names, ...result })}\n`)
    return
  }
  for (const [name, each] of Object.entries(result)) {
    output.write(name === 'plan' ? `${paint(output, 'dim', String(each))}\n` : `${showDerivatives(each, names)}\n`)
  }
}
