import { describe, ShapeError } from '../core/errors.ts'
import { formatShape, type Shape, sameShape } from '../core/shape.ts'
import { Tensor } from '../core/tensor.ts'
import type { Layout } from './layout.ts'
import { type SparsityPattern, sameIntegers } from './pattern.ts'
import type { Planned } from './planner.ts'
import { SparseMatrix } from './sparse-matrix.ts'
import type { Executable } from './strategies/strategy.ts'

/** Rows of numbers, or rows of such rows. */
export type Rows = number[] | Floats | Rows[]

/** What entries are written into. */
export type Writable = SparseMatrix | Tensor | Rows

type Floats = Float64Array | Float32Array

/** The places of a pattern's entries in the whole matrix, row by row. */
export function placesOf({ rows, columns, rowPointers, columnIndices }: SparsityPattern): Int32Array {
  const places = new Int32Array(columnIndices.length)
  for (let i = 0; i < rows; i++) {
    for (let k = rowPointers[i] as number; k < (rowPointers[i + 1] as number); k++) places[k] = i * columns + (columnIndices[k] as number)
  }
  return places
}

/** Where the entries of the plan's pattern stand in that of the strategy, −1 for none; undefined where the two are the same. */
export function placesIn({ pattern, chosen }: { pattern: SparsityPattern; chosen: Executable }): Int32Array | undefined {
  if (chosen.pattern.equals(pattern)) return undefined
  const places = new Int32Array(pattern.nonzeros)
  for (let i = 0, k = 0; i < pattern.rows; i++) for (const column of pattern.row(i)) places[k++] = chosen.pattern.indexOf(i, column)
  return places
}

/** Puts entries of the chosen strategy into a matrix that can hold them. `ends`: the trees that the outputs and the inputs are of. */
export function write(name: string, planned: Planned, ends: readonly Layout[], numbers: Float64Array, matrix: Writable): void {
  if (matrix instanceof SparseMatrix) {
    writeSparse(name, planned, numbers, matrix)
    return
  }
  const { chosen, size } = planned
  const shapes = [[size.outputs, size.inputs], ownShape(ends)]
  const data = matrix instanceof Tensor ? matrix.data : matrix
  const isFlat =
    matrix instanceof Tensor ? shapes.some(each => each && sameShape(matrix.shape, each)) : isFloats(matrix) && matrix.length === size.outputs * size.inputs
  if (isFlat && isFloats(data)) {
    if (chosen.pattern.isDense) data.set(numbers)
    else spread(chosen.pattern, numbers, data)
    return
  }
  if (!shapes.some(each => each && isNested(matrix, each, 0))) {
    const given = matrix instanceof Tensor ? `a Tensor of shape ${formatShape(matrix.shape)} and dtype ${matrix.dtype}` : describe(matrix)
    const count = size.outputs * size.inputs
    throw new ShapeError(
      `${name}: takes a SparseMatrix, a Tensor of shape ${formatShape(shapes[0] as Shape)}, arrays of that shape or a Float64Array of ${count} entries, but ${given} was given.`,
    )
  }
  const all = chosen.pattern.isDense ? numbers : spread(chosen.pattern, numbers, new Float64Array(size.outputs * size.inputs))
  let at = 0
  const fill = (rows: Rows): void => {
    for (let i = 0; i < rows.length; i++) {
      if (typeof rows[i] === 'number') rows[i] = all[at++] as number
      else fill(rows[i] as Rows)
    }
  }
  fill(matrix as Rows)
}

/** The matrix may have further entries, which are 0 then. */
function writeSparse(name: string, planned: Planned, numbers: Float64Array, matrix: SparseMatrix): void {
  const { pattern, kind, size } = planned
  const { rowPointers, columns, values } = matrix
  const shape = [size.outputs, size.inputs]
  const fits = sameShape(matrix.shape, shape)
  const places = placesIn(planned)
  const entry = (k: number) => {
    const at = places === undefined ? k : (places[k] as number)
    return at < 0 ? 0 : (numbers[at] as number)
  }
  if (
    fits &&
    values.length === pattern.nonzeros &&
    sameIntegers(rowPointers, pattern.rowPointers, size.outputs + 1) &&
    sameIntegers(columns, pattern.columnIndices, pattern.nonzeros)
  ) {
    for (let k = 0; k < values.length; k++) values[k] = entry(k)
    return
  }
  const slots = fits ? slotsIn(matrix, pattern) : undefined
  if (slots === undefined) {
    throw new ShapeError(
      `${name}: the ${kind} has ${pattern.nonzeros} entries in shape ${formatShape(shape)}, and ${matrix} has others. The function may have taken another path: make a new matrix.`,
    )
  }
  values.fill(0)
  for (let k = 0; k < slots.length; k++) values[slots[k] as number] = entry(k)
}

/** Where a matrix has the entries of a pattern; undefined where it lacks one. */
function slotsIn({ rowPointers, columns }: SparseMatrix, pattern: SparsityPattern): Int32Array | undefined {
  const slots = new Int32Array(pattern.nonzeros)
  const slotOf = new Int32Array(pattern.columns).fill(-1)
  for (let i = 0, k = 0; i < pattern.rows; i++) {
    const [start, end] = [rowPointers[i] as number, rowPointers[i + 1] as number]
    for (let at = start; at < end; at++) slotOf[columns[at] as number] = at
    for (const column of pattern.row(i)) {
      const slot = slotOf[column] as number
      if (slot < start) return undefined
      slots[k++] = slot
    }
  }
  return slots
}

/** The entries of a pattern among all. */
function spread<T extends Floats>(pattern: SparsityPattern, numbers: Float64Array, data: T): T {
  const places = placesOf(pattern)
  data.fill(0)
  for (let k = 0; k < places.length; k++) data[places[k] as number] = numbers[k] as number
  return data
}

/** The shape of the Jacobian of one block by one block. */
function ownShape(ends: readonly Layout[]): Shape | undefined {
  const shapes = ends.map(each => ('shape' in each ? each.shape : undefined))
  return shapes.every(each => each !== undefined) ? shapes.flat() : undefined
}

function isFloats(x: unknown): x is Floats {
  return x instanceof Float64Array || x instanceof Float32Array
}

/** Whether these are arrays of numbers of a shape, that can be written. */
function isNested(x: unknown, shape: Shape, axis: number): boolean {
  if (axis === shape.length) return typeof x === 'number'
  const fits = (Array.isArray(x) && !Object.isFrozen(x)) || (isFloats(x) && axis === shape.length - 1)
  if (!fits || x.length !== shape[axis]) return false
  for (let i = 0; i < x.length; i++) if (!isNested(x[i], shape, axis + 1)) return false
  return true
}
