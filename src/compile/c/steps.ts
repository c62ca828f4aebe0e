import { DualtapeError } from '../../core/errors.ts'
import { sizeOfShape } from '../../core/shape.ts'
import type { Tensor } from '../../core/tensor.ts'
import { type Graph, type GraphNode, isScalarNode } from '../../graph/graph.ts'
import { loop } from '../../graph/loop/loop.ts'
import type { LoopParams } from '../../graph/loop/parts.ts'
import { homesOf } from '../../graph/ownership.ts'
import { lowered } from '../lowered.ts'
import { Fusion } from '../nest.ts'
import { orderOf } from '../order.ts'
import { arrivalsOf, Intervals } from '../places.ts'
import { textOf } from '../strong.ts'
import { checkedIndex, entryAt, filledLines } from './entries.ts'
import type { Memory } from './memory.ts'
import { nestLines } from './nest.ts'
import { productLines } from './product.ts'
import { rolledStep } from './rolled-step.ts'
import { roundLines } from './rounds.ts'
import { RULES } from './rules.ts'
import { entryOf, entryText, offset, type Scope } from './scope.ts'
import { NoText, type Source, type Text } from './source.ts'

/** What an input is: a number, or where the entries of a tensor begin. */
export type Given = string

/** Steps in one function: compilers take much longer for one that is longer. */
const STEPS_IN_ONE = 2000
const STEPS_PER_FUNCTION = 1000
/** How long the code of a loop over entries is beside its steps. */
const LENGTH_OF_LOOP = 15

/** The steps of a graph as statements of C. */
export class Steps implements Scope {
  readonly source: Source
  readonly memory: Memory
  readonly #graph: Graph
  readonly nodes: readonly GraphNode[]
  readonly #fusion: Fusion
  readonly #prefix: string
  readonly #order: readonly number[]
  /** Numbers by name, and tensors by where their entries begin. */
  readonly #places: (string | undefined)[]
  /** For each tensor that is made here: where it is in the work vector. */
  readonly #made = new Map<number, number>()
  /** The turn after which a tensor is not needed, by the step in whose entries it lives. */
  readonly #lastUse = new Map<number, number>()
  readonly intervals: Intervals
  readonly #arrivals: ReturnType<typeof arrivalsOf>

  constructor(source: Source, memory: Memory, graph: Graph, given: readonly Given[], prefix = 'v', intervals = new Intervals(graph)) {
    this.source = source
    this.memory = memory
    this.#graph = graph
    this.nodes = graph.nodes
    this.#prefix = prefix
    this.intervals = intervals
    this.#arrivals = arrivalsOf(graph)
    this.#fusion = new Fusion(graph, false)
    this.#places = new Array(graph.nodes.length)
    graph.inputs.forEach((id, i) => {
      this.#places[id] = given[i]
    })
    this.#order = orderOf(graph, this.#fusion).filter(id => this.node(id).op !== 'constant' && this.node(id).op !== 'input' && !this.#arrivals.without.has(id))
    this.#order.forEach((id, turn) => {
      for (const input of this.#operandsOf(id)) this.#use(input, turn)
    })
    for (const output of graph.outputs) this.#use(output, this.#order.length)
  }

  /** All steps, one after the other. */
  get lines(): string[] {
    return this.#turns(0, this.#order.length)
  }

  /** The steps, in functions where there are many; what is read after them is in the work vector then. */
  program(name: string): { functions: string[]; main: string[] } {
    const lengths = this.#order.map(id => this.#lengthOf(id))
    if (lengths.reduce((sum, each) => sum + each, 0) <= STEPS_IN_ONE) return { functions: [], main: this.lines }
    const ends: number[] = []
    let length = 0
    lengths.forEach((each, turn) => {
      length += each
      if (length < STEPS_PER_FUNCTION && turn + 1 < lengths.length) return
      ends.push(turn + 1)
      length = 0
    })
    const partOf = new Int32Array(this.nodes.length).fill(-1)
    ends.forEach((end, k) => {
      for (let turn = ends[k - 1] ?? 0; turn < end; turn++) for (const made of this.#madeBy(this.#order[turn] as number)) partOf[made] = k
    })
    // Numbers that later parts read, or the result.
    const handed = new Set(this.#graph.outputs.filter(id => isScalarNode(this.node(id)) && (partOf[id] as number) >= 0))
    const reads = ends.map(() => new Set<number>())
    ends.forEach((end, k) => {
      for (let turn = ends[k - 1] ?? 0; turn < end; turn++)
        for (const input of this.#operandsOf(this.#order[turn] as number)) {
          if (!isScalarNode(this.node(input)) || (partOf[input] as number) < 0 || partOf[input] === k) continue
          handed.add(input)
          reads[k]?.add(input)
        }
    })
    const placeOf = new Map([...handed].map(id => [id, `w[${this.memory.reserve(1)}]`]))
    const functions = ends.map((end, k) => {
      const read = [...(reads[k] as Set<number>)].map(id => `const ${this.#typeOf(id)} ${this.nameOf(id)} = ${this.#load(id, placeOf.get(id) as string)};`)
      for (const id of reads[k] as Set<number>) this.#places[id] = this.nameOf(id)
      const own = this.#turns(ends[k - 1] ?? 0, end, id => (placeOf.has(id) ? [`${placeOf.get(id)} = ${this.nameOf(id)};`] : []))
      return `static int ${name}_${k}(const dualtape_real **arg, dualtape_real *w) {\n${[...read, ...own, 'return 0;'].join('\n')}\n}`
    })
    for (const id of handed) this.#places[id] = this.#load(id, placeOf.get(id) as string)
    const main = functions.map((_, k) => `if ((status = ${name}_${k}(arg, w)) != 0) return status;`)
    return { functions, main: ['int status;', ...main] }
  }

  #load(id: number, place: string): string {
    return this.node(id).dtype === 'bool' ? `(${place} != 0)` : place
  }

  #madeBy(id: number): number[] {
    return this.#fusion.nest(id)?.sinks.map(sink => sink.id) ?? [id, ...(this.#arrivals.of.get(id) ?? []).map(each => each.id)]
  }

  /** How long the code of a step is, in steps on numbers. */
  #lengthOf(id: number): number {
    const node = this.node(id)
    if (isScalarNode(node) && node.definition !== loop) return 1
    const inner = node.definition === loop ? (node.params as LoopParams).body.nodes.length : (this.#fusion.nest(id)?.steps.length ?? 0)
    return LENGTH_OF_LOOP + inner
  }

  #turns(from: number, to: number, after: (id: number) => string[] = () => []): string[] {
    const guardsOf = new Map(this.#graph.guards.map(guard => [guard.node, guard]))
    const lines: string[] = []
    for (let turn = from; turn < to; turn++) {
      const id = this.#order[turn] as number
      lines.push(...this.#statement(id))
      for (const made of this.#madeBy(id)) lines.push(...after(made))
      const guard = guardsOf.get(id)
      if (guard !== undefined) lines.push(`if (${guard.expected ? '!' : ''}${this.read(id)}) return 1;`)
      this.#release(id, turn)
    }
    return lines
  }

  node(id: number): GraphNode {
    return this.nodes[id] as GraphNode
  }

  nameOf(id: number): string {
    return `${this.#prefix}${id}`
  }

  #typeOf(id: number): string {
    return this.node(id).dtype === 'bool' ? 'int' : 'dualtape_real'
  }

  #operandsOf(id: number): readonly number[] {
    return this.#fusion.operandsOf(id)
  }

  #use(id: number, turn: number): void {
    for (const home of homesOf(this.nodes, id)) this.#lastUse.set(home, Math.max(this.#lastUse.get(home) ?? -1, turn))
  }

  /** Gives back tensors that were needed for the last time. */
  #release(id: number, turn: number): void {
    const homes = new Set([...this.#operandsOf(id), ...this.#madeBy(id)].flatMap(each => [...homesOf(this.nodes, each)]))
    for (const home of homes) {
      const at = this.#made.get(home)
      if (at === undefined || (this.#lastUse.get(home) ?? -1) > turn) continue
      this.#made.delete(home)
      this.memory.free(at, this.sizeOf(home))
    }
  }

  /** Gives back what outputs needed. */
  close(): void {
    for (const [id, at] of this.#made) this.memory.free(at, this.sizeOf(id))
    this.#made.clear()
  }

  sizeOf(id: number): number {
    return sizeOfShape(this.node(id).shape)
  }

  /** A number, as it may stand in an expression. */
  read(id: number): string {
    const { op, value, dtype } = this.node(id)
    if (op === 'constant') return dtype === 'bool' ? String(Number(value)) : this.source.number(value as number)
    return this.#places[id] as string
  }

  /** Where the entries of a tensor begin. */
  pointer(id: number): string {
    const { op, value } = this.node(id)
    if (op === 'constant') return this.source.table((value as Tensor).data, false)
    return this.#places[id] as string
  }

  /** What a tensor or a number is: its entries, or its number. */
  given(id: number): Given {
    return isScalarNode(this.node(id)) ? this.read(id) : this.pointer(id)
  }

  /** Whether a number is a truth. */
  isTruth(id: number): boolean {
    return this.node(id).dtype === 'bool' && isScalarNode(this.node(id))
  }

  /** Whether what a step is read by may stand for an input that is changed later. */
  mayReadInputs(id: number): boolean {
    if (isScalarNode(this.node(id))) return this.node(id).op === 'input'
    return [...homesOf(this.nodes, id)].some(home => this.node(home).op === 'input')
  }

  text(id: number): Text {
    return { text: this.read(id), isTruth: this.isTruth(id) }
  }

  /** Room for a tensor. */
  make(id: number): string {
    const at = this.memory.reserve(this.sizeOf(id))
    this.#made.set(id, at)
    const place = offset('w', at)
    this.#places[id] = place
    return place
  }

  /** A variable for a number. */
  keep(id: number, text: string): string[] {
    this.#places[id] = this.nameOf(id)
    return [`const ${this.#typeOf(id)} ${this.nameOf(id)} = ${text};`]
  }

  #statement(id: number): string[] {
    const node = this.node(id)
    if (node.rank0) throw new DualtapeError(`emit: ${node.definition?.name ?? node.op} gives a tensor of rank 0, which C has no form for. Give a number.`)
    try {
      const lines = this.#linesOf(id, node)
      if (lines !== undefined) return lines
    } catch (error) {
      if (!(error instanceof NoText)) throw error
    }
    throw new DualtapeError(
      `emit: ${node.definition?.name ?? node.op}${node.shape.length > 0 || node.inputs.some(input => !isScalarNode(this.node(input))) ? ' on tensors' : ''} has no C of its own. Elementwise operators, sums, products, movements of entries and loops have; write the rest with numbers and arrays, or give what it computes as an argument.`,
    )
  }

  place(id: number, text: string): void {
    this.#places[id] = text
  }

  #linesOf(id: number, node: GraphNode): string[] | undefined {
    const step = lowered(this.nodes, id, this.#fusion)
    const rule = node.definition?.ofUser === true ? undefined : RULES[node.op]
    switch (step.kind) {
      case 'loop':
        return this.#rounds(id, step.params)
      case 'rolled':
        return rolledStep(this, id)
      case 'nest':
        return nestLines(this, step.nest)
      case 'product':
        return productLines(this, id, step)
      case 'entry':
        if (isScalarNode(this.node(step.of))) return this.keep(id, this.read(step.of))
        return this.keep(id, entryText(node.dtype, entryOf(this.pointer(step.of), step.at)))
      case 'part':
        this.#places[id] = offset(this.pointer(step.of), step.start)
        return []
      case 'number': {
        const scope = Object.fromEntries(node.inputs.map((input, k) => ['xyz'.charAt(k), this.text(input)]))
        const made = this.source.expression(textOf(node, this.nodes, true) as string, scope)
        return this.keep(id, node.dtype === 'bool' ? this.source.asTruth(made) : this.source.asNumber(made))
      }
      case 'operator':
        return rule && this.#ruled(id, rule)
    }
    if (!isScalarNode(node)) return filledLines(this, id, step)
    if (step.kind === 'entriesAt') return this.keep(id, entryAt(this, id, step.of, `(${this.pointer(step.of)})`, this.read(step.places)))
    return step.kind === 'indices' ? checkedIndex(this, id, step, this.read(step.of), this.nameOf(id), true) : undefined
  }

  /** The loops of an operator that has a rule of its own. */
  #ruled(id: number, rule: (typeof RULES)[string]): string[] {
    const { inputs, shape, params, dtype } = this.node(id)
    const reserved: [number, number][] = []
    const isNumber = isScalarNode(this.node(id))
    const name = this.nameOf(id)
    const heads = inputs.map((input, k) => {
      const own = 'xy'.charAt(k)
      if (!isScalarNode(this.node(input))) return `const dualtape_real *const ${own} = ${this.pointer(input)};`
      return `const dualtape_real ${own}[1] = {${this.source.asNumber(this.text(input))}};`
    })
    const out = `dualtape_real *const o = ${isNumber ? `${name}o` : this.make(id)};`
    const lines = rule({
      source: this.source,
      shapes: inputs.map(input => this.node(input).shape),
      shape,
      params,
      room: size => {
        const at = this.memory.reserve(size)
        reserved.push([at, size])
        return offset('w', at)
      },
    })
    for (const [at, size] of reserved) this.memory.free(at, size)
    const block = ['{', ...heads, out, ...lines.flatMap(line => line.split('\n')), '}']
    if (!isNumber) return this.sizeOf(id) === 0 ? [] : block
    return [`dualtape_real ${name}o[1];`, ...block, ...this.keep(id, entryText(dtype, `${name}o[0]`))]
  }

  /** A loop of the graph. */
  #rounds(id: number, params: LoopParams): string[] {
    const { inputs } = this.node(id)
    const arrivals = this.#arrivals.of.get(id) ?? []
    const out = this.make(id)
    const sums = arrivals.map(each => ({ to: this.make(each.id), size: this.sizeOf(each.id), entries: each.entries, places: each.places }))
    return roundLines(params, {
      own: this.nameOf(id),
      out,
      sums,
      memory: this.memory,
      read: position => {
        const input = inputs.at(position) as number
        return isScalarNode(this.node(input)) ? this.read(input) : this.pointer(input)
      },
      within: (graph, prefix, given) => new Steps(this.source, this.memory, graph, given, prefix, new Intervals(graph, this.intervals.givenIn(id))),
    })
  }
}
