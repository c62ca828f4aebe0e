import { type Shape, sizeOfShape } from '../../core/shape.ts'
import type { Combination } from '../nest.ts'
import { Lanes, type Value } from './lanes.ts'
import { type Body, F64, I32, V128 } from './module.ts'

/** Entries of a tensor as loops go through them: the address of the first, and for each axis how many doubles it is to the next. */
export interface Access {
  readonly at: number
  readonly strides: readonly number[]
}

/** Where loops put what they compute: each value in its place, or together with what is there. */
export interface Target extends Access {
  readonly combination?: Combination
}

/** A step of the loops: its value from those of what it reads and of steps before it, and roughly how many instructions it takes. */
export interface LoopStep {
  readonly cost: number
  readonly operands: readonly LoopOperand[]
  readonly value: (lanes: Lanes, operands: readonly Value[]) => Value
}

/** The value of an earlier step, an entry of a tensor, or a number that is the same for all entries. */
export type LoopOperand = number | Access | { readonly scalar: Value }

/** Up to so many instructions are written one after the other in place of the innermost loop. */
const UNROLLED = 96

/** Loops over the entries of a shape, with steps that are taken two entries at a time along the last axis. */
export function writeLoops(body: Body, shape: Shape, steps: readonly LoopStep[], result: LoopOperand, target: Target): void {
  if (sizeOfShape(shape) === 0) return
  new Loops(body, shape, steps, result, target).write()
}

class Loops {
  readonly #body: Body
  readonly #lengths: number[] = []
  readonly #steps: readonly LoopStep[]
  readonly #result: LoopOperand
  readonly #target: Target
  /** For all accesses, the strides along the axes that are left when those that follow each other are taken as one. */
  readonly #strides = new Map<Access, number[]>()
  /** Bytes from an access's address to the entry of this round, for each list of strides that differs. */
  readonly #offsets = new Map<string, { local: number; strides: readonly number[] }>()
  /** Steps that change along the last axis. */
  readonly #changing: boolean[]

  constructor(body: Body, shape: Shape, steps: readonly LoopStep[], result: LoopOperand, target: Target) {
    this.#body = body
    this.#steps = steps
    this.#result = result
    this.#target = target
    const accesses = [...new Set([...steps.flatMap(({ operands }) => operands), result, target].filter(each => isAccess(each)))]
    for (const each of accesses) this.#strides.set(each, [])
    shape.forEach((length, axis) => {
      if (length === 1) return
      const joins = this.#lengths.length > 0 && accesses.every(each => this.#strides.get(each)?.at(-1) === (each.strides[axis] as number) * length)
      if (joins) this.#lengths.push((this.#lengths.pop() as number) * length)
      else this.#lengths.push(length)
      for (const each of accesses) {
        const strides = this.#strides.get(each) as number[]
        if (joins) strides.pop()
        strides.push(each.strides[axis] as number)
      }
    })
    if (this.#lengths.length === 0) {
      this.#lengths.push(1)
      for (const strides of this.#strides.values()) strides.push(0)
    }
    this.#changing = []
    for (const { operands } of steps) this.#changing.push(operands.some(each => this.#isChanging(each)))
    for (const strides of this.#strides.values()) {
      if (strides.some(each => each !== 0) && !this.#offsets.has(String(strides))) this.#offsets.set(String(strides), { local: body.local(I32), strides })
    }
  }

  #isChanging(operand: LoopOperand): boolean {
    if (typeof operand === 'number') return this.#changing[operand] as boolean
    return 'at' in operand && this.#strides.get(operand)?.at(-1) !== 0
  }

  write(): void {
    for (const { local } of this.#offsets.values()) {
      this.#body.integer(0)
      this.#body.set(local)
    }
    this.#axis(0)
  }

  #axis(axis: number): void {
    if (axis === this.#lengths.length - 1) this.#innermost()
    else this.#around(axis)
  }

  #around(axis: number): void {
    this.#repeat(this.#lengths[axis] as number, () => {
      this.#axis(axis + 1)
      const gone = (this.#lengths[axis + 1] as number) - (axis + 2 === this.#lengths.length ? this.#left : 0)
      this.#advance(strides => (strides[axis] as number) - (strides[axis + 1] as number) * gone)
    })
  }

  /** Entries of the last axis that its code goes through without moving on. */
  #left = 0

  #repeat(times: number, inside: () => void): void {
    const { code } = this.#body
    const left = this.#body.local(I32)
    this.#body.integer(times)
    this.#body.set(left)
    code.byte(0x03, 0x40) // loop
    inside()
    this.#body.get(left)
    this.#body.integer(-1)
    code.byte(0x6a, 0x22).unsigned(left) // i32.add, local.tee
    code.byte(0x0d, 0, 0x0b) // br_if, end
  }

  #advance(by: (strides: readonly number[]) => number): void {
    for (const { local, strides } of this.#offsets.values()) {
      const doubles = by(strides)
      if (doubles === 0) continue
      this.#body.get(local)
      this.#body.integer(8 * doubles)
      this.#body.code.byte(0x6a)
      this.#body.set(local)
    }
  }

  #innermost(): void {
    const length = this.#lengths.at(-1) as number
    const stride = this.#strides.get(this.#target)?.at(-1) as number
    const pairs = stride === 0 || stride === 1 ? Math.floor(length / 2) : 0
    const { combination } = this.#target
    const gathers = stride === 0 && combination !== undefined
    const [one, two] = [new Lanes(this.#body, false), new Lanes(this.#body, true)]
    const fixedTwo = pairs > 0 ? this.#fixed(two) : []
    const costs = this.#steps.reduce((sum, { cost }, i) => sum + (this.#changing[i] ? cost : 0), 1)
    // Two sums side by side: an addition need not wait for the one before it.
    const side = costs * 2 <= UNROLLED && pairs > 1 ? 2 : 1
    const sums = gathers && pairs > 0 ? Array.from({ length: side }, () => this.#start(two, combination)) : []
    const pair = (offset: number, which = 0) => {
      const value = this.#entry(two, fixedTwo, offset)
      if (gathers) this.#combine(two, combination, sums[which] as number, value)
      else this.#store(two, value, offset)
    }
    let done = 0
    if (pairs * costs > UNROLLED) {
      const rounds = Math.floor(pairs / side)
      this.#repeat(rounds, () => {
        for (let k = 0; k < side; k++) pair(2 * k, k)
        this.#advance(strides => 2 * side * (strides.at(-1) as number))
      })
      done = rounds * side
      this.#left = length - 2 * done
      for (let k = done; k < pairs; k++) pair(2 * (k - done))
    } else {
      this.#left = length
      for (let k = 0; k < pairs; k++) pair(2 * k, k % side)
    }
    const rest = length - 2 * pairs
    const fixedOne = rest > 0 ? this.#fixed(one) : []
    const from = 2 * (pairs - done)
    if (rest > 1) {
      const sum = gathers ? this.#start(one, combination) : 0
      this.#repeat(length, () => {
        const value = this.#entry(one, fixedOne, 0)
        if (gathers) this.#combine(one, combination, sum, value)
        else this.#store(one, value, 0)
        this.#advance(strides => strides.at(-1) as number)
      })
      this.#left = 0
      if (gathers) this.#store(one, one.local(sum), 0, true)
      return
    }
    if (!gathers) {
      if (rest > 0) this.#store(one, this.#entry(one, fixedOne, from), from)
      return
    }
    const parts: Value[] = []
    if (sums.length > 0) {
      for (const other of sums.slice(1)) this.#combine(two, combination, sums[0] as number, two.local(other))
      for (const which of [0, 1]) parts.push(two.lane(two.local(sums[0] as number), which))
    }
    if (rest > 0) parts.push(this.#entry(one, fixedOne, from))
    const all = parts.reduce((sum, each) => one.call(combination.combine, [sum, each]))
    this.#store(one, one.let(all), 0, true)
  }

  #start(lanes: Lanes, { start }: Combination): number {
    const sum = this.#body.local(lanes.wide ? V128 : F64)
    lanes.number(start).push()
    this.#body.set(sum)
    return sum
  }

  #combine(lanes: Lanes, { combine }: Combination, sum: number, value: Value): void {
    lanes.call(combine, [lanes.local(sum), value]).push()
    this.#body.set(sum)
  }

  /** The values of steps that stay the same along the last axis. */
  #fixed(lanes: Lanes): Value[] {
    const values: Value[] = []
    const known = new Map<LoopOperand, Value>()
    this.#steps.forEach(({ operands, value }, i) => {
      for (const each of operands) {
        if (typeof each === 'number' || this.#isChanging(each) || known.has(each)) continue
        known.set(each, lanes.let('at' in each ? this.#load(lanes, each, 0) : this.#spread(lanes, each.scalar)))
      }
      if (this.#changing[i]) return
      values[i] = lanes.let(
        value(
          lanes,
          operands.map(each => (typeof each === 'number' ? (values[each] as Value) : (known.get(each) as Value))),
        ),
      )
    })
    this.#known.set(lanes, known)
    return values
  }

  readonly #known = new Map<Lanes, Map<LoopOperand, Value>>()

  #spread(lanes: Lanes, scalar: Value): Value {
    return lanes.wide ? lanes.spread(scalar) : scalar
  }

  /** The value for an entry so many behind that of the offsets, and with two lanes for the one after it. */
  #entry(lanes: Lanes, fixed: readonly Value[], offset: number): Value {
    const values = [...fixed]
    const known = this.#known.get(lanes)
    const loads = new Map<Access, Value>()
    const operand = (each: LoopOperand): Value => {
      if (typeof each === 'number') return values[each] as Value
      const same = known?.get(each)
      if (same !== undefined) return same
      if (!('at' in each)) return this.#spread(lanes, each.scalar)
      let loaded = loads.get(each)
      if (loaded === undefined) {
        loaded = lanes.let(this.#load(lanes, each, offset))
        loads.set(each, loaded)
      }
      return loaded
    }
    this.#steps.forEach(({ operands, value }, i) => {
      if (this.#changing[i] || values[i] === undefined) values[i] = lanes.let(value(lanes, operands.map(operand)))
    })
    return lanes.double(operand(this.#result))
  }

  /** Puts the address on the stack; the bytes that an instruction adds to it. */
  #address(access: Access, offset: number): number {
    const strides = this.#strides.get(access) as number[]
    const local = this.#offsets.get(String(strides))?.local
    if (local === undefined) this.#body.integer(0)
    else this.#body.get(local)
    return access.at + 8 * offset * (strides.at(-1) as number)
  }

  #load(lanes: Lanes, access: Access, offset: number): Value {
    const stride = this.#strides.get(access)?.at(-1) as number
    const push = () => {
      if (!lanes.wide) return this.#body.access([0x2b], this.#address(access, offset))
      if (stride === 1) return this.#body.access([0xfd, 0x00], this.#address(access, offset)) // v128.load
      if (stride === 0) return this.#body.access([0xfd, 0x0a], this.#address(access, offset)) // v128.load64_splat
      const second = this.#address(access, offset + 1)
      this.#body.access([0xfd, 0x0a], this.#address(access, offset))
      this.#body.access([0xfd, 0x57], second) // v128.load64_lane
      this.#body.code.byte(1)
    }
    return { kind: 'double', push }
  }

  /** Stores a value, or puts it together with what is there. */
  #store(lanes: Lanes, value: Value, offset: number, single = false): void {
    const { combination } = this.#target
    const what = combination === undefined ? value : lanes.let(lanes.call(combination.combine, [this.#load(lanes, this.#target, offset), value]))
    const bytes = this.#address(this.#target, offset)
    what.push()
    this.#body.access(lanes.wide && !single ? [0xfd, 0x0b] : [0x39], bytes)
  }
}

function isAccess(operand: LoopOperand): operand is Access {
  return typeof operand !== 'number' && 'at' in operand
}
