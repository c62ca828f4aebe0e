import * as dualtape from 'dualtape'
import { compile, jacobian } from 'dualtape'
import * as runtime from 'dualtape/plugin/runtime'
import { type Shown, shownOf } from './facts.ts'

/*
 * Runs a function that somebody has written, apart from the page: see `sandbox.ts`.
 */

let shown: Shown | undefined

self.onmessage = ({ data }: MessageEvent) => {
  try {
    if (data.time) self.postMessage({ timing: shown?.time?.() })
    else {
      shown = run(data.code, data.values, data.names)
      self.postMessage({ facts: shown.facts })
    }
  } catch (error) {
    self.postMessage({ error: String((error as Error)?.message ?? error) })
  }
}

function run(code: string, values: number[], argumentNames: string[]): Shown {
  const names = Object.keys(dualtape).filter(name => /^[A-Za-z_]\w*$/.test(name))
  const f: unknown = new Function('require', ...names, `'use strict'; ${code}; return f`)(() => runtime, ...names.map(name => dualtape[name as 'add']))
  if (typeof f !== 'function') throw new Error('This is no function: write one, such as (x: number) => x * Math.sin(x).')
  const own = (x: number[]) => f(...x) as number[]
  const fast = compile(jacobian(own))
  const value = own(values)
  return shownOf(own, values, argumentNames, value, fast(values), fast.source)
}
