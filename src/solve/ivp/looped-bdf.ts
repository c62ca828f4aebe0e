import { vmap } from '../../batch/vmap.ts'
import { eye, tri, zeros } from '../../core/makers.ts'
import { type Tensor, tensor } from '../../core/tensor.ts'
import { jvp } from '../../forward/jvp.ts'
import { add, div, mul, sub } from '../../ops/arithmetic.ts'
import { equal, greater, isFinite, less, lessEqual, logicalAnd } from '../../ops/comparison.ts'
import { pow } from '../../ops/exponential.ts'
import { matmul, outer, swapLast } from '../../ops/linalg.ts'
import { sum } from '../../ops/reduction.ts'
import { section } from '../../ops/sections.ts'
import { maximum, minimum, stopGradient, where } from '../../ops/selection.ts'
import { concat, stack } from '../../ops/shape.ts'
import { inv } from '../../ops/systems.ts'
import { ALPHA, differencing, ERROR, GAMMA, GROW_MOST, HIGHEST, interpolantWeights, newtonTolerance, SHRINK_MOST } from './bdf.ts'
import type { Equations, LoopedMethod } from './looped-steps.ts'

/*
 * The formulas of `bdf.ts` in operators. The order is a number of the loop's state: sums over differences up to it are products with
 * masks. The matrix of Newton's iterations is made anew in each step: a loop of operators does on all rounds what it does on one.
 *
 * The equations of a step are solved by iterations from the last step's Jacobian. Then come iterations with the Jacobian at
 * what they found, as a constant: each makes the derivatives of one more order exact (Griewank and Walther, section 15.2).
 */

interface Memory {
  /** Backward differences of the solution, the solution itself first, a row for each. */
  differences: Tensor
  /** The size of the steps that they belong to. */
  spacing: number
  order: number
  equalSteps: number
  jacobian: Tensor
}

const ROWS = HIGHEST + 3
const NEWTON_STEPS = 2
const SAFETY = 0.8
const indices = (): Tensor => tensor(Array.from({ length: ROWS }, (_, j) => j))
const ones = (mask: unknown): Tensor => where(mask as Tensor, 1, 0) as Tensor

export const bdfSteps: LoopedMethod<Memory> = {
  begin: (equations, y, rates, size) => ({
    differences: concat([stack([y, mul(size, rates) as Tensor]), zeros([ROWS - 2, y.size])]) as Tensor,
    spacing: size,
    order: 1,
    equalSteps: 0,
    jacobian: jacobianOf(equations, 0, y),
  }),

  attempt(equations, tau, h, memory) {
    const { order } = memory
    const factor = div(h, memory.spacing)
    const [at, below, own, above] = [0, -1, 0, 1].map((shift, k) => (k === 0 ? indices() : ones(equal(indices(), add(order, shift))))) as [
      Tensor,
      Tensor,
      Tensor,
      Tensor,
    ]
    const upTo = ones(lessEqual(at, order))
    const differences = resampled(memory.differences, upTo, factor)
    const [y0, size] = [matmul(upTo, differences) as Tensor, differences.size / ROWS]
    const alpha = entry(ALPHA, own)
    const psi = div(matmul(mul(tensor(filled(GAMMA)), upTo) as Tensor, differences) as Tensor, alpha) as Tensor
    const c = div(h, alpha)
    const end = add(tau, h)
    // c f(t, y) − ψ − (y − predicted), which is 0.
    const residual = (y: Tensor) => add(sub(sub(mul(c, equations.rates(end, y)), psi), y), y0) as Tensor
    const inverseOf = (jacobian: Tensor) => inv(sub(eye(size), mul(c, jacobian)) as Tensor)
    let y = stopGradient(y0) as Tensor
    const first = inverseOf(memory.jacobian)
    for (let k = 0; k < NEWTON_STEPS; k++) y = stopGradient(add(y, matmul(first, residual(y)))) as Tensor
    const jacobian = jacobianOf(equations, end, y)
    const inverse = inverseOf(jacobian)
    let change = y
    for (let k = 0; k < equations.orders; k++) {
      change = matmul(inverse, residual(y)) as Tensor
      y = add(y, change) as Tensor
    }
    const correction = sub(y, y0) as Tensor
    const next = advanced(differences, correction, upTo, order)
    const scale = equations.scaleOf(y, y)
    const errorOf = (table: readonly number[], row: Tensor, vector: Tensor) =>
      stopGradient(mul(entry(table.map(Math.abs), row), equations.norm(vector, scale))) as number
    const error = errorOf(ERROR, own, correction)
    const solved = lessEqual(stopGradient(equations.norm(change, scale)) as number, newtonTolerance(equations.relative))
    const taken = logicalAnd(lessEqual(error, 1), solved)
    // Orders and sizes after equal steps: errors of the orders beside this one are those of the differences there.
    const steps = add(where(equal(factor, 1), memory.equalSteps, 0), 1) as number
    const selects = logicalAnd(taken, greater(steps, order))
    const growth = (error: number, k: number) => pow(maximum(error, 1e-100) as number, div(-1, add(order, k)))
    const [less1, same, more1] = [
      where(greater(order, 1), growth(errorOf(ERROR, below, matmul(own, next) as Tensor), 0), 0) as number,
      growth(error, 1),
      where(less(order, HIGHEST), growth(errorOf(ERROR, above, matmul(ones(equal(at, add(order, 2))), next) as Tensor), 2), 0) as number,
    ]
    const best = maximum(maximum(less1, same), more1) as number
    const change1 = where(equal(best, less1), -1, where(equal(best, same), 0, 1)) as number
    const smaller = where(logicalAnd(isFinite(error), solved), maximum(SHRINK_MOST, minimum(0.9, mul(SAFETY, same))), 0.5) as number
    const keep = <T>(a: T, b: T) => where(taken, a as number, b as number) as T
    return {
      taken,
      end: y,
      factor: keep(where(selects, minimum(GROW_MOST, mul(SAFETY, best)), 1) as number, smaller),
      next: {
        differences: keep(next, memory.differences),
        spacing: keep(h, memory.spacing),
        order: add(order, where(selects, change1, 0)) as number,
        equalSteps: where(logicalAnd(taken, lessEqual(steps, order)), steps, 0) as number,
        jacobian: keep(jacobian, memory.jacobian),
      },
      at(s) {
        const row = (k: number) => section(next, k * size, [size]) as Tensor
        const terms = interpolantWeights(s, HIGHEST).map((weight, k) => mul(mul(weight, section(upTo, k + 1, []) as number), row(k + 1)) as Tensor)
        return terms.reduce((sum, term) => add(sum, term) as Tensor, row(0))
      },
    }
  },
}

/** ∂f/∂y, a constant to derivatives: it only makes iterations converge. */
function jacobianOf({ rates }: Equations, tau: number, y: Tensor): Tensor {
  const columns = vmap((direction: Tensor) => jvp((y: Tensor) => rates(tau, y), [y], [direction])[1] as Tensor)(eye(y.size)) as Tensor
  return stopGradient(swapLast(columns)) as Tensor
}

/** The entry of a table at the one place where the mask is 1. */
function entry(table: readonly number[], row: Tensor): number {
  return sum(mul(tensor(filled(table)), row) as Tensor) as unknown as number
}

function filled(table: readonly number[]): number[] {
  return Array.from({ length: ROWS }, (_, j) => table[j] ?? 0)
}

/** Differences up to the order at another distance, the factor times the old one: `changeOfDifferences` with rows and columns up to the order. */
function resampled(differences: Tensor, upTo: Tensor, factor: number): Tensor {
  const at = indices()
  const rows: Tensor[] = [ones(greater(at, -1))]
  for (let i = 1; i < ROWS; i++) rows.push(div(mul(rows[i - 1] as Tensor, sub(i - 1, mul(factor, at))), i) as Tensor)
  const matrix = matmul(stack(rows), tensor(differencing(ROWS - 1, 1))) as Tensor
  const inside = mul(outer(upTo, upTo), swapLast(matrix)) as Tensor
  return matmul(add(inside, diagonal(sub(1, upTo) as Tensor)), differences) as Tensor
}

/** Differences after a step: `updated` of `bdf.ts`. */
function advanced(differences: Tensor, correction: Tensor, upTo: Tensor, order: number): Tensor {
  const at = indices()
  const [one, two] = [1, 2].map(k => ones(equal(at, add(order, k)))) as [Tensor, Tensor]
  const beyond = ones(greater(at, add(order, 2)))
  const sums = mul(swapLast(tri(ROWS)), outer(upTo, upTo)) as Tensor
  const matrix = add(sub(sums, outer(two, one)), diagonal(beyond)) as Tensor
  return add(matmul(matrix, differences), outer(sub(1, beyond) as Tensor, correction)) as Tensor
}

function diagonal(entries: Tensor): Tensor {
  return mul(eye(ROWS), entries) as Tensor
}
