import { Tensor } from '../../src/index.ts'

/** A value as TypeScript; numbers with as many digits, all of them if left out. */
export function literal(value: unknown, digits?: number): string {
  if (value instanceof Tensor) return literal(value.toArray(), digits)
  if (typeof value === 'number') return Object.is(value, -0) ? '-0' : String(digits === undefined ? value : Number(value.toPrecision(digits)))
  if (typeof value === 'string') return `'${value}'`
  if (ArrayBuffer.isView(value)) return `Int32Array.of(${[...(value as Int32Array)].join(', ')})`
  if (Array.isArray(value)) return `[${value.map(each => literal(each, digits)).join(', ')}]`
  if (typeof value === 'object' && value !== null) {
    const members = Object.entries(value).map(([key, each]) => `${key}: ${literal(each, digits)}`)
    return members.length === 0 ? '{}' : `{ ${members.join(', ')} }`
  }
  return String(value)
}
