import { isAbstract, value } from '../core/dispatch.ts'
import { TracedValueError } from '../core/errors.ts'
import { Traced } from '../core/traced.ts'
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
      'A traced value says which entry or property, inside compile or vmap, where it has no number yet. There list[x] and list[x] = y take it in lists of numbers alone.',
    )
  return value(x)
}

/** `target[name]`, which for a value that has no number yet is found when the others are. */
export function entry(target: Any, given: Any): Any {
  const name = number(given)
  if (!(name instanceof Traced)) return target[name]
  const isOfNumbers = (Array.isArray(target) || ArrayBuffer.isView(target)) && isScalar((target as Any)[0])
  if (!isOfNumbers || !isAbstract(name)) return target[key(name)]
  return take(target as Any, fromStart(target, placed(name)) as Any)
}

/** `target[name] = x` */
export function put(target: Any, given: Any, x: Any): Any {
  const name = number(given)
  if (name instanceof Traced && isAbstract(name) && Array.isArray(target) && target.length > 0 && target.every(isScalar)) putAbstract(target, name, x)
  else if (target instanceof Storage) target.put(key(name), x)
  else target[key(name)] = ArrayBuffer.isView(target) ? number(x) : x
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
