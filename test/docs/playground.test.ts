import type { Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { chromiumPath } from '../chromium.ts'
import { openSite, overflow, poll, type Site, violations } from './site.ts'

describe.skipIf(chromiumPath === undefined)('the playground, in Chromium', () => {
  let site: Site
  beforeAll(async () => {
    site = await openSite()
  }, 480_000)
  afterAll(() => site?.close())

  const tab = (page: Page, name: string) => page.locator(`#tab-${name}`).click()
  const entries = (page: Page) => page.locator('[data-test=derivative] td').allTextContents()
  const text = (page: Page) => page.locator('#formula .cm-line').allTextContents()

  it.each([
    ['light, desktop', { colorScheme: 'light', viewport: { width: 1280, height: 900 } }],
    ['dark, phone', { colorScheme: 'dark', viewport: { width: 390, height: 844 } }],
  ] as const)('has a playground that computes: %s', { timeout: 120_000 }, async (_name, options) => {
    const { page, problems } = await site.open('/playground.html', options)
    await poll(() => entries(page)).toEqual(['4', '1', '5', '-0.4161468365'])
    expect(await violations(page)).toEqual([])
    await tab(page, 'plan')
    expect(await page.locator('[data-test=plan]').textContent()).toContain('forward')
    expect(await page.locator('[data-test=strategies] td').allTextContents()).toEqual(expect.arrayContaining(['forward', 'reverse', '2']))
    await tab(page, 'matrix')
    expect(await page.locator('[data-test=pattern]').textContent()).toContain('2 × 2, 4 entries')
    await tab(page, 'tape')
    await page.locator('.walk svg').waitFor()
    // Half way, the values and tangents stand there, and no adjoints yet.
    await page.locator('#step').fill('4')
    await poll(() => page.locator('.walk').textContent()).toContain('tangent')
    expect(await page.locator('.walk').textContent()).not.toContain('adjoint')
    await tab(page, 'result')
    await page.locator('#formula').fill('x^2 * sin(y')
    await poll(() => page.locator('#playground-error').textContent()).toContain('Parenthesis ) expected')
    await page.locator('.cm-lintRange').waitFor({ state: 'attached' })
    await page.locator('#formula').fill('(x - 1)^2 + 3 (y + 1)^2')
    await poll(() => entries(page)).toEqual(['0', '18'])
    // A way down to the minimum at (1, −1), by the keyboard.
    await tab(page, 'plot')
    await page.getByLabel('Begin at x').focus()
    await page.keyboard.press('ArrowRight')
    await poll(() => page.locator('[data-test=descent]').textContent()).toMatch(/at \(1, −1\)/)
    await poll(() => page.locator('[data-test=curve]').textContent()).toContain('slope')
    expect(await violations(page)).toEqual([])
    expect(await overflow(page)).toBeLessThanOrEqual(0)
    const shared = page.url()
    await page.close()
    const again = await site.open(shared.slice(site.address.length), options)
    await again.page.locator('[data-test=curve]').waitFor()
    expect(await text(again.page)).toEqual(['(x - 1)^2 + 3 (y + 1)^2'])
    expect([...problems, ...again.problems]).toEqual([])
    await again.page.close()
    const framed = await site.open(shared.slice(site.address.length).replace('playground.html', 'playground.html?embed'), options)
    await framed.page.locator('[data-test=curve]').waitFor()
    expect(await framed.page.locator('.VPNav').isVisible()).toBe(false)
    await framed.page.close()
  })

  it('shows a Jacobian of 10,000 × 10,000, its plan, and code with its loop', { timeout: 60_000 }, async () => {
    const broyden = 'x => x.map((each, i) => (3 - 2 * each) * each - (x[i - 1] ?? 0) - 2 * (x[i + 1] ?? 0) + 1)'
    const link = (code: string, at: string) => `/playground.html#${new URLSearchParams({ f: code, at, in: 'typescript', show: 'matrix' })}`
    const { page, problems } = await site.open(link(broyden, 'x = linspace(-1, 0, 10000)'), { bypassCSP: true })
    await page.locator('[data-test=ask] button').click()
    await poll(() => page.locator('[data-test=pattern]').textContent()).toContain('10,000 × 10,000, 29,998 entries')
    // The diagonal is drawn from corner to corner, and nothing beside it.
    const drawn = await page.evaluate(`(() => {
      const canvas = document.querySelector('.playground-matrix')
      const at = (x, y) => canvas.getContext('2d').getImageData(x * (canvas.width - 1), y * (canvas.height - 1), 1, 1).data.join()
      return [0, 0.25, 0.5, 1].map(t => at(t, t) !== at(1, 0))
    })()`)
    expect(drawn).toEqual([true, true, true, true])
    await tab(page, 'plan')
    // Three diagonals take three passes (Curtis, Powell and Reid 1974), outputs that share inputs alone one walk of the tape.
    expect(await page.locator('[data-test=strategies] tbody tr').first().locator('td').allTextContents()).toEqual(expect.arrayContaining(['reverse', '1']))
    await page.locator('#formula').fill('x => { let sum = 0; for (let i = 0; i + 1 < x.length; i++) sum += (x[i + 1] - x[i] * x[i]) ** 2; return sum }')
    await page.locator('#point').fill('x = linspace(0, 1, 500)')
    await tab(page, 'code')
    await poll(() => page.locator('[data-test=code] mark').first().textContent()).toContain('for (')
    await tab(page, 'times')
    await page.locator('[data-test=time]').click()
    await poll(() => page.locator('[data-test=times] tbody tr').count()).toBe(4)
    expect(problems).toEqual([])
    await page.close()
  })

  it('picks examples, completes operators, and takes them by name', { timeout: 60_000 }, async () => {
    const { page, problems } = await site.open('/playground.html', { bypassCSP: true })
    await page.locator('#language').selectOption('operators')
    await poll(() => entries(page)).toEqual(['4', '1', '5', '-0.4161468365'])
    await page.locator('#example').selectOption({ label: 'A neuron' })
    // σ′(0.4) with weights of 0.5, −1 and 2, from σ(1 − σ).
    const slope = 1 / (2 + 2 * Math.cosh(0.05 - 0.2 + 0.6 + 0.5))
    await poll(async () => (await entries(page)).map(each => Number(each) / slope).map(each => Math.round(1e6 * each) / 1e6)).toEqual([0.5, -1, 2, 1])
    await page.locator('#formula').fill('')
    await page.locator('#formula').pressSequentially('(x: number) => softp')
    await page.locator('.cm-tooltip-autocomplete li', { hasText: 'softplus' }).click()
    await page.keyboard.type('(x)')
    await page.locator('#point').fill('x = 0')
    await poll(() => entries(page)).toEqual(['0.5'])
    await page.locator('#formula').fill('(x: number) => x * x')
    await poll(() => page.locator('#playground-error').textContent()).toContain('mul(x, 2)')
    // TypeScript is there since the editor was entered.
    await page.locator('#formula').fill('(x: number) => softplus("x")')
    await poll(() => page.locator('.cm-lintRange-warning').allTextContents()).toEqual(['"x"'])
    expect(await page.locator('.playground-problems').textContent()).toContain('not assignable')
    await page.locator('#formula').fill('(x: number[]) => x')
    await page.locator('#formula').press('End')
    await page.keyboard.type('.redu')
    await poll(() => page.locator('.cm-completionLabel').allTextContents()).toEqual(['reduce', 'reduceRight'])
    await page.locator('#language').selectOption('mathjs')
    await page.locator('#formula').fill('')
    await page.locator('#formula').pressSequentially('sqrt(x) + atan')
    await poll(async () => (await page.locator('.cm-completionLabel').allTextContents()).slice(0, 3)).toEqual(['atan', 'atan2', 'atanh'])
    expect(problems).toEqual([])
    await page.close()
  })

  it('takes functions in TypeScript, where the page may run them', { timeout: 60_000 }, async () => {
    const { page, problems } = await site.open('/playground.html', { bypassCSP: true })
    // The first example is plain TypeScript.
    await poll(async () => (await text(page)).join()).toContain('Math.sin(y)')
    await poll(() => page.locator('[data-test=derivative] td').allTextContents()).toEqual(['4', '1', '5', '-0.4161468365'])
    await page.locator('#formula').fill('(x: number, y: number) => mul(square(x), sin(y))')
    await poll(() => page.locator('[data-test=derivative] td').allTextContents()).toEqual(['1.818594854', '-0.4161468365'])
    await page.locator('#formula').fill('(x: number, y: number) => { let z: number = x; for (let i = 0; i < 2; i++) z *= y > 0 ? x + i : 1; return z }')
    await poll(() => page.locator('[data-test=derivative] td').allTextContents()).toEqual(['5', '0'])
    await page.locator('#formula').fill('(x: number) => x | 0')
    await poll(() => page.locator('#playground-error').textContent()).toContain('bit operation')
    expect(problems).toEqual([])
    await page.close()
    const strict = await site.open('/playground.html#f=x+%3D%3E+mul(x,+x)&at=x+%3D+3&in=typescript')
    await strict.page.locator('[data-test=ask] button').click()
    await poll(() => strict.page.locator('#playground-error').textContent()).toContain('content security policy')
    await strict.page.close()
  })

  const shared = (code: string) => `/playground.html#${new URLSearchParams({ f: code, at: 'x = 3', in: 'typescript' })}`

  it('shows the code of a link, and runs it when it is told to', { timeout: 60_000 }, async () => {
    const { page, problems } = await site.open(shared('x => mul(x, x)'), { bypassCSP: true })
    await page.locator('[data-test=ask] button').waitFor()
    expect(await text(page)).toEqual(['x => mul(x, x)'])
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
    const { page, problems } = await site.open(shared('x => { for (;;) {} }'), { bypassCSP: true })
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
    const secret = `${site.address}/secret`
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
    const lax = await site.browser.newPage()
    await lax.route('**/playground.html', async route => {
      const response = await route.fetch()
      const { 'content-security-policy': _, ...headers } = response.headers()
      await route.fulfill({ response, headers })
    })
    await lax.goto(`${site.address}${shared(code)}`, { waitUntil: 'networkidle' })
    await lax.locator('[data-test=ask] button').click()
    await poll(() => lax.locator('[data-test=value]').allTextContents()).toEqual(['0'])
    await lax.waitForTimeout(500)
    expect(site.secrets).toBe(0)
    await lax.close()
  })
})
