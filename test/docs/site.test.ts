import { readdirSync } from 'node:fs'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { chromiumPath } from '../chromium.ts'
import { referencePages } from './reference-pages.ts'
import { dist, openSite, type Site, violations } from './site.ts'

describe.skipIf(chromiumPath === undefined)('the documentation site, in Chromium', () => {
  let site: Site
  beforeAll(async () => {
    site = await openSite()
  }, 480_000)
  afterAll(() => site?.close())

  it('loads every page of the guide, and pages of the reference, without an error', { timeout: 480_000 }, async () => {
    const all = readdirSync(dist, { recursive: true, encoding: 'utf8' }).filter(file => file.endsWith('.html') && !file.endsWith('404.html'))
    expect(all.length).toBeGreaterThan(100)
    // One template makes all pages of the reference: every twentieth of them stands for the others, whose links the build has checked.
    const pages = all.filter((file, i) => !/^(api|operators)\//.test(file) || i % 20 === 0)
    // A few at a time.
    const visits = Array.from({ length: 4 }, async (_, k) => {
      const { page, problems } = await site.open('/')
      for (const file of pages.filter((_, i) => i % 4 === k)) await page.goto(`${site.address}/${file}`, { waitUntil: 'load' })
      await page.waitForLoadState('networkidle')
      await page.close()
      return problems
    })
    expect((await Promise.all(visits)).flat()).toEqual([])
  })

  it('finds jacobian', { timeout: 60_000 }, async () => {
    const { page, problems } = await site.open('/start.html')
    await page.locator('.DocSearch-Button').click()
    await page.locator('.VPLocalSearchBox input').fill('jacobian')
    await page.locator('.VPLocalSearchBox .result').first().waitFor()
    expect(await page.locator('.VPLocalSearchBox .result').allTextContents()).toEqual(expect.arrayContaining([expect.stringMatching(/jacobian/i)]))
    expect(problems).toEqual([])
    await page.close()
  })

  referencePages(() => ({ dist, open: site.open }))

  it.each([
    '/',
    '/start.html',
    '/theory.html',
    '/api/',
    '/api/dualtape/functions/jacobian.html',
    '/operators.html',
    '/operators/clip.html',
    '/coming-from/jax.html',
  ])('has nothing that axe-core objects to: %s', { timeout: 120_000 }, async path => {
    for (const colorScheme of ['light', 'dark'] as const) {
      const { page } = await site.open(path, { colorScheme })
      expect(await violations(page)).toEqual([])
      await page.close()
    }
  })
})
