import { counted } from '../../core/counted.ts'
import { bicolor, leastPasses, passesOf } from '../coloring/bicoloring.ts'
import { type Executable, effortWorth, type Problem } from './strategy.ts'
import { colored } from './sweeps.ts'

/** Some rows backwards and some columns forwards, where that can save passes of the best way in one direction. */
export function bicoloredSweeps(problem: Problem, oneWay: Executable): Executable[] {
  const { pattern, mode } = problem
  const forced = mode === 'mixed'
  if (pattern === undefined || (pattern.isDense && !forced)) return []
  const least = leastPasses(pattern)
  const found = bicolor(pattern, pattern.transposed(), oneWay.passes, known => effortWorth(problem, known, least), forced)
  if (found === undefined) return []
  if (forced && passesOf(found) > oneWay.passes) {
    // One direction alone gives every entry, too: a user who asks for this mode gets no more passes than that.
    const { evaluate: _withoutTape, ...swept } = oneWay
    return [{ ...swept, mode, why: `nothing is gained by two directions: ${oneWay.why}` }]
  }
  if (!forced && (found.columns.count === 0 || found.rows.count === 0)) return []
  const why = `${counted(found.rows.count, 'group')} of rows backwards and ${counted(found.columns.count, 'group')} of columns forwards, which together give every entry`
  return [colored(problem, pattern, 'mixed', passesOf(found), why, found)]
}
