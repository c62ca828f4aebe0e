import { DomainError, OptionError } from '../../src/index.ts'
import type { OperatorDefinition } from '../../src/ops/registry.ts'
import { numbersOf } from '../results.ts'
import { type Case, casesOf, compositions, encoded, type Sizes } from './cases.ts'
import { FIRST } from './first-order.ts'
import { type Failure, Judge, type Kind } from './judge.ts'
import type { Mode } from './leaves.ts'
import { FORMS, type Form, problemOf } from './problem.ts'
import { Random } from './random.ts'
import { type Answers, isExtreme, referenceOf } from './reference.ts'
import { SECOND } from './second-order.ts'

/** A failure with what makes it again. */
export interface Found extends Failure {
  mode: string
  form: Form
  each: Case
}

export interface Report {
  checks: number
  cases: number
  /** Cases at which the operator itself has no value. */
  refused: number
  failures: Found[]
  /** Operators without a formula of their own in test/reference/operators. */
  byDifferences: Set<string>
}

/** What `npm test` runs: its references are kept in test/reference/forms.json. The operators' samples are checked by checkOp. */
export function testCases(registry: readonly OperatorDefinition[]): Case[] {
  return allCases(registry, { shapes: 1, fills: 1, specials: 1, compositions: 40 }, 1).filter(({ from }) => from !== 'sample')
}

export function allCases(registry: readonly OperatorDefinition[], sizes: Sizes, seed: number): Case[] {
  return [...registry.filter(({ casts }) => casts !== true).flatMap(definition => casesOf(definition, sizes, seed)), ...compositions(sizes, seed)]
}

/** Runs one case in every mode; each mode on every form, or with `few` on one of them that the case's key decides. */
export function runCase(each: Case, answers: Answers, report: Report, { few = false, only }: { few?: boolean; only?: RegExp } = {}): void {
  report.cases++
  try {
    each.call(...each.args)
  } catch (error) {
    report.refused++
    if (!isOfFamily(error)) report.failures.push({ kind: 'crash', what: String(error), mode: 'value', form: 'plain', each })
    return
  }
  const reference = referenceOf(each, answers)
  // Beyond the operator's domain only its kind of error is asked for.
  if (reference === 'refused') return void report.refused++
  if (reference.by === 'differences') report.byDifferences.add(each.name)
  const random = new Random(each.key)
  const modes = Object.entries({ ...FIRST, ...SECOND }).filter(([name]) => only === undefined || only.test(name))
  for (const form of few ? [random.pick(FORMS)] : FORMS) {
    for (const [mode, run] of modes) {
      const judge = new Judge(
        reference,
        each.active.flatMap(i => numbersOf(each.args[i])),
        each.definition.kind === 'elementwise',
      )
      try {
        runMode(mode, run, each, form, judge)
      } catch (error) {
        judge.fail('crash', `${mode}: ${(error as Error).stack}`)
      }
      report.checks += judge.checks
      for (const failure of judge.failures) report.failures.push({ ...failure, mode, form, each })
    }
  }
}

function runMode(name: string, run: Mode, each: Case, form: Form, judge: Judge): void {
  const problem = problemOf(each, form, judge, ['value', 'jvp', 'vjp', 'variables', 'vmap'].includes(name))
  if (problem === undefined) return
  const attempt = (what: string, part: () => void) => {
    try {
      part()
    } catch (error) {
      const message = `${what}: ${(error as Error).name}: ${(error as Error).message}`
      // Elimination works on scalars only, and says so.
      if (what.includes('elimination') && error instanceof OptionError) return
      if (!(error instanceof DomainError)) judge.fail('crash', message)
      // What overflows on the way to second derivatives leaves nothing to decompose.
      else if (judge.regular && !(name in SECOND && isExtreme(each))) judge.fail('lost', message)
    }
  }
  attempt(name, () => run(problem, judge, attempt))
}

function isOfFamily(error: unknown): boolean {
  const { name } = error as Error
  return name !== 'Error' && name !== 'TypeError' && name !== 'RangeError' && name !== 'ReferenceError'
}

/** One line that tells a failure, and then what makes it again. */
export function reproducer({ kind, mode, form, what, each }: Found): string {
  const call = `${each.name}(${each.args.map(arg => JSON.stringify(encoded(arg))).join(', ')})`
  return `${kind}: ${each.name}: ${what}${what.includes(mode) ? '' : ` (${mode})`}, by ${each.active.join(', ')}, ${form}, at ${call}`
}

export const emptyReport = (): Report => ({ checks: 0, cases: 0, refused: 0, failures: [], byDifferences: new Set() })

export const kinds: readonly Kind[] = ['wrong', 'lost', 'crash', 'structure']
