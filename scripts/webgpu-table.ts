import { planOf } from '../src/compile/webgpu/plan.ts'
import { GraphError, trace } from '../src/index.ts'
import { type OperatorDefinition, registry } from '../src/ops/registry.ts'
import { atSample } from '../test/at-sample.ts'
import { total } from './onnx-table.ts'

/** The page that says of every operator whether it and its derivative run on WebGPU, in how many passes, and why not. */
export function webgpuTable(): string {
  // The order of the registry is that in which modules are loaded.
  const sorted = [...registry].sort((a, b) => (a.name < b.name ? -1 : 1))
  const rows = sorted.map(definition => ({ name: definition.name, value: passesOf(definition, false), slope: passesOf(definition, true) }))
  const run = rows.filter(({ value }) => typeof value === 'number')
  const refused = rows.filter(({ value }) => typeof value !== 'number')
  const shown = (slope: number | string) => (typeof slope === 'number' ? String(slope) : `no: \`${slope}\``)
  return `# Operators on WebGPU, one by one

Written by \`npm run generate\`: every operator of the registry is compiled for [WebGPU](/webgpu) at its first sample. The tests compare values
and gradients with those in float64, in Chromium, at all samples.

${run.length} of ${rows.length} operators run, in so many passes (steps on numbers are one together, views of tensors none).

| operator | passes | with the derivative |
|---|---|---|
${run.map(({ name, value, slope }) => `| \`${name}\` | ${value} | ${shown(slope)} |`).join('\n')}

Those that do not run, and the step in them that has no form:

| operator | step |
|---|---|
${refused.map(({ name, value }) => `| \`${name}\` | \`${value}\` |`).join('\n')}
`
}

/** The passes of an operator, or of it and its gradient; the name of the step that has no form. */
function passesOf(definition: OperatorDefinition, withSlope: boolean): number | string {
  const { value, slope, args } = atSample(definition, undefined, total)
  const both = (...given: unknown[]) => [value(...given), slope?.(...given)]
  try {
    return planOf(trace(withSlope && slope !== undefined ? both : value, ...args)).dispatches
  } catch (error) {
    const [, step] = (error instanceof GraphError && /has no form for WebGPU: (\w+)/.exec(error.message)) || []
    if (step === undefined) throw error
    return step
  }
}
