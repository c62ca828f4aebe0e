import { readFileSync } from 'node:fs'
import { afterAll, describe, expect, it } from 'vitest'
import { derivative, grad } from '../../src/index.ts'
import * as ops from '../../src/ops/index.ts'

/** Made by test/reference/make_tables.py with mpmath: per function, rows of [x, value, first, second, third derivative]. */
const tables = JSON.parse(readFileSync(new URL('../reference/scalar-functions.json', import.meta.url), 'utf8')) as {
  [name: string]: [number, ...(number | string)[]][]
}

const TOLERANCE = 1e-13
/** Of arguments whose sum is beyond 170, beta is the exponential of a logarithm of −124, which magnifies its rounding. */
const PAIR_TOLERANCE: { [name: string]: number } = { beta: 2e-13 }
/** Values below are denormal in double precision and have fewer digits. */
const TINY = 1e-290

const pairs = JSON.parse(readFileSync(new URL('../reference/functions-of-two.json', import.meta.url), 'utf8')) as { [name: string]: (number | string)[][] }
const worst = new Map<string, number>()

/** Relative error, kept for the summary; 0 where both are tiny or the same infinity. */
function relativeError(name: string, found: number, expected: number): number {
  if (Object.is(found, expected) || found === expected) return 0
  if (Math.abs(expected) < TINY && Math.abs(found) <= 2 * TINY) return 0
  const error = Math.abs(found - expected) / Math.abs(expected)
  worst.set(name, Math.max(worst.get(name) ?? 0, error))
  return error
}

afterAll(() => {
  console.log(`worst relative errors: ${[...worst].map(([name, error]) => `${name} ${error.toExponential(1)}`).join(', ')}`)
})

describe.each(Object.keys(pairs))('%s', name => {
  const f = ops[name as keyof typeof ops] as unknown as (x: number, y: number) => number

  it.each(pairs[name] as [number, number, ...(number | string)[]][])('value and partials at (%f, %f) agree with the high-precision table', (x, y, ...row) => {
    const found = [f(x, y), ...grad(f, { argnum: [0, 1] })(x, y)]
    found.forEach((each, i) => {
      expect(relativeError(name, each, Number(row[i])), `${['value', '∂/∂x', '∂/∂y'][i]} is ${each}, the table says ${row[i]}`).toBeLessThanOrEqual(
        PAIR_TOLERANCE[name] ?? TOLERANCE,
      )
    })
  })
})

describe.each(Object.keys(tables))('%s', name => {
  const f = ops[name as keyof typeof ops] as unknown as (x: number) => number
  const orders = [f, derivative(f), derivative(derivative(f)), derivative(derivative(derivative(f)))]

  it.each(['value', 'first derivative', 'second derivative', 'third derivative'])('%s agrees with the high-precision table', what => {
    const order = ['value', 'first derivative', 'second derivative', 'third derivative'].indexOf(what)
    for (const [x, ...row] of tables[name] as [number, ...(number | string)[]][]) {
      const expected = Number(row[order])
      const found = (orders[order] as (x: number) => number)(x)
      expect(relativeError(name, found, expected), `${name}: ${what} at ${x} is ${found}, the table says ${expected}`).toBeLessThanOrEqual(TOLERANCE)
    }
  })
})
