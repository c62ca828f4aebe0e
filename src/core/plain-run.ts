import { TracedValueError } from './errors.ts'
import { sizeOfShape } from './shape.ts'
import { isNumericTypedArray, Tensor } from './tensor.ts'
import { checkLive, isTraced } from './traced.ts'
import { leavesOf, mapTree } from './tree.ts'

/*
 * A traced value stands for a number, but it is an object: `===`, `switch`, `typeof`, truth, `Number.isFinite`, `includes` and the like
 * ask about that object, and no operator sees them ask. Where the text of a function has such questions, its first run with traced
 * values is followed by one with plain numbers, and the results are compared.
 */

/** Questions that a traced value answers otherwise than its number; those of `typeof kind === 'text'` and the like need not be meant. */
const QUESTIONS = [
  /(?<!typeof\s+[\w$.]+\s*)[=!]==?(?!=|\s*(?:["'`]|undefined\b|null\b|void\b))/,
  /\bswitch\s*\(|\btypeof\b|\?\?/,
  /\b(?:isFinite|isNaN|isInteger|isSafeInteger|Object\.is|includes|indexOf|has|get)\(/,
  // Truth of a name or an entry, where the result of a call is a question that was asked rightly.
  /[\w$\]]\s*(?:\?(?![.?])|\|\||&&)|(?:\|\||&&|!)\s*[\w$]+\b(?!\s*[(.[])|\bif\s*\(\s*[\w$.[\]]+\s*\)/,
]

/** The texts of functions that have been looked at. */
const looked = /* @__PURE__ */ new Set<string>()
const MOST_TEXTS = 10_000

/** Functions of long texts that have been looked at: to read such a text costs more than to keep note of the function. */
const lookedLong = /* @__PURE__ */ new WeakSet<object>()
const LONG = 1000

/** Functions that hand their arguments to others, whose texts are read in place of theirs. */
const written = /* @__PURE__ */ new WeakMap<object, object>()

/** A function whose text is that of another. */
export function asWritten<F extends object>(wrapper: F, f: object): F {
  written.set(wrapper, written.get(f) ?? f)
  return wrapper
}

/** Says that a value has no number. */
class Unknown extends Error {}

/** Tells it from errors of the function. */
class PlainRunError extends TracedValueError {}

/**
 * Compares what a function gave for traced arguments with what it gives for plain ones: a TracedValueError where they differ,
 * unless the function gives something else each time. Without `always` only where its text asks about plain values, and the first
 * time; gives whether it need not be looked at again. What `result` is made of may be traced by other transforms.
 */
export function comparePlain(name: string, f: (...args: never[]) => unknown, args: readonly unknown[], result: unknown, always = false): boolean {
  const read = written.get(f) ?? f
  if (!always && lookedLong.has(read)) return true
  const text = Function.prototype.toString.call(read)
  if (!always && looked.has(text)) {
    if (text.length > LONG) lookedLong.add(read)
    return true
  }
  if (!always && !QUESTIONS.some(question => question.test(text))) return take(text)
  try {
    const found = numbersOf(result)
    const run = () => numbersOf((f as (...args: unknown[]) => unknown)(...args.map(arg => mapTree(arg, name, plainOf, { keeps: () => true }))))
    const expected = run()
    const differ = firstDifference(found, expected)
    // A function of chance gives something else each time.
    if (differ >= 0 && firstDifference(expected, run()) < 0) throw new PlainRunError(messageOf(name, found[differ], expected[differ]))
  } catch (error) {
    if (error instanceof Unknown) return false
    // What is said of a function that this one differentiates.
    if (error instanceof PlainRunError) throw error
  }
  return take(text)
}

function take(text: string): true {
  if (looked.size >= MOST_TEXTS) looked.clear()
  looked.add(text)
  return true
}

function messageOf(name: string, traced: number | undefined, plain: number | undefined): string {
  return (
    `${name}: the function gives ${traced ?? 'nothing'} where it is traced, and ${plain ?? 'nothing'} for plain numbers. ` +
    'A traced value is an object, and ===, switch, typeof, truth (x ? …, !x, x || y), Number.isFinite, includes and keys ask about that object. ' +
    'Write eq(x, 1) for x === 1 (ne, gt, ge, lt, le likewise), or ask about value(x), the plain number.'
  )
}

/** A leaf as it is below all transforms, of many items the first; of what users hold, a copy. Throws where there are no numbers. */
function plainOf(leaf: unknown): unknown {
  let current = leaf
  let itemAxes = 0
  while (isTraced(current)) {
    const { owner } = checkLive(current)
    if (owner.many === true) itemAxes++
    else if (owner.abstract === true && owner.asksAgain !== true) throw new Unknown()
    current = owner.primal(current)
  }
  if (isNumericTypedArray(current)) return current.slice()
  if (!(current instanceof Tensor)) return current
  const shape = current.shape.slice(itemAxes)
  if (itemAxes > 0 && current.size === 0) throw new Unknown()
  return itemAxes > 0 && shape.length === 0 ? current.data[0] : new Tensor(current.data.slice(0, sizeOfShape(shape)), shape, current.dtype)
}

/** The numbers of a tree. */
function numbersOf(tree: unknown): number[] {
  const numbers: number[] = []
  for (const leaf of leavesOf(tree, 'the result')) {
    const plain = plainOf(leaf)
    const entries = plain instanceof Tensor ? plain.data : isNumericTypedArray(plain) ? plain : [plain as number]
    for (let i = 0; i < entries.length; i++) numbers.push(entries[i] as number)
  }
  return numbers
}

/** Where two lists differ by more than rounding can make; −1: nowhere. */
function firstDifference(a: readonly number[], b: readonly number[]): number {
  const size = a.reduce((most, each) => (Math.abs(each) < Infinity ? Math.max(most, Math.abs(each)) : most), 0)
  const near = (x: number, y: number) => Math.abs(x - y) <= Math.max(1e-6 * Math.max(Math.abs(x), Math.abs(y)), 1e-12 * size)
  const same = (x: number, y: number) => Object.is(x, y) || x === y || (Number.isFinite(x - y) && near(x, y))
  const [longer, other] = a.length < b.length ? [b, a] : [a, b]
  return longer.findIndex((each, i) => i >= other.length || !same(each, other[i] as number))
}
