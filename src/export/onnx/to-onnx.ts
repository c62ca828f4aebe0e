import { DualtapeError, describe, GraphError } from '../../core/errors.ts'
import { integer } from '../../core/option-kinds.ts'
import { type OptionKind, type OptionsOf, optionReader } from '../../core/options.ts'
import { Tensor } from '../../core/tensor.ts'
import { isPlainObject, someLeaf } from '../../core/tree.ts'
import { type Graph, type GraphNode, isScalarNode } from '../../graph/graph.ts'
import { loop } from '../../graph/loop/loop.ts'
import { optimise } from '../../graph/optimise.ts'
import { labelOf } from '../../graph/print.ts'
import { type TracedCall, traceCall } from '../../graph/trace.ts'
import { NotJoined, onAllWays } from '../../graph/ways.ts'
import { type DynamicAxes, forAnyLength, readDynamicAxes, resized } from './dynamic.ts'
import { encodeModel } from './encode.ts'
import { BOOL, INT32, type Model } from './format.ts'
import { LoopResult, writeLoop } from './loops.ts'
import { type InputPart, inputParts, outputParts } from './names.ts'
import { pruned } from './prune.ts'
import { entryOf, stacked, writeStep } from './rules.ts'
import { writeSides } from './sides.ts'
import { ModelWriter, type Ref } from './writer.ts'

const names: OptionKind<{ inputs?: readonly string[]; output?: string }> = {
  wants: "an object with inputs, a list of one name for each argument, and output, the result's name",
  accepts: (given): given is { inputs?: readonly string[]; output?: string } =>
    isPlainObject(given) &&
    Object.entries(given).every(([key, each]) =>
      key === 'inputs' ? Array.isArray(each) && each.every(isName) && new Set(each).size === each.length : key === 'output' && isName(each),
    ),
}

function isName(x: unknown): boolean {
  return typeof x === 'string' && x !== ''
}

const dynamic: OptionKind<DynamicAxes> = {
  wants: "an object of names for axes of inputs, such as { x: { 0: 'batch' } }",
  accepts: (given): given is DynamicAxes => isPlainObject(given) && Object.values(given).every(isPlainObject),
}

const options = {
  opset: { is: integer, default: 18, says: 'The version of ONNX’ operators, 17 to 21.' },
  dtype: { is: ['float32', 'float64'], says: 'What numbers are: float32 if left out where an argument has a float32 tensor, else float64.' },
  names: { is: names, default: {}, says: 'What arguments and the result are called.' },
  guards: {
    is: ['join', 'refuse', 'output'],
    default: 'join',
    says: 'What becomes of comparisons that decide how the function goes on: both ways in the model, an error, or the way of the example and an output `holds` that says whether each has the same answer.',
  },
  dynamicAxes: { is: dynamic, says: "Axes of inputs that may have any length, which all have one name: { x: { 0: 'batch' } }." },
} as const

/** Options of `toOnnx`. */
export type OnnxOptions = OptionsOf<typeof options>

const readOptions = /* @__PURE__ */ optionReader(options)

/** The version of the file format that belongs to a version of the operators. */
const IR_VERSIONS: Readonly<Record<number, number>> = { 17: 8, 18: 8, 19: 9, 20: 9, 21: 10 }

/**
 * A function as a model of ONNX, as the bytes of its file: what `trace` records of it at arguments like those given, so derivatives
 * (`grad(f)`, `jacobian(f)`, a whole training step) leave as they are. Engines that read such files, in C++, Python or a page, then
 * compute it. Needs the package `@bufbuild/protobuf`.
 *
 * Inputs and outputs are the numbers, tensors and lists of the arguments and the result, of fixed shapes, named by their paths: `w`, `b.0`
 * of one argument, `arg0.w` of several, `result` and `result.w`. A list of numbers is one tensor, and so is a list of equally long
 * ones. Truths are `bool`, tensors of `int32` are that. Loops (`scan`, `foriLoop`, `whileLoop`) stay loops, and comparisons that decide
 * (`cond`, `gt(x, 0) ? … : …`) become `If` with both ways.
 *
 * Throws a GraphError for an operator that ONNX has no form for, for operators that a user has given by their value, for comparisons
 * whose ways cannot be joined (see `guards`), for constants beyond float32 or of more than 2 GB; an OptionError for options; and what
 * `trace` throws.
 *
 * @names `torch.onnx.export`
 *
 * @example
 * const model = toOnnx(grad((w: number[]) => sum(square(w))), [[1, 2, 3]])
 * model instanceof Uint8Array // true
 */
export function toOnnx<Args extends unknown[]>(f: (...args: Args) => unknown, exampleArgs: Args, given?: OnnxOptions, ...more: []): Uint8Array<ArrayBuffer> {
  const read = readOptions('toOnnx', [given, ...more])
  if (typeof f !== 'function') throw new DualtapeError(`toOnnx: takes a function, but ${describe(f)} was given.`)
  if (!Array.isArray(exampleArgs))
    throw new DualtapeError(`toOnnx: takes the list of arguments to trace the function with, but ${describe(exampleArgs)} was given.`)
  const { dynamicAxes } = read
  if (dynamicAxes === undefined) return encodeModel(modelOf(f, exampleArgs, read))
  const parts = inputParts(exampleArgs, [], read.names.inputs)
  const { symbol, axes } = readDynamicAxes(dynamicAxes, parts)
  const dtype = read.dtype ?? dtypeOf(exampleArgs)
  return encodeModel(forAnyLength(length => modelOf(f, resized(exampleArgs, parts, axes, length) as Args, { ...read, dtype }), symbol, axes))
}

/** Floats where a tensor among the arguments has some. */
function dtypeOf(args: readonly unknown[]): 'float32' | 'float64' {
  return someLeaf(args, leaf => leaf instanceof Tensor && leaf.dtype === 'float32') ? 'float32' : 'float64'
}

/** The model for arguments of these shapes. */
function modelOf<Args extends unknown[]>(
  f: (...args: Args) => unknown,
  exampleArgs: Args,
  { opset, dtype: asked, names, guards }: ReturnType<typeof readOptions>,
): Model {
  const irVersion = IR_VERSIONS[opset]
  if (irVersion === undefined) throw new DualtapeError(`toOnnx: opset is one of ${Object.keys(IR_VERSIONS).join(', ')}, not ${opset}.`)
  const { call, reason } = traced(f as never, exampleArgs, guards === 'join')
  const { lists, result } = call
  const graph = optimise(call.graph, 'exact')
  if (guards !== 'output') refuseGuards(graph, reason)
  const dtype = asked ?? dtypeOf(exampleArgs)
  const parts = inputParts(exampleArgs, lists, names.inputs)
  const results = outputParts(
    result,
    names.output ?? 'result',
    position => isScalarNode(graph.nodes[graph.outputs[position] as number]),
    graph.guards.length > 0,
  )
  const to = ModelWriter.begin(
    dtype,
    opset,
    [...parts, ...results].map(each => each.name),
  )
  checkNames([...parts.map(each => each.name), ...results.map(each => each.name)])
  const inputs: Ref[] = []
  const infos = parts.map(part => {
    const ref: Ref = { name: part.name, type: part.dtype === 'bool' ? 'bool' : 'float', shape: part.shape }
    if (part.dtype === 'int32') {
      inputs.push(to.op('Cast', [{ ...ref, name: part.name }], part.shape, { to: to.float }, 'float'))
      return to.info(ref, INT32)
    }
    inputs.push(...valuesOf(to, part, ref))
    return to.info(ref)
  })
  const steps = writeSteps(to, graph, inputs)
  const outputs = results.map(({ name, dtype, read }) => {
    const ref = read({
      at: position => steps(graph.outputs[position] as number),
      stacked: refs =>
        stacked(
          to,
          refs.map(each => to.asFloat(each)),
        ),
      to,
      holds: () => holdsAll(to, graph, steps),
    })
    if (dtype === 'int32') {
      to.node('Cast', [ref.name], [name], { to: INT32 })
      return to.info({ ...ref, name }, INT32)
    }
    const made = dtype === 'bool' ? to.asBool(ref) : ref
    to.node('Identity', [made.name], [name])
    return to.info({ ...made, name }, made.type === 'bool' ? BOOL : undefined)
  })
  return {
    irVersion,
    producerName: 'dualtape',
    graph: pruned(to.graph('dualtape', infos, outputs, to.initializers)),
    opsetImport: [{ domain: '', version: opset }],
    metadataProps: graph.guards.map(({ node, expected }, i) => ({ key: `assumption ${i}`, value: `${describeStep(graph, node)} is ${expected}` })),
    functions: [],
  }
}

/** The function's graph, on all ways through it; on that of the example alone, and why, where they cannot be joined. */
function traced(f: (...args: unknown[]) => unknown, args: readonly unknown[], joins: boolean): { call: TracedCall; reason?: string } {
  try {
    return { call: traceCall('toOnnx', joins ? onAllWays(f) : f, args) }
  } catch (error) {
    if (!(error instanceof NotJoined)) throw error
    return { call: traceCall('toOnnx', f, args), reason: error.message }
  }
}

/** The inputs of a graph that an argument's part is. */
function valuesOf(to: ModelWriter, part: InputPart, ref: Ref): Ref[] {
  if (part.entries === undefined) return [ref]
  return [...(part.whole ? [ref] : []), ...part.entries.map(position => entryOf(to, ref, position))]
}

/** Writes the steps of a graph; gives what reads their values. */
function writeSteps(to: ModelWriter, graph: Graph, inputs: readonly Ref[]): (id: number) => Ref {
  const values = new Map<number, Ref | LoopResult>(graph.inputs.map((id, i) => [id, inputs[i] as Ref]))
  const read = (by: ModelWriter, id: number): Ref => {
    const value = values.get(id) as Ref | LoopResult
    return value instanceof LoopResult ? value.whole(by) : value
  }
  const step = (by: ModelWriter, id: number) => {
    const node = graph.nodes[id] as GraphNode
    if (values.has(id)) return
    const own = (input: number) => read(by, input)
    if (node.op === 'constant') values.set(id, writeConstant(by, node))
    else if (node.definition === loop) values.set(id, writeLoop(by, node, node.inputs.map(own), writeGraph))
    else {
      const [source] = node.inputs
      const of = source === undefined ? undefined : values.get(source)
      const { start = 0, position = start } = (node.params ?? {}) as { start?: number; position?: number }
      if (of instanceof LoopResult && (node.op === 'section' || node.op === 'pick')) values.set(id, of.section(by, position, node.shape))
      else values.set(id, writeStep(by, node, node.inputs.map(own), graph.nodes, own))
    }
  }
  writeSides(to, graph, { step, read, set: (id, ref) => void values.set(id, ref) })
  return id => read(to, id)
}

function writeGraph(to: ModelWriter, graph: Graph, inputs: readonly Ref[]): Ref[] {
  const read = writeSteps(to, graph, inputs)
  return graph.outputs.map(id => {
    const value = read(id)
    return graph.nodes[id]?.dtype === 'bool' ? to.asBool(value) : to.asFloat(value)
  })
}

function writeConstant(to: ModelWriter, { value, shape, dtype }: GraphNode): Ref {
  const numbers = value instanceof Tensor ? value.data : [Number(value)]
  return dtype === 'bool' ? to.truths(numbers, shape) : to.floats(numbers, shape)
}

/** Whether all comparisons have the answer that they had when the function was traced. */
function holdsAll(to: ModelWriter, graph: Graph, steps: (id: number) => Ref): Ref {
  const answers = graph.guards.map(({ node, expected }) => (expected ? to.asBool(steps(node)) : to.op('Not', [to.asBool(steps(node))], [])))
  return answers.reduce((all, each) => to.op('And', [all, each], []))
}

function refuseGuards(graph: Graph, reason: string | undefined): void {
  const [first] = graph.guards
  if (first === undefined) return
  throw new GraphError(
    `toOnnx: the function asks whether ${describeStep(graph, first.node)}, and for other arguments it may be another function${reason === undefined ? '' : `, which a model cannot have beside this one: ${reason}`}. ` +
      "Write the branch as where on a mask; or give { guards: 'output' }, for a model with an output 'holds' that says whether its numbers are those of the function.",
  )
}

function describeStep({ nodes }: Graph, id: number): string {
  const { op, inputs } = nodes[id] as GraphNode
  const [first, second] = inputs.map(input => nodes[input] as GraphNode)
  if (op === 'less' && first?.op === 'section' && nodes[first.inputs[0] as number]?.definition === loop)
    return `a loop has fewer than ${labelOf(second as GraphNode)} rounds`
  return `${op}(${inputs.map(input => labelOf(nodes[input] as GraphNode)).join(', ')})`
}

function checkNames(all: readonly string[]): void {
  const twice = all.find((name, i) => all.indexOf(name) < i)
  if (twice !== undefined)
    throw new DualtapeError(`toOnnx: two values are named ${twice}. Name arguments and the result with { names: { inputs: […], output: … } }.`)
}
