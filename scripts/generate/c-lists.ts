import ts from 'typescript'
import { cNumber, NotInC, variable } from './c-texts.ts'
import { bare, plain, Values } from './c-values.ts'

/** Lists of numbers: structs with their length, spans of them, and tables of constants. */
export abstract class Lists extends Values {
  /** The parameters of a function of an entry and its place. */
  protected itemOf({ parameters, body }: ts.ArrowFunction, list: string, at: string): string[] {
    return parameters.flatMap((parameter, i) => {
      const local = variable(parameter.name.getText())
      this.variables.set(this.symbol(parameter.name), { name: local, type: 'double' })
      const isUsed = new RegExp(`\\b${parameter.name.getText()}\\b`).test(body.getText())
      if (!isUsed) return []
      return [`const double ${local} = ${i === 0 ? `${list}.v[${at}]` : at};`]
    })
  }

  /** Something with `n` and `v`, as often as it is asked for. */
  protected span(given: ts.Expression): string {
    const node = plain(given)
    if (ts.isIdentifier(node)) {
      const known = this.variables.get(this.symbol(node))
      if (known !== undefined) return known.name
    }
    const table = this.tableOf(node)
    if (table !== undefined) return this.keep('dt_span', table)
    return this.keep('dt_list', this.list(node))
  }

  /** A table of constants as a span. */
  protected tableOf(node: ts.Expression): string | undefined {
    const value = this.constantOf(node)
    if (!Array.isArray(value)) {
      if (!ts.isElementAccessExpression(node)) return undefined
      const rows = this.constantOf(plain(node.expression))
      if (!Array.isArray(rows) || !Array.isArray(rows[0])) return undefined
      const id = this.table(node.expression, rows)
      return `{${rows[0].length}, ${id}[${this.index(node.argumentExpression)}]}`
    }
    return `{${value.length}, ${this.table(node, value)}}`
  }

  protected table(node: ts.Expression, value: readonly unknown[]): string {
    const id = `${this.name}_${node.getText().replace(/\W/g, '')}`
    const row = (list: readonly number[]) => `{${list.map(cNumber).join(', ')}}`
    const nested = Array.isArray(value[0])
    const text = nested ? `{${(value as number[][]).map(row).join(', ')}}` : row(value as number[])
    this.known.declare(id, {
      text: `static const double dt_${id}[${value.length}]${nested ? `[${(value[0] as number[]).length}]` : ''} = ${text};`,
      calls: [],
    })
    this.calls.add(id)
    this.calls.add('list')
    return `dt_${id}`
  }

  protected constantOf(node: ts.Expression): unknown {
    const own = plain(node)
    if (!ts.isIdentifier(own)) return undefined
    const symbol = this.known.checker.getSymbolAtLocation(own)
    if (symbol === undefined) return undefined
    const real = symbol.flags & ts.SymbolFlags.Alias ? this.known.checker.getAliasedSymbol(symbol) : symbol
    return this.variables.has(real) ? undefined : this.known.constant(real)
  }

  /** A list as a value. */
  protected list(given: ts.Expression): string {
    const node = plain(given)
    this.calls.add('list')
    if (ts.isConditionalExpression(node)) {
      const test = this.expression(node.condition)
      const own = this.made()
      const [yes, no] = [node.whenTrue, node.whenFalse].map(side => this.with(() => [`${own} = ${this.list(side)};`])) as [string[], string[]]
      this.before.push(`if (${bare(test)}) {`, ...yes.map(line => `  ${line}`), '} else {', ...no.map(line => `  ${line}`), '}')
      return own
    }
    if (ts.isIdentifier(node)) {
      const known = this.variables.get(this.symbol(node))
      if (known !== undefined && known.isSpan !== true) return known.name
      return this.copied(this.span(node), 0, undefined)
    }
    if (ts.isArrayLiteralExpression(node)) return this.literal(node)
    if (ts.isCallExpression(node)) {
      const called = node.expression
      if (ts.isPropertyAccessExpression(called)) {
        const [first, second] = node.arguments
        if (called.name.text === 'map' && first !== undefined && ts.isArrowFunction(first)) return this.mapped(called.expression, first)
        if (called.name.text === 'slice') {
          const list = this.span(called.expression)
          return this.copied(list, first === undefined ? 0 : Number(first.getText()), second && this.expression(second))
        }
        if (called.name.text === 'reverse') {
          const list = this.span(called.expression)
          const own = this.made()
          this.before.push(`for (${own}.n = 0; ${own}.n < ${list}.n; ${own}.n++) ${own}.v[${own}.n] = ${list}.v[${list}.n - 1 - ${own}.n];`)
          return own
        }
        if (called.name.text === 'fill' && ts.isNewExpression(plain(called.expression))) {
          const [length] = (plain(called.expression) as ts.NewExpression).arguments ?? []
          const own = this.made()
          this.before.push(
            `for (${own}.n = 0; ${own}.n < ${this.expression(length as ts.Expression)}; ${own}.n++) ${own}.v[${own}.n] = ${this.expression(first as ts.Expression)};`,
          )
          return own
        }
      }
      return this.call(node)
    }
    throw new NotInC(`the list ${node.getText()}`)
  }

  protected made(): string {
    const own = this.fresh('t')
    this.calls.add('list')
    this.before.push(`dt_list ${own};`)
    return own
  }

  /** Entries of a list from one on up to another, which a negative number counts from the end. */
  protected copied(list: string, from: number, to: string | undefined): string {
    const own = this.made()
    const end = to === undefined ? `${list}.n` : to.startsWith('(-') ? `${list}.n - ${to.slice(2, -1)}` : `(${to} < ${list}.n ? ${to} : ${list}.n)`
    this.before.push(`for (${own}.n = 0; ${own}.n + ${from} < ${end}; ${own}.n++) ${own}.v[${own}.n] = ${list}.v[${own}.n + ${from}];`)
    return own
  }

  protected literal(node: ts.ArrayLiteralExpression): string {
    if (node.elements.length === 0) {
      const own = this.made()
      this.before.push(`${own}.n = 0;`)
      return own
    }
    const own = this.made()
    this.before.push(`${own}.n = 0;`)
    for (const each of node.elements) {
      if (ts.isSpreadElement(each)) {
        const list = this.span(each.expression)
        const at = this.fresh('i')
        this.before.push(`for (int ${at} = 0; ${at} < ${list}.n; ${at}++) ${own}.v[${own}.n++] = ${list}.v[${at}];`)
      } else this.before.push(`${own}.v[${own}.n++] = ${this.expression(each)};`)
    }
    return own
  }

  protected mapped(of: ts.Expression, node: ts.ArrowFunction): string {
    const list = this.span(of)
    const own = this.made()
    const at = this.fresh('i')
    const heads = this.itemOf(node, list, at)
    const lines = this.with(() => {
      if (!ts.isBlock(node.body)) return [`${own}.v[${at}] = ${this.expression(node.body)};`]
      const all = this.block(node.body, 'double')
      const last = all.pop() as string
      if (!last.startsWith('return ')) throw new NotInC('a function of entries')
      return [...all, `${own}.v[${at}] = ${last.slice(7)}`]
    })
    this.before.push(`${own}.n = ${list}.n;`, `for (int ${at} = 0; ${at} < ${list}.n; ${at}++) {`, ...[...heads, ...lines].map(line => `  ${line}`), '}')
    return own
  }

  protected index(node: ts.Expression): string {
    const text = this.expression(node)
    return /^\d+\.0$/.test(text) ? text.slice(0, -2) : `(int)(${text})`
  }

  protected isSpan(node: ts.Expression, text: string): boolean {
    const own = plain(node)
    if (ts.isIdentifier(own) && this.variables.get(this.symbol(own))?.isSpan === true) return true
    return this.before.some(line => line.startsWith(`const dt_span ${text} `))
  }

  protected reduced(of: ts.Expression, node: ts.ArrowFunction, init: ts.Expression, fromEnd: boolean): string {
    const list = this.span(of)
    const [sum, each] = node.parameters as unknown as [ts.ParameterDeclaration, ts.ParameterDeclaration]
    const own = this.fresh('t')
    const at = this.fresh('i')
    this.before.push(`double ${own} = ${this.expression(init)};`)
    this.variables.set(this.symbol(sum.name), { name: own, type: 'double' })
    this.variables.set(this.symbol(each.name), { name: `${list}.v[${at}]`, type: 'double' })
    const value = this.alone(() => this.expression(node.body as ts.Expression))
    const head = fromEnd ? `for (int ${at} = ${list}.n - 1; ${at} >= 0; ${at}--)` : `for (int ${at} = 0; ${at} < ${list}.n; ${at}++)`
    this.before.push(`${head} ${own} = ${value};`)
    return own
  }

  protected every(of: ts.Expression, node: ts.ArrowFunction): string {
    const list = this.span(of)
    const own = this.fresh('t')
    const at = this.fresh('i')
    const heads = this.itemOf(node, list, at)
    const value = this.alone(() => this.expression(node.body as ts.Expression))
    this.before.push(
      `int ${own} = 1;`,
      `for (int ${at} = 0; ${at} < ${list}.n; ${at}++) {`,
      ...heads.map(line => `  ${line}`),
      `  if (!(${value})) ${own} = 0;`,
      '}',
    )
    return own
  }
}
