import { Tensor } from '../core/tensor.ts'
import { Traced } from '../core/traced.ts'
import { number, numbers } from './choices.ts'

/*
 * Lists in which values are looked for: by their numbers, as `===` compares them.
 */

// biome-ignore lint/suspicious/noExplicitAny: any value of JavaScript may be an entry
type Any = any
type Compare = (x: Any, y: Any) => unknown

const isValue = (x: unknown) => x instanceof Traced || x instanceof Tensor

/** What a list, or anything else, is asked by methods that look for something in it; `same` and `alike` are `===` and that of includes. */
export const soughtBy =
  (same: Compare, alike: Compare) =>
  (given: Any): Any => {
    const list = numbers(given)
    if (!Array.isArray(list) && !ArrayBuffer.isView(list)) return list
    const asks = (x: unknown) => isValue(x) || Array.prototype.some.call(list, isValue)
    const find = (x: Any, places: Iterable<number>, equal: Compare) => {
      for (const i of places) if ((equal === alike || i in list) && equal((list as Any)[i], x)) return i
      return -1
    }
    const length = (list as Any).length as number
    const ahead = function* (from: Any) {
      for (let i = start(from, length); i < length; i++) yield i
    }
    const back = function* (from: Any) {
      for (let i = Math.min(from < 0 ? length + Math.trunc(from) : Math.trunc(from) || 0, length - 1); i >= 0; i--) yield i
    }
    return {
      indexOf: (...[x, from]: Any[]) => (asks(x) ? find(x, ahead(from), same) : (list as Any).indexOf(x, from)),
      includes: (...[x, from]: Any[]) => (asks(x) ? find(x, ahead(from), alike) >= 0 : (list as Any).includes(x, from)),
      lastIndexOf: (...given: Any[]) => {
        const [x, from = given.length > 1 ? 0 : length - 1] = given
        return asks(x) ? find(x, back(number(from)), same) : (list as Any).lastIndexOf(...given)
      },
    }
  }

/** Where a search begins. */
function start(given: Any, length: number): number {
  const from = Math.trunc(Number(number(given))) || 0
  return from < 0 ? Math.max(length + from, 0) : from
}
