import { type AssignmentNode, type FunctionAssignmentNode, type FunctionNode, type MathNode, type OperatorNode, parse, type SymbolNode } from 'mathjs'
import { OptionError } from '../core/errors.ts'
import { checkOptions } from '../reverse/grad.ts'
import { CONSTANTS } from './constants.ts'
import { ExpressionError } from './error.ts'
import { Evaluation, Names } from './evaluation.ts'
import { functions } from './functions/table.ts'
import { DEFAULT_LIMITS, LimitError, type Limits } from './limits.ts'
import { positionsOf } from './positions.ts'
import { FunctionValue, fromScope, type Units } from './values.ts'

/** Values of variables, and functions, by name. */
export type Scope = { readonly [name: string]: unknown }

/** An expression: its text, a node that mathjs has parsed, or one made before. */
export type Source = string | MathNode | Expression

/** How an expression is read. */
export interface ExpressionOptions {
  /** Whether `*`, `/` and `^` act entry by entry, as on columns of data, and not as on matrices. */
  elementwise?: boolean
  /** What to do about quantities with units: 'refuse' (the default), or 'strip': take their numbers in SI base units. */
  units?: Units
  /** What to do where mathjs would go on with a complex number: 'refuse' (the default), or 'nan': give NaN. */
  complex?: 'refuse' | 'nan'
  /** Bounds on size, depth and time; see `Limits` for what holds without it. */
  limits?: Partial<Limits>
}

/** A mathjs expression as a function of its variables, computed by registry operators. */
export class Expression {
  readonly text: string
  readonly root: MathNode
  readonly elementwise: boolean
  readonly units: Units
  readonly complex: 'refuse' | 'nan'
  readonly limits: Limits
  /** Whether a value can be lost in a comparison, so that each step has to be looked at. */
  readonly asks: boolean
  #positions: Map<MathNode, number> | undefined

  /** Throws an ExpressionError that points to the place of a syntax error. */
  constructor(source: string | MathNode, { elementwise = false, units = 'refuse', complex = 'refuse', limits = {}, ...unknown }: ExpressionOptions = {}) {
    checkOptions('expression', unknown, ['elementwise', 'units', 'complex', 'limits'])
    if (units !== 'refuse' && units !== 'strip') throw new OptionError(`units is 'refuse' or 'strip', not ${JSON.stringify(units)}.`)
    if (complex !== 'refuse' && complex !== 'nan') throw new OptionError(`complex is 'refuse' or 'nan', not ${JSON.stringify(complex)}.`)
    checkNames('limits', limits, Object.keys(DEFAULT_LIMITS))
    if (typeof source !== 'string' && typeof source?.type !== 'string') throw new ExpressionError('An expression is a text, or a node that mathjs has parsed.')
    this.limits = { ...DEFAULT_LIMITS, ...limits }
    this.elementwise = elementwise
    this.units = units
    this.complex = complex
    this.text = typeof source === 'string' ? source : source.toString()
    try {
      if (this.text.length > this.limits.length)
        throw new LimitError('length', `The expression has ${this.text.length.toLocaleString('en')} characters`, this.limits.length)
      this.root = typeof source === 'string' ? parse(source) : source
      checkDepth(this.root, this.limits)
      this.asks = asks(this.root)
    } catch (error) {
      const { message, char } = error as { message: string; char?: number }
      if (error instanceof RangeError) throw new ExpressionError('The expression is nested too deeply.', this.text, 0, { cause: error })
      throw new ExpressionError(message, this.text, char === undefined ? undefined : char - 1, { cause: error })
    }
  }

  /** Names of the free variables, in order of appearance. */
  get variables(): string[] {
    const found = new Set<string>()
    const bound = new Set<string>()
    this.root.traverse((node, path, parent) => {
      if (node.type === 'AssignmentNode' && (node as AssignmentNode).index === null) bound.add((node as AssignmentNode).name)
      if (node.type === 'FunctionAssignmentNode') {
        bound.add((node as FunctionAssignmentNode).name)
        for (const each of (node as FunctionAssignmentNode).params) bound.add(each)
      }
      const isCalled = parent?.type === 'FunctionNode' && path === 'fn'
      if (node.type === 'SymbolNode' && !isCalled && (node as SymbolNode).name !== 'end') found.add((node as SymbolNode).name)
    })
    return [...found].filter(name => !bound.has(name) && !CONSTANTS.has(name) && !functions.has(name))
  }

  /**
   * The value where variables have the values of the scope. Works on traced values as on numbers. The scope itself is not
   * changed by assignments in the expression.
   */
  evaluate(scope: Scope): unknown {
    return new Evaluation(this).run(this.#names(scope))
  }

  /** An error that points to a part of the expression. */
  error(message: string, node: MathNode = this.root, options?: ErrorOptions): ExpressionError {
    this.#positions ??= positionsOf(this.root, this.text)
    return new ExpressionError(message, this.text, this.#positions.get(node) ?? 0, options)
  }

  #names(scope: Scope): Names {
    const entries = Object.entries(scope)
    const names = new Names([])
    for (const [name, value] of entries)
      names.set(name, typeof value === 'function' ? this.#functionOf(name, value as Callable, names) : fromScope(name, value, this.units))
    return names
  }

  /** A function of the scope: one that mathjs has defined runs from its text, another as it is. */
  #functionOf(name: string, f: Callable, names: Names): FunctionValue {
    if (typeof f.syntax !== 'string' || typeof f.expr !== 'string') {
      const arity = typeof f.syntax === 'string' ? f.syntax.split(',').length : f.length
      return new FunctionValue(name, arity, args => f(...args))
    }
    const { elementwise, units, complex, limits } = this
    const definition = new Expression(`${f.syntax} = ${f.expr}`, { elementwise, units, complex, limits })
    return new Evaluation(definition).run(new Names([], names)) as FunctionValue
  }
}

type Callable = ((...args: unknown[]) => unknown) & { syntax?: unknown; expr?: unknown }

/** Throws an OptionError when options has other names than these. */
export function checkNames(name: string, options: object, allowed: readonly string[]): void {
  checkOptions(name, Object.fromEntries(Object.entries(options).filter(([each]) => !allowed.includes(each))), allowed)
}

function checkDepth(root: MathNode, limits: Limits): void {
  const visit = (node: MathNode, depth: number) => {
    if (depth > limits.depth) throw new LimitError('depth', 'Parts of the expression stand inside each other too deeply', limits.depth)
    node.forEach(child => {
      visit(child, depth + 1)
    })
  }
  visit(root, 1)
}

/** Whether NaN can disappear: in conditions and comparisons, or as a base to the power 0. */
function asks(root: MathNode): boolean {
  let found = false
  root.traverse(node => {
    if (node.type === 'ConditionalNode' || node.type === 'RelationalNode') found = true
    const name =
      node.type === 'OperatorNode'
        ? (node as OperatorNode).fn
        : node.type === 'FunctionNode'
          ? ((node as FunctionNode).fn as unknown as { name?: string }).name
          : undefined
    if (name === undefined) return
    if (functions.get(name)?.kind === 'piecewise' || name === 'where' || name === 'filter') found = true
    if ((name === 'pow' || name === 'dotPow') && (node as OperatorNode).args[1]?.type !== 'ConstantNode') found = true
  })
  return found
}
