import { type Form, type Forms, Sequence, STEP } from './sequence.ts'

/** Fewer loops whose rounds become more, or fewer, by the same number stay as they are. */
const FEWEST_LOOPS = 4

/**
 * The same sequence in which loops of one form, whose rounds become more or fewer from one to the next by the same number, all take the
 * numbers of as many steps as the longest: what is read in a triangle is then affine, as in a rectangle. Undefined where there are none.
 */
export function padded(sequence: Sequence, forms: Forms): Sequence | undefined {
  const most = chains(sequence, forms)
  if (most === undefined) return undefined
  // How far each element moves.
  const moved = new Int32Array(sequence.length + 1)
  const lengths = new Int32Array(sequence.length)
  for (let at = 0; at < sequence.length; at++) {
    const length = (sequence.starts[at + 1] as number) - (sequence.starts[at] as number)
    const wider = most.get(at)
    lengths[at] = wider === undefined ? length : (length / sequence.numberOf(at, 1)) * wider
    moved[at + 1] = (moved[at] as number) + (lengths[at] as number) - length
  }
  const shift = (number: number) => shiftOf(sequence, moved, number)
  const out = new Sequence(sequence.length)
  for (let at = 0; at < sequence.length; at++) {
    const key = sequence.keys[at] as number
    const count = sequence.countOf(at)
    const kinds = forms.kindsOf(sequence.kinds[at] as number, count)
    const numbers = Array.from({ length: count }, (_, k) => sequence.numberOf(at, k))
    const ranges = kinds.some(kind => kind === STEP) ? rangesOf(key, numbers, forms) : []
    /** What only the first round reads elsewhere: a sum goes on from the loop before, which moves another way. */
    const begun: { place: number; number: number }[] = []
    for (let k = 0; k < count; k++) {
      const number = numbers[k] as number
      if (kinds[k] !== STEP) continue
      const [low, high] = ranges[k] as readonly [number, number]
      if (shift(low) === shift(high)) numbers[k] = number + shift(low)
      else {
        // What a loop reads across places that move apart is no longer affine.
        const then = rangeBehindFirst(key, numbers, k - 2, forms)
        if (then === undefined || shift(then[0]) !== shift(then[1])) return undefined
        begun.push({ place: k - 2, number: number + shift(number) })
        numbers[k] = number + shift(then[0])
      }
    }
    if (most.has(at)) numbers[1] = most.get(at) as number
    const form = begun.length > 0 ? (forms.formOf(key) as Form) : undefined
    const newKey = form === undefined ? key : forms.keyOf({ items: form.items, first: [...form.first, ...begun.map(each => each.place)] })
    const newKinds = form === undefined ? (sequence.kinds[at] as number) : forms.idOfKinds([...kinds, ...begun.map(() => STEP)])
    out.begin(newKey, newKinds, lengths[at] as number)
    for (const each of numbers) out.push(each)
    for (const each of begun) out.push(each.number)
  }
  return out
}

/** The least and the greatest that an operand becomes from the second round on; undefined where it has none, or stands in a loop inside. */
function rangeBehindFirst(key: number, numbers: readonly number[], place: number, forms: Forms): readonly [number, number] | undefined {
  const form = forms.formOf(key)
  const last = (numbers[0] as number) - 1
  if (form === undefined || last < 1 || form.first.includes(place)) return undefined
  let from = 0
  for (const { key: inner, kinds, grows } of form.items) {
    const k = place - from
    from += kinds.length
    if (k >= kinds.length) continue
    if (k < 0 || forms.formOf(inner) !== undefined) return undefined
    const [grow, number] = [grows[k] as number, numbers[2 + place] as number]
    return grow > 0 ? [number + grow, number + grow * last] : [number + grow * last, number + grow]
  }
  return undefined
}

/** For each loop of such a chain the rounds of the longest; room that is there is never less, so that this comes to an end. */
function chains(sequence: Sequence, forms: Forms): Map<number, number> | undefined {
  const found = new Map<number, number>()
  const open = new Map<number, number[]>()
  const close = (chain: readonly number[]) => {
    const rounds = chain.map(at => sequence.numberOf(at, 0))
    if (chain.length < FEWEST_LOOPS || rounds[0] === rounds[1]) return
    const most = Math.max(...chain.map(at => Math.max(sequence.numberOf(at, 1), found.get(at) ?? 0)))
    if (chain.every(at => sequence.numberOf(at, 1) === most)) return
    for (const at of chain) found.set(at, most)
  }
  for (let at = 0; at < sequence.length; at++) {
    const key = sequence.keys[at] as number
    if (forms.formOf(key) === undefined) continue
    const chain = open.get(key)
    if (chain === undefined) {
      open.set(key, [at])
      continue
    }
    const [rounds, last] = [sequence.numberOf(at, 0), sequence.numberOf(chain.at(-1) as number, 0)]
    const step = chain.length > 1 ? last - sequence.numberOf(chain.at(-2) as number, 0) : undefined
    if (step === undefined || rounds - last === step) chain.push(at)
    else {
      close(chain)
      open.set(key, [chain.at(-1) as number, at])
    }
  }
  for (const chain of open.values()) close(chain)
  return found.size === 0 ? undefined : found
}

/** The least and the greatest that each number of an element becomes in its rounds. */
function rangesOf(key: number, numbers: readonly number[], forms: Forms): (readonly [number, number])[] {
  const form = forms.formOf(key)
  if (form === undefined) return numbers.map(each => [each, each])
  const ranges: (readonly [number, number])[] = [
    [numbers[0] as number, numbers[0] as number],
    [numbers[1] as number, numbers[1] as number],
  ]
  const last = (numbers[0] as number) - 1
  const elsewhere = new Set(form.first)
  let from = 2
  for (const { key: inner, kinds, grows } of form.items) {
    // What the first round reads elsewhere counts from the second on.
    const own = kinds.map((_, k) => (numbers[from + k] as number) + (elsewhere.has(from - 2 + k) ? (grows[k] as number) : 0))
    // The last round of a loop whose rounds become more may read further than the first, and that of one that becomes shorter not so far.
    const first = rangesOf(inner, own, forms)
    const then = rangesOf(
      inner,
      kinds.map((_, k) => (numbers[from + k] as number) + (grows[k] as number) * last),
      forms,
    )
    first.forEach(
      ([low, high], k) =>
        void ranges.push([Math.min(low, (then[k] as readonly [number, number])[0]), Math.max(high, (then[k] as readonly [number, number])[1])]),
    )
    from += kinds.length
  }
  for (const each of numbers.slice(from)) ranges.push([each, each])
  return ranges
}

/** How far the element moves that a step is in; steps before all others, which rounds before the first would read, do not. */
function shiftOf(sequence: Sequence, moved: Int32Array, number: number): number {
  if (number < 0) return 0
  let low = 0
  let high = sequence.length - 1
  while (low < high) {
    const middle = (low + high + 1) >> 1
    if ((sequence.starts[middle] as number) <= number) low = middle
    else high = middle - 1
  }
  return moved[low] as number
}
