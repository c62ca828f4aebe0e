/* For each elementwise operator, from its partials: the partials of those, for rows of a tape. */

import { secondRule } from '../../src/jacobian/second-order/second-rule.ts'
import type { ElementwiseDefinition } from '../../src/ops/kinds/elementwise.ts'
import { type Expression, elementwise, HEAD, NAMES, Symbols, shareSubexpressions } from './symbols.ts'

export function secondText(): string {
  const symbols = new Symbols()
  const entries = elementwise.flatMap((definition, i) => rulesOf(definition, i + 1, symbols))
  return `${HEAD}import { ${[...symbols.usedKernels].sort().join(', ')} } from './kernels/index.ts'
import type { SecondPartials } from './second-partials.ts'

export const secondPartials: { readonly [code: number]: SecondPartials } = {
${entries.join('\n')}
}
`
}

/** One rule for each choice of one or two traced operands in which a partial depends on them. */
function rulesOf(definition: ElementwiseDefinition, code: number, symbols: Symbols): string[] {
  const names = NAMES.slice(0, definition.arity)
  const operands = names.map(each => symbols.name(each))
  const partials = (definition.partials?.(...operands, symbols.name('out')) ?? []).map(each => (typeof each === 'function' ? each() : each))
  const active = names.flatMap((_, k) => (partials[k] === 0 || Number.isNaN(partials[k]) ? [] : [k]))
  const choices = [...active.map(each => [each]), ...active.flatMap((a, i) => active.slice(i + 1).map(b => [a, b]))]
  return choices.flatMap(traced => {
    const mask = traced.reduce((sum, each) => sum + (1 << each), 0)
    const found = secondRule(definition, mask)(operands, symbols.name('out')).map(each => symbols.expression(each ?? 0))
    if (found.every(({ text }) => text === '0')) return []
    return [`  ${8 * code + mask}: ${ruleText(names, traced, found)},`]
  })
}

function ruleText(names: readonly string[], traced: readonly number[], found: readonly Expression[]): string {
  const { statements, texts } = shareSubexpressions(found)
  const code = [...statements, ...texts].join(' ')
  const uses = (each: string) => new RegExp(`\\b${each}\\b`).test(code)
  const constants = names.filter((_, k) => !traced.includes(k))
  // Constants stand where the row has no second partial, or in a row of their own before it; see `rowFunctions`.
  const apart = constants.length > 2 - traced.length
  const places = names.map((each, k) => {
    const at = traced.indexOf(k)
    if (at >= 0) return `${each} = values[sources[${at === 0 ? 'row << 1' : '(row << 1) + 1'}]!]!`
    const place = constants.indexOf(each)
    return `${each} = partials[${apart ? `((row - 1) << 1) + ${place}` : '(row << 1) + 1'}]!`
  })
  const reads = [...places, 'out = values[row]!'].filter(each => uses(each.split(' ')[0] as string))
  const body = [
    ...(reads.length > 0 ? [`const ${reads.join(', ')}`] : []),
    ...statements,
    ...texts.flatMap((text, k) => (text === '0' ? [] : [`h[${k}] = ${text}`])),
  ]
  const has = texts.reduce((sum, text, k) => sum + (text === '0' ? 0 : 1 << k), 0)
  const constant = texts.every(text => /^\(?-?[\d.]+\)?$/.test(text)) && coversAll(has, traced.length)
  return `{ has: ${has}, constant: ${constant}, write(values, partials, sources, row, h) { ${body.join('; ')} } }`
}

/** Whether each operand is in a second partial that is not 0. */
function coversAll(has: number, operands: number): boolean {
  return operands === 1 ? has === 1 : (has & 3) > 0 && (has & 6) > 0
}
