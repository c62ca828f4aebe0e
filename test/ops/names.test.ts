import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import * as dualtape from '../../src/index.ts'
import { registry } from '../../src/ops/registry.ts'

/** The operators that the public contract promises, family by family. */
const PROMISED = `
add sub mul div neg pow square sqrt cbrt reciprocal abs sign mod hypot fma
exp expm1 exp2 log log1p log2 log10 logAddExp
sin cos tan asin acos atan atan2 sinh cosh tanh asinh acosh atanh sinc
erf erfc erfInv gamma logGamma digamma beta logBeta besselJ0 besselJ1
floor ceil round trunc
relu leakyRelu elu selu celu gelu geluTanh silu softplus sigmoid logSigmoid hardTanh softsign mish
where maximum minimum clip
greater greaterEqual less lessEqual equal notEqual isNan isFinite logicalAnd logicalOr logicalNot
sum mean prod max min argMax argMin variance std norm logSumExp cumSum cumProd all any
softmax logSoftmax
matmul dot outer cross einsum tensordot transpose trace diag inv det logDet solve cholesky triangularSolve qr eigh svd lstsq matrixPower
reshape ravel squeeze expandDims broadcastTo concat stack split slice take gather scatterAdd pad flip roll tile repeat permute triu tril sort topK
conv1d conv2d maxPool avgPool
mse mae huber crossEntropy softmaxCrossEntropy binaryCrossEntropy binaryCrossEntropyWithLogits klDivergence hinge
layerNorm batchNorm linear
diagonal diff trapezoid meshgrid select searchSorted takeAlongAxis cumMax cumMin cumLogSumExp
xlogy xlog1py entr ndtr logNdtr besselI besselI0 besselI1 besselI0e besselI1e
gammainc gammaincc gammaincInv gammainccInv betainc betaincInv
conv3d convTranspose1d convTranspose2d convTranspose3d reduceWindow lu attention fft ifft rfft irfft
`
  .trim()
  .split(/\s+/)

describe('the registry', () => {
  it.each(PROMISED)('has %s', name => {
    expect(registry.map(each => each.name)).toContain(name)
    expect(dualtape).toHaveProperty(name)
  })

  it('has as many operators as the README says', () => {
    expect(readFileSync(new URL('../../README.md', import.meta.url), 'utf8')).toContain(`**${registry.length} operators**`)
  })

  it('has the questions', () => {
    for (const name of ['gt', 'ge', 'lt', 'le', 'eq', 'ne']) expect(dualtape).toHaveProperty(name)
  })
})
