import { DomainError } from '../core/errors.ts'
import { Tensor } from '../core/tensor.ts'
import { isTraced, Traced } from '../core/traced.ts'
import { Application } from './application.ts'
import { functions } from './functions/table.ts'
import { Budget, UNLIMITED } from './limits.ts'
import { FunctionValue, fromScope, isMatrix } from './values.ts'

/** What the types of mathjs leave out of `typed`, and what it calls with. */
export interface Instance {
  typed: ((name: string, signatures: object) => unknown) & {
    addTypes(types: { name: string; test: (x: unknown) => boolean }[], before: string): void
    isTypedFunction(x: unknown): boolean
  }
  import(functions: object, options: { override: boolean }): void
  matrix(entries: unknown[]): unknown
  config(): { matrix: 'Matrix' | 'Array' }
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

/** Adds our values to the types of mathjs' functions, with signatures that call the functions of expressions here. */
export function addTypes(math: Instance): void {
  const { typed } = math
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
    const existing = math[name] as Plain & { signatures: { [types: string]: Plain } }
    if (entry.call === undefined || !typed.isTypedFunction(existing)) continue
    const transform = math.expression.transform[name] as (Plain & { rawArgs?: boolean }) | undefined
    const one: Plain = (...args) => call(name, args, 0)
    const more: Plain = (...args) => call(name, [...args.slice(0, -1), ...(args.at(-1) as unknown[])], 0)
    const signatures = {
      [ours]: one,
      [`${ours}, ${ours} | ${OTHERS}`]: one,
      [`${OTHERS}, ${ours}`]: one,
      // Closer than what mathjs has for any three, such as a dimension and a normalization.
      [`${ours}, number, number | boolean | string`]: one,
      [`${ours}, any, ...any`]: more,
      [`any, ${ours}, ...any`]: more,
      [`any, any, ${ours}`]: one,
      [`any, any, ${ours}, ...any`]: more,
    }
    // mathjs makes a function when it is first looked up, one with all signatures of another now and then: those of `pow` are not
    // what `dotPow` does with our values.
    const own = Object.entries(existing.signatures).filter(([types]) => !types.includes(DIFFERENTIABLE))
    // The name of erf is another than its place.
    math.import({ [name]: typed(existing.name, { ...Object.fromEntries(own), ...signatures }) }, { override: true })
    // The import leaves out how expressions call the function.
    if (transform === undefined) continue
    const inExpressions: Plain = (...args) => (args.some(holdsTraced) ? call(name, args, 1) : transform(...args))
    const { expression } = math
    expression.transform[name] = transform.rawArgs === true ? transform : inExpressions
    expression.mathWithTransform[name] = expression.transform[name]
  }
}

/** The type that Dual, Variable and TracedTensor have in common. */
const DIFFERENTIABLE = 'Differentiable'
/** What may stand beside it: mathjs looks for the closest types first. */
const OTHERS = 'number | BigNumber | Fraction | bigint | boolean | string | Array | Matrix | DenseMatrix | SparseMatrix | function'

/** Calls a function of the table as a program does, which counts from 0 and has no limits, or an expression, which counts from 1. */
function call(name: string, args: readonly unknown[], first: 0 | 1): unknown {
  const values = args.map(each => {
    if (typeof each === 'string' || each === undefined) return each
    if (typeof each === 'function') return new FunctionValue('a function', each.length === 0 ? undefined : each.length, given => (each as Plain)(...given))
    return fromScope(`An argument of ${name}`, each, { units: 'refuse', numbers: 'double' })
  })
  const error = (message: string) => new DomainError(message)
  const budget = new Budget(UNLIMITED)
  return budget.during(() => new Application({ budget, first, elementwise: false, complex: 'refuse', asks: false, error }).apply(name, values))
}
