/* What the pages say of stored results: the machine, charts, a table, and why contestants are absent. */

const KINDS = {
  gradbench: gradbench,
  scaling,
  readme,
  ratios,
}

/** The text of a group of results. */
export function tableOf(group, results, charts) {
  const write = KINDS[group] ?? general
  return write(
    results,
    charts.map(name => `![${name.replaceAll('-', ' ')}](../bench/results/${name}.svg)`),
  )
}

const row = cells => `| ${cells.join(' | ')} |`
const rows = ([head, ...body]) => [row(head), row(head.map((_, i) => (i === 0 ? '---' : '---:'))), ...body.map(row)].join('\n')
const titled = each => (each.size === undefined ? each.name : `${each.name}, ${each.size}`)

/** A time in its unit, with two digits. */
export function time(ns) {
  const [factor, unit] = ns < 1e3 ? [1, 'ns'] : ns < 1e6 ? [1e3, 'µs'] : ns < 1e9 ? [1e6, 'ms'] : [1e9, 's']
  return `${Number((ns / factor).toPrecision(2)).toLocaleString('en-US')} ${unit}`
}
const multiple = x => (x === undefined || Number.isNaN(x) ? '' : Number(x.toPrecision(2)).toLocaleString('en-US'))

function absences(absent) {
  const entries = Object.entries(absent ?? {})
  return entries.length === 0 ? [] : [`What is not there: ${entries.map(([name, reason]) => `*${name}*: ${reason}`).join('; ')}.`]
}

const measuredOn = ({ machine }) => `Measured on ${machine}.`

/** One reference in its unit, the others as multiples of it. */
function general({ cases, absent, ...rest }, charts) {
  const names = [...new Set(cases.flatMap(each => Object.keys(each.times)))]
  const hasHand = cases.every(({ times }) => times['JavaScript by hand'] !== undefined)
  const others = names.filter(name => name !== 'JavaScript by hand')
  const head = hasHand ? ['', 'JavaScript by hand', ...others.map(name => `${name}, ×`)] : ['', ...names]
  const body = cases.map(each => {
    const hand = each.times['JavaScript by hand']
    const cell = name => (each.times[name] === undefined ? '' : time(each.times[name]))
    return [titled(each), ...(hasHand ? [time(hand), ...others.map(name => multiple(each.times[name] / hand))] : names.map(cell))]
  })
  const found = cases.flatMap(({ numbers = {} }) => Object.entries(numbers).map(([name, [solved]]) => `${name} finds ${solved}`))
  return [
    ...charts,
    rows([head, ...body]),
    ...(found.length > 0 ? [`Of the 54 fits, ${found.join('; ')}.`] : []),
    [measuredOn(rest), ...absences(absent)].join(' '),
  ].join('\n\n')
}

function gradbench({ cases, absent, ...rest }, charts) {
  const body = cases.map(({ name, size, times, limit, first }) => [
    ...[name, size, time(times.compiled), time(times['C++ by hand'])],
    ...[multiple(times.compiled / times['C++ by hand']), limit === undefined ? '' : String(limit)],
    ...[multiple(times['JavaScript by hand'] / times['C++ by hand']), multiple(times['ADOL-C'] / times['C++ by hand']), `${first.compiled.toFixed(0)} ms`],
  ])
  const head = ['eval', 'size', 'compiled', 'C++ by hand', 'compiled ÷ C++', 'limit', 'JavaScript by hand ÷ C++', 'ADOL-C ÷ C++', 'first call']
  return [...charts, rows([head, ...body]), [measuredOn(rest), ...absences(absent)].join(' ')].join('\n\n')
}

function scaling({ cases, ...rest }, charts) {
  const named = name => cases.filter(each => each.name === name)
  const ratios = named('gradient over function').map(({ size, times }) => [
    size,
    ...['a tensor', 'numbers', 'eager'].map(kind => multiple(times[`gradient, ${kind}`] / times[`function, ${kind}`])),
  ])
  const valued = (name, unit) => [['', unit], ...named(name).map(each => [each.size, Object.values(each.values).map(multiple).join(', ')])]
  return [
    ...[charts[0], rows([['gradient ÷ function', 'compiled, a tensor', 'compiled, numbers', 'eager, numbers'], ...ratios])],
    ...[charts[1], rows(valued('memory of a tape entry', 'bytes per operation'))],
    ...[charts[2], rows(valued('time to compile', 'µs per operation'))],
    ...[charts[3], measuredOn(rest)],
  ].join('\n\n')
}

/** Rosenbrock's function with 100 variables as bars of text. */
function readme({ cases }) {
  const { times } = cases.find(each => each.n === 100)
  const shown = { dualtape: 'compiled, numbers', Rose: 'Rose', 'jax-js': 'jax-js', 'TensorFlow.js': 'TensorFlow.js' }
  const all = Object.entries(shown).map(([name, key]) => [name, times[key] / times['JavaScript by hand']])
  const most = Math.max(...all.map(([, value]) => value))
  const lines = all.map(([name, value]) => `${name.padEnd(15)}${multiple(value).padEnd(7)}${'█'.repeat(Math.round((90 * value) / most)) || '▏'}`)
  return ['```', ...lines, '```'].join('\n')
}

/** How compiled derivatives stand beside C++ by hand, in a sentence. */
function ratios({ cases }) {
  const all = cases.map(({ times }) => times.compiled / times['C++ by hand']).sort((a, b) => a - b)
  const [least, middle, most] = [all[0], all[all.length >> 1], all.at(-1)].map(multiple)
  return `Beside derivatives by hand in C++ (GradBench, ${all.length} problems), compiled derivatives take ${least} to ${most} times as long, the median ${middle}.`
}
