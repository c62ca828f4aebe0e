import { type Shape, stridesOf } from '../../core/shape.ts'
import type { Tensor } from '../../core/tensor.ts'
import { type Graph, type GraphNode, isScalarNode } from '../../graph/graph.ts'
import type { LoopParams } from '../../graph/loop/parts.ts'
import type { Value } from '../../wasm/lanes.ts'
import { I32 } from '../../wasm/module.ts'
import { type Lowered, lowered } from '../lowered.ts'
import { Fusion } from '../nest.ts'
import { orderOf } from '../order.ts'
import { arrivalsOf, Intervals, rangeOf } from '../places.ts'
import { textOf } from '../strong.ts'
import { findExtremes } from './extremes.ts'
import { gathersIn } from './gathers.ts'
import { Joins } from './joins.ts'
import { assemble, copyIndices, gather, join, move, scatter } from './movements.ts'
import { writeNest } from './nest.ts'
import { writeProduct } from './product-step.ts'
import type { Address, Room } from './room.ts'
import { type Place, writeRounds } from './rounds.ts'
import { type Rows, rowsIn } from './rows.ts'
import { type Scope, sizeOf } from './scope.ts'
import { Seen } from './seen.ts'
import type { Access } from './tensors.ts'
import { Views } from './views.ts'

/** A step that reads its operands from memory and writes its result there; places are in doubles. */
export interface ForeignStep {
  readonly node: GraphNode
  readonly operands: readonly { readonly at: number; readonly node: GraphNode }[]
  readonly result: number
}

/** Steps in one function: engines take long to optimise longer ones, and keep much memory meanwhile. */
const LENGTH_OF_PART = 2000
/** Tensors whose entries at the same places are read in one loop. */
const MOST_AT_ONCE = 16
/** How long the code of a loop over entries is beside its steps. */
const LENGTH_OF_LOOP = 15

/** The steps of a graph as code. */
export class Steps implements Scope {
  room: Room
  readonly #graph: Graph
  readonly nodes: readonly GraphNode[]
  readonly #strong: boolean
  readonly #foreign: ForeignStep[]
  readonly #fusion: Fusion
  readonly #order: readonly number[]
  /** For each step, the turn after which it is not needed. */
  readonly #lastUse: Int32Array
  readonly #places: (Place | undefined)[]
  /** How many steps have a step among their operands. */
  readonly #uses: Int32Array
  /** Addresses of inputs. */
  readonly #given = new Map<number, number>()
  /** Steps whose place is to be given back. */
  readonly #owned = new Set<number>()
  readonly views: Views
  /** Addresses that outputs are to be written to. */
  readonly #targets = new Map<number, number>()
  readonly #joins: Joins
  readonly seen: Seen
  readonly gathers: ReadonlySet<number>
  readonly rows: ReadonlyMap<number, Rows>

  readonly intervals: Intervals
  /** Sums that loops compute as they go. */
  readonly #arrivals: ReturnType<typeof arrivalsOf>

  constructor(room: Room, graph: Graph, given: readonly Place[], strong: boolean, foreign: ForeignStep[], intervals = new Intervals(graph)) {
    this.room = room
    this.intervals = intervals
    this.#arrivals = arrivalsOf(graph, id => intervals.areThere(id))
    this.#graph = graph
    this.nodes = graph.nodes
    this.#strong = strong
    this.#foreign = foreign
    this.#fusion = new Fusion(graph, true)
    this.#places = new Array(graph.nodes.length)
    graph.inputs.forEach((id, i) => {
      const place = given[i] as Place
      this.#places[id] = place
      if ('at' in place && place.index === undefined) this.#given.set(id, place.at)
    })
    this.views = new Views(graph, this.#fusion, this.#given)
    this.#order = orderOf(graph, this.#fusion)
    this.#uses = new Int32Array(graph.nodes.length)
    for (const { inputs } of graph.nodes) for (const input of inputs) this.#uses[input] = (this.#uses[input] as number) + 1
    this.#lastUse = new Int32Array(graph.nodes.length).fill(-1)
    const use = (id: number, turn: number) => {
      this.#lastUse[id] = Math.max(this.#lastUse[id] as number, turn)
      // What is part of another value uses that.
      if (this.#isPart(id)) useOperands(id, turn)
    }
    const useOperands = (id: number, turn: number) => {
      for (const input of this.#fusion.operandsOf(id)) use(input, turn)
    }
    this.gathers = gathersIn(graph, this.#fusion, this.#order, intervals)
    this.rows = rowsIn(graph, this.#fusion, this.views, this.#order)
    this.#joins = new Joins(graph, this.#fusion, this.views, this.#order)
    this.seen = new Seen(graph, this.#fusion, this.views)
    this.#order.forEach(useOperands)
    for (const output of graph.outputs) use(output, this.#order.length)
  }

  /** Writes the steps of a program, in several functions where one would be long. Outputs go to the addresses in `targets`. */
  writeProgram(targets: readonly number[]): void {
    const { outputs } = this.#graph
    targets.forEach((at, i) => {
      const id = this.#wholeOf(outputs[i] as number)
      if (!this.#targets.has(id)) this.#targets.set(id, at)
    })
    const ends = this.#endsOfParts()
    if (ends.length === 1) this.#writeTurns(0, this.#order.length)
    else ends.forEach((end, k) => void this.#writePart(`part${k}`, ends[k - 1] ?? 0, end))
    targets.forEach((at, i) => {
      const id = outputs[i] as number
      if (isScalarNode(this.node(id))) {
        if ((this.#places[id] as Address | undefined)?.at !== at) this.room.store({ at }, this.read(id))
      } else this.room.copy({ at: this.addressOf(id) }, { at }, sizeOf(this.node(id)))
    })
    for (const id of this.#owned) this.#giveBack(id)
  }

  /** The step that makes the entries of an output, where that is a tensor in another shape. */
  #wholeOf(id: number): number {
    const [of = id] = this.node(id).inputs
    const isWhole = this.views.source(id) === 0 && sizeOf(this.node(of)) === sizeOf(this.node(id))
    return isWhole && this.node(of).definition !== undefined && !isScalarNode(this.node(of)) ? this.#wholeOf(of) : id
  }

  /** Writes all steps of a part of a loop, whose outputs are read in `use`. */
  write(use: () => void): void {
    this.#writeTurns(0, this.#order.length)
    use()
    for (const id of this.#owned) this.#giveBack(id)
  }

  #writeTurns(from: number, to: number): void {
    const guardsOf = new Map(this.#graph.guards.map(guard => [guard.node, guard]))
    for (let turn = from; turn < to; turn++) {
      const id = this.#order[turn] as number
      this.#step(id, turn)
      const guard = guardsOf.get(id)
      if (guard === undefined) continue
      const { one } = this.room
      one.instruction(guard.expected ? '==' : '!=', this.read(id), one.number(0)).push()
      this.room.giveIf(1)
    }
  }

  /** The turns before which functions end. */
  #endsOfParts(): number[] {
    const ends: number[] = []
    let length = 0
    this.#order.forEach((id, turn) => {
      length += isScalarNode(this.node(id)) ? 1 : LENGTH_OF_LOOP + (this.#fusion.nest(id)?.steps.length ?? 0)
      if (length < LENGTH_OF_PART || turn + 1 === this.#order.length) return
      ends.push(turn + 1)
      length = 0
    })
    return [...ends, this.#order.length]
  }

  /** Some steps in a function of their own. What later ones read is in memory when it ends. */
  #writePart(name: string, from: number, to: number): void {
    const whole = this.room
    whole.body.module.define(name, [], I32, body => {
      this.room = whole.within(body)
      this.#writeTurns(from, to)
      for (const id of this.#owned) {
        const place = this.#places[id] as Place
        if (!('local' in place)) continue
        const given = this.#given.get(id)
        if (given === undefined) {
          const at = this.room.reserve(1)
          this.room.store({ at }, this.read(id))
          this.#places[id] = { at }
        } else {
          this.#places[id] = { at: given }
          this.#owned.delete(id)
        }
      }
      body.integer(0)
    })
    this.room = whole
    whole.callAndGive(name)
  }

  node(id: number): GraphNode {
    return this.nodes[id] as GraphNode
  }

  /** The number of a step: from its local, from memory, or as it is. */
  read(id: number): Value {
    return { kind: 'double', push: () => this.#push(id), leaf: this.node(id).op === 'constant' || 'local' in (this.#places[id] as Place) }
  }

  #push(id: number): void {
    const { op, value } = this.node(id)
    const place = this.#places[id]
    if (op === 'constant') this.room.body.double(Number(value))
    else if (place !== undefined && 'local' in place) this.room.body.get(place.local)
    else this.room.load(place as Address).push()
  }

  addressOf(id: number): number {
    const { op, value } = this.node(id)
    if (op === 'constant' && this.#places[id] === undefined) this.#places[id] = { at: this.room.body.module.data((value as Tensor).data) }
    return (this.#places[id] as { at: number }).at
  }

  /** Room for a tensor. */
  make(id: number): number {
    const made = this.#places[id]
    // What joins others has its room since the first of them was made.
    if (made !== undefined && 'at' in made && this.node(id).op !== 'input') return made.at
    const target = this.#targets.get(id)
    const at = target ?? this.room.reserve(sizeOf(this.node(id)))
    if (target === undefined) this.#owned.add(id)
    this.#places[id] = { at }
    return at
  }

  placeFor(id: number, shape: Shape): Access {
    const part = this.#joins.partOf(id)
    if (part === undefined) return { at: this.make(id), strides: stridesOf(shape) }
    if (this.#places[part.join] === undefined) this.make(part.join)
    return { at: this.addressOf(part.join) + 8 * part.start, strides: part.strides }
  }

  isInJoin(id: number, join: number): boolean {
    return this.#joins.has(id) || this.#joins.isBeside(id, join)
  }

  besides(id: number): { of: number; shape: Shape; target: Access }[] {
    return this.#joins.beside(id).map(({ of, shape, join, start, strides }) => ({ of, shape, target: { at: this.addressOf(join) + 8 * start, strides } }))
  }

  checks(id: number): boolean {
    // In the body of a loop nothing is a result.
    return !this.#strong && this.#targets.size > 0 && this.seen.asks(id)
  }

  #giveBack(id: number): void {
    const place = this.#places[id] as Place
    this.#owned.delete(id)
    if ('local' in place) this.room.freeLocal(place.local)
    else this.room.free(place.at, sizeOf(this.node(id)))
  }

  /** Gives back what a step uses for the last time. */
  #release(id: number, turn: number): void {
    for (const input of this.#fusion.operandsOf(id)) {
      if ((this.#lastUse[input] as number) > turn) continue
      if (this.#owned.has(input)) this.#giveBack(input)
      if (this.#isPart(input)) this.#release(input, turn)
    }
  }

  #step(id: number, turn: number): void {
    const node = this.node(id)
    const { op, inputs } = node
    if (op === 'constant' || (op === 'input' && !isScalarNode(node))) return
    if (op === 'input') {
      // Numbers among the inputs that are used more than once are read once.
      if (!('local' in (this.#places[id] as Place)) && (this.#uses[id] as number) > 1) this.#keep(id, this.read(id))
      return
    }
    if (this.#arrivals.without.has(id)) {
      this.#release(id, turn)
      return
    }
    if (this.#joins.has(id) && this.views.source(id) !== undefined) return
    const source = this.views.source(id)
    if (source !== undefined) {
      this.#places[id] = { at: (this.#given.get(inputs[0] as number) ?? this.addressOf(inputs[0] as number)) + 8 * source }
      return
    }
    const step = lowered(this.nodes, id, this.#fusion)
    if (step.kind === 'number') {
      const target = this.#targets.get(id)
      if (target !== undefined && this.#uses[id] === 0) {
        // Nothing but the result needs it.
        this.room.store({ at: target }, { kind: 'double', push: () => this.#number(node) })
        this.#places[id] = { at: target }
        this.#release(id, turn)
        return
      }
      this.#number(node)
      // Locals that are read for the last time here can hold the result.
      this.#release(id, turn)
      this.#keep(id)
      return
    }
    if (this.views.of.has(id) || this.gathers.has(id) || this.rows.has(id)) return
    if (isScalarNode(node) && this.#indexed(id, step)) {
      this.#release(id, turn)
      return
    }
    if (step.kind === 'loop') this.#rounds(id, step.params)
    else if (!this.#tensor(id, step)) this.#call(id)
    this.#release(id, turn)
  }

  /** Puts the result of a step on numbers on the stack. */
  #number(node: GraphNode): void {
    const { one } = this.room
    const text = this.#textOf(node)
    if (one.push(text, name => this.#push(node.inputs['xyz'.indexOf(name)] as number))) return
    const scope = Object.fromEntries(node.inputs.map((input, i) => ['xyz'.charAt(i), this.read(input)]))
    one.double(one.evaluate(text, scope)).push()
  }

  /** An entry at a place that is a value, or an index that is checked; false for other steps. */
  #indexed(id: number, step: Lowered): boolean {
    if (step.kind === 'entry' && isScalarNode(this.node(step.of))) {
      this.#keep(id, this.read(step.of))
      return true
    }
    if (step.kind === 'entriesAt' && this.intervals.areThere(id)) {
      this.#keep(id, this.room.load({ at: this.addressOf(step.of), index: this.room.bytesTo(this.read(step.places)) }))
      return true
    }
    if (step.kind !== 'indices') return false
    if (this.intervals.areChecked(id)) {
      this.#keep(id, this.read(step.of))
      return true
    }
    const { one, body } = this.room
    const [least, most] = rangeOf(this.node(id))
    const local = this.room.local()
    this.read(step.of).push()
    body.set(local)
    const index = one.local(local)
    const isInRange = one.evaluate(`x >= ${least} && x <= ${most} && Math.floor(x) == x`, { x: index })
    isInRange.push()
    body.code.byte(0x45, 0x04, 0x40) // i32.eqz, if
    this.#call(id)
    this.read(id).push()
    body.set(local)
    body.code.byte(0x0b)
    this.#giveBack(id)
    this.#places[id] = { local }
    this.#owned.add(id)
    if ((this.#lastUse[id] as number) < 0) this.#giveBack(id)
    return true
  }

  /** A local for a value: one that is given, or the one on the stack. */
  #keep(id: number, value?: Value): void {
    value?.push()
    const local = this.room.local()
    this.room.body.set(local)
    this.#places[id] = { local }
    this.#owned.add(id)
    if ((this.#lastUse[id] as number) < 0) this.#giveBack(id)
  }

  #textOf(node: GraphNode): string {
    return textOf(node, this.nodes, this.#strong) as string
  }

  /** Whether a step has no memory of its own. */
  #isPart(id: number): boolean {
    return this.views.source(id) !== undefined || this.views.of.has(id) || this.gathers.has(id) || this.rows.has(id)
  }

  /** A tensor, or a number that is made of one; false for what only the operator itself computes. */
  #tensor(id: number, step: Lowered): boolean {
    switch (step.kind) {
      case 'nest':
        writeNest(this, step.nest, each => this.#textOf(each))
        return true
      case 'assembled':
        assemble(this, id, step)
        return true
      case 'joined':
        join(this, id, step)
        return true
      case 'product':
        return writeProduct(this, id, step)
      case 'moved':
        return move(this, id, step)
      case 'indices':
        copyIndices(this, id, step, () => this.#call(id))
        return true
      case 'entriesAt':
        return this.#gather(id, step.places)
      case 'addedAt':
        return scatter(this, id, step)
      case 'operator':
        return findExtremes(this, id)
      default:
        return false
    }
  }

  /** Entries at places, with those of other tensors that are there at the same places: each place is read once. */
  #gather(id: number, places: number): boolean {
    if (this.#places[id] !== undefined) return true
    const others = this.#order.filter(each => {
      const { definition, inputs } = this.node(each)
      const isLike = each !== id && definition === this.node(id).definition && inputs[1] === places && !isScalarNode(this.node(each))
      return isLike && this.#places[each] === undefined && this.#isThere(inputs[0] as number) && this.intervals.areThere(each)
    })
    return gather(this, [id, ...others.slice(0, MOST_AT_ONCE - 1)], places)
  }

  /** Whether a tensor has its place. */
  #isThere(id: number): boolean {
    return this.#places[id] !== undefined || this.node(id).op === 'constant'
  }

  /** An operator of the library, with operands and result in memory. */
  #call(id: number): void {
    const node = this.node(id)
    const { body } = this.room
    const spilled: number[] = []
    const operands = node.inputs.map(input => {
      const operand = this.node(input)
      if (!isScalarNode(operand)) return { at: this.addressOf(input) / 8, node: operand }
      const at = this.room.reserve(1)
      spilled.push(at)
      this.room.store({ at }, this.read(input))
      return { at: at / 8, node: operand }
    })
    const result = this.make(id)
    const name = `step${this.#foreign.length}`
    this.#foreign.push({ node, operands, result: result / 8 })
    body.module.imports(name, [], undefined)
    body.call(name)
    for (const at of spilled) this.room.free(at, 1)
  }

  /** A loop of the graph. */
  #rounds(id: number, params: LoopParams): void {
    const { inputs } = this.node(id)
    const operands = { read: (k: number) => this.read(inputs[k] as number), addressOf: (k: number) => this.addressOf(inputs[k] as number) }
    const out = this.make(id)
    const sums = (this.#arrivals.of.get(id) ?? []).map(({ id: sum, entries, places }) => ({
      at: this.make(sum),
      size: sizeOf(this.node(sum)),
      entries,
      places,
    }))
    for (const { at, size } of sums) this.room.fill(at, size, 0)
    writeRounds(this.room, params, operands, out, sums, (graph, given, use) => {
      const steps = new Steps(this.room, graph, given, this.#strong, this.#foreign, new Intervals(graph, this.intervals.givenIn(id)))
      const at = (output: number) => graph.outputs[output] as number
      steps.write(() => void use({ read: output => steps.read(at(output)), addressOf: output => steps.addressOf(at(output)) }))
    })
  }
}
