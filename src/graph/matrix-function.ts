import { assembled, pickEntry, shapeOf, toValue } from '../core/dispatch.ts'
import { describe, TreeError } from '../core/errors.ts'
import { optionReader } from '../core/options.ts'
import { sizeOfShape } from '../core/shape.ts'
import type { Tensor } from '../core/tensor.ts'
import { checkLive, isTraced } from '../core/traced.ts'
import { checkSynchronous } from '../core/tree.ts'
import type { TensorLike, Value } from '../core/types.ts'
import { taylor } from '../forward/taylor.ts'
import { eigh } from '../ops/factorisations.ts'
import { stopGradient } from '../ops/selection.ts'
import { concat } from '../ops/shape.ts'
import { spectral } from '../ops/spectral.ts'
import { squareOperand } from '../ops/systems.ts'

/** Reads what takes no options: there are none. */
const noOptions = /* @__PURE__ */ optionReader({})

/** Terms of the series of f beyond the order of the derivative, for eigenvalues that are close. */
const MORE_TERMS = 12

/**
 * A function of one number as one of symmetric matrices: f(A) = V diag(f(λ)) Vᵀ for A = V diag(λ) Vᵀ, batched over leading axes. Of A its
 * symmetric part counts, as for `eigh`.
 *
 * Derivatives of any order are exact for equal eigenvalues and accurate for close ones, where those through `eigh` are neither. They
 * also flow to what f closes over. f is made of the library's operators and called once for each eigenvalue.
 *
 * Throws a ShapeError for what is not square, and a DomainError for entries that are NaN or infinite.
 *
 * Source: Daleckii and Krein 1965; Higham, Functions of Matrices (2008), section 3.2.
 *
 * @example
 * matrixFunction(x => sqrt(x), [[2, 1], [1, 2]]).toArray().map(row => row.map(x => x.toFixed(3)))
 * // [['1.366', '0.366'], ['0.366', '1.366']]
 */
export function matrixFunction(f: (x: number) => number, a: TensorLike, ...none: []): Tensor {
  noOptions('matrixFunction', none)
  if (typeof f !== 'function') throw new TreeError(`matrixFunction: the first argument is a function of one number, but ${describe(f)} was given.`)
  const operand = squareOperand('matrixFunction', a)
  const { values, vectors } = eigh(stopGradient(operand) as Tensor)
  const order = isTraced(operand) ? levelsOf(operand) + MORE_TERMS : 0
  const shape = shapeOf(values)
  const series = Array.from({ length: sizeOfShape(shape) }, (_, i) => seriesOf(f, pickEntry(values, i) as number, order))
  const rows = Array.from({ length: order + 1 }, (_, p) =>
    assembled(
      series.map(each => each[p] as Value),
      [...shape.slice(0, -1), 1, shape.at(-1) as number],
    ),
  )
  const table = order === 0 ? (rows[0] as Tensor) : (concat(rows, { axis: shape.length - 1 }) as Tensor)
  return spectral(operand, values, vectors, stopGradient(table) as Tensor, table)
}

/** f⁽ᵖ⁾(x) / p! for p = 0 … order. */
function seriesOf(f: (x: number) => number, x: number, order: number): Value[] {
  const series: unknown[] = order === 0 ? [f(x)] : taylor(f, x, order)
  return series.map(each => {
    checkSynchronous('matrixFunction', each)
    const term = toValue('matrixFunction: the result of f', each)
    if (shapeOf(term).length > 0) throw new TreeError(`matrixFunction: f gives one number for one, but ${describe(each)} came.`)
    return term
  })
}

/** How many transforms a value is in: its result may be differentiated as often. */
function levelsOf(x: unknown): number {
  let [count, current] = [0, x]
  while (isTraced(current)) {
    count++
    current = checkLive(current).owner.primal(current)
  }
  return count
}
