import type { Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { PAGES, type PageName } from '../../docs/.vitepress/theme/gallery/pages.ts'
import { chromiumPath } from '../chromium.ts'
import { openSite, overflow, poll, type Site, violations } from './site.ts'

const result = (page: Page) => page.locator('[data-test=result]').textContent()

/** What is done once on each page, and what it then says; values from outside stand in gallery-values.test.ts. */
const DRIVEN: Record<PageName, (page: Page) => Promise<unknown>> = {
  'curve-fit': async page => {
    await poll(() => page.locator('[data-test=parameters]').textContent()).toContain('451.541')
    await page.getByLabel('Move the red one by').fill('0.1')
    await poll(() => page.locator('[data-test=parameters]').textContent()).not.toContain('451.541')
  },
  epidemic: async page => {
    await page.locator('[data-test=fit]').click()
    await poll(() => result(page)).toContain('one person infects 3.76')
  },
  'robot-arm': async page => {
    await page.getByLabel('Point to reach, across').focus()
    await page.keyboard.press('ArrowRight')
    await poll(() => page.locator('[data-test=status]').textContent()).toMatch(/\(2\.25, 1\.4\d*\)/)
  },
  pendulum: page => poll(() => result(page)).toContain('Effort'),
  'bundle-adjustment': async page => {
    await page.getByLabel('Noise in the pictures').fill('0')
    await poll(() => result(page)).toMatch(/missed by \d.*10⁻.*converged/)
  },
  digits: async page => {
    await page.locator('[data-test=train]').click()
    await poll(async () => Number(/([\d.]+) %/.exec((await result(page)) ?? '')?.[1] ?? 0)).toBeGreaterThan(80)
    // This browser was started without a GPU.
    expect(await result(page)).toContain('It runs on the processor, as WebAssembly')
  },
  'black-scholes': async page => {
    await page.getByLabel('Shown').selectOption('vega')
    await poll(() => page.getByRole('img', { name: /vega/ }).count()).toBe(1)
    expect(await page.locator('[data-test=greeks]').textContent()).toContain('gamma')
  },
  'gaussian-process': async page => {
    await page.locator('[data-test=learn]').click()
    await page.getByLabel('Iteration').waitFor()
  },
  'kalman-filter': async page => {
    await page.locator('[data-test=learn]').click()
    await poll(() => result(page)).toContain('632.5456')
  },
  truss: page => poll(() => result(page)).toContain('5060.85'),
  diagram: async page => {
    await page.locator('#rules').fill('a contains b\nc disjoint a\nwhat is this')
    await poll(() => page.getByRole('alert').allTextContents()).toEqual(expect.arrayContaining([expect.stringContaining('what is this')]))
    await poll(() => page.locator('svg.diagram text').allTextContents()).toEqual(expect.arrayContaining(['a', 'b', 'c']))
  },
  chemistry: page => poll(() => page.locator('[data-test=influences]').textContent()).toContain('NO2 → NO + O3P'),
}

describe.skipIf(chromiumPath === undefined)('the gallery, in Chromium', () => {
  let site: Site
  beforeAll(async () => {
    site = await openSite()
  }, 480_000)
  afterAll(() => site?.close())

  const SCREENS = [
    { colorScheme: 'light', viewport: { width: 1280, height: 900 } },
    { colorScheme: 'dark', viewport: { width: 390, height: 844 } },
  ] as const

  it.each(PAGES.map(({ name }, k) => [name, k] as const))('%s computes, says what it costs, and fits on a phone', { timeout: 120_000 }, async (name, k) => {
    for (const screen of SCREENS) {
      const { page, problems } = await site.open(`/gallery/${name}.html`, screen)
      // Driven, and looked at by axe-core, on one of the two screens: all pages are made of the same parts.
      if (screen === SCREENS[k % 2]) {
        await DRIVEN[name](page)
        await poll(async () => Number(await page.locator('[data-test=ratio]').first().textContent())).toBeGreaterThan(0)
        expect(await violations(page)).toEqual([])
      }
      // What is shown is what runs: the program of the page stands on it.
      expect(await page.locator('.vp-doc div[class*=language-ts]').textContent()).toContain('export ')
      expect(await overflow(page)).toBeLessThanOrEqual(0)
      expect(problems).toEqual([])
      await page.close()
    }
  })

  it('has cards that lead to all of them', async () => {
    const { page, problems } = await site.open('/gallery/index.html', SCREENS[1])
    const links = await page.evaluate('[...document.querySelectorAll(".gallery-cards a")].map(link => link.getAttribute("href"))')
    expect(links).toEqual(PAGES.map(({ name }) => `/gallery/${name}.html`))
    expect(await overflow(page)).toBeLessThanOrEqual(0)
    expect(await violations(page)).toEqual([])
    expect(problems).toEqual([])
    await page.close()
  })
})
