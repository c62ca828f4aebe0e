import { SparseMatrix } from '../../jacobian/sparse-matrix.ts'
import { Factoring, type Factors } from '../factors.ts'
import type { Counts, Linearised } from './method.ts'

/** ∂f/∂y and ∂f/∂t from the matrix of both: its first column is that of the time. */
export function linearisedOf(both: SparseMatrix, factoring: Factoring, counts: Counts): Linearised {
  const [n] = both.shape
  const timeDerivative = new Float64Array(n)
  // The pattern of ∂f/∂y with all of the diagonal; of each entry where it stands in `both`, or −1.
  const pointers = new Int32Array(n + 1)
  const columns: number[] = []
  const places: number[] = []
  const diagonal = new Int32Array(n)
  for (let i = 0; i < n; i++) {
    let found = false
    const add = (column: number, place: number) => {
      if (column === i) {
        diagonal[i] = columns.length
        found = true
      }
      columns.push(column)
      places.push(place)
    }
    for (let k = both.rowPointers[i] as number; k < (both.rowPointers[i + 1] as number); k++) {
      const column = (both.columns[k] as number) - 1
      if (column < 0) {
        timeDerivative[i] = both.values[k] as number
        continue
      }
      if (column > i && !found) add(i, -1)
      add(column, k)
    }
    if (!found) add(i, -1)
    pointers[i + 1] = columns.length
  }
  const columnIndices = Int32Array.from(columns)
  return {
    timeDerivative,
    factors(shift, scale, kept = false): Factors | undefined {
      counts.factorisations++
      const values = Float64Array.from(places, place => (place < 0 ? 0 : -scale * (both.values[place] as number)))
      for (const place of diagonal) values[place] = (values[place] as number) + shift
      // Factors of one pattern share their memory, unless they are to be kept.
      const factors = (kept ? new Factoring() : factoring).of(new SparseMatrix([n, n], pointers, columnIndices, values))
      return typeof factors === 'number' ? undefined : factors
    },
  }
}
