import { isCallOfArrayMethod } from './array-methods.ts'
import { describe, OptionError } from './errors.ts'
import { withRoom } from './room.ts'
import { isTraced } from './traced.ts'
import { isPlainObject } from './tree.ts'

/*
 * What an operator takes behind its operands is declared once, in its definition: from there come the checks, the types
 * (`OptionsOf`, `Read`) and the reference of operators.
 */

/** What an option may be. Kinds hold constants, unless they say that what is traced may be given. */
export interface OptionKind<T> {
  /** In words that follow "is". */
  readonly wants: string
  /** Whether values of transforms may be given. */
  readonly traced?: true
  /** Whether a value is of the kind. */
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

/** Options by name. */
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

/** What users call: the author's function with the operands and, where options are declared, with all of them in one object. */
// biome-ignore lint/suspicious/noExplicitAny: every operator has arguments of its own
export function callWith<R>(taker: Taker, takes: number, author: (...args: any[]) => R): (...args: unknown[]) => R {
  const compute: typeof author = (...args) => {
    try {
      return author(...args)
    } catch (error) {
      throw withRoom(taker.name, error)
    }
  }
  if (taker.options === undefined) {
    return (...args) => {
      if (args.length > takes) refuseMore(taker, takes, args)
      return compute(...args)
    }
  }
  const { name } = taker
  const read = optionReader(taker.options, taker.bare, takes)
  if (takes === 1) return (...args) => compute(args[0], read(name, args))
  if (takes === 2) return (...args) => compute(args[0], args[1], read(name, args))
  return (...args) => compute(...Array.from({ length: takes }, (_, i) => args[i]), read(name, args))
}

/**
 * Reads the options among the arguments of a call, behind the first `takes`: checked, and complete. `name` begins messages.
 * Who gets the result does not change it.
 */
export function optionReader<O extends Options>(options: O, bare: readonly string[] = [], takes = 0): (name: string, args: readonly unknown[]) => Read<O> {
  const defaults: Record<string, unknown> = {}
  for (const key in options) defaults[key] = options[key]?.default
  const size = Object.keys(options).length
  const required = Object.keys(options).filter(key => options[key]?.required)
  const tests = Object.fromEntries(Object.entries(options).map(([key, option]) => [key, testOf(option)]))
  const put = (name: string, complete: Record<string, unknown>, key: string, given: unknown) => {
    if (given === undefined) given = defaults[key]
    else if (!(tests[key] as (given: unknown) => boolean)(given)) refuseOption(name, key, options[key] as Option, given)
    complete[key] = given
  }
  return function read(name, args) {
    let length = args.length
    while (length > takes && args[length - 1] === undefined) length--
    if (length <= takes && required.length === 0) return defaults as Read<O>
    const last = args[length - 1]
    const named = length > takes && isPlainObject(last) ? last : undefined
    let end = named === undefined ? length : length - 1
    if (end > takes + bare.length) {
      if (isCallOfArrayMethod(takes, args)) return read(name, args.slice(0, takes))
      if (args[end - 1] !== undefined) refuseMore({ name, options, bare }, takes, args)
      end = takes + bare.length
    }
    const complete: Record<string, unknown> = end - takes === size ? {} : { ...defaults }
    for (let i = takes; i < end; i++) put(name, complete, bare[i - takes] as string, args[i])
    if (named !== undefined) {
      for (const key in named) {
        if (!Object.hasOwn(tests, key)) refuseName(name, key, Object.keys(options))
        const place = takes + bare.indexOf(key)
        if (place >= takes && place < end && args[place] !== undefined && named[key] !== undefined) {
          throw new OptionError(`${name}: ${key} is given twice, by position and as an option.`)
        }
        put(name, complete, key, named[key])
      }
    }
    for (const key of required) {
      if (complete[key] === undefined) throw new OptionError(`${name}: ${key} is missing: it is ${wantedBy(options[key] as Option)}.`)
    }
    return complete as Read<O>
  }
}

function testOf({ is }: Option): (given: unknown) => boolean {
  return 'accepts' in is ? is.accepts : given => is.includes(given)
}

/** Whether an option may have a value. */
export function acceptedBy(option: Option, given: unknown): boolean {
  return testOf(option)(given)
}

function refuseOption(name: string, key: string, option: Option, given: unknown): never {
  const constant = isTraced(given) || (Array.isArray(given) && given.some(isTraced))
  throw new OptionError(
    constant
      ? `${name}: ${key} is ${wantedBy(option)} that does not change, but a traced value was given, whose derivative would be lost. Give the number itself, or value(${key}) where no derivative is to pass.`
      : `${name}: ${key} is ${wantedBy(option)}, not ${describe(given)}.`,
  )
}

/** What an option may be, in words that follow "is". */
export function wantedBy({ is }: Option): string {
  return 'wants' in is
    ? is.wants
    : is
        .map(each => (typeof each === 'string' ? `'${each}'` : String(each)))
        .join(', ')
        .replace(/, ([^,]*)$/, ' or $1')
}

/** Refuses options that do not exist, and what is no object of options. */
export function checkNames(name: string, given: unknown, known: readonly string[]): void {
  if (!isPlainObject(given)) throw new OptionError(`${name}: options stand in an object (${known.join(', ')}), but ${describe(given)} was given.`)
  for (const key in given) if (!known.includes(key)) refuseName(name, key, known)
}

function refuseName(name: string, unknown: string, known: readonly string[]): never {
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
  if (options === undefined && isPlainObject(last)) checkNames(name, last, [])
  if (takes === 0 && options !== undefined && args.length === 1) checkNames(name, last, Object.keys(options))
  const behind = `${bare.length > 0 ? `, then ${bare.join(', ')}` : ''}${options === undefined ? '' : ` and options in an object (${Object.keys(options).join(', ')})`}`
  throw new OptionError(
    `${name}: takes ${takes} operand${takes === 1 ? '' : 's'}${behind}, but ${args.length} arguments were given. ` +
      `Where a function passes an index, too, write x => ${name}(x).`,
  )
}
