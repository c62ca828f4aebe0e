import { describe, expect, it } from 'vitest'
import { toOnnx } from '../../src/export/index.ts'
import { GraphError } from '../../src/index.ts'
import { type OperatorDefinition, registry } from '../../src/ops/registry.ts'
import { atSamples } from '../at-sample.ts'
import { numbersOf } from '../results.ts'
import { run, runHere } from './engine.ts'

/** Operators that ONNX has no form for, or their derivatives: of norms those of matrices, which singular values make; of cofactors the derivative. */
const REFUSED = [
  ...['cofactor', 'lu'],
  ...['eigh', 'lstsq', 'qr', 'svd', 'norm', 'expm', 'logm', 'pinv', 'polar', 'polarFactor', 'sqrtm', 'sylvester', 'sylvesterSystem'],
  ...['besselJ0', 'besselJ1', 'besselJ', 'besselI0', 'besselI1', 'besselI', 'besselI0e', 'besselI1e', 'besselIeDerivative', 'logNdtrDerivative'],
  ...['betainc', 'betaincByA', 'betaincByB', 'betaincByAA', 'betaincByAB', 'betaincByBB', 'betaDensity', 'betaincInv'],
  ...['gammainc', 'gammaincc', 'gammaincDerivative', 'gammaDensity', 'gammaincInv', 'gammainccInv', 'randomEntries', 'threefry'],
]

const written = registry.filter(({ name }) => !REFUSED.includes(name))
const CHUNK = 32
const chunks = Array.from({ length: Math.ceil(written.length / CHUNK) }, (_, i) => written.slice(i * CHUNK, (i + 1) * CHUNK))

describe('operators in onnxruntime', () => {
  for (const dtype of ['float64', 'float32'] as const)
    it.each(chunks.map(each => [each[0]?.name as string, each.at(-1)?.name as string, each] as const))(
      `from %s to %s in ${dtype}${dtype === 'float64' ? ', with their gradients' : ''}`,
      async (_first, _last, definitions) => {
        const all = definitions.map(each => {
          const made = atSamples(each, dtype === 'float64')
          return { name: each.name, ...made, expected: numbersOf(made.f(made.args)) }
        })
        const f = (given: Record<string, unknown[][]>) => Object.fromEntries(all.map(({ name, f }) => [name, f(given[name] as unknown[][])]))
        const args = Object.fromEntries(all.map(({ name, args }) => [name, args]))
        const model = toOnnx(f, [args], { dtype })
        const engines = { onnxruntime: await run(model, args), ...(dtype === 'float64' && { dualtape: runHere(model, args) }) }
        for (const [engine, found] of Object.entries(engines))
          for (const { name, expected } of all) {
            const own = Object.entries(found).flatMap(([output, numbers]) =>
              output === `result.${name}` || output.startsWith(`result.${name}.`) ? numbers : [],
            )
            const scale = Math.max(1, ...expected.filter(Number.isFinite).map(Math.abs))
            expect(own.length, name).toBe(expected.length)
            own.forEach((each, i) => {
              const wanted = expected[i] as number
              if (!Number.isFinite(wanted)) expect(each, name).toBe(wanted)
              else
                expect(Math.abs(each - wanted) / scale, `${name} in ${engine}: number ${i}: ${each} for ${wanted}`).toBeLessThan(
                  dtype === 'float64' ? 1e-12 : 1e-4,
                )
            })
          }
      },
    )

  it.each(REFUSED)('%s is refused by name', name => {
    const { f, args } = atSamples(registry.find(each => each.name === name) as OperatorDefinition)
    expect(() => toOnnx(f, [args])).toThrow(GraphError)
    expect(() => toOnnx(f, [args])).toThrow(/^toOnnx: \w+ has no form in ONNX' operators\. Compute it outside/)
  })
})
