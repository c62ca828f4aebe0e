import { describe, ShapeError } from '../core/errors.ts'
import { sizeOfShape } from '../core/shape.ts'
import { CheckpointNode } from '../reverse/checkpoint.ts'
import { AssembleNode, MapNode, UnpackNode } from '../reverse/nodes.ts'
import type { Recording } from '../reverse/sweep.ts'
import { IndexSets } from './index-sets.ts'
import type { Slots } from './slots.ts'

/** Which entries of a matrix can be other than 0, in compressed rows: those of row i are `columnIndices[rowPointers[i]] …`. */
export class SparsityPattern {
  readonly rows: number
  readonly columns: number
  readonly rowPointers: Int32Array
  readonly columnIndices: Int32Array

  constructor(rows: number, columns: number, rowPointers: Int32Array, columnIndices: Int32Array) {
    this.rows = rows
    this.columns = columns
    this.rowPointers = rowPointers
    this.columnIndices = columnIndices
  }

  get nonzeros(): number {
    return this.columnIndices.length
  }

  /** From the column indices of each row, in any order. */
  static fromRows(rows: readonly ArrayLike<number>[], columns: number): SparsityPattern {
    const pointers = new Int32Array(rows.length + 1)
    rows.forEach((row, i) => {
      pointers[i + 1] = (pointers[i] as number) + row.length
    })
    const indices = new Int32Array(pointers[rows.length] as number)
    rows.forEach((row, i) => {
      indices.set(Int32Array.from(row).sort(), pointers[i])
    })
    return new SparsityPattern(rows.length, columns, pointers, indices)
  }

  /** A pattern in which every entry can be other than 0. */
  static dense(rows: number, columns: number): SparsityPattern {
    return new SparsityPattern(
      rows,
      columns,
      Int32Array.from({ length: rows + 1 }, (_, i) => i * columns),
      Int32Array.from({ length: rows * columns }, (_, i) => i % columns),
    )
  }

  /** The pattern with rows and columns exchanged. */
  transposed(): SparsityPattern {
    const pointers = new Int32Array(this.columns + 1)
    for (const column of this.columnIndices) pointers[column + 1] = (pointers[column + 1] as number) + 1
    for (let j = 0; j < this.columns; j++) pointers[j + 1] = (pointers[j + 1] as number) + (pointers[j] as number)
    const indices = new Int32Array(this.nonzeros)
    const next = pointers.slice()
    for (let i = 0; i < this.rows; i++) {
      for (let k = this.rowPointers[i] as number; k < (this.rowPointers[i + 1] as number); k++) {
        const column = this.columnIndices[k] as number
        indices[next[column] as number] = i
        next[column] = (next[column] as number) + 1
      }
    }
    return new SparsityPattern(this.columns, this.rows, pointers, indices)
  }

  /** Length of the longest row. */
  longestRow(): number {
    let longest = 0
    for (let i = 0; i < this.rows; i++) longest = Math.max(longest, (this.rowPointers[i + 1] as number) - (this.rowPointers[i] as number))
    return longest
  }

  /** The place of an entry in compressed rows; −1 if it is none. */
  indexOf(row: number, column: number): number {
    let [low, high] = [this.rowPointers[row] as number, (this.rowPointers[row + 1] as number) - 1]
    while (low <= high) {
      const middle = (low + high) >> 1
      const found = this.columnIndices[middle] as number
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
      for (let k = this.rowPointers[i] as number; k < (this.rowPointers[i + 1] as number); k++) {
        line[Math.floor(((this.columnIndices[k] as number) * width) / this.columns)] = '×'
      }
    }
    return picture.map(line => line.join('')).join('\n')
  }
}

/** A pattern as users pass it: one of ours, or the column indices of each row. */
export type GivenPattern = SparsityPattern | readonly (readonly number[])[]

/** A given pattern, checked against the size of the problem. */
export function readPattern(name: string, given: GivenPattern, rows: number, columns: number): SparsityPattern {
  const pattern = given instanceof SparsityPattern ? given : undefined
  const lists = pattern === undefined ? (given as readonly (readonly number[])[]) : []
  if (pattern === undefined && (!Array.isArray(given) || !lists.every(Array.isArray))) {
    throw new ShapeError(`${name}: sparsity is 'detect', 'dense', a SparsityPattern, or a list of the column indices of each row, not ${describe(given)}.`)
  }
  const found = pattern ?? SparsityPattern.fromRows(lists, columns)
  if (found.rows !== rows || found.columns !== columns) {
    throw new ShapeError(`${name}: the given pattern is ${found.rows} × ${found.columns}, but the Jacobian is ${rows} × ${columns}.`)
  }
  for (const column of found.columnIndices) {
    if (!Number.isInteger(column) || column < 0 || column >= columns)
      throw new ShapeError(`${name}: the given pattern names column ${column} of a Jacobian with ${columns} columns.`)
  }
  return found
}

/**
 * The pattern of a recorded function: sets of inputs are carried along the tape instead of numbers. It is structure, not
 * values: an entry that happens to be 0 here is in it. Undefined where finding it would take more than `budget` steps: the
 * Jacobian is then as good as dense.
 */
export function detectPattern(recording: Recording, inputs: Slots, outputs: Slots, budget: number): SparsityPattern | undefined {
  const sets = new IndexSets(inputs.size)
  const carried = new CarriedSets(recording, sets)
  for (let j = 0; j < inputs.size; j++) carried.set(inputs.references[j] as number, inputs.positions[j] as number, j + 1, inputs.sizeAt(j))
  carried.run()
  const rows: Int32Array[] = new Array(outputs.size)
  const known = new Map<number, Int32Array>()
  let total = 0
  for (let i = 0; i < outputs.size; i++) {
    const set = carried.get(outputs.references[i] as number, outputs.positions[i] as number)
    let members = known.get(set)
    if (members === undefined) {
      members = sets.members(set)
      if (members.length > 4) known.set(set, members)
    }
    total += members.length
    if (sets.work + total > budget) return undefined
    rows[i] = members
  }
  return SparsityPattern.fromRows(rows, inputs.size)
}

/** The set that belongs to each row of a recording, and to each entry of what a node gives. */
class CarriedSets {
  readonly #recording: Recording
  readonly #sets: IndexSets
  readonly #rows: Int32Array
  readonly #nodes: (Int32Array | undefined)[]

  constructor(recording: Recording, sets: IndexSets) {
    this.#recording = recording
    this.#sets = sets
    this.#rows = new Int32Array(recording.count)
    this.#nodes = new Array(recording.nodes.length)
  }

  get(reference: number, position: number): number {
    if (reference >= 0) return reference === 0 ? 0 : (this.#rows[reference] as number)
    return this.#nodes[-1 - reference]?.[position] ?? 0
  }

  set(reference: number, position: number, set: number, size: number): void {
    if (reference > 0) this.#rows[reference] = set
    if (reference >= 0) return
    const node = this.#nodes[-1 - reference] ?? new Int32Array(size)
    this.#nodes[-1 - reference] = node
    node[position] = set
  }

  /** All sets of a scalar or tensor; undefined where it depends on nothing. */
  all(reference: number): Int32Array | undefined {
    if (reference < 0) return this.#nodes[-1 - reference]
    return reference === 0 ? undefined : Int32Array.of(this.#rows[reference] as number)
  }

  run(): void {
    const { sources, count, nodes } = this.#recording
    for (let row = 1; row < count; row++) {
      const a = sources[2 * row] as number
      if (a < 0) {
        const node = nodes[-1 - a]
        if (node instanceof MapNode) this.#apply(node)
        else if (node instanceof AssembleNode) this.#nodes[-1 - node.output] = node.rows.map(each => this.#rows[each] as number)
        else if (node instanceof CheckpointNode) this.#follow(node)
        else if (node instanceof UnpackNode) {
          for (let i = 0; i < node.length; i++) this.#rows[node.row + 1 + i] = this.get(node.input, node.start + i)
        }
      } else if (a > 0) {
        this.#rows[row] = this.#sets.union(this.#rows[a] as number, this.#rows[sources[2 * row + 1] as number] as number)
      }
    }
  }

  #apply(node: MapNode): void {
    const { definition, params, inputs, shapes, outShape } = node.application
    const given = inputs.map(input => this.all(input))
    const result = definition.pattern?.(given, shapes, outShape, params, this.#sets) ?? this.#byRule(node, given)
    if (node.output > 0) this.#rows[node.output] = result[0] as number
    else this.#nodes[-1 - node.output] = result
  }

  /** Through what a checkpoint dropped, recorded again. */
  #follow(node: CheckpointNode): void {
    const { recording, inputs, outputs } = node.recorded()
    const inner = new CarriedSets(recording, this.#sets)
    const carry = (from: CarriedSets, source: number, to: CarriedSets, target: number) => {
      const sets = from.all(source)
      sets?.forEach((set, i) => {
        to.set(target, i, set, sets.length)
      })
    }
    node.inputs.forEach((input, i) => {
      carry(this, input, inner, inputs[i] as number)
    })
    inner.run()
    node.outputs.forEach((output, i) => {
      carry(inner, outputs[i] as number, this, output)
    })
  }

  /** The structure of an operator that states none: that of its own rule, or all on all. */
  #byRule(node: MapNode, given: readonly (Int32Array | undefined)[]): Int32Array {
    const { definition, outShape, shapes } = node.application
    if (definition.kind === 'custom') {
      const { recording, inputs, output } = node.transposedPush()
      if (!recording.nodes.some(each => each instanceof MapNode && each.application.definition === definition)) {
        const inner = new CarriedSets(recording, this.#sets)
        inputs.forEach((input, k) => {
          given[k]?.forEach((set, i) => {
            inner.set(input, i, set, sizeOfShape(shapes[k] ?? []))
          })
        })
        inner.run()
        return inner.all(output) ?? new Int32Array(sizeOfShape(outShape))
      }
    }
    let union = 0
    for (const sets of given) for (const set of sets ?? []) union = this.#sets.union(union, set)
    return new Int32Array(sizeOfShape(outShape)).fill(union)
  }
}
