import { Integers } from '../wasm/integers.ts'
import { Lanes, type Value } from '../wasm/lanes.ts'
import { F64, I32, type Module, type Type } from '../wasm/module.ts'
import { pool } from '../wasm/pool.ts'
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

/** Parameters from which on a step runs in WebAssembly, and of one block, whose arrays stay in the second cache together. */
const FROM = 1024
const BLOCK = 8192

/** One step of Adam on a list of parameters: the moments m and s change in place. The bits are the same wherever it runs. */
export function adamStep(p: Entries, g: ArrayLike<number>, next: Entries, m: Float64Array, s: Float64Array, step: AdamStep): void {
  if (p.length >= FROM && ArrayBuffer.isView(g) && inWasm(p, g as unknown as Float64Array, next, m, s, step)) return
  const { beta1, beta2, size, small, kept, decay } = step
  loop(p, g, next, m, s, beta1, beta2, size, small, kept, decay)
}

/** A function of its own, all of whose numbers V8 keeps in registers. */
function loop(
  p: Entries,
  g: ArrayLike<number>,
  next: Entries,
  m: Float64Array,
  s: Float64Array,
  beta1: number,
  beta2: number,
  size: number,
  small: number,
  kept: number,
  decay: number,
): void {
  const [share1, share2] = [1 - beta1, 1 - beta2]
  for (let i = 0; i < p.length; i++) {
    const before = (p[i] as number) * kept
    const gradient = (g[i] as number) + decay * before
    const mean = beta1 * (m[i] as number) + share1 * gradient
    const square = beta2 * (s[i] as number) + share2 * gradient * gradient
    m[i] = mean
    s[i] = square
    next[i] = before - (size * mean) / (Math.sqrt(square) + small)
  }
}

function inWasm(p: Entries, g: Entries, next: Entries, m: Float64Array, s: Float64Array, step: AdamStep): boolean {
  const run = pool.function('adam', module => module.exports({ run: adam(module) }))
  const numbers = run && pool.numbers(32 * BLOCK, 8)
  if (run === undefined || numbers === undefined) return false
  const { beta1, beta2, size, small, kept, decay } = step
  for (let from = 0; from < p.length; from += BLOCK) {
    const end = Math.min(p.length, from + BLOCK)
    const part = (k: number) => numbers.subarray(k * BLOCK, k * BLOCK + end - from)
    for (const [k, each] of [p, g, m, s].entries()) {
      numbers.set(each.subarray(from, end), k * BLOCK)
      numbers[k * BLOCK + end - from - 1 + ((end - from) % 2)] = each[end - 1] as number
    }
    run(Math.ceil((end - from) / 2), beta1, 1 - beta1, beta2, 1 - beta2, size, small, kept, decay)
    next.set(part(0), from)
    m.set(part(2), from)
    s.set(part(3), from)
  }
  return true
}

const NAMES = ['beta1', 'share1', 'beta2', 'share2', 'size', 'small', 'kept', 'decay']

/** Two parameters at a time, what they become in their place: how many pairs there are, and the numbers of the step. */
function adam(module: Module): string {
  module.define('adam', [I32, ...NAMES.map((): Type => F64)], undefined, body => {
    const [one, lanes] = [new Lanes(body, false), new Lanes(body, true)]
    const code = new Integers(body)
    const scope: Record<string, Value> = Object.fromEntries(NAMES.map((name, i) => [name, lanes.let(lanes.spread(one.local(i + 1)))]))
    const at = code.let({ is: 0 })
    const store = (k: number, value: Value) => {
      body.get(at)
      value.push()
      body.access([0xfd, 0x0b], 8 * BLOCK * k)
    }
    code.countDown(0, () => {
      for (const [k, name] of ['p', 'g', 'm', 's'].entries()) {
        const push = () => {
          body.get(at)
          body.access([0xfd, 0x00], 8 * BLOCK * k)
        }
        scope[name] = lanes.let({ kind: 'double', push })
      }
      const set = (name: string, text: string) => {
        scope[name] = lanes.let(lanes.evaluate(text, scope))
        return scope[name] as Value
      }
      set('before', 'p * kept')
      set('gradient', 'g + decay * before')
      store(2, set('mean', 'beta1 * m + share1 * gradient'))
      store(3, set('square', 'beta2 * s + share2 * gradient * gradient'))
      store(0, set('next', 'before - (size * mean) / (Math.sqrt(square) + small)'))
      body.advance(at, 16)
    })
  })
  return 'adam'
}
