import { type Arena, CHUNK, DUAL, TAPE, Traced } from './traced.ts'

/*
 * Rows for scalars over plain numbers: the fast path that specialised operators end in. `out` is the result, `p` and `q`
 * are the partials with respect to `x` and `y`, whose transform is one and the same and of kind TAPE or above.
 */

/** Whether two arenas hold rows that one row may depend on. */
export function sameTransform(a: Arena, b: Arena): boolean {
  return a === b || (a.owner === b.owner && a.kind === b.kind)
}

/** The row of a result that depends on one traced operand. */
export function row1(x: Traced, out: number, p: number): Traced {
  const arena = x.arena
  if (arena.kind === TAPE) return tapeRow(arena, out, x.index, p, 0, 0)
  return arena.kind === DUAL ? dualRow1(x, out, p) : chunkRow1(x, out, p)
}

/** The row of a result that depends on two traced operands. */
export function row2(x: Traced, y: Traced, out: number, p: number, q: number): Traced {
  const arena = x.arena
  if (arena.kind === TAPE) return tapeRow(arena, out, x.index, p, y.index, q)
  return arena.kind === DUAL ? dualRow2(x, y, out, p, q) : chunkRow2(x, y, out, p, q)
}

/** A product in which a zero factor wins over ∞ and NaN: the strong zero. */
export function strongProduct(x: number, y: number): number {
  const product = x * y
  return product === product || (x !== 0 && y !== 0) ? product : 0
}

/** A tape's row with up to two sources; source 0 stands for none. */
export function tapeRow(arena: Arena, out: number, a: number, p: number, b: number, q: number): Traced {
  const row = arena.count
  if (row === arena.capacity) growTape(arena)
  arena.count = row + 1
  arena.values[row] = out
  const { sources, partials } = arena
  const pair = row << 1
  sources[pair] = a
  sources[pair + 1] = b
  partials[pair] = p
  partials[pair + 1] = q
  return new Traced(arena, row)
}

/** Makes place for at least one more row (for `more` rows where given). */
export function growTape(arena: Arena, more = 1): void {
  const capacity = Math.max(arena.capacity * 2, arena.count + more)
  const values = new Float64Array(capacity)
  const partials = new Float64Array(2 * capacity)
  const sources = new Int32Array(2 * capacity)
  values.set(arena.values)
  partials.set(arena.partials)
  sources.set(arena.sources)
  arena.values = values
  arena.partials = partials
  arena.sources = sources
  arena.capacity = capacity
}

function dualRow1(x: Traced, out: number, p: number): Traced {
  return dualRow(x.arena, out, strongProduct(p, x.arena.values[x.index + 1] as number))
}

function dualRow2(x: Traced, y: Traced, out: number, p: number, q: number): Traced {
  const dx = x.arena.values[x.index + 1] as number
  const dy = y.arena.values[y.index + 1] as number
  return dualRow(x.arena, out, strongProduct(p, dx) + strongProduct(q, dy))
}

function dualRow(arena: Arena, out: number, tangent: number): Traced {
  const page = pageWithPlace(arena, 2)
  const row = page.count
  page.count = row + 2
  page.values[row] = out
  page.values[row + 1] = tangent
  return new Traced(page, row)
}

/** The page of an arena's transform that takes the next row. */
export function pageWithPlace(arena: Arena, width: number): Arena {
  const page = arena.owner.arena
  return page.count + width > page.capacity ? arena.owner.nextPage() : page
}

/** Whether a product with this factor needs no look for the strong zero. */
function isPlain(p: number): boolean {
  return p - p === 0 && p !== 0
}

function chunkRow1(x: Traced, out: number, p: number): Traced {
  const page = pageWithPlace(x.arena, CHUNK + 1)
  const row = page.count
  page.count = row + CHUNK + 1
  const to = page.values
  const from = x.arena.values
  const at = x.index
  to[row] = out
  if (isPlain(p)) {
    to[row + 1] = p * (from[at + 1] as number)
    to[row + 2] = p * (from[at + 2] as number)
    to[row + 3] = p * (from[at + 3] as number)
    to[row + 4] = p * (from[at + 4] as number)
    to[row + 5] = p * (from[at + 5] as number)
    to[row + 6] = p * (from[at + 6] as number)
    to[row + 7] = p * (from[at + 7] as number)
    to[row + 8] = p * (from[at + 8] as number)
  } else {
    for (let k = 1; k <= CHUNK; k++) to[row + k] = strongProduct(p, from[at + k] as number)
  }
  return new Traced(page, row)
}

function chunkRow2(x: Traced, y: Traced, out: number, p: number, q: number): Traced {
  const page = pageWithPlace(x.arena, CHUNK + 1)
  const row = page.count
  page.count = row + CHUNK + 1
  const to = page.values
  const dx = x.arena.values
  const dy = y.arena.values
  const i = x.index
  const j = y.index
  to[row] = out
  if (isPlain(p) && isPlain(q)) {
    to[row + 1] = p * (dx[i + 1] as number) + q * (dy[j + 1] as number)
    to[row + 2] = p * (dx[i + 2] as number) + q * (dy[j + 2] as number)
    to[row + 3] = p * (dx[i + 3] as number) + q * (dy[j + 3] as number)
    to[row + 4] = p * (dx[i + 4] as number) + q * (dy[j + 4] as number)
    to[row + 5] = p * (dx[i + 5] as number) + q * (dy[j + 5] as number)
    to[row + 6] = p * (dx[i + 6] as number) + q * (dy[j + 6] as number)
    to[row + 7] = p * (dx[i + 7] as number) + q * (dy[j + 7] as number)
    to[row + 8] = p * (dx[i + 8] as number) + q * (dy[j + 8] as number)
  } else {
    for (let k = 1; k <= CHUNK; k++) {
      to[row + k] = strongProduct(p, dx[i + k] as number) + strongProduct(q, dy[j + k] as number)
    }
  }
  return new Traced(page, row)
}
