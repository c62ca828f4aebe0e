import type { FunctionAssignmentNode, MathNode, SymbolNode } from 'mathjs'
import { isBatched, shapeOf } from '../core/dispatch.ts'
import { DomainError } from '../core/errors.ts'
import { sizeOfShape } from '../core/shape.ts'
import { Tensor } from '../core/tensor.ts'
import { closureOf, type DefinedFunction, isDefined, lookUp, scopeSeen, unwatched, type Watched } from './closures.ts'
import { CONSTANTS } from './constants.ts'
import { Evaluation } from './evaluation.ts'
import type { Expression } from './expression.ts'
import { functions } from './functions/table.ts'
import { Budget } from './limits.ts'
import { Names } from './names.ts'
import { primalOf } from './plain.ts'
import { isScopeMap, type Origin, originOf, type ScopeMap, type Values } from './scope.ts'
import { describeValue, Fields, FunctionValue, fromScope, isNumeric, Positions, toMathjs, Unreadable } from './values.ts'

type Callable = (...args: unknown[]) => unknown

/**
 * One evaluation of an expression in a scope, and of the functions of this scope. Each of these sees the variables of the
 * scope where it was defined: if that is the scope of the evaluation, they are the ones that are differentiated by.
 */
export class Session {
  readonly #expression: Expression
  readonly #identity: object
  readonly #captured: Captured
  readonly #budget: Budget
  /** The names of the scope, and those that the expression sees: above them stand the arguments of a function. */
  readonly #shared: Names
  readonly #names: Names
  readonly #scopes = new Map<object, Names>()
  readonly #functions = new Map<unknown, FunctionValue>()

  constructor(expression: Expression, values: Values, { identity, locals, hidden }: Origin, captured = new Captured()) {
    this.#expression = expression
    this.#identity = identity
    this.#captured = captured
    this.#budget = new Budget(expression.limits)
    this.#shared = this.#lazily(locals.size === 0 ? values : { ...without(values, locals), ...hidden })
    const own = locals.size === 0 ? [] : Object.entries(values).filter(([name]) => locals.has(name))
    this.#names =
      own.length === 0
        ? this.#shared
        : new Names(
            own.map(([name, value]) => [name, this.#read(name, value)] as const),
            this.#shared,
          )
  }

  #lazily(values: Values): Names {
    return new LazyNames({ has: name => Object.hasOwn(values, name), keys: () => Object.keys(values) }, name => this.#read(name, values[name]))
  }

  run(node?: MathNode): unknown {
    return new Evaluation(this.#expression, this.#budget).run(this.#names, node)
  }

  /** A value of a scope: an error that waits for its use where it cannot be read. */
  #read(name: string, value: unknown): unknown {
    if (typeof value === 'function') return this.#functionOf(name, value as Callable)
    if (value instanceof Unreadable) return value
    try {
      return fromScope(`The variable ${name}`, value, this.#expression)
    } catch (error) {
      return new Unreadable((error as Error).message)
    }
  }

  #functionOf(name: string, f: Callable): FunctionValue {
    const known = this.#functions.get(f)
    if (known !== undefined) return known
    const made = isDefined(f) ? this.#defined(f) : this.#foreign(name, f)
    this.#functions.set(f, made)
    return made
  }

  /** A function that mathjs has defined: it runs from its text. */
  #defined(f: DefinedFunction): FunctionValue {
    const definition = this.#expression.related(`${f.syntax} = ${f.expr}`)
    const node = definition.root as FunctionAssignmentNode
    const names = symbolsIn(node.expr, node.params)
    return new Evaluation(definition, this.#budget).functionOf(
      node,
      args =>
        new ClosureNames(
          name => this.#closedOver({ f, names, args: () => args.map(each => this.#plain(each)), around: this.#identity }, name),
          () => this.#home(f),
        ),
    )
  }

  /** A function of JavaScript: it gets numbers and tensors, traced or not. */
  #foreign(name: string, f: Callable): FunctionValue {
    return new FunctionValue(name, arityOf(f), args => {
      const given = args.map(each => (each instanceof FunctionValue ? (...inner: unknown[]) => each.call(inner) : each))
      let result: unknown
      try {
        result = f(...given)
      } catch (error) {
        if ((error as { data?: { category?: unknown } }).data?.category === undefined) throw error
        throw new DomainError(
          `${name} is a function of mathjs that takes no values with derivatives: ${(error as Error).message}. Write it in the expression, or prepare its instance with install.`,
        )
      }
      if (typeof result === 'function') return this.#functionOf(`${name}(…)`, result as Callable)
      return result === undefined || result === null ? result : fromScope(`What ${name} gives`, result, this.#expression)
    })
  }

  /** The names among which a function finds one of its free variables; undefined for what belongs to mathjs. */
  #closedOver(what: Watched, name: string): Names | undefined {
    const { f } = what
    const closure = closureOf(f)
    if (closure !== undefined) {
      if (!(name in closure.args) || name in Object.prototype) return this.#namesOf(closure.scope)
      return new Names([[name, this.#read(name, (closure.args as Values)[name])]])
    }
    const found = lookUp(what, name)
    if (!('reason' in found)) return this.#namesOf(found.scope)
    if (found.reason === 'not reached') {
      if ((CONSTANTS.has(name) || functions.has(name)) && found.scope?.has(name) !== true) return undefined
      throw new DomainError(`What ${f.name} calls ${name} cannot be found, since mathjs does not get there: ${(found.error as Error).message}`)
    }
    throw new DomainError(
      `mathjs does not show where ${f.name} finds ${name}: it belongs to another function, which defined this one, or to a map of its own class. Pass ${name} as an argument, or this map as the scope, or call install(math) before the function is defined.`,
    )
  }

  /** The names of the scope where a function was defined, if that is known. */
  #home(f: DefinedFunction): Names | undefined {
    const scope = closureOf(f)?.scope ?? scopeSeen(f)
    return scope === undefined ? undefined : this.#namesOf(scope)
  }

  /** The names of a scope: those of this evaluation if it is the same. */
  #namesOf(scope: ScopeMap): Names {
    const { a, b } = scope as { a?: unknown; b?: unknown }
    if (isScopeMap(a) && isScopeMap(b)) {
      return new Names(
        Array.from(b.keys(), name => [name, this.#read(name, b.get(name))] as const),
        this.#namesOf(a),
      )
    }
    const { identity } = originOf(scope)
    if (identity === this.#identity) {
      this.#captured.own(identity)
      return this.#shared
    }
    const names = this.#scopes.get(identity) ?? new LazyNames(scope, name => this.#read(name, this.#captured.noted(scope, name)))
    this.#scopes.set(identity, names)
    return names
  }

  /** An argument as mathjs takes it, to watch a function. */
  #plain(x: unknown): unknown {
    if (x instanceof FunctionValue) return (...args: unknown[]) => unwatched(() => this.#plain(x.call(args.map(each => this.#read('argument', each)))))
    if (x instanceof Fields || x instanceof Positions) throw new DomainError(`A function of the scope takes numbers and arrays, not ${describeValue(x)}.`)
    if (!isNumeric(x)) return x
    const plain = primalOf(x)
    if (!isBatched(x) || !(plain instanceof Tensor)) return toMathjs(plain)
    // Any item will do.
    const shape = shapeOf(x)
    return shape.length === 0 ? plain.data[0] : toMathjs(new Tensor(Float64Array.from(plain.data).slice(0, sizeOfShape(shape)), shape))
  }
}

/** The names of a scope, of which each value is read when it is used. What is assigned stays here: the scope is not changed. */
class LazyNames extends Names {
  readonly #scope: Pick<ScopeMap, 'has' | 'keys'>
  readonly #read: (name: string) => unknown

  constructor(scope: Pick<ScopeMap, 'has' | 'keys'>, read: (name: string) => unknown) {
    super([])
    this.#scope = scope
    this.#read = read
  }

  override has(name: string): boolean {
    return super.has(name) || this.#scope.has(name)
  }

  override get(name: string): unknown {
    if (!super.has(name) && this.#scope.has(name)) super.set(name, this.#read(name))
    return super.get(name)
  }

  override get all(): string[] {
    return [...new Set([...super.all, ...this.#scope.keys()])]
  }
}

/** The names around the body of a function, each found when it is used. */
class ClosureNames extends Names {
  readonly #find: (name: string) => Names | undefined
  readonly #home: () => Names | undefined

  constructor(find: (name: string) => Names | undefined, home: () => Names | undefined) {
    super([])
    this.#find = find
    this.#home = home
  }

  override has(name: string): boolean {
    return super.has(name) || (this.#find(name)?.has(name) ?? false)
  }

  override get(name: string): unknown {
    return super.has(name) ? super.get(name) : this.#find(name)?.get(name)
  }

  override set(name: string, value: unknown): void {
    const home = this.#home()
    if (home === undefined) super.set(name, value)
    else home.set(name, value)
  }
}

/**
 * What an evaluation has read in scopes that its functions close over. A compiled program holds these values as constants: it
 * may run again as long as they are there.
 */
export class Captured {
  readonly #values = new Map<ScopeMap, Map<string, unknown>>()
  #own: object | undefined

  /** A value of a scope, which is taken note of. */
  noted(scope: ScopeMap, name: string): unknown {
    const value = scope.get(name)
    const values = this.#values.get(scope) ?? new Map<string, unknown>()
    this.#values.set(scope, values.set(name, structureOf(value)))
    return value
  }

  /** Takes note that functions close over the scope of the evaluation. */
  own(identity: object): void {
    this.#own = identity
  }

  /** Whether an evaluation in a scope would read the same. */
  holds(identity: object): boolean {
    if (this.#own !== undefined && this.#own !== identity) return false
    return [...this.#values].every(
      ([scope, values]) =>
        originOf(scope).identity !== identity && [...values].every(([name, value]) => scope.has(name) && Object.is(structureOf(scope.get(name)), value)),
    )
  }
}

/** Something that is equal for values with the same numbers: functions and what is no data are themselves. */
function structureOf(value: unknown): unknown {
  const plain = (value as { toArray?: () => unknown } | undefined)?.toArray?.() ?? value
  if (typeof plain !== 'object' || plain === null) return plain
  return Array.isArray(plain) || ArrayBuffer.isView(plain)
    ? JSON.stringify(plain, (_key, each) => (typeof each === 'number' ? (Object.is(each, -0) ? '-0' : `${each}`) : each))
    : value
}

function without(values: Values, names: ReadonlySet<string>): Values {
  return Object.fromEntries(Object.entries(values).filter(([name]) => !names.has(name)))
}

/** All names that a function's body mentions beside its parameters. */
function symbolsIn(body: MathNode, params: readonly string[]): ReadonlySet<string> {
  const found = new Set<string>()
  body.traverse(node => {
    if (node.type === 'SymbolNode' || node.type === 'FunctionAssignmentNode') found.add((node as SymbolNode).name)
  })
  for (const each of params) found.delete(each)
  return found
}

/** How many arguments a function of JavaScript takes; undefined where that varies. */
function arityOf(f: Callable): number | undefined {
  const { syntax, signatures } = f as { syntax?: unknown; signatures?: object }
  if (typeof syntax === 'string') return syntax.split(',').length
  if (signatures === undefined) return f.length === 0 ? undefined : f.length
  const lengths = new Set(Object.keys(signatures).map(each => (each === '' ? 0 : each.split(',').length)))
  return lengths.size === 1 ? [...lengths][0] : undefined
}
