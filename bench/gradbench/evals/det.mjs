/**
 * Determinant by expansion along the first row, Σⱼ (−1)ʲ a₀ⱼ det(minor j), and its gradient. A minor that comes up again is not expanded
 * again: there are 2^ℓ of them.
 */
import { add, compile, grad, mul, sub } from 'dualtape'

function determinant(rows) {
  const known = new Map()
  const minor = (row, columns) => {
    if (columns.length === 1) return rows[row][columns[0]]
    const key = columns.join()
    if (!known.has(key)) known.set(key, expansion(row, columns))
    return known.get(key)
  }
  const expansion = (row, columns) =>
    columns
      .map((column, j) =>
        mul(
          rows[row][column],
          minor(
            row + 1,
            columns.filter((_, k) => k !== j),
          ),
        ),
      )
      .reduce((total, term, j) => (j % 2 === 0 ? add(total, term) : sub(total, term)))
  return minor(0, [...rows.keys()])
}
const compiled = { primal: compile(determinant), gradient: compile(grad(determinant)) }

const rowsOf = ({ A, ell }) => Array.from({ length: ell }, (_, i) => A.slice(i * ell, (i + 1) * ell))

export function primal(input) {
  const rows = rowsOf(input)
  return { run: () => compiled.primal(rows) }
}

export function gradient(input) {
  const rows = rowsOf(input)
  return { run: () => compiled.gradient(rows), output: result => result.flat() }
}
