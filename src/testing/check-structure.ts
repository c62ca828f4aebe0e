import { DualtapeError } from '../core/errors.ts'
import { planJacobian } from '../jacobian/jacobian.ts'
import { directionalDifference, flatten, unflatten } from './finite-differences.ts'

type F = (...args: unknown[]) => unknown

/** How far entries are moved to see what depends on them, and at how many places. */
const MOVES = [0.0625, -0.03125]

/**
 * That the sparsity pattern of a function's Jacobian holds every entry that is not 0: wherever a result changes as an input
 * is moved, by differences of plain values, the pattern has to say so. Throws a DualtapeError.
 */
export function checkPattern(f: F, args: readonly unknown[]): void {
  const { pattern } = planJacobian(asOne(f), [...args], { output: 'sparse' })
  const [x, numbers] = [flatten(args), numbersOf(f, args)]
  for (let j = 0; j < x.length; j++) {
    const { values, errors } = directionalDifference(numbers, x, oneHot(x, j))
    values.forEach((value, i) => {
      if (Math.abs(value) > 100 * (errors[i] as number) && pattern.indexOf(i, j) < 0) {
        throw new DualtapeError(`the pattern says that output ${i + 1} does not depend on input ${j + 1}, but its derivative is ${value} by differences.`)
      }
    })
  }
}

/**
 * That a function whose derivative is said to be the same everywhere has the same derivative elsewhere: for every choice of
 * arguments that are differentiated, the others held. Throws a DualtapeError.
 */
export function checkAffine(f: F, args: readonly unknown[]): void {
  for (let choice = 1; choice < 2 ** args.length; choice++) {
    const active = args.map((_, i) => i).filter(i => (choice & (1 << i)) !== 0)
    const g: F = (...given) => f(...args.map((each, i) => (active.includes(i) ? given[active.indexOf(i)] : each)))
    checkConstant(
      g,
      active.map(i => args[i]),
    )
  }
}

function checkConstant(f: F, args: readonly unknown[]): void {
  const { alternatives } = planJacobian(asOne(f), [...args])
  if (!alternatives.some(each => each.mode === 'constant')) return
  const [x, numbers] = [flatten(args), numbersOf(f, args)]
  for (let j = 0; j < x.length; j++) {
    const here = directionalDifference(numbers, x, oneHot(x, j))
    for (const move of MOVES) {
      const moved = x.map((each, i) => each + move * (1 + (i % 3)) * Math.max(1, Math.abs(each)))
      const there = directionalDifference(numbers, moved, oneHot(x, j))
      here.values.forEach((value, i) => {
        const slack = 1e-6 * Math.abs(value) + 100 * ((here.errors[i] as number) + (there.errors[i] as number))
        if (Math.abs(value - (there.values[i] as number)) > slack) {
          throw new DualtapeError(
            `it is said to be affine, but ∂(output ${i + 1})/∂(input ${j + 1}) is ${value} at the sample and ${there.values[i]} beside it, by differences.`,
          )
        }
      })
    }
  }
}

/** A function of several arguments as one of the list of them. */
function asOne(f: F): (args: unknown[]) => unknown {
  return args => f(...args)
}

function numbersOf(f: F, args: readonly unknown[]): (x: Float64Array) => Float64Array {
  return x => flatten(f(...(unflatten(args, x) as unknown[])))
}

function oneHot(x: Float64Array, entry: number): Float64Array {
  return x.map((_, i) => (i === entry ? 1 : 0))
}
