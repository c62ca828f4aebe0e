import { describe, OptionError } from './errors.ts'
import { isTraced } from './traced.ts'
import { isPlainObject } from './tree.ts'

/*
 * What an operator takes behind its operands is declared once, in its definition: from there come the checks, the types
 * (`OptionsOf`, `Read`) and the reference of operators.
 */

/** What an option may be. All kinds but `differentiable` hold constants, so that nothing traced passes for one. */
export interface OptionKind<T> {
  /** In words that follow "is". */
  readonly wants: string
  accepts(given: unknown): given is T
}

/** One option. */
export interface Option<T = unknown> {
  /** Its kind, or the list of values that it may have. */
  readonly is: OptionKind<T> | readonly T[]
  /** What it is where it is not given; undefined if left out. */
  readonly default?: T
  /** Whether it must be given. */
  readonly required?: true
  /** For people, in one line. */
  readonly says?: string
}

export type Options = { readonly [name: string]: Option }

type ValueOf<O extends Option> = O['is'] extends readonly (infer T)[] ? T : O['is'] extends OptionKind<infer T> ? T : never
type RequiredOf<O extends Options> = { [K in keyof O]: O[K] extends { required: true } ? K : never }[keyof O]

/** The options as users give them. */
export type OptionsOf<O extends Options> = { -readonly [K in RequiredOf<O>]: ValueOf<O[K]> } & {
  -readonly [K in Exclude<keyof O, RequiredOf<O>>]?: ValueOf<O[K]>
}

/** The options as the operator's author reads them, complete. */
export type Read<O extends Options> = {
  -readonly [K in keyof O]: ValueOf<O[K]> | (O[K] extends { required: true } | { default: unknown } ? never : undefined)
}

/** The arguments behind the operands: options in an object, before which the bare ones may be given by position. */
export type Given<O, Bare extends readonly (keyof O)[] = []> =
  | (Partial<O> extends O ? [options?: O] : [options: O])
  | (Bare extends readonly [infer K extends keyof O, ...infer Others]
      ? [bare: O[K], ...Given<Omit<O, K>, Extract<Others, readonly (keyof Omit<O, K>)[]>>]
      : never)

/** Who takes which options. */
export interface Taker {
  readonly name: string
  readonly options?: Options | undefined
  /** The options that may be given by position behind the operands, in this order. */
  readonly bare?: readonly string[] | undefined
}

/** The arguments of a call with those behind the first `takes` read as options, into one complete object. */
export function readArguments(taker: Taker, takes: number, args: readonly unknown[]): readonly unknown[] {
  const { options } = taker
  const read = args.slice(0, takes)
  if (options === undefined) {
    if (args.length > takes) refuseMore(taker, takes, args)
    return read
  }
  // An operator that takes two more by position, such as a place and a shape, is given them.
  const byMethod = (taker.bare ?? []).length < 2 && isCallOfArrayMethod(takes, args)
  read[takes] = readOptions(taker, options, takes, byMethod ? read : args)
  return read
}

function readOptions(taker: Taker, options: Options, takes: number, args: readonly unknown[]): Record<string, unknown> {
  const { name, bare = [] } = taker
  const last = args.length > takes ? args[args.length - 1] : undefined
  const named: Record<string, unknown> = isPlainObject(last) ? last : {}
  const end = last === named ? args.length - 1 : args.length
  const read: Record<string, unknown> = {}
  for (const key in options) {
    const option = options[key] as Option
    const place = bare.indexOf(key)
    const position = place < 0 || takes + place >= end ? undefined : args[takes + place]
    const given = Object.hasOwn(named, key) ? named[key] : undefined
    if (given !== undefined && position !== undefined) throw new OptionError(`${name}: ${key} is given twice, by position and as an option.`)
    const value = given === undefined ? position : given
    if (value !== undefined) checkOption(name, key, option, value)
    else if (option.required) throw new OptionError(`${name}: ${key} is missing: it is ${wants(option)}.`)
    read[key] = value === undefined ? option.default : value
  }
  if (end > takes + bare.length && args[end - 1] !== undefined) refuseMore(taker, takes, args)
  checkNames(name, Object.keys(named), Object.keys(options))
  return read
}

function checkOption(name: string, key: string, option: Option, given: unknown): void {
  if ('accepts' in option.is ? option.is.accepts(given) : option.is.includes(given)) return
  const constant = isTraced(given) || (Array.isArray(given) && given.some(isTraced))
  throw new OptionError(
    constant
      ? `${name}: ${key} is ${wants(option)} that does not change, but a traced value was given, whose derivative would be lost. Give the number itself, or value(${key}) where no derivative is to pass.`
      : `${name}: ${key} is ${wants(option)}, not ${describe(given)}.`,
  )
}

function wants({ is }: Option): string {
  return 'wants' in is ? is.wants : is.map(each => (typeof each === 'string' ? `'${each}'` : String(each))).join(' or ')
}

/** Refuses options that do not exist. */
export function checkNames(name: string, given: readonly string[], known: readonly string[]): void {
  const unknown = given.find(each => !known.includes(each))
  if (unknown === undefined) return
  const shared = (each: string) => {
    let length = 0
    while (length < each.length && each[length]?.toLowerCase() === unknown[length]?.toLowerCase()) length++
    return length
  }
  const near = known.find(each => shared(each) >= Math.min(2, each.length) && known.every(other => shared(other) <= shared(each)))
  throw new OptionError(
    `${name}: there is no option ${unknown}. ${known.length === 0 ? 'It takes none' : `Options: ${known.join(', ')}`}.${near === undefined ? '' : ` Did you mean ${near}?`}`,
  )
}

/** Refuses more arguments than there are, but for those that methods of lists pass. */
export function refuseMore({ name, options, bare = [] }: Taker, takes: number, args: ArrayLike<unknown>): void {
  if (isCallOfArrayMethod(takes, args) || Array.prototype.slice.call(args, takes).every(each => each === undefined)) return
  const last = args[args.length - 1]
  if (options === undefined && isPlainObject(last)) checkNames(name, Object.keys(last), [])
  const behind = `${bare.length > 0 ? `, then ${bare.join(', ')}` : ''}${options === undefined ? '' : ` and options in an object (${Object.keys(options).join(', ')})`}`
  throw new OptionError(
    `${name}: takes ${takes} operand${takes === 1 ? '' : 's'}${behind}, but ${args.length} arguments were given. ` +
      `Where a function passes an index, too, write x => ${name}(x).`,
  )
}

/** Whether the arguments are those that `map` and `reduce` of a list pass: the operand is the entry of the list at the index. */
export function isCallOfArrayMethod(takes: number, args: ArrayLike<unknown>): boolean {
  const [index, list] = [args[takes], args[takes + 1]]
  return args.length === takes + 2 && takes < 3 && typeof index === 'number' && Object.is((list as ArrayLike<unknown> | undefined)?.[index], args[takes - 1])
}
