import { describe, OptionError } from '../core/errors.ts'
import { CHUNK } from '../core/traced.ts'
import { checkOptions } from '../reverse/grad.ts'

export const MODES = ['forward', 'reverse'] as const
export type Mode = (typeof MODES)[number]

/** How to compute a Jacobian. */
export interface JacobianOptions {
  /** Which strategy: 'auto' (the default) chooses by the sizes. */
  mode?: 'auto' | Mode
  /** Directions per sweep, from 1 to 8. */
  chunk?: number
}

/** Options checked and completed. */
export function readOptions(name: string, options: JacobianOptions): Required<JacobianOptions> {
  const { mode = 'auto', chunk = CHUNK, ...unknown } = options
  checkOptions(name, unknown, ['mode', 'chunk'])
  if (mode !== 'auto' && !MODES.includes(mode)) {
    throw new OptionError(`${name}: mode is 'auto', ${MODES.map(each => `'${each}'`).join(' or ')}, not ${describe(mode)}.`)
  }
  if (!Number.isInteger(chunk) || chunk < 1 || chunk > CHUNK) {
    throw new OptionError(`${name}: chunk is an integer from 1 to ${CHUNK}, not ${describe(chunk)}.`)
  }
  return { mode, chunk }
}
