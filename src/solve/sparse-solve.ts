import { noMore } from '../core/arguments.ts'
import { counted } from '../core/counted.ts'
import { asValue } from '../core/dispatch.ts'
import { DomainError, DualtapeError, describe, ShapeError } from '../core/errors.ts'
import { Tensor, tensor } from '../core/tensor.ts'
import { isTraced } from '../core/traced.ts'
import { someLeaf } from '../core/tree.ts'
import type { Concrete, TensorLike, Value } from '../core/types.ts'
import { SparseMatrix } from '../jacobian/sparse-matrix.ts'
import { mul, sub } from '../ops/arithmetic.ts'
import { scatterAdd, take } from '../ops/indexing.ts'
import { type Factors, regularFactors } from './factors.ts'
import { solutionOf } from './implicit/solution.ts'
import { inputsOf, vectorOf } from './leaves.ts'
import { Unknowns } from './unknowns.ts'

/** A matrix in compressed rows, whose values may be those of a transform. */
export interface SparseRows {
  readonly shape: readonly [number, number]
  readonly rowPointers: Int32Array | readonly number[]
  readonly columns: Int32Array | readonly number[]
  readonly values: TensorLike
}

/**
 * x with A x = b for a square sparse matrix, by LU factors in an order that keeps them sparse. b is a vector in any form, and x has that
 * form. It is differentiable by the entries of A and by b, in every mode and to any order: dx = A⁻¹ (db − dA x).
 *
 * Throws a ShapeError for sizes that do not fit, and a DomainError for a singular matrix.
 *
 * @names `scipy.sparse.linalg.spsolve`
 *
 * @example
 * const a = jacobian(([x, y]: number[]) => [add(mul(2, x), y), mul(4, y)], { output: 'sparse' })([0, 0])
 * sparseSolve(a, [4, 8]) // [1, 2]
 * grad((v: number[]) => sum(sparseSolve({ ...a, values: v }, [4, 8])))([2, 1, 4]) // [-0.5, -1, -0.25]
 */
export function sparseSolve<B>(a: SparseMatrix | SparseRows, b: B, ...more: []): Concrete<B> {
  noMore('sparseSolve', 2, more)
  const { shape } = a ?? {}
  const [rowPointers, columns] = [positionsOf(a?.rowPointers), positionsOf(a?.columns)]
  if (!(Array.isArray(shape) && rowPointers && columns)) {
    const missing = Object.entries({ shape: Array.isArray(shape), rowPointers, columns }).flatMap(([field, given]) => (given ? [] : [field]))
    throw new DualtapeError(
      `sparseSolve: the first argument is a SparseMatrix, or has its fields shape, rowPointers, columns (integers both) and values, but ${describe(a)} was given, without ${missing.join(' and ')}.`,
    )
  }
  const [n, m] = shape
  const isOrdered = rowPointers.length === n + 1 && rowPointers[0] === 0 && rowPointers.every((each, i) => i === 0 || each >= (rowPointers[i - 1] as number))
  if (!isOrdered || rowPointers[n] !== columns.length || !columns.every(each => each >= 0 && each < m))
    throw new ShapeError(
      `sparseSolve: the ${n} rows take ${n + 1} ascending rowPointers from 0 to ${columns.length}, the number of columns, which are from 0 to ${m - 1}.`,
    )
  const unknowns = new Unknowns('sparseSolve', b)
  if (n !== m || unknowns.size !== n)
    throw new ShapeError(
      `sparseSolve: a matrix of shape [${n}, ${m}] and ${counted(unknowns.size, 'number')} on the right were given. The matrix is square, with as many rows.`,
    )
  const values = asValue('sparseSolve', a.values)
  const size = values instanceof Tensor ? values.size : 1
  if (size !== columns.length)
    throw new ShapeError(`sparseSolve: the matrix has ${counted(columns.length, 'column')} for ${counted(size, 'value')}. Each value has one.`)
  const factored = (entries: Value): Factors => {
    const factors = regularFactors(new SparseMatrix([n, n], rowPointers, columns, (entries as Tensor).data as Float64Array))
    if (typeof factors === 'number')
      throw new DomainError(`sparseSolve: the matrix is singular: unknown ${factors} is not determined. Use leastSquares, or leave out what is twice there.`)
    return factors
  }
  if (!isTraced(values) && !someLeaf(b, isTraced))
    return unknowns.solution(factored(values).solve(unknowns.flat(b, 'the right side'))) as unknown as Concrete<B>
  const rows = new Int32Array(columns.length)
  for (let i = 0; i < n; i++) rows.fill(i, rowPointers[i], rowPointers[i + 1])
  const columnOf = tensor(columns)
  const rowOf = tensor(rows)
  const zeros = new Tensor(new Float64Array(n), [n])
  const z = solutionOf(
    {
      name: 'sparseSolve',
      of: (x, [entries, right]) => sub(scatterAdd(zeros, rowOf, mul(entries as Tensor, take(x, columnOf))), right as Tensor) as Value,
      solve: (_, [entries, right]) => factored(entries as Value).solve((right as Tensor).data as Float64Array),
      factor: (_, [entries]) => factored(entries as Value),
    },
    zeros,
    [values, vectorOf(inputsOf(b))],
  )
  return unknowns.tracedTree(z) as unknown as Concrete<B>
}

/** A list of integers as one; undefined for what is none. */
function positionsOf(given: unknown): Int32Array | undefined {
  if (given instanceof Int32Array) return given
  return Array.isArray(given) && given.every(each => Number.isInteger(each)) ? Int32Array.from(given) : undefined
}
