import { DualtapeError } from '../core/errors.ts'
import { readPoint } from './input.ts'
import { type Model, readModel } from './model.ts'
import { withPeer } from './peer.ts'
import { type Command, type Options, UsageError } from './usage.ts'

/** What a command differentiates, where, and by what. */
export interface Problem {
  readonly f: (x: unknown) => unknown
  /** The list of the variables' values where all are numbers in an expression; else an object by name. */
  readonly x: unknown
  readonly names: readonly string[]
}

/** The expression or function of a command line, at its point. */
export async function readProblem(command: Command, text: string | undefined, options: Options): Promise<Problem> {
  if (text === undefined) throw new UsageError(`${command} needs an expression or file.js#name.`)
  const wrt = options.wrt?.split(',').map(each => each.trim())
  const model = await readModel(text)
  if (model !== undefined) {
    if (options.at === undefined) throw withoutPoint(command, namesRead(model), 'an object')
    return problemOfModel(model, readPoint('--at', options.at), wrt)
  }
  const { problemOf, variablesOf } = await expressions()
  if (options.at === undefined) throw withoutPoint(command, variablesOf(text), 'variables')
  return problemOf(text, readPoint('--at', options.at), wrt) as Problem
}

/** What reads expressions. */
export function expressions() {
  return withPeer('mathjs', 'An expression', () => import('./expressions.ts'))
}

function problemOfModel({ name, f }: Model, point: { [name: string]: unknown }, wrt: readonly string[] | undefined): Problem {
  if (wrt === undefined) return { f, x: point, names: Object.keys(point) }
  const unknown = wrt.find(each => !Object.hasOwn(point, each))
  if (unknown !== undefined)
    throw new DualtapeError(`--wrt: ${unknown} is no variable of the point at which ${name} is taken, which has ${Object.keys(point).join(', ') || 'none'}.`)
  const x = Object.fromEntries(wrt.map(each => [each, point[each]]))
  return { f: changed => f({ ...point, ...(changed as object) }), x, names: wrt }
}

function withoutPoint(command: Command, names: readonly string[], what: string): UsageError {
  const example = names.map(name => `${name}=…`).join(',')
  return new UsageError(
    names.length === 0
      ? `${command} needs a point to be at: the values of its ${what}, as --at x=…,y=… or --at point.json.`
      : `${command} needs values for ${names.join(', ')}: --at ${example}, or a JSON file that has them.`,
  )
}

/** The names of a function's parameters, or those that it reads from its argument, as far as it comes when all are 1. */
function namesRead({ f, variables }: Model): readonly string[] {
  if (variables.length > 0) return variables
  const names = new Set<string>()
  const get = (_: object, name: string | symbol) => {
    if (typeof name === 'string') names.add(name)
    return 1
  }
  try {
    f(new Proxy({}, { get }))
  } catch {
    // It wanted something else than numbers: what it has read until then is known.
  }
  return [...names]
}
