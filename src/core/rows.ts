import { type Arena, CHUNK, DUAL, Traced } from './traced.ts'

/*
 * Rows for scalars over plain numbers: what specialised operators end in. V8 allocates every double that is handed to
 * another function, so results and partials are put into typed arrays instead.
 */

/** How often a zero has won over ∞ or NaN so far; see `strongProduct`. */
export let strongZeros = 0

/** A product in which a zero factor wins over ∞ and NaN: the strong zero. */
export function strongProduct(x: number, y: number): number {
  const product = x * y
  // biome-ignore lint/suspicious/noSelfCompare: the cheapest test for NaN
  if (product === product || (x !== 0 && y !== 0)) return product
  strongZeros++
  return 0
}

/** The next row of a tape. */
export function nextRow(arena: Arena): number {
  const row = arena.count
  if (row === arena.capacity) growTape(arena)
  arena.count = row + 1
  return row
}

/** A tape's row with up to two sources; source 0 stands for none. For codes see `Arena`. */
export function tapeRow(arena: Arena, out: number, a: number, p: number, b: number, q: number, code = 0): Traced {
  const row = nextRow(arena)
  const pair = row << 1
  arena.values[row] = out
  arena.sources[pair] = a
  arena.sources[pair + 1] = b
  arena.codes[row] = code
  arena.partials[pair] = p
  arena.partials[pair + 1] = q
  return new Traced(arena, row)
}

/** From so many rows on a tape that grows gets at once as many as the last long one had. */
const LONG = 1 << 20
let longest = 0

/** Takes note of the length of a tape that was too long to be kept, since the next one will most often be as long. */
export function expectRows(count: number): void {
  longest = count
}

/** Makes place for at least one more row (for `more` rows where given). */
export function growTape(arena: Arena, more = 1): void {
  const capacity = Math.max(arena.capacity * 2, arena.count + more, arena.capacity >= LONG ? longest : 0)
  const values = new Float64Array(capacity)
  const partials = new Float64Array(2 * capacity)
  const sources = new Int32Array(2 * capacity)
  const codes = new Int16Array(capacity)
  const old = { values: arena.values, partials: arena.partials, sources: arena.sources, codes: arena.codes }
  values.set(old.values)
  partials.set(old.partials)
  sources.set(old.sources)
  codes.set(old.codes)
  Object.assign(arena, { values, partials, sources, codes, capacity })
  arena.owner.grown?.(old)
}

/**
 * The page that takes the next row of duals. A page with place left is its transform's current one, which spares looking
 * it up; place is reckoned for the widest row.
 */
export function pageWithPlace(arena: Arena): Arena {
  if (arena.count + 9 <= arena.capacity) return arena
  const page = arena.owner.arena
  return page.count + 9 <= page.capacity ? page : arena.owner.nextPage()
}

/**
 * Completes the next row of a page, for a result that depends on one dual. Specialised code has left there the result and,
 * in place of the tangents, the partial.
 */
export function dualRow1(page: Arena, x: Traced): Traced {
  const row = page.count | 0
  const to = page.values
  const from = x.arena.values
  const i = x.index | 0
  const p = to[(row + 1) | 0] as number
  if (page.kind === DUAL) {
    page.count = (row + 2) | 0
    to[(row + 1) | 0] = strongProduct(p, from[(i + 1) | 0] as number)
    return new Traced(page, row)
  }
  page.count = (row + 9) | 0
  for (let k = 1; k <= CHUNK; k++) to[row + k] = strongProduct(p, from[i + k] as number)
  return new Traced(page, row)
}

/** The same for a result that depends on two duals: specialised code has left two partials. */
export function dualRow2(page: Arena, x: Traced, y: Traced): Traced {
  const row = page.count | 0
  const to = page.values
  const dx = x.arena.values
  const dy = y.arena.values
  const i = x.index | 0
  const j = y.index | 0
  const p = to[(row + 1) | 0] as number
  const q = to[(row + 2) | 0] as number
  if (page.kind === DUAL) {
    page.count = (row + 2) | 0
    to[(row + 1) | 0] = strongProduct(p, dx[(i + 1) | 0] as number) + strongProduct(q, dy[(j + 1) | 0] as number)
    return new Traced(page, row)
  }
  page.count = (row + 9) | 0
  for (let k = 1; k <= CHUNK; k++) to[row + k] = strongProduct(p, dx[i + k] as number) + strongProduct(q, dy[j + k] as number)
  return new Traced(page, row)
}
