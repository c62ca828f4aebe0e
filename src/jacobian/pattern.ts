import { ShapeError } from '../core/errors.ts'

/**
 * Which entries of a matrix can be other than 0, in compressed rows: those of row i are `columnIndices[rowPointers[i]] …`, in
 * ascending order.
 */
export class SparsityPattern {
  readonly rows: number
  readonly columns: number
  /** Undefined of a pattern in which every entry can be other than 0, until someone asks for it. */
  #pointers: Int32Array | undefined
  #indices: Int32Array | undefined

  constructor(rows: number, columns: number, rowPointers?: Int32Array, columnIndices?: Int32Array) {
    this.rows = rows
    this.columns = columns
    this.#pointers = rowPointers
    this.#indices = columnIndices
  }

  get rowPointers(): Int32Array {
    this.#pointers ??= Int32Array.from({ length: this.rows + 1 }, (_, i) => i * this.columns)
    return this.#pointers
  }

  get columnIndices(): Int32Array {
    if (this.#indices === undefined) {
      const indices = new Int32Array(this.rows * this.columns)
      for (let i = 0, k = 0; i < this.rows; i++) for (let j = 0; j < this.columns; j++) indices[k++] = j
      this.#indices = indices
    }
    return this.#indices
  }

  get nonzeros(): number {
    return this.#indices?.length ?? this.rows * this.columns
  }

  /** Whether every entry can be other than 0. */
  get isDense(): boolean {
    return this.nonzeros === this.rows * this.columns
  }

  /**
   * From the column indices of each row, in any order; a column that a row names twice counts once. Throws a ShapeError,
   * which `name` begins, for what is no column.
   */
  static fromRows(rows: readonly ArrayLike<number>[], columns: number, name = 'SparsityPattern'): SparsityPattern {
    const builder = new PatternBuilder(rows.length, columns)
    for (const row of rows) {
      for (let k = 0; k < row.length; k++) {
        const column = row[k] as number
        if (!Number.isInteger(column) || column < 0 || column >= columns) {
          throw new ShapeError(`${name}: the pattern names column ${column} of a matrix with ${columns} columns, counted from 0.`)
        }
      }
      builder.add(Int32Array.from(row).sort())
    }
    return builder.pattern()
  }

  /** A pattern in which every entry can be other than 0. */
  static dense(rows: number, columns: number): SparsityPattern {
    return new SparsityPattern(rows, columns)
  }

  /** The same pattern in arrays of its own. */
  copy(): SparsityPattern {
    return new SparsityPattern(this.rows, this.columns, this.#pointers?.slice(), this.#indices?.slice())
  }

  /** The pattern with rows and columns exchanged. */
  transposed(): SparsityPattern {
    if (this.#indices === undefined) return new SparsityPattern(this.columns, this.rows)
    const { rowPointers, columnIndices } = this
    const pointers = new Int32Array(this.columns + 1)
    for (const column of columnIndices) pointers[column + 1] = (pointers[column + 1] as number) + 1
    for (let j = 0; j < this.columns; j++) pointers[j + 1] = (pointers[j + 1] as number) + (pointers[j] as number)
    const indices = new Int32Array(this.nonzeros)
    const next = pointers.slice()
    for (let i = 0; i < this.rows; i++) {
      for (let k = rowPointers[i] as number; k < (rowPointers[i + 1] as number); k++) {
        const column = columnIndices[k] as number
        indices[next[column] as number] = i
        next[column] = (next[column] as number) + 1
      }
    }
    return new SparsityPattern(this.columns, this.rows, pointers, indices)
  }

  /** The entries of this pattern and of another of the same shape. */
  union(other: SparsityPattern): SparsityPattern {
    const builder = new PatternBuilder(this.rows, this.columns)
    for (let i = 0; i < this.rows; i++) builder.add(Int32Array.from([...this.row(i), ...other.row(i)]).sort())
    return builder.pattern()
  }

  /** Whether two patterns have the same entries. */
  equals(other: SparsityPattern): boolean {
    if (this === other) return true
    if (this.rows !== other.rows || this.columns !== other.columns || this.nonzeros !== other.nonzeros) return false
    if (this.isDense) return true
    return sameIntegers(this.rowPointers, other.rowPointers, this.rows + 1) && sameIntegers(this.columnIndices, other.columnIndices, this.nonzeros)
  }

  /** The column indices of a row. */
  row(i: number): Int32Array {
    return this.columnIndices.subarray(this.rowPointers[i], this.rowPointers[i + 1])
  }

  /** Length of the longest row. */
  longestRow(): number {
    if (this.#pointers === undefined) return this.rows === 0 ? 0 : this.columns
    let longest = 0
    for (let i = 0; i < this.rows; i++) longest = Math.max(longest, (this.#pointers[i + 1] as number) - (this.#pointers[i] as number))
    return longest
  }

  /** The place of an entry in compressed rows; −1 if it is none. */
  indexOf(row: number, column: number): number {
    if (this.#indices === undefined) return row * this.columns + column
    const indices = this.#indices
    let [low, high] = [this.rowPointers[row] as number, (this.rowPointers[row + 1] as number) - 1]
    while (low <= high) {
      const middle = (low + high) >> 1
      const found = indices[middle] as number
      if (found === column) return middle
      if (found < column) low = middle + 1
      else high = middle - 1
    }
    return -1
  }

  /** A picture: × where an entry can be other than 0, · elsewhere; large patterns are drawn in blocks. */
  toString(): string {
    const [height, width] = [Math.min(this.rows, 40), Math.min(this.columns, 80)]
    const picture = Array.from({ length: height }, () => new Array<string>(width).fill('·'))
    for (let i = 0; i < this.rows; i++) {
      const line = picture[Math.floor((i * height) / this.rows)] as string[]
      for (const column of this.row(i)) line[Math.floor((column * width) / this.columns)] = '×'
    }
    return picture.map(line => line.join('')).join('\n')
  }
}

/** A pattern that is put together row by row. */
export class PatternBuilder {
  readonly #columns: number
  readonly #pointers: Int32Array
  #indices: Int32Array
  #rows = 0
  #used = 0

  constructor(rows: number, columns: number) {
    this.#columns = columns
    this.#pointers = new Int32Array(rows + 1)
    this.#indices = new Int32Array(2 * rows + 16)
  }

  get nonzeros(): number {
    return this.#used
  }

  /** The next row: its column indices in ascending order, of which the same may come twice. */
  add(row: Int32Array): void {
    while (this.#used + row.length > this.#indices.length) {
      const larger = new Int32Array(2 * this.#indices.length)
      larger.set(this.#indices)
      this.#indices = larger
    }
    let last = -1
    for (let k = 0; k < row.length; k++) {
      const column = row[k] as number
      if (column !== last) this.#indices[this.#used++] = column
      last = column
    }
    this.#pointers[++this.#rows] = this.#used
  }

  pattern(): SparsityPattern {
    return new SparsityPattern(this.#pointers.length - 1, this.#columns, this.#pointers, this.#indices.slice(0, this.#used))
  }
}

/** Whether two arrays begin with the same `length` integers. */
/** The pattern of a symmetric matrix from its entries on and below the diagonal, each named once. */
export function symmetricPattern(size: number, rows: Int32Array, columns: Int32Array): SparsityPattern {
  const pointers = new Int32Array(size + 1)
  const each = (visit: (row: number, column: number) => void) => {
    for (let k = 0; k < rows.length; k++) {
      const [i, j] = [rows[k] as number, columns[k] as number]
      visit(i, j)
      if (i !== j) visit(j, i)
    }
  }
  each(row => {
    pointers[row + 1] = (pointers[row + 1] as number) + 1
  })
  for (let i = 0; i < size; i++) pointers[i + 1] = (pointers[i + 1] as number) + (pointers[i] as number)
  const indices = new Int32Array(pointers[size] as number)
  const next = pointers.slice()
  each((row, column) => {
    const at = next[row] as number
    next[row] = at + 1
    indices[at] = column
  })
  // The transpose of a symmetric pattern is the pattern itself, with the columns of each row in order.
  return new SparsityPattern(size, size, pointers, indices).transposed()
}

export function sameIntegers(a: Int32Array | Int16Array, b: Int32Array | Int16Array, length: number): boolean {
  for (let i = 0; i < length; i++) if (a[i] !== b[i]) return false
  return true
}
