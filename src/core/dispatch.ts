import { noMore } from './arguments.ts'
import type { Definition } from './definition.ts'
import { describe, TapeError, TreeError } from './errors.ts'
import { sourceOf } from './lists.ts'
import { withRoom } from './room.ts'
import type { Shape } from './shape.ts'
import { CLONE_ADVICE, isNumericTypedArray, isTensorFields, regularShape, Tensor, tensor } from './tensor.ts'
import { type Arena, CLOSED, checkLive, isTraced, STEPS, Traced, TracedTensor, type Transform } from './traced.ts'
import type { Value } from './types.ts'

/** Hands an operator to the highest level among its operands, or computes it when all are plain. */
export function dispatch(definition: Definition, operands: readonly unknown[], params?: unknown): Value {
  const values = new Array<Value>(operands.length)
  for (let i = 0; i < values.length; i++) values[i] = toValue(definition.name, operands[i], i)
  const transform = highestTransform(values)
  if (transform !== undefined) return transform.apply(definition, values, params)
  try {
    return definition.evaluate(values, params)
  } catch (error) {
    throw withRoom(definition.name, error)
  }
}

/** `dispatch` of one operand: straight to a graph that is being traced, or to a tape over it. */
export function dispatchOne(definition: Definition, x: unknown): Value {
  const arena = arenaOf(x)
  const result = arena !== undefined && arena.kind <= STEPS ? arena.owner.applyFew?.(definition, x as Value, undefined) : undefined
  return result ?? dispatch(definition, [x])
}

/** The same for two operands. */
export function dispatchTwo(definition: Definition, x: unknown, y: unknown): Value {
  const a = arenaOf(x)
  const b = arenaOf(y)
  const highest = b === undefined || (a !== undefined && a.level >= b.level) ? a : b
  const result = highest !== undefined && highest.kind <= STEPS && y !== undefined ? highest.owner.applyFew?.(definition, x as Value, y as Value) : undefined
  return result ?? dispatch(definition, [x, y])
}

function arenaOf(x: unknown): Arena | undefined {
  return x instanceof Traced && x.arena.kind !== CLOSED ? x.arena : undefined
}

/** The running transform with the highest level among the values; undefined if all are plain. */
export function highestTransform(values: readonly unknown[]): Transform | undefined {
  let highest: Transform | undefined
  for (const value of values) {
    if (!isTraced(value)) continue
    const arena = checkLive(value)
    if (highest === undefined || arena.level > highest.level) highest = arena.owner
  }
  return highest
}

/**
 * What an operator gives on the values below a transform. If it belongs to this transform or to one inside it, a rule that a user wrote
 * has read a value beside its operands: the derivative by that value would be lost.
 */
export function below<V>(given: V, { level }: Transform, { name }: Definition): V {
  if (isTraced(given) && given.arena.level >= level) {
    throw new TapeError(
      `${name}: a rule reads a traced value (of grad, jvp, vmap, …, or a variable) that is none of its arguments, so that the derivative by it would be lost. ` +
        'Hand it to the function as an argument; checkpoint, and defineOp with `of`, take such values as they are.',
    )
  }
  return given
}

/** The value as the transform of a level has it: without variables whose values are of that level or lower ones. */
export function atLevel<T>(x: T, level: number): T {
  let current: unknown = x
  while (isTraced(current) && checkLive(current).level > level) current = current.arena.owner.primal(current)
  return current as T
}

/** Answers questions before the transforms of their operands do; undefined leaves them to those. */
type Answers = (definition: Definition, operands: readonly Value[]) => boolean | undefined
let answers: Answers | undefined

export function answering<R>(by: Answers | undefined, run: () => R): R {
  const outer = answers
  answers = by
  try {
    return run()
  } finally {
    answers = outer
  }
}

/** Whether a value stands for those of many items. */
export function isBatched(x: unknown): boolean {
  let current = x
  while (isTraced(current)) {
    const { owner } = checkLive(current)
    if (owner.many) return true
    current = owner.primal(current)
  }
  return false
}

/** The transforms whose values a value is one of, the highest first. */
export function transformsOf(x: unknown): Transform[] {
  const owners: Transform[] = []
  let current = x
  while (isTraced(current)) {
    const { owner } = checkLive(current)
    owners.push(owner)
    current = owner.primal(current)
  }
  return owners
}

/** Answers a comparison of two scalars with a plain boolean, at the lowest level. */
export function ask(definition: Definition, operands: readonly Value[]): boolean {
  const transform = highestTransform(operands)
  const answer = transform === undefined ? undefined : answers?.(definition, operands)
  if (answer !== undefined) return answer
  return transform === undefined ? Boolean(definition.evaluate(operands, undefined)) : transform.ask(definition, operands)
}

/** Whether a value's numbers cannot be read, since a transform stands for many of them or for none yet. */
export function isAbstract(x: unknown): boolean {
  let current: unknown = x
  while (isTraced(current)) {
    const { owner } = checkLive(current)
    if (owner.abstract) return true
    current = owner.primal(current)
  }
  return false
}

/** One entry of a tensor, plain or traced, by its row-major position; a scalar is its own. */
export function pickEntry(tensor: Value, position: number): Value {
  if (!(tensor instanceof Tensor)) return tensor
  return tensor instanceof TracedTensor ? checkLive(tensor).owner.pick(tensor, position) : (tensor.data[position] as number)
}

/**
 * A user's operand as operators compute with it: arrays are stacked, typed arrays become tensors, and a tensor of rank 0 is
 * the scalar that it holds. What operators compute with and give has rank 0 nowhere else.
 */
export function toValue(name: string, operand: unknown, position = 0): Value {
  const given = asValue(name, operand, position)
  return given instanceof Tensor && given.shape.length === 0 ? scalarOf(given) : given
}

/** The scalar that a tensor of one entry holds, with its history. */
export function scalarOf(tensor: Tensor): Value {
  const entry = pickEntry(tensor, 0)
  return tensor.dtype === 'bool' && !isTraced(entry) ? entry !== 0 : entry
}

/** A scalar for a result of rank 0. */
export function ofRank0<V>(result: V): V | Value {
  return result instanceof Tensor && result.shape.length === 0 ? scalarOf(result) : result
}

/** The operands in a list that a user gives as one argument. */
export function listedOperands(name: string, given: unknown): Value[] {
  if (typeof given === 'string' || typeof (given as Iterable<unknown> | null | undefined)?.[Symbol.iterator] !== 'function') {
    throw new TreeError(`${name}: takes its operands in a list, but ${describe(given)} was given.`)
  }
  return Array.from(given as Iterable<unknown>, (each, i) => toValue(name, each, i))
}

/** A user's argument as a scalar or a tensor: arrays are stacked, typed arrays become tensors. */
export function asValue(name: string, operand: unknown, position = 0): Value {
  if (typeof operand === 'number' || operand instanceof Traced || operand instanceof Tensor || typeof operand === 'boolean') return operand
  if (isNumericTypedArray(operand)) return tensor(operand)
  if (Array.isArray(operand)) return sourceOf(operand)?.whole() ?? stackNested(name, operand)
  const hint = operand === undefined ? ' An entry of a traced Tensor is read with x.at(i), not x[i].' : isTensorFields(operand) ? ` ${CLONE_ADVICE}` : ''
  throw new TreeError(`${name}: operand ${position + 1} is ${describe(operand)}; operators take numbers, tensors and nested arrays of numbers.${hint}`)
}

/** Nested arrays of scalars, or of tensors of one shape, as one tensor. */
function stackNested(name: string, nested: readonly unknown[]): Value {
  const known = stacked?.get(nested)
  if (known !== undefined && isSame(nested, known.entries)) return known.whole
  const flat = nested.flat(Number.POSITIVE_INFINITY)
  if (flat.some(entry => entry instanceof Tensor || ArrayBuffer.isView(entry))) {
    return stackNested(name, nested.map(unstack))
  }
  const transform = highestTransform(flat)
  if (transform === undefined) return tensor(nested as number[])
  const shape = regularShape(name, nested)
  for (const entry of flat) {
    if (typeof entry !== 'number' && typeof entry !== 'boolean' && !(entry instanceof Traced)) {
      throw new TreeError(`${name}: an array holds ${describe(entry)}; operators take numbers, tensors and nested arrays of numbers.`)
    }
  }
  const whole = transform.assemble(flat as Value[], shape)
  stacked?.set(nested, { entries: clone(nested), whole })
  return whole
}

/** Arrays that have been stacked while rounds of a loop are traced, with what they held. */
let stacked: Map<readonly unknown[], { readonly entries: readonly unknown[]; readonly whole: Value }> | undefined

function clone(nested: readonly unknown[]): unknown[] {
  return nested.map(entry => (Array.isArray(entry) ? clone(entry) : entry))
}

function isSame(a: readonly unknown[], b: readonly unknown[]): boolean {
  for (let i = 0; i < a.length; i++)
    if (a[i] !== b[i] && !(Array.isArray(a[i]) && Array.isArray(b[i]) && isSame(a[i] as unknown[], b[i] as unknown[]))) return false
  return a.length === b.length
}

/** Runs rounds of a loop, in which an array that stays as it is becomes one tensor, however often it is used. */
export function stackingOnce<R>(run: () => R): R {
  const outer = stacked
  stacked ??= new Map()
  try {
    return run()
  } finally {
    stacked = outer
  }
}

/** A tensor of a shape from its entries. */
export function assembled(scalars: readonly Value[], shape: Shape): Tensor {
  const transform = highestTransform(scalars)
  return (transform === undefined ? tensor(scalars as number[], shape) : transform.assemble(scalars, shape)) as Tensor
}

/** A tensor inside an array as nested arrays of its entries. */
function unstack(entry: unknown): unknown {
  if (entry instanceof Tensor) return entry.toArray()
  if (isNumericTypedArray(entry)) return [...entry]
  return Array.isArray(entry) ? entry.map(unstack) : entry
}

/** Shape of anything an operator takes. */
export function shapeOf(x: unknown): Shape {
  if (typeof x === 'number') return []
  if (x instanceof Tensor) return x.shape
  if (isNumericTypedArray(x)) return [x.length]
  if (Array.isArray(x)) return x.length === 0 || sourceOf(x) !== undefined ? [x.length] : [x.length, ...shapeOf(x[0])]
  return []
}

/** The plain number or tensor behind a value, through all levels. Trees are read leaf by leaf. */
export function value<T>(x: T): T
export function value(x: unknown, ...more: []): unknown {
  noMore('value', 1, more, x)
  if (isTraced(x)) {
    let current: Value = x
    while (isTraced(current)) {
      const { owner } = checkLive(current)
      owner.observe?.()
      current = owner.primal(current)
    }
    return current
  }
  if (Array.isArray(x)) return x.map(each => value(each))
  if (x !== null && typeof x === 'object' && Object.getPrototypeOf(x) === Object.prototype) {
    return Object.fromEntries(Object.entries(x).map(([key, each]) => [key, value(each)]))
  }
  return x
}
