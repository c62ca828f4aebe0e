import { Tensor } from '../../core/tensor.ts'
import type { Value } from '../../core/types.ts'
import { hessian } from '../../jacobian/hessian.ts'
import { SparseMatrix } from '../../jacobian/sparse-matrix.ts'
import { add, mul, sqrt, square, sub } from '../../ops/arithmetic.ts'
import { equal, lessEqual, logicalOr } from '../../ops/comparison.ts'
import { log1p } from '../../ops/exponential.ts'
import { sum } from '../../ops/reduction.ts'
import { where } from '../../ops/selection.ts'
import { grad } from '../../reverse/grad.ts'
import { Factoring, type Factors } from '../factors.ts'
import { norm } from '../vectors.ts'
import type { Box } from './boxed-step.ts'
import type { Loss } from './loss.ts'

/** ρ(z) as in `RHO`, written with operators. */
const RHO: Readonly<Record<Loss, (z: Tensor) => Value>> = {
  linear: z => z,
  huber: z => where(lessEqual(z, 1), z, sub(mul(2, sqrt(z)), 1)) as Value,
  softL1: z => mul(2, sub(sqrt(add(1, z)), 1)) as Value,
  cauchy: z => log1p(z) as Value,
}

/** The cost of residuals, as a value that can be differentiated. */
export function tracedCost(residuals: Tensor, roots: Float64Array | undefined, loss: Loss, scale: number): Value {
  const weighted = roots === undefined ? residuals : mul(new Tensor(roots, [roots.length]), residuals)
  return mul((scale * scale) / 2, sum(RHO[loss](square(mul(1 / scale, weighted)) as Tensor) as Tensor)) as Value
}

/** Whether variables stand on bounds, which steps reach exactly. */
function onBounds(z: Tensor, { lower, upper }: Box): Value {
  const [low, high] = [lower, upper].map(each => new Tensor(each, [each.length])) as [Tensor, Tensor]
  return logicalOr(equal(z, low), equal(z, high)) as Value
}

/** What holds at a solution: the gradient is 0, but for variables on bounds, which stay there. */
export function conditions(cost: (z: Tensor) => Value, z: Tensor, box: Box | undefined): Value {
  const gradient = grad(cost as (z: Tensor) => Tensor)(z) as Tensor
  if (box === undefined) return gradient
  const nearest = where(equal(z, new Tensor(box.lower, [box.lower.length])), bound(box.lower), bound(box.upper))
  return where(onBounds(z, box), sub(z, nearest), gradient) as Value
}

/** Bounds as a tensor; 0 for those that are not there. */
function bound(values: Float64Array): Tensor {
  return new Tensor(
    values.map(each => (Number.isFinite(each) ? each : 0)),
    [values.length],
  )
}

/** Factors of the derivative of the conditions: the Hessian of the cost, but for variables on bounds. */
export function conditionFactors(cost: (z: Tensor) => Value, z: Float64Array, box: Box | undefined): Factors | number {
  const matrix = hessian(cost as (z: Tensor) => Tensor, { output: 'sparse' })(new Tensor(z, [z.length])) as SparseMatrix
  const held = z.map((each, j) => (box !== undefined && (each === box.lower[j] || each === box.upper[j]) ? 1 : 0))
  return new Factoring().of(held.includes(1) ? withUnitRows(matrix, held) : matrix)
}

/** A solution nearer to its conditions by a step of Newton's method, where that is nearer: costs tell half as many digits of it. */
export function polished(cost: (z: Tensor) => Value, z: Float64Array, box: Box | undefined): Float64Array {
  const far = (at: Float64Array) => (conditions(cost, new Tensor(at, [at.length]), box) as Tensor).data
  const [factors, before] = [conditionFactors(cost, z, box), far(z)]
  if (typeof factors === 'number') return z
  const step = factors.solve(before)
  const next = z.map((each, j) => each - (step[j] as number))
  return norm(far(next)) < norm(before) ? next : z
}

/** The matrix with rows of the identity in place of those that are marked. */
function withUnitRows({ shape, rowPointers, columns, values }: SparseMatrix, marked: Float64Array): SparseMatrix {
  const [pointers, at, entries] = [[0], [] as number[], [] as number[]]
  for (let i = 0; i < shape[0]; i++) {
    if (marked[i] === 1) {
      at.push(i)
      entries.push(1)
    } else {
      for (let k = rowPointers[i] as number; k < (rowPointers[i + 1] as number); k++) {
        at.push(columns[k] as number)
        entries.push(values[k] as number)
      }
    }
    pointers.push(at.length)
  }
  return new SparseMatrix(shape, Int32Array.from(pointers), Int32Array.from(at), Float64Array.from(entries))
}
