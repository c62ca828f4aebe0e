import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { build } from 'esbuild'
import { rollup as bundle } from 'rollup'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { esbuild, rollup } from '../../src/plugin/index.ts'
import { load } from '../../src/register/hooks.ts'
import { project, shell } from '../package/packed.ts'

const MODEL = `export interface Point { x: number }
export function f({ x }: Point, k = x * 2): number {
  'use ad'
  if (x < 0) throw new Error('below 0')
  return x ** 2 * k
}
`
/** Lines 9 and 14 throw. */
const LINES = `interface Point {
  x: number
}
type Unused = { a: number }

export function f({ x }: Point): number {
  'use ad'
  const y = x * x
  if (y > 3) throw new Error('above')
  return y * 2
}

export function after(x: number): never {
  throw new Error('after')
}
`
const MAIN = `import { grad } from 'dualtape'
import { createRequire } from 'node:module'
import { after, f } from './model.ts'
const placeOf = (g: () => unknown) => { try { g() } catch (e) { return /model\\.\\w+:\\d+/.exec((e as Error).stack!)![0] } }
console.log(grad(f)({ x: 1 }).x, createRequire(import.meta.url)('./common.cjs'), placeOf(() => f({ x: 2 })), placeOf(() => grad(f)({ x: 2 })), placeOf(() => after(1)))
`
const COMMON = "const { grad } = require('dualtape')\nmodule.exports = grad(x => { 'use ad'; return x * x + 2 * x })(2)\n"
let folder: string
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'dualtape-plugin-'))
  writeFileSync(join(folder, 'model.ts'), MODEL)
  writeFileSync(join(folder, 'plain.mjs'), "export const g = x => { 'use ad'; return x * 3 }\n")
  writeFileSync(
    join(folder, 'main.ts'),
    "import { f } from './model.ts'\nimport { grad } from 'dualtape'\nexport const slope = grad(f as any)({ x: 3 })\nexport { f }\n",
  )
})
afterAll(() => {
  rmSync(folder, { recursive: true })
})

const src = (path: string) => fileURLToPath(new URL(`../../src/${path}`, import.meta.url))

describe('the plugin', () => {
  it('for esbuild makes marked functions of TypeScript differentiable, with the way back to their source', async () => {
    const outfile = join(folder, 'out.mjs')
    const alias = { dualtape: src('index.ts'), 'dualtape/plugin/runtime': src('plugin/runtime.ts') }
    await build({
      entryPoints: [join(folder, 'main.ts')],
      bundle: true,
      format: 'esm',
      platform: 'node',
      outfile,
      plugins: [esbuild()],
      alias,
      sourcemap: 'inline',
      logLevel: 'silent',
    })
    const { slope, f } = await import(pathToFileURL(outfile).href)
    expect(slope).toEqual({ x: 54 })
    expect(f({ x: 3 })).toBe(54)
  })

  it('for Rollup leaves the rest of a module alone', async () => {
    const made = await bundle({ input: join(folder, 'plain.mjs'), plugins: [rollup()], external: /^dualtape/ })
    const { output } = await made.generate({ format: 'esm', sourcemap: true })
    expect(output[0].code).toContain("from 'dualtape/plugin/runtime'")
    expect(output[0].map?.sources).toEqual([expect.stringContaining('plain.mjs')])
  })

  it('for Node, also behind and before tsx, or with the package typescript alone, names the lines that were written', async () => {
    const app = await project({ 'package.json': '{ "type": "module" }\n', 'model.ts': LINES, 'main.ts': MAIN, 'common.cjs': COMMON }, ['tsx', 'typescript'])
    for (const hooks of ['dualtape/register', 'tsx --import dualtape/register', 'dualtape/register --import tsx']) {
      const { stdout, stderr } = await shell(app, `node --import ${hooks} main.ts`)
      expect([stderr, stdout], hooks).toEqual(['', '4 6 model.ts:9 model.ts:9 model.ts:14\n'])
    }
  }, 240_000)

  it('for Node writes modules anew as they are loaded', async () => {
    const url = pathToFileURL(join(folder, 'plain.mjs')).href
    const source = "export const g = x => { 'use ad'; return x * 3 }"
    const loaded = await load(url, {}, () => ({ format: 'module', source: new TextEncoder().encode(source) }))
    expect(loaded.source).toMatch(/mul\(x, 3\)[\s\S]*sourceMappingURL=data:/)
    const others = [
      { format: 'module', source: 'export const g = 1' },
      { format: 'json', source: '"use ad"' },
    ]
    for (const other of others) expect(await load(url, {}, () => other)).toBe(other)
  })
})
