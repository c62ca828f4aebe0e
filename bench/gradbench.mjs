/*
 * The derivatives of GradBench's evals, as bench/gradbench answers them, beside the same by hand in C++ (g++ -O3 -march=native, in
 * bench/native/gradbench.cpp): both in turn, round after round, and the first twice in each, which shows the noise. `--only gmm` for
 * evals with that in their name.
 */
import { execFileSync, spawnSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { median, table } from './harness.mjs'

const ROUNDS = 7
const SECONDS = 0.25

/** Numbers in [0, 1), the same in every run. */
const list = (count, seed) => Array.from({ length: count }, (_, i) => Math.abs(Math.sin(1e4 * Math.sin(seed + i))))
const rows = (count, length, seed) => Array.from({ length: count }, (_, i) => list(length, seed + 1000 * i))

const gmm = (d, k, n) => {
  const input = {
    d,
    k,
    n,
    m: 0,
    gamma: 1,
    alpha: list(k, 1),
    mu: rows(k, d, 2),
    q: rows(k, d, 3),
    l: rows(k, (d * (d - 1)) / 2, 4),
    x: rows(n, d, 5),
  }
  return { size: `d = ${d}, k = ${k}, n = ${n}`, name: 'jacobian', input, numbers: Object.values(input), limit: 1.2 }
}

const ba = (n, m, p) => {
  const cam = [0.01, -0.02, 0.03, 0.3, -0.2, -4, 500, 2, -3, 1e-7, 2e-13]
  const input = { n, m, p, cam, x: [0.5, -0.6, 0.7], w: 0.9, feat: [20, 30] }
  const times = (count, values) => Array.from({ length: count }, () => values)
  const numbers = [n, m, p, times(n, cam), times(m, input.x), times(p, [input.w]), times(p, input.feat)]
  return { size: `${n} cameras, ${m} points, ${p} observations`, name: 'jacobian', input, numbers, limit: 1.5 }
}

const lstm = (layers, count, bits) => {
  const input = {
    main_params: rows(2 * layers, 4 * bits, 1),
    extra_params: rows(3, bits, 2),
    state: rows(2 * layers, bits, 3),
    sequence: rows(count, bits, 4).map(each => each.map(Math.round)),
  }
  return { size: `${layers} layers, ${count} characters`, name: 'jacobian', input, numbers: [layers, count, bits, ...Object.values(input)], limit: 1.5 }
}

const kmeans = (k, n, d) => {
  const points = rows(n, d, 1)
  const input = { points, centroids: points.slice(-k) }
  return { size: `k = ${k}, n = ${n}, d = ${d}`, name: 'dir', input, numbers: [n, k, d, points, input.centroids], limit: 2 }
}

const lse = n => {
  const x = list(n, 1)
  return { size: `n = ${n}`, name: 'gradient', input: { x }, numbers: [n, x], limit: 1.2 }
}

const llsq = (n, m) => {
  const x = list(m, 1)
  return { size: `n = ${n}, m = ${m}`, name: 'gradient', input: { x, n }, numbers: [n, m, x], limit: 1.5 }
}

const ode = (n, s) => {
  const x = list(n, 1)
  return { size: `n = ${n}, ${s} steps`, name: 'gradient', input: { x, s }, numbers: [n, s, x], limit: 1.5 }
}

const CASES = {
  gmm: [gmm(2, 5, 1000), gmm(10, 25, 1000), gmm(64, 10, 1000)],
  ba: [ba(49, 7776, 31843), ba(161, 48126, 182072)],
  lstm: [lstm(2, 1024, 14), lstm(4, 4096, 14)],
  kmeans: [kmeans(10, 1000, 8), kmeans(100, 10_000, 8), kmeans(1000, 1000, 16)],
  lse: [lse(2500), lse(80_000), lse(1_280_000)],
  llsq: [llsq(16, 128), llsq(1024, 128), llsq(16_392, 128)],
  ode: [ode(1000, 10), ode(10_000, 10), ode(10_000, 100)],
  particle: ['rr', 'ff'].map(name => ({ size: name, name, input: { w: 0 }, numbers: [0], limit: 2 })),
  saddle: ['rr', 'ff'].map(name => ({ size: name, name, input: { start: [1, 1] }, numbers: [1, 1], limit: 2 })),
}

/** The program by hand; undefined without a compiler. */
export function native() {
  const folder = mkdtempSync(join(tmpdir(), 'dualtape-bench-'))
  const [program, input, output] = ['gradbench', 'input', 'output'].map(name => join(folder, name))
  const { status } = spawnSync('g++', ['-O3', '-march=native', '-o', program, fileURLToPath(new URL('native/gradbench.cpp', import.meta.url))])
  const close = () => rmSync(folder, { recursive: true })
  if (status !== 0) {
    close()
    return undefined
  }
  return {
    give: numbers => writeFileSync(input, Float64Array.from(numbers)),
    /** The shortest time of a call, in nanoseconds. */
    time: name => Number(execFileSync(program, [name, input, output, String(SECONDS)])),
    result: () => new Float64Array(Uint8Array.from(readFileSync(output)).buffer),
    close,
  }
}

function shortest(run) {
  const end = performance.now() + 1000 * SECONDS
  let best = Number.POSITIVE_INFINITY
  do {
    const start = process.hrtime.bigint()
    run()
    best = Math.min(best, Number(process.hrtime.bigint() - start))
  } while (performance.now() < end)
  return best
}

const leaves = x => {
  if (typeof x === 'number') return [x]
  return ArrayBuffer.isView(x) ? x : Object.values(x).flatMap(each => Array.from(leaves(each)))
}

/** All numbers of a result, as the program by hand has them: of a sparse Jacobian its values. */
const numbersOf = (module, { output = result => result }, result) => (module === 'ba' ? result.values : leaves(output(result)))

/** Throws where a number differs by more than 1e-8 of itself, or of the largest where it is less than a millionth of that. */
function agree(what, found, wanted) {
  const largest = wanted.reduce((most, each) => Math.max(most, Math.abs(each)), 0)
  const isFar = (each, i) => !(Math.abs(found[i] - each) <= 1e-8 * Math.max(Math.abs(each), 1e-6 * largest))
  const wrong = wanted.findIndex(isFar)
  if (found.length !== wanted.length || wrong >= 0) throw new Error(`${what}: entry ${wrong} of ${wanted.length} is ${found[wrong]}, by hand ${wanted[wrong]}`)
}

async function prepared({ module, name, input }) {
  const functions = await import(`./gradbench/evals/${module}.mjs`)
  return functions[name](input)
}

/** The cases whose eval has `only` in its name, each with its module. */
export const casesOf = (only = '') =>
  Object.entries(CASES).flatMap(([module, sizes]) => (module.includes(only) ? sizes.map(each => ({ module, ...each })) : []))

/**
 * One case beside C++: times in nanoseconds, `ratio` of both, and `noise`, by which part two measurements of the same differ in a round,
 * both as medians of rounds. Throws where results differ.
 */
export async function measured(each, byHand) {
  const { module, size, numbers, limit } = each
  const ours = await prepared(each)
  const start = performance.now()
  ours.run()
  const first = performance.now() - start
  byHand?.give(leaves(numbers))
  shortest(ours.run)
  const rounds = Array.from({ length: ROUNDS }, () => {
    const [before, hand, after] = [shortest(ours.run), byHand?.time(module), shortest(ours.run)]
    return { time: Math.min(before, after), hand, noise: Math.abs(Math.log(before / after)) }
  })
  if (byHand !== undefined) agree(`${module}, ${size}`, numbersOf(module, ours, ours.run()), byHand.result())
  const of = read => median(rounds.map(read))
  const beside = byHand && { hand: of(round => round.hand), ratio: of(round => round.time / round.hand) }
  return { module, size, limit, first, time: of(round => round.time), noise: of(round => round.noise), ...beside }
}

const ms = time => (time === undefined ? '–' : (time / 1e6).toPrecision(3))

export async function run({ only } = {}) {
  const byHand = native()
  if (byHand === undefined) console.log('No g++ was found: there is nothing to compare with.\n')
  const lines = [['milliseconds', 'size', 'dualtape', 'C++ by hand', 'times C++', 'limit', 'noise', 'first call']]
  for (const each of casesOf(only)) {
    const { module, size, limit, first, time, hand, ratio, noise } = await measured(each, byHand)
    lines.push([module, size, ms(time), ms(hand), ratio?.toPrecision(3) ?? '–', String(limit), `${(100 * noise).toFixed(0)} %`, first.toFixed(0)])
  }
  console.log(table(lines))
  byHand?.close()
}
