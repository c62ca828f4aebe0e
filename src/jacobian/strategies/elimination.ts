import { costs, priceOfElimination, priceOfRecording } from '../cost.ts'
import { Entries } from '../entries.ts'
import { count, type Executable, type Problem } from './strategy.ts'
import { type EliminationProgram, eliminate, runElimination, traceElimination } from './vertex-elimination.ts'

/** Longer tapes are not laid out as a graph. */
const MOST_ROWS = 1 << 22

/** Why elimination is out of the question; undefined where it is not. */
export function whyNotEliminated({ call: { recording } }: Problem): string | undefined {
  if (recording.nodes.length > 0) return 'it works on scalar operations, and the function uses tensors'
  return recording.count > MOST_ROWS ? 'the tape is too long for it' : undefined
}

/**
 * Elimination on the tape, where it can be cheaper than `known`, the cost of the best strategy so far. An order is found by
 * going through it once, which the expected uses together must pay for.
 */
export function elimination(problem: Problem, known: number): Executable[] {
  if (whyNotEliminated(problem) !== undefined) return []
  const { call, ends, size, mode, uses, written } = problem
  const { edge, multiplication, contraction } = costs()
  const fixed = priceOfRecording(size) + priceOfElimination(0, written).cost
  /** The most multiplications with which finding an order and running it saves time; all of them where the mode is asked for. */
  const worth = (cost: number) =>
    mode === 'elimination' ? Number.POSITIVE_INFINITY : (uses * (cost - fixed) - edge * size.edges) / (contraction + uses * multiplication)
  let best: EliminationProgram | undefined
  for (const order of ['reverse Markowitz', 'Markowitz'] as const) {
    // The second order has to save what finding it costs.
    const limit = best === undefined ? worth(known) : Math.min(best.multiplications - 1, worthAgain(best))
    const found = limit < 0 ? undefined : eliminate(call.recording, ends, order, limit)
    if (found !== undefined) best = found
  }
  function worthAgain({ multiplications }: EliminationProgram): number {
    return (uses * multiplication * multiplications - edge * size.edges) / (contraction + uses * multiplication)
  }
  return best === undefined ? [] : [executable(best, fixed)]
}

function executable(program: EliminationProgram, fixed: number): Executable {
  const { multiplications, order, pattern } = program
  return {
    mode: 'elimination',
    passes: 0,
    chunk: 1,
    multiplications,
    cost: fixed + priceOfElimination(multiplications, 0).cost,
    pattern,
    why: `vertices contracted in ${order} order: ${count(multiplications, 'multiplication')}`,
    run: ({ recording }, { outputs }) => {
      if (recording.graph === undefined) return new Entries(runElimination(program, recording, outputs.size))
      const entries = Entries.zeros(pattern.nonzeros)
      traceElimination(program, recording, outputs.size, recording.graph).forEach((entry, k) => {
        entries.set(k, entry)
      })
      return entries
    },
  }
}
