import { spawn } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { build } from 'esbuild'
import { chromiumPath } from '../../chromium.ts'

/** What the package's name stands for in programs of the documentation. */
const SOURCES = new URL('../../../src/', import.meta.url).pathname
const FLAGS = ['--headless', '--no-sandbox', '--enable-unsafe-webgpu', '--use-webgpu-adapter=swiftshader', '--disable-background-timer-throttling']

/**
 * What a module of this folder hands to `report`, in a page of Chromium with its software adapter; no code from text may run there.
 * `heard` gets what it hands to `progress` meanwhile.
 */
export async function inChromium(entry: string, define: Record<string, string> = {}, heard: (found: unknown) => void = () => undefined): Promise<unknown> {
  const { outputFiles } = await build({
    entryPoints: [new URL(entry, import.meta.url).pathname],
    bundle: true,
    format: 'esm',
    write: false,
    define,
    alias: { ...Object.fromEntries(['optim', 'nn', 'random'].map(name => [`dualtape/${name}`, `${SOURCES}${name}/index.ts`])), dualtape: `${SOURCES}index.ts` },
  })
  const script = outputFiles[0]?.text ?? ''
  const profile = mkdtempSync(join(tmpdir(), 'dualtape-chromium-'))
  let report: (text: string) => void = () => undefined
  const reported = new Promise<string>(resolve => {
    report = resolve
  })
  const server = createServer((request, response) => {
    if (request.method === 'POST') {
      let text = ''
      request.on('data', part => {
        text += part
      })
      request.on('end', () => {
        response.end()
        if (request.url === '/progress') heard(parsed(text))
        else report(text)
      })
      return
    }
    response.setHeader('content-security-policy', "default-src 'self'")
    response.setHeader('content-type', request.url === '/page.js' ? 'text/javascript' : 'text/html')
    response.end(request.url === '/page.js' ? script : '<body><script type="module" src="/page.js"></script></body>')
  })
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  const address = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`
  const browser = spawn(chromiumPath as string, [...FLAGS, `--user-data-dir=${profile}`, address], { stdio: 'ignore' })
  const ended = new Promise<never>((_, reject) => browser.on('exit', code => reject(new Error(`Chromium ended with ${code}.`))))
  try {
    return parsed(await Promise.race([reported, ended]))
  } finally {
    ended.catch(() => undefined)
    browser.kill('SIGKILL')
    await new Promise(resolve => browser.once('exit', resolve))
    server.close()
    // Its other processes write for a moment longer.
    rmSync(profile, { recursive: true, force: true, maxRetries: 20 })
  }
}

function parsed(text: string): unknown {
  return JSON.parse(text, (_, each) => (each === 'NaN' || each === 'Infinity' || each === '-Infinity' ? Number(each) : each))
}
