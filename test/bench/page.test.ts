import { fileURLToPath } from 'node:url'
import { expect, it } from 'vitest'

const load = (path: string) => import(fileURLToPath(new URL(`../../bench/${path}`, import.meta.url)))
const page: { stale(): string[]; replaced(page: string, texts: Record<string, string>): string } = await load('page.mjs')
const { agree, numbersOf }: { agree(what: string, found: number[], wanted: number[], tolerance?: number): void; numbersOf(x: unknown): number[] } =
  await load('suite/measure.mjs')

it('charts and pages are what stored results give: npm run bench:page writes them', () => {
  expect(page.stale()).toEqual([])
})

it('a page gets its texts between the comments that name them, again and again', () => {
  const before = 'a\n<!-- bench: one -->\n<!-- /bench -->\nb\n<!-- bench: two, by x -->\n\nold\n\n<!-- /bench -->\n'
  const after = page.replaced(before, { one: '1', two: '2' })
  expect(after).toContain('one, by npm run bench:page -->\n\n1\n\n<!-- /bench -->')
  expect(after).not.toContain('old')
  expect(page.replaced(after, { one: '1', two: '2' })).toBe(after)
  expect(() => page.replaced(before, { one: '1' })).toThrow('The page asks for results two.')
})

it('contestants have to agree with the derivative by hand, number by number', () => {
  expect(() => agree('f', [1, 2], [1, 2])).not.toThrow()
  expect(() => agree('f', [1], [1, 2])).toThrow('f: 1 numbers, by hand 2')
  expect(() => agree('f', [1, Number.NaN], [1, 2])).toThrow('f: entry 1 of 2 is NaN, by hand 2')
  expect(() => agree('f', [1, 2 + 1e-6], [1, 2])).toThrow('entry 1')
  expect(() => agree('f', [1, 2 + 1e-6], [1, 2], 1e-3)).not.toThrow()
  expect([...numbersOf({ a: [1, 2], b: { data: [3] } })]).toEqual([1, 2, 3])
})

it('every stored derivative stands beside one by hand in JavaScript, and those with a limit beside C++', async () => {
  const { GROUPS, stored } = await load('suite/suite.mjs')
  const withoutHand = ['fits', 'scaling', 'start']
  for (const group of GROUPS as string[]) {
    const { cases }: { cases: { times?: Record<string, number>; limit?: number }[] } = stored(group)
    expect(cases.length, group).toBeGreaterThan(0)
    for (const { times, limit } of cases) {
      if (!withoutHand.includes(group)) expect(times!['JavaScript by hand']).toBeGreaterThan(0)
      if (limit !== undefined) expect(times!['C++ by hand']).toBeGreaterThan(0)
    }
  }
})
