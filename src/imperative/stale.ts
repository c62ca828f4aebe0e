import { shapeOf } from '../core/dispatch.ts'
import { TapeError } from '../core/errors.ts'
import { formatShape } from '../core/shape.ts'
import type { Value } from '../core/types.ts'
import type { Application, TapeNode } from '../reverse/nodes.ts'
import type { Sweep } from '../reverse/sweep.ts'
import type { Change } from './changes.ts'
import type { Note } from './segment.ts'

/** A backward walk needs a value that was changed in place after an operator had saved it. */
export function staleError(
  { definition }: Pick<Application, 'definition'>,
  note: Note | undefined,
  saved: Value | undefined,
  change: Change,
  name?: string,
): TapeError {
  const what = name ?? (saved === undefined ? 'its result' : `an operand of shape ${formatShape(shapeOf(saved))}`)
  const where = note?.place === undefined ? 'at a place that is not kept (run the code inside detectAnomaly to see it)' : `at ${note.place}`
  return new TapeError(
    `backward: ${definition.name}, recorded ${where}, needs ${what}, which ${change.op} changed in place at ${change.place}. ` +
      'Change it after backward(), or use the operator that makes a new value instead (add for add_).',
  )
}

/** In place of a row whose saved values were changed. */
export class StaleNode implements TapeNode {
  readonly entries = 0
  readonly #row: number
  readonly #error: () => TapeError

  constructor(row: number, error: () => TapeError) {
    this.#row = row
    this.#error = error
  }

  pull(adjoints: Sweep): void {
    if (adjoints.get(this.#row, 0) !== 0) throw this.#error()
  }

  push(): void {}
}
