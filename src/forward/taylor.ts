import { noMore } from '../core/arguments.ts'
import type { Definition } from '../core/definition.ts'
import { ask, atLevel, below, dispatch } from '../core/dispatch.ts'
import { describe, OptionError } from '../core/errors.ts'
import { comparePlain } from '../core/plain-run.ts'
import type { Shape } from '../core/shape.ts'
import { Tensor } from '../core/tensor.ts'
import { Arena, BOXED, beginPassing, endPassing, freshLevel, isTraced, Traced, TracedTensor, type Transform } from '../core/traced.ts'
import { checkFunction, checkSynchronous, mapTree, zeroLike } from '../core/tree.ts'
import type { Concrete, Value } from '../core/types.ts'
import { add, mul, scale } from '../ops/arithmetic.ts'
import { pick, stackScalars } from '../ops/pick.ts'
import { section } from '../ops/sections.ts'
import { scalarArgument } from './jvp.ts'

/**
 * The normalised Taylor coefficients c[k] = f⁽ᵏ⁾(x) / k! of a function of one number, for k = 0 … order, in one evaluation on
 * truncated power series. Each has the structure of the function's result.
 *
 * Source: Griewank and Walther, Evaluating Derivatives, 2nd ed., chapter 13.
 *
 * @names `jax.experimental.jet.jet`
 *
 * @example
 * taylor(exp, 0, 3) // [1, 1, 0.5, 0.16666666666666666]
 */
export function taylor<R>(f: (x: number) => R, x: number, order: number, ...more: []): Concrete<R>[] {
  checkFunction('taylor', f)
  noMore('taylor', 3, more)
  if (!Number.isInteger(order) || order < 0) {
    throw new OptionError(`taylor: the order is a whole number from 0, but ${typeof order === 'number' ? order : describe(order)} was given.`)
  }
  const point = scalarArgument('taylor', x)
  const transform = new Taylor(order)
  beginPassing(transform.level)
  try {
    const result = f(transform.lift(point, k => (k === 1 ? 1 : undefined)) as number)
    checkSynchronous('taylor', result)
    comparePlain('taylor', f, [point], result)
    return Array.from({ length: order + 1 }, (_, k) =>
      mapTree(result, "taylor: the function's result", given => {
        const leaf = atLevel(given, transform.level) as Value
        return transform.coefficient(leaf, k) ?? zeroLike(given)
      }),
    ) as Concrete<R>[]
  } finally {
    endPassing(transform.level)
    transform.arena.close()
  }
}

/** A power series, whose coefficients are computed when they are asked for; undefined is zero by structure. */
interface Series {
  coefficients: (Value | undefined)[]
  /** Left out once all coefficients are known, so that what they came from can be collected. */
  next: ((k: number) => Value | undefined) | undefined
}

class Taylor implements Transform {
  readonly level = freshLevel()
  readonly arena: Arena = new Arena(BOXED, this)
  readonly order: number
  /** Whether the coefficients of some series are being computed. */
  #computing = false

  constructor(order: number) {
    this.order = order
  }

  nextPage(): Arena {
    return this.arena
  }

  lift(primal: Value, next: (k: number) => Value | undefined): Value {
    const series: Series = { coefficients: [primal], next }
    if (primal instanceof Tensor) return new TracedTensor(this.arena, primal.shape, series, primal.dtype)
    return new Traced(new Arena(BOXED, this, undefined, undefined, undefined, undefined, series), 0)
  }

  coefficient(x: Value, k: number): Value | undefined {
    const series = this.#seriesOf(x)
    if (series === undefined) return k === 0 ? x : undefined
    for (let i = series.coefficients.length; i <= k; i++) series.coefficients.push(series.next?.(i))
    return series.coefficients[k]
  }

  primal(x: Value): Value {
    return this.coefficient(x, 0) as Value
  }

  /**
   * All coefficients of the result of an operation of the program, as soon as it is applied: what they depend on is complete
   * then, so that neither stack nor memory grow with the length of the program. Series that an operator's rule makes meanwhile
   * may depend on the result itself, and stay lazy.
   */
  apply(definition: Definition, operands: readonly Value[], params: unknown): Value {
    const result = this.#apply(definition, operands, params)
    const series = this.#seriesOf(result)
    if (series === undefined || this.#computing) return result
    this.#computing = true
    try {
      this.coefficient(result, this.order)
    } finally {
      this.#computing = false
    }
    series.next = undefined
    return result
  }

  /**
   * y = op(x): coefficient by coefficient where the operator is linear, by Cauchy's product where it is a product, and else
   * by k · y_k = (y′)_{k−1} with y′ = J(x) x′, the pushforward applied to series.
   */
  #apply(definition: Definition, operands: readonly Value[], params: unknown): Value {
    const primals = operands.map(each => this.primal(each))
    const out = below(dispatch(definition, primals, params), this, definition)
    if (!definition.differentiable) return out
    const active = operands.map(each => this.#seriesOf(each) !== undefined)
    if (definition.affine?.(active) === true) {
      const { push } = definition.linearize(primals, out, params, active)
      return this.lift(out, k => {
        const terms = operands.map((each, i) => (active[i] ? this.coefficient(each, k) : undefined))
        return terms.every(each => each === undefined) ? undefined : push(terms)
      })
    }
    const isProduct = definition.kind === 'multilinear' || definition === mul.definition || definition === scale.definition
    if (isProduct && operands.length === 2) {
      const [x, y] = operands as [Value, Value]
      return this.lift(out, k => {
        let total: Value | undefined
        for (let i = 0; i <= k; i++) {
          const [a, b] = [this.coefficient(x, i), this.coefficient(y, k - i)]
          if (a !== undefined && b !== undefined) total = sumOf(total, dispatch(definition, [a, b], params))
        }
        return total
      })
    }
    let slope: Value | undefined
    let asked = false
    const result = this.lift(out, k => {
      if (!asked) {
        asked = true
        const slopes = operands.map((each, i) => (active[i] ? this.#slopeOf(each) : undefined))
        slope = definition.linearize(operands, result, params, active).push(slopes)
      }
      const term = slope === undefined ? undefined : this.coefficient(slope, k - 1)
      return term === undefined ? undefined : (scale(term, 1 / k) as Value)
    })
    return result
  }

  ask(definition: Definition, operands: readonly Value[]): boolean {
    return ask(
      definition,
      operands.map(each => this.primal(each)),
    )
  }

  assemble(scalars: readonly Value[], shape: Shape): Value {
    return this.apply(stackScalars.definition, scalars, { shape })
  }

  pick(x: TracedTensor, position: number): Value {
    return this.apply(pick.definition, [x], { position })
  }

  part(x: TracedTensor, start: number, shape: Shape): Value {
    return this.apply(section.definition, [x], { start, shape })
  }

  #seriesOf(x: Value): Series | undefined {
    if (!isTraced(x) || x.arena.owner !== this) return undefined
    return (x instanceof TracedTensor ? x.box : x.arena.box) as Series
  }

  /** The series of the derivative. */
  #slopeOf(x: Value): Value {
    const at = (k: number) => {
      const term = this.coefficient(x, k + 1)
      return term === undefined ? undefined : (scale(term, k + 1) as Value)
    }
    const primal = this.primal(x)
    const first = at(0) ?? (primal instanceof Tensor ? new Tensor(new Float64Array(primal.size), primal.shape) : 0)
    return this.lift(first, at)
  }
}

function sumOf(sum: Value | undefined, term: Value): Value {
  return sum === undefined ? term : (add(sum, term) as Value)
}
