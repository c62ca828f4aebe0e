import { noMore } from '../../core/arguments.ts'
import { asValue, shapeOf } from '../../core/dispatch.ts'
import { DualtapeError, describe, ShapeError, TreeError } from '../../core/errors.ts'
import { formatShape } from '../../core/shape.ts'
import type { Tensor } from '../../core/tensor.ts'
import { isPlainObject } from '../../core/tree.ts'
import type { TensorLike, Value } from '../../core/types.ts'
import { decodeModel } from './encode.ts'
import type { GraphMessage, NodeMessage, ValueInfo } from './format.ts'
import { Call, type Operator } from './read/call.ts'
import { CONTROL } from './read/control.ts'
import { ELEMENTWISE } from './read/elementwise.ts'
import type { Item } from './read/item.ts'
import { PRODUCTS } from './read/products.ts'
import { REDUCTIONS } from './read/reductions.ts'
import { SHAPES } from './read/shapes.ts'
import { checkedShape, KINDS, readTensor, refuse } from './read/tensors.ts'

/** The operators that are read. */
export const OPERATORS: Readonly<Record<string, Operator>> = { ...ELEMENTWISE, ...SHAPES, ...PRODUCTS, ...REDUCTIONS, ...CONTROL }

/** The versions of ONNX' operators that are read. */
const [OLDEST, NEWEST] = [7, 24]

/** An input or output of a model: axes of any length have a name, or none. */
export interface OnnxValue {
  readonly name: string
  /** Undefined where the model does not say. */
  readonly shape: readonly (number | string | undefined)[] | undefined
}

/** A model as a function. */
export interface OnnxModel {
  /**
   * The outputs by name, for inputs by name: tensors, or numbers where they have no axes. The weights are those of the model if left out.
   * Throws a DualtapeError for an input that is missing or not known, a ShapeError for one of another shape, and what operators throw.
   */
  apply(inputs: Readonly<Record<string, TensorLike>>, weights?: Readonly<Record<string, TensorLike>>): Record<string, Tensor>
  /** The model's constants that are no integers, by name. */
  readonly weights: Record<string, Tensor>
  readonly inputs: readonly OnnxValue[]
  readonly outputs: readonly OnnxValue[]
}

/**
 * A model of ONNX as a function of its inputs and weights, which is differentiated, trained, compiled and batched like others. Needs the
 * package `@bufbuild/protobuf`. Weights of float32 are tensors of float32, so numbers are what other engines compute, to rounding.
 *
 * Throws a GraphError for bytes that are no model, for operators that are not read, with the list of those that are, and for data in
 * other files: nothing but the bytes is read.
 *
 * @example
 * const model = fromOnnx(toOnnx((x: number[]) => mul(3, sum(square(x))), [[1, 2]]))
 * model.apply({ input: [1, 2] }).result // 15
 */
export function fromOnnx(bytes: Uint8Array, ...more: []): OnnxModel {
  noMore('fromOnnx', 1, more)
  if (!(bytes instanceof Uint8Array)) throw new DualtapeError(`fromOnnx: takes the bytes of a model, a Uint8Array, but ${describe(bytes)} was given.`)
  const { graph, opsetImport, functions, irVersion } = decodeModel(bytes)
  if (graph === undefined || irVersion === undefined) return refuse('the bytes are no ONNX model: there is no graph in them')
  const opset =
    opsetImport.find(({ domain = '' }) => domain === '' || domain === 'ai.onnx')?.version ?? refuse('the model does not say of which version its operators are')
  if (opset < OLDEST || opset > NEWEST) refuse(`the model has operators of version ${opset}; those of ${OLDEST} to ${NEWEST} are read`)
  if (functions.length > 0) refuse('the model has functions of its own, which are not read. Have them inlined when the model is exported')
  const constants = constantsOf(graph)
  const given = graph.input.filter(each => !constants.has(each.name))
  check(graph, new Set(), 0)
  const isWeight = ({ kind }: Item) => kind === 'float'
  const weights = Object.fromEntries([...constants].flatMap(([name, item]) => (isWeight(item) ? [[name, item.value as Tensor]] : [])))
  return {
    weights,
    inputs: given.map(valueOf),
    outputs: graph.output.map(valueOf),
    apply(inputs, own = weights) {
      const values = new Map<string, Item>(constants)
      for (const [name, value] of entriesOf('weights', own, Object.keys(weights))) {
        sameShapeAs(name, value, (weights[name] as Tensor).shape)
        values.set(name, { kind: 'float', value })
      }
      const inputsByName = new Map(given.map(each => [each.name, each]))
      for (const [name, value] of entriesOf('inputs', inputs, [...inputsByName.keys()])) {
        const info = inputsByName.get(name) as ValueInfo
        const { shape } = valueOf(info)
        if (shape !== undefined) sameShapeAs(name, value, shape)
        values.set(name, { kind: KINDS[info.type?.tensorType?.elemType ?? 1] ?? 'float', value })
      }
      const results = runGraph(graph, values, opset, { left: MOST_ROUNDS })
      return Object.fromEntries(graph.output.map(({ name }, i) => [name, results[i]?.value as Tensor]))
    },
  }
}

/** The values of a tree of names, which must be those that are known. */
function entriesOf(what: string, given: unknown, names: readonly string[]): [string, Value][] {
  if (!isPlainObject(given)) throw new TreeError(`apply: ${what} are an object by name (${names.join(', ')}), but ${describe(given)} was given.`)
  const unknown = Object.keys(given).find(each => !names.includes(each))
  if (unknown !== undefined) throw new DualtapeError(`apply: ${what} have no ${unknown}. There are: ${names.join(', ')}.`)
  return names.map(name => {
    if (given[name] === undefined) throw new DualtapeError(`apply: ${name} is missing among the ${what}, which are ${names.join(', ')}.`)
    return [name, asValue(`apply: ${name}`, given[name])]
  })
}

function sameShapeAs(name: string, value: Value, shape: NonNullable<OnnxValue['shape']>): void {
  const own = shapeOf(value)
  const fits = own.length === shape.length && shape.every((length, axis) => typeof length !== 'number' || length === own[axis])
  if (!fits) throw new ShapeError(`apply: ${name} has shape ${formatShape(own)}, but the model has [${shape.map(each => each ?? '?').join(', ')}].`)
}

function valueOf({ name, type }: ValueInfo): OnnxValue {
  const dims = type?.tensorType?.shape?.dim
  return { name, shape: dims?.map(({ dimValue, dimParam }) => dimValue ?? (dimParam || undefined)) }
}

/** The constants of graphs, which rounds of a loop do not read again. */
const readGraphs = new WeakMap<GraphMessage, ReadonlyMap<string, Item>>()

function constantsOf(graph: GraphMessage): ReadonlyMap<string, Item> {
  const made = readGraphs.get(graph) ?? readConstants(graph)
  readGraphs.set(graph, made)
  return made
}

function readConstants(graph: GraphMessage): Map<string, Item> {
  if (graph.sparseInitializer.length > 0) refuse('the model has sparse constants, which are not read')
  return new Map(graph.initializer.map(each => [each.name ?? '', readTensor(`the constant ${each.name}`, each)]))
}

/** Refuses nodes that are not known, and values that no node before has made: what goes in a circle has no beginning. */
function check(graph: GraphMessage, around: ReadonlySet<string>, depth: number): void {
  const known = new Set([...around, '', ...graph.initializer.map(each => each.name ?? ''), ...graph.input.map(each => each.name)])
  const unread = new Set<string>()
  const visit = ({ opType, domain = '', input, output, attribute }: NodeMessage) => {
    const name = domain === '' || domain === 'ai.onnx' ? opType : `${domain}.${opType}`
    if (!Object.hasOwn(OPERATORS, name)) unread.add(name)
    for (const each of input)
      if (!known.has(each))
        refuse(`${opType} takes ${each}, which nothing before it gives: the nodes go in a circle, stand in a wrong order, or one is missing`)
    for (const each of attribute) {
      if (each.refAttrName) refuse(`${opType} refers to an attribute of a function, where there is none`)
      if (each.g !== undefined) check(each.g, known, depth + 1)
    }
    for (const each of output) {
      if (each !== '' && known.has(each) && !around.has(each)) refuse(`two values are named ${each}`)
      known.add(each)
    }
  }
  graph.node.forEach(visit)
  if (unread.size > 0)
    refuse(`the model has operators that are not read: ${[...unread].sort().join(', ')}. Those that are: ${Object.keys(OPERATORS).sort().join(', ')}`)
  for (const { name } of graph.output) if (!known.has(name)) refuse(`nothing gives the output ${name}`)
  if (graph.output.length === 0) refuse('a graph of the model has no output')
}

function runGraph(graph: GraphMessage, values: Map<string, Item>, opset: number, rounds: { left: number }): Item[] {
  const run = (inner: GraphMessage, inputs: readonly Item[]): Item[] => {
    const within = new Map([...values, ...constantsOf(inner)])
    inner.input.forEach(({ name }, i) => {
      within.set(name, inputs[i] as Item)
    })
    return runGraph(inner, within, opset, rounds)
  }
  for (const node of graph.node) {
    const operands = node.input.map(name => (name === '' ? undefined : values.get(name)))
    const made = called(new Call(node, operands, opset, run, rounds))
    const results = Array.isArray(made) ? (made as readonly Item[]) : [made as Item]
    node.output.forEach((name, i) => {
      const result = results[i]
      if (name !== '' && result === undefined) refuse(`${node.opType} gives ${results.length} values, not ${node.output.length}`)
      // A model that doubles what it has from node to node is small, and what it makes is not.
      if (result !== undefined) checkedShape(`what ${node.opType} gives`, shapeOf(result.value))
      if (name !== '') values.set(name, result as Item)
    })
  }
  return graph.output.map(({ name }) => values.get(name) as Item)
}

/** Rounds of all loops of one run together. */
const MOST_ROUNDS = 1e6

/** What a node gives. An error says which node asks for more than there is. */
function called(call: Call): ReturnType<Operator> {
  try {
    return (OPERATORS[call.node.opType] as Operator)(call)
  } catch (error) {
    if (error instanceof RangeError) return call.fail(`it asks for more than an engine has (${error.message})`)
    throw error
  }
}
