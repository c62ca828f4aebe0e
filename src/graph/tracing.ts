import type { Definition } from '../core/definition.ts'
import { areSingle, dtypeOfResult, isNarrow, narrowed, widened } from '../core/dtypes.ts'
import { ForeignValueError, GraphError, TracedValueError } from '../core/errors.ts'
import { growTape } from '../core/rows.ts'
import type { Shape } from '../core/shape.ts'
import { type DType, Tensor } from '../core/tensor.ts'
import { Arena, type ArenaBuffers, countAbstract, freshLevel, isTraced, STEPS, Traced, TracedTensor } from '../core/traced.ts'
import type { Value } from '../core/types.ts'
import { add } from '../ops/arithmetic.ts'
import { toFloat32, toFloat64 } from '../ops/casts.ts'
import { entryAt } from '../ops/indexing.ts'
import { type ElementwiseDefinition, elementwiseByCode } from '../ops/kinds/elementwise.ts'
import type { LinearDefinition } from '../ops/kinds/linear.ts'
import { pick, stackScalars } from '../ops/pick.ts'
import { section } from '../ops/sections.ts'
import { giveBuffers, takeBuffers } from '../reverse/pool.ts'
import type { StepGraph, StepsRule } from '../reverse/steps.ts'
import { exampleOf } from './examples.ts'
import { type Graph, type GraphNode, type Guard, stepName } from './graph.ts'
import { neededOf } from './needed.ts'
import { captured } from './ownership.ts'
import { plusZero, type Steps, simplify } from './simplify.ts'
import { keyOf } from './step-key.ts'
import { StepTable } from './step-table.ts'
import { StepsTemplate } from './steps-template.ts'

/** In place of an operator's code: what is no operator, and an operator with parameters or without a code. */
const INPUT = -2
const CONSTANT = -1
const OTHER = 0

/** What a step gives. */
const NUMBER = 0
const BOOLEAN = 1
const TENSOR = 2

/**
 * A graph that grows while a function runs on its values. Equal steps are one step from the start (they are found by
 * operator, operands and parameters), steps on constants are constants, and exact algebraic identities are applied as steps
 * arise.
 *
 * Every step knows a value: that for the example which the function is traced with. It gives shapes, and it answers
 * questions, which become guards. Elementwise operators on scalars, which programs are mostly made of, are rows of typed
 * arrays: operator, operands, and the example's value. The rest stands in maps beside.
 */
export class Tracing implements StepGraph, Steps {
  readonly level = freshLevel()
  readonly label = 'Tracer'
  readonly abstract = true
  readonly asksAgain: boolean = true
  readonly arena: Arena
  readonly inputs: number[] = []
  readonly guards: Guard[] = []
  /** Operators with parameters, or of more than three operands. */
  readonly #others = new Map<number, { definition: Definition; inputs: readonly number[]; params: unknown }>()
  readonly #names = new Map<number, string>()
  readonly #tensors = new Map<number, Tensor>()
  /** Which tensors hold numbers that are no doubles: among the steps all are, rounded where those are rounded. */
  readonly #dtypes = new Map<number, DType>()
  readonly #constants = new Map<Value | '-0', number>()
  readonly #known = new Map<string, number>()
  readonly #guarded = new Set<number>()
  /** Numbers of operators, whose names need not differ. */
  readonly #definitions = new Map<Definition, number>()
  readonly #table: StepTable

  constructor() {
    const { values, partials, sources, codes } = takeBuffers()
    this.arena = new Arena(STEPS, this, values, partials, sources, codes)
    this.#table = new StepTable(this.arena)
    this.idOf(0)
    countAbstract(1)
  }

  /** Ends the tracing, and keeps its buffers for the next. Values of it can no longer be used. */
  close(): void {
    countAbstract(-1)
    giveBuffers(this.arena)
    this.#table.close()
    this.arena.close()
  }

  nextPage(): Arena {
    return this.arena
  }

  grown(old: ArenaBuffers): void {
    giveBuffers(old)
  }

  get count(): number {
    return this.arena.count
  }

  plusZero(step: number): number {
    return plusZero(this, step)
  }

  /** An input, with a value for example. */
  input(example: Value, name?: string): Traced | TracedTensor {
    const id = this.#push(INPUT, 0, 0, 0, example)
    if (isNarrow(example)) this.#dtypes.set(id, example.dtype)
    if (name !== undefined) this.#names.set(id, name)
    this.inputs.push(id)
    return this.handle(id) as Traced | TracedTensor
  }

  handle(id: number): Value {
    const tensor = this.#kindOf(id) === TENSOR ? this.#tensors.get(id) : undefined
    return tensor === undefined ? new Traced(this.arena, id) : new TracedTensor(this.arena, tensor.shape, id, this.#dtypes.get(id) ?? tensor.dtype)
  }

  owns(x: unknown): x is Traced | TracedTensor {
    return isTraced(x) && x.arena === this.arena
  }

  /** The step that a value is; constants become steps. */
  idOf(x: Value): number {
    if (this.owns(x)) return x instanceof TracedTensor ? (x.box as number) : x.index
    if (isTraced(x)) return this.foreign(x)
    const key = Object.is(x, -0) ? '-0' : x
    const known = this.#constants.get(key)
    if (known !== undefined) return known
    const id = this.#push(CONSTANT, 0, 0, 0, x instanceof Tensor ? captured(x) : x)
    this.#constants.set(key, id)
    if (isNarrow(x)) this.#dtypes.set(id, x.dtype)
    return id
  }

  /** The step for a value that is not of this graph. */
  protected foreign(_x: Traced | TracedTensor): number {
    throw new ForeignValueError('A value of another graph or transform was used in this graph. Pass it in as an input.')
  }

  /** Whether some step is of an operator that is not elementwise. */
  uses(definition: Definition): boolean {
    return this.#definitions.has(definition)
  }

  exampleOf(x: Value): Value {
    if (!this.owns(x)) return x
    const example = this.example(this.idOf(x))
    return x instanceof TracedTensor ? narrowed(example, x.dtype) : example
  }

  example(id: number): Value {
    const kind = this.#kindOf(id)
    if (kind === TENSOR) return this.#tensors.get(id) as Tensor
    const number = this.arena.values[id] as number
    return kind === BOOLEAN ? number !== 0 : number
  }

  apply(definition: Definition, operands: readonly Value[], params: unknown): Value {
    if (definition.compose !== undefined) return definition.compose(operands, params)
    const id = this.add(
      definition,
      operands.map(each => this.idOf(each)),
      areSingle(definition, operands) ? { ...(params as object), single: true } : params,
    )
    return this.handle(definition.gives !== undefined || this.#dtypes.size > 0 ? this.#typed(definition, operands, id) : id)
  }

  /**
   * A step's result in the dtype that the operator gives. Operators round once, when they store a result: so does a step of its own,
   * behind those that do not only move entries.
   */
  #typed(definition: Definition, operands: readonly Value[], id: number): number {
    if (this.#kindOf(id) !== TENSOR || this.isMask(id)) return id
    const dtype = dtypeOfResult(definition, operands)
    if ((this.#dtypes.get(id) ?? 'float64') === dtype) return id
    if (dtype === 'float64') return this.add(toFloat64.definition, [id], undefined)
    const [operand] = operands as [Value]
    if (definition === toFloat32.definition && isNarrow(operand) && operand.dtype === dtype) return this.idOf(operand)
    const isStored = definition === toFloat32.definition || (definition as Partial<LinearDefinition>).moves === 'gathers'
    const stored = isStored && this.definitionOf(id) === definition ? id : this.#stored(id, dtype)
    this.#dtypes.set(stored, dtype)
    return stored
  }

  /** A step's numbers as a dtype stores them. Among integers there is no −0. */
  #stored(id: number, dtype: DType): number {
    return dtype === 'float32' ? this.add(toFloat32.definition, [id], undefined) : this.add(add.definition, [id, this.idOf(0)], undefined)
  }

  applyFew(definition: Definition, x: Value, y: Value | undefined): Value | undefined {
    if (!this.#isScalar(x) || (y !== undefined && !this.#isScalar(y))) return undefined
    return new Traced(this.arena, this.step(definition, this.idOf(x), y === undefined ? 0 : this.idOf(y)))
  }

  #isScalar(x: Value): boolean {
    return typeof x === 'number' || (x instanceof Traced && x.arena === this.arena)
  }

  /** The step of an operator on earlier steps. */
  add(definition: Definition, inputs: readonly number[], params: unknown): number {
    const { code = 0 } = definition as Partial<ElementwiseDefinition>
    const [a, b = 0, c = 0] = inputs as [number, number?, number?]
    if (code > 0) {
      if (inputs.every(input => this.#kindOf(input) !== TENSOR)) return this.step(definition, a, b, c)
      return simplify(definition, inputs, undefined, this) ?? this.#table.find(code, a, b, c) ?? this.#elementwise(definition, a, b, c)
    }
    const simpler = simplify(definition, inputs, params, this)
    if (simpler !== undefined) return simpler
    let number = this.#definitions.get(definition)
    if (number === undefined) {
      number = this.#definitions.size
      this.#definitions.set(definition, number)
    }
    const key = `${number} ${inputs.join()} ${params === undefined ? '' : keyOf(params)}`
    const known = this.#known.get(key)
    if (known !== undefined) return known
    const example = exampleOf(
      definition,
      inputs.map(input => this.example(input)),
      params,
    )
    const id = this.#push(OTHER, 0, 0, 0, example)
    this.#others.set(id, { definition, inputs, params })
    this.#known.set(key, id)
    return id
  }

  /** The step of an elementwise operator on scalars; operands that it does not have are 0. */
  step(definition: Definition, a: number, b = 0, c = 0): number {
    const { code, arity } = definition as ElementwiseDefinition
    const { codes } = this.arena
    if (codes[a] === CONSTANT && codes[b] === CONSTANT && codes[c] === CONSTANT) return this.idOf(this.#evaluate(definition as ElementwiseDefinition, a, b, c))
    if (codes[a] === CONSTANT || (arity > 1 ? codes[b] === CONSTANT : codes[a] === code)) {
      const simpler = simplify(definition, [a, b], undefined, this)
      if (simpler !== undefined) return simpler
    }
    return this.#table.find(code, a, b, c) ?? this.#elementwise(definition, a, b, c)
  }

  #elementwise(definition: Definition, a: number, b: number, c: number): number {
    const { code } = definition as ElementwiseDefinition
    const id = this.#push(code, a, b, c, this.#evaluate(definition as ElementwiseDefinition, a, b, c))
    this.#table.add(id)
    return id
  }

  #evaluate({ value, arity, evaluate }: ElementwiseDefinition, a: number, b: number, c: number): Value {
    if (this.#kindOf(a) + this.#kindOf(b) + this.#kindOf(c) === 0) {
      const { values } = this.arena
      const x = values[a] as number
      return arity === 1 ? value(x) : arity === 2 ? value(x, values[b] as number) : value(x, values[b] as number, values[c] as number)
    }
    return evaluate(
      [a, b, c].slice(0, arity).map(id => this.example(id)),
      undefined,
    )
  }

  /** What a step gives: a number, a boolean or a tensor. */
  #kindOf(id: number): number {
    return this.arena.partials[2 * id + 1] as number
  }

  #push(code: number, a: number, b: number, c: number, example: Value): number {
    const { arena } = this
    const id = arena.count
    if (id === arena.capacity) growTape(arena)
    arena.count = id + 1
    arena.codes[id] = code
    arena.sources[2 * id] = a
    arena.sources[2 * id + 1] = b
    arena.partials[2 * id] = c
    if (typeof example === 'number') {
      arena.values[id] = example
      arena.partials[2 * id + 1] = NUMBER
    } else if (example instanceof Tensor) {
      arena.partials[2 * id + 1] = TENSOR
      this.#tensors.set(id, widened(example))
    } else {
      arena.values[id] = Number(example)
      arena.partials[2 * id + 1] = BOOLEAN
    }
    return id
  }

  partials(definition: Definition, active: number, a: number, b: number, out: number, into: Int32Array): void {
    const { code, arity, partials } = definition as ElementwiseDefinition
    const rule: StepsRule = (operands, result) => {
      const written = partials?.(...operands, result) ?? []
      return [0, 1].map(k => {
        const partial = written[k]
        if ((active & (1 << k)) === 0 || partial === 0 || partial === undefined) return undefined
        return typeof partial === 'function' ? partial() : partial
      })
    }
    this.follow(8 * code + active, arity, rule, a, b, out, into)
  }

  follow(key: number, arity: number, rule: StepsRule, a: number, b: number, out: number, into: Int32Array): void {
    let template = templates.get(key)
    if (template === undefined) {
      template = new StepsTemplate(new Tracing(), arity, rule)
      templates.set(key, template)
    }
    template.write(this, a, b, out, into)
  }

  ask(definition: Definition, operands: readonly Value[]): boolean {
    const node = this.add(
      definition,
      operands.map(each => this.idOf(each)),
      undefined,
    )
    const expected = Boolean(this.example(node))
    if (this.arena.codes[node] === CONSTANT || this.#guarded.has(node)) return expected
    this.#guarded.add(node)
    this.guards.push({ node, expected, op: definition.name })
    return expected
  }

  /** A guard of another graph whose steps were added to this one. Throws where its answer is another one already. */
  keepGuard({ node, expected, op }: Guard): void {
    const constant = this.constantOf(node)
    const known = constant === undefined ? this.guards.find(each => each.node === node)?.expected : Boolean(constant)
    if (known !== undefined && known !== expected)
      throw new GraphError(`graph: the comparison ${op} is ${known} for all values, but the graph was made for values for which it is ${expected}.`)
    if (known !== undefined) return
    this.#guarded.add(node)
    this.guards.push({ node, expected, op })
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

  entryAt(tensor: Tensor, indices: readonly number[]): Value {
    return entryAt(tensor, indices)
  }

  pick(x: TracedTensor, position: number): Value {
    const known = this.#others.get(x.box as number)
    if (known?.definition === stackScalars.definition) return this.handle(known.inputs[position] as number)
    return this.apply(pick.definition, [x], { position })
  }

  part(x: TracedTensor, start: number, shape: Shape): Value {
    return this.apply(section.definition, [x], { start, shape })
  }

  opOf(id: number): string {
    const definition = this.definitionOf(id)
    return definition === undefined ? (this.arena.codes[id] === INPUT ? 'input' : 'constant') : stepName(definition)
  }

  definitionOf(id: number): Definition | undefined {
    const code = this.arena.codes[id] as number
    return code > 0 ? elementwiseByCode[code] : this.#others.get(id)?.definition
  }

  operandsOf(id: number): readonly number[] {
    const code = this.arena.codes[id] as number
    if (code <= 0) return this.#others.get(id)?.inputs ?? NONE
    const { sources, partials } = this.arena
    const { arity } = elementwiseByCode[code] as ElementwiseDefinition
    const [a, b] = [sources[2 * id] as number, sources[2 * id + 1] as number]
    return arity === 1 ? [a] : arity === 2 ? [a, b] : [a, b, partials[2 * id] as number]
  }

  operandOf(id: number, k: number): number {
    return this.operandsOf(id)[k] as number
  }

  paramsOf(id: number): unknown {
    return this.#others.get(id)?.params
  }

  constantOf(id: number): number | boolean | Tensor | undefined {
    return this.arena.codes[id] === CONSTANT ? (this.example(id) as number) : undefined
  }

  shapeOf(id: number): Shape {
    return this.#tensors.get(id)?.shape ?? NONE
  }

  isMask(id: number): boolean {
    const kind = this.#kindOf(id)
    return kind === BOOLEAN || (kind === TENSOR && this.#tensors.get(id)?.dtype === 'bool')
  }

  nameOf(id: number): string | undefined {
    return this.#names.get(id)
  }

  /** A step as part of a graph, with operands at their places there. */
  node(id: number, place?: Int32Array): GraphNode {
    const code = this.arena.codes[id] as number
    const given = this.operandsOf(id)
    const inputs = place === undefined ? given : given.length === 1 ? [place[given[0] as number] as number] : given.map(each => place[each] as number)
    const definition = this.definitionOf(id)
    const tensor = this.#kindOf(id) === TENSOR ? this.#tensors.get(id) : undefined
    return {
      op: this.opOf(id),
      definition,
      inputs,
      params: code === OTHER ? this.#others.get(id)?.params : undefined,
      shape: tensor?.shape ?? NONE,
      dtype: this.isMask(id) ? 'bool' : 'float64',
      rank0: tensor?.shape.length === 0 ? true : undefined,
      value: code === CONSTANT ? (this.example(id) as number) : undefined,
      name: code === INPUT ? this.#names.get(id) : undefined,
      ...(code === INPUT && this.#dtypes.has(id) && { narrow: this.#dtypes.get(id) }),
    }
  }

  /** All steps so far. */
  get nodes(): GraphNode[] {
    return Array.from({ length: this.count }, (_, id) => this.node(id))
  }

  /** What has been traced, as far as these steps need it. */
  graph(outputs: readonly number[], guards: readonly Guard[] = this.guards, inputs: readonly number[] = this.inputs): Graph {
    return neededOf(this, outputs, guards, inputs)
  }
}

const NONE: readonly number[] = []

/** By operator and the operands that count. */
const templates = new Map<number, StepsTemplate>()
