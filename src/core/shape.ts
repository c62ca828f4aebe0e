import { describe, ShapeError } from './errors.ts'

/** Length of each axis, outermost first; `[]` for a scalar. */
export type Shape = readonly number[]

/** The most entries of a tensor. So many doubles are 8 GB, and twice as many still have positions of 32 bits. */
export const MOST_ENTRIES = 2 ** 30

/** Number of entries of a shape: the product of its axes. Throws a ShapeError where no tensor has so many. */
export function sizeOfShape(shape: Shape): number {
  const size = product(shape)
  if (size > MOST_ENTRIES) throw new ShapeError(tooMany(`A tensor of shape ${formatShape(shape)}`, size))
  return size
}

/** The product of a shape's axes, however large. */
export function product(shape: Shape): number {
  let size = 1
  for (const length of shape) size *= length
  return size
}

function tooMany(what: string, size: number): string {
  return `${what} would have ${size} entries, and 2^30 are the most.`
}

export function sameShape(a: Shape, b: Shape): boolean {
  if (a === b) return true
  if (a.length !== b.length) return false
  for (let axis = 0; axis < a.length; axis++) if (a[axis] !== b[axis]) return false
  return true
}

export function formatShape(shape: Shape): string {
  return `[${shape.join(', ')}]`
}

/** Row-major strides of a shape, in entries. */
export function stridesOf(shape: Shape): number[] {
  const strides = new Array<number>(shape.length)
  let stride = 1
  for (let axis = shape.length - 1; axis >= 0; axis--) {
    strides[axis] = stride
    stride *= shape[axis] as number
  }
  return strides
}

/** The shape that NumPy's broadcasting gives, or a ShapeError that shows both shapes. */
export function broadcastShapes(name: string, shapes: readonly Shape[]): Shape {
  // Mostly there is one shape beside scalars.
  const whole = shapes.find(shape => shape.length > 0) ?? []
  if (shapes.every(shape => shape.length === 0 || sameShape(shape, whole))) return whole
  const rank = Math.max(0, ...shapes.map(shape => shape.length))
  const result = new Array<number>(rank).fill(1)
  for (const shape of shapes) {
    const offset = rank - shape.length
    for (let axis = 0; axis < shape.length; axis++) {
      const length = shape[axis] as number
      if (length === 1) continue
      if (result[offset + axis] !== 1 && result[offset + axis] !== length) {
        throw new ShapeError(
          `${name}: shapes ${shapes.map(formatShape).join(' and ')} do not broadcast: counted from the last axis, ` +
            'each pair of lengths must be equal or one of them 1. Insert axes of length 1 with reshape where they are missing.',
        )
      }
      result[offset + axis] = length
    }
  }
  return result
}

/** An axis counted from the end if negative, checked against the rank. */
export function normalizeAxis(name: string, axis: number, rank: number): number {
  if (!Number.isInteger(axis) || axis < -rank || axis >= rank) {
    const range = rank === 0 ? 'a scalar has no axes' : `an integer from ${-rank} to ${rank - 1} would fit`
    throw new ShapeError(`${name}: axis ${axis} is out of range for rank ${rank}: ${range}.`)
  }
  return axis < 0 ? axis + rank : axis
}

/** Axes as a sorted list; all of them when none is given; duplicates refused. */
export function normalizeAxes(name: string, axis: number | readonly number[] | undefined, rank: number): number[] {
  if (axis === undefined) return Array.from({ length: rank }, (_, i) => i)
  const axes = (typeof axis === 'number' ? [axis] : [...axis]).map(each => normalizeAxis(name, each, rank))
  if (new Set(axes).size !== axes.length) throw new ShapeError(`${name}: axes [${String(axis)}] name the same axis twice.`)
  return axes.sort((a, b) => a - b)
}

/** Refuses what does not fit. */
export function mustFit(fits: boolean, otherwise: string): asserts fits {
  if (!fits) throw new ShapeError(otherwise)
}

/** Checks that lengths are integers and not negative, and no more entries than a tensor has. */
export function checkShape(name: string, shape: Shape): Shape {
  if (!Array.isArray(shape)) throw new ShapeError(`${name}: a shape is an array of lengths such as [2, 3], but ${describe(shape)} was given.`)
  for (const length of shape) {
    if (!Number.isInteger(length) || length < 0) {
      const given = typeof length === 'number' ? `shape ${formatShape(shape)} has the length ${length}` : `${describe(length)} stands in a shape`
      throw new ShapeError(`${name}: ${given}; lengths are integers of at least 0.`)
    }
  }
  const size = product(shape)
  if (size > MOST_ENTRIES) throw new ShapeError(`${name}: ${tooMany(`shape ${formatShape(shape)}`, size)}`)
  return shape
}

/**
 * Position in a source buffer for each entry of a row-major walk over `shape`, given the source's stride along each axis
 * (0 along broadcast axes, negative along flipped ones).
 */
export function gatherIndices(shape: Shape, strides: readonly number[], offset = 0): Int32Array {
  const indices = new Int32Array(sizeOfShape(shape))
  indices[0] = offset
  // An axis repeats what the axes behind it give, each time a stride further.
  for (let axis = shape.length - 1, known = 1; axis >= 0; axis--) {
    const end = known * (shape[axis] as number)
    const stride = strides[axis] as number
    for (let i = known; i < end; i++) indices[i] = (indices[i - known] as number) + stride
    known = end
  }
  return indices
}

/** Strides that read a tensor of shape `from` as if broadcast to `to`: 0 along the axes that are repeated. */
export function broadcastStrides(from: Shape, to: Shape): number[] {
  const own = stridesOf(from)
  const offset = to.length - from.length
  return to.map((_, axis) => (axis < offset || from[axis - offset] === 1 ? 0 : (own[axis - offset] as number)))
}
