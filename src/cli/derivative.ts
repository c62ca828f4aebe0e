import { hessian } from '../jacobian/hessian.ts'
import { planJacobian } from '../jacobian/jacobian.ts'
import type { JacobianOptions } from '../jacobian/options.ts'
import { SparseMatrix } from '../jacobian/sparse-matrix.ts'
import { grad, type Scalarlike } from '../reverse/grad.ts'
import { asArrays, asJson, type Output, paint, showDerivatives } from './output.ts'
import { readProblem } from './problem.ts'
import type { Options } from './usage.ts'

/** The commands that differentiate at a point. */
export async function runDerivative(
  command: 'jacobian' | 'grad' | 'hessian' | 'plan',
  text: string | undefined,
  options: Options,
  output: Output,
): Promise<void> {
  const { f, x, names } = await readProblem(command, text, options)
  const planOptions: JacobianOptions = { mode: options.mode as JacobianOptions['mode'], output: options.sparse === true ? 'sparse' : 'dense' }
  if (command === 'grad') {
    const gradient = listed(grad(f as (x: unknown) => Scalarlike)(x))
    print(output, options, { gradient: Array.isArray(x) ? Object.fromEntries(names.map((name, i) => [name, (gradient as number[])[i]])) : gradient }, names)
  } else if (command === 'hessian') {
    print(output, options, { hessian: listed(hessian(f as (x: unknown) => Scalarlike, planOptions)(x)) }, names)
  } else {
    const plan = planJacobian(f as (x: unknown) => Scalarlike, x, planOptions)
    const result = command === 'plan' ? { plan } : { jacobian: listed(plan.jacobian(x)), plan }
    print(output, options, result, names)
  }
}

/** Derivatives as nested arrays; those of a sparse matrix as rows of [row, column, value], counted from 1. */
function listed(derivatives: unknown): unknown {
  if (!(derivatives instanceof SparseMatrix)) return asArrays(derivatives)
  const { rowPointers, columns, values, shape } = derivatives
  return Array.from({ length: shape[0] }, (_, i) => i).flatMap(i =>
    Array.from(values.slice(rowPointers[i], rowPointers[i + 1]), (value, k) => [i + 1, (columns[(rowPointers[i] as number) + k] as number) + 1, value]),
  )
}

/** One result for people, or all as JSON. */
function print(output: Output, { json, sparse }: Options, result: { [name: string]: unknown }, names: readonly string[]): void {
  if (json === true) {
    output.write(asJson({ variables: names, ...result }))
    return
  }
  for (const [name, each] of Object.entries(result)) {
    output.write(
      name === 'plan' ? `${paint(output, 'dim', String(each))}\n` : `${showDerivatives(each, sparse === true ? ['row', 'column', 'value'] : names)}\n`,
    )
  }
}
