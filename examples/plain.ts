import type { Parameters } from '../src/cli/fit.ts'
import { fromSource } from '../src/plugin/from-source.ts'
import { fitDataSet, type NistFit, readDataSet } from './nist.ts'

/*
 * Models of NIST's data as one writes them in TypeScript: `fromSource` makes them differentiable, as 'use ad' does where a plugin builds.
 */

export const MODELS: Readonly<Record<string, (parameters: Parameters, x: number) => number>> = {
  // The mobility of electrons in silicon: a rational function.
  Thurber: fromSource(({ b1, b2, b3, b4, b5, b6, b7 }, x) => (b1! + x * (b2! + x * (b3! + x * b4!))) / (1 + x * (b5! + x * (b6! + x * b7!)))),
  // Two bells on an exponential.
  Gauss3: fromSource((b, x) => {
    let y = b.b1! * Math.exp(-b.b2! * x)
    for (const k of [3, 6]) y += b[`b${k}`]! * Math.exp(-((x - b[`b${k + 1}`]!) ** 2) / b[`b${k + 2}`]! ** 2)
    return y
  }),
  // Magnetism: a power.
  Bennett5: fromSource(({ b1, b2, b3 }, x) => b1! * (b2! + x) ** (-1 / b3!)),
}

/** Fits one of them to its data. */
export function fitPlain(name: string, start: 0 | 1): NistFit {
  const set = readDataSet(name)
  const model = MODELS[name] as (parameters: Parameters, x: number) => number
  return fitDataSet(set, start, undefined, parameters => (set.columns.x as number[]).map(x => model(parameters, x)))
}
