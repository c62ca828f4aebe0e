import { noMore } from '../../core/arguments.ts'
import { forItems } from '../../core/by-items.ts'
import { counted } from '../../core/counted.ts'
import { value } from '../../core/dispatch.ts'
import { describe, OptionError, TreeError } from '../../core/errors.ts'
import { nonNegative, positive } from '../../core/option-kinds.ts'
import { optionReader } from '../../core/options.ts'
import { checkFunction } from '../../core/tree.ts'
import type { Concrete, Value } from '../../core/types.ts'
import { add, mul } from '../../ops/arithmetic.ts'
import { checkpoint } from '../../reverse/checkpoint.ts'
import { isAbstractTree, orderOf, PlainRuns } from '../plain.ts'
import { Structure } from '../structure.ts'
import { Extrapolation } from './extrapolation.ts'
import { type Line, lineBetween } from './line.ts'
import { GAUSS, KRONROD, pointsOf } from './rule.ts'

/** How exactly `quad` integrates. */
export interface QuadOptions {
  /** Relative and absolute tolerance of the integral: 1e-10 and 1e-12 by default; one of them has to be met. */
  rtol?: number | undefined
  atol?: number | undefined
  /** Pieces into which the interval is divided at most: 500 by default. */
  maxIntervals?: number | undefined
  /** So many pieces of one size and no others, where pieces cannot be chosen by errors: inside `compile` and `vmap`. */
  intervals?: number | undefined
}

/** What `quad` gives. */
export interface QuadResult<R> {
  value: R
  /** An estimate of the absolute error. */
  error: number
  status: 'converged' | 'limit' | 'stalled'
  message: string
  evaluations: number
  /** Pieces into which the interval was divided. */
  intervals: number
}

const read = /* @__PURE__ */ optionReader({
  rtol: { is: nonNegative, default: 1e-10 },
  atol: { is: nonNegative, default: 1e-12 },
  maxIntervals: { is: positive, default: 500 },
  intervals: { is: positive },
})

const NAME = 'quad'
const RESULT = `${NAME}: the function's result`

/** Pieces count as small from half of the way on, then from half of that on, and so forth. */
const FIRST_SMALL = 0.75

/** A part of the way from 0 to 1 with its integral. */
interface Piece {
  readonly low: number
  readonly high: number
  readonly integral: Float64Array
  readonly error: number
}

/**
 * ∫ f(x) dx from a to b, by Gauss's and Kronrod's rules with 10 and 21 points on pieces that are halved where the error is largest; where
 * they get ever smaller beside a singularity, their limit is extrapolated (on numbers: what is differentiated is the sum of the pieces).
 * Limits may be infinite; b may lie before a. f gives a number or any tree, entry by entry of which it is integrated.
 *
 * Within transforms it is differentiable by what f closes over and by the limits (Leibniz), in every mode and order: the pieces are
 * constants, and the derivative is that of the sum. Where it cannot see numbers (`compile`) it takes `intervals`; without, `vmap` goes item by item.
 *
 * Throws an OptionError for limits that are no numbers. A tolerance that is not met is told by `status` and `message`.
 *
 * Source: Piessens, de Doncker, Überhuber and Kahaner, QUADPACK (1983), QAGS: the rule, its estimate of errors, and the epsilon algorithm.
 *
 * @names `scipy.integrate.quad`
 *
 * @example
 * quad(x => exp(neg(square(x))), -Infinity, Infinity).value // 1.7724538509055159, the root of π
 */
export function quad<R>(f: (x: number) => R, a: number, b: number, options?: QuadOptions, ...more: []): QuadResult<Concrete<R>> {
  noMore('quad', 4, more)
  const { rtol, atol, maxIntervals, intervals } = read(NAME, [options])
  checkFunction(NAME, f)
  if (isAbstractTree([a, b]))
    return fixed(f, lineBetween(a, b, [typeof a === 'number' ? a : 0, typeof b === 'number' ? b : 0.5]), intervals) as QuadResult<Concrete<R>>
  const limits: [number, number] = [limitOf('a', a), limitOf('b', b)]
  const runs = new PlainRuns()
  const line = lineBetween(...limits, limits)
  const first = runs.run(() => f(line.x(0.5)))
  if (isAbstractTree(first)) return fixed(f, lineBetween(a, b, limits), intervals) as QuadResult<Concrete<R>>
  const structure = new Structure(first, RESULT)
  const pieces: Piece[] = []
  let evaluations = 1
  let problem: string | undefined
  const take = (low: number, high: number) => {
    const values = pointsOf(low, high).map(({ s, k }) => {
      const x = line.x(s)
      const y = runs.run(() =>
        structure.vector(
          runs.run(() => f(x)),
          RESULT,
        ),
      )
      if (!y.every(Number.isFinite)) problem ??= `The function is not finite at x = ${x}.`
      const speed = line.speed(s)
      return { k, y: y.map(each => each * speed) }
    })
    evaluations += values.length
    pieces.push(pieceOf(low, high, values, structure.size))
  }
  const count = intervals ?? 1
  for (let i = 0; i < count; i++) take(i / count, (i + 1) / count)
  let total = totalOf(pieces, structure.size)
  const allowed = () => Math.max(atol, rtol * total.size)
  const sequences = Array.from(total.integral, () => new Extrapolation())
  let extrapolated: { integral: Float64Array; error: number } | undefined
  const extrapolate = () => {
    const found = sequences.map((each, i) => each.add(total.integral[i] as number))
    const [integral, error] = [Float64Array.from(found, ({ limit }) => limit), Math.max(0, ...found.map(each => each.error))]
    // What is differentiated is the sum.
    const size = Math.max(0, ...integral.map(Math.abs))
    if (size < Number.POSITIVE_INFINITY && error <= Math.max(atol, rtol * size) && orderOf([a, b]) + runs.order === 0) extrapolated = { integral, error }
  }
  let small = FIRST_SMALL
  extrapolate()
  while (intervals === undefined && problem === undefined && extrapolated === undefined && !(total.error <= allowed())) {
    if (pieces.length >= maxIntervals) break
    let worst = worstOf(pieces)
    if (widthOf(pieces[worst] as Piece) <= small) {
      // Before the smallest pieces are made smaller, the errors of the others are.
      const large = pieces.filter(piece => widthOf(piece) > small)
      if (large.reduce((sum, { error }) => sum + error, 0) > allowed()) worst = pieces.indexOf(large[worstOf(large)] as Piece)
      else {
        extrapolate()
        small /= 2
        if (extrapolated !== undefined) break
      }
    }
    const { low, high } = pieces[worst] as Piece
    const middle = (low + high) / 2
    if (high - low < 1e-14 * Math.max(high, Number.MIN_VALUE)) {
      problem = `The error does not fall near x = ${line.x(middle)}: the function has a pole or a jump there, or is not exact enough.`
      break
    }
    pieces.splice(worst, 1)
    take(low, middle)
    take(middle, high)
    total = totalOf(pieces, structure.size)
  }
  const order = Math.max(orderOf([a, b]), runs.order)
  const { integral: numbers, error } = extrapolated ?? total
  const integral = order === 0 ? structure.tree(numbers) : derived(f, lineBetween(a, b, limits), structure, pieces)
  const met = intervals !== undefined || extrapolated !== undefined || error <= allowed()
  const status = problem !== undefined ? 'stalled' : met ? 'converged' : 'limit'
  const message =
    problem ??
    (met
      ? `${counted(pieces.length, 'piece')}${extrapolated === undefined ? '' : ', of which the limit was extrapolated'}.`
      : `The tolerance is not met with ${counted(pieces.length, 'piece')}: the error is about ${error.toPrecision(2)}.`)
  return { value: integral as Concrete<R>, error, status, message, evaluations, intervals: pieces.length }
}

const widthOf = ({ low, high }: Piece) => high - low

function worstOf(pieces: readonly Piece[]): number {
  return pieces.reduce((most, piece, i) => (piece.error > (pieces[most] as Piece).error ? i : most), 0)
}

function limitOf(name: string, given: unknown): number {
  const plain = value(given)
  if (typeof plain !== 'number' || Number.isNaN(plain)) throw new OptionError(`${NAME}: the limit ${name} is a number or an infinity, not ${describe(given)}.`)
  return plain
}

/** The integral over a piece by Kronrod's rule, with QUADPACK's estimate from its distance to Gauss's and from how much f varies. */
function pieceOf(low: number, high: number, values: readonly { k: number; y: Float64Array }[], size: number): Piece {
  const half = (high - low) / 2
  const [integral, coarse] = [new Float64Array(size), new Float64Array(size)]
  for (const { k, y } of values) {
    for (let i = 0; i < size; i++) {
      integral[i] = (integral[i] as number) + half * (KRONROD[k] as number) * (y[i] as number)
      coarse[i] = (coarse[i] as number) + half * (GAUSS[k] as number) * (y[i] as number)
    }
  }
  let error = 0
  for (let i = 0; i < size; i++) {
    const mean = (integral[i] as number) / (2 * half)
    const distance = Math.abs((integral[i] as number) - (coarse[i] as number))
    let [variation, magnitude] = [0, 0]
    for (const { k, y } of values) {
      variation += half * (KRONROD[k] as number) * Math.abs((y[i] as number) - mean)
      magnitude += half * (KRONROD[k] as number) * Math.abs(y[i] as number)
    }
    const estimate = variation === 0 ? distance : variation * Math.min(1, ((200 * distance) / variation) ** 1.5)
    error = Math.max(error, estimate, Number.isNaN(distance) ? Number.NaN : 50 * Number.EPSILON * magnitude)
  }
  return { low, high, integral, error }
}

function totalOf(pieces: readonly Piece[], size: number): { integral: Float64Array; error: number; size: number } {
  const integral = new Float64Array(size)
  for (const piece of pieces) for (let i = 0; i < size; i++) integral[i] = (integral[i] as number) + (piece.integral[i] as number)
  return { integral, error: pieces.reduce((sum, { error }) => sum + error, 0), size: Math.max(0, ...integral.map(Math.abs)) }
}

/** The same sum on values of transforms. */
function derived(f: (x: number) => unknown, line: Line, structure: Structure, pieces: readonly { low: number; high: number }[]): unknown {
  const ofPiece = ({ low, high }: { low: number; high: number }) =>
    pointsOf(low, high).reduce<Value[] | undefined>((sum, { s, k }) => {
      const weight = mul(((high - low) / 2) * (KRONROD[k] as number), line.speed(s))
      const terms = structure.leaves(f(line.x(s)), RESULT).map(leaf => mul(weight, leaf as number) as Value)
      return sum === undefined ? terms : sum.map((each, i) => add(each as number, terms[i] as number) as Value)
    }, undefined) as Value[]
  const integrals = pieces.map(piece => checkpoint(() => ofPiece(piece))())
  return structure.filled(integrals.reduce((sum, each) => sum.map((leaf, i) => add(leaf as number, each[i] as number) as Value)))
}

/** The integral in a given number of pieces, where there are no numbers to choose them by. */
function fixed(f: (x: number) => unknown, line: Line, intervals: number | undefined): QuadResult<unknown> {
  if (intervals === undefined) {
    throw forItems(
      new TreeError(`${NAME}: pieces are chosen by the size of errors, which are not known inside compile. Give the number of pieces, as {intervals: 4}.`),
    )
  }
  const pieces = Array.from({ length: intervals }, (_, i) => ({ low: i / intervals, high: (i + 1) / intervals }))
  const structure = new Structure(f(line.x(0.5)), RESULT)
  return {
    value: derived(f, line, structure, pieces),
    error: Number.NaN,
    status: 'converged',
    message: `${counted(intervals, 'piece')}, as was asked for; the error is not known inside compile and vmap.`,
    evaluations: 21 * intervals,
    intervals,
  }
}
