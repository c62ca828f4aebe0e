import type { Value } from '../../../core/types.ts'

/** A value of a model that runs here: integers and truths are numbers, of which their kind is known. */
export interface Item {
  readonly kind: 'float' | 'int' | 'bool'
  readonly value: Value
}
