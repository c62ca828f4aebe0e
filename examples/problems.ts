import { add, cos, div, exp, mul, neg, sin, sqrt, square, sub, tanh } from '../src/index.ts'

/*
 * Functions with known structure, on which the planner is tested and measured: each with an argument and what is expected.
 */

/** A function of the planner's test suite. */
export interface PlannerProblem {
  name: string
  f: (x: number[]) => number[] | number
  x: number[]
  outputs: number
  /** At most so many passes, in one of these modes. */
  passes: number
  modes: readonly string[]
}

type V = number[]
const at = (x: V, i: number) => x[i] as number
const start = (n: number) => Array.from({ length: n }, (_, i) => 0.3 + 0.5 * Math.sin(i + 1))

/** Broyden's tridiagonal system: (3 − 2xᵢ) xᵢ − xᵢ₋₁ − 2xᵢ₊₁ + 1. */
export function broyden(x: V): V {
  return x.map((xi, i) => {
    let value = add(mul(sub(3, mul(2, xi)), xi), 1)
    if (i > 0) value = sub(value, at(x, i - 1))
    if (i + 1 < x.length) value = sub(value, mul(2, at(x, i + 1)))
    return value
  })
}

/** Its Jacobian by hand, as three diagonals. */
export function broydenByHand(x: ArrayLike<number>): Float64Array {
  const n = x.length
  const values = new Float64Array(3 * n - 2)
  let k = 0
  for (let i = 0; i < n; i++) {
    if (i > 0) values[k++] = -1
    values[k++] = 3 - 4 * (x[i] as number)
    if (i + 1 < n) values[k++] = -2
  }
  return values
}

const sumOfSquares = (x: V) => x.slice(1).reduce((total, each) => add(total, square(each)), square(at(x, 0)))
const arrowRow = (x: V) => [sumOfSquares(x), ...x.slice(1).map(each => square(each))]
const arrowColumn = (x: V) => x.map(each => mul(sin(each), at(x, 0)))
const arrow = (x: V) => [sumOfSquares(x), ...x.slice(1).map(each => mul(square(each), at(x, 0)))]

/** Blocks of k in which every output depends on every input. */
const blocks = (k: number) => (x: V) =>
  x.map((_, i) => {
    const first = i - (i % k)
    let product = at(x, first)
    for (let j = 1; j < k; j++) product = mul(product, add(at(x, first + j), i % k))
    return product
  })

/** Five-point Laplacian on a square grid with a nonlinear source. */
const laplacian = (side: number) => (x: V) =>
  x.map((u, i) => {
    const [row, column] = [Math.floor(i / side), i % side]
    let value = sub(mul(4, u), exp(u))
    if (row > 0) value = sub(value, at(x, i - side))
    if (row + 1 < side) value = sub(value, at(x, i + side))
    if (column > 0) value = sub(value, at(x, i - 1))
    if (column + 1 < side) value = sub(value, at(x, i + 1))
    return value
  })

/** The Brusselator on a periodic square grid: u and v per cell. */
const brusselator = (side: number) => (x: V) => {
  const cell = (row: number, column: number, k: number) => at(x, 2 * (((row + side) % side) * side + ((column + side) % side)) + k)
  return x.map((each, i) => {
    const [row, column, k] = [Math.floor(i / 2 / side), Math.floor(i / 2) % side, i % 2]
    const spread = sub(add(add(cell(row - 1, column, k), cell(row + 1, column, k)), add(cell(row, column - 1, k), cell(row, column + 1, k))), mul(4, each))
    const [u, v] = [cell(row, column, 0), cell(row, column, 1)]
    const u2v = mul(square(u), v)
    const reaction = k === 0 ? add(1, sub(u2v, mul(4.4, u))) : sub(mul(3.4, u), u2v)
    return add(reaction, mul(10, spread))
  })
}

/** Wide to a waist of two to wide, with chains of elementary functions on either side. */
const waist = (x: V) => {
  const chain = (v: number, length: number) => {
    let value = v
    for (let k = 0; k < length; k++) value = k % 2 === 0 ? sin(value) : tanh(add(value, 0.1))
    return value
  }
  let [a, b] = [0, 0]
  x.forEach((each, i) => {
    const value = chain(each, 30)
    a = add(a, mul(value, Math.cos(i)))
    b = add(b, mul(value, Math.sin(i)))
  })
  return x.map((_, i) => chain(add(mul(a, Math.cos(2 * i)), mul(b, Math.sin(2 * i))), 30))
}

/** Projection of points by cameras with rotation, translation, focal length and two distortions: 9 + 3 inputs an observation. */
const bundle = (cameras: number, points: number, observations: number) => (x: V) => {
  const outputs: V = []
  for (let o = 0; o < observations; o++) {
    const c = 9 * (o % cameras)
    const p = 9 * cameras + 3 * (o % points)
    const rotation = [at(x, c), at(x, c + 1), at(x, c + 2)] as const
    const point = [at(x, p), at(x, p + 1), at(x, p + 2)] as const
    const [px, py, pz] = rotate(rotation, point)
    const [tx, ty, tz] = [add(px, at(x, c + 3)), add(py, at(x, c + 4)), add(pz, at(x, c + 5))]
    const [u, v] = [neg(div(tx, tz)), neg(div(ty, tz))]
    const r2 = add(square(u), square(v))
    const scale = mul(at(x, c + 6), add(1, mul(r2, add(at(x, c + 7), mul(r2, at(x, c + 8))))))
    outputs.push(sub(mul(scale, u), 0.1 * (o % 7)), sub(mul(scale, v), 0.1 * (o % 5)))
  }
  return outputs
}

/** Rodrigues' formula: rotation about an axis by its length. */
function rotate([rx, ry, rz]: readonly [number, number, number], [x, y, z]: readonly [number, number, number]): [number, number, number] {
  const angle = sqrt(add(add(square(rx), square(ry)), square(rz)))
  const [kx, ky, kz] = [div(rx, angle), div(ry, angle), div(rz, angle)]
  const [c, s] = [cos(angle), sin(angle)]
  const along = mul(add(add(mul(kx, x), mul(ky, y)), mul(kz, z)), sub(1, c))
  const turned = (v: number, k: number, cross: number) => add(add(mul(v, c), mul(cross, s)), mul(k, along))
  return [turned(x, kx, sub(mul(ky, z), mul(kz, y))), turned(y, ky, sub(mul(kz, x), mul(kx, z))), turned(z, kz, sub(mul(kx, y), mul(ky, x)))]
}

const CAMERAS = 20
const POINTS = 500

function bundleStart(): V {
  const x: V = []
  for (let c = 0; c < CAMERAS; c++) x.push(0.1 + 0.01 * c, 0.2, -0.1 + 0.02 * c, 0.1, -0.2, -5, 1.2, 0.01, 0.001)
  for (let p = 0; p < POINTS; p++) x.push(Math.sin(p), Math.cos(2 * p), 0.5 * Math.sin(3 * p))
  return x
}

export const PROBLEMS: readonly PlannerProblem[] = [
  { name: 'tridiagonal, 1,000', f: broyden, x: start(1000), outputs: 1000, passes: 3, modes: ['forward', 'reverse'] },
  { name: 'tridiagonal, 100,000', f: broyden, x: start(100_000), outputs: 100_000, passes: 3, modes: ['forward', 'reverse'] },
  { name: 'arrow, dense row', f: arrowRow, x: start(1000), outputs: 1000, passes: 2, modes: ['mixed', 'reverse'] },
  { name: 'arrow, dense column', f: arrowColumn, x: start(1000), outputs: 1000, passes: 2, modes: ['forward', 'mixed'] },
  { name: 'arrow, row and column', f: arrow, x: start(1000), outputs: 1000, passes: 3, modes: ['mixed'] },
  { name: 'blocks of 4', f: blocks(4), x: start(1000), outputs: 1000, passes: 4, modes: ['forward', 'reverse'] },
  { name: 'Laplacian, 32 × 32', f: laplacian(32), x: start(1024), outputs: 1024, passes: 5, modes: ['forward', 'reverse'] },
  { name: 'Brusselator, 32 × 32 × 2', f: brusselator(32), x: start(2048), outputs: 2048, passes: 8, modes: ['forward', 'reverse'] },
  { name: 'waist, 200 → 2 → 200', f: waist, x: start(200), outputs: 200, passes: 0, modes: ['elimination'] },
  { name: 'gradient, 10,000 × 1', f: x => sumOfSquares(x), x: start(10_000), outputs: 1, passes: 1, modes: ['reverse'] },
  {
    name: 'curve, 1 × 10,000',
    f: x => Array.from({ length: 10_000 }, (_, i) => sin(mul(at(x, 0), i / 10_000))),
    x: [0.7],
    outputs: 10_000,
    passes: 1,
    modes: ['forward'],
  },
  {
    name: 'bundle adjustment',
    f: bundle(CAMERAS, POINTS, 2000),
    x: bundleStart(),
    outputs: 4000,
    passes: 15,
    modes: ['forward', 'reverse', 'mixed', 'elimination'],
  },
]
