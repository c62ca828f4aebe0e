import { counted } from '../core/counted.ts'
import { DomainError, DualtapeError, OptionError } from '../core/errors.ts'
import { count, nonNegative } from '../core/option-kinds.ts'
import { type OptionKind, optionReader } from '../core/options.ts'
import { Tensor } from '../core/tensor.ts'
import { isTraced } from '../core/traced.ts'
import { checkFunction, someLeaf } from '../core/tree.ts'
import type { Value } from '../core/types.ts'
import { derivative } from '../forward/jvp.ts'
import { solveInside } from './implicit/inside.ts'
import { vectorOf } from './leaves.ts'
import type { SolveResult } from './result.ts'
import { flatten, throwUnlessCaptured, Unknowns } from './unknowns.ts'
import { Watch, type WatchOptions, watchOptions } from './watch.ts'

/** Options of `rootScalar`. */
export interface RootScalarOptions extends WatchOptions<number> {
  /** Two numbers at which the function has different signs. */
  bracket: readonly [number, number]
  /** It has converged where the bracket is no wider than this part of the root (of the smaller end of the bracket, up to 1, if that is more): 4 units of rounding by default. */
  tolerance?: number
  /** 100 by default. */
  maxIterations?: number
}

const pair: OptionKind<readonly [number, number]> = {
  wants: 'a list of two numbers',
  traced: true,
  accepts: (given): given is readonly [number, number] =>
    Array.isArray(given) && given.length === 2 && given.every(each => typeof each === 'number' || isTraced(each)),
}

const readOptions = /* @__PURE__ */ optionReader({
  bracket: { is: pair, required: true },
  tolerance: { is: nonNegative, default: 4 * Number.EPSILON },
  maxIterations: { is: count, default: 100 },
  ...watchOptions,
})

/**
 * A root of a function of one number between two at which its signs differ: by Newton's method with exact derivatives for as long as
 * its steps are halved each time, and by halving the bracket where they are not. It is a point where the sign changes, whether the function
 * is 0 there or jumps; where it jumps or has a pole the status is `'stalled'`.
 *
 * Throws a DomainError where the signs at the ends are the same or a value is NaN.
 *
 * Source: Dekker, Finding a zero by means of successive linear interpolation (1969), with Newton's step in place of the secant's.
 *
 * @names `scipy.optimize.root_scalar`, `scipy.optimize.brentq`, `scipy.optimize.newton`
 *
 * @example
 * rootScalar((x: number) => sub(cos(x), x), { bracket: [0, 1] }).x.toFixed(10) // '0.7390851332'
 */
export function rootScalar(f: (x: number) => number, options: RootScalarOptions, ...more: []): SolveResult<number> {
  const read = readOptions('rootScalar', [options, ...more])
  checkFunction('rootScalar', f)
  const { bracket } = read
  if (!someLeaf(bracket, isTraced)) {
    try {
      return solvePlain(f, bracket, read)
    } catch (error) {
      throwUnlessCaptured(error)
    }
  }
  const unknowns = new Unknowns('rootScalar', 0)
  // The ends are no part of the equations; they start the plain solver.
  const { z, result } = solveInside({
    name: 'rootScalar',
    functions: [f],
    x0: bracketMiddle(bracket),
    solve: run => {
      const result = solvePlain(x => run([x])[0]?.[0] as number, bracket.map(plainEnd) as [number, number], read)
      return { z: Float64Array.of(result.x), result }
    },
    equations: (run, at) => vectorOf(run(unknowns.parted(at))[0] as Value[]),
    factor: (run, at) => {
      const slope = flatten(derivative((x: number) => run([x])[0]?.[0] as number)(at[0] as number), 'rootScalar')[0] as number
      const divide = (b: Float64Array) => Float64Array.of((b[0] as number) / slope)
      return slope === 0 ? 0 : { solve: divide, solveTransposed: divide }
    },
  })
  const x = unknowns.tracedTree(z)
  return { ...(result as SolveResult<number>), x, value: f(x) }
}

/** Values that are this part of those at the ends may be rounding; others are at most so many slopes times the width of the bracket. */
const [ROUNDING, STEEP] = [1e-8, 10]

function bracketMiddle(bracket: readonly [number, number]): number {
  return bracket.every(each => typeof each === 'number') ? (bracket[0] + bracket[1]) / 2 : bracket[0]
}

function plainEnd(end: number): number {
  if (typeof end === 'number') return end
  throw new OptionError('rootScalar: inside a transform the bracket is two plain numbers. Give value(end), or numbers that hold for all items.')
}

function solvePlain(
  f: (x: number) => number,
  bracket: readonly [number, number],
  { tolerance, maxIterations, ...watching }: Omit<ReturnType<typeof readOptions>, 'bracket'>,
): SolveResult<number> {
  const evaluations = { values: 0, gradients: 0 }
  const at = (x: number): number => {
    evaluations.values++
    const result: unknown = f(x)
    const [value, ...others] = flatten(result instanceof Tensor && result.size !== 1 ? [] : result, "rootScalar: the function's result")
    if (value === undefined || others.length > 0) throw new DualtapeError('rootScalar: the function gives one number for one number. For several, use root.')
    if (Number.isNaN(value)) throw new DomainError(`rootScalar: the function is NaN at ${x}. Give a bracket in which it is defined.`)
    return value
  }
  const slopeOf = derivative((x: number) => f(x) as number)
  const watch = new Watch<number>('rootScalar', watching as WatchOptions<number>)
  let [a, b] = bracket
  let [fa, fb] = [at(a), at(b)]
  if (fa * fb > 0 || (Math.sign(fa) === Math.sign(fb) && fa !== 0)) {
    throw new DomainError(
      `rootScalar: the function has the same sign at both ends of the bracket: ${fa} at ${a}, ${fb} at ${b}. Give ends at which it differs.`,
    )
  }
  // b is the better end.
  if (Math.abs(fa) < Math.abs(fb)) [a, fa, b, fb] = [b, fb, a, fa]
  const done = (status: SolveResult<number>['status'], message: string, iterations: number): SolveResult<number> => ({
    x: b,
    value: fb,
    status,
    message,
    iterations,
    evaluations,
    plan: { method: 'newtonBisection', why: 'one unknown in a bracket, with exact derivatives' },
    ...(watch.history && { history: watch.history }),
  })
  const floor = Math.min(1, Math.abs(a), Math.abs(b)) || Math.min(1, Math.max(Math.abs(a), Math.abs(b)))
  /** Of the values at the ends, the larger one. */
  const most = Math.abs(fa)
  /** Whether the sign changes without a root: the function has become no smaller, or is larger than its slope lets it be so near to one. */
  const isTorn = (width: number): boolean => {
    const size = Math.abs(fb)
    if (size >= most || size <= ROUNDING * most) return size >= most
    evaluations.gradients++
    return size > STEEP * Math.abs(flatten(slopeOf(b), 'rootScalar')[0] as number) * width
  }
  let before = Math.abs(b - a)
  for (let iteration = 0; ; iteration++) {
    const width = Math.abs(b - a)
    const aborted = watch.report(() => ({ iteration, x: b, value: fb, optimality: width }))
    if (fb === 0) return done('converged', 'The function is 0.', iteration)
    if (width <= tolerance * Math.max(Math.abs(b), floor)) {
      if (iteration === 0 || !isTorn(width)) return done('converged', `The root lies within ${width.toPrecision(3)}.`, iteration)
      return done(
        'stalled',
        `The sign changes within ${width.toPrecision(3)}, where the function is ${fb.toPrecision(3)}: it jumps or has a pole there.`,
        iteration,
      )
    }
    if (aborted) return done('aborted', `The signal was aborted; the root lies within ${width.toPrecision(3)}.`, iteration)
    if (iteration >= maxIterations)
      return done('limit', `The limit of ${counted(maxIterations, 'iteration')} was reached; the root lies within ${width.toPrecision(3)}.`, iteration)
    evaluations.gradients++
    const slope = flatten(slopeOf(b), 'rootScalar')[0] as number
    const middle = a / 2 + b / 2
    let next = b - fb / slope
    // Newton's steps shrink fast, or the bracket is halved.
    if (!(next > Math.min(a, b) && next < Math.max(a, b) && Math.abs(next - b) < before / 2)) {
      next = middle
      before = width / 2
    } else {
      before = Math.abs(next - b)
      // A step below rounding goes just across the root, so that the bracket closes.
      const least = (tolerance * Math.max(Math.abs(b), floor)) / 2
      if (before < least) next = b + Math.sign(a - b) * least
    }
    if (next === b || next === a) next = middle
    if (next === b || next === a) return done('converged', `No number lies between the ends of the bracket.`, iteration)
    const value = at(next)
    if (Math.sign(value) === Math.sign(fb)) [b, fb] = [next, value]
    else [a, fa, b, fb] = [b, fb, next, value]
    if (Math.abs(fa) < Math.abs(fb)) [a, fa, b, fb] = [b, fb, a, fa]
  }
}
