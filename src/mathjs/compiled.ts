import { type Compiled, type CompileOptions, compile } from '../compile/compile.ts'
import { Tensor } from '../core/tensor.ts'
import { hessian } from '../jacobian/hessian.ts'
import { jacobian } from '../jacobian/jacobian.ts'
import { valueAndGrad } from '../reverse/grad.ts'
import { byName, checkOutput, type DerivativeOptions, type Derivatives, expressionOptions, OPTIONS, outputOf } from './derivatives.ts'
import { checkNames, Expression, type Scope, type Source } from './expression.ts'
import { problemAt, readScope, scalarOf } from './problem.ts'
import { describeValue, Fields, isNumeric } from './values.ts'

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

type Program = ((scope: Scope) => Outcome) & Compiled

/**
 * An expression for many evaluations: each kind of derivative is compiled when it is first asked for, and again for scopes
 * of another structure. Results and errors are those of the functions of the same names.
 *
 * @example
 * const model = compileExpression('x^2 * sin(y)')
 * model.gradient({ x: 1, y: 0 }) // { x: 0, y: 1 }
 */
export function compileExpression(expression: Source, options: CompileExpressionOptions = {}): CompiledExpression {
  return new CompiledExpression(expression, options)
}

/** See `compileExpression`. */
export class CompiledExpression {
  /** The expression, with its text and the names of its variables. */
  readonly expression: Expression
  readonly #options: CompileExpressionOptions
  readonly #programs = new Map<Kind, Program>()
  /** The functions of the scope, which are part of the programs. */
  #functions: Scope = {}
  /** Whether the last scope held numbers and nothing else. */
  #plain = false
  #last: Program | undefined

  constructor(source: Source, options: CompileExpressionOptions = {}) {
    checkOutput(options.output)
    checkNames('compileExpression', options, [...OPTIONS, 'target', 'maxVersions'])
    this.expression = source instanceof Expression ? source : new Expression(source, expressionOptions(options))
    this.#options = options
  }

  /** The value of the expression. */
  value(scope: Scope): Derivatives {
    const { value, truth } = this.#run('value', scope)
    return truth === undefined ? outputOf(value, scope, this.#options.output) : truth !== 0
  }

  /** The gradient of a scalar expression, keyed by variable. */
  gradient(scope: Scope): { [name: string]: Derivatives } {
    return this.valueAndGradient(scope)[1]
  }

  /** Value and gradient at once. */
  valueAndGradient(scope: Scope): [value: number, gradient: { [name: string]: Derivatives }] {
    const { value, derivative, numbers } = this.#run('gradient', scope)
    return [value as number, numbers ?? outputOf(derivative, scope, this.#options.output)]
  }

  /** The Jacobian, laid out as by `jacobian`. */
  jacobian(scope: Scope): Derivatives {
    return outputOf(this.#run('jacobian', scope).derivative, scope, this.#options.output)
  }

  /** The matrix of second derivatives of a scalar expression, laid out as by `hessian`. */
  hessian(scope: Scope): Derivatives {
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
    if (program !== undefined && this.#plain) {
      // A scope like the last needs no reading, which takes longer than a small program. One that does is read below.
      try {
        return this.#checked(program, scope)
      } catch {}
    }
    const values = this.#read(scope)
    const current = this.#programs.get(kind) ?? this.#compile(kind)
    this.#programs.set(kind, current)
    this.#plain = isNumbers(scope)
    return this.#checked(current, values)
  }

  #checked(program: Program, values: Scope): Outcome {
    this.#last = program
    const outcome = program(values)
    // A value that is no number may be one that mathjs has as a complex number: an evaluation step by step tells, and throws.
    if (hasNan(outcome.value)) this.expression.evaluate({ ...values, ...this.#functions })
    return outcome
  }

  #read(scope: Scope): Scope {
    const values = readScope(this.expression, scope, this.#options.withRespectTo)
    const functions = Object.fromEntries(Object.entries(values).filter(([, value]) => typeof value === 'function'))
    const names = Object.keys(functions)
    if (names.length !== Object.keys(this.#functions).length || names.some(name => functions[name] !== this.#functions[name])) {
      this.#functions = functions
      this.#programs.clear()
    }
    return names.length === 0 ? values : Object.fromEntries(Object.entries(values).filter(([, value]) => typeof value !== 'function'))
  }

  #compile(kind: Kind): Program {
    const { expression } = this
    const { withRespectTo, output, elementwise, units, complex, limits, target, maxVersions, ...planning } = this.#options
    const functions = this.#functions
    const outcomeOf = (values: Scope): Outcome => {
      const scope = readScope(expression, { ...values, ...functions })
      if (kind === 'value') {
        const value = treeOf(expression, expression.evaluate(scope))
        return typeof value === 'boolean' ? { value: 0, truth: Number(value) } : { value }
      }
      const problem = problemAt(expression, scope, withRespectTo)
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

/** Whether all values are numbers, so that they need no reading. */
function isNumbers(scope: Scope): boolean {
  for (const name in scope) if (typeof scope[name] !== 'number') return false
  return true
}

function hasNan(value: unknown): boolean {
  if (typeof value === 'number') return Number.isNaN(value)
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
