import ts from 'typescript'
import { cNumber, type Declaration, NotInC, variable } from './c-texts.ts'

/** What a function's writer knows of the program. */
export interface Known {
  readonly checker: ts.TypeChecker
  /** The value of a module's constant. */
  constant(symbol: ts.Symbol): unknown
  function(symbol: ts.Symbol): { name: string; node: ts.FunctionLikeDeclaration } | undefined
  declare(id: string, declaration: Declaration): void
}

/** 'double', 'int', 'list' (a value), or the name of a struct. */
type Type = string

interface Closure {
  readonly name: string
  readonly captured: readonly { name: string; type: Type }[]
  readonly node: ts.ArrowFunction
}

/** Writes one function, and those in it. */
export class FunctionWriter {
  readonly #known: Known
  readonly #name: string
  readonly #node: ts.FunctionLikeDeclaration
  readonly #calls = new Set<string>()
  /** Statements that stand before the one that is written. */
  #before: string[] = []
  #count = 0
  /** Variables, by symbol. */
  readonly #variables = new Map<ts.Symbol, { name: string; type: Type; isSpan?: boolean }>()
  readonly #closures = new Map<ts.Symbol, Closure>()
  /** Texts that stand for parameters, where a default refers to them. */
  #given = new Map<ts.Symbol, string>()
  readonly #lifted: string[] = []
  readonly #prototypes: string[] = []

  constructor(known: Known, name: string, node: ts.FunctionDeclaration | ts.VariableDeclaration) {
    this.#known = known
    this.#name = name
    this.#node = ts.isVariableDeclaration(node) ? (node.initializer as ts.ArrowFunction) : node
  }

  declaration(): Declaration {
    const { text, prototype } = this.#function(this.#name, this.#node, [])
    return { text: [...this.#lifted, text].join('\n'), calls: [...this.#calls].sort(), prototype: [...this.#prototypes, prototype].join('\n') }
  }

  #function(name: string, node: ts.FunctionLikeDeclaration, captured: Closure['captured']): { text: string; prototype: string } {
    const { checker } = this.#known
    const signature = checker.getSignatureFromDeclaration(node) as ts.Signature
    const gives = this.#typeOf(signature.getReturnType())
    const kept = this.#before
    this.#before = []
    const heads: string[] = []
    const parameters = node.parameters.map((parameter, i) => {
      const type = this.#typeOf(checker.getTypeAtLocation(parameter))
      if (ts.isObjectBindingPattern(parameter.name)) {
        const own = `given${i}`
        for (const element of parameter.name.elements) {
          const symbol = checker.getSymbolAtLocation(element.name) as ts.Symbol
          const local = variable(element.name.getText())
          const each = this.#typeOf(checker.getTypeAtLocation(element))
          this.#variables.set(symbol, { name: local, type: each })
          heads.push(`const ${this.#cType(each)} ${local} = ${own}.${local};`)
        }
        return `${this.#cType(type)} ${own}`
      }
      if (!ts.isIdentifier(parameter.name)) throw new NotInC('a pattern among parameters')
      const local = variable(parameter.name.text)
      this.#variables.set(checker.getSymbolAtLocation(parameter.name) as ts.Symbol, { name: local, type, isSpan: type === 'list' })
      return type === 'list' ? `dt_span ${local}` : `${this.#cType(type)} ${local}`
    })
    const own = captured.map(each => (each.type === 'list' ? `dt_list ${each.name}` : `${this.#cType(each.type)} ${each.name}`))
    const head = `static ${this.#cType(gives)} dt_${name}(${[...own, ...parameters].join(', ') || 'void'})`
    const body = node.body as ts.ConciseBody
    let lines: string[]
    if (ts.isBlock(body)) lines = this.#block(body, gives)
    else {
      const value = this.#convert(body, gives)
      lines = [...this.#before, `return ${value};`]
    }
    this.#before = kept
    return { text: `${head} {\n${[...heads, ...lines].map(line => `  ${line}`).join('\n')}\n}`, prototype: `${head};` }
  }

  #cType(type: Type): string {
    if (type === 'list') this.#calls.add('list')
    return type === 'list' ? 'dt_list' : type
  }

  #typeOf(type: ts.Type): Type {
    const { checker } = this.#known
    if (type.flags & ts.TypeFlags.NumberLike) return 'double'
    if (type.flags & ts.TypeFlags.BooleanLike) return 'int'
    if (type.isUnion()) {
      const types = new Set(type.types.filter(each => !(each.flags & ts.TypeFlags.Undefined)).map(each => this.#typeOf(each)))
      if (types.size === 1) return [...types][0] as Type
    }
    if (checker.isArrayType(type) || checker.isTupleType(type)) {
      const entries = checker.getTypeArguments(type as ts.TypeReference)
      if (entries.every(each => this.#typeOf(each) === 'double')) return 'list'
      throw new NotInC(`a list of ${checker.typeToString(type)}`)
    }
    const properties = type.getProperties()
    if (type.flags & ts.TypeFlags.Object && properties.length > 0 && type.getCallSignatures().length === 0) {
      const fields = properties
        .map(each => ({ name: variable(each.name), type: this.#typeOf(checker.getTypeOfSymbol(each)) }))
        .sort((a, b) => (a.name < b.name ? -1 : 1))
      const name = `dt_${fields.map(each => each.name).join('_')}`
      const lists = fields.some(each => each.type === 'list')
      this.#known.declare(name, {
        text: `typedef struct { ${fields.map(each => `${each.type === 'list' ? 'dt_list' : each.type} ${each.name};`).join(' ')} } ${name};`,
        calls: lists ? ['list'] : [],
      })
      this.#calls.add(name)
      return name
    }
    throw new NotInC(`the type ${checker.typeToString(type)}`)
  }

  #block(block: ts.Block, gives: Type): string[] {
    return block.statements.flatMap(each => this.#statement(each, gives))
  }

  #inBlock(statement: ts.Statement, gives: Type): string[] {
    const lines = ts.isBlock(statement) ? this.#block(statement, gives) : this.#statement(statement, gives)
    return ['{', ...lines.map(line => `  ${line}`), '}']
  }

  /** A statement behind what it needs before it. */
  #with(make: () => string[]): string[] {
    const kept = this.#before
    this.#before = []
    const lines = make()
    const all = [...this.#before, ...lines]
    this.#before = kept
    return all
  }

  /** An expression that can have nothing before it, as it is computed several times or not at all. */
  #alone(make: () => string): string {
    const kept = this.#before
    this.#before = []
    const text = make()
    if (this.#before.length > 0) throw new NotInC('a condition with lists')
    this.#before = kept
    return text
  }

  #statement(node: ts.Statement, gives: Type): string[] {
    if (ts.isBlock(node)) return ['{', ...this.#block(node, gives).map(line => `  ${line}`), '}']
    if (ts.isVariableStatement(node)) return node.declarationList.declarations.flatMap(each => this.#with(() => this.#declaration(each)))
    // Functions give something; what gives nothing is called for each entry of a list, in a loop.
    if (ts.isReturnStatement(node) && node.expression === undefined) return ['continue;']
    if (ts.isReturnStatement(node)) return this.#with(() => [`return ${bare(this.#convert(node.expression as ts.Expression, gives))};`])
    if (ts.isExpressionStatement(node)) return this.#with(() => this.#effect(node.expression))
    if (ts.isIfStatement(node)) {
      return this.#with(() => {
        const test = this.#expression(node.expression)
        const yes = this.#inBlock(node.thenStatement, gives)
        const no = node.elseStatement === undefined ? [] : this.#inBlock(node.elseStatement, gives)
        return [`if (${bare(test)}) {`, ...yes.slice(1), ...(no.length === 0 ? [] : ['else {', ...no.slice(1)])]
      })
    }
    if (ts.isWhileStatement(node))
      return [`while (${bare(this.#alone(() => this.#expression(node.expression)))}) {`, ...this.#inBlock(node.statement, gives).slice(1)]
    if (ts.isForStatement(node)) {
      const { initializer, condition, incrementor, statement } = node
      const first =
        initializer === undefined
          ? []
          : ts.isVariableDeclarationList(initializer)
            ? initializer.declarations.flatMap(each => this.#with(() => this.#declaration(each)))
            : this.#with(() => this.#effect(initializer))
      const test = condition === undefined ? '' : this.#alone(() => this.#expression(condition))
      const more = incrementor === undefined ? [''] : this.#with(() => this.#effect(incrementor))
      if (more.length !== 1) throw new NotInC('a step of a loop')
      return [
        '{',
        ...first.map(each => `  ${each}`),
        `  for (; ${test}; ${(more[0] as string).replace(/;$/, '')}) {`,
        ...this.#inBlock(statement, gives)
          .slice(1)
          .map(each => `  ${each}`),
        '}',
      ]
    }
    if (ts.isForOfStatement(node)) {
      return this.#with(() => {
        const list = this.#span(node.expression)
        const [declared] = (node.initializer as ts.VariableDeclarationList).declarations
        const { name } = declared as ts.VariableDeclaration
        const local = variable(name.getText())
        this.#variables.set(this.#symbol(name), { name: local, type: 'double' })
        const at = this.#fresh('i')
        return [
          `for (int ${at} = 0; ${at} < ${list}.n; ${at}++) {`,
          `  const double ${local} = ${list}.v[${at}];`,
          ...this.#inBlock(node.statement, gives).slice(1),
        ]
      })
    }
    if (node.kind === ts.SyntaxKind.BreakStatement) return ['break;']
    if (node.kind === ts.SyntaxKind.ContinueStatement) return ['continue;']
    throw new NotInC(`a ${ts.SyntaxKind[node.kind]}`)
  }

  #symbol(node: ts.Node): ts.Symbol {
    return this.#known.checker.getSymbolAtLocation(node) as ts.Symbol
  }

  #fresh(prefix: string): string {
    return `${prefix}${this.#count++}_`
  }

  #let(name: ts.Node, type: Type): string {
    const local = variable(name.getText())
    this.#variables.set(this.#symbol(name), { name: local, type })
    return `${this.#cType(type)} ${local}`
  }

  #declaration(node: ts.VariableDeclaration): string[] {
    const { name, initializer } = node
    if (initializer === undefined) throw new NotInC('a variable without a value')
    if (ts.isIdentifier(name)) {
      if (ts.isArrowFunction(initializer)) {
        this.#lift(name, initializer)
        return []
      }
      const type = this.#typeOf(this.#known.checker.getTypeAtLocation(name))
      const value = this.#convert(initializer, type)
      return [`${this.#let(name, type)} = ${value};`]
    }
    if (ts.isObjectBindingPattern(name)) {
      const type = this.#typeOf(this.#known.checker.getTypeAtLocation(initializer))
      const own = this.#fresh('t')
      const value = this.#convert(initializer, type)
      return [
        `const ${type} ${own} = ${value};`,
        ...name.elements.map(
          each =>
            `${this.#let(each.name, this.#typeOf(this.#known.checker.getTypeAtLocation(each)))} = ${own}.${variable((each.propertyName ?? each.name).getText())};`,
        ),
      ]
    }
    const targets = name.elements.map(each => (ts.isBindingElement(each) ? each.name : undefined))
    const spans = targets.map(each => each !== undefined && this.#typeOf(this.#known.checker.getTypeAtLocation(each)) === 'list')
    const values = this.#entries(initializer, targets.length, spans)
    return targets.flatMap((target, i) => {
      if (target === undefined) return []
      if (spans[i]) {
        const local = variable(target.getText())
        this.#variables.set(this.#symbol(target), { name: local, type: 'list', isSpan: true })
        this.#calls.add('list')
        return [`const dt_span ${local} = ${values[i]};`]
      }
      return [`${this.#let(target, this.#typeOf(this.#known.checker.getTypeAtLocation(target)))} = ${values[i]};`]
    })
  }

  /** The entries of a list that is taken apart. */
  #entries(given: ts.Expression, count: number, spans: readonly boolean[]): string[] {
    const node = plain(given)
    if (ts.isArrayLiteralExpression(node))
      return node.elements.map((each, i) => (spans[i] ? `(dt_span){${this.#span(each)}.n, ${this.#span(each)}.v}` : this.#expression(each)))
    if (ts.isConditionalExpression(node)) {
      const test = this.#fresh('t')
      this.#before.push(`const int ${test} = ${this.#expression(node.condition)};`)
      const [yes, no] = [node.whenTrue, node.whenFalse].map(each => this.#entries(each, count, spans)) as [string[], string[]]
      return yes.map((each, i) => `${test} ? ${each} : ${no[i]}`)
    }
    if (ts.isElementAccessExpression(node) && ts.isArrayLiteralExpression(plain(node.expression))) {
      const rows = (plain(node.expression) as ts.ArrayLiteralExpression).elements.map(each => this.#entries(each, count, spans))
      const at = this.#fresh('t')
      this.#before.push(`const int ${at} = (int)${this.#expression(node.argumentExpression)};`)
      return Array.from({ length: count }, (_, i) =>
        rows.reduceRight((rest, row, k) => (rest === '' ? (row[i] as string) : `${at} == ${k} ? ${row[i]} : ${rest}`), ''),
      )
    }
    const list = this.#span(node)
    return Array.from({ length: count }, (_, i) => `${list}.v[${i}]`)
  }

  /** A function in this one, as one beside it that takes what it uses. */
  #lift(name: ts.Identifier, node: ts.ArrowFunction): void {
    const inside = (symbol: ts.Symbol) => {
      const declared = symbol.valueDeclaration
      return declared !== undefined && declared.pos >= node.pos && declared.end <= node.end
    }
    const captured = new Map<string, Type>()
    const visit = (each: ts.Node): void => {
      if (ts.isIdentifier(each)) {
        const symbol = this.#known.checker.getSymbolAtLocation(each)
        const closure = symbol && this.#closures.get(symbol)
        if (closure !== undefined) for (const own of closure.captured) captured.set(own.name, own.type)
        const known = symbol && this.#variables.get(symbol)
        if (symbol !== undefined && known !== undefined && !inside(symbol)) {
          if (known.isSpan) throw new NotInC('a list around a function')
          captured.set(known.name, known.type)
        }
      }
      ts.forEachChild(each, visit)
    }
    visit(node)
    const closure: Closure = { name: `${this.#name}_${name.text}`, captured: [...captured].map(([own, type]) => ({ name: own, type })), node }
    this.#closures.set(this.#symbol(name), closure)
    const { text, prototype } = this.#function(closure.name, node, closure.captured)
    this.#lifted.push(text)
    this.#prototypes.push(prototype)
  }

  /** An expression for what it does. */
  #effect(node: ts.Expression): string[] {
    if (ts.isBinaryExpression(node)) {
      const { left, right, operatorToken } = node
      const operator = operatorToken.getText()
      // What a module computes when it is needed first is there.
      if (operator === '??=') return []
      if (operator === '=' && ts.isArrayLiteralExpression(left)) {
        const values = this.#entries(right, left.elements.length, [])
        const kept = values.map(value => {
          const own = this.#fresh('t')
          this.#before.push(`const double ${own} = ${value};`)
          return own
        })
        return left.elements.map((each, i) => `${this.#expression(each)} = ${kept[i]};`)
      }
      if (['=', '+=', '-=', '*=', '/='].includes(operator)) {
        const type = this.#typeOf(this.#known.checker.getTypeAtLocation(left))
        const target = this.#target(left)
        return [`${target} ${operator} ${this.#convert(right, type)};`]
      }
    }
    if (ts.isPostfixUnaryExpression(node) || ts.isPrefixUnaryExpression(node)) {
      const operator = node.operator === ts.SyntaxKind.PlusPlusToken ? '++' : node.operator === ts.SyntaxKind.MinusMinusToken ? '--' : undefined
      if (operator !== undefined) return [`${this.#expression(node.operand)}${operator};`]
    }
    if (ts.isCallExpression(node) && ts.isPropertyAccessExpression(node.expression)) {
      const { name, expression } = node.expression
      const [argument] = node.arguments
      if (name.text === 'push' && argument !== undefined) {
        const list = this.#expression(expression)
        const value = this.#expression(argument)
        return [`${list}.v[${list}.n] = ${value};`, `${list}.n++;`]
      }
      if (name.text === 'forEach' && argument !== undefined && ts.isArrowFunction(argument)) return this.#each(expression, argument)
    }
    throw new NotInC(`the effect of ${node.getText()}`)
  }

  #target(node: ts.Expression): string {
    const target = plain(node)
    if (ts.isElementAccessExpression(target)) return `${this.#expression(target.expression)}.v[${this.#index(target.argumentExpression)}]`
    return this.#expression(target)
  }

  /** A loop over a list. */
  #each(of: ts.Expression, node: ts.ArrowFunction): string[] {
    const list = this.#span(of)
    const at = this.#fresh('i')
    const heads = this.#itemOf(node, list, at)
    const lines = ts.isBlock(node.body) ? this.#block(node.body, 'double') : this.#with(() => this.#effect(node.body as ts.Expression))
    return [`for (int ${at} = 0; ${at} < ${list}.n; ${at}++) {`, ...[...heads, ...lines].map(line => `  ${line}`), '}']
  }

  /** The parameters of a function of an entry and its place. */
  #itemOf({ parameters, body }: ts.ArrowFunction, list: string, at: string): string[] {
    return parameters.flatMap((parameter, i) => {
      const local = variable(parameter.name.getText())
      this.#variables.set(this.#symbol(parameter.name), { name: local, type: 'double' })
      const isUsed = new RegExp(`\\b${parameter.name.getText()}\\b`).test(body.getText())
      if (!isUsed) return []
      return [`const double ${local} = ${i === 0 ? `${list}.v[${at}]` : at};`]
    })
  }

  #convert(node: ts.Expression, type: Type): string {
    if (type === 'list') return this.#list(node)
    if (type.startsWith('dt_')) return this.#struct(node, type)
    return this.#expression(node)
  }

  /** An object as a struct, of whose type it may have more. */
  #struct(given: ts.Expression, type: Type): string {
    const node = plain(given)
    const fields = type.slice(3).split('_')
    if (ts.isObjectLiteralExpression(node)) {
      const values = new Map(
        node.properties.map(each => {
          if (ts.isShorthandPropertyAssignment(each)) {
            const symbol = this.#known.checker.getShorthandAssignmentValueSymbol(each) as ts.Symbol
            return [each.name.text, this.#variables.get(symbol)?.name as string]
          }
          if (!ts.isPropertyAssignment(each)) throw new NotInC('a property')
          return [each.name.getText(), this.#convert(each.initializer, this.#typeOf(this.#known.checker.getTypeAtLocation(each.initializer)))]
        }),
      )
      return `(${type}){${fields.map(field => values.get(field)).join(', ')}}`
    }
    if (ts.isConditionalExpression(node))
      return `(${this.#expression(node.condition)} ? ${this.#struct(node.whenTrue, type)} : ${this.#struct(node.whenFalse, type)})`
    const own = this.#typeOf(this.#known.checker.getTypeAtLocation(node))
    const text = this.#expression(node)
    if (own === type) return text
    return `(${type}){${fields.map(field => `${text}.${field}`).join(', ')}}`
  }

  #keep(type: string, value: string): string {
    const own = this.#fresh('t')
    this.#before.push(`const ${type} ${own} = ${value};`)
    return own
  }

  /** Something with `n` and `v`, as often as it is asked for. */
  #span(given: ts.Expression): string {
    const node = plain(given)
    if (ts.isIdentifier(node)) {
      const known = this.#variables.get(this.#symbol(node))
      if (known !== undefined) return known.name
    }
    const table = this.#tableOf(node)
    if (table !== undefined) return this.#keep('dt_span', table)
    return this.#keep('dt_list', this.#list(node))
  }

  /** A table of constants as a span. */
  #tableOf(node: ts.Expression): string | undefined {
    const value = this.#constantOf(node)
    if (!Array.isArray(value)) {
      if (!ts.isElementAccessExpression(node)) return undefined
      const rows = this.#constantOf(plain(node.expression))
      if (!Array.isArray(rows) || !Array.isArray(rows[0])) return undefined
      const id = this.#table(node.expression, rows)
      return `{${rows[0].length}, ${id}[${this.#index(node.argumentExpression)}]}`
    }
    return `{${value.length}, ${this.#table(node, value)}}`
  }

  #table(node: ts.Expression, value: readonly unknown[]): string {
    const id = `${this.#name}_${node.getText().replace(/\W/g, '')}`
    const row = (list: readonly number[]) => `{${list.map(cNumber).join(', ')}}`
    const nested = Array.isArray(value[0])
    const text = nested ? `{${(value as number[][]).map(row).join(', ')}}` : row(value as number[])
    this.#known.declare(id, {
      text: `static const double dt_${id}[${value.length}]${nested ? `[${(value[0] as number[]).length}]` : ''} = ${text};`,
      calls: [],
    })
    this.#calls.add(id)
    this.#calls.add('list')
    return `dt_${id}`
  }

  #constantOf(node: ts.Expression): unknown {
    const own = plain(node)
    if (!ts.isIdentifier(own)) return undefined
    const symbol = this.#known.checker.getSymbolAtLocation(own)
    if (symbol === undefined) return undefined
    const real = symbol.flags & ts.SymbolFlags.Alias ? this.#known.checker.getAliasedSymbol(symbol) : symbol
    return this.#variables.has(real) ? undefined : this.#known.constant(real)
  }

  /** A list as a value. */
  #list(given: ts.Expression): string {
    const node = plain(given)
    this.#calls.add('list')
    if (ts.isConditionalExpression(node)) {
      const test = this.#expression(node.condition)
      const own = this.#made()
      const [yes, no] = [node.whenTrue, node.whenFalse].map(side => this.#with(() => [`${own} = ${this.#list(side)};`])) as [string[], string[]]
      this.#before.push(`if (${bare(test)}) {`, ...yes.map(line => `  ${line}`), '} else {', ...no.map(line => `  ${line}`), '}')
      return own
    }
    if (ts.isIdentifier(node)) {
      const known = this.#variables.get(this.#symbol(node))
      if (known !== undefined && known.isSpan !== true) return known.name
      return this.#copied(this.#span(node), 0, undefined)
    }
    if (ts.isArrayLiteralExpression(node)) return this.#literal(node)
    if (ts.isCallExpression(node)) {
      const called = node.expression
      if (ts.isPropertyAccessExpression(called)) {
        const [first, second] = node.arguments
        if (called.name.text === 'map' && first !== undefined && ts.isArrowFunction(first)) return this.#mapped(called.expression, first)
        if (called.name.text === 'slice') {
          const list = this.#span(called.expression)
          return this.#copied(list, first === undefined ? 0 : Number(first.getText()), second && this.#expression(second))
        }
        if (called.name.text === 'reverse') {
          const list = this.#span(called.expression)
          const own = this.#made()
          this.#before.push(`for (${own}.n = 0; ${own}.n < ${list}.n; ${own}.n++) ${own}.v[${own}.n] = ${list}.v[${list}.n - 1 - ${own}.n];`)
          return own
        }
        if (called.name.text === 'fill' && ts.isNewExpression(plain(called.expression))) {
          const [length] = (plain(called.expression) as ts.NewExpression).arguments ?? []
          const own = this.#made()
          this.#before.push(
            `for (${own}.n = 0; ${own}.n < ${this.#expression(length as ts.Expression)}; ${own}.n++) ${own}.v[${own}.n] = ${this.#expression(first as ts.Expression)};`,
          )
          return own
        }
      }
      return this.#call(node)
    }
    throw new NotInC(`the list ${node.getText()}`)
  }

  #made(): string {
    const own = this.#fresh('t')
    this.#calls.add('list')
    this.#before.push(`dt_list ${own};`)
    return own
  }

  /** Entries of a list from one on up to another, which a negative number counts from the end. */
  #copied(list: string, from: number, to: string | undefined): string {
    const own = this.#made()
    const end = to === undefined ? `${list}.n` : to.startsWith('(-') ? `${list}.n - ${to.slice(2, -1)}` : `(${to} < ${list}.n ? ${to} : ${list}.n)`
    this.#before.push(`for (${own}.n = 0; ${own}.n + ${from} < ${end}; ${own}.n++) ${own}.v[${own}.n] = ${list}.v[${own}.n + ${from}];`)
    return own
  }

  #literal(node: ts.ArrayLiteralExpression): string {
    if (node.elements.length === 0) {
      const own = this.#made()
      this.#before.push(`${own}.n = 0;`)
      return own
    }
    const own = this.#made()
    this.#before.push(`${own}.n = 0;`)
    for (const each of node.elements) {
      if (ts.isSpreadElement(each)) {
        const list = this.#span(each.expression)
        const at = this.#fresh('i')
        this.#before.push(`for (int ${at} = 0; ${at} < ${list}.n; ${at}++) ${own}.v[${own}.n++] = ${list}.v[${at}];`)
      } else this.#before.push(`${own}.v[${own}.n++] = ${this.#expression(each)};`)
    }
    return own
  }

  #mapped(of: ts.Expression, node: ts.ArrowFunction): string {
    const list = this.#span(of)
    const own = this.#made()
    const at = this.#fresh('i')
    const heads = this.#itemOf(node, list, at)
    const lines = this.#with(() => {
      if (!ts.isBlock(node.body)) return [`${own}.v[${at}] = ${this.#expression(node.body)};`]
      const all = this.#block(node.body, 'double')
      const last = all.pop() as string
      if (!last.startsWith('return ')) throw new NotInC('a function of entries')
      return [...all, `${own}.v[${at}] = ${last.slice(7)}`]
    })
    this.#before.push(`${own}.n = ${list}.n;`, `for (int ${at} = 0; ${at} < ${list}.n; ${at}++) {`, ...[...heads, ...lines].map(line => `  ${line}`), '}')
    return own
  }

  #index(node: ts.Expression): string {
    const text = this.#expression(node)
    return /^\d+\.0$/.test(text) ? text.slice(0, -2) : `(int)(${text})`
  }

  #expression(given: ts.Expression): string {
    const node = plain(given)
    const { checker } = this.#known
    if (ts.isNumericLiteral(node)) return cNumber(Number(node.text.replaceAll('_', '')))
    if (node.kind === ts.SyntaxKind.TrueKeyword) return '1'
    if (node.kind === ts.SyntaxKind.FalseKeyword) return '0'
    if (ts.isIdentifier(node)) {
      const symbol = this.#symbol(node)
      const given = this.#given.get(symbol)
      if (given !== undefined) return given
      const known = this.#variables.get(symbol)
      if (known !== undefined) return known.name
      const constant = this.#constantOf(node)
      if (typeof constant === 'number') return cNumber(constant)
      throw new NotInC(`the name ${node.text}`)
    }
    if (ts.isPropertyAccessExpression(node)) {
      const text = node.getText()
      if (text.startsWith('Math.')) return cNumber(Math[text.slice(5) as 'PI'])
      if (text.startsWith('Number.')) return cNumber(Number[text.slice(7) as 'MAX_VALUE'])
      if (node.name.text === 'length') {
        const table = this.#constantOf(node.expression)
        return Array.isArray(table) ? cNumber(table.length) : `${this.#span(node.expression)}.n`
      }
      return `${this.#expression(node.expression)}.${variable(node.name.text)}`
    }
    if (ts.isElementAccessExpression(node)) {
      const table = this.#constantOf(node.expression)
      if (Array.isArray(table) && !Array.isArray(table[0])) return `${this.#table(node.expression, table)}[${this.#index(node.argumentExpression)}]`
      const list = this.#span(node.expression)
      return `${list}.v[${this.#index(node.argumentExpression)}]`
    }
    if (ts.isPrefixUnaryExpression(node)) {
      const operand = this.#expression(node.operand)
      if (node.operator === ts.SyntaxKind.MinusToken) return `(-${operand})`
      if (node.operator === ts.SyntaxKind.ExclamationToken) return `!${operand}`
    }
    if (ts.isConditionalExpression(node)) {
      const test = this.#expression(node.condition)
      const sides = [node.whenTrue, node.whenFalse].map(each => this.#alone(() => this.#expression(each)))
      return `(${test} ? ${sides.join(' : ')})`
    }
    if (ts.isBinaryExpression(node)) {
      const operator = node.operatorToken.getText()
      if (operator === '**') return this.#math('pow', [node.left, node.right])
      if (operator === '%') return this.#math('fmod', [node.left, node.right])
      if (operator === '??' && ts.isElementAccessExpression(plain(node.left))) {
        const { expression, argumentExpression } = plain(node.left) as ts.ElementAccessExpression
        const [list, at] = [this.#span(expression), this.#index(argumentExpression)]
        return `(${at} >= 0 && ${at} < ${list}.n ? ${list}.v[${at}] : ${this.#expression(node.right)})`
      }
      const right = () => (operator === '&&' || operator === '||' ? this.#alone(() => this.#expression(node.right)) : this.#expression(node.right))
      if (['+', '-', '*', '/', '<', '<=', '>', '>=', '&&', '||'].includes(operator)) return `(${this.#expression(node.left)} ${operator} ${right()})`
      if (operator === '===' || operator === '!==') return `(${this.#expression(node.left)} ${operator.slice(0, 2)} ${this.#expression(node.right)})`
    }
    if (ts.isCallExpression(node)) {
      const type = this.#typeOf(checker.getTypeAtLocation(node))
      if (type === 'list') return this.#keep('dt_list', this.#list(node))
      return this.#call(node)
    }
    throw new NotInC(`the expression ${node.getText()}`)
  }

  #math(name: string, operands: readonly ts.Expression[]): string {
    const values = operands.map(each => this.#expression(each))
    const own = name === 'fmod' ? name : `Math.${name}`
    this.#calls.add(own)
    if (values.length > 2) return values.reduceRight((rest, each) => `${own}(${each}, ${rest})`)
    return `${own}(${values.join(', ')})`
  }

  #call(node: ts.CallExpression): string {
    const called = plain(node.expression)
    if (ts.isPropertyAccessExpression(called)) {
      const text = called.getText()
      const [first, second] = node.arguments
      if (text.startsWith('Math.')) return this.#math(text.slice(5), node.arguments)
      if (text === 'Number.isNaN' || text === 'Number.isFinite' || text === 'Number.isInteger') {
        const value = this.#expression(first as ts.Expression)
        if (text === 'Number.isInteger') this.#calls.add(text)
        return `${{ 'Number.isNaN': 'isnan', 'Number.isFinite': 'isfinite', 'Number.isInteger': text }[text]}(${value})`
      }
      const method = called.name.text
      if ((method === 'reduce' || method === 'reduceRight') && first !== undefined && ts.isArrowFunction(first))
        return this.#reduced(called.expression, first, second as ts.Expression, method === 'reduceRight')
      if (method === 'every' && first !== undefined && ts.isArrowFunction(first)) return this.#every(called.expression, first)
      throw new NotInC(`the method ${text}`)
    }
    if (!ts.isIdentifier(called)) throw new NotInC(`the call of ${called.getText()}`)
    const symbol = this.#symbol(called)
    const closure = this.#closures.get(symbol)
    if (closure !== undefined) {
      const operands = node.arguments.map((each, i) => this.#operand(each, closure.node.parameters[i] as ts.ParameterDeclaration))
      return `dt_${closure.name}(${[...closure.captured.map(each => each.name), ...operands].join(', ')})`
    }
    const found = this.#known.function(symbol)
    if (found === undefined) throw new NotInC(`the function ${called.text}`)
    this.#calls.add(found.name)
    const operands = node.arguments.map((each, i) => this.#operand(each, found.node.parameters[i] as ts.ParameterDeclaration))
    const rest = found.node.parameters.slice(operands.length)
    if (rest.length > 0) {
      const kept = this.#given
      this.#given = new Map(found.node.parameters.slice(0, operands.length).map((parameter, i) => [this.#symbol(parameter.name), operands[i] as string]))
      operands.push(...rest.map(each => this.#expression(each.initializer as ts.Expression)))
      this.#given = kept
    }
    return `dt_${found.name}(${operands.join(', ')})`
  }

  #operand(node: ts.Expression, parameter: ts.ParameterDeclaration): string {
    const type = this.#typeOf(this.#known.checker.getTypeAtLocation(parameter))
    if (type !== 'list') return this.#convert(node, type)
    const table = this.#tableOf(plain(node))
    if (table !== undefined) return `(dt_span)${table}`
    const span = this.#span(node)
    return this.#isSpan(node, span) ? span : `(dt_span){${span}.n, ${span}.v}`
  }

  #isSpan(node: ts.Expression, text: string): boolean {
    const own = plain(node)
    if (ts.isIdentifier(own) && this.#variables.get(this.#symbol(own))?.isSpan === true) return true
    return this.#before.some(line => line.startsWith(`const dt_span ${text} `))
  }

  #reduced(of: ts.Expression, node: ts.ArrowFunction, init: ts.Expression, fromEnd: boolean): string {
    const list = this.#span(of)
    const [sum, each] = node.parameters as unknown as [ts.ParameterDeclaration, ts.ParameterDeclaration]
    const own = this.#fresh('t')
    const at = this.#fresh('i')
    this.#before.push(`double ${own} = ${this.#expression(init)};`)
    this.#variables.set(this.#symbol(sum.name), { name: own, type: 'double' })
    this.#variables.set(this.#symbol(each.name), { name: `${list}.v[${at}]`, type: 'double' })
    const value = this.#alone(() => this.#expression(node.body as ts.Expression))
    const head = fromEnd ? `for (int ${at} = ${list}.n - 1; ${at} >= 0; ${at}--)` : `for (int ${at} = 0; ${at} < ${list}.n; ${at}++)`
    this.#before.push(`${head} ${own} = ${value};`)
    return own
  }

  #every(of: ts.Expression, node: ts.ArrowFunction): string {
    const list = this.#span(of)
    const own = this.#fresh('t')
    const at = this.#fresh('i')
    const heads = this.#itemOf(node, list, at)
    const value = this.#alone(() => this.#expression(node.body as ts.Expression))
    this.#before.push(
      `int ${own} = 1;`,
      `for (int ${at} = 0; ${at} < ${list}.n; ${at}++) {`,
      ...heads.map(line => `  ${line}`),
      `  if (!(${value})) ${own} = 0;`,
      '}',
    )
    return own
  }
}

/** An expression without parentheses and assertions of types. */
function plain(node: ts.Expression): ts.Expression {
  if (ts.isParenthesizedExpression(node) || ts.isAsExpression(node) || ts.isNonNullExpression(node) || ts.isSatisfiesExpression(node))
    return plain(node.expression)
  return node
}

/** An expression without the parentheses around all of it. */
function bare(text: string): string {
  if (!text.startsWith('(') || !text.endsWith(')')) return text
  let depth = 0
  for (let i = 0; i < text.length - 1; i++) {
    depth += text[i] === '(' ? 1 : text[i] === ')' ? -1 : 0
    if (depth === 0) return text
  }
  return text.slice(1, -1)
}
