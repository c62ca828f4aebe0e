import { createHash } from 'node:crypto'
import { existsSync, readFileSync } from 'node:fs'
import { createServer } from 'node:http'
import { createRequire } from 'node:module'
import type { AddressInfo } from 'node:net'
import { fileURLToPath } from 'node:url'
import { gzipSync } from 'node:zlib'
import { type Browser, type BrowserContextOptions, chromium, type Page } from 'playwright-core'
import { expect } from 'vitest'
import { chromiumPath } from '../chromium.ts'
import { siteIsBuilt } from './build-site.ts'

if (chromiumPath === undefined)
  console.warn('No Chromium was found, so the documentation site is not opened in a browser. Debian has it as the package chromium.')

export const dist = fileURLToPath(new URL('../../docs/.vitepress/dist', import.meta.url))
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
export const poll = (read: () => unknown) => expect.poll(read, { timeout: 20_000 })

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

/** A page, and what goes wrong on it. */
export interface Opened {
  page: Page
  problems: string[]
}

/** The site as it is served, and a browser. */
export interface Site {
  browser: Browser
  address: string
  /** Bytes that have been sent. */
  sent: number
  /** How often what nobody may ask for was asked for. */
  secrets: number
  open(path: string, options?: BrowserContextOptions): Promise<Opened>
  close(): Promise<void>
}

/** Serves what was built, with a strict policy, and opens a browser. */
export async function openSite(): Promise<Site> {
  await siteIsBuilt()
  const server = createServer((request, response) => {
    if (request.url === '/secret') site.secrets++
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
    const body = /\.(html|js|css|svg)$/.test(path) ? gzipSync(content, { level: 6 }) : content
    if (body !== content) response.setHeader('content-encoding', 'gzip')
    site.sent += body.length
    response.end(body)
  })
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  const browser = await chromium.launch({ executablePath: chromiumPath as string, args: ['--no-sandbox', '--disable-gpu'] })
  const site: Site = {
    browser,
    address: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    sent: 0,
    secrets: 0,
    open: async (path, options = {}) => {
      const page = await browser.newPage(options)
      const problems: string[] = []
      page.on('console', message => {
        if (message.type() === 'error') problems.push(`${page.url()}: ${message.text()}`)
      })
      page.on('pageerror', error => problems.push(`${page.url()}: ${error.message}`))
      page.on('response', response => {
        if (response.status() >= 400) problems.push(`${page.url()}: ${response.status()} for ${response.url()}`)
      })
      await page.goto(`${site.address}${path}`, { waitUntil: 'networkidle' })
      return { page, problems }
    },
    close: async () => {
      await browser.close()
      server.close()
    },
  }
  return site
}

/** What axe-core objects to, once the page is alive: until then its switch has no name. */
export async function violations(page: Page): Promise<string[]> {
  await page.waitForFunction('[...document.querySelectorAll(".VPSwitchAppearance")].every(each => each.title !== "")')
  await page.evaluate(axe)
  const found = (await page.evaluate('axe.run(document, { runOnly: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa"] })')) as {
    violations: { id: string; nodes: { html: string; failureSummary: string }[] }[]
  }
  return found.violations.flatMap(({ id, nodes }) => nodes.map(({ html, failureSummary }) => `${id}: ${html.slice(0, 160)} ${failureSummary.slice(0, 160)}`))
}

/** By how many pixels a page is wider than its screen. */
export const overflow = (page: Page): Promise<number> =>
  page.evaluate('document.documentElement.scrollWidth - document.documentElement.clientWidth') as Promise<number>
