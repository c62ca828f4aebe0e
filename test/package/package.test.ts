import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname, join, relative } from 'node:path'
import { build } from 'esbuild'
import { beforeAll, describe, expect, it } from 'vitest'
import { packed, project, shell } from './packed.ts'

/** The folder of the unpacked package. */
let folder = ''
/** A project of ES modules that has it, with what its entries need. */
let consumer = ''

beforeAll(async () => {
  folder = await packed()
  consumer = await project({ 'package.json': '{ "type": "module" }' }, ['mathjs', '@bufbuild/protobuf', 'expect-type', 'typescript'])
}, 240_000)

interface Manifest {
  exports: Record<string, string | { types: string; default: string }>
}

function manifest(): Manifest {
  return JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'))
}

/** Names by which users import: dualtape, dualtape/mathjs, … */
function entries(): string[] {
  return Object.entries(manifest().exports).flatMap(([name, to]) => (typeof to === 'string' ? [] : [`dualtape${name.slice(1)}`]))
}

function write(name: string, text: string): void {
  writeFileSync(join(consumer, name), text)
}

async function inNode(script: string, flags = ''): Promise<string> {
  write('script.js', script)
  const { status, stdout, stderr } = await shell(consumer, `node ${flags} script.js`)
  expect([status, stderr]).toEqual([0, ''])
  return stdout
}

/** The modules that a module of the package imports when it is loaded, with itself. */
function loadedBy(file: string, seen = new Set<string>()): Set<string> {
  if (seen.has(file)) return seen
  seen.add(file)
  for (const [, target] of readFileSync(join(folder, file), 'utf8').matchAll(/^(?:import|export)[^'"]*?(?:from )?"(\.[^"]+)";$/gm)) {
    loadedBy(relative(folder, join(folder, dirname(file), target as string)), seen)
  }
  return seen
}

describe('the packed package', () => {
  it('can be imported and required by every name, as one instance', async () => {
    const imports = entries().map((name, i) => `import * as all${i} from '${name}'`)
    const script = `${imports.join('\n')}
      import { createRequire } from 'node:module'
      const require = createRequire(import.meta.url)
      const same = [${entries().map((name, i) => `require('${name}') === all${i} && Object.keys(all${i}).length > 0`)}]
      console.log(JSON.stringify([same, require('dualtape/package.json').name, all0.grad(x => all0.mul(x, x))(3)]))`
    expect(JSON.parse(await inNode(script, '--no-warnings'))).toEqual([entries().map(() => true), 'dualtape', 6])
  })

  it('is typed: the type tests hold for strict consumers that check libraries', async () => {
    write('tsconfig.json', JSON.stringify({ compilerOptions: STRICT, include: ['*.ts'] }))
    write('vitest.d.ts', VITEST)
    write('types.test-d.ts', readFileSync('test/types.test-d.ts', 'utf8').replace("'../src/index.ts'", "'dualtape'"))
    write(
      'all.ts',
      entries()
        .map((name, i) => `export * as all${i} from '${name}'`)
        .join('\n'),
    )
    write('entries.ts', ENTRIES)
    expect(await shell(consumer, 'node node_modules/typescript/lib/tsc.js -p .')).toEqual({ status: 0, stdout: '', stderr: '' })
  }, 240_000)

  it('has no class in its declarations that everything is assignable to', () => {
    const declarations = readdirSync(join(folder, 'dist'), { recursive: true, encoding: 'utf8' }).filter(file => file.endsWith('.d.ts'))
    const classes = declarations.flatMap(file =>
      [...readFileSync(join(folder, 'dist', file), 'utf8').matchAll(/^export declare class (\w+) \{\n([\s\S]*?)^\}/gm)].map(match => {
        const members = (match[2] as string).match(/^ {4}(?!constructor|static |toString\b|[/*\s[}])\S.*/gm) ?? []
        return { name: `${file}: ${match[1]}`, members: members.length }
      }),
    )
    expect(classes.length).toBeGreaterThan(20)
    expect(classes.filter(({ members }) => members === 0)).toEqual([])
  })

  it('has maps with the sources of all its modules', () => {
    const modules = readdirSync(join(folder, 'dist'), { recursive: true, encoding: 'utf8' }).filter(file => file.endsWith('.js'))
    for (const file of modules) {
      const text = readFileSync(join(folder, 'dist', file), 'utf8')
      expect(text, file).toMatch(/\/\/# sourceMappingURL=\S+\.map\n$/)
      const map = JSON.parse(readFileSync(join(folder, 'dist', `${file}.map`), 'utf8'))
      expect(map.sourcesContent, file).toHaveLength(map.sources.length)
    }
  })

  it('loads few modules, none in a circle and none for its effects alone', () => {
    // Each part that several entries share is one: there are as many as ways to choose among the entries, of which most do not occur.
    expect(loadedBy('dist/index.js').size).toBeLessThan(3 * Object.keys(manifest().exports).length)
    for (const name of Object.keys(manifest().exports)) {
      const to = manifest().exports[name]
      if (typeof to === 'string' || to === undefined) continue
      const files = loadedBy(to.default.slice(2))
      for (const file of files) {
        const text = readFileSync(join(folder, file), 'utf8')
        expect(text, file).not.toMatch(/^import "/m)
        const targets = [...loadedBy(file)].filter(each => each !== file)
        for (const target of targets) expect([...loadedBy(target)], `${file} → ${target}`).not.toContain(file)
      }
    }
  })

  it('asks for no more than the texts of the command line for --help', () => {
    const files = [...loadedBy('dist/cli/main.js')]
    const texts = files.map(file => readFileSync(join(folder, file), 'utf8'))
    expect(texts.reduce((sum, text) => sum + text.length, 0)).toBeLessThan(30_000)
    expect(texts.join('\n')).not.toMatch(/from "mathjs"/)
  })
})

/** What an application bundles, by a bundler that looks at statements and is not told that modules have no effects. */
async function bundled(contents: string): Promise<string> {
  const { outputFiles, warnings } = await build({
    stdin: { contents, resolveDir: consumer },
    bundle: true,
    minify: true,
    format: 'esm',
    write: false,
    ignoreAnnotations: false,
    plugins: [
      {
        name: 'effects',
        setup: ({ onResolve }) =>
          onResolve({ filter: /./ }, ({ path, pluginData, ...rest }) => (pluginData === true ? undefined : resolved(path, rest.resolveDir))),
      },
    ],
  })
  expect(warnings).toEqual([])
  return outputFiles[0]?.text ?? ''
}

function resolved(path: string, from: string) {
  const entry = Object.entries(manifest().exports).find(([name]) => `dualtape${name.slice(1)}` === path)?.[1]
  const file = entry === undefined ? join(from, path) : join(folder, typeof entry === 'string' ? entry : entry.default)
  return { path: file, sideEffects: true }
}

describe('what applications bundle', () => {
  it('is what they use, statement by statement', async () => {
    // Scalars and tensors themselves are kept always, with what their methods refuse; see the size in `npm run size`.
    expect((await bundled("import 'dualtape'")).length).toBeLessThan(8_900)
    const product = await bundled("export { mul } from 'dualtape'")
    // 0.9 kB of it refuse what stands behind arguments, what makes no tensor, and sizes that do not fit; 0.2 kB make small tensors fast,
    // 0.1 kB record equal eigenvalues apart.
    expect(product.length).toBeLessThan(38_200)
    expect(product).not.toMatch(/WebAssembly|new Function/)
  })

  it('has one back end where compile comes from an entry of its own', async () => {
    const [js, wasm, interpreter, all] = (await Promise.all(
      ['/compile/js', '/compile/wasm', '/compile/interpreter', ''].map(entry => bundled(`export { compile } from 'dualtape${entry}'`)),
    )) as [string, string, string, string]
    const makesWasm = /\.Module\(/
    expect([js, wasm, interpreter, all].map(text => makesWasm.test(text))).toEqual([false, true, false, true])
    // A function that runs is an entry of its own to V8 in all of them; other code is made by the back end for JavaScript.
    expect(js.length).toBeLessThan(0.85 * all.length)
    expect(wasm.length).toBeLessThan(0.9 * all.length)
    expect(interpreter.length).toBeLessThan(0.7 * all.length)
  })

  it('gives the same whatever runs it', async () => {
    const script = `
      import { compile as all, grad, mul, sin, sum, matmul, tensor } from 'dualtape'
      import { compile as js } from 'dualtape/compile/js'
      import { compile as wasm, compileAsync } from 'dualtape/compile/wasm'
      import { compile as interpreter } from 'dualtape/compile/interpreter'
      const f = grad(w => sum(sin(mul(matmul(w, w), w))))
      const w = tensor([[0.1, 0.2], [0.3, -0.4]])
      const made = [all(f), js(f), wasm(f), await compileAsync(f, [w]), interpreter(f)]
      const [first, ...others] = made.map(each => each(w).toArray().flat())
      const close = others.map(other => other.every((x, i) => Math.abs(x - first[i]) < 1e-15))
      const fail = run => { try { return run() } catch (error) { return error.name + ': ' + error.message } }
      console.log(JSON.stringify([close, made.map(each => each.target), fail(() => js(f, { target: 'wasm' })), fail(() => made[1].emit({ format: 'wasm' })), fail(() => made[4].emit())]))`
    expect(JSON.parse(await inNode(script))).toEqual([
      [true, true, true, true],
      ['js', 'js', 'wasm', 'wasm', 'interpreter'],
      'OptionError: compile: there is no target wasm. Targets: js.',
      "OptionError: emit: there is no format wasm. Formats: esm, c (of compile from 'dualtape/compile/c').",
      "OptionError: emit: there is no format esm. Formats: c (of compile from 'dualtape/compile/c').",
    ])
  })
})

describe('where code that is made as it runs is forbidden', () => {
  /** Which target ran, or the name of the error, by what was asked for. */
  const TRY = `
    const attempt = run => { try { return run().target } catch (error) { return error.name } }
    const f = grad(x => mul(sin(x), x))
    const results = ['auto', 'js', 'wasm', 'interpreter'].map(target => attempt(() => { const made = compile(f, { target }); if (made(0.5) !== f(0.5)) throw new Error('another value'); return made }))
    const g = graph()
    const x = g.placeholder('x')
    const session = target => { try { return g.session({ target }).run(sin(x), { x: 0 }) } catch (error) { return error.name } }
    const sessions = ['auto', 'js', 'interpreter'].map(session)`

  it('a target by name is refused with one error, and the default goes on with what is allowed (strings)', async () => {
    const script = `import { compile, compileAsync, grad, graph, mul, sin } from 'dualtape'
      ${TRY}
      const waited = (await compileAsync(f, [0.5], { target: 'wasm' })).target
      console.log(JSON.stringify([results, sessions, waited, await compileAsync(f, [0.5], { target: 'js' }).catch(error => error.name)]))`
    expect(JSON.parse(await inNode(script, '--disallow-code-generation-from-strings'))).toEqual([
      ['interpreter', 'CodeGenerationError', 'wasm', 'interpreter'],
      [0, 'CodeGenerationError', 0],
      'wasm',
      'CodeGenerationError',
    ])
  })

  it('a target by name is refused with one error, and the default goes on with what is allowed (strings and WebAssembly)', async () => {
    const { outputFiles } = await build({
      stdin: {
        contents: `import { compile, compileAsync, grad, graph, mul, sin } from 'dualtape'
          ${TRY}
          report(results, sessions, compileAsync(f, [0.5], { target: 'wasm' }).then(made => made.target, error => error.name))`,
        resolveDir: consumer,
      },
      bundle: true,
      format: 'iife',
      write: false,
    })
    write('bundle.txt', outputFiles[0]?.text ?? '')
    const script = `import { readFileSync } from 'node:fs'
      import vm from 'node:vm'
      const report = async (...parts) => console.log(JSON.stringify(await Promise.all(parts)))
      vm.runInContext(readFileSync('bundle.txt', 'utf8'), vm.createContext({ report, console }, { codeGeneration: { strings: false, wasm: false } }))`
    expect(JSON.parse(await inNode(script))).toEqual([
      ['interpreter', 'CodeGenerationError', 'CodeGenerationError', 'interpreter'],
      [0, 'CodeGenerationError', 0],
      'CodeGenerationError',
    ])
  })
})

/** A consumer that is as strict as can be, in an environment with neither a browser's types nor Node's. */
const STRICT = {
  target: 'es2023',
  lib: ['es2023'],
  module: 'nodenext',
  types: [],
  strict: true,
  noEmit: true,
  skipLibCheck: false,
  exactOptionalPropertyTypes: true,
  noUncheckedIndexedAccess: true,
}

/** What the type tests use of vitest. */
const VITEST = `declare module 'vitest' {
  export { expectTypeOf } from 'expect-type'
  export function test(name: string, run: () => void): void
  export const it: typeof test
  export const describe: typeof test
}
`

/** What types say that go through several entries. */
const ENTRIES = `import { compile, graph, type Graph, Graph as GraphClass, grad, mul, type Tensor, tensor, trace } from 'dualtape'
import { compile as compileJs } from 'dualtape/compile/js'
import { arbitraries, checkGrads } from 'dualtape/testing'
import { expectTypeOf } from 'expect-type'

expectTypeOf(compileJs(grad((x: number) => mul(x, x)))(1)).toEqualTypeOf<number>()
expectTypeOf(compile((x: Tensor) => mul(2, x))(tensor([1]))).toEqualTypeOf<Tensor>()
// @ts-expect-error: this entry has no other target
compileJs(grad((x: number) => x), { target: 'wasm' })
expectTypeOf(trace((x: number) => x, 1)).toEqualTypeOf<Graph>()
expectTypeOf(GraphClass.fromJSON(graph().toJSON())).toEqualTypeOf<Graph>()
checkGrads((x: number) => mul(x, x), [1])
// fast-check is not installed here.
expectTypeOf(arbitraries).parameter(0).toBeAny()
`
