import { counted } from '../../core/counted.ts'
import { zeros } from '../../core/makers.ts'
import type { Recording } from '../../reverse/sweep.ts'
import { costs, priceOfElimination, priceOfRecording } from '../cost.ts'
import { Entries } from '../entries.ts'
import { lower } from '../second-order/lowering.ts'
import { type Ends, Slots } from '../slots.ts'
import type { Executable, Problem, Setting } from './strategy.ts'
import { type EliminationProgram, eliminate, type Pays, runElimination, traceElimination } from './vertex-elimination.ts'

/** Longer tapes are not laid out as a graph. */
const MOST_ROWS = 1 << 22

/** Why elimination is out of the question. */
export function whyNotEliminated({ call: { recording } }: Problem): string {
  if (recording.nodes.length === 0) return 'the tape is too long for it'
  return 'it works on scalar operations, as which not all steps of the function can be written: moves of entries, sums, products and operators on each entry'
}

/** A tape of scalars with its ends. */
interface Scalars {
  recording: Recording
  ends: Ends
}

/** The tape itself where it holds scalars alone, else one in which the entries of tensors are scalars. */
function scalarsOf(call: Setting['call'], ends: Ends, most = MOST_ROWS): Scalars | undefined {
  const { recording } = call
  if (recording.nodes.length === 0) return recording.count > MOST_ROWS ? undefined : { recording, ends }
  if (recording.graph !== undefined) return undefined
  const { inputs, outputs } = ends
  const leaves = new Map<number, number>()
  inputs.references.forEach((reference, entry) => {
    leaves.set(reference, inputs.sizeAt(entry))
  })
  // First derivatives follow from partials, not from values.
  const given = call.inputs.map(reference => ({ reference, value: zeros([leaves.get(reference) ?? 0]) }))
  const lowered = lower(recording, outputs.references, given, most, 1)
  if (lowered === undefined) return undefined
  const rows = Array.from(outputs.references, (reference, i) => (reference === 0 ? 0 : (lowered.rowsOf(reference)[outputs.positions[i] as number] as number)))
  const scalars = (references: readonly number[]) => new Slots(references, new Array<number>(references.length).fill(0))
  return { recording: lowered, ends: { inputs: scalars(Array.from({ length: inputs.size }, (_, j) => j + 1)), outputs: scalars(rows) } }
}

/**
 * Elimination on the tape, where it can be cheaper than `known`, the cost of the best strategy so far. An order is found by
 * going through it once, which the expected uses together must pay for.
 */
export function elimination(problem: Problem, known: number): Executable[] {
  const { call, ends, size, mode, uses, written } = problem
  // What makes many scalars of few entries, as products of matrices do, does not pay.
  const scalars = scalarsOf(call, ends, mode === 'elimination' ? MOST_ROWS : Math.min(MOST_ROWS, 4 * size.operations + size.inputs + 64))
  if (scalars === undefined) return []
  const { edge, multiplication, contraction } = costs()
  const fixed =
    priceOfRecording(size) +
    priceOfElimination(scalars.recording.count, 0, written).cost +
    (scalars.recording === call.recording ? 0 : costs().record * scalars.recording.count)
  /** Whether finding an order and running it takes less time than what it saves. */
  const paysAgainst =
    (saved: number): Pays =>
    (multiplications, searched) =>
      edge * size.edges + contraction * searched + uses * multiplication * multiplications < uses * saved
  const always: Pays = () => true
  const first = eliminate(scalars.recording, scalars.ends, 'reverse Markowitz', mode === 'elimination' ? always : paysAgainst(known - fixed))
  if (first === undefined) return []
  // The other order has to save what finding it costs.
  const second = eliminate(scalars.recording, scalars.ends, 'Markowitz', paysAgainst(multiplication * first.multiplications))
  return [executable(second !== undefined && second.multiplications < first.multiplications ? second : first, fixed)]
}

function executable(program: EliminationProgram, fixed: number): Executable {
  const { multiplications, order, pattern } = program
  return {
    mode: 'elimination',
    passes: 0,
    chunk: 1,
    multiplications,
    cost: fixed + priceOfElimination(0, multiplications, 0).cost,
    pattern,
    why: `vertices contracted in ${order} order: ${counted(multiplications, 'multiplication')}`,
    takes: ({ recording }) => recording.nodes.length === 0 || recording.graph === undefined,
    run: (call, ends) => {
      const { recording } = scalarsOf(call, ends) as Scalars
      const { outputs } = ends
      if (recording.graph === undefined) return new Entries(runElimination(program, recording, outputs.size))
      const entries = Entries.zeros(pattern.nonzeros)
      traceElimination(program, recording, outputs.size, recording.graph).forEach((entry, k) => {
        entries.set(k, entry)
      })
      return entries
    },
  }
}
