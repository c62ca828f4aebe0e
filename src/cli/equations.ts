import { DualtapeError } from '../core/errors.ts'
import { Expression } from '../mathjs/expression.ts'

/*
 * Differential equations as people write them: x' = v; v' = −x, or x'' = −x, or dx/dt = v, with t for the time. Names in expressions
 * have no primes, so x' is x__1 there.
 */

/** A system of first order. */
export interface Equations {
  /** Names of the states, with their primes: those of each equation in the order of their derivatives. */
  readonly states: readonly string[]
  /** Names that need values. */
  readonly parameters: readonly string[]
  /** The derivatives of all states, by name, at a time, from values by name. */
  rates(t: number, states: Values, parameters: Values): Values
}

/** Values by name: numbers, or tensors. */
export type Values = { readonly [name: string]: unknown }

/** One equation: the highest derivative of a name, or what a name stands for (order 0). */
interface Equation {
  readonly name: string
  readonly order: number
  readonly formula: Expression
}

/** Left sides: x', x'', …, dx/dt, d/dt x, d^2x/dt^2, and a name alone for what it stands for. */
const LEFT = /^\s*(?:([A-Za-z_]\w*)('*)|d([A-Za-z_]\w*)\s*\/\s*dt|d\s*\/\s*dt\s*([A-Za-z_]\w*)|d\^?([1-9])([A-Za-z_]\w*)\s*\/\s*dt\^?([1-9]))\s*$/

/** Reads equations that are separated by semicolons or lines. Throws a DualtapeError that says which of them is none. */
export function readEquations(text: string): Equations {
  const equations = text
    .split(/[;\n]/)
    .filter(each => each.trim() !== '')
    .map(readEquation)
  const names = equations.map(({ name }) => name)
  const twice = names.find((name, i) => names.indexOf(name) < i)
  if (twice !== undefined) throw new DualtapeError(`ode: ${twice} has two equations.`)
  if (names.includes('t')) throw new DualtapeError('ode: t is the time, so that no equation can say what it is. Give it another name.')
  const derived = equations.filter(({ order }) => order > 0)
  const given = equations.filter(({ order }) => order === 0)
  if (derived.length === 0) throw new DualtapeError(`ode: no equation has a derivative on its left side, such as x' = -x or dx/dt = -x.`)
  const states = derived.flatMap(({ name, order }) => Array.from({ length: order }, (_, k) => primed(name, k)))
  const known = new Set([...states.map(plain), ...given.map(({ name }) => name), 't'])
  const used = equations.flatMap(({ formula }) => formula.variables)
  const tooHigh = used.find(name => /__\d+$/.test(name) && !known.has(name))
  if (tooHigh !== undefined) throw new DualtapeError(`ode: ${primesOf(tooHigh)} is used, but ${WITHOUT_EQUATION}`)
  return {
    states,
    parameters: [...new Set(used)].filter(name => !known.has(name)),
    rates: (t, current, parameters) => {
      const scope: { [name: string]: unknown } = { ...parameters, t }
      for (const state of states) scope[plain(state)] = current[state]
      for (const { name, formula } of given) scope[name] = formula.evaluate(scope)
      const rates: { [name: string]: unknown } = {}
      for (const { name, order, formula } of derived) {
        for (let k = 0; k + 1 < order; k++) rates[primed(name, k)] = current[primed(name, k + 1)]
        rates[primed(name, order - 1)] = formula.evaluate(scope)
      }
      return rates
    },
  }
}

const WITHOUT_EQUATION = 'no equation says what it is: the highest derivative of a name stands on the left side, and those below on right sides.'

function readEquation(text: string): Equation {
  const at = text.search(/(?<![<>=!])=(?!=)/)
  const match = at < 0 ? null : LEFT.exec(text.slice(0, at))
  if (match === null) {
    throw new DualtapeError(`ode: ${JSON.stringify(text.trim())} is no equation such as x'' = -x, dx/dt = v or a = k*x.`)
  }
  const [, name, primes, first, operator, order, higher, again] = match
  if (order !== again) throw new DualtapeError(`ode: ${text.slice(0, at).trim()} has two different orders, ${order} and ${again}.`)
  const formula = new Expression(text.slice(at + 1).replace(/([A-Za-z_]\w*)('+)/g, (_, name: string, primes: string) => `${name}__${primes.length}`))
  if (name !== undefined) return { name, order: (primes as string).length, formula }
  return { name: (first ?? operator ?? higher) as string, order: Number(order ?? 1), formula }
}

function primed(name: string, order: number): string {
  return name + "'".repeat(order)
}

/** The name of a state in expressions. */
function plain(state: string): string {
  return state.replace(/'+$/, primes => `__${primes.length}`)
}

function primesOf(name: string): string {
  return name.replace(/__(\d+)$/, (_, order) => "'".repeat(Number(order)))
}
