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
    rateBound({ relative, absolute }, y) {
      // The largest sums of rows, of columns, and of rows where entries are measured by their tolerances.
      const weights = Float64Array.from(absolute, (each, i) => each + relative * Math.abs(y[i] as number))
      const [rows, scaledRows, sums] = [new Float64Array(n), new Float64Array(n), new Float64Array(n)]
      for (let i = 0; i < n; i++) {
        for (let k = pointers[i] as number; k < (pointers[i + 1] as number); k++) {
          const place = places[k] as number
          const size = place < 0 ? 0 : Math.abs(both.values[place] as number)
          const j = columnIndices[k] as number
          rows[i] = (rows[i] as number) + size
          sums[j] = (sums[j] as number) + size
          if (size > 0) scaledRows[i] = (scaledRows[i] as number) + (size * (weights[j] as number)) / (weights[i] as number)
        }
      }
      return Math.min(...[rows, scaledRows, sums].map(each => each.reduce((most, sum) => Math.max(most, sum), 0)))
    },
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
