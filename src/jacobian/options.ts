import { positive } from '../core/option-kinds.ts'
import { type OptionKind, type Options, optionReader } from '../core/options.ts'
import { CHUNK } from '../core/traced.ts'
import type { GivenPattern } from './given-pattern.ts'

export const MODES = ['forward', 'reverse', 'mixed', 'elimination', 'pushing', 'constant'] as const
export type Mode = (typeof MODES)[number]

/** What a plan is for. */
export type MatrixKind = 'Jacobian' | 'Hessian'

/** How to compute a Jacobian. */
export interface JacobianOptions {
  /** Which strategy: 'auto' (the default) chooses by sizes, sparsity and price. */
  mode?: 'auto' | Exclude<Mode, 'pushing'>
  /** Where zeros are known: 'detect' (the default) finds them when it can pay, 'dense' does not look, or a known pattern. */
  sparsity?: 'detect' | 'dense' | GivenPattern
  /** The most directions per sweep, from 1 to 32: 8 by default, and 32 where they go through tensor operations. */
  chunk?: number
  /** What comes back: the tree of all entries (the default), or a SparseMatrix of outputs by inputs. */
  output?: 'dense' | 'sparse'
}

export interface ReadOptions {
  mode: 'auto' | Mode
  sparsity: 'detect' | 'dense' | GivenPattern
  chunk: number | undefined
  output: 'dense' | 'sparse'
}

const patterns: OptionKind<ReadOptions['sparsity']> = {
  wants: "'detect', 'dense' or a pattern",
  accepts: (given): given is ReadOptions['sparsity'] => given === 'detect' || given === 'dense' || (typeof given === 'object' && given !== null),
}
/** The most directions that one sweep carries, all of which a tensor operation takes at once. */
export const MOST_DIRECTIONS = 4 * CHUNK
const chunks: OptionKind<number> = {
  wants: `an integer from 1 to ${MOST_DIRECTIONS}`,
  accepts: (given): given is number => positive.accepts(given) && given <= MOST_DIRECTIONS,
}

export const jacobianOptions = {
  mode: { is: ['auto', ...MODES], default: 'auto' },
  sparsity: { is: patterns, default: 'detect' },
  chunk: { is: chunks },
  output: { is: ['dense', 'sparse'], default: 'dense' },
} as const satisfies Options

/** Options checked and completed. */
export const readOptions: (name: string, options: readonly unknown[]) => ReadOptions = /* @__PURE__ */ optionReader(jacobianOptions)
