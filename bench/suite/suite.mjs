/*
 * The whole suite: cases of all groups, measured one after another; one table, and bench/results with a file for each group, from which
 * page.mjs writes charts and docs/performance.md.
 */
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { cpus } from 'node:os'
import { table } from '../harness.mjs'
import { FULL, measured, QUICK } from './measure.mjs'
import { closeNative, native } from './native.mjs'
import { progress } from './progress.mjs'

export const GROUPS = ['gradbench', 'rosenbrock', 'scalars', 'jacobians', 'sparse', 'products', 'networks', 'fits', 'start', 'scaling']
const MODULES = [...new Set(GROUPS.map(group => (['products', 'networks'].includes(group) ? 'tensors' : group)))]
const RESULTS = new URL('../results/', import.meta.url)

const fileOf = group => new URL(`${group}.json`, RESULTS)
export const titleOf = ({ group, name, size }) => [group, name, size].filter(Boolean).join(', ')

/** Stored results of a group. */
export function stored(group) {
  return existsSync(fileOf(group)) ? JSON.parse(readFileSync(fileOf(group), 'utf8')) : { cases: [] }
}

const short = (_, each) => (typeof each === 'number' ? Number(each.toPrecision(4)) : each)

/** Stores results beside those of the group's other cases, in the order in which cases are listed. */
export function store(group, results, order, absent) {
  const before = stored(group)
  const kept = before.cases.filter(each => !results.some(now => titleOf(now) === titleOf(each)))
  const cases = order.flatMap(title => [...kept, ...results].filter(each => titleOf(each) === title))
  const here = `${cpus().length} cores, ${cpus()[0].model}, Node ${process.versions.node.split('.')[0]}`
  // Cases that are kept may come from another machine.
  const machine = [...new Set([...(kept.length > 0 ? before.machine.split(' and ') : []), here])].join(' and ')
  writeFileSync(fileOf(group), `${JSON.stringify({ machine, absent, cases }, short, 2)}\n`)
}

/** All cases whose title has the words of `filter`, with what their group says about those that are absent. */
export async function casesOf({ filter = '', quick = false } = {}) {
  const modules = await Promise.all(MODULES.map(async name => import(`./cases/${name}.mjs`)))
  const all = modules.flatMap(({ cases, absent }) => cases().map(each => ({ each, absent })))
  const words = filter.toLowerCase().split(/\s+/)
  return all.filter(({ each }) => (!quick || each.isQuick) && words.every(word => titleOf(each).toLowerCase().includes(word)))
}

/** Case by case: what is measured, or computed where it is no time. */
export async function resultOf(each, effort) {
  if (each.values === undefined) return measured(each, effort)
  const { values, isQuick, ...rest } = each
  return { ...rest, values: await values() }
}

export async function runSuite({ filter, quick = false, keep = !quick }) {
  const chosen = await casesOf({ filter, quick })
  if (chosen.length === 0) throw new Error(`No case has “${filter}” in its title.`)
  if (native('cases', 'rosenbrock', [1, 2]) === undefined) console.log('No g++ was found: C++ by hand and ADOL-C are left out.\n')
  else if (native('adolc', 'rosenbrock', [1, 2]) === undefined) console.log('No ADOL-C was found (Debian: libadolc-dev): it is left out.\n')
  const bar = progress(chosen.length)
  const results = []
  for (const { each, absent } of chosen) {
    bar.show(titleOf(each))
    const result = await resultOf(each, quick ? QUICK : FULL)
    results.push(result)
    globalThis.gc?.()
    if (keep) {
      const order = (await casesOf()).map(other => titleOf(other.each))
      store(each.group, [result], order, absent)
    }
  }
  bar.done()
  closeNative()
  console.log(overview(results))
  return results
}

const SHOWN = [
  'JavaScript by hand',
  'C++ by hand',
  'ADOL-C',
  'compiled',
  'compiled, a tensor',
  'compiled, numbers',
  'eager',
  'eager, numbers',
  'Rose',
  'jax-js',
  'TensorFlow.js',
  'mathjs',
  'differences',
]

/** Milliseconds by hand, and the others as multiples of that; what has no reference in milliseconds. */
function overview(results) {
  const timedOnes = results.filter(({ times }) => times !== undefined)
  const columns = SHOWN.filter(name => timedOnes.some(({ times }) => times[name] !== undefined))
  const rows = timedOnes.map(result => {
    const hand = result.times['JavaScript by hand']
    const cell = name => {
      const time = result.times[name]
      if (time === undefined) return '–'
      return hand === undefined || name === 'JavaScript by hand' ? `${(time / 1e6).toPrecision(3)} ms` : (time / hand).toPrecision(2)
    }
    const others = Object.entries(result.times).filter(([name]) => !SHOWN.includes(name))
    const rest = others.map(([name, time]) => `${name} ${hand === undefined ? `${(time / 1e6).toPrecision(3)} ms` : (time / hand).toPrecision(2)}`)
    return [titleOf(result), ...columns.map(cell), result.noise === undefined ? '' : `${(100 * result.noise).toFixed(0)} %`, rest.join(', ')]
  })
  const values = results.filter(each => each.values !== undefined)
  const text = values.map(each => `${titleOf(each)}: ${Object.entries(each.values).map(([name, value]) => `${value.toPrecision(3)} ${each.unit} (${name})`)}`)
  const head = ['multiples of JavaScript by hand', ...columns, 'noise', 'and']
  return [...(rows.length > 0 ? [table([head, ...rows])] : []), ...text].join('\n')
}
