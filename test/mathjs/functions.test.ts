import { readFileSync } from 'node:fs'
import type { BigNumber } from 'mathjs'
import { describe, expect, it } from 'vitest'
import { functions } from '../../src/mathjs/functions/table.ts'
import { compileExpression, Expression, jacobian } from '../../src/mathjs/index.ts'
import { toOutput } from '../../src/mathjs/values.ts'
import { docs, instance } from './mathjs.ts'
import { differencesAtZero, expectClose, flat, numbers } from './numbers.ts'
import { CONSTANT_SAMPLES, PROGRAMS, SAMPLES, SCOPE } from './samples.ts'

const math = instance()
const exact = instance({ number: 'BigNumber', precision: 64 })

const expressions = [...new Set([...Object.values(SAMPLES).flat(), ...PROGRAMS])]

const variablesIn = (text: string) => Object.keys(SCOPE).filter(name => new Expression(text).variables.includes(name))

/** A copy: mathjs assigns to entries of the arrays it is given. */
const scopeFor = (text: string) => structuredClone(Object.fromEntries(variablesIn(text).map(name => [name, SCOPE[name]])))

/** A direction: a number for each entry of each variable. */
const directionOf = (name: string, k: number) => Math.sin(7 * name.charCodeAt(0) + 3 * k + 1)

/** The scope with each entry moved by h times the direction, as numbers of any kind. */
function moved(text: string, number: (value: number, step: number) => unknown) {
  const move = (value: unknown, name: string, count: { k: number }): unknown =>
    Array.isArray(value) ? value.map(each => move(each, name, count)) : number(value as number, directionOf(name, count.k++))
  return Object.fromEntries(variablesIn(text).map(name => [name, move(SCOPE[name], name, { k: 0 })]))
}

/** The derivative along the direction, from our Jacobian. */
function directional(text: string): number[] {
  const names = variablesIn(text)
  const result = jacobian(text, { ...scopeFor(text) }, { withRespectTo: names })
  const count = numbers(toOutput(new Expression(text).evaluate(scopeFor(text)), 'array')).length
  const parts = names.every(name => typeof SCOPE[name] === 'number') ? undefined : (result as { [name: string]: unknown })
  const total = new Array<number>(count).fill(0)
  names.forEach((name, column) => {
    const entries = flat(SCOPE[name]).length
    const block = parts === undefined ? flat(result).filter((_, i) => i % names.length === column) : flat(parts[name])
    for (let i = 0; i < count; i++)
      for (let k = 0; k < entries; k++) total[i] = (total[i] as number) + (block[i * entries + k] as number) * directionOf(name, k)
  })
  return total
}

/** What mathjs computes in doubles or by iterations that stop early, whatever numbers it is given. */
const NO_DIGITS = /^(norm\(A\)|eigs|rotate|rotationMatrix|sylvester|lyap|sqrtm)/

/** The derivative along the direction by central differences at 64 digits; undefined where mathjs has no such numbers. */
function differences64(text: string): number[] | undefined {
  if (NO_DIGITS.test(text)) return undefined
  const step = exact.bignumber('1e-18')
  const at = (sign: number) => {
    const scope = moved(text, (value, direction) =>
      exact.add(exact.bignumber(value), exact.multiply(exact.multiply(step, exact.bignumber(direction)), exact.bignumber(sign))),
    )
    return flat(exact.evaluate(text, scope))
  }
  try {
    const [up, down] = [at(1), at(-1)]
    if (!up.every(each => exact.typeOf(each) === 'BigNumber')) return undefined
    return up.map((each, i) => Number(exact.divide(exact.subtract(each as BigNumber, down[i] as BigNumber) as BigNumber, exact.multiply(2, step) as BigNumber)))
  } catch {
    return undefined
  }
}

/** The same in double precision. */
function differences(text: string): number[] {
  return differencesAtZero(t =>
    numbers(
      math.evaluate(
        text,
        moved(text, (value, direction) => value + t * direction),
      ),
    ),
  )
}

describe('the table of functions', () => {
  const names = [...new Set([...Object.keys(docs), ...Object.getOwnPropertyNames(math.expression.mathWithTransform)])].filter(
    name => typeof math[name] === 'function',
  )

  it('decides about every function of mathjs, and has a sample for each that is differentiated', () => {
    const classes = names.filter(name => !functions.has(name) && !/^[A-Z]/.test(name))
    expect(classes).toEqual([])
    const unsampled = names.filter(name => functions.get(name)?.call !== undefined && SAMPLES[name] === undefined)
    expect(unsampled).toEqual([])
  })

  it('is in the documentation', () => {
    const page = readFileSync(new URL('../../docs/mathjs-functions.md', import.meta.url), 'utf8')
    for (const name of Object.keys(docs)) if (functions.has(name)) expect(page).toContain(`\`${name}\``)
  })
})

/** mathjs sums zeta to an error of 1e-12 and iterates to one of 1e-11 for Sylvester's equation; the true values are tested below. */
const LESS_EXACT: { readonly [name: string]: number } = { zeta: 1e-11, sylvester: 1e-10, lyap: 1e-10 }

describe('values agree with mathjs', () => {
  it.each([...expressions, ...CONSTANT_SAMPLES])('%s', text => {
    const tolerance = LESS_EXACT[/^\w+/.exec(text)?.[0] ?? ''] ?? 1e-12
    const wanted = numbers(math.evaluate(text, scopeFor(text)))
    const found = new Expression(text).evaluate(scopeFor(text))
    expectClose(numbers(toOutput(found, 'array')), wanted, tolerance)
    expectClose(numbers(compileExpression(text).value(scopeFor(text))), wanted, tolerance)
  })
})

describe('what mathjs computes with errors that differences would show', () => {
  // mpmath at 30 digits, rounded: zeta(s) and zeta(s, derivative=1).
  it.each([
    [2.6, 1.30547780907278, -0.3345822059562626],
    [0.7, -2.778388445553696, -11.035491305746286],
    [-0.7, -0.146237191725908, -0.261830488100801],
  ])('zeta(%f)', (x, value, slope) => {
    const [found, { x: derivative }] = compileExpression('zeta(x)').valueAndGradient({ x })
    expectClose([found, derivative], [value, slope], 1e-14)
  })

  it.each([
    ['sylvester(A, B, A)', 'A * X + X * B - A'],
    ['lyap(A, identity(3) * x)', "A * X + X * A' + identity(3) * x"],
  ])('%s solves its equation, at the point and beside it', (text, residual) => {
    expectClose(
      numbers(
        math.evaluate(`X = sol; ${residual}`, { ...scopeFor('A + B + x'), sol: toOutput(new Expression(text).evaluate(scopeFor('A + B + x')), 'matrix') }),
      ),
      new Array(9).fill(0),
      1e-13,
    )
    expectClose(directional(`X = ${text}; ${residual}`), new Array(9).fill(0), 1e-12)
  })
})

/** Functions that mathjs has no 64 digits for, and whose derivatives are compared with differences of doubles. */
const inDoubles: string[] = []

describe('derivatives agree with differences', () => {
  const differentiable = expressions.filter(text => variablesIn(text).length > 0 && !/^(zeta|sylvester|lyap)/.test(text))

  it.each(differentiable)('%s', text => {
    const wanted = differences64(text)
    if (wanted === undefined) inDoubles.push(text)
    expectClose(directional(text), wanted ?? differences(text), wanted === undefined ? 1e-7 : 1e-12)
  })

  it('at 64 digits for most', () => {
    console.log(`${differentiable.length - inDoubles.length} derivatives compared at 64 digits, ${inDoubles.length} in doubles: ${inDoubles.join('; ')}`)
    expect(inDoubles.length).toBeLessThan(differentiable.length / 3)
  })
})

describe('compiled expressions give the same derivatives', () => {
  it.each(expressions.filter(text => variablesIn(text).length > 0))('%s', text => {
    const scope = scopeFor(text)
    const compiled = compileExpression(text)
    const wanted = jacobian(text, scope)
    const found = compiled.jacobian(scope)
    for (const name of Array.isArray(wanted) || typeof wanted === 'number' ? [''] : Object.keys(wanted)) {
      const [a, b] = name === '' ? [found, wanted] : [found[name], wanted[name]]
      expectClose(numbers(a), numbers(b), 1e-14)
    }
  })
})
