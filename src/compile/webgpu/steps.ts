import { GraphError } from '../../core/errors.ts'
import { type Shape, sizeOfShape } from '../../core/shape.ts'
import { Tensor } from '../../core/tensor.ts'
import { type Graph, type GraphNode, isScalarNode } from '../../graph/graph.ts'
import type { LoopParams } from '../../graph/loop/parts.ts'
import { homesOf } from '../../graph/ownership.ts'
import { checkedClasses } from '../../ops/cross-entropy.ts'
import { checkedIndices } from '../../ops/places.ts'
import { type Lowered, lowered, type Part } from '../lowered.ts'
import { Fusion } from '../nest.ts'
import { orderOf } from '../order.ts'
import { Intervals, rangeOf } from '../places.ts'
import { textOf } from '../strong.ts'
import { entryAt, gatherAtPass, gatherPass, type Piece, piecesPass, scatterAtPass, scatterPass } from './movements.ts'
import { nestPass, numberAt, reductionPasses, type Surroundings } from './nest.ts'
import { productPass } from './product.ts'
import { isCheck, type Room } from './room.ts'
import { roundCommands } from './rounds.ts'
import { address, at, type Command, type Pass, Shader, store, TooLarge } from './shader.ts'
import { asNumber, literal, NoText, type Source, type Text } from './source.ts'

/** A check of indices: the number that is not 0 where one of them is out of range, and the step. */
export interface IndexCheck {
  readonly at: number
  readonly step: string
}

/** What the steps of a graph, and of the loops in it, are written into. */
export interface Writing {
  readonly room: Room
  readonly passes: Pass[]
  readonly checks: IndexCheck[]
}

/** Steps on numbers that one thread runs, at the most: compilers take long for a shader that is longer. */
const MOST_NUMBERS = 256

/** A step on numbers that has not been written yet. */
interface Waiting {
  readonly id: number
  readonly lines: (source: Source) => string[]
}

/** The steps of a graph as passes of a device. Steps on numbers stand together, in one thread. */
export class Steps implements Surroundings {
  readonly nodes: readonly GraphNode[]
  readonly commands: Command[] = []
  readonly #writing: Writing
  readonly #fusion: Fusion
  readonly #order: readonly number[]
  readonly #places: (string | undefined)[]
  readonly #made = new Map<number, number>()
  readonly #lastUse = new Map<number, number>()
  readonly #intervals: Intervals
  readonly #outer: string
  #waiting: Waiting[] = []
  /** Tensors that steps which wait will read. */
  #awaited = new Set<number>()
  #rooms: [number, number][] = []

  constructor(writing: Writing, graph: Graph, given: readonly string[], outer = '', intervals = new Intervals(graph)) {
    this.#writing = writing
    this.nodes = graph.nodes
    this.#outer = outer
    this.#intervals = intervals
    this.#fusion = new Fusion(graph, false)
    this.#places = new Array(graph.nodes.length)
    graph.inputs.forEach((id, i) => {
      this.#places[id] = given[i]
    })
    this.#order = orderOf(graph, this.#fusion).filter(id => this.#node(id).op !== 'constant' && this.#node(id).op !== 'input')
    this.#order.forEach((id, turn) => {
      for (const input of this.#fusion.operandsOf(id)) this.#use(input, turn)
    })
    for (const id of [...graph.outputs, ...graph.guards.map(guard => guard.node)]) this.#use(id, this.#order.length)
    this.#order.forEach((id, turn) => {
      this.#step(id)
      this.#release(id, turn)
    })
    this.#flush()
  }

  /** Gives back what outputs needed. */
  close(): void {
    for (const [id, place] of this.#made) this.#writing.room.memory.free(place, this.#sizeOf(id))
    this.#made.clear()
  }

  address(id: number): string {
    const { op, value } = this.#node(id)
    if (op === 'constant') {
      if (value instanceof Tensor) return this.#writing.room.constant(value)
      return this.#constantNumber(id)
    }
    return this.#places[id] as string
  }

  /** A number of the program where a tensor is expected, such as the first state of a loop. */
  #constantNumber(id: number): string {
    const known = this.#places[id]
    if (known !== undefined) return known
    const place = this.#writing.room.memory.reserve(1)
    this.#places[id] = address(place)
    this.#wait(id, () => [store(address(place), numberAt(this, id))])
    this.#flush()
    return address(place)
  }

  make(id: number): string {
    const size = this.#sizeOf(id)
    const place = this.#writing.room.memory.reserve(size)
    // Numbers keep their places: steps that wait may read them at any time.
    if (!isScalarNode(this.#node(id))) this.#made.set(id, place)
    this.#places[id] = address(place)
    return address(place)
  }

  room(size: number): string {
    const place = this.#writing.room.memory.reserve(size)
    this.#rooms.push([place, size])
    return address(place)
  }

  /** Whether what a step is read by may stand for an input that is changed later. */
  mayReadInputs(id: number): boolean {
    if (isScalarNode(this.#node(id))) return this.#node(id).op === 'input'
    return [...homesOf(this.nodes, id)].some(home => this.#node(home).op === 'input')
  }

  #node(id: number): GraphNode {
    return this.nodes[id] as GraphNode
  }

  #sizeOf(id: number): number {
    return sizeOfShape(this.#node(id).shape)
  }

  #labelOf(id: number): string {
    const nest = this.#fusion.nest(id)
    const names = nest === undefined ? [this.#name(id)] : [...new Set([...nest.steps, ...nest.sinks.map(sink => sink.id)].map(each => this.#name(each)))]
    return `${this.#outer}step ${id}: ${names.slice(0, 8).join(', ')}${names.length > 8 ? ', …' : ''}`
  }

  #name(id: number): string {
    const { definition, op } = this.#node(id)
    return definition?.name ?? op
  }

  #use(id: number, turn: number): void {
    for (const home of homesOf(this.nodes, id)) this.#lastUse.set(home, Math.max(this.#lastUse.get(home) ?? -1, turn))
  }

  #release(id: number, turn: number): void {
    const made = this.#fusion.nest(id)?.sinks.map(sink => sink.id) ?? [id]
    const homes = new Set([...this.#fusion.operandsOf(id), ...made].flatMap(each => [...homesOf(this.nodes, each)]))
    for (const home of homes) {
      const place = this.#made.get(home)
      if (place === undefined || (this.#lastUse.get(home) ?? -1) > turn) continue
      if (this.#awaited.has(home)) this.#flush()
      this.#made.delete(home)
      this.#writing.room.memory.free(place, this.#sizeOf(home))
    }
    for (const [place, size] of this.#rooms.splice(0)) this.#writing.room.memory.free(place, size)
  }

  #emit(...passes: readonly (Pass | undefined)[]): void {
    for (const pass of passes) if (pass !== undefined) this.commands.push(this.#writing.passes.push(pass) - 1)
  }

  #wait(id: number, lines: Waiting['lines'], ...reads: readonly number[]): void {
    this.#waiting.push({ id, lines })
    for (const each of reads) for (const home of homesOf(this.nodes, each)) this.#awaited.add(home)
  }

  /** Writes the steps on numbers that wait. */
  #flush(): void {
    const waiting = this.#waiting
    this.#waiting = []
    this.#awaited = new Set()
    for (let from = 0; from < waiting.length; from += MOST_NUMBERS) {
      const shader = new Shader()
      const part = waiting.slice(from, from + MOST_NUMBERS)
      const names = [...new Set(part.map(each => this.#name(each.id)))]
      const lines = part.flatMap(each => each.lines(shader.source))
      const label = `${this.#outer}steps on numbers: ${names.slice(0, 8).join(', ')}${names.length > 8 ? ', …' : ''}`
      this.#emit(shader.pass(label, [1, 1, 1], '1', lines))
    }
  }

  #step(id: number): void {
    const node = this.#node(id)
    try {
      if (this.#write(id, node)) return
    } catch (error) {
      if (error instanceof TooLarge) throw new GraphError(`compile: ${this.#labelOf(id)} is too large for WebGPU: ${error.message}.`)
      if (!(error instanceof NoText)) throw error
    }
    throw refusal(this.#labelOf(id), node)
  }

  #number(id: number): Text {
    return numberAt(this, id)
  }

  /** Whether a step was written. */
  #write(id: number, node: GraphNode): boolean {
    if (node.rank0) throw new NoText()
    const step = lowered(this.nodes, id, this.#fusion)
    const isNumber = isScalarNode(node)
    if (step.kind === 'part') {
      this.#places[id] = at(this.address(step.of), step.start)
      return true
    }
    if (isNumber && this.#onNumbers(id, node, step)) return true
    if (step.kind === 'assembled' && step.isWhole && step.parts.every(part => isScalarNode(this.#node(part.of)))) {
      const out = this.make(id)
      // What reads the tensor comes later, and looks for steps that wait.
      this.#wait(id, () => step.parts.map(part => store(at(out, part.start), this.#number(part.of))))
      return true
    }
    this.#flush()
    if (step.kind === 'loop') return this.#rounds(id, step.params)
    if (step.kind === 'nest') {
      const { nest } = step
      const label = this.#labelOf(id)
      if (nest.sinks[0]?.reduction !== undefined) this.#emit(...reductionPasses(label, nest, this))
      else if (sizeOfShape(nest.shape) === 0) for (const sink of nest.sinks) this.make(sink.id)
      else this.#emit(nestPass(label, nest, this))
      return true
    }
    if (step.kind === 'product') {
      const [left, right] = node.inputs.map(input => this.address(input)) as [string, string]
      this.#emit(productPass(this.#labelOf(id), step, { left, right, out: this.make(id), table: list => this.#writing.room.table(list) }))
      return true
    }
    if (step.kind !== 'operator' && !isNumber && this.#sizeOf(id) === 0) {
      this.make(id)
      return true
    }
    return isNumber ? false : this.#filled(id, node, step)
  }

  /** Steps that make a number from numbers, or take one from a tensor. */
  #onNumbers(id: number, node: GraphNode, step: Lowered): boolean {
    if (step.kind === 'entry') {
      if (isScalarNode(this.#node(step.of))) {
        this.#places[id] = this.address(step.of)
        return true
      }
      const from = at(this.address(step.of), step.at)
      const out = this.make(id)
      this.#wait(id, () => [`m[${out}] = m[${from}];`], step.of)
      return true
    }
    if (step.kind === 'entriesAt') {
      const entry = entryAt(this.address(step.of), asNumber(this.#number(step.places)), this.#sizeOf(step.of))
      const out = this.make(id)
      this.#wait(id, () => [`m[${out}] = ${entry};`], step.of)
      return true
    }
    if (isCheck(node)) {
      const out = this.make(id)
      const lines = this.#checked(id, node, asNumber(this.#number(node.inputs[0] as number)), out)
      this.#wait(id, () => ['{', ...lines, '}'])
      return true
    }
    if (step.kind !== 'number') return false
    const out = this.make(id)
    const text = textOf(node, this.nodes, true) as string
    const operands = node.inputs.map(input => this.#number(input))
    // What has no text is refused now, by its own name.
    new Shader().source.expression(text, scopeOf(operands))
    this.#wait(id, source => [store(out, source.expression(text, scopeOf(operands)))])
    return true
  }

  /** An index counted from the front, or a class; what is out of range is kept for the end of the call. */
  #checked(id: number, node: GraphNode, x: string, out: string): string[] {
    if (node.definition === checkedIndices.definition && this.#intervals.areChecked(id)) return [`m[${out}] = ${x};`]
    const place = this.#writing.room.flag()
    this.#writing.checks.push({ at: place, step: this.#labelOf(id) })
    const flag = address(place)
    if (node.definition === checkedClasses.definition) {
      const { count, ignoreIndex } = node.params as { count: number; ignoreIndex?: number }
      const isIgnored = ignoreIndex === undefined ? '' : ` || x == ${literal(ignoreIndex).text}`
      return [`let x = ${x};`, `if (!((x >= 0.0f && x < ${count}.0f && floor(x) == x)${isIgnored})) { m[${flag}] = 1.0f; }`, `m[${out}] = x;`]
    }
    const { shape, axis, span } = node.params as { shape: Shape; axis: number; span: number }
    const length = shape[axis] as number
    const [least, most] = rangeOf(node)
    return [
      `let x = ${x};`,
      `let k = select(x, x + ${length}.0f, x < 0.0f);`,
      `let isThere = floor(k) == k && k >= ${least}.0f && k <= ${most}.0f && k + ${span}.0f >= 0.0f && k + ${span}.0f < ${length}.0f;`,
      `if (!isThere) { m[${flag}] = 1.0f; }`,
      `m[${out}] = select(0.0f, k, isThere);`,
    ].map(line => line.replace(/([+-]) (-?\d+)\.0f/g, '$1 ($2.0f)'))
  }

  /** Steps that fill a tensor with entries of others. */
  #filled(id: number, node: GraphNode, step: Lowered): boolean {
    const label = this.#labelOf(id)
    const size = this.#sizeOf(id)
    const table = (list: Int32Array) => this.#writing.room.table(list)
    const pieces = (parts: readonly Part[]): Piece[] =>
      parts.map(({ of, length }) => ({ length, from: isScalarNode(this.#node(of)) ? this.#number(of) : this.address(of) }))
    if (isCheck(node)) {
      const [from, out] = [this.address(node.inputs[0] as number), this.make(id)]
      if (size > 0) this.#emit(new Shader().forEach(label, size, this.#checked(id, node, `m[${at(from, 'i')}]`, at(out, 'i'))))
      return true
    }
    switch (step.kind) {
      case 'assembled':
        this.#emit(piecesPass(label, this.make(id), 1, size, step.parts[0]?.start ?? 0, pieces(step.parts)))
        return true
      case 'joined':
        this.#emit(piecesPass(label, this.make(id), step.rows, step.length, 0, pieces(step.parts)))
        return true
      case 'entriesAt': {
        const [from, by] = [this.address(step.of), this.address(step.places)]
        this.#emit(gatherAtPass(label, this.make(id), from, by, size, this.#sizeOf(step.of)))
        return true
      }
      case 'addedAt': {
        const [from, by] = [this.address(step.of), this.address(step.places)]
        this.#emit(scatterAtPass(label, this.make(id), from, by, size, this.#sizeOf(step.of), step.row))
        return true
      }
      case 'moved': {
        const from = this.address(step.of)
        const out = this.make(id)
        this.#emit(step.gathers ? gatherPass(label, out, from, node.shape, step.indices, table) : scatterPass(label, out, from, size, step.indices, table))
        return true
      }
    }
    return false
  }

  /** A loop of the graph. */
  #rounds(id: number, params: LoopParams): boolean {
    const { inputs } = this.#node(id)
    const given = inputs.map(input => this.address(input))
    const commands = roundCommands(params, {
      label: this.#labelOf(id),
      out: this.make(id),
      given,
      memory: this.#writing.room.memory,
      emit: pass => this.#writing.passes.push(pass) - 1,
      within: (graph, addresses) => new Steps(this.#writing, graph, addresses, `${this.#labelOf(id)}, `, new Intervals(graph, this.#intervals.givenIn(id))),
    })
    this.commands.push(...commands)
    return true
  }
}

function scopeOf(operands: readonly Text[]): Readonly<Record<string, Text>> {
  return Object.fromEntries(operands.map((each, k) => ['xyz'.charAt(k), each]))
}

/** The error for a step that WebGPU has no form for. */
export function refusal(label: string, { definition, op }: GraphNode): GraphError {
  return new GraphError(
    `compile: ${label} has no form for WebGPU: ${definition?.ofUser ? 'an operator of your own has none, unless it is made of others' : `${definition?.name ?? op} is none of the elementwise operators, sums, products, movements and loops that have`}. Compute it outside and give it as an argument, or compile for WebAssembly.`,
  )
}
