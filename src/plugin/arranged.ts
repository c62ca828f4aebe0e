import { isAbstract } from '../core/dispatch.ts'
import { Traced } from '../core/traced.ts'
import { neg } from '../ops/arithmetic.ts'
import { take } from '../ops/indexing.ts'
import { argSort } from '../ops/ordering.ts'

/*
 * Lists that are put in an order by a number of each entry: where those are values that have none yet, in what is compiled and in batches,
 * by the operator that finds the order, and not by comparing two at a time, which would be a version of what is compiled for each order.
 */

// biome-ignore lint/suspicious/noExplicitAny: any value of JavaScript may be an entry
type Any = any

const isScalar = (x: unknown) => typeof x === 'number' || x instanceof Traced

/**
 * `list[method](order)`, where the method is `sort` or `toSorted`, and the order that of `sign` times what `key` gives; `comparison` makes
 * of it one that takes values.
 */
export function arrangedBy(comparison: (list: Any, order: Any) => Any) {
  return (list: Any, method: 'sort' | 'toSorted', sign: number, key: (x: Any) => Any, order: Any): Any => {
    const keys: Any = Array.isArray(list) && !list.includes(undefined) && list.every(isScalar) ? list.map(each => key(each)) : []
    if (!keys.every(isScalar) || !keys.some((each: unknown) => each instanceof Traced && isAbstract(each))) return list[method](comparison(list, order))
    const found = take(Array.from(list) as Any, argSort(sign < 0 ? neg(keys) : keys))
    const target = method === 'sort' ? list : list.slice()
    for (let i = 0; i < target.length; i++) target[i] = take(found, i)
    return target
  }
}
