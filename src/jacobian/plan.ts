import { OptionError, ShapeError } from '../core/errors.ts'
import { CHUNK } from '../core/traced.ts'
import type { Recording } from '../reverse/sweep.ts'
import { bicolor, type ColorGroups, colorColumns, colorStar } from './coloring.ts'
import { bestChunk, costs, type Price, type ProblemSize, priceOfDuals, priceOfElimination, priceOfRecording, priceOfSweeps } from './cost.ts'
import { type EliminationProgram, planElimination } from './elimination.ts'
import { MODES, type Mode, type ReadOptions } from './options.ts'
import { detectPattern, readPattern, SparsityPattern } from './pattern.ts'
import type { Slots } from './slots.ts'

/** A strategy that was considered, with its price and what speaks for or against it. */
export interface Strategy extends Price {
  mode: Mode
  /** Directions to propagate: columns (or groups of them) forwards, rows (or groups) backwards; 0 for elimination. */
  passes: number
  why: string
}

/** A strategy with what it needs to be carried out. */
export interface Executable extends Strategy {
  chunk: number
  /** Whether directions are carried by duals through evaluations, with no tape. */
  duals?: boolean
  columns?: ColorGroups
  rows?: ColorGroups
  /** In mixed mode, whether the rows or the columns give all their entries. */
  apart?: 'rows' | 'columns'
  elimination?: EliminationProgram
  /** Whether entry (i, j) may be read as (j, i). */
  symmetric?: boolean
}

/** Everything that a plan was made from. */
export interface Planned {
  size: ProblemSize
  pattern: SparsityPattern | undefined
  /** Why no pattern was looked for, or what came of looking. */
  sparsity: string
  alternatives: readonly Executable[]
  chosen: Executable
  forced: boolean
}

/** A recorded call that a plan is made for. */
export interface Problem {
  name: string
  recording: Recording
  operations: number
  inputs: Slots
  outputs: Slots
  symmetric: boolean
  /** Whether a person asked for the plan: zeros are then looked for also where they save nothing. */
  shown: boolean
}

/** Up to this many inputs or outputs fit one sweep, so that no zero can save a pass. */
const DECISIVE = CHUNK
/** A plan that is asked for shows the zeros of Jacobians of up to so many entries. */
const SHOWN = 4096
/** Looking for zeros may cost so many steps per recorded operation and per input and output. */
const PATTERN_EFFORT = 40

/** Prices every strategy for a recorded call and picks one. */
export function makePlan(problem: Problem, options: ReadOptions): Planned {
  const { inputs, outputs, operations } = problem
  const size: ProblemSize = { inputs: inputs.size, outputs: outputs.size, operations: Math.max(1, operations), edges: edgesOf(problem) }
  const { pattern, sparsity } = findPattern(problem, options)
  const alternatives = [...dense(size, options.chunk), ...(pattern === undefined ? [] : colored(problem, size, pattern, options))]
  // Where zeros are known, the colored form of a direction stands for it.
  const best = new Map<Mode, Executable>()
  for (const each of alternatives) if (each.cost < (best.get(each.mode)?.cost ?? Number.POSITIVE_INFINITY)) best.set(each.mode, each)
  const considered = [...best.values()].sort(byCost)
  const cheapest = considered[0] as Executable
  const eliminated = eliminate(problem, size, options, cheapest)
  if (eliminated !== undefined) considered.push(eliminated)
  considered.sort(byCost)
  if (problem.recording.affine || options.mode === 'constant') considered.push(constant(problem, considered[0] as Executable))
  return {
    size,
    pattern: pattern ?? eliminated?.elimination?.pattern,
    sparsity,
    alternatives: considered,
    chosen: choose(problem, considered, options),
    forced: options.mode !== 'auto',
  }
}

/** Edges of the linearised graph: sources of scalar rows, and one per entry and operand of tensor operations. */
function edgesOf({ recording: { sources, count, nodes } }: Problem): number {
  let edges = 0
  for (let k = 2; k < 2 * count; k++) if ((sources[k] as number) > 0) edges++
  return nodes.reduce((total, node) => total + 2 * node.entries, edges)
}

function byCost(a: Strategy, b: Strategy): number {
  return a.cost - b.cost || MODES.indexOf(a.mode) - MODES.indexOf(b.mode)
}

function choose({ name, recording, inputs, outputs }: Problem, considered: readonly Executable[], { mode }: ReadOptions): Executable {
  const found = considered.find(each => each.mode === mode)
  if (found !== undefined) return found
  // A single gradient or curve is one sweep, and keeps its name.
  const single = Math.min(inputs.size, outputs.size) === 1
  if (mode === 'auto') return considered.find(each => each.mode === 'constant' && !single) ?? (considered[0] as Executable)
  if (mode === 'elimination') {
    const why = recording.nodes.length > 0 ? 'it works on scalar operations, and the function uses tensors' : 'the tape is too long for it'
    throw new OptionError(`${name}: mode 'elimination' cannot be used here: ${why}.`)
  }
  throw new OptionError(
    `${name}: mode 'mixed' cannot be used here: it needs a sparse pattern with rows that differ in length, and option sparsity other than 'dense'.`,
  )
}

/** The pattern, where it can pay or is asked for, and in words what was done. */
function findPattern(
  { name, recording, operations, inputs, outputs, symmetric, shown }: Problem,
  { mode, sparsity, output }: ReadOptions,
): { pattern?: SparsityPattern; sparsity: string } {
  const [n, m] = [inputs.size, outputs.size]
  if (sparsity === 'dense' && output === 'dense') return { sparsity: 'taken as dense, as the option sparsity asks' }
  if (sparsity === 'dense') return { pattern: SparsityPattern.dense(m, n), sparsity: 'taken as dense, as the option sparsity asks' }
  const wanted = output === 'sparse' || mode === 'mixed' || typeof sparsity === 'object' || (shown && n * m <= SHOWN)
  if (!wanted && Math.min(n, m) <= DECISIVE)
    return { sparsity: `not looked for: ${n <= m ? count(n, 'column') : count(m, 'row')} ${Math.min(n, m) === 1 ? 'takes' : 'take'} one sweep` }
  if (!wanted && recording.nodes.length === 0 && Math.max(n, m) > 64 * Math.min(n, m)) return { sparsity: 'not looked for: the sizes decide' }
  const budget = typeof sparsity === 'object' || output === 'sparse' ? Number.POSITIVE_INFINITY : PATTERN_EFFORT * (operations + n + m)
  const detected = detectPattern(recording, inputs, outputs, budget)
  if (typeof sparsity === 'object') {
    const given = readPattern(name, sparsity, m, n)
    checkCovers(name, given, detected as SparsityPattern)
    return { pattern: given, sparsity: 'given, and checked against the tape' }
  }
  if (detected === undefined) return { sparsity: 'looked for in vain: nearly every output depends on nearly every input' }
  const full = detected.nonzeros === n * m
  if (full && output === 'dense' && !symmetric) return { sparsity: 'looked for: there is no zero' }
  return { pattern: detected, sparsity: `detected: ${count(detected.nonzeros, 'entry', 'entries')} of ${(n * m).toLocaleString('en-US')} can be other than 0` }
}

/** Refuses a given pattern that leaves out an entry which the tape shows. */
function checkCovers(name: string, given: SparsityPattern, detected: SparsityPattern): void {
  for (let i = 0; i < detected.rows; i++) {
    for (let k = detected.rowPointers[i] as number; k < (detected.rowPointers[i + 1] as number); k++) {
      const column = detected.columnIndices[k] as number
      if (given.indexOf(i, column) < 0) {
        throw new ShapeError(`${name}: the given pattern leaves out entry (${i}, ${column}): output ${i} depends on input ${column}. Use sparsity 'detect'.`)
      }
    }
  }
}

/** All columns forwards, all rows backwards. */
function dense(size: ProblemSize, most: number): Executable[] {
  const { inputs: n, outputs: m } = size
  const forward = sweeps('forward', n, most, n * m, size, chunk => `every column by itself: ${count(n, 'pass', 'passes')}, ${chunk} at a time, over one tape`)
  const reverse = sweeps('reverse', m, most, n * m, size, chunk => `every row by itself: ${count(m, 'pass', 'passes')}, ${chunk} at a time, over one tape`)
  const byDuals = priceOfDuals(size)
  if (n === 0 || n > most || byDuals.cost > forward.cost) return [forward, reverse]
  return [
    { ...forward, ...byDuals, chunk: n, duals: true, why: `every column by itself: ${count(n, 'pass', 'passes')} in one evaluation with duals, and no tape` },
    reverse,
  ]
}

/** A strategy that records once and sweeps for `passes` directions. */
function sweeps(mode: Mode, passes: number, most: number, entries: number, size: ProblemSize, why: (chunk: number) => string): Executable {
  const chunk = bestChunk(passes, most)
  const { multiplications, cost } = priceOfSweeps(passes, chunk, entries, size)
  return { mode, passes, chunk, multiplications, cost: priceOfRecording(size) + cost, why: why(chunk) }
}

/** Columns that share no row in one pass, rows that share no column, and both together. */
function colored({ symmetric }: Problem, size: ProblemSize, pattern: SparsityPattern, { chunk: most }: ReadOptions): Executable[] {
  const transposed = pattern.transposed()
  const entries = pattern.nonzeros
  const found: Executable[] = []
  const star = symmetric ? colorStar(pattern) : undefined
  if (star !== undefined) {
    const why = () => `columns in ${count(star.count, 'group')} by star coloring, entries read from either side of the diagonal`
    found.push({ ...sweeps('forward', star.count, most, entries, size, why), columns: star, symmetric: true })
  }
  const columns = colorColumns(pattern, transposed)
  const whyColumns = () => `columns in ${count(columns.count, 'group')} that share no row; no coloring needs fewer than ${pattern.longestRow()}`
  found.push({ ...sweeps('forward', columns.count, most, entries, size, whyColumns), columns })
  const rows = colorColumns(transposed, pattern)
  const whyRows = () => `rows in ${count(rows.count, 'group')} that share no column; no coloring needs fewer than ${transposed.longestRow()}`
  found.push({ ...sweeps('reverse', rows.count, most, entries, size, whyRows), rows })
  const both = bicolor(pattern, transposed)
  if (both === undefined) return found
  const whyBoth = () =>
    `the longest ${both.apart} apart: ${count(both.rows.count, 'group')} of rows backwards and ${count(both.columns.count, 'group')} of columns forwards`
  const downwards = sweeps('mixed', both.columns.count, most, entries, size, whyBoth)
  const upwards = priceOfSweeps(both.rows.count, bestChunk(both.rows.count, most), 0, size)
  found.push({
    ...downwards,
    ...both,
    passes: both.columns.count + both.rows.count,
    chunk: bestChunk(Math.max(both.columns.count, both.rows.count), most),
    multiplications: downwards.multiplications + upwards.multiplications,
    cost: downwards.cost + upwards.cost,
  })
  return found
}

/** Elimination on the tape, where sweeps take more than one chunk. */
function eliminate({ recording, inputs, outputs }: Problem, size: ProblemSize, { mode, output }: ReadOptions, cheapest: Strategy): Executable | undefined {
  const forced = mode === 'elimination'
  // An order is found by going through it once, which only many sweeps can pay for.
  const promising = cheapest.passes > DECISIVE
  if (!forced && !promising) return undefined
  const limit = forced ? Number.POSITIVE_INFINITY : (cheapest.cost - priceOfRecording(size)) / costs().multiplication
  const elimination = planElimination(recording, inputs, outputs, limit)
  if (elimination === undefined) return undefined
  const { multiplications, order, pattern } = elimination
  const { cost } = priceOfElimination(multiplications, output === 'sparse' ? pattern.nonzeros : inputs.size * outputs.size)
  const why = `vertices contracted in ${order} order: ${count(multiplications, 'multiplication')}`
  return { mode: 'elimination', passes: 0, chunk: 1, multiplications, cost: priceOfRecording(size) + cost, elimination, why }
}

/** The cheapest strategy, carried out once. */
function constant({ name, recording }: Problem, once: Executable): Executable {
  if (!recording.affine)
    throw new OptionError(`${name}: mode 'constant' cannot be used here: the derivative depends on the argument, or the function looks at its value.`)
  return {
    ...once,
    mode: 'constant',
    cost: 0,
    multiplications: 0,
    why: `the function is affine: its Jacobian is the same everywhere, and made once (${once.mode}, ${count(once.passes, 'pass', 'passes')})`,
  }
}

export function count(n: number, noun: string, nouns = `${noun}s`): string {
  return `${n.toLocaleString('en-US')} ${n === 1 ? noun : nouns}`
}

const SCREEN = 40

/** A plan in words: sizes, the pattern as a picture where it fits a screen, every strategy with its price, and the choice. */
export function explainPlan({ size, pattern, sparsity, alternatives, chosen, forced }: Planned): string {
  const { inputs, outputs, operations } = size
  const lines = [
    `Jacobian of ${count(outputs, 'output')} with respect to ${count(inputs, 'input')}; one evaluation records ${count(operations, 'operation')}.`,
    `Zeros: ${sparsity}.`,
  ]
  if (pattern !== undefined && pattern.nonzeros === 0) lines.push('No output depends on any input: the Jacobian is zero.')
  if (pattern !== undefined && pattern.rows > 0 && pattern.rows <= SCREEN && pattern.columns <= 2 * SCREEN && pattern.nonzeros < inputs * outputs)
    lines.push(indent(String(pattern)))
  for (const [what, groups] of [
    ['columns', chosen.columns],
    ['rows', chosen.rows],
  ] as const) {
    if (groups !== undefined && groups.colors.length <= 2 * SCREEN)
      lines.push(`Groups of ${what}: ${[...groups.colors].map(color => (color < 0 ? '·' : color)).join(' ')}`)
  }
  const width = Math.max(...alternatives.map(each => each.mode.length))
  for (const each of alternatives) lines.push(`${each === chosen ? '→' : ' '} ${each.mode.padEnd(width)}  ${formatTime(each.cost).padStart(8)}  ${each.why}`)
  const others = alternatives.filter(each => each !== chosen && each.mode !== 'constant')
  const factor = Math.min(...others.map(each => each.cost)) / chosen.cost
  if (forced) lines.push(`Taken: ${chosen.mode}, as the option mode asks.`)
  else if (chosen.mode === 'constant') lines.push('Taken: constant, since nothing is cheaper than what is done already.')
  else
    lines.push(
      `Taken: ${chosen.mode}, the cheapest by the model${factor > 1.05 && Number.isFinite(factor) ? `, by a factor of ${factor.toPrecision(2)}` : ''}.`,
    )
  return lines.join('\n')
}

function indent(text: string): string {
  return text.replace(/^/gm, '  ')
}

function formatTime(nanoseconds: number): string {
  const units = ['ns', 'µs', 'ms', 's']
  let value = nanoseconds
  let unit = 0
  while (value >= 1000 && unit < units.length - 1) {
    value /= 1000
    unit++
  }
  return `${Number(value.toPrecision(3))} ${units[unit]}`
}
