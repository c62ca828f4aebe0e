import { execFile } from 'node:child_process'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { promisify } from 'node:util'
import { describe, expect, it } from 'vitest'
import { add, compile, exp, jacobian, mul, sin } from '../../src/index.ts'
import { chromiumPath as browser } from '../chromium.ts'

if (browser === undefined) console.warn('No Chromium was found, so emitted modules are not run in a browser. Debian has it as the package chromium.')

const f = ([x, y]: number[]) => [mul(exp(x as number), sin(y as number)), add(mul(x as number, x as number), y as number)]
const polynomial = ([x, y]: number[]) => [mul(mul(x as number, x as number), y as number), mul(3, y as number)]
const point = [0.3, -0.7]

/** What a page writes into its body, given the files beside it. */
async function inBrowser(script: string, files: Readonly<Record<string, string | Uint8Array>>): Promise<unknown> {
  const server = createServer(({ url }, response) => {
    const file = files[url ?? '']
    response.setHeader('content-type', url?.endsWith('.js') ? 'text/javascript' : file === undefined ? 'text/html' : 'application/wasm')
    response.end(file ?? `<body><script type="module">${script}</script></body>`)
  })
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  try {
    const address = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`
    const options = ['--headless', '--no-sandbox', '--disable-gpu', '--virtual-time-budget=10000', '--dump-dom', address]
    const { stdout } = await promisify(execFile)(browser as string, options)
    return JSON.parse(/<pre>(.*?)<\/pre>/.exec(stdout)?.[1] ?? 'null')
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

  it('runs as WebAssembly', { timeout: 60_000 }, async () => {
    const fast = compile(jacobian(polynomial))
    const expected = fast(point).flat()
    const script = `
      const bytes = await (await fetch('./f.wasm')).arrayBuffer()
      const { memory, run } = new WebAssembly.Instance(new WebAssembly.Module(bytes), { js: { scale: (x, y) => x * y } }).exports
      const numbers = new Float64Array(memory.buffer)
      numbers.set(${JSON.stringify(point)})
      ;(${show})([run(), ...numbers.slice(2, 6)])`
    expect(await inBrowser(script, { '/f.wasm': fast.emit({ format: 'wasm' }) })).toEqual([0, ...expected])
  })
})
