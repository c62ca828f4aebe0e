import { type Shape, sizeOfShape } from '../../core/shape.ts'
import type { OutputLeaf } from '../leaves.ts'

/**
 * What a tensor of the interface is, as CasADi says it: rows, columns, where each column's entries begin, and their rows; or rows,
 * columns and 1 for one that is dense. Entries stand column by column.
 */
export interface Sparsity {
  readonly rows: number
  readonly columns: number
  readonly pointers?: readonly number[]
  readonly indices?: readonly number[]
  /** How many numbers there are. */
  readonly size: number
  /** Of what is computed in another order: for each number its place there. */
  readonly order?: readonly number[]
}

/** A tensor as it stands, row by row: read column by column a matrix is its transpose. */
export function denseSparsity(shape: Shape): Sparsity {
  const size = sizeOfShape(shape)
  const rows = shape.length === 0 ? 1 : (shape.at(-1) as number)
  return { rows, columns: sizeOfShape(shape.slice(0, -1)), size }
}

/** A sparse matrix, from its rows. */
export function sparseSparsity({ built }: OutputLeaf): Sparsity | undefined {
  const { shape, rowPointers, columns } = (built?.of.known ?? {}) as Partial<Record<string, ArrayLike<number>>>
  if (shape === undefined || rowPointers === undefined || columns === undefined) return undefined
  const [rows, width] = [shape[0] as number, shape[1] as number]
  const entries: { row: number; column: number; place: number }[] = []
  for (let row = 0; row < rows; row++)
    for (let place = rowPointers[row] as number; place < (rowPointers[row + 1] as number); place++)
      entries.push({ row, column: columns[place] as number, place })
  entries.sort((a, b) => a.column - b.column || a.row - b.row)
  const pointers = new Array<number>(width + 1).fill(0)
  for (const { column } of entries) pointers[column + 1] = (pointers[column + 1] as number) + 1
  for (let column = 0; column < width; column++) pointers[column + 1] = (pointers[column + 1] as number) + (pointers[column] as number)
  return { rows, columns: width, pointers, indices: entries.map(each => each.row), size: entries.length, order: entries.map(each => each.place) }
}

/** The numbers that stand for it in C. */
export function sparsityNumbers({ rows, columns, pointers, indices }: Sparsity): number[] {
  return pointers === undefined ? [rows, columns, 1] : [rows, columns, ...pointers, ...(indices as readonly number[])]
}
