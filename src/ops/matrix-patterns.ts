import type { ConstantOperands, Definition, SetLattice } from '../core/definition.ts'
import { type Shape, sizeOfShape } from '../core/shape.ts'

type Pattern = Exclude<Definition['pattern'], undefined>

/*
 * Which entries depend on which, for operators of batches of matrices: never those of one matrix on those of another. All
 * operands have one batch shape, before the last two axes.
 */

/** Within each matrix of a batch all entries depend on all. */
export const withinMatrices: Pattern = (sets, shapes, outShape, _params, lattice) => {
  const count = batchSize(shapes)
  const result = new Int32Array(sizeOfShape(outShape))
  for (let i = 0; i < count; i++) {
    const union = sets.reduce((total, set) => (set === undefined ? total : unionOf(part(set, i, count), lattice, total)), 0)
    part(result, i, count).fill(union)
  }
  return result
}

/** X with A X = B: each column depends on all of A, and on its own column of B. */
export const columnByColumn: Pattern = ([a, b], shapes, outShape, _params, lattice) => {
  const count = batchSize(shapes)
  const columns = outShape.at(-1) as number
  const result = new Int32Array(sizeOfShape(outShape))
  for (let i = 0; i < count; i++) {
    const fromMatrix = a === undefined ? 0 : unionOf(part(a, i, count), lattice)
    const x = part(result, i, count)
    const right = b && part(b, i, count)
    for (let c = 0; c < columns; c++) {
      let union = fromMatrix
      for (let at = c; right !== undefined && at < x.length; at += columns) union = lattice.union(union, right[at] as number)
      for (let at = c; at < x.length; at += columns) x[at] = union
    }
  }
  return result
}

/**
 * X with T X = B by substitution, where `entry` gives the place of Tᵢₗ in A: row i depends on its own right side and diagonal, and
 * through each Tᵢₗ that is not a constant 0 on that and on row l. Rows come first to last, or with `fromEnd` last to first.
 */
export function triangularPattern(
  [a, b]: readonly (Int32Array | undefined)[],
  shapes: readonly Shape[],
  outShape: Shape,
  lattice: SetLattice,
  constants: ConstantOperands,
  { fromEnd, unit, entry }: { fromEnd: boolean; unit: boolean; entry: (i: number, l: number, n: number) => number },
): Int32Array {
  const count = batchSize(shapes)
  const [n, columns] = outShape.slice(-2) as [number, number]
  const zero = a === undefined ? constants.where(0, 0) : undefined
  const result = new Int32Array(sizeOfShape(outShape))
  for (let item = 0; item < count; item++) {
    const [matrix, right, zeros] = [a && part(a, item, count), b && part(b, item, count), zero && part(zero, item, count)]
    const x = part(result, item, count)
    for (let step = 0; step < n; step++) {
      const i = fromEnd ? n - 1 - step : step
      for (let c = 0; c < columns; c++) {
        let union = right === undefined ? 0 : (right[i * columns + c] as number)
        if (matrix !== undefined && !unit) union = lattice.union(union, matrix[entry(i, i, n)] as number)
        for (let before = 0; before < step; before++) {
          const l = fromEnd ? n - 1 - before : before
          if (zeros?.[entry(i, l, n)] === 1) continue
          if (matrix !== undefined) union = lattice.union(union, matrix[entry(i, l, n)] as number)
          union = lattice.union(union, x[l * columns + c] as number)
        }
        x[i * columns + c] = union
      }
    }
  }
  return result
}

/** L with L Lᵀ = (A + Aᵀ) / 2: Lᵢⱼ depends on Aᵢⱼ and Aⱼᵢ, on what stands before it in its row, and on Lⱼⱼ. */
export const choleskyPattern: Pattern = ([a], shapes, outShape, _params, lattice) => {
  const count = batchSize(shapes)
  const n = outShape.at(-1) as number
  const result = new Int32Array(sizeOfShape(outShape))
  if (a === undefined) return result
  for (let item = 0; item < count; item++) {
    const [matrix, l] = [part(a, item, count), part(result, item, count)]
    for (let i = 0; i < n; i++) {
      for (let j = 0; j <= i; j++) {
        const both = lattice.union(matrix[i * n + j] as number, matrix[j * n + i] as number)
        const before = j === 0 ? both : lattice.union(both, l[i * n + j - 1] as number)
        l[i * n + j] = i === j ? before : lattice.union(before, l[j * n + j] as number)
      }
    }
  }
  return result
}

/** Q and R, packed, of m × n matrices with m ≥ n: column j of Q depends on the columns of A up to j, and Rᵢⱼ on those up to i and on j. */
export const qrPattern: Pattern = ([a], shapes, outShape, _params, lattice) => {
  const count = batchSize(shapes)
  const [m, n] = (shapes[0] as Shape).slice(-2) as [number, number]
  const result = new Int32Array(sizeOfShape(outShape))
  if (a === undefined) return result
  for (let item = 0; item < count; item++) {
    const [matrix, packed] = [part(a, item, count), part(result, item, count)]
    const column = (j: number) =>
      unionOf(
        Int32Array.from({ length: m }, (_, i) => matrix[i * n + j] as number),
        lattice,
      )
    const columns = Array.from({ length: n }, (_, j) => column(j))
    let before = 0
    for (let i = 0; i < n; i++) {
      before = lattice.union(before, columns[i] as number)
      for (let row = 0; row < m; row++) packed[row * n + i] = before
      for (let j = i; j < n; j++) packed[m * n + i * n + j] = lattice.union(before, columns[j] as number)
    }
  }
  return result
}

/** P, L and U, packed, of m × n matrices: P is constant, Lᵢⱼ depends on the columns of A up to j, Uᵢⱼ on those before i and on j. */
export const luPattern: Pattern = ([a], shapes, outShape, _params, lattice) => {
  const count = batchSize(shapes)
  const [m, n] = (shapes[0] as Shape).slice(-2) as [number, number]
  const k = Math.min(m, n)
  const result = new Int32Array(sizeOfShape(outShape))
  if (a === undefined) return result
  for (let item = 0; item < count; item++) {
    const [matrix, packed] = [part(a, item, count), part(result, item, count)]
    const columns = Array.from({ length: n }, (_, j) => unionOf(matrix.filter((_, at) => at % n === j), lattice)) // biome-ignore format: a line
    const [lower, upper] = [m * m, m * m + m * k]
    let before = 0
    for (let i = 0; i < k; i++) {
      for (let j = i; j < n; j++) packed[upper + i * n + j] = lattice.union(before, columns[j] as number)
      before = lattice.union(before, columns[i] as number)
      for (let row = i + 1; row < m; row++) packed[lower + row * k + i] = before
    }
  }
  return result
}

function batchSize(shapes: readonly Shape[]): number {
  return sizeOfShape((shapes[0] as Shape).slice(0, -2))
}

/** What belongs to the i-th of `count` items. */
function part<A extends Int32Array | Uint8Array>(all: A, i: number, count: number): A {
  const size = all.length / count
  return all.subarray(i * size, (i + 1) * size) as A
}

function unionOf(sets: Int32Array, lattice: SetLattice, start = 0): number {
  return sets.reduce((union, set) => lattice.union(union, set), start)
}
