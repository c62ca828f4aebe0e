import { type Shape, sizeOfShape } from '../../core/shape.ts'
import { Lanes, type Value } from '../../wasm/lanes.ts'
import { type Body, F64, I32, V128 } from '../../wasm/module.ts'
import type { Combination } from '../nest.ts'

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

/** Entries at places that are themselves entries of a tensor: the address of the first entry. */
export interface Indexed {
  readonly entries: number
  readonly places: Access
}

/**
 * Entries in rows that are anywhere: by how many bytes each row is further on stands in a table, an integer in every 8 bytes. What is read
 * of the table stays the same along the last axis.
 */
export interface InRows {
  readonly entries: Access
  readonly rows: Access
}

/** The value of an earlier step, an entry of a tensor, one at a place that another says or in a row, or a number that is the same for all entries. */
export type LoopOperand = number | Access | Indexed | InRows | { readonly scalar: Value }

/** Up to so many instructions are written one after the other in place of the innermost loop. */
const UNROLLED = 96

const ADDED: Combination = { combine: '+', start: 0 }

/** What loops compute for each entry, and where it goes. */
export interface LoopResult {
  readonly value: LoopOperand
  readonly target: Target
  /** Whether NaNs among the values are looked for. */
  readonly isChecked?: boolean
}

/**
 * Loops over the entries of a shape, with steps that are taken two entries at a time along the last axis. What it gives is NaN after them where
 * a value that is checked is.
 */
export function writeLoops(body: Body, shape: Shape, steps: readonly LoopStep[], results: readonly LoopResult[]): Value | undefined {
  if (sizeOfShape(shape) === 0) return undefined
  return new Loops(body, shape, steps, results).write()
}

/** Loops that take entries, or a number, from one place to another. */
export function copyEntries(body: Body, shape: Shape, value: Exclude<LoopOperand, number>, target: Target): void {
  writeLoops(body, shape, [], [{ value, target }])
}

class Loops {
  readonly #body: Body
  readonly #lengths: number[] = []
  readonly #steps: readonly LoopStep[]
  readonly #results: readonly LoopResult[]
  /** For all accesses, the strides along the axes that are left when those that follow each other are taken as one. */
  readonly #strides = new Map<Access, number[]>()
  /** Bytes from an access's address to the entry of this round, for each list of strides that differs. */
  readonly #offsets = new Map<string, { local: number; strides: readonly number[] }>()
  /** Steps that change along the last axis. */
  readonly #changing: boolean[]
  /** For tables of rows, the bytes to the row of this round. */
  readonly #rows = new Map<Access, number>()

  constructor(body: Body, shape: Shape, steps: readonly LoopStep[], results: readonly LoopResult[]) {
    this.#body = body
    this.#steps = steps
    this.#results = results
    const operands = [...steps.flatMap(each => each.operands), ...results.flatMap(({ value, target }) => [value, target])]
    const accesses = [...new Set(operands.flatMap(accessesIn))]
    for (const each of operands) if (isInRows(each) && !this.#rows.has(each.rows)) this.#rows.set(each.rows, body.local(I32))
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
    return accessesIn(operand).some(each => this.#strides.get(each)?.at(-1) !== 0)
  }

  write(): Value | undefined {
    for (const { local } of this.#offsets.values()) {
      this.#body.integer(0)
      this.#body.set(local)
    }
    if (!this.#results.some(({ isChecked }) => isChecked)) {
      this.#axis(0)
      return undefined
    }
    const [one, two] = [new Lanes(this.#body, false), new Lanes(this.#body, true)]
    const start = (lanes: Lanes) => this.#start(lanes, ADDED)
    this.#seen = { one: [start(one)], two: [start(two), start(two)] }
    this.#axis(0)
    const [both, other] = this.#seen.two.map(each => two.local(each)) as [Value, Value]
    const sum = two.let(two.instruction('+', both, other))
    const single = one.local(this.#seen.one[0] as number)
    return one.let([0, 1].reduce((total, which) => one.instruction('+', total, two.lane(sum, which)), single))
  }

  /** Sums of the values that are checked; of two lanes side by side, so that an addition need not wait for the one before it. */
  #seen: { readonly one: readonly number[]; readonly two: readonly number[] } = { one: [], two: [] }

  #axis(axis: number): void {
    if (axis === this.#lengths.length - 1) this.#innermost()
    else this.#around(axis)
  }

  #around(axis: number): void {
    this.#body.repeat(this.#lengths[axis] as number, () => {
      this.#axis(axis + 1)
      const gone = (this.#lengths[axis + 1] as number) - (axis + 2 === this.#lengths.length ? this.#left : 0)
      this.#advance(strides => (strides[axis] as number) - (strides[axis + 1] as number) * gone)
    })
  }

  /** Entries of the last axis that its code goes through without moving on. */
  #left = 0

  #advance(by: (strides: readonly number[]) => number): void {
    for (const { local, strides } of this.#offsets.values()) this.#body.advance(local, 8 * by(strides))
  }

  #innermost(): void {
    for (const [table, local] of this.#rows) {
      this.#body.access([0x28], this.#address(table, 0), 2) // i32.load
      this.#body.set(local)
    }
    const length = this.#lengths.at(-1) as number
    const strides = this.#results.map(({ target }) => this.#strides.get(target)?.at(-1) as number)
    const isApart = (stride: number, k: number) => stride > 1 && this.#results[k]?.target.combination === undefined
    const pairs = strides.every((stride, k) => stride === 0 || stride === 1 || isApart(stride, k)) ? Math.floor(length / 2) : 0
    const [one, two] = [new Lanes(this.#body, false), new Lanes(this.#body, true)]
    const fixedTwo = pairs > 0 ? this.#fixed(two) : []
    const costs = this.#steps.reduce((sum, { cost }, i) => sum + (this.#changing[i] ? cost : 0), this.#results.length)
    // Two sums side by side: an addition need not wait for the one before it.
    const side = costs * 2 <= UNROLLED && pairs > 1 ? 2 : 1
    /** Locals of what is put together along the last axis, for each result where that is so. */
    const sumsOf = (lanes: Lanes, count: number) =>
      this.#results.map(({ target }, k) =>
        strides[k] === 0 && target.combination !== undefined
          ? Array.from({ length: count }, () => this.#start(lanes, target.combination as Combination))
          : undefined,
      )
    const take = (lanes: Lanes, fixed: readonly Value[], sums: readonly (readonly number[] | undefined)[], offset: number, which: number) => {
      const values = this.#entry(lanes, fixed, offset)
      this.#results.forEach(({ target, isChecked }, k) => {
        const sum = sums[k]?.[which]
        if (sum === undefined) this.#store(lanes, target, values[k] as Value, offset)
        else this.#combine(lanes, target.combination as Combination, sum, values[k] as Value)
        if (!isChecked) return
        const all = lanes.wide ? this.#seen.two : this.#seen.one
        this.#combine(lanes, ADDED, all[k % all.length] as number, values[k] as Value)
      })
    }
    const sums = sumsOf(two, pairs > 0 ? side : 0)
    let done = 0
    if (pairs * costs > UNROLLED) {
      const rounds = Math.floor(pairs / side)
      this.#body.repeat(rounds, () => {
        for (let k = 0; k < side; k++) take(two, fixedTwo, sums, 2 * k, k)
        this.#advance(each => 2 * side * (each.at(-1) as number))
      })
      done = rounds * side
    }
    for (let k = done; k < pairs; k++) take(two, fixedTwo, sums, 2 * (k - done), (k - done) % side)
    this.#left = length - 2 * done
    const rest = length - 2 * pairs
    const singles = sumsOf(one, rest > 0 ? 1 : 0)
    if (rest > 0) {
      const fixed = this.#fixed(one)
      if (rest > 1) {
        this.#body.repeat(rest, () => {
          take(one, fixed, singles, 0, 0)
          this.#advance(each => each.at(-1) as number)
        })
        this.#left = 0
      } else take(one, fixed, singles, 2 * (pairs - done), 0)
    }
    this.#results.forEach(({ target }, k) => {
      const { combination } = target
      if (sums[k] === undefined || combination === undefined) return
      const [first, ...others] = sums[k] as number[]
      for (const other of others) this.#combine(two, combination, first as number, two.local(other))
      const lanes = first === undefined ? [] : [0, 1].map(which => two.lane(two.local(first), which))
      const parts = [...lanes, ...(singles[k] ?? []).map(each => one.local(each))]
      const all = parts.reduce((sum, each) => one.call(combination.combine, [sum, each]))
      this.#store(one, target, one.let(all), 0, true)
    })
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
    this.#found.clear()
    this.#steps.forEach(({ operands, value }, i) => {
      for (const each of operands) {
        if (typeof each === 'number' || this.#isChanging(each) || known.has(each)) continue
        known.set(each, lanes.let('scalar' in each ? this.#spread(lanes, each.scalar) : this.#load(lanes, each, 0)))
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

  /** The results for an entry so many behind that of the offsets, and with two lanes for the one after it. */
  #entry(lanes: Lanes, fixed: readonly Value[], offset: number): Value[] {
    const values = [...fixed]
    const known = this.#known.get(lanes)
    const loads = new Map<LoopOperand, Value>()
    this.#found.clear()
    const operand = (each: LoopOperand): Value => {
      if (typeof each === 'number') return values[each] as Value
      const same = known?.get(each)
      if (same !== undefined) return same
      if ('scalar' in each) return this.#spread(lanes, each.scalar)
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
    return this.#results.map(({ value }) => lanes.double(operand(value)))
  }

  /** Puts the address on the stack; the bytes that an instruction adds to it. */
  #address(each: Access | InRows, offset: number): number {
    if (isInRows(each)) {
      const bytes = this.#address(each.entries, offset)
      this.#body.get(this.#rows.get(each.rows) as number)
      this.#body.code.byte(0x6a) // i32.add
      return bytes
    }
    const strides = this.#strides.get(each) as number[]
    const local = this.#offsets.get(String(strides))?.local
    if (local === undefined) this.#body.integer(0)
    else this.#body.get(local)
    return each.at + 8 * offset * (strides.at(-1) as number)
  }

  /** Locals with the bytes to the entries that places of this entry say, and with two lanes of the next; found once for all tensors. */
  #bytesAt(lanes: Lanes, places: Access, offset: number): readonly number[] {
    const known = this.#byPlaces.get(places) ?? [this.#body.local(I32), this.#body.local(I32)]
    this.#byPlaces.set(places, known)
    if (this.#found.has(places)) return known
    this.#found.add(places)
    for (const lane of lanes.wide ? [0, 1] : [0]) {
      this.#body.access([0x2b], this.#address(places, offset + lane))
      this.#body.code.byte(0xaa) // i32.trunc_f64_s
      this.#body.integer(3)
      this.#body.code.byte(0x74) // i32.shl
      this.#body.set(known[lane] as number)
    }
    return known
  }

  readonly #byPlaces = new Map<Access, readonly number[]>()
  readonly #found = new Set<Access>()

  #loadIndexed(lanes: Lanes, { entries, places }: Indexed, offset: number): Value {
    const [first, second] = this.#bytesAt(lanes, places, offset) as [number, number]
    const push = () => {
      if (lanes.wide) this.#body.get(second)
      this.#body.get(first)
      if (!lanes.wide) return this.#body.access([0x2b], entries)
      this.#body.access([0xfd, 0x0a], entries) // v128.load64_splat
      this.#body.access([0xfd, 0x57], entries) // v128.load64_lane
      this.#body.code.byte(1)
    }
    return { kind: 'double', push }
  }

  #load(lanes: Lanes, access: Access | Indexed | InRows, offset: number): Value {
    if (isIndexed(access)) return this.#loadIndexed(lanes, access, offset)
    const stride = this.#strides.get(isInRows(access) ? access.entries : access)?.at(-1) as number
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
  #store(lanes: Lanes, target: Target, value: Value, offset: number, single = false): void {
    const { combination } = target
    const what = combination === undefined ? value : lanes.let(lanes.call(combination.combine, [this.#load(lanes, target, offset), value]))
    const stride = this.#strides.get(target)?.at(-1) as number
    if (lanes.wide && !single && stride > 1) {
      const both = lanes.let(what)
      for (const lane of [0, 1]) {
        const bytes = this.#address(target, offset + lane)
        both.push()
        this.#body.access([0xfd, 0x5b], bytes) // v128.store64_lane
        this.#body.code.byte(lane)
      }
      return
    }
    const bytes = this.#address(target, offset)
    what.push()
    this.#body.access(lanes.wide && !single ? [0xfd, 0x0b] : [0x39], bytes)
  }
}

/** What an operand goes through as the loops do. */
function accessesIn(operand: LoopOperand): readonly Access[] {
  if (typeof operand === 'number' || 'scalar' in operand) return []
  if (isIndexed(operand)) return [operand.places]
  return isInRows(operand) ? [operand.entries, operand.rows] : [operand]
}

function isIndexed(operand: LoopOperand): operand is Indexed {
  return typeof operand !== 'number' && 'places' in operand
}

function isInRows(operand: LoopOperand): operand is InRows {
  return typeof operand !== 'number' && 'rows' in operand
}
