import { broadcastShapes, broadcastStrides, gatherIndices, type Shape, sizeOfShape, stridesOf } from '../../core/shape.ts'
import type { Tensor } from '../../core/tensor.ts'
import { type Graph, type GraphNode, isScalarNode } from '../../graph/graph.ts'
import { loop } from '../../graph/loop.ts'
import { type LoopParams, layoutOf } from '../../graph/loop-parts.ts'
import type { LinearDefinition } from '../../ops/kinds/linear.ts'
import type { Movement } from '../../ops/movement.ts'
import { isStrong, type Products } from '../javascript.ts'
import { entryText, Fusion, isScalarStep, type Nest } from '../nest.ts'
import { orderOf } from '../order.ts'
import type { Lanes, Value } from './lanes.ts'
import { I32, Module } from './module.ts'
import { matrixProduct } from './product.ts'
import { type Address, Room } from './room.ts'
import { type LoopOperand, writeLoops } from './tensors.ts'

/** A WebAssembly module for a graph, and what it imports. */
export interface WasmProgram {
  /**
   * Exports `memory` and `run`. `run()` reads the inputs from the start of the memory, as doubles in their order (tensors entry by
   * entry), writes the outputs behind them, and gives 0; 1 when a guard has another answer, 2 when plain products made a NaN.
   */
  readonly bytes: Uint8Array<ArrayBuffer>
  /** Functions that the module imports from `js`, by the names that operators' definitions have for them. */
  readonly imports: readonly string[]
  /** Operators of the library that it imports from `js` as step0, step1, …, without operands. */
  readonly foreign: readonly ForeignStep[]
  /** Where each input and output begins, in doubles. */
  readonly inputs: readonly number[]
  readonly outputs: readonly number[]
}

/** A step that reads its operands from memory and writes its result there; places are in doubles. */
export interface ForeignStep {
  readonly node: GraphNode
  readonly operands: readonly { readonly at: number; readonly node: GraphNode }[]
  readonly result: number
}

/** Memory that a program may take, in bytes. */
const MOST_MEMORY = 2 ** 31

/**
 * WebAssembly for a graph: steps on numbers in locals, loops over tensors two entries at a time, matrix products, loops of the graph
 * as loops; other operators are called. Products of the rules are strong, or plain ones whose NaNs `run` reports. Throws a RangeError
 * for graphs that need more memory than there is.
 */
export function generateWasm(graph: Graph, products: Products = 'strong'): WasmProgram {
  const module = new Module()
  const foreign: ForeignStep[] = []
  const room = (ids: readonly number[]) => ids.map(id => module.reserve(sizeOf(graph.nodes[id] as GraphNode)))
  const inputs = room(graph.inputs)
  const start = module.memory
  const outputs = room(graph.outputs)
  const size = (module.memory - start) / 8
  module.define('run', [], I32, body => {
    const program = new Room(body)
    const steps = new Steps(program, graph, products === 'strong', foreign)
    steps.write(
      inputs.map(at => ({ at })),
      outputs,
      () => undefined,
    )
    if (products === 'plain' && size > 0) {
      const sum = program.reserve(1)
      program.fill(sum, 1, 0)
      writeLoops(body, [size], [], { at: start, strides: [1] }, { at: sum, strides: [0], combination: { combine: '+', start: 0 } })
      const all = program.one.let(program.load({ at: sum }))
      program.one.instruction('!=', all, all).push()
      program.giveIf(2)
    }
    body.integer(0)
  })
  if (module.memory > MOST_MEMORY) throw new RangeError('compile: the tensors of this graph take more memory than WebAssembly has.')
  const doubles = (list: readonly number[]) => list.map(at => at / 8)
  const imports = module.importNames.filter(name => !/^step\d+$/.test(name))
  return { bytes: module.toArray(), imports, foreign, inputs: doubles(inputs), outputs: doubles(outputs) }
}

function sizeOf({ shape }: GraphNode): number {
  return sizeOfShape(shape)
}

/** Where a value is: in a local, or in memory. Tensors are in memory at an address without an index. */
type Place = { readonly local: number } | { readonly at: number; readonly index?: number }

/** Operators whose result is their operand's entries as they stand, from some entry on. */
const PARTS = ['section', 'pick', 'reshape', 'withShape']

/** Operators whose result is made of their operands' entries as they stand, and zeros. */
const ASSEMBLED = ['stackScalars', 'pack', 'placeSection', 'place', 'reshape', 'withShape']

/** More products of matrices in one step than this are left to the operator itself. */
const MOST_PRODUCTS = 64

/** Instructions of a function in a step, on average. */
const COST_OF_CALL = 30

/** The steps of a graph as code. */
class Steps {
  readonly #room: Room
  readonly #graph: Graph
  readonly #nodes: readonly GraphNode[]
  readonly #strong: boolean
  readonly #foreign: ForeignStep[]
  readonly #fusion: Fusion
  readonly #order: readonly number[]
  /** For each step, the turn after which it is not needed. */
  readonly #lastUse: Int32Array
  readonly #places: (Place | undefined)[]
  /** Steps whose place is to be given back. */
  readonly #owned = new Set<number>()
  /** Addresses that tensors are to be written to. */
  readonly #targets = new Map<number, number>()

  constructor(room: Room, graph: Graph, strong: boolean, foreign: ForeignStep[]) {
    this.#room = room
    this.#graph = graph
    this.#nodes = graph.nodes
    this.#strong = strong
    this.#foreign = foreign
    this.#fusion = new Fusion(graph)
    this.#order = orderOf(graph).filter(id => !this.#fusion.fused.has(id))
    this.#places = new Array(graph.nodes.length)
    this.#lastUse = new Int32Array(graph.nodes.length).fill(-1)
    const use = (id: number, turn: number) => {
      this.#lastUse[id] = Math.max(this.#lastUse[id] as number, turn)
      // What is computed where it is used, and what is part of another value, uses what that is made of.
      if (this.#fusion.fused.has(id) || this.#source(id) !== undefined) for (const input of this.#node(id).inputs) use(input, turn)
    }
    this.#order.forEach((id, turn) => {
      for (const input of this.#node(id).inputs) use(input, turn)
    })
    for (const output of graph.outputs) use(output, this.#order.length)
  }

  /** Writes all steps; tensors among the outputs go where `targets` say, if that is given, and numbers too; else `use` takes them. */
  write(given: readonly Place[], targets: readonly number[] | undefined, use: (results: readonly Value[]) => void): void {
    const { inputs, outputs, guards } = this.#graph
    inputs.forEach((id, i) => {
      this.#places[id] = given[i] as Place
    })
    targets?.forEach((at, i) => {
      const id = outputs[i] as number
      if (!this.#targets.has(id) && !isScalarNode(this.#node(id))) this.#targets.set(id, at)
    })
    const guardsOf = new Map(guards.map(guard => [guard.node, guard]))
    this.#order.forEach((id, turn) => {
      this.#step(id, turn)
      const guard = guardsOf.get(id)
      if (guard === undefined) return
      const { one } = this.#room
      one.instruction(guard.expected ? '==' : '!=', this.#read(id), one.number(0)).push()
      this.#room.giveIf(1)
    })
    targets?.forEach((at, i) => {
      const id = outputs[i] as number
      if (isScalarNode(this.#node(id))) this.#room.store({ at }, this.#read(id))
      else this.#room.copy({ at: this.#addressOf(id) }, { at }, sizeOf(this.#node(id)))
    })
    use(outputs.map(id => this.#read(id)))
    for (const id of this.#owned) this.#giveBack(id)
  }

  /** The address of an output, after the steps. */
  addressOf(output: number): number {
    return this.#addressOf(this.#graph.outputs[output] as number)
  }

  #node(id: number): GraphNode {
    return this.#nodes[id] as GraphNode
  }

  /** The number of a step: from its local, from memory, or as it is. */
  #read(id: number): Value {
    const { op, value } = this.#node(id)
    const place = this.#places[id]
    if (op === 'constant') return this.#room.one.number(Number(value))
    return place !== undefined && 'local' in place ? this.#room.one.local(place.local) : this.#room.load(place as { at: number })
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

  /** Gives back what is used for the last time in a turn. */
  #release(id: number, turn: number): void {
    const visit = (each: number) => {
      if ((this.#lastUse[each] as number) > turn) return
      if (this.#owned.has(each)) this.#giveBack(each)
      if (this.#fusion.fused.has(each) || this.#source(each) !== undefined) for (const input of this.#node(each).inputs) visit(input)
    }
    for (const input of this.#node(id).inputs) visit(input)
  }

  #step(id: number, turn: number): void {
    const node = this.#node(id)
    const { op, inputs, definition } = node
    if (op === 'constant' || (op === 'input' && !isScalarNode(node))) return
    if (op === 'input') {
      // Numbers among the inputs are read once.
      if (!('local' in (this.#places[id] as Place))) this.#keep(id, this.#read(id))
      return
    }
    const source = this.#source(id)
    if (source !== undefined) {
      this.#places[id] = { at: this.#addressOf(inputs[0] as number) + 8 * source }
      return
    }
    if (isScalarStep(node, this.#nodes)) {
      const { one } = this.#room
      const result = one.evaluate(this.#textOf(node), Object.fromEntries(inputs.map((input, i) => ['xyz'.charAt(i), this.#read(input)])))
      const value = one.double(result)
      value.push()
      // Locals that are read for the last time here can hold the result.
      this.#release(id, turn)
      this.#keep(id)
      return
    }
    if (definition === loop) this.#loop(id)
    else this.#tensor(id)
    this.#release(id, turn)
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
    return node.op === 'scale' && !(this.#strong && isStrong(node, this.#nodes)) ? 'x * y' : (entryText(node) as string)
  }

  readonly #sources = new Map<number, number | undefined>()

  /** Of a step that is part of a tensor: the entry of its operand that it begins with. */
  #source(id: number): number | undefined {
    if (!this.#sources.has(id)) this.#sources.set(id, this.#findSource(id))
    return this.#sources.get(id)
  }

  #findSource(id: number): number | undefined {
    const { op, inputs, params, definition } = this.#node(id)
    const operand = this.#nodes[inputs[0] as number]
    if (operand === undefined || isScalarNode(operand)) return undefined
    if (PARTS.includes(op)) {
      const { start = 0, position = start } = params as { start?: number; position?: number }
      return position
    }
    if ((definition as Partial<LinearDefinition>)?.moves !== 'gathers') return undefined
    const { indices } = (params ?? {}) as Partial<Movement>
    const first = indices?.[0] ?? -1
    return first >= 0 && indices?.every((each, i) => each === first + i) ? first : undefined
  }

  /** A tensor, or a number that is made of one. */
  #tensor(id: number): void {
    const { op } = this.#node(id)
    const nest = this.#fusion.nest(id)
    if (nest !== undefined) this.#nest(id, nest)
    else if (op === 'matmul' && this.#batchOf(id).length <= MOST_PRODUCTS) this.#product(id)
    else if (ASSEMBLED.includes(op)) this.#assemble(id)
    else if (!this.#move(id)) this.#call(id)
  }

  /** A tensor with all its operands' entries, one after the other from some entry on, and 0 elsewhere. */
  #assemble(id: number): void {
    const { inputs, params } = this.#node(id)
    const { start = 0, position = start } = (params ?? {}) as { start?: number; position?: number }
    const size = sizeOf(this.#node(id))
    const at = this.#make(id)
    if (inputs.reduce((sum, input) => sum + sizeOf(this.#node(input)), 0) < size) this.#room.fill(at, size, 0)
    let to = at + 8 * position
    for (const input of inputs) {
      const node = this.#node(input)
      if (isScalarNode(node)) this.#room.store({ at: to }, this.#read(input))
      else this.#room.copy({ at: this.#addressOf(input) }, { at: to }, sizeOf(node))
      to += 8 * sizeOf(node)
    }
  }

  /** Entries that move to regular places, in loops; false for what is no such step. */
  #move(id: number): boolean {
    const node = this.#node(id)
    const [input] = node.inputs as [number]
    const operand = this.#nodes[input] as GraphNode
    const { moves } = node.definition as Partial<LinearDefinition>
    const { indices } = (node.params ?? {}) as Partial<Movement>
    if (indices === undefined || moves === undefined || isScalarNode(operand) || isScalarNode(node)) return false
    const gathers = moves === 'gathers'
    const shape = gathers ? node.shape : operand.shape
    const far = regular(shape, indices)
    // Entries that meet in one place are added up by the operator.
    if (far === undefined || (!gathers && new Set(indices).size < indices.length)) return false
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
    writeLoops(this.#room.body, shape, [], source, target)
    return true
  }

  /** Loops over entries. */
  #nest(id: number, { shape, steps, entry, reduction }: Nest): void {
    const node = this.#node(id)
    const places = new Map(steps.map((step, i) => [step, i]))
    const accesses = new Map<number, LoopOperand>()
    const operand = (at: number): LoopOperand => {
      const step = places.get(at)
      if (step !== undefined) return step
      let found = accesses.get(at)
      if (found === undefined) {
        const each = this.#node(at)
        found = isScalarNode(each) ? { scalar: this.#read(at) } : { at: this.#addressOf(at), strides: broadcastStrides(each.shape, shape) }
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
    const result = operand(entry)
    const at = this.#make(id)
    if (reduction !== undefined) this.#room.fill(at, sizeOf(node), reduction.start)
    const target = reduction === undefined ? { strides: stridesOf(shape) } : { strides: broadcastStrides(reduction.kept, shape), combination: reduction }
    writeLoops(this.#room.body, shape, loopSteps, result, { at, ...target })
  }

  /** For each product of two matrices, which of the operands' matrices it takes. */
  #batchOf(id: number): (readonly [number, number])[] {
    const shapes = this.#node(id).inputs.map(input => this.#node(input).shape.slice(0, -2))
    const batch = broadcastShapes('matmul', shapes)
    const [left, right] = shapes.map(shape => gatherIndices(batch, broadcastStrides(shape, batch))) as [Int32Array, Int32Array]
    return Array.from(left, (each, i) => [each, right[i] as number] as const)
  }

  #product(id: number): void {
    const [a, b] = this.#node(id).inputs as [number, number]
    const [left, right] = [this.#node(a).shape, this.#node(b).shape]
    const [m, k, n] = [left.length === 1 ? 1 : (left.at(-2) as number), left.at(-1) as number, right.length === 1 ? 1 : (right.at(-1) as number)]
    const { body } = this.#room
    const name = matrixProduct(body.module, m, k, n)
    const [fromA, fromB] = [this.#addressOf(a), this.#addressOf(b)]
    const out = this.#make(id)
    this.#batchOf(id).forEach(([first, second], item) => {
      body.integer(fromA + 8 * m * k * first)
      body.integer(fromB + 8 * k * n * second)
      body.integer(out + 8 * m * n * item)
      body.call(name)
    })
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

  /** A loop: numbers of its state in locals, tensors and what it gives in memory. */
  #loop(id: number): void {
    const room = this.#room
    const { body: code, one } = room
    const { inputs, params } = this.#node(id)
    const { body, condition, count, carries, items, reverse, bounded } = params as LoopParams
    const layout = layoutOf(params as LoopParams)
    const out = this.#make(id)
    const [most, done, position] = [code.local(I32), code.local(I32), code.local(I32)]
    const integer = (local: number): Value => ({ kind: 'double', push: () => code.get(local) })
    const set = (local: number, write: () => void) => {
      write()
      code.set(local)
    }
    const offsets = new Map<number, number>()
    /** A local with the bytes to the item of this round, of items of a size. */
    const offsetOf = (size: number): number => {
      let local = offsets.get(size)
      if (local === undefined) {
        local = code.local(I32)
        offsets.set(size, local)
      }
      return local
    }
    const locate = (round: number, size: number) =>
      set(offsetOf(size), () => {
        code.get(round)
        code.integer(8 * size)
        code.code.byte(0x6c) // i32.mul
      })
    const inputNodes = body.inputs.map(each => body.nodes[each] as GraphNode)
    const round = room.local()
    const copies: { local?: number; at?: number; size: number }[] = []
    /** A place for the body's own use: a local for a number, memory for a tensor. */
    const own = (node: GraphNode): Place => {
      if (isScalarNode(node)) {
        const local = room.local()
        copies.push({ local, size: 1 })
        return { local }
      }
      const at = room.reserve(sizeOf(node))
      copies.push({ at, size: sizeOf(node) })
      return { at }
    }
    const put = (place: Place, node: GraphNode, from: Address) => {
      if ('local' in place) {
        room.load(from).push()
        code.set(place.local)
      } else room.copy(from, place, sizeOf(node))
    }
    // The state.
    const state = inputNodes.slice(1, 1 + carries).map(own)
    state.forEach((place, k) => {
      const input = inputs[k] as number
      if ('local' in place) set(place.local, () => this.#read(input).push())
      else room.copy({ at: this.#addressOf(input) }, place, sizeOf(this.#node(input)))
    })
    set(most, () => {
      if (!bounded) return code.integer(count)
      this.#read(inputs.at(-1) as number).push()
      code.code.byte(0xaa) // i32.trunc_f64_s
    })
    const keep = (k: number, shift: number, index?: number) => {
      const region = layout.carries[k] as (typeof layout.carries)[number]
      const to = { at: out + 8 * (region.start + shift * region.size), index }
      const place = state[k] as Place
      if ('local' in place) room.store(to, one.local(place.local))
      else room.copy(place, to, region.size)
    }
    /** Keeps the states of which all are kept, at the round that the offsets say, or so many behind it. */
    const keepAll = (shift: number, at?: number) => {
      layout.carries.forEach(({ all, size }, k) => {
        if (!all) return
        if (at !== undefined) locate(at, size)
        keep(k, shift, at === undefined ? undefined : offsetOf(size))
      })
    }
    if (reverse) keepAll(0, most)
    else keepAll(0)
    set(done, () => code.integer(0))
    code.code.byte(0x02, 0x40, 0x03, 0x40) // block, loop
    code.get(done)
    code.get(most)
    code.code.byte(0x4e, 0x0d, 1) // i32.ge_s, br_if
    set(position, () => {
      if (reverse) {
        code.get(most)
        code.integer(1)
        code.code.byte(0x6b)
      }
      code.get(done)
      if (reverse) code.code.byte(0x6b)
    })
    set(round, () => {
      integer(position).push()
      code.code.byte(0xb7) // f64.convert_i32_s
    })
    const places: Place[] = [{ local: round }, ...state]
    for (let k = 0; k < items; k++) {
      const node = inputNodes[1 + carries + k] as GraphNode
      const size = sizeOf(node)
      locate(position, size)
      const from = { at: this.#addressOf(inputs[carries + k] as number), index: offsetOf(size) }
      if (isScalarNode(node)) places.push(from)
      else {
        const place = own(node)
        put(place, node, from)
        places.push(place)
      }
    }
    // Numbers of the surroundings are read into locals for the body.
    inputs.slice(carries + items, bounded ? -1 : undefined).forEach((input, k) => {
      const node = inputNodes[1 + carries + items + k] as GraphNode
      const place = isScalarNode(node) ? own(node) : { at: this.#addressOf(input) }
      if ('local' in place) set(place.local, () => this.#read(input).push())
      places.push(place)
    })
    const steps = (graph: Graph) => new Steps(room, graph, this.#strong, this.#foreign)
    if (condition !== undefined)
      steps(condition).write(places, undefined, ([test]) => {
        one.instruction('==', test as Value, one.number(0)).push()
        code.code.byte(0x0d, 1)
      })
    const inner = steps(body)
    inner.write(places, undefined, results => {
      layout.outputs.forEach(({ start, size, node }, k) => {
        locate(position, size)
        const to = { at: out + 8 * start, index: offsetOf(size) }
        if (isScalarNode(node)) room.store(to, results[carries + k] as Value)
        else room.copy({ at: inner.addressOf(carries + k) }, to, size)
      })
      // The next state may be made of the one before: it is read as a whole before it is put in place.
      const next = state.map((place, k): Place => {
        if ('local' in place) {
          results[k]?.push()
          return place
        }
        const node = inputNodes[1 + k] as GraphNode
        const from = inner.addressOf(k)
        if (!state.some(each => 'at' in each && each.at === from) || from === place.at) return { at: from }
        const kept = own(node) as { at: number }
        room.copy({ at: from }, kept, sizeOf(node))
        return kept
      })
      for (let k = carries - 1; k >= 0; k--) {
        const [place, from] = [state[k] as Place, next[k] as Place]
        if ('local' in place) code.set(place.local)
        else room.copy(from as Address, place, sizeOf(inputNodes[1 + k] as GraphNode))
      }
      keepAll(reverse ? 0 : 1, position)
    })
    set(done, () => {
      code.get(done)
      code.integer(1)
      code.code.byte(0x6a)
    })
    code.code.byte(0x0c, 0, 0x0b, 0x0b) // br, end, end
    // The last state has its place at the end, however many rounds there were.
    if (!reverse && (bounded || condition !== undefined)) keepAll(count)
    layout.carries.forEach(({ all }, k) => {
      if (!all) keep(k, 0)
    })
    if (condition !== undefined) {
      room.store(
        { at: out + 8 * layout.rounds },
        {
          kind: 'double',
          push: () => {
            code.get(done)
            code.code.byte(0xb7)
          },
        },
      )
    }
    room.freeLocal(round)
    for (const { local, at, size } of copies) {
      if (local !== undefined) room.freeLocal(local)
      else room.free(at as number, size)
    }
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
