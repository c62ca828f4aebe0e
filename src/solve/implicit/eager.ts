import type { Definition } from '../../core/definition.ts'
import { dispatch, pickEntry, value } from '../../core/dispatch.ts'
import { DualtapeError } from '../../core/errors.ts'
import { Tensor, tensor } from '../../core/tensor.ts'
import type { Value } from '../../core/types.ts'
import { jvp } from '../../forward/jvp.ts'
import { sub } from '../../ops/arithmetic.ts'
import { section } from '../../ops/sections.ts'
import { vjp } from '../../reverse/vjp.ts'
import type { Factors } from '../factors.ts'
import { inputsOf, vectorOf } from '../leaves.ts'
import { isAbstractTree, PlainRuns } from '../plain.ts'
import type { SolveResult } from '../result.ts'
import { Structure } from '../structure.ts'
import { factorsOf, type InsideProblem, type Run, solutionFrom } from './problem.ts'
import { allOnAll, noDerivative, stepOf } from './step.ts'

/** Thrown and caught inside: what a function closes over has no numbers. */
class Abstract extends Error {}

/**
 * The same as `solveInside` for functions that have to be run to know what they do: loops that end by their values, pieces and steps that
 * are chosen by errors, events. They are run for their numbers alone until the solution z is found. Then each of Newton's steps
 * z − J⁻¹ F(z), with J as it is there, is taken with the values of the transforms, as often as their order says: each makes the derivatives of one
 * order more exact.
 *
 * Undefined inside `compile` and `vmap`, where there are no numbers.
 *
 * Source: Griewank and Walther, Evaluating Derivatives, 2nd ed., section 15.2.
 */
export function solveEagerly<X>(problem: InsideProblem<X>): { z: Tensor; result: SolveResult<unknown, unknown> } | undefined {
  const { name, functions, x0, solve, equations } = problem
  const runs = new PlainRuns()
  const unknowns = new Structure(x0, name)
  const traced: Run = leaves => functions.map(f => inputsOf(f(unknowns.filled(leaves))))
  /** The shapes of the results of each function; of numbers undefined. */
  let shapes: (readonly number[] | undefined)[][] | undefined
  const packed = opaque(name, runs, z => {
    const results = traced(unknowns.parted(z as Tensor))
    const found = results.map(each => each.map(leaf => (leaf instanceof Tensor ? leaf.shape : undefined)))
    shapes ??= found
    if (JSON.stringify(found) !== JSON.stringify(shapes)) throw new DualtapeError(`${name}: the function gives results of other shapes at other points.`)
    return vectorOf(results.flat())
  })
  const run: Run = leaves => {
    const vector = packed(vectorOf(leaves)) as Tensor
    let at = 0
    return (shapes ?? []).map(each =>
      each.map(shape => {
        if (shape === undefined) return pickEntry(vector, at++)
        const part = section(vector, at, shape) as Value
        at += shape.reduce((size, length) => size * length, 1)
        return part
      }),
    )
  }
  try {
    const start = runs.run(() => value(vectorOf(inputsOf(x0)) as never) as Tensor)
    const { z: found, result } = solutionFrom(problem, run, solve(run, start.data as Float64Array))
    const inverse = linear(name, factorsOf(problem, run, found))
    let z: Tensor = tensor(found)
    for (let k = 0; k < runs.order; k++) z = sub(z, inverse(false, equations(traced, z)) as Tensor) as Tensor
    return { z, result }
  } catch (error) {
    if (error instanceof Abstract) return undefined
    throw error
  }
}

/** A function of vectors for its numbers alone: what it closes over is constant, and so it is in all derivatives. */
function opaque(name: string, runs: PlainRuns, f: (...vectors: Value[]) => Value): (...vectors: Value[]) => Value {
  const definition = stepOf(name, {
    evaluate: operands =>
      runs.run(() => {
        const result = runs.run(() => f(...operands))
        if (isAbstractTree(result)) throw new Abstract()
        return value(result as never) as Value
      }),
    // Its rule is such a step again, and would be followed for ever.
    pattern: allOnAll,
    linearize: (primals, _, active) => {
      const own = primals.flatMap((each, i) => (active[i] ? [{ i, size: (each as Tensor).size }] : []))
      return {
        push: tangents => {
          const known = tangents.flatMap((each, i) => (each === undefined ? [] : [i]))
          if (known.length === 0) return undefined
          const pushed = opaque(name, runs, (...given) => {
            const [at, directions] = [given.slice(0, primals.length), given.slice(primals.length)]
            const among = (...some: Value[]) => f(...at.map((each, i) => (known.includes(i) ? (some[known.indexOf(i)] as Value) : each))) as Tensor
            return jvp(among as never, known.map(i => at[i]) as never, directions as never)[1] as Value
          })
          return pushed(...primals, ...known.map(i => tangents[i] as Value))
        },
        pull: cotangent => {
          const pulled = opaque(name, runs, (...given) => {
            const at = given.slice(0, primals.length)
            const among = (...some: Value[]) => f(...at.map((each, i) => some[own.findIndex(one => one.i === i)] ?? each)) as Tensor
            const [, pullback] = vjp(among as (...some: Value[]) => Tensor, ...own.map(({ i }) => at[i] as Value))
            return vectorOf(pullback(given.at(-1) as Tensor) as Value[])
          })(...primals, cotangent) as Tensor
          const parts: (Value | undefined)[] = primals.map(() => undefined)
          let from = 0
          for (const { i, size } of own) {
            parts[i] = section(pulled, from, [size]) as Value
            from += size
          }
          return parts
        },
      }
    },
  })
  return (...vectors) => dispatch(definition, vectors)
}

/** J⁻¹ r and J⁻ᵀ r with factors of a constant J. */
function linear(name: string, factors: Factors | number): (transposed: boolean, r: Value) => Value {
  if (typeof factors === 'number') throw noDerivative(name, factors)
  const operators: readonly Definition[] = [false, true].map(transposed =>
    stepOf(`${name}: the derivative`, {
      evaluate: ([r]) => {
        const data = (r as Tensor).data as Float64Array
        return tensor(transposed ? factors.solveTransposed(data) : factors.solve(data))
      },
      linearize: () => ({
        push: ([tangent]) => tangent && inverse(transposed, tangent),
        pull: cotangent => [inverse(!transposed, cotangent)],
      }),
    }),
  )
  const inverse = (transposed: boolean, r: Value): Value => dispatch(operators[Number(transposed)] as Definition, [r])
  return inverse
}
