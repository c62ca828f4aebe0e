import { compositionOf, takesOrder } from '../../compile/compositions.ts'
import { GraphError } from '../../core/errors.ts'
import { broadcastShapes } from '../../core/shape.ts'
import { type Expression, parse, parseLines } from '../../wasm/expression.ts'
import type { ModelWriter, Ref } from './writer.ts'

/* Operators' own texts, expressions of JavaScript on numbers, as nodes on tensors. */

/** What operators of ONNX compute what a text writes. */
const OPERATORS: Readonly<Record<string, string>> = {
  '+': 'Add',
  '-': 'Sub',
  '*': 'Mul',
  '/': 'Div',
  neg: 'Neg',
  'Math.abs': 'Abs',
  'Math.ceil': 'Ceil',
  'Math.floor': 'Floor',
  'Math.sqrt': 'Sqrt',
  'Math.exp': 'Exp',
  'Math.log': 'Log',
  'Math.sin': 'Sin',
  'Math.cos': 'Cos',
  'Math.tanh': 'Tanh',
  'Math.sign': 'Sign',
  'Math.max': 'Max',
  'Math.min': 'Min',
  'Math.pow': 'Pow',
  sigmoidKernel: 'Sigmoid',
  roundKernel: 'Round',
}

/** Those that engines have for float32 alone; doubles have compositions in their place. */
const OF_FLOATS: Readonly<Record<string, string>> = {
  'Math.tan': 'Tan',
  'Math.sinh': 'Sinh',
  'Math.cosh': 'Cosh',
  'Math.asinh': 'Asinh',
  'Math.acosh': 'Acosh',
  'Math.atanh': 'Atanh',
  'Math.asin': 'Asin',
  'Math.acos': 'Acos',
  'Math.atan': 'Atan',
  erfKernel: 'Erf',
}

const COMPARISONS: Readonly<Record<string, string>> = { '==': 'Equal', '<': 'Less', '<=': 'LessOrEqual', '>': 'Greater', '>=': 'GreaterOrEqual' }

/** What names in a text stand for. */
type Scope = Readonly<Record<string, Ref>>

const CONSTANTS: Readonly<Record<string, number>> = { Infinity: Number.POSITIVE_INFINITY, NaN: Number.NaN }

/**
 * The nodes of a text, for an operator by a name; `known` are the operands that are numbers of the program. Throws a GraphError where
 * ONNX has nothing that computes it.
 */
export function writeExpression(writer: ModelWriter, operator: string, text: string, scope: Scope, known: Readonly<Record<string, unknown>> = {}): Ref {
  return new Writer(writer, operator, known).write(parse(text), scope)
}

class Writer {
  readonly #to: ModelWriter
  readonly #operator: string

  readonly #known: Readonly<Record<string, unknown>>

  constructor(to: ModelWriter, operator: string, known: Readonly<Record<string, unknown>>) {
    this.#to = to
    this.#known = known
    this.#operator = operator
  }

  write(expression: Expression, scope: Scope): Ref {
    if (expression.type === 'number') return this.#to.limit(expression.value)
    if (expression.type === 'name') {
      const found = scope[expression.name]
      if (found !== undefined) return found
      const constant = CONSTANTS[expression.name]
      if (constant === undefined) throw this.#refusal()
      return this.#to.limit(constant)
    }
    return this.#call(expression.name, expression.operands, scope)
  }

  #call(name: string, operands: readonly Expression[], scope: Scope): Ref {
    const to = this.#to
    if (takesOrder(name)) {
      const [first, ...others] = operands as [Expression, ...Expression[]]
      const order = first.type === 'number' ? first.value : first.type === 'name' ? this.#known[first.name] : undefined
      return this.#compose(
        name,
        others.map(each => this.write(each, scope)),
        typeof order === 'number' ? order : undefined,
      )
    }
    const values = operands.map(each => this.write(each, scope))
    const floats = () => values.map(each => to.asFloat(each))
    const shape = broadcastShapes(
      this.#operator,
      values.map(each => each.shape),
    )
    switch (name) {
      case '?': {
        const [test, yes, no] = values as [Ref, Ref, Ref]
        const sides = yes.type === 'bool' && no.type === 'bool' ? [yes, no] : [to.asFloat(yes), to.asFloat(no)]
        return to.op('Where', [to.asBool(test), ...sides], shape, {}, sides[0]?.type as Ref['type'])
      }
      case '&&':
      case '||':
        return to.op(
          name === '&&' ? 'And' : 'Or',
          values.map(each => to.asBool(each)),
          shape,
        )
      case '!':
        return to.op('Not', [to.asBool(values[0] as Ref)], shape)
      case '!=':
        return to.op('Not', [to.op('Equal', floats(), shape, {}, 'bool')], shape)
      case 'number':
        return to.asFloat(values[0] as Ref)
      case 'Number.isNaN':
        return to.op('IsNaN', floats(), shape, {}, 'bool')
      case 'fmod':
        return to.op('Mod', floats(), shape, { fmod: 1 })
      case 'Math.fround':
        return to.rounded(to.asFloat(values[0] as Ref))
    }
    const comparison = COMPARISONS[name]
    if (comparison !== undefined) return to.op(comparison, floats(), shape, {}, 'bool')
    if (name === 'Math.max' && isZero(operands[1])) return to.op('Relu', [to.asFloat(values[0] as Ref)], shape)
    const operator = OPERATORS[name] ?? (to.isDouble ? undefined : OF_FLOATS[name])
    return operator === undefined ? this.#compose(name, floats()) : to.op(operator, floats(), shape)
  }

  #compose(name: string, values: readonly Ref[], order?: number): Ref {
    const composition = compositionOf(name, this.#to.isDouble, order)
    if (composition === undefined) throw this.#refusal()
    const scope: Record<string, Ref> = Object.fromEntries(composition.parameters.map((each, i) => [each, values[i] as Ref]))
    const { lines, result } = parseLines(composition.lines)
    for (const [each, expression] of lines) scope[each] = this.write(expression, scope)
    return this.write(result, scope)
  }

  #refusal(): GraphError {
    return new GraphError(
      `toOnnx: ${this.#operator} has no form in ONNX' operators. Compute it outside the model and give it as an argument, or write the function without it.`,
    )
  }
}

function isZero(expression: Expression | undefined): boolean {
  return expression?.type === 'number' && expression.value === 0
}
