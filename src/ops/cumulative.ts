import type { Definition, StepRule } from '../core/definition.ts'
import { shapeOf, toValue } from '../core/dispatch.ts'
import { ShapeError } from '../core/errors.ts'
import { count, flag, integer } from '../core/option-kinds.ts'
import type { Given, Options, OptionsOf, Read } from '../core/options.ts'
import { mustFit, normalizeAxis, type Shape, sameShape, sizeOfShape } from '../core/shape.ts'
import { Tensor } from '../core/tensor.ts'
import type { TensorLike, Value } from '../core/types.ts'
import { add, div, mul, scale } from './arithmetic.ts'
import { ravel } from './axes.ts'
import { broadcastTo } from './broadcast.ts'
import { equal, isNan } from './comparison.ts'
import { fibres } from './kernels/reduce.ts'
import { composite } from './kinds/composite.ts'
import { type Custom, custom } from './kinds/custom.ts'
import { type Linear, linear } from './kinds/linear.ts'
import { logAddExp } from './logistic.ts'
import { stopGradient, where } from './selection.ts'
import { concat, sliceAxis } from './shape.ts'

/*
 * Running sums, products and extremes along an axis.
 */

const alongOne = {
  axis: { is: integer, says: 'Along which axis; over the raveled tensor where there is none.' },
} as const satisfies Options
const cumulativeOptions = {
  axis: { is: integer, says: 'Along which axis; over the raveled tensor where there is none.' },
  reverse: { is: flag, default: false, says: 'Whether to begin at the end.' },
} as const satisfies Options
const matrix = [
  [1, 2, 0.5],
  [3, -5, 2],
] as const

type Cumulative<O extends { axis?: number | undefined }> = (x: TensorLike, ...options: Given<O, ['axis']>) => Tensor

/** Along which axis of the operand, and from which end. */
interface Running {
  readonly axis: number
  readonly reverse: boolean
}

const runningParams = {
  axis: { is: count, required: true, says: 'Along which axis.' },
  reverse: { is: flag, required: true, says: 'Whether to begin at the end.' },
} as const satisfies Options
const running: StepRule = {
  arity: 1,
  params: runningParams,
  shape: ([x], { axis }: Running) => {
    mustFit(axis < (x as Shape).length, `there is no axis ${axis}`)
    return x as Shape
  },
}

function cumulative(name: string, x: TensorLike, { axis, reverse }: Read<typeof cumulativeOptions>) {
  const operand = cumulativeOperand(name, x, axis)
  return { operands: [operand], params: { axis: normalizeAxis(name, axis ?? 0, operand.rank), reverse } }
}

/** Positions of entries in order along an axis, from where each fibre starts. */
function inOrder(shape: Shape, { axis, reverse }: Running) {
  const { starts, offsets } = fibres({ shape }, [axis])
  return { starts, offsets: reverse ? offsets.reverse() : offsets }
}

function accumulate(x: Tensor, params: Running, first: number, combine: (running: number, each: number) => number): Tensor {
  const { starts, offsets } = inOrder(x.shape, params)
  const data = new Float64Array(x.size)
  for (const start of starts) {
    let running = first
    for (const offset of offsets) {
      running = combine(running, x.data[start + offset] as number)
      data[start + offset] = running
    }
  }
  return new Tensor(data, x.shape)
}

/** Every entry depends on those that come before it along the axis, and on itself. */
const entriesBefore: NonNullable<Definition['pattern']> = ([sets], [shape], outShape, params, lattice) => {
  const result = new Int32Array(sizeOfShape(outShape))
  if (sets === undefined) return result
  const { starts, offsets } = inOrder(shape as Shape, params as Running)
  for (const start of starts) {
    let running = 0
    for (const offset of offsets) {
      running = lattice.union(running, sets[start + offset] as number)
      result[start + offset] = running
    }
  }
  return result
}

export const cumSum: Linear<Cumulative<OptionsOf<typeof cumulativeOptions>>> = /* @__PURE__ */ linear<Cumulative<OptionsOf<typeof cumulativeOptions>>>({
  name: 'cumSum',
  step: running,
  summary: 'Running sum along an axis, over the raveled tensor without one; from the end with reverse.',
  formula: String.raw`y_i = \sum_{k \le i} x_k`,
  names: ['np.cumsum', 'torch.cumsum', 'jnp.cumsum', 'tf.cumsum'],
  options: cumulativeOptions,
  bare: ['axis'],
  signature: (x: TensorLike, options: Read<typeof cumulativeOptions>) => cumulative('cumSum', x, options),
  value: ([x], params: Running) => accumulate(x as Tensor, params, 0, (sum, each) => sum + each),
  sums: true,
  pattern: entriesBefore,
  batch: ([x], _batched, _size, { axis, reverse }: Running) => cumSum(x, { axis: axis + 1, reverse }),
  transpose: (cotangent, { axis, reverse }: Running) => [cumSum(cotangent, { axis, reverse: !reverse })],
  samples: [
    [[0.5, -2, 3]],
    [
      [
        [1, 2],
        [3, 5],
      ],
      { axis: 1 },
    ],
    [[0.5, -2, 3], { reverse: true }],
  ],
})

export const cumProd = /* @__PURE__ */ composite<Cumulative<OptionsOf<typeof alongOne>>>({
  name: 'cumProd',
  summary: 'Running product along an axis, over the raveled tensor without one.',
  formula: String.raw`y_i = \prod_{k \le i} x_k`,
  names: ['np.cumprod', 'torch.cumprod', 'jnp.cumprod', 'tf.cumprod'],
  convention: 'Derivatives are exact with any number of zeros: nothing is divided.',
  citation: 'W. D. Hillis and G. L. Steele, Data parallel algorithms, CACM 29 (1986): the scan by doubling.',
  options: alongOne,
  bare: ['axis'],
  of: (x: TensorLike, { axis }: Read<typeof alongOne>) => byDoubling('cumProd', x, { axis, reverse: false }, mul),
  samples: [
    [[0.5, -2, 3, 4, 0.3]],
    [
      [
        [1, 2, 0],
        [3, 5, 2],
      ],
      { axis: 1 },
    ],
  ],
})

/** A scan by doubling: each entry combined with the one 1, 2, 4, … places before, so that none is combined more than log₂ n times. */
function byDoubling(name: string, x: TensorLike, { axis, reverse }: Read<typeof cumulativeOptions>, combine: (a: Tensor, b: Tensor) => Value): Tensor {
  let result = cumulativeOperand(name, x, axis)
  const along = normalizeAxis(name, axis ?? 0, result.rank)
  const length = result.shape[along] as number
  const part = (from: number, to: number) => sliceAxis(result, along, from, to)
  for (let step = 1; step < length; step *= 2) {
    const combined = combine(part(step, length), part(0, length - step)) as Tensor
    result = reverse ? concat([combined, part(length - step, length)], { axis: along }) : concat([part(0, step), combined], { axis: along })
  }
  return result
}

export const cumLogSumExp = /* @__PURE__ */ composite<Cumulative<OptionsOf<typeof cumulativeOptions>>>({
  name: 'cumLogSumExp',
  summary: 'Running logarithm of the sum of exponentials along an axis, over the raveled tensor without one; from the end with reverse.',
  formula: String.raw`y_i = \ln \sum_{k \le i} e^{x_k}`,
  names: ['torch.logcumsumexp', 'np.logaddexp.accumulate', 'jax.lax.cumlogsumexp'],
  convention: 'Infinite entries are treated as in logAddExp.',
  citation: 'W. D. Hillis and G. L. Steele, Data parallel algorithms, CACM 29 (1986): the scan by doubling.',
  options: cumulativeOptions,
  bare: ['axis'],
  of: (x: TensorLike, options: Read<typeof cumulativeOptions>) => byDoubling('cumLogSumExp', x, options, logAddExp),
  samples: [[[0.5, -2, 3, 1, 0.25]], [matrix, { axis: 1 }], [[0.5, -2, 3], { reverse: true }]],
})

/** The largest or smallest entry so far. */
function runningExtreme(name: 'cumMax' | 'cumMin', first: number, choose: (a: number, b: number) => number) {
  const operator: Custom<Cumulative<OptionsOf<typeof cumulativeOptions>>> = custom<Cumulative<OptionsOf<typeof cumulativeOptions>>>({
    name,
    step: running,
    integral: true,
    summary: `${name === 'cumMax' ? 'Largest' : 'Smallest'} entry so far along an axis, over the raveled tensor without one; from the end with reverse.`,
    formula: name === 'cumMax' ? String.raw`y_i = \max_{k \le i} x_k` : String.raw`y_i = \min_{k \le i} x_k`,
    names: name === 'cumMax' ? ['np.maximum.accumulate', 'torch.cummax', 'jax.lax.cummax'] : ['np.minimum.accumulate', 'torch.cummin', 'jax.lax.cummin'],
    convention: 'Entries that tie so far share the derivative equally. NaN, from the first entry on that is.',
    options: cumulativeOptions,
    bare: ['axis'],
    signature: (x: TensorLike, options: Read<typeof cumulativeOptions>) => cumulative(name, x, options),
    value: ([x], params: Running) => accumulate(x as Tensor, params, first, choose),
    pattern: entriesBefore,
    batch: ([x], _batched, _size, { axis, reverse }: Running) => operator(x, { axis: axis + 1, reverse }),
    jvp: ([x], [tangent], out, params: Running) => {
      const wins = where(equal(x, out), 1, 0) as Tensor
      const shared = scale(runningSum(scale(wins, tangent) as Tensor, out, params), div(1, runningSum(stopGradient(wins), out, params)))
      // What is NaN depends on all that came before, in a way that nobody knows.
      return add(shared, scale(cumSum(tangent, params), where(isNan(out), Number.NaN, 0)))
    },
    samples: [[[0.5, -2, 3, 1, 4]], [matrix, { axis: 1 }], [[0.5, -2, 3], { reverse: true }]],
  })
  return operator
}

export const cumMax = /* @__PURE__ */ runningExtreme('cumMax', Number.NEGATIVE_INFINITY, Math.max)
export const cumMin = /* @__PURE__ */ runningExtreme('cumMin', Number.POSITIVE_INFINITY, Math.min)

/** The running sum within runs of equal neighbours: of what belongs to one extreme so far. */
export const runningSum: Custom<(x: TensorLike, runs: TensorLike, params: Running) => Tensor> = /* @__PURE__ */ custom<
  (x: TensorLike, runs: TensorLike, params: Running) => Tensor
>({
  name: 'runningSum',
  integral: true,
  takes: 2,
  typedBy: [0],
  step: {
    arity: 2,
    params: runningParams,
    shape: ([x, runs], { axis }: Running) => {
      mustFit(sameShape(x as Shape, runs as Shape) && axis < (x as Shape).length, `runs of shape ${String(runs)} are not those of shape ${String(x)}`)
      return x as Shape
    },
  },
  summary: 'Running sum along an axis that begins anew where the second operand changes.',
  formula: String.raw`y_i = \sum_{k \le i,\, r_k = \dots = r_i} x_k`,
  convention: 'No derivative passes through the second operand.',
  options: runningParams,
  signature: (x, runs, params) => ({ operands: [x, runs], params }),
  value: ([x, runs], params: Running) => {
    const { starts, offsets } = inOrder(x.shape, params)
    const data = new Float64Array(x.size)
    for (const start of starts) {
      let [sum, run] = [0, Number.NaN]
      for (const offset of offsets) {
        const own = runs.data[start + offset] as number
        if (own !== run && !(Number.isNaN(own) && Number.isNaN(run))) sum = 0
        run = own
        sum += x.data[start + offset] as number
        data[start + offset] = sum
      }
    }
    return new Tensor(data, x.shape)
  },
  pattern: entriesBefore,
  jvp: ([, runs], [tangent], _out, params: Running) => (tangent === undefined ? undefined : runningSum(tangent, runs, params)),
  linearIn: {
    operand: i => i === 0,
    transpose: (cotangent, _i, [, runs], { axis, reverse }: Running) => runningSum(cotangent, runs, { axis, reverse: !reverse }),
  },
  batch: ([x, runs], batched, size, { axis, reverse }: Running) => {
    const [all, allRuns] = [x, runs].map((each, i) => (batched[i] ? each : broadcastTo(each, [size, ...shapeOf(each)]))) as [Tensor, Tensor]
    return runningSum(all, allRuns, { axis: axis + 1, reverse })
  },
  samples: [[[0.5, -2, 3, 1], [1, 1, 2, 2], { axis: 0, reverse: false }]],
})

function cumulativeOperand(name: string, x: TensorLike, axis: number | undefined): Tensor {
  const operand = toValue(name, x)
  if (axis === undefined) return ravel(operand)
  if (!(operand instanceof Tensor)) throw new ShapeError(`${name}: a scalar has no axis ${axis}.`)
  return operand
}
