/*
 * The main job: fits NIST's nonlinear-regression data sets with full Jacobians, some of them once more by models in plain TypeScript, then
 * trains a classifier from gradients of a scalar loss. Ends with status 1 when a fit or the training falls short.
 */
import { progressOn, table } from '../src/cli/output.ts'
import { trainIris } from './iris.ts'
import { DATA_SETS, fitDataSet, type NistDataSet, type NistFit, readDataSet } from './nist.ts'
import { fitPlain, MODELS } from './plain.ts'

const DIGITS = 6
const FITS = 54
const ACCURACY = 0.95
const progress = progressOn(process.stderr)

console.log('NIST nonlinear regression, by Levenberg–Marquardt with full Jacobians\n')
const rows = [['data set', 'start', 'n × m', 'plan', 'iterations', 'digits', 'digits of deviations', 'time']]
const shortfalls: string[] = []
let reached = 0
for (const name of DATA_SETS) {
  const set = readDataSet(name)
  for (const start of [0, 1] as const) {
    const before = performance.now()
    const fit = fitDataSet(set, start, iteration => progress.show(`${name}, start ${start + 1}: iteration ${iteration}`))
    rows.push(row(set, start, fit, performance.now() - before))
    if (fit.digits >= DIGITS && fit.status === 'converged') reached++
    else shortfalls.push(`${name}, start ${start + 1}: ${fit.digits.toFixed(1)} digits; ${fit.message}.`)
    if (fit.deviationDigits < DIGITS)
      shortfalls.push(`${name}, start ${start + 1}: standard deviations agree to ${fit.deviationDigits.toFixed(1)} digits${reasonFor(fit, set)}.`)
  }
}
progress.done()
console.log(table(rows))
console.log(`\n${reached} of ${2 * DATA_SETS.length} fits reach ${DIGITS} digits or more.`)
for (const each of shortfalls) console.log(`  ${each}`)

console.log('\nThe same data by models in plain TypeScript, differentiated as they are written\n')
for (const name of Object.keys(MODELS)) {
  const { digits, iterations } = fitPlain(name, 1)
  console.log(`${name.padEnd(10)} ${digits.toFixed(1)} digits after ${iterations} iterations`)
  if (digits < DIGITS) process.exitCode = 1
}

console.log('\nIris, softmax classifier with one hidden layer, trained on two thirds of the rows\n')
const { accuracy } = trainIris(({ epoch, loss, accuracy }) => {
  console.log(`epoch ${String(epoch).padStart(3)}   loss ${loss.toFixed(4)}   accuracy on held-out rows ${(100 * accuracy).toFixed(1)} %`)
})
if (reached < FITS || accuracy < ACCURACY) process.exitCode = 1

function row(set: NistDataSet, start: number, fit: NistFit, time: number): string[] {
  const { iterations, digits, deviationDigits } = fit
  const plan = fit.plan.jacobian
  return [
    set.name,
    String(start + 1),
    `${plan.inputs} × ${plan.outputs}`,
    plan.mode,
    String(iterations),
    digits.toFixed(1),
    deviationDigits.toFixed(1),
    `${time.toFixed(0)} ms`,
  ]
}

/** Deviations are made of the residuals, which rounding hides when they are tiny beside the data. */
function reasonFor({ value }: NistFit, { columns }: NistDataSet): string {
  const size = Math.max(...(columns.y as number[]).map(Math.abs))
  const relative = Math.sqrt((2 * value) / (columns.y as number[]).length) / size
  return relative < 1e-12 ? `: the residuals are ${relative.toExponential(0)} of the data, so rounding of the data shows in them` : ''
}
