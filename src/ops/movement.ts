import type { Description, StepRule } from '../core/definition.ts'
import { shapeOf, toValue } from '../core/dispatch.ts'
import { integers } from '../core/option-kinds.ts'
import type { OptionKind, Options } from '../core/options.ts'
import { gatherIndices, mustFit, type Shape, sizeOfShape, stridesOf } from '../core/shape.ts'
import { Tensor } from '../core/tensor.ts'
import type { TensorLike, Value } from '../core/types.ts'
import { argumentsOf, type Linear, linear } from './kinds/linear.ts'

/** Where each entry of a result comes from: a row-major position in the operand, or −1 for a zero. */
export interface Movement {
  shape: Shape
  indices: Int32Array
}

export interface MovementDescription extends Description {
  /** From the operand's shape, the user's other arguments, and the options. */
  // biome-ignore lint/suspicious/noExplicitAny: every operator has arguments of its own; its exported type says which
  move: (shape: Shape, ...args: any[]) => Movement
}

const positions: OptionKind<Int32Array> = { wants: 'an Int32Array', accepts: given => given instanceof Int32Array }
const movementOptions = {
  shape: { is: integers, required: true, says: 'The shape of the result.' },
  indices: { is: positions, required: true, says: 'Where each entry comes from or goes to, by row-major position; −1 for nowhere.' },
} as const satisfies Options

/** Refuses positions that name no entry of a shape, and others than one for each entry of another. */
function fitPositions(indices: Int32Array, each: Shape, of: Shape): void {
  const size = sizeOfShape(of)
  mustFit(
    indices.length === sizeOfShape(each) && indices.every(index => index >= -1 && index < size),
    'the positions are one for each entry, and within the tensor',
  )
}

const gathering: StepRule = {
  arity: 1,
  params: movementOptions,
  mask: 'kept',
  shape: ([x], { shape, indices }: Movement) => {
    fitPositions(indices, shape, x as Shape)
    return shape
  },
}

/**
 * An operator that only moves entries: each entry of the result is an entry of the operand or 0. Its transpose adds
 * every entry of the cotangent to where it came from.
 */
export function movement<Operator>({ move, ...description }: MovementDescription) {
  return /* @__PURE__ */ linear<Operator>({
    ...description,
    moves: 'gathers',
    everyDtype: true,
    step: gathering,
    takes: argumentsOf(description, move),
    positions: (params: Movement) => params.indices,
    signature: (x, ...args) => {
      const operand = toValue(description.name, x)
      const shape = shapeOf(operand)
      const make = () => move(shape, ...args)
      return { operands: [operand], params: sizeOfShape(shape) < REMEMBERED ? make() : remembered(JSON.stringify([description.name, shape, args]), make) }
    },
    value: ([x], params: Movement) => gatherValue(x as number | Tensor, params),
    transpose: (cotangent, params: Movement, [shape]) => [scatterEntries(cotangent as Tensor, { shape: shape as Shape, indices: params.indices }) as Value],
    batch: ([x], _batched, size, params: Movement) => gatherEntries(x as Tensor, batchMovement(params, size, sizeOfShape(shapeOf(x).slice(1)))),
  })
}

/** Movements that were made last, and how many places they may hold together: models use the same few in every step. */
const recent = /* @__PURE__ */ new Map<string, Movement>()
const MOST_PLACES = 2 ** 23
/** Entries of an operand from which on its movement is looked for before it is made. */
const REMEMBERED = 1024

/** The movement that was made under a key, if that is not long ago. */
export function remembered(key: string, make: () => Movement): Movement {
  const known = recent.get(key)
  if (known !== undefined) return known
  const made = make()
  let places = made.indices.length
  for (const each of recent.values()) places += each.indices.length
  for (const [name, { indices }] of recent) {
    if (places <= MOST_PLACES) break
    places -= indices.length
    recent.delete(name)
  }
  if (places <= MOST_PLACES) recent.set(key, made)
  return made
}

/** A range of an axis: its first position, how many there are, and from one to the next. */
export interface Range {
  readonly first: number
  readonly count: number
  readonly step: number
}

/** The entries in a range of each axis. */
export function slicedEntries(shape: Shape, ranges: readonly Range[]): Movement {
  const strides = stridesOf(shape)
  const to = ranges.map(range => range.count)
  const first = ranges.reduce((sum, range, axis) => sum + range.first * (strides[axis] as number), 0)
  return {
    shape: to,
    indices: gatherIndices(
      to,
      ranges.map((range, axis) => range.step * (strides[axis] as number)),
      first,
    ),
  }
}

/** The same movement for each item of a batch; `from` entries of an item are those that indices count. */
function batchMovement({ shape, indices }: Movement, size: number, from: number): Movement {
  const all = new Int32Array(sizeOfShape([size, indices.length]))
  for (let b = 0, at = 0; b < size; b++) for (const index of indices) all[at++] = index < 0 ? -1 : index + b * from
  return { shape: [size, ...shape], indices: all }
}

function gatherValue(x: number | Tensor, { shape, indices }: Movement): Tensor {
  if (!(x instanceof Tensor)) return new Tensor(gathered(Float64Array.of(x), indices), shape)
  const { data } = x as { data: Float64Array | Float32Array | Int32Array }
  return new Tensor(data instanceof Float64Array ? gathered(data, indices) : gatheredNarrow(data, indices), shape, x.dtype)
}

function gathered(from: Float64Array, indices: Int32Array): Float64Array {
  const data = new Float64Array(indices.length)
  for (let i = 0; i < indices.length; i++) {
    const index = indices[i] as number
    if (index >= 0) data[i] = from[index] as number
  }
  return data
}

/** The same for narrow numbers, in a loop of its own: one that has seen several kinds of arrays is slower for each. */
function gatheredNarrow(from: Float32Array | Int32Array, indices: Int32Array): Float64Array {
  const data = from instanceof Float32Array ? new Float32Array(indices.length) : new Int32Array(indices.length)
  for (let i = 0; i < indices.length; i++) {
    const index = indices[i] as number
    if (index >= 0) data[i] = from[index] as number
  }
  return data as unknown as Float64Array
}

export const gatherEntries: Linear<(x: TensorLike, movement: Movement) => Tensor> = /* @__PURE__ */ linear({
  name: 'gatherEntries',
  moves: 'gathers',
  everyDtype: true,
  step: gathering,
  positions: (params: Movement) => params.indices,
  summary: 'Entries by row-major position; −1 gives 0. What every movement of entries is made of.',
  formula: 'y_i = x_{p_i}',
  options: movementOptions,
  signature: (x, params) => ({ operands: [x], params }),
  value: ([x], params: Movement) => gatherValue(x as number | Tensor, params),
  transpose: (cotangent, params: Movement, [shape]) => [scatterEntries(cotangent as Tensor, { shape: shape as Shape, indices: params.indices }) as Value],
  batch: ([x], _batched, size, params: Movement) => gatherEntries(x as Tensor, batchMovement(params, size, sizeOfShape(shapeOf(x).slice(1)))),
  samples: [[[0.5, 2, -1], { shape: [4], indices: Int32Array.of(2, 0, 0, -1) }]],
})

export const scatterEntries: Linear<(x: TensorLike, movement: Movement) => Tensor | number> = /* @__PURE__ */ linear({
  name: 'scatterEntries',
  integral: true,
  moves: 'scatters',
  step: {
    arity: 1,
    params: movementOptions,
    shape: ([x], { shape, indices }: Movement) => {
      fitPositions(indices, x as Shape, shape)
      return shape
    },
  },
  summary: 'Adds entries up at row-major positions of a tensor of zeros: the transpose of gatherEntries.',
  formula: String.raw`y_j = \sum_{i: p_i = j} x_i`,
  options: movementOptions,
  signature: (x, params) => ({ operands: [x], params }),
  value: ([x], { shape, indices }: Movement) => {
    const from = x instanceof Tensor ? x.data : [x as number]
    const data = new Float64Array(sizeOfShape(shape))
    for (let i = 0; i < indices.length; i++) {
      const index = indices[i] as number
      if (index >= 0) data[index] = (data[index] as number) + (from[i] as number)
    }
    return new Tensor(data, shape)
  },
  batch: ([x], _batched, size, params: Movement) => scatterEntries(x as Tensor, batchMovement(params, size, sizeOfShape(params.shape))) as Value,
  transpose: (cotangent, params: Movement, [shape]) => [gatherEntries(cotangent as Tensor, { shape: shape as Shape, indices: params.indices })],
  samples: [[[0.5, 2, -1, 4], { shape: [3], indices: Int32Array.of(2, 0, 0, -1) }]],
})
