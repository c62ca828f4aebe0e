import { assembled, isAbstract, shapeOf, value } from '../core/dispatch.ts'
import { DomainError, describe, ShapeError, TapeError } from '../core/errors.ts'
import { formatShape, type Shape, sameShape } from '../core/shape.ts'
import { Tensor } from '../core/tensor.ts'
import { isTraced, type Traced, TracedTensor } from '../core/traced.ts'
import type { TensorLike, Value } from '../core/types.ts'
import { waits } from '../core/waiting.ts'
import { belonging } from '../ops/casts.ts'
import { add, broadcastTo, div, mul, pad, reshape, sub, where } from '../ops/index.ts'
import type { Boxed } from '../reverse/tape.ts'
import { clock, noteChange } from './changes.ts'
import { type Imperative, imperativeOf } from './imperative.ts'
import { forgetLeaf, Leaf, leafOf } from './leaf.ts'
import { Page } from './page.ts'
import { poison } from './poison.ts'

/** Where `set_` writes: per axis an index or [start, stop]; axes that are left out are taken whole. */
export type IndexRange = number | readonly (number | readonly [start: number, stop: number])[]

/** Operations that change a value in place, and give it back. */
export const inPlace = {
  add_: (x: Value, y: TensorLike) => change('add_', x, each => add(each as number, y as number) as Value),
  sub_: (x: Value, y: TensorLike) => change('sub_', x, each => sub(each as number, y as number) as Value),
  mul_: (x: Value, y: TensorLike) => change('mul_', x, each => mul(each as number, y as number) as Value),
  div_: (x: Value, y: TensorLike) => change('div_', x, each => div(each as number, y as number) as Value),
  copy_: (x: Value, y: TensorLike) => change('copy_', x, each => spread(y, shapeOf(each))),
  fill_: (x: Value, y: number) => change('fill_', x, each => spread(y, shapeOf(each))),
  zero_: (x: Value) => change('zero_', x, each => spread(0, shapeOf(each))),
  set_: (x: Value, index: IndexRange, y: TensorLike) => change('set_', x, each => withEntries(each, index, y)),
}

function spread(y: TensorLike, shape: Shape): Value {
  return sameShape(shapeOf(y), shape) ? (mul(y as number, 1) as Value) : (broadcastTo(y, shape) as Value)
}

function withEntries(x: Value, index: IndexRange, y: TensorLike): Value {
  const shape = shapeOf(x)
  if (shape.length === 0 && Array.isArray(index) && index.length === 0) return spread(y, shape)
  const given = typeof index === 'number' ? [index] : index
  if (!Array.isArray(given) || given.length > shape.length) {
    throw new ShapeError(`set_: ${Array.isArray(given) ? given.length : describe(index)} indices were given for shape ${formatShape(shape)}.`)
  }
  const ranges = shape.map((length, axis) => {
    const each = given[axis] ?? ([0, length] as const)
    const [start, stop, ...more] = typeof each === 'number' ? [each < 0 ? each + length : each, (each < 0 ? each + length : each) + 1] : each
    if (more.length > 0 || !Number.isInteger(start) || !Number.isInteger(stop) || start < 0 || stop > length || start > stop) {
      throw new ShapeError(`set_: ${JSON.stringify(each)} is out of range for axis ${axis} of shape ${formatShape(shape)}.`)
    }
    return [start, stop] as const
  })
  const region = ranges.map(([start, stop]) => stop - start)
  const kept = region.filter((_, axis) => typeof given[axis] !== 'number')
  const margins = ranges.map(([start, stop], axis) => [start, (shape[axis] as number) - stop] as [number, number])
  const at = pad(broadcastTo(1, region), margins)
  return where(new Tensor(at.data, shape, 'bool'), pad(reshape(broadcastTo(y, kept), region), margins), x as Tensor) as Value
}

function change(op: string, x: Value, compute: (x: Value) => Value): Value {
  if (!isTraced(x)) return changePlain(op, x as Tensor, compute)
  const imperative = imperativeOf(x)
  if (imperative === undefined) {
    throw new TapeError(`${op}: a value inside grad, jvp or another transform cannot be changed in place. Use the operator that makes a new value.`)
  }
  const leaf = leafOf(x)
  if (leaf?.requiresGrad === true && imperative.recording) {
    throw new TapeError(
      `${op}: ${leaf.describe()} requires a gradient, and would lose its value while the tape needs it. Change it inside noGrad(() => …), ` +
        `or use the operator that makes a new value (${op.replace('_', '')}).`,
    )
  }
  const before = imperative.primal(x)
  const end = x.arena.count
  // What the operation saves of the old value stays what it was.
  const out = fitted(op, x, compute(imperative.recording ? withCopy(x) : x))
  if (isTraced(out) && out.arena.level > imperative.level) throw endsError(op, leaf)
  if (imperative.recording && imperative.isTracked(out)) moveTo(op, imperative, x, before, end, out as Traced)
  else replace(op, imperative, x, before, imperative.primal(out))
  return x
}

function endsError(op: string, leaf: Leaf | undefined): TapeError {
  return new TapeError(
    `${op}: ${leaf?.describe() ?? 'a value computed from variables'} was made outside the function that grad, jvp or another transform runs, and cannot take ` +
      'a value of that transform, which ends with it. Make the variable inside the function, or give value(…) of the new value.',
  )
}

/** A value in the shape and the dtype of the one whose place it takes. Integers and truths lose nothing in silence. */
function fitted(op: string, x: Value, result: Value): Value {
  // Operators give a scalar where a tensor of rank 0 is changed.
  const out = x instanceof Tensor && x.rank === 0 && !(result instanceof Tensor) ? assembled([result], []) : result
  if (!sameShape(shapeOf(out), shapeOf(x))) {
    throw new ShapeError(`${op}: the result has shape ${formatShape(shapeOf(out))}, which does not fit in place of shape ${formatShape(shapeOf(x))}.`)
  }
  if (x instanceof Tensor && (x.dtype === 'int32' || x.dtype === 'bool') && !isAbstract(out)) checkHeld(op, x.dtype, value(out))
  return belonging(out, x)
}

function checkHeld(op: string, dtype: 'int32' | 'bool', out: Value): void {
  const holds = dtype === 'int32' ? (each: number) => (each | 0) === each : (each: number) => each === 0 || each === 1
  const lost = (out as Tensor).data.find(each => !holds(each))
  if (lost === undefined) return
  const what = dtype === 'int32' ? 'no integer of 32 bits' : 'no truth'
  throw new DomainError(`${op}: ${lost} is ${what}, which is all that a tensor of dtype ${dtype} holds. Use operators that make a new value, or astype before.`)
}

function changePlain(op: string, x: Tensor, compute: (x: Value) => Value): Value {
  const out = fitted(op, x, compute(x))
  if (isTraced(out)) {
    throw new TapeError(
      `${op}: a plain Tensor cannot take a value that has a history. Use the operator that makes a new value, noGrad(() => …), or y.detach().`,
    )
  }
  waits.by?.settleAll()
  x.data.set((out as Tensor).data)
  noteChange(op, x)
  return x
}

/** A value that was computed takes another value and its history. */
function moveTo(op: string, imperative: Imperative, x: Traced | TracedTensor, before: Value, end: number, out: Traced | TracedTensor): void {
  const change = noteChange(op, before instanceof Tensor && !isTraced(before) ? before : undefined)
  if (x.arena.owner instanceof Page && !(x instanceof TracedTensor)) poison(x.arena.owner, x.index, end, change)
  forgetLeaf(x)
  const after = imperative.primal(out)
  x.arena = out.arena
  if (x instanceof TracedTensor) {
    const box = (out as TracedTensor).box as Boxed
    x.box = { ...box, primal: written(before, after), unpacked: undefined, time: clock() }
  } else x.index = (out as Traced).index
}

/** A value takes another one that has no history. */
function replace(op: string, imperative: Imperative, x: Traced | TracedTensor, before: Value, after: Value): void {
  const change = noteChange(op, before instanceof Tensor && !isTraced(before) ? before : undefined)
  const { owner } = x.arena
  if (owner instanceof Page && !owner.untouched && !(x instanceof TracedTensor)) poison(owner, x.index, owner.arena.count, change, leafOf(x)?.name)
  const leaf = leafOf(x)
  const value = written(before, after)
  if (leaf !== undefined) {
    leaf.value = value
    if (owner instanceof Page && owner.untouched && typeof value === 'number' && !(x instanceof TracedTensor)) owner.arena.values[x.index] = value
    else leaf.goHome()
  } else if (imperative.recording) new Leaf(imperative, value, false, undefined, x)
  else if (x instanceof TracedTensor) x.box = { ...(x.box as Boxed), primal: value, unpacked: undefined, time: clock() }
  else x.arena.values[x.index] = value as number
}

/** The new entries in the old buffer, so that all that share it see them. */
function written(before: Value, after: Value): Value {
  if (!(before instanceof Tensor) || isTraced(before) || isTraced(after)) return after
  waits.by?.settleAll()
  before.data.set((after as Tensor).data)
  return before
}

/** The same value with a buffer of its own. */
function withCopy(x: Traced | TracedTensor): Value {
  if (!(x instanceof TracedTensor) || leafOf(x) !== undefined) return x
  const box = x.box as Boxed
  if (isTraced(box.primal)) return x
  const copy = box.primal as Tensor
  return new TracedTensor(x.arena, x.shape, { ...box, primal: new Tensor(copy.data.slice(), copy.shape, copy.dtype), time: clock() }, x.dtype)
}
