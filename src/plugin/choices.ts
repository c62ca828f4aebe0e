import { type Arena, CLOSED, Traced } from '../core/traced.ts'

/*
 * Values that masks have selected among numbers, and what is computed from those and from numbers alone. Where values are not abstract
 * there are numbers in their place, which may be asked for anything: their truth, their text, an entry. Where that happens the masks
 * are asked, and the number is found.
 */

// biome-ignore lint/suspicious/noExplicitAny: any value of JavaScript may be an operand
type Any = any

interface Choice {
  /** What the number is computed from: numbers, and other choices. */
  readonly operands: () => readonly unknown[]
  readonly compute: (...operands: Any[]) => unknown
  needed?: readonly unknown[]
  number?: unknown
}

const choices = new WeakMap<object, Choice>()
/** Where there are choices, as long as values are traced there. */
let open: readonly Arena[] = []

/** Whether a value is a number, or one that masks have selected. */
export function isNumber(x: unknown): boolean {
  return typeof x === 'number' || (x instanceof Traced && choices.has(x))
}

export function keep(x: unknown, operands: () => readonly unknown[], compute: (...operands: Any[]) => unknown): void {
  if (!(x instanceof Traced)) return
  if (!open.includes(x.arena)) open = [...open.filter(isOpen), x.arena]
  choices.set(x, { operands, compute })
}

const isOpen = ({ kind }: Arena) => kind !== CLOSED

/** A result of an operator of one or two operands, which is kept where its operands are; `compute` is for numbers. */
export function kept<X>(result: X, compute: (...operands: Any[]) => unknown, x: unknown, y: unknown = 0): X {
  if (open.length > 0) keptOfAll(result, compute, [x, y])
  return result
}

/** The same for any number of operands. */
export function keptOfAll<X>(result: X, compute: (...operands: Any[]) => unknown, operands: readonly unknown[]): X {
  if (open.length > 0 && !open.some(isOpen)) open = []
  if (open.length > 0 && operands.every(isNumber)) keep(result, () => operands, compute)
  return result
}

/** The number of a value that masks have selected among numbers; what is no such value stays as it is. */
export function number(x: Any): Any {
  if (!(x instanceof Traced) || !choices.has(x)) return x
  // One by one: what a loop has chosen goes back to its first round.
  for (const waiting: unknown[] = [x]; waiting.length > 0; ) {
    const choice = choices.get(waiting.at(-1) as object)
    if (choice === undefined || choice.number !== undefined) {
      waiting.pop()
      continue
    }
    choice.needed ??= choice.operands()
    const open = choice.needed.filter(each => found(each) === undefined)
    if (open.length > 0) waiting.push(...open)
    else choice.number = choice.compute(...choice.needed.map(found))
  }
  return found(x)
}

/** The same of what may be a list, for the entries of which it then stands. */
export function numbers(x: Any): Any {
  return Array.isArray(x) && x.some(each => choices.has(each)) ? x.map(number) : number(x)
}

function found(x: unknown): unknown {
  const choice = choices.get(x as object)
  return choice === undefined ? x : choice.number
}
