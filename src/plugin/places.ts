import { isAbstract, value } from '../core/dispatch.ts'
import { TracedValueError } from '../core/errors.ts'
import { Tensor } from '../core/tensor.ts'
import { Traced } from '../core/traced.ts'
import { add, mul } from '../ops/arithmetic.ts'
import { less, notEqual } from '../ops/comparison.ts'
import { scatterAdd, take } from '../ops/indexing.ts'
import { where } from '../ops/selection.ts'
import { number } from './choices.ts'
import { placed } from './masks.ts'
import { Storage } from './storage.ts'

/*
 * Entries and properties that are found by values: by their numbers, and where they have none yet, in what is compiled and in batches, by
 * operators.
 */

// biome-ignore lint/suspicious/noExplicitAny: any value of JavaScript may be an operand
type Any = any

const isScalar = (x: unknown) => typeof x === 'number' || x instanceof Traced

/** What an entry is found by: the number of a traced value, whose derivative there is 0, as that of floor. */
export function key(given: Any): Any {
  const x = number(given)
  if (!(x instanceof Traced)) return x
  if (isAbstract(x))
    throw new TracedValueError(
      'A traced value says which entry or property, inside compile or vmap, where it has no number yet. There list[x] takes it in lists of numbers, and of lists of one length; list[x] = y in lists of numbers.',
    )
  return value(x)
}

/** `target[name]`, which for a value that has no number yet is found when the others are. */
export function entry(target: Any, given: Any): Any {
  const name = number(given)
  if (!(name instanceof Traced)) return target[name]
  if (!isAbstract(name) || !isList(target)) return target[key(name)]
  const place = () => fromStart(target, placed(name))
  return (rows.has(target) ? entryOfRow(target as Any[], place()) : chosen(target, place)) ?? target[key(name)]
}

const isList = (x: unknown): x is ArrayLike<Any> => Array.isArray(x) || ArrayBuffer.isView(x)

/** Rows that hold what a value has chosen of several, and are none of them. */
const rows = new WeakMap<object, { entries: readonly Any[]; at: Any }>()

/** The entry of a list of numbers, or of lists of those of one length; undefined for other lists. */
function chosen(list: ArrayLike<Any>, place: () => Any): Any {
  const first = list[0]
  if (isScalar(first)) return take(list as Any, place())
  const entries = Array.from(list)
  if (!isList(first) || !entries.every(each => isList(each) && each.length === first.length)) return undefined
  const at = place()
  const row = Array.from(first, (_, i) =>
    chosen(
      entries.map(each => each[i]),
      () => at,
    ),
  )
  if (row.includes(undefined)) return undefined
  rows.set(Object.freeze(row), { entries, at })
  return row
}

/** The entry of a row that has been chosen: of all rows' numbers at once, not of what each of the row's has been chosen from. */
function entryOfRow(row: Any[], place: Any): Any {
  const { entries, at } = rows.get(row) as { entries: readonly Any[]; at: Any }
  const all = entries.flatMap(each => Array.from(each))
  return chosen(all, () => where(less(place, row.length), add(mul(at, row.length), place), all.length))
}

/** `target[name] = x` */
export function put(target: Any, given: Any, x: Any): Any {
  const name = number(given)
  if (rows.has(target))
    throw new TracedValueError(
      'rows[x][i] was written to, where x is a traced value that has no number yet, inside compile or vmap. There x may say which row is read, and which entry of a list of numbers is written to.',
    )
  if (name instanceof Traced && isAbstract(name) && Array.isArray(target) && target.length > 0 && target.every(isScalar)) putAbstract(target, name, x)
  else if (target instanceof Storage) target.put(key(name), x)
  else target[key(name)] = ArrayBuffer.isView(target) ? storable(x) : x
  return x
}

/** What a typed array takes. */
function storable(given: Any): Any {
  const x = number(given)
  if (x instanceof Traced || x instanceof Tensor)
    throw new TracedValueError(
      'A traced value was written to a typed array that holds numbers alone: one of integers, of a class that extends one, or made outside of marked functions. ' +
        'Make it inside one, or take a list: Array(n).fill(0).',
    )
  return x
}

/** `target[name]` of a pattern, which is given a value by it. */
export function place(target: Any, name: Any): { value: Any } {
  return {
    set value(x: Any) {
      put(target, name, x)
    },
  }
}

/** Writes where a value says that has no number yet: each entry is what it was, unless it is the one. */
function putAbstract(target: Any[], name: Traced, given: Any): void {
  const x = target instanceof Storage ? target.entry(given) : number(given)
  if (!isScalar(x)) key(name)
  const hit = scatterAdd(
    target.map(() => 0),
    [fromStart(target, name)] as Any,
    [1],
  )
  const written = where(notEqual(hit, 0), x, Array.from(target) as Any)
  for (let i = 0; i < target.length; i++) target[i] = take(written, i)
}

/** Places before the first one are none, and do not count from the end. */
const fromStart = (target: Any, at: Any) => where(less(at, 0), target.length, at)
