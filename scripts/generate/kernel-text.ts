/* The kernels as text, for modules that compile emits: minified, since every application that compiles carries it. */
import { build } from 'esbuild'
import { HEAD } from './symbols.ts'

export async function kernelText(root: string): Promise<string> {
  const { outputFiles } = await build({
    entryPoints: [`${root}src/ops/kernels/index.ts`],
    bundle: true,
    write: false,
    minify: true,
    format: 'esm',
    target: 'es2022',
  })
  const source = (outputFiles[0]?.text ?? '').trim()
  const exported = source.match(/export\{(.*)\};$/)?.[1]?.split(',') ?? []
  const members = exported.map(each => each.split(' as ').reverse().join(': '))
  return `${HEAD}/** The functions of \`ops/kernels\` as source, for modules that need nothing else. */
export const kernelText = ${JSON.stringify(`const kernels = (() => {\n${source.replace(/export\{.*\};$/, '')}\nreturn { ${members.join(', ')} }\n})()`)}
`
}
