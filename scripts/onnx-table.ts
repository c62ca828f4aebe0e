import type { TensorLike } from '../src/core/types.ts'
import { decodeModel } from '../src/export/onnx/encode.ts'
import type { GraphMessage } from '../src/export/onnx/format.ts'
import { OPERATORS } from '../src/export/onnx/from-onnx.ts'
import { toOnnx } from '../src/export/onnx/to-onnx.ts'
import { GraphError, mul, sum, Tensor } from '../src/index.ts'
import { type OperatorDefinition, registry } from '../src/ops/registry.ts'
import { atSample } from '../test/at-sample.ts'

/** The page that says of every operator what it becomes in ONNX, and which of ONNX' operators are read. */
export function onnxTable(): string {
  // The order of the registry is that in which modules are loaded.
  const sorted = [...registry].sort((a, b) => (a.name < b.name ? -1 : 1))
  const rows = sorted.map(definition => ({ name: definition.name, value: written(definition, false), slope: written(definition, true) }))
  const left = rows.filter(({ value }) => value !== undefined)
  const refused = rows.filter(({ value }) => value === undefined)
  const lines = left.map(
    ({ name, value, slope }) => `| \`${name}\` | ${(value as string[]).map(each => `\`${each}\``).join(', ')} | ${slope === undefined ? 'no' : 'yes'} |`,
  )
  return `# Operators in ONNX, one by one

Written by \`npm run generate\`: every operator of the registry is exported at its first sample, in float64. The tests compare values and
gradients with onnxruntime at all samples.

## What \`toOnnx\` writes

${left.length} of ${rows.length} operators leave. Of float32 some are shorter: \`tan\`, \`sinh\` and their kin are operators of ONNX there.

| operator | in ONNX | derivative |
|---|---|---|
${lines.join('\n')}

Those that do not leave: ${refused.map(({ name }) => `\`${name}\``).join(', ')}.

## What \`fromOnnx\` reads

${Object.keys(OPERATORS)
  .sort()
  .map(each => `\`${each}\``)
  .join(', ')}.
`
}

/** The operators of ONNX that an operator, or its gradient, is written in; undefined where it does not leave. */
function written(definition: OperatorDefinition, withSlope: boolean): string[] | undefined {
  const { value, slope, args } = atSample(definition, undefined, total)
  try {
    const model = toOnnx(withSlope && slope !== undefined ? slope : value, args)
    return [...new Set(typesIn(decodeModel(model).graph))].filter(each => each !== 'Identity')
  } catch (error) {
    if (error instanceof GraphError) return undefined
    throw error
  }
}

/** One number of a result. */
export function total(result: unknown): unknown {
  if (
    typeof result !== 'object' ||
    result instanceof Tensor ||
    !Object.values(result as object).every(each => typeof each === 'object' && !Array.isArray(each))
  )
    return sum(mul(result as TensorLike, result as TensorLike))
  return Object.values(result as object)
    .map(total)
    .reduce((a, b) => sum([a as number, b as number]))
}

function typesIn({ node }: GraphMessage): string[] {
  return node.flatMap(({ opType, attribute }) => [opType, ...attribute.flatMap(({ g }) => (g === undefined ? [] : typesIn(g)))])
}
