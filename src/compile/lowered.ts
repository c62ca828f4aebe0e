import { type Shape, sizeOfShape } from '../core/shape.ts'
import { type GraphNode, isScalarNode } from '../graph/graph.ts'
import { loop } from '../graph/loop/loop.ts'
import type { LoopParams } from '../graph/loop/parts.ts'
import { type RolledParams, rolled } from '../graph/reroll/rolled.ts'
import type { LinearDefinition } from '../ops/kinds/linear.ts'
import { checkedIndices, gatherAt, scatterAt } from '../ops/places.ts'
import { type Fusion, isInOrder, isProduct, isSingle, movementOf, type Nest, numberText, type ProductSizes, productOf, rowsOf, startOf } from './nest.ts'

/** What a step does, as every writer of code needs it: from what its operator says of itself, and decided here alone. */
export type Lowered =
  /** A number from numbers: its operands x, y and z in the operator's text. */
  | { readonly kind: 'number' }
  /** A number that is an entry of a tensor, or of a number itself. */
  | { readonly kind: 'entry'; readonly of: number; readonly at: number }
  /** Loops over entries, for all that they compute. */
  | { readonly kind: 'nest'; readonly nest: Nest }
  /** Entries of another tensor as they stand there, from some entry on. */
  | { readonly kind: 'part'; readonly of: number; readonly start: number }
  /** Operands' entries one after the other from some entry on, and 0 elsewhere; `isWhole` where there is nothing else. */
  | { readonly kind: 'assembled'; readonly parts: readonly Part[]; readonly isWhole: boolean }
  /** Operands side by side, row by row. */
  | { readonly kind: 'joined'; readonly rows: number; readonly length: number; readonly parts: readonly Part[] }
  /** Entries that a table says where to take from, or where to add to; −1 for nowhere. */
  | { readonly kind: 'moved'; readonly of: number; readonly gathers: boolean; readonly indices: Int32Array }
  /** Indices that are counted from the front and checked. */
  | {
      readonly kind: 'indices'
      readonly of: number
      readonly options: { readonly of: string; readonly shape: Shape; readonly axis: number; readonly span: number }
    }
  /** Entries at places that are values. */
  | { readonly kind: 'entriesAt'; readonly of: number; readonly places: number }
  /** Entries added up at places that are values, in rows of so many, the last row first. */
  | { readonly kind: 'addedAt'; readonly of: number; readonly places: number; readonly row: number }
  /** Products of matrices. */
  | (ProductSizes & { readonly kind: 'product'; readonly isSingle: boolean })
  | { readonly kind: 'loop'; readonly params: LoopParams }
  | { readonly kind: 'rolled'; readonly params: RolledParams }
  /** What only the operator itself computes. */
  | { readonly kind: 'operator' }

/** An operand with its place among the entries of the result, or of a row of it. */
export interface Part {
  readonly of: number
  readonly start: number
  readonly length: number
}

const OPERATOR: Lowered = { kind: 'operator' }

export function lowered(nodes: readonly GraphNode[], id: number, fusion: Fusion): Lowered {
  const node = nodes[id] as GraphNode
  const { definition, inputs, params } = node
  if (definition === loop) return { kind: 'loop', params: params as LoopParams }
  if (definition === rolled) return { kind: 'rolled', params: params as RolledParams }
  const nest = fusion.nest(id)
  if (nest !== undefined) return { kind: 'nest', nest }
  const [of, second] = inputs as [number, number]
  const isNumber = isScalarNode(node)
  if (isInOrder(node)) {
    if (isNumber) return { kind: 'entry', of, at: isScalarNode(nodes[of]) ? 0 : startOf(node) }
    if (definition?.shares === true && !isScalarNode(nodes[of])) return { kind: 'part', of, start: startOf(node) }
    const parts = partsOf(inputs, startOf(node), input => sizeOfShape((nodes[input] as GraphNode).shape))
    const length = parts.reduce((sum, each) => sum + each.length, 0)
    return { kind: 'assembled', parts, isWhole: length === sizeOfShape(node.shape) }
  }
  if (numberText(node, nodes) !== undefined) return { kind: 'number' }
  if (definition === checkedIndices.definition) return { kind: 'indices', of, options: params as (Lowered & { kind: 'indices' })['options'] }
  if (definition === gatherAt.definition) return { kind: 'entriesAt', of, places: second }
  if (definition === scatterAt.definition) {
    const size = sizeOfShape((nodes[of] as GraphNode).shape)
    return { kind: 'addedAt', of, places: second, row: (params as { fromLast: number }).fromLast || Math.max(size, 1) }
  }
  if ((definition as Partial<LinearDefinition> | undefined)?.joins === true) {
    const { rows, lengths, length } = rowsOf(node, nodes)
    return { kind: 'joined', rows, length, parts: partsOf(inputs, 0, (_, k) => lengths[k] as number) }
  }
  if (isProduct(node)) {
    return { kind: 'product', ...productOf(inputs.map(input => (nodes[input] as GraphNode).shape) as [Shape, Shape]), isSingle: isSingle(node) }
  }
  const movement = movementOf(node)
  return movement === undefined || isNumber ? OPERATOR : { kind: 'moved', of, ...movement }
}

function partsOf(inputs: readonly number[], from: number, lengthOf: (input: number, k: number) => number): Part[] {
  let start = from
  return inputs.map((of, k) => {
    const part = { of, start, length: lengthOf(of, k) }
    start += part.length
    return part
  })
}
