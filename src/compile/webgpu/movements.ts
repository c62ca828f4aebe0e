import type { Shape } from '../../core/shape.ts'
import { regularPlaces } from '../strides.ts'
import { indexText } from '../text.ts'
import { address, at, indicesOf, type Pass, Shader, store, TooLarge } from './shader.ts'
import type { Text } from './source.ts'

/** A part of a tensor that is filled: so many entries of each row, from memory or one number. */
export interface Piece {
  readonly length: number
  /** Where the entries begin; or the number. */
  readonly from: string | Text
}

/** Rows that are made of pieces, one after the other from `start` on, with zeros around them. */
export function piecesPass(label: string, out: string, rows: number, length: number, start: number, pieces: readonly Piece[]): Pass {
  const shader = new Shader()
  let from = start
  const cases = pieces.flatMap(({ length: own, from: source }) => {
    const first = from
    from += own
    if (own === 0) return []
    const value: Text = typeof source === 'string' ? { text: `m[${at(source, `${own} * row + column - ${first}`)}]`, isTruth: false } : source
    return [`if (column >= ${first} && column < ${first + own}) { ${store(at(out, 'i'), value)} return; }`]
  })
  const rest = start > 0 || from < length ? [`m[${at(out, 'i')}] = 0.0f;`] : []
  return shader.forEach(label, rows * length, [`let row = i / ${length};`, `let column = i % ${length};`, ...cases, ...rest])
}

/** Entries that are copied from place to place in one pass. */
export function copiesPass(
  label: string,
  copies: readonly { readonly to: string; readonly from: string; readonly size: number }[],
  first: readonly string[] = [],
): Pass {
  const most = Math.max(1, ...copies.map(each => each.size))
  const lines = copies.flatMap(({ to, from, size }) => (size === 0 ? [] : [`if (i < ${size}) { m[${at(to, 'i')}] = m[${at(from, 'i')}]; }`]))
  return new Shader().forEach(label, most, [...(first.length === 0 ? [] : [`if (i == 0) { ${first.join(' ')} }`]), ...lines])
}

/** Entries that each come from one place, by strides where one step after the other is as far, else by a table. */
export function gatherPass(label: string, out: string, from: string, to: Shape, indices: Int32Array, table: (list: Int32Array) => number): Pass {
  const shader = new Shader()
  const strided = regularPlaces(to, indices)
  if (strided !== undefined) {
    const place = indexText(strided.strides, to)
    const axes = to.map((_, axis) => axis)
    return shader.forEach(label, indices.length, [...indicesOf('i', to, axes), `m[${at(out, 'i')}] = m[${at(at(from, strided.first), place)}];`])
  }
  const head = `let p = t[${address(table(indices))} + i];`
  const entry = `m[${at(from, 'p')}]`
  const isWhole = indices.every(each => each >= 0)
  const lines = isWhole ? [`m[${at(out, 'i')}] = ${entry};`] : [`if (p < 0) { m[${at(out, 'i')}] = 0.0f; } else { m[${at(out, 'i')}] = ${entry}; }`]
  return shader.forEach(label, indices.length, [head, ...lines])
}

/**
 * Entries that are added up where they go: each sum is made by one thread, from a list of what goes there, in order, so that it is the
 * same each time.
 */
export function scatterPass(label: string, out: string, from: string, size: number, indices: Int32Array, table: (list: Int32Array) => number): Pass {
  const counts = new Int32Array(size + 1)
  for (const each of indices) if (each >= 0) counts[each + 1] = (counts[each + 1] as number) + 1
  for (let j = 0; j < size; j++) counts[j + 1] = (counts[j + 1] as number) + (counts[j] as number)
  const next = counts.slice()
  const lists = new Int32Array(counts[size] as number)
  indices.forEach((each, i) => {
    if (each < 0) return
    lists[next[each] as number] = i
    next[each] = (next[each] as number) + 1
  })
  const [starts, entries] = [table(counts), table(lists)].map(address)
  return new Shader().forEach(label, size, [
    'var sum = 0.0f;',
    `for (var k = t[${starts} + i]; k < t[${starts} + i + 1]; k++) { sum += m[${at(from, `t[${entries} + k]`)}]; }`,
    `m[${at(out, 'i')}] = sum;`,
  ])
}

/** Entries at places that are values; NaN where there is no such place. */
export function gatherAtPass(label: string, out: string, from: string, places: string, size: number, entries: number): Pass {
  return new Shader().forEach(label, size, [`m[${at(out, 'i')}] = ${entryAt(from, `m[${at(places, 'i')}]`, entries)};`])
}

/** Places that are values are float32, which has no more whole numbers than these. */
const MOST_PLACES = 2 ** 24

function checkPlaces(entries: number): void {
  if (entries > MOST_PLACES) throw new TooLarge(`places of ${entries} entries are no numbers of float32, which go to 2²⁴`)
}

/** The entry at a place that is a value. */
export function entryAt(from: string, place: string, entries: number): string {
  checkPlaces(entries)
  return `select(dt_nan(), m[${at(from, `clamp(i32(${place}), 0, ${Math.max(entries - 1, 0)})`)}], ${place} >= 0.0f && ${place} < ${entries}.0f && floor(${place}) == ${place})`
}

/** Places that a workgroup looks at together. */
const PLACES = 256

/**
 * Entries that are added up at places which are values: each sum is made by one thread that goes through all places, in the operator's own
 * order. A workgroup reads places into its own memory, once for its threads.
 */
export function scatterAtPass(label: string, out: string, from: string, places: string, size: number, count: number, row: number): Pass {
  checkPlaces(size)
  const shader = new Shader()
  shader.outside.push(`var<workgroup> places_: array<f32, ${PLACES}>;`)
  const groups = Math.ceil(size / PLACES)
  // Rows from the last to the first, each from its first entry on.
  const entry = row === count ? 'k' : `${count} - ${row} - (k / ${row}) * ${row} + k % ${row}`
  const inside = entry.replace(/\bk\b/g, '(first + k)')
  const loading = entry.replace(/\bk\b/g, '(first + i32(local.x))')
  return shader.pass(label, [Math.min(groups, 65535), Math.ceil(groups / 65535), 1], String(PLACES), [
    `let i = (i32(group.x) + 65535 * i32(group.y)) * ${PLACES} + i32(local.x);`,
    'var sum = 0.0f;',
    `for (var first = 0; first < ${count}; first += ${PLACES}) {`,
    `  if (first + i32(local.x) < ${count}) { places_[local.x] = m[${at(places, loading)}]; }`,
    '  workgroupBarrier();',
    `  let most = min(${PLACES}, ${count} - first);`,
    `  for (var k = 0; k < most; k++) { if (i32(places_[k]) == i) { sum += m[${at(from, inside)}]; } }`,
    '  workgroupBarrier();',
    '}',
    `if (i < ${size}) { m[${at(out, 'i')}] = sum; }`,
  ])
}
