import type {
  AccessorNode,
  ArrayNode,
  AssignmentNode,
  BlockNode,
  ConditionalNode,
  FunctionAssignmentNode,
  FunctionNode,
  IndexNode as MathjsIndexNode,
  MathNode,
  OperatorNode,
  ParenthesisNode,
  RangeNode,
  RelationalNode,
  SymbolNode,
} from 'mathjs'
import { shapeOf } from '../core/dispatch.ts'
import { DomainError, DualtapeError, ShapeError, TracedValueError } from '../core/errors.ts'
import { sizeOfShape } from '../core/shape.ts'
import { Tensor } from '../core/tensor.ts'
import type { Value } from '../core/types.ts'
import * as ops from '../ops/index.ts'
import { Application } from './application.ts'
import { CONSTANTS } from './constants.ts'
import { ExpressionError } from './error.ts'
import type { Expression } from './expression.ts'
import { replaced, subset, tensorOf } from './functions/matrix.ts'
import { functions } from './functions/table.ts'
import type { Budget } from './limits.ts'
import { Names } from './names.ts'
import {
  describeValue,
  Fields,
  FunctionValue,
  hasOffset,
  isNumeric,
  isOtherNumber,
  isScalar,
  numberOf,
  type Positions,
  quantityNamed,
  Unreadable,
} from './values.ts'

/** An index, with the methods that mathjs' types leave out. */
type IndexNode = MathjsIndexNode & { isObjectProperty(): boolean; getObjectProperty(): string }

/** One evaluation of an expression, on numbers or on traced values. */
export class Evaluation {
  readonly #expression: Expression
  readonly #budget: Budget
  readonly #table: Application

  constructor(expression: Expression, budget: Budget) {
    this.#expression = expression
    this.#budget = budget
    const { elementwise, complex, asks } = expression
    this.#table = new Application({ budget, first: 1, elementwise, complex, asks, error: (message, node) => expression.error(message, node) })
  }

  /** The value of a part of the expression, by default of all of it. */
  run(names: Names, node: MathNode = this.#expression.root): unknown {
    try {
      return this.#budget.during(() => this.#value(node, names))
    } catch (error) {
      if (error instanceof RangeError && /call stack/i.test(error.message)) throw this.#expression.error('The expression is nested too deeply.')
      throw error
    }
  }

  /** The function that a node defines; `around` gives the names around its body for a call with these arguments. */
  functionOf({ name, params, expr }: FunctionAssignmentNode, around: (args: readonly unknown[]) => Names): FunctionValue {
    return new FunctionValue(name, params.length, args => {
      if (args.length !== params.length)
        throw new DomainError(`${name} takes ${params.length} argument${params.length === 1 ? '' : 's'}, but ${args.length} were given.`)
      const own = params.map((param, i) => [param, args[i]] as const)
      return this.#budget.nested(() => this.#value(expr, new Names(own, around(args))))
    })
  }

  #value(node: MathNode, names: Names): unknown {
    try {
      return this.#evaluate(node, names)
    } catch (error) {
      if (error instanceof ExpressionError || !(error instanceof DualtapeError || error instanceof TracedValueError)) throw error
      throw this.#expression.error(error.message, node, { cause: error })
    }
  }

  #evaluate(node: MathNode, names: Names): unknown {
    this.#budget.spend(1)
    const value = (each: MathNode) => this.#value(each, names)
    switch (node.type) {
      case 'ConstantNode': {
        const { value: constant } = node as unknown as { value: unknown }
        if (constant === null || ['number', 'boolean', 'string', 'undefined'].includes(typeof constant)) return constant
        // Of an instance that reads numbers as BigNumbers, fractions or bigints: derivatives are in doubles.
        if (isOtherNumber(constant)) return Number(constant)
        throw new DomainError(`${describeValue(constant)} cannot be differentiated.`)
      }
      case 'SymbolNode':
        return this.#named((node as SymbolNode).name, names)
      case 'ParenthesisNode':
        return value((node as ParenthesisNode).content)
      case 'OperatorNode': {
        const { fn, args } = node as OperatorNode
        return this.#lazily(fn, args, names) ?? this.#table.apply(fn, args.map(value), args)
      }
      case 'FunctionNode':
        return this.#functionCall(node as FunctionNode, names)
      case 'ArrayNode': {
        const { leaves, shape } = literal(node)
        const entries = leaves.map(value)
        this.#table.spend(
          leaves.length,
          entries.reduce((sum: number, each) => sum + sizeOfShape(shapeOf(each)), 0),
        )
        for (const each of entries) if (!isNumeric(each)) throw new DomainError(`An array holds numbers, not ${describeValue(each)}.`)
        return tensorOf(entries, shape)
      }
      case 'ConditionalNode': {
        const { condition, trueExpr, falseExpr } = node as ConditionalNode
        const test = value(condition)
        if (test instanceof Tensor) return ops.where(test, this.#numeric(value(trueExpr)), this.#numeric(value(falseExpr)))
        return value(this.#table.truth(test) ? trueExpr : falseExpr)
      }
      case 'RelationalNode': {
        const { conditionals, params } = node as unknown as { conditionals: string[]; params: MathNode[] } & RelationalNode
        const compared = (node: MathNode) => (this.#expression.elementwise ? value(node) : this.#number(value(node)))
        let left = compared(params[0] as MathNode)
        let all: Value = true
        for (const [i, name] of conditionals.entries()) {
          const right = compared(params[i + 1] as MathNode)
          all = ops.logicalAnd(all, this.#table.apply(name, [left, right]) as Value)
          // As in mathjs, what comes after the first that does not hold is not evaluated.
          if (i < conditionals.length - 1 && isScalar(all) && !this.#table.truth(all)) return false
          left = right
        }
        return typeof all === 'number' ? all !== 0 : all
      }
      case 'RangeNode': {
        const { start, step, end } = node as RangeNode & { step: MathNode | null }
        const parts = step === null ? [start, end] : [start, end, step]
        return this.#table.apply(
          'range',
          parts.map(each => this.#number(value(each))),
          parts,
        )
      }
      case 'AccessorNode':
        return this.#access(node as AccessorNode, names)
      case 'AssignmentNode': {
        const { object, index, value: right } = node as unknown as { object: MathNode; index: IndexNode | null; value: MathNode } & AssignmentNode
        const assigned = value(right)
        if (index === null) {
          names.set((object as SymbolNode).name, assigned)
          return assigned
        }
        if (object.type !== 'SymbolNode' || index.isObjectProperty())
          throw new DomainError('Only entries of a variable can be assigned; there are no properties.')
        const before = this.#numeric(value(object))
        // An empty array takes on as many dimensions as it gets.
        const { length } = index.dimensions
        const old =
          sizeOfShape(shapeOf(before)) === 0 && length > shapeOf(before).length ? new Tensor(new Float64Array(0), new Array<number>(length).fill(0)) : before
        names.set((object as SymbolNode).name, replaced(old, this.#positions(index, shapeOf(old), names), this.#numeric(assigned), this.#table))
        return assigned
      }
      case 'FunctionAssignmentNode': {
        const f = this.functionOf(node as FunctionAssignmentNode, () => names)
        names.set(f.name, f)
        return f
      }
      case 'BlockNode':
        return (node as BlockNode).blocks.map(each => value(each.node)).at(-1)
      case 'ObjectNode':
        throw new DomainError('Objects are not among the values of expressions here; use arrays.')
      default:
        throw new DomainError(`${node.type} is not among what expressions may hold here.`)
    }
  }

  /** `and`, `or` and `??`, of which the second operand is not evaluated where the first decides; undefined for others. */
  #lazily(name: string, args: readonly MathNode[], names: Names): unknown {
    if (args.length !== 2 || !['and', 'or', 'nullish'].includes(name)) return undefined
    const [left, right] = args as [MathNode, MathNode]
    const first = this.#value(left, names)
    if (name === 'nullish') return first ?? this.#value(right, names)
    if (isScalar(first) && this.#table.truth(first) === (name === 'or')) return name === 'or'
    return this.#table.apply(name, [first, this.#value(right, names)], args)
  }

  #functionCall(node: FunctionNode, names: Names): unknown {
    const { fn, args } = node
    if ((fn as unknown as MathNode).type !== 'SymbolNode') throw new DomainError('Functions are called by name; there are no methods.')
    const { name } = fn as unknown as SymbolNode
    if (names.has(name)) {
      const own = this.#named(name, names)
      if (own instanceof FunctionValue) return own.call(args.map(each => this.#value(each, names)))
      throw new DomainError(`${name} is not a function but ${describeValue(own)}.`)
    }
    const lazy = this.#lazily(name, args, names)
    if (lazy !== undefined) return lazy
    const values = args.map((each, i) =>
      i > 0 && i === args.length - 1 && functions.get(name)?.inline === true ? this.#callback(each, names) : this.#value(each, names),
    )
    return this.#table.apply(name, values, args)
  }

  /** A function that stands as an argument: by name, or as a formula in a variable that has no value. */
  #callback(node: MathNode, names: Names): unknown {
    if (node.type === 'SymbolNode' || node.type === 'FunctionAssignmentNode') return this.#value(node, names)
    const free = node.filter(each => each.type === 'SymbolNode' && !isKnown((each as SymbolNode).name, names))
    const [first] = free as unknown as SymbolNode[]
    if (first === undefined) return this.#value(node, names)
    return new FunctionValue(first.name, 1, ([x]) => this.#budget.nested(() => this.#value(node, new Names([[first.name, x]], names))))
  }

  #named(name: string, names: Names): unknown {
    if (names.has(name)) {
      const value = names.get(name)
      if (value instanceof Unreadable) throw new DomainError(value.reason)
      return value
    }
    if (CONSTANTS.has(name)) return CONSTANTS.get(name)
    const entry = functions.get(name)
    if (entry !== undefined) return new FunctionValue(name, undefined, args => this.#budget.during(() => this.#table.apply(name, args)))
    if (name === 'i') throw new DomainError('i is complex; only real numbers can be differentiated here.')
    const quantity = quantityNamed(name)
    const given = names.all.filter(each => !(names.get(each) instanceof FunctionValue))
    const known = given.length === 0 ? 'No variables were given.' : `Given: ${given.join(', ')}.`
    if (quantity === undefined) throw new DomainError(`There is no value for the variable ${name}. ${known}`)
    if (this.#expression.units === 'strip') {
      if (hasOffset(name)) throw new DomainError(`${name} does not begin at 0: a number of them is no multiple of one. Pass the quantity in the scope.`)
      return numberOf(quantity)
    }
    throw new DomainError(
      `${name} has no value in the scope, and is a unit in mathjs. ${known} { units: 'strip' } takes the number of a unit in SI base units.`,
    )
  }

  #access(node: AccessorNode, names: Names): unknown {
    const { object, index } = node as unknown as { object: MathNode; index: IndexNode }
    const from = this.#value(object, names)
    if (index.isObjectProperty()) {
      const field = index.getObjectProperty()
      if (from instanceof Fields && from.fields.has(field)) return from.fields.get(field)
      throw new DomainError(from instanceof Fields ? `There is no ${field} but ${[...from.fields.keys()].join(', ')}.` : 'There is no access to properties.')
    }
    const array = Array.isArray(from) ? from : this.#numeric(from)
    if (Array.isArray(array)) return this.#entryOfList(array, index, names)
    return subset(array, this.#positions(index, shapeOf(array), names), this.#table)
  }

  /** An entry of a list of several results, such as the eigenvectors. */
  #entryOfList(list: readonly unknown[], index: IndexNode, names: Names): unknown {
    const [position] = this.#positions(index, [list.length], names).axes
    if (typeof position !== 'number' || !Number.isInteger(position) || position < 1 || position > list.length)
      throw new ShapeError(`The index is from 1 to ${list.length}, not ${describeValue(position)}.`)
    return list[position - 1]
  }

  #positions(index: IndexNode, shape: readonly number[], names: Names): Positions {
    const dimensions = index.dimensions as unknown as MathNode[]
    if (dimensions.length !== shape.length)
      throw new ShapeError(
        `An index of ${dimensions.length} dimension${dimensions.length === 1 ? '' : 's'} was given for ${shape.length === 0 ? 'a number' : `an array of ${shape.length}`}.`,
      )
    const values = dimensions.map((each, i) => this.#value(each, new Names([['end', shape[i]]], names)))
    return this.#table.apply('index', values, dimensions) as Positions
  }

  #numeric(x: unknown): Value {
    if (isNumeric(x)) return x
    throw new DomainError(`Numbers and arrays of numbers can be differentiated, not ${describeValue(x)}.`)
  }

  #number(x: unknown): Value {
    if (isScalar(x)) return x
    throw new DomainError(`A number is needed, not ${x instanceof Tensor ? 'an array' : describeValue(x)}.`)
  }
}

/** Whether a name has a value, in the scope or in mathjs. */
function isKnown(name: string, names: Names): boolean {
  return names.has(name) || CONSTANTS.has(name) || functions.has(name)
}

/** The entries of an array as it is written, and its shape: rows of one length make a matrix. */
function literal(node: MathNode): { leaves: readonly MathNode[]; shape: readonly number[] } {
  if (node.type !== 'ArrayNode') return { leaves: [node], shape: [] }
  const rows = (node as ArrayNode).items.map(literal)
  const [first] = rows
  if (first === undefined || rows.some(({ shape }) => String(shape) !== String(first.shape))) return { leaves: (node as ArrayNode).items, shape: [rows.length] }
  return { leaves: rows.flatMap(({ leaves }) => leaves), shape: [rows.length, ...first.shape] }
}
