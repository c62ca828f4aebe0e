import { TracedValueError } from '../core/errors.ts'
import { Tensor } from '../core/tensor.ts'
import { activity, stayActive, Traced } from '../core/traced.ts'
import { arrangedBy } from './arranged.ts'
import { kept, keptOfAll, number } from './choices.ts'
import { maskedComparisons } from './masks.ts'
import { ofMath, ops } from './operators.ts'
import { remainder, rounded } from './rounding.ts'
import { soughtBy } from './sought.ts'
import { Storage } from './storage.ts'

/*
 * What the code of marked functions calls while transforms run. Numbers come first in each function; what is no value of this library
 * does what JavaScript does.
 */

/**
 * Whether a function is called where its body may run as it is written: no transform runs, and no argument is a value. Should the body
 * meet one nevertheless, a variable that it refers to, arithmetic with that throws, and `met` says so.
 */
export function plain(x?: unknown, y?: unknown, z?: unknown): boolean {
  return !activity.on && !(isHeld(x) || isHeld(y) || isHeld(z))
}

/** The same for a body that may ask about a value what nobody hears, such as whether it is `=== 0`: there must be none at all. */
export function silent(x?: unknown, y?: unknown, z?: unknown): boolean {
  return !activity.kept && plain(x, y, z)
}

/** Whether an argument is a value, or a list that begins with one. A list of numbers is known by the least that can be asked. */
function isHeld(x: unknown): boolean {
  if (typeof x !== 'object' || x === null) return false
  return Array.isArray(x) ? typeof x[0] === 'object' && isValue(x[0]) : isValue(x)
}

/** Whether an error says that plain code has met a value outside transforms; from then on marked functions use operators. */
export function met(error: unknown): boolean {
  if (!(error instanceof TracedValueError) || activity.on || !activity.kept) return false
  stayActive()
  return true
}

/** What a marked function catches: no refusal of a value, which would hide that there is none of its numbers. */
export function caught(error: unknown): void {
  if (error instanceof TracedValueError) throw error
}

// biome-ignore lint/suspicious/noExplicitAny: any value of JavaScript may be an operand
type Any = any

/** Whether an operand is a traced scalar, or a tensor. */
function isValue(x: unknown): boolean {
  return x instanceof Traced || x instanceof Tensor
}

function isText(x: unknown, y: unknown): boolean {
  return typeof x === 'string' || typeof y === 'string'
}

const either = (x: unknown, y: unknown) => isValue(x) || isValue(y)

/** What an operator gives. Beside what is no operand of it, a value that masks have selected among numbers is its number. */
function operated(operator: (x: Any, y: Any) => Any, compute: (x: Any, y: Any) => Any, x: Any, y: Any): Any {
  if (isOperand(x) && isOperand(y)) return kept(operator(x, y), compute, x, y)
  const [a, b] = [number(numeral(x)), number(numeral(y))]
  return either(a, b) ? operator(a, b) : compute(a, b)
}

const isOperand = (x: unknown) => typeof x === 'number' || (typeof x === 'object' && x !== null && !standsForAnother(x))

/** Whether an object says by itself what it is in arithmetic, such as a Date. */
const standsForAnother = (x: object) => !isValue(x) && !isList(x) && (Symbol.toPrimitive in x || x.valueOf !== Object.prototype.valueOf)

/** What an object is in arithmetic, where it says so: a number, a text, or a value. */
function primitive(x: Any, hint: 'default' | 'number'): Any {
  if (typeof x !== 'object' || x === null || !standsForAnother(x)) return x
  return Symbol.toPrimitive in x ? x[Symbol.toPrimitive](hint) : x.valueOf()
}

/** The same where a number is wanted, which texts are read as. */
function numeral(given: Any): Any {
  const x = primitive(given, 'number')
  return typeof x === 'string' ? read(Number(x), x) : x
}

/** What traced values are as texts. */
const TOLD = /\b(?:Trace[dr]|Variable)\(/

/** A number that JavaScript has made of operands: none, where one was the text of a traced value, which is refused. */
function read(result: Any, x: unknown, y?: unknown): Any {
  if (Number.isNaN(result) && [x, y].some(each => typeof each === 'string' && TOLD.test(each)))
    throw new TracedValueError(
      `The text of a traced value, ${JSON.stringify([x, y].find(each => typeof each === 'string'))}, was read as a number. Use the value itself.`,
    )
  return result
}

export function add(x: Any, y: Any): Any {
  if (typeof x === 'number' && typeof y === 'number') return x + y
  if (!either(x, y)) return x + y
  const [a, b] = [primitive(x, 'default'), primitive(y, 'default')]
  return isText(a, b) ? `${number(a)}${number(b)}` : operated(ops.add, add, a, b)
}

export function sub(x: Any, y: Any): Any {
  if (typeof x === 'number' && typeof y === 'number') return x - y
  return either(x, y) ? operated(ops.sub, sub, x, y) : read(x - y, x, y)
}

export function mul(x: Any, y: Any): Any {
  if (typeof x === 'number' && typeof y === 'number') return x * y
  return either(x, y) ? operated(ops.mul, mul, x, y) : read(x * y, x, y)
}

export function div(x: Any, y: Any): Any {
  if (typeof x === 'number' && typeof y === 'number') return x / y
  return either(x, y) ? operated(ops.div, div, x, y) : read(x / y, x, y)
}

export function pow(x: Any, y: Any): Any {
  if (typeof x === 'number' && typeof y === 'number') return x ** y
  return either(x, y) ? operated(ops.pow, pow, x, y) : read(x ** y, x, y)
}

export function rem(x: Any, y: Any): Any {
  if (typeof x === 'number' && typeof y === 'number') return x % y
  return either(x, y) ? operated(remainder, rem, x, y) : read(x % y, x, y)
}

export function neg(x: Any): Any {
  if (typeof x === 'number') return -x
  return isValue(x) ? kept(ops.neg(x), neg, x) : read(-x, x)
}

export function plus(x: Any): Any {
  return typeof x === 'number' || isValue(x) ? x : read(+x, x)
}

/** What `x++` gives, before x is changed. */
export function numeric(x: Any): Any {
  return typeof x === 'number' || typeof x === 'bigint' || isValue(x) ? x : read(Number(x), x)
}

export function increased(x: Any): Any {
  if (typeof x === 'number') return x + 1
  if (isValue(x)) return kept(ops.add(x, 1), increased, x)
  let y = x
  return ++y
}

export function decreased(x: Any): Any {
  if (typeof x === 'number') return x - 1
  if (isValue(x)) return kept(ops.sub(x, 1), decreased, x)
  let y = x
  return --y
}

/** What a comparison says: nothing is less than undefined, or more, as what is read beyond the end of a list is. */
function compared(operator: (x: Any, y: Any) => Any, compute: (x: Any, y: Any) => Any, x: Any, y: Any): Any {
  return x !== undefined && y !== undefined && operated(operator, compute, x, y)
}

export function lt(x: Any, y: Any): Any {
  return (typeof x !== 'number' || typeof y !== 'number') && either(x, y) ? compared(ops.lt, lt, x, y) : x < y
}

export function gt(x: Any, y: Any): Any {
  return (typeof x !== 'number' || typeof y !== 'number') && either(x, y) ? compared(ops.gt, gt, x, y) : x > y
}

export function le(x: Any, y: Any): Any {
  return (typeof x !== 'number' || typeof y !== 'number') && either(x, y) ? compared(ops.le, le, x, y) : x <= y
}

export function ge(x: Any, y: Any): Any {
  return (typeof x !== 'number' || typeof y !== 'number') && either(x, y) ? compared(ops.ge, ge, x, y) : x >= y
}

/** Whether two values are the same number, as far as one is traced; others as `===` has it. */
export function same(x: Any, y: Any): Any {
  if (typeof x === 'number' && typeof y === 'number') return x === y
  return isScalarPair(x, y) ? ops.eq(x, y) : x === y
}

export function differ(x: Any, y: Any): Any {
  if (typeof x === 'number' && typeof y === 'number') return x !== y
  return isScalarPair(x, y) ? ops.ne(x, y) : x !== y
}

export function equal(x: Any, y: Any): Any {
  // biome-ignore lint/suspicious/noDoubleEquals: this is it
  return isScalarPair(x, y) ? ops.eq(x, y) : number(x) == number(y)
}

export function unequal(x: Any, y: Any): Any {
  // biome-ignore lint/suspicious/noDoubleEquals: this is it
  return isScalarPair(x, y) ? ops.ne(x, y) : number(x) != number(y)
}

/** What `Object.is` says, as far as one is traced; `alike` tells no zero from the other. */
export function is(x: Any, y: Any): Any {
  return isScalarPair(x, y) ? alike(x, y) && (ops.ne(x, 0) || ops.eq(ops.div(1, x), ops.div(1, y))) : Object.is(x, y)
}

function alike(x: Any, y: Any): Any {
  return same(x, y) || (differ(x, x) && differ(y, y))
}

/** A list in which values are looked for. */
export const sought: (list: Any) => Any = /* @__PURE__ */ soughtBy(same, alike)

const { ltMask, gtMask, leMask, geMask, sameMask, differMask } = /* @__PURE__ */ maskedComparisons({ lt, gt, le, ge, same, differ })

export { differMask, geMask, gtMask, leMask, ltMask, sameMask }

function isScalarPair(x: unknown, y: unknown): boolean {
  return (x instanceof Traced || y instanceof Traced) && isScalar(x) && isScalar(y)
}

function isScalar(x: unknown): boolean {
  return typeof x === 'number' || x instanceof Traced
}

/** A condition as it is, unless it stands for a number: nobody would see which answer was taken. */
export function truth(given: Any): Any {
  const x = number(given)
  if (x instanceof Traced) throw new TracedValueError('The truth of a traced value was asked for (if (x), x ? a : b, !x, x && y, x || y). Write x !== 0.')
  return x
}

const isList = (x: unknown) => Array.isArray(x) || ArrayBuffer.isView(x)

/** A callback of a list whose result is asked for its truth. What other objects are given stays what it is. */
export function predicate(list: Any, f: Any): Any {
  if (typeof f !== 'function' || !isList(list)) return f
  return function (this: unknown, ...given: Any[]) {
    return truth(Reflect.apply(f, this, given))
  }
}

/** A callback of a list that compares, whose result is asked for its sign. */
export function comparison(list: Any, f: Any): Any {
  if (typeof f !== 'function' || !isList(list)) return f
  return (x: Any, y: Any) => {
    const order = f(x, y)
    return order instanceof Traced ? (ops.gt(order as Any, 0) ? 1 : ops.lt(order as Any, 0) ? -1 : 0) : order
  }
}

/** A list that is put in the order of numbers of its entries. */
export const arranged = /* @__PURE__ */ arrangedBy(comparison)

/** A list that is put in the order of its texts, which those of values are not in. */
export function ordered(x: Any): Any {
  if (Array.isArray(x) && !(x instanceof Storage) && x.some(isValue))
    throw new TracedValueError('A list with traced values was sorted without a comparison, which compares texts. Write sort((x, y) => x - y).')
  return x
}

/** What a list is made with. */
export function count(given: Any): Any {
  const x = number(given)
  if (isValue(x)) throw new TracedValueError('A list was made with a traced value for its length. value(x) reads the plain number.')
  return x
}

export function discriminant(given: Any): Any {
  const x = number(given)
  if (x instanceof Traced) throw new TracedValueError('switch was used on a traced value. Write if (x === 1) … else if (x === 2) …')
  return x
}

export function bits(given: Any): Any {
  const x = number(given)
  if (isValue(x))
    throw new TracedValueError(
      'A bit operation (&, |, ^, ~, <<, >>, >>>) was used on a traced value, which has no derivative there. Math.trunc(x) cuts fractions off.',
    )
  return x
}

export const isArray = (x: unknown): boolean => Array.isArray(x) && !(x instanceof Storage)
export const isView = (x: unknown): boolean => ArrayBuffer.isView(x) || x instanceof Storage

export function typeOf(x: unknown): string {
  return x instanceof Traced ? 'number' : typeof x
}

const nativeMath = globalThis.Math as unknown as Record<string, (...operands: Any[]) => Any>

/** A function of Math for values, or one that refuses them. */
function mathFunction(name: string): (...operands: Any[]) => Any {
  const native = nativeMath[name] as (...operands: Any[]) => Any
  const operator = own[name] ?? ofMath[name]
  if (operator === undefined)
    return (...given) => {
      const operands = given.map(number)
      if (operands.some(isValue)) throw new TracedValueError(`Math.${name} has no derivative here, and was used on a traced value.`)
      return native(...operands)
    }
  if (native.length === 1) return x => (typeof x !== 'number' && isValue(x) ? kept(operator(x), native, x) : native(x))
  return (...operands) => (operands.some(isValue) ? keptOfAll(operator(...operands), native, operands) : native(...operands))
}

/** What Math has otherwise than the operators of that name. */
const own: Readonly<Record<string, (...operands: Any[]) => Any>> = {
  round: rounded,
  fround: x => ops.astype(x, 'float32'),
  max: (...operands) => operands.reduce((most, each) => ops.maximum(most, each), Number.NEGATIVE_INFINITY),
  min: (...operands) => operands.reduce((least, each) => ops.minimum(least, each), Number.POSITIVE_INFINITY),
  hypot: (...operands) => operands.reduce((length, each) => ops.hypot(length, each), 0),
}

/** Math, whose functions take values. */
const valued: Any = Object.fromEntries(
  Object.getOwnPropertyNames(globalThis.Math).map(name => [name, typeof nativeMath[name] === 'function' ? mathFunction(name) : nativeMath[name]]),
)

export { valued as Math }

// biome-ignore-start lint/suspicious/noGlobalIsNan lint/suspicious/noGlobalIsFinite: these are they
const isNan = (x: Any): Any => (x instanceof Traced ? ops.ne(x as Any, x as Any) : globalThis.isNaN(x))
const finite = (x: Any): Any => (x instanceof Traced ? ops.lt(ops.abs(x as Any), Number.POSITIVE_INFINITY) : globalThis.isFinite(x))
// biome-ignore-end lint/suspicious/noGlobalIsNan lint/suspicious/noGlobalIsFinite: these are they
const whole = (x: Any): Any => finite(x) && ops.eq(ops.floor(x), x)

/** A function that reads texts, and refuses values, whose texts are no numbers. */
const reading =
  (name: 'parseInt' | 'parseFloat') =>
  (given: Any, base?: Any): Any => {
    const x = number(given)
    if (isValue(x)) throw new TracedValueError(`${name} was used on a traced value, and reads texts. Math.trunc(x) cuts fractions off.`)
    return read(globalThis[name](x, base), x)
  }
const [int, float] = [reading('parseInt'), reading('parseFloat')]

/** A function that is called and read like a class of JavaScript. */
function classLike(native: Any, call: (...given: Any[]) => Any, changed: object): Any {
  return Object.defineProperties(call, { ...Object.getOwnPropertyDescriptors(native), ...Object.getOwnPropertyDescriptors(changed) })
}

/** Number, whose questions take values. */
const ofNumbers: Any = classLike(globalThis.Number, (...given) => (isValue(given[0]) ? given[0] : read(globalThis.Number(...given), given[0])), {
  isNaN: (x: Any) => (x instanceof Traced ? isNan(x) : globalThis.Number.isNaN(x)),
  isFinite: (x: Any) => (x instanceof Traced ? finite(x) : globalThis.Number.isFinite(x)),
  isInteger: (x: Any) => (x instanceof Traced ? whole(x) : globalThis.Number.isInteger(x)),
  isSafeInteger: (x: Any) => (x instanceof Traced ? whole(x) && ops.le(ops.abs(x as Any), Number.MAX_SAFE_INTEGER) : globalThis.Number.isSafeInteger(x)),
  parseInt: int,
  parseFloat: float,
})

const booleans: Any = classLike(globalThis.Boolean, x => globalThis.Boolean(truth(x)), {})

export { number, numbers } from './choices.ts'
export { andMask, branch, choose, chooseParts, finiteMask, holds, nanMask, notMask, orMask, read, select } from './masks.ts'
export { entry, key, place, put } from './places.ts'

/** structuredClone, which would take a value apart: lists and plain objects that hold some are copied, with them as they are. */
function cloned(x: Any, ...options: Any[]): Any {
  return holdsValue(x) ? copied(x, each => each, options) : globalThis.structuredClone(x, ...options)
}

/** JSON.stringify, with the numbers of what masks have selected among numbers. */
export function stringify(x: Any, ...options: Any[]): string {
  return JSON.stringify(holdsValue(x) ? copied(x, number) : x, ...options)
}

/** A copy of lists and plain objects that hold values, and of nothing else where it is not cloned. */
function copied(x: Any, valueOf: (value: Any) => Any, cloning?: Any[]): Any {
  const copies = new Map<object, Any>()
  const copy = (each: Any): Any => {
    if (isValue(each)) return valueOf(each)
    if (typeof each !== 'object' || each === null) return each
    if (copies.has(each)) return copies.get(each)
    if (!holdsValue(each)) return cloning ? globalThis.structuredClone(each, ...cloning) : each
    const made: Any = Array.isArray(each) ? each.slice() : {}
    copies.set(each, made)
    for (const [key, part] of Object.entries(each)) made[key] = copy(part)
    return made
  }
  return copy(x)
}

function holdsValue(x: Any, seen = new Set<unknown>()): boolean {
  if (isValue(x)) return true
  if (seen.has(x) || !(Array.isArray(x) || (typeof x === 'object' && x !== null && Object.getPrototypeOf(x) === Object.prototype))) return false
  seen.add(x)
  return Object.values(x).some(each => holdsValue(each, seen))
}

export { Float32Array, Float64Array } from './storage.ts'
export { booleans as Boolean, cloned as structuredClone, finite as isFinite, float as parseFloat, int as parseInt, isNan as isNaN, ofNumbers as Number }
