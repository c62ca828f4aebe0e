import { Tensor } from '../../core/tensor.ts'
import type { Value } from '../../core/types.ts'

/** What functions may ask of the evaluation that calls them. */
export interface Context {
  /** Where dimensions and positions begin: at 1 in expressions, at 0 where a JavaScript program calls. */
  readonly first: 0 | 1
  /**
   * The plain values of numbers that only choose, such as how many entries a range has. `why` tells where a derivative by
   * them does not exist, since they choose otherwise beside these values: none may be differentiated by there.
   */
  chosen(numbers: readonly Value[], why: (...numbers: number[]) => string | undefined): number[]
  /** The answer to a condition, as JavaScript gives it for `if`. */
  truth(x: unknown): boolean
  /** Calls a function value with some of these arguments, as many as it takes. */
  call(f: unknown, args: readonly unknown[]): unknown
  /** Takes note of operations ahead, and of the entries of an array to be made. */
  spend(operations: number, entries?: number): void
}

/**
 * Whether a function of mathjs can be differentiated here: wherever it is smooth; only in the sense that its derivative is 0
 * wherever it has one; not at all, so that it takes no variables that are differentiated by; or not at all in expressions.
 */
export type Kind = 'differentiable' | 'piecewise' | 'constant' | 'refused'

/**
 * An argument that counts or chooses, such as a dimension. The function gets it as a plain number or tensor; one that
 * depends on what is differentiated by is refused before. This is the only way for a function to read a number.
 */
export interface ConstantArgument {
  what: string
  /** Its position, from 0; negative from the end. */
  at: number | 'all'
  /** Whether that holds only beside an array as first argument, and for no array itself: among numbers it is one more of them. */
  besideArray?: boolean
  /** Whether it is counted from 1 in expressions and from 0 in JavaScript. */
  counted?: boolean
}

/** A dimension of the array that is the first argument. */
export const DIMENSION: ConstantArgument = { what: 'the dimension', at: 1, besideArray: true, counted: true }
/** Sizes, of arrays or one by one. */
export const SIZES: ConstantArgument = { what: 'the size', at: 'all' }

export interface Entry {
  kind: Kind
  /** A restriction, or why the function is refused. */
  note?: string
  /** Undefined for what is constant (mathjs' own function is called) or refused. */
  call?: Call
  /** Of what mathjs computes itself: about how many operations it takes, which is looked at before the call. */
  cost?: Cost
  /** The arguments that count or choose; all others are differentiated. */
  constants?: readonly ConstantArgument[]
  /** How many arguments are read, where mathjs takes more for units and their like. */
  takes?: number
  /** Whether mathjs gives a complex number where this gives NaN. */
  real?: boolean
  /** Whether some arguments are texts or functions. */
  any?: boolean
  /** Whether the last argument may be a formula in a variable of its own, as in `filter(v, x > 3)`. */
  inline?: boolean
}

export type Entries = { readonly [name: string]: Entry }

// biome-ignore lint/suspicious/noExplicitAny: each function checks its arguments by itself
type Call = (args: any, context: Context) => unknown
type Options = Omit<Entry, 'kind' | 'call' | 'cost'>

/** Operations for arguments, each given as the list of its entries. */
export type Cost = (...args: ArrayLike<number>[]) => number

/** An entry for a function that is smooth almost everywhere. */
export function smooth(call: Call, options: Options = {}): Entry {
  return { kind: 'differentiable', call, ...options }
}

/** An entry for a function of numbers alone, with its arguments as JavaScript passes them. */
export function of(f: (...args: never[]) => unknown, options: Options = {}): Entry {
  return smooth(args => (f as (...args: unknown[]) => unknown)(...args), options)
}

/** An entry for a function whose derivative is 0 wherever it has one. */
export function piecewise(call: Call, options: Options = {}): Entry {
  return { kind: 'piecewise', call, ...options }
}

/** Entries for functions that are refused, all for one reason. */
export function refused(note: string, names: string): Entries {
  return Object.fromEntries(names.split(' ').map(name => [name, { kind: 'refused', note }]))
}

/** Entries for functions that take no variables that are differentiated by: mathjs computes them, at this cost. */
export function constant(note: string, names: string, cost: Cost): Entries {
  return Object.fromEntries(names.split(' ').map(name => [name, { kind: 'constant', note, cost }]))
}

/** What the argument at a position counts or chooses; undefined for one that is differentiated. */
export function constantAt({ constants = [] }: Entry, position: number, args: readonly unknown[]): ConstantArgument | undefined {
  return constants.find(({ at, besideArray = false }) => {
    if (at !== 'all' && position !== (at < 0 ? args.length + at : at)) return false
    return !besideArray || (position > 0 && args[0] instanceof Tensor && !(args[position] instanceof Tensor))
  })
}
