/*
 * Every operator in every mode, form and shape, at ordinary and special points, against references that are not of this library:
 * `npm run check:forms -- [--size 1] [--seed 1] [--only operator] [--mode mode] [--verbose]`. Needs python3 with mpmath and NumPy; what they
 * answer is kept in node_modules/.cache. Fails where anything is wrong. With --table it also writes the references that `npm test` takes.
 */
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { parseArgs } from 'node:util'
import { registry } from '../src/ops/registry.ts'
import { allCases, emptyReport, kinds, reproducer, runCase, TEST_SEED, TEST_SIZES } from '../test/forms/campaign.ts'
import { type Answers, askPython, formulas } from '../test/forms/reference.ts'

const { values } = parseArgs({
  options: {
    size: { type: 'string', default: '1' },
    seed: { type: 'string', default: '1' },
    only: { type: 'string' },
    mode: { type: 'string' },
    verbose: { type: 'boolean' },
    table: { type: 'boolean' },
  },
})
const [size, seed] = [Number(values.size), Number(values.seed)]
const scaled = (count: number) => Math.ceil(count * size)
const sizes = { shapes: scaled(12), fills: scaled(20), specials: scaled(60), compositions: scaled(6000) }
const start = performance.now()
const wanted = (name: string) => values.only === undefined || name === values.only
const cases = allCases(
  registry.filter(({ name }) => wanted(name)),
  sizes,
  seed,
).filter(each => values.only === undefined || each.from !== 'composition')

// Answers hold as long as the formulas that gave them.
const cache = `node_modules/.cache/dualtape-forms-${formulas()}.json`
const known = existsSync(cache) ? (JSON.parse(readFileSync(cache, 'utf8')) as Answers) : {}
console.log(`${cases.length} cases with seed ${seed}; asking Python for ${cases.filter(each => known[each.key] === undefined).length} of them …`)
let answers = known
for (let at = 0; at < cases.length; at += 500) answers = askPython(cases.slice(at, at + 500), answers)
mkdirSync('node_modules/.cache', { recursive: true })
writeFileSync(cache, JSON.stringify(answers))

if (values.table) {
  const sample = allCases(registry, TEST_SIZES, TEST_SEED)
  const kept = askPython(sample, answers)
  const lines = sample.map(({ key }) => `${JSON.stringify(key)}: ${JSON.stringify({ ...kept[key], key: undefined })}`)
  writeFileSync('test/reference/forms.json', `{\n${lines.join(',\n')}\n}\n`)
  console.log(`test/reference/forms.json: references of ${sample.length} cases`)
}

const report = emptyReport()
for (const [i, each] of cases.entries()) {
  runCase(each, answers, report, {
    few: each.from === 'special' || each.from === 'composition',
    only: values.mode === undefined ? undefined : new RegExp(values.mode),
  })
  if (process.stderr.isTTY && i % 20 === 0) process.stderr.write(`\r${i} of ${cases.length}`)
}

// Failures of one kind of one operator are one line: the first, how many, and in which modes.
const groups = new Map<string, { first: string; count: number; modes: Set<string> }>()
for (const failure of report.failures) {
  const { kind, mode, each } = failure
  const group = `${kind} ${each.name.includes(' ') ? each.from : each.name}${values.verbose ? mode : ''}`
  const { first, count, modes } = groups.get(group) ?? { first: reproducer(failure), count: 0, modes: new Set() }
  groups.set(group, { first, count: count + 1, modes: modes.add(mode) })
}
for (const { first, count, modes } of groups.values())
  console.log(`${first.slice(0, 600)}${count > 1 ? ` … and ${count - 1} more, in ${[...modes].join(', ')}` : ''}`)
console.log(`\noperators without a formula in test/reference/operators: ${[...report.byDifferences].sort().join(', ') || 'none'}`)
console.table(Object.fromEntries(kinds.map(kind => [kind, report.failures.filter(each => each.kind === kind).length])))
console.log(
  `${report.cases} cases (${report.refused} beyond the operator's domain), ${report.checks} checks, ${report.failures.length} failures in ${groups.size} groups, ${Math.round((performance.now() - start) / 1000)} s, seed ${seed}`,
)
process.exitCode = report.failures.length > 0 ? 1 : 0
