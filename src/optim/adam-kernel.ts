import { Integers } from '../wasm/integers.ts'
import { Lanes, type Value } from '../wasm/lanes.ts'
import { type Body, F64, I32, type Module, type Type, V128 } from '../wasm/module.ts'
import { Pool } from '../wasm/pool.ts'
import type { Entries } from './parameters.ts'

/** Numbers of a step of Adam that are the same for all parameters. */
export interface AdamStep {
  readonly beta1: number
  readonly beta2: number
  /** The learning rate and ε with the corrections of the moments in them. */
  readonly size: number
  readonly small: number
  /** What decay of its own leaves of a parameter, and the penalty that is added to its gradient. */
  readonly kept: number
  readonly decay: number
}

/** Parameters of an optimiser from which on its moments have memory of their own, for which the engine reserves gigabytes of addresses. */
const OWN_FROM = 2 ** 14
/** Those of a tensor from which on it is worth a call. */
const FROM = 64
/** Parameters of one block, which stays in the first caches with its gradients. */
const BLOCK = 2048
/** Where blocks of parameters, of gradients, and where the moments stand, in doubles. */
const GRADIENTS = BLOCK
const MOMENTS = 2 * BLOCK

/** Adam's moments of all parameters, and its step, which runs where they are: in WebAssembly if there are many. The bits are the same. */
export class Adam {
  readonly moments: readonly [Float64Array, Float64Array]
  readonly #pool: Pool | undefined
  readonly #size: number

  constructor(size: number) {
    this.#size = size
    const pool = size >= OWN_FROM ? new Pool() : undefined
    const numbers = pool?.function('finite d', finite('d')) && pool.numbers(8 * (MOMENTS + 2 * size), 8)
    if (numbers instanceof Float64Array) {
      this.#pool = pool
      this.moments = [numbers.subarray(MOMENTS, MOMENTS + size), numbers.subarray(MOMENTS + size, MOMENTS + 2 * size)]
    } else this.moments = [new Float64Array(size), new Float64Array(size)]
  }

  /** Whether gradients are finite; undefined: nothing was looked at. */
  isFinite(g: ArrayLike<number>): boolean | undefined {
    const type = typeOf(g)
    const run = type && g.length >= FROM ? this.#pool?.function(`finite ${type}`, finite(type)) : undefined
    if (run === undefined) return undefined
    for (let from = 0; from < g.length; from += BLOCK) {
      const size = Math.min(BLOCK, g.length - from)
      this.#put(g as Entries, from, size, GRADIENTS)
      // A pair without a second number has a finite one of its own.
      if (size % 2 === 1) this.#put(ZERO[type as 'd'], 0, 1, GRADIENTS, size)
      if ((run(Math.ceil(size / 2)) as unknown as number) !== 0) return false
    }
    return true
  }

  /** One step of the parameters p, whose moments stand from `at` on. */
  step(p: Entries, g: ArrayLike<number>, next: Entries, at: number, step: AdamStep): void {
    const { beta1, beta2, size, small, kept, decay } = step
    const done = this.#inWasm(p, g, next, at, step)
    loop(p, g, next, this.moments[0], this.moments[1], done, at, beta1, beta2, size, small, kept, decay)
  }

  /** The step of as many parameters as there are pairs: how many these are. */
  #inWasm(p: Entries, g: ArrayLike<number>, next: Entries, at: number, { beta1, beta2, size, small, kept, decay }: AdamStep): number {
    const [type, slope] = [typeOf(p), typeOf(g)]
    const name = `adam ${type} ${slope}`
    const run = type && slope && p.length >= FROM ? this.#pool?.function(name, module => module.exports({ run: adam(module, type, slope) })) : undefined
    // Buffers that were handed to another thread have no entries any more.
    if (run === undefined || g.length < p.length) return 0
    const pairs = p.length - (p.length % 2)
    for (let from = 0; from < pairs; from += BLOCK) {
      const count = Math.min(BLOCK, pairs - from)
      this.#put(p, from, count, 0)
      this.#put(g as Entries, from, count, GRADIENTS)
      const m = 8 * (MOMENTS + at + from)
      run(count / 2, m, m + 8 * this.#size, beta1, 1 - beta1, beta2, 1 - beta2, size, small, kept, decay)
      next.set(this.#numbers(type as Storage).subarray(0, count), from)
    }
    return pairs
  }

  #numbers(type: Storage): Entries {
    return (this.#pool as Pool).numbers(0, type === 'd' ? 8 : 4) as Entries
  }

  /** Copies some entries into a block, which begins at a double of the memory, from an entry of it on. */
  #put(entries: Entries, from: number, size: number, block: number, at = 0): void {
    const type = typeOf(entries) as Storage
    this.#numbers(type).set(entries.subarray(from, from + size), (type === 'd' ? block : 2 * block) + at)
  }
}

/** How entries are stored: as doubles or singles. */
type Storage = 'd' | 's'
const ZERO = { d: new Float64Array(1), s: new Float32Array(1) } as const

function typeOf(entries: ArrayLike<number>): Storage | undefined {
  return entries instanceof Float64Array ? 'd' : entries instanceof Float32Array ? 's' : undefined
}

/** A function of its own, all of whose numbers V8 keeps in registers. */
function loop(
  p: Entries,
  g: ArrayLike<number>,
  next: Entries,
  m: Float64Array,
  s: Float64Array,
  from: number,
  at: number,
  beta1: number,
  beta2: number,
  size: number,
  small: number,
  kept: number,
  decay: number,
): void {
  const [share1, share2] = [1 - beta1, 1 - beta2]
  for (let i = from, k = at + from; i < p.length; i++, k++) {
    const before = (p[i] as number) * kept
    const gradient = (g[i] as number) + decay * before
    const mean = beta1 * (m[k] as number) + share1 * gradient
    const square = beta2 * (s[k] as number) + share2 * gradient * gradient
    m[k] = mean
    s[k] = square
    next[i] = before - (size * mean) / (Math.sqrt(square) + small)
  }
}

/** Two numbers of a block from an address in a local on: singles become doubles. */
function pair(body: Body, lanes: Lanes, type: Storage, address: number, block: number): Value {
  const push = () => {
    body.get(address)
    if (type === 'd') body.access([0xfd, 0x00], 8 * block)
    else {
      body.access([0xfd, 0x5d], 8 * block) // v128.load64_zero
      body.code.byte(0xfd, 0x5f) // f64x2.promote_low_f32x4
    }
  }
  return lanes.let({ kind: 'double', push })
}

/** A function of how many pairs of gradients there are: whether one of them is not finite, where x − x is NaN instead of 0. */
function finite(type: Storage | undefined): (module: Module) => void {
  return module => {
    module.define('finite', [I32], I32, body => {
      const [lanes, code] = [new Lanes(body, true), new Integers(body)]
      const [at, found] = [code.let({ is: 0 }), body.local(V128)]
      code.countDown(0, () => {
        const g = pair(body, lanes, type as Storage, at, GRADIENTS)
        lanes.instruction('or', lanes.local(found, 'bits'), lanes.instruction('-', g, g)).push()
        body.set(found)
        body.advance(at, type === 'd' ? 16 : 8)
      })
      body.get(found)
      body.code.byte(0xfd, 0x53) // v128.any_true
    })
    module.exports({ run: 'finite' })
  }
}

const NAMES = ['beta1', 'share1', 'beta2', 'share2', 'size', 'small', 'kept', 'decay']

/** Two parameters at a time, what they become in their place: how many pairs there are, where their moments stand, and the numbers of the step. */
function adam(module: Module, type: Storage, slope: Storage): string {
  module.define('adam', [I32, I32, I32, ...NAMES.map((): Type => F64)], undefined, body => {
    const [one, lanes] = [new Lanes(body, false), new Lanes(body, true)]
    const code = new Integers(body)
    const scope: Record<string, Value> = Object.fromEntries(NAMES.map((name, i) => [name, lanes.let(lanes.spread(one.local(i + 3)))]))
    const [left, m, s] = [0, 1, 2]
    const [parameters, slopes] = [code.let({ is: 0 }), code.let({ is: 0 })]
    const store = (address: number, value: Value) => {
      body.get(address)
      value.push()
      body.access([0xfd, 0x0b], 0)
    }
    code.countDown(left, () => {
      scope.p = pair(body, lanes, type, parameters, 0)
      scope.g = pair(body, lanes, slope, slopes, GRADIENTS)
      scope.m = pair(body, lanes, 'd', m, 0)
      scope.s = pair(body, lanes, 'd', s, 0)
      const set = (name: string, text: string) => {
        scope[name] = lanes.let(lanes.evaluate(text, scope))
        return scope[name] as Value
      }
      set('before', 'p * kept')
      set('gradient', 'g + decay * before')
      store(m, set('mean', 'beta1 * m + share1 * gradient'))
      store(s, set('square', 'beta2 * s + share2 * gradient * gradient'))
      const next = set('next', 'before - (size * mean) / (Math.sqrt(square) + small)')
      if (type === 'd') store(parameters, next)
      else {
        body.get(parameters)
        next.push()
        body.code.byte(0xfd, 0x5e) // f32x4.demote_f64x2_zero
        body.access([0xfd, 0x5b], 0) // v128.store64_lane
        body.code.byte(0)
      }
      body.advance(parameters, type === 'd' ? 16 : 8)
      body.advance(slopes, slope === 'd' ? 16 : 8)
      body.advance(m, 16)
      body.advance(s, 16)
    })
  })
  return 'adam'
}
