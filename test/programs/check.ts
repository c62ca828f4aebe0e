import {
  add,
  compile,
  grad,
  hessian,
  hvp,
  type JacobianPlan,
  jacobian,
  jvp,
  mul,
  OptionError,
  planHessian,
  planJacobian,
  ShapeError,
  SparseMatrix,
  type SparsityPattern,
  sum,
  Tensor,
  variable,
  vjp,
} from '../../src/index.ts'
import { unflatten } from '../../src/testing/finite-differences.ts'
import { leavesOf, rowsOf } from '../forms/problem.ts'
import { Random } from '../forms/random.ts'
import { direction, weight, weighted } from '../forms/weights.ts'
import { everyStrategyOfHessian } from '../jacobian/every-strategy.ts'
import { numbersOf } from '../results.ts'
import { Jet } from './jets.ts'
import { type Program, programOf } from './program.ts'

// biome-ignore lint/suspicious/noExplicitAny: programs of any types
type Any = any

/** What substitution, and terms that cancel in edge pushing, may carry from one entry of a Hessian to another, relative to the largest. */
const SPREAD = 2 ** -36
const SPREAD_BY_PUSHING = 2 ** -46

/** What a comparison may be off by, in units of the rounding that the reference has worked out. */
const ROUNDINGS = 2000

export interface Tally {
  programs: number
  doubtful: number
  checks: number
  failures: { seed: number; number: number; what: string; text: string }[]
}

export const emptyTally = (): Tally => ({ programs: 0, doubtful: 0, checks: 0, failures: [] })

/** Runs one random program in many ways and compares its derivatives with those of the plain rules. */
export function checkProgram(seed: number, number: number, tally: Tally): void {
  const program = programOf(seed, number)
  tally.programs++
  if (program.doubtful) {
    tally.doubtful++
    return
  }
  const fail = (what: string) => void tally.failures.push({ seed, number, what, text: program.text })
  const attempt = (what: string, run: () => void) => {
    try {
      run()
    } catch (error) {
      fail(`${what}: ${(error as Error).name}: ${(error as Error).message}`)
    }
  }
  const random = new Random(`ways ${seed} ${number}`)
  attempt('first order', () => firstOrder(program, random, matcher(program, tally, fail), attempt))
  attempt('second order', () => secondOrder(program, random, matcher(program, tally, fail), attempt))
}

type Attempt = (what: string, run: () => void) => void
type Matcher = ReturnType<typeof matcher>

function matcher({ inputs, outputs }: Program, tally: Tally, fail: (what: string) => void) {
  const compare = (what: string, found: ArrayLike<number>, expected: (k: number) => readonly [value: number, error: number], count: number) => {
    tally.checks += count
    if (found.length !== count) return fail(`${what}: ${found.length} numbers instead of ${count}`)
    for (let k = 0; k < count; k++) {
      const [value, error] = expected(k)
      const slack = ROUNDINGS * Number.EPSILON * error + 1e-290
      if (!(Math.abs((found[k] as number) - value) <= slack)) return fail(`${what}: number ${k} is ${found[k]}, not ${value} (within ${slack})`)
    }
  }
  const n = inputs
  const first = (i: number, j: number) => [(outputs[i] as Jet).first[j], (outputs[i] as Jet).firstError[j]] as [number, number]
  const total = weightedSum(outputs)
  const second = (i: number, j: number) => {
    const k = i >= j ? (i * (i + 1)) / 2 + j : (j * (j + 1)) / 2 + i
    return [total.second[k], total.secondError[k]] as [number, number]
  }
  const sum = (terms: readonly (readonly [number, number])[], factor: (k: number) => number) =>
    terms.reduce(([value, error], [v, e], k) => [value + factor(k) * v, error + Math.abs(factor(k)) * (e + Math.abs(v))] as [number, number], [0, 0] as [
      number,
      number,
    ])
  const row = (i: number) => Array.from({ length: n }, (_, j) => first(i, j))
  return {
    value: (what: string, found: ArrayLike<number>) => compare(what, found, i => [(outputs[i] as Jet).value, (outputs[i] as Jet).error], outputs.length),
    matrix: (what: string, found: ArrayLike<number>) => compare(what, found, k => first(Math.floor(k / n), k % n), outputs.length * n),
    gradient: (what: string, found: ArrayLike<number>) => compare(what, found, j => [total.first[j] as number, total.firstError[j] as number], n),
    tangent: (what: string, found: ArrayLike<number>) => compare(what, found, i => sum(row(i), direction), outputs.length),
    /** `spread`: rounding that may have come from other entries, relative to the largest of them. */
    // Entries that the planner had by substitution round as their neighbours do.
    hessian: (what: string, found: ArrayLike<number>, spread = 64 * Number.EPSILON) => {
      const more = (spread * total.second.reduce((most, each) => Math.max(most, Math.abs(each)), 0)) / (ROUNDINGS * Number.EPSILON)
      const entry = (k: number): [number, number] => {
        const [value, error] = second(Math.floor(k / n), k % n)
        return [value, error + more]
      }
      compare(what, found, entry, n * n)
    },
    product: (what: string, found: ArrayLike<number>) =>
      compare(
        what,
        found,
        i =>
          sum(
            Array.from({ length: n }, (_, j) => second(i, j)),
            direction,
          ),
        n,
      ),
    covers: (what: string, pattern: SparsityPattern) => {
      tally.checks += outputs.length * n
      outputs.forEach((output, i) => {
        output.first.forEach((each, j) => {
          const noise = ROUNDINGS * Number.EPSILON * (output.firstError[j] as number)
          if (Math.abs(each) > noise && pattern.indexOf(i, j) < 0) fail(`${what} leaves out (${i}, ${j}), where the derivative is ${each}`)
        })
      })
    },
  }
}

function weightedSum(outputs: readonly Jet[]): Jet {
  const total = new Jet(0)
  const parts = (jet: Jet) => [jet.first, jet.firstError, jet.second, jet.secondError] as const
  outputs.forEach((output, k) => {
    parts(total).forEach((to, p) => {
      const from = parts(output)[p] as Float64Array
      for (let i = 0; i < to.length; i++) to[i] = (to[i] as number) + weight(k) * (from[i] as number)
    })
  })
  // The sum rounds as well.
  outputs.forEach((output, k) => {
    output.first.forEach((each, i) => {
      total.firstError[i] = (total.firstError[i] as number) + weight(k) * Math.abs(each)
    })
    output.second.forEach((each, i) => {
      total.secondError[i] = (total.secondError[i] as number) + weight(k) * Math.abs(each)
    })
  })
  return total
}

const rowsOfPattern = ({ rows, rowPointers, columnIndices }: SparsityPattern): number[][] =>
  Array.from({ length: rows }, (_, i) => [...columnIndices.subarray(rowPointers[i], rowPointers[i + 1])])

/** Some more entries than there are. */
const widened = (rows: number[][], columns: number, random: Random): number[][] =>
  rows.map(row => [...new Set([...row, ...(random.next() < 0.5 ? [Math.floor(random.next() * columns)] : [])])].sort((a, b) => a - b))

function firstOrder({ f, x, other, inputs }: Program, random: Random, match: Matcher, attempt: Attempt): void {
  const g = f as (x: unknown) => unknown
  // Of ways that are much alike each program takes some.
  const half = () => random.next() < 0.5
  const value = g(x)
  match.value('value', numbersOf(value))
  const [inputSizes, outputSizes] = [leavesOf(x), leavesOf(value)].map(leaves => leaves.map(leaf => numbersOf(leaf).length)) as [number[], number[]]
  const entries = (found: unknown) => (found instanceof SparseMatrix ? found.toDense().data : rowsOf(numbersOf(found), outputSizes, inputSizes))
  const d = unflatten(
    x,
    Float64Array.from({ length: inputs }, (_, j) => direction(j)),
  )
  if (half()) match.tangent('jvp', numbersOf(jvp(g, [x], [d as never])[1]))
  else {
    const [, pullback] = vjp(g, x)
    match.gradient('vjp', numbersOf(pullback(weightsLike(value) as never)))
  }
  if (half()) match.gradient('grad', numbersOf(grad(at => weighted(g(at)) as number)(x)))
  const plan = planJacobian(g, x, { output: 'sparse' })
  match.covers('the detected pattern', plan.pattern)
  match.matrix('plan', entries(plan.jacobian(x)))
  const rows = rowsOfPattern(plan.pattern)
  for (let k = 0; k < 2; k++) {
    const mode = random.pick(['forward', 'reverse', 'mixed', 'elimination', 'auto'] as const)
    const [how, sparsity] = random.pick([
      ['detected', 'detect'],
      ['dense', 'dense'],
      ['given', rows],
      ['given with more', widened(rows, inputs, random)],
    ] as [string, Any][])
    const [output, chunk] = [random.pick(['dense', 'sparse'] as const), random.pick([1, 3, 8])]
    const what = `jacobian ${mode}, ${how}, ${output}, chunk ${chunk}`
    attempt(what, () => {
      try {
        match.matrix(what, entries(jacobian(g, { mode, sparsity, output, chunk })(x)))
      } catch (error) {
        // Elimination works on scalars only, and says so.
        if (!(mode === 'elimination' && error instanceof OptionError)) throw error
      }
    })
  }
  attempt('plan used again', () => {
    const mode = random.pick(['forward', 'reverse', 'auto', 'mixed'] as const)
    const output = random.pick(['dense', 'sparse'] as const)
    if (half()) {
      const again: JacobianPlan<unknown, unknown, Any> = planJacobian(g, other, { mode, output })
      if (half()) again.jacobian(other)
      return match.matrix(`plan made elsewhere, ${mode}, ${output}`, entries(again.jacobian(x)))
    }
    // The same object with other numbers in it.
    const place = structuredCloneOf(other)
    const inPlace: JacobianPlan<unknown, unknown, Any> = planJacobian(g, place, { mode, output })
    if (half()) inPlace.jacobian(place)
    overwrite(place, x)
    match.matrix(`plan after its argument was changed in place, ${mode}, ${output}`, entries(inPlace.jacobian(place)))
  })
  attempt('variables', () => {
    if (half()) return
    const leaves: unknown[] = []
    const made = replaced(x, leaf => {
      const v = variable(leaf as number)
      leaves.push(v)
      return v
    })
    const loss = weighted(g(made)) as Any
    loss.backward()
    match.gradient(
      'variables',
      leaves.flatMap((v: Any, i) => (v.grad === null ? new Array(numbersOf(leavesOf(x)[i]).length).fill(0) : numbersOf(v.grad))),
    )
  })
  if (random.next() < 0.1)
    attempt('compiled', () => {
      const target = random.pick(['js', 'wasm', 'interpreter'] as const)
      match.gradient(`grad compiled to ${target}`, numbersOf(compile(grad((at: unknown) => weighted(g(at)) as number) as Any, { target })(x)))
    })
}

function secondOrder({ f, x, other, inputs }: Program, random: Random, match: Matcher, attempt: Attempt): void {
  const total = (at: unknown) => weighted((f as (x: unknown) => unknown)(at)) as number
  const inputSizes = leavesOf(x).map(leaf => numbersOf(leaf).length)
  const entries = (found: unknown) => (found instanceof SparseMatrix ? found.toDense().data : rowsOf(numbersOf(found), inputSizes, inputSizes))
  const d = unflatten(
    x,
    Float64Array.from({ length: inputs }, (_, j) => direction(j)),
  ) as never
  const product = () => match.product('hvp', numbersOf(hvp(total, x, d)))
  const reverseTwice = () => {
    const slope = (at: unknown) => {
      const gradient = leavesLike(grad(total)(at), x)
      const way = leavesLike(d, x)
      return dotOf(gradient, way)
    }
    match.product('grad of grad', numbersOf(grad(slope as Any)(x as never)))
  }
  const whole = () => match.hessian('hessian', entries(hessian(total)(x)))
  const given = () => {
    const plan = planHessian(total, x, { output: 'sparse' })
    match.hessian('planHessian, sparse', entries(plan.jacobian(x)))
    const rows = rowsOfPattern(plan.pattern)
    const [how, sparsity] = random.pick([
      ['given', rows],
      ['given full', rows.map(() => Array.from({ length: inputs }, (_, j) => j))],
      ['given with more, not symmetric', widened(rows, inputs, random)],
    ] as [string, number[][]][])
    const output = random.pick(['dense', 'sparse'] as const)
    try {
      const substituted = planHessian(total, x, { sparsity, output }).alternatives.some(({ why }) => why.includes('acyclic'))
      match.hessian(`hessian ${how}, ${output}`, entries(hessian(total, { sparsity, output })(x)), substituted ? SPREAD : 0)
    } catch (error) {
      // A pattern that is not symmetric may be refused.
      if (!(how.includes('not symmetric') && (error instanceof ShapeError || error instanceof OptionError))) throw error
    }
  }
  const again = () => {
    const mode = random.pick(['auto', 'forward'] as const)
    const plan = planHessian(total, other, { mode })
    match.hessian(`planHessian made elsewhere, ${mode}`, entries(plan.jacobian(x)))
  }
  const strategies = () => {
    const chunk = random.pick([1, 2, 3, 5, 8])
    for (const { name, matrix } of everyStrategyOfHessian(total, x, chunk))
      match.hessian(`Hessian, ${name}, chunk ${chunk}`, matrix, name === 'acyclic' ? SPREAD : name === 'pushing' ? SPREAD_BY_PUSHING : 0)
  }
  attempt('a product with the Hessian', random.pick([product, reverseTwice]))
  attempt('a Hessian', random.pick([whole, given, given, again, strategies, strategies]))
}

function weightsLike(value: unknown): unknown {
  let place = 0
  return replaced(value, leaf => {
    const numbers = numbersOf(leaf).map(() => weight(place++))
    if (leaf instanceof Tensor) return new Tensor(Float64Array.from(numbers), leaf.shape)
    return typeof leaf === 'number' ? numbers[0] : numbers
  })
}

/** A tree with its leaves replaced; regular arrays of numbers count as leaves. */
function replaced(tree: unknown, change: (leaf: unknown) => unknown): unknown {
  const own = leavesOf(tree)
  if (own.length === 1 && Object.is(own[0], tree)) return change(tree)
  return Array.isArray(tree)
    ? tree.map(each => replaced(each, change))
    : Object.fromEntries(Object.entries(tree as object).map(([key, each]) => [key, replaced(each, change)]))
}

/** The parts of a tree where another has its leaves. */
function leavesLike(tree: unknown, like: unknown): unknown[] {
  const own = leavesOf(like)
  if (own.length === 1 && Object.is(own[0], like)) return [tree]
  return Object.keys(like as object).flatMap(key => leavesLike((tree as Any)[key], (like as Any)[key]))
}

const dotOf = (xs: unknown[], ds: unknown[]): unknown =>
  xs.reduce((all: unknown, x, i) => add(all as number, sum(mul(x as number, ds[i] as number)) as number), 0)

function structuredCloneOf(tree: unknown): unknown {
  return unflatten(tree, numbersOf(tree))
}

/** Writes the numbers of a tree into the arrays and tensors of another. */
function overwrite(place: unknown, from: unknown): void {
  const numbers = numbersOf(from)
  let position = 0
  const walk = (tree: Any): void => {
    if (tree instanceof Tensor) for (let i = 0; i < tree.size; i++) tree.data[i] = numbers[position++] as number
    else {
      for (const key of Object.keys(tree)) {
        if (typeof tree[key] === 'number') tree[key] = numbers[position++]
        else walk(tree[key])
      }
    }
  }
  walk(place)
}
