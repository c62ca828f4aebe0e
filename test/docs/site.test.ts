import { execFile } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { createServer, type Server } from 'node:http'
import { createRequire } from 'node:module'
import type { AddressInfo } from 'node:net'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { gzipSync } from 'node:zlib'
import { type Browser, type BrowserContextOptions, chromium, type Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { chromiumPath as executablePath } from '../chromium.ts'
import { referencePages } from './reference-pages.ts'

if (executablePath === undefined)
  console.warn('No Chromium was found, so the documentation site is not opened in a browser. Debian has it as the package chromium.')

const root = fileURLToPath(new URL('../../', import.meta.url))
const dist = `${root}docs/.vitepress/dist`
const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8')
const TYPES: { readonly [extension: string]: string } = {
  html: 'text/html',
  js: 'text/javascript',
  css: 'text/css',
  woff2: 'font/woff2',
  json: 'application/json',
  svg: 'image/svg+xml',
}

/** Waits for what a page shows. */
const poll = (read: () => unknown) => expect.poll(read, { timeout: 10_000 })

/** No code but the site's own files and the inline scripts of its pages, by their hashes; WebAssembly, for Graphviz. */
function policy(html: string): string {
  const hashes = [...html.matchAll(/<script(?![^>]*\bsrc=)[^>]*>([\s\S]*?)<\/script>/g)].map(
    ([, text]) =>
      `'sha256-${createHash('sha256')
        .update(text as string)
        .digest('base64')}'`,
  )
  return `default-src 'self'; script-src 'self' 'wasm-unsafe-eval' ${hashes.join(' ')}; style-src 'self' 'unsafe-inline'; img-src 'self' data:`
}

describe.skipIf(executablePath === undefined)('the documentation site, in Chromium', () => {
  let server: Server
  let browser: Browser
  let address: string
  let sent = 0
  let secrets = 0

  beforeAll(async () => {
    await promisify(execFile)(process.execPath, ['node_modules/tsx/dist/cli.mjs', 'scripts/docs.ts', 'build'], { cwd: root })
    server = createServer((request, response) => {
      if (request.url === '/secret') secrets++
      const path = new URL(request.url ?? '/', 'http://localhost').pathname.replace(/\/$/, '/index.html')
      const file = `${dist}${decodeURIComponent(path)}`
      if (!existsSync(file)) {
        response.statusCode = 404
        response.end()
        return
      }
      const content = readFileSync(file)
      response.setHeader('content-type', TYPES[path.split('.').at(-1) as string] ?? 'application/octet-stream')
      if (path.endsWith('.html')) response.setHeader('content-security-policy', policy(content.toString()))
      const body = /\.(html|js|css|svg)$/.test(path) ? gzipSync(content) : content
      if (body !== content) response.setHeader('content-encoding', 'gzip')
      sent += body.length
      response.end(body)
    })
    await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
    address = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
    browser = await chromium.launch({ executablePath: executablePath as string, args: ['--no-sandbox', '--disable-gpu'] })
  }, 480_000)

  afterAll(async () => {
    await browser?.close()
    server?.close()
  })

  /** A page of its own, and what goes wrong on it. */
  async function open(path: string, options: BrowserContextOptions = {}): Promise<{ page: Page; problems: string[] }> {
    const page = await browser.newPage(options)
    const problems: string[] = []
    page.on('console', message => {
      if (message.type() === 'error') problems.push(`${page.url()}: ${message.text()}`)
    })
    page.on('pageerror', error => problems.push(`${page.url()}: ${error.message}`))
    page.on('response', response => {
      if (response.status() >= 400) problems.push(`${page.url()}: ${response.status()} for ${response.url()}`)
    })
    await page.goto(`${address}${path}`, { waitUntil: 'networkidle' })
    return { page, problems }
  }

  const violations = async (page: Page): Promise<string[]> => {
    await page.evaluate(axe)
    const found = (await page.evaluate('axe.run(document, { runOnly: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa"] })')) as {
      violations: { id: string; nodes: { html: string; failureSummary: string }[] }[]
    }
    return found.violations.flatMap(({ id, nodes }) => nodes.map(({ html, failureSummary }) => `${id}: ${html.slice(0, 160)} ${failureSummary.slice(0, 160)}`))
  }

  it('loads every page of the guide, and pages of the reference, without an error', { timeout: 480_000 }, async () => {
    const all = readdirSync(dist, { recursive: true, encoding: 'utf8' }).filter(file => file.endsWith('.html') && !file.endsWith('404.html'))
    expect(all.length).toBeGreaterThan(100)
    // One template makes all pages of the reference: every eighth of them stands for the others, whose links the build has checked.
    const pages = all.filter((file, i) => !/^(api|operators)\//.test(file) || i % 8 === 0)
    // A few at a time.
    const visits = Array.from({ length: 4 }, async (_, k) => {
      const { page, problems } = await open('/')
      for (const file of pages.filter((_, i) => i % 4 === k)) await page.goto(`${address}/${file}`, { waitUntil: 'load' })
      await page.waitForLoadState('networkidle')
      await page.close()
      return problems
    })
    expect((await Promise.all(visits)).flat()).toEqual([])
  })

  it('has a start page below 300 kB', async () => {
    sent = 0
    const { page } = await open('/')
    console.log(`start page: ${Math.round(sent / 1000)} kB`)
    expect(sent).toBeLessThan(300_000)
    await page.close()
  })

  it('finds jacobian', { timeout: 60_000 }, async () => {
    const { page, problems } = await open('/start.html')
    await page.locator('.DocSearch-Button').click()
    await page.locator('.VPLocalSearchBox input').fill('jacobian')
    await page.locator('.VPLocalSearchBox .result').first().waitFor()
    expect(await page.locator('.VPLocalSearchBox .result').allTextContents()).toEqual(expect.arrayContaining([expect.stringMatching(/jacobian/i)]))
    expect(problems).toEqual([])
    await page.close()
  })

  referencePages(() => ({ dist, open }))

  it.each([
    ['light, desktop', { colorScheme: 'light', viewport: { width: 1280, height: 900 } }],
    ['dark, phone', { colorScheme: 'dark', viewport: { width: 390, height: 844 } }],
  ] as const)('has a playground that computes: %s', { timeout: 60_000 }, async (_name, options) => {
    const { page, problems } = await open('/playground.html', options)
    await page.locator('[data-test=derivative] td').first().waitFor()
    expect(await page.locator('[data-test=derivative] td').allTextContents()).toEqual(['4', '1', '5', '-0.4161468365'])
    expect(await page.locator('[data-test=plan]').textContent()).toContain('forward')
    expect(await page.locator('[data-test=strategies] td').allTextContents()).toEqual(expect.arrayContaining(['forward', 'reverse', '2']))
    await page.locator('.walk svg').waitFor()
    // Half way, the values and tangents stand there, and no adjoints yet.
    await page.locator('#step').fill('4')
    await poll(() => page.locator('.walk').textContent()).toContain('tangent')
    expect(await page.locator('.walk').textContent()).not.toContain('adjoint')
    await page.locator('#formula').fill('x^2 * sin(y')
    await poll(() => page.locator('#playground-error').textContent()).toContain('Parenthesis ) expected')
    await page.locator('#formula').fill('x^3 + y')
    await poll(() => page.locator('[data-test=derivative] td').allTextContents()).toEqual(['3', '1'])
    const shared = page.url()
    await page.close()
    const again = await open(shared.slice(address.length), options)
    await again.page.locator('[data-test=derivative] td').first().waitFor()
    expect(await again.page.locator('#formula').inputValue()).toBe('x^3 + y')
    expect([...problems, ...again.problems]).toEqual([])
    // No page is wider than its screen.
    expect(await again.page.evaluate('document.documentElement.scrollWidth - document.documentElement.clientWidth')).toBeLessThanOrEqual(0)
    await again.page.close()
  })

  it('takes functions in TypeScript, where the page may run them', { timeout: 60_000 }, async () => {
    const { page, problems } = await open('/playground.html', { bypassCSP: true })
    // The first example is plain TypeScript.
    await poll(() => page.locator('#formula').inputValue()).toContain('Math.sin(y)')
    await poll(() => page.locator('[data-test=derivative] td').allTextContents()).toEqual(['4', '1', '5', '-0.4161468365'])
    await page.locator('#formula').fill('(x: number, y: number) => mul(square(x), sin(y))')
    await poll(() => page.locator('[data-test=derivative] td').allTextContents()).toEqual(['1.818594854', '-0.4161468365'])
    await page.locator('#formula').fill('(x: number, y: number) => { let z: number = x; for (let i = 0; i < 2; i++) z *= y > 0 ? x + i : 1; return z }')
    await poll(() => page.locator('[data-test=derivative] td').allTextContents()).toEqual(['5', '0'])
    await page.locator('#formula').fill('(x: number) => x | 0')
    await poll(() => page.locator('#playground-error').textContent()).toContain('bit operation')
    expect(problems).toEqual([])
    await page.close()
    const strict = await open('/playground.html#f=x+%3D%3E+mul(x,+x)&at=x+%3D+3&in=typescript')
    await strict.page.locator('[data-test=ask] button').click()
    await poll(() => strict.page.locator('#playground-error').textContent()).toContain('content security policy')
    await strict.page.close()
  })

  const shared = (code: string) => `/playground.html#${new URLSearchParams({ f: code, at: 'x = 3', in: 'typescript' })}`

  it('shows the code of a link, and runs it when it is told to', { timeout: 60_000 }, async () => {
    const { page, problems } = await open(shared('x => mul(x, x)'), { bypassCSP: true })
    await page.locator('[data-test=ask] button').waitFor()
    expect(await page.locator('#formula').inputValue()).toBe('x => mul(x, x)')
    expect(await page.locator('#playground-error').textContent()).toBe('')
    // Nothing has run: there is no value, and no frame to run it in.
    expect(await page.locator('[data-test=value]').count()).toBe(0)
    expect(page.frames()).toHaveLength(1)
    await page.locator('[data-test=ask] button').click()
    await poll(() => page.locator('[data-test=value]').allTextContents()).toEqual(['9'])
    expect(problems).toEqual([])
    await page.close()
  })

  it('ends a function that runs for ever, when it is told to or after some seconds', { timeout: 60_000 }, async () => {
    const { page, problems } = await open(shared('x => { for (;;) {} }'), { bypassCSP: true })
    await page.locator('[data-test=ask] button').click()
    await page.locator('[data-test=running] button').click()
    await poll(() => page.locator('#playground-error').textContent()).toBe('Stopped.')
    expect(page.frames()).toHaveLength(1)
    await page.locator('#formula').fill('x => { while (true) {} }')
    await poll(() => page.locator('#playground-error').textContent()).toContain('seconds and was ended')
    await page.locator('#formula').fill('x => mul(x, 4)')
    await poll(() => page.locator('[data-test=value]').allTextContents()).toEqual(['12'])
    expect(problems).toEqual([])
    await page.close()
  })

  it('runs functions apart from the page, the network and what the site has stored', { timeout: 60_000 }, async () => {
    const secret = `${address}/secret`
    const code = `x => {
      fetch('${secret}').catch(() => 0); import('${secret}').catch(() => 0); new EventSource('${secret}')
      const attempts = [
        () => { const r = new XMLHttpRequest(); r.open('GET', '${secret}', false); r.send() },
        () => importScripts('${secret}'),
        () => document.cookie,
        () => localStorage.length,
        () => { if (self.origin !== 'null') return; throw new Error('an origin of its own') },
      ]
      return mul(x, attempts.filter(each => { try { each(); return true } catch { return false } }).length)
    }`
    // The policy of the page is left out here, which would forbid all of it; that of the frame stays.
    const lax = await browser.newPage()
    await lax.route('**/playground.html', async route => {
      const response = await route.fetch()
      const { 'content-security-policy': _, ...headers } = response.headers()
      await route.fulfill({ response, headers })
    })
    await lax.goto(`${address}${shared(code)}`, { waitUntil: 'networkidle' })
    await lax.locator('[data-test=ask] button').click()
    await poll(() => lax.locator('[data-test=value]').allTextContents()).toEqual(['0'])
    await lax.waitForTimeout(500)
    expect(secrets).toBe(0)
    await lax.close()
  })

  it.each([
    '/',
    '/start.html',
    '/theory.html',
    '/api/',
    '/api/dualtape/functions/jacobian.html',
    '/playground.html',
    '/operators.html',
    '/operators/clip.html',
    '/coming-from/jax.html',
  ])('has nothing that axe-core objects to: %s', { timeout: 120_000 }, async path => {
    for (const colorScheme of ['light', 'dark'] as const) {
      const { page } = await open(path, { colorScheme })
      if (path === '/playground.html') await page.locator('.walk svg').waitFor()
      expect(await violations(page)).toEqual([])
      await page.close()
    }
  })
})
