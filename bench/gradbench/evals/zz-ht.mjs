/**
 * Hand tracking: a skinned model of a hand, posed by 26 numbers θ (rotation, translation, four angles of each finger), and what is left
 * of measured points when those of the model are taken away. A vertex v is at
 *
 *   R Σ_b weight_vb A_b B_b base_v + t,   A_b = A_parent(b) relative_b E_b,
 *
 * where R is the global rotation, E_b that of a bone by its angles, R_z R_x, and B_b the inverse of A_b at rest. A point belongs to a
 * vertex or, in the complicated variant, to the place u of a triangle. The Jacobian has three rows to a point, and in that variant two
 * columns for u before those of θ: a point depends on its own u alone, so they are the derivatives by one shift of all u.
 */
import {
  add,
  compile,
  cos,
  div,
  expandDims,
  jacobian as jacobianOf,
  jvp,
  lt,
  matmul,
  mul,
  neg,
  reshape,
  sin,
  slice,
  sqrt,
  stack,
  sub,
  take,
  tensor,
  transpose,
  vmap,
} from 'dualtape'

const IDENTITY = [
  [1, 0, 0],
  [0, 1, 0],
  [0, 0, 1],
]

/** Rotation by |r| about r, by Rodrigues' formula; none where the angle is less than 1e-4, as ADBench has it. */
function rotationAbout([a, b, c]) {
  const angle = sqrt(add(add(mul(a, a), mul(b, b)), mul(c, c)))
  if (lt(angle, 1e-4)) return IDENTITY
  const axis = [div(a, angle), div(b, angle), div(c, angle)]
  const [cosine, sine] = [cos(angle), sin(angle)]
  const [x, y, z] = axis.map(each => mul(each, sine))
  const cross = [
    [cosine, neg(z), y],
    [z, cosine, neg(x)],
    [neg(y), x, cosine],
  ]
  return cross.map((row, i) => row.map((each, j) => add(each, mul(mul(axis[i], axis[j]), sub(1, cosine)))))
}

/** R_z R_x. */
function boneRotation(x, z) {
  const [cx, sx, cz, sz] = [cos(x), sin(x), cos(z), sin(z)]
  return [
    [cz, neg(mul(sz, cx)), mul(sz, sx)],
    [sz, mul(cz, cx), neg(mul(cz, sx))],
    [0, sx, cx],
  ]
}

/** The rotations of bones by the angles in θ. Of a finger's four bones the second bends in two directions, the third and fourth in one. */
function boneRotations(theta, bones) {
  const rotations = new Array(bones).fill(undefined)
  for (let finger = 0; finger < 5; finger++) {
    const [x, z, third, fourth] = theta.slice(6 + 4 * finger, 10 + 4 * finger)
    rotations[4 * finger + 2] = boneRotation(x, z)
    rotations[4 * finger + 3] = boneRotation(third, 0)
    rotations[4 * finger + 4] = boneRotation(fourth, 0)
  }
  return rotations
}

const inner = (row, column) => row.map((each, k) => mul(each, column[k])).reduce((total, term) => add(total, term))

/** A · B of two affine maps, both three rows of four. */
const composed = (a, b) => a.map(row => [0, 1, 2, 3].map(j => add(inner(row.slice(0, 3), [b[0][j], b[1][j], b[2][j]]), j === 3 ? row[3] : 0)))

/** The map times a rotation, which leaves its translation. */
const turned = (a, rotation) => a.map(row => [...[0, 1, 2].map(j => inner(row.slice(0, 3), [rotation[0][j], rotation[1][j], rotation[2][j]])), row[3]])

/** What moves the vertices: a matrix [3, 4 · bones], whose products with vertices at rest are their turned places, and a translation. */
function pose({ parents, base_relatives, inverse_base_absolutes, is_mirrored }, theta) {
  const rotations = boneRotations(theta, parents.length)
  const absolutes = []
  const transforms = parents.map((parent, bone) => {
    const relative = base_relatives[bone].slice(0, 3)
    const posed = rotations[bone] === undefined ? relative : turned(relative, rotations[bone])
    absolutes.push(parent === -1 ? posed : composed(absolutes[parent], posed))
    return composed(absolutes[bone], inverse_base_absolutes[bone].slice(0, 3))
  })
  const coordinates = [0, 1, 2].map(i => transforms.flatMap(each => each[i]))
  if (is_mirrored) coordinates[0] = coordinates[0].map(neg)
  return { matrix: matmul(rotationAbout(theta.slice(0, 3)), coordinates), translation: stack(theta.slice(3, 6)) }
}

/** From a pose to the places of all vertices, [vertices, 3]. */
function skinned({ base_positions, weights }) {
  const rest = mul(expandDims(tensor(weights), 2), expandDims(tensor(base_positions), 1))
  const flat = transpose(reshape(rest, [weights.length, -1]))
  return ({ matrix, translation }) => add(transpose(matmul(matrix, flat)), translation)
}

const integers = list => tensor(Int32Array.from(list), { shape: [list.length], dtype: 'int32' })

/** What is left of the points, [points, 3], for a pose, and in the complicated variant a shift of all u. */
function residuals({ data: { model, correspondences, points }, us }) {
  const places = skinned(model)
  const measured = tensor(points)
  if (us.length === 0) {
    const vertices = integers(correspondences)
    return pose => sub(measured, take(places(pose), vertices, { axis: 0 }))
  }
  const corners = [0, 1, 2].map(corner => integers(correspondences.map(triangle => model.triangles[triangle][corner])))
  const u = tensor(us)
  return ({ shift, ...pose }) => {
    const [first, second] = [0, 1].map(i => add(slice(u, [0, i], [us.length, i + 1]), take(shift, i)))
    const vertices = places(pose)
    const [a, b, c] = corners.map(each => take(vertices, each, { axis: 0 }))
    return sub(measured, add(add(mul(first, a), mul(second, b)), mul(sub(sub(1, first), second), c)))
  }
}

/** Parameters, the pose that they make in straight code, and what tensors make of it. */
function prepared(input) {
  const { theta, us, data } = input
  const isSimple = us.length === 0
  const posed = p => (isSimple ? pose(data.model, p) : { shift: stack(p.slice(0, 2)), ...pose(data.model, p.slice(2)) })
  return { at: isSimple ? theta : [0, 0, ...theta], posed, rest: residuals(input) }
}

export function objective(input) {
  const { at, posed, rest } = prepared(input)
  const f = compile(p => rest(posed(p)))
  return { f, at, run: () => f(at), output: result => result.toArray().flat() }
}

/** By the chain rule: the sparse Jacobian of the pose, of which each column is a tangent that goes through the tensors. */
export function jacobian(input) {
  const { at, posed, rest } = prepared(input)
  const residualJacobian = p => {
    const columns = jacobianOf(posed)(p)
    const axes = Object.fromEntries(Object.entries(columns).map(([name, each]) => [name, each.rank - 1]))
    return vmap(tangent => jvp(rest, [posed(p)], [tangent])[1], { in: [axes], out: 2 })(columns)
  }
  // The tensors are most of it, which 'auto' does not see behind the loops over bones that it finds.
  const f = compile(residualJacobian, { target: 'wasm' })
  return { f, at, run: () => f(at), output: result => result.toArray().flat() }
}
