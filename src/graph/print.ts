/* Graphs as text, as pictures and as data. */
import { formatShape } from '../core/shape.ts'
import { formatNumber, Tensor } from '../core/tensor.ts'
import type { Graph, GraphNode } from './graph.ts'

/** Of the format that `toJSON` writes. */
export const VERSION = 1

export function textOf({ nodes, guards, outputs }: Graph): string {
  return [
    ...nodes.map((node, id) => `%${id} = ${describeNode(node)}${formatType(node)}`),
    ...guards.map(({ node, expected }) => `guard %${node} is ${expected}`),
    `return ${outputs.map(output => `%${output}`).join(', ')}`,
  ].join('\n')
}

export function dotOf({ nodes, outputs }: Graph): string {
  const lines = nodes.map((node, id) => {
    const shape = node.op === 'input' ? 'box' : node.op === 'constant' ? 'plaintext' : 'ellipse'
    const peripheries = outputs.includes(id) ? ', peripheries=2' : ''
    return `  n${id} [label=${JSON.stringify(`${labelOf(node)}${formatType(node)}`)}, shape=${shape}${peripheries}]`
  })
  const edges = nodes.flatMap((node, id) => node.inputs.map((input, k) => `  n${input} -> n${id}${node.inputs.length > 1 ? ` [taillabel="${k + 1}"]` : ''}`))
  return `digraph {\n${[...lines, ...edges].join('\n')}\n}`
}

export function dataOf({ nodes, inputs, outputs, guards }: Graph): object {
  return {
    format: 'dualtape-graph',
    version: VERSION,
    inputs,
    outputs,
    guards,
    nodes: nodes.map(({ op, inputs, params, shape, dtype, rank0, value, name }) => ({
      op,
      ...(inputs.length > 0 && { inputs }),
      ...(params !== undefined && { params: encode(params) }),
      shape,
      dtype,
      ...(rank0 && { rank0 }),
      ...(value !== undefined && { value: encode(value) }),
      ...(name !== undefined && { name }),
    })),
  }
}

/** Values and parameters as JSON: tensors, typed arrays and numbers that JSON has no word for are marked. */
function encode(x: unknown): unknown {
  if (x instanceof Tensor) return { $tensor: Array.from(x.data, encode), shape: x.shape, dtype: x.dtype }
  // A graph in a loop's parameters. Of what else has a method of that name, tensors came before.
  if (x instanceof Object && 'toJSON' in x) return (x as Graph).toJSON()
  if (x instanceof Int32Array) return { $ints: [...x] }
  if (typeof x === 'number' && (!Number.isFinite(x) || Object.is(x, -0))) return { $number: Object.is(x, -0) ? '-0' : String(x) }
  if (Array.isArray(x)) return x.map(encode)
  if (typeof x === 'object' && x !== null) return Object.fromEntries(Object.entries(x).map(([key, each]) => [key, encode(each)]))
  return x
}

function describeNode(node: GraphNode): string {
  if (node.op === 'input' || node.op === 'constant') return labelOf(node)
  const params = node.params === undefined ? '' : `, ${shorten(JSON.stringify(encode(node.params)))}`
  return `${node.op}(${node.inputs.map(input => `%${input}`).join(', ')}${params})`
}

/** What a step is called: an input by its name, a constant by its number. */
export function labelOf({ op, name, value }: GraphNode): string {
  if (op === 'input') return `input ${name ?? ''}`.trim()
  if (op !== 'constant') return op
  return value instanceof Tensor ? 'constant' : Object.is(value, -0) ? '-0' : typeof value === 'number' ? formatNumber(value) : String(value)
}

function formatType({ shape, dtype }: GraphNode): string {
  const type = shape.length === 0 ? '' : ` ${formatShape(shape)}`
  return dtype === 'bool' ? `${type} bool` : type
}

function shorten(text: string): string {
  return text.length > 60 ? `${text.slice(0, 57)}…` : text
}
