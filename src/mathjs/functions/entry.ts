/** What functions may ask of the evaluation that calls them. */
export interface Context {
  /** The plain value of an argument that is a number to count or choose with; guarded while a function is compiled. */
  known(x: unknown, what: string): number
  /** The same for a list of numbers. */
  knownList(x: unknown, what: string): number[]
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

export interface Entry {
  kind: Kind
  /** A restriction, or why the function is refused. */
  note?: string
  /** Undefined for what is constant (mathjs' own function is called) or refused. */
  call?: Call
  /** Whether mathjs gives a complex number where this gives NaN. */
  real?: boolean
  /** Whether some arguments are texts or functions. */
  any?: boolean
}

export type Entries = { readonly [name: string]: Entry }

// biome-ignore lint/suspicious/noExplicitAny: each function checks its arguments by itself
type Call = (args: any, context: Context) => unknown
type Options = Omit<Entry, 'kind' | 'call'>

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

/** Entries for functions that take no variables that are differentiated by: mathjs computes them. */
export function constant(note: string, names: string): Entries {
  return Object.fromEntries(names.split(' ').map(name => [name, { kind: 'constant', note }]))
}
