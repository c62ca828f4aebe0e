import { shapeOf } from '../../core/dispatch.ts'
import { DomainError, ShapeError } from '../../core/errors.ts'
import { formatShape, type Shape, sizeOfShape } from '../../core/shape.ts'
import { Tensor } from '../../core/tensor.ts'
import type { Value } from '../../core/types.ts'
import * as ops from '../../ops/index.ts'
import { describeValue, FunctionValue, isNumeric, isScalar, Positions } from '../values.ts'
import { type Context, DIMENSION, type Entries, refused, SIZES, smooth } from './entry.ts'
import { alongAxis, axisOf } from './statistics.ts'
import { near } from './tolerance.ts'

/** Functions that make arrays, and give them another shape. */
export const matrices: Entries = {
  matrix: smooth((args: unknown[]) => arrayFrom('matrix', args), { any: true, note: 'arrays of numbers' }),
  sparse: smooth((args: unknown[]) => asColumn(arrayFrom('sparse', args)), { any: true, note: 'computed with as a dense matrix' }),
  index: smooth((axes: unknown[]) => new Positions(axes.map(position)), { any: true, constants: [{ what: 'the index', at: 'all', counted: true }] }),
  subset: smooth(
    ([x, at, replacement, fill = 0]: [Value, unknown, Value?, Value?], context) => {
      if (!(at instanceof Positions)) throw new DomainError('subset takes an array and an index(…).')
      return replacement === undefined ? subset(x, at, context) : replaced(x, at, replacement, context, fill)
    },
    { any: true },
  ),
  zeros: smooth((sizes: unknown[], context) => filled(sizes, 0, context), { any: true, constants: [SIZES] }),
  ones: smooth((sizes: unknown[], context) => filled(sizes, 1, context), { any: true, constants: [SIZES] }),
  identity: smooth(
    (sizes: unknown[], context) => {
      const [rows, columns = rows, ...others] = sizesOf(sizes, context)
      if (others.length > 0) throw new ShapeError('identity has two dimensions.')
      if (rows === undefined) return new Tensor(new Float64Array(0), [0])
      const entries = new Float64Array(rows * (columns as number))
      for (let i = 0; i < Math.min(rows, columns as number); i++) entries[i * (columns as number) + i] = 1
      return new Tensor(entries, [rows, columns as number])
    },
    { any: true, constants: [SIZES] },
  ),
  range: smooth(([start, end, ...others]: [Value, Value, ...unknown[]], context) => range(start, end, others, context), { any: true }),
  size: smooth(([x]: [Value]) => new Tensor(Float64Array.from(shapeOf(x)), [shapeOf(x).length])),
  count: smooth(([x]: [Value]) => asTensor('count', x).size),
  flatten: smooth(([x]: [Tensor]) => ops.ravel(x)),
  squeeze: smooth(([x]: [Value]) => (x instanceof Tensor ? scalarIfAlone(ops.squeeze(x)) : x)),
  reshape: smooth(([x, sizes]: [Tensor, Tensor]) => ops.reshape(x, [...asTensor('reshape', sizes).data]), { constants: [{ ...SIZES, at: 1 }] }),
  resize: smooth(([x, sizes, fill = 0]: [Value, Tensor | number, Value?], context) => resized(x, sizesOf([sizes], context), fill), {
    constants: [{ ...SIZES, at: 1 }],
  }),
  transpose: smooth(([x]: [Value]) => transpose(x)),
  ctranspose: smooth(([x]: [Value]) => transpose(x)),
  concat: smooth(
    (args: Tensor[]) => {
      const last = args.at(-1) as Tensor
      const arrays = (isScalar(last) ? args.slice(0, -1) : args).map(each => asTensor('concat', each))
      const [first] = arrays as [Tensor]
      return ops.concat(arrays, { axis: isScalar(last) ? axisOf('concat', first, last) : first.rank - 1 })
    },
    { constants: [{ ...DIMENSION, at: -1 }], note: 'arrays, not texts' },
  ),
  row: smooth(([x, i]: [Tensor, number], context) => part('row', x, new Positions([vector([Number(i)]), vector(whole(x, 1))]), context), {
    constants: [{ what: 'the row', at: 1, counted: true }],
  }),
  column: smooth(([x, i]: [Tensor, number], context) => part('column', x, new Positions([vector(whole(x, 0)), vector([Number(i)])]), context), {
    constants: [{ what: 'the column', at: 1, counted: true }],
  }),
  matrixFromRows: smooth((rows: Value[]) => ops.stack(rows.map(each => ops.ravel(each as Tensor)))),
  matrixFromColumns: smooth((columns: Value[]) =>
    ops.stack(
      columns.map(each => ops.ravel(each as Tensor)),
      { axis: 1 },
    ),
  ),
  matrixFromFunction: smooth(
    ([sizes, ...others]: [unknown, ...unknown[]], context) => {
      const shape = sizesOf([sizes], context)
      // Texts beside the function say how the matrix is stored.
      const f = others.find(each => each instanceof FunctionValue)
      context.spend(LISTED * sizeOfShape(shape), sizeOfShape(shape))
      return tensorOf(
        positionsIn(shape).map(at => context.call(f, [vector(at)])),
        shape,
      )
    },
    { any: true, constants: [{ ...SIZES, at: 0 }] },
  ),
  diff: smooth(
    ([x, dimension = 1]: [Tensor, unknown?]) => {
      const axis = axisOf('diff', x, dimension)
      const n = x.shape[axis] as number
      const cut = (start: number, stop: number) =>
        ops.slice(
          x,
          x.shape.map((_, i) => (i === axis ? start : 0)),
          x.shape.map((size, i) => (i === axis ? stop : size)),
        )
      return ops.sub(cut(1, n), cut(0, n - 1))
    },
    { constants: [DIMENSION] },
  ),
  map: smooth(([x, ...others]: [Value, ...unknown[]], context) => map(x, others, context), { any: true, inline: true }),
  forEach: smooth(
    ([x, f]: [Value, FunctionValue], context) => {
      map(x, [f], context)
    },
    { any: true, inline: true },
  ),
  filter: smooth(
    ([x, f]: [Tensor, FunctionValue], context) => {
      const kept = entriesOf(x).filter((each, i) => context.truth(context.call(f, [each, vector([i + context.first]), x])))
      return kept.length === 0 ? new Tensor(new Float64Array(0), [0]) : ops.stack(kept as never)
    },
    { any: true, inline: true, note: 'which entries are kept has no derivative' },
  ),
  mapSlices: smooth(mapSlices as never, { any: true, constants: [DIMENSION] }),
  apply: smooth(mapSlices as never, { any: true, constants: [DIMENSION] }),
  ...refused('complex results', 'fft ifft zpk2tf freqz'),
}

/** An array as it is; an empty one of nothing. Texts beside it say how it is stored, and of what. */
function arrayFrom(name: string, args: readonly unknown[]): Tensor {
  const [x, ...others] = withoutStorage(args)
  if (others.length > 0) throw new DomainError(`${name} takes one array, and texts that say how it is stored.`)
  return x === undefined ? new Tensor(new Float64Array(0), [0]) : asTensor(name, x)
}

/** Sparse arrays are matrices: a vector is a column. */
function asColumn(x: Tensor): Tensor {
  return x.rank === 1 && x.size > 0 ? (ops.reshape(x, [x.size, 1]) as Tensor) : x
}

/** What texts may say of a matrix: how it is stored, and the type of its entries. */
const STORAGE = ['dense', 'sparse', 'default', 'number']

/** Arguments without the texts that say how a matrix is stored, which others are refused for. */
export function withoutStorage(args: readonly unknown[]): unknown[] {
  const unknown = args.find(each => typeof each === 'string' && !STORAGE.includes(each))
  if (unknown !== undefined) throw new DomainError(`A matrix is stored as 'dense' or 'sparse', not as ${describeValue(unknown)}.`)
  return args.filter(each => typeof each !== 'string')
}

function asTensor(name: string, x: unknown): Tensor {
  if (x instanceof Tensor) return x
  throw new ShapeError(`${name} takes arrays, but a number was given.`)
}

function scalarIfAlone(x: Tensor): Value {
  return x.rank === 0 ? x.item() : x
}

function transpose(x: Value): Value {
  const { length } = shapeOf(x)
  if (length > 2) throw new ShapeError(`transpose takes a vector or a matrix, but the shape is ${formatShape(shapeOf(x))}.`)
  return length === 2 ? ops.transpose(x as Tensor) : x
}

export function vector(x: ArrayLike<number> | Tensor): Tensor {
  return x instanceof Tensor ? x : new Tensor(Float64Array.from(x), [x.length])
}

/** All positions along an axis, from 1. */
function whole(x: unknown, axis: number): Float64Array {
  return Float64Array.from({ length: shapeOf(x)[axis] ?? 0 }, (_, i) => i + 1)
}

function part(name: string, x: Value, at: Positions, context: Context): Value {
  if (shapeOf(x).length !== 2) throw new ShapeError(`${name} takes a matrix, but the shape is ${formatShape(shapeOf(x))}.`)
  return subset(x, at, context)
}

/** The entries of a tensor or scalar, row by row. */
export function entriesOf(x: Value): Value[] {
  return x instanceof Tensor ? Array.from({ length: x.size }, (_, i) => ops.pick(x, i)) : [x]
}

/** An array from its entries, which are numbers. */
export function tensorOf(entries: readonly unknown[], shape: Shape): Tensor {
  if (!entries.every(isScalar)) {
    // Entries that are arrays add their axes.
    const [first] = entries
    if (first instanceof Tensor) return ops.reshape(ops.stack(entries as Tensor[]), [...shape, ...first.shape])
    throw new ShapeError('The entries of an array are numbers.')
  }
  if (entries.length === 0) return new Tensor(new Float64Array(0), shape)
  if (entries.every(each => typeof each === 'boolean')) return new Tensor(Float64Array.from(entries, Number), shape, 'bool')
  return ops.stackScalars(entries.map(each => (typeof each === 'boolean' ? Number(each) : each)) as number[], shape)
}

/** What a list of positions for each entry takes, in operations. */
const LISTED = 10

/** Every list of positions in an array of this shape, from 0. */
function positionsIn(shape: Shape): number[][] {
  return shape.reduce<number[][]>((lists, size) => lists.flatMap(list => Array.from({ length: size }, (_, i) => [...list, i])), [[]])
}

function map(x: Value, others: readonly unknown[], context: Context): unknown {
  const f = others.at(-1)
  if (!(f instanceof FunctionValue)) throw new DomainError('map takes arrays and, last, a function.')
  const arrays = [x, ...(others.slice(0, -1) as Value[])]
  for (const each of arrays) if (!isNumeric(each)) throw new DomainError(`map goes through arrays of numbers, not ${describeValue(each)}.`)
  const shape = largestShape(arrays)
  context.spend(LISTED * sizeOfShape(shape), sizeOfShape(shape))
  const lists = arrays.map(each => entriesOf(shape.length === 0 ? each : ops.broadcastTo(each as Tensor, shape)))
  const positions = positionsIn(shape)
  const results = positions.map((at, i) => {
    const values = lists.map(list => list[i])
    return context.call(f, f.arity === undefined || f.arity <= values.length ? values : [...values, vector(at.map(each => each + context.first)), ...arrays])
  })
  return x instanceof Tensor ? (results.every(each => each === undefined) ? undefined : tensorOf(results, shape)) : results[0]
}

function largestShape(arrays: readonly Value[]): Shape {
  return shapeOf(arrays.reduce((a, b) => (sizeOfShape(shapeOf(b)) > sizeOfShape(shapeOf(a)) ? b : a)))
}

function mapSlices([x, dimension, f]: [Tensor, unknown, FunctionValue], context: Context): Value {
  return alongAxis(x, axisOf('mapSlices', x, dimension), list => context.call(f, [list]))
}

function sizesOf(args: readonly unknown[], context: Context): number[] {
  const sizes = withoutStorage(args).flatMap(each => (each instanceof Tensor ? [...each.data] : [each as number]))
  for (const size of sizes) if (!Number.isInteger(size) || size < 0) throw new ShapeError(`Sizes are whole numbers from 0, not ${describeValue(size)}.`)
  context.spend(
    0,
    sizes.reduce((product, size) => product * size, 1),
  )
  return sizes
}

function filled(args: readonly unknown[], entry: number, context: Context): Tensor {
  const shape = sizesOf(args, context)
  return new Tensor(new Float64Array(shape.length === 0 ? 0 : sizeOfShape(shape)).fill(entry), shape.length === 0 ? [0] : shape)
}

/** start, start + step, … up to the end, with a tolerance for rounding. In JavaScript, the end itself is left out. */
function range(start: Value, end: Value, others: readonly unknown[], context: Context): Tensor {
  const [inclusive = context.first === 1] = others.filter(each => typeof each === 'boolean')
  const [step = 1] = others.filter(each => typeof each !== 'boolean') as [Value?]
  for (const each of [start, end, step]) if (!isScalar(each)) throw new DomainError(`range takes numbers, not ${describeValue(each)}.`)
  const [from, to, by] = context.chosen([start, end, step], (from, to, by) =>
    near((to - from) / by, Math.round((to - from) / by))
      ? 'The number of entries of a range changes at this very point with what is differentiated by. Write x + (0:3) in place of x:x+3, or leave its variables out of withRespectTo.'
      : undefined,
  ) as [number, number, number]
  if (by === 0) throw new DomainError('The step of a range is a number other than 0.')
  const steps = (to - from) / by
  if (!Number.isFinite(steps)) throw new DomainError(`A range goes from number to number, not from ${from} to ${to} by ${by}.`)
  const last = Math.floor(steps)
  // The end counts as reached, and the number beyond it too, where they differ by rounding alone.
  const reached = near(from + by * last, to)
  const count = Math.max(0, near(from + by * (last + 1), to) ? last + (inclusive ? 2 : 1) : last + (reached && !inclusive ? 0 : 1))
  context.spend(count, count)
  const offsets = new Tensor(
    Float64Array.from({ length: count }, (_, i) => i),
    [count],
  )
  return ops.add(start, ops.mul(step, offsets)) as Tensor
}

/** One of the positions along an axis: a number, or an array of numbers or truth values. */
function position(each: unknown): number | Tensor {
  if (typeof each === 'number' || each instanceof Tensor) return each
  throw new DomainError(`An index is a whole number or an array, not ${describeValue(each)}.`)
}

/** Positions along each axis, from 0, and the shape of what they choose. */
function chosen(shape: Shape, { axes }: Positions, growing = false) {
  if (axes.length !== shape.length)
    throw new ShapeError(`An index of ${axes.length} dimensions was given for an array of ${shape.length}, of shape ${formatShape(shape)}.`)
  const lists = axes.map((axis, i) => {
    const size = shape[i] as number
    if (axis instanceof Tensor && axis.dtype === 'bool') {
      if (axis.size !== size) throw new ShapeError(`A mask of ${axis.size} entries was given for ${size}.`)
      return Array.from(axis.data.keys()).filter(k => axis.data[k] !== 0)
    }
    const list = (axis instanceof Tensor ? [...axis.data] : [axis]).map(position => position - 1)
    for (const position of list) {
      if (!Number.isInteger(position)) throw new ShapeError(`An index is a whole number, not ${position + 1}.`)
      if (position < 0 || (position >= size && !growing)) throw new ShapeError(`The index ${position + 1} is outside 1 to ${size}.`)
    }
    return list
  })
  const sizes = axes.flatMap((axis, i) => (axis instanceof Tensor ? [(lists[i] as number[]).length] : []))
  return { lists, sizes }
}

/** Row-major positions of all combinations of positions along the axes. */
function flatPositions(lists: readonly number[][], shape: Shape): Int32Array {
  let flat = [0]
  for (const [i, list] of lists.entries()) flat = flat.flatMap(base => list.map(position => base * (shape[i] as number) + position))
  return Int32Array.from(flat)
}

/** Entries by index: an axis with a single number is dropped. */
export function subset(x: Value, at: Positions, context: Context): Value {
  const { lists, sizes } = chosen(shapeOf(x), at)
  context.spend(sizeOfShape(sizes), sizeOfShape(sizes))
  const indices = flatPositions(lists, shapeOf(x))
  return sizes.length === 0 ? ops.pick(x as Tensor, indices[0] as number) : ops.gatherEntries(x as Tensor, { shape: sizes, indices })
}

/** The array with other entries at an index, larger where the index is beyond its end. */
export function replaced(x: Value, at: Positions, replacement: Value, context: Context, fill: Value = 0): Tensor {
  const old = shapeOf(x)
  const { lists, sizes } = chosen(old, at, true)
  const shape = old.map((size, i) => Math.max(size, ...(lists[i] as number[]).map(position => position + 1)))
  context.spend(sizeOfShape(shape), sizeOfShape(shape))
  const count = sizeOfShape(sizes)
  const given = sizeOfShape(shapeOf(replacement))
  if (given !== 1 && given !== count) throw new ShapeError(`${given} values were given for the ${count} entries of the index.`)
  // The old entries, what fills the gaps, and the new ones.
  const fillAt = sizeOfShape(old)
  const indices = resizing(old, shape).map(index => (index < 0 ? fillAt : index))
  flatPositions(lists, shape).forEach((position, i) => {
    indices[position] = fillAt + 1 + (given === 1 ? 0 : i)
  })
  const entries = [ops.ravel(x as Tensor), ops.reshape(fill as number, [1]), ops.reshape(replacement as Tensor, [given])]
  return ops.gatherEntries(ops.concat(entries), { shape, indices })
}

/** For each entry of a new shape its position in the old one, −1 where there is none. */
function resizing(old: Shape, shape: Shape): Int32Array {
  let indices = Int32Array.of(0)
  for (const [axis, size] of shape.entries()) {
    const kept = old[axis] ?? 1
    const longer = new Int32Array(indices.length * size)
    for (let at = 0; at < longer.length; at++) {
      const base = indices[Math.floor(at / size)] as number
      longer[at] = base < 0 || at % size >= kept ? -1 : base * kept + (at % size)
    }
    indices = longer
  }
  return indices
}

function resized(x: Value, sizes: number[], fill: Value): Tensor {
  const old = shapeOf(x)
  if (sizes.length < old.length) throw new ShapeError(`resize: an array of shape ${formatShape(old)} cannot have the shape ${formatShape(sizes)}.`)
  const indices = resizing(old, sizes).map(index => (index < 0 ? sizeOfShape(old) : index))
  return ops.gatherEntries(ops.concat([ops.reshape(x as Tensor, [sizeOfShape(old)]), ops.reshape(fill as number, [1])]), { shape: sizes, indices })
}
