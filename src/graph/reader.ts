import type { Definition, StepRule } from '../core/definition.ts'
import { DualtapeError, describe, GraphError, ShapeError } from '../core/errors.ts'
import { acceptedBy, type Options, wantedBy } from '../core/options.ts'
import { broadcastShapes, formatShape, product, type Shape, sameShape, sizeOfShape } from '../core/shape.ts'
import { Tensor } from '../core/tensor.ts'
import type { ElementwiseDefinition } from '../ops/kinds/elementwise.ts'
import type { LinearDefinition } from '../ops/kinds/linear.ts'
import { Graph, type GraphNode, type Guard, isScalarNode } from './graph.ts'
import { loop } from './loop/loop.ts'
import { type LoopParams, MOST_ROUNDS } from './loop/parts.ts'
import { loopShape } from './loop/rule.ts'
import { VERSION } from './print.ts'

/** How large a graph from a file may be. */
export interface GraphLimits {
  /** Entries of all tensors together; 100,000,000 if left out. */
  readonly entries?: number | undefined
  /** Steps that a run may take, those of loops in each of the most rounds that they may have; any number if left out. */
  readonly operations?: number | undefined
}

const MOST_ENTRIES = 1e8
const HIGHEST_RANK = 64
/** Loops in each other. */
const DEEPEST = 64

type Kind = Pick<GraphNode, 'shape' | 'dtype' | 'rank0'>
type Fail = (why: string) => never

/**
 * Reads what `toJSON` wrote, and takes nothing for granted: each step has operands, parameters and a result that its operator's
 * definition allows.
 */
export class GraphReader {
  readonly #known: ReadonlyMap<string, Definition>
  readonly #limits: GraphLimits
  #entries = 0
  #operations = 0

  constructor(known: ReadonlyMap<string, Definition>, limits: GraphLimits) {
    this.#known = known
    this.#limits = limits
  }

  /** A graph; `where` begins messages. The body of a loop is run so many `times`, and lies so deep in others. */
  read(json: unknown, where = 'Graph.fromJSON', times = 1, depth = 0): Graph {
    const fail: Fail = why => {
      throw new GraphError(`${where}: ${why}.`)
    }
    if (depth > DEEPEST) fail(`loops stand in each other deeper than ${DEEPEST}`)
    const data = record(json, fail, 'a graph that toJSON wrote')
    if (data.format !== 'dualtape-graph') fail('this is not a graph that toJSON wrote: format is missing')
    if (data.version !== VERSION) fail(`version ${JSON.stringify(data.version)} of the format is not known; this library reads version ${VERSION}`)
    checkKeys(data, ['format', 'version', 'inputs', 'outputs', 'guards', 'nodes'], fail)
    const nodes: GraphNode[] = []
    for (const each of list(data.nodes, 'nodes', fail)) nodes.push(this.#node(each, nodes, where, times, depth))
    const position = (x: unknown, what: string) => positionOf(x, nodes.length, what, fail)
    const inputs = list(data.inputs, 'inputs', fail).map(each => position(each, 'inputs'))
    const distinct = new Set(inputs)
    const guarded = new Set<number>()
    const isInput = (id: number) => nodes[id]?.op === 'input'
    if (distinct.size < inputs.length || !inputs.every(isInput) || nodes.some((_, id) => isInput(id) && !distinct.has(id)))
      fail('inputs are not the steps that are inputs, each once')
    return new Graph(
      nodes,
      inputs,
      list(data.outputs, 'outputs', fail).map(each => position(each, 'outputs')),
      list(data.guards ?? [], 'guards', fail).map((each): Guard => {
        const { node, expected, op, ...others } = record(each, fail, 'a guard')
        const id = position(node, 'a guard')
        const asks = isScalarNode(nodes[id]) && nodes[id]?.dtype === 'bool' && nodes[id].op !== 'constant'
        if (typeof expected !== 'boolean' || typeof op !== 'string' || Object.keys(others).length > 0 || !asks || guarded.has(id))
          fail(
            `the guard of step ${id} is none: it has a truth that is computed as node, each once, a truth that is expected, and the name of an operator as op`,
          )
        guarded.add(id)
        return { node: id, expected: expected as boolean, op: op as string }
      }),
    )
  }

  #node(json: unknown, earlier: readonly GraphNode[], where: string, times: number, depth: number): GraphNode {
    const id = earlier.length
    let step = `step ${id}`
    const fail: Fail = why => {
      throw new GraphError(`${where}: ${step}: ${why}.`)
    }
    const data = record(json, fail, 'a step')
    checkKeys(data, ['op', 'inputs', 'params', 'shape', 'dtype', 'rank0', 'value', 'name'], fail)
    const { op, dtype, rank0, name } = data
    if (typeof op !== 'string') return fail(`op is ${describe(op)}, not the name of an operator`)
    step = `step ${id} (${op.slice(0, 40)})`
    const shape = this.#shape(data.shape, fail)
    if (dtype !== 'float64' && dtype !== 'bool') return fail(`dtype is ${describe(dtype)}, not 'float64' or 'bool'`)
    if (rank0 !== undefined && (rank0 !== true || shape.length > 0)) fail('rank0 is true, for a Tensor of rank 0, or left out')
    const kind: Kind = rank0 === true ? { shape, dtype, rank0 } : { shape, dtype }
    const inputs = list(data.inputs ?? [], 'inputs', fail).map(each => positionOf(each, id, 'inputs', fail))
    this.#operations += times
    if (this.#operations > (this.#limits.operations ?? Number.POSITIVE_INFINITY))
      fail(`more than the ${this.#limits.operations} operations that the limits allow`)
    if (op === 'input' || op === 'constant') {
      if (inputs.length > 0 || data.params !== undefined) fail('it has neither operands nor parameters')
      if ((data.value === undefined) !== (op === 'input')) fail(op === 'input' ? 'it has no value' : 'its value is missing')
      if (name !== undefined && (op !== 'input' || typeof name !== 'string')) fail(`name is ${describe(name)}`)
      if (op === 'input') return { op, inputs, ...kind, ...(name !== undefined && { name: name as string }) }
      return { op, inputs, ...kind, value: constant(data.value, kind, fail) }
    }
    if (data.value !== undefined || name !== undefined) fail('only constants have a value, and inputs a name')
    const definition = this.#known.get(op)
    if (definition === undefined) return fail('this operator is not known')
    const operands = inputs.map(input => earlier[input] as GraphNode)
    try {
      const params =
        definition === loop ? this.#loopParams(data.params, `${where}: ${step}`, times, depth, fail) : paramsOf(data.params, definition.step?.params, fail)
      const right = definition === loop ? loopShape(params as LoopParams, operands) : shapeFor(definition, operands, params)
      if (!sameShape(right, shape)) fail(`its result has shape ${formatShape(right)}, not ${formatShape(shape)}`)
      if ((rank0 === true) !== (shape.length === 0 && (definition as Partial<LinearDefinition>).makesRank0 === true)) fail('rank0 is wrong')
      if (!mayGive(definition, operands, kind)) fail(`its result is not ${dtype}`)
      return { op, definition, inputs, params, ...kind }
    } catch (error) {
      if (error instanceof DualtapeError && !(error instanceof GraphError)) fail(error.message.replace(/\.$/, ''))
      throw error
    }
  }

  #shape(json: unknown, fail: Fail): Shape {
    const shape = list(json, 'shape', fail)
    if (shape.length > HIGHEST_RANK) fail(`a shape of ${shape.length} axes has more than ${HIGHEST_RANK}`)
    if (!shape.every(each => Number.isInteger(each) && (each as number) >= 0 && (each as number) <= 2 ** 31))
      fail(`shape [${shape.map(describe).join(', ')}] is no list of lengths`)
    this.#entries += product(shape as number[])
    const most = this.#limits.entries ?? MOST_ENTRIES
    if (!(this.#entries <= most))
      fail(`with shape ${formatShape(shape as number[])} the tensors have more than ${most} entries together. Allow more with { limits: { entries } }`)
    return shape.map(each => (each as number) + 0)
  }

  #loopParams(json: unknown, where: string, times: number, depth: number, fail: Fail): LoopParams {
    const data = record(json, fail, 'parameters of a loop')
    checkKeys(data, ['body', 'condition', 'count', 'carries', 'items', 'reverse', 'bounded'], fail)
    const whole = (name: string, most: number) => {
      const given = data[name]
      return Number.isInteger(given) && (given as number) >= 0 && (given as number) <= most ? (given as number) : fail(`${name} is ${describe(given)}`)
    }
    const truth = (given: unknown, name: string) => (typeof given === 'boolean' ? given : fail(`${name} is ${describe(given)}`))
    const count = whole('count', MOST_ROUNDS)
    const inner = (name: string) => this.read(data[name], `${where}: its ${name}`, times * count, depth + 1)
    return {
      body: inner('body'),
      ...(data.condition !== undefined && { condition: inner('condition') }),
      count,
      carries: whole('carries', MOST_ROUNDS),
      items: whole('items', MOST_ROUNDS),
      reverse: truth(data.reverse, 'reverse'),
      bounded: truth(data.bounded, 'bounded'),
    }
  }
}

/** The shape that an operator gives. */
function shapeFor(definition: Definition, operands: readonly Kind[], params: unknown): Shape {
  const shapes = operands.map(each => each.shape)
  const { step = elementwiseStep(definition) } = definition
  if (step.arity !== undefined && step.arity !== shapes.length)
    throw new ShapeError(`it takes ${step.arity} operand${step.arity === 1 ? '' : 's'}, not ${shapes.length}`)
  return step.shape(shapes, params)
}

function elementwiseStep(definition: Definition): StepRule {
  return { arity: (definition as ElementwiseDefinition).arity, shape: shapes => broadcastShapes('the operands', shapes) }
}

/** Whether a result may be of a dtype. A choice among scalars may be a truth where one of them is. */
function mayGive({ mask, step, ...definition }: Definition, operands: readonly Kind[], { dtype, shape }: Kind): boolean {
  const truths = operands.filter(each => each.dtype === 'bool')
  if ((definition as Partial<ElementwiseDefinition>).chooses && shape.length === 0 && truths.length > 0) return true
  const gives = mask === true || step?.mask === 'always' || (step?.mask === 'kept' && truths.some(each => !isScalarNode(each)))
  return gives === (dtype === 'bool')
}

/** Parameters as they are declared: all of them, and no others. */
function paramsOf(json: unknown, options: Options | undefined, fail: Fail): unknown {
  if (options === undefined) return json === undefined ? undefined : fail('it has no parameters')
  if (json === undefined && Object.values(options).every(({ required, default: otherwise }) => !required && otherwise === undefined)) return undefined
  const data = record(json, fail, 'parameters')
  checkKeys(data, Object.keys(options), fail)
  return Object.fromEntries(
    Object.entries(options).flatMap(([key, option]) => {
      const given = decode(data[key], fail)
      if (given === undefined && !option.required && option.default === undefined) return []
      return acceptedBy(option, given) ? [[key, given]] : fail(`${key} is ${wantedBy(option)}, not ${describe(given)}`)
    }),
  )
}

/** A parameter or an entry as `toJSON` writes it: what JSON has no word for is marked. */
function decode(json: unknown, fail: Fail): unknown {
  if (Array.isArray(json)) return json.map(each => (typeof each === 'object' && each !== null && !Array.isArray(each) ? number(each, fail) : each))
  if (typeof json !== 'object' || json === null) return json
  if (!Array.isArray((json as { $ints?: unknown }).$ints)) return number(json, fail)
  const { $ints } = json as { $ints: unknown[] }
  if (!$ints.every(each => Number.isInteger(each) && each === ((each as number) | 0))) fail('positions are not all integers')
  return Int32Array.from($ints as number[])
}

const MARKED = new Map([
  ['NaN', Number.NaN],
  ['Infinity', Number.POSITIVE_INFINITY],
  ['-Infinity', Number.NEGATIVE_INFINITY],
  ['-0', -0],
])

function number(json: unknown, fail: Fail): number {
  if (typeof json === 'number') return json
  const { $number, ...others } = record(json, fail, 'a number')
  return (Object.keys(others).length === 0 ? MARKED.get($number as string) : undefined) ?? fail(`${describe($number)} is no number`)
}

/** The value of a constant, which is of the kind that its step says. */
function constant(json: unknown, { shape, dtype, rank0 }: Kind, fail: Fail): number | boolean | Tensor {
  const scalar = shape.length === 0 && rank0 !== true
  if (typeof json === 'boolean') return scalar && dtype === 'bool' ? json : fail('its value is a truth, which the step is not')
  if (typeof json !== 'object' || json === null || !('$tensor' in json)) {
    const value = number(json, fail)
    return scalar && dtype === 'float64' ? value : fail('its value is a number, which the step is not')
  }
  const data = record(json, fail, 'a tensor')
  checkKeys(data, ['$tensor', 'shape', 'dtype'], fail)
  const entries = list(data.$tensor, 'the entries', fail)
  const own = list(data.shape, 'its shape', fail) as number[]
  if (scalar || data.dtype !== dtype || !sameShape(own, shape)) fail('its value is a tensor that the step is not')
  if (entries.length !== sizeOfShape(shape)) fail(`${entries.length} entries do not fill shape ${formatShape(shape)}`)
  return new Tensor(
    Float64Array.from(entries, each => number(each, fail)),
    shape,
    dtype,
  )
}

function record(json: unknown, fail: Fail, what: string): Record<string, unknown> {
  return typeof json === 'object' && json !== null && !Array.isArray(json) ? (json as Record<string, unknown>) : fail(`${describe(json)} is not ${what}`)
}

function list(json: unknown, what: string, fail: Fail): readonly unknown[] {
  return Array.isArray(json) ? json : fail(`${what} is ${describe(json)}, not a list`)
}

function checkKeys(data: Record<string, unknown>, known: readonly string[], fail: Fail): void {
  for (const key of Object.keys(data)) if (!known.includes(key)) fail(`there is no ${JSON.stringify(key.slice(0, 40))} here`)
}

function positionOf(json: unknown, below: number, what: string, fail: Fail): number {
  return Number.isInteger(json) && (json as number) >= 0 && (json as number) < below
    ? (json as number) + 0
    : fail(`${what} name ${describe(json)}, which is no earlier step`)
}
