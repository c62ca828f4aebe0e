import ts from 'typescript'
import { type Declaration, NotInC, variable } from './c-texts.ts'

/** What a function's writer knows of the program. */
export interface Known {
  readonly checker: ts.TypeChecker
  /** The value of a module's constant. */
  constant(symbol: ts.Symbol): unknown
  function(symbol: ts.Symbol): { name: string; node: ts.FunctionLikeDeclaration } | undefined
  declare(id: string, declaration: Declaration): void
}

/** What a value is in C: 'double', 'int', 'list' (a value), or the name of a struct. */
export type Type = string

/** A function in another: what it uses of that one. */
export interface Closure {
  readonly name: string
  readonly captured: readonly { name: string; type: Type }[]
  readonly node: ts.ArrowFunction
}

/** The types of values, names for them, and what stands before a statement. */
export abstract class Values {
  protected readonly known: Known
  protected readonly name: string
  protected readonly node: ts.FunctionLikeDeclaration
  protected readonly calls = new Set<string>()
  /** Statements that stand before the one that is written. */
  protected before: string[] = []
  protected count = 0
  /** Variables, by symbol. */
  protected readonly variables = new Map<ts.Symbol, { name: string; type: Type; isSpan?: boolean }>()
  protected readonly closures = new Map<ts.Symbol, Closure>()
  /** Texts that stand for parameters, where a default refers to them. */
  protected given = new Map<ts.Symbol, string>()
  protected readonly lifted: string[] = []
  protected readonly prototypes: string[] = []

  constructor(known: Known, name: string, node: ts.FunctionDeclaration | ts.VariableDeclaration) {
    this.known = known
    this.name = name
    this.node = ts.isVariableDeclaration(node) ? (node.initializer as ts.ArrowFunction) : node
  }

  protected cType(type: Type): string {
    if (type === 'list') this.calls.add('list')
    return type === 'list' ? 'dt_list' : type
  }

  protected typeOf(type: ts.Type): Type {
    const { checker } = this.known
    if (type.flags & ts.TypeFlags.NumberLike) return 'double'
    if (type.flags & ts.TypeFlags.BooleanLike) return 'int'
    if (type.isUnion()) {
      const types = new Set(type.types.filter(each => !(each.flags & ts.TypeFlags.Undefined)).map(each => this.typeOf(each)))
      if (types.size === 1) return [...types][0] as Type
    }
    if (checker.isArrayType(type) || checker.isTupleType(type)) {
      const entries = checker.getTypeArguments(type as ts.TypeReference)
      if (entries.every(each => this.typeOf(each) === 'double')) return 'list'
      throw new NotInC(`a list of ${checker.typeToString(type)}`)
    }
    const properties = type.getProperties()
    if (type.flags & ts.TypeFlags.Object && properties.length > 0 && type.getCallSignatures().length === 0) {
      const fields = properties
        .map(each => ({ name: variable(each.name), type: this.typeOf(checker.getTypeOfSymbol(each)) }))
        .sort((a, b) => (a.name < b.name ? -1 : 1))
      const name = `dt_${fields.map(each => each.name).join('_')}`
      const lists = fields.some(each => each.type === 'list')
      this.known.declare(name, {
        text: `typedef struct { ${fields.map(each => `${each.type === 'list' ? 'dt_list' : each.type} ${each.name};`).join(' ')} } ${name};`,
        calls: lists ? ['list'] : [],
      })
      this.calls.add(name)
      return name
    }
    throw new NotInC(`the type ${checker.typeToString(type)}`)
  }

  protected symbol(node: ts.Node): ts.Symbol {
    return this.known.checker.getSymbolAtLocation(node) as ts.Symbol
  }

  protected fresh(prefix: string): string {
    return `${prefix}${this.count++}_`
  }

  protected keep(type: string, value: string): string {
    const own = this.fresh('t')
    this.before.push(`const ${type} ${own} = ${value};`)
    return own
  }

  /** A statement behind what it needs before it. */
  protected with(make: () => string[]): string[] {
    const kept = this.before
    this.before = []
    const lines = make()
    const all = [...this.before, ...lines]
    this.before = kept
    return all
  }

  /** An expression that can have nothing before it, as it is computed several times or not at all. */
  protected alone(make: () => string): string {
    const kept = this.before
    this.before = []
    const text = make()
    if (this.before.length > 0) throw new NotInC('a condition with lists')
    this.before = kept
    return text
  }

  /** The text of an expression. */
  protected abstract expression(node: ts.Expression): string
  /** The same as a value of a type. */
  protected abstract convert(node: ts.Expression, type: Type): string
  protected abstract call(node: ts.CallExpression): string
  protected abstract block(block: ts.Block, gives: Type): string[]
}

/** An expression without parentheses and assertions of types. */
export function plain(node: ts.Expression): ts.Expression {
  if (ts.isParenthesizedExpression(node) || ts.isAsExpression(node) || ts.isNonNullExpression(node) || ts.isSatisfiesExpression(node))
    return plain(node.expression)
  return node
}

/** An expression without the parentheses around all of it. */
export function bare(text: string): string {
  if (!text.startsWith('(') || !text.endsWith(')')) return text
  let depth = 0
  for (let i = 0; i < text.length - 1; i++) {
    depth += text[i] === '(' ? 1 : text[i] === ')' ? -1 : 0
    if (depth === 0) return text
  }
  return text.slice(1, -1)
}
