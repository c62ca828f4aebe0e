import { counted } from '../core/counted.ts'
import { CHUNK } from '../core/traced.ts'
import { Constants } from './constants.ts'
import { detectPattern } from './detect.ts'
import { checkCovers, readPattern } from './given-pattern.ts'
import type { MatrixKind, ReadOptions } from './options.ts'
import { SparsityPattern, symmetricPattern } from './pattern.ts'
import { GradientCall } from './second-order/gradient-call.ts'
import { termsWorth } from './strategies/pushing.ts'
import { effortWorth, type Setting } from './strategies/strategy.ts'

/** What a plan is wanted for. */
export interface Purpose {
  name: string
  options: ReadOptions
  kind: MatrixKind
  /** Whether a person asked for the plan: zeros are then looked for also where they save nothing. */
  shown: boolean
  /** How often the plan is expected to be used. */
  uses: number
  /** Whether zeros of constants count, which may change from call to call. */
  constants: boolean
}

/** What is known of the zeros of a Jacobian. */
export interface Zeros {
  pattern?: SparsityPattern
  /** Whether entry (i, j) may be read as (j, i): of a symmetric matrix whose zeros, as far as the tape tells, are symmetric, too. */
  symmetric?: boolean
  /** Whether the tape was searched. */
  detected?: boolean
  /** The constants to which the pattern is owed. */
  constants?: Constants | undefined
  /** Why no pattern was looked for, or what came of looking. */
  sparsity: string
}

/** Up to this many inputs or outputs fit one sweep, so that no zero can save a pass. */
export const DECISIVE = CHUNK
/** A plan that is asked for shows the zeros of Jacobians of up to so many entries. */
const SHOWN = 4096
/** A search may always take so many steps per recorded operation and per input and output, and never more than the most. */
const LEAST_STEPS = 40
const MOST_STEPS = 3e7

/** The pattern, where it can pay or is asked for, and in words what was done. */
export function findZeros(setting: Setting, { name, options, kind, shown, constants: wantsConstants }: Purpose): Zeros {
  const { call, size } = setting
  const { mode, sparsity, output } = options
  const [n, m] = [size.inputs, size.outputs]
  const symmetric = kind === 'Hessian'
  const all = SparsityPattern.dense(m, n)
  if (sparsity === 'dense') return { pattern: all, sparsity: 'taken as dense, as the option sparsity asks' }
  const given = typeof sparsity === 'object' ? completed(readPattern(name, sparsity, m, n, kind), symmetric) : undefined
  if (given?.isDense) return { pattern: all, sparsity: 'given: every entry can be other than 0' }
  const needed = output === 'sparse' || mode === 'mixed' || mode === 'pushing' || given !== undefined
  if (!needed && !(shown && n * m <= SHOWN)) {
    if (Math.min(n, m) <= DECISIVE && !(call instanceof GradientCall))
      return { sparsity: `not looked for: ${n <= m ? counted(n, 'column') : counted(m, 'row')} ${Math.min(n, m) === 1 ? 'takes' : 'take'} one sweep` }
    if (call.recording.nodes.length === 0 && Math.max(n, m) > 64 * Math.min(n, m)) return { sparsity: 'not looked for: the sizes decide' }
  }
  const constants = wantsConstants ? new Constants() : undefined
  const pattern = searched(setting, needed, constants)
  if (pattern === undefined) {
    if (!symmetric) return { sparsity: 'looked for in vain: nearly every output depends on nearly every input' }
    return { sparsity: 'looked for in vain: nearly every second derivative can be other than 0, or they cannot be told from steps on scalars' }
  }
  const mirrored = symmetric && pattern.equals(pattern.transposed())
  if (given !== undefined) {
    checkCovers(name, given, pattern, kind)
    return { pattern: given, symmetric: mirrored, detected: true, constants, sparsity: 'given, and checked against the tape' }
  }
  if (pattern.isDense) return { pattern: all, detected: true, sparsity: 'looked for: there is no zero' }
  const entries = `${counted(pattern.nonzeros, 'entry')} of ${(n * m).toLocaleString('en-US')}`
  return { pattern, symmetric: mirrored, detected: true, constants, sparsity: `detected: ${entries} can be other than 0` }
}

/** The pattern, where finding it takes no more than it is worth; that of a Hessian comes with its entries. */
function searched(setting: Setting, needed: boolean, constants: Constants | undefined): SparsityPattern | undefined {
  const { call, ends, size } = setting
  if (!(call instanceof GradientCall)) {
    return detectPattern(call.recording, ends.inputs, ends.outputs, needed ? Number.POSITIVE_INFINITY : stepsWorth(setting), constants)
  }
  const found = call.lowerEntries(needed ? Number.POSITIVE_INFINITY : termsWorth(setting), constants)
  return found && symmetricPattern(size.inputs, found.rows, found.columns)
}

/** Steps that may be spent on a search which could leave two passes. */
function stepsWorth(setting: Setting): number {
  const { inputs, outputs, operations } = setting.size
  const worth = effortWorth(setting, Math.min(inputs, outputs), 2)
  return Math.min(MOST_STEPS, Math.max(worth, LEAST_STEPS * (operations + inputs + outputs)))
}

/** A given pattern of a symmetric matrix may name an entry on one side of the diagonal alone. */
function completed(given: SparsityPattern, symmetric: boolean): SparsityPattern {
  return symmetric ? given.union(given.transposed()) : given
}
