import { existsSync, readdirSync, readFileSync } from 'node:fs'
import type { BrowserContextOptions, Page } from 'playwright-core'
import { expect, it } from 'vitest'

/** A built site, served, and pages of it in a browser. */
interface Site {
  readonly dist: string
  open(path: string, options?: BrowserContextOptions): Promise<{ page: Page; problems: string[] }>
}

/** What someone may look for, and the page that has to come first. */
const QUERIES: readonly (readonly [query: string, page: string])[] = [
  ['np.linalg.solve', '/operators/solve.html'],
  ['np.einsum', '/operators/einsum.html'],
  ['arctan', '/operators/atan.html'],
  ['torch.autograd.grad', '/api/dualtape/functions/grad.html'],
  ['value_and_grad', '/api/dualtape/functions/valueAndGrad.html'],
  ['jacfwd', '/api/dualtape/functions/jacobian.html'],
  ['jax.jit', '/api/dualtape/functions/compile.html'],
  ['jax.lax.scan', '/api/dualtape/functions/scan.html'],
  ['torch.nn.LSTM', '/api/dualtape/nn/functions/lstm.html'],
  ['scipy.optimize.least_squares', '/api/dualtape/solve/functions/leastSquares.html'],
  ['torch.nn.functional.dropout', '/api/dualtape/random/functions/dropout.html'],
  ['Zygote.gradient', '/api/dualtape/functions/grad.html'],
  ['backpropagation', '/theory.html'],
  ['curve_fit', '/api/dualtape/solve/functions/fit.html'],
  ['odeint', '/api/dualtape/solve/functions/solveIvp.html'],
  ['scipy.optimize.minimize', '/api/dualtape/solve/functions/minimize.html'],
  ['hessian', '/api/dualtape/functions/hessian.html'],
  ['softmax', '/operators/softmax.html'],
  ['differential equation', '/differential-equations.html'],
  ['limits', '/limits.html'],
]

/** The reference: search, the list of operators, pages that are written from definitions, and guides beside them. */
export function referencePages(site: () => Site): void {
  it('finds by task and by names in other libraries', { timeout: 60_000 }, async () => {
    const { page, problems } = await site().open('/start.html')
    await page.locator('.DocSearch-Button').click()
    for (const [query, first] of QUERIES) {
      await page.locator('.VPLocalSearchBox input').fill(query)
      const results = () => page.locator('.VPLocalSearchBox .result').evaluateAll(all => all.slice(0, 1).map(each => each.getAttribute('href')))
      await expect.poll(results, { message: query, timeout: 5000 }).toEqual([first])
    }
    expect(problems).toEqual([])
    await page.close()
  })

  it('lands where a link into the list of operators leads, and filters it', { timeout: 60_000 }, async () => {
    const { page, problems } = await site().open('/operators.html#relu')
    const top = () => page.locator('#relu').evaluate(each => each.getBoundingClientRect().top)
    await expect.poll(top).toBeGreaterThan(0)
    expect(await top()).toBeLessThan(400)
    await page.locator('#operator-filter').fill('np.linalg')
    await expect.poll(() => page.locator('.operator-list li:visible a').allTextContents()).toEqual(expect.arrayContaining(['det', 'solve', 'svd']))
    expect(await page.locator('.operator-list li:visible').count()).toBeLessThan(25)
    await page.locator('#operator-filter').fill('nothing of this name')
    await expect.poll(() => page.locator('.operator-list li:visible').count()).toBe(0)
    expect(problems).toEqual([])
    await page.close()
  })

  it('has no page of these that is wider than a phone', { timeout: 120_000 }, async () => {
    const { page } = await site().open('/operators.html', { viewport: { width: 390, height: 844 } })
    for (const path of [
      '/operators/clip.html',
      '/operators/sin.html',
      '/operators/attention.html',
      '/operators/betainc.html',
      '/api/index.html',
      '/api/dualtape/index.html',
      '/api/dualtape/functions/jacobian.html',
      '/api/dualtape/classes/Tensor.html',
      '/coming-from/jax.html',
      '/coming-from/julia.html',
      '/choosing.html',
      '/limits.html',
      '/operators.html',
    ]) {
      await page.goto(new URL(path, page.url()).href, { waitUntil: 'load' })
      expect(await page.evaluate('document.documentElement.scrollWidth - document.documentElement.clientWidth'), path).toBeLessThanOrEqual(0)
    }
    await page.close()
  })

  it('has no link to a page that is not there, or to a place that is not on it', { timeout: 60_000 }, () => {
    const { dist } = site()
    const files = readdirSync(dist, { recursive: true, encoding: 'utf8' }).filter(file => file.endsWith('.html'))
    const pages = new Map(files.map(file => [`/${file}`, readFileSync(`${dist}/${file}`, 'utf8')]))
    const places = new Map<string, Set<string>>()
    const placesOf = (path: string) => {
      const known = places.get(path) ?? new Set([...(pages.get(path) ?? '').matchAll(/\sid="([^"]+)"/g)].map(([, id]) => id as string))
      places.set(path, known)
      return known
    }
    const isThere = (path: string, anchor: string) =>
      anchor === '' || path === '/playground.html'
        ? // Places in pages that scripts fill are made when they are opened.
          pages.has(path) || existsSync(`${dist}${path}`)
        : placesOf(path).has(anchor)
    const dead = [...pages].flatMap(([path, html]) =>
      [...new Set([...html.matchAll(/<a\s[^>]*?href="([^"]+)"/g)].map(([, link]) => link as string))].flatMap(link => {
        if (/^[a-z]+:/.test(link)) return []
        const [to = '', anchor = ''] = link.split('#')
        const target = to === '' ? path : new URL(to, `http://site${path}`).pathname.replace(/\/$/, '/index.html')
        return isThere(target, decodeURIComponent(anchor)) ? [] : [`${path}: ${link}`]
      }),
    )
    expect(dead).toEqual([])
  })

  it('is there for programs: llms.txt leads to pages in Markdown', () => {
    const { dist } = site()
    const index = readFileSync(`${dist}/llms.txt`, 'utf8')
    expect(index).toMatch(/^# dualtape\n\n> /)
    const links = [...index.matchAll(/\]\(\/([^)]*)\)/g)].map(([, path]) => path as string)
    expect(links.length).toBeGreaterThan(250)
    for (const link of links) expect(readFileSync(`${dist}/${link}`, 'utf8').length, link).toBeGreaterThan(100)
    expect(readFileSync(`${dist}/llms-full.txt`, 'utf8')).toContain('grad(')
  })
}
