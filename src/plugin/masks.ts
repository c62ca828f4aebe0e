import { isAbstract } from '../core/dispatch.ts'
import { Tensor } from '../core/tensor.ts'
import { Traced } from '../core/traced.ts'
import { equal, greater, greaterEqual, less, lessEqual, logicalAnd, logicalNot, logicalOr, ne, notEqual } from '../ops/comparison.ts'
import { where } from '../ops/selection.ts'

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

export function notMask(x: Any): Any {
  return x instanceof Traced ? logicalNot(x as Any) : !x
}

export function andMask(x: Any, other: () => Any): Any {
  if (!(x instanceof Traced)) return x && other()
  const y = other()
  return y instanceof Traced ? logicalAnd(x as Any, y as Any) : y && x
}

export function orMask(x: Any, other: () => Any): Any {
  if (!(x instanceof Traced)) return x || other()
  const y = other()
  return y instanceof Traced ? logicalOr(x as Any, y as Any) : y || x
}

const holds = (mask: Any): boolean => ne(mask, 0) as unknown as boolean

/** What a mask selects, undefined where it cannot: of no numbers, and of integers that may say which entry, or how often. */
function selected(mask: Any, a: unknown, b: unknown, position: boolean): unknown {
  if (Object.is(a, b)) return a
  if (a instanceof Tensor && b instanceof Tensor) return a.shape.join() === b.shape.join() ? where(mask, a, b) : undefined
  if (!isScalar(a) || !isScalar(b) || (position && Number.isInteger(a) && Number.isInteger(b))) return undefined
  return where(mask, a as number, b as number)
}

function taken(mask: Any, yes: () => unknown, no: () => unknown, position: boolean): unknown {
  if (!(mask instanceof Traced)) return mask ? yes() : no()
  let sides: [unknown, unknown]
  try {
    sides = [yes(), no()]
  } catch (error) {
    // What one side cannot read need not be there: `a[k].x` where k is beyond the end.
    if ((error as Error)?.constructor !== TypeError) throw error
    return holds(mask) ? yes() : no()
  }
  const [a, b] = sides
  return selected(mask, a, b, position) ?? (holds(mask) ? a : b)
}

/** `mask ? yes() : no()`. */
export const select = (mask: Any, yes: () => unknown, no: () => unknown): unknown => taken(mask, yes, no, false)
/** The same where an integer may say which entry. */
export const choose = (mask: Any, yes: () => unknown, no: () => unknown): unknown => taken(mask, yes, no, true)

/** The test of an `if`: an answer; or a mask, with the values before. Of these the first ones, entries and properties, have to be there. */
export function ways(mask: Any, values: () => unknown[], places: number): [test: unknown, before?: unknown[]] {
  if (!(mask instanceof Traced)) return [Boolean(mask)]
  let before: unknown[]
  try {
    before = values()
  } catch (error) {
    if ((error as Error)?.constructor !== TypeError) throw error
    return [holds(mask)]
  }
  return before.slice(0, places).every(isScalar) ? [mask, before] : [holds(mask)]
}

/** What a mask selects of the values after the one side and after the other; the first ones may be positions. */
export function join(mask: Any, first: readonly unknown[], second: readonly unknown[], positions: number): readonly unknown[] {
  const joined = first.map((each, i) => selected(mask, each, second[i], i < positions))
  const isWhole = joined.every((each, i) => each !== undefined || first[i] === second[i])
  return isWhole ? joined : holds(mask) ? first : second
}
