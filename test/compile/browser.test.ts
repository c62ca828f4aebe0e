import { execFile } from 'node:child_process'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { promisify } from 'node:util'
import { build } from 'esbuild'
import { describe, expect, it } from 'vitest'
import { add, compile, exp, full, grad, jacobian, matmul, mul, sin, sum, type Tensor, tanh, tensor, valueAndGrad } from '../../src/index.ts'
import { chromiumPath as browser } from '../chromium.ts'

if (browser === undefined) console.warn('No Chromium was found, so emitted modules are not run in a browser. Debian has it as the package chromium.')

const f = ([x, y]: number[]) => [mul(exp(x as number), sin(y as number)), add(mul(x as number, x as number), y as number)]
const point = [0.3, -0.7]

/** What a page writes into its body, given the files beside it. */
async function inBrowser(script: string, files: Readonly<Record<string, string | Uint8Array>>, policy?: string): Promise<unknown> {
  const server = createServer(({ url }, response) => {
    const file = files[url ?? '']
    if (policy !== undefined) response.setHeader('content-security-policy', policy)
    response.setHeader('content-type', url?.endsWith('.js') ? 'text/javascript' : file === undefined ? 'text/html' : 'application/wasm')
    response.end(file ?? `<body><script type="module">${script}</script></body>`)
  })
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  try {
    const address = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`
    const options = ['--headless', '--no-sandbox', '--disable-gpu', '--virtual-time-budget=10000', '--dump-dom', address]
    // A browser on a busy machine may show the page before its script has ended.
    for (let attempt = 0; attempt < 3; attempt++) {
      const { stdout } = await promisify(execFile)(browser as string, options)
      const written = /<pre>(.*?)<\/pre>/.exec(stdout)?.[1]
      if (written !== undefined) return JSON.parse(written)
    }
    return undefined
  } finally {
    server.close()
  }
}

const show = "result => { document.body.append(Object.assign(document.createElement('pre'), { textContent: JSON.stringify(result) })) }"

describe.skipIf(browser === undefined)('an emitted module in Chromium', () => {
  it('gives the Jacobian with the bits of Node, with no other file', { timeout: 60_000 }, async () => {
    const fast = compile(jacobian(f))
    const expected = fast(point)
    const script = `import run from './f.js'; (${show})(run(${JSON.stringify(point)}))`
    expect(await inBrowser(script, { '/f.js': fast.emit() })).toEqual(expected)
  })

  it('runs as WebAssembly, with the bits of Node, with no other file', { timeout: 60_000 }, async () => {
    const network = valueAndGrad((w: Tensor) => sum(tanh(matmul(exp(w), sin(w)))))
    const at = tensor(
      Array.from({ length: 25 }, (_, i) => Math.cos(i)),
      [5, 5],
    )
    const fast = compile(network, { target: 'wasm' })
    const [loss, gradient] = fast(at)
    const script = `
      const bytes = await (await fetch('./f.wasm')).arrayBuffer()
      const { memory, run } = (await WebAssembly.instantiate(bytes)).instance.exports
      const numbers = new Float64Array(memory.buffer)
      numbers.set(${JSON.stringify([...at.data])})
      ;(${show})([run(), ...numbers.slice(25, 51)])`
    expect(await inBrowser(script, { '/f.wasm': fast.emit({ format: 'wasm' }) })).toEqual([0, loss, ...gradient.data])
  })
})

describe.skipIf(browser === undefined)('compile on a page that forbids eval', () => {
  it.each([
    ["'wasm-unsafe-eval'", 'wasm', ['CodeGenerationError', 'wasm', 'wasm', 'interpreter']],
    ['', 'interpreter', ['CodeGenerationError', 'CodeGenerationError', 'CodeGenerationError', 'interpreter']],
  ])('with %s in its policy runs as %s, or says that a target is forbidden', { timeout: 60_000 }, async (source, target, targets) => {
    const { outputFiles } = await build({ entryPoints: ['src/index.ts'], bundle: true, format: 'esm', write: false })
    const script = `
      import { compile, compileAsync, full, grad, matmul, sum, tanh } from './dualtape.js'
      const f = grad(w => sum(tanh(matmul(w, w))))
      const w = full([40, 40], 0.01)
      const fast = compile(f)
      const found = fast(w)
      const long = compile(grad(x => sum(tanh(x))))
      const outcome = async run => { try { return (await run()).target } catch (error) { return error.name } }
      const called = target => outcome(() => { const made = compile(f, { target }); made(w); return made })
      const ran = [await called('js'), await called('wasm'), await outcome(() => compileAsync(f, [w], { target: 'wasm' })), await called('interpreter')]
      ;(${show})([fast.target, found.shape, found.data[7], long([1, 2]).map(each => each.toFixed(10)), ran])`
    const expected = grad((w: Tensor) => sum(tanh(matmul(w, w))))(full([40, 40], 0.01))
    const files = { '/dualtape.js': outputFiles[0]?.text ?? '' }
    const [by, shape, entry, slopes, ran] = (await inBrowser(script, files, `script-src 'self' 'unsafe-inline' ${source}`)) as [
      string,
      number[],
      number,
      string[],
      string[],
    ]
    expect([by, shape, slopes, ran]).toEqual([target, [40, 40], ['0.4199743416', '0.0706508249'], targets])
    expect(entry).toBeCloseTo(expected.data[7] as number, 14)
  })
})
