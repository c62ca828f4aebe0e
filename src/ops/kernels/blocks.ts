import { Integers } from '../../wasm/integers.ts'
import { type Functions, Lanes, type Value } from '../../wasm/lanes.ts'
import { F64, I32, type Module, type Type, V128 } from '../../wasm/module.ts'
import { pool } from '../../wasm/pool.ts'
import type { Entries } from './vector-hook.ts'

/** Entries of a block, for each operand and the result: all of them stay in the second cache. */
const BLOCK = 8192
/** Entries of one round. */
const TOGETHER = 4
/** A product whose NaNs are looked for: a zero may win over them, which is counted where it is computed one by one. */
export const STRONG = 'strongProduct(x, y)'

/**
 * One operator of a chain: its text, its operands (those of the chain from 0 on, the results of earlier steps as −1, −2, …), whether its
 * result is rounded to float32, and whether it is stored.
 */
export interface Step {
  readonly text: string
  readonly operands: readonly number[]
  readonly single: boolean
  readonly stored: boolean
}

/** Operators one after the other. Results that are not stored stay in registers. */
export interface Chain {
  readonly key: string
  readonly steps: readonly Step[]
}

type Floats = Float64Array | Float32Array

function roomFor(length: number, single: boolean): Floats {
  return single ? new Float32Array(length) : new Float64Array(length)
}

/** How an operand is stored: doubles, singles, or one number for all entries. */
type Storage = 'd' | 's' | 'c'

/**
 * A chain over many entries, two at a time, from a buffer and a step (1, or 0 for what is the same for all) per operand: what is stored, or
 * undefined where it is to be computed otherwise.
 */
export function computeChain(
  { key, steps }: Chain,
  length: number,
  buffers: readonly (Entries | number)[],
  functions: Functions,
  room = roomFor,
): Floats[] | undefined {
  const operands: Floats[] = []
  const scalars: number[] = []
  let storage = ''
  for (let k = 0; k < buffers.length; k += 2) {
    const data = buffers[k] as Entries
    if (data instanceof Int32Array) return undefined
    if (buffers[k + 1] === 0) scalars.push(data[0] as number)
    else if (data.length === length) operands.push(data)
    // Buffers that were handed to another thread have no entries any more.
    else return undefined
    storage += buffers[k + 1] === 0 ? 'c' : data instanceof Float32Array ? 's' : 'd'
  }
  const made = pool.function(`${key} ${storage}`, module => {
    module.functions = functions
    module.exports({ run: loop(module, steps, [...storage] as Storage[]) })
  })
  if (made === undefined) return undefined
  const outputs = steps.filter(each => each.stored)
  const doubles = pool.numbers(8 * BLOCK * (operands.length + outputs.length), 8)
  const singles = pool.numbers(0, 4)
  if (doubles === undefined || singles === undefined) return undefined
  const result = (k: number, size: number) => {
    const start = (operands.length + k) * BLOCK
    return outputs[k]?.single ? singles.subarray(2 * start, 2 * start + size) : doubles.subarray(start, start + size)
  }
  const out = length <= BLOCK ? undefined : outputs.map(({ single }) => room(length, single))
  for (let from = 0; from < length; from += BLOCK) {
    const size = Math.min(BLOCK, length - from)
    operands.forEach((data, k) => {
      const [to, at] = data instanceof Float32Array ? [singles, 2 * k * BLOCK] : [doubles, k * BLOCK]
      to.set(size === length ? data : data.subarray(from, from + size), at)
      if (size % TOGETHER > 0) to.fill(0, at + size, at + TOGETHER * Math.ceil(size / TOGETHER))
    })
    if ((made(Math.ceil(size / TOGETHER), ...scalars) as unknown as number) !== 0) return undefined
    out?.forEach((each, k) => {
      each.set(result(k, size), from)
    })
  }
  // A copy by the constructor is not filled with zeros before.
  return out ?? outputs.map(({ single }, k) => (single ? new Float32Array(result(k, length)) : new Float64Array(result(k, length))))
}

/** A function of how many rounds there are, and of the operands that are one number: it gives 1 where a product was NaN. */
function loop(module: Module, steps: readonly Step[], storage: readonly Storage[]): string {
  module.define('loop', [I32, ...storage.filter(each => each === 'c').map((): Type => F64)], I32, body => {
    const code = new Integers(body)
    const lanes = new Lanes(body, true)
    const [wide, narrow, nans] = [code.let({ is: 0 }), code.let({ is: 0 }), body.local(V128)]
    let [scalar, place] = [1, 0]
    const read = storage.map(each => {
      if (each !== 'c') {
        const at = 8 * BLOCK * place++
        return (round: number): Value => lanes.let({ kind: 'double', push: () => load(each, at, round) })
      }
      const both = lanes.let(lanes.spread(new Lanes(body, false).local(scalar++)))
      return () => both
    })
    const load = (each: Storage, at: number, round: number) => {
      if (each === 'd') {
        body.get(wide)
        body.access([0xfd, 0x00], at + 16 * round)
      } else {
        body.get(narrow)
        body.access([0xfd, 0x5d], at + 8 * round) // v128.load64_zero
        body.code.byte(0xfd, 0x5f) // f64x2.promote_low_f32x4
      }
    }
    const store = (value: Value, single: boolean, at: number, round: number) => {
      body.get(single ? narrow : wide)
      value.push()
      if (single) {
        body.code.byte(0xfd, 0x5e) // f32x4.demote_f64x2_zero
        body.access([0xfd, 0x5b], at + 8 * round) // v128.store64_lane
        body.code.byte(0)
      } else body.access([0xfd, 0x0b], at + 16 * round)
    }
    code.countDown(0, () => {
      for (let round = 0; round < TOGETHER / 2; round++) {
        const given = read.map(each => each(round))
        const results: Value[] = []
        let to = place
        for (const { text, operands, single, stored } of steps) {
          const scope = Object.fromEntries(operands.map((k, i) => ['xyz'.charAt(i), (k < 0 ? results[-1 - k] : given[k]) as Value]))
          const exact = lanes.let(lanes.double(lanes.evaluate(text === STRONG ? 'x * y' : text, scope)))
          if (text === STRONG) {
            lanes.instruction('or', lanes.local(nans, 'bits'), lanes.instruction('!=', exact, exact)).push()
            body.set(nans)
          }
          if (stored) store(exact, single, 8 * BLOCK * to++, round)
          results.push(single && results.length < steps.length - 1 ? lanes.let(lanes.call('Math.fround', [exact])) : exact)
        }
      }
      body.advance(wide, 8 * TOGETHER)
      body.advance(narrow, 4 * TOGETHER)
    })
    body.get(nans)
    body.code.byte(0xfd, 0x53) // v128.any_true
  })
  return 'loop'
}
