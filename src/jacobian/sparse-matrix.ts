import { DualtapeError, ShapeError } from '../core/errors.ts'
import { Tensor } from '../core/tensor.ts'
import { isTraced } from '../core/traced.ts'
import { Unbuilt, unbuilt } from '../core/tree.ts'
import type { Entries } from './entries.ts'
import type { SparsityPattern } from './pattern.ts'

/** A matrix in compressed rows: row i has `values[k]` in column `columns[k]` for k from rowPointers[i] to rowPointers[i + 1]. */
export class SparseMatrix {
  /** A bundler that calls the class SparseMatrix2 would have messages and debuggers say so. */
  static readonly name: string = 'SparseMatrix'
  readonly shape: readonly [number, number]
  readonly rowPointers: Int32Array
  readonly columns: Int32Array
  readonly values: Float64Array

  constructor(shape: readonly [number, number], rowPointers: Int32Array, columns: Int32Array, values: Float64Array) {
    this.shape = shape
    this.rowPointers = rowPointers
    this.columns = columns
    this.values = values
  }

  get nonzeros(): number {
    return this.values.length
  }

  /** The same matrix with every entry, as a Tensor. */
  toDense(): Tensor {
    const [rows, columns] = this.shape
    const data = new Float64Array(rows * columns)
    this.#visit((i, j, value) => {
      data[i * columns + j] = value
    })
    return new Tensor(data, [rows, columns])
  }

  /** The product with a vector. Throws a ShapeError when its length is not the number of columns. */
  multiply(v: ArrayLike<number> | Tensor): Float64Array {
    const entries = v instanceof Tensor ? v.data : v
    const [rows, columns] = this.shape
    if (entries.length !== columns)
      throw new ShapeError(`multiply: a matrix of shape [${rows}, ${columns}] takes a vector of length ${columns}, but ${entries.length} entries were given.`)
    const product = new Float64Array(rows)
    this.#visit((i, j, value) => {
      product[i] = (product[i] as number) + value * (entries[j] as number)
    })
    return product
  }

  /** The matrix as mathjs writes a SparseMatrix in JSON (compressed columns): `SparseMatrix.fromJSON` reads it. */
  toMathjs(): { mathjs: 'SparseMatrix'; values: number[]; index: number[]; ptr: number[]; size: [number, number]; datatype: 'number' } {
    const [rows, columns] = this.shape
    const ptr = new Array<number>(columns + 1).fill(0)
    for (const column of this.columns) ptr[column + 1] = (ptr[column + 1] as number) + 1
    for (let j = 0; j < columns; j++) ptr[j + 1] = (ptr[j + 1] as number) + (ptr[j] as number)
    const next = ptr.slice()
    const [values, index] = [new Array<number>(this.nonzeros), new Array<number>(this.nonzeros)]
    this.#visit((i, j, value) => {
      const at = next[j] as number
      next[j] = at + 1
      values[at] = value
      index[at] = i
    })
    return { mathjs: 'SparseMatrix', values, index, ptr, size: [rows, columns], datatype: 'number' }
  }

  /** The shape and the number of entries. */
  toString(): string {
    return `SparseMatrix([${this.shape.join(', ')}], ${this.nonzeros} entries)`
  }

  [Symbol.for('nodejs.util.inspect.custom')](): string {
    return this.toString()
  }

  /** @internal */
  [unbuilt](): Unbuilt {
    const { shape, rowPointers, columns } = this
    return new Unbuilt(
      [...this.values],
      values => new SparseMatrix(shape, rowPointers.slice(), columns.slice(), values),
      { shape, rowPointers, columns },
      'values',
    )
  }

  #visit(visit: (row: number, column: number, value: number) => void): void {
    for (let i = 0; i < this.shape[0]; i++) {
      for (let k = this.rowPointers[i] as number; k < (this.rowPointers[i + 1] as number); k++) visit(i, this.columns[k] as number, this.values[k] as number)
    }
  }
}

/** A matrix with the entries of a pattern, in arrays of its own. Where they belong to a graph it is made when they are known. */
export function matrixOf(name: string, { rows, columns, rowPointers, columnIndices }: SparsityPattern, entries: Entries): SparseMatrix | TracedSparseMatrix {
  const matrix = (values: Float64Array) => new SparseMatrix([rows, columns], rowPointers.slice(), columnIndices.slice(), values)
  if (entries.traced === undefined) return matrix(entries.numbers)
  const values = Array.from(columnIndices, (_, k) => entries.get(k))
  if (!values.every(each => !isTraced(each) || (each.arena.owner.abstract === true && each.arena.owner.many !== true))) {
    throw new DualtapeError(`${name}: a sparse matrix holds plain numbers, but this derivative is nested in another. Use output 'dense'.`)
  }
  return new TracedSparseMatrix(values, matrix, { shape: [rows, columns], rowPointers: rowPointers.slice(), columns: columnIndices.slice() }, 'values')
}

/** A sparse matrix in a function that is traced: a result whose numbers are not known yet. */
class TracedSparseMatrix extends Unbuilt {
  get values(): never {
    throw new DualtapeError(
      "The numbers of a sparse matrix are not known while a function is traced. Give the matrix back as the function's result, or compute with output 'dense'.",
    )
  }

  multiply(): never {
    return this.values
  }

  toDense(): never {
    return this.values
  }

  toMathjs(): never {
    return this.values
  }
}
