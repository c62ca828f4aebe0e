import { type Complex, type MathType, matrix, sparse, type Unit, unit } from 'mathjs'
import { toValue } from '../core/dispatch.ts'
import { DualtapeError, describe } from '../core/errors.ts'
import { sizeOfShape } from '../core/shape.ts'
import { isNumericTypedArray, Tensor, tensor } from '../core/tensor.ts'
import { isTraced, Traced } from '../core/traced.ts'
import type { Value } from '../core/types.ts'

/** A function of an expression, or one of the table. */
export class FunctionValue {
  readonly name: string
  /** How many arguments it takes; undefined where that varies. */
  readonly arity: number | undefined
  readonly call: (args: readonly unknown[]) => unknown

  constructor(name: string, arity: number | undefined, call: (args: readonly unknown[]) => unknown) {
    this.name = name
    this.arity = arity
    this.call = call
  }
}

/** Several results by name, such as those of `eigs` and `qr`. */
export class Fields {
  readonly fields: ReadonlyMap<string, unknown>

  constructor(fields: Readonly<Record<string, unknown>>) {
    this.fields = new Map(Object.entries(fields))
  }
}

/** Positions along each axis, as `index(…)` gives them: counted from 1, a number where the axis is dropped. */
export class Positions {
  readonly axes: readonly (number | Tensor)[]

  constructor(axes: readonly (number | Tensor)[]) {
    this.axes = axes
  }
}

/** What to do about quantities with units: refuse them, or take their numbers in SI base units. */
export type Units = 'refuse' | 'strip'

/** A value of a scope as operators take it: arrays, typed arrays and mathjs matrices as tensors. */
export function fromScope(name: string, value: unknown, units: Units = 'refuse'): unknown {
  if (typeof value === 'number' || typeof value === 'boolean' || typeof value === 'function' || value instanceof Tensor || isTraced(value)) return value
  try {
    if (Array.isArray(value) || isNumericTypedArray(value)) return toValue(name, value)
    if (isMatrix(value)) return toValue(name, value.toArray())
  } catch (error) {
    throw new DualtapeError(`The variable ${name} has entries that are no numbers, or rows of different lengths. ${(error as Error).message}`)
  }
  if (isUnit(value)) {
    if (units === 'strip') return numberOf(value)
    throw new DualtapeError(`The variable ${name} is a quantity with a unit, ${value}. { units: 'strip' } takes its number in SI base units.`)
  }
  throw new DualtapeError(`The variable ${name} is ${describeValue(value)}; numbers, arrays and matrices of numbers can be differentiated.`)
}

/** The number of a quantity in SI base units. */
export function numberOf(quantity: Unit): number {
  return (quantity.toSI() as unknown as { value: number }).value
}

/** The quantity that a name stands for in mathjs, such as 1 cm for cm; undefined if it is none. */
export function quantityNamed(name: string): Unit | undefined {
  try {
    return unit(1, name)
  } catch {
    return undefined
  }
}

/** A plain value as mathjs' own functions take it. */
export function toMathjs(value: unknown): MathType {
  return (value instanceof Tensor ? matrix(value.toArray() as number[]) : value) as MathType
}

/** A result of mathjs' own functions as a value of expressions. */
export function fromMathjs(name: string, value: unknown): unknown {
  if (typeof value === 'number' || typeof value === 'boolean' || typeof value === 'string') return value
  if (isMatrix(value)) return tensor(value.toArray() as number[])
  if (Array.isArray(value)) return tensor(value as number[])
  throw new DualtapeError(`${name} gives ${describeValue(value)}; only real numbers can be differentiated.`)
}

/** How to call what is no number: by mathjs' name where it has one. */
export function describeValue(value: unknown): string {
  if (typeof value === 'string') return `the text ${JSON.stringify(value.length > 40 ? `${value.slice(0, 40)}…` : value)}`
  if (typeof value === 'bigint') return `a bigint, ${value}`
  if (value instanceof FunctionValue) return `the function ${value.name}`
  if (value instanceof Fields) return `several results (${[...value.fields.keys()].join(', ')})`
  if (value instanceof Positions) return 'an index'
  const type = typeOfMathjs(value)
  if (type === 'Complex') return `the complex number ${value as Complex}`
  if (type !== undefined) return `a ${type}, ${String(value)}`
  return describe(value)
}

/** mathjs' classes carry their name in their prototype. */
function typeOfMathjs(value: unknown): string | undefined {
  if (typeof value !== 'object' || value === null) return undefined
  const { type } = Object.getPrototypeOf(value) ?? {}
  return typeof type === 'string' ? type : undefined
}

function isUnit(value: unknown): value is Unit {
  return typeOfMathjs(value) === 'Unit'
}

export function isMatrix(value: unknown): value is { toArray(): unknown; type: string } {
  return typeof value === 'object' && value !== null && 'isMatrix' in value && value.isMatrix === true
}

export function isSparse(value: unknown): boolean {
  return isMatrix(value) && value.type === 'SparseMatrix'
}

/** How arrays of numbers are given back. */
export type OutputKind = 'array' | 'matrix' | 'sparse'

/** Tensors anywhere in a tree as nested arrays or mathjs matrices. */
export function toOutput(tree: unknown, kind: OutputKind): unknown {
  if (isTraced(tree)) return tree
  if (tree instanceof Tensor) {
    const array = tree.toArray() as number[]
    if (kind === 'array' || tree.rank === 0) return array
    return kind === 'sparse' && tree.rank <= 2 && sizeOfShape(tree.shape) > 0 ? sparse(array) : matrix(array)
  }
  if (tree instanceof Fields) return Object.fromEntries([...tree.fields].map(([key, each]) => [key, toOutput(each, kind)]))
  if (Array.isArray(tree)) {
    const entries = tree.flat(Number.POSITIVE_INFINITY)
    if (kind === 'array' || !entries.every(each => typeof each === 'number')) return tree.map(each => toOutput(each, kind))
    return kind === 'sparse' && Array.isArray(tree[0]) ? sparse(tree) : matrix(tree)
  }
  if (typeof tree === 'object' && tree !== null && Object.getPrototypeOf(tree) === Object.prototype)
    return Object.fromEntries(Object.entries(tree).map(([key, each]) => [key, toOutput(each, kind)]))
  return tree
}

/** Whether a value is a number, or stands for one. */
export function isScalar(x: unknown): x is number {
  return typeof x === 'number' || typeof x === 'boolean' || x instanceof Traced
}

/** Whether a value is something to compute with. */
export function isNumeric(x: unknown): x is Value {
  return isScalar(x) || x instanceof Tensor
}
