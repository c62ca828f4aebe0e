import { sizeOfShape } from '../../core/shape.ts'
import type { GraphNode } from '../../graph/graph.ts'
import { toFloat32 } from '../../ops/casts.ts'
import type { LinearDefinition } from '../../ops/kinds/linear.ts'
import { matmul } from '../../ops/linalg.ts'
import { gatherEntries, type Movement, scatterEntries } from '../../ops/movement.ts'
import { max, type ReduceParams } from '../../ops/reduction.ts'
import { type Patches, patchesOf } from '../../ops/windows.ts'
import type { ModelWriter, Ref } from './writer.ts'

/*
 * Convolutions as the products of weights with gathered windows that they are in the library become `Conv` again, and the sums at the places
 * of windows, their derivatives by the image and transposed convolutions, `ConvTranspose`; the largest entries of windows are a `MaxPool`.
 * Engines have these for float32 alone.
 */

/** How a step's operand is found, and what it is in the model. */
interface Steps {
  readonly nodes: readonly GraphNode[]
  readonly read: (id: number) => Ref
}

/** A step that is one of these; undefined for others. */
export function writeConvolution(to: ModelWriter, node: GraphNode, steps: Steps): Ref | undefined {
  if (to.isDouble) return undefined
  if (node.definition === matmul.definition) return forwards(to, node, steps)
  if (node.definition === max.definition) return largest(to, node, steps)
  return node.definition === scatterEntries.definition ? backwards(to, node, steps) : undefined
}

/** weights [groups, out / groups, channels · window] times windows [batch, groups, channels · window, places]. */
function forwards(to: ModelWriter, { inputs, shape }: GraphNode, { nodes, read }: Steps): Ref | undefined {
  const [left, right] = inputs as [number, number]
  const gather = nodes[behindShapes(nodes, right)] as GraphNode
  const patches = gather.definition === gatherEntries.definition ? patchesOf((gather.params as Movement).indices) : undefined
  const [weights, windows] = [left, right].map(id => (nodes[id] as GraphNode).shape) as [readonly number[], readonly number[]]
  if (patches === undefined || weights.length !== 3 || windows.length !== 4) return undefined
  const [groups, outputs, size] = weights as [number, number, number]
  const [batch] = windows as [number]
  const { channels, from, window, out } = patches
  if (windows[1] !== groups || size !== channels * sizeOfShape(window) || windows[3] !== sizeOfShape(out)) return undefined
  const x = to.reshape(to.asFloat(read(gather.inputs[0] as number)), [batch, groups * channels, ...from])
  const w = to.reshape(to.asFloat(read(left)), [groups * outputs, channels, ...window])
  return to.reshape(to.op('Conv', [x, w], [batch, groups * outputs, ...out], attributes(patches, groups)), shape)
}

/** The largest entries of windows [planes, window, places] that have no padding. */
function largest(to: ModelWriter, { inputs, params, shape }: GraphNode, { nodes, read }: Steps): Ref | undefined {
  const gather = nodes[inputs[0] as number] as GraphNode
  const { axes } = params as ReduceParams
  if (gather.definition !== gatherEntries.definition || axes.length !== 1 || axes[0] !== 1 || gather.shape.length !== 3) return undefined
  const { indices } = gather.params as Movement
  const patches = patchesOf(indices)
  if (patches === undefined || patches.channels !== 1 || patches.from.length > 3 || indices.includes(-1)) return undefined
  const [planes] = gather.shape as [number]
  const x = to.reshape(to.asFloat(read(gather.inputs[0] as number)), [planes, 1, ...patches.from])
  const { group: _, ...all } = attributes(patches, 1)
  return to.reshape(to.op('MaxPool', [x], [planes, 1, ...patches.out], all), shape)
}

/** The sums at the places of windows of what [groups, channels · window, in / groups] times [batch, groups, in / groups, places] is. */
function backwards(to: ModelWriter, { inputs, params, shape }: GraphNode, { nodes, read }: Steps): Ref | undefined {
  const patches = patchesOf((params as Movement).indices)
  const product = nodes[behindShapes(nodes, inputs[0] as number)] as GraphNode
  if (patches === undefined || product.definition !== matmul.definition) return undefined
  const [left, right] = product.inputs as [number, number]
  const [weights, values] = [left, right].map(id => (nodes[id] as GraphNode).shape) as [readonly number[], readonly number[]]
  if (weights.length !== 3 || values.length !== 4) return undefined
  const [groups, size, inner] = weights as [number, number, number]
  const [batch] = values as [number]
  const { channels, from, window, out, stride, before, dilation } = patches
  if (values[1] !== groups || size !== channels * sizeOfShape(window) || values[3] !== sizeOfShape(out)) return undefined
  const y = to.reshape(to.asFloat(read(right)), [batch, groups * inner, ...out])
  const turned = to.op('Transpose', [to.asFloat(read(left))], [groups, inner, size], { perm: [0, 2, 1] })
  const w = to.reshape(turned, [groups * inner, channels, ...window])
  // Where the last entries are in no window, they are zeros that the result has beyond them.
  const output_padding = from.map((length, k) => {
    const reach = ((window[k] as number) - 1) * (dilation[k] as number) + 1
    return Math.max(0, length + (before[k] as number) - reach - ((out[k] as number) - 1) * (stride[k] as number))
  })
  // An engine refuses more of them than a step.
  if (output_padding.some((each, k) => each >= Math.max(stride[k] as number, dilation[k] as number))) return undefined
  const all = { ...attributes(patches, groups), output_padding }
  return to.reshape(to.op('ConvTranspose', [y, w], [batch, groups * channels, ...from], all), shape)
}

/** The step that gives the entries which steps pass on that only name another shape, or round to float32, in which all is. */
function behindShapes(nodes: readonly GraphNode[], id: number): number {
  const { definition, inputs } = nodes[id] as GraphNode
  return definition === toFloat32.definition || (definition as Partial<LinearDefinition> | undefined)?.reshapes ? behindShapes(nodes, inputs[0] as number) : id
}

function attributes({ from, window, out, stride, before, dilation }: Patches, group: number): Record<string, number | readonly number[]> {
  const after = from.map((length, k) => {
    const reach = ((window[k] as number) - 1) * (dilation[k] as number) + 1
    return Math.max(0, ((out[k] as number) - 1) * (stride[k] as number) + reach - length - (before[k] as number))
  })
  return { group, kernel_shape: window, strides: stride, dilations: dilation, pads: [...before, ...after] }
}
