import { describe, ShapeError } from '../core/errors.ts'
import type { MatrixKind } from './options.ts'
import { SparsityPattern } from './pattern.ts'

/** A pattern as users pass it: one of ours, or the column indices of each row. */
export type GivenPattern = SparsityPattern | readonly (readonly number[])[]

/** A given pattern in arrays of its own, checked against the size of the problem. */
export function readPattern(name: string, given: GivenPattern, rows: number, columns: number, kind: MatrixKind): SparsityPattern {
  const lists = given instanceof SparsityPattern ? rowsOf(name, given) : given
  if (!Array.isArray(lists) || !lists.every(each => Array.isArray(each) || ArrayBuffer.isView(each))) {
    throw new ShapeError(`${name}: sparsity is 'detect', 'dense', a SparsityPattern, or a list of the column indices of each row, not ${describe(given)}.`)
  }
  const width = given instanceof SparsityPattern ? given.columns : columns
  if (lists.length !== rows || width !== columns) {
    throw new ShapeError(`${name}: the given pattern is ${lists.length} × ${width}, but the ${kind} is ${rows} × ${columns}.`)
  }
  return SparsityPattern.fromRows(lists as readonly (readonly number[])[], columns, name)
}

function rowsOf(name: string, { rows, rowPointers, columnIndices }: SparsityPattern): ArrayLike<number>[] {
  const increasing = rowPointers.every((each, i) => each >= (i === 0 ? 0 : (rowPointers[i - 1] as number)))
  if (rowPointers.length !== rows + 1 || rowPointers[0] !== 0 || rowPointers[rows] !== columnIndices.length || !increasing) {
    throw new ShapeError(
      `${name}: the given pattern has ${rowPointers.length} row pointers that do not divide its ${columnIndices.length} entries into ${rows} rows. ` +
        'They begin with 0, never fall, and end with the number of entries.',
    )
  }
  return Array.from({ length: rows }, (_, i) => columnIndices.slice(rowPointers[i], rowPointers[i + 1]))
}

/** Refuses a given pattern that leaves out an entry which the tape shows. */
export function checkCovers(name: string, given: SparsityPattern, detected: SparsityPattern, kind: MatrixKind): void {
  for (let i = 0; i < detected.rows; i++) {
    for (const column of detected.row(i)) {
      if (given.indexOf(i, column) < 0) {
        const why = kind === 'Hessian' ? `inputs ${i} and ${column} have a second derivative` : `output ${i} depends on input ${column}`
        throw new ShapeError(`${name}: the given pattern leaves out entry (${i}, ${column}): ${why}. Use sparsity 'detect'.`)
      }
    }
  }
}
