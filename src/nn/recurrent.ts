import { noMore } from '../core/arguments.ts'
import { shapeOf } from '../core/dispatch.ts'
import { zeros } from '../core/makers.ts'
import type { Tensor } from '../core/tensor.ts'
import type { TensorLike } from '../core/types.ts'
import { scan } from '../graph/loop/control-flow.ts'
import { add, mul, sub } from '../ops/arithmetic.ts'
import { split } from '../ops/axes.ts'
import { sigmoid } from '../ops/logistic.ts'
import { linear } from '../ops/normalisation.ts'
import { tanh } from '../ops/trigonometric.ts'
import { fold, type Key, uniform } from '../random/index.ts'
import { type ApplyOptions, checkSizes, dtypeOf, type InitOptions, inputOf, type Layer, layerOf } from './layer.ts'

/**
 * Parameters of `lstm` and `gru`, with the names and shapes of PyTorch: weights of the input [g · units, inputs] and of the state
 * [g · units, units], and a bias [g · units] for each, with g = 4 blocks of rows for an LSTM and 3 for a GRU.
 */
export interface RecurrentParameters {
  weight_ih_l0: Tensor
  weight_hh_l0: Tensor
  bias_ih_l0: Tensor
  bias_hh_l0: Tensor
}

/** What an LSTM carries from step to step: its output h and its cell c. */
export interface LstmState {
  h: Tensor
  c: Tensor
}

/** A layer that reads a sequence, item by item. */
export interface RecurrentLayer<S> extends Layer<RecurrentParameters> {
  /** The output at each step [length, …, units], for a sequence [length, …, inputs]. */
  apply(parameters: RecurrentParameters, x: TensorLike, options?: ApplyOptions): Tensor
  /** The same, with the state after the last step, from a state to begin with: zeros if left out. */
  run(parameters: RecurrentParameters, x: TensorLike, state?: S): { output: Tensor; state: S }
}

/**
 * A long short-term memory. With the blocks of rows in PyTorch's order, i, f, g, o: c′ = σ(f) c + σ(i) tanh(g) and h′ = σ(o) tanh(c′), where
 * [i, f, g, o] = W_ih x + b_ih + W_hh h + b_hh. Parameters begin uniform within ±1/√units, as PyTorch's. A compiled one is a loop.
 *
 * Throws an OptionError for sizes that are no integers of at least 1; `apply` a ShapeError for an input that is no sequence of vectors of `inputs`.
 * Source: Hochreiter and Schmidhuber 1997, with the forget gate of Gers, Schmidhuber and Cummins 2000.
 *
 * @names `torch.nn.LSTM`
 *
 * @example
 * const layer = lstm(3, 5)
 * layer.apply(layer.init(key(0)), zeros([7, 2, 3])).shape // [7, 2, 5]
 */
export function lstm(inputs: number, units: number, ...more: []): RecurrentLayer<LstmState> {
  noMore('lstm', 2, more)
  return recurrent('lstm', inputs, units, {
    blocks: 4,
    start: h => ({ h, c: h }),
    step: ({ h, c }, input, weight, bias) => {
      const [i, f, g, o] = split(add(input, linear(h, weight, bias)), 4, { axis: -1 }) as [Tensor, Tensor, Tensor, Tensor]
      const cell = add(mul(sigmoid(f), c), mul(sigmoid(i), tanh(g)))
      return { h: mul(sigmoid(o), tanh(cell)), c: cell }
    },
  })
}

/**
 * A gated recurrent unit. With the blocks of rows in PyTorch's order, r, z, n, and [r, z, n] = W_ih x + b_ih, [r̂, ẑ, n̂] = W_hh h + b_hh:
 * ñ = tanh(n + σ(r + r̂) n̂) and h′ = (1 − u) ñ + u h with u = σ(z + ẑ). Parameters begin uniform within ±1/√units, as PyTorch's. A compiled one
 * is a loop.
 *
 * Throws an OptionError for sizes that are no integers of at least 1; `apply` a ShapeError for an input that is no sequence of vectors of `inputs`.
 * Source: Cho et al., EMNLP 2014, with the reset gate behind the product, as cuDNN's.
 *
 * @names `torch.nn.GRU`
 *
 * @example
 * const layer = gru(3, 5)
 * layer.apply(layer.init(key(0)), zeros([7, 3])).shape // [7, 5]
 */
export function gru(inputs: number, units: number, ...more: []): RecurrentLayer<{ h: Tensor }> {
  noMore('gru', 2, more)
  return recurrent('gru', inputs, units, {
    blocks: 3,
    start: h => ({ h }),
    step: ({ h }, input, weight, bias) => {
      const [r, z, n] = split(input, 3, { axis: -1 }) as [Tensor, Tensor, Tensor]
      const [rh, zh, nh] = split(linear(h, weight, bias), 3, { axis: -1 }) as [Tensor, Tensor, Tensor]
      const candidate = tanh(add(n, mul(sigmoid(add(r, rh)), nh)))
      return { h: add(candidate, mul(sigmoid(add(z, zh)), sub(h, candidate))) }
    },
  })
}

/** What tells recurrent layers apart. */
interface Cell<S> {
  /** Blocks of rows in the weights. */
  readonly blocks: number
  /** The state that has a first output. */
  start(h: Tensor): S
  /** The next state, from the input's part of the sums and the weights of the state. */
  step(state: S, input: Tensor, weight: Tensor, bias: Tensor): S
}

function recurrent<S extends { h: Tensor }>(name: string, inputs: number, units: number, cell: Cell<S>): RecurrentLayer<S> {
  checkSizes(name, { inputs, units })
  const run = (p: RecurrentParameters, x: TensorLike, state?: S) => {
    const sequence = inputOf(name, x, inputs, 2, 'length, …, inputs')
    const middle = shapeOf(sequence).slice(1, -1)
    // The inputs of all steps at once.
    const all = linear(sequence, p.weight_ih_l0, p.bias_ih_l0)
    const [last, output] = scan(
      (before: S, input: Tensor): [S, Tensor] => {
        const next = cell.step(before, input, p.weight_hh_l0, p.bias_hh_l0)
        return [next, next.h]
      },
      state ?? cell.start(zeros([...middle, units], { dtype: all.dtype === 'float32' ? 'float32' : 'float64' })),
      all,
    )
    return { output: output as Tensor, state: last }
  }
  return layerOf(name, {
    init: (key: Key, options?: InitOptions) => {
      const dtype = dtypeOf(name, options)
      const within = (i: number, shape: readonly number[]) => uniform(fold(key, i), shape, { low: -(units ** -0.5), high: units ** -0.5, dtype })
      const rows = cell.blocks * units
      return {
        weight_ih_l0: within(0, [rows, inputs]),
        weight_hh_l0: within(1, [rows, units]),
        bias_ih_l0: within(2, [rows]),
        bias_hh_l0: within(3, [rows]),
      }
    },
    apply: (parameters: RecurrentParameters, x: TensorLike) => run(parameters, x).output,
    run,
  })
}
