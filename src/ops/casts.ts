import { isNarrow } from '../core/dtypes.ts'
import { Tensor, withDtype } from '../core/tensor.ts'
import { isTraced } from '../core/traced.ts'
import * as specialised from './generated.ts'
import { type Elementwise, elementwise } from './kinds/elementwise.ts'

export const toFloat64: Elementwise = /* @__PURE__ */ elementwise(
  {
    name: 'toFloat64',
    gives: 'float64',
    casts: true,
    cheap: true,
    summary: 'The same numbers as doubles.',
    formula: 'x',
    names: ['np.float64', 'torch.Tensor.double', 'jnp.float64'],
    value: x => x,
    partials: () => [1],
    samples: [[0.5], [-3], [12.25]],
  },
  specialised.toFloat64,
)

export const toFloat32: Elementwise = /* @__PURE__ */ elementwise(
  {
    name: 'toFloat32',
    gives: 'float32',
    casts: true,
    cheap: true,
    summary: 'The nearest numbers of 32 bits.',
    formula: String.raw`\operatorname{fl}_{32} x`,
    names: ['np.float32', 'torch.Tensor.float', 'jnp.float32'],
    convention: 'Its derivative is 1: that of the identity, which it rounds.',
    citation: 'IEEE 754-2019, binary32',
    value: x => Math.fround(x),
    partials: () => [1],
    samples: [[0.5], [-3], [0.0625]],
  },
  specialised.toFloat32,
)

/**
 * A derivative in the dtype of what it belongs to: rules compute with constants and partials of other dtypes, and this is the one
 * place where that ends.
 */
export function belonging<V>(derivative: V, to: unknown): V {
  if (!(derivative instanceof Tensor) || !(to instanceof Tensor)) return derivative
  const { dtype } = derivative
  if (dtype === to.dtype || (!isNarrow(derivative) && !isNarrow(to))) return derivative
  const wanted = to.dtype === 'float32' ? 'float32' : 'float64'
  // Operators take a tensor of rank 0 for the scalar that it holds.
  if (derivative.rank === 0) return isTraced(derivative) ? derivative : (withDtype(derivative, wanted) as V)
  return (wanted === dtype ? derivative : wanted === 'float32' ? toFloat32(derivative) : toFloat64(derivative)) as V
}
