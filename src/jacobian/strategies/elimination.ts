import { costs, priceOfElimination, priceOfRecording } from '../cost.ts'
import { Entries } from '../entries.ts'
import { count, type Executable, type Problem } from './strategy.ts'
import { type EliminationProgram, eliminate, type Pays, runElimination, traceElimination } from './vertex-elimination.ts'

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
  /** Whether finding an order and running it takes less time than what it saves. */
  const paysAgainst =
    (saved: number): Pays =>
    (multiplications, searched) =>
      edge * size.edges + contraction * searched + uses * multiplication * multiplications < uses * saved
  const always: Pays = () => true
  const first = eliminate(call.recording, ends, 'reverse Markowitz', mode === 'elimination' ? always : paysAgainst(known - fixed))
  if (first === undefined) return []
  // The other order has to save what finding it costs.
  const second = eliminate(call.recording, ends, 'Markowitz', paysAgainst(multiplication * first.multiplications))
  return [executable(second !== undefined && second.multiplications < first.multiplications ? second : first, fixed)]
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
