import { makePlan } from '../../src/jacobian/planner.ts'
import { endsOf } from '../../src/jacobian/slots.ts'
import { RecordedCall } from '../../src/reverse/recorded-call.ts'

/** What each strategy that is considered gives on one recorded call: the whole matrix, row by row. */
export function everyStrategy(f: (x: never) => unknown, x: unknown, symmetric: boolean, chunk = 8): { name: string; matrix: Float64Array }[] {
  const call = new RecordedCall('every strategy', f, [x], [0])
  try {
    const ends = endsOf(call, x)
    const options = { mode: 'auto', sparsity: 'detect', output: 'sparse', chunk } as const
    // Used so often that everything is worth looking for.
    const { alternatives } = makePlan(call, ends, { name: 'every strategy', options, symmetric, shown: true, uses: 1e9, constants: true })
    return alternatives.map(({ mode, why, run, pattern }) => {
      const entries = run(call, ends)
      const matrix = new Float64Array(pattern.rows * pattern.columns)
      for (let i = 0, k = 0; i < pattern.rows; i++) for (const j of pattern.row(i)) matrix[i * pattern.columns + j] = entries.numbers[k++] as number
      return { name: (/acyclic|star/.exec(why) ?? [mode])[0] as string, matrix }
    })
  } finally {
    call.release()
  }
}
