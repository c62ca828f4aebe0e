import { vmap } from '../../batch/vmap.ts'
import { eye, zeros } from '../../core/makers.ts'
import type { Tensor } from '../../core/tensor.ts'
import { jvp } from '../../forward/jvp.ts'
import { add, div, mul, sub } from '../../ops/arithmetic.ts'
import { isFinite, lessEqual } from '../../ops/comparison.ts'
import { pow } from '../../ops/exponential.ts'
import { matmul, swapLast } from '../../ops/linalg.ts'
import { clip, maximum, stopGradient, where } from '../../ops/selection.ts'
import { inv } from '../../ops/systems.ts'
import * as dopri5 from './dopri5.ts'
import * as rodas from './rodas.ts'

/** What a method is told of the problem, whose time runs from 0 to 1. */
export interface Equations {
  rates(tau: number, y: Tensor): Tensor
  /** How large an error may be, entry by entry, and the root mean square of a vector over that. */
  scaleOf(y: Tensor, z: Tensor): Tensor
  norm(x: Tensor, scale: Tensor): number
  readonly relative: number
  /** How many derivatives have to be exact, one of another. */
  readonly orders: number
}

/** A step that was tried, in operators. */
export interface Attempt<Memory> {
  /** Whether its error is small enough. */
  readonly taken: unknown
  /** The next size over this one. */
  readonly factor: number
  /** The state at the end. */
  readonly end: Tensor
  /** What the method keeps for the next step, or to try this one again. */
  readonly next: Memory
  /** The interpolant at s from 0 to 1, which may be a column. */
  at(s: number): Tensor
}

/** A method in operators on vectors. */
export interface LoopedMethod<Memory> {
  begin(equations: Equations, y: Tensor, rates: Tensor, size: number): Memory
  attempt(equations: Equations, tau: number, h: number, memory: Memory): Attempt<Memory>
}

/** A method that keeps nothing but the state and its rates. */
interface OneStep {
  attempt(f: Equations['rates'], t: number, h: number, y: Tensor, rates: Tensor): { end: Tensor; error: Tensor; rates: Tensor; at(s: number): Tensor }
  /** The error is of size h^(1 / power); beta is the weight of the error before in the next size. */
  readonly power: number
  readonly beta: number
}

interface Memory {
  y: Tensor
  rates: Tensor
  lastError: number
}

const [SHRINK_MOST, GROW_MOST, SAFETY] = [0.2, 10, 0.9]

/** Takes steps of a method by the errors that it gives. */
export function oneStep({ attempt, power, beta }: OneStep): LoopedMethod<Memory> {
  return {
    begin: (_, y, rates) => ({ y, rates, lastError: 1e-4 }),
    attempt({ rates, scaleOf, norm }, tau, h, { y, rates: first, lastError }) {
      const { end, error: vector, rates: last, at } = attempt(rates, tau, h, y, first)
      const error = stopGradient(norm(vector, scaleOf(y, end))) as number
      const taken = lessEqual(error, 1)
      const keep = <T>(a: T, b: T) => where(taken, a as number, b as number) as T
      const grown = div(mul(SAFETY, pow(lastError, beta)), pow(maximum(error, 1e-10) as number, power - 0.75 * beta))
      const shrunk = div(SAFETY, pow(maximum(error, 1) as number, power - 0.75 * beta))
      return {
        taken,
        factor: where(isFinite(error), clip(keep(grown, shrunk), SHRINK_MOST, GROW_MOST), 0.1) as number,
        end,
        next: { y: keep(end, y), rates: keep(last, first), lastError: keep(maximum(error, 1e-4) as number, lastError) },
        at,
      }
    },
  }
}

export const dopri5Steps: LoopedMethod<Memory> = /* @__PURE__ */ oneStep({ attempt: tryDopri5, power: 0.2, beta: 0.04 })
export const rodasSteps: LoopedMethod<Memory> = /* @__PURE__ */ oneStep({ attempt: tryRodas, power: 0.25, beta: 0 })

function tryDopri5(f: Equations['rates'], t: number, h: number, y: Tensor, rates: Tensor) {
  const stages = [rates]
  let end = y
  for (let i = 1; i < dopri5.STAGES.length; i++) {
    end = combination(y, dopri5.STAGES[i] as readonly number[], stages, h)
    stages.push(f(add(t, mul(h, dopri5.NODES[i] as number)), end))
  }
  return {
    end,
    error: mul(h, combination(undefined, dopri5.ERROR, stages)) as Tensor,
    rates: stages[6] as Tensor,
    at(s: number) {
      const { difference, stages: weights } = dopri5.interpolantWeights(s)
      return add(add(y, mul(difference, sub(end, y) as Tensor)), mul(h, combination(undefined, weights, stages))) as Tensor
    },
  }
}

function tryRodas(f: Equations['rates'], t: number, h: number, y: Tensor, rates: Tensor) {
  const derivative = (dt: number, dy: Tensor) => jvp(f, [t, y], [dt, dy])[1] as Tensor
  const columns = vmap((direction: Tensor) => derivative(0, direction))(eye(y.size)) as Tensor
  const timeDerivative = derivative(1, zeros([y.size]))
  const inverse = inv(sub(div(eye(y.size), mul(rodas.GAMMA, h)), swapLast(columns)) as Tensor)
  const stages: Tensor[] = []
  for (const [i, node] of rodas.NODES.entries()) {
    const here = i === 0 ? rates : f(add(t, mul(h, node)), combination(y, rodas.ARGUMENTS[i] as readonly number[], stages))
    const right = add(here, mul(mul(h, rodas.TIME_WEIGHTS[i] as number), timeDerivative)) as Tensor
    const others = i === 0 ? right : (add(right, div(combination(undefined, rodas.RIGHT_SIDES[i] as readonly number[], stages), h)) as Tensor)
    stages.push(matmul(inverse, others) as Tensor)
  }
  const end = combination(y, rodas.SOLUTION, stages)
  return {
    end,
    error: stages[5] as Tensor,
    rates: f(add(t, h), end),
    at(s: number) {
      const { difference, stages: weights } = rodas.interpolantWeights(s)
      return add(add(y, mul(difference, sub(end, y) as Tensor)), combination(undefined, weights, stages)) as Tensor
    },
  }
}

/** y + h Σ wᵢ vᵢ, where y is 0 and h is 1 if left out. */
function combination(y: Tensor | undefined, weights: readonly number[], vectors: readonly Tensor[], h = 1): Tensor {
  let sum: Tensor | undefined
  weights.forEach((weight, k) => {
    if (weight === 0) return
    const term = mul(weight, vectors[k] as Tensor) as Tensor
    sum = sum === undefined ? term : (add(sum, term) as Tensor)
  })
  // At the ends of a step all weights of an interpolant may be 0.
  sum ??= zeros((vectors[0] as Tensor).shape)
  const scaled = (h === 1 ? sum : mul(h, sum)) as Tensor
  return y === undefined ? scaled : (add(y, scaled) as Tensor)
}
