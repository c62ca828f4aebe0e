import { positive } from '../core/option-kinds.ts'
import { type OptionKind, type Options, optionReader } from '../core/options.ts'
import { CHUNK } from '../core/traced.ts'
import type { GivenPattern } from './given-pattern.ts'

export const MODES = ['forward', 'reverse', 'mixed', 'elimination', 'pushing', 'constant'] as const
export type Mode = (typeof MODES)[number]

/** How to compute a Jacobian. */
export interface JacobianOptions {
  /** Which strategy: 'auto' (the default) chooses by sizes, sparsity and price. 'pushing' is for Hessians. */
  mode?: 'auto' | Mode
  /** Where zeros are known: 'detect' (the default) finds them when it can pay, 'dense' does not look, or a known pattern. */
  sparsity?: 'detect' | 'dense' | GivenPattern
  /** Directions per sweep, from 1 to 8. */
  chunk?: number
  /** What comes back: the tree of all entries (the default), or a SparseMatrix of outputs by inputs. */
  output?: 'dense' | 'sparse'
}

export interface ReadOptions {
  mode: 'auto' | Mode
  sparsity: 'detect' | 'dense' | GivenPattern
  chunk: number
  output: 'dense' | 'sparse'
}

const patterns: OptionKind<ReadOptions['sparsity']> = {
  wants: "'detect', 'dense' or a pattern",
  accepts: (given): given is ReadOptions['sparsity'] => given === 'detect' || given === 'dense' || (typeof given === 'object' && given !== null),
}
const chunks: OptionKind<number> = { wants: `an integer from 1 to ${CHUNK}`, accepts: (given): given is number => positive.accepts(given) && given <= CHUNK }

export const jacobianOptions = {
  mode: { is: ['auto', ...MODES], default: 'auto' },
  sparsity: { is: patterns, default: 'detect' },
  chunk: { is: chunks, default: CHUNK },
  output: { is: ['dense', 'sparse'], default: 'dense' },
} as const satisfies Options

/** Options checked and completed. */
export const readOptions: (name: string, options: readonly unknown[]) => ReadOptions = /* @__PURE__ */ optionReader(jacobianOptions)
