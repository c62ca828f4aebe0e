/*
 * Writes what follows from the operators' definitions: specialised code (src/ops/generated.ts) and second partials
 * (src/ops/generated-second.ts), which git does not keep and `--untracked` writes alone; the interpreter's loop
 * (src/graph/run-steps.ts), the kernels as text (src/compile/kernel-text.ts) and in C (src/compile/c/kernels.ts), mathjs' functions
 * (docs/mathjs-functions.md), and operators in ONNX, in C and on WebGPU (docs/onnx-operators.md, docs/c-operators.md, docs/webgpu-operators.md). `--check` compares instead of writing, and fails when a file is stale.
 */
import { existsSync, mkdtempSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { build } from 'esbuild'
import { stateOfDefinitions } from './fresh.mjs'

const root = fileURLToPath(new URL('../', import.meta.url))

/** The writers, beside definitions without specialised code: what there is may not fit them any more, or be missing. */
async function writers(): Promise<typeof import('./generate/index.ts')> {
  const folder = mkdtempSync(join(root, 'node_modules', '.generate-'))
  const outfile = join(folder, 'writers.mjs')
  try {
    await build({
      entryPoints: [join(root, 'scripts/generate/index.ts')],
      outfile,
      bundle: true,
      minifyWhitespace: true,
      platform: 'node',
      format: 'esm',
      packages: 'external',
      logLevel: 'error',
      plugins: [
        {
          name: 'without specialised code',
          setup: ({ onResolve, onLoad }) => {
            onResolve({ filter: /\/generated\.ts$/ }, () => ({ path: 'generated', namespace: 'none' }))
            onLoad({ filter: /./, namespace: 'none' }, () => ({ contents: 'module.exports = {}' }))
          },
        },
      ],
    })
    return await import(pathToFileURL(outfile).href)
  } finally {
    rmSync(folder, { recursive: true })
  }
}

/** Writes a file at once, or compares it. */
function put(name: string, text: string): void {
  const path = join(root, name)
  const old = existsSync(path) ? readFileSync(path, 'utf8') : undefined
  if (old === text) return
  if (process.argv.includes('--check')) {
    console.error(`${name} is stale: run \`npm run generate\`.`)
    process.exitCode = 1
    return
  }
  writeFileSync(`${path}.new`, text)
  renameSync(`${path}.new`, path)
  console.log(name)
}

const { specialisedText, secondText, runStepsText, kernelText } = await writers()
const state = `// State of the definitions: ${stateOfDefinitions()}\n`
put('src/ops/generated.ts', state + specialisedText())
put('src/ops/generated-second.ts', state + secondText())
if (!process.argv.includes('--untracked')) {
  put('src/graph/run-steps.ts', runStepsText())
  put('src/compile/kernel-text.ts', await kernelText(root))
  const { cKernels } = await import('./generate/c-kernels.ts')
  put('src/compile/c/kernels.ts', await cKernels(root))
  const { mathjsTable } = await import('./mathjs-table.ts')
  put('docs/mathjs-functions.md', mathjsTable())
  const { onnxTable } = await import('./onnx-table.ts')
  put('docs/onnx-operators.md', onnxTable())
  const { cTable } = await import('./c-table.ts')
  put('docs/c-operators.md', cTable())
  const { webgpuTable } = await import('./webgpu-table.ts')
  put('docs/webgpu-operators.md', webgpuTable())
}
