/*
 * npm run bench -- solve: Newton's method on Broyden's tridiagonal system of 100,000 unknowns, as multiples of one sparse Jacobian; the
 * problems of Moré, Garbow and Hillstrom by each method, beside SciPy's counts, fmin and numeric; and those of Hock and Schittkowski.
 */
import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import numeric from 'numeric'
import { add, mul, planJacobian, sub } from '../dist/index.js'
import { fromSource } from '../dist/plugin/index.js'
import { minimize, root } from '../dist/solve/index.js'
import { table } from './harness.mjs'

// fmin 0.0.4 is a script that says it were a module, and counts in a variable that it does not declare.
globalThis.i = 0
new Function(readFileSync(fileURLToPath(import.meta.resolve('fmin')), 'utf8'))()
const { nelderMead } = globalThis.fmin

export function run() {
  broyden(100_000)
  const { moreGarbowHillstrom, hockSchittkowski } = JSON.parse(readFileSync(new URL('../test/reference/minimize.json', import.meta.url), 'utf8'))
  unconstrained(moreGarbowHillstrom)
  constrained(hockSchittkowski)
}

function broyden(n) {
  const f = x => x.map((xi, i) => add(sub(sub(mul(sub(3, mul(2, xi)), xi), i > 0 ? x[i - 1] : 0), i < n - 1 ? mul(2, x[i + 1]) : 0), 1))
  const start = new Array(n).fill(-1)
  const plan = planJacobian(f, start, { output: 'sparse' })
  const timed = call => {
    const before = performance.now()
    call()
    return performance.now() - before
  }
  const best = (call, times) => Math.min(...Array.from({ length: times }, () => timed(call)))
  const jacobian = best(() => plan.valueAndJacobian(start), 5)
  const whole = best(() => root(f, start), 3)
  console.log(`Newton's method, ${n} unknowns: ${(whole / jacobian).toFixed(1)} sparse Jacobians (${whole.toFixed(0)} ms)\n`)
}

const text = expression => expression.replace(/\b(exp|log|sin|cos|sqrt|atan2|abs)\(/g, 'Math.$1(').replace(/\bpi\b/g, 'Math.PI')
const evaluated = expression => new Function('x', `return ${text(expression)}`)
const compiled = expression => fromSource(evaluated(expression))
const near = (a, b, tolerance) => a !== null && Math.abs(a - b) <= tolerance * Math.max(1e-3, Math.abs(b))

function unconstrained(problems) {
  const rows = [['36 problems', 'solved', 'by SciPy', 'values where both do', 'SciPy', 'time']]
  for (const [method, scipys] of [
    ['newton', 'trust-exact'],
    ['newtonCg', 'trust-ncg'],
    ['lbfgs', 'L-BFGS-B'],
  ]) {
    let [solved, theirs, ours, its, time] = [0, 0, 0, 0, 0]
    for (const { residuals, start, minima, scipy } of problems) {
      const f = compiled(residuals.map(each => `(${each})**2`).join('+'))
      const before = performance.now()
      const { value, evaluations } = minimize(f, start, { method, tolerance: 1e-6, maxIterations: 800 })
      time += performance.now() - before
      const good = minima.some(each => near(value, each, 1e-5))
      const peer = minima.some(each => near(scipy[scipys].f, each, 1e-5))
      solved += good
      theirs += peer
      if (good && peer) [ours, its] = [ours + evaluations.values, its + scipy[scipys].values]
    }
    rows.push([`${method} (${scipys})`, `${solved}`, `${theirs}`, `${ours}`, `${its}`, `${time.toFixed(0)} ms`])
  }
  for (const [name, least] of Object.entries(others)) {
    let [solved, values, time] = [0, 0, 0]
    for (const { residuals, start, minima } of problems) {
      const f = evaluated(residuals.map(each => `(${each})**2`).join('+'))
      const counted = x => {
        values++
        return f(x)
      }
      const before = performance.now()
      const value = least(counted, start)
      time += performance.now() - before
      solved += minima.some(each => near(value, each, 1e-5))
    }
    rows.push([name, `${solved}`, '', '', '', `${time.toFixed(0)} ms, ${values.toLocaleString('en-US')} values`])
  }
  console.log(`${table(rows)}\n`)
}

/** What else there is in JavaScript, as it is called by default: values alone, and differences of them. */
const others = {
  'fmin, nelderMead': (f, start) => nelderMead(f, start).fx,
  'numeric, uncmin': (f, start) => {
    try {
      return numeric.uncmin(f, start).f
    } catch {
      return null
    }
  },
}

function constrained(problems) {
  let [solved, local, values, theirs, peer, time] = [0, 0, 0, 0, 0, 0]
  const side = given => given?.map(each => (Math.abs(each) > 1e299 ? Math.sign(each) * Number.POSITIVE_INFINITY : each))
  for (const { f, start, minimum, others = [], equal, atLeast, lower, upper, scipy } of problems) {
    const constraints = [
      ...(equal.length > 0 ? [{ equals: compiled(`[${equal.join(', ')}]`) }] : []),
      ...(atLeast.length > 0 ? [{ atMost: compiled(`[${atLeast.map(each => `0-(${each})`).join(', ')}]`) }] : []),
    ]
    const before = performance.now()
    const { value, status, evaluations } = minimize(compiled(f), start, {
      method: 'interiorPoint',
      constraints,
      bounds: { ...(lower && { lower: side(lower) }), ...(upper && { upper: side(upper) }) },
    })
    time += performance.now() - before
    const at = status === 'converged' ? [minimum, ...others].findIndex(each => Math.abs(value - each) <= 1e-6 * Math.max(1, Math.abs(each))) : -1
    solved += at === 0
    local += at > 0
    values += evaluations.values
    theirs += scipy.values
    peer += scipy.f !== null && Math.abs(scipy.f - minimum) <= 1e-3 * Math.max(1, Math.abs(minimum))
  }
  console.log(
    table([
      [`${problems.length} problems`, 'published minimum', 'another one', 'values', 'time'],
      ['interiorPoint, to 1e-6', `${solved}`, `${local}`, `${values}`, `${time.toFixed(0)} ms`],
      ["SciPy's trust-constr, to 1e-3", `${peer}`, '', `${theirs}`, ''],
    ]),
  )
}
