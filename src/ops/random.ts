import { shapeOf } from '../core/dispatch.ts'
import { DomainError } from '../core/errors.ts'
import { integers } from '../core/option-kinds.ts'
import type { Options, OptionsOf, Read } from '../core/options.ts'
import { broadcastShapes, broadcastStrides, checkShape, gatherIndices, mustFit, type Shape, sizeOfShape } from '../core/shape.ts'
import { Tensor } from '../core/tensor.ts'
import type { TensorLike, Value } from '../core/types.ts'
import { withShape } from './broadcast.ts'
import { exactLog } from './kernels/exact-log.ts'
import { normalQuantile } from './kernels/normal.ts'
import { randomUniform, randomUniform32, randomWords, threefryAt } from './kernels/threefry.ts'
import { type Linear, linear, zerosOf } from './kinds/linear.ts'

/*
 * What `dualtape/random` is made of: operators of keys, which are pairs of integers below 2^32. They are computed by one code in every
 * target, of operations that IEEE 754 rounds in one way only, so that their bits are the same everywhere.
 */

const KEYS = 'A key is a Tensor of two integers below 2^32, as key(seed), split and fold give it'
const citation = 'Salmon, Moraes, Dror and Shaw, SC 2011.'

/** The leading axes of keys. */
function axesOfKeys(shape: Shape | undefined): Shape {
  mustFit(shape?.at(-1) === 2, `${KEYS}; the last axis of keys has the length 2`)
  return (shape as Shape).slice(0, -1)
}

/** The words of the key that begins at a place. */
function wordsOf(name: string, { data }: Tensor, at: number): [number, number] {
  const words: [number, number] = [data[at] as number, data[at + 1] as number]
  for (const word of words) if (word >>> 0 !== word) throw new DomainError(`${name}: ${KEYS}, but it holds ${word}.`)
  return words
}

export const threefry: Linear<(key: TensorLike, counter: TensorLike) => Tensor> = /* @__PURE__ */ linear({
  name: 'threefry',
  operands: 2,
  step: {
    arity: 2,
    shape: ([key, counter]) => [...broadcastShapes('counter', [axesOfKeys(key), counter as Shape]), 2],
  },
  constant: true,
  summary: 'Keys that follow from a key and counters: Threefry-2x32 with 20 rounds.',
  formula: 'T_k(n)',
  names: ['jax.random.bits'],
  domain: 'Keys are two integers below 2^32 along the last axis; counters are integers from 0 up to but without 2^53.',
  convention: 'Integers: no derivative passes.',
  citation,
  signature: (key, counter) => ({ operands: [key, counter] }),
  value: ([keys, counters]) => {
    const axes = axesOfKeys(shapeOf(keys))
    const own = shapeOf(counters)
    const shape = broadcastShapes('threefry', [axes, own])
    const [keyAt, counterAt] = [axes, own].map(each => gatherIndices(shape, broadcastStrides(each, shape))) as [Int32Array, Int32Array]
    const entries: ArrayLike<number> = counters instanceof Tensor ? counters.data : [counters]
    const data = new Float64Array(2 * sizeOfShape(shape))
    for (let i = 0; 2 * i < data.length; i++) {
      const counter = entries[counterAt[i] as number] as number
      if (!Number.isSafeInteger(counter) || counter < 0) {
        throw new DomainError(`threefry: counters are integers from 0 up to but without 2^53, but ${counter} was given.`)
      }
      const [first, second] = wordsOf('threefry', keys, 2 * (keyAt[i] as number))
      threefryAt(first, second, Math.floor(counter / 2 ** 32), counter % 2 ** 32, data, 2 * i)
    }
    return new Tensor(data, [...shape, 2])
  },
  example: ([keys, counters]) => zerosOf([...broadcastShapes('threefry', [axesOfKeys(shapeOf(keys)), shapeOf(counters)]), 2]),
  batch: ([keys, counters], [keysAre, countersAre], size) => {
    const rank = Math.max(shapeOf(keys).length - (keysAre ? 2 : 1), shapeOf(counters).length - (countersAre ? 1 : 0))
    /** Axes of length 1 behind that of the items, so that the others stand below each other. */
    const aligned = (x: Value, count: number) => {
      const [, ...item] = shapeOf(x)
      return withShape(x, [size, ...new Array<number>(count - item.length).fill(1), ...item])
    }
    return threefry((keysAre ? aligned(keys, rank + 1) : keys) as Tensor, (countersAre ? aligned(counters, rank) : counters) as Tensor)
  },
  transpose: () => [],
  samples: [
    [[0, 0], 0],
    [
      [320440878, 57701188],
      [0, 1, 4294967296],
    ],
  ],
})

const entriesOptions = {
  shape: { is: integers, required: true, says: 'The shape of the result, behind that of the keys.' },
  of: {
    is: ['bits', 'uniform', 'normal', 'gumbel'],
    required: true,
    says: 'What they are: integers below 2^32, fractions below 1, or values of the normal or the Gumbel distribution.',
  },
  digits: { is: [52, 23], default: 52, says: 'How many bits the fractions have: 23 are those of a float32.' },
} as const satisfies Options

type Entries = OptionsOf<typeof entriesOptions>

export const randomEntries: Linear<(key: TensorLike, options: Entries) => Value> = /* @__PURE__ */ linear({
  name: 'randomEntries',
  step: {
    arity: 1,
    params: entriesOptions,
    shape: ([key], { shape }: Entries) => [...axesOfKeys(key), ...shape],
  },
  constant: true,
  summary: 'Random numbers of a key: entry i is made of the hash of i.',
  formula: String.raw`F^{-1}(2^{-64}\,T_k(i))`,
  domain: 'Keys are two integers below 2^32 along the last axis.',
  convention: 'Constants: no derivative passes.',
  citation: `${citation} Quantiles of the normal distribution: Wichura 1988, AS 241.`,
  options: entriesOptions,
  signature: (key, { shape, of, digits }: Read<typeof entriesOptions>) => ({
    operands: [key],
    params: { shape: checkShape('randomEntries', shape), of, digits },
  }),
  value: ([keys], { shape, of, digits }: Read<typeof entriesOptions>) => {
    const axes = axesOfKeys(shapeOf(keys))
    const size = sizeOfShape(shape)
    const data = new Float64Array(sizeOfShape(axes) * size)
    for (let k = 0; k < sizeOfShape(axes); k++) {
      const [first, second] = wordsOf('randomEntries', keys, 2 * k)
      const out = data.subarray(k * size, (k + 1) * size)
      if (of === 'bits') randomWords(first, second, out)
      else if (digits === 23) randomUniform32(first, second, out)
      else randomUniform(first, second, out)
      if (of === 'normal') toNormal(out, 1 - 0.5 ** (digits + 1))
      if (of === 'gumbel') toGumbel(out, digits === 23 ? 2 ** -126 : 2 ** -1022)
    }
    return new Tensor(data, [...axes, ...shape])
  },
  example: ([keys], { shape }: Entries) => zerosOf([...axesOfKeys(shapeOf(keys)), ...shape]),
  batch: ([keys], _batched, _size, params) => randomEntries(keys, params),
  transpose: () => [],
  samples: [
    [[0, 0], { shape: [2, 3], of: 'bits' }],
    [[320440878, 57701188], { shape: [], of: 'uniform' }],
    [
      [
        [0, 1],
        [2, 3],
      ],
      { shape: [2], of: 'normal' },
    ],
    [[0, 1], { shape: [1], of: 'gumbel', digits: 23 }],
  ],
})

/** Fractions as quantiles of the normal distribution, of 2u − 1 from the smallest number above −1 on. */
function toNormal(out: Float64Array, largest: number): void {
  for (let i = 0; i < out.length; i++) out[i] = normalQuantile(2 * (out[i] as number) - largest)
}

/** −log(−log u), with the smallest normal number in place of 0. */
function toGumbel(out: Float64Array, smallest: number): void {
  for (let i = 0; i < out.length; i++) out[i] = -exactLog(-exactLog((out[i] as number) || smallest))
}
