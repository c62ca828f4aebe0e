import { gatherIndices, type Shape, sameShape, sizeOfShape, stridesOf } from '../../core/shape.ts'
import type { Movement } from '../../ops/movement.ts'
import type { ModelWriter, Ref } from './writer.ts'

/** Entries by position as the operator that moves them so: a transpose, a slice, a repetition; else a gather. */
export function writeMovement(to: ModelWriter, x: Ref, { shape, indices }: Movement): Ref {
  const size = sizeOfShape(x.shape)
  if (indices.length === 0) return to.reshape(to.op('Slice', [to.flat(x), ...[[0], [0], [0]].map(each => to.integers(each))], [0]), shape)
  const first = indices[0] as number
  const strides = stridesIn(indices, shape)
  if (strides !== undefined) {
    const moved = inOrder(to, x, shape, indices, size) ?? permuted(to, x, shape, strides, first) ?? sliced(to, x, shape, strides, first)
    if (moved !== undefined) return moved
  }
  return padded(to, x, shape, indices) ?? gathered(to, x, shape, indices)
}

/** How far positions are apart along each axis, if they are so everywhere. */
function stridesIn(indices: Int32Array, shape: Shape): number[] | undefined {
  const first = indices[0] as number
  if (first < 0) return undefined
  const steps = stridesOf(shape)
  const strides = shape.map((length, axis) => (length > 1 ? (indices[steps[axis] as number] as number) - first : 0))
  const affine = gatherIndices(shape, strides, first)
  return affine.every((each, i) => each === indices[i]) ? strides : undefined
}

function inOrder(to: ModelWriter, x: Ref, shape: Shape, indices: Int32Array, size: number): Ref | undefined {
  return indices.length === size && indices.every((each, i) => each === i) ? to.reshape(x, shape) : undefined
}

function permuted(to: ModelWriter, x: Ref, shape: Shape, strides: readonly number[], first: number): Ref | undefined {
  if (first !== 0 || shape.length !== x.shape.length || sizeOfShape(shape) !== sizeOfShape(x.shape)) return undefined
  const own = stridesOf(x.shape)
  const free = new Set(own.keys())
  const perm = shape.map((length, k) => {
    const axis = [...free].find(each => x.shape[each] === length && (length === 1 || own[each] === strides[k]))
    free.delete(axis as number)
    return axis
  })
  return perm.includes(undefined) ? undefined : to.op('Transpose', [x], shape, { perm: perm as number[] })
}

/** A range of each axis of the operand, in steps that may go backwards. */
function sliced(to: ModelWriter, x: Ref, shape: Shape, strides: readonly number[], first: number): Ref | undefined {
  if (shape.length !== x.shape.length) return undefined
  const own = stridesOf(x.shape)
  let rest = first
  const ranges = own.map((stride, axis) => {
    const start = Math.floor(rest / stride)
    rest -= start * stride
    const step = shape[axis] === 1 ? 1 : (strides[axis] as number) / stride
    const last = start + ((shape[axis] as number) - 1) * step
    return { axis, start, step, end: last + Math.sign(step), fits: Number.isInteger(step) && step !== 0 && last >= 0 && last < (x.shape[axis] as number) }
  })
  if (!ranges.every(each => each.fits)) return undefined
  const cut = ranges.filter(({ axis, step }) => shape[axis] !== x.shape[axis] || step !== 1)
  // An end of −1 would be counted from the back.
  const ends = cut.map(({ end }) => (end < 0 ? -(2 ** 31) : end))
  return to.op(
    'Slice',
    [x, ...[cut.map(each => each.start), ends, cut.map(each => each.axis), cut.map(each => each.step)].map(each => to.integers(each))],
    shape,
  )
}

/** The operand amid zeros. */
function padded(to: ModelWriter, x: Ref, shape: Shape, indices: Int32Array): Ref | undefined {
  if (shape.length !== x.shape.length || sizeOfShape(shape) <= sizeOfShape(x.shape)) return undefined
  const start = indices.indexOf(0)
  if (start < 0) return undefined
  let rest = start
  const before = stridesOf(shape).map(stride => {
    const each = Math.floor(rest / stride)
    rest -= each * stride
    return each
  })
  const after = shape.map((length, axis) => length - (before[axis] as number) - (x.shape[axis] as number))
  if (after.some(each => each < 0)) return undefined
  const expected = new Int32Array(indices.length).fill(-1)
  gatherIndices(x.shape, stridesOf(shape), start).forEach((each, i) => {
    expected[each] = i
  })
  if (!expected.every((each, i) => each === indices[i])) return undefined
  return to.op('Pad', [x, to.integers([...before, ...after])], shape)
}

function gathered(to: ModelWriter, x: Ref, shape: Shape, indices: Int32Array): Ref {
  const size = sizeOfShape(x.shape)
  const items = itemsIn(indices, x.shape)
  const [inner, length] = [size / items, indices.length / items]
  const own = indices.subarray(0, length)
  const rows = to.reshape(x, [items, inner])
  const hasNowhere = own.includes(-1)
  const from = hasNowhere ? to.op('Concat', [rows, to.reshape(zerosFor(to, x, items), [items, 1])], [items, inner + 1], { axis: 1 }) : rows
  const places = hasNowhere ? own.map(each => (each < 0 ? inner : each)) : own
  return to.reshape(to.op('Gather', [from, to.integers(places)], [items, length], { axis: 1 }), shape)
}

/** Of how many items of one kind, along the first axes of a shape, positions are: the same within each. */
function itemsIn(indices: Int32Array, shape: Shape): number {
  const size = sizeOfShape(shape)
  for (let axes = shape.length - 1; axes > 0; axes--) {
    const items = sizeOfShape(shape.slice(0, axes))
    const [inner, length] = [size / items, indices.length / items]
    if (items < 2 || !Number.isInteger(length)) continue
    const isSame = indices.every((each, i) => {
      const first = indices[i % length] as number
      return first < 0 ? each === -1 : each === first + Math.floor(i / length) * inner
    })
    if (isSame) return items
  }
  return 1
}

function zerosFor(to: ModelWriter, x: Ref, count: number): Ref {
  const zeros = new Float64Array(count)
  return x.type === 'bool' ? to.truths(zeros, [count]) : to.floats(zeros, [count])
}

/** The operand repeated along new axes and axes of length 1. */
export function writeExpand(to: ModelWriter, x: Ref, shape: Shape): Ref {
  return sameShape(x.shape, shape) ? x : to.op('Expand', [x, to.integers(shape)], shape)
}

/** Entries added up at positions of zeros. */
export function writeScatter(to: ModelWriter, x: Ref, { shape, indices }: Movement): Ref {
  const size = sizeOfShape(shape)
  if (size === 0 || indices.length === 0) return writeExpand(to, to.float1(0), shape)
  // The transpose of a gather of each entry at most once is a gather.
  const back = new Int32Array(size).fill(-1)
  const once = indices.every((each, i) => {
    const free = each < 0 || back[each] === -1
    if (each >= 0) back[each] = i
    return free
  })
  if (once) return writeMovement(to, x, { shape, indices: back })
  const items = itemsIn(indices, shape)
  const [inner, length] = [size / items, indices.length / items]
  const own = indices.subarray(0, length)
  // What goes nowhere goes to one entry more, which is left out.
  const width = own.includes(-1) ? inner + 1 : inner
  const places = writeExpand(
    to,
    to.integers(
      own.map(each => (each < 0 ? inner : each)),
      [1, length],
    ),
    [items, length],
  )
  const zeros = writeExpand(to, to.floats([0], [1, 1]), [items, width])
  const sums = to.op('ScatterElements', [zeros, places, to.reshape(x, [items, length])], [items, width], { axis: 1, reduction: 'add' }, 'float')
  return to.reshape(width === inner ? sums : to.op('Slice', [sums, ...[[0], [inner], [1]].map(each => to.integers(each))], [items, inner]), shape)
}

/** A flat tensor of zeros. */
export function zerosAt(to: ModelWriter, size: number): Ref {
  return writeExpand(to, to.floats([0], [1]), [size])
}
