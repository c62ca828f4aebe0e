import { checkGrads } from '../testing/check-grads.ts'
import type { Output } from './output.ts'
import { readProblem } from './problem.ts'
import type { Options } from './usage.ts'

/** Derivatives against finite differences, in both modes. */
export async function runCheck(text: string | undefined, options: Options, output: Output): Promise<void> {
  const { f, x } = await readProblem('check', text, options)
  checkGrads(f, [x])
  output.write(
    options.json === true ? '{"agree":true}\n' : 'First and second derivatives, forward and reverse, agree with finite differences and with each other.\n',
  )
}
