import { compile } from '../compile/compile.ts'
import { type Compiled, type CompileOptions, readCompile } from '../compile/compiled.ts'
import { noMore } from '../core/arguments.ts'
import { OptionError } from '../core/errors.ts'
import { checkNames } from '../core/options.ts'
import { Tensor } from '../core/tensor.ts'
import { isTraced } from '../core/traced.ts'
import { hessian } from '../jacobian/hessian.ts'
import { jacobian } from '../jacobian/jacobian.ts'
import { readOptions } from '../jacobian/options.ts'
import { valueAndGrad } from '../reverse/grad.ts'
import { byName, checkOutput, checkVariables, type DerivativeOptions, type Derivatives, OPTIONS, outputOf, parted } from './derivatives.ts'
import { Expression, type Source } from './expression.ts'
import { primalOf } from './plain.ts'
import { type Point, problemAt, readScope, scalarOf } from './problem.ts'
import { type Origin, originOf, type Scope, type Values } from './scope.ts'
import { Captured } from './session.ts'
import { describeValue, Fields, isNumeric, Unreadable } from './values.ts'

/** Options of `compileExpression`: those of derivatives and of `compile`. */
export interface CompileExpressionOptions extends DerivativeOptions, CompileOptions {}

const KINDS = ['value', 'gradient', 'jacobian', 'hessian'] as const
type Kind = (typeof KINDS)[number]

/** What a compiled program gives: the value tells whether all went well, whatever the derivative is. */
interface Outcome {
  value: unknown
  /** In place of a value that is true or false: 1 or 0. */
  truth?: number
  derivative?: unknown
  /** A derivative that is given back as it is: numbers by name. */
  numbers?: { [name: string]: number }
}

type Program = ((point: Point) => Outcome) & Compiled

/**
 * An expression for many evaluations: each kind of derivative is compiled when it is first asked for, and again for scopes
 * of another structure. Results and errors are those of the functions of the same names.
 *
 * @example
 * const model = compileExpression('x^2 * sin(y)')
 * model.gradient({ x: 1, y: 0 }) // { x: 0, y: 1 }
 */
export function compileExpression(expression: Source, options: CompileExpressionOptions = {}, ...more: []): CompiledExpression {
  noMore('compileExpression', 2, more)
  return new CompiledExpression(expression, options)
}

/** See `compileExpression`. */
export class CompiledExpression {
  /** The expression, with its text and the names of its variables. */
  readonly expression: Expression
  readonly #options: CompileExpressionOptions
  readonly #programs = new Map<Kind, Program>()
  /** Functions of the scope, and what it holds beside numbers: part of the programs, like what functions close over. */
  #others: Values = {}
  #origin: Origin = originOf({})
  #captured = new Captured()
  /** Whether the last scope held numbers and nothing else. */
  #plain = false
  #last: Program | undefined

  constructor(source: Source, options: CompileExpressionOptions = {}) {
    checkNames('compileExpression', options, [...OPTIONS, 'target', 'maxVersions'])
    const { target, maxVersions, ...others } = options
    readCompile('compileExpression', [{ target, maxVersions }])
    readOptions('compileExpression', [parted(others).planning])
    checkOutput(options.output)
    checkVariables(options.withRespectTo)
    this.expression = source instanceof Expression ? source : new Expression(source, parted(options).reading)
    this.#options = options
  }

  /** The value of the expression. */
  value(scope: Scope, ...more: []): Derivatives {
    if (more.length > 0) noMore('value', 1, more)
    const { value, truth } = this.#run('value', scope)
    return truth === undefined ? outputOf(value, scope, this.#options.output) : truth !== 0
  }

  /** The gradient of a scalar expression, keyed by variable. */
  gradient(scope: Scope, ...more: []): { [name: string]: Derivatives } {
    if (more.length > 0) noMore('gradient', 1, more)
    return this.valueAndGradient(scope)[1]
  }

  /** Value and gradient at once. */
  valueAndGradient(scope: Scope, ...more: []): [value: number, gradient: { [name: string]: Derivatives }] {
    if (more.length > 0) noMore('valueAndGradient', 1, more)
    const { value, derivative, numbers } = this.#run('gradient', scope)
    return [typeof value === 'boolean' ? Number(value) : (value as number), numbers ?? outputOf(derivative, scope, this.#options.output)]
  }

  /** The Jacobian, laid out as by `jacobian`. */
  jacobian(scope: Scope, ...more: []): Derivatives {
    if (more.length > 0) noMore('jacobian', 1, more)
    return outputOf(this.#run('jacobian', scope).derivative, scope, this.#options.output)
  }

  /** The matrix of second derivatives of a scalar expression, laid out as by `hessian`. */
  hessian(scope: Scope, ...more: []): Derivatives {
    if (more.length > 0) noMore('hessian', 1, more)
    return outputOf(this.#run('hessian', scope).derivative, scope, this.#options.output)
  }

  /** The code of the program that ran last; undefined before the first call, and while a program is interpreted. */
  get source(): string | undefined {
    return this.#last?.source
  }

  /** What ran last: code, the interpreter, or neither. */
  get target(): Compiled['target'] {
    return this.#last?.target
  }

  #run(kind: Kind, scope: Scope): Outcome {
    const program = this.#programs.get(kind)
    if (program !== undefined && this.#plain && Object.getPrototypeOf(scope) === Object.prototype) {
      // A scope like the last needs no reading, which takes longer than a small program. One that does is read below.
      try {
        return this.#checked(program, scope as Point)
      } catch {}
    }
    const point = this.#read(scope)
    const current = this.#programs.get(kind) ?? this.#compile(kind)
    this.#programs.set(kind, current)
    this.#plain = isNumbers(scope)
    return this.#checked(current, point)
  }

  #checked(program: Program, point: Point): Outcome {
    this.#last = program
    const outcome = program(point)
    // A value that is no number may be one that mathjs has as a complex number: an evaluation step by step tells, and throws.
    if (hasNan(outcome.value)) this.expression.evaluateIn({ ...point, ...this.#others }, this.#origin)
    return outcome
  }

  /** The point of a scope; programs that were made with other functions, or for what these have read elsewhere, are dropped. */
  #read(scope: Scope): Point {
    const { point, others, origin } = readScope(this.expression, scope, this.#options.withRespectTo)
    const names = Object.keys(others)
    const same = names.length === Object.keys(this.#others).length && names.every(name => isSame(others[name], this.#others[name]))
    if (!same || !this.#captured.holds(origin.identity)) {
      this.#programs.clear()
      this.#captured = new Captured()
    }
    this.#others = others
    this.#origin = origin
    return point
  }

  #compile(kind: Kind): Program {
    const { expression } = this
    const { withRespectTo, planning: given } = parted(this.#options)
    const { target, maxVersions, ...planning } = given
    const outcomeOf = (point: Point): Outcome => {
      // A scope that was handed on as it is has arrays, perhaps: what is traced has to be read before.
      if (!Object.values(point).every(isNumeric)) throw new OptionError('compileExpression: the scope has not been read.')
      const scope = { point, others: this.#others, origin: this.#origin }
      if (kind === 'value') {
        const value = treeOf(expression, expression.evaluateIn({ ...point, ...scope.others }, scope.origin, this.#captured))
        return typeof value === 'boolean' ? { value: 0, truth: Number(value) } : { value }
      }
      const problem = problemAt(expression, scope, withRespectTo, this.#captured)
      const { f, x } = problem
      if (kind === 'gradient') {
        const [value, gradients] = valueAndGrad(scalarOf('gradient', problem))(x)
        return problem.scalars ? { value, numbers: byName(problem, gradients) as { [name: string]: number } } : { value, derivative: gradients }
      }
      return { value: f(x), derivative: kind === 'jacobian' ? jacobian(f, planning)(x) : hessian(scalarOf('hessian', problem), planning)(x) }
    }
    return compile(outcomeOf, { ...(target !== undefined && { target }), ...(maxVersions !== undefined && { maxVersions }) })
  }
}

/** Whether programs for a function, or for something that cannot be read, fit another. */
function isSame(a: unknown, b: unknown): boolean {
  return a === b || (a instanceof Unreadable && b instanceof Unreadable && a.reason === b.reason)
}

/** Whether all values are numbers, so that they need no reading. */
function isNumbers(scope: Scope): boolean {
  if (Object.getPrototypeOf(scope) !== Object.prototype) return false
  for (const name in scope) if (typeof (scope as Values)[name] !== 'number') return false
  return true
}

function hasNan(value: unknown): boolean {
  if (typeof value === 'number') return Number.isNaN(value)
  if (isTraced(value)) return hasNan(primalOf(value))
  if (value instanceof Tensor) return value.data.some(Number.isNaN)
  return typeof value === 'object' && value !== null && Object.values(value).some(hasNan)
}

/** A value as a tree of numbers and tensors. */
function treeOf(expression: Expression, value: unknown): unknown {
  if (isNumeric(value)) return value
  if (value instanceof Fields) return Object.fromEntries([...value.fields].map(([name, each]) => [name, treeOf(expression, each)]))
  if (Array.isArray(value)) return value.map(each => treeOf(expression, each))
  throw expression.error(`The expression gives ${describeValue(value)}, not a number or an array of numbers.`)
}
