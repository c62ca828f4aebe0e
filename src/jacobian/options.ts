import { describe, OptionError } from '../core/errors.ts'
import { CHUNK } from '../core/traced.ts'
import { checkOptions } from '../reverse/grad.ts'
import type { GivenPattern } from './given-pattern.ts'

export const MODES = ['forward', 'reverse', 'mixed', 'elimination', 'constant'] as const
export type Mode = (typeof MODES)[number]

/** How to compute a Jacobian. */
export interface JacobianOptions {
  /** Which strategy: 'auto' (the default) chooses by sizes, sparsity and price. */
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

/** Options checked and completed. */
export function readOptions(name: string, options: JacobianOptions): ReadOptions {
  const { mode = 'auto', sparsity = 'detect', chunk = CHUNK, output = 'dense', ...unknown } = options
  checkOptions(name, unknown, ['mode', 'sparsity', 'chunk', 'output'])
  if (mode !== 'auto' && !MODES.includes(mode)) {
    throw new OptionError(
      `${name}: mode is 'auto', ${MODES.map(each => `'${each}'`)
        .join(', ')
        .replace(/, ([^,]*)$/, ' or $1')}, not ${describe(mode)}.`,
    )
  }
  if (!Number.isInteger(chunk) || chunk < 1 || chunk > CHUNK) {
    throw new OptionError(`${name}: chunk is an integer from 1 to ${CHUNK}, not ${describe(chunk)}.`)
  }
  if (output !== 'dense' && output !== 'sparse') throw new OptionError(`${name}: output is 'dense' or 'sparse', not ${describe(output)}.`)
  if (sparsity !== 'detect' && sparsity !== 'dense' && (typeof sparsity !== 'object' || sparsity === null)) {
    throw new OptionError(`${name}: sparsity is 'detect', 'dense' or a pattern, not ${describe(sparsity)}.`)
  }
  return { mode, sparsity, chunk, output }
}
