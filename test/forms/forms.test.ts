import { expect, it } from 'vitest'
import { registry } from '../../src/ops/registry.ts'
import { emptyReport, reproducer, runCase, testCases } from './campaign.ts'
import { keptAnswers } from './reference.ts'

// A sample of `npm run check:forms`, which makes its references: --table.
const answers = keptAnswers()
const cases = testCases(registry)
const names = [...new Set(cases.map(({ name, from }) => (from === 'composition' ? 'compositions' : name)))]

let checks = 0

it('has references for every case', () => {
  expect(cases.filter(({ key }) => answers[key] === undefined).map(({ key }) => key)).toEqual([])
})

it.each(names)('%s in every mode and form, at special points', name => {
  const report = emptyReport()
  for (const each of cases) if (name === 'compositions' ? each.from === 'composition' : each.name === name) runCase(each, answers, report, { few: true })
  expect(report.failures.map(reproducer).slice(0, 5)).toEqual([])
  checks += report.checks
})

it('has made more checks than a few', () => {
  console.log(`${cases.length} cases, ${checks} checks`)
  expect(checks).toBeGreaterThan(100_000)
})
