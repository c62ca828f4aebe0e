import { counted } from '../../core/counted.ts'
import { OptionError } from '../../core/errors.ts'
import type { Entries } from '../entries.ts'
import { Coefficients } from '../structure.ts'
import type { Executable, Problem } from './strategy.ts'

/**
 * The cheapest strategy, carried out once: the derivative of an affine function is the same everywhere. It is made anew where
 * the numbers that it is made of have changed, as those around the function may, and where they cannot be compared.
 */
export function constant({ name, kind, call: { recording } }: Problem, once: Executable): Executable {
  if (!recording.affine)
    throw new OptionError(`${name}: mode 'constant' cannot be used here: the ${kind} depends on the argument, or the function looks at its value.`)
  let kept: { entries: Entries; coefficients: Coefficients } | undefined
  const { evaluate: _withoutTape, ...withTape } = once
  return {
    ...withTape,
    mode: 'constant',
    cost: 0,
    multiplications: 0,
    why: `the function is ${kind === 'Hessian' ? 'quadratic' : 'affine'}: its ${kind} is the same everywhere, and made once (${once.mode}, ${counted(once.passes, 'pass')})`,
    run: (call, ends) => {
      if (kept?.coefficients.fit(call)) return kept.entries.copy()
      const entries = once.run(call, ends)
      const coefficients = entries.traced === undefined ? Coefficients.of(call) : undefined
      kept = coefficients && { entries: entries.copy(), coefficients }
      return entries
    },
  }
}
