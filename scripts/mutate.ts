/*
 * Mutation testing: does a test fail when the code is wrong? `npm run mutate -- [file, folder or file:line-line …] [--sample 0.1]
 * [--seed 1] [--tests all] [--concurrency 2]`. Without a path, every folder of FOLDERS, one after the other. Prints the survivors
 * and fails below 90 %; the report is in reports/mutation.
 */
import { readdirSync, statSync } from 'node:fs'
import { setPriority } from 'node:os'
import { parseArgs } from 'node:util'
import { Stryker } from '@stryker-mutator/core'

const FOLDERS = [
  'src/ops',
  'src/forward',
  'src/reverse',
  'src/jacobian',
  'src/imperative',
  'src/graph',
  'src/compile',
  'src/batch',
  'src/mathjs',
  'src/random',
  'src/nn',
]

/** Written by scripts: `npm run check` compares them with what they were made of. */
const GENERATED = ['src/ops/generated.ts', 'src/ops/generated-second.ts', 'src/graph/run-steps.ts', 'src/compile/kernel-text.ts']

/** Tests that run the package, its commands, pages or a browser, or read the text of sources. */
const OUTSIDE = ['cli/', 'docs/', 'package/', 'compile/browser', 'mathjs/fit-page', 'examples', 'models', 'layers']

/** Where facts about a folder stand, beside its own tests and those of the whole library. */
const NEIGHBOURS: Record<string, string[]> = {
  ops: [],
  forward: ['ops/registry', 'testing/'],
  reverse: ['imperative/anomaly', 'compile/compile', 'jacobian/jacobian', 'ops/registry', 'testing/'],
  jacobian: [],
  imperative: ['testing/'],
  graph: ['compile/', 'batch/'],
  compile: ['graph/'],
  batch: ['ops/registry'],
  mathjs: [],
  random: [],
  nn: [],
}

const { values: options, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    sample: { type: 'string', default: '1' },
    seed: { type: 'string', default: '1' },
    tests: { type: 'string', default: 'area' },
    concurrency: { type: 'string', default: '2' },
  },
})

/** The test files for a folder of src, its own first. */
function testsOf(folder: string): string[] {
  const all = readdirSync('test', { recursive: true, encoding: 'utf8' })
    .map(file => file.replaceAll('\\', '/'))
    .filter(file => file.endsWith('.test.ts') && !OUTSIDE.some(start => file.startsWith(start)))
    .sort()
  const order = [`${folder}/`, ...(NEIGHBOURS[folder] ?? [])]
  const rank = (file: string) => {
    const at = order.findIndex(start => file.startsWith(start))
    return at >= 0 ? at : file.includes('/') ? Number.POSITIVE_INFINITY : order.length
  }
  const wanted = options.tests === 'all' ? all : all.filter(file => rank(file) <= order.length)
  return wanted.sort((one, other) => Math.min(rank(one), 99) - Math.min(rank(other), 99)).map(file => `test/${file}`)
}

/** Runs the mutants of one path and says how many of them a test found. */
async function mutate(path: string): Promise<boolean> {
  const folder = path.split('/')[1] as string
  process.env.MUTATE_SAMPLE = options.sample
  process.env.MUTATE_SEED = options.seed
  process.env.MUTATE_TESTS = JSON.stringify(testsOf(folder))
  const file = path.replace(/:.*/, '')
  const report = `reports/mutation/${path.replace(/^src\//, '').replaceAll(/[/:]/g, '-')}`
  const results = await new Stryker({
    mutate: [statSync(file).isDirectory() ? `${file.replace(/\/$/, '')}/**/*.ts` : path, ...GENERATED.map(generated => `!${generated}`)],
    testRunner: 'vitest',
    vitest: { configFile: 'scripts/mutation/vitest.config.ts', related: false },
    plugins: ['@stryker-mutator/vitest-runner', './scripts/mutation/plugin.mjs'],
    ignorers: ['words'],
    checkers: ['sample'],
    coverageAnalysis: 'perTest',
    concurrency: Number(options.concurrency),
    disableTypeChecks: false,
    timeoutMS: 10_000,
    dryRunTimeoutMinutes: 30,
    tempDirName: '.stryker-tmp',
    ignorePatterns: ['reports', 'dist', 'docs/.vitepress', 'docs/api'],
    reporters: ['progress-append-only', 'json', 'html'],
    jsonReporter: { fileName: `${report}.json` },
    htmlReporter: { fileName: `${report}.html` },
  }).runMutationTest()
  const run = results.filter(({ status }) => !['CompileError', 'Ignored'].includes(status))
  const of = (...statuses: string[]) => run.filter(({ status }) => statuses.includes(status))
  for (const { status, fileName, location, mutatorName, replacement } of of('Survived', 'NoCoverage', 'RuntimeError')) {
    console.log(
      `${status}  ${fileName}:${location.start.line}:${location.start.column}  ${mutatorName}  → ${replacement?.replaceAll(/\s+/g, ' ').slice(0, 120)}`,
    )
  }
  const found = of('Killed', 'Timeout').length
  const score = found / (run.length - of('RuntimeError').length)
  console.log(
    `${path}: ${run.length} mutants run of ${results.filter(({ status }) => status !== 'Ignored').length} (sample ${options.sample}, seed ${options.seed}), ` +
      `${of('Killed').length} killed, ${of('Timeout').length} out of time, ${of('Survived').length} survived, ${of('NoCoverage').length} reached by no test: ${(100 * score).toFixed(1)} %`,
  )
  return score >= 0.9
}

setPriority(15)
let good = true
for (const path of positionals.length > 0 ? positionals : FOLDERS) good = (await mutate(path)) && good
process.exitCode = good ? 0 : 1
