import { hessian } from '../jacobian/hessian.ts'
import { planJacobian } from '../jacobian/jacobian.ts'
import type { JacobianOptions } from '../jacobian/options.ts'
import { SparseMatrix } from '../jacobian/sparse-matrix.ts'
import { problemOf } from '../mathjs/problem.ts'
import { toOutput } from '../mathjs/values.ts'
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
  const planOptions: JacobianOptions = { mode: options.mode as JacobianOptions['mode'], output: options.sparse === true ? 'sparse' : 'dense' }
  if (command === 'grad') {
    const gradient = toOutput(grad(f as (x: unknown) => Scalarlike)(x), 'array')
    print(output, options, { gradient: Array.isArray(x) ? Object.fromEntries(names.map((name, i) => [name, (gradient as number[])[i]])) : gradient }, names)
  } else if (command === 'hessian') {
    print(output, options, { hessian: listed(hessian(f as (x: unknown) => Scalarlike, planOptions)(x)) }, names)
  } else {
    const plan = planJacobian(f, x, planOptions)
    const result = command === 'plan' ? { plan } : { jacobian: listed(plan.jacobian(x)), plan }
    print(output, options, result, names)
  }
}

/** Expression or function, argument, and the names of the scalar variables. */
export async function problemFor(text: string, point: { [name: string]: unknown }, wrt: string[] | undefined) {
  const f = await readFunction(text)
  if (f === undefined) return problemOf(text, point, wrt) as { f: (x: unknown) => unknown; x: unknown; names: string[] }
  if (wrt === undefined) return { f, x: point, names: Object.keys(point) }
  const x = Object.fromEntries(wrt.map(name => [name, point[name]]))
  return { f: (changed: unknown) => f({ ...point, ...(changed as object) }), x, names: wrt }
}

/** Derivatives as nested arrays; those of a sparse matrix as rows of [row, column, value], counted from 1. */
function listed(derivatives: unknown): unknown {
  if (!(derivatives instanceof SparseMatrix)) return toOutput(derivatives, 'array')
  const { rowPointers, columns, values, shape } = derivatives
  return Array.from({ length: shape[0] }, (_, i) => i).flatMap(i =>
    Array.from(values.slice(rowPointers[i], rowPointers[i + 1]), (value, k) => [i + 1, (columns[(rowPointers[i] as number) + k] as number) + 1, value]),
  )
}

/** One result for people, or all as JSON. */
function print(output: Output, { json, sparse }: Options, result: { [name: string]: unknown }, names: readonly string[]): void {
  if (json === true) {
    output.write(`${JSON.stringify({ variables: names, ...result })}\n`)
    return
  }
  for (const [name, each] of Object.entries(result)) {
    output.write(
      name === 'plan' ? `${paint(output, 'dim', String(each))}\n` : `${showDerivatives(each, sparse === true ? ['row', 'column', 'value'] : names)}\n`,
    )
  }
}
