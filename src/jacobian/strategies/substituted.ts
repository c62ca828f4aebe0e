import { counted } from '../../core/counted.ts'
import { isTraced } from '../../core/traced.ts'
import { someLeaf } from '../../core/tree.ts'
import { membersOf } from '../coloring/groups.ts'
import { colorForSubstitution, type Substitution } from '../coloring/substitution.ts'
import { costs } from '../cost.ts'
import { Entries } from '../entries.ts'
import type { SparsityPattern } from '../pattern.ts'
import type { Call } from '../second-order/gradient-call.ts'
import type { Ends } from '../slots.ts'
import { type Direction, sweepGroups } from './passes.ts'
import { type Executable, effortWorth, type Problem, priceOf } from './strategy.ts'

/**
 * Columns of a symmetric matrix in fewer groups than entries can be read from directly: by an acyclic coloring, and substitution.
 * Where that could give a wrong number the matrix is computed as `direct` does.
 */
export function substitutedSweeps(problem: Problem, direct: Executable): Executable[] {
  const { pattern, symmetric, call } = problem
  if (!symmetric || pattern === undefined || direct.pattern !== pattern || direct.mode !== 'forward' || isNested(call)) return []
  const substitution = colorForSubstitution(pattern, direct.passes, known => effortWorth(problem, known, 2))
  if (substitution === undefined || substitution.columns.count >= direct.passes) return []
  const { columns, steps, depth } = substitution
  const { chunk, cost, multiplications } = priceOf(problem, columns.count, pattern.nonzeros)
  let kept: SubstitutedPasses | undefined
  return [
    {
      mode: 'forward',
      passes: columns.count,
      chunk,
      multiplications,
      // Each step is a subtraction, and what is known of its rounding.
      cost: cost + costs().multiplication * steps.length + AGAIN * direct.cost,
      pattern,
      columns,
      why:
        `columns in ${counted(columns.count, 'group')} by acyclic coloring, entries by substitution, up to ${counted(depth, 'subtraction')} one upon the other; ` +
        `without, where that would spread rounding, NaN or ∞, in ${counted(direct.passes, 'group')}`,
      run: (call, ends) => {
        if (isNested(call)) return direct.run(call, ends)
        kept ??= new SubstitutedPasses(pattern, substitution)
        return kept.run(call, ends, chunk) ?? direct.run(call, ends)
      },
    },
  ]
}

/** How often the matrix is expected to be computed again without substitution: what saves less than that is not worth its rounding. */
const AGAIN = 0.1

/** Whether the numbers of a call belong to a graph or to another transform. */
function isNested({ recording, value }: Call): boolean {
  return recording.graph !== undefined || someLeaf(value, isTraced)
}

/** Rounding that may be added to an entry, relative to the largest entry of its row or that of its column, whichever is less. */
const MOST_ROUNDING = 2 ** -36

/** Sums of entries by sweeps, and entries by substitution. */
class SubstitutedPasses {
  readonly #pattern: SparsityPattern
  readonly #substitution: Substitution
  readonly #direction: Direction

  constructor(pattern: SparsityPattern, substitution: Substitution) {
    this.#pattern = pattern
    this.#substitution = substitution
    const { columns, sumColors, sumRows } = substitution
    // The sums of one color, one after the other.
    const { pointers: reads, members: places } = membersOf({ colors: sumColors, count: columns.count })
    this.#direction = { count: columns.count, ...membersOf(columns), reads, places, positions: places.map(sum => sumRows[sum] as number) }
  }

  /** The entries of the pattern, in its order; undefined where one could be wrong. */
  run(call: Call, { inputs, outputs }: Ends, chunk: number): Entries | undefined {
    const { steps, sumOf, sumRows } = this.#substitution
    const sums = Entries.zeros(sumRows.length)
    sweepGroups(call, true, inputs, outputs, this.#direction, chunk, sums)
    const values = sums.numbers
    if (sums.traced !== undefined) return undefined
    // What rounding may have added to a sum, to first order: in sweeps that added it up, and in what is subtracted from it.
    const roundings = new Float64Array(values.length)
    for (let at = 0; at < steps.length; at += 2) {
      const [known, from] = [steps[at] as number, steps[at + 1] as number]
      const value = values[known] as number
      values[from] = (values[from] as number) - value
      roundings[from] = (roundings[from] as number) + (roundings[known] as number) + 2 * Number.EPSILON * Math.abs(value)
    }
    const entries = Entries.zeros(sumOf.length)
    for (let k = 0; k < sumOf.length; k++) entries.numbers[k] = values[sumOf[k] as number] as number
    return this.#isExact(entries.numbers, roundings) ? entries : undefined
  }

  #isExact(entries: Float64Array, roundings: Float64Array): boolean {
    const { rows, rowPointers, columnIndices } = this.#pattern
    const { sumOf } = this.#substitution
    const largest = new Float64Array(rows)
    for (let i = 0; i < rows; i++) {
      for (let k = rowPointers[i] as number; k < (rowPointers[i + 1] as number); k++)
        largest[i] = Math.max(largest[i] as number, Math.abs(entries[k] as number))
    }
    for (let i = 0; i < rows; i++) {
      for (let k = rowPointers[i] as number; k < (rowPointers[i + 1] as number); k++) {
        const scale = Math.min(largest[i] as number, largest[columnIndices[k] as number] as number)
        const rounding = roundings[sumOf[k] as number] as number
        if (!Number.isFinite(entries[k] as number) || !(rounding <= MOST_ROUNDING * scale)) return false
      }
    }
    return true
  }
}
