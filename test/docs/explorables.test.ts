import { readdirSync } from 'node:fs'
import type { Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { chromiumPath } from '../chromium.ts'
import { openSite, overflow, poll, type Site, violations } from './site.ts'

const DESK = { colorScheme: 'light', viewport: { width: 1440, height: 900 } } as const
const PHONE = { colorScheme: 'dark', viewport: { width: 390, height: 844 }, reducedMotion: 'reduce' } as const

const text = async (page: Page, selector: string) => ((await page.locator(selector).allTextContents()) as string[]).join(' ').replace(/\s+/g, ' ')
/** Moves a range by keys; its label says which. */
async function press(page: Page, label: string, key: string, times = 1) {
  const range = page.getByLabel(label, { exact: true })
  await range.focus()
  for (let i = 0; i < times; i++) await page.keyboard.press(key)
}
const status = (page: Page) => text(page, '.explorable [aria-live]')

/** What each page shows, and what it shows once it has been moved, by keyboard only. Values are those of the mathematics. */
const DRIVEN: { [page: string]: (page: Page) => Promise<void> } = {
  async duals(page) {
    // x sin x at 1.2 with velocity 0.8, and at 0, where value and slope are 0.
    await poll(() => status(page)).toContain('1.118 + 1.093 ε')
    await press(page, 'place x', 'ArrowLeft', 120)
    await poll(() => status(page)).toContain('= 0 + 0 ε')
  },
  async sweeps(page) {
    await poll(() => status(page)).toContain('its velocity is 1 · 4 + 1 · 0 = 4')
    await press(page, 'step', 'End')
    // ∂/∂x = 2xy = 4, ∂/∂y = x² + cos 2 = 0.5839.
    await poll(() => text(page, '.explorable')).toMatch(/∂\/∂x = 4, ∂\/∂y = 0\.5839/)
    await page.getByLabel('Formula').fill('x^3 * (')
    await poll(() => text(page, '[role=alert]')).toContain('Unexpected end of expression')
    await page.getByLabel('Formula').fill('x^3')
    await poll(() => text(page, '[role=alert]')).toBe('')
    await press(page, 'step', 'End')
    await poll(() => text(page, '.explorable')).toContain('∂/∂x = 3.')
  },
  async modes(page) {
    await poll(() => status(page)).toContain('12 → 3: reverse')
    await press(page, 'outputs m', 'End')
    await poll(() => status(page)).toContain('12 → 24: elimination')
    await press(page, 'inputs n', 'Home')
    await poll(() => status(page)).toContain('1 → 24: forward')
  },
  async coloring(page) {
    await poll(() => status(page)).toContain('28 of 28 entries come out wrong')
    for (let column = 1; column <= 10; column++) {
      await page.getByRole('button', { name: `Column ${column},` }).focus()
      for (let i = 0; i < (column - 1) % 3; i++) await page.keyboard.press('ArrowUp')
    }
    await poll(() => status(page)).toContain('3 passes give all 28 entries')
    expect(await status(page)).toContain('The planner takes as many')
  },
  async elimination(page) {
    // One arrow in and one out at v5, then two times one at v4 and v3, and three times three at v6.
    for (const vertex of ['v5, for 1', 'v4, for 2', 'v3, for 2', 'v6, for 9']) {
      await page.getByRole('button', { name: vertex }).focus()
      await page.keyboard.press('Enter')
    }
    await poll(() => status(page)).toContain('14 multiplications so far')
    expect(await status(page)).toContain('equal to the library’s')
    expect(await status(page)).toContain('The planner’s order takes as many')
  },
  async checkpoints(page) {
    await poll(() => status(page)).toContain('runs of a step')
    await page.getByLabel('keep all').focus()
    await page.keyboard.press('Space')
    await poll(() => status(page)).toContain('24 runs of a step where 24 would do')
    await page.getByLabel('√n segments').focus()
    await page.keyboard.press('Space')
    await poll(() => status(page)).toContain('48 runs of a step')
  },
  async confusion(page) {
    await poll(() => status(page)).toBe('Result: 2 Result: 1')
    await press(page, 'x', 'ArrowRight', 10)
    // x D(x + y) confused is 2x, whose slope with the velocity of the inner call is 2; right is 1.
    await poll(() => status(page)).toBe('Result: 2 Result: 1')
    await page.getByLabel('x · y²').focus()
    await page.keyboard.press('Space')
    // 4x at 1.5.
    await poll(() => status(page)).toContain('Result: 6')
  },
  async zero(page) {
    await poll(() => status(page)).toContain('NaN by IEEE’s products, 0 here')
    await press(page, 'x', 'ArrowRight', 10)
    // The slope of log at 0.5.
    await poll(() => status(page)).toContain('2 by IEEE’s products, 2 here')
    await page.getByLabel('√x squared').focus()
    await page.keyboard.press('Space')
    await page.getByRole('button', { name: 'Go to 0' }).click()
    await poll(() => text(page, '.explorable')).toContain('Here the rule is wrong')
  },
  async differences(page) {
    await poll(() => status(page)).toContain('h = 10⁻⁸')
    await press(page, 'step h', 'End')
    await poll(() => status(page)).toContain('truncation is the larger part')
    await press(page, 'step h', 'Home')
    await poll(() => status(page)).toContain('rounding is the larger part')
  },
}

describe.skipIf(chromiumPath === undefined)('what is to be taken in one’s hand', () => {
  let site: Site

  beforeAll(async () => {
    site = await openSite()
  }, 480_000)

  afterAll(() => site?.close())

  it('has a page for each figure, and drives all of them', () => {
    const pages = readdirSync(new URL('../../docs/explore/', import.meta.url)).map(file => file.replace('.md', ''))
    expect(pages.filter(name => name !== 'index').sort()).toEqual(Object.keys(DRIVEN).sort())
  })

  it.each(Object.keys(DRIVEN))('is driven by keyboard on a desk and on a phone, in both schemes: %s', { timeout: 60_000 }, async name => {
    for (const options of [DESK, PHONE]) {
      const { page, problems } = await site.open(`/explore/${name}.html`, options)
      await page.locator('.explorable .figure:not(.explorable-waits)').waitFor()
      await DRIVEN[name]!(page)
      expect(problems).toEqual([])
      expect(await violations(page)).toEqual([])
      expect(await overflow(page)).toBeLessThanOrEqual(0)
      await page.close()
    }
  })

  it('has a start page of at most 200 kB whose figure answers to keys and to the mouse', { timeout: 60_000 }, async () => {
    site.sent = 0
    const { page, problems } = await site.open('/', DESK)
    console.log(`start page: ${Math.round(site.sent / 1000)} kB`)
    expect(site.sent).toBeLessThan(200_000)
    // The first moment stands in the page itself: x sin(x²) at 1.2, with the slope at both ends of the tape.
    expect(await text(page, '.start-figure .result')).toBe('1.367 1.367')
    await press(page, 'Drag the point, or move x', 'Home')
    // At −3, of f′ = sin x² + 2x² cos x².
    await poll(() => text(page, '.start-figure .result')).toBe(
      Array(2)
        .fill((Math.sin(9) + 18 * Math.cos(9)).toFixed(3).replace('-', '−'))
        .join(' '),
    )
    // The tape is another on the other side of a branch.
    await page.getByLabel('a branch').focus()
    await page.keyboard.press('Space')
    await poll(() => text(page, '.start-figure tbody')).toContain('sin(')
    await press(page, 'Drag the point, or move x', 'End')
    await poll(() => text(page, '.start-figure tbody')).toContain('x²')
    expect(await text(page, '.start-figure tbody')).not.toContain('sin(')
    // By the mouse: the middle of the curve is x = 0.
    const box = (await page.locator('.start-figure svg').boundingBox())!
    await page.mouse.click(box.x + 30 + (box.width - 40) / 2, box.y + 100)
    await poll(async () => Math.abs(Number(await page.getByLabel('Drag the point, or move x', { exact: true }).inputValue()))).toBeLessThan(0.05)
    expect(problems).toEqual([])
    await page.close()
  })

  it('shows what the planner takes on the start page', { timeout: 60_000 }, async () => {
    const { page, problems } = await site.open('/', PHONE)
    await page.locator('[data-explorable=PlannerPicture]').scrollIntoViewIfNeeded()
    await poll(() => status(page)).toContain('forward, 3 passes')
    for (const [structure, mode] of [
      ['arrow', 'mixed'],
      ['waist', 'elimination'],
      ['loss', 'reverse'],
      ['affine', 'constant'],
    ] as const) {
      await page.getByLabel(structure, { exact: true }).focus()
      await page.keyboard.press('Space')
      await poll(() => status(page)).toContain(mode)
    }
    expect(await violations(page)).toEqual([])
    expect(await overflow(page)).toBeLessThanOrEqual(0)
    expect(problems).toEqual([])
    await page.close()
  })
})
