import { padded } from './pad.ts'
import { CONSTANT, type Forms, type Item, kindIn, NUMBER, type Pool, SAME, Sequence, type Sequence as SequenceType, STEP } from './sequence.ts'

/** Fewer rounds stay as they are. */
const FEWEST_ROUNDS = 8
/** Of long rounds fewer are enough. */
const FEWEST_LONG = 4
const LONG_ROUND = 8
/** Elements of a round at most. */
const LONGEST_ROUND = 4096

/**
 * The same steps with loops where they repeat: stretches in which, after some period, the same operators read what has moved on by
 * a fixed number of steps or of entries, or is the same. Loops are found from the inside out: periods from short to long, and anew
 * whenever some were found. (The idea is that of Ketterlin and Clauss, Prediction and trace compression of data access addresses through
 * nested loop recognition, CGO 2008.)
 */
export function findLoops(steps: SequenceType, pool: Pool, forms: Forms): SequenceType {
  let sequence = steps
  for (;;) {
    for (let window = 1; window <= LONGEST_ROUND && 2 * window <= sequence.length; window *= 2) {
      const found = new Pass(sequence, pool, forms).run(window)
      if (found === undefined) continue
      sequence = found
      window = 0.5
    }
    const wider = padded(sequence, forms)
    if (wider === undefined) return sequence
    sequence = wider
  }
}

/** Slots of the table of windows at most. */
const MOST_SLOTS = 1 << 16
/** Multiples of the operators' period that are tried. */
const MOST_MULTIPLE = 12

/** One look at a sequence, for periods up to some length. */
class Pass {
  readonly #sequence: Sequence
  readonly #pool: Pool
  readonly #forms: Forms
  #out: Sequence | undefined
  /** Elements that are in loops, or have been copied. */
  #done = 0

  constructor(sequence: Sequence, pool: Pool, forms: Forms) {
    this.#sequence = sequence
    this.#pool = pool
    this.#forms = forms
  }

  /** The sequence with the loops that were found; undefined where there are none. */
  run(window: number): Sequence | undefined {
    const { length, keys, kinds } = this.#sequence
    /** Where a window of elements with some hash was last seen, plus 1. */
    const slots = Math.min(MOST_SLOTS, 1 << Math.ceil(Math.log2(4 * length)))
    const last = new Int32Array(slots)
    const failed = new Int32Array(window + 1)
    let power = 1
    for (let k = 0; k < window; k++) power = Math.imul(power, BASE)
    let hash = 0
    for (let i = 0; i < length; i++) {
      hash = (Math.imul(hash, BASE) + elementHash(keys[i] as number, kinds[i] as number)) | 0
      if (i >= window) hash = (hash - Math.imul(power, elementHash(keys[i - window] as number, kinds[i - window] as number))) | 0
      if (i < this.#done) continue
      const slot = (hash ^ (hash >>> 15)) & (slots - 1)
      const before = (last[slot] as number) - 1
      last[slot] = i + 1
      const least = i - before
      if (before - window + 1 < this.#done) continue
      // The same operators may repeat in a shorter period than what they read.
      for (let period = least; period <= window && period <= MOST_MULTIPLE * least; period += least) {
        if (i + period <= (failed[period] as number) || !this.#repeats(i + period, period)) continue
        let from = i + period
        let to = from + 1
        while (from > this.#done + 2 * period && this.#repeats(from - 1, period)) from--
        while (this.#repeats(to, period)) to++
        if (this.#put(from - 2 * period, to, period)) break
        failed[period] = to
      }
    }
    if (this.#out === undefined) return undefined
    this.#copy(length)
    return this.#out
  }

  /** Whether an element goes on from those one and two periods before it. */
  #repeats(at: number, period: number): boolean {
    const { length, keys, kinds, from, numbers } = this.#sequence
    const [one, two] = [at - period, at - 2 * period]
    if (at >= length || two < this.#done) return false
    const key = keys[at]
    if (key !== keys[one] || key !== keys[two] || kinds[at] !== kinds[one] || kinds[at] !== kinds[two]) return false
    const [a, b, c] = [from[at] as number, from[one] as number, from[two] as number]
    const count = (from[at + 1] as number) - a
    const list = count > 3 ? this.#forms.kindsOf(kinds[at] as number, count) : undefined
    const packed = kinds[at] as number
    for (let k = 0; k < count; k++) {
      const kind = list === undefined ? kindIn(packed, k) : (list[k] as number)
      if (kind === CONSTANT) continue
      const [x, y, z] = [numbers[a + k] as number, numbers[b + k] as number, numbers[c + k] as number]
      if (kind === SAME ? x !== y : x - y !== y - z) return false
    }
    return true
  }

  /** Writes a loop of the elements `from` to `to`, if they have enough rounds. */
  #put(start: number, to: number, period: number): boolean {
    if (to - start < FEWEST_LONG * period) return false
    let from = start + this.#rotation(start, period)
    let rounds = Math.floor((to - from) / period)
    if (rounds < (period >= LONG_ROUND || this.#holdsLoop(start, period) ? FEWEST_LONG : FEWEST_ROUNDS)) return false
    const first = this.#firstRound(from - period, period)
    if (first !== undefined) {
      from -= period
      rounds++
    }
    const { starts, keys, kinds } = this.#sequence
    const items: Item[] = []
    const numbers: number[] = []
    // Loops in it may have more rounds each time, or fewer, where places are kept for the most of them; see `padded`.
    const allKinds: number[] = [NUMBER, SAME]
    for (let j = 0; j < period; j++) {
      const at = from + j
      const one = at + period
      const count = this.#sequence.countOf(one)
      const own = this.#forms.kindsOf(kinds[one] as number, count)
      const grows = own.map((kind, k) => {
        if (kind !== CONSTANT) {
          const grow = this.#sequence.numberOf(one + period, k) - this.#sequence.numberOf(one, k)
          numbers.push(this.#sequence.numberOf(one, k) - grow)
          return grow
        }
        const id = this.#constant(at, k, period, rounds)
        numbers.push(id)
        return this.#differs(at, k, period, rounds) ? 1 : 0
      })
      allKinds.push(...own)
      items.push({ key: keys[one] as number, kinds: own, grows })
    }
    const exceptions = first ?? []
    const key = this.#forms.keyOf({ items, first: exceptions.map(each => each.place) })
    allKinds.push(...exceptions.map(each => each.kind))
    this.#copy(from)
    const end = from + rounds * period
    const out = this.#out as Sequence
    out.begin(key, this.#forms.idOfKinds(allKinds), (starts[end] as number) - (starts[from] as number))
    out.push(rounds)
    out.push(rounds)
    for (const each of numbers) out.push(each)
    for (const each of exceptions) out.push(each.number)
    this.#done = end
    return true
  }

  /**
   * At which element of the period rounds begin: where the fewest values go from one round to the next. A stretch that repeats goes on to
   * the left as long as steps read others of the same round, which are the end of something else.
   */
  #rotation(start: number, period: number): number {
    const { starts, kinds } = this.#sequence
    const length = (starts[start + 2 * period] as number) - (starts[start + period] as number)
    const changes = new Int32Array(period + 1)
    for (let at = start + period; at < start + 2 * period; at++) {
      const count = this.#sequence.countOf(at)
      const packed = kinds[at] as number
      const own = count > 3 ? this.#forms.kindsOf(packed, count) : undefined
      for (let k = 0; k < count; k++) {
        const number = this.#sequence.numberOf(at, k)
        if ((own === undefined ? kindIn(packed, k) : own[k]) !== STEP || this.#sequence.numberOf(at + period, k) - number !== length) continue
        const target = this.#indexOf(number, at)
        if (at - target >= period) continue
        // All beginnings behind the target, up to the reader.
        const [low, high] = [(target + 1 - start) % period, (at - start) % period]
        changes[low] = (changes[low] as number) + 1
        changes[high + 1] = (changes[high + 1] as number) - 1
        if (low > high) changes[0] = (changes[0] as number) + 1
      }
    }
    let best = 0
    let fewest = Number.POSITIVE_INFINITY
    for (let at = 0, crossing = 0; at < period; at++) {
      crossing += changes[at] as number
      if (crossing < fewest) [best, fewest] = [at, crossing]
    }
    return best
  }

  /** The element at or before another that holds a step. */
  #indexOf(number: number, at: number): number {
    const { starts } = this.#sequence
    let low = 0
    let high = at
    while (low < high) {
      const middle = (low + high + 1) >> 1
      if ((starts[middle] as number) <= number) low = middle
      else high = middle - 1
    }
    return low
  }

  #holdsLoop(start: number, period: number): boolean {
    for (let at = start; at < start + period; at++) if (this.#forms.formOf(this.#sequence.keys[at] as number) !== undefined) return true
    return false
  }

  #differs(at: number, k: number, period: number, rounds: number): boolean {
    const id = this.#sequence.numberOf(at, k)
    for (let r = 1; r < rounds; r++) if (this.#sequence.numberOf(at + r * period, k) !== id) return true
    return false
  }

  /** The constant that is read in each round. */
  #constant(at: number, k: number, period: number, rounds: number): number {
    if (!this.#differs(at, k, period, rounds)) return this.#sequence.numberOf(at, k)
    return this.#pool.list(Array.from({ length: rounds }, (_, r) => this.#sequence.numberOf(at + r * period, k)))
  }

  /**
   * What the round before reads elsewhere, if it is one of the loop but for that: a first round takes its state from before the loop.
   */
  #firstRound(from: number, period: number): { place: number; kind: number; number: number }[] | undefined {
    if (from < this.#done) return undefined
    const { keys, kinds, starts } = this.#sequence
    const found: { place: number; kind: number; number: number }[] = []
    let place = 0
    for (let at = from; at < from + period; at++) {
      const one = at + period
      const count = this.#sequence.countOf(one)
      if (keys[at] !== keys[one] || this.#sequence.countOf(at) !== count) return undefined
      const own = this.#forms.kindsOf(kinds[at] as number, count)
      const next = this.#forms.kindsOf(kinds[one] as number, count)
      const isLoop = this.#forms.formOf(keys[at] as number) !== undefined
      for (let k = 0; k < count; k++, place++) {
        const number = this.#sequence.numberOf(at, k)
        const [kind, expected] = [own[k] as number, next[k] as number]
        if (kind === expected && kind === CONSTANT) continue
        const grow = this.#sequence.numberOf(one + period, k) - this.#sequence.numberOf(one, k)
        if (kind === expected && number === this.#sequence.numberOf(one, k) - grow) continue
        // Only what the round after reads of this one or of those before it can begin elsewhere.
        if (isLoop || expected !== STEP || this.#sequence.numberOf(one, k) < (starts[from] as number)) return undefined
        found.push({ place, kind, number })
      }
    }
    return found
  }

  #copy(to: number): void {
    this.#out ??= new Sequence(this.#sequence.length)
    for (let at = this.#done; at < to; at++) this.#out.copy(this.#sequence, at)
    this.#done = to
  }
}

const BASE = 0x01000193

function elementHash(key: number, kinds: number): number {
  const mixed = Math.imul(key, 0x9e3779b1) ^ Math.imul(kinds + 1, 0x85ebca6b)
  return mixed ^ (mixed >>> 13)
}
