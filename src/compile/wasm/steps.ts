import { broadcastStrides, type Shape, sizeOfShape, stridesOf } from '../../core/shape.ts'
import type { Tensor } from '../../core/tensor.ts'
import { type Graph, type GraphNode, isScalarNode } from '../../graph/graph.ts'
import { loop } from '../../graph/loop.ts'
import type { LoopParams } from '../../graph/loop-parts.ts'
import { isLarge } from '../../ops/kernels/gemm.ts'
import { checkedIndices, gatherAt, scatterAt } from '../../ops/places.ts'
import type { Lanes, Value } from '../../wasm/lanes.ts'
import { I32 } from '../../wasm/module.ts'
import { matrixProduct as packedProduct, scratchOf } from '../../wasm/product.ts'
import { Fusion, isInOrder, isSingle, MOST_PRODUCTS, movementOf, type Nest, numberText, productOf, rowsOf, startOf } from '../nest.ts'
import { orderOf } from '../order.ts'
import { arrivalsOf, Intervals, rangeOf } from '../places.ts'
import { textOf } from '../strong.ts'
import { matrixProduct } from './product.ts'
import type { Address, Room } from './room.ts'
import { type Place, writeRounds } from './rounds.ts'
import { type Access, copyEntries, type LoopOperand, writeLoops } from './tensors.ts'

/** A step that reads its operands from memory and writes its result there; places are in doubles. */
export interface ForeignStep {
  readonly node: GraphNode
  readonly operands: readonly { readonly at: number; readonly node: GraphNode }[]
  readonly result: number
}

/** Instructions of a function in a step, on average. */
const COST_OF_CALL = 30
/** Steps in one function: engines take long to optimise longer ones, and keep much memory meanwhile. */
const LENGTH_OF_PART = 2000
/** How long the code of a loop over entries is beside its steps. */
const LENGTH_OF_LOOP = 15

/** The steps of a graph as code. */
export class Steps {
  #room: Room
  readonly #graph: Graph
  readonly #nodes: readonly GraphNode[]
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
  /** Movements that have no code: the entry of their operand that they begin with, and how far it is from one to the next. */
  readonly #views = new Map<number, { start: number; strides: readonly number[] }>()
  /** Addresses that outputs are to be written to. */
  readonly #targets = new Map<number, number>()

  /** What is known of indices. */
  readonly #intervals: Intervals
  /** Sums that loops compute as they go. */
  readonly #arrivals: ReturnType<typeof arrivalsOf>

  constructor(room: Room, graph: Graph, given: readonly Place[], strong: boolean, foreign: ForeignStep[], intervals = new Intervals(graph)) {
    this.#room = room
    this.#intervals = intervals
    this.#arrivals = arrivalsOf(graph, id => intervals.areThere(id))
    this.#graph = graph
    this.#nodes = graph.nodes
    this.#strong = strong
    this.#foreign = foreign
    this.#fusion = new Fusion(graph, true)
    this.#places = new Array(graph.nodes.length)
    graph.inputs.forEach((id, i) => {
      const place = given[i] as Place
      this.#places[id] = place
      if ('at' in place && place.index === undefined) this.#given.set(id, place.at)
    })
    this.#findViews(graph)
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
    this.#order.forEach(useOperands)
    for (const output of graph.outputs) use(output, this.#order.length)
  }

  /** Writes the steps of a program, in several functions where one would be long. Outputs go to the addresses in `targets`. */
  writeProgram(targets: readonly number[]): void {
    const { outputs } = this.#graph
    targets.forEach((at, i) => {
      const id = outputs[i] as number
      if (!this.#targets.has(id)) this.#targets.set(id, at)
    })
    const ends = this.#endsOfParts()
    if (ends.length === 1) this.#writeTurns(0, this.#order.length)
    else ends.forEach((end, k) => void this.#writePart(`part${k}`, ends[k - 1] ?? 0, end))
    targets.forEach((at, i) => {
      const id = outputs[i] as number
      if (isScalarNode(this.#node(id))) {
        if ((this.#places[id] as Address | undefined)?.at !== at) this.#room.store({ at }, this.#read(id))
      } else this.#room.copy({ at: this.#addressOf(id) }, { at }, sizeOf(this.#node(id)))
    })
    for (const id of this.#owned) this.#giveBack(id)
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
      const { one } = this.#room
      one.instruction(guard.expected ? '==' : '!=', this.#read(id), one.number(0)).push()
      this.#room.giveIf(1)
    }
  }

  /** The turns before which functions end. */
  #endsOfParts(): number[] {
    const ends: number[] = []
    let length = 0
    this.#order.forEach((id, turn) => {
      length += isScalarNode(this.#node(id)) ? 1 : LENGTH_OF_LOOP + (this.#fusion.nest(id)?.steps.length ?? 0)
      if (length < LENGTH_OF_PART || turn + 1 === this.#order.length) return
      ends.push(turn + 1)
      length = 0
    })
    return [...ends, this.#order.length]
  }

  /** Some steps in a function of their own. What later ones read is in memory when it ends. */
  #writePart(name: string, from: number, to: number): void {
    const whole = this.#room
    whole.body.module.define(name, [], I32, body => {
      this.#room = whole.within(body)
      this.#writeTurns(from, to)
      for (const id of this.#owned) {
        const place = this.#places[id] as Place
        if (!('local' in place)) continue
        const given = this.#given.get(id)
        if (given === undefined) {
          const at = this.#room.reserve(1)
          this.#room.store({ at }, this.#read(id))
          this.#places[id] = { at }
        } else {
          this.#places[id] = { at: given }
          this.#owned.delete(id)
        }
      }
      body.integer(0)
    })
    this.#room = whole
    whole.callAndGive(name)
  }

  /** The number that is an output, after the steps. */
  read(output: number): Value {
    return this.#read(this.#graph.outputs[output] as number)
  }

  /** The address of an output that is a tensor, after the steps. */
  addressOf(output: number): number {
    return this.#addressOf(this.#graph.outputs[output] as number)
  }

  #node(id: number): GraphNode {
    return this.#nodes[id] as GraphNode
  }

  /** The number of a step: from its local, from memory, or as it is. */
  #read(id: number): Value {
    return { kind: 'double', push: () => this.#push(id), leaf: this.#node(id).op === 'constant' || 'local' in (this.#places[id] as Place) }
  }

  #push(id: number): void {
    const { op, value } = this.#node(id)
    const place = this.#places[id]
    if (op === 'constant') this.#room.body.double(Number(value))
    else if (place !== undefined && 'local' in place) this.#room.body.get(place.local)
    else this.#room.load(place as Address).push()
  }

  #addressOf(id: number): number {
    const { op, value } = this.#node(id)
    if (op === 'constant' && this.#places[id] === undefined) this.#places[id] = { at: this.#room.body.module.data((value as Tensor).data) }
    return (this.#places[id] as { at: number }).at
  }

  /** Room for a tensor. */
  #make(id: number): number {
    const target = this.#targets.get(id)
    const at = target ?? this.#room.reserve(sizeOf(this.#node(id)))
    if (target === undefined) this.#owned.add(id)
    this.#places[id] = { at }
    return at
  }

  #giveBack(id: number): void {
    const place = this.#places[id] as Place
    this.#owned.delete(id)
    if ('local' in place) this.#room.freeLocal(place.local)
    else this.#room.free(place.at, sizeOf(this.#node(id)))
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
    const node = this.#node(id)
    const { op, inputs, definition } = node
    if (op === 'constant' || (op === 'input' && !isScalarNode(node))) return
    if (op === 'input') {
      // Numbers among the inputs that are used more than once are read once.
      if (!('local' in (this.#places[id] as Place)) && (this.#uses[id] as number) > 1) this.#keep(id, this.#read(id))
      return
    }
    if (this.#arrivals.without.has(id)) {
      this.#release(id, turn)
      return
    }
    const source = this.#source(id)
    if (source !== undefined) {
      this.#places[id] = { at: (this.#given.get(inputs[0] as number) ?? this.#addressOf(inputs[0] as number)) + 8 * source }
      return
    }
    if (numberText(node, this.#nodes) !== undefined) {
      const target = this.#targets.get(id)
      if (target !== undefined && this.#uses[id] === 0) {
        // Nothing but the result needs it.
        this.#room.store({ at: target }, { kind: 'double', push: () => this.#number(node) })
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
    if (this.#views.has(id)) return
    if (isScalarNode(node) && this.#indexed(id)) {
      this.#release(id, turn)
      return
    }
    if (definition === loop) this.#rounds(id)
    else this.#tensor(id)
    this.#release(id, turn)
  }

  /** Puts the result of a step on numbers on the stack. */
  #number(node: GraphNode): void {
    const { one } = this.#room
    const text = this.#textOf(node)
    if (one.push(text, name => this.#push(node.inputs['xyz'.indexOf(name)] as number))) return
    const scope = Object.fromEntries(node.inputs.map((input, i) => ['xyz'.charAt(i), this.#read(input)]))
    one.double(one.evaluate(text, scope)).push()
  }

  /** An entry at a place that is a value, or an index that is checked; false for other steps. */
  #indexed(id: number): boolean {
    const { definition, inputs } = this.#node(id)
    const [x, place] = inputs as [number, number]
    if (definition === gatherAt.definition && this.#intervals.areThere(id)) {
      this.#keep(id, this.#room.load({ at: this.#addressOf(x), index: this.#room.bytesTo(this.#read(place)) }))
      return true
    }
    if (definition !== checkedIndices.definition) return false
    if (this.#intervals.areChecked(id)) {
      this.#keep(id, this.#read(x))
      return true
    }
    const { one, body } = this.#room
    const [least, most] = rangeOf(this.#node(id))
    const local = this.#room.local()
    this.#read(x).push()
    body.set(local)
    const index = one.local(local)
    const isInRange = one.evaluate(`x >= ${least} && x <= ${most} && Math.floor(x) == x`, { x: index })
    isInRange.push()
    body.code.byte(0x45, 0x04, 0x40) // i32.eqz, if
    this.#call(id)
    this.#read(id).push()
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
    const local = this.#room.local()
    this.#room.body.set(local)
    this.#places[id] = { local }
    this.#owned.add(id)
    if ((this.#lastUse[id] as number) < 0) this.#giveBack(id)
  }

  #textOf(node: GraphNode): string {
    return textOf(node, this.#nodes, this.#strong) as string
  }

  /** Whether a step has no memory of its own. */
  #isPart(id: number): boolean {
    return this.#source(id) !== undefined || this.#views.has(id)
  }

  /** Regular movements that only loops and large products read: those take the entries from where they are. */
  #findViews({ nodes, outputs }: Graph): void {
    const read = new Set(outputs)
    nodes.forEach((node, id) => {
      if (this.#fusion.isInNest(id)) return
      const packs = node.op === 'matmul' && this.#isPacked(node)
      for (const input of node.inputs) if (!packs || !this.#isMatrices(input)) read.add(input)
    })
    nodes.forEach((_, id) => {
      const found = read.has(id) ? undefined : this.#regular(id)
      if (found !== undefined && this.#source(id) === undefined) this.#views.set(id, found)
    })
  }

  /** Of a movement of tensors: the entry that it begins with, and how far it is from one to the next along each axis, where that is regular. */
  #regular(id: number): { start: number; strides: readonly number[] } | undefined {
    const node = this.#node(id)
    const movement = movementOf(node)
    if (movement === undefined || !movement.gathers || isScalarNode(this.#node(node.inputs[0] as number)) || node.shape.length === 0) return undefined
    const strides = regular(node.shape, movement.indices)
    return strides && { start: movement.indices[0] as number, strides }
  }

  /** Whether a movement gives matrices that follow each other where they are. */
  #isMatrices(id: number): boolean {
    const { shape } = this.#node(id)
    const strides = shape.length < 2 ? undefined : this.#regular(id)?.strides
    return strides !== undefined && stridesOf(shape).every((stride, axis) => axis >= shape.length - 2 || strides[axis] === stride || shape[axis] === 1)
  }

  /** Whether the matrices of a product are packed before they are multiplied. */
  #isPacked({ inputs }: GraphNode): boolean {
    const [a, b] = inputs.map(input => this.#node(input).shape) as [Shape, Shape]
    const { m, k, n, pairs } = productOf([a, b])
    return isLarge(m, k, n) && pairs.length <= MOST_PRODUCTS
  }

  readonly #sources = new Map<number, number | undefined>()

  /** Of a step that is part of a tensor: the entry of its operand that it begins with. */
  #source(id: number): number | undefined {
    if (this.#node(id).definition?.kind !== 'linear') return undefined
    if (!this.#sources.has(id)) this.#sources.set(id, this.#findSource(id))
    return this.#sources.get(id)
  }

  #findSource(id: number): number | undefined {
    const node = this.#node(id)
    const { op, inputs } = node
    const operand = this.#nodes[inputs[0] as number]
    if (op === 'stackScalars') return this.#inRow(inputs) ? 0 : undefined
    if (operand === undefined || isScalarNode(operand)) return undefined
    if (isInOrder(node) && sizeOf(node) <= sizeOf(operand)) return startOf(node)
    const { gathers = false, indices } = movementOf(node) ?? {}
    const first = indices?.[0] ?? -1
    return gathers && first >= 0 && indices?.every((each, i) => each === first + i) ? first : undefined
  }

  /** Whether numbers are inputs that stand one behind the other in memory. */
  #inRow(ids: readonly number[]): boolean {
    const from = this.#given.get(ids[0] as number)
    return from !== undefined && ids.every((id, i) => this.#given.get(id) === from + 8 * i)
  }

  /** A tensor, or a number that is made of one. */
  #tensor(id: number): void {
    const { op } = this.#node(id)
    const nest = this.#fusion.nest(id)
    if (nest !== undefined) this.#nest(nest)
    else if (isInOrder(this.#node(id)) && this.#holdsOperands(id)) this.#assemble(id)
    else if (op === 'concat') this.#concat(id)
    else if (!(op === 'matmul' ? this.#product(id) : this.#move(id) || this.#moveToPlaces(id))) this.#call(id)
  }

  #holdsOperands(id: number): boolean {
    return this.#sizeOfOperands(id) <= sizeOf(this.#node(id))
  }

  #sizeOfOperands(id: number): number {
    return this.#node(id).inputs.reduce((sum, input) => sum + sizeOf(this.#node(input)), 0)
  }

  /** A tensor with all its operands' entries, one after the other from some entry on, and 0 elsewhere. */
  #assemble(id: number): void {
    const { inputs } = this.#node(id)
    const size = sizeOf(this.#node(id))
    const at = this.#make(id)
    if (this.#sizeOfOperands(id) < size) this.#room.fill(at, size, 0)
    let to = at + 8 * startOf(this.#node(id))
    for (const input of inputs) {
      const node = this.#node(input)
      if (isScalarNode(node)) this.#room.store({ at: to }, this.#read(input))
      else this.#room.copy({ at: this.#addressOf(input) }, { at: to }, sizeOf(node))
      to += 8 * sizeOf(node)
    }
  }

  #concat(id: number): void {
    const node = this.#node(id)
    const { rows, lengths, length } = rowsOf(node, this.#nodes)
    let at = this.#make(id)
    node.inputs.forEach((input, k) => {
      const own = lengths[k] as number
      copyEntries(this.#room.body, [rows, own], { at: this.#addressOf(input), strides: [own, 1] }, { at, strides: [length, 1] })
      at += 8 * own
    })
  }

  /** Entries that move to regular places, in loops; false for what is no such step. */
  #move(id: number): boolean {
    const node = this.#node(id)
    const [input] = node.inputs as [number]
    const operand = this.#nodes[input] as GraphNode
    const movement = movementOf(node)
    if (movement === undefined || isScalarNode(operand) || isScalarNode(node)) return false
    const { gathers, indices } = movement
    const shape = gathers ? node.shape : operand.shape
    const far = gathers || new Set(indices).size === indices.length ? regular(shape, indices) : undefined
    if (far === undefined) {
      this.#moveByTable(id, gathers, indices)
      return true
    }
    const near = stridesOf(shape)
    const start = 8 * (indices[0] as number)
    const from = this.#addressOf(input)
    const to = this.#make(id)
    if (!gathers) this.#room.fill(to, sizeOf(node), 0)
    const [source, target] = gathers
      ? [
          { at: from + start, strides: far },
          { at: to, strides: near },
        ]
      : [
          { at: from, strides: near },
          { at: to + start, strides: far },
        ]
    copyEntries(this.#room.body, shape, source, target)
    return true
  }

  /** Entries that move to any places: where each goes, or comes from, stands in a table; −1 for nowhere. */
  #moveByTable(id: number, gathers: boolean, indices: Int32Array): void {
    const room = this.#room
    const from = this.#addressOf(this.#node(id).inputs[0] as number)
    const to = this.#make(id)
    const table = room.body.module.data(indices.map(each => 8 * each))
    room.fill(to, sizeOf(this.#node(id)), 0)
    const { body, one } = room
    const [index, entry, far] = [body.local(I32), body.local(I32), body.local(I32)]
    for (const local of [index, entry]) {
      body.integer(0)
      body.set(local)
    }
    const near = { at: gathers ? to : from, index: entry }
    body.repeat(indices.length, () => {
      body.get(index)
      body.access([0x28], table, 2) // i32.load
      body.set(far)
      body.get(far)
      body.integer(0)
      body.code.byte(0x4e, 0x04, 0x40) // i32.ge_s, if
      if (gathers) room.store(near, room.load({ at: from, index: far }))
      else room.store({ at: to, index: far }, one.instruction('+', room.load({ at: to, index: far }), room.load(near)))
      body.code.byte(0x0b)
      body.advance(index, 4)
      body.advance(entry, 8)
    })
  }

  /** Entries at places that are values; false for what is no such step, or where places may be none. */
  #moveToPlaces(id: number): boolean {
    const { definition, inputs, params } = this.#node(id)
    const [x, places] = inputs as [number, number]
    const room = this.#room
    if (definition === checkedIndices.definition && this.#intervals.areChecked(id)) {
      const from = this.#addressOf(x)
      room.copy({ at: from }, { at: this.#make(id) }, sizeOf(this.#node(id)))
      return true
    }
    if ((definition !== gatherAt.definition && definition !== scatterAt.definition) || !this.#intervals.areThere(id)) return false
    if (definition === gatherAt.definition) {
      const [from, at] = [this.#addressOf(x), this.#addressOf(places)]
      const to = this.#make(id)
      const { body } = room
      const [entry, far] = [body.local(I32), body.local(I32)]
      body.integer(0)
      body.set(entry)
      body.repeat(sizeOf(this.#node(id)), () => {
        room.bytesTo(room.load({ at, index: entry }), far)
        room.store({ at: to, index: entry }, room.load({ at: from, index: far }))
        body.advance(entry, 8)
      })
      return true
    }
    const to = this.#make(id)
    room.fill(to, sizeOf(this.#node(id)), 0)
    if (isScalarNode(this.#node(x))) room.addTo({ at: to, index: room.bytesTo(this.#read(places)) }, this.#read(x))
    else {
      const size = sizeOf(this.#node(x))
      room.scatter({ at: this.#addressOf(x) }, { at: this.#addressOf(places) }, to, size, (params as { fromLast: number }).fromLast || size)
    }
    return true
  }

  /** Loops over entries. */
  #nest({ shape, steps, sinks }: Nest): void {
    const { body } = this.#room
    const places = new Map(steps.map((step, i) => [step, i]))
    const accesses = new Map<number, LoopOperand>()
    const operand = (at: number): LoopOperand => {
      const step = places.get(at)
      if (step !== undefined) return step
      let found = accesses.get(at)
      if (found === undefined) {
        found = isScalarNode(this.#node(at)) ? { scalar: this.#read(at) } : this.#accessOf(at, shape)
        accesses.set(at, found)
      }
      return found
    }
    const loopSteps = steps.map(step => {
      const each = this.#node(step)
      const text = this.#textOf(each)
      return {
        cost: /\w\(/.test(text) ? COST_OF_CALL : 1,
        operands: each.inputs.map(operand),
        value: (lanes: Lanes, values: readonly Value[]) => lanes.evaluate(text, Object.fromEntries(values.map((value, i) => ['xyz'.charAt(i), value]))),
      }
    })
    const results = sinks.map(({ id, entry, reduction }) => {
      const value = operand(entry)
      const at = this.#make(id)
      if (reduction === undefined) return { value, target: { at, strides: stridesOf(shape) } }
      this.#room.fill(at, sizeOf(this.#node(id)), reduction.start)
      return { value, target: { at, strides: broadcastStrides(reduction.kept, shape), combination: reduction } }
    })
    writeLoops(body, shape, loopSteps, results)
  }

  /** A tensor's entries in loops over a shape. */
  #accessOf(id: number, shape: Shape): Access {
    const node = this.#node(id)
    const view = this.#views.get(id)
    if (view === undefined) return { at: this.#addressOf(id), strides: broadcastStrides(node.shape, shape) }
    const ahead = shape.length - node.shape.length
    const strides = shape.map((_, axis) => (axis < ahead || node.shape[axis - ahead] === 1 ? 0 : (view.strides[axis - ahead] as number)))
    return { at: this.#addressOf(node.inputs[0] as number) + 8 * view.start, strides }
  }

  /** A matrix product; false where there are too many in one. */
  #product(id: number): boolean {
    const { inputs } = this.#node(id)
    const [a, b] = inputs as [number, number]
    const { m, k, n, pairs } = productOf([this.#node(a).shape, this.#node(b).shape])
    if (pairs.length > MOST_PRODUCTS) return false
    const { body } = this.#room
    const packs = this.#isPacked(this.#node(id))
    const width = isSingle(this.#node(id)) ? 4 : 8
    const name = packs ? packedProduct(body.module, width, 8) : matrixProduct(body.module, m, k, n)
    const [left, right] = [this.#matrices(a, k), this.#matrices(b, n)]
    const out = this.#make(id)
    const size = packs ? Math.ceil(scratchOf(width, m, k, n, 8) / 8) : 0
    const scratch = this.#room.reserve(size)
    pairs.forEach(([first, second], item) => {
      const [x, y, to] = [left.at + 8 * m * k * first, right.at + 8 * k * n * second, out + 8 * m * n * item]
      for (const each of packs ? [m, n, k, x, left.row, left.column, y, right.row, right.column, to, scratch] : [x, y, to]) body.integer(each)
      body.call(name)
    })
    this.#room.free(scratch, size)
    return true
  }

  /** Where matrices stand, and how many bytes it is from a row to the next and from a column to the next. */
  #matrices(id: number, columns: number): { at: number; row: number; column: number } {
    const view = this.#views.get(id)
    if (view === undefined) return { at: this.#addressOf(id), row: 8 * columns, column: 8 }
    const [row, column] = view.strides.slice(-2) as [number, number]
    return { at: this.#addressOf(this.#node(id).inputs[0] as number) + 8 * view.start, row: 8 * row, column: 8 * column }
  }

  /** An operator of the library, with operands and result in memory. */
  #call(id: number): void {
    const node = this.#node(id)
    const { body } = this.#room
    const spilled: number[] = []
    const operands = node.inputs.map(input => {
      const operand = this.#node(input)
      if (!isScalarNode(operand)) return { at: this.#addressOf(input) / 8, node: operand }
      const at = this.#room.reserve(1)
      spilled.push(at)
      this.#room.store({ at }, this.#read(input))
      return { at: at / 8, node: operand }
    })
    const result = this.#make(id)
    const name = `step${this.#foreign.length}`
    this.#foreign.push({ node, operands, result: result / 8 })
    body.module.imports(name, [], undefined)
    body.call(name)
    for (const at of spilled) this.#room.free(at, 1)
  }

  /** A loop of the graph. */
  #rounds(id: number): void {
    const { inputs, params } = this.#node(id)
    const operands = { read: (k: number) => this.#read(inputs[k] as number), addressOf: (k: number) => this.#addressOf(inputs[k] as number) }
    const out = this.#make(id)
    const sums = (this.#arrivals.of.get(id) ?? []).map(({ id: sum, entries, places }) => ({
      at: this.#make(sum),
      size: sizeOf(this.#node(sum)),
      entries,
      places,
    }))
    for (const { at, size } of sums) this.#room.fill(at, size, 0)
    writeRounds(this.#room, params as LoopParams, operands, out, sums, (graph, given, use) => {
      const steps = new Steps(this.#room, graph, given, this.#strong, this.#foreign, new Intervals(graph, this.#intervals.givenIn(id)))
      steps.write(() => void use(steps))
    })
  }
}

/** Strides, none negative, with which positions for the entries of a shape in order are sums over its axes; undefined if there are none. */
function regular(shape: Shape, positions: Int32Array): number[] | undefined {
  const near = stridesOf(shape)
  const first = positions[0] ?? -1
  if (first < 0) return undefined
  const far = shape.map((length, axis) => (length > 1 ? (positions[near[axis] as number] as number) - first : 0))
  if (far.some(stride => stride < 0)) return undefined
  const fits = positions.every((each, i) => {
    let [rest, place] = [i, first]
    near.forEach((stride, axis) => {
      place += Math.floor(rest / stride) * (far[axis] as number)
      rest %= stride
    })
    return each === place
  })
  return fits ? far : undefined
}

function sizeOf({ shape }: GraphNode): number {
  return sizeOfShape(shape)
}
