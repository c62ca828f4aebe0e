import { type AssignmentNode, type FunctionAssignmentNode, type FunctionNode, type MathNode, type OperatorNode, parse, type SymbolNode } from 'mathjs'
import { describe, OptionError } from '../core/errors.ts'
import { checkNames } from '../core/options.ts'
import { CONSTANTS } from './constants.ts'
import { ExpressionError } from './error.ts'
import { functions } from './functions/table.ts'
import { DEFAULT_LIMITS, LimitError, type Limits } from './limits.ts'
import { positionsOf } from './positions.ts'
import { type Origin, originOf, type Scope, type Values, valuesOf } from './scope.ts'
import { type Captured, Session } from './session.ts'
import type { Numbers, Reading, Units } from './values.ts'

/** An expression: its text, a node that mathjs has parsed, or one made before. */
export type Source = string | MathNode | Expression

/** How an expression is read. */
export interface ExpressionOptions {
  /** Whether `*`, `/` and `^` act entry by entry, as on columns of data, and not as on matrices. */
  elementwise?: boolean
  /** What to do about quantities with units: 'refuse' (the default), or 'strip': take their numbers in SI base units. */
  units?: Units
  /** What to do about BigNumbers, fractions and bigints in the scope: 'refuse' (the default), or 'double': take the nearest double. */
  numbers?: Numbers
  /** What to do where mathjs would go on with a complex number: 'refuse' (the default), or 'nan': give NaN. */
  complex?: 'refuse' | 'nan'
  /** Bounds on size, depth and time; see `Limits` for what holds without it. */
  limits?: Partial<Limits>
}

/** The names of these options. */
export const EXPRESSION_OPTIONS = ['elementwise', 'units', 'numbers', 'complex', 'limits'] as const

/** A mathjs expression as a function of its variables, computed by registry operators. */
export class Expression implements Reading {
  readonly text: string
  readonly root: MathNode
  readonly elementwise: boolean
  readonly units: Units
  readonly numbers: Numbers
  readonly complex: 'refuse' | 'nan'
  readonly limits: Limits
  /** Whether a value can be lost in a comparison, so that each step has to be looked at. */
  readonly asks: boolean
  #positions: Map<MathNode, number> | undefined

  /** Throws an ExpressionError that points to the place of a syntax error. */
  constructor(source: string | MathNode, options: ExpressionOptions = {}) {
    checkNames('expression', options, EXPRESSION_OPTIONS)
    const { elementwise = false, units = 'refuse', numbers = 'refuse', complex = 'refuse', limits = {} } = options
    if (units !== 'refuse' && units !== 'strip') throw new OptionError(`units is 'refuse' or 'strip', not ${JSON.stringify(units)}.`)
    if (numbers !== 'refuse' && numbers !== 'double') throw new OptionError(`numbers is 'refuse' or 'double', not ${JSON.stringify(numbers)}.`)
    if (complex !== 'refuse' && complex !== 'nan') throw new OptionError(`complex is 'refuse' or 'nan', not ${JSON.stringify(complex)}.`)
    checkNames('limits', limits, Object.keys(DEFAULT_LIMITS))
    for (const [name, limit] of Object.entries(limits))
      if (typeof limit !== 'number' || !(limit >= 0)) throw new OptionError(`limits.${name} is a number from 0, not ${describe(limit)}.`)
    if (typeof source !== 'string' && typeof source?.type !== 'string') throw new ExpressionError('An expression is a text, or a node that mathjs has parsed.')
    this.limits = { ...DEFAULT_LIMITS, ...limits }
    this.elementwise = elementwise
    this.units = units
    this.numbers = numbers
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
    return new Session(this, valuesOf(scope), originOf(scope)).run()
  }

  /** The same for values that have been read from a scope, and taking note of what functions close over; of a part if given. */
  evaluateIn(values: Values, origin: Origin, captured?: Captured, node?: MathNode): unknown {
    return new Session(this, values, origin, captured).run(node)
  }

  /** What is differentiated: of the definition of a function its body, as `math.derivative` has it. */
  get body(): MathNode {
    return this.root.type === 'FunctionAssignmentNode' ? (this.root as FunctionAssignmentNode).expr : this.root
  }

  /** Another expression that is read as this one. */
  related(text: string): Expression {
    const { elementwise, units, numbers, complex, limits } = this
    return new Expression(text, { elementwise, units, numbers, complex, limits })
  }

  /** An error that points to a part of the expression. */
  error(message: string, node: MathNode = this.root, options?: ErrorOptions): ExpressionError {
    this.#positions ??= positionsOf(this.root, this.text)
    return new ExpressionError(message, this.text, this.#positions.get(node) ?? 0, options)
  }
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
