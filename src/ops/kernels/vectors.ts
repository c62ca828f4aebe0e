import { ENGINE_FUNCTIONS, LOGISTIC_FUNCTIONS } from '../../wasm/engine-functions.ts'
import { Integers } from '../../wasm/integers.ts'
import { type Functions, type FunctionText, isPlainText, Lanes, type Value } from '../../wasm/lanes.ts'
import { F64, I32, type Module, type Type, V128 } from '../../wasm/module.ts'
import { pool } from '../../wasm/pool.ts'
import { logisticDensityKernel, sigmoidKernel } from './sigmoid.ts'
import { type VectorLoop, vectors } from './vector-hook.ts'

/** Entries of a block, for each operand and the result: all of them stay in the second cache. */
const BLOCK = 8192
/** Entries of one round. */
const TOGETHER = 4
/** A product whose NaNs are looked for: a zero may win over them, which is counted where it is computed one by one. */
const STRONG = 'strongProduct(x, y)'

/** How many numbers a function of the engine is compared with. */
const PROBES = 4096

/** How an operand, or the result, is stored: doubles, singles, or one number for all entries. */
type Storage = 'd' | 's' | 'c'

/** Functions of one number that have code for two with the same bits, where the engine's `Math` is the one that it follows. */
const FUNCTIONS: Readonly<Record<string, readonly [text: FunctionText, own: (x: number) => number]>> = {
  'Math.exp': [ENGINE_FUNCTIONS['Math.exp'], Math.exp],
  'Math.tanh': [ENGINE_FUNCTIONS['Math.tanh'], Math.tanh],
  sigmoidKernel: [LOGISTIC_FUNCTIONS.sigmoidKernel, sigmoidKernel],
  logisticDensityKernel: [LOGISTIC_FUNCTIONS.logisticDensityKernel, logisticDensityKernel],
}
const TEXTS: Functions = /* @__PURE__ */ Object.fromEntries(Object.entries(FUNCTIONS).map(([name, [text]]) => [name, { ...text, exact: true }]))

const known = /* @__PURE__ */ new Map<string, boolean>()

/** An answer that is found once. */
function once(key: string, find: () => boolean): boolean {
  const found = known.get(key) ?? find()
  known.set(key, found)
  return found
}

/** Whether a loop by this text gives the bits that JavaScript gives. */
function isExact(text: string): boolean {
  return text === STRONG || (isPlainText(text, TEXTS) && Object.keys(FUNCTIONS).every(name => !text.includes(`${name}(`) || once(name, () => agrees(name))))
}

/** Whether the engine's function gives the bits of our code, which is tried with numbers of all sizes: most others differ in one of ten. */
function agrees(name: string): boolean {
  const numbers = Float64Array.from({ length: PROBES }, (_, i) => {
    const fraction = (i * 0.6180339887498949) % 1
    return i % 2 === 0 ? 60 * fraction - 30 : (i % 4 === 1 ? 1 : -1) * (1 + fraction) * 2 ** (((i >> 2) % 72) - 62)
  })
  const own = FUNCTIONS[name]?.[1] as (x: number) => number
  return compute(`${name}(x)`, PROBES, [numbers, 1], false)?.every((each, i) => Object.is(each, own(numbers[i] as number))) === true
}

/**
 * From now on loops over many entries whose texts are arithmetic, comparisons, choices, eˣ, tanh x and the logistic function run in
 * WebAssembly, two entries at a time.
 */
export function useVectors(): void {
  vectors.run ??= (text, length, buffers, single) => (once(text, () => isExact(text)) ? compute(text, length, buffers, single) : undefined)
}

const compute: VectorLoop = (text, length, buffers, single) => {
  if (buffers.some(each => each instanceof Int32Array)) return undefined
  const operands: (Float64Array | Float32Array)[] = []
  const scalars: number[] = []
  let storage = ''
  for (let k = 0; k < buffers.length; k += 2) {
    const data = buffers[k] as Float64Array | Float32Array
    if (buffers[k + 1] === 0) scalars.push(data[0] as number)
    else if (data.length === length) operands.push(data)
    // Buffers that were handed to another thread have no entries any more.
    else return undefined
    storage += buffers[k + 1] === 0 ? 'c' : data instanceof Float32Array ? 's' : 'd'
  }
  storage += single ? 's' : 'd'
  const made = pool.function(`${text} ${storage}`, module => module.exports({ run: loop(module, text, [...storage] as Storage[]) }))
  if (made === undefined) return undefined
  const doubles = pool.numbers(8 * BLOCK * (operands.length + 1), 8)
  const singles = pool.numbers(0, 4)
  if (doubles === undefined || singles === undefined) return undefined
  const start = operands.length * BLOCK
  const result = (size: number) => (single ? singles.subarray(2 * start, 2 * start + size) : doubles.subarray(start, start + size))
  const out = length <= BLOCK ? undefined : single ? new Float32Array(length) : new Float64Array(length)
  for (let from = 0; from < length; from += BLOCK) {
    const size = Math.min(BLOCK, length - from)
    operands.forEach((data, k) => {
      const [to, at] = data instanceof Float32Array ? [singles, 2 * k * BLOCK] : [doubles, k * BLOCK]
      to.set(size === length ? data : data.subarray(from, from + size), at)
      if (size % TOGETHER > 0) to.fill(0, at + size, at + TOGETHER * Math.ceil(size / TOGETHER))
    })
    if ((made(Math.ceil(size / TOGETHER), ...scalars) as unknown as number) !== 0) return undefined
    out?.set(result(size), from)
  }
  // A copy by the constructor is not filled with zeros before.
  return out ?? (single ? new Float32Array(result(length)) : new Float64Array(result(length)))
}

/** A function of how many rounds there are, and of the operands that are one number: it gives 1 where a product was NaN. */
function loop(module: Module, text: string, storage: readonly Storage[]): string {
  const result = storage.at(-1) as Storage
  const operands = storage.slice(0, -1)
  module.functions = TEXTS
  module.define('loop', [I32, ...operands.filter(each => each === 'c').map((): Type => F64)], I32, body => {
    const code = new Integers(body)
    const lanes = new Lanes(body, true)
    const [wide, narrow, nans] = [code.let({ is: 0 }), code.let({ is: 0 }), body.local(V128)]
    const isStrong = text === STRONG
    let [scalar, place] = [1, 0]
    const read = operands.map(each => {
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
    code.countDown(0, () => {
      for (let round = 0; round < TOGETHER / 2; round++) {
        const scope = Object.fromEntries(read.map((each, i) => ['xyz'.charAt(i), each(round)]))
        const value = lanes.let(lanes.double(lanes.evaluate(isStrong ? 'x * y' : text, scope)))
        if (isStrong) {
          lanes.instruction('or', lanes.local(nans, 'bits'), lanes.instruction('!=', value, value)).push()
          body.set(nans)
        }
        body.get(result === 'd' ? wide : narrow)
        value.push()
        if (result === 'd') body.access([0xfd, 0x0b], 8 * BLOCK * place + 16 * round)
        else {
          body.code.byte(0xfd, 0x5e) // f32x4.demote_f64x2_zero
          body.access([0xfd, 0x5b], 8 * BLOCK * place + 8 * round) // v128.store64_lane
          body.code.byte(0)
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
