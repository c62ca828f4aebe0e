import type { Shape } from '../../core/shape.ts'
import { type GraphNode, isScalarNode } from '../../graph/graph.ts'
import { checkedIndices, gatherAt } from '../../ops/places.ts'
import { quoted, whole } from '../checked.ts'
import { rangeOf } from '../places.ts'
import type { Scope } from './scope.ts'

/** An entry at a place that is a value, or an index that is checked; undefined for other steps. */
export function indexedText(scope: Scope, id: number): string | undefined {
  const { nodes } = scope
  const node = nodes[id] as GraphNode
  const { definition } = node
  if ((definition !== gatherAt.definition && definition !== checkedIndices.definition) || !isScalarNode(node)) return undefined
  const operands = node.inputs.map(input => scope.read(input))
  if (definition === gatherAt.definition) {
    const entry = `${operands[0]}.data[${operands[1]}]`
    return scope.intervals.areThere(id) ? entry : `(${entry} ?? NaN)`
  }
  const [x] = operands as [string]
  return scope.intervals.areChecked(id) ? x : `${inRange(scope, id, x)} ? ${x} : ${checkedText(scope, id, x)}`
}

/** The test of an index that is counted from the front, and in range. */
export function inRange(scope: Scope, id: number, x: string): string {
  const [least, most] = rangeOf(scope.nodes[id] as GraphNode)
  return `${x} >= ${least} && ${x} <= ${most} && Math.floor(${x}) === ${x}`
}

/** An index that is not in range as it is: counted from the front, or an error. */
export function checkedText(scope: Scope, id: number, x: string): string {
  if (!scope.standalone) return `${scope.tables}evaluate[${id}]([${x}], ${scope.tables}params[${id}])`
  const { of, shape, axis, span } = (scope.nodes[id] as GraphNode).params as { of: string; shape: Shape; axis: number; span: number }
  return `checkedIndex(${quoted(of)}, ${x}, ${whole(shape[axis] as number)}, ${whole(span)})`
}
