import { GraphError } from '../../core/errors.ts'
import { type Expression, parse } from '../../wasm/expression.ts'
import { whole } from '../checked.ts'
import { KERNELS } from './kernels.ts'
import { HELPERS, OF_MATH } from './library.ts'

/** An expression, and whether it is a number or a truth: what C has an `int` for. */
export interface Text {
  readonly text: string
  readonly isTruth: boolean
}

/** What names in an operator's text stand for. */
type Scope = Readonly<Record<string, Text>>

/** Thrown for a function that C has no text for. */
export class NoText extends Error {}

/** Numbers in a line of a table. */
const IN_A_LINE = 12

/** A file of C that is written: its type of numbers, and the functions and tables that its code refers to. */
export class Source {
  readonly real: 'double' | 'float'
  readonly #functions = new Map<string, string>()
  readonly #tables = new Map<string, string>()
  readonly #declarations: string[] = []
  readonly #kernels = new Set<string>()
  readonly #kernelTables: string[] = []
  readonly #prototypes: string[] = []

  constructor(real: 'double' | 'float') {
    this.real = real
  }

  /** The functions and tables, each behind those that it refers to. */
  get declarations(): string {
    return [...this.#kernelTables, ...this.#prototypes, ...this.#functions.values(), ...this.#declarations].join('\n')
  }

  /** A number as C writes it. */
  number(x: number): string {
    return numberText(x, this.real)
  }

  /** A table of numbers or positions that never change. */
  table(values: ArrayLike<number>, isOfPlaces: boolean): string {
    const texts = Array.from(values, each => (isOfPlaces ? String(whole(each)) : this.number(each)))
    // No table of C is empty.
    if (texts.length === 0) texts.push('0')
    const key = `${isOfPlaces} ${texts.join()}`
    let name = this.#tables.get(key)
    if (name !== undefined) return name
    name = `dt_table${this.#tables.size}`
    this.#tables.set(key, name)
    const lines: string[] = []
    for (let i = 0; i < texts.length; i += IN_A_LINE) lines.push(`  ${texts.slice(i, i + IN_A_LINE).join(', ')}`)
    this.#declarations.push(`static const ${isOfPlaces ? 'int' : 'dualtape_real'} ${name}[${texts.length}] = {\n${lines.join(',\n')}\n};`)
    return name
  }

  /** The call of a function of JavaScript, or of a kernel, by the name that operators' texts have for it. */
  call(name: string, operands: readonly string[]): string {
    const ofMath = OF_MATH[name]
    if (ofMath !== undefined) return `${ofMath}${this.real === 'float' ? 'f' : ''}(${operands.join(', ')})`
    if (HELPERS[name] !== undefined) return `${this.#helper(name, this.real)}(${operands.join(', ')})`
    if (!Object.hasOwn(KERNELS, name)) throw new NoText(name)
    this.#kernel(name)
    // Kernels compute with doubles: their coefficients are made for them.
    return this.real === 'float' ? `(float)dt_${name}(${operands.join(', ')})` : `dt_${name}(${operands.join(', ')})`
  }

  #helper(name: string, real: 'double' | 'float'): string {
    const { name: own, parameters, body, gives, calls = [] } = HELPERS[name] as (typeof HELPERS)[string]
    const called = `dt_${own}${real === this.real ? '' : '_double'}`
    if (this.#functions.has(called)) return called
    for (const each of calls) this.#helper(each, real)
    const type = real === this.real ? 'dualtape_real' : real
    const typed = parameters.map(each => (each.includes(' ') ? each : `real ${each}`))
    const text = `static${body.includes('\n') ? '' : ' inline'} ${gives ?? 'real'} ${called}(${typed.join(', ')}) { ${body} ${body.includes('\n') ? '\n' : ''}}`
    const sized = real === 'float' ? text.replace(/\b(fabs|floor|pow|copysign|sqrt)\(/g, '$1f(') : text.replace('0.5f', '0.5')
    this.#functions.set(called, sized.replace(/\breal\b/g, type))
    return called
  }

  #kernel(name: string): void {
    if (this.#kernels.has(name)) return
    this.#kernels.add(name)
    const { text, calls, prototype } = KERNELS[name] as (typeof KERNELS)[string]
    const named = new Map<string, string>()
    for (const each of calls) {
      if (HELPERS[each] !== undefined) named.set(each, this.#helper(each, 'double'))
      else if (OF_MATH[each] === undefined) this.#kernel(each)
    }
    const linked = text.replace(/(?:Math|Number)\.\w+(?=\()/g, each => named.get(each) ?? OF_MATH[each] ?? each)
    // Types and tables stand before functions, and functions call each other in any order.
    if (prototype === undefined) this.#kernelTables.push(linked)
    else {
      this.#prototypes.push(...(prototype === '' ? [] : [prototype]))
      this.#functions.set(name, linked)
    }
  }

  /** An operator's text with what its names stand for. Throws NoText for a function that there is no C for. */
  expression(text: string, scope: Scope): Text {
    return this.#write(parse(text), scope)
  }

  #write(expression: Expression, scope: Scope): Text {
    if (expression.type === 'number') return { text: this.number(expression.value), isTruth: false }
    if (expression.type === 'call') return this.#call(expression.name, expression.operands, scope)
    const known = scope[expression.name]
    if (known !== undefined) return known
    const constant = { Infinity: 'INFINITY', NaN: 'NAN' }[expression.name]
    if (constant === undefined) throw new NoText(expression.name)
    return { text: constant, isTruth: false }
  }

  /** A truth as a number. */
  asNumber({ text, isTruth }: Text): string {
    return isTruth ? `(dualtape_real)${text}` : text
  }

  /** Whether a number is neither 0 nor NaN. */
  asTruth({ text, isTruth }: Text): string {
    return isTruth ? text : this.call('truth', [text])
  }

  #call(name: string, operands: readonly Expression[], scope: Scope): Text {
    const [a, b, c] = operands.map(each => this.#write(each, scope)) as [Text, Text, Text]
    switch (name) {
      case '?': {
        const isTruth = b.isTruth && c.isTruth
        const sides = isTruth ? [b.text, c.text] : [this.asNumber(b), this.asNumber(c)]
        return { text: `(${this.asTruth(a)} ? ${sides.join(' : ')})`, isTruth }
      }
      case '&&':
      case '||':
        return { text: `(${this.asTruth(a)} ${name} ${this.asTruth(b)})`, isTruth: true }
      case '!':
        return { text: `!${this.asTruth(a)}`, isTruth: true }
      case 'neg':
        return { text: `(-${this.asNumber(a)})`, isTruth: false }
      case 'number':
        return { text: this.asNumber(a), isTruth: false }
      case 'Number.isNaN':
        return { text: `(${a.text} != ${a.text})`, isTruth: true }
      case 'Math.fround':
        return { text: this.real === 'float' ? a.text : `(double)(float)${a.text}`, isTruth: false }
    }
    if (['==', '!=', '<', '<=', '>', '>='].includes(name)) return { text: `(${a.text} ${name} ${b.text})`, isTruth: true }
    if (['+', '-', '*', '/'].includes(name)) return { text: `(${this.asNumber(a)} ${name} ${this.asNumber(b)})`, isTruth: false }
    return {
      text: this.call(
        name,
        operands.map(each => this.asNumber(this.#write(each, scope))),
      ),
      isTruth: false,
    }
  }
}

/** A number of a type. Beyond the floats there is ∞ alone. */
function numberText(x: number, real: 'double' | 'float'): string {
  if (typeof x !== 'number') throw new GraphError('emit: a constant is no number.')
  const value = real === 'float' ? Math.fround(x) : x
  if (Number.isNaN(value)) return 'NAN'
  if (Math.abs(value) === Number.POSITIVE_INFINITY) return value > 0 ? 'INFINITY' : '(-INFINITY)'
  const digits = real === 'float' ? shortest(Math.abs(value)) : String(Math.abs(value))
  const text = `${/[.e]/.test(digits) ? digits : `${digits}.0`}${real === 'float' ? 'f' : ''}`
  return value < 0 || Object.is(value, -0) ? `(-${text})` : text
}

/** The fewest digits that name a float. */
function shortest(x: number): string {
  for (let digits = 1; digits < 9; digits++) if (Math.fround(Number(x.toPrecision(digits))) === x) return String(Number(x.toPrecision(digits)))
  return String(Number(x.toPrecision(9)))
}
