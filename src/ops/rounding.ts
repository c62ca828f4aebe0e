import { div, sub } from './arithmetic.ts'
import { isNan } from './comparison.ts'
import * as specialised from './generated.ts'
import { modKernel, roundKernel } from './kernels/index.ts'
import { type Binary, type Elementwise, elementwise } from './kinds/elementwise.ts'
import { where } from './selection.ts'

const convention = 'The derivative is 0 everywhere, also at the steps.'

export const floor: Elementwise = /* @__PURE__ */ elementwise(
  {
    name: 'floor',
    integral: true,
    summary: 'Largest integer that is not above.',
    formula: '\\lfloor x \\rfloor',
    names: ['np.floor', 'torch.floor', 'jnp.floor', 'tf.floor'],
    convention,
    value: x => Math.floor(x),
    samples: [[0.6], [-2.6], [3.2]],
  },
  specialised.floor,
)

export const ceil: Elementwise = /* @__PURE__ */ elementwise(
  {
    name: 'ceil',
    integral: true,
    summary: 'Smallest integer that is not below.',
    formula: '\\lceil x \\rceil',
    names: ['np.ceil', 'torch.ceil', 'jnp.ceil', 'tf.ceil'],
    convention,
    value: x => Math.ceil(x),
    samples: [[0.6], [-2.6], [3.2]],
  },
  specialised.ceil,
)

export const round: Elementwise = /* @__PURE__ */ elementwise(
  {
    name: 'round',
    integral: true,
    summary: 'Nearest integer; halves go to the even one.',
    formula: '\\operatorname{round} x',
    names: ['np.round', 'np.rint', 'torch.round', 'jnp.round', 'tf.round'],
    convention,
    value: roundKernel,
    samples: [[0.6], [-2.6], [3.2]],
  },
  specialised.round,
)

export const trunc: Elementwise = /* @__PURE__ */ elementwise(
  {
    name: 'trunc',
    integral: true,
    summary: 'Integer part, towards 0.',
    formula: '\\operatorname{trunc} x',
    names: ['np.trunc', 'np.fix', 'torch.trunc', 'jnp.trunc'],
    convention,
    value: x => Math.trunc(x),
    samples: [[0.6], [-2.6], [3.2]],
  },
  specialised.trunc,
)

export const mod: Elementwise<Binary> = /* @__PURE__ */ elementwise(
  {
    name: 'mod',
    integral: true,
    summary: 'Remainder of a division, with the sign of the divisor.',
    formula: String.raw`x - y \lfloor x / y \rfloor`,
    names: ['np.mod', 'np.remainder', 'torch.remainder', 'jnp.mod', 'tf.mod'],
    convention: 'At its steps the derivative is that of the piece to the right. NaN for y = 0 and for an infinite x, as are the partials.',
    value: modKernel,
    partials: (x, y, out) => [() => where(isNan(out), out, 1), () => where(isNan(out), out, round(div(sub(out, x), y)))],
    samples: [
      [5.5, 2],
      [-3.25, 2],
      [5.5, -2],
    ],
  },
  specialised.mod,
)
