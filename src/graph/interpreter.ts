import type { Definition } from '../core/definition.ts'
import { widened } from '../core/dtypes.ts'
import type { Tensor } from '../core/tensor.ts'
import type { Value } from '../core/types.ts'
import type { ElementwiseDefinition } from '../ops/kinds/elementwise.ts'
import { type Graph, type GraphNode, isScalarNode } from './graph.ts'
import { guardsFirst } from './guards.ts'
import { runSteps } from './run-steps.ts'

/** Where the program stops: for a step that is not one scalar operation, or to see whether a guard holds. */
interface Stop {
  readonly at: number
  readonly node: number
  readonly call?: { readonly definition: Definition; readonly inputs: readonly number[]; readonly params: unknown }
  readonly expected?: boolean
}

/**
 * A graph as a program that runs without generated code: scalar operations are integers that one loop reads, and the rest
 * are calls of the operators in between.
 */
export class Interpreter {
  readonly #graph: Graph
  readonly #program: Int32Array
  readonly #stops: readonly Stop[]
  readonly #registers: Float64Array
  readonly #tensors: (Tensor | undefined)[]
  readonly #kinds: Uint8Array

  constructor(graph: Graph) {
    this.#graph = graph
    const { nodes } = graph
    this.#registers = new Float64Array(nodes.length)
    this.#tensors = new Array(nodes.length)
    this.#kinds = Uint8Array.from(nodes, node => (isScalarNode(node) ? (node.dtype === 'bool' ? BOOLEAN : NUMBER) : TENSOR))
    const program = new Int32Array(5 * nodes.length)
    const stops: Stop[] = []
    const guards = new Map(graph.guards.map(({ node, expected }) => [node, expected]))
    let at = 0
    for (const id of guardsFirst(graph)) {
      const { op, definition, inputs, params, value } = nodes[id] as GraphNode
      if (op === 'constant') this.#set(id, value as Value)
      const { code = 0 } = (definition ?? {}) as Partial<ElementwiseDefinition>
      if (code > 0 && this.#kinds[id] !== TENSOR && inputs.every(input => this.#kinds[input] !== TENSOR)) {
        program[at] = code
        program[at + 1] = id
        for (let k = 0; k < inputs.length; k++) program[at + 2 + k] = inputs[k] as number
        at += 5
      } else if (definition !== undefined) stops.push({ at, node: id, call: { definition, inputs, params } })
      const expected = guards.get(id)
      if (expected !== undefined) stops.push({ at, node: id, expected })
    }
    this.#program = program.subarray(0, at)
    this.#stops = stops
  }

  /** Puts a value in the place of an input. */
  set(input: number, value: Value): void {
    this.#set(this.#graph.inputs[input] as number, value)
  }

  #set(id: number, value: Value): void {
    // Among steps all numbers are doubles.
    if (this.#kinds[id] === TENSOR) this.#tensors[id] = widened(value as Tensor)
    else this.#registers[id] = value as number
  }

  /** Computes all steps, up to the first guard that does not hold; whether all hold. */
  run(): boolean {
    let from = 0
    for (const { at, node, call, expected } of this.#stops) {
      runSteps(this.#program, from, at, this.#registers)
      from = at
      if (call !== undefined) {
        const operands = call.inputs.map(input => this.#get(input))
        this.#set(node, call.definition.evaluate(operands, call.params))
      } else if ((this.#registers[node] !== 0) !== expected) return false
    }
    runSteps(this.#program, from, this.#program.length, this.#registers)
    return true
  }

  output(position: number): Value {
    return this.#get(this.#graph.outputs[position] as number)
  }

  #get(id: number): Value {
    const kind = this.#kinds[id]
    return kind === TENSOR ? (this.#tensors[id] as Tensor) : kind === BOOLEAN ? this.#registers[id] !== 0 : (this.#registers[id] as number)
  }
}

const NUMBER = 0
const BOOLEAN = 1
const TENSOR = 2
