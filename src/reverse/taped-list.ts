import type { ListSource } from '../core/lists.ts'
import type { Sweep } from './sweep.ts'
import type { Tape } from './tape.ts'

/** A list of a traced function, which is put on a tape as a list. */
export interface TapedList extends ListSource {
  onTape(tape: Tape): LiftedList
}

/** A list on a tape. */
export interface LiftedList {
  readonly list: unknown[]
  /** The derivative by the list, which is a list, too. */
  derivative(sweep: Sweep): unknown[]
}
