import { grad } from '../../src/index.ts'
import { makePlan } from '../../src/jacobian/planner.ts'
import { type Call, GradientCall } from '../../src/jacobian/second-order/gradient-call.ts'
import { endsOf } from '../../src/jacobian/slots.ts'
import { RecordedCall } from '../../src/reverse/recorded-call.ts'

// biome-ignore lint/suspicious/noExplicitAny: functions of every kind
type Any = any

interface Found {
  name: string
  /** The whole matrix, row by row. */
  matrix: Float64Array
}

/** What each strategy that is considered for the Jacobian gives on one recorded call. */
export function everyStrategy(f: (x: Any) => unknown, x: unknown, chunk = 8): Found[] {
  return runAll(new RecordedCall('every strategy', f, [x], [0]), x, false, chunk)
}

/** What each strategy that is considered for the Hessian gives: of the gradient's recording, and of the function's where that goes. */
export function everyStrategyOfHessian(f: (x: Any) => unknown, x: unknown, chunk = 8): Found[] {
  const found = runAll(new RecordedCall('every strategy', grad(f as (x: Any) => number), [x], [0]), x, true, chunk)
  const native = GradientCall.takes(x) ? GradientCall.of('every strategy', f, x, true) : undefined
  return native === undefined ? found : [...found, ...runAll(native, x, true, chunk)]
}

function runAll(call: Call, x: unknown, symmetric: boolean, chunk: number): Found[] {
  try {
    const ends = endsOf(call, x)
    const options = { mode: 'auto', sparsity: 'detect', output: 'sparse', chunk } as const
    // Used so often that everything is worth looking for.
    const { alternatives } = makePlan(call, ends, {
      name: 'every strategy',
      options,
      kind: symmetric ? 'Hessian' : 'Jacobian',
      shown: true,
      uses: 1e9,
      constants: true,
    })
    return alternatives.map(({ mode, why, run, pattern }) => {
      const entries = run(call, ends)
      const matrix = new Float64Array(pattern.rows * pattern.columns)
      for (let i = 0, k = 0; i < pattern.rows; i++) for (const j of pattern.row(i)) matrix[i * pattern.columns + j] = entries.numbers[k++] as number
      return { name: (/acyclic|star|all rows at once/.exec(why) ?? [mode])[0] as string, matrix }
    })
  } finally {
    call.release()
  }
}
