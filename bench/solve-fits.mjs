/*
 * npm run bench -- solve-fits: all nonlinear problems of NIST's StRD from both starts, by leastSquares and by
 * ml-levenberg-marquardt with finite differences and with exact Jacobians; then bundle adjustment of 49 cameras, 7,776 points and
 * 31,843 weights. A fit succeeds that has 4 digits of all parameters.
 */
import { existsSync, readFileSync } from 'node:fs'
import { levenbergMarquardt } from 'ml-levenberg-marquardt'
import { broadcastTo, planJacobian, sub, tensor } from '../dist/index.js'
import { Expression } from '../dist/mathjs/index.js'
import { leastSquares } from '../dist/solve/index.js'
import { table } from './harness.mjs'
import { bundles, nist } from './load-examples.mjs'

const DIGITS = 4
/** Where ADBench's file 1 lies; --data names another folder. */
const BUNDLE = 'ba1_n49_m7776_p31843.txt'

export async function run({ data = '../shared/data/adbench' } = {}) {
  await nistProblems()
  await bundle(`${data}/${BUNDLE}`)
}

const WAYS = {
  'leastSquares, Levenberg–Marquardt': ours('levenbergMarquardt'),
  'leastSquares, dogleg': ours('dogleg'),
  'ml-levenberg-marquardt, differences': peer(false),
  'ml-levenberg-marquardt, exact Jacobian': peer(true),
}

/** All 54 fits in one of the ways, as a function that makes them and says how many succeeded after how many evaluations. */
export async function fitsOf(way) {
  const { DATA_SETS, readDataSet } = await nist()
  const folder = new URL('../examples/data/nist-strd/', import.meta.url)
  const problems = DATA_SETS.flatMap(set => [0, 1].map(start => problemOf(readDataSet(set, folder), start)))
  const isFound = ({ certified }, { x }) => x.every((each, i) => Math.abs(each / certified[i] - 1) < 10 ** -DIGITS)
  return () => {
    const all = problems.map(problem => [problem, WAYS[way](problem)])
    return { solved: all.filter(each => isFound(...each)).length, evaluations: all.reduce((total, [, { evaluations }]) => total + evaluations, 0) }
  }
}

async function nistProblems() {
  const rows = [['54 fits', 'succeed', 'evaluations', 'time']]
  for (const name of Object.keys(WAYS)) {
    const run = await fitsOf(name)
    const before = performance.now()
    const { solved, evaluations } = run()
    rows.push([name, String(solved), String(evaluations), `${(performance.now() - before).toFixed(0)} ms`])
  }
  console.log(table(rows))
}

/** A data set as residuals, and as predictions with their Jacobian for peers. */
function problemOf({ columns, model, response, parameters, starts, certified }, start) {
  const data = Object.fromEntries(Object.entries(columns).map(([name, column]) => [name, tensor(column)]))
  const formula = new Expression(model, { elementwise: true, complex: 'nan' })
  const observed = new Expression(response, { elementwise: true }).evaluate(data)
  const rows = observed.size
  const predicted = b => broadcastTo(formula.evaluate({ ...data, ...Object.fromEntries(parameters.map((name, i) => [name, b[i]])) }), [rows])
  const plan = planJacobian(predicted, starts[start])
  return {
    certified,
    start: starts[start],
    residuals: b => sub(predicted(b), observed),
    predict: b => predicted(b).data,
    gradient: b => plan.jacobian(b).toArray(),
    y: observed.toArray(),
  }
}

function ours(method) {
  return ({ residuals, start }) => {
    const { x, evaluations } = leastSquares(residuals, start, { method, tolerance: 1e-13 })
    return { x, evaluations: evaluations.values }
  }
}

function peer(exact) {
  return ({ predict, gradient, y, start }) => {
    let evaluations = 0
    const x = y.map((_, i) => i)
    const model = parameters => {
      const values = predict(parameters)
      evaluations++
      return i => values[i]
    }
    const jacobianFunction = parameters => {
      const rows = gradient(parameters)
      return i => rows[i]
    }
    try {
      const { parameterValues } = levenbergMarquardt({ x, y }, model, {
        initialValues: start,
        errorTolerance: 0,
        maxIterations: 1000,
        gradientDifference: start.map(each => 1e-7 * Math.abs(each)),
        ...(exact && { jacobianFunction }),
      })
      return { x: parameterValues, evaluations }
    } catch {
      return { x: start.map(() => Number.NaN), evaluations }
    }
  }
}

async function bundle(file) {
  if (!existsSync(file)) {
    console.log(`\nNo ${file}: bundle adjustment is left out. --data names the folder of ADBench's ${BUNDLE}.`)
    return
  }
  const { readBundle } = await bundles()
  const { residuals, x0, unknowns } = readBundle(readFileSync(file, 'utf8'))
  const marks = [performance.now()]
  const { value, status, iterations, plan } = leastSquares(residuals, x0, { callback: () => marks.push(performance.now()) })
  const [begin, first, last] = [marks[0], marks[1], marks.at(-1)]
  console.log(`\nBundle adjustment, ${unknowns.toLocaleString('en')} unknowns: ${status}, cost ${value.toPrecision(2)} after ${iterations} iterations`)
  console.log(`${plan.why}\nplanned in ${((first - begin) / 1000).toFixed(1)} s, then ${((last - first) / iterations / 1000).toFixed(2)} s an iteration`)
}
