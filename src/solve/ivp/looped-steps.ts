import { vmap } from '../../batch/vmap.ts'
import { eye, zeros } from '../../core/makers.ts'
import type { Tensor } from '../../core/tensor.ts'
import { jvp } from '../../forward/jvp.ts'
import { add, div, mul, sub } from '../../ops/arithmetic.ts'
import { matmul, swapLast } from '../../ops/linalg.ts'
import { inv } from '../../ops/systems.ts'
import * as dopri5 from './dopri5.ts'
import * as rodas from './rodas.ts'

/** A step that is tried, in operators. */
export interface Attempt {
  readonly end: Tensor
  readonly error: Tensor
  /** Rates at the end. */
  readonly rates: Tensor
  /** The interpolant at s from 0 to 1. */
  at(s: number): Tensor
}

/** A method in operators on vectors, and how its error falls with the size of a step. */
export interface LoopedMethod {
  attempt(f: (t: number, y: Tensor) => Tensor, t: number, h: number, y: Tensor, rates: Tensor): Attempt
  /** The error is of size h^(1 / power); beta is the weight of the error before in the next size. */
  readonly power: number
  readonly beta: number
}

export const LOOPED: { readonly [method: string]: LoopedMethod } = {
  dopri5: { attempt: tryDopri5, power: 0.2, beta: 0.04 },
  rodas: { attempt: tryRodas, power: 0.25, beta: 0 },
}

function tryDopri5(f: (t: number, y: Tensor) => Tensor, t: number, h: number, y: Tensor, rates: Tensor): Attempt {
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
    at(s) {
      const { difference, stages: weights } = dopri5.interpolantWeights(s)
      return add(add(y, mul(difference, sub(end, y) as Tensor)), mul(h, combination(undefined, weights, stages))) as Tensor
    },
  }
}

function tryRodas(f: (t: number, y: Tensor) => Tensor, t: number, h: number, y: Tensor, rates: Tensor): Attempt {
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
    at(s) {
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
  const scaled = (h === 1 ? sum : mul(h, sum as Tensor)) as Tensor
  return y === undefined ? scaled : (add(y, scaled) as Tensor)
}
