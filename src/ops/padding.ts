import { shapeOf, toValue } from '../core/dispatch.ts'
import { ShapeError } from '../core/errors.ts'
import { full } from '../core/makers.ts'
import { count, differentiable } from '../core/option-kinds.ts'
import type { Given, OptionKind, Options, OptionsOf, Read } from '../core/options.ts'
import { formatShape, type Shape, sizeOfShape, stridesOf } from '../core/shape.ts'
import type { Tensor } from '../core/tensor.ts'
import type { TensorLike } from '../core/types.ts'
import { sourcePositions, wrap } from './axes.ts'
import { composite } from './kinds/composite.ts'
import { movement } from './movement.ts'
import { where } from './selection.ts'

const matrix = [
  [1, 2, 3],
  [4, 5, 6],
] as const

type Padding = number | readonly [number, number] | readonly (readonly [number, number])[]

const paddings: OptionKind<Padding> = {
  wants: 'an integer of at least 0, [before, after], or a list of such pairs with one for each axis',
  accepts: (given): given is Padding => count.accepts(given) || isPair(given) || (Array.isArray(given) && given.every(isPair)),
}

/** Whether something is [before, after]. */
export function isPair(given: unknown): given is readonly [number, number] {
  return Array.isArray(given) && given.length === 2 && given.every(count.accepts)
}

const modes = ['constant', 'edge', 'reflect', 'symmetric', 'wrap'] as const

const padOptions = {
  padding: { is: paddings, required: true, says: 'How many entries go before and after, for all axes or for each.' },
  mode: { is: modes, default: 'constant', says: 'What they are: a value, the edge, or the tensor mirrored or repeated.' },
  value: { is: differentiable, default: 0, says: 'The value for mode constant.' },
} as const satisfies Options

/** How `pad` fills: with a value, with the edge, or with the tensor mirrored or repeated. */
export type PadOptions = Omit<OptionsOf<typeof padOptions>, 'padding'>
type Mode = (typeof modes)[number]

const padEntriesOptions = {
  padding: { is: paddings, required: true, says: 'Pairs [before, after], one for each axis.' },
  mode: { is: modes, required: true, says: 'Where the entries come from.' },
} as const satisfies Options

export const padEntries = /* @__PURE__ */ movement<(x: TensorLike, padding: readonly (readonly [number, number])[], mode: Mode) => Tensor>({
  name: 'padEntries',
  summary: 'Entries around a tensor; 0 in mode constant.',
  formula: String.raw`x \to \text{shape}`,
  options: padEntriesOptions,
  bare: ['padding', 'mode'],
  move: (shape, { padding, mode }: { padding: readonly (readonly [number, number])[]; mode: Mode }) => {
    const to = shape.map((length, axis) => length + (padding[axis]?.[0] ?? 0) + (padding[axis]?.[1] ?? 0))
    const source = PAD_MODES[mode]
    return { shape: to, indices: sourcePositions(to, stridesOf(shape), (i, axis) => source(i - (padding[axis]?.[0] ?? 0), shape[axis] as number)) }
  },
  samples: [
    [
      matrix,
      [
        [1, 0],
        [2, 1],
      ],
      'edge',
    ],
  ],
})

/** Which entry fills position i, which may lie outside 0 … n − 1; −1 for none. */
const PAD_MODES: { [mode in Mode]: (i: number, n: number) => number } = {
  constant: (i, n) => (i < 0 || i >= n ? -1 : i),
  edge: (i, n) => Math.min(Math.max(i, 0), n - 1),
  wrap: (i, n) => wrap(i, n),
  symmetric: (i, n) => Math.min(wrap(i, 2 * n), 2 * n - 1 - wrap(i, 2 * n)),
  reflect: (i, n) => (n === 1 ? 0 : Math.min(wrap(i, 2 * n - 2), 2 * n - 2 - wrap(i, 2 * n - 2))),
}

export const pad = /* @__PURE__ */ composite<(x: TensorLike, ...options: Given<OptionsOf<typeof padOptions>, ['padding', 'mode']>) => Tensor>({
  name: 'pad',
  summary: 'Entries around a tensor: [before, after] for each axis, or the same for all.',
  formula: String.raw`x \to \text{shape}`,
  names: ['np.pad', 'torch.nn.functional.pad', 'jnp.pad', 'tf.pad'],
  options: padOptions,
  bare: ['padding', 'mode'],
  of: (x: TensorLike, { padding, mode, value }: Read<typeof padOptions>) => {
    const operand = toValue('pad', x)
    const shape = shapeOf(operand)
    const pairs = paddingPairs(padding, shape)
    if (mode !== 'constant' && sizeOfShape(shape) === 0) throw new ShapeError(`pad: shape ${formatShape(shape)} holds no entry to fill with.`)
    const padded = padEntries(operand, pairs, mode)
    if (mode !== 'constant' || value === 0) return padded
    const inside = padEntries(full(shape, 1), pairs, mode)
    return where(inside, padded, value)
  },
  samples: [
    [matrix, 1],
    [
      matrix,
      [
        [1, 0],
        [0, 2],
      ],
      { value: 7 },
    ],
    [
      matrix,
      [
        [1, 1],
        [2, 2],
      ],
      { mode: 'reflect' },
    ],
    [
      matrix,
      [
        [2, 1],
        [1, 2],
      ],
      { mode: 'wrap' },
    ],
    [
      matrix,
      [
        [2, 1],
        [1, 2],
      ],
      { mode: 'symmetric' },
    ],
  ],
})

function paddingPairs(padding: Padding, shape: Shape): (readonly [number, number])[] {
  const pairs =
    typeof padding === 'number'
      ? shape.map(() => [padding, padding] as const)
      : typeof padding[0] === 'number'
        ? shape.map(() => padding as readonly [number, number])
        : (padding as readonly (readonly [number, number])[])
  if (pairs.length !== shape.length)
    throw new ShapeError(`pad: ${pairs.length} pairs [before, after] are given for shape ${formatShape(shape)}, which has ${shape.length} axes.`)
  return [...pairs]
}
