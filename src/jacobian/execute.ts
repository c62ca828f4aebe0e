import { isTraced } from '../core/traced.ts'
import type { Value } from '../core/types.ts'
import type { RecordedCall } from '../reverse/recorded-call.ts'
import type { Sweep } from '../reverse/sweep.ts'
import type { ColorGroups } from './coloring.ts'
import { runElimination, traceElimination } from './elimination.ts'
import type { SparsityPattern } from './pattern.ts'
import type { Executable } from './plan.ts'
import type { Slots } from './slots.ts'

/** Numbers, or traced values where the derivative is nested in another. */
export class Entries {
  readonly numbers: Float64Array
  traced: Map<number, Value> | undefined

  constructor(size: number) {
    this.numbers = new Float64Array(size)
  }

  get(at: number): Value {
    return this.traced?.get(at) ?? (this.numbers[at] as number)
  }

  set(at: number, value: Value): void {
    if (isTraced(value)) {
      this.traced ??= new Map()
      this.traced.set(at, value)
    } else this.numbers[at] = Number(value)
  }
}

/** All entries of a Jacobian, row by row, by sweeps in one direction for every column or every row. */
export function executeDense(call: RecordedCall, inputs: Slots, outputs: Slots, { mode, chunk }: Executable): Entries {
  const [n, m] = [inputs.size, outputs.size]
  const entries = new Entries(n * m)
  const forward = mode !== 'reverse'
  inChunks(
    call,
    forward,
    forward ? inputs : outputs,
    forward ? n : m,
    chunk,
    k => [k],
    (sweep, k, direction) => {
      if (forward) for (let i = 0; i < m; i++) entries.set(i * n + k, outputs.read(sweep, direction, i))
      else for (let j = 0; j < n; j++) entries.set(k * n + j, inputs.read(sweep, direction, j))
    },
  )
  return entries
}

/** The entries of a pattern, in its order, by sweeps over groups, or by elimination. */
export function executeSparse(call: RecordedCall, inputs: Slots, outputs: Slots, pattern: SparsityPattern, strategy: Executable): Entries {
  const entries = new Entries(pattern.nonzeros)
  if (strategy.elimination !== undefined) {
    const { graph } = call.recording
    if (graph === undefined) entries.numbers.set(runElimination(strategy.elimination, call.recording, outputs.size))
    else {
      traceElimination(strategy.elimination, call.recording, outputs.size, graph).forEach((entry, k) => {
        entries.set(k, entry)
      })
    }
    return entries
  }
  const { rows, columns, chunk, symmetric = false } = strategy
  const byRow = ownership(strategy)
  if (rows !== undefined) {
    const members = membersOf(rows)
    inChunks(
      call,
      false,
      outputs,
      rows.count,
      chunk,
      color => members[color] as number[],
      (sweep, color, direction) => {
        for (const i of members[color] as number[]) {
          for (let k = pattern.rowPointers[i] as number; k < (pattern.rowPointers[i + 1] as number); k++) {
            const j = pattern.columnIndices[k] as number
            if (byRow(i, j)) entries.set(k, inputs.read(sweep, direction, j))
          }
        }
      },
    )
  }
  if (columns !== undefined) {
    const members = membersOf(columns)
    const source = symmetric ? symmetricSources(pattern, columns) : undefined
    const byColor = entriesByColor(pattern, columns, byRow, source)
    inChunks(
      call,
      true,
      inputs,
      columns.count,
      chunk,
      color => members[color] as number[],
      (sweep, color, direction) => {
        const { at, row } = byColor[color] as ColorEntries
        for (let e = 0; e < at.length; e++) entries.set(at[e] as number, outputs.read(sweep, direction, row[e] as number))
      },
    )
  }
  return entries
}

/** Whether an entry is given by its row's pass, and not by its column's. */
function ownership({ rows, columns, apart }: Executable): (i: number, j: number) => boolean {
  if (rows === undefined || columns === undefined) return () => rows !== undefined
  return apart === 'columns' ? (_i, j) => (columns.colors[j] as number) < 0 : i => (rows.colors[i] as number) >= 0
}

/** Sweeps for `count` directions in chunks; `read` is called for each while its sweep is there. */
function inChunks(
  call: RecordedCall,
  forward: boolean,
  seeded: Slots,
  count: number,
  chunk: number,
  members: (direction: number) => readonly number[],
  read: (sweep: Sweep, index: number, direction: number) => void,
): void {
  for (let start = 0; start < count; start += chunk) {
    const directions = Math.min(chunk, count - start)
    const seed = (sweep: Sweep) => {
      for (let k = 0; k < directions; k++) seeded.seed(sweep, k, members(start + k))
    }
    const sweep = forward ? call.pushMany(directions, seed) : call.pullMany(directions, seed)
    for (let k = 0; k < directions; k++) read(sweep, start + k, k)
    sweep.release()
  }
}

function membersOf({ colors, count }: ColorGroups): number[][] {
  const members: number[][] = Array.from({ length: count }, () => [])
  colors.forEach((color, i) => {
    if (color >= 0) members[color]?.push(i)
  })
  return members
}

/** Entries that a group's pass gives: places in the pattern, and the row of the result to read. */
interface ColorEntries {
  at: number[]
  row: number[]
}

function entriesByColor(
  pattern: SparsityPattern,
  { colors, count }: ColorGroups,
  byRow: (i: number, j: number) => boolean,
  source: Uint8Array | undefined,
): ColorEntries[] {
  const byColor: ColorEntries[] = Array.from({ length: count }, () => ({ at: [], row: [] }))
  for (let i = 0; i < pattern.rows; i++) {
    for (let k = pattern.rowPointers[i] as number; k < (pattern.rowPointers[i + 1] as number); k++) {
      const j = pattern.columnIndices[k] as number
      if (byRow(i, j)) continue
      const mirrored = source?.[k] === 1
      const group = byColor[colors[mirrored ? i : j] as number] as ColorEntries
      group.at.push(k)
      group.row.push(mirrored ? j : i)
    }
  }
  return byColor
}

/** For each entry (i, j) of a symmetric pattern 0 if column j stands alone in its group in row i, else 1: (j, i) is read. */
function symmetricSources(pattern: SparsityPattern, { colors }: ColorGroups): Uint8Array {
  const source = new Uint8Array(pattern.nonzeros)
  const seen = new Int32Array(colors.length + 1)
  for (let i = 0; i < pattern.rows; i++) {
    const [from, to] = [pattern.rowPointers[i] as number, pattern.rowPointers[i + 1] as number]
    for (let k = from; k < to; k++) seen[colors[pattern.columnIndices[k] as number] as number] = 0
    for (let k = from; k < to; k++) {
      const color = colors[pattern.columnIndices[k] as number] as number
      seen[color] = (seen[color] as number) + 1
    }
    for (let k = from; k < to; k++) source[k] = (seen[colors[pattern.columnIndices[k] as number] as number] as number) > 1 ? 1 : 0
  }
  return source
}
