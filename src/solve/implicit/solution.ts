import type { Definition } from '../../core/definition.ts'
import { dispatch } from '../../core/dispatch.ts'
import { Tensor } from '../../core/tensor.ts'
import type { Value } from '../../core/types.ts'
import { jvp } from '../../forward/jvp.ts'
import { neg, sub } from '../../ops/arithmetic.ts'
import { vjp } from '../../reverse/vjp.ts'
import type { Factors } from '../factors.ts'
import { noDerivative, stepOf } from './step.ts'

/** Equations F(z, p) = 0 that define unknowns z by parameters p, as many as unknowns. */
export interface Equations {
  /** Begins messages. */
  readonly name: string
  /** F at values that may be traced. */
  of(z: Tensor, parameters: readonly Value[]): Value
  /** z at plain parameters, from a start. */
  solve(start: Tensor, parameters: readonly Value[]): Float64Array
  /** Factors of ∂F/∂z at plain numbers; the index of an unknown that the others determine, or none, where it is singular. */
  factor(z: Float64Array, parameters: readonly Value[]): Factors | number
}

/**
 * The solution z(p) as a step that can be differentiated in every mode and to any order, is batched item by item, and runs inside
 * compiled functions: by the implicit function theorem, dz = −(∂F/∂z)⁻¹ ∂F/∂p dp, in which the inverse is such a step, too. Nothing of
 * the iterations is differentiated.
 *
 * Throws a DomainError when the derivative is asked for where ∂F/∂z is singular.
 *
 * Source: Griewank and Walther, Evaluating Derivatives, 2nd ed., section 15.1; Blondel et al., Efficient and modular implicit
 * differentiation, NeurIPS 2022.
 */
export function solutionOf(equations: Equations, start: Value, parameters: readonly Value[]): Tensor {
  const { name } = equations
  const inverse = inverseOf(equations)
  const solution = stepOf(`${name}`, {
    evaluate: ([from, ...given]) => vectorOf(equations.solve(from as Tensor, given)),
    linearize: ([, ...given], out, active) => {
      const z = out as Tensor
      const among = active.slice(1)
      const f = (...some: Value[]) => equations.of(z, insert(given, among, some))
      const own = given.filter((_, i) => among[i])
      return {
        push: ([, ...tangents]) => {
          const change = pushed(
            f,
            own,
            tangents.filter((_, i) => among[i]),
          )
          return change && (neg(inverse(false, z, given, change)) as Value)
        },
        pull: cotangent => [undefined, ...spreadOver(among, pulled(f, own, neg(inverse(true, z, given, cotangent)) as Value))],
      }
    },
  })
  return dispatch(solution, [start, ...parameters]) as Tensor
}

/** y = J⁻¹ r or J⁻ᵀ r for J = ∂F/∂z at z and p, as a function of all of them: dy = J⁻¹ (dr − dJ y). */
type Inverse = (transposed: boolean, z: Tensor, parameters: readonly Value[], r: Value) => Tensor

function inverseOf(equations: Equations): Inverse {
  /** J y or Jᵀ y. */
  const times = (transposed: boolean, z: Tensor, parameters: readonly Value[], y: Tensor): Value =>
    transposed
      ? (vjp((at: Tensor) => equations.of(at, parameters) as Tensor, z)[1](y)[0] as Value)
      : (jvp((at: Tensor) => equations.of(at, parameters) as Tensor, [z], [y])[1] as Value)
  const operators: readonly Definition[] = [false, true].map(transposed =>
    stepOf(`${equations.name}: the derivative`, {
      evaluate: operands => {
        const [z, r] = [operands[0] as Tensor, operands.at(-1) as Tensor]
        const parameters = operands.slice(1, -1)
        const factors = equations.factor(z.data as Float64Array, parameters)
        if (typeof factors === 'number') throw noDerivative(equations.name, factors)
        return vectorOf(transposed ? factors.solveTransposed(r.data as Float64Array) : factors.solve(r.data as Float64Array))
      },
      linearize: (primals, out, active) => {
        const y = out as Tensor
        const matrix = primals.slice(0, -1)
        const among = active.slice(0, -1)
        const z = primals[0] as Tensor
        const parameters = primals.slice(1, -1)
        const own = matrix.filter((_, i) => among[i])
        const f = (...some: Value[]) => {
          const [at, ...given] = insert(matrix, among, some)
          return times(transposed, at as Tensor, given, y)
        }
        return {
          push: tangents => {
            const change = pushed(
              f,
              own,
              tangents.slice(0, -1).filter((_, i) => among[i]),
            )
            const dr = tangents.at(-1)
            const right = change === undefined ? dr : dr === undefined ? (neg(change as Tensor) as Value) : (sub(dr as Tensor, change as Tensor) as Value)
            return right && inverse(transposed, z, parameters, right)
          },
          pull: cotangent => {
            const lambda = inverse(!transposed, z, parameters, cotangent)
            return [...(own.length === 0 ? among.map(() => undefined) : spreadOver(among, pulled(f, own, neg(lambda) as Value))), lambda]
          },
        }
      },
    }),
  )
  const inverse: Inverse = (transposed, z, parameters, r) => dispatch(operators[Number(transposed)] as Definition, [z, ...parameters, r]) as Tensor
  return inverse
}

function vectorOf(numbers: Float64Array): Tensor {
  return new Tensor(numbers, [numbers.length])
}

/** The whole list with some in the flagged places. */
export function insert(all: readonly Value[], flags: readonly boolean[], some: readonly Value[]): Value[] {
  let next = 0
  return all.map((each, i) => (flags[i] ? (some[next++] as Value) : each))
}

export function spreadOver(flags: readonly boolean[], some: readonly unknown[]): (Value | undefined)[] {
  let next = 0
  return flags.map(flag => (flag ? (some[next++] as Value) : undefined))
}

/** The tangent of f; undefined where no tangent is there. */
export function pushed(f: (...some: Value[]) => Value, primals: readonly Value[], tangents: readonly (Value | undefined)[]): Value | undefined {
  if (tangents.every(each => each === undefined)) return undefined
  const known = tangents.map(each => each !== undefined)
  const g = (...some: Value[]) => f(...insert(primals, known, some))
  return jvp(g as never, primals.filter((_, i) => known[i]) as never, tangents.filter(each => each !== undefined) as never)[1] as Value
}

export function pulled(f: (...some: Value[]) => Value, primals: readonly Value[], cotangent: Value): readonly unknown[] {
  const [, pullback] = vjp(f as (...some: Value[]) => Tensor, ...primals)
  return pullback(cotangent as Tensor)
}
