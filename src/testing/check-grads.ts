import { widened } from '../core/dtypes.ts'
import { DualtapeError, describe, TreeError } from '../core/errors.ts'
import { integer, nonNegative, positive } from '../core/option-kinds.ts'
import { type OptionKind, optionReader } from '../core/options.ts'
import { comparePlain } from '../core/plain-run.ts'
import { checkFunction, isTree, mapTree } from '../core/tree.ts'
import { jvp } from '../forward/jvp.ts'
import { vjp } from '../reverse/vjp.ts'
import { type Difference, directionalDifference, flatten, unflatten } from './finite-differences.ts'

/** How `checkGrads` checks. */
export interface CheckOptions {
  /** Up to which order of derivatives: 2 by default. */
  order?: number
  /** Which modes, at every order: both by default, so that order 2 checks all four mixes. */
  modes?: readonly ('forward' | 'reverse')[]
  /** Relative error that finite differences may show: 1e-6 by default. */
  tolerance?: number
  /** Seed of the random directions. */
  seed?: number
}

/** Derivatives that do not agree with finite differences, or with each other. */
export class GradientError extends DualtapeError {
  override name = 'GradientError'
}

/**
 * Checks the derivatives of a function against finite differences, and forward against reverse mode by the identity
 * ⟨cotangent, jvp(tangent)⟩ = ⟨vjp(cotangent), tangent⟩. Throws a GradientError that tells mode, input, output and by how
 * much they differ. Arguments of float32 are taken as doubles: differences of singles show nothing.
 *
 * @names `torch.autograd.gradcheck`, `scipy.optimize.check_grad`, `jax.test_util.check_grads`
 *
 * @example
 * checkGrads((x: number, y: number) => mul(sin(x), y), [0.5, 2])
 */
export function checkGrads<Args extends unknown[]>(f: (...args: Args) => unknown, args: [...Args], options?: CheckOptions, ...more: []): void {
  const { order, modes, tolerance, seed } = readChecks('checkGrads', [options, ...more])
  checkFunction('checkGrads', f)
  if (!Array.isArray(args)) throw new TreeError(`checkGrads: the second argument is a list of arguments, but ${describe(args)} was given.`)
  const wide = args.map(arg => (isTree(arg) ? mapTree(arg, 'checkGrads', widened, { keeps: () => true }) : arg))
  check(f as (...args: unknown[]) => unknown, wide, '', { order, modes, tolerance, random: randomNumbers(seed) })
}

const checkedModes: OptionKind<readonly ('forward' | 'reverse')[]> = {
  wants: "a list of 'forward' and 'reverse'",
  accepts: (given): given is readonly ('forward' | 'reverse')[] =>
    Array.isArray(given) && given.length > 0 && given.every(each => each === 'forward' || each === 'reverse'),
}
const readChecks = /* @__PURE__ */ optionReader({
  order: { is: positive, default: 2 },
  modes: { is: checkedModes, default: ['forward', 'reverse'] },
  tolerance: { is: nonNegative, default: 1e-6 },
  seed: { is: integer, default: 1 },
})

interface Checking {
  order: number
  modes: readonly ('forward' | 'reverse')[]
  tolerance: number
  random: () => number
}

function check(f: (...args: unknown[]) => unknown, args: unknown[], path: string, checking: Checking): void {
  const { order, modes, tolerance, random } = checking
  const x = flatten(args)
  const value = f(...args)
  const numbers = (at: Float64Array) => flatten(f(...(unflatten(args, at) as unknown[])))
  const tangentNumbers = x.map(() => random())
  const cotangentNumbers = flatten(value).map(() => random())
  const tangent = unflatten(args, tangentNumbers) as unknown[]
  const cotangent = unflatten(value, cotangentNumbers)
  const difference = directionalDifference(numbers, x, tangentNumbers)

  const [traced, pushedTree] = jvp(f, args as [...unknown[]], tangent as never)
  comparePlain('checkGrads', f, args, traced, true)
  const pushed = flatten(pushedTree)
  const [, pullback] = vjp(f, ...args)
  const pulled = flatten(pullback(cotangent as never))
  if (modes.includes('forward'))
    compare(`${path}forward`, pushed, difference, tolerance, () =>
      worstInput(numbers, x, i => flatten(jvp(f, args as [...unknown[]], oneHot(args, i) as never)[1])),
    )
  if (modes.includes('reverse')) {
    const rows = () => worstInput(numbers, x, i => pullbackColumn(pullback, value, i))
    const slack = tolerance * scaleOf(cotangentNumbers, difference.values) + scaleOf(cotangentNumbers, difference.errors)
    compareScalars(`${path}reverse`, dot(pulled, tangentNumbers), dot(cotangentNumbers, difference.values), slack, rows)
  }
  const scale = Math.max(scaleOf(cotangentNumbers, pushed), scaleOf(pulled, tangentNumbers))
  compareScalars(
    `${path}⟨cotangent, jvp(tangent)⟩ against ⟨vjp(cotangent), tangent⟩`,
    dot(pulled, tangentNumbers),
    dot(cotangentNumbers, pushed),
    1e-12 * scale,
    () => '',
  )
  if (order <= 1) return
  const deeper = { ...checking, order: order - 1 }
  if (modes.includes('forward')) check((...at) => jvp(f, at as [...unknown[]], tangent as never)[1], args, `${path}forward, then `, deeper)
  if (modes.includes('reverse')) check((...at) => vjp(f, ...at)[1](cotangent as never), args, `${path}reverse, then `, deeper)
}

function compare(what: string, found: Float64Array, { values, errors }: Difference, tolerance: number, where: () => string): void {
  found.forEach((each, i) => {
    const slack = tolerance * Math.max(Math.abs(values[i] as number), Math.abs(each)) + (errors[i] as number)
    compareScalars(`${what}, output ${i + 1} of ${found.length}`, each, values[i] as number, slack, where)
  })
}

function compareScalars(what: string, found: number, expected: number, slack: number, where: () => string): void {
  if (Object.is(found, expected) || Math.abs(found - expected) <= slack) return
  throw new GradientError(
    `checkGrads: ${what}: ${found} was computed, ${expected} was expected, off by ${Math.abs(found - expected).toPrecision(3)}.${where()}`,
  )
}

/** In words: the input whose derivatives differ most from finite differences. */
function worstInput(numbers: (x: Float64Array) => Float64Array, x: Float64Array, column: (input: number) => Float64Array): string {
  let worst = { input: 0, output: 0, error: 0, found: 0, expected: 0 }
  for (let input = 0; input < x.length; input++) {
    const { values: expected } = directionalDifference(
      numbers,
      x,
      x.map((_, i) => (i === input ? 1 : 0)),
    )
    column(input).forEach((found, output) => {
      const error = Math.abs(found - (expected[output] as number))
      if (!(error <= worst.error)) worst = { input, output, error, found, expected: expected[output] as number }
    })
  }
  const { input, output, found, expected } = worst
  return ` Worst: ∂(output ${output + 1})/∂(input ${input + 1}) is ${found}, by finite differences ${expected}.`
}

function pullbackColumn(pullback: (cotangent: never) => unknown, value: unknown, input: number): Float64Array {
  return flatten(value).map((_, output) => flatten(pullback(oneHot(value, output) as never))[input] as number)
}

function oneHot(tree: unknown, entry: number): unknown {
  return unflatten(
    tree,
    flatten(tree).map((_, i) => (i === entry ? 1 : 0)),
  )
}

function dot(a: Float64Array, b: Float64Array): number {
  return a.reduce((sum, each, i) => sum + each * (b[i] as number), 0)
}

/** Size of the terms of a dot product, against which its rounding is measured. */
function scaleOf(a: Float64Array, b: Float64Array): number {
  return a.reduce((sum, each, i) => sum + Math.abs(each * (b[i] as number)), 0)
}

/** Numbers between −1 and 1 that are the same for the same seed: a linear congruential generator. */
export function randomNumbers(seed: number): () => number {
  let state = (seed >>> 0) + 1
  return () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0
    return (state / 2 ** 31 - 1) * 0.9 + 0.05
  }
}
