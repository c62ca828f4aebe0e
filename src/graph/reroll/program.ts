import type { ElementwiseDefinition } from '../../ops/kinds/elementwise.ts'
import type { Affine, Place } from './tree.ts'

/** What a line reads. Positions are affine in the rounds of the loops around it; `of` are the variables that are stored there. */
export type Operand =
  | { readonly kind: 'literal'; readonly value: number | boolean }
  | ({ readonly kind: 'table'; readonly values: Float64Array; readonly isBoolean: boolean } & Affine)
  | ({ readonly kind: 'source'; readonly source: number } & Place)
  | { readonly kind: 'local'; readonly local: Local }
  | ({ readonly kind: 'memory'; readonly isBoolean: boolean; readonly of: readonly Local[] } & Affine)
  /** What is kept in memory at a place that a table gives. */
  | ({ readonly kind: 'gather'; readonly isBoolean: boolean; readonly of: readonly Local[]; readonly table: Int32Array } & Affine)
  /** One thing in the first rounds of the loop at some level, up to `cut`, another in the others. */
  | { readonly kind: 'first'; readonly level: number; readonly cut: number; readonly first: Operand; readonly rest: Operand }

/** A variable. */
export interface Local {
  readonly id: number
  readonly isBoolean: boolean
}

/** A value from the round before, or after the loop that of the last round. */
export interface Carried {
  readonly local: Local
  /** What it begins with; nothing where it is read after the loop only. */
  readonly init: Operand | undefined
  readonly next: Local
}

export type Line =
  | {
      readonly kind: 'compute'
      readonly local: Local
      readonly definition: ElementwiseDefinition
      readonly operands: readonly Operand[]
      readonly store: Place | undefined
    }
  | {
      readonly kind: 'put'
      readonly out: number
      readonly at: Place
      readonly value: Operand
      /** The rounds of loops around in which it is done; all of those that are not named. */
      readonly only: readonly { readonly level: number; readonly from: number; readonly to: number }[]
    }
  | { readonly kind: 'ask'; readonly value: Operand; readonly expected: boolean; readonly op: string }
  /** Carried values are set in their order, each after those that follow it. */
  | {
      readonly kind: 'rounds'
      readonly count: Affine
      /** The most rounds that there are. */
      readonly most: number
      readonly level: number
      readonly carried: readonly Carried[]
      readonly body: readonly Line[]
      /** Steps of the trace that a round stands for, in the longest of loops inside. */
      readonly steps: number
    }

/** A program of loops over numbers: what a stretch of steps on scalars does. */
export interface Program {
  readonly lines: readonly Line[]
  /** Numbers that are kept from loop to loop. */
  readonly memory: number
  /** The lengths of its results. */
  readonly outs: readonly number[]
  /** Lines of operators, and steps that they stand for. */
  readonly operations: number
  readonly steps: number
}

/** All lines, those of loops' rounds once. */
export function linesOf({ lines }: Pick<Program, 'lines'>): Exclude<Line, { kind: 'rounds' }>[] {
  return lines.flatMap(line => (line.kind === 'rounds' ? linesOf({ lines: line.body }) : [line]))
}

/** Whether a product of the rules differs from a plain one for some operands. */
export function isStrongLine(line: Line): boolean {
  const isPlain = (x: number) => Number.isFinite(x) && x !== 0
  return (
    line.kind === 'compute' &&
    line.definition.name === 'scale' &&
    !line.operands.some(each => (each.kind === 'literal' && isPlain(each.value as number)) || (each.kind === 'table' && each.values.every(isPlain)))
  )
}
