import { isAbstract, pickEntry, value as plainValue, shapeOf, toValue } from '../core/dispatch.ts'
import { ShapeError } from '../core/errors.ts'
import { sourceOf } from '../core/lists.ts'
import { index, integer, oneOrAll, axes as steps } from '../core/option-kinds.ts'
import type { Given, OptionKind, Options, OptionsOf, Read } from '../core/options.ts'
import { broadcastShapes, formatShape, gatherIndices, normalizeAxis, type Shape, sameShape, sizeOfShape, stridesOf } from '../core/shape.ts'
import { Tensor } from '../core/tensor.ts'
import { isTraced, Traced } from '../core/traced.ts'
import type { TensorLike, Value } from '../core/types.ts'
import { add, mul, sub } from './arithmetic.ts'
import { broadcastTo, withShape } from './broadcast.ts'
import { eq } from './comparison.ts'
import { composite } from './kinds/composite.ts'
import { gatherEntries, type Movement, type Range, scatterEntries, slicedEntries } from './movement.ts'
import { checkedIndices, gatherAt, inRange, scatterAt } from './places.ts'

/*
 * Entries by index. Indices are values: constants, or integers that a transform knows for many items or not yet. They have no
 * derivative.
 */

const alongFirst = { axis: { is: integer, default: 0, says: 'Along which axis.' } } as const satisfies Options
type AlongFirst = Given<OptionsOf<typeof alongFirst>, ['axis']>
const alongLast = { axis: { is: integer, default: -1, says: 'Along which axis.' } } as const satisfies Options
type AlongLast = Given<OptionsOf<typeof alongLast>, ['axis']>

const matrix = [
  [1, 2, 3],
  [4, 5, 6],
] as const

/** Indices as plain numbers, but where a transform stands for many of them or for later ones. */
function readIndices(name: string, indices: unknown, position = 1): Value {
  const given = toValue(name, indices, position)
  return isAbstract(given) ? given : plainValue(given)
}

function isKnown(indices: Value): indices is number | Tensor {
  return !isTraced(indices)
}

/** One entry: of an array of numbers, which is there without a tensor of all, or of a tensor along its only axis; undefined for other operands. */
function entryOf(x: unknown, index: Value, axis: number): Value | undefined {
  if (typeof index !== 'number') return undefined
  const place = (length: number) => inRange('take', index, [length], normalizeAxis('take', axis, 1))
  if (x instanceof Tensor) return x.shape.length === 1 && x.dtype !== 'bool' ? pickEntry(x, place(x.shape[0] as number)) : undefined
  // `at`, and not x[i]: see startsWithNumber.
  if (!Array.isArray(x) || sourceOf(x) !== undefined || !isNumber(x.at(0))) return undefined
  const entry = x.at(place(x.length))
  return isNumber(entry) ? entry : undefined
}

function isNumber(x: unknown): x is number | Traced {
  return typeof x === 'number' || x instanceof Traced
}

export const take = /* @__PURE__ */ composite<(x: TensorLike, indices: TensorLike, ...options: AlongFirst) => Tensor>({
  name: 'take',
  summary: 'Entries (or slices along an axis, the first by default) at the given indices, which may repeat.',
  formula: 'y_i = x_{k_i}',
  names: ['np.take', 'torch.index_select', 'jnp.take', 'tf.gather'],
  convention: 'Negative indices count from the end. The derivative of an entry that is taken several times adds up; indices have none.',
  options: alongFirst,
  bare: ['axis'],
  of: (x: TensorLike, given: TensorLike, { axis }: Read<typeof alongFirst>) => {
    const indices = readIndices('take', given)
    const entry = entryOf(x, indices, axis)
    if (entry !== undefined) return entry
    const operand = toValue('take', x)
    const options = { shape: shapeOf(operand), axis: normalizeAxis('take', axis, shapeOf(operand).length) }
    return isKnown(indices) ? gatherEntries(operand, takenEntries(indices, options)) : gatherAt(operand, takenPlaces(indices, options) as Tensor)
  },
  samples: [
    [
      [1, 2, 3],
      [2, 0, 2],
    ],
    [matrix, [-1, 0], { axis: 1 }],
    [matrix, 1],
  ],
})

export const gather = /* @__PURE__ */ composite<(x: TensorLike, indices: TensorLike, ...options: AlongLast) => Tensor>({
  name: 'gather',
  summary: 'For each place of the indices, the entry of the operand in the same place but with that index along an axis (the last by default), as in PyTorch.',
  formula: 'y_i = x_{k_i}',
  names: ['torch.gather'],
  convention: 'Negative indices count from the end. The derivative of an entry that is gathered several times adds up; indices have none.',
  options: alongLast,
  bare: ['axis'],
  of: (x: TensorLike, given: TensorLike, { axis }: Read<typeof alongLast>) => {
    const operand = toValue('gather', x)
    const indices = readIndices('gather', given)
    const options = { shape: shapeOf(operand), axis }
    return isKnown(indices)
      ? gatherEntries(operand, gatheredEntries('gather', indices, options))
      : gatherAt(operand, gatheredPlaces('gather', indices, options) as Tensor)
  },
  samples: [
    [
      [3, 1, 2],
      [2, 0, 2, 2],
    ],
    [
      [
        [3, 1],
        [0.5, 4],
      ],
      [
        [1, 0],
        [-1, 1],
      ],
      { axis: 0 },
    ],
  ],
})

export const takeAlongAxis = /* @__PURE__ */ composite<(x: TensorLike, indices: TensorLike, ...options: AlongLast) => Tensor>({
  name: 'takeAlongAxis',
  summary: 'For each place, the entry with the index that stands there, along an axis (the last by default); the other axes broadcast, as in NumPy.',
  formula: 'y_i = x_{k_i}',
  names: ['np.take_along_axis', 'torch.take_along_dim', 'jnp.take_along_axis'],
  convention: 'Negative indices count from the end. The derivative of an entry that is taken several times adds up; indices have none.',
  options: alongLast,
  bare: ['axis'],
  of: (x: TensorLike, given: TensorLike, { axis }: Read<typeof alongLast>) => {
    const [operand, indices] = [toValue('takeAlongAxis', x), readIndices('takeAlongAxis', given)]
    const [shape, places] = [shapeOf(operand), shapeOf(indices)]
    if (shape.length !== places.length) {
      throw new ShapeError(`takeAlongAxis: indices of shape ${formatShape(places)} have another rank than shape ${formatShape(shape)}.`)
    }
    const along = normalizeAxis('takeAlongAxis', axis, shape.length)
    const others = broadcastShapes('takeAlongAxis', [shape.with(along, 1), places.with(along, 1)])
    const spread = (each: Value, length: number) => broadcastTo(each as Tensor, others.with(along, length))
    return gather(spread(operand, shape[along] as number), spread(indices, places[along] as number), along)
  },
  samples: [
    [
      [3, 1, 2],
      [2, 0, 2, 2],
    ],
    [matrix, [[2, 0]]],
    [[[1, 2, 3]], [[0], [-1]]],
    [matrix, [[1, 0, -1]], { axis: 0 }],
  ],
})

export const scatterAdd = /* @__PURE__ */ composite<(x: TensorLike, indices: TensorLike, updates: TensorLike, ...options: AlongLast) => Tensor>({
  name: 'scatterAdd',
  operands: [0, 2],
  summary: 'The operand with each update added to the entry with the index that stands in its place, along an axis (the last by default).',
  formula: String.raw`y_j = x_j + \sum_{i: k_i = j} u_i`,
  names: ['torch.scatter_add', 'torch.Tensor.index_add_', 'np.add.at'],
  convention: 'Updates to the same entry add up. Negative indices count from the end, and have no derivative.',
  options: alongLast,
  bare: ['axis'],
  of: (x: TensorLike, given: TensorLike, updates: TensorLike, { axis }: Read<typeof alongLast>) => {
    const [operand, added] = [toValue('scatterAdd', x, 0), toValue('scatterAdd', updates, 2)]
    const indices = readIndices('scatterAdd', given)
    if (!sameShape(shapeOf(indices), shapeOf(added))) {
      throw new ShapeError(
        `scatterAdd: indices of shape ${formatShape(shapeOf(indices))} and updates of shape ${formatShape(shapeOf(added))} must have one shape.`,
      )
    }
    const options = { shape: shapeOf(operand), axis }
    if (!isKnown(indices)) return add(operand, scatterAt(added, gatheredPlaces('scatterAdd', indices, options) as Tensor, options.shape))
    const { indices: positions } = gatheredEntries('scatterAdd', indices, options)
    return add(operand, scatterEntries(added as Tensor, { shape: options.shape, indices: positions }))
  },
  samples: [
    [
      [3, 1, 2],
      [2, 0, 2],
      [10, 20, 30],
    ],
    [
      [
        [3, 1],
        [0.5, 4],
      ],
      [[1, 0]],
      [[10, 20]],
      { axis: 0 },
    ],
  ],
})

type Bound = number | null | readonly (number | null)[]

const bound: OptionKind<Bound> = {
  wants: 'an integer, null, or a list of them',
  traced: true,
  accepts: (given): given is Bound => oneOrAll(given, each => each === null || index.accepts(each)),
}
const sliceOptions = {
  start: { is: bound, says: 'The first position.' },
  stop: { is: bound, says: 'The position after the last one.' },
  step: { is: steps, default: 1, says: 'From one position to the next.' },
} as const satisfies Options

export const slice = /* @__PURE__ */ composite<(x: TensorLike, ...options: Given<OptionsOf<typeof sliceOptions>, ['start', 'stop', 'step']>) => Tensor>({
  name: 'slice',
  summary: 'Entries from start up to but without stop, in steps: numbers for the first axis, lists for one axis after the other.',
  formula: 'x_{a:b:s}',
  names: ['tf.slice', 'torch.narrow', 'jax.lax.slice'],
  convention:
    'Negative positions count from the end, positions beyond an end are cut to it, and a negative step walks backwards, as in Python. ' +
    'Of positions that are values of a trace or a batch, stop − start must stay what it is, and none may be beyond an end.',
  options: sliceOptions,
  bare: ['start', 'stop', 'step'],
  of: (x: TensorLike, { start, stop, step }: Read<typeof sliceOptions>) => {
    const operand = toValue('slice', x)
    const shape = shapeOf(operand)
    const list = <T>(given: T | readonly T[] | undefined): readonly (T | undefined)[] => (Array.isArray(given) ? given : [given as T | undefined])
    const known = (given: Bound | undefined) => list(given).map(each => (isTraced(each) && !isAbstract(each) ? plainValue(each) : each) ?? undefined)
    const [starts, stops, by] = [known(start), known(stop), list(step)]
    const longest = Math.max(starts.length, stops.length, by.length)
    if (longest > shape.length) throw new ShapeError(`slice: ${longest} axes are given for shape ${formatShape(shape)}, which has ${shape.length}.`)
    const ranges = shape.map((length, axis) => rangeOf(length, starts[axis], stops[axis], by[axis] ?? 1))
    return ranges.some(({ first }) => isTraced(first))
      ? gatherAt(operand, slicedPlaces(shape, ranges) as Tensor)
      : gatherEntries(operand, slicedEntries(shape, ranges))
  },
  samples: [
    [[1, 2, 3, 4], 1, 3],
    [[1, 2, 3, 4], -1, null, -2],
    [matrix, [0, 1], [2, 3]],
    [matrix, [1]],
  ],
})

/** First position, number and step of a slice of an axis, as Python counts. */
function rangeOf(length: number, start: number | undefined, stop: number | undefined, step: number): Range {
  if (step === 0) throw new ShapeError(`slice: a step is an integer other than 0, not ${step}.`)
  if (isTraced(start) || isTraced(stop)) return movingRange(start, stop, step)
  const [lowest, highest] = step > 0 ? [0, length] : [-1, length - 1]
  const clamp = (position: number) => Math.min(Math.max(position < 0 ? position + length : position, lowest), highest)
  const first = start === undefined ? (step > 0 ? lowest : highest) : clamp(start)
  const last = stop === undefined ? (step > 0 ? highest : lowest) : clamp(stop)
  return { first, step, count: Math.max(0, Math.ceil((last - first) / step)) }
}

/** A range of as many positions as in the example that a trace has, wherever it begins. */
function movingRange(start: number | undefined, stop: number | undefined, step: number): Range {
  if (start === undefined || stop === undefined) {
    throw new ShapeError(
      'slice: start and stop are given together where one is a value of a trace or a batch, as in slice(x, i, add(i, 3)): the length must not change.',
    )
  }
  const length: number = sub(stop, start)
  const count = exampleOf(length)
  // In a trace another length is another version of the function; in a loop or a batch it is an error.
  if (isTraced(length) && length.arena.owner.asksAgain === true && !eq(length, count)) throw new ShapeError('slice: its length has changed.')
  return { first: start, count: Math.max(0, Math.ceil(count / step)), step }
}

/** The number that a value has in the example of a trace, or for the first item of a batch. */
function exampleOf(x: unknown): number {
  let current = x
  while (isTraced(current)) current = current.arena.owner.primal(current)
  return current instanceof Tensor ? (current.data[0] as number) : Number(current)
}

// Where entries come from: as a table for indices that are known, as a value for others.

interface Along {
  readonly shape: Shape
  readonly axis: number
}

function takenEntries(indices: number | Tensor, { shape, axis }: Along): Movement {
  const chosen = Array.from(indices instanceof Tensor ? indices.data : [indices], each => inRange('take', each, shape, axis))
  const [before, after] = [shape.slice(0, axis), shape.slice(axis + 1)]
  const [length, inner] = [shape[axis] as number, sizeOfShape(after)]
  const to = [...before, ...shapeOf(indices), ...after]
  const moved = new Int32Array(sizeOfShape(to))
  let i = 0
  for (let outer = 0; outer < sizeOfShape(before); outer++) {
    for (const position of chosen) for (let k = 0; k < inner; k++) moved[i++] = (outer * length + position) * inner + k
  }
  return { shape: to, indices: moved }
}

function takenPlaces(indices: Value, { shape, axis }: Along): Value {
  const strides = stridesOf(shape)
  const [before, after] = [shape.slice(0, axis), shape.slice(axis + 1)]
  const chosen = shapeOf(indices)
  const ones = chosen.map(() => 1)
  const checked = checkedIndices(indices as Tensor, { of: 'take', shape, axis, span: 0 }) as Tensor
  if (shape.length === 1) return checked
  const rows = grid([...before, ...ones, ...after], [...strides.slice(0, axis), ...ones, ...strides.slice(axis + 1)])
  const places = mul(checked, strides[axis] as number)
  return add(withShape(places, [...before.map(() => 1), ...chosen, ...after.map(() => 1)]) as Tensor, rows)
}

function gatheredEntries(name: 'gather' | 'scatterAdd', indices: number | Tensor, { shape, axis }: Along): Movement {
  const along = checkFit(name, indices, shape, axis)
  const to = shapeOf(indices)
  const strides = stridesOf(shape)
  const others = gatherIndices(
    to,
    strides.map((stride, i) => (i === along ? 0 : stride)),
  )
  const { data } = indices as Tensor
  return { shape: to, indices: others.map((place, i) => place + inRange(name, data[i] as number, shape, along) * (strides[along] as number)) }
}

function gatheredPlaces(name: 'gather' | 'scatterAdd', indices: Value, { shape, axis }: Along): Value {
  const along = checkFit(name, indices, shape, axis)
  const strides = stridesOf(shape)
  const others = grid(
    shapeOf(indices).map((length, i) => (i === along ? 1 : length)),
    strides.map((stride, i) => (i === along ? 0 : stride)),
  )
  return add(mul(checkedIndices(indices as Tensor, { of: name, shape, axis: along, span: 0 }) as Tensor, strides[along] as number), others)
}

/** The axis along which indices of such a shape name entries. */
function checkFit(name: string, indices: Value, shape: Shape, axis: number): number {
  const along = normalizeAxis(name, axis, shape.length)
  const given = shapeOf(indices)
  if (given.length !== shape.length || given.some((length, i) => i !== along && length > (shape[i] as number))) {
    throw new ShapeError(
      `${name}: indices of shape ${formatShape(given)} do not fit shape ${formatShape(shape)}: they have its rank, and outside axis ${along} no longer axes.`,
    )
  }
  return along
}

function slicedPlaces(shape: Shape, ranges: readonly Range[]): Value {
  const strides = stridesOf(shape)
  const moving = ranges.map(({ first }) => isTraced(first))
  const known = slicedEntries(
    shape,
    ranges.map((range, axis) => (moving[axis] ? { ...range, first: 0 } : range)),
  )
  return ranges.reduce(
    (places: Value, { first, count, step }, axis) => {
      if (!moving[axis] || count === 0) return places
      const start = checkedIndices(first, { of: 'slice', shape, axis, span: (count - 1) * step })
      return add(places as Tensor, mul(start as number, strides[axis] as number))
    },
    new Tensor(Float64Array.from(known.indices), known.shape),
  )
}

/** The sums of indices times strides. */
function grid(shape: Shape, strides: readonly number[]): Tensor {
  return new Tensor(Float64Array.from(gatherIndices(shape, strides)), shape)
}

/** One entry of a tensor by an index for each axis, of which some are values of a trace or a batch. */
export function entryAt(tensor: Tensor, indices: readonly number[]): Value {
  const { shape } = tensor
  const strides = stridesOf(shape)
  const place = indices.reduce((sum: number, given, axis) => {
    const index = readIndices('at', given, axis)
    const checked = isKnown(index)
      ? inRange('at', Number(index), shape, axis)
      : (checkedIndices(index as unknown as number, { of: 'at', shape, axis, span: 0 }) as number)
    return add(sum, mul(checked, strides[axis] as number))
  }, 0)
  return gatherAt(tensor, place)
}
