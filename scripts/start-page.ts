/*
 * What the figure of the start page is made of: its part of the library as one small file, and what it shows before that is loaded.
 */
import { mkdirSync, writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { build, type Plugin } from 'esbuild'
import { sources } from './sources.ts'

const root = fileURLToPath(new URL('..', import.meta.url))
const cache = `${root}docs/.vitepress/cache/start`

/** The figure computes with numbers: loops over large tensors, and the WebAssembly that they are written in, stay out of its file. */
const numbersOnly: Plugin = {
  name: 'numbers only',
  setup({ onLoad }) {
    onLoad({ filter: /kernels[\\/]vectors\.ts$/ }, () => ({ loader: 'ts', contents: 'export function useVectors() {}' }))
  },
}

/** Writes both into the folder that the page imports them from. */
export async function startPage(): Promise<void> {
  mkdirSync(cache, { recursive: true })
  await build({
    entryPoints: [`${root}docs/.vitepress/theme/start/engine.ts`],
    outfile: `${cache}/engine.js`,
    bundle: true,
    minify: true,
    format: 'esm',
    target: 'es2022',
    alias: { dualtape: `${root}src/index.ts` },
    plugins: [numbersOnly, sources],
    logLevel: 'warning',
  })
  const { EXAMPLES, curveOf, momentOf } = await import(`${cache}/engine.js`)
  const first = EXAMPLES[0]
  const shown = { examples: EXAMPLES, curve: curveOf(first), moment: momentOf(first, first.at) }
  writeFileSync(
    `${cache}/first.json`,
    JSON.stringify(shown, (_, x) => (typeof x === 'number' ? Number(x.toFixed(3)) : x)),
  )
}
