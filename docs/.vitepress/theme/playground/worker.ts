import * as dualtape from 'dualtape'
import { compile, grad, jacobian } from 'dualtape'
import * as runtime from 'dualtape/plugin/runtime'
import { type Row, type Shown, shownOf } from './facts.ts'
import { argumentsOf, flatNames, flatValues, type Point } from './point.ts'

/*
 * Runs a function that somebody has written, apart from the page: see `sandbox.ts`.
 */

let shown: Shown | undefined

self.onmessage = async ({ data }: MessageEvent) => {
  try {
    if (data.question !== undefined) self.postMessage({ answer: await shown?.ask(data.question) })
    else {
      shown = run(data.code, data.point)
      self.postMessage({ facts: shown.facts })
    }
  } catch (error) {
    self.postMessage({ error: String((error as Error)?.message ?? error) })
  }
}

/** Inputs up to which the code of a whole Jacobian is written. */
const MOST = 60

function run(code: string, point: Point): Shown {
  const names = Object.keys(dualtape).filter(name => /^[A-Za-z_]\w*$/.test(name))
  const f: unknown = new Function('require', ...names, `'use strict'; ${code}; return f`)(() => runtime, ...names.map(name => dualtape[name as 'add']))
  if (typeof f !== 'function') throw new Error('This is no function: write one, such as (x: number) => x * Math.sin(x).')
  const own: Row = x => f(...argumentsOf(point, x))
  const values = flatValues(point)
  return shownOf(own, values, flatNames(point), isScalar => {
    if (!isScalar && values.length > MOST) return undefined
    // JavaScript can be read, and loops are found in it from 300 steps on.
    const target = { target: 'js' } as const
    const fast = isScalar ? compile(grad(own as (x: number[]) => number), target) : compile(jacobian(own as (x: number[]) => number[]), target)
    fast(values)
    return { source: fast.source, run: fast }
  })
}
