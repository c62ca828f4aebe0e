import { Graph } from './graph.ts'

/** Parameters as text: graphs and long lists among them by who they are. */
export function keyOf(params: unknown): string {
  return JSON.stringify(params, function (this: Record<string, unknown>, key, each) {
    if (this[key] instanceof Graph) return numberOf(this[key])
    if (ArrayBuffer.isView(each)) return each.byteLength > LONG ? `#${numberOfList(each as Int32Array)}` : [...(each as Int32Array)]
    // JSON has no word for some numbers.
    return each === undefined || (typeof each === 'number' && (Object.is(each, -0) || each - each !== 0)) ? `_${Object.is(each, -0) ? '-0' : each}` : each
  })
}

const numbers = new WeakMap<object, number>()
let last = 0

function numberOf(one: object): number {
  if (!numbers.has(one)) numbers.set(one, ++last)
  return numbers.get(one) as number
}

/** Bytes of a list from which on its text would take longer to make than the list is looked for. */
const LONG = 1 << 10

/** Lists that have numbers, by a hash of what they hold. */
const lists = new Map<number, WeakRef<Int32Array>[]>()
const gone = /* @__PURE__ */ new FinalizationRegistry<number>(hash => {
  const left = lists.get(hash)?.filter(each => each.deref() !== undefined) ?? []
  if (left.length > 0) lists.set(hash, left)
  else lists.delete(hash)
})

/** A number that lists have in common when they hold the same. */
function numberOfList(list: Int32Array): number {
  const known = numbers.get(list)
  if (known !== undefined) return known
  let hash = list.length
  for (let i = 0; i < list.length; i++) hash = (Math.imul(hash, 0x9e3779b1) + (list[i] as number)) | 0
  const near = lists.get(hash) ?? []
  const same = near.map(each => each.deref()).find(each => each !== undefined && isSame(each, list))
  const number = same === undefined ? numberOf(list) : (numbers.get(same) as number)
  numbers.set(list, number)
  if (same === undefined) {
    lists.set(hash, [...near, new WeakRef(list)])
    gone.register(list, hash)
  }
  return number
}

function isSame(a: Int32Array, b: Int32Array): boolean {
  if (a.length !== b.length || a.constructor !== b.constructor) return false
  for (let i = 0; i < a.length; i++) if (!Object.is(a[i], b[i])) return false
  return true
}
