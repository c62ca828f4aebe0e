import type { MathNode } from 'mathjs'
import * as mathjs from 'mathjs'
import { isAbstract, isBatched, shapeOf } from '../core/dispatch.ts'
import { DomainError, DualtapeError } from '../core/errors.ts'
import { sizeOfShape } from '../core/shape.ts'
import { Tensor } from '../core/tensor.ts'
import { isTraced } from '../core/traced.ts'
import type { Value } from '../core/types.ts'
import * as ops from '../ops/index.ts'
import type { ExpressionError } from './error.ts'
import { type ConstantArgument, type Context, constantAt, type Entry } from './functions/entry.ts'
import { functions } from './functions/table.ts'
import type { Budget } from './limits.ts'
import { isDifferentiated, plainOf, primalOf } from './plain.ts'
import { describeValue, FunctionValue, fromMathjs, isNumeric, isScalar, toMathjs } from './values.ts'

/** Who calls functions of the table, and how. */
export interface Caller {
  budget: Budget
  /** 1 in expressions, 0 for a JavaScript program. */
  first: 0 | 1
  /** Whether `*`, `/` and `^` act entry by entry. */
  elementwise: boolean
  /** What to do where mathjs would go on with a complex number. */
  complex: 'refuse' | 'nan'
  /** Whether a value can be lost in a comparison, so that each step has to be looked at. */
  asks: boolean
  /** An error that points to a part of the expression. */
  error(message: string, node?: MathNode): ExpressionError | DomainError
}

/** What entry by entry stands for the operators of linear algebra. */
const ELEMENTWISE: { readonly [name: string]: string } = { multiply: 'dotMultiply', divide: 'dotDivide', pow: 'dotPow' }

/** Calls functions of the table. */
export class Application implements Context {
  readonly first: 0 | 1
  readonly #caller: Caller

  constructor(caller: Caller) {
    this.#caller = caller
    this.first = caller.first
  }

  chosen(numbers: readonly Value[], why: (...numbers: number[]) => string | undefined): number[] {
    const plain = numbers.map(each => Number(plainOf(each, 'what chooses')))
    const problem = numbers.some(isDifferentiated) ? why(...plain) : undefined
    if (problem !== undefined) throw new DomainError(problem)
    return plain
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
    this.#caller.budget.spend(operations, entries)
  }

  /** Calls a function of the table by name; `nodes` are where its arguments stand in the expression. */
  apply(called: string, args: readonly unknown[], nodes: readonly MathNode[] = []): unknown {
    const name = this.#caller.elementwise ? (ELEMENTWISE[called] ?? called) : called
    const entry = functions.get(name)
    if (entry === undefined) throw unknownFunction(name)
    if (entry.kind === 'refused') throw new DomainError(`${name} cannot be used here: ${entry.note}.`)
    checkCount(name, args.length, entry.takes)
    if (entry.call === undefined) return this.#constantCall(name, entry, args)
    const given = args.map((each, i) => {
      const constant = entry.constants === undefined ? undefined : constantAt(entry, i, args)
      if (constant !== undefined) return this.#plain(name, constant, each, nodes[i])
      return entry.any === true ? each : checked(name, each)
    })
    this.spend(given.reduce((sum: number, each) => sum + sizeOfShape(shapeOf(each)), 0))
    const result = entry.call(given as never[], this)
    if (entry.real === true && this.#caller.complex === 'refuse') this.#checkReal(name, given, result as Value)
    return result
  }

  /** An argument that counts or chooses as a plain number or tensor; texts and functions as they are. */
  #plain(name: string, { what, counted = false }: ConstantArgument, x: unknown, node: MathNode | undefined): unknown {
    if (typeof x === 'boolean' || !isNumeric(x)) return x
    if (isDifferentiated(x)) {
      const message = `${name}: ${what} counts or chooses and has no derivative, but it depends on what is differentiated by. Round it, or leave its variables out of withRespectTo.`
      throw this.#caller.error(message, node)
    }
    if (isBatched(x)) throw this.#caller.error(`${name}: ${what} differs from item to item of a batch.`, node)
    const plain = plainOf(x, what)
    return counted && this.first === 0 && typeof plain === 'number' ? plain + 1 : plain
  }

  /** A function that mathjs computes itself, on values that nothing is differentiated by. */
  #constantCall(name: string, { note, cost }: Entry, args: readonly unknown[]): unknown {
    const plain = args.map(each => {
      checked(name, each)
      if (isDifferentiated(each)) throw new DomainError(`${name} has no derivative (${note}), but its argument depends on what is differentiated by.`)
      if (isBatched(each)) throw new DomainError(`${name}: an argument differs from item to item of a batch.`)
      const value = plainOf(each as Value, 'an argument')
      if (value instanceof Tensor && value.dtype === 'bool') throw new DomainError(`${name} takes numbers, not an array of truth values.`)
      return value
    })
    // mathjs takes seconds to find the words for a large array where it takes numbers.
    const array = plain.findIndex((each, i) => each instanceof Tensor && !takesArray(name, i))
    if (array >= 0) throw new DomainError(`${name} takes numbers, not arrays.`)
    this.spend(plain.reduce((sum: number, each) => sum + sizeOfShape(shapeOf(each)), 0))
    this.spend(cost?.(...plain.map(each => (each instanceof Tensor ? each.data : [Number(each)]))) ?? 0)
    const f = mathjs[name as keyof typeof mathjs] as unknown as (...args: unknown[]) => unknown
    try {
      return fromMathjs(name, f(...plain.map(toMathjs)))
    } catch (error) {
      throw error instanceof DualtapeError ? error : new DomainError((error as Error).message)
    }
  }

  /** Throws where mathjs would give a complex number. */
  #checkReal(name: string, args: readonly unknown[], result: Value): void {
    if (this.#caller.asks && isAbstract(result)) this.truth(ops.any(ops.isNan(result) as Tensor))
    const [x, y] = args
    const infinite = name === 'pow' && isScalar(x) && isScalar(y) && primalOf(x) === Number.NEGATIVE_INFINITY && !Number.isInteger(Number(primalOf(y)))
    if ((!hasNan(result) && !infinite) || args.some(hasNan)) return
    const shown = args.map(each => String(primalOf(each as Value))).join(', ')
    throw new DomainError(`${name}(${shown}) is not a real number; only real numbers can be differentiated here.`)
  }
}

/** How many arguments functions take: as mathjs' own signatures and the registry say. */
const counts = new Map<string, readonly [least: number, most: number]>()

function checkCount(name: string, count: number, takes = Number.POSITIVE_INFINITY): void {
  let range = counts.get(name)
  if (range === undefined) {
    const { signatures, arity } = (mathjs[name as keyof typeof mathjs] ?? operatorNamed(name)) as { signatures?: object; arity?: number }
    const lists = Object.keys(signatures ?? {}).map(each => (each === '' ? [] : each.split(',')))
    const lengths = lists.map(list => list.length)
    const most = lists.some(list => list.at(-1)?.includes('...')) ? Number.POSITIVE_INFINITY : Math.max(...lengths)
    range = lists.length > 0 ? [Math.min(...lengths), most] : [arity ?? 0, arity ?? Number.POSITIVE_INFINITY]
    counts.set(name, range)
  }
  const [least, most] = [range[0], Math.min(range[1], takes)]
  if (count >= least && count <= most) return
  const wanted = most === Number.POSITIVE_INFINITY ? `at least ${least}` : least === most ? String(most) : `${least} to ${most}`
  throw new DomainError(`${name} takes ${wanted} argument${wanted === '1' ? '' : 's'}, but ${count} ${count === 1 ? 'was' : 'were'} given.`)
}

/** Whether mathjs' function takes an array at a position. */
function takesArray(name: string, position: number): boolean {
  const { signatures = {} } = mathjs[name as keyof typeof mathjs] as { signatures?: object }
  return Object.keys(signatures).some(each => {
    const types = each.split(',')
    return /Array|Matrix|any|^\.\.\.$/.test(types[position] ?? (types.at(-1)?.startsWith('...') ? (types.at(-1) as string) : ''))
  })
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

function hasNan(x: unknown): boolean {
  if (!isNumeric(x)) return false
  const primal = primalOf(x)
  return primal instanceof Tensor ? primal.data.some(Number.isNaN) : Number.isNaN(primal)
}

function unknownFunction(name: string): DomainError {
  const close = [...functions.keys()].filter(each => each.toLowerCase() === name.toLowerCase() || each.startsWith(name)).slice(0, 3)
  return new DomainError(
    `There is no function ${name}${close.length > 0 ? `. Did you mean ${close.join(' or ')}?` : ' that can be differentiated. Functions of your own, imported ones too, go into the scope.'}`,
  )
}
