import { isAbstract, value as plainValue, shapeOf } from '../../../core/dispatch.ts'
import { GraphError } from '../../../core/errors.ts'
import type { Shape } from '../../../core/shape.ts'
import { Tensor } from '../../../core/tensor.ts'
import type { Value } from '../../../core/types.ts'
import { ATTRIBUTE, type Attribute, type GraphMessage, type NodeMessage } from '../format.ts'
import type { Item } from './item.ts'
import { checkedShape, readTensor } from './tensors.ts'

/** One node of a model as it runs: its operands and attributes. */
export class Call {
  readonly node: NodeMessage
  readonly inputs: readonly (Item | undefined)[]
  /** The version of the operators. */
  readonly opset: number
  /** Runs a graph in an attribute: what stands around it is known within. */
  readonly run: (graph: GraphMessage, inputs: readonly Item[]) => Item[]
  /** How many rounds loops may still have, of all in one run. */
  readonly rounds: { left: number }
  readonly #attributes: ReadonlyMap<string, Attribute>

  constructor(node: NodeMessage, inputs: readonly (Item | undefined)[], opset: number, run: Call['run'], rounds: Call['rounds']) {
    this.node = node
    this.inputs = inputs
    this.opset = opset
    this.run = run
    this.rounds = rounds
    this.#attributes = new Map(node.attribute.map(each => [each.name, each]))
  }

  fail(why: string): never {
    throw new GraphError(`fromOnnx: ${this.node.opType}${this.node.name ? ` (${this.node.name})` : ''}: ${why}.`)
  }

  has(input: number): boolean {
    return this.inputs[input] !== undefined
  }

  item(input: number): Item {
    return this.inputs[input] ?? this.fail(`operand ${input + 1} is missing`)
  }

  x(input: number): Value {
    return this.item(input).value
  }

  /** A tensor, also of rank 0. */
  tensor(input: number): Tensor {
    return this.x(input) as Tensor
  }

  shape(input: number): Shape {
    return shapeOf(this.x(input))
  }

  /** Refuses to make a tensor of so many entries, before they are made. */
  gives(shape: Shape): void {
    checkedShape(`what ${this.node.opType} gives`, shape)
  }

  /** The same for operands that are repeated along each other's axes. */
  givesBroadcast(): void {
    const shapes = this.inputs.map(each => (each === undefined ? [] : shapeOf(each.value)))
    const rank = Math.max(0, ...shapes.map(each => each.length))
    this.gives(Array.from({ length: rank }, (_, k) => Math.max(...shapes.map(each => each[each.length - 1 - k] ?? 0))))
  }

  rank(input: number): number {
    return this.shape(input).length
  }

  /** The numbers of an operand that the program depends on, such as a shape. */
  numbers(input: number): number[] {
    const given = this.x(input)
    if (isAbstract(given)) this.fail(`operand ${input + 1} says how the program goes on, and must not depend on the model's inputs where that is compiled`)
    const plain = plainValue(given)
    return plain instanceof Tensor ? Array.from(plain.data) : [Number(plain)]
  }

  attribute(name: string): Attribute | undefined {
    return this.#attributes.get(name)
  }

  /** An attribute of a kind; an error where it is of another. Where a number is 0, writers may leave it out. */
  #of(name: string, kind: keyof typeof ATTRIBUTE): Attribute | undefined {
    const given = this.attribute(name)
    if (given?.type !== undefined && given.type !== 0 && given.type !== ATTRIBUTE[kind]) this.fail(`its attribute ${name} is of another kind than ${kind}`)
    return given
  }

  int(name: string, otherwise: number): number {
    const given = this.#of(name, 'int')
    return given === undefined ? otherwise : (given.i ?? 0)
  }

  float(name: string, otherwise: number): number {
    const given = this.#of(name, 'float')
    return given === undefined ? otherwise : (given.f ?? 0)
  }

  ints(name: string): number[] | undefined {
    return this.#of(name, 'ints')?.ints
  }

  text(name: string, otherwise: string): string {
    const given = this.#of(name, 'string')
    return given === undefined ? otherwise : new TextDecoder().decode(given.s ?? new Uint8Array())
  }

  graph(name: string): GraphMessage {
    return this.attribute(name)?.g ?? this.fail(`the graph ${name} is missing`)
  }

  constant(name: string): Item | undefined {
    const message = this.attribute(name)?.t
    return message && readTensor(`${name} of ${this.node.opType}`, message)
  }

  /** An axis, counted from the front. */
  axis(given: number, rank: number): number {
    if (!Number.isInteger(given) || given < -rank || given >= rank) this.fail(`there is no axis ${given} of ${rank}`)
    return given < 0 ? given + rank : given
  }

  /** Axes of the attribute of that name, or of an operand where later versions have it; undefined where there are none. */
  axes(input: number, name = 'axes'): number[] | undefined {
    return this.ints(name) ?? (this.has(input) ? this.numbers(input) : undefined)
  }
}

/** What a node gives: one value, or several. */
export type Operator = (call: Call) => Item | readonly Item[]

export const float = (value: Value): Item => ({ kind: 'float', value })
export const int = (value: Value): Item => ({ kind: 'int', value })
export const truth = (value: Value): Item => ({ kind: 'bool', value })
/** A plain list of integers. */
export const integers = (numbers: readonly number[], shape: Shape = [numbers.length]): Item => int(new Tensor(Float64Array.from(numbers), shape))
