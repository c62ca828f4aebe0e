import type { Sweep } from '../../reverse/sweep.ts'
import { inSweeps } from '../batched-sweep.ts'
import { type ColorGroups, membersOf } from '../coloring/groups.ts'
import { Entries } from '../entries.ts'
import type { SparsityPattern } from '../pattern.ts'
import type { Call } from '../second-order/gradient-call.ts'
import type { Ends, Reads, Slots } from '../slots.ts'

/** Columns in groups forwards and rows in groups backwards, so that every entry stands alone in the result of one pass. */
export interface Groups {
  columns?: ColorGroups
  rows?: ColorGroups
  /** For each entry whether the pass of its row gives it (1) or that of its column (0), where there are both. */
  byRow?: Uint8Array
  /** Of a symmetric matrix, for each entry whether it is read as its mirror image in its row's column (1). */
  mirrored?: Uint8Array
}

/** Which passes are made and where each entry is read. */
export class Passes {
  readonly #columns: Direction | undefined
  readonly #rows: Direction | undefined
  readonly #nonzeros: number

  constructor(pattern: SparsityPattern, { columns, rows, byRow, mirrored }: Groups) {
    const fromRow = (k: number) => (byRow === undefined ? columns === undefined : byRow[k] === 1)
    const inColumn = (k: number, i: number, j: number): readonly [number, number] => (mirrored?.[k] === 1 ? [i, j] : [j, i])
    this.#nonzeros = pattern.nonzeros
    this.#columns = columns && directionOf(pattern, columns, (k, i, j) => (fromRow(k) ? undefined : inColumn(k, i, j)))
    this.#rows = rows && directionOf(pattern, rows, (k, i, j) => (fromRow(k) ? [i, j] : undefined))
  }

  /** The entries of the pattern, in its order. */
  run(call: Call, { inputs, outputs }: Ends, chunk: number): Entries {
    const entries = Entries.zeros(this.#nonzeros)
    if (this.#rows !== undefined) sweepGroups(call, false, outputs, inputs, this.#rows, chunk, entries)
    if (this.#columns !== undefined) sweepGroups(call, true, inputs, outputs, this.#columns, chunk, entries)
    return entries
  }
}

/** The passes of one direction: the members of each group, and the entries that its pass gives with where they are read. */
export interface Direction extends Reads {
  count: number
  pointers: Int32Array
  members: Int32Array
  /** The entries of group c are `places[reads[c]] …`, each read at `positions[…]` of the result. */
  reads: Int32Array
}

/** `source` gives the member whose group's pass gives an entry, and the position there. */
function directionOf(
  pattern: SparsityPattern,
  groups: ColorGroups,
  source: (k: number, i: number, j: number) => readonly [member: number, position: number] | undefined,
): Direction {
  const { rowPointers, columnIndices } = pattern
  const { colors, count } = groups
  const reads = new Int32Array(count + 1)
  const each = (visit: (color: number, k: number, position: number) => void) => {
    for (let i = 0; i < pattern.rows; i++) {
      for (let k = rowPointers[i] as number; k < (rowPointers[i + 1] as number); k++) {
        const found = source(k, i, columnIndices[k] as number)
        if (found !== undefined) visit(colors[found[0]] as number, k, found[1])
      }
    }
  }
  each(color => {
    reads[color + 1] = (reads[color + 1] as number) + 1
  })
  for (let c = 0; c < count; c++) reads[c + 1] = (reads[c + 1] as number) + (reads[c] as number)
  const places = new Int32Array(reads[count] as number)
  const positions = new Int32Array(places.length)
  const next = reads.slice()
  each((color, k, position) => {
    const at = next[color] as number
    next[color] = at + 1
    places[at] = k
    positions[at] = position
  })
  return { count, ...membersOf(groups), reads, places, positions }
}

export function sweepGroups(call: Call, forward: boolean, seeded: Slots, read: Slots, direction: Direction, chunk: number, entries: Entries): void {
  const { count, pointers, members, reads, places, positions } = direction
  let vector: Entries | undefined
  const seed = (sweep: Sweep, k: number, group: number) => seeded.seed(sweep, k, members.subarray(pointers[group], pointers[group + 1]))
  inChunks(call, forward, count, chunk, seed, (sweep, k, group) => {
    const [start, end] = [reads[group] as number, reads[group + 1] as number]
    if (read.readRows(sweep, k, direction, start, end, entries.numbers)) return
    vector ??= Entries.zeros(read.size)
    read.read(sweep, k, vector)
    for (let at = start; at < end; at++) entries.set(places[at] as number, vector.get(positions[at] as number))
  })
}

/** All entries of a matrix, row by row, by a sweep in one direction for every column or every row. */
export function runDense(call: Call, { inputs, outputs }: Ends, forward: boolean, chunk: number): Entries {
  const [n, m] = [inputs.size, outputs.size]
  const entries = Entries.zeros(n * m)
  const [seeded, read] = forward ? [inputs, outputs] : [outputs, inputs]
  const vector = Entries.zeros(read.size)
  const [stride, step] = forward ? [n, 1] : [1, n]
  inChunks(
    call,
    forward,
    seeded.size,
    chunk,
    (sweep, k, each) => seeded.seed(sweep, k, [each]),
    (sweep, k, each) => {
      read.read(sweep, k, vector)
      for (let i = 0, at = each * step; i < vector.size; i++, at += stride) {
        if (vector.traced === undefined) entries.numbers[at] = vector.numbers[i] as number
        else entries.set(at, vector.get(i))
      }
    },
  )
  return entries
}

/** Sweeps for `count` directions in chunks; `read` is called for each while its sweep is there. */
function inChunks(
  call: Call,
  forward: boolean,
  count: number,
  chunk: number,
  seed: (sweep: Sweep, direction: number, index: number) => void,
  read: (sweep: Sweep, direction: number, index: number) => void,
): void {
  for (let start = 0; start < count; start += chunk) {
    const directions = Math.min(chunk, count - start)
    const seedAll = (sweep: Sweep) => {
      for (let k = 0; k < directions; k++) seed(sweep, k, start + k)
    }
    inSweeps(call.recording, directions, newSweep => {
      const sweep = forward ? call.pushMany(directions, seedAll, newSweep) : call.pullMany(directions, seedAll, newSweep)
      for (let k = 0; k < directions; k++) read(sweep, k, start + k)
      sweep.release()
    })
  }
}
