import type { Definition } from '../core/definition.ts'
import { shapeOf } from '../core/dispatch.ts'
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
  readonly #known = new Map<number | string, number>()
  readonly #constants = new Map<Value, number>()
  readonly #operators = new Map<Definition, number>()

  nextPage(): Arena {
    return this.arena
  }

  /** An input, with a value for example. */
  input(example: Value, name?: string): Traced | TracedTensor {
    const id = this.#push({ op: 'input', inputs: [], ...typeOf(example), ...(name !== undefined && { name }) }, example)
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
    const id = this.#push({ op: 'constant', inputs: [], ...typeOf(x), value: x as number }, x)
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
    const key = this.#key(definition, inputs, params)
    const known = this.#known.get(key)
    if (known !== undefined) return known
    const example = definition.evaluate(
      inputs.map(input => this.examples[input] as Value),
      params,
    )
    const id = this.#push({ op: definition.name, definition, inputs, ...(params !== undefined && { params }), ...typeOf(example) }, example)
    this.#known.set(key, id)
    return id
  }

  /** One number for what has few operands and no parameters, which is nearly everything. */
  #key(definition: Definition, inputs: readonly number[], params: unknown): number | string {
    let operator = this.#operators.get(definition)
    if (operator === undefined) {
      operator = this.#operators.size
      this.#operators.set(definition, operator)
    }
    const [a = 0, b = 0] = inputs
    if (params === undefined && inputs.length <= 2 && a < 1 << 20 && b < 1 << 20) return (operator * 2 ** 20 + a) * 2 ** 20 + b
    return `${operator} ${inputs.join()} ${params === undefined ? '' : keyOf(params)}`
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

function typeOf(x: Value): Pick<GraphNode, 'shape' | 'dtype' | 'rank0'> {
  const bool = typeof x === 'boolean' || (x instanceof Tensor && x.dtype === 'bool')
  return { shape: shapeOf(x), dtype: bool ? 'bool' : 'float64', ...(x instanceof Tensor && x.rank === 0 && { rank0: true as const }) }
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
