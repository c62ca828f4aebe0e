import type { Definition } from '../core/definition.ts'
import { MapNode } from '../reverse/nodes.ts'
import type { Change } from './changes.ts'
import type { Page } from './page.ts'
import { describeRow } from './rows.ts'
import { saves, usesResult } from './saved.ts'
import type { Note } from './segment.ts'
import { StaleNode, staleError } from './stale.ts'

/** Marks those operations of a page, up to a row, as stale that saved a scalar, which is now changed in place. */
export function poison(page: Page, changed: number, end: number, change: Change, name?: string): void {
  const segment = page.sync()
  const { sources, nodes } = segment
  const mark = (row: number, definition: Definition, note: Note | undefined, result: boolean) => {
    const what = result ? 'its result' : name === undefined ? 'a scalar operand' : `variable ${name}`
    page.nodes.push(new StaleNode(row, () => staleError({ definition }, note, undefined, change, what)))
    page.rowsOfNodes.push(row)
    sources[2 * row] = -page.nodes.length
  }
  for (let row = changed; row < end; row++) {
    const a = sources[2 * row] as number
    if (a < 0) {
      const node = nodes[-1 - a]
      if (!(node instanceof MapNode)) continue
      const { definition, inputs, note } = node.application
      const result = row === changed && usesResult(definition)
      if (result || inputs.some((input, i) => input === changed && saves(definition, inputs, i))) mark(row, definition, note as Note, result)
    } else if (row === changed || a === changed || sources[2 * row + 1] === changed) {
      const { definition, active, sources: from } = describeRow(segment, row)
      if (definition === undefined) continue
      const inputs: number[] = []
      let next = 0
      for (const each of active) inputs.push(each ? (from[next++] as number) : 0)
      const result = row === changed && usesResult(definition)
      if (result || inputs.some((input, i) => input === changed && saves(definition, inputs, i))) mark(row, definition, undefined, result)
    }
  }
}
