import { partialsOf } from '../../core/definition.ts'
import { type Shape, sameShape, sizeOfShape } from '../../core/shape.ts'
import { type DType, Tensor } from '../../core/tensor.ts'
import { endedError, isTraced } from '../../core/traced.ts'
import type { Value } from '../../core/types.ts'
import type { Waiting } from '../../core/waiting.ts'
import type { Step } from './blocks.ts'
import { CHAINS_FROM, type Entries } from './vector-hook.ts'

/*
 * Inside a gradient nobody sees what lies between, on the way forward and back: what elementwise operators give there waits until it is
 * read, and is then computed in one loop with all that it waits for, without buffers between. The operations on each entry are the same, so the bits
 * are. Nothing that waits leaves it: results are settled, and so is what rules other than those of elementwise operators take.
 */

/** Operators of one chain, and buffers that it reads and writes. */
const MOST_STEPS = 24
const MOST_BUFFERS = 8
/** A value of more steps than these, or with a function among them, is computed once where more than one other needs it. */
const CHEAP_STEPS = 3
/** Bytes of buffers that are kept to be used again. */
const MOST_SPARE = 2 ** 26
/** Chains for which there is code: programs of ever new ones compute step by step. */
const MOST_CHAINS = 256

/** Chains by their keys: whether one has been met before. Code is written the second time. */
const met = new Map<string, number>()

/** Whether what waits is computed step by step. */
let apart = false

/** A tensor that waits, and stands for its entries. */
class WaitingTensor extends Tensor {
  readonly text: string
  /** How many operators it waits for, itself among them. */
  readonly steps: number
  /** Whether it is more than a few operations of arithmetic. */
  readonly dear: boolean
  operands: readonly (number | Tensor)[]
  /** How many others wait for it. */
  uses = 0
  /** Whether it is needed later, too, and so is stored where it is computed. */
  kept = false
  entries: Float64Array | undefined
  /** Whether its buffer may be seen by others. */
  seen = false
  /** Whether its buffer was taken from it. */
  gone = false
  #plain: Tensor | undefined
  readonly #evaluate: () => Tensor

  constructor(text: string, isFunction: boolean, shape: Shape, dtype: DType, operands: readonly (number | Tensor)[], evaluate: () => Tensor) {
    super(undefined, shape, dtype)
    this.text = text
    this.operands = operands
    this.#evaluate = evaluate
    const waiting = operands.filter(isWaiting)
    this.steps = waiting.reduce((sum, each) => sum + each.steps, 1)
    this.dear = this.steps > CHEAP_STEPS || isFunction || waiting.some(each => each.dear)
  }

  settle(compute: ComputeSteps): Float64Array {
    if (this.gone) throw endedError()
    if (this.entries === undefined && (apart || !together(this, compute))) this.take(this.#apart())
    return this.entries as Float64Array
  }

  take(entries: Float64Array): void {
    this.entries = entries
    this.operands = []
  }

  release(): void {
    if (this.seen) return
    if (this.entries !== undefined) takeBack(this.entries)
    this.entries = undefined
    this.operands = []
    this.gone = true
  }

  /** A tensor with its entries. */
  get plain(): Tensor {
    this.seen = true
    this.#plain ??= new Tensor(this.data, this.shape, this.dtype)
    return this.#plain
  }

  /** Step by step, and so all that it waits for. */
  #apart(): Float64Array {
    const before = apart
    apart = true
    try {
      return within(this.#evaluate, false).data
    } finally {
      apart = before
    }
  }
}

function isWaiting(x: unknown): x is WaitingTensor {
  return x instanceof WaitingTensor && x.entries === undefined
}

/** Computes a chain over entries: see `computeChain`. */
export type ComputeSteps = (
  chain: { readonly key: string; readonly steps: readonly Step[] },
  length: number,
  buffers: readonly (Entries | number)[],
  room: typeof roomFor,
) => Floats[] | undefined

type Floats = Float64Array | Float32Array

/** Buffers of values that nobody has seen: a new one of a million doubles costs as much as computing them by arithmetic. */
const spare: Floats[] = []
let spareBytes = 0

function roomFor(length: number, single: boolean): Floats {
  const at = spare.findLastIndex(each => each.length === length && each instanceof Float32Array === single)
  if (at < 0) return single ? new Float32Array(length) : new Float64Array(length)
  const [found] = spare.splice(at, 1) as [Floats]
  spareBytes -= found.byteLength
  return found
}

function takeBack(buffer: Floats): void {
  spare.push(buffer)
  spareBytes += buffer.byteLength
  // Those of other programs go first.
  while (spareBytes > MOST_SPARE) spareBytes -= (spare.shift() as Floats).byteLength
}

/** What lets operators wait, given what computes them, which texts have the bits of JavaScript, and which of them call functions. */
export function waitingBy(compute: ComputeSteps, isExact: (text: string) => boolean, isFunction: (text: string) => boolean): Waiting {
  Object.defineProperty(WaitingTensor.prototype, 'data', {
    configurable: true,
    get(this: WaitingTensor) {
      return this.settle(compute)
    },
  })
  const keep = (x: unknown) => {
    if (x instanceof WaitingTensor) x.kept = true
  }
  return Object.assign(state, {
    chained: within,
    isWaiting: (x: unknown) => x instanceof WaitingTensor,
    settled: <V>(x: V) => (x instanceof WaitingTensor ? (x.plain as typeof x) : x),
    settleAll() {
      for (const each of calls) each.settle()
    },
    keepFor(partials: readonly unknown[], primals: readonly Value[], out: Value) {
      for (const partial of partials) {
        if (typeof partial !== 'function') keep(partial)
        else for (const each of [...primals, out]) if (each instanceof WaitingTensor && each.dear) keep(each)
      }
    },
    begin: (nodes: Nodes) => new Call(nodes),
    later(text: string, shape: Shape, dtype: DType, operands: readonly Value[], evaluate: () => Tensor) {
      if (!state.open || dtype === 'int32' || sizeOfShape(shape) < CHAINS_FROM || !isExact(text)) return undefined
      const given: (number | Tensor)[] = []
      for (const each of operands) {
        if (typeof each === 'number' || typeof each === 'boolean') given.push(Number(each))
        else if (isTraced(each) || !(each instanceof Tensor) || each.dtype === 'int32') return undefined
        else if (each.size === 1) given.push(each.data[0] as number)
        else if (!sameShape(each.shape, shape)) return undefined
        else given.push(each)
      }
      for (const each of given) if (isWaiting(each) && each.dear && each.uses > 0) each.settle(compute)
      // The longest first, until few enough are left.
      const waiting = given.filter(isWaiting).sort((a, b) => b.steps - a.steps)
      for (let sum = waiting.reduce((all, each) => all + each.steps, 1); sum > MOST_STEPS; ) {
        const longest = waiting.shift() as WaitingTensor
        sum -= longest.steps
        longest.settle(compute)
      }
      for (const each of waiting) each.uses++
      return new WaitingTensor(text, isFunction(text), shape, dtype, given, evaluate)
    },
  })
}

const state = { open: false }

function within<R>(run: () => R, open = true): R {
  const before = state.open
  state.open = open
  try {
    return run()
  } finally {
    state.open = before
  }
}

type Nodes = Parameters<Waiting['begin']>[0]

/** The calls that have not ended, and in which something has waited. */
const calls = new Set<Call>()

/** What waited in a call of a function, and the nodes that it is recorded in. */
class Call {
  readonly #results: WaitingTensor[] = []
  readonly #nodes: Nodes

  constructor(nodes: Nodes) {
    this.#nodes = nodes
  }

  apply(compute: () => Value, primals: readonly Value[]): Value {
    const out = within(compute)
    if (out instanceof WaitingTensor) {
      this.#results.push(out)
      calls.add(this)
    } else if (out instanceof Tensor && !isTraced(out)) {
      // A view of an operand is seen, and so is that.
      for (const each of primals) if (each instanceof WaitingTensor && each.entries?.buffer === out.data.buffer) each.seen = true
    }
    return out
  }

  /** Computes all that waits, and the partials that are not needed yet. */
  settle(): void {
    for (const each of this.#results) each.plain
    for (const { map } of this.#nodes) for (const each of (map && partialsOf(map)) ?? []) if (each instanceof WaitingTensor) each.plain
  }

  release(): void {
    for (const each of this.#results) each.release()
    calls.delete(this)
  }
}

/** Computes a tensor that waits with all that it waits for; false where that is done step by step. */
function together(root: WaitingTensor, compute: ComputeSteps): boolean {
  if (root.steps === 1) return false
  const steps: Step[] = []
  const outputs: WaitingTensor[] = []
  const places = new Map<unknown, number>()
  const buffers: (Entries | number)[] = []
  let large = 0
  const place = (operand: number | Tensor): number => {
    const of = operand instanceof WaitingTensor && operand.entries === undefined ? operand : operand instanceof Tensor ? operand.data : operand
    // A Map holds 0 and −0 for one key.
    const id = Object.is(of, -0) ? '-0' : of
    const known = places.get(id)
    if (known !== undefined) return known
    let at: number
    if (of instanceof WaitingTensor) {
      const stored = of.kept || of === root
      steps.push({ text: of.text, operands: of.operands.map(place), single: of.dtype === 'float32', stored })
      if (stored) outputs.push(of)
      at = -steps.length
    } else {
      at = buffers.push(typeof of === 'number' ? Float64Array.of(of) : of, typeof of === 'number' ? 0 : 1) / 2 - 1
      if (typeof of !== 'number') large++
    }
    places.set(id, at)
    return at
  }
  place(root)
  if (large + outputs.length > MOST_BUFFERS) return false
  const key = steps.map(({ text, operands, single, stored }) => `${text} ${operands} ${single ? 's' : 'd'}${stored ? '!' : ''}`).join('; ')
  const times = met.get(key) ?? 0
  if (times === 0 && met.size >= MOST_CHAINS) return false
  met.set(key, times + 1)
  const results = times === 0 ? undefined : compute({ key, steps }, root.size, buffers, roomFor)
  results?.forEach((each, k) => {
    outputs[k]?.take(each as Float64Array)
  })
  return results !== undefined
}
