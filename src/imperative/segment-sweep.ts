import type { Positions } from '../core/definition.ts'
import type { Shape } from '../core/shape.ts'
import type { Value } from '../core/types.ts'
import type { Adjoint } from '../reverse/adjoint.ts'
import type { Mask } from '../reverse/reached.ts'
import { Sweep } from '../reverse/sweep.ts'
import type { Segment, View } from './segment.ts'

/** A buffer of zeros that waits for the next walk, unless it is one of few that are longer than any page. */
const MOST_ZEROS = 1 << 16
const NONE = new Float64Array(0)
let zeros: Float64Array = NONE

/** Adjoints of one segment, with the stretch of rows that they reach. */
export class SegmentSweep extends Sweep {
  readonly segment: Segment
  readonly views = new Set<View>()
  low = Number.POSITIVE_INFINITY
  top = 0
  /** Rows that passed adjoints on, and rows of variables. */
  passed = 0

  constructor(segment: Segment) {
    const rows = zeros.length < segment.count ? new Float64Array(segment.values.length) : zeros
    super(segment, 1, rows)
    this.segment = segment
    zeros = NONE
  }

  override add(reference: number, direction: number, term: Value | undefined, arrived?: Mask): void {
    if (reference === 0 || term === undefined) return
    this.reach(reference)
    super.add(reference, direction, term, arrived)
  }

  override addEntries(reference: number, direction: number, shape: Shape, positions: Positions, entries: Value | readonly Value[], arrived?: Mask): void {
    this.reach(reference)
    super.addEntries(reference, direction, shape, positions, entries, arrived)
  }

  override set(reference: number, direction: number, adjoint: Value | undefined): void {
    this.reach(reference)
    super.set(reference, direction, adjoint)
  }

  override merge(reference: number, direction: number, adjoint: Adjoint | undefined): void {
    if (adjoint === undefined) return
    this.reach(reference)
    super.merge(reference, direction, adjoint)
  }

  /** Takes note that a walk comes to where a value was made, whether or not anything is added to its adjoint. */
  reach(reference: number): void {
    const row = this.segment.rowOf(reference)
    if (row < this.low) this.low = row
    if (row > this.top) this.top = row
  }

  override release(): void {
    if (this.low <= this.top) this.rows.fill(0, this.low, this.top + 1)
    if (this.rows.length > zeros.length && this.rows.length <= MOST_ZEROS) zeros = this.rows
  }
}
