import { counted } from '../core/counted.ts'
import type { Planned } from './planner.ts'

const SCREEN = 40

/** A plan in words: sizes, the pattern as a picture where it fits a screen, every strategy with its price, and the choice. */
export function explainPlan({ kind, ofGradient, size, pattern, sparsity, alternatives, chosen, forced }: Planned): string {
  const { inputs, outputs, operations } = size
  const lines = [
    kind === 'Hessian'
      ? `Hessian of a function of ${counted(inputs, 'input')}; one evaluation${ofGradient ? ' of its gradient' : ''} records ${counted(operations, 'operation')}.`
      : `Jacobian of ${counted(outputs, 'output')} with respect to ${counted(inputs, 'input')}; one evaluation records ${counted(operations, 'operation')}.`,
    `Zeros: ${sparsity}.`,
  ]
  if (pattern.nonzeros === 0)
    lines.push(kind === 'Hessian' ? 'There is no curvature: the Hessian is zero.' : 'No output depends on any input: the Jacobian is zero.')
  if (pattern.rows > 0 && pattern.rows <= SCREEN && pattern.columns <= 2 * SCREEN && !pattern.isDense) lines.push(indent(String(pattern)))
  for (const [what, groups] of [
    ['columns', chosen.columns],
    ['rows', chosen.rows],
  ] as const) {
    if (groups !== undefined && groups.colors.length <= 2 * SCREEN)
      lines.push(`Groups of ${what}: ${[...groups.colors].map(color => (color < 0 ? '·' : color)).join(' ')}`)
  }
  const width = Math.max(...alternatives.map(each => each.mode.length))
  for (const each of alternatives) lines.push(`${each === chosen ? '→' : ' '} ${each.mode.padEnd(width)}  ${formatTime(each.cost).padStart(8)}  ${each.why}`)
  const others = alternatives.filter(each => each !== chosen && each.mode !== 'constant')
  const factor = Math.min(...others.map(each => each.cost)) / chosen.cost
  if (forced) lines.push(`Taken: ${chosen.mode}, as the option mode asks.`)
  else if (chosen.mode === 'constant') lines.push('Taken: constant, since nothing is cheaper than what is done already.')
  else
    lines.push(
      `Taken: ${chosen.mode}, the cheapest by the model${factor > 1.05 && Number.isFinite(factor) ? `, by a factor of ${factor.toPrecision(2)}` : ''}.`,
    )
  return lines.join('\n')
}

function indent(text: string): string {
  return text.replace(/^/gm, '  ')
}

function formatTime(nanoseconds: number): string {
  const units = ['ns', 'µs', 'ms', 's']
  let value = nanoseconds
  let unit = 0
  while (value >= 1000 && unit < units.length - 1) {
    value /= 1000
    unit++
  }
  return `${Number(value.toPrecision(3))} ${units[unit]}`
}
