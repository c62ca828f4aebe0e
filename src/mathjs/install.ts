import type { MathJsInstance, MathNode, SymbolNode } from 'mathjs'
import { DomainError } from '../core/errors.ts'
import { Tensor } from '../core/tensor.ts'
import { isTraced, Traced } from '../core/traced.ts'
import { type DerivativeOptions, type Derivatives, gradient, hessian, jacobian } from './derivatives.ts'
import { Evaluation } from './evaluation.ts'
import { Expression, type Scope } from './expression.ts'
import { functions } from './functions/table.ts'
import { FunctionValue, fromScope, isMatrix } from './values.ts'

/** A function of expressions that gets its arguments as nodes. */
type RawFunction = ((args: MathNode[], math: MathJsInstance, scope: MathjsScope) => unknown) & { rawArgs?: boolean }

/** The variables of a mathjs session. */
interface MathjsScope {
  keys(): Iterable<string>
  get(name: string): unknown
}

type Derive = (expression: Expression, scope: Scope, options: DerivativeOptions) => Derivatives

/**
 * Adds derivatives to a mathjs instance.
 *
 * - `gradient`, `jacobian` and `hessian` as functions of its expressions: of an expression by variables of the session, or
 *   of a function of the session, which gives a function back.
 * - Traced scalars and tensors as types of its functions, so that `math.evaluate`, `math.multiply`, `math.map`, … run inside
 *   `jvp`, `grad`, `jacobian` and their kin.
 *
 * @example
 * const math = create(all)
 * install(math)
 * math.evaluate('h(x) = x^2 + 3x; dh = gradient(h); dh(1)').entries // [5]
 * math.evaluate('jacobian([x^2 * y, sin(y)], [x, y])', { x: 1, y: 2 }).toArray() // [[4, 1], [0, -0.4161468365471424]]
 */
export function install(math: MathJsInstance): void {
  const { typed } = math as unknown as Instance
  const commands = { gradient: raw('gradient', gradient, typed), jacobian: raw('jacobian', jacobian, typed), hessian: raw('hessian', hessian, typed) }
  math.import(commands, { override: true })
  addTypes(math as unknown as Instance)
}

function raw(name: string, derive: Derive, typed: Instance['typed']): RawFunction {
  const command: RawFunction = (args, _math, scope) => {
    const [first, by] = args
    if (first === undefined || args.length > 2) throw new DomainError(`${name} takes an expression or a function, and the variables to differentiate by.`)
    const variables = Object.fromEntries([...scope.keys()].map(key => [key, scope.get(key)]))
    const f = first.type === 'SymbolNode' ? variables[(first as SymbolNode).name] : undefined
    if (typeof f === 'function') return ofFunction(name, derive, f as SessionFunction, typed)
    if (isDerivative(first)) {
      const inner = first.compile().evaluate(scope as never) as unknown
      if (typeof inner === 'function') return ofFunction(name, derive, inner as SessionFunction, typed)
    }
    const expression = new Expression(textOf(first) ?? first)
    const withRespectTo = by === undefined ? expression.variables.filter(each => typeof variables[each] !== 'function') : namesIn(name, by)
    const used = new Set([...expression.variables, ...withRespectTo])
    const given = Object.fromEntries(Object.entries(variables).filter(([key, value]) => used.has(key) || typeof value === 'function'))
    return derive(expression, given, { withRespectTo, output: 'matrix' })
  }
  command.rawArgs = true
  return command
}

/** Whether a node calls one of the functions that this module adds. */
function isDerivative(node: MathNode): boolean {
  const { fn } = node as unknown as { fn?: { name?: string } }
  return node.type === 'FunctionNode' && ['gradient', 'jacobian', 'hessian'].includes(fn?.name ?? '')
}

type SessionFunction = ((...args: unknown[]) => unknown) & { syntax?: string }

/** The derivative of a function as a function: of one number a number. */
function ofFunction(command: string, derive: Derive, f: SessionFunction, typed: Instance['typed']): SessionFunction {
  const syntax = f.syntax ?? f.toString()
  const names =
    /^[^(]*\(([^)]*)\)/
      .exec(f.syntax ?? '')?.[1]
      ?.split(',')
      .map(each => each.trim().replace(/:.*$/, '')) ?? Array.from({ length: f.length }, (_, i) => `x${i + 1}`)
  if (names.length === 0 || names[0] === '') throw new DomainError(`${command}: the function ${syntax} takes no arguments to differentiate by.`)
  let called = 'f'
  while (names.includes(called)) called += '_'
  const expression = new Expression(`${called}(${names.join(', ')})`)
  const derived = (...args: unknown[]): unknown => {
    const scope = { ...Object.fromEntries(names.map((name, i) => [name, args[i]])), [called]: f }
    const result = derive(expression, scope, { withRespectTo: names, output: 'matrix' })
    if (derive === gradient && names.length === 1) return (result as { [name: string]: unknown })[names[0] as string]
    return result
  }
  // With a signature, so that mathjs' own functions know how many arguments to pass.
  const named = typed(command, { [names.map(() => 'any').join(', ')]: derived }) as SessionFunction
  return Object.assign(named, { syntax: `${command}(${names.join(', ')})` })
}

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

/** What the types of mathjs leave out of `typed`, and what it calls with. */
interface Instance {
  typed: ((name: string, signatures: object) => unknown) & {
    addTypes(types: { name: string; test: (x: unknown) => boolean }[], before: string): void
    isTypedFunction(x: unknown): boolean
  }
  import(functions: object): void
  expression: { transform: Record<string, unknown>; mathWithTransform: Record<string, unknown> }
  [name: string]: unknown
}

type Plain = (...args: unknown[]) => unknown

/** Whether a scalar is one of define-by-run. */
function isVariable(x: unknown): boolean {
  return x instanceof Traced && x.arena.owner.label === 'Variable'
}

/** Whether a value is traced, or an array or matrix with traced entries. */
function holdsTraced(x: unknown): boolean {
  if (isTraced(x)) return true
  if (Array.isArray(x)) return x.some(holdsTraced)
  return isMatrix(x) && holdsTraced(x.toArray())
}

/** Places of dimensions and indices that functions count from 0 when called from JavaScript, and from 1 in expressions. */
const DIMENSIONS: { readonly [name: string]: number } = {
  ...Object.fromEntries(['sum', 'mean', 'max', 'min', 'std', 'variance', 'cumsum', 'diff', 'apply', 'mapSlices', 'row', 'column'].map(name => [name, 1])),
}

/** Adds our values to the types of mathjs' functions, with signatures that call the functions of expressions here. */
function addTypes(math: Instance): void {
  const { typed } = math
  if ((typed as unknown as Record<symbol, boolean>)[INSTALLED]) return
  Object.defineProperty(typed, INSTALLED, { value: true })
  typed.addTypes(
    [
      { name: 'Variable', test: isVariable },
      { name: 'Dual', test: x => x instanceof Traced && !isVariable(x) },
      { name: 'TracedTensor', test: x => x instanceof Tensor || (!(x instanceof Traced) && holdsTraced(x)) },
      { name: DIFFERENTIABLE, test: x => x instanceof Tensor || holdsTraced(x) },
    ],
    'Array',
  )
  const ours = DIFFERENTIABLE
  for (const [name, entry] of functions) {
    const existing = math[name] as Plain
    if (entry.call === undefined || !typed.isTypedFunction(existing) || DIFFERENTIABLE in (existing as unknown as { signatures: object }).signatures) continue
    const call = (args: unknown[]) => callOurs(name, args)
    const fromZero = (args: unknown[]) => {
      const at = DIMENSIONS[name]
      return call(args.map((each, i) => (i === at && typeof each === 'number' ? each + 1 : each)))
    }
    const transform = math.expression.transform[name] as (Plain & { rawArgs?: boolean }) | undefined
    const one = (...args: unknown[]) => fromZero(args)
    const more = (...args: unknown[]) => fromZero([...args.slice(0, -1), ...(args.at(-1) as unknown[])])
    const signatures = {
      [ours]: one,
      [`${ours}, ${ours} | ${OTHERS}`]: one,
      [`${OTHERS}, ${ours}`]: one,
      [`${ours}, any, ...any`]: more,
      [`any, ${ours}, ...any`]: more,
      [`any, any, ${ours}`]: one,
      [`any, any, ${ours}, ...any`]: more,
    }
    // typed-function merges functions of one name; that of erf is another than its place.
    math.import({ [name]: typed((existing as Plain).name, signatures) })
    // The import leaves out how expressions call the function.
    if (transform === undefined) continue
    const inExpressions: Plain = (...args) => (args.some(holdsTraced) ? call(args) : transform(...args))
    const { expression } = math
    expression.transform[name] = transform.rawArgs === true ? transform : inExpressions
    expression.mathWithTransform[name] = expression.transform[name]
  }
}

/** The type that Dual, Variable and TracedTensor have in common. */
const DIFFERENTIABLE = 'Differentiable'
/** What may stand beside it: mathjs looks for the closest types first. */
const OTHERS = 'number | boolean | string | Array | Matrix | DenseMatrix | SparseMatrix | function'

const INSTALLED = Symbol('dualtape')

const ANY = new Expression('0')

/** A function of expressions called with values of a JavaScript program. */
function callOurs(name: string, args: readonly unknown[]): unknown {
  const values = args.map(each => {
    if (typeof each === 'string') return each
    return typeof each === 'function' ? new FunctionValue('a function', each.length, given => (each as Plain)(...given)) : fromScope(`of ${name}`, each)
  })
  return new Evaluation(ANY).apply(name, values)
}
