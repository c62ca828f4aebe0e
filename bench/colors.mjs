/*
 * Numbers of groups for matrices that can be generated, by each kind of coloring, beside what ColPack finds for the same
 * matrices (the best of its orders; see docs/decisions/colorings.md). Nothing is timed.
 */
import { bicolor, passesOf } from '../dist/jacobian/coloring/bicoloring.js'
import { colorColumns } from '../dist/jacobian/coloring/columns.js'
import { colorForSubstitution } from '../dist/jacobian/coloring/substitution.js'
import { colorSymmetric } from '../dist/jacobian/coloring/symmetric.js'
import { table } from './harness.mjs'
import { matrices } from './load-examples.mjs'

const unbounded = () => Number.POSITIVE_INFINITY

export async function run() {
  const { MATRICES } = await matrices()
  const lines = [['ours / ColPack', 'n × m', 'entries', 'longest', 'columns', 'rows', 'both', 'star', 'acyclic']]
  for (const { name, pattern: make, colpack } of MATRICES) {
    const pattern = make()
    const transposed = pattern.transposed()
    const symmetric = pattern.equals(transposed)
    const columns = colorColumns(pattern, transposed, unbounded).count
    const rows = colorColumns(transposed, pattern, unbounded).count
    const ours = {
      columns,
      rows,
      // Groups that share nothing are a bicoloring, and a star coloring, too.
      both: Math.min(columns, rows, passesOf(bicolor(pattern, transposed, Number.POSITIVE_INFINITY, unbounded, true))),
      ...(symmetric && {
        star: Math.min(columns, colorSymmetric(pattern, Number.POSITIVE_INFINITY, unbounded).columns.count),
        acyclic: colorForSubstitution(pattern, Number.POSITIVE_INFINITY, unbounded).columns.count,
      }),
    }
    const longest = [pattern, transposed].map(each => each.longestRow())
    lines.push([
      name,
      `${pattern.columns} × ${pattern.rows}`,
      String(pattern.nonzeros),
      [...new Set(longest)].join(', '),
      ...['columns', 'rows', 'both', 'star', 'acyclic'].map(kind => (ours[kind] === undefined ? '' : `${ours[kind]} / ${colpack[kind]}`)),
    ])
  }
  console.log(table(lines))
}
