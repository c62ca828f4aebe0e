import { type CFiles, toC } from '../src/compile/entries/c.ts'
import { DualtapeError } from '../src/index.ts'
import { type OperatorDefinition, registry } from '../src/ops/registry.ts'
import { atSample } from '../test/at-sample.ts'
import { total } from './onnx-table.ts'

/** The page that says of every operator whether it and its derivative leave as C, and what of the library they take along. */
export function cTable(): string {
  // The order of the registry is that in which modules are loaded.
  const sorted = [...registry].sort((a, b) => (a.name < b.name ? -1 : 1))
  const rows = sorted.map(definition => ({ name: definition.name, value: written(definition, false), slope: written(definition, true) }))
  const left = rows.filter(({ value }) => value !== undefined)
  const refused = rows.filter(({ value }) => value === undefined)
  const lines = left.map(({ name, value, slope }) => `| \`${name}\` | ${functionsIn(value as CFiles)} | ${slope === undefined ? 'no' : 'yes'} |`)
  return `# Operators in C, one by one

Written by \`npm run generate\`: every operator of the registry is written as [C](/c) at its first sample. The tests compile all, and compare values and gradients.

${left.length} of ${rows.length} operators leave. Functions are those of \`math.h\`, and those of the library that the file then holds.

| operator | functions | derivative |
|---|---|---|
${lines.join('\n')}

Those that do not leave: ${refused.map(({ name }) => `\`${name}\``).join(', ')}.
`
}

/** An operator, or its gradient, in C; undefined where it does not leave. */
function written(definition: OperatorDefinition, withSlope: boolean): CFiles | undefined {
  const { value, slope, args } = atSample(definition, undefined, total)
  try {
    return toC(withSlope && slope !== undefined ? slope : value, args)
  } catch (error) {
    if (error instanceof DualtapeError && error.message.startsWith('emit: ')) return undefined
    throw error
  }
}

/** The functions that the code of a function calls. */
function functionsIn({ source }: CFiles): string {
  const body = source.slice(source.indexOf('int f('), source.indexOf('f_n_in'))
  const called = [...body.matchAll(/\b([a-z]\w*)\(/g)]
    .map(([, name]) => name as string)
    .filter(name => !['if', 'for', 'int', 'memcpy', 'memmove', 'f', 'return', 'switch'].includes(name))
  return [...new Set(called)].map(name => `\`${name.replace(/^dt_/, '')}\``).join(', ')
}
