import ts from 'typescript'
import { Lists } from './c-lists.ts'
import { cNumber, NotInC, variable } from './c-texts.ts'
import { plain, type Type } from './c-values.ts'

/** Expressions: numbers, truths, structs, and calls. */
export abstract class Expressions extends Lists {
  protected convert(node: ts.Expression, type: Type): string {
    if (type === 'list') return this.list(node)
    if (type.startsWith('dt_')) return this.struct(node, type)
    return this.expression(node)
  }

  /** An object as a struct, of whose type it may have more. */
  protected struct(given: ts.Expression, type: Type): string {
    const node = plain(given)
    const fields = type.slice(3).split('_')
    if (ts.isObjectLiteralExpression(node)) {
      const values = new Map(
        node.properties.map(each => {
          if (ts.isShorthandPropertyAssignment(each)) {
            const symbol = this.known.checker.getShorthandAssignmentValueSymbol(each) as ts.Symbol
            return [each.name.text, this.variables.get(symbol)?.name as string]
          }
          if (!ts.isPropertyAssignment(each)) throw new NotInC('a property')
          return [each.name.getText(), this.convert(each.initializer, this.typeOf(this.known.checker.getTypeAtLocation(each.initializer)))]
        }),
      )
      return `(${type}){${fields.map(field => values.get(field)).join(', ')}}`
    }
    if (ts.isConditionalExpression(node))
      return `(${this.expression(node.condition)} ? ${this.struct(node.whenTrue, type)} : ${this.struct(node.whenFalse, type)})`
    const own = this.typeOf(this.known.checker.getTypeAtLocation(node))
    const text = this.expression(node)
    if (own === type) return text
    return `(${type}){${fields.map(field => `${text}.${field}`).join(', ')}}`
  }

  protected expression(given: ts.Expression): string {
    const node = plain(given)
    const { checker } = this.known
    if (ts.isNumericLiteral(node)) return cNumber(Number(node.text.replaceAll('_', '')))
    if (node.kind === ts.SyntaxKind.TrueKeyword) return '1'
    if (node.kind === ts.SyntaxKind.FalseKeyword) return '0'
    if (ts.isIdentifier(node)) {
      const symbol = this.symbol(node)
      const given = this.given.get(symbol)
      if (given !== undefined) return given
      const known = this.variables.get(symbol)
      if (known !== undefined) return known.name
      const constant = this.constantOf(node)
      if (typeof constant === 'number') return cNumber(constant)
      throw new NotInC(`the name ${node.text}`)
    }
    if (ts.isPropertyAccessExpression(node)) {
      const text = node.getText()
      if (text.startsWith('Math.')) return cNumber(Math[text.slice(5) as 'PI'])
      if (text.startsWith('Number.')) return cNumber(Number[text.slice(7) as 'MAX_VALUE'])
      if (node.name.text === 'length') {
        const table = this.constantOf(node.expression)
        return Array.isArray(table) ? cNumber(table.length) : `${this.span(node.expression)}.n`
      }
      return `${this.expression(node.expression)}.${variable(node.name.text)}`
    }
    if (ts.isElementAccessExpression(node)) {
      const table = this.constantOf(node.expression)
      if (Array.isArray(table) && !Array.isArray(table[0])) return `${this.table(node.expression, table)}[${this.index(node.argumentExpression)}]`
      const list = this.span(node.expression)
      return `${list}.v[${this.index(node.argumentExpression)}]`
    }
    if (ts.isPrefixUnaryExpression(node)) {
      const operand = this.expression(node.operand)
      if (node.operator === ts.SyntaxKind.MinusToken) return `(-${operand})`
      if (node.operator === ts.SyntaxKind.ExclamationToken) return `!${operand}`
    }
    if (ts.isConditionalExpression(node)) {
      const test = this.expression(node.condition)
      const sides = [node.whenTrue, node.whenFalse].map(each => this.alone(() => this.expression(each)))
      return `(${test} ? ${sides.join(' : ')})`
    }
    if (ts.isBinaryExpression(node)) {
      const operator = node.operatorToken.getText()
      if (operator === '**') return this.math('pow', [node.left, node.right])
      if (operator === '%') return this.math('fmod', [node.left, node.right])
      if (operator === '??' && ts.isElementAccessExpression(plain(node.left))) {
        const { expression, argumentExpression } = plain(node.left) as ts.ElementAccessExpression
        const [list, at] = [this.span(expression), this.index(argumentExpression)]
        return `(${at} >= 0 && ${at} < ${list}.n ? ${list}.v[${at}] : ${this.expression(node.right)})`
      }
      const right = () => (operator === '&&' || operator === '||' ? this.alone(() => this.expression(node.right)) : this.expression(node.right))
      if (['+', '-', '*', '/', '<', '<=', '>', '>=', '&&', '||'].includes(operator)) return `(${this.expression(node.left)} ${operator} ${right()})`
      if (operator === '===' || operator === '!==') return `(${this.expression(node.left)} ${operator.slice(0, 2)} ${this.expression(node.right)})`
    }
    if (ts.isCallExpression(node)) {
      const type = this.typeOf(checker.getTypeAtLocation(node))
      if (type === 'list') return this.keep('dt_list', this.list(node))
      return this.call(node)
    }
    throw new NotInC(`the expression ${node.getText()}`)
  }

  protected math(name: string, operands: readonly ts.Expression[]): string {
    const values = operands.map(each => this.expression(each))
    const own = name === 'fmod' ? name : `Math.${name}`
    this.calls.add(own)
    if (values.length > 2) return values.reduceRight((rest, each) => `${own}(${each}, ${rest})`)
    return `${own}(${values.join(', ')})`
  }

  protected call(node: ts.CallExpression): string {
    const called = plain(node.expression)
    if (ts.isPropertyAccessExpression(called)) {
      const text = called.getText()
      const [first, second] = node.arguments
      if (text.startsWith('Math.')) return this.math(text.slice(5), node.arguments)
      if (text === 'Number.isNaN' || text === 'Number.isFinite' || text === 'Number.isInteger') {
        const value = this.expression(first as ts.Expression)
        if (text === 'Number.isInteger') this.calls.add(text)
        return `${{ 'Number.isNaN': 'isnan', 'Number.isFinite': 'isfinite', 'Number.isInteger': text }[text]}(${value})`
      }
      const method = called.name.text
      if ((method === 'reduce' || method === 'reduceRight') && first !== undefined && ts.isArrowFunction(first))
        return this.reduced(called.expression, first, second as ts.Expression, method === 'reduceRight')
      if (method === 'every' && first !== undefined && ts.isArrowFunction(first)) return this.every(called.expression, first)
      throw new NotInC(`the method ${text}`)
    }
    if (!ts.isIdentifier(called)) throw new NotInC(`the call of ${called.getText()}`)
    const symbol = this.symbol(called)
    const closure = this.closures.get(symbol)
    if (closure !== undefined) {
      const operands = node.arguments.map((each, i) => this.operand(each, closure.node.parameters[i] as ts.ParameterDeclaration))
      return `dt_${closure.name}(${[...closure.captured.map(each => each.name), ...operands].join(', ')})`
    }
    const found = this.known.function(symbol)
    if (found === undefined) throw new NotInC(`the function ${called.text}`)
    this.calls.add(found.name)
    const operands = node.arguments.map((each, i) => this.operand(each, found.node.parameters[i] as ts.ParameterDeclaration))
    const rest = found.node.parameters.slice(operands.length)
    if (rest.length > 0) {
      const kept = this.given
      this.given = new Map(found.node.parameters.slice(0, operands.length).map((parameter, i) => [this.symbol(parameter.name), operands[i] as string]))
      operands.push(...rest.map(each => this.expression(each.initializer as ts.Expression)))
      this.given = kept
    }
    return `dt_${found.name}(${operands.join(', ')})`
  }

  protected operand(node: ts.Expression, parameter: ts.ParameterDeclaration): string {
    const type = this.typeOf(this.known.checker.getTypeAtLocation(parameter))
    if (type !== 'list') return this.convert(node, type)
    const table = this.tableOf(plain(node))
    if (table !== undefined) return `(dt_span)${table}`
    const span = this.span(node)
    return this.isSpan(node, span) ? span : `(dt_span){${span}.n, ${span}.v}`
  }
}
