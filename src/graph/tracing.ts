import type { Definition } from '../core/definition.ts'
import { TapeError, TracedValueError } from '../core/errors.ts'
import { type Shape, sizeOfShape } from '../core/shape.ts'
import { Tensor } from '../core/tensor.ts'
import { Arena, freshLevel, isTraced, RETIRED, Traced, TracedTensor, type Transform } from '../core/traced.ts'
import type { Value } from '../core/types.ts'
import { pick, stackScalars } from '../ops/pick.ts'
import { Graph, type GraphNode, type Guard, prune } from './graph.ts'
import { simplify } from './simplify.ts'

/**
 * A graph that grows while a function runs on its values. Equal steps are one step from the start (they are found by
 * operator, operands and parameters), and exact algebraic identities are applied as steps arise.
 *
 * Every step knows a value: that for the example which the function is traced with. It gives shapes, and it answers
 * questions, which become guards.
 */
export class Tracing implements Transform {
  readonly level = freshLevel()
  readonly label = 'Tracer'
  readonly abstract = true
  readonly arena: Arena = new Arena(RETIRED, this)
  readonly nodes: GraphNode[] = []
  readonly examples: Value[] = []
  readonly inputs: number[] = []
  readonly guards: Guard[] = []
  /** Steps without parameters and with at most two operands, which is nearly all; and the others. */
  readonly #steps = new Steps()
  readonly #known = new Map<string, number>()
  readonly #constants = new Map<Value, number>()

  nextPage(): Arena {
    return this.arena
  }

  /** An input, with a value for example. */
  input(example: Value, name?: string): Traced | TracedTensor {
    const id = this.#push(nodeOf('input', undefined, NONE, undefined, example, undefined, name), example)
    this.inputs.push(id)
    return this.handle(id) as Traced | TracedTensor
  }

  handle(id: number): Value {
    const { shape } = this.nodes[id] as GraphNode
    const example = this.examples[id]
    return example instanceof Tensor ? new TracedTensor(this.arena, shape, id) : new Traced(this.arena, id)
  }

  owns(x: unknown): x is Traced | TracedTensor {
    return isTraced(x) && x.arena === this.arena
  }

  /** The step that a value is; constants become steps. */
  idOf(x: Value): number {
    if (this.owns(x)) return x instanceof TracedTensor ? (x.box as number) : x.index
    if (isTraced(x)) throw new TapeError('A value of another graph or transform was used in this graph. Pass it in as an input.')
    const key = typeof x === 'number' && x === 0 ? (Object.is(x, -0) ? '-0' : 0) : x
    const known = this.#constants.get(key as Value)
    if (known !== undefined) return known
    const id = this.#push(nodeOf('constant', undefined, NONE, undefined, x, x as number, undefined), x)
    this.#constants.set(key as Value, id)
    return id
  }

  exampleOf(x: Value): Value {
    return this.owns(x) ? (this.examples[this.idOf(x)] as Value) : x
  }

  apply(definition: Definition, operands: readonly Value[], params: unknown): Value {
    return this.handle(
      this.add(
        definition,
        operands.map(each => this.idOf(each)),
        params,
      ),
    )
  }

  /** The step of an operator on earlier steps. */
  add(definition: Definition, inputs: readonly number[], params: unknown): number {
    const simpler = simplify(definition, inputs, params, this.nodes)
    if (simpler !== undefined) return simpler
    const plain = params === undefined && inputs.length <= 2
    const key = plain ? '' : `${definition.name} ${inputs.join()} ${params === undefined ? '' : keyOf(params)}`
    const known = plain ? this.#steps.find(this.nodes, definition, inputs) : (this.#known.get(key) ?? -1)
    if (known >= 0) return known
    const example = definition.evaluate(
      inputs.map(input => this.examples[input] as Value),
      params,
    )
    const id = this.#push(nodeOf(definition.name, definition, inputs, params, example, undefined, undefined), example)
    if (plain) this.#steps.add(this.nodes, id)
    else this.#known.set(key, id)
    return id
  }

  #push(node: GraphNode, example: Value): number {
    this.nodes.push(node)
    this.examples.push(example)
    return this.nodes.length - 1
  }

  ask(definition: Definition, operands: readonly Value[]): boolean {
    const node = this.add(
      definition,
      operands.map(each => this.idOf(each)),
      undefined,
    )
    const expected = Boolean(this.examples[node])
    if (!this.guards.some(guard => guard.node === node)) this.guards.push({ node, expected, op: definition.name })
    return expected
  }

  primal(x: Value): Value {
    return this.exampleOf(x)
  }

  observe(): void {
    throw new TracedValueError(
      'value(x) was read while the function is traced for compile or a graph, where there are no numbers yet. Use operators; for a branch gt(x, 0) and its kin, ' +
        'which are guarded, or where on a mask; for a loop that depends on values whileLoop.',
    )
  }

  assemble(scalars: readonly Value[], shape: Shape): Value {
    return this.apply(stackScalars.definition, scalars, { shape })
  }

  pick(x: TracedTensor, position: number): Value {
    const { definition, inputs } = this.nodes[x.box as number] as GraphNode
    if (definition === stackScalars.definition) return this.handle(inputs[position] as number)
    return this.apply(pick.definition, [x], { position })
  }

  /** What has been traced, as far as these steps need it. */
  graph(outputs: readonly number[]): Graph {
    return prune(new Graph(this.nodes, this.inputs, outputs, this.guards), outputs)
  }
}

const NONE: readonly number[] = []

/** A step, with all its fields, so that V8 has one class for all. */
function nodeOf(
  op: string,
  definition: Definition | undefined,
  inputs: readonly number[],
  params: unknown,
  example: Value,
  value: GraphNode['value'],
  name: string | undefined,
): GraphNode {
  const isTensor = example instanceof Tensor
  const bool = typeof example === 'boolean' || (isTensor && example.dtype === 'bool')
  const shape = isTensor ? example.shape : NONE
  const rank0 = isTensor && shape.length === 0 ? true : undefined
  return { op, definition, inputs, params, shape, dtype: bool ? 'bool' : 'float64', rank0, value, name }
}

/** A hash table of steps by operator and operands, in integers. */
class Steps {
  #table = new Int32Array(1024).fill(-1)
  #count = 0
  readonly #operators = new Map<Definition, number>()

  find(nodes: readonly GraphNode[], definition: Definition, inputs: readonly number[]): number {
    const mask = this.#table.length - 1
    for (let at = this.#hash(definition, inputs) & mask; ; at = (at + 1) & mask) {
      const id = this.#table[at] as number
      if (id < 0) return -1
      const node = nodes[id] as GraphNode
      if (node.definition === definition && node.inputs.length === inputs.length && node.inputs[0] === inputs[0] && node.inputs[1] === inputs[1]) return id
    }
  }

  add(nodes: readonly GraphNode[], id: number): void {
    if (2 * ++this.#count > this.#table.length) {
      const old = this.#table
      this.#table = new Int32Array(2 * old.length).fill(-1)
      for (const each of old) if (each >= 0) this.#put(nodes, each)
    }
    this.#put(nodes, id)
  }

  #put(nodes: readonly GraphNode[], id: number): void {
    const { definition, inputs } = nodes[id] as GraphNode
    const mask = this.#table.length - 1
    let at = this.#hash(definition as Definition, inputs) & mask
    while ((this.#table[at] as number) >= 0) at = (at + 1) & mask
    this.#table[at] = id
  }

  #hash(definition: Definition, inputs: readonly number[]): number {
    let operator = this.#operators.get(definition)
    if (operator === undefined) {
      operator = this.#operators.size + 1
      this.#operators.set(definition, operator)
    }
    const hash = Math.imul(operator, 0x9e3779b1) ^ Math.imul((inputs[0] ?? -1) + 2, 0x85ebca6b) ^ Math.imul((inputs[1] ?? -1) + 2, 0xc2b2ae35)
    return (hash ^ (hash >>> 15)) >>> 0
  }
}

function keyOf(params: unknown): string {
  return JSON.stringify(params, (_, each) => (ArrayBuffer.isView(each) ? [...(each as Int32Array)] : each === undefined ? '_' : each))
}

/** A value that operators can be tried on to learn the shapes they give: entries away from 0, a matrix that can be inverted. */
export function exampleFor(shape: Shape): number | Tensor {
  if (shape.length === 0) return 0.618
  const size = sizeOfShape(shape)
  const data = Float64Array.from({ length: size }, (_, i) => 0.5 + 0.4 * Math.sin(12.9898 * (i + 1)))
  const n = shape.at(-1) as number
  if (shape.at(-2) === n) {
    for (let first = 0; first < size; first += n * n) {
      for (let i = 0; i < n; i++) {
        for (let j = 0; j < i; j++) data[first + i * n + j] = data[first + j * n + i] as number
        data[first + i * n + i] = n + 1 + 0.1 * i
      }
    }
  }
  return new Tensor(data, shape)
}
