/* Which charts are drawn of which results. */
import { cells, lines, marks } from './charts.mjs'

const withTimes = (cases, test) => cases.filter(each => each.times !== undefined && test(each))

/** Series over n: for each contestant the points that `read` gives. */
function over(cases, names, read, label = name => name) {
  return names
    .map(name => ({ name: label(name), points: cases.filter(each => each.times[name] !== undefined).map(each => [each.n, read(each, each.times[name])]) }))
    .filter(({ points }) => points.length > 0)
}

const namesOf = cases => [...new Set(cases.flatMap(each => Object.keys(each.times)))]
const titled = each => (each.size === undefined ? each.name : `${each.name}, ${each.size}`)

/** Each case's contestants as multiples of one of them. */
function multiples(cases, names, of) {
  return names
    .map(name => ({ name, values: cases.map(({ times }) => times[name] && times[name] / times[of]) }))
    .filter(({ values }) => values.some(value => value !== undefined))
}

const n = { name: 'inputs, n' }

function gradbench({ cases }) {
  const sized = withTimes(cases, ({ times }) => times['C++ by hand'] !== undefined)
  return {
    gradbench: marks({
      title: 'GradBench: multiples of C++ by hand',
      x: { name: 'time ÷ time of C++' },
      categories: sized.map(titled),
      series: [...multiples(sized, ['compiled', 'JavaScript by hand', 'ADOL-C'], 'C++ by hand'), { name: 'limit', values: sized.map(({ limit }) => limit) }],
    }),
  }
}

function rosenbrock({ cases }) {
  return {
    rosenbrock: lines({
      title: 'Gradient of Rosenbrock’s function: nanoseconds for each input',
      x: n,
      y: { name: 'ns ÷ n' },
      series: over(cases, namesOf(cases), (each, time) => time / each.n),
    }),
  }
}

function scalars({ cases }) {
  return {
    scalars: marks({
      title: 'Programs of single numbers, and two of tensors: multiples of JavaScript by hand',
      x: { name: 'time ÷ time of JavaScript by hand' },
      categories: cases.map(titled),
      series: multiples(cases, namesOf(cases), 'JavaScript by hand'),
    }),
  }
}

function jacobians({ cases }) {
  const data = cases.map(({ size }) => size)
  const series = ['eager', 'forward', 'reverse', 'elimination', 'compiled, a tensor', 'JavaScript by hand', 'C++ by hand', 'ADOL-C']
  return {
    jacobians: lines({
      title: 'Dense Jacobians of every shape: milliseconds',
      x: { name: 'outputs × inputs', data },
      y: { name: 'ms' },
      series: series.map(name => ({
        name: name === 'eager' ? 'planner’s choice' : name,
        points: cases.filter(({ times }) => times[name] !== undefined).map(({ size, times }) => [size, times[name] / 1e6]),
      })),
    }),
  }
}

function sparse({ cases }) {
  return Object.fromEntries(
    ['Jacobian', 'Hessian'].map(kind => {
      const own = cases.filter(({ name }) => name.startsWith(kind))
      const label = name => (name === 'eager' ? 'planner’s choice' : name)
      return [
        `sparse-${kind.toLowerCase()}`,
        lines({
          title: `Sparse ${kind}, three diagonals: nanoseconds for each input`,
          x: n,
          y: { name: 'ns ÷ n' },
          series: over(own, namesOf(own), (each, time) => time / each.n, label),
        }),
      ]
    }),
  )
}

const tensors =
  group =>
  ({ cases }) => ({
    [group]: marks({
      title: `Gradients of ${group} on tensors: multiples of JavaScript by hand`,
      x: { name: 'time ÷ time of JavaScript by hand' },
      categories: cases.map(titled),
      series: multiples(cases, namesOf(cases), 'JavaScript by hand'),
    }),
  })

function start({ cases }) {
  return {
    start: marks({
      title: 'Import of a library, and the first gradient after it: milliseconds',
      x: { name: 'ms' },
      categories: cases.flatMap(each => Object.keys(each.times).map(name => `${each.name.replace(/,.*/, '')}: ${name}`)),
      series: [{ name: 'milliseconds', values: cases.flatMap(each => Object.values(each.times).map(time => time / 1e6)) }],
    }),
  }
}

const fits = ({ cases }) => ({
  fits: marks({
    title: 'All 54 fits of NIST’s nonlinear problems: milliseconds',
    x: { name: 'ms' },
    categories: cases.flatMap(each => Object.keys(each.times)),
    series: [{ name: 'milliseconds', values: cases.flatMap(each => Object.values(each.times).map(time => time / 1e6)) }],
  }),
})

function scaling({ cases }) {
  const named = name => cases.filter(each => each.name === name)
  const ratios = named('gradient over function')
  const ratio = (kind, name) => ({
    name,
    points: ratios
      .filter(({ times }) => times[`function, ${kind}`] !== undefined)
      .map(each => [each.n, each.times[`gradient, ${kind}`] / each.times[`function, ${kind}`]]),
  })
  const values = (name, title, y) =>
    lines({
      title,
      x: n,
      y: { name: y, log: false, format: each => String(each), min: 0 },
      series: [...new Set(named(name).flatMap(each => Object.keys(each.values)))].map(key => ({
        name: key,
        points: named(name).map(each => [each.n, each.values[key]]),
      })),
    })
  const shapes = named('Jacobian over n and m')
  const sizes = key => [...new Set(shapes.map(each => each[key]))].sort((a, b) => a - b)
  return {
    'scaling-gradient': lines({
      title: 'A gradient beside its function, Rosenbrock’s: time ÷ time',
      x: n,
      y: { name: 'gradient ÷ function', log: false, format: each => String(each), min: 0 },
      series: [ratio('a tensor', 'compiled, a tensor'), ratio('numbers', 'compiled, numbers'), ratio('eager', 'eager, numbers')],
    }),
    'scaling-memory': values('memory of a tape entry', 'Memory of the tape, for each operation', 'bytes'),
    'scaling-compile': values('time to compile', 'From nothing to the first compiled gradient, for each operation of the function', 'µs'),
    'scaling-shape': cells({
      title: 'A dense Jacobian by the planner: nanoseconds for each entry',
      x: { name: 'inputs, n', data: sizes('n').map(String) },
      y: { name: 'outputs, m', data: sizes('m').map(String) },
      values: shapes.map(each => [sizes('n').indexOf(each.n), sizes('m').indexOf(each.m), each.values.eager]),
    }),
  }
}

/** For each group of results, its charts by the names of their files. */
export const FIGURES = { gradbench, rosenbrock, scalars, jacobians, sparse, products: tensors('products'), networks: tensors('networks'), fits, start, scaling }
