import { sigmoid } from './activation.ts'
import { add, div, mul, reciprocal, sub } from './arithmetic.ts'
import { equal, isFinite } from './comparison.ts'
import * as specialised from './generated.ts'
import { logAddExpKernel } from './kernels/index.ts'
import { type Binary, type Elementwise, elementwise } from './kinds/elementwise.ts'
import { where } from './selection.ts'

export const exp: Elementwise = /* @__PURE__ */ elementwise(
  {
    name: 'exp',
    summary: 'Exponential.',
    formula: 'e^x',
    value: x => Math.exp(x),
    partials: (_x, out) => [out],
    samples: [[0.5], [-3], [20]],
  },
  specialised.exp,
)

export const expm1: Elementwise = /* @__PURE__ */ elementwise(
  {
    name: 'expm1',
    summary: 'Exponential minus one, accurate near 0.',
    formula: 'e^x - 1',
    value: x => Math.expm1(x),
    partials: x => [() => exp(x)],
    samples: [[0.5], [-3], [1e-9]],
  },
  specialised.expm1,
)

const atZero = 'At 0 the value is −∞ and the derivative ∞; below, the value is NaN.'

export const log: Elementwise = /* @__PURE__ */ elementwise(
  {
    name: 'log',
    summary: 'Natural logarithm.',
    formula: String.raw`\ln x`,
    domain: 'x ≥ 0',
    convention: atZero,
    value: x => Math.log(x),
    partials: x => [() => reciprocal(x)],
    samples: [[0.5], [3], [1e-6]],
  },
  specialised.log,
)

export const log1p: Elementwise = /* @__PURE__ */ elementwise(
  {
    name: 'log1p',
    summary: 'Natural logarithm of 1 + x, accurate near 0.',
    formula: String.raw`\ln(1 + x)`,
    domain: 'x ≥ −1',
    convention: 'At −1 the value is −∞ and the derivative ∞; below, the value is NaN.',
    value: x => Math.log1p(x),
    partials: x => [() => reciprocal(add(1, x))],
    samples: [[0.5], [-0.75], [1e-9]],
  },
  specialised.log1p,
)

export const log2: Elementwise = /* @__PURE__ */ elementwise(
  {
    name: 'log2',
    summary: 'Logarithm to base 2.',
    formula: String.raw`\log_2 x`,
    domain: 'x ≥ 0',
    convention: atZero,
    value: x => Math.log2(x),
    partials: x => [() => div(Math.LOG2E, x)],
    samples: [[0.5], [3], [1e-6]],
  },
  specialised.log2,
)

export const log10: Elementwise = /* @__PURE__ */ elementwise(
  {
    name: 'log10',
    summary: 'Logarithm to base 10.',
    formula: String.raw`\log_{10} x`,
    domain: 'x ≥ 0',
    convention: atZero,
    value: x => Math.log10(x),
    partials: x => [() => div(Math.LOG10E, x)],
    samples: [[0.5], [3], [1e-6]],
  },
  specialised.log10,
)

export const exp2: Elementwise = /* @__PURE__ */ elementwise(
  {
    name: 'exp2',
    summary: 'Power of two.',
    formula: '2^x',
    // biome-ignore lint/style/useExponentiationOperator: V8 folds ** of constants with another rounding than it computes
    value: x => Math.pow(2, x),
    partials: (_x, out) => [() => mul(Math.LN2, out)],
    samples: [[0.5], [-3], [20]],
  },
  specialised.exp2,
)

export const logAddExp: Elementwise<Binary> = /* @__PURE__ */ elementwise(
  {
    name: 'logAddExp',
    summary: 'Logarithm of the sum of two exponentials, without overflow.',
    formula: String.raw`\ln(e^x + e^y)`,
    convention: 'An operand of −∞ counts nothing and has derivative 0; of −∞ twice the value is −∞, with derivatives 1/2.',
    value: logAddExpKernel,
    partials: (x, y) => [() => sigmoid(distance(x, y)), () => sigmoid(distance(y, x))],
    samples: [
      [0.5, 2],
      [3, -1.25],
      [700, 701],
    ],
  },
  specialised.logAddExp,
)

/** x − y, and 0 for the same infinity twice. */
// biome-ignore lint/suspicious/noExplicitAny: called on symbolic values too
function distance(x: any, y: any) {
  return where(isFinite(x), sub(x, y), where(equal(x, y), 0, sub(x, y)))
}
