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
import * as mathjs from 'mathjs'
import { isAbstract, shapeOf } from '../core/dispatch.ts'
import { DomainError, DualtapeError, ShapeError, TracedValueError } from '../core/errors.ts'
import { sizeOfShape } from '../core/shape.ts'
import { Tensor } from '../core/tensor.ts'
import { checkLive, isTraced } from '../core/traced.ts'
import type { Value } from '../core/types.ts'
import * as ops from '../ops/index.ts'
import { CONSTANTS } from './constants.ts'
import { ExpressionError } from './error.ts'
import type { Expression } from './expression.ts'
import type { Context, Entry } from './functions/entry.ts'
import { range, replaced, subset, tensorOf } from './functions/matrix.ts'
import { functions } from './functions/table.ts'
import { Budget } from './limits.ts'
import { describeValue, Fields, FunctionValue, fromMathjs, isNumeric, isScalar, numberOf, Positions, quantityNamed, toMathjs } from './values.ts'

/** Names and their values; those of a function's body stand above those around it. */
export class Names {
  readonly #own: Map<string, unknown>
  readonly #outer: Names | undefined

  constructor(own: Iterable<readonly [string, unknown]>, outer?: Names) {
    this.#own = new Map(own)
    this.#outer = outer
  }

  has(name: string): boolean {
    return this.#own.has(name) || (this.#outer?.has(name) ?? false)
  }

  get(name: string): unknown {
    return this.#own.has(name) ? this.#own.get(name) : this.#outer?.get(name)
  }

  /** Assigns a variable of the session: as in mathjs, functions have arguments of their own, but no variables. */
  set(name: string, value: unknown): void {
    if (this.#outer === undefined) this.#own.set(name, value)
    else this.#outer.set(name, value)
  }

  get all(): string[] {
    return [...this.#own.keys(), ...(this.#outer?.all ?? [])]
  }
}

/** An index, with the methods that mathjs' types leave out. */
type IndexNode = MathjsIndexNode & { isObjectProperty(): boolean; getObjectProperty(): string }

/** What entry by entry stands for the operators of linear algebra. */
const ELEMENTWISE: { readonly [name: string]: string } = { multiply: 'dotMultiply', divide: 'dotDivide', pow: 'dotPow' }

/** One evaluation of an expression, on numbers or on traced values. */
export class Evaluation implements Context {
  readonly #expression: Expression
  readonly #budget: Budget

  constructor(expression: Expression) {
    this.#expression = expression
    this.#budget = new Budget(expression.limits)
  }

  run(names: Names): unknown {
    try {
      return this.#value(this.#expression.root, names)
    } catch (error) {
      if (error instanceof RangeError && /call stack/i.test(error.message)) throw this.#expression.error('The expression is nested too deeply.')
      throw error
    }
  }

  known(x: unknown, what: string): number {
    if (typeof x === 'number' || typeof x === 'boolean') return Number(x)
    if (!isTraced(x) || x instanceof Tensor) throw new DomainError(`${what} is a number, not ${describeValue(x)}.`)
    const number = Number(primalOf(x))
    if (isAbstract(x)) ops.eq(x as never, number)
    return number
  }

  knownList(x: unknown, what: string): number[] {
    if (!(x instanceof Tensor)) return [this.known(x, what)]
    if (!isTraced(x)) return [...x.data]
    return isAbstract(x) ? Array.from({ length: x.size }, (_, i) => this.known(ops.pick(x, i), what)) : [...(primalOf(x) as Tensor).data]
  }

  truth(x: unknown): boolean {
    if (typeof x === 'number' || typeof x === 'boolean') return Boolean(x)
    if (!isScalar(x)) throw new DomainError(`A condition is a number or a comparison, not ${x instanceof Tensor ? 'an array' : describeValue(x)}.`)
    return ops.gt(ops.abs(x), 0)
  }

  call(f: unknown, args: readonly unknown[]): unknown {
    if (!(f instanceof FunctionValue)) throw new DomainError(`A function is needed, but there is ${describeValue(f)}.`)
    return f.call(f.arity === undefined ? args : args.slice(0, f.arity))
  }

  spend(operations: number, entries?: number): void {
    this.#budget.spend(operations, entries)
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
        throw new DomainError(`${describeValue(constant)} cannot be differentiated.`)
      }
      case 'SymbolNode':
        return this.#named((node as SymbolNode).name, names)
      case 'ParenthesisNode':
        return value((node as ParenthesisNode).content)
      case 'OperatorNode': {
        const { fn, args } = node as OperatorNode
        return this.#lazily(fn, args, names) ?? this.apply(fn, args.map(value))
      }
      case 'FunctionNode':
        return this.#functionCall(node as FunctionNode, names)
      case 'ArrayNode': {
        const { leaves, shape } = literal(node)
        const entries = leaves.map(value)
        this.spend(
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
        return value(this.truth(test) ? trueExpr : falseExpr)
      }
      case 'RelationalNode': {
        const { conditionals, params } = node as unknown as { conditionals: string[]; params: MathNode[] } & RelationalNode
        const compared = (node: MathNode) => (this.#expression.elementwise ? value(node) : this.#number(value(node)))
        let left = compared(params[0] as MathNode)
        let all: Value = true
        for (const [i, name] of conditionals.entries()) {
          const right = compared(params[i + 1] as MathNode)
          all = ops.logicalAnd(all, this.apply(name, [left, right]) as Value)
          // As in mathjs, what comes after the first that does not hold is not evaluated.
          if (i < conditionals.length - 1 && isScalar(all) && !this.truth(all)) return false
          left = right
        }
        return typeof all === 'number' ? all !== 0 : all
      }
      case 'RangeNode': {
        const { start, step, end } = node as RangeNode & { step: MathNode | null }
        return range(this.#number(value(start)), this.#number(value(end)), step === null ? 1 : this.#number(value(step)), this, true)
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
        const old = this.#numeric(value(object))
        names.set((object as SymbolNode).name, replaced(old, this.#positions(index, old, names), this.#numeric(assigned), this))
        return assigned
      }
      case 'FunctionAssignmentNode': {
        const { name, params, expr } = node as FunctionAssignmentNode
        const f = new FunctionValue(name, params.length, args => {
          if (args.length !== params.length)
            throw new DomainError(`${name} takes ${params.length} argument${params.length === 1 ? '' : 's'}, but ${args.length} were given.`)
          return this.#budget.nested(() =>
            this.#value(
              expr,
              new Names(
                params.map((param, i) => [param, args[i]] as const),
                names,
              ),
            ),
          )
        })
        names.set(name, f)
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
    if (isScalar(first) && this.truth(first) === (name === 'or')) return name === 'or'
    return this.apply(name, [first, this.#value(right, names)])
  }

  #functionCall(node: FunctionNode, names: Names): unknown {
    const { fn, args } = node
    if ((fn as unknown as MathNode).type !== 'SymbolNode') throw new DomainError('Functions are called by name; there are no methods.')
    const { name } = fn as unknown as SymbolNode
    if (names.has(name)) {
      const own = names.get(name)
      if (own instanceof FunctionValue) return own.call(args.map(each => this.#value(each, names)))
      throw new DomainError(`${name} is not a function but ${describeValue(own)}.`)
    }
    return (
      this.#lazily(name, args, names) ??
      this.apply(
        name,
        args.map(each => this.#value(each, names)),
      )
    )
  }

  #named(name: string, names: Names): unknown {
    if (names.has(name)) return names.get(name)
    if (CONSTANTS.has(name)) return CONSTANTS.get(name)
    const entry = functions.get(name)
    if (entry !== undefined) return new FunctionValue(name, undefined, args => this.apply(name, args))
    if (name === 'i') throw new DomainError('i is complex; only real numbers can be differentiated here.')
    const quantity = quantityNamed(name)
    const given = names.all.filter(each => !(names.get(each) instanceof FunctionValue))
    const known = given.length === 0 ? 'No variables were given.' : `Given: ${given.join(', ')}.`
    if (quantity === undefined) throw new DomainError(`There is no value for the variable ${name}. ${known}`)
    if (this.#expression.units === 'strip') return numberOf(quantity)
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
    return subset(array, this.#positions(index, array, names), this)
  }

  /** An entry of a list of several results, such as the eigenvectors. */
  #entryOfList(list: readonly unknown[], index: IndexNode, names: Names): unknown {
    const [dimension] = index.dimensions as unknown as MathNode[]
    const position = this.known(this.#value(dimension as MathNode, new Names([['end', list.length]], names)), 'an index')
    if (index.dimensions.length !== 1 || !Number.isInteger(position) || position < 1 || position > list.length)
      throw new ShapeError(`The index is from 1 to ${list.length}, not ${position}.`)
    return list[position - 1]
  }

  #positions(index: IndexNode, array: Value, names: Names): Positions {
    const shape = shapeOf(array)
    const dimensions = index.dimensions as unknown as MathNode[]
    if (dimensions.length !== shape.length)
      throw new ShapeError(
        `An index of ${dimensions.length} dimension${dimensions.length === 1 ? '' : 's'} was given for ${shape.length === 0 ? 'a number' : `an array of ${shape.length}`}.`,
      )
    return new Positions(
      dimensions.map((each, i) => {
        const at = this.#value(each, new Names([['end', shape[i]]], names))
        if (at instanceof Tensor) return at
        return this.known(at, 'an index')
      }),
    )
  }

  #numeric(x: unknown): Value {
    if (isNumeric(x)) return x
    throw new DomainError(`Numbers and arrays of numbers can be differentiated, not ${describeValue(x)}.`)
  }

  #number(x: unknown): Value {
    if (isScalar(x)) return x
    throw new DomainError(`A number is needed, not ${x instanceof Tensor ? 'an array' : describeValue(x)}.`)
  }

  /** Calls a function of the table. */
  apply(called: string, args: readonly unknown[]): unknown {
    const name = this.#expression.elementwise ? (ELEMENTWISE[called] ?? called) : called
    const entry = functions.get(name)
    if (entry === undefined) throw unknownFunction(name)
    if (entry.kind === 'refused') throw new DomainError(`${name} cannot be used here: ${entry.note}.`)
    checkCount(name, args.length)
    if (entry.call === undefined) return constantCall(name, entry, args)
    const given = entry.any === true ? args : args.map(each => checked(name, each))
    this.#budget.spend(given.reduce((sum: number, each) => sum + sizeOfShape(shapeOf(each)), 0))
    const result = entry.call(given as never[], this)
    if (entry.real === true && this.#expression.complex === 'refuse') this.#checkReal(name, given, result as Value)
    return result
  }

  /** Throws where mathjs would give a complex number. */
  #checkReal(name: string, args: readonly unknown[], result: Value): void {
    if (this.#expression.asks && isAbstract(result)) this.truth(ops.any(ops.isNan(result) as Tensor))
    const [x, y] = args
    const infinite = name === 'pow' && isScalar(x) && isScalar(y) && primalOf(x) === Number.NEGATIVE_INFINITY && !Number.isInteger(Number(primalOf(y)))
    if ((!hasNan(result) && !infinite) || args.some(hasNan)) return
    const shown = args.map(each => String(primalOf(each as Value))).join(', ')
    throw new DomainError(`${name}(${shown}) is not a real number; only real numbers can be differentiated here.`)
  }
}

/** The entries of an array as it is written, and its shape: rows of one length make a matrix. */
function literal(node: MathNode): { leaves: readonly MathNode[]; shape: readonly number[] } {
  if (node.type !== 'ArrayNode') return { leaves: [node], shape: [] }
  const rows = (node as ArrayNode).items.map(literal)
  const [first] = rows
  if (first === undefined || rows.some(({ shape }) => String(shape) !== String(first.shape))) return { leaves: (node as ArrayNode).items, shape: [rows.length] }
  return { leaves: rows.flatMap(({ leaves }) => leaves), shape: [rows.length, ...first.shape] }
}

/** How many arguments functions take: as mathjs' own signatures and the registry say. */
const counts = new Map<string, readonly [least: number, most: number]>()

function checkCount(name: string, count: number): void {
  let range = counts.get(name)
  if (range === undefined) {
    const { signatures, arity } = (mathjs[name as keyof typeof mathjs] ?? operatorNamed(name)) as { signatures?: object; arity?: number }
    const lists = Object.keys(signatures ?? {}).map(each => (each === '' ? [] : each.split(',')))
    const lengths = lists.map(list => list.length)
    const most = lists.some(list => list.at(-1)?.includes('...')) ? Number.POSITIVE_INFINITY : Math.max(...lengths)
    range = lists.length > 0 ? [Math.min(...lengths), most] : [arity ?? 0, arity ?? Number.POSITIVE_INFINITY]
    counts.set(name, range)
  }
  const [least, most] = range
  if (count >= least && count <= most) return
  const wanted = most === Number.POSITIVE_INFINITY ? `at least ${least}` : least === most ? String(most) : `${least} to ${most}`
  throw new DomainError(`${name} takes ${wanted} argument${wanted === '1' ? '' : 's'}, but ${count} ${count === 1 ? 'was' : 'were'} given.`)
}

/** The definition of one of the registry's operators. */
function operatorNamed(name: string): object {
  return (ops[name as 'sin'] as { definition?: object } | undefined)?.definition ?? {}
}

/** An argument as operators take it: truth values count as 0 and 1. */
function checked(name: string, x: unknown): Value {
  if (typeof x === 'boolean') return Number(x)
  if (isNumeric(x)) return x instanceof Tensor && x.dtype === 'bool' && !isTraced(x) ? new Tensor(x.data, x.shape) : x
  throw new DomainError(`${name} takes numbers and arrays of numbers, not ${describeValue(x)}.`)
}

/** A function that mathjs computes itself, on values that nothing is differentiated by. */
function constantCall(name: string, { note }: Entry, args: readonly unknown[]): unknown {
  for (const each of args) {
    checked(name, each)
    if (each instanceof Tensor && primalOf(each) instanceof Tensor && (primalOf(each) as Tensor).dtype === 'bool')
      throw new DomainError(`${name} takes numbers, not an array of truth values.`)
    if (isDifferentiated(each)) throw new DomainError(`${name} has no derivative (${note}), but its argument depends on what is differentiated by.`)
    if (isAbstract(each)) knownEverywhere(each as Value)
  }
  const f = mathjs[name as keyof typeof mathjs] as unknown as (...args: unknown[]) => unknown
  try {
    return fromMathjs(name, f(...args.map(each => toMathjs(primalOf(each as Value)))))
  } catch (error) {
    throw error instanceof DualtapeError ? error : new DomainError((error as Error).message)
  }
}

/** Guards that a value of a function that is being compiled stays what it is. */
function knownEverywhere(x: Value): void {
  const primal = primalOf(x)
  if (primal instanceof Tensor) for (let i = 0; i < primal.size; i++) ops.eq(ops.pick(x as Tensor, i), primal.data[i] as number)
  else ops.eq(x as never, Number(primal))
}

/** Whether a derivative with respect to this value is being taken. */
function isDifferentiated(x: unknown): boolean {
  let current = x
  while (isTraced(current)) {
    const { owner } = checkLive(current)
    if (owner.abstract !== true) return true
    current = owner.primal(current)
  }
  return false
}

/** The plain value behind a value; of a function that is being compiled that for its example. */
function primalOf(x: Value): number | boolean | Tensor {
  let current = x
  while (isTraced(current)) current = checkLive(current).owner.primal(current)
  return current
}

function hasNan(x: unknown): boolean {
  if (!isNumeric(x)) return false
  const primal = primalOf(x)
  return primal instanceof Tensor ? primal.data.some(Number.isNaN) : Number.isNaN(primal)
}

function unknownFunction(name: string): DomainError {
  const close = [...functions.keys()].filter(each => each.toLowerCase() === name.toLowerCase() || each.startsWith(name)).slice(0, 3)
  return new DomainError(`There is no function ${name}${close.length > 0 ? `. Did you mean ${close.join(' or ')}?` : ' that can be differentiated.'}`)
}
