/**
 * Bundle adjustment: errors of the projections of points into cameras, w (project(camera, point) − feature), and of weights, 1 − w².
 * A camera is a rotation vector r, a centre, a focal length, a principal point, and two coefficients of radial distortion; a point is
 * moved by the centre, turned by Rodrigues' formula
 *
 *   x cos θ + (a × x) sin θ + a (a · x) (1 − cos θ),   θ = |r|, a = r / θ,
 *
 * divided by its depth, distorted by 1 + k₁ ρ² + k₂ ρ⁴, scaled and shifted. Each observation has a block of 2 × 15 in the Jacobian,
 * for its camera, its point and its weight: all of them are one batch. The matrix has columns for cameras, points, and weights.
 */
import { add, compile, cos, derivative, div, full, jacobian as jacobianOf, mul, SparseMatrix, sin, sqrt, sub, take, tensor, vmap } from 'dualtape'

const CAMERA = 11
const BLOCK = CAMERA + 3 + 1

function rotated([r0, r1, r2], [x, y, z]) {
  const angle = sqrt(add(add(mul(r0, r0), mul(r1, r1)), mul(r2, r2)))
  const [a, b, c] = [div(r0, angle), div(r1, angle), div(r2, angle)]
  const [cosine, sine] = [cos(angle), sin(angle)]
  const along = mul(add(add(mul(a, x), mul(b, y)), mul(c, z)), sub(1, cosine))
  const turned = (each, cross, axis) => add(add(mul(each, cosine), mul(cross, sine)), mul(axis, along))
  return [turned(x, sub(mul(b, z), mul(c, y)), a), turned(y, sub(mul(c, x), mul(a, z)), b), turned(z, sub(mul(a, y), mul(b, x)), c)]
}

/** The two errors of an observation, of the fifteen numbers that they depend on, and where the point was seen. */
function projectionError([r0, r1, r2, c0, c1, c2, focal, u, v, k1, k2, x, y, z, w], [horizontal, vertical]) {
  const [a, b, depth] = rotated([r0, r1, r2], [sub(x, c0), sub(y, c1), sub(z, c2)])
  const [s, t] = [div(a, depth), div(b, depth)]
  const radius = add(mul(s, s), mul(t, t))
  const scale = mul(focal, add(1, mul(radius, add(k1, mul(k2, radius)))))
  return [mul(w, sub(add(mul(s, scale), u), horizontal)), mul(w, sub(add(mul(t, scale), v), vertical))]
}
const block = (p, feature) => jacobianOf(at => projectionError(at, feature))(p)
const weightError = w => sub(1, mul(w, w))

/** A tensor over all observations for each of the fifteen numbers. */
const parameters = ({ cameras, points, weights, ofCamera, ofPoint }) => [
  ...cameras.map(each => take(each, ofCamera)),
  ...points.map(each => take(each, ofPoint)),
  weights,
]
const errors = compile(given => [vmap(projectionError)(parameters(given), given.features), vmap(weightError)(given.weights)])
const entries = compile(given => [vmap(block)(parameters(given), given.features), vmap(derivative(weightError))(given.weights)])

const cycling = (count, period) =>
  tensor(
    Int32Array.from({ length: count }, (_, i) => i % period),
    { shape: [count], dtype: 'int32' },
  )

function prepared({ n, m, p, cam, x, w, feat }) {
  return {
    cameras: cam.map(each => full([n], each)),
    points: x.map(each => full([m], each)),
    weights: full([p], w),
    features: feat.map(each => full([p], each)),
    ofCamera: cycling(p, n),
    ofPoint: cycling(p, m),
  }
}

/** The Jacobian in compressed rows: two rows of fifteen entries in the same columns for each observation, and then one of one entry for each weight. */
function writeJacobian({ rowPointers, columns, values }, given, { ofCamera, ofPoint }, { n, m, p }) {
  for (let i = 0; i < p; i++) {
    const [first, second, last] = [2 * BLOCK * i, 2 * BLOCK * i + BLOCK, 2 * BLOCK * p + i]
    const [camera, point, weight] = [CAMERA * ofCamera[i], CAMERA * n + 3 * ofPoint[i], CAMERA * n + 3 * m + i]
    for (let k = 0; k < CAMERA; k++) columns[first + k] = columns[second + k] = camera + k
    for (let k = 0; k < 3; k++) columns[first + CAMERA + k] = columns[second + CAMERA + k] = point + k
    columns[second - 1] = columns[second + BLOCK - 1] = columns[last] = weight
    rowPointers[2 * i + 1] = second
    rowPointers[2 * i + 2] = second + BLOCK
    rowPointers[2 * p + i + 1] = last + 1
  }
  entries.into(values, given)
}

export function objective(input) {
  const given = prepared(input)
  return {
    run: () => errors(given),
    output: ([projections, weights]) => ({
      reproj_error: { elements: [projections.at(0, 0), projections.at(0, 1)], repeated: input.p },
      w_err: { element: weights.at(0), repeated: input.p },
    }),
  }
}

/** All observations are the same, so that the first thirty entries and the last are compared. */
const few = list => [...list.subarray(0, 2 * BLOCK), list[list.length - 1]]

export function jacobian(input) {
  const { n, m, p } = input
  const given = prepared(input)
  const places = { ofCamera: Int32Array.from(given.ofCamera.data), ofPoint: Int32Array.from(given.ofPoint.data) }
  const nonzeros = (2 * BLOCK + 1) * p
  entries(given)
  const matrix = new SparseMatrix([3 * p, CAMERA * n + 3 * m + p], new Int32Array(3 * p + 1), new Int32Array(nonzeros), entries.buffer())
  return {
    run: () => {
      writeJacobian(matrix, given, places, input)
      return matrix
    },
    output: ({ rowPointers, columns, values }) => ({ rows: few(rowPointers), cols: few(columns), vals: few(values) }),
  }
}
