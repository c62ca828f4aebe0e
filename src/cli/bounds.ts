import { readPoint } from './input.ts'
import { type Options, UsageError } from './usage.ts'

type Values = { [name: string]: unknown }

/** Bounds of all variables, by those that --lower and --upper give. */
export function boundsOf(options: Options, start: Values): { lower: Values; upper: Values } {
  const side = (which: 'lower' | 'upper', otherwise: number): Values => {
    const text = options[which]
    const given = text === undefined ? {} : readPoint(`--${which}`, text)
    const unknown = Object.keys(given).find(name => !Object.hasOwn(start, name))
    if (unknown !== undefined) throw new UsageError(`--${which}: ${unknown} is no variable of --start, which has ${Object.keys(start).join(', ')}.`)
    return Object.fromEntries(Object.entries(start).map(([name, value]) => [name, like(value, Object.hasOwn(given, name) ? given[name] : otherwise)]))
  }
  return { lower: side('lower', Number.NEGATIVE_INFINITY), upper: side('upper', Number.POSITIVE_INFINITY) }
}

/** A bound in the shape of a value: one number holds for all of its entries. */
function like(value: unknown, bound: unknown): unknown {
  return Array.isArray(value) && typeof bound === 'number' ? value.map(each => like(each, bound)) : bound
}
