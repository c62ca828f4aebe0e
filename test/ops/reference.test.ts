import { readFileSync } from 'node:fs'
import { afterAll, describe, expect, it } from 'vitest'
import { derivative, grad } from '../../src/index.ts'
import * as ops from '../../src/ops/index.ts'

type Tables = { [name: string]: [operands: number[], partials: (number | string)[]][] }
const read = (name: string) => JSON.parse(readFileSync(new URL(`../reference/${name}.json`, import.meta.url), 'utf8')) as Tables

/** Made by test/reference/make_tables.py and make_special.py with mpmath: per function, rows of operands and all partials up to the third order. */
const tables = { ...read('scalar-functions'), ...read('special-functions') }

type F = (...x: number[]) => number

/** What a relative error may be, but for the part below. */
const TOLERANCE = 1e-13
/** How often the rounding of the operands' last bit, magnified by the condition of the function, may count. */
const ROUNDINGS = 4
/** The distance of subnormal numbers: half of it, lost in one, is magnified by up to the 745 that makes it so small. */
const SUBNORMAL = 745 * Number.MIN_VALUE

/** The derivative by operand i, in either mode: letters of a nesting from the outermost to the innermost. */
const MODES: { [mode: string]: (f: F, i: number) => F } = {
  F:
    (f, i) =>
    (...x) =>
      derivative((t: number) => f(...x.with(i, t)))(x[i] as number),
  R:
    (f, i) =>
    (...x) =>
      grad((t: number) => f(...x.with(i, t)))(x[i] as number),
}

function nestings(order: number): string[] {
  return order === 0 ? [''] : nestings(order - 1).flatMap(rest => [`F${rest}`, `R${rest}`])
}

/** The orders of the partials in a row. */
const ORDERS = {
  1: [[0], [1], [2], [3]],
  2: [0, 1, 2, 3].flatMap(n => Array.from({ length: n + 1 }, (_, j) => [n - j, j])),
}

/** Operands by which to differentiate, the innermost first: both ways round where two differ. */
function sequences([a, b = 0]: number[]): number[][] {
  const sequence = [...new Array<number>(a as number).fill(0), ...new Array<number>(b).fill(1)]
  return a !== 0 && b !== 0 ? [sequence, sequence.toReversed()] : [sequence]
}

/** Σ |x_i ∂f/∂x_i|: what a relative change of the operands does to a partial. Of the highest order it is taken to be as for lower ones. */
function magnified(operands: number[], orders: number[][], partials: number[]): number[] {
  const changes = orders.map((order, k) =>
    operands.reduce(
      (sum, x, i) => {
        const next = orders.findIndex(each => each.every((n, at) => n === (order[at] as number) + (at === i ? 1 : 0)))
        return next < 0 ? Number.NaN : sum + Math.abs(x * (partials[next] as number))
      },
      0 * (partials[k] as number),
    ),
  )
  const usual = Math.max(...changes.map((each, k) => each / Math.abs(partials[k] as number)).filter(Number.isFinite), 1)
  return changes.map((each, k) => (Number.isFinite(each) ? each : usual * Math.abs(partials[k] as number)))
}

const worst = new Map<string, number>()

afterAll(() => {
  console.log(`worst errors of what is allowed: ${[...worst].map(([name, error]) => `${name} ${error.toFixed(2)}`).join(', ')}`)
})

describe.each(Object.keys(tables))('%s', name => {
  const f = ops[name as keyof typeof ops] as unknown as F
  const rows = tables[name] as [number[], (number | string)[]][]
  const orders = ORDERS[rows[0]?.[0].length as 1 | 2]

  it.each([0, 1, 2, 3])('has the derivatives of order %i that the table has, in every nesting of the modes', total => {
    for (const [operands, row] of rows) {
      const partials = row.map(Number)
      const changes = magnified(operands, orders, partials)
      orders.forEach((order, k) => {
        if (order.reduce((sum, n) => sum + n, 0) !== total) return
        const expected = partials[k] as number
        const allowed = TOLERANCE * Math.abs(expected) + ROUNDINGS * Number.EPSILON * (changes[k] as number) + SUBNORMAL
        for (const sequence of sequences(order)) {
          for (const nesting of nestings(total)) {
            const g = sequence.reduce((inner, i, at) => (MODES[nesting[total - 1 - at] as string] as (f: F, i: number) => F)(inner, i), f)
            const found = g(...operands)
            const what = `${name}(${operands}): derivative by operands ${sequence} as ${nesting || 'value'} is ${found}, the table says ${expected}`
            if (!Number.isFinite(expected)) {
              // Beyond the range of doubles: the infinity, or NaN where two of them meet on the way.
              expect(Number.isNaN(found) || found === expected, what).toBe(true)
              continue
            }
            const error = Math.abs(found - expected) / allowed
            worst.set(name, Math.max(worst.get(name) ?? 0, error))
            expect(error, what).toBeLessThanOrEqual(1)
          }
        }
      })
    }
  })
})
