import { value as plain } from '../../core/dispatch.ts'
import type { Value } from '../../core/types.ts'
import { jvp } from '../../forward/jvp.ts'
import { add, div, mul, sub } from '../../ops/arithmetic.ts'
import { factored } from '../factored.ts'
import type { Factors } from '../factors.ts'
import { vectorOf } from '../leaves.ts'
import type { Structure } from '../structure.ts'
import * as bdf from './bdf.ts'
import * as dopri5 from './dopri5.ts'
import type { BdfRecipe, Step, System } from './method.ts'
import * as rodas from './rodas.ts'

/*
 * A step that was taken with numbers, taken again with values of transforms: sizes and orders of steps are constants, and the
 * derivative is that of the discrete solution. Where a step solves equations, it begins from their solution, and each simplified
 * Newton iteration with the matrix at that solution, which is a constant, makes the derivative of one more order exact
 * (Griewank and Walther, Evaluating Derivatives, 2nd ed., section 15.2).
 */

/** What a step is taken with. */
export interface Course {
  readonly system: System
  readonly structure: Structure
  /** f(t, y), from and to leaves. */
  rates(t: number, y: readonly Value[]): Value[]
  /** A time as it depends on the span. */
  time(t: number): number
  /** The order of the derivatives that pass. */
  readonly order: number
}

/** The state between steps, first, and what the method keeps beside it: rates, or backward differences. */
export type State = readonly (readonly Value[])[]

/** A step on leaves. */
export interface Replayed {
  readonly state: State
  /** The interpolant at a time of the numbers' step. */
  at(t: number): Value[]
}

/** The same step from another state. */
export function replay(course: Course, step: Step, state: State): Replayed {
  if (step.recipe.method === 'bdf') return replayBdf(course, step, step.recipe, state)
  return step.recipe.method === 'rodas' ? replayRodas(course, step, step.recipe.stages, state) : replayDopri5(course, step, step.recipe.first, state)
}

/** y + Σ wᵢ vᵢ, leaf by leaf. */
function combination(y: readonly Value[], weights: readonly number[], vectors: readonly (readonly Value[])[]): Value[] {
  const sum = y.slice()
  for (let k = 0; k < weights.length; k++) {
    const weight = weights[k] as number
    if (weight === 0) continue
    const v = vectors[k] as readonly Value[]
    for (let i = 0; i < sum.length; i++) sum[i] = add(sum[i] as number, mul(weight, v[i] as number)) as Value
  }
  return sum
}

/** Where a time is in a step, from 0 to 1. */
function fractionOf({ time }: Course, { from, to }: Step, t: number): number {
  return div(sub(t, time(from)), sub(time(to), time(from)))
}

function replayDopri5(course: Course, step: Step, first: boolean, state: State): Replayed {
  // The rates at the start are those at the end of the step before, if that is of the same method.
  const [y, rates] = (first ? state.slice(0, 1) : state) as [Value[], Value[] | undefined]
  const from = course.time(step.from)
  const h = sub(course.time(step.to), from)
  const { end, stages } = explicitStep(course, from, h, y, rates)
  return {
    state: [end, stages[6] as Value[]],
    at(t) {
      const { difference, stages: weights } = dopri5.interpolantWeights(fractionOf(course, step, t))
      return combination(y, [difference, mul(-1, difference), ...weights.map(weight => mul(h, weight))], [end, y, ...stages])
    },
  }
}

/** A step of Dormand and Prince's method. */
export function explicitStep({ rates }: Course, from: number, h: number, y: readonly Value[], first = rates(from, y)): { end: Value[]; stages: Value[][] } {
  const stages = [first]
  let end = y as Value[]
  for (let i = 1; i < dopri5.STAGES.length; i++) {
    end = combination(
      y,
      (dopri5.STAGES[i] as readonly number[]).map(weight => (weight === 0 ? 0 : mul(h, weight))),
      stages,
    )
    stages.push(rates(add(from, mul(h, dopri5.NODES[i] as number)), end))
  }
  return { end, stages }
}

function replayRodas(course: Course, step: Step, numbers: readonly Float64Array[], state: State): Replayed {
  const { structure, system } = course
  const [y] = state as [Value[]]
  const from = course.time(step.from)
  const h = sub(course.time(step.to), from)
  const shift = 1 / (rodas.GAMMA * (step.to - step.from))
  const factors = system.linearised(step.from, step.start).factors(shift, 1, true) as Factors
  const rates = (t: number, ...leaves: number[]) => course.rates(t, leaves) as number[]
  const stages: Value[][] = []
  for (const [i, node] of rodas.NODES.entries()) {
    const value = course.rates(add(from, mul(h, node)), combination(y, rodas.ARGUMENTS[i] as readonly number[], stages))
    const right = combination(
      value,
      (rodas.RIGHT_SIDES[i] as readonly number[]).map(weight => div(weight, h)),
      stages,
    )
    const tangent = mul(h, rodas.TIME_WEIGHTS[i] as number)
    // f + Σ c k / h + h d ∂f/∂t + ∂f/∂y k − k / (γ h), which is 0.
    const residual = (k: readonly Value[]) => {
      const [, product] = jvp(rates, [from, ...y] as [number, ...number[]], [tangent, ...k] as [number, ...number[]])
      return combination(right, [1, div(-1 / rodas.GAMMA, h)], [product as Value[], k])
    }
    stages.push(iterated(course, factors, structure.plainLeaves(numbers[i] as Float64Array), residual))
  }
  const end = combination(y, rodas.SOLUTION, stages)
  return {
    state: [end],
    at(t) {
      const { difference, stages: weights } = rodas.interpolantWeights(fractionOf(course, step, t))
      return combination(y, [difference, mul(-1, difference), ...weights], [end, y, ...stages])
    },
  }
}

function replayBdf(course: Course, step: Step, recipe: BdfRecipe, state: State): Replayed {
  const { structure, system } = course
  const { order } = recipe
  let differences = state
  if (recipe.first !== undefined) {
    const [y] = state as [Value[]]
    const from = course.time(step.from)
    const size = recipe.first / (step.to - step.from)
    const zeros = structure.plainLeaves(new Float64Array(structure.size))
    const first = combination(zeros, [mul(size, sub(course.time(step.to), from))], [course.rates(from, y)])
    differences = [y, first, ...new Array<readonly Value[]>(5).fill(zeros)]
  }
  for (const change of recipe.changes) differences = changed(differences, change)
  const [y, ...others] = differences.slice(0, order + 1) as [Value[], ...Value[][]]
  const predicted = combination(y, new Array<number>(order).fill(1), others)
  const alpha = bdf.ALPHA[order] as number
  const to = course.time(step.to)
  const c = div(sub(to, course.time(step.from)), alpha)
  const factors = system.linearised(step.to, step.end).factors(1, (step.to - step.from) / alpha, true) as Factors
  const psi = bdf.GAMMA.slice(1, order + 1).map(gamma => -gamma / alpha)
  // c f(t, y) − ψ − (y − predicted), which is 0.
  const residual = (end: readonly Value[]) => combination(predicted, [-1, c, ...psi], [end, course.rates(to, end), ...others])
  const end = iterated(course, factors, structure.plainLeaves(step.end), residual)
  const next = [...differences]
  const correction = combination(end, [-1], [predicted])
  next[order + 1] = correction
  for (let j = order; j >= 0; j--) next[j] = combination(differences[j] as Value[], [1], [next[j + 1] as Value[]])
  return { state: next, at: t => combination(next[0] as Value[], bdf.interpolantWeights(fractionOf(course, step, t), order), next.slice(1)) }
}

function changed(differences: State, change: Parameters<typeof bdf.changeOfDifferences>[0]): State {
  const matrix = bdf.changeOfDifferences(change)
  return differences.map((each, j) => {
    if (j === 0 || j > change.order) return each
    const [first, ...others] = matrix.slice(1).map(row => row[j] as number)
    const [unit, ...rest] = differences.slice(1, change.order + 1) as [Value[], ...Value[][]]
    return combination(
      unit.map(leaf => mul(first as number, leaf as number) as Value),
      others,
      rest,
    )
  })
}

/**
 * The solution of residual(x) = 0 from its numbers, whose own residual, the rest of another iteration, is left as it is. `factors` are those of
 * minus its derivative.
 */
function iterated({ structure, order }: Course, factors: Factors, start: Value[], residual: (x: readonly Value[]) => Value[]): Value[] {
  let x = start
  let rest: Value[] | undefined
  for (let k = 0; k < order; k++) {
    const r = residual(x)
    rest ??= r.map(each => plain(each) as Value)
    x = combination(x, [1], [structure.parted(factored(factors, false, vectorOf(combination(r, [-1], [rest]))))])
  }
  return x
}
