import type { Definition } from '../core/definition.ts'
import type { Tensor } from '../core/tensor.ts'
import type { Value } from '../core/types.ts'
import type { ElementwiseDefinition } from '../ops/kinds/elementwise.ts'
import { type Graph, isScalarNode } from './graph.ts'
import { runSteps } from './run-steps.ts'

/** A step that is not one scalar operation. */
interface Call {
  readonly definition: Definition
  readonly node: number
  readonly inputs: readonly number[]
  readonly params: unknown
}

/**
 * A graph as a program that runs without generated code: scalar operations are integers that one loop reads, and the rest
 * are calls of the operators in between.
 */
export class Interpreter {
  readonly #graph: Graph
  readonly #program: Int32Array
  /** Where in the program each call has its turn. */
  readonly #turns: readonly number[]
  readonly #calls: readonly Call[]
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
    const turns: number[] = []
    const calls: Call[] = []
    let at = 0
    nodes.forEach(({ op, definition, inputs, params, value }, id) => {
      if (op === 'constant') this.#set(id, value as Value)
      if (definition === undefined) return
      const { code = 0 } = definition as Partial<ElementwiseDefinition>
      if (code > 0 && this.#kinds[id] !== TENSOR && inputs.every(input => this.#kinds[input] !== TENSOR)) {
        program[at] = code
        program[at + 1] = id
        for (let k = 0; k < inputs.length; k++) program[at + 2 + k] = inputs[k] as number
        at += 5
      } else {
        turns.push(at)
        calls.push({ definition, node: id, inputs, params })
      }
    })
    this.#program = program.subarray(0, at)
    this.#turns = turns
    this.#calls = calls
  }

  /** Puts a value in the place of an input. */
  set(input: number, value: Value): void {
    this.#set(this.#graph.inputs[input] as number, value)
  }

  #set(id: number, value: Value): void {
    if (this.#kinds[id] === TENSOR) this.#tensors[id] = value as Tensor
    else this.#registers[id] = value as number
  }

  /** Computes all steps; whether all guards hold. */
  run(): boolean {
    let from = 0
    for (let k = 0; k < this.#calls.length; k++) {
      const to = this.#turns[k] as number
      runSteps(this.#program, from, to, this.#registers)
      from = to
      const { definition, node, inputs, params } = this.#calls[k] as Call
      this.#set(
        node,
        definition.evaluate(
          inputs.map(input => this.#get(input)),
          params,
        ),
      )
    }
    runSteps(this.#program, from, this.#program.length, this.#registers)
    return this.#graph.guards.every(({ node, expected }) => (this.#registers[node] !== 0) === expected)
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
