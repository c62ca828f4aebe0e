import ts from 'typescript'
import { Expressions } from './c-expressions.ts'
import { type Declaration, NotInC, variable } from './c-texts.ts'
import { bare, type Closure, plain, type Type } from './c-values.ts'

/** Writes one function, and those in it. */
export class FunctionWriter extends Expressions {
  declaration(): Declaration {
    const { text, prototype } = this.written(this.name, this.node, [])
    return { text: [...this.lifted, text].join('\n'), calls: [...this.calls].sort(), prototype: [...this.prototypes, prototype].join('\n') }
  }

  protected written(name: string, node: ts.FunctionLikeDeclaration, captured: Closure['captured']): { text: string; prototype: string } {
    const { checker } = this.known
    const signature = checker.getSignatureFromDeclaration(node) as ts.Signature
    const gives = this.typeOf(signature.getReturnType())
    const kept = this.before
    this.before = []
    const heads: string[] = []
    const parameters = node.parameters.map((parameter, i) => {
      const type = this.typeOf(checker.getTypeAtLocation(parameter))
      if (ts.isObjectBindingPattern(parameter.name)) {
        const own = `given${i}`
        for (const element of parameter.name.elements) {
          const symbol = checker.getSymbolAtLocation(element.name) as ts.Symbol
          const local = variable(element.name.getText())
          const each = this.typeOf(checker.getTypeAtLocation(element))
          this.variables.set(symbol, { name: local, type: each })
          heads.push(`const ${this.cType(each)} ${local} = ${own}.${local};`)
        }
        return `${this.cType(type)} ${own}`
      }
      if (!ts.isIdentifier(parameter.name)) throw new NotInC('a pattern among parameters')
      const local = variable(parameter.name.text)
      this.variables.set(checker.getSymbolAtLocation(parameter.name) as ts.Symbol, { name: local, type, isSpan: type === 'list' })
      return type === 'list' ? `dt_span ${local}` : `${this.cType(type)} ${local}`
    })
    const own = captured.map(each => (each.type === 'list' ? `dt_list ${each.name}` : `${this.cType(each.type)} ${each.name}`))
    const head = `static ${this.cType(gives)} dt_${name}(${[...own, ...parameters].join(', ') || 'void'})`
    const body = node.body as ts.ConciseBody
    let lines: string[]
    if (ts.isBlock(body)) lines = this.block(body, gives)
    else {
      const value = this.convert(body, gives)
      lines = [...this.before, `return ${value};`]
    }
    this.before = kept
    return { text: `${head} {\n${[...heads, ...lines].map(line => `  ${line}`).join('\n')}\n}`, prototype: `${head};` }
  }

  protected block(block: ts.Block, gives: Type): string[] {
    return block.statements.flatMap(each => this.statement(each, gives))
  }

  protected inBlock(statement: ts.Statement, gives: Type): string[] {
    const lines = ts.isBlock(statement) ? this.block(statement, gives) : this.statement(statement, gives)
    return ['{', ...lines.map(line => `  ${line}`), '}']
  }

  protected statement(node: ts.Statement, gives: Type): string[] {
    if (ts.isBlock(node)) return ['{', ...this.block(node, gives).map(line => `  ${line}`), '}']
    if (ts.isVariableStatement(node)) return node.declarationList.declarations.flatMap(each => this.with(() => this.declare(each)))
    // Functions give something; what gives nothing is called for each entry of a list, in a loop.
    if (ts.isReturnStatement(node) && node.expression === undefined) return ['continue;']
    if (ts.isReturnStatement(node)) return this.with(() => [`return ${bare(this.convert(node.expression as ts.Expression, gives))};`])
    if (ts.isExpressionStatement(node)) return this.with(() => this.effect(node.expression))
    if (ts.isIfStatement(node)) {
      return this.with(() => {
        const test = this.expression(node.expression)
        const yes = this.inBlock(node.thenStatement, gives)
        const no = node.elseStatement === undefined ? [] : this.inBlock(node.elseStatement, gives)
        return [`if (${bare(test)}) {`, ...yes.slice(1), ...(no.length === 0 ? [] : ['else {', ...no.slice(1)])]
      })
    }
    if (ts.isWhileStatement(node))
      return [`while (${bare(this.alone(() => this.expression(node.expression)))}) {`, ...this.inBlock(node.statement, gives).slice(1)]
    if (ts.isForStatement(node)) {
      const { initializer, condition, incrementor, statement } = node
      const first =
        initializer === undefined
          ? []
          : ts.isVariableDeclarationList(initializer)
            ? initializer.declarations.flatMap(each => this.with(() => this.declare(each)))
            : this.with(() => this.effect(initializer))
      const test = condition === undefined ? '' : this.alone(() => this.expression(condition))
      const more = incrementor === undefined ? [''] : this.with(() => this.effect(incrementor))
      if (more.length !== 1) throw new NotInC('a step of a loop')
      return [
        '{',
        ...first.map(each => `  ${each}`),
        `  for (; ${test}; ${(more[0] as string).replace(/;$/, '')}) {`,
        ...this.inBlock(statement, gives)
          .slice(1)
          .map(each => `  ${each}`),
        '}',
      ]
    }
    if (ts.isForOfStatement(node)) {
      return this.with(() => {
        const list = this.span(node.expression)
        const [declared] = (node.initializer as ts.VariableDeclarationList).declarations
        const { name } = declared as ts.VariableDeclaration
        const local = variable(name.getText())
        this.variables.set(this.symbol(name), { name: local, type: 'double' })
        const at = this.fresh('i')
        return [
          `for (int ${at} = 0; ${at} < ${list}.n; ${at}++) {`,
          `  const double ${local} = ${list}.v[${at}];`,
          ...this.inBlock(node.statement, gives).slice(1),
        ]
      })
    }
    if (node.kind === ts.SyntaxKind.BreakStatement) return ['break;']
    if (node.kind === ts.SyntaxKind.ContinueStatement) return ['continue;']
    throw new NotInC(`a ${ts.SyntaxKind[node.kind]}`)
  }

  protected let(name: ts.Node, type: Type): string {
    const local = variable(name.getText())
    this.variables.set(this.symbol(name), { name: local, type })
    return `${this.cType(type)} ${local}`
  }

  protected declare(node: ts.VariableDeclaration): string[] {
    const { name, initializer } = node
    if (initializer === undefined) throw new NotInC('a variable without a value')
    if (ts.isIdentifier(name)) {
      if (ts.isArrowFunction(initializer)) {
        this.lift(name, initializer)
        return []
      }
      const type = this.typeOf(this.known.checker.getTypeAtLocation(name))
      const value = this.convert(initializer, type)
      return [`${this.let(name, type)} = ${value};`]
    }
    if (ts.isObjectBindingPattern(name)) {
      const type = this.typeOf(this.known.checker.getTypeAtLocation(initializer))
      const own = this.fresh('t')
      const value = this.convert(initializer, type)
      return [
        `const ${type} ${own} = ${value};`,
        ...name.elements.map(
          each =>
            `${this.let(each.name, this.typeOf(this.known.checker.getTypeAtLocation(each)))} = ${own}.${variable((each.propertyName ?? each.name).getText())};`,
        ),
      ]
    }
    const targets = name.elements.map(each => (ts.isBindingElement(each) ? each.name : undefined))
    const spans = targets.map(each => each !== undefined && this.typeOf(this.known.checker.getTypeAtLocation(each)) === 'list')
    const values = this.entries(initializer, targets.length, spans)
    return targets.flatMap((target, i) => {
      if (target === undefined) return []
      if (spans[i]) {
        const local = variable(target.getText())
        this.variables.set(this.symbol(target), { name: local, type: 'list', isSpan: true })
        this.calls.add('list')
        return [`const dt_span ${local} = ${values[i]};`]
      }
      return [`${this.let(target, this.typeOf(this.known.checker.getTypeAtLocation(target)))} = ${values[i]};`]
    })
  }

  /** The entries of a list that is taken apart. */
  protected entries(given: ts.Expression, count: number, spans: readonly boolean[]): string[] {
    const node = plain(given)
    if (ts.isArrayLiteralExpression(node))
      return node.elements.map((each, i) => (spans[i] ? `(dt_span){${this.span(each)}.n, ${this.span(each)}.v}` : this.expression(each)))
    if (ts.isConditionalExpression(node)) {
      const test = this.fresh('t')
      this.before.push(`const int ${test} = ${this.expression(node.condition)};`)
      const [yes, no] = [node.whenTrue, node.whenFalse].map(each => this.entries(each, count, spans)) as [string[], string[]]
      return yes.map((each, i) => `${test} ? ${each} : ${no[i]}`)
    }
    if (ts.isElementAccessExpression(node) && ts.isArrayLiteralExpression(plain(node.expression))) {
      const rows = (plain(node.expression) as ts.ArrayLiteralExpression).elements.map(each => this.entries(each, count, spans))
      const at = this.fresh('t')
      this.before.push(`const int ${at} = (int)${this.expression(node.argumentExpression)};`)
      return Array.from({ length: count }, (_, i) =>
        rows.reduceRight((rest, row, k) => (rest === '' ? (row[i] as string) : `${at} == ${k} ? ${row[i]} : ${rest}`), ''),
      )
    }
    const list = this.span(node)
    return Array.from({ length: count }, (_, i) => `${list}.v[${i}]`)
  }

  /** A function in this one, as one beside it that takes what it uses. */
  protected lift(name: ts.Identifier, node: ts.ArrowFunction): void {
    const inside = (symbol: ts.Symbol) => {
      const declared = symbol.valueDeclaration
      return declared !== undefined && declared.pos >= node.pos && declared.end <= node.end
    }
    const captured = new Map<string, Type>()
    const visit = (each: ts.Node): void => {
      if (ts.isIdentifier(each)) {
        const symbol = this.known.checker.getSymbolAtLocation(each)
        const closure = symbol && this.closures.get(symbol)
        if (closure !== undefined) for (const own of closure.captured) captured.set(own.name, own.type)
        const known = symbol && this.variables.get(symbol)
        if (symbol !== undefined && known !== undefined && !inside(symbol)) {
          if (known.isSpan) throw new NotInC('a list around a function')
          captured.set(known.name, known.type)
        }
      }
      ts.forEachChild(each, visit)
    }
    visit(node)
    const closure: Closure = { name: `${this.name}_${name.text}`, captured: [...captured].map(([own, type]) => ({ name: own, type })), node }
    this.closures.set(this.symbol(name), closure)
    const { text, prototype } = this.written(closure.name, node, closure.captured)
    this.lifted.push(text)
    this.prototypes.push(prototype)
  }

  /** An expression for what it does. */
  protected effect(node: ts.Expression): string[] {
    if (ts.isBinaryExpression(node)) {
      const { left, right, operatorToken } = node
      const operator = operatorToken.getText()
      // What a module computes when it is needed first is there.
      if (operator === '??=') return []
      if (operator === '=' && ts.isArrayLiteralExpression(left)) {
        const values = this.entries(right, left.elements.length, [])
        const kept = values.map(value => {
          const own = this.fresh('t')
          this.before.push(`const double ${own} = ${value};`)
          return own
        })
        return left.elements.map((each, i) => `${this.expression(each)} = ${kept[i]};`)
      }
      if (['=', '+=', '-=', '*=', '/='].includes(operator)) {
        const type = this.typeOf(this.known.checker.getTypeAtLocation(left))
        const target = this.target(left)
        return [`${target} ${operator} ${this.convert(right, type)};`]
      }
    }
    if (ts.isPostfixUnaryExpression(node) || ts.isPrefixUnaryExpression(node)) {
      const operator = node.operator === ts.SyntaxKind.PlusPlusToken ? '++' : node.operator === ts.SyntaxKind.MinusMinusToken ? '--' : undefined
      if (operator !== undefined) return [`${this.expression(node.operand)}${operator};`]
    }
    if (ts.isCallExpression(node) && ts.isPropertyAccessExpression(node.expression)) {
      const { name, expression } = node.expression
      const [argument] = node.arguments
      if (name.text === 'push' && argument !== undefined) {
        const list = this.expression(expression)
        const value = this.expression(argument)
        return [`${list}.v[${list}.n] = ${value};`, `${list}.n++;`]
      }
      if (name.text === 'forEach' && argument !== undefined && ts.isArrowFunction(argument)) return this.each(expression, argument)
    }
    throw new NotInC(`the effect of ${node.getText()}`)
  }

  protected target(node: ts.Expression): string {
    const target = plain(node)
    if (ts.isElementAccessExpression(target)) return `${this.expression(target.expression)}.v[${this.index(target.argumentExpression)}]`
    return this.expression(target)
  }

  /** A loop over a list. */
  protected each(of: ts.Expression, node: ts.ArrowFunction): string[] {
    const list = this.span(of)
    const at = this.fresh('i')
    const heads = this.itemOf(node, list, at)
    const lines = ts.isBlock(node.body) ? this.block(node.body, 'double') : this.with(() => this.effect(node.body as ts.Expression))
    return [`for (int ${at} = 0; ${at} < ${list}.n; ${at}++) {`, ...[...heads, ...lines].map(line => `  ${line}`), '}']
  }
}
