import { GraphError } from '../../core/errors.ts'
import { type Expression, parse, parseLines } from '../../wasm/expression.ts'
import { compositionOf, takesOrder } from '../compositions.ts'
import { BUILT_IN, HEAD, WRITTEN } from './functions.ts'

/** A value in WGSL: a number or a truth; a number that the program gives is known. */
export interface Text {
  readonly text: string
  readonly isTruth: boolean
  readonly known?: number | undefined
}

/** What the names in an operator's text stand for. */
export type Scope = Readonly<Record<string, Text>>

/** Thrown for a function that WGSL has no text for. */
export class NoText extends Error {}

/** A shader that is written: operators' texts as expressions, and the functions that they call. */
export class Source {
  readonly #functions = new Map<string, string>()

  /** What stands before a shader's own code. */
  get declarations(): string {
    return [HEAD, ...this.#functions.values()].join('\n')
  }

  /** An operator's text with what its names stand for. Throws NoText for a function that there is no WGSL for. */
  expression(text: string, scope: Scope): Text {
    return this.#write(parse(text), scope)
  }

  /** A call of a function of JavaScript by the name that operators' texts have for it. */
  call(name: string, operands: readonly string[]): string {
    return `${this.#nameOf(name, operands.length)}(${operands.join(', ')})`
  }

  #write(expression: Expression, scope: Scope): Text {
    if (expression.type === 'number') return literal(expression.value)
    if (expression.type === 'call') return this.#call(expression.name, expression.operands, scope)
    const found = scope[expression.name]
    if (found !== undefined) return found
    const constant = { Infinity: Number.POSITIVE_INFINITY, NaN: Number.NaN }[expression.name]
    if (constant === undefined) throw new NoText(expression.name)
    return literal(constant)
  }

  #call(name: string, given: readonly Expression[], scope: Scope): Text {
    const operands = given.map(each => this.#write(each, scope))
    const [a, b, c] = operands as [Text, Text, Text]
    const known = folded(name, operands)
    if (known !== undefined) return literal(known)
    const numbers = () => operands.map(asNumber)
    switch (name) {
      case '?': {
        const isTruth = b.isTruth && c.isTruth
        const [yes, no] = isTruth ? [b.text, c.text] : [asNumber(b), asNumber(c)]
        return { text: `select(${no}, ${yes}, ${asTruth(a)})`, isTruth }
      }
      case '&&':
      case '||':
        return { text: `(${asTruth(a)} ${name} ${asTruth(b)})`, isTruth: true }
      case '!':
        return { text: `!${asTruth(a)}`, isTruth: true }
      case 'neg':
        return { text: `(-${asNumber(a)})`, isTruth: false }
      case 'number':
      case 'Math.fround':
        return { text: asNumber(a), isTruth: false }
      case 'Number.isNaN':
        return { text: `dt_isNaN(${asNumber(a)})`, isTruth: true }
    }
    if (['==', '!=', '<', '<=', '>', '>='].includes(name)) return { text: `(${numbers().join(` ${name} `)})`, isTruth: true }
    if (['+', '-', '*', '/'].includes(name)) return { text: `(${numbers().join(` ${name} `)})`, isTruth: false }
    if (!takesOrder(name)) return { text: this.call(name, numbers()), isTruth: false }
    const [first, ...rest] = operands as [Text, ...Text[]]
    if (first.known === undefined) throw new NoText(name)
    return { text: `${this.#nameOf(name, rest.length, first.known)}(${rest.map(asNumber).join(', ')})`, isTruth: false }
  }

  /** The name of a function, which is declared when it is called first. */
  #nameOf(name: string, arity: number, order?: number): string {
    const builtIn = BUILT_IN[name]
    if (builtIn !== undefined) return builtIn
    const own = `dt_${name.replace(/\W/g, '')}${order ?? ''}${arity > 2 ? arity : ''}`
    if (this.#functions.has(own)) return own
    const written = WRITTEN[name]
    // What JavaScript's functions of many numbers give is what those of two give.
    if (arity > 2 && (name === 'Math.max' || name === 'Math.min' || name === 'Math.hypot')) throw new NoText(name)
    if (written !== undefined) {
      for (const each of written.calls ?? []) this.#nameOf(each, 1)
      this.#functions.set(own, written.text.replace('NAME', own).replace(/FN_(\w+)/g, 'dt_Math$1'))
      return own
    }
    const composition = compositionOf(name, true, order)
    if (composition === undefined) throw new NoText(name)
    const scope: Record<string, Text> = Object.fromEntries(composition.parameters.map(each => [each, { text: `p_${each}`, isTruth: false }]))
    const { lines, result } = parseLines(composition.lines)
    const body = lines.map(([each, expression]) => {
      const value = this.#write(expression, scope)
      scope[each] = { text: `l_${each}`, isTruth: value.isTruth }
      return `  let l_${each} = ${value.text};`
    })
    const parameters = composition.parameters.map(each => `p_${each}: f32`).join(', ')
    this.#functions.set(own, `fn ${own}(${parameters}) -> f32 {\n${[...body, `  return ${asNumber(this.#write(result, scope))};`].join('\n')}\n}`)
    return own
  }
}

/** A truth as a number. */
export function asNumber({ text, isTruth }: Text): string {
  return isTruth ? `select(0.0f, 1.0f, ${text})` : text
}

/** Whether a number is neither 0 nor NaN. */
export function asTruth({ text, isTruth }: Text): string {
  return isTruth ? text : `(${text} != 0.0f && !dt_isNaN(${text}))`
}

/** What arithmetic on numbers of the program gives: a compiler of WGSL refuses such that gives ∞ or NaN. */
function folded(name: string, operands: readonly Text[]): number | undefined {
  const [a, b] = operands.map(each => each.known) as [number | undefined, number | undefined]
  if (operands.some(each => each.known === undefined)) return undefined
  if (operands.length === 1) return name === 'neg' ? -(a as number) : undefined
  return ARITHMETIC[name]?.(a as number, b as number)
}

const ARITHMETIC: Readonly<Record<string, (a: number, b: number) => number>> = {
  '+': (a, b) => a + b,
  '-': (a, b) => a - b,
  '*': (a, b) => a * b,
  '/': (a, b) => a / b,
}

/** A number of the program, rounded to float32. */
export function literal(x: number): Text {
  return { text: numberText(x), isTruth: false, known: x }
}

const SMALLEST = 2 ** -126

function numberText(x: number): string {
  if (typeof x !== 'number') throw new GraphError('compile: a constant is no number.')
  const value = Math.fround(x)
  if (Number.isNaN(value)) return 'dt_nan()'
  if (!Number.isFinite(value)) return value > 0 ? 'dt_inf()' : '(-dt_inf())'
  // Devices may take smaller numbers for 0.
  const size = Math.abs(value) < SMALLEST ? 0 : Math.abs(value)
  const digits = shortest(size)
  const text = `${/[.e]/.test(digits) ? digits : `${digits}.0`}f`
  return value < 0 ? `(-${text})` : text
}

/** The fewest digits that name a float. */
function shortest(x: number): string {
  for (let digits = 1; digits < 9; digits++) if (Math.fround(Number(x.toPrecision(digits))) === x) return String(Number(x.toPrecision(digits)))
  return String(Number(x.toPrecision(9)))
}
