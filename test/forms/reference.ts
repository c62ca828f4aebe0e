import { spawnSync } from 'node:child_process'
import { readdirSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { directionalDifference } from '../../src/testing/index.ts'
import { numbersOf } from '../results.ts'
import { type Case, encoded } from './cases.ts'
import { refilled } from './fills.ts'
import { hashOf } from './random.ts'

/** What is known of a number: see test/reference/operators/differences.py. */
export type Claim = number | 'NaN' | 'Infinity' | '-Infinity' | ['or', Claim] | ['between', Claim, Claim] | null

/** Values, derivatives and second derivatives that do not come from this library. */
export interface Reference {
  value: Claim[]
  jacobian: Claim[][]
  hessian?: Claim[][]
  /** Relative error of the reference itself. */
  tolerance: number
  /** Where it comes from; differences are those of the operator's own plain values. */
  by: 'formula' | 'differences'
}

const make = fileURLToPath(new URL('../reference/make_forms.py', import.meta.url))
const table = new URL('../reference/forms.json', import.meta.url)

/** A name for the state of the formulas in test/reference. */
export function formulas(): string {
  const operators = new URL('../reference/operators/', import.meta.url)
  const files = readdirSync(operators).filter(name => name.endsWith('.py'))
  const text = [make, ...files.map(name => new URL(name, operators))].map(file => readFileSync(file, 'utf8')).join('')
  return hashOf(text).toString(36)
}

type Answer = { key?: string; missing?: true; unknown?: true; error?: string; refused?: string } & Partial<Pick<Reference, 'value' | 'jacobian' | 'hessian'>>
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
  if (answer?.unknown) return nothing(each)
  if (answer?.value === undefined || answer.jacobian === undefined) return differences(each)
  const { value, jacobian, hessian } = answer
  return { value, jacobian, hessian, tolerance: 1e-10, by: 'formula' }
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
function differences({ call, args, active }: Case): Reference {
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
