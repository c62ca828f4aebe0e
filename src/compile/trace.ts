import { trace as traceFunction } from '../graph/trace.ts'
import { trace as traceOfMatrix } from '../ops/diagonals.ts'

/**
 * Of a function: its graph at arguments like those given. Of a matrix: the sum of its diagonal.
 *
 * @example
 * trace([[1, 2], [3, 4]]) // 5
 */
export const trace: typeof traceFunction & typeof traceOfMatrix = /* @__PURE__ */ Object.assign(
  (x: unknown, ...rest: unknown[]) =>
    typeof x === 'function' ? traceFunction(x as () => unknown, ...(rest as [])) : traceOfMatrix(x as number[][], ...(rest as [])),
  { definition: traceOfMatrix.definition },
) as never
