import { type Shape, sizeOfShape, stridesOf } from '../../core/shape.ts'
import { type Graph, type GraphNode, isScalarNode } from '../../graph/graph.ts'
import { lowered } from '../lowered.ts'
import type { Fusion } from '../nest.ts'
import type { Views } from './views.ts'

/** Rows that are anywhere in a tensor, by a table as that of `tableOf`. */
export interface Rows {
  readonly table: Int32Array
  /** For each axis of the result, how many rows it is to the next, and how many entries of a row. */
  readonly rowStrides: readonly number[]
  readonly strides: readonly number[]
}

/** Rows that are shorter are moved: a place in a table for so few entries costs more than a pass. */
const SHORTEST = 8

/** Tables that take rows of a tensor and that only loops read: those take the entries from where they are. */
export function rowsIn({ nodes, outputs, guards }: Graph, fusion: Fusion, views: Views, order: readonly number[]): ReadonlyMap<number, Rows> {
  const found = new Map<number, Rows>()
  const others = new Set([...outputs, ...guards.map(guard => guard.node)])
  for (const id of order) if (fusion.nest(id) === undefined) for (const operand of fusion.operandsOf(id)) others.add(operand)
  for (const id of order) {
    const node = nodes[id] as GraphNode
    if (others.has(id) || isScalarNode(node) || views.of.has(id) || views.source(id) !== undefined || fusion.nest(id) !== undefined) continue
    const step = lowered(nodes, id, fusion)
    const rows = step.kind === 'moved' && step.gathers && !isScalarNode(nodes[step.of]) ? rowsOf(node.shape, step.indices) : undefined
    if (rows !== undefined) found.set(id, rows)
  }
  return found
}

/** Rows of whole axes that follow each other in an operand; undefined where they are short, or some entries come from nowhere. */
function rowsOf(shape: Shape, indices: Int32Array): Rows | undefined {
  const row = rowOf(indices)
  const axis = shape.findIndex((_, k) => row % sizeOfShape(shape.slice(k)) === 0)
  const [outer, inner] = [shape.slice(0, axis), shape.slice(axis)]
  const length = sizeOfShape(inner)
  if (row === 0 || axis < 1 || length < SHORTEST) return undefined
  return {
    table: tableOf(indices, length),
    rowStrides: [...stridesOf(outer), ...inner.map(() => 0)],
    strides: [...outer.map(() => 0), ...stridesOf(inner)],
  }
}

/** The bytes that rows of so many entries begin at, an integer in every 8 bytes. */
export function tableOf(indices: Int32Array, row: number): Int32Array {
  const table = new Int32Array((2 * indices.length) / row)
  for (let i = 0; i < table.length; i += 2) table[i] = 8 * (indices[(i / 2) * row] as number)
  return table
}

/** How many entries follow each other in each row of a table, 1 where they do not; 0 where some are nowhere. */
export function rowOf(indices: Int32Array): number {
  let row = indices.length
  for (let i = 0, start = 0; i < indices.length; i++) {
    if ((indices[i] as number) < 0) return 0
    if (i + 1 < indices.length && indices[i + 1] === (indices[i] as number) + 1) continue
    row = divisor(row, i + 1 - start)
    start = i + 1
  }
  return row
}

/** The greatest common divisor. */
function divisor(a: number, b: number): number {
  return b === 0 ? a : divisor(b, a % b)
}
