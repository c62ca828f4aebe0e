import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { derivative } from '../../src/index.ts'
import * as ops from '../../src/ops/index.ts'

/** Made by test/reference/make_tables.py with mpmath: per function, rows of [x, value, first, second, third derivative]. */
const tables = JSON.parse(readFileSync(new URL('../reference/scalar-functions.json', import.meta.url), 'utf8')) as {
  [name: string]: [number, ...(number | string)[]][]
}

const TOLERANCE = 1e-13
/** Values below are denormal in double precision and have fewer digits. */
const TINY = 1e-290

describe.each(Object.keys(tables))('%s', name => {
  const f = ops[name as keyof typeof ops] as unknown as (x: number) => number
  const orders = [f, derivative(f), derivative(derivative(f)), derivative(derivative(derivative(f)))]

  it.each(['value', 'first derivative', 'second derivative', 'third derivative'])('%s agrees with the high-precision table', what => {
    const order = ['value', 'first derivative', 'second derivative', 'third derivative'].indexOf(what)
    for (const [x, ...row] of tables[name] as [number, ...(number | string)[]][]) {
      const expected = Number(row[order])
      const found = (orders[order] as (x: number) => number)(x)
      const error = Math.abs(found - expected) / Math.abs(expected)
      const agrees = Object.is(found, expected) || found === expected || error <= TOLERANCE || (Math.abs(expected) < TINY && Math.abs(found) <= 2 * TINY)
      expect(agrees, `${name}: ${what} at ${x} is ${found}, the table says ${expected}`).toBe(true)
    }
  })
})
