import { sizeOfShape } from '../../core/shape.ts'
import { Graph, type GraphNode, isScalarNode } from '../../graph/graph.ts'
import { type Layout, type LoopParams, layoutOf } from '../../graph/loop/parts.ts'
import type { Value } from '../../wasm/lanes.ts'
import { type Body, I32 } from '../../wasm/module.ts'
import { whole } from '../checked.ts'
import { numbersIn } from '../places.ts'
import type { Address, Room } from './room.ts'

/** Where a value is: in a local, or in memory. */
export type Place = { readonly local: number } | Address

/** A loop's operands in the code around it. */
export interface Operands {
  /** A number. */
  read(position: number): Value
  /** The address of a tensor. */
  addressOf(position: number): number
}

/** Writes the steps of a graph that is part of the loop. */
export type WriteGraph = (graph: Graph, given: readonly Place[], use: (results: Results) => void) => void

export interface Results {
  read(output: number): Value
  addressOf(output: number): number
}

/** A loop of a graph as a loop: numbers of its state in locals, tensors and what it gives in memory, from the address `out` on. */
export function writeRounds(room: Room, params: LoopParams, operands: Operands, out: number, sums: readonly RoundSum[], writeGraph: WriteGraph): void {
  new Rounds(room, params, operands, out, sums).write(writeGraph)
}

/** Entries that each round adds up at places: the address of the sum, and the outputs of the body that are entries and places. */
export interface RoundSum {
  readonly at: number
  readonly entries: number
  readonly places: number
}

class Rounds {
  readonly #room: Room
  readonly #body: Body
  readonly #params: LoopParams
  readonly #layout: Layout
  readonly #operands: Operands
  readonly #out: number
  readonly #sums: readonly RoundSum[]
  /** Of outputs that are put together from numbers, those. */
  readonly #numbers: readonly (readonly number[] | undefined)[]
  /** For the round's number, the state, items and constants: the nodes that stand for them in the body. */
  readonly #nodes: readonly GraphNode[]
  readonly #state: readonly Place[]
  /** Locals of integers: rounds, rounds that are done, and the position of this one among the items. */
  readonly #most: number
  readonly #done: number
  readonly #position: number
  /** Locals with the bytes to the entries of this round, by how many doubles a round takes. */
  readonly #offsets = new Map<number, number>()
  /** Gives back what the loop has taken. */
  readonly #ends: (() => void)[] = []

  constructor(room: Room, params: LoopParams, operands: Operands, out: number, sums: readonly RoundSum[]) {
    const { body, carries } = params
    this.#sums = sums
    const numbers = body.outputs.map((id, k) => (k >= carries ? numbersIn(body.nodes, id) : undefined))
    // Entries and their places are both numbers, or both tensors.
    for (const { entries, places } of sums) if (numbers[entries] === undefined || numbers[places] === undefined) numbers[entries] = numbers[places] = undefined
    this.#numbers = numbers
    this.#room = room
    this.#body = room.body
    this.#params = params
    this.#layout = layoutOf(params)
    this.#operands = operands
    this.#out = out
    this.#nodes = params.body.inputs.map(each => params.body.nodes[each] as GraphNode)
    this.#state = this.#nodes.slice(1, 1 + params.carries).map(node => this.#own(node))
    this.#most = room.body.local(I32)
    this.#done = room.body.local(I32)
    this.#position = room.body.local(I32)
  }

  write(writeGraph: WriteGraph): void {
    const { body, condition, count, bounded } = this.#params
    const code = this.#body
    this.#state.forEach((place, k) => void this.#put(place, this.#nodes[1 + k] as GraphNode, k))
    if (bounded) {
      this.#operands.read(this.#inputs - 1).push()
      code.double(0)
      code.code.byte(0xa5) // f64.max
      code.double(whole(count))
      code.code.byte(0xa4, 0xfc, 0x02) // f64.min, i32.trunc_sat_f64_s
    } else code.integer(whole(count))
    code.set(this.#most)
    // What rounds would give that are not run is 0.
    if (bounded || condition !== undefined) this.#room.fill(this.#out, this.#layout.size, 0)
    code.integer(0)
    code.set(this.#done)
    code.code.byte(0x02, 0x40, 0x03, 0x40) // block, loop
    code.get(this.#done)
    code.get(this.#most)
    code.code.byte(0x4e, 0x0d, 1) // i32.ge_s, br_if
    const places = this.#placesOfRound()
    if (condition !== undefined)
      writeGraph(condition, places, test => {
        const { one } = this.#room
        one.instruction('==', test.read(0), one.number(0)).push()
        code.code.byte(0x0d, 1) // br_if
      })
    const needed = body.outputs.flatMap((id, k) => this.#numbers[k] ?? [id])
    writeGraph(new Graph(body.nodes, body.inputs, needed), places, results => this.#afterRound(results))
    code.get(this.#done)
    code.integer(1)
    code.code.byte(0x6a)
    code.set(this.#done)
    code.code.byte(0x0c, 0, 0x0b, 0x0b) // br, end, end
    this.#afterAll()
    for (const end of this.#ends) end()
  }

  /** How many operands there are. */
  get #inputs(): number {
    return this.#nodes.length - 1 + (this.#params.bounded ? 1 : 0)
  }

  /** A place of the loop's own: a local for a number, memory for a tensor. */
  #own(node: GraphNode): Place {
    const room = this.#room
    if (isScalarNode(node)) {
      const local = room.local()
      this.#ends.push(() => room.freeLocal(local))
      return { local }
    }
    const size = sizeOfShape(node.shape)
    const at = room.reserve(size)
    this.#ends.push(() => room.free(at, size))
    return { at }
  }

  /** Puts an operand into a place of the loop's own. */
  #put(place: Place, node: GraphNode, position: number): void {
    if ('local' in place) {
      this.#operands.read(position).push()
      this.#body.set(place.local)
    } else this.#room.copy({ at: this.#operands.addressOf(position) }, place, sizeOfShape(node.shape))
  }

  /** The bytes to the entries of a round, of so many doubles for each; with `round` computed for it. */
  #offset(size: number, round?: number): number {
    let local = this.#offsets.get(size)
    if (local === undefined) {
      local = this.#body.local(I32)
      this.#offsets.set(size, local)
    }
    if (round !== undefined) {
      this.#body.get(round)
      this.#body.integer(8 * size)
      this.#body.code.byte(0x6c) // i32.mul
      this.#body.set(local)
    }
    return local
  }

  /** Computes the position of a round, and gives the places of what its body takes. */
  #placesOfRound(): Place[] {
    const { carries, items, reverse } = this.#params
    const code = this.#body
    if (reverse) {
      code.get(this.#most)
      code.integer(1)
      code.code.byte(0x6b) // i32.sub
    }
    code.get(this.#done)
    if (reverse) code.code.byte(0x6b)
    code.set(this.#position)
    const [number] = this.#nodes as [GraphNode]
    const round = this.#own(number) as { local: number }
    code.get(this.#position)
    code.code.byte(0xb7) // f64.convert_i32_s
    code.set(round.local)
    const places: Place[] = [round, ...this.#state]
    this.#nodes.slice(1 + carries).forEach((node, k) => {
      const position = carries + k
      const size = sizeOfShape(node.shape)
      if (k < items) {
        const from = { at: this.#operands.addressOf(position), index: this.#offset(size, this.#position) }
        const place = isScalarNode(node) ? from : (this.#own(node) as Address)
        if (place !== from) this.#room.copy(from, place, size)
        places.push(place)
      } else if (isScalarNode(node)) {
        // Numbers of the surroundings are read into locals for the body.
        const place = this.#own(node)
        this.#put(place, node, position)
        places.push(place)
      } else places.push({ at: this.#operands.addressOf(position) })
    })
    return places
  }

  /** Stores what a round gives, and puts the next state in place. */
  #afterRound(results: Results): void {
    const { carries } = this.#params
    const room = this.#room
    let count = 0
    const first = this.#numbers.map(each => {
      count += each?.length ?? 1
      return count - (each?.length ?? 1)
    })
    const valuesOf = (output: number) => this.#numbers[output]?.map((_, i) => results.read((first[output] as number) + i))
    const addressOf = (output: number) => results.addressOf(first[output] as number)
    const summed = new Set(this.#sums.flatMap(({ entries, places }) => [entries, places]))
    this.#layout.outputs.forEach(({ start, size }, k) => {
      const output = carries + k
      if (summed.has(output)) return
      const to = { at: this.#out + 8 * start, index: this.#offset(size, this.#position) }
      const values = valuesOf(output)
      if (values === undefined) room.copy({ at: addressOf(output) }, to, size)
      else values.forEach((value, i) => void room.store({ at: to.at + 8 * i, index: to.index }, value))
    })
    for (const { at, entries, places } of this.#sums) {
      const [values, to] = [valuesOf(entries), valuesOf(places)]
      const size = (this.#layout.outputs[entries - carries] as Layout['outputs'][number]).size
      if (values === undefined || to === undefined) room.scatter({ at: addressOf(entries) }, { at: addressOf(places) }, at, size, size)
      else values.forEach((value, i) => void room.addTo({ at, index: room.bytesTo(to[i] as Value) }, value))
    }
    // The next state may be made of the one before: it is read as a whole before it is put in place.
    const next = this.#state.map((place, k): Place => {
      if ('local' in place) {
        results.read(k).push()
        return place
      }
      const node = this.#nodes[1 + k] as GraphNode
      const from = { at: results.addressOf(k) }
      if (from.at === place.at || !this.#isInState(from.at)) return from
      const kept = this.#own(node) as Address
      room.copy(from, kept, sizeOfShape(node.shape))
      return kept
    })
    for (let k = carries - 1; k >= 0; k--) {
      const place = this.#state[k] as Place
      if ('local' in place) this.#body.set(place.local)
      else room.copy(next[k] as Address, place, sizeOfShape((this.#nodes[1 + k] as GraphNode).shape))
    }
  }

  /** Whether an address is that of a state, or of a part of one. */
  #isInState(address: number): boolean {
    return this.#state.some((place, k) => 'at' in place && address >= place.at && address < place.at + 8 * sizeOfShape((this.#nodes[1 + k] as GraphNode).shape))
  }

  #afterAll(): void {
    this.#layout.carries.forEach(({ start, size }, k) => {
      const [place, to] = [this.#state[k] as Place, { at: this.#out + 8 * start }]
      if ('local' in place) this.#room.store(to, this.#room.one.local(place.local))
      else this.#room.copy(place, to, size)
    })
    if (this.#params.condition === undefined) return
    const done: Value = {
      kind: 'double',
      push: () => {
        this.#body.get(this.#done)
        this.#body.code.byte(0xb7) // f64.convert_i32_s
      },
    }
    this.#room.store({ at: this.#out + 8 * this.#layout.rounds }, done)
  }
}
