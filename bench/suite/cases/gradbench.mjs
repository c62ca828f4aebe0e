/* The evals of GradBench at three sizes each, as bench/gradbench answers them, beside the same by hand. */
import * as hand from '../by-hand/hand.mjs'
import * as models from '../by-hand/models.mjs'
import * as programs from '../by-hand/programs.mjs'
import { native } from '../native.mjs'

const byHand = { ...models, ...programs, ...hand }

/** Numbers in [0, 1), the same in every run. */
const list = (count, seed) => Array.from({ length: count }, (_, i) => Math.abs(Math.sin(1e4 * Math.sin(seed + i))))
const rows = (count, length, seed) => Array.from({ length: count }, (_, i) => list(length, seed + 1000 * i))

const gmm = (d, k, n) => {
  const of = { alpha: list(k, 1), mu: rows(k, d, 2), q: rows(k, d, 3), l: rows(k, (d * (d - 1)) / 2, 4), x: rows(n, d, 5) }
  const input = { d, k, n, m: 0, gamma: 1, ...of }
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

const det = ell => {
  const A = list(ell * ell, 1)
  return { size: `ℓ = ${ell}`, name: 'gradient', input: { A, ell }, numbers: [ell, A], limit: undefined }
}

/** A hand of 22 bones, as those of ADBench have: a wrist, five fingers of four, and one that does not move. */
const ht = (vertices, points, inTriangles) => {
  const bones = 22
  const parents = Array.from({ length: bones }, (_, bone) => (bone === 0 ? -1 : bone === 21 || bone % 4 === 1 ? 0 : bone - 1))
  const maps = seed =>
    rows(bones, 16, seed).map(each =>
      [0, 4, 8, 12].map((at, i) => each.slice(at, at + 4).map((x, j) => (i === 3 ? Number(j === 3) : Number(i === j) + (x - 0.5) / 5))),
    )
  const model = {
    ...{ parents, is_mirrored: false, base_relatives: maps(1), inverse_base_absolutes: maps(2) },
    base_positions: rows(vertices, 3, 3).map(each => [...each, 1]),
    weights: rows(vertices, bones, 4).map(each => each.map(x => x / bones)),
    triangles: Array.from({ length: vertices }, (_, i) => [i, (3 * i + 1) % vertices, (7 * i + 2) % vertices]),
  }
  const correspondences = list(points, 5).map(x => Math.floor(x * vertices))
  const us = inTriangles ? rows(points, 2, 6).map(each => each.map(x => x / 2)) : []
  const input = { theta: list(26, 7), us, data: { model, correspondences, points: rows(points, 3, 8) } }
  const corners = inTriangles ? correspondences.map(each => model.triangles[each]) : correspondences
  const { base_relatives, inverse_base_absolutes, base_positions, weights } = model
  const numbers = [
    vertices,
    bones,
    points,
    Number(inTriangles),
    parents,
    base_relatives,
    inverse_base_absolutes,
    base_positions,
    weights,
    corners,
    input.theta,
    us,
  ]
  return { size: `${vertices} vertices, ${points} points${inTriangles ? ' in triangles' : ''}`, name: 'jacobian', input, numbers, limit: 2 }
}

const descent = (name, input, numbers) => ({ size: name, name, input, numbers, limit: 2 })

const CASES = {
  gmm: [gmm(2, 5, 1000), gmm(10, 25, 1000), gmm(64, 10, 1000)],
  ba: [ba(21, 11_315, 36_455), ba(49, 7776, 31_843), ba(161, 48_126, 182_072)],
  lstm: [lstm(2, 1024, 14), lstm(2, 4096, 14), lstm(4, 4096, 14)],
  ht: [ht(544, 100, false), ht(544, 10_000, false), ht(544, 10_000, true)],
  kmeans: [kmeans(10, 1000, 8), kmeans(100, 10_000, 8), kmeans(1000, 1000, 16)],
  lse: [lse(2500), lse(80_000), lse(1_280_000)],
  llsq: [llsq(16, 128), llsq(1024, 128), llsq(16_392, 128)],
  ode: [ode(1000, 10), ode(10_000, 10), ode(10_000, 100)],
  det: [det(5), det(7), det(9)],
  particle: ['rr', 'rf', 'ff'].map(name => descent(name, { w: 0 }, [0])),
  saddle: ['rr', 'rf', 'ff'].map(name => descent(name, { start: [1, 1] }, [1, 1])),
}

const flat = x => {
  if (typeof x === 'number') return [x]
  return ArrayBuffer.isView(x) ? x : Object.values(x).flatMap(each => Array.from(flat(each)))
}

async function ours({ module, name, input }) {
  const functions = await import(`../../gradbench/evals/${module}.mjs`)
  const { run, output = result => result } = functions[name](input)
  return { run, numbers: result => (module === 'ba' ? result.values : flat(output(result))) }
}

const ADOLC = ['gmm', 'lse', 'llsq', 'ode']

function gradbenchCase(module, each, index) {
  // Long lists are flattened when a case is run, not when cases are listed.
  let given
  const numbers = () => {
    given ??= Float64Array.from(flat(each.numbers))
    return given
  }
  return {
    ...{ group: 'gradbench', name: module, size: each.size, limit: each.limit, isQuick: index === 0 },
    reference: 'JavaScript by hand',
    noisy: 'compiled',
    get contestants() {
      return {
        'JavaScript by hand': () => () => byHand[module](numbers()),
        'C++ by hand': native('gradbench', module, numbers()),
        ...(ADOLC.includes(module) && { 'ADOL-C': native('adolc', module, numbers()) }),
        compiled: () => ours({ module, ...each }),
      }
    },
  }
}

export const cases = () => Object.entries(CASES).flatMap(([module, sizes]) => sizes.map((each, i) => gradbenchCase(module, each, i)))

export const absent = {
  'ADOL-C': 'programs for gmm, lse, llsq and ode alone: its tape does not go on where a descent, a minimum or a branch turns out otherwise',
  eager: 'the entry compiles its derivatives',
  Rose: 'has no tensors; its loops are unrolled when it compiles',
  'jax-js': 'GradBench has no entry for it',
  'TensorFlow.js': "GradBench's own entry answers four evals, in float32",
  mathjs: 'differentiates formulas, not programs',
  differences: 'as many values as there are parameters; shown for Rosenbrock’s function',
}
