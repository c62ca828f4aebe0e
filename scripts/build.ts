/*
 * npm run build [-- folder [--bench]]. Makes dist (or the folder that is named) of src: a module for each entry of the package, with what several need in chunks, and
 * declarations beside it. sources.ts says how they are read.
 */
import { spawnSync } from 'node:child_process'
import { mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { build } from 'esbuild'
import { sources } from './sources.ts'

const dist = process.argv[2] ?? fileURLToPath(new URL('../dist', import.meta.url))
const ENTRIES = [
  'index',
  'export/index',
  'mathjs/index',
  'nn/index',
  'optim/index',
  'plugin/index',
  'plugin/runtime',
  'register/index',
  'register/hooks',
  'random/index',
  'solve/index',
  'testing/index',
  'compile/entries/js',
  'compile/entries/wasm',
  'compile/entries/interpreter',
  'compile/entries/c',
  'compile/entries/webgpu',
  'cli/main',
  'cli/es-modules',
]
/** What benchmarks measure beside them. */
const MEASURED = process.argv.includes('--bench')
  ? ['forward/jvp', 'jacobian/cost', ...['bicoloring', 'columns', 'substitution', 'symmetric'].map(name => `jacobian/coloring/${name}`)]
  : []

rmSync(dist, { recursive: true, force: true })
const compiler = fileURLToPath(import.meta.resolve('typescript/lib/tsc.js'))
const { status } = spawnSync(process.execPath, [compiler, '-p', 'tsconfig.build.json', '--outDir', dist], { stdio: 'inherit' })
if (status !== 0) process.exit(status ?? 1)

const { outputFiles } = await build({
  entryPoints: Object.fromEntries([...ENTRIES, ...MEASURED].map(entry => [entry, `src/${entry}.ts`])),
  outdir: dist,
  bundle: true,
  splitting: true,
  chunkNames: 'chunks/[name]-[hash]',
  format: 'esm',
  target: 'es2022',
  platform: 'neutral',
  packages: 'external',
  external: ['node:*'],
  sourcemap: true,
  write: false,
  plugins: [sources],
  logLevel: 'warning',
})
for (const { path, text } of outputFiles) {
  mkdirSync(dirname(path), { recursive: true })
  // A chunk that is imported for its effects has none, which bundlers would warn of. Lines stay, for the maps of sources.
  writeFileSync(path, text.replace(/^import "\.[^"]*";$/gm, ''), { mode: path.endsWith(join('cli', 'main.js')) ? 0o755 : 0o644 })
}
