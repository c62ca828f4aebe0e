import type { ColorGroups } from '../coloring/groups.ts'
import type { Constants } from '../constants.ts'
import { bestChunk, costs, type Price, type ProblemSize, priceOfRecording, priceOfSweeps } from '../cost.ts'
import type { Entries } from '../entries.ts'
import type { MatrixKind, Mode } from '../options.ts'
import type { SparsityPattern } from '../pattern.ts'
import type { Call } from '../second-order/gradient-call.ts'
import type { Ends } from '../slots.ts'

/** A strategy that was considered, with its price and what speaks for or against it. */
export interface Strategy extends Price {
  mode: Mode
  /** Directions to propagate: columns (or groups of them) forwards, rows (or groups) backwards; 0 for elimination. */
  passes: number
  why: string
}

/** A strategy that can be carried out. */
export interface Executable extends Strategy {
  /** Directions per sweep. */
  chunk: number
  /** The entries that it computes. */
  pattern: SparsityPattern
  columns?: ColorGroups
  rows?: ColorGroups
  /** Whether it can be carried out for a call of that structure; if left out, it always can. */
  takes?(call: Call): boolean
  /** The entries of its pattern, in the pattern's order, from a recorded call of the structure that it was made for. */
  run(call: Call, ends: Ends): Entries
  /** Value and entries by evaluating the function without a tape, where the strategy can. */
  evaluate?(name: string, f: (...args: never[]) => unknown, x: unknown): { value: unknown; entries: Entries }
}

/** What a plan is made for: a recorded call, and how it is to be used. */
export interface Setting {
  name: string
  kind: MatrixKind
  call: Call
  ends: Ends
  size: ProblemSize
  /** The most directions per sweep. */
  most: number
  /** How often the plan is expected to be used: looking for a better one may cost what it saves in all of them. */
  uses: number
  /** The mode that a user asks for. */
  mode: 'auto' | Mode
}

/** The same with what is known of the zeros. */
export interface Problem extends Setting {
  /** The entries that can be other than 0, where they were looked for. */
  pattern: SparsityPattern | undefined
  /** The constants to which it is owed. */
  constants: Constants | undefined
  /** Whether entry (i, j) may be read as (j, i). */
  symmetric: boolean
  /** Entries that are to be written: all, or those of the pattern. */
  written: number
}

/** What so many passes over the tape of a problem cost, recording included, when they give so many entries. */
export function priceOf({ size, most }: Setting, passes: number, entries: number): Price & { chunk: number } {
  const chunk = bestChunk(passes, most)
  const { multiplications, cost } = priceOfSweeps(passes, chunk, entries, size)
  return { chunk, multiplications, cost: priceOfRecording(size) + cost }
}

/** How many visits of neighbours may be spent on coming from so many passes down to fewer, over all expected uses. */
export function effortWorth(setting: Setting, passes: number, fewer: number): number {
  return (setting.uses * (priceOf(setting, passes, 0).cost - priceOf(setting, fewer, 0).cost)) / costs().visit
}
