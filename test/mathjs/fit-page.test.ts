import { execFile } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { promisify } from 'node:util'
import { build } from 'esbuild'
import { describe, expect, it } from 'vitest'
import { fitPageBuild } from '../../examples/fit-page/build.ts'
import { chromiumPath as browser } from '../chromium.ts'

if (browser === undefined) console.warn('No Chromium was found, so the page that fits a formula is not opened. Debian has it as the package chromium.')

/** The page after it has run, with other text in its fields. */
async function pageWith(change: (html: string) => string): Promise<string> {
  const { outputFiles } = await build(fitPageBuild)
  const files = new Map(outputFiles.map(({ path, text }) => [path.replace(/.*\//, '/'), text]))
  const html = change(readFileSync(new URL('../../examples/fit-page/index.html', import.meta.url), 'utf8'))
  const server = createServer(({ url = '/' }, response) => {
    response.setHeader('content-type', url.endsWith('.js') ? 'text/javascript' : url.endsWith('.css') ? 'text/css' : 'text/html')
    // No code from text: what is compiled elsewhere is evaluated step by step here.
    response.setHeader('content-security-policy', "default-src 'self'; style-src 'self' 'unsafe-inline'")
    response.end(files.get(url) ?? html)
  })
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  try {
    const address = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`
    const options = ['--headless', '--no-sandbox', '--disable-gpu', '--virtual-time-budget=20000', '--dump-dom', address]
    return (await promisify(execFile)(browser as string, options)).stdout
  } finally {
    server.close()
  }
}

describe.skipIf(browser === undefined)('the page that fits a formula, in Chromium', () => {
  it('fits Misra1a to the certified values', { timeout: 60_000 }, async () => {
    const page = await pageWith(html => html)
    expect(/id="error"[^>]*>([^<]*)</.exec(page)?.[1]).toBe('')
    // Least squares determine parameters to half the digits of the sum of squares: 8 here.
    // NIST's certified values: 2.3894212918E+02 and 5.5015643181E-04, with deviations 2.7070075241E+00 and 7.2668688436E-06.
    const [b1 = [], b2 = []] = [...page.matchAll(/<td>b\d<\/td><td>(.*?)<\/td><td>(.*?)<\/td>/g)].map(([, value, deviation]) => [
      Number(value),
      Number(deviation),
    ])
    expect(b1[0]).toBeCloseTo(238.94212918, 4)
    expect(b2[0]).toBeCloseTo(5.5015643181e-4, 10)
    expect(b1[1]).toBeCloseTo(2.7070075241, 5)
    expect(b2[1]).toBeCloseTo(7.2668688436e-6, 12)
    // Student's quantile for 12 degrees of freedom is 2.1788.
    expect(page).toContain('233.0 to 244.8')
    expect(page.match(/<canvas/g)?.length).toBe(2)
  })

  it('shows an error beside its place in the formula', { timeout: 60_000 }, async () => {
    const page = await pageWith(html => html.replace('b1 * (1 - exp(-b2 * x))', 'b1 * (1 - expo(-b2 * x))'))
    expect(/id="error"[^>]*>([^<]*)</.exec(page)?.[1]).toContain('There is no function expo')
  })
})
