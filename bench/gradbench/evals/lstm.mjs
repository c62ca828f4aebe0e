/**
 * Cross entropy of a network of l layers of LSTM cells whose weight matrices are diagonal, which predicts the bits of the next
 * character, and its gradient. With the gates of a layer f, i, o, g, and x the hidden state of the layer before,
 *
 *   f = σ(x w_f + b_f), i = σ(h w_i + b_i), o = σ(x w_o + b_o), g = tanh(h w_g + b_g), c ← c f + i g, h ← o tanh c,
 *
 * the loss is −1/N Σ_t Σ_j target_j (y_j − log(2 + Σ exp y)), y = h w_out + b_out, over all N bits of characters but the first.
 */
import { add, compile, div, exp, grad, log, mul, neg, scan, sigmoid, slice, sub, sum, take, tanh, tensor } from 'dualtape'

function layerStep(weights, biases, hidden, cell, input) {
  const bits = cell.shape[0]
  const gate = (k, from) => add(mul(from, slice(weights, k * bits, (k + 1) * bits)), slice(biases, k * bits, (k + 1) * bits))
  const next = add(mul(cell, sigmoid(gate(0, input))), mul(sigmoid(gate(1, hidden)), tanh(gate(3, hidden))))
  return [mul(sigmoid(gate(2, input)), tanh(next)), next]
}

function loss({ main, extra }, state, sequence) {
  const layers = main.shape[0] / 2
  const [count, bits] = sequence.shape
  const [weightIn, weightOut, biasOut] = [0, 1, 2].map(i => take(extra, i, { axis: 0 }))
  const parameters = Array.from({ length: 2 * layers }, (_, i) => take(main, i, { axis: 0 }))
  const step = ([total, ...states], [character, target]) => {
    let input = mul(character, weightIn)
    for (let i = 0; i < layers; i++) {
      const [hidden, cell] = layerStep(parameters[2 * i], parameters[2 * i + 1], states[2 * i], states[2 * i + 1], input)
      states[2 * i] = input = hidden
      states[2 * i + 1] = cell
    }
    const prediction = add(mul(input, weightOut), biasOut)
    const normalised = sub(prediction, log(add(2, sum(exp(prediction)))))
    return [[add(total, sum(mul(target, normalised))), ...states], 0]
  }
  const start = [0, ...Array.from({ length: 2 * layers }, (_, i) => take(state, i, { axis: 0 }))]
  const [[total]] = scan(step, start, [slice(sequence, 0, count - 1), slice(sequence, 1, count)])
  return div(neg(total), (count - 1) * bits)
}
const compiled = { objective: compile(loss), jacobian: compile(grad(loss)) }

const prepared = input => [{ main: tensor(input.main_params), extra: tensor(input.extra_params) }, tensor(input.state), tensor(input.sequence)]

export function objective(input) {
  const at = prepared(input)
  return { run: () => compiled.objective(...at) }
}

export function jacobian(input) {
  const at = prepared(input)
  return { run: () => compiled.jacobian(...at), output: ({ main, extra }) => [...main.data, ...extra.data] }
}
