import type { RecordedCall } from '../reverse/recorded-call.ts'
import { costOfDuals, costOfSweeps, type ProblemSize } from './cost.ts'
import { type JacobianOptions, MODES, type Mode } from './options.ts'

/** A strategy that was considered, with its price and what speaks for or against it. */
export interface Strategy {
  mode: Mode
  /** Directions to propagate: columns in forward mode, rows in reverse mode. */
  passes: number
  /** Modelled time in nanoseconds. */
  cost: number
  why: string
  /** Directions per sweep. */
  chunk: number
  /** Whether directions are carried by duals through evaluations, with no tape. */
  duals: boolean
}

/** Every strategy for a problem of this size, cheapest first. */
export function strategies(size: ProblemSize, chunk: number): Strategy[] {
  const { inputs: n, outputs: m } = size
  const [byDuals, bySweeps] = [costOfDuals(size), costOfSweeps(n, Math.min(chunk, n), size)]
  const duals = n <= chunk && byDuals <= bySweeps
  const forward: Strategy = {
    mode: 'forward',
    passes: n,
    chunk: Math.max(1, Math.min(chunk, n)),
    cost: duals ? byDuals : bySweeps,
    duals,
    why: `one pass per input: ${count(n, 'column')}, ${Math.min(chunk, n)} at a time${duals ? ', in one evaluation with duals and no tape' : ', over one tape'}`,
  }
  const reverse: Strategy = {
    mode: 'reverse',
    passes: m,
    chunk: Math.max(1, Math.min(chunk, m)),
    cost: costOfSweeps(m, Math.max(1, Math.min(chunk, m)), size),
    duals: false,
    why: `one pass per output: ${count(m, 'row')}, ${Math.min(chunk, m)} at a time, over one tape`,
  }
  return [forward, reverse].sort((a, b) => a.cost - b.cost || MODES.indexOf(a.mode) - MODES.indexOf(b.mode))
}

/** The strategy that a forced mode or the lowest price picks. */
export function decide(all: readonly Strategy[], { mode }: Required<JacobianOptions>): Strategy {
  return all.find(each => mode === 'auto' || each.mode === mode) as Strategy
}

/** Size of a recorded problem. */
export function sizeOf(call: RecordedCall, inputs: number, outputs: number): ProblemSize {
  return { inputs, outputs, operations: Math.max(1, call.operations) }
}

export function count(n: number, noun: string): string {
  return `${n.toLocaleString('en-US')} ${noun}${n === 1 ? '' : 's'}`
}

/** A plan in words: sizes, every strategy with its price, and the choice. */
export function explainPlan({ inputs, outputs, operations }: ProblemSize, all: readonly Strategy[], chosen: Strategy, forced: boolean): string {
  const lines = [`Jacobian of ${count(outputs, 'output')} with respect to ${count(inputs, 'input')}; one evaluation records ${count(operations, 'operation')}.`]
  const width = Math.max(...all.map(each => each.mode.length))
  for (const each of all) {
    const mark = each === chosen ? '→' : ' '
    lines.push(`${mark} ${each.mode.padEnd(width)}  ${formatTime(each.cost).padStart(8)}  ${each.why}`)
  }
  const best = all[0] as Strategy
  if (forced) lines.push(`Taken: ${chosen.mode}, as the option mode asks.`)
  else {
    const next = all.find(each => each !== best)
    const factor = next === undefined || best.cost === 0 ? 1 : next.cost / best.cost
    lines.push(`Taken: ${chosen.mode}, the cheapest by the model${factor > 1.05 ? `, by a factor of ${factor.toPrecision(2)}` : ''}.`)
  }
  return lines.join('\n')
}

function formatTime(nanoseconds: number): string {
  const units = ['ns', 'µs', 'ms', 's']
  let value = nanoseconds
  let unit = 0
  while (value >= 1000 && unit < units.length - 1) {
    value /= 1000
    unit++
  }
  return `${value.toPrecision(3)} ${units[unit]}`
}
