import { isAbstract } from '../core/dispatch.ts'
import { TracedValueError } from '../core/errors.ts'
import { Tensor } from '../core/tensor.ts'
import { Traced } from '../core/traced.ts'
import { abs } from '../ops/arithmetic.ts'
import { equal, greater, greaterEqual, less, lessEqual, logicalAnd, logicalNot, logicalOr, ne, notEqual } from '../ops/comparison.ts'
import { where } from '../ops/selection.ts'
import { isNumber, keep } from './choices.ts'

/*
 * Conditions whose sides do nothing but compute. Where values have numbers, their comparison answers as ever. Where they stand for
 * others, in what is compiled and in batches, it is a mask: both sides are computed, and `where` selects.
 */

// biome-ignore lint/suspicious/noExplicitAny: any value of JavaScript may be an operand
type Any = any

const isScalar = (x: unknown) => typeof x === 'number' || x instanceof Traced

/** A comparison as a mask of scalars of which one is abstract; otherwise as it is answered. */
function masked(compare: Any, answer: (x: Any, y: Any) => unknown): (x: Any, y: Any) => unknown {
  return (x, y) => {
    if (typeof x === 'number' && typeof y === 'number') return answer(x, y)
    return isScalar(x) && isScalar(y) && (isAbstract(x) || isAbstract(y)) ? compare(x, y) : answer(x, y)
  }
}

/** The comparisons of a test that selects, from those that answer. */
export function maskedComparisons(answers: Record<'lt' | 'gt' | 'le' | 'ge' | 'same' | 'differ', (x: Any, y: Any) => unknown>) {
  return {
    ltMask: masked(less, answers.lt),
    gtMask: masked(greater, answers.gt),
    leMask: masked(lessEqual, answers.le),
    geMask: masked(greaterEqual, answers.ge),
    sameMask: masked(equal, answers.same),
    differMask: masked(notEqual, answers.differ),
  }
}

/** Questions about one number: as masks where it is abstract, otherwise as they are answered. */
export const nanMask = (x: Any, answer: (x: Any) => unknown): Any => (x instanceof Traced && isAbstract(x) ? notEqual(x as Any, x as Any) : answer(x))
export const finiteMask = (x: Any, answer: (x: Any) => unknown): Any =>
  x instanceof Traced && isAbstract(x) ? less(abs(x as Any), Number.POSITIVE_INFINITY) : answer(x)

export function notMask(x: Any): Any {
  return x instanceof Traced ? logicalNot(x as Any) : !x
}

export function andMask(x: Any, other: () => Any): Any {
  if (!(x instanceof Traced)) return x && other()
  return attempt(
    () => {
      const y = under(x, other)
      return y instanceof Traced ? logicalAnd(x as Any, y as Any) : y && x
    },
    () => holds(x) && other(),
  )
}

export function orMask(x: Any, other: () => Any): Any {
  if (!(x instanceof Traced)) return x || other()
  return attempt(
    () => {
      const y = under(notMask(x), other)
      return y instanceof Traced ? logicalOr(x as Any, y as Any) : y || x
    },
    () => holds(x) || other(),
  )
}

/** What a mask, or a test that was answered, says. */
export const holds = (mask: Any): Any => (mask instanceof Traced ? ne(mask as Any, 0) : mask)

/**
 * What is computed, or the answer to a question where that fails: what is not selected need not be there, as `a[k].x` beyond the end. Where
 * nothing answers, in batches, it is said why it was asked.
 */
function attempt<X>(compute: () => X, ask: () => X): X {
  let result: X
  try {
    result = compute()
  } catch (failure) {
    try {
      return ask()
    } catch (error) {
      if (error instanceof TracedValueError && failure instanceof Error && failure.message !== error.message && !error.message.includes(ASKED))
        error.message += `${ASKED}${failure.message}`
      throw error
    }
  }
  return result
}

const ASKED = ' It was asked since one of its sides cannot be computed: '

/** The masks of the sides that are computed. */
const reached: Any[] = []

/** A side under its mask. */
function under<X>(mask: Any, side: () => X): X {
  reached.push(mask)
  try {
    return side()
  } finally {
    reached.pop()
  }
}

/** The place of an entry; where the side that reads it is not selected, the first one. */
export function placed(place: Any): Any {
  return reached.reduce((at, mask) => where(mask, at, 0), place)
}

/** `target.name` in a side. What a getter does is done only where the side is reached. */
export function read(target: Any, name: string): unknown {
  for (let owner = reached.length > 0 ? Object(target) : null; owner !== null; owner = Object.getPrototypeOf(owner)) {
    const { get, value = get } = Object.getOwnPropertyDescriptor(owner, name) ?? {}
    if (get && !/\[native code\]\s*\}\s*$/.test(Function.prototype.toString.call(get))) throw new TracedValueError(`${name} has a getter.`)
    if (value !== undefined) break
  }
  return target[name]
}

const NOTHING = Symbol()
/** What a mask selects; nothing where it cannot: of no numbers, and of integers that may say which entry, or how often. */
function selected(mask: Any, a: unknown, b: unknown, position: boolean): unknown {
  if (Object.is(a, b)) return a
  if (a instanceof Tensor && b instanceof Tensor) return a.shape.join() === b.shape.join() ? where(mask, a, b) : NOTHING
  if (!isScalar(a) || !isScalar(b) || (position && Number.isInteger(a) && Number.isInteger(b))) return NOTHING
  const result = where(mask, a as number, b as number)
  if (isNumber(a) && isNumber(b))
    keep(
      result,
      () => [holds(mask) ? a : b],
      each => each,
    )
  return result
}

/** The same of parts of two lists, or objects, that nobody else has. */
function selectedParts(mask: Any, a: Any, b: Any): unknown {
  const keys = Object.keys(a)
  const parts = keys.map(each => selected(mask, a[each], b[each], true))
  if (parts.includes(NOTHING)) return NOTHING
  return Array.isArray(a) ? parts : Object.fromEntries(keys.map((each, i) => [each, parts[i]]))
}

function taken(mask: Any, yes: () => unknown, no: () => unknown, position: boolean, join = selected): unknown {
  if (!(mask instanceof Traced)) return mask ? yes() : no()
  return attempt(
    () => {
      const [a, b] = [under(mask, yes), under(notMask(mask), no)]
      const result = join(mask, a, b, position)
      return result === NOTHING ? (holds(mask) ? a : b) : result
    },
    () => (holds(mask) ? yes() : no()),
  )
}

/** `mask ? yes() : no()`. */
export const select = (mask: Any, yes: () => unknown, no: () => unknown): unknown => taken(mask, yes, no, false)
/** The same where an integer may say which entry. */
export const choose = (mask: Any, yes: () => unknown, no: () => unknown): unknown => taken(mask, yes, no, true)

/** The same of lists and objects that both sides make, and nobody else has. */
export const chooseParts = (mask: Any, yes: () => unknown, no: () => unknown): unknown => taken(mask, yes, no, true, selectedParts)

type Place = readonly [owner: Any, key: Any]

/** What the sides of an `if` change: values of entries and properties, then of variables. */
interface Changes {
  readonly values: () => readonly unknown[]
  readonly set: (values: readonly unknown[]) => void
  /** The objects and keys of the entries and properties, and of what is read to find those. */
  readonly places: () => readonly Place[]
  readonly through: () => readonly Place[]
  /** How many of the variables may be positions; they come first. */
  readonly positions: number
}

/**
 * `if (mask) yes(); else no()`, of sides that compute numbers and do nothing else. Where the test is a mask, the first side runs, then the
 * second from what was there before, and of what they have changed the mask selects.
 */
export function branch(mask: Any, yes: () => void, no: () => void, changes: () => Changes): unknown {
  if (!(mask instanceof Traced)) return mask ? yes() : no()
  const ask = () => (holds(mask) ? yes() : no())
  const { values, set, places, through, positions } = changes()
  const before = attempt(
    () => {
      const owned = places()
      const read = through()
      const moves = ([owner, key]: Place) => read.some(each => each[0] === owner && String(each[1]) === String(key))
      if (!owned.every(each => isSlot(...each) && !moves(each))) return undefined
      const given = values()
      // What cannot be given its own value cannot be changed.
      set(given)
      return given.slice(0, owned.length).every(isScalar) ? given : undefined
    },
    () => undefined,
  )
  if (before === undefined) return ask()
  const count = places().length + positions
  attempt(
    () => {
      under(mask, yes)
      const first = values()
      set(before)
      under(notMask(mask), no)
      const second = values()
      const joined = first.map((each, i) => selected(mask, each, second[i], i < count))
      set(!joined.includes(NOTHING) ? joined : holds(mask) ? first : second)
    },
    () => {
      set(before)
      ask()
    },
  )
}

/** Whether an entry or a property holds what it is given, and changes nothing else. */
function isSlot(owner: Any, key: Any): boolean {
  if (Object(owner) !== owner || ArrayBuffer.isView(owner) || (Array.isArray(owner) && key === 'length')) return false
  return 'value' in (Object.getOwnPropertyDescriptor(owner, key) ?? {})
}
