import { type Graph, type GraphNode, isScalarNode } from '../graph/graph.ts'
import { BuiltResult, ListResult, NarrowResult } from '../graph/trace.ts'
import { TypedResult } from './result.ts'
import { arrayOf, type Part } from './signature.ts'

const TENSOR = '{ data: Float64Array, shape: number[] }'

function tensorOf(dtype: string): string {
  return TENSOR.replace('Float64Array', arrayOf(dtype))
}

/** The type of an argument of an emitted module, as TypeScript and JSDoc write it. */
export function typeOfPart(part: Part): string {
  switch (part.kind) {
    case 'number':
      return 'number'
    case 'numbers':
      return 'number[]'
    case 'typed':
      return part.type
    case 'tensor':
      return tensorOf(part.dtype)
    case 'list':
      return listOf(part.parts.map(typeOfPart))
    case 'object':
      return objectOf(part.keys.map((key, i) => [key, typeOfPart(part.parts[i] as Part)]))
    case 'static':
      return 'unknown'
  }
}

/** The type of a result, from its tree of positions among a graph's outputs. */
export function typeOfResult(tree: unknown, graph: Graph): string {
  if (typeof tree === 'number') {
    const node = graph.nodes[graph.outputs[tree] as number] as GraphNode
    return isScalarNode(node) ? (node.dtype === 'bool' ? 'boolean' : 'number') : TENSOR
  }
  if (tree instanceof NarrowResult) return tensorOf(tree.dtype)
  if (tree instanceof TypedResult) return tree.type
  if (tree instanceof ListResult) return tree.type === 'Array' ? 'number[]' : tree.type
  if (tree instanceof BuiltResult) {
    const known = Object.entries(tree.of.known).map(([name, part]): [string, string] => [name, part instanceof Int32Array ? 'Int32Array' : 'number[]'])
    return objectOf([...known, [tree.of.part, 'Float64Array']])
  }
  if (Array.isArray(tree)) return listOf(tree.map(each => typeOfResult(each, graph)))
  return objectOf(Object.entries(tree as object).map(([key, each]) => [key, typeOfResult(each, graph)]))
}

function listOf(types: readonly string[]): string {
  const [first] = types
  return first !== undefined && types.every(each => each === first) ? `${first}[]` : `[${types.join(', ')}]`
}

/** Keys that are no identifiers stay out of the comment that the type stands in. */
function objectOf(entries: readonly (readonly [string, string])[]): string {
  if (!entries.every(([key]) => /^[A-Za-z_$][\w$]*$/.test(key))) return 'Record<string, unknown>'
  return `{ ${entries.map(([key, type]) => `${key}: ${type}`).join(', ')} }`
}
