export * from './activation.ts'
export * from './arithmetic.ts'
export { expandDims, flip, ravel, repeat, roll, split, squeeze, tile, tril, triu } from './axes.ts'
export * from './bessel.ts'
export * from './broadcast.ts'
export { toFloat32, toFloat64 } from './casts.ts'
export * from './comparison.ts'
export { cross, einsum, tensordot } from './contraction.ts'
export { avgPool, type ConvolutionOptions, type ConvolutionPadding, conv1d, conv2d, maxPool, type PoolOptions } from './convolution.ts'
export { type CrossEntropyOptions, checkedClasses, crossEntropy, softmaxCrossEntropy } from './cross-entropy.ts'
export * from './cumulative.ts'
export { cofactor, det, logDet, signDet, slogdet } from './determinants.ts'
export * from './diagonals.ts'
export { diff, trapezoid } from './differences.ts'
export { astype, toInt32 } from './dtypes.ts'
export * from './exponential.ts'
export { eigh, lstsq, qr, svd } from './factorisations.ts'
export * from './grids.ts'
export { gather, scatterAdd, slice, take, takeAlongAxis } from './indexing.ts'
export { dot, matmul, outer, type ProductResult } from './linalg.ts'
export * from './logistic.ts'
export {
  binaryCrossEntropy,
  binaryCrossEntropyWithLogits,
  hinge,
  huber,
  klDivergence,
  type Loss,
  type LossOptions,
  mae,
  mse,
} from './loss.ts'
export { expm, logm, pinv, polar, polarFactor, sqrtm, sylvester, sylvesterSystem } from './matrix-functions.ts'
export { gatherEntries, type Movement, scatterEntries } from './movement.ts'
export * from './normalisation.ts'
export * from './norms.ts'
export * from './ordering.ts'
export { type PadOptions, pad, padEntries } from './padding.ts'
export * from './pick.ts'
export { checkedIndices, gatherAt, scatterAt } from './places.ts'
export * from './probability.ts'
export { randomEntries, threefry } from './random.ts'
export { type AxisOptions, logSumExp, max, mean, min, prod, type Reduction, sum } from './reduction.ts'
export * from './rounding.ts'
export * from './search.ts'
export * from './sections.ts'
export * from './selection.ts'
export { concat, permute, reshape, stack, transpose } from './shape.ts'
export * from './softmax.ts'
export * from './special.ts'
export * from './statistics.ts'
export { cholesky, inv, linearSystem, matrixPower, solve, type TriangularOptions, triangularSolve, triangularSystem } from './systems.ts'
export * from './trigonometric.ts'
export { powerNorm } from './vector-norms.ts'
