import type { MathJsInstance, MathNode, SymbolNode } from 'mathjs'
import { noMore } from '../core/arguments.ts'
import { DomainError, DualtapeError, describe } from '../core/errors.ts'
import { keepClosures } from './closures.ts'
import { type DerivativeOptions, type Derivatives, gradient, hessian, jacobian } from './derivatives.ts'
import { Expression } from './expression.ts'
import type { ScopeMap } from './scope.ts'
import { addTypes, type Instance } from './traced-types.ts'
import { toOutput } from './values.ts'

/** A function of expressions that gets its arguments as nodes. */
type RawFunction = ((args: MathNode[], math: MathJsInstance, scope: ScopeMap) => unknown) & { rawArgs?: boolean }

type Derive = (expression: Expression, scope: ScopeMap | { readonly [name: string]: unknown }, options: DerivativeOptions) => Derivatives

/**
 * Adds derivatives to a mathjs instance.
 *
 * - `gradient`, `jacobian` and `hessian` as functions of its expressions: of an expression by variables of the session, or
 *   of a function of the session, which gives a function back. They compute in doubles and give numbers, and matrices of this
 *   instance (arrays where it is configured so), whatever its expressions read numbers as.
 * - Traced scalars and tensors as types of its functions, so that `math.evaluate`, `math.multiply`, `math.map`, … run inside
 *   `jvp`, `grad`, `jacobian` and their kin.
 *
 * @example
 * const math = create(all)
 * install(math)
 * math.evaluate('h(x) = x^2 + 3x; dh = gradient(h); dh(1)').entries // [5]
 * math.evaluate('jacobian([x^2 * y, sin(y)], [x, y])', { x: 1, y: 2 }).toArray() // [[4, 1], [0, -0.4161468365471424]]
 */
export function install(math: MathJsInstance, ...more: []): void {
  noMore('install', 1, more)
  if (typeof math?.import !== 'function' || typeof (math as unknown as Instance).typed !== 'function') {
    throw new DualtapeError(`install: takes an instance of mathjs, such as create(all) gives, but ${describe(math)} was given.`)
  }
  const instance = math as unknown as Instance
  const commands = Object.fromEntries(
    Object.entries({ gradient, jacobian, hessian }).map(([name, derive]) => [name, new Command(name, derive as Derive, instance).raw]),
  )
  math.import(commands, { override: true })
  if ((instance.typed as unknown as Record<symbol, boolean>)[INSTALLED]) return
  Object.defineProperty(instance.typed, INSTALLED, { value: true })
  keepClosures(instance as never)
  addTypes(instance)
}

const INSTALLED = Symbol('dualtape')

/** One of the functions that are added to the language of an instance. */
class Command {
  readonly #name: string
  readonly #derive: Derive
  readonly #math: Instance

  constructor(name: string, derive: Derive, math: Instance) {
    this.#name = name
    this.#derive = derive
    this.#math = math
  }

  get raw(): RawFunction {
    return Object.assign((args: MathNode[], _math: unknown, scope: ScopeMap) => this.#run(args, scope), { rawArgs: true })
  }

  #run([first, by, ...others]: MathNode[], scope: ScopeMap): unknown {
    const name = this.#name
    if (first === undefined || others.length > 0) throw new DomainError(`${name} takes an expression or a function, and the variables to differentiate by.`)
    const f = this.#functionIn(first, scope)
    if (f !== undefined) {
      if (by !== undefined) throw new DomainError(`${name} of a function is by all its arguments: give it alone, and take what you need of the result.`)
      return this.#ofFunction(f)
    }
    const expression = new Expression(textOf(first) ?? first, READING)
    const withRespectTo = by === undefined ? expression.variables.filter(each => typeof scope.get(each) !== 'function') : namesIn(name, by)
    return this.#given(expression, scope, withRespectTo)
  }

  /** The function that a node stands for, by name or as the derivative of another. */
  #functionIn(node: MathNode, scope: ScopeMap): SessionFunction | undefined {
    if (node.type !== 'SymbolNode' && !isDerivative(node)) return undefined
    const { name } = node as SymbolNode
    const value: unknown = node.type === 'SymbolNode' ? (scope.has(name) ? scope.get(name) : undefined) : node.compile().evaluate(scope as never)
    return typeof value === 'function' ? (value as SessionFunction) : undefined
  }

  /** Derivatives with matrices as the instance has them. */
  #given(expression: Expression, scope: ScopeMap | { readonly [name: string]: unknown }, withRespectTo: readonly string[]): unknown {
    const result = this.#derive(expression, scope, { ...READING, withRespectTo, output: 'array' })
    return this.#math.config().matrix === 'Array' ? result : toOutput(result, array => this.#math.matrix(array))
  }

  /** The derivative of a function as a function: of one number a number. */
  #ofFunction(f: SessionFunction): SessionFunction {
    const command = this.#name
    const syntax = f.syntax ?? f.toString()
    const names =
      /^[^(]*\(([^)]*)\)/
        .exec(f.syntax ?? '')?.[1]
        ?.split(',')
        .map(each => each.trim().replace(/:.*$/, '')) ?? Array.from({ length: f.length }, (_, i) => `x${i + 1}`)
    if (names.length === 0 || names[0] === '') throw new DomainError(`${command}: the function ${syntax} takes no arguments to differentiate by.`)
    let called = 'f'
    while (names.includes(called)) called += '_'
    const expression = new Expression(`${called}(${names.join(', ')})`, READING)
    const derived = (...args: unknown[]): unknown => {
      const scope = { ...Object.fromEntries(names.map((name, i) => [name, args[i]])), [called]: f }
      const result = this.#given(expression, scope, names)
      if (command === 'gradient' && names.length === 1) return (result as { [name: string]: unknown })[names[0] as string]
      return result
    }
    // With a signature, so that mathjs' own functions know how many arguments to pass.
    const named = this.#math.typed(command, { [names.map(() => 'any').join(', ')]: derived }) as SessionFunction
    return Object.assign(named, { syntax: `${command}(${names.join(', ')})` })
  }
}

/** Sessions compute in doubles, whatever they read numbers as. */
const READING = { numbers: 'double' } as const

/** Whether a node calls one of the functions that this module adds. */
function isDerivative(node: MathNode): boolean {
  const { fn } = node as unknown as { fn?: { name?: string } }
  return node.type === 'FunctionNode' && ['gradient', 'jacobian', 'hessian'].includes(fn?.name ?? '')
}

type SessionFunction = ((...args: unknown[]) => unknown) & { syntax?: string }

/** The text that a node is, if it is one: quoted expressions are read like others. */
function textOf(node: MathNode): string | undefined {
  const { value } = node as unknown as { value: unknown }
  return node.type === 'ConstantNode' && typeof value === 'string' ? value : undefined
}

/** Names of variables from nodes: x, [x, y], or the same in quotes. */
function namesIn(command: string, node: MathNode): string[] {
  const nodes = node.type === 'ArrayNode' ? (node as unknown as { items: MathNode[] }).items : [node]
  return nodes.map(each => {
    const name = each.type === 'SymbolNode' ? (each as SymbolNode).name : (each as unknown as { value?: unknown }).value
    if (typeof name !== 'string')
      throw new DomainError(`${command}: variables are given by name, as in ${command}(x^2 * y, [x, y]), not as ${each.toString()}.`)
    return name
  })
}
