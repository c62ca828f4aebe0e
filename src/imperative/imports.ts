import type { TapeNode } from '../reverse/nodes.ts'
import { endsOf, type Segment } from './segment.ts'

/** For each row and node of a page, on which imports (numbered modulo 31) it depends. */
export function masksOf({ sources, count, nodes }: Segment, imports: readonly number[]): { rows: Int32Array; nodes: Int32Array } {
  const masks = { rows: new Int32Array(count), nodes: new Int32Array(nodes.length) }
  const set = (reference: number, mask: number) => {
    if (reference > 0) masks.rows[reference] = mask
    else masks.nodes[-1 - reference] = mask
  }
  const all = (references: ArrayLike<number>) => {
    let mask = 0
    for (let i = 0; i < references.length; i++) mask |= references[i] === 0 ? 0 : maskAt(masks, references[i] as number)
    return mask
  }
  imports.forEach((reference, i) => {
    set(reference, 1 << (i % 31))
  })
  for (let row = 1; row < count; row++) {
    const a = sources[2 * row] as number
    if (a > 0) masks.rows[row] = (masks.rows[a] as number) | (masks.rows[sources[2 * row + 1] as number] as number)
    if (a >= 0) continue
    const [outputs, inputs] = endsOf(nodes[-1 - a] as TapeNode)
    const mask = all(inputs)
    for (const output of outputs) if (inputs.length > 0) set(output, mask)
  }
  return masks
}

export function maskAt({ rows, nodes }: { rows: Int32Array; nodes: Int32Array }, reference: number): number {
  return (reference > 0 ? rows[reference] : nodes[-1 - reference]) as number
}
