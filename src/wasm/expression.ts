import { DualtapeError } from '../core/errors.ts'

/**
 * An expression of JavaScript on numbers, as the operators' definitions have it: numbers, names, `+ - * /`, comparisons,
 * `! && ||`, `?:` and calls.
 */
export type Expression =
  | { readonly type: 'number'; readonly value: number }
  | { readonly type: 'name'; readonly name: string }
  | { readonly type: 'call'; readonly name: string; readonly operands: readonly Expression[] }

/** Operators with two sides, by how strongly they bind. */
const BINDING: readonly (readonly string[])[] = [['||'], ['&&'], ['==', '!=', '===', '!=='], ['<', '<=', '>', '>='], ['+', '-'], ['*', '/']]

const TOKEN = /\s*((?:\d+\.?\d*|\.\d+)(?:e[+-]?\d+)?|[A-Za-z_][\w.]*|[=!]==?|[<>]=?|&&|\|\||[-+*/!?:(),])/y

const known = new Map<string, Expression>()

export function parse(text: string): Expression {
  let found = known.get(text)
  if (found === undefined) {
    found = new Parser(text).whole()
    known.set(text, found)
  }
  return found
}

/** Lines `name = expression`, and a last one that is an expression. */
export interface Lines {
  readonly lines: readonly (readonly [name: string, expression: Expression])[]
  readonly result: Expression
}

const knownLines = new Map<string, Lines>()

export function parseLines(text: string): Lines {
  let found = knownLines.get(text)
  if (found === undefined) {
    const lines = text.trim().split('\n')
    const result = parse(lines.pop() as string)
    const named = lines.map(line => {
      const [name, expression] = line.split(' = ') as [string, string]
      return [name.trim(), parse(expression)] as const
    })
    found = { lines: named, result }
    knownLines.set(text, found)
  }
  return found
}

class Parser {
  readonly #tokens: string[] = []
  readonly #text: string
  #at = 0

  constructor(text: string) {
    this.#text = text
    TOKEN.lastIndex = 0
    let end = 0
    for (let match = TOKEN.exec(text); match !== null; match = TOKEN.exec(text)) {
      this.#tokens.push(match[1] as string)
      end = TOKEN.lastIndex
    }
    if (text.slice(end).trim() !== '') this.#fail()
  }

  whole(): Expression {
    const expression = this.#choice()
    if (this.#at < this.#tokens.length) this.#fail()
    return expression
  }

  #choice(): Expression {
    const test = this.#binary(0)
    if (!this.#take('?')) return test
    const yes = this.#choice()
    this.#expect(':')
    return { type: 'call', name: '?', operands: [test, yes, this.#choice()] }
  }

  #binary(level: number): Expression {
    const operators = BINDING[level]
    if (operators === undefined) return this.#unary()
    let left = this.#binary(level + 1)
    for (;;) {
      const operator = operators.find(each => this.#take(each))
      if (operator === undefined) return left
      left = { type: 'call', name: operator.slice(0, 2), operands: [left, this.#binary(level + 1)] }
    }
  }

  #unary(): Expression {
    if (this.#take('-')) {
      const operand = this.#unary()
      return operand.type === 'number' ? { type: 'number', value: -operand.value } : { type: 'call', name: 'neg', operands: [operand] }
    }
    if (this.#take('+')) return { type: 'call', name: 'number', operands: [this.#unary()] }
    if (this.#take('!')) return { type: 'call', name: '!', operands: [this.#unary()] }
    if (this.#take('(')) {
      const inside = this.#choice()
      this.#expect(')')
      return inside
    }
    const token = this.#tokens[this.#at++] ?? ''
    if (/^\.?\d/.test(token)) return { type: 'number', value: Number(token) }
    if (!/^[A-Za-z]/.test(token)) this.#fail()
    if (!this.#take('(')) return token.startsWith('Math.') ? { type: 'number', value: Math[token.slice(5) as 'PI'] } : { type: 'name', name: token }
    const operands = [this.#choice()]
    while (this.#take(',')) operands.push(this.#choice())
    this.#expect(')')
    return { type: 'call', name: token, operands }
  }

  #take(token: string): boolean {
    const found = this.#tokens[this.#at] === token
    if (found) this.#at++
    return found
  }

  #expect(token: string): void {
    if (!this.#take(token)) this.#fail()
  }

  #fail(): never {
    throw new DualtapeError(`compile: there is no WebAssembly for the expression ${this.#text}.`)
  }
}
