import type { Options } from './options.ts'
import type { Shape } from './shape.ts'
import type { DType } from './tensor.ts'
import type { Value } from './types.ts'

/** Where entries stand in a tensor, row-major: one after the other from a position on, or each at a position of its own (−1: nowhere). */
export type Positions = number | Int32Array

/** A function of the operands that is linear in its tangents: the derivative of one application of an operator. */
export interface LinearMap {
  /** Tangent of the result from the operands' tangents; `undefined` is a tangent that is zero by structure. */
  push(tangents: readonly (Value | undefined)[]): Value | undefined
  /** Cotangents of the operands. Left out where it is to be derived by transposing `push`. */
  pull?(cotangent: Value): readonly (Value | undefined)[]
  /** For elementwise operators: one partial per operand, `undefined` where it is zero by structure; a function where they are not computed yet. */
  partials?: Partials | (() => Partials)
  /** For an operator whose result is made of entries of its only operand: where they stand there. The pullback adds to these alone. */
  positions?: Positions
}

export type Partials = readonly (Value | undefined)[]

/** The partials of a linear map that has some. */
export function partialsOf({ partials }: LinearMap): Partials | undefined {
  return typeof partials === 'function' ? partials() : partials
}

/** What people and tools read about an operator. */
export interface Description {
  name: string
  /** One line. */
  summary: string
  /** TeX. */
  formula: string
  /** Where the operator is defined, in words; everywhere if left out. */
  domain?: string
  /** What holds at kinks, poles and boundaries. */
  convention?: string
  /** What other libraries call it, with their prefix: np, scipy, jax or jnp, torch, and tf for TensorFlow.js. */
  names?: readonly string[]
  /** Where the formula comes from, if it is not school mathematics. */
  citation?: string
  /** How many of the first arguments are differentiated, or which: all of an elementwise operator, else the first if left out. */
  operands?: number | readonly number[]
  /** What it takes behind its operands; every call is checked against it. See `src/core/options.ts`. */
  options?: Options
  /** The options that may also be given by position, in this order. */
  bare?: readonly string[]
  /** How many arguments come before the options; left out by authors, whose functions say it by their own. */
  takes?: number
  /** Whether a tensor that it gives may live in the buffer of an operand. Of a user's operator that is taken for granted. */
  shares?: boolean
  /**
   * Whether a user has defined it: it may compute with numbers that are neither operands nor parameters, a program that calls it may
   * be called from inside itself, and its name says nothing.
   */
  ofUser?: boolean
  /** What it puts the entries together with that it reduces, one after the other. Left out where it is no such reduction. */
  combines?: '+' | 'Math.max' | 'Math.min'
  /** Of which entry along its axes, which follow each other, it gives the place: NaN before others, of those that tie the first. */
  finds?: 'largest' | 'smallest'
  /** Whether no entry of its result is ever −0. */
  neverMinusZero?: boolean
  /** The operands whose dtypes make that of the result: all of them if left out. An index or a mask does not. */
  typedBy?: readonly number[]
  /** Whether it gives integers for integers. Left out, it gives doubles for them. */
  integral?: boolean
  /** The dtype of every tensor that it gives, where that is always the same. */
  gives?: DType
  /** Whether it may compute with float32 operands as they are, where that is faster: its parameters then hold `single`. */
  singles?: boolean
  /** Whether it only stores its operand in another way: differences of its values then show what is rounded, not its derivative. */
  casts?: boolean
  /** Whether to compute it again costs less than to store its result and to read it. */
  cheap?: boolean
  /** For what adds its second operand to the first, as it is or negated, the factor. */
  adds?: 1 | -1
  /** How its steps in graphs are checked. Left out where it has none, for elementwise operators, and for those of users. */
  step?: StepRule
  /** Argument lists at which the tests check every rule. */
  samples: readonly (readonly unknown[])[]
}

/** What makes a step of a graph right, for what reads graphs from files. */
export interface StepRule {
  /** How many operands there are; any number if left out. */
  readonly arity?: number
  /** The parameters, all of which are given but those that are neither required nor have a default. Left out where there are none. */
  readonly params?: Options
  /**
   * The shape of the result, from those of the operands; those of rank 0 are no scalars. Throws a ShapeError for operands and
   * parameters that do not fit.
   */
  // biome-ignore lint/suspicious/noExplicitAny: the parameters are what this operator's own signature returns
  shape(shapes: readonly Shape[], params: any): Shape
  /** Whether the result is made of truths: always, or where a tensor of them is given. */
  readonly mask?: 'always' | 'kept'
}

export type Kind = 'elementwise' | 'linear' | 'multilinear' | 'composite' | 'custom'

/** Merges sets of input indices, which are known by number; 0 is the empty set. */
export interface SetLattice {
  union(a: number, b: number): number
}

/** What may be known of operands when the structure of a derivative is asked for. */
export interface ConstantOperands {
  /**
   * For an operand that depends on no input, 1 at its entries that are exactly this number; undefined for one that depends on some,
   * and where no entry is.
   */
  where(operand: number, element: number): Uint8Array | undefined
}

/** An operator as interpreters see it. */
export interface Definition extends Description {
  readonly kind: Kind
  /** Whether the result is true or false per entry. */
  readonly mask?: boolean
  /** False where the derivative is zero everywhere by structure, as for masks: such a result is never traced. */
  readonly differentiable: boolean
  /** Whether the derivative with respect to the active operands is the same everywhere. */
  affine?(active: readonly boolean[]): boolean
  /**
   * The set of inputs that each entry of the result depends on, from those of the operands' entries (`undefined` for an
   * operand that depends on none). Left out where every entry depends on every entry of the operands.
   */
  pattern?(
    sets: readonly (Int32Array | undefined)[],
    shapes: readonly Shape[],
    outShape: Shape,
    params: unknown,
    lattice: SetLattice,
    constants: ConstantOperands,
  ): Int32Array
  /**
   * The result for a batch: operands that are batched have a leading axis of that length, and so has the result. Left out
   * where there is no way but one item after the other.
   */
  // biome-ignore lint/suspicious/noExplicitAny: the parameters are what this operator's own signature returns
  batch?(operands: readonly any[], batched: readonly boolean[], size: number, params: any): Value
  /**
   * For an operator that refuses operands by their numbers: a result of the right kind for those, where they only stand for
   * others, as while the body of a loop is traced.
   */
  // biome-ignore lint/suspicious/noExplicitAny: as above
  example?(operands: readonly any[], params: any): Value
  /** The result on plain numbers and tensors. */
  evaluate(operands: readonly Value[], params: unknown): Value
  /** The result as other operators make it, for transforms that take no derivative. Left out where there are none to take its place. */
  // biome-ignore lint/suspicious/noExplicitAny: the parameters are what this operator's own signature returns
  compose?(operands: readonly any[], params: any): Value
  /** The parameters with which reverse mode computes the result, where those of the call would leave too little to its cotangents. */
  // biome-ignore lint/suspicious/noExplicitAny: as above
  recorded?(params: any): unknown
  /** The derivative at `primals`, where the result is `out`, for the operands marked active. */
  linearize(primals: readonly Value[], out: Value, params: unknown, active: readonly boolean[]): LinearMap
}
