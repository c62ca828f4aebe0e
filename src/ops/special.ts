import { mul, neg } from './arithmetic.ts'
import { exp } from './exponential.ts'
import * as specialised from './generated.ts'
import { erfcKernel, erfKernel } from './kernels/index.ts'
import { type Elementwise, elementwise } from './kinds/elementwise.ts'

const citation = 'W. J. Cody, Math. Comp. 23 (1969) 631–637; coefficients of fdlibm, s_erf.c.'

export const erf: Elementwise = /* @__PURE__ */ elementwise(
  {
    name: 'erf',
    summary: 'Error function, to full double precision.',
    formula: String.raw`\frac{2}{\sqrt\pi} \int_0^x e^{-t^2}\,dt`,
    citation,
    value: erfKernel,
    partials: x => [() => gaussian(x)],
    samples: [[0.5], [-1.1], [2.5]],
  },
  specialised.erf,
)

export const erfc: Elementwise = /* @__PURE__ */ elementwise(
  {
    name: 'erfc',
    summary: 'Complementary error function 1 − erf x, with full relative accuracy in the tail.',
    formula: String.raw`\frac{2}{\sqrt\pi} \int_x^\infty e^{-t^2}\,dt`,
    citation,
    value: erfcKernel,
    partials: x => [() => neg(gaussian(x))],
    samples: [[0.5], [-1.1], [2.5]],
  },
  specialised.erfc,
)

const TWO_OVER_ROOT_PI = 1.1283791670955126

/** The derivative of erf: 2/√π e^(−x²). */
// biome-ignore lint/suspicious/noExplicitAny: called on symbolic values too
function gaussian(x: any) {
  return mul(TWO_OVER_ROOT_PI, exp(neg(mul(x, x))))
}
