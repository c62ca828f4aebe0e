import { mul } from './arithmetic.ts'
import { equal, greater, greaterEqual, isNan, less, lessEqual } from './comparison.ts'
import * as specialised from './generated.ts'
import { type Binary, type Elementwise, elementwise, type Ternary } from './kinds/elementwise.ts'

export const where: Elementwise<Ternary> = /* @__PURE__ */ elementwise(
  {
    name: 'where',
    typedBy: [1, 2],
    integral: true,
    summary: 'The second operand where the condition holds, the third elsewhere.',
    formula: String.raw`c\;?\;x : y`,
    names: ['np.where', 'torch.where', 'jnp.where', 'tf.where'],
    convention: 'The side that is not taken has derivative 0, even where its own derivative is ∞ or NaN.',
    chooses: true,
    value: (c, x, y) => (c ? x : y),
    partials: c => [0, () => where(c, 1, 0), () => where(c, 0, 1)],
    samples: [
      [1, 0.5, 2],
      [0, 0.5, 2],
      [1, -3, 7],
    ],
  },
  specialised.where,
)

export const stopGradient: Elementwise = /* @__PURE__ */ elementwise(
  {
    name: 'stopGradient',
    summary: 'The operand itself, held constant: no derivative passes.',
    formula: 'x',
    names: ['jax.lax.stop_gradient', 'torch.Tensor.detach'],
    convention: 'The derivative is 0 everywhere.',
    value: x => +x,
    samples: [[0.5], [-3], [7]],
  },
  specialised.stopGradient,
)

export const maximum: Elementwise<Binary> = /* @__PURE__ */ elementwise(
  {
    name: 'maximum',
    integral: true,
    summary: 'The larger of two values.',
    formula: String.raw`\max(x, y)`,
    names: ['np.maximum', 'torch.maximum', 'jnp.maximum', 'tf.maximum'],
    convention: 'At a tie both partials are 1/2. NaN, with NaN partials, if either operand is.',
    chooses: true,
    value: (x, y) => Math.max(x, y),
    partials: (x, y, out) => [() => winner(greater(x, y), x, y, out), () => winner(less(x, y), x, y, out)],
    samples: [
      [0.5, 2],
      [3, 1.25],
      [-3, -7],
    ],
  },
  specialised.maximum,
)

export const minimum: Elementwise<Binary> = /* @__PURE__ */ elementwise(
  {
    name: 'minimum',
    integral: true,
    summary: 'The smaller of two values.',
    formula: String.raw`\min(x, y)`,
    names: ['np.minimum', 'torch.minimum', 'jnp.minimum', 'tf.minimum'],
    convention: 'At a tie both partials are 1/2. NaN, with NaN partials, if either operand is.',
    chooses: true,
    value: (x, y) => Math.min(x, y),
    partials: (x, y, out) => [() => winner(less(x, y), x, y, out), () => winner(greater(x, y), x, y, out)],
    samples: [
      [0.5, 2],
      [3, 1.25],
      [-3, -7],
    ],
  },
  specialised.minimum,
)

export const clip: Elementwise<Ternary> = /* @__PURE__ */ elementwise(
  {
    name: 'clip',
    summary: 'The operand held between a lower and an upper bound.',
    formula: String.raw`\min(\max(x, l), h)`,
    names: ['np.clip', 'torch.clamp', 'torch.clip', 'jnp.clip', 'tf.clipByValue'],
    convention:
      'On the bounds the derivative passes to x, not to the bound, unless both bounds are the same. The upper bound wins if the two cross. ' +
      'NaN, with NaN partials, if an operand is.',
    chooses: true,
    value: (x, low, high) => Math.min(Math.max(x, low), high),
    partials: (x, low, high, out) => [
      () => where(isNan(out), out, mul(mul(greaterEqual(x, low), lessEqual(x, high)), less(low, high))),
      () => where(isNan(out), out, mul(less(x, low), lessEqual(low, high))),
      () => where(isNan(out), out, where(greater(x, high), 1, mul(less(x, low), greater(low, high)))),
    ],
    samples: [
      [0.5, -1, 1],
      [3, -1, 1],
      [-3, -1, 1],
    ],
  },
  specialised.clip,
)

/** 1 where the operand wins, a half where the two tie, NaN where the result is. */
// biome-ignore lint/suspicious/noExplicitAny: called on symbolic values too
function winner(wins: any, x: any, y: any, out: any) {
  return where(wins, 1, where(equal(x, y), 0.5, where(isNan(out), out, 0)))
}
