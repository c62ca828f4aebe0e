import { type Binary, type Elementwise, elementwise } from '../ops/kinds/elementwise.ts'
import { ops } from './operators.ts'

/*
 * Operators that JavaScript has otherwise than NumPy, after which those of the library are made.
 */

export const remainder: Elementwise<Binary> = /* @__PURE__ */ elementwise({
  name: 'remainder',
  summary: 'The remainder with the sign of the dividend.',
  formula: String.raw`x - y \operatorname{trunc}(x / y)`,
  samples: [[7.5, 2]],
  value: (x, y) => x % y,
  partials: (x, y) => [1, () => ops.neg(ops.trunc(ops.div(x, y)))],
})

export const rounded: Elementwise = /* @__PURE__ */ elementwise({
  name: 'rounded',
  integral: true,
  summary: 'The nearest integer; halves go up.',
  formula: String.raw`\lfloor x + \tfrac12 \rfloor`,
  samples: [[7.6], [-2.5]],
  value: x => Math.round(x),
  partials: () => [0],
})
