import { mkdtempSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { build } from 'esbuild'
import { esbuild } from '../../src/plugin/index.ts'

const root = fileURLToPath(new URL('../../', import.meta.url))

/** The computing parts of the gallery's pages, built as the site builds them: with the plugin that writes marked functions anew. */
export async function galleryModules(names: readonly string[]): Promise<<T>(name: string) => Promise<T>> {
  const folder = mkdtempSync(join(tmpdir(), 'dualtape-gallery-'))
  await build({
    entryPoints: names.map(name => `${root}docs/gallery/${name}.ts`),
    outdir: folder,
    outExtension: { '.js': '.mjs' },
    bundle: true,
    splitting: true,
    format: 'esm',
    platform: 'neutral',
    target: 'es2022',
    logLevel: 'error',
    alias: {
      'dualtape/plugin/runtime': `${root}src/plugin/runtime.ts`,
      ...Object.fromEntries(['solve', 'optim', 'nn', 'random'].map(entry => [`dualtape/${entry}`, `${root}src/${entry}/index.ts`])),
      dualtape: `${root}src/index.ts`,
    },
    plugins: [esbuild() as never],
  })
  return name => import(/* @vite-ignore */ pathToFileURL(join(folder, `${name}.mjs`)).href)
}
