import { toValue } from '../core/dispatch.ts'
import type { Given, Options, OptionsOf, Read } from '../core/options.ts'
import { type DType, dtypes, Tensor } from '../core/tensor.ts'
import { isTraced } from '../core/traced.ts'
import type { MapResult, TensorLike, Value } from '../core/types.ts'
import { toFloat32, toFloat64 } from './casts.ts'
import { notEqual } from './comparison.ts'
import * as specialised from './generated.ts'
import { type Composite, composite } from './kinds/composite.ts'
import { type Elementwise, elementwise } from './kinds/elementwise.ts'

export const toInt32: Elementwise = /* @__PURE__ */ elementwise(
  {
    name: 'toInt32',
    gives: 'int32',
    casts: true,
    summary: 'The integer part, as integers of 32 bits.',
    formula: String.raw`\operatorname{trunc} x`,
    names: ['np.int32', 'torch.Tensor.int', 'jnp.int32'],
    domain: 'Numbers whose integer part has 32 bits, where a tensor is made of them.',
    convention: 'The derivative is 0 everywhere.',
    value: x => Math.trunc(x),
    samples: [[0.6], [-2.6], [3.2]],
  },
  specialised.toInt32,
)

const dtypeOption = {
  dtype: { is: dtypes, required: true, says: 'The dtype of the result.' },
} as const satisfies Options

/** What a tensor becomes in another dtype. */
type AsType = <X extends TensorLike>(x: X, ...options: Given<OptionsOf<typeof dtypeOption>, ['dtype']>) => MapResult<X>

export const astype: Composite<AsType> = /* @__PURE__ */ composite<AsType>({
  name: 'astype',
  casts: true,
  summary: 'The same numbers in another dtype: rounded to float32, without fractions as int32, whether they are not 0 as bool.',
  formula: 'x',
  names: ['np.ndarray.astype', 'torch.Tensor.to', 'jnp.astype', 'tf.cast'],
  convention: 'From float32 and float64 to either the derivative is that of the identity; through int32 and bool none passes.',
  options: dtypeOption,
  bare: ['dtype'],
  of: (x: TensorLike, { dtype }: Read<typeof dtypeOption>) => inDtype(toValue('astype', x), dtype),
  samples: [
    [[0.5, -2.5, 3], 'float64'],
    [
      [
        [1, 2],
        [3, 4.5],
      ],
      'float64',
    ],
  ],
})

function inDtype(x: Value, dtype: DType): Value {
  // No derivative passes through integers and truths, of whatever they are made.
  const passes = dtype === 'float64' || dtype === 'float32' || !isTraced(x)
  if (passes && x instanceof Tensor && x.dtype === dtype) return x
  const cast = { float64: toFloat64, float32: toFloat32, int32: toInt32, bool: (each: Value) => notEqual(each, 0) }[dtype] as (x: Value) => Value
  return cast(x)
}
