import { type Complex, type MathType, matrix, type Unit, unit } from 'mathjs'
import { toValue } from '../core/dispatch.ts'
import { DualtapeError, describe } from '../core/errors.ts'
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

/** A value that a scope may hold as long as it is not used. */
export class Unreadable {
  readonly reason: string

  constructor(reason: string) {
    this.reason = reason
  }
}

/** What to do about quantities with units: refuse them, or take their numbers in SI base units. */
export type Units = 'refuse' | 'strip'

/** What to do about BigNumbers, fractions and bigints: refuse them, or take the nearest double. */
export type Numbers = 'refuse' | 'double'

/** How values of other kinds are read. */
export interface Reading {
  readonly units: Units
  readonly numbers: Numbers
}

export const STRICT: Reading = { units: 'refuse', numbers: 'refuse' }

/** A value as operators take it: arrays, typed arrays and mathjs matrices as tensors. `subject` begins its errors. */
export function fromScope(subject: string, value: unknown, reading: Reading = STRICT): unknown {
  if (typeof value === 'number' || typeof value === 'boolean' || typeof value === 'function' || value instanceof Tensor || isTraced(value)) return value
  if (value instanceof FunctionValue || value instanceof Fields) return value
  const read = reading.numbers === 'double' ? inDoubles(value) : value
  if (typeof read === 'number') return read
  try {
    if (Array.isArray(read) || isNumericTypedArray(read)) return toValue(subject, read)
    if (isMatrix(read)) return toValue(subject, read.toArray())
  } catch (error) {
    throw new DualtapeError(`${subject} has entries that are no numbers, or rows of different lengths. ${(error as Error).message}`)
  }
  if (isUnit(value)) {
    if (reading.units === 'strip') return numberOf(value)
    throw new DualtapeError(`${subject} is a quantity with a unit, ${value}. { units: 'strip' } takes its number in SI base units.`)
  }
  const advice = isOtherNumber(value) ? " { numbers: 'double' } takes the nearest double." : ''
  throw new DualtapeError(`${subject} is ${describeValue(value)}; numbers, arrays and matrices of numbers can be differentiated.${advice}`)
}

/** Whether a value is a real number of a kind that mathjs has beside doubles. */
export function isOtherNumber(value: unknown): boolean {
  return typeof value === 'bigint' || ['BigNumber', 'Fraction'].includes(typeOfMathjs(value) ?? '')
}

/** Numbers of other kinds as the nearest doubles, alone and in arrays. */
function inDoubles(value: unknown): unknown {
  if (isOtherNumber(value)) return Number(value)
  if (Array.isArray(value)) return value.map(inDoubles)
  return isMatrix(value) ? inDoubles(value.toArray()) : value
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

/** Whether a unit, such as degC, has its 0 elsewhere than the SI base unit. */
export function hasOffset(name: string): boolean {
  return numberOf(unit(0, name)) !== 0
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

/** A matrix of mathjs, which makes others of its class. */
export interface Matrix {
  toArray(): unknown
  create(entries: unknown): unknown
  readonly type: string
}

export function isMatrix(value: unknown): value is Matrix {
  return typeof value === 'object' && value !== null && 'isMatrix' in value && value.isMatrix === true
}

export function isSparse(value: unknown): value is Matrix {
  return isMatrix(value) && value.type === 'SparseMatrix'
}

/** How arrays of numbers are given back: as they are, as dense matrices, or as what is made of them. */
export type Output = 'array' | 'matrix' | ((array: unknown[], rank: number) => unknown)

/** Dense matrices, of the class of an example if there is one. */
export function denseLike(example: Matrix | undefined): Output {
  return example === undefined ? 'matrix' : array => example.create(array)
}

/** Sparse matrices of the class of an example, and other output for arrays that are no matrices. */
export function sparseLike(example: Matrix, other: Output): Output {
  return (array, rank) => (rank <= 2 && array.flat().length > 0 ? example.create(array) : made(array, rank, other))
}

function made(array: unknown[], rank: number, output: Output): unknown {
  if (output === 'array') return array
  return output === 'matrix' ? matrix(array as number[]) : output(array, rank)
}

/** Tensors anywhere in a tree as nested arrays, or as what is made of those. */
export function toOutput(tree: unknown, output: Output): unknown {
  if (isTraced(tree)) return tree
  if (tree instanceof Tensor) {
    const array = tree.toArray() as unknown[]
    return tree.rank === 0 ? array : made(array, tree.rank, output)
  }
  if (tree instanceof Fields) return Object.fromEntries([...tree.fields].map(([key, each]) => [key, toOutput(each, output)]))
  if (Array.isArray(tree)) {
    const entries = tree.flat(Number.POSITIVE_INFINITY)
    if (output === 'array' || !entries.every(each => typeof each === 'number')) return tree.map(each => toOutput(each, output))
    return made(tree, Array.isArray(tree[0]) ? 2 : 1, output)
  }
  if (typeof tree === 'object' && tree !== null && Object.getPrototypeOf(tree) === Object.prototype)
    return Object.fromEntries(Object.entries(tree).map(([key, each]) => [key, toOutput(each, output)]))
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
