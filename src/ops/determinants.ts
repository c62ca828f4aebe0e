import { dispatch } from '../core/dispatch.ts'
import type { Tensor } from '../core/tensor.ts'
import type { TensorLike, Value } from '../core/types.ts'
import { mul } from './arithmetic.ts'
import { forEachItem } from './items.ts'
import { cofactors, determinant, signAndLogarithm } from './kernels/determinant.ts'
import { composite } from './kinds/composite.ts'
import { type Custom, custom } from './kinds/custom.ts'
import { type Linear, linear } from './kinds/linear.ts'
import { swapLast } from './linalg.ts'
import { sum } from './reduction.ts'
import { eachMatrix, inDirections, inv, ofMatrices, squareOperand, sumOfPresent } from './systems.ts'

const matrix = [
  [4, 1, 0.5],
  [-1, 3, 0.25],
  [0.5, -0.75, 2],
] as const
const negative = [
  [1, 2, 0.5],
  [3, 1, -0.25],
  [0.5, -0.25, 2],
] as const
const singular = [
  [1, 2, -1],
  [2, 4, -2],
  [0.5, -1, 3],
] as const

export const cofactor: Custom<(a: TensorLike) => Tensor> = /* @__PURE__ */ custom<(a: TensorLike) => Tensor>({
  name: 'cofactor',
  step: inDirections,
  summary: 'Cofactors of square matrices, also of singular ones: the derivative of the determinant.',
  formula: String.raw`\det(A) A^{-T}`,
  convention: 'A polynomial: right at any rank, in derivatives of any order.',
  signature: (a: TensorLike) => ({ operands: [squareOperand('cofactor', a)] }),
  value: ([a, ...directions]) => {
    const n = a.shape.at(-1) as number
    const item = (each: Tensor, i: number) => each.data.subarray(i * n * n, (i + 1) * n * n)
    return eachMatrix(a, [n, n], (each, i) =>
      cofactors(
        n,
        each,
        directions.map(direction => item(direction, i)),
      ),
    )
  },
  jvp: ([a, ...directions], [da, ...changes]) => {
    const terms = changes.map((change, i) => change && cofactorDerivative(a, directions.with(i, change)))
    if (da !== undefined) terms.push(cofactorDerivative(a, [...directions, da]))
    return sumOfPresent(terms)
  },
  batch: (operands, batched, size) => dispatch(cofactor.definition, forEachItem(operands, batched, size)),
  // Symmetric in all directions, with the one that its result belongs to.
  linearIn: { operand: i => i > 0, transpose: (cotangent, i, [a, ...directions]) => cofactorDerivative(a, directions.with(i - 1, cotangent)) },
  samples: [[matrix], [singular]],
})

/** The derivative of the cofactors in directions: M with ⟨M, X⟩ = Dᵏ⁺¹ det(A)[E₁, …, Eₖ, X]. */
function cofactorDerivative(a: Tensor, directions: readonly Tensor[]): Tensor {
  return dispatch(cofactor.definition, [a, ...directions]) as Tensor
}

export const det: Custom<(a: TensorLike) => number | Tensor> = /* @__PURE__ */ custom<(a: TensorLike) => number | Tensor>({
  name: 'det',
  step: /* @__PURE__ */ ofMatrices(true, () => []),
  summary: 'Determinant of square matrices.',
  formula: String.raw`\det A`,
  names: ['np.linalg.det', 'scipy.linalg.det', 'torch.linalg.det', 'torch.det', 'jnp.linalg.det'],
  convention: 'A polynomial: derivatives of any order are right at singular matrices as well; they are made of cofactors.',
  citation: 'LU with partial pivoting.',
  signature: (a: TensorLike) => ({ operands: [squareOperand('det', a)] }),
  value: ([a]) => eachMatrix(a, [], each => [determinant(a.shape.at(-1), each)]),
  batch: ([a]) => det(a),
  jvp: ([a], [da]) => sum(mul(cofactor(a), da), { axis: [-2, -1] }),
  samples: [[matrix], [[matrix, negative]], [singular]],
})

export const logDet: Custom<(a: TensorLike) => number | Tensor> = /* @__PURE__ */ custom<(a: TensorLike) => number | Tensor>({
  name: 'logDet',
  step: /* @__PURE__ */ ofMatrices(true, () => []),
  summary: 'Logarithm of the absolute value of the determinant, without overflow.',
  formula: String.raw`\ln |\det A|`,
  names: ['torch.logdet'],
  convention: 'Of a singular matrix the value is −∞ and the derivative a DomainError.',
  signature: (a: TensorLike) => ({ operands: [squareOperand('logDet', a)] }),
  value: ([a]) => eachMatrix(a, [], each => [signAndLogarithm(a.shape.at(-1), each)[1]]),
  batch: ([a]) => logDet(a),
  jvp: ([a], [da]) => sum(mul(swapLast(inv(a)), da), { axis: [-2, -1] }),
  samples: [[matrix], [[matrix, negative]]],
})

export const signDet: Linear<(a: TensorLike) => number | Tensor> = /* @__PURE__ */ linear({
  name: 'signDet',
  step: /* @__PURE__ */ ofMatrices(true, () => []),
  summary: 'Sign of the determinant: −1, 0 or 1.',
  formula: String.raw`\operatorname{sign} \det A`,
  convention: 'The derivative is 0.',
  constant: true,
  signature: a => ({ operands: [squareOperand('signDet', a)] }),
  value: ([a]) => eachMatrix(a, [], each => [signAndLogarithm(a.shape.at(-1), each)[0]]),
  batch: ([a]) => signDet(a) as Value,
  transpose: () => [undefined],
  samples: [[matrix], [[matrix, negative]]],
})

export const slogdet = /* @__PURE__ */ composite<(a: TensorLike) => { sign: number | Tensor; logDet: number | Tensor }>({
  name: 'slogdet',
  summary: 'Sign of the determinant, and the logarithm of its absolute value, without overflow.',
  formula: String.raw`\det A = s\, e^{l}`,
  names: ['np.linalg.slogdet', 'torch.linalg.slogdet', 'torch.slogdet', 'jnp.linalg.slogdet'],
  convention: 'Of a singular matrix the sign is 0 and the logarithm −∞, whose derivative is a DomainError. The derivative of the sign is 0.',
  of: (a: TensorLike) => {
    const operand = squareOperand('slogdet', a)
    return { sign: signDet(operand), logDet: logDet(operand) }
  },
  samples: [[matrix], [[matrix, negative]]],
})
