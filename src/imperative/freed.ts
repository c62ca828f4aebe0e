import { CheckpointNode } from '../reverse/checkpoint.ts'
import { MapNode, type TapeNode } from '../reverse/nodes.ts'
import type { Sweep } from '../reverse/sweep.ts'
import { freedError } from './errors.ts'
import { endsOf, FREED } from './segment.ts'
import type { SegmentSweep } from './segment-sweep.ts'

/** Lets go of what was walked: a later walk that comes here is told so. */
export function free(sweep: SegmentSweep): void {
  const { segment, rows, low, top } = sweep
  const { sources, nodes } = segment
  const previous = segment.freed.at(-1) ?? 0
  if (nodes.length === 1 && sweep.passed === top - low + 1 && low > previous) {
    segment.freed.push(low, top)
    return
  }
  freeRows(rows, sources, low, top)
  for (let row = top; row >= low && nodes.length > 1; row--) {
    const a = sources[2 * row] as number
    if (a >= FREED) continue
    const node = nodes[-1 - a]
    if (!(node instanceof MapNode || node instanceof CheckpointNode)) continue
    const [outputs] = endsOf(node)
    if (outputs.some(each => (sweep.get(each, 0) ?? 0) !== 0)) nodes[-1 - a] = new FreedNode(outputs)
  }
}

/** A step that was walked and freed. */
class FreedNode implements TapeNode {
  readonly entries = 0
  readonly #outputs: readonly number[]

  constructor(outputs: readonly number[]) {
    this.#outputs = outputs
  }

  pull(adjoints: Sweep): void {
    for (const output of this.#outputs) {
      const adjoint = adjoints.get(output, 0)
      if (adjoint !== undefined && adjoint !== 0) throw freedError()
    }
  }

  push(): void {}
}

/** Throws when a walk passed rows of a stretch that was freed as a whole. */
export function checkFreed({ segment: { freed, sources }, rows, low, top }: SegmentSweep): void {
  for (let i = freed.length - 2; i >= 0 && (freed[i + 1] as number) >= low; i -= 2) {
    for (let row = Math.max(low, freed[i] as number); row <= Math.min(top, freed[i + 1] as number); row++) {
      if ((sources[2 * row] as number) > 0 && rows[row] !== 0) throw freedError()
    }
  }
}

function freeRows(rows: Float64Array, sources: Int32Array, low: number, top: number): void {
  for (let row = low; row <= top; row++) {
    if ((sources[row << 1] as number) > 0 && rows[row] !== 0) sources[row << 1] = FREED
  }
}
