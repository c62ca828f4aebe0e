import { Lanes, type Value } from '../../wasm/lanes.ts'
import { type Body, F64, I32 } from '../../wasm/module.ts'
import { copyEntries } from './tensors.ts'

/** A place in memory: an address, with the bytes in a local of an integer added to it. */
export interface Address {
  readonly at: number
  readonly index?: number | undefined
}

/** So many doubles are copied by loads and stores: the engine's own copying is a call. */
const FEW = 32

/** The locals and the memory of a function that is written: what is not in use any more is given out again. */
export class Room {
  readonly body: Body
  /** Code on one double. */
  readonly one: Lanes
  readonly #locals: number[] = []
  /** Addresses by their size in doubles. */
  readonly #memory: Map<number, number[]>

  constructor(body: Body, memory = new Map<number, number[]>()) {
    this.body = body
    this.one = new Lanes(body, false)
    this.#memory = memory
  }

  /** Another function on the same memory. */
  within(body: Body): Room {
    return new Room(body, this.#memory)
  }

  local(): number {
    return this.#locals.pop() ?? this.body.local(F64)
  }

  freeLocal(...locals: readonly number[]): void {
    this.#locals.push(...locals)
  }

  reserve(doubles: number): number {
    return this.#memory.get(doubles)?.pop() ?? this.body.module.reserve(doubles)
  }

  free(at: number, doubles: number): void {
    const list = this.#memory.get(doubles)
    if (list === undefined) this.#memory.set(doubles, [at])
    else list.push(at)
  }

  load(place: Address): Value {
    const push = () => {
      this.#base(place)
      this.body.access([0x2b], place.at)
    }
    return { kind: 'double', push }
  }

  store(place: Address, value: Value): void {
    this.#base(place)
    value.push()
    this.body.access([0x39], place.at)
  }

  #base({ index }: Address): void {
    if (index === undefined) this.body.integer(0)
    else this.body.get(index)
  }

  /** The bytes to an entry whose place is a number, in a local of an integer. */
  bytesTo(place: Value, local = this.body.local(I32)): number {
    place.push()
    this.body.code.byte(0xaa) // i32.trunc_f64_s
    this.body.integer(8)
    this.body.code.byte(0x6c) // i32.mul
    this.body.set(local)
    return local
  }

  /** Adds a number to an entry. */
  addTo(place: Address, value: Value): void {
    this.store(place, this.one.instruction('+', this.load(place), value))
  }

  /** Adds entries up at their places in a tensor, in rows from the last to the first. */
  scatter(entries: Address, places: Address, to: number, size: number, row: number): void {
    if (size === 0) return
    const { body } = this
    const [entry, far] = [body.local(I32), body.local(I32)]
    body.integer(8 * (size - row))
    body.set(entry)
    body.repeat(size / row, () => {
      body.repeat(row, () => {
        this.bytesTo(this.load({ at: places.at, index: entry }), far)
        this.addTo({ at: to, index: far }, this.load({ at: entries.at, index: entry }))
        body.advance(entry, 8)
      })
      body.advance(entry, -16 * row)
    })
  }

  copy(from: Address, to: Address, doubles: number): void {
    if (doubles === 0 || (from.at === to.at && from.index === to.index)) return
    const areApart = from.index !== to.index || Math.abs(from.at - to.at) >= 8 * doubles
    if (doubles <= FEW && areApart) {
      this.#copyFew(from, to, doubles)
      return
    }
    for (const { at, index } of [to, from]) {
      this.body.integer(at)
      if (index === undefined) continue
      this.body.get(index)
      this.body.code.byte(0x6a)
    }
    this.body.integer(8 * doubles)
    this.body.code.byte(0xfc, 0x0a, 0, 0) // memory.copy
  }

  /** Copies entry by entry, two at a time. */
  #copyFew(from: Address, to: Address, doubles: number): void {
    for (let k = 0; k < doubles; k += 2) {
      const isPair = k + 1 < doubles
      this.#base(to)
      this.#base(from)
      this.body.access(isPair ? [0xfd, 0x00] : [0x2b], from.at + 8 * k) // v128.load, f64.load
      this.body.access(isPair ? [0xfd, 0x0b] : [0x39], to.at + 8 * k) // v128.store, f64.store
    }
  }

  fill(at: number, doubles: number, value: number): void {
    if (value === 0) {
      this.body.integer(at)
      this.body.integer(0)
      this.body.integer(8 * doubles)
      this.body.code.byte(0xfc, 0x0b, 0) // memory.fill
    } else copyEntries(this.body, [doubles], { scalar: this.one.number(value) }, { at, strides: [1] })
  }

  /** Calls a function, and leaves with what it gives if that is not 0. */
  callAndGive(name: string): void {
    const given = this.body.local(I32)
    this.body.call(name)
    this.body.code.byte(0x22).unsigned(given) // local.tee
    this.body.code.byte(0x04, 0x40) // if
    this.body.get(given)
    this.body.code.byte(0x0f, 0x0b) // return, end
  }

  /** Leaves the function with a result if the value on the stack is not 0. */
  giveIf(result: number): void {
    this.body.code.byte(0x04, 0x40)
    this.body.integer(result)
    this.body.code.byte(0x0f, 0x0b)
  }
}
