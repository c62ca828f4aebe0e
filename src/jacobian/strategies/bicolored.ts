import { bicolor, passesOf } from '../coloring/bicoloring.ts'
import { count, type Executable, effortWorth, type Problem } from './strategy.ts'
import { colored } from './sweeps.ts'

/** Some rows backwards and some columns forwards, where that can save passes of the `known` ones in one direction. */
export function bicoloredSweeps(problem: Problem, known: number): Executable[] {
  const { pattern, mode } = problem
  if (pattern === undefined || (pattern.isDense && mode !== 'mixed')) return []
  const found = bicolor(pattern, pattern.transposed(), mode === 'mixed' ? Number.POSITIVE_INFINITY : effortWorth(problem, known, 2))
  if (found === undefined) return []
  const { columns, rows } = found
  // What goes in one direction only is no third way.
  if (mode !== 'mixed' && (columns.count === 0 || rows.count === 0)) return []
  const why = `${count(rows.count, 'group')} of rows backwards and ${count(columns.count, 'group')} of columns forwards, which together give every entry`
  return [colored(problem, pattern, 'mixed', passesOf(found), why, found)]
}
