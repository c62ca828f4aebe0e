/*
 * Plain TypeScript: what a marked function costs on numbers, what its compiled gradient costs beside that by hand, and how long the
 * transform takes. Ten copies of each function, since one and the same code differs from copy to copy with its place in memory.
 * `--only conditions` for the cost of functions with that word in their name.
 */
import { compile, grad, hessian, jvp, variable } from '../dist/index.js'
import { fromSource, transform } from '../dist/plugin/index.js'
import { interleaved, median, table } from './harness.mjs'
import { loops } from './load-examples.mjs'

const COPIES = 10
const wave = n => Array.from({ length: n }, (_, i) => Math.sin(i + 1))

const rosenbrock = `(x => {
  let total = 0
  for (let i = 0; i + 1 < x.length; i++) {
    const a = x[i + 1] - x[i] * x[i]
    const b = 1 - x[i]
    total += 100 * (a * a) + b * b
  }
  return total
})`
const energy = `(x => {
  let total = 0
  for (let i = 0; i < x.length; i += 3)
    for (let j = 0; j < i; j += 3) {
      const dx = x[i] - x[j], dy = x[i + 1] - x[j + 1], dz = x[i + 2] - x[j + 2]
      const inverse = 1 / (dx * dx + dy * dy + dz * dz)
      const sixth = inverse * inverse * inverse
      total += 4 * (sixth * sixth - sixth)
    }
  return total
})`
const warping = `(({ a, b }) => {
  const table = []
  for (let i = 0; i < a.length; i++) {
    const row = []
    for (let j = 0; j < b.length; j++) {
      const d = a[i] - b[j]
      if (i === 0) row.push(j === 0 ? d * d : d * d + row[j - 1])
      else if (j === 0) row.push(d * d + table[i - 1][0])
      else row.push(d * d + Math.min(Math.min(table[i - 1][j], row[j - 1]), table[i - 1][j - 1]))
    }
    table.push(row)
  }
  return table.at(-1).at(-1)
})`

/** Functions of numbers, their arguments, and whether the first is all that is differentiated by. */
const kernels = {
  'Rosenbrock, 200': [rosenbrock, wave(200)],
  'decay, 20 × 2': [
    '((p, t) => { let y = 0; for (let k = 0; k < p.length; k += 2) y += p[k] * Math.exp(-p[k + 1] * t); return y > 0 ? Math.log(y) : y })',
    wave(40).map(Math.abs),
    0.5,
  ],
  'Runge–Kutta, 100 steps': [
    `((y0, k) => {
      const f = y => k * y * (1 - y)
      let y = y0
      for (let i = 0; i < 100; i++) {
        const k1 = f(y), k2 = f(y + 0.005 * k1), k3 = f(y + 0.005 * k2), k4 = f(y + 0.01 * k3)
        y += (0.01 / 6) * (k1 + 2 * k2 + 2 * k3 + k4)
      }
      return y
    })`,
    0.1,
    2,
  ],
  'product, 8 × 8': [
    `((a, b) => {
      let sum = 0
      for (let i = 0; i < 8; i++) for (let j = 0; j < 8; j++) { let c = 0; for (let k = 0; k < 8; k++) c += a[8 * i + k] * b[8 * k + j]; sum += c * c }
      return sum
    })`,
    wave(64),
    wave(64),
  ],
  'map and reduce, 100': ['(x => x.map(v => v * v + 1).reduce((s, v) => s + Math.sqrt(v), 0))', wave(100)],
  'conditions, 100': ['(x => { let s = 0; for (const v of x) { if (v > 0.5) s += v * v; else if (v < -0.5) s -= v; else s += 1 } return s })', wave(100)],
}

const evaluated = (text, copy) => new Function(`/* copy ${copy} */ return ${text}`)()

/** All modes, so that operators have seen values of all of them. */
function usedInAllModes(marked, [x, ...others]) {
  const f = z => marked(z, ...others)
  grad(f)(x)
  jvp(f, [x], [x])
  hessian(f)(Array.isArray(x) ? x.slice(0, 64) : x)
  compile(grad(f))(x)
  const v = variable(x)
  const y = marked(Array.isArray(x) ? Array.from(x, (_, i) => v.at(i)) : v, ...others)
  y.backward()
}

function onNumbers(only) {
  const rows = [['on numbers, marked / as it is', 'median', 'least', 'most', 'itself / itself', 'least', 'most']]
  const told = ratios => [median(ratios), Math.min(...ratios), Math.max(...ratios)].map(each => each.toFixed(2))
  for (const [name, [text, ...args]] of Object.entries(kernels)) {
    if (!name.toLowerCase().includes(only.toLowerCase())) continue
    const [ratios, twins] = [[], []]
    for (let copy = 0; copy < COPIES; copy++) {
      // A second copy of the unmarked function says what places in memory alone make of it.
      const [plain, twin] = [evaluated(text, copy), evaluated(text, -copy - 1)]
      const marked = fromSource(evaluated(text, copy))
      usedInAllModes(marked, args)
      const { a, b, c } = interleaved({ a: () => plain(...args), b: () => marked(...args), c: () => twin(...args) }, { rounds: 5, seconds: 0.05, warmUp: 0.2 })
      ratios.push(b / a)
      twins.push(c / a)
    }
    rows.push([name, ...told(ratios), ...told(twins)])
  }
  return table(rows)
}

async function gradients() {
  const { loopPrograms } = await loops()
  const rows = [['gradient, marked and compiled', 'size', 'times hand']]
  for (const [name, text] of Object.entries({ Rosenbrock: rosenbrock, 'Lennard-Jones': energy, 'dynamic time warping': warping })) {
    const program = loopPrograms.find(each => each.name.toLowerCase() === name.toLowerCase())
    for (const size of program.sizes.filter(each => program.operations(each) <= 1e6)) {
      const { byHand, x } = program.of(size)
      const fast = compile(grad(fromSource(evaluated(text, size))))
      const { a, b } = interleaved({ a: () => byHand(x), b: () => fast(x) }, { rounds: 7, warmUp: 1 })
      rows.push([name, size.toLocaleString('en-US'), (b / a).toPrecision(3)])
    }
  }
  return table(rows)
}

/** Milliseconds per kilobyte of marked source. */
function speed() {
  const of = i => Object.values(kernels).map(([kernel], k) => `export const f${i}_${k} = ${kernel}\n`)
  const text = `'use ad'\n${Array.from({ length: 10 }, (_, i) => of(i).join('')).join('')}`
  const { all } = interleaved({ all: () => transform(text, { filename: 'kernels.js' }) }, { rounds: 5, warmUp: 2 })
  return `The transform takes ${(all / 1e6 / (text.length / 1000)).toFixed(2)} ms per kB of source (${(text.length / 1000).toFixed(0)} kB at once).`
}

export async function run({ only = '' } = {}) {
  console.log(onNumbers(only))
  if (only !== '') return
  console.log(`\n${await gradients()}`)
  console.log(`\n${speed()}`)
}
