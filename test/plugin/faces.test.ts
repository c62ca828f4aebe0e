import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { MessageChannel } from 'node:worker_threads'
import { addMapping, GenMapping, setSourceContent, toEncodedMap } from '@jridgewell/gen-mapping'
import { originalPositionFor, TraceMap } from '@jridgewell/trace-mapping'
import { build } from 'esbuild'
import { rollup as bundle } from 'rollup'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import bundler, { type Compiler, type WebpackPluginInstance } from 'webpack'
import { grad } from '../../src/index.ts'
import { bun, esbuild, rollup, transform, webpack } from '../../src/plugin/index.ts'
import * as runtime from '../../src/plugin/runtime.ts'
import { initialize, load } from '../../src/register/hooks.ts'
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
/** Packages that are differentiated as they are. */
const PACKAGES = {
  'parts/square/index.mjs': 'export const square = x => x * x\n',
  'parts/cube/index.cjs': 'exports.cube = x => x * x * x\n',
  'marked.js': "import { include } from 'dualtape/register'\ninclude(/parts.square/)\ninclude(/parts.cube/g)\n",
  'packages.js': `import { grad } from 'dualtape'
import { square } from './parts/square/index.mjs'
import { cube } from './parts/cube/index.cjs'
console.log(grad(square)(3), grad(cube)(2))
`,
}
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

  it('for webpack does so, too', async () => {
    const compiler = bundler({
      mode: 'none',
      target: 'node',
      context: folder,
      entry: './plain.mjs',
      output: { path: folder, filename: 'webpack.cjs', library: { type: 'commonjs2' } },
      externals: { 'dualtape/plugin/runtime': 'commonjs2 dualtape/plugin/runtime' },
      devtool: 'source-map',
      plugins: [webpack() as WebpackPluginInstance],
    }) as Compiler
    await new Promise((resolve, reject) => compiler.run((error, stats) => (error || stats?.hasErrors() ? reject(error ?? String(stats)) : resolve(stats))))
    const module = { exports: {} as { g: (x: number) => number } }
    new Function('module', 'exports', 'require', readFileSync(join(folder, 'webpack.cjs'), 'utf8'))(module, module.exports, () => runtime)
    expect([module.exports.g(2), grad(module.exports.g)(2)]).toEqual([6, 3])
    expect(JSON.parse(readFileSync(join(folder, 'webpack.cjs.map'), 'utf8')).sources).toContainEqual(expect.stringContaining('plain.mjs'))
  })

  it('for Bun leads source maps of a build, and stack traces of modules that it loads, back to the source', async () => {
    const path = join(folder, 'thrown.ts')
    writeFileSync(
      path,
      "interface P { x: number }\nexport function f(p: P): number {\n  'use ad'\n  const y = p.x * 2\n  if (y > 3) throw new Error('5')\n  return y\n}\n",
    )
    type Load = (file: { path: string }) => Promise<{ contents: string }>
    const setUp = async (build: object) => {
      const loads: Load[] = []
      bun().setup({ ...build, onLoad: (_: object, load: Load) => loads.push(load) })
      return (await (loads[0] as Load)({ path })).contents
    }
    // What Bun makes of what it is given, with its own map to that: here as it is.
    const identity = (contents: string) => {
      const map = new GenMapping()
      setSourceContent(map, 'thrown.ts', contents)
      for (const [i, line] of contents.split('\n').entries())
        for (const { index } of line.matchAll(/\w+/g))
          addMapping(map, { generated: { line: i + 1, column: index }, source: 'thrown.ts', original: { line: i + 1, column: index } })
      return toEncodedMap(map)
    }
    const ends: ((made: object) => Promise<void>)[] = []
    const contents = await setUp({ config: {}, onEnd: (end: (made: object) => Promise<void>) => ends.push(end) })
    const text = JSON.stringify({ ...identity(contents), debugId: '7' })
    const inline = `//# sourceMappingURL=data:application/json;base64,${Buffer.from(text).toString('base64')}\n`
    const files = ['made.js', 'made.js.map', 'inline.js'].map(name => join(folder, name)) as [string, string, string]
    for (const [i, each] of [contents, text, contents + inline].entries()) writeFileSync(files[i] as string, each)
    await ends[0]?.({ outputs: [...files, join(folder, 'nowhere.js')].map(each => ({ path: each })) })
    const told = [readFileSync(files[1], 'utf8'), Buffer.from(/base64,(.*)/.exec(readFileSync(files[2], 'utf8'))?.[1] ?? '', 'base64').toString()]
    const thrown = contents
      .split('\n')
      .flatMap((line, i) => (line.includes('throw new Error') ? [{ line: i + 1, column: line.indexOf('throw new Error') }] : []))
    expect(thrown).toHaveLength(2)
    for (const map of told.map(each => JSON.parse(each))) {
      expect([map.sources, map.debugId, map.sourcesContent[0]]).toEqual([['thrown.ts'], '7', readFileSync(path, 'utf8')])
      for (const place of thrown) expect(originalPositionFor(new TraceMap(map), place)).toMatchObject({ source: 'thrown.ts', line: 5, column: 13 })
    }
    const earlier = Error.prepareStackTrace
    try {
      for (const own of [
        undefined,
        (_: Error, frames: NodeJS.CallSite[]) => frames.map(each => `${each.getLineNumber()}:${each.getColumnNumber()}`).join(' '),
      ]) {
        Error.prepareStackTrace = own as never
        await setUp({})
        for (const { line, column } of thrown) {
          const frame = {
            getFileName: () => path,
            getLineNumber: () => line,
            getColumnNumber: () => column + 1,
            toString: () => `f (${path}:${line}:${column + 1})`,
          }
          const elsewhere = { getFileName: () => null, getLineNumber: () => null, getColumnNumber: () => null, toString: () => 'native' }
          const stack = (Error.prepareStackTrace as unknown as (error: Error, frames: object[]) => string)(new Error('5'), [frame, elsewhere])
          expect(stack).toBe(own === undefined ? `Error: 5\n    at f (${path}:5:14)\n    at native` : '5:14 null:null')
        }
      }
    } finally {
      Error.prepareStackTrace = earlier as never
    }
  })

  // Rspack and Bun are too large to be installed for it, and were tried by hand: see docs/decisions/plain-typescript.md.
  it('for Bun gives it the text of each module that is marked, or of all where it loads them', async () => {
    const texts = async (build: object, path: string) => {
      const loaded: unknown[] = []
      await bun({ include: /\.ts$/ }).setup({ ...build, onLoad: (_: object, load: (file: object) => unknown) => loaded.push(load({ path })) })
      return (await loaded[0]) as { contents: string; loader: string } | undefined
    }
    writeFileSync(join(folder, 'unmarked.mjs'), 'export const g = x => x * 3\n')
    writeFileSync(join(folder, 'unmarked.ts'), 'export const g = (x: number) => x * 3\n')
    expect(await texts({ config: {} }, join(folder, 'plain.mjs'))).toMatchObject({ loader: 'js', contents: expect.stringContaining('mul(x, 3)') })
    expect(await texts({ config: {} }, join(folder, 'unmarked.ts'))).toMatchObject({ loader: 'ts', contents: expect.stringContaining('mul(x, 3)') })
    expect(await texts({ config: {} }, join(folder, 'unmarked.mjs'))).toBeUndefined()
    const earlier = Error.prepareStackTrace
    expect((await texts({}, join(folder, 'unmarked.mjs')))?.contents).toBe('export const g = x => x * 3\n')
    Error.prepareStackTrace = earlier as never
  })

  it('refuses options that there are not, and others than paths to include', () => {
    expect(() => rollup({ includes: /a/ } as never)).toThrow(/no option includes/)
    expect(() => rollup({ include: 'a' } as never)).toThrow(/include is a regular expression for paths, or a function of them, not the string "a"/)
    expect(() => transform('', { marked: true } as never)).toThrow(/no option marked/)
  })

  it('for Node, also behind and before tsx, or with the package typescript alone, names the lines that were written', async () => {
    const app = await project({ 'package.json': '{ "type": "module" }\n', 'model.ts': LINES, 'main.ts': MAIN, 'common.cjs': COMMON, ...PACKAGES }, [
      'tsx',
      'typescript',
    ])
    for (const hooks of ['dualtape/register', 'tsx --import dualtape/register', 'dualtape/register --import tsx']) {
      const { stdout, stderr } = await shell(app, `node --import ${hooks} main.ts`)
      expect([stderr, stdout], hooks).toEqual(['', '4 6 model.ts:9 model.ts:9 model.ts:14\n'])
    }
    const { stdout, stderr } = await shell(app, 'node --import ./marked.js packages.js')
    expect([stderr, stdout]).toEqual(['', '6 12\n'])
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
    const { port1, port2 } = new MessageChannel()
    initialize(port2)
    const unmarked = { format: 'module', source: 'export const g = x => x * 3' }
    expect(await load(url, {}, () => unmarked)).toBe(unmarked)
    port1.postMessage(/plain/g)
    for (let i = 0; i < 2; i++) expect((await load(url, {}, () => unmarked)).source).toMatch(/mul\(x, 3\)/)
    expect(await load(url.replace('plain', 'other'), {}, () => unmarked)).toBe(unmarked)
    port1.close()
  })
})
