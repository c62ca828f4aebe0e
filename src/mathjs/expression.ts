import {
  type ArrayNode,
  type AssignmentNode,
  type BlockNode,
  type ConditionalNode,
  type ConstantNode,
  type FunctionAssignmentNode,
  type FunctionNode,
  type MathNode,
  type OperatorNode,
  type ParenthesisNode,
  parse,
  type RelationalNode,
  type SymbolNode,
} from 'mathjs'
import { shapeOf, toValue } from '../core/dispatch.ts'
import { DualtapeError } from '../core/errors.ts'
import { Tensor } from '../core/tensor.ts'
import type { Value } from '../core/types.ts'
import * as ops from '../ops/index.ts'
import { type ExpressionFunction, functionNamed, functionNames } from './functions.ts'

/** A formula that cannot be read or differentiated: the message shows where. */
export class ExpressionError extends DualtapeError {
  override name = 'ExpressionError'
}

/** Values of variables, and functions, by name. */
export type Scope = { readonly [name: string]: unknown }

export interface ExpressionOptions {
  /** Whether `*`, `/` and `^` act entry by entry, as on columns of data, and not as on matrices. */
  elementwise?: boolean
}

const CONSTANTS: Scope = {
  pi: Math.PI,
  tau: 2 * Math.PI,
  e: Math.E,
  phi: (1 + Math.sqrt(5)) / 2,
  Infinity: Infinity,
  NaN: NaN,
  true: true,
  false: false,
  LN2: Math.LN2,
  LN10: Math.LN10,
  SQRT2: Math.SQRT2,
}

/** A mathjs expression as a function of its variables, computed by registry operators. */
export class Expression {
  readonly text: string
  readonly #root: MathNode
  readonly #elementwise: boolean

  /** Throws an ExpressionError that points to the place of a syntax error. */
  constructor(text: string, { elementwise = false }: ExpressionOptions = {}) {
    this.text = text
    this.#elementwise = elementwise
    try {
      this.#root = parse(text)
    } catch (error) {
      const { message, char } = error as { message: string; char?: number }
      throw new ExpressionError(char === undefined ? message : `${message}\n${pointTo(text, char - 1)}`)
    }
  }

  /** Names of the free variables, in order of appearance. */
  get variables(): string[] {
    const found = new Set<string>()
    const bound = new Set<string>()
    this.#root.traverse((node, path, parent) => {
      if (node.type === 'AssignmentNode') bound.add((node as AssignmentNode).name)
      if (node.type === 'FunctionAssignmentNode') {
        bound.add((node as FunctionAssignmentNode).name)
        for (const each of (node as FunctionAssignmentNode).params) bound.add(each)
      }
      const isCalled = parent?.type === 'FunctionNode' && path === 'fn'
      if (node.type === 'SymbolNode' && !isCalled) found.add((node as SymbolNode).name)
    })
    return [...found].filter(name => !bound.has(name) && !Object.hasOwn(CONSTANTS, name))
  }

  /** The value where variables have the values of the scope. Works on traced values as on numbers. */
  evaluate(scope: Scope): unknown {
    return this.#value(this.#root, new Map(Object.entries(scope)))
  }

  #value(node: MathNode, scope: Map<string, unknown>): unknown {
    const value = (each: MathNode) => this.#value(each, scope)
    switch (node.type) {
      case 'ConstantNode':
        return this.#constant(node as ConstantNode)
      case 'SymbolNode':
        return this.#variable((node as SymbolNode).name, scope)
      case 'ParenthesisNode':
        return value((node as ParenthesisNode).content)
      case 'OperatorNode': {
        const { fn, args } = node as OperatorNode
        return this.#call(fn, args.map(value))
      }
      case 'FunctionNode': {
        const { fn, args } = node as FunctionNode
        const name = (fn as unknown as { name: string }).name
        const own = scope.get(name)
        return typeof own === 'function' ? (own as ExpressionFunction)(...args.map(value)) : this.#call(name, args.map(value))
      }
      case 'ArrayNode':
        return (node as ArrayNode).items.map(value)
      case 'ConditionalNode': {
        const { condition, trueExpr, falseExpr } = node as ConditionalNode
        const test = value(condition)
        return test instanceof Tensor ? ops.where(test, value(trueExpr) as Value, value(falseExpr) as Value) : value(test ? trueExpr : falseExpr)
      }
      case 'RelationalNode': {
        const { conditionals, params } = node as unknown as { conditionals: string[]; params: MathNode[] } & RelationalNode
        const values = params.map(value)
        return conditionals.map((name, i) => this.#call(name, [values[i], values[i + 1]])).reduce((a, b) => ops.mul(a as number, b as number))
      }
      case 'AssignmentNode': {
        const { name, value: right, index } = node as AssignmentNode
        if (index !== null) throw this.#unsupported(node)
        const assigned = value(right)
        scope.set(name, assigned)
        return assigned
      }
      case 'FunctionAssignmentNode': {
        const { name, params, expr } = node as FunctionAssignmentNode
        const body = (...args: unknown[]) => this.#value(expr, new Map([...scope, ...params.map((each, i) => [each, args[i]] as const)]))
        scope.set(name, body)
        return body
      }
      case 'BlockNode':
        return (node as BlockNode).blocks.map(each => value(each.node)).at(-1)
      default:
        throw this.#unsupported(node)
    }
  }

  #constant(node: ConstantNode): unknown {
    if (typeof node.value === 'number' || typeof node.value === 'boolean') return node.value
    throw this.#unsupported(node)
  }

  #variable(name: string, scope: Map<string, unknown>): unknown {
    if (scope.has(name)) return scope.get(name)
    if (Object.hasOwn(CONSTANTS, name)) return CONSTANTS[name]
    const given = [...scope.keys()].filter(key => typeof scope.get(key) !== 'function')
    const known = given.length === 0 ? 'No variables were given.' : `Given: ${given.join(', ')}.`
    throw new ExpressionError(`There is no value for the variable ${name}. ${known}\n${this.#pointToWord(name)}`)
  }

  #call(name: string, args: unknown[]): unknown {
    const operator = functionNamed(name)
    if (operator === undefined) {
      const close = functionNames().filter(each => each.toLowerCase() === name.toLowerCase() || each.startsWith(name))
      throw new ExpressionError(
        `There is no function ${name}${close.length > 0 ? `. Did you mean ${close.join(' or ')}?` : ' that can be differentiated.'}\n${this.#pointToWord(name)}`,
      )
    }
    if (this.#elementwise) return operator(...args)
    const [x, y] = args
    const [a, b] = [shapeOf(x), shapeOf(y)]
    if (name === 'multiply' && a.length > 0 && b.length > 0) return ops.matmul(toValue('multiply', x), toValue('multiply', y))
    if (name === 'divide' && b.length > 0)
      throw new ExpressionError(`Division by a matrix is not among the operators here; use ./ for division entry by entry.\n${this.#pointToWord('/')}`)
    if (name === 'pow' && a.length > 0)
      throw new ExpressionError(`A matrix power is not among the operators here; use .^ for powers entry by entry.\n${this.#pointToWord('^')}`)
    return operator(...args)
  }

  #unsupported(node: MathNode): ExpressionError {
    const text = node.toString()
    return new ExpressionError(`${text} (${node.type}) cannot be differentiated.\n${this.#pointToWord(text)}`)
  }

  #pointToWord(word: string): string {
    const escaped = word.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')
    const at = this.text.search(/^\w+$/.test(word) ? new RegExp(`\\b${escaped}\\b`) : new RegExp(escaped))
    return pointTo(this.text, at)
  }
}

/** The text with a mark under a position. */
function pointTo(text: string, position: number): string {
  if (position < 0) return `  ${text}`
  const before = text.slice(0, position)
  const line = text.split('\n')[before.split('\n').length - 1] as string
  const column = before.length - before.lastIndexOf('\n') - 1
  return `  ${line}\n  ${' '.repeat(column)}^`
}
