/*
 * Every operator in every mode, form and shape, at ordinary and special points, against references that are not of this library:
 * `npm run check:forms -- [--size 1] [--seed 1] [--only operator,composition] [--mode mode] [--failed] [--few] [--verbose]`. Needs python3 with
 * mpmath and NumPy; what they answer is kept in node_modules/.cache. Fails where anything is wrong; --failed runs again what failed in the
 * last run, --few takes one form for each case, --verbose tells of each case, and --table also writes the references that `npm test` takes.
 */
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { parseArgs } from 'node:util'
import { registry } from '../src/ops/registry.ts'
import { allCases, emptyReport, kinds, reproducer, runCase, testCases } from '../test/forms/campaign.ts'
import type { Case } from '../test/forms/cases.ts'
import { type Answers, askPython, formulasOf } from '../test/forms/reference.ts'

const { values } = parseArgs({
  options: {
    size: { type: 'string', default: '1' },
    seed: { type: 'string', default: '1' },
    only: { type: 'string' },
    mode: { type: 'string' },
    failed: { type: 'boolean' },
    few: { type: 'boolean' },
    verbose: { type: 'boolean' },
    table: { type: 'boolean' },
  },
})
const [size, seed] = [Number(values.size), Number(values.seed)]
const scaled = (count: number) => Math.ceil(count * size)
const sizes = { shapes: scaled(12), fills: scaled(20), specials: scaled(60), compositions: scaled(6000) }
const start = performance.now()
const only = values.only?.split(',')
const failedFile = 'node_modules/.cache/dualtape-forms-failed.json'
const again = values.failed ? new Set(JSON.parse(readFileSync(failedFile, 'utf8')) as string[]) : undefined
const cases = allCases(registry, sizes, seed).filter(
  ({ name, key, from }) => (only === undefined || only.includes(name) || only.includes(from)) && (again?.has(key) ?? true),
)

// Answers hold as long as the formulas that gave them.
mkdirSync('node_modules/.cache', { recursive: true })
const files = new Map<string, Answers>()
const answers: Answers = {}
const fileOf = (each: Case) => `node_modules/.cache/dualtape-forms-${formulasOf(each)}.json`
for (const each of cases) {
  const file = fileOf(each)
  const known = files.get(file) ?? (existsSync(file) ? (JSON.parse(readFileSync(file, 'utf8')) as Answers) : {})
  files.set(file, known)
  if (known[each.key] !== undefined) answers[each.key] = known[each.key] as Answers[string]
}
console.log(`${cases.length} cases with seed ${seed}; asking Python for ${cases.filter(each => answers[each.key] === undefined).length} of them …`)
for (let at = 0; at < cases.length; at += 500) {
  const some = cases.slice(at, at + 500)
  Object.assign(answers, askPython(some, answers))
  // What has been answered is kept, though the run may be broken off.
  const news = new Set<string>()
  for (const each of some) {
    const known = files.get(fileOf(each)) as Answers
    if (known[each.key] !== undefined) continue
    known[each.key] = answers[each.key] as Answers[string]
    news.add(fileOf(each))
  }
  for (const file of news) writeFileSync(file, JSON.stringify(files.get(file)))
}

if (values.table) {
  const sample = testCases(registry)
  const kept = askPython(sample, answers)
  const lines = sample.map(({ key }) => `${JSON.stringify(key)}: ${JSON.stringify({ ...kept[key], key: undefined })}`)
  writeFileSync('test/reference/forms.json', `{\n${lines.join(',\n')}\n}\n`)
  console.log(`test/reference/forms.json: references of ${sample.length} cases`)
}

const report = emptyReport()
for (const [i, each] of cases.entries()) {
  runCase(each, answers, report, {
    few: values.few || each.from === 'special' || each.from === 'composition',
    only: values.mode === undefined ? undefined : new RegExp(values.mode),
  })
  if (process.stderr.isTTY && i % 20 === 0) process.stderr.write(`\r${i} of ${cases.length}`)
}

// Failures of one kind of one operator are one line: the first, how many, and in which modes.
const groups = new Map<string, { first: string; count: number; modes: Set<string> }>()
for (const failure of report.failures) {
  const { kind, mode, each } = failure
  const group = `${kind} ${values.verbose ? each.key : each.name.includes(' ') ? each.from : each.name}`
  const { first, count, modes } = groups.get(group) ?? { first: reproducer(failure), count: 0, modes: new Set() }
  groups.set(group, { first, count: count + 1, modes: modes.add(mode) })
}
for (const { first, count, modes } of groups.values())
  console.log(`${first.slice(0, 600)}${count > 1 ? ` … and ${count - 1} more, in ${[...modes].join(', ')}` : ''}`)
writeFileSync(failedFile, JSON.stringify([...new Set(report.failures.map(({ each }) => each.key))]))
console.log(`\noperators without a formula in test/reference/operators: ${[...report.byDifferences].sort().join(', ') || 'none'}`)
console.table(Object.fromEntries(kinds.map(kind => [kind, report.failures.filter(each => each.kind === kind).length])))
console.log(
  `${report.cases} cases (${report.refused} beyond the operator's domain), ${report.checks} checks, ${report.failures.length} failures in ${groups.size} groups, ${Math.round((performance.now() - start) / 1000)} s, seed ${seed}`,
)
process.exitCode = report.failures.length > 0 ? 1 : 0
