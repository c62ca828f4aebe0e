import { counted } from '../core/counted.ts'
import { sub } from '../ops/arithmetic.ts'
import { minimize } from '../solve/minimize.ts'
import type { SolveResult } from '../solve/result.ts'
import { root } from '../solve/root.ts'
import { boundsOf } from './bounds.ts'
import { readPoint } from './input.ts'
import { readModel } from './model.ts'
import { asArrays, asJson, type Output, type Progress, paint, showDerivatives, showNumber } from './output.ts'
import { expressions } from './problem.ts'
import { type Options, UsageError } from './usage.ts'

type Values = { readonly [name: string]: unknown }
type Formula = (x: Values) => unknown

/** What stands on both sides of a comparison, or an expression by itself. */
interface Relation {
  readonly f: Formula
  readonly operator: string | undefined
}

/** Finds the minimum of an expression or function, or where it is 0, and prints it; false where there is none. */
export async function runSolve(command: 'minimize' | 'root', text: string | undefined, options: Options, output: Output, progress: Progress): Promise<boolean> {
  if (text === undefined)
    throw new UsageError(`${command} needs ${command === 'root' ? "equations, for example 'x^2 = 2'" : "an expression, for example '(x-1)^2'"}.`)
  if (options.start === undefined) throw new UsageError(`${command} needs --start x=…,y=…: where to begin, a value for every unknown.`)
  const start = readPoint('--start', options.start)
  const constants = options.at === undefined ? {} : readPoint('--at', options.at)
  const both = Object.keys(constants).find(name => Object.hasOwn(start, name))
  if (both !== undefined) throw new UsageError(`${command}: ${both} is an unknown, with a value of --start, so that it takes none of --at.`)
  const model = await readModel(text)
  const read = async (part: string) => relationOf((await expressions()).formulaOf, part, constants)
  const method = options.method === undefined ? {} : ({ method: options.method } as object)
  const callback = ({ iteration, value }: { iteration: number; value: unknown }) =>
    progress.show(`iteration ${iteration}${typeof value === 'number' ? `, value ${showNumber(value)}` : ''}`)
  let result: SolveResult<Values, unknown>
  if (command === 'root') {
    const parts = model === undefined ? await Promise.all(partsOf(text).map(read)) : []
    const wrong = parts.find(({ operator }) => operator !== undefined && !operator.startsWith('='))
    if (wrong !== undefined) throw new UsageError(`root: ${wrong.operator} is no equation. Write left = right, or what is to be 0.`)
    const [only] = parts
    const f = model !== undefined ? withConstants(model.f, constants) : parts.length === 1 && only ? only.f : (x: Values) => parts.map(each => each.f(x))
    result = root(f as (x: Values) => number, start, { ...method, callback }) as SolveResult<Values, unknown>
  } else {
    const relations = partsOf(options['subject-to'] ?? '')
    if (relations.length === 0 && options['subject-to'] !== undefined) throw noConstraints()
    const constraints = await Promise.all(relations.map(read))
    const f = model !== undefined ? withConstants(model.f, constants) : (await read(text)).f
    result = minimize(f as (x: Values) => number, start, {
      ...method,
      ...(constraints.length > 0 && { constraints: constraints.map(constraintOf) as never }),
      ...((options.lower !== undefined || options.upper !== undefined) && { bounds: boundsOf(options, start) as never }),
      callback,
    }) as unknown as SolveResult<Values, unknown>
  }
  progress.done()
  const { status, message, iterations, evaluations, plan } = result
  const [x, value] = [asArrays(result.x), asArrays(result.value)]
  if (options.json === true) output.write(asJson({ x, value, status, message, iterations, evaluations, plan }))
  else {
    output.write(`${showDerivatives(x, [])}\n${command === 'root' ? '' : `value ${showDerivatives(value, [])}\n`}`)
    output.write(`after ${counted(iterations, 'iteration')}: ${message}\n${paint(output, 'dim', `${plan.method}: ${plan.why}`)}\n`)
  }
  if (status !== 'converged') process.stderr.write(`dualtape: ${command} ended as ${status}: ${message}\n`)
  return status === 'converged'
}

/** Relations that are parted by semicolons outside brackets. */
function partsOf(text: string): string[] {
  const parts = ['']
  let depth = 0
  for (const letter of text) {
    depth += '([{'.includes(letter) ? 1 : ')]}'.includes(letter) ? -1 : 0
    if (letter === ';' && depth === 0) parts.push('')
    else parts[parts.length - 1] += letter
  }
  return parts.map(part => part.trim()).filter(part => part !== '')
}

/** A relation as the difference of its sides, which is compared with 0. */
function relationOf(
  formulaOf: (text: string, columns: { [name: string]: number[] }) => Formula | ((x: never) => unknown),
  text: string,
  constants: Values,
): Relation {
  const sides = text.split(/(<=|>=|==|=|<|>)/)
  if (sides.length > 3) throw new UsageError(`${text}: one comparison is wanted, left <= right, but ${(sides.length - 1) / 2} are there.`)
  const [left, right] = [sides[0], sides[2]].map(side => side && withConstants(formulaOf(side, {}) as Formula, constants))
  if (typeof left !== 'function' || (sides.length === 3 && typeof right !== 'function')) throw new UsageError(`${text}: a side is empty.`)
  return { f: typeof right === 'function' ? x => sub(left(x) as number, right(x) as number) : left, operator: sides[1] }
}

function withConstants(f: (x: never) => unknown, constants: Values): Formula {
  return x => f({ ...constants, ...x } as never)
}

function constraintOf({ f, operator }: Relation): { equals: Formula } | { atMost: Formula } {
  if (operator === undefined) throw noConstraints()
  if (operator.startsWith('=')) return { equals: f }
  return { atMost: operator.startsWith('<') ? f : x => sub(0, f(x) as number) }
}

function noConstraints(): UsageError {
  return new UsageError("--subject-to is a list of comparisons, as 'x + y <= 1; x = 2*z'.")
}
