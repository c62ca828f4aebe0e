import { spawnSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { directionalDifference } from '../../src/testing/index.ts'
import { numbersOf } from '../results.ts'
import { type Case, encoded } from './cases.ts'
import { refilled } from './fills.ts'
import { hashOf } from './random.ts'

/** What is known of a number: see test/reference/operators/differences.py; what overflows on the way may be infinite, too. */
export type Claim =
  | number
  | 'NaN'
  | 'Infinity'
  | '-Infinity'
  | ['or', Claim]
  | ['overflow', Claim]
  | ['overflow', Claim, Claim]
  | ['between', Claim, Claim]
  | null

/** Values, derivatives and second derivatives that do not come from this library. */
export interface Reference {
  value: Claim[]
  jacobian: Claim[][]
  hessian?: Claim[][]
  /**
   * How large the terms are of which first and second derivatives are sums, where more is known than the sums; and of a composition how much its value
   * changes with the inner one, relative to that.
   */
  terms?: { value?: number; jacobian?: number; hessian?: number | number[] }
  /**
   * Of what is computed from matrices: algorithms that are backward stable give what belongs to entries rounded relative to the largest, and this is how
   * much that changes results, in all entries together.
   */
  condition?: number
  /** Relative error of the reference itself. */
  tolerance: number
  /** Where it comes from; differences are those of the operator's own plain values. */
  by: 'formula' | 'differences'
}

const make = fileURLToPath(new URL('../reference/make_forms.py', import.meta.url))
const table = new URL('../reference/forms.json', import.meta.url)

/** A name for the state of the formulas in test/reference that answer a case. */
export function formulasOf({ definition }: Case): string {
  states ??= { onEntries: stateOf(['elementwise']), onArrays: stateOf(['elementwise', 'arrays', 'losses', 'matrices']) }
  return definition.kind === 'elementwise' ? states.onEntries : states.onArrays
}

let states: { onEntries: string; onArrays: string } | undefined

function stateOf(names: readonly string[]): string {
  const files = [make, ...['differences', ...names].map(name => new URL(`../reference/operators/${name}.py`, import.meta.url))]
  return hashOf(files.map(file => readFileSync(file, 'utf8')).join('')).toString(36)
}

type Answer = { key?: string; missing?: true; unknown?: true; error?: string; refused?: string } & Partial<
  Pick<Reference, 'value' | 'jacobian' | 'hessian' | 'terms' | 'condition'>
>
export type Answers = { [key: string]: Answer }

/** The answers that are kept beside the tests. */
export function keptAnswers(): Answers {
  return JSON.parse(readFileSync(table, 'utf8')) as Answers
}

/** Asks Python for what is not known yet. */
export function askPython(cases: readonly Case[], known: Answers): Answers {
  const open = cases.filter(each => known[each.key] === undefined)
  const lines = open.map(each => JSON.stringify(questionOf(each)))
  const { stdout, status, error, stderr } = spawnSync('python3', [make], { input: lines.join('\n'), encoding: 'utf8', maxBuffer: 2 ** 30 })
  if (error !== undefined || status !== 0)
    throw new Error(`python3 test/reference/make_forms.py failed, which needs mpmath and NumPy: ${error?.message ?? stderr}`)
  const answers = { ...known }
  const lost = open.length - stdout.split('\n').filter(each => each !== '').length
  if (lost > 0) throw new Error(`python3 test/reference/make_forms.py left ${lost} questions without an answer.`)
  for (const line of stdout.split('\n').filter(each => each !== '')) {
    const answer = JSON.parse(line) as Answer
    answers[answer.key as string] = answer
    if (answer.error !== undefined) console.warn(`Python on ${answer.key}: ${answer.error}`)
  }
  return answers
}

function questionOf({ key, name, definition, args, active }: Case) {
  return {
    key,
    operator: name,
    arguments: args.map(encoded),
    active,
    elementwise: definition.kind === 'elementwise' && !name.includes(' '),
    second: true,
  }
}

/** The reference of a case: by formula where there is one, else by differences of plain values. */
export function referenceOf(each: Case, answers: Answers): Reference | 'refused' {
  const answer = answers[each.key]
  if (answer?.refused !== undefined) return 'refused'
  if ('differentiable' in each.definition && !each.definition.differentiable) return constant(each, answer?.value)
  if (answer?.unknown || isLeast(each)) return nothing(each)
  // As the definitions say: NaN where the variance is beyond the doubles, which it need not be for each row, and is not where it is given.
  if (['layerNorm', 'batchNorm'].includes(each.name) && each.from === 'fill' && isExtreme(each) && !isSmall(each))
    return { ...nothing(each), value: (answer?.value ?? []).map(claim => (typeof claim === 'number' ? ['or', claim] : claim)) }
  if (answer?.value === undefined || answer.jacobian === undefined) return differences(each)
  const { value, hessian, terms, condition } = answer
  const jacobian = each.name.includes(' after ') ? answer.jacobian.map(row => row.map(withStrongZero)) : answer.jacobian
  const known = each.definition.name === 'beta' && !each.name.includes(' ') ? asBetaSays(each, value, jacobian) : { jacobian, terms: terms ?? SUMS[each.name] }
  return {
    value,
    jacobian: besidePoles(value, hasReciprocals(each) ? known.jacobian : overflowing(known.jacobian, condition)),
    hessian: hessian && secondOf(each, value, jacobian, hessian),
    terms: known.terms,
    condition,
    tolerance: 1e-10,
    by: 'formula',
  }
}

/** Tangents less their mean, which is weighted with probabilities: sums of terms up to 1, of which next to nothing may be left. */
const SUMS: { [name: string]: Reference['terms'] } = {
  softmax: { jacobian: 1, hessian: 1 },
  logSoftmax: { jacobian: 1, hessian: 1 },
}

/** Of two factors one of which is no number the other may be 0, and then the product is: docs/decisions/strong-zero.md. */
function withStrongZero(claim: Claim): Claim {
  if (!Array.isArray(claim) || claim[0] === 'between') return claim
  const how = claim[0] === 'or' ? 'between' : 'overflow'
  return Number(claim[1]) < 0 ? [how, claim[1], 0] : [how, 0, claim[1]]
}

/** What may be infinite or NaN; beside derivatives beyond the doubles, which belong to the same matrix, rounding leaves nothing of the others. */
function overflowing(jacobian: readonly Claim[][], condition = 1): Claim[][] {
  const isInfinite = (claim: Claim) => Array.isArray(claim) && Math.abs(Number(claim.at(-1))) === Number.POSITIVE_INFINITY
  const nothingLeft = condition > 1 && jacobian.some(row => row.some(isInfinite))
  return jacobian.map(row => row.map(claim => (typeof claim !== 'number' ? claim : nothingLeft ? null : ['overflow', claim])))
}

/** Whether the reciprocals of entries are doubles: derivatives of what is computed from arrays are made of products with such. */
const hasReciprocals = ({ definition, args, active }: Case) =>
  definition.kind === 'elementwise' || active.flatMap(i => numbersOf(args[i])).every(x => x === 0 || !Number.isFinite(x) || Number.isFinite(1 / x))

/** Where the value is infinite, so may be derivatives that are multiples of it, though they are not. */
function besidePoles(value: readonly Claim[], jacobian: readonly Claim[][]): Claim[][] {
  return jacobian.map((row, k) =>
    typeof value[k] === 'number' ? [...row] : row.map(claim => (Array.isArray(claim) && claim[0] === 'or' ? ['overflow', claim[1]] : claim)),
  )
}

/**
 * Of beta, whose partials are the value times a difference of ψ, the definition says that mixed second derivatives are as exact as those products; and
 * the difference vanishes where one operand is huge and the other tiny.
 */
function asBetaSays(each: Case, value: readonly Claim[], jacobian: readonly Claim[][]) {
  const log = (k: number, claim: Claim) => (typeof claim === 'number' && claim !== 0 ? Math.abs(claim / Number(value[k])) : 0)
  const size = (row: readonly Claim[], k: number) => Math.max(...row.map(claim => log(k, claim)))
  const hessian = (jacobian[0] ?? []).map((_, i) =>
    Math.max(0, ...jacobian.map((row, k) => Math.abs(Number(row[i] ?? 0)) * size(row, k)).filter(Number.isFinite)),
  )
  const vanishing = (claim: Claim) => typeof claim === 'number' && claim !== 0 && Math.abs(claim) < 1e-150 && isExtreme(each)
  return { jacobian: jacobian.map(row => row.map((claim): Claim => (vanishing(claim) ? null : claim))), terms: { jacobian: 0, hessian } }
}

const isSmall = ({ args, active }: Case) => active.flatMap(i => numbersOf(args[i])).every(x => Math.abs(x) < 1e150)

/** Whether entries are so small that rounding leaves no digits of them: see the fill of that name. */
const isLeast = ({ args, active, from }: Case) => from === 'fill' && active.flatMap(i => numbersOf(args[i])).some(x => x !== 0 && Math.abs(x) < 1e-320)

export const isExtreme = ({ args, active }: Case) => active.flatMap(i => numbersOf(args[i])).some(x => x !== 0 && (Math.abs(x) < 1e-150 || Math.abs(x) > 1e150))

/**
 * Second derivatives as far as they are known: where a first one does not exist, as at a kink, differences on one side of it tell nothing. They are
 * made of factors such as 1/x², which are beyond the doubles before the product is.
 */
export function secondOf(each: Case, value: readonly Claim[], jacobian: readonly Claim[][], hessian: readonly Claim[][]): Claim[][] {
  const exists = (i: number) => jacobian.every((row, k) => row[i] === 0 || (typeof row[i] === 'number' && typeof value[k] === 'number'))
  const overflows = isExtreme(each)
  return hessian.map((row, i) => row.map((claim, j) => (claim === null || !exists(i) || !exists(j) ? null : overflows ? ['overflow', claim] : claim)))
}

/** Of masks and integers the derivative is 0 everywhere, whatever they are. */
function constant({ call, args, active }: Case, known: Claim[] | undefined): Reference {
  const value = known ?? numbersOf(call(...args)).map(() => null)
  const n = active.flatMap(i => numbersOf(args[i])).length
  const zeros = (rows: number) => Array.from({ length: rows }, () => new Array<number>(n).fill(0))
  return { value, jacobian: zeros(value.length), hessian: zeros(n), tolerance: 0, by: 'formula' }
}

/** Nothing is known: modes may give any numbers, but no errors. */
function nothing({ call, args, active }: Case): Reference {
  const value = numbersOf(call(...args)).map(() => null)
  const n = active.flatMap(i => numbersOf(args[i])).length
  const rows = (count: number) => Array.from({ length: count }, () => new Array<null>(n).fill(null))
  return { value, jacobian: rows(value.length), hessian: rows(n), tolerance: 0, by: 'formula' }
}

/** By Richardson's differences of the operator on plain numbers. */
function differences(each: Case): Reference {
  const { call, args, active } = each
  // Their steps are made for numbers near 1.
  if (isExtreme(each)) return nothing(each)
  const x = Float64Array.from(active.flatMap(i => numbersOf(args[i])))
  const f = (at: Float64Array) => {
    let position = 0
    const given = args.map((each, i) => (active.includes(i) ? refilled(each as never, () => at[position++] as number) : each))
    try {
      return Float64Array.from(numbersOf(call(...given)))
    } catch {
      return new Float64Array(value.length).fill(Number.NaN)
    }
  }
  const value = numbersOf(call(...args))
  const columns = Array.from(x, (_, j) => {
    const direction = x.map((_, i) => (i === j ? 1 : 0))
    const { values, errors } = directionalDifference(f, x, direction)
    return Array.from(values, (each, k): Claim => ((errors[k] as number) <= 1e-7 * (1 + Math.abs(each)) ? each : null))
  })
  return { value, jacobian: value.map((_, k) => columns.map(column => column[k] as Claim)), tolerance: 1e-6, by: 'differences' }
}
