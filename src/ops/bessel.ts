import { add, mul, neg, sub } from './arithmetic.ts'
import * as specialised from './generated.ts'
import { besselIeKernel, besselIKernel, besselKernel } from './kernels/index.ts'
import { type Binary, type Elementwise, elementwise, type Ternary } from './kinds/elementwise.ts'

const besselCitation = 'DLMF 10.74(iv) (Miller’s algorithm) below 25, 10.17.3 (Hankel’s expansion) above.'
const modifiedCitation = 'DLMF 10.25.2 (power series), 10.40.1 (Hankel’s expansion) for large arguments.'
const scaledCitation = 'DLMF 10.32.2, by the trapezoidal rule below 25; 10.40.1 (Hankel’s expansion) above.'

export const besselJ0: Elementwise = /* @__PURE__ */ elementwise(
  {
    name: 'besselJ0',
    summary: 'Bessel function of the first kind of order 0.',
    formula: 'J_0(x)',
    names: ['scipy.special.j0', 'torch.special.bessel_j0'],
    citation: besselCitation,
    value: x => besselKernel(0, x),
    partials: x => [() => neg(besselJ1(x))],
    samples: [[0.5], [-7.3], [47]],
  },
  specialised.besselJ0,
)

export const besselJ1: Elementwise = /* @__PURE__ */ elementwise(
  {
    name: 'besselJ1',
    summary: 'Bessel function of the first kind of order 1.',
    formula: 'J_1(x)',
    names: ['scipy.special.j1', 'torch.special.bessel_j1'],
    citation: besselCitation,
    value: x => besselKernel(1, x),
    partials: x => [() => mul(0.5, sub(besselJ0(x), besselJ(2, x)))],
    samples: [[0.5], [-7.3], [47]],
  },
  specialised.besselJ1,
)

export const besselJ: Elementwise<Binary> = /* @__PURE__ */ elementwise(
  {
    name: 'besselJ',
    summary: 'Bessel function of the first kind of integer order n.',
    formula: 'J_n(x)',
    names: ['scipy.special.jn', 'scipy.special.jv'],
    convention: 'The order n is an integer, by which the derivative is NaN. NaN for orders above a million where |x| is half the order or more.',
    operands: [1],
    citation: besselCitation,
    value: besselKernel,
    partials: (n, x) => [Number.NaN, () => mul(0.5, sub(besselJ(sub(n, 1), x), besselJ(add(n, 1), x)))],
    samples: [
      [2, 0.5],
      [3, -7.3],
      [12, 47],
    ],
  },
  specialised.besselJ,
)

export const besselI0: Elementwise = /* @__PURE__ */ elementwise(
  {
    name: 'besselI0',
    summary: 'Modified Bessel function of the first kind of order 0.',
    formula: 'I_0(x)',
    names: ['np.i0', 'scipy.special.i0', 'torch.special.i0', 'jax.scipy.special.i0'],
    citation: modifiedCitation,
    value: x => besselIKernel(0, x),
    partials: x => [() => besselI1(x)],
    samples: [[0.5], [-7.3], [47]],
  },
  specialised.besselI0,
)

export const besselI1: Elementwise = /* @__PURE__ */ elementwise(
  {
    name: 'besselI1',
    summary: 'Modified Bessel function of the first kind of order 1.',
    formula: 'I_1(x)',
    names: ['scipy.special.i1', 'torch.special.i1', 'jax.scipy.special.i1'],
    citation: modifiedCitation,
    value: x => besselIKernel(1, x),
    partials: x => [() => mul(0.5, add(besselI0(x), besselI(2, x)))],
    samples: [[0.5], [-7.3], [47]],
  },
  specialised.besselI1,
)

export const besselI: Elementwise<Binary> = /* @__PURE__ */ elementwise(
  {
    name: 'besselI',
    summary: 'Modified Bessel function of the first kind of integer order n.',
    formula: 'I_n(x)',
    names: ['scipy.special.iv'],
    convention: 'The order n is an integer, by which the derivative is NaN. NaN for orders above a million where |x| is not far less than the order.',
    operands: [1],
    citation: modifiedCitation,
    value: besselIKernel,
    partials: (n, x) => [Number.NaN, () => mul(0.5, add(besselI(sub(n, 1), x), besselI(add(n, 1), x)))],
    samples: [
      [2, 0.5],
      [3, -7.3],
      [12, 47],
    ],
  },
  specialised.besselI,
)

export const besselI0e: Elementwise = /* @__PURE__ */ elementwise(
  {
    name: 'besselI0e',
    summary: 'Modified Bessel function of the first kind of order 0, scaled so that it does not overflow.',
    formula: 'e^{-|x|} I_0(x)',
    names: ['scipy.special.i0e', 'torch.special.i0e', 'jax.scipy.special.i0e'],
    convention: 'At the kink x = 0 the derivative is 0, as that of abs is.',
    citation: scaledCitation,
    value: x => besselIeKernel(0, 0, x),
    partials: x => [() => besselIeDerivative(1, 0, x)],
    samples: [[0.5], [-7.3], [47]],
  },
  specialised.besselI0e,
)

export const besselI1e: Elementwise = /* @__PURE__ */ elementwise(
  {
    name: 'besselI1e',
    summary: 'Modified Bessel function of the first kind of order 1, scaled so that it does not overflow.',
    formula: 'e^{-|x|} I_1(x)',
    names: ['scipy.special.i1e', 'torch.special.i1e', 'jax.scipy.special.i1e'],
    convention: 'The derivative at 0 is 1/2; the second derivative, which jumps there, is 0.',
    citation: scaledCitation,
    value: x => besselIeKernel(0, 1, x),
    partials: x => [() => besselIeDerivative(1, 1, x)],
    samples: [[0.5], [-7.3], [47]],
  },
  specialised.besselI1e,
)

export const besselIeDerivative: Elementwise<Ternary> = /* @__PURE__ */ elementwise(
  {
    name: 'besselIeDerivative',
    summary: 'Derivative of integer order k of the scaled modified Bessel function of order n = 0 or 1, without cancellation.',
    formula: String.raw`\frac{d^k}{dx^k} e^{-|x|} I_n(x)`,
    convention: 'The orders k and n are integers, by which the derivative is NaN; beyond the 200th derivative NaN. At 0 derivatives that jump are 0.',
    operands: [2],
    citation: scaledCitation,
    value: besselIeKernel,
    partials: (k, n, x) => [Number.NaN, Number.NaN, () => besselIeDerivative(add(k, 1), n, x)],
    samples: [
      [1, 0, 0.5],
      [2, 1, -7.3],
      [1, 1, 47],
    ],
  },
  specialised.besselIeDerivative,
)
