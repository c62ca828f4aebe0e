import { asValue, shapeOf } from '../core/dispatch.ts'
import { DualtapeError, describe, GraphError, ShapeError } from '../core/errors.ts'
import { formatShape, sameShape } from '../core/shape.ts'
import { Tensor } from '../core/tensor.ts'
import { isTraced } from '../core/traced.ts'
import type { Value } from '../core/types.ts'
import type { Graph, GraphNode } from './graph.ts'
import { evaluateSteps } from './guards.ts'

/** What is given for an input, as its step has it. Throws a ShapeError where it has another shape, and a DualtapeError where it is traced. */
export function readInput(what: string, { shape, rank0, name, dtype }: GraphNode, given: unknown, position = 0): Value {
  const read = asValue(what, given, position)
  const value = shape.length > 0 ? read : rank0 ? ofRank0(read) : read instanceof Tensor && read.rank === 0 ? read.item() : read
  if (isTraced(value)) throw new DualtapeError(`${what}: a graph takes plain values, not values of a graph or a transform. Compile or call the function there.`)
  if (!sameShape(shapeOf(value), shape)) {
    throw new ShapeError(`${what}: ${name ?? 'an input'} has shape ${formatShape(shape)}, but a value of shape ${formatShape(shapeOf(value))} was given.`)
  }
  return dtype === 'bool' ? asMask(`${what}: ${name ?? 'an input'}`, value) : value
}

/** A mask, also from numbers 0 and 1. */
function asMask(what: string, x: Value): Value {
  if (!(x instanceof Tensor) || x.dtype === 'bool') return x
  const other = x.data.find(each => each !== 0 && each !== 1)
  if (other !== undefined) throw new DualtapeError(`${what} is a mask, but ${other} was given, which is no truth. Give booleans, or 0 and 1.`)
  return new Tensor(Float64Array.from(x.data), x.shape, 'bool')
}

/** The outputs of a graph for given inputs, which belong to the caller. */
export function evaluateGraph(graph: Graph, given: readonly unknown[]): Value[] {
  const { nodes, inputs, outputs } = graph
  if (!Array.isArray(given) || given.length !== inputs.length) {
    const found = Array.isArray(given) ? `${given.length} were given` : `${describe(given)} was given`
    throw new GraphError(`evaluate: takes a list of the graph's ${inputs.length} input${inputs.length === 1 ? '' : 's'}, but ${found}.`)
  }
  const read = inputs.map((id, i) => readInput('evaluate', nodes[id] as GraphNode, given[i], i))
  const values = evaluateSteps(graph, read)
  const taken = new Set<ArrayBufferLike>()
  const take = (x: unknown) => x instanceof Tensor && taken.add(x.data.buffer)
  for (const each of [...read, ...nodes.map(node => node.value)]) take(each)
  return outputs.map(output => {
    const value = values[output] as Value
    const own = value instanceof Tensor && taken.has(value.data.buffer) ? new Tensor(value.data.slice(), value.shape, value.dtype) : value
    take(own)
    return own
  })
}

/** A scalar as a tensor of rank 0. */
function ofRank0(x: Value): Value {
  return typeof x === 'number' || typeof x === 'boolean' ? new Tensor(Float64Array.of(Number(x)), []) : x
}
