import { counted } from '../../core/counted.ts'
import { colorColumns, visitsOf } from '../coloring/columns.ts'
import type { ColorGroups } from '../coloring/groups.ts'
import { colorSymmetric } from '../coloring/symmetric.ts'
import { costs } from '../cost.ts'
import type { Mode } from '../options.ts'
import { SparsityPattern } from '../pattern.ts'
import { GradientCall } from '../second-order/gradient-call.ts'
import { Passes, runDense } from './passes.ts'
import { type Executable, effortWorth, type Problem, priceOf } from './strategy.ts'

/** All columns forwards, all rows backwards. */
export function denseSweeps(problem: Problem): Executable[] {
  const { inputs, outputs } = problem.size
  return [dense(problem, 'forward', inputs, 'column'), dense(problem, 'reverse', outputs, 'row')]
}

function dense(problem: Problem, mode: Mode, passes: number, what: string): Executable {
  const { inputs, outputs } = problem.size
  const { chunk, ...price } = priceOf(problem, passes, inputs * outputs)
  return {
    mode,
    passes,
    chunk,
    ...price,
    pattern: SparsityPattern.dense(outputs, inputs),
    why:
      problem.call instanceof GradientCall
        ? `every ${what} by itself: ${counted(passes, 'product')} with a vector, ${chunk} at a time`
        : `every ${what} by itself: ${counted(passes, 'pass')}, ${chunk} at a time, over one tape`,
    run: (call, ends) => runDense(call, ends, mode === 'forward', chunk),
  }
}

/** Columns that share no row in one pass, or rows that share no column; of a symmetric matrix also columns with mirror images. */
export function coloredSweeps(problem: Problem): Executable[] {
  const { pattern, symmetric, size } = problem
  if (pattern === undefined || pattern.isDense) return []
  const transposed = symmetric ? pattern : pattern.transposed()
  const found: Executable[] = []
  /** The groups of one side, where looking for them can pay, beside what has been found. */
  const groupsOf = (mode: Mode, side: SparsityPattern, other: SparsityPattern, all: number): ColorGroups | undefined => {
    const least = side.longestRow()
    if (visitsOf(side) > effortWorth(problem, all, least)) return undefined
    const known = found[0]
    if (
      known !== undefined &&
      problem.mode !== mode &&
      costs().visit * visitsOf(side) > known.cost &&
      priceOf(problem, least, pattern.nonzeros).cost > known.cost
    )
      return undefined
    return colorColumns(side, other, known => effortWorth(problem, known, least))
  }
  const add = (mode: Mode, what: string, shared: string, side: SparsityPattern, groups: ColorGroups | undefined) => {
    if (groups === undefined) return
    const why = `${what} in ${counted(groups.count, 'group')} that share no ${shared}; no coloring needs fewer than ${side.longestRow()}`
    found.push(colored(problem, pattern, mode, groups.count, why, mode === 'forward' ? { columns: groups } : { rows: groups }))
  }
  let columns: ColorGroups | undefined
  const addColumns = () => {
    columns = groupsOf('forward', pattern, transposed, size.inputs)
    add('forward', 'columns', 'row', pattern, columns)
  }
  const addRows = () => add('reverse', 'rows', 'column', transposed, symmetric ? columns : groupsOf('reverse', transposed, pattern, size.outputs))
  // What may take fewer groups comes first: the other is then looked for only if it can be better.
  for (const side of symmetric || pattern.longestRow() <= transposed.longestRow() ? [addColumns, addRows] : [addRows, addColumns]) side()
  const star = symmetric ? colorSymmetric(pattern, columns?.count ?? size.inputs, known => effortWorth(problem, known, 2)) : undefined
  if (star !== undefined) {
    const why = `columns in ${counted(star.columns.count, 'group')} by star coloring, entries read from either side of the diagonal`
    found.push(colored(problem, pattern, 'forward', star.columns.count, why, star))
  }
  return found
}

/** Sweeps for groups of columns and of rows. */
export function colored(
  problem: Problem,
  pattern: SparsityPattern,
  mode: Mode,
  passes: number,
  why: string,
  groups: { columns?: ColorGroups; rows?: ColorGroups; byRow?: Uint8Array; mirrored?: Uint8Array },
): Executable {
  const { columns, rows } = groups
  const price = priceOf(problem, passes, pattern.nonzeros)
  let kept: Passes | undefined
  return {
    mode,
    passes,
    ...price,
    pattern,
    why,
    ...(columns && { columns }),
    ...(rows && { rows }),
    run: (call, ends) => {
      kept ??= new Passes(pattern, groups)
      return kept.run(call, ends, price.chunk)
    },
  }
}
