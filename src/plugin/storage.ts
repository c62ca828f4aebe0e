import { TracedValueError } from '../core/errors.ts'
import { Tensor } from '../core/tensor.ts'
import { Traced } from '../core/traced.ts'
import { gt, lt } from '../ops/comparison.ts'
import { astype } from '../ops/dtypes.ts'
import { number } from './choices.ts'

/*
 * Lists in place of typed arrays, which take traced values, too. On numbers they do what typed arrays do.
 */

// biome-ignore lint/suspicious/noExplicitAny: any value of JavaScript may be an entry
type Any = any
type Kind = Float64ArrayConstructor | Float32ArrayConstructor

const isValue = (x: unknown) => x instanceof Traced || x instanceof Tensor

function compare(x: Any, y: Any): Any {
  if (isValue(x) || isValue(y)) return lt(x, y) ? -1 : gt(x, y) ? 1 : 0
  if (x < y || (x === y && x === 0 && Object.is(x, -0) && Object.is(y, 0))) return -1
  if (x === y) return x === 0 && Object.is(x, 0) && Object.is(y, -0) ? 1 : 0
  if (x > y) return 1
  return Number.isNaN(x) ? (Number.isNaN(y) ? 0 : 1) : -1
}

/** The numbers of an order that a callback gives. */
const signed = (order: Any): Any => (order instanceof Traced ? (gt(order as Any, 0) ? 1 : lt(order as Any, 0) ? -1 : 0) : order)

export class Storage extends Array<Any> {
  /** What an entry is when it is written. */
  entry(x: Any): Any {
    return isValue(x) ? x : Number(x)
  }

  /** `this[name] = x`: numbers beyond the end are ignored. */
  put(name: Any, x: Any): void {
    if (typeof name === 'symbol' || (typeof name !== 'number' && String(Number(name)) !== String(name))) this[name] = x
    else {
      const [at, entry] = [Number(name), this.entry(x)]
      if (Number.isInteger(at) && at >= 0 && at < this.length) this[at] = entry
    }
  }

  get BYTES_PER_ELEMENT(): number {
    return 8
  }

  get byteLength(): number {
    return this.length * this.BYTES_PER_ELEMENT
  }

  get byteOffset(): number {
    return 0
  }

  get buffer(): never {
    throw new TracedValueError('buffer of a typed array in a marked function: its entries may be traced, and have no bytes.')
  }

  set(from: ArrayLike<Any>, at = 0): void {
    if (at < 0 || from.length + at > this.length) throw new RangeError('offset is out of bounds')
    for (const [i, x] of Array.from(from).entries()) this[at + i] = this.entry(x)
  }

  override fill(x: Any, start?: number, end?: number): this {
    return super.fill(this.entry(x), start, end)
  }

  override map(f: (x: Any, i: number, all: Any) => Any, self?: Any): Any {
    return super.map((x, i) => this.entry(Reflect.apply(f, self, [x, i, this])))
  }

  override sort(order: (x: Any, y: Any) => Any = compare): this {
    return super.sort((x, y) => signed(order(x, y)))
  }

  override toSorted(order?: (x: Any, y: Any) => Any): Any {
    return this.slice().sort(order)
  }

  /** The entries as operators read them, in a list that changes none. */
  override flat(): Any {
    return Array.from(this)
  }

  /** Entries of this list itself, from one to before another. */
  subarray(from: Any = 0, to: Any = this.length): Any {
    const start = placeFrom(from, this.length)
    const part = this.slice(start, Math.max(start, placeFrom(to, this.length)))
    const isEntry = (name: string | symbol): boolean => typeof name === 'string' && /^\d+$/.test(name) && Number(name) < part.length
    const own = (name: string | symbol): Any => Number(name) + start
    return new Proxy(part, {
      get: (_, name) => (isEntry(name) ? this[own(name)] : name === 'byteOffset' ? start * this.BYTES_PER_ELEMENT + this.byteOffset : part[name as Any]),
      set: (_, name, x) => {
        if (isEntry(name)) this[own(name)] = x
        else part[name as Any] = x
        return true
      },
      getOwnPropertyDescriptor: (_, name) => {
        const found = Object.getOwnPropertyDescriptor(part, name)
        return isEntry(name) ? { ...found, value: this[own(name)] } : found
      },
    })
  }
}

/** A place that counts from the end where it is below zero. */
function placeFrom(given: Any, length: number): number {
  const place = Math.trunc(Number(number(given))) || 0
  return place < 0 ? Math.max(length + place, 0) : Math.min(place, length)
}

class Singles extends Storage {
  override entry(x: Any): Any {
    return isValue(x) ? astype(x, 'float32') : Math.fround(x)
  }

  override get BYTES_PER_ELEMENT(): number {
    return 4
  }
}

/** How many entries a number, or what is made one, asks for. */
function countOf(given: Any): number {
  const x = number(given)
  if (isValue(x)) throw new TracedValueError('A typed array was made with a traced value for its length. value(x) reads the plain number.')
  const count = Math.trunc(Number(x)) || 0
  if (count < 0) throw new RangeError(`Invalid typed array length: ${x}`)
  return count
}

function storage(kind: Kind, Made: typeof Storage): Any {
  const make = (values: Any[]) => {
    const made = new Made(values.length)
    for (let i = 0; i < values.length; i++) made[i] = made.entry(values[i])
    return made
  }
  function Floats(this: unknown, first: Any, ...rest: Any[]) {
    if (!new.target) return (kind as Any)(first)
    if (first instanceof ArrayBuffer || (typeof SharedArrayBuffer !== 'undefined' && first instanceof SharedArrayBuffer))
      return new kind(first as ArrayBuffer, ...rest)
    const isList = typeof first === 'object' && first !== null && !(first instanceof Traced)
    return isList ? make(Array.from(first)) : new Made(countOf(first)).fill(0)
  }
  return Object.defineProperties(Floats, {
    ...Object.getOwnPropertyDescriptors(kind),
    prototype: { value: kind.prototype },
    from: { value: (values: Any, change?: (x: Any, i: number) => Any, self?: Any) => make(Array.from(values, change as Any, self)) },
    of: { value: (...values: Any[]) => make(values) },
    [Symbol.hasInstance]: { value: (x: unknown) => x instanceof kind || (x instanceof Storage && x instanceof Singles === (Made === Singles)) },
  })
}

export const Float64Array: Any = /* @__PURE__ */ storage(globalThis.Float64Array, Storage)
export const Float32Array: Any = /* @__PURE__ */ storage(globalThis.Float32Array, Singles)
