import { type Recording, sweepBackward, sweepOf } from '../../reverse/sweep.ts'
import { Entries } from '../entries.ts'
import type { SparsityPattern } from '../pattern.ts'
import type { Ends } from '../slots.ts'
import { type Executable, type Problem, priceOf } from './strategy.ts'

/*
 * Outputs that share no value but inputs, as those of a difference scheme or of residuals that are written one by one, are pulled back in
 * a single walk: no adjoint belongs to two of them until an input is reached, and what arrives there is kept apart, by output. It is as
 * if each output had inputs of its own.
 */

/** Nanoseconds that one walk has to save over the expected uses: groups, which can be shown and are found as fast, are preferred below. */
const WORTH = 5e6

/** The walk back for all outputs at once, where they share inputs alone. */
export function separateOutputs(problem: Problem): Executable[] {
  const { call, ends, pattern, mode, symmetric } = problem
  if (symmetric || (mode !== 'auto' && mode !== 'reverse')) return []
  // In compiled code what is 0 leaves no step: groups cost there what this does.
  if (pattern === undefined || call.recording.graph !== undefined || ends.outputs.size < 2) return []
  const price = priceOf(problem, 1, pattern.nonzeros)
  if (problem.uses * (priceOf(problem, 2, pattern.nonzeros).cost - price.cost) < WORTH) return []
  const targets = targetsOf(call.recording, ends, pattern)
  if (targets === undefined) return []
  return [
    {
      mode: 'reverse',
      passes: 1,
      ...price,
      pattern,
      why: 'all rows at once: outputs share no value but inputs, where each keeps its own sums',
      run: ({ recording }) => run(recording, ends, targets),
    },
  ]
}

/** Where an edge leads, and where walks for outputs begin: a row, or `count` + k for entry k of the pattern. */
interface Targets {
  sources: Int32Array
  begin: Int32Array
  nonzeros: number
}

/** Undefined where two outputs share a value, or where there is more than scalars. */
function targetsOf({ sources, count, nodes }: Recording, { inputs, outputs }: Ends, pattern: SparsityPattern): Targets | undefined {
  const n = inputs.size
  if (nodes.length > 0 || !inputs.references.every((reference, j) => reference === j + 1)) return undefined
  const entry = (i: number, j: number) => {
    const k = pattern.indexOf(i, j)
    return k < 0 ? 0 : count + k
  }
  /** The output that a row belongs to, from 1 on. */
  const owners = new Int32Array(count)
  const begin = new Int32Array(outputs.size)
  for (let i = 0; i < outputs.size; i++) {
    const row = outputs.references[i] as number
    if (row > n && owners[row] !== 0) return undefined
    if (row > n) owners[row] = 1 + i
    begin[i] = row > n ? row : row > 0 ? entry(i, row - 1) : 0
  }
  const targets = sources.slice(0, 2 * count)
  for (let row = count - 1; row > n; row--) {
    const owner = owners[row] as number
    for (let k = 2 * row; owner > 0 && k < 2 * row + 2; k++) {
      const source = sources[k] as number
      if (source > n) {
        if (owners[source] !== 0 && owners[source] !== owner) return undefined
        owners[source] = owner
      } else if (source > 0) targets[k] = entry(owner - 1, source - 1)
    }
  }
  return { sources: targets, begin, nonzeros: pattern.nonzeros }
}

function run(recording: Recording, { inputs }: Ends, { sources, begin, nonzeros }: Targets): Entries {
  const { count } = recording
  const sweep = sweepOf({ ...recording, count: count + nonzeros }, 1)
  for (const row of begin) sweep.add(row, 0, 1)
  sweepBackward({ ...recording, sources }, sweep, 1 + inputs.size)
  const entries = new Entries(sweep.rows.slice(count, count + nonzeros))
  if (recording.graph !== undefined) for (let k = 0; k < nonzeros; k++) entries.set(k, sweep.get(count + k, 0) ?? 0)
  sweep.release()
  return entries
}
