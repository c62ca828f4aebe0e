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
  concat,
  cos,
  div,
  expandDims,
  eye,
  jacobian as jacobianOf,
  jvp,
  lt,
  matmul,
  mul,
  neg,
  ones,
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

/** For some bones, the coordinates [3, 4 · bones] of the maps that move what they carry, before the global rotation. */
function coordinatesOf({ parents, base_relatives, inverse_base_absolutes, is_mirrored }, theta, bones) {
  const rotations = boneRotations(theta, parents.length)
  const absolutes = []
  const absolute = bone => {
    const relative = base_relatives[bone].slice(0, 3)
    const posed = rotations[bone] === undefined ? relative : turned(relative, rotations[bone])
    absolutes[bone] ??= parents[bone] === -1 ? posed : composed(absolute(parents[bone]), posed)
    return absolutes[bone]
  }
  const transforms = bones.map(bone => composed(absolute(bone), inverse_base_absolutes[bone].slice(0, 3)))
  const coordinates = [0, 1, 2].map(i => transforms.flatMap(each => each[i]))
  if (is_mirrored) coordinates[0] = coordinates[0].map(neg)
  return coordinates
}

/** What moves the vertices: a matrix [3, 4 · bones], whose products with vertices at rest are their turned places, and a translation. */
function pose(model, theta) {
  return { matrix: matmul(rotationAbout(theta.slice(0, 3)), coordinatesOf(model, theta, allOf(model.parents))), translation: stack(theta.slice(3, 6)) }
}

const allOf = list => list.map((_, i) => i)

/** Vertices at rest for each bone, with its weights, [4 · bones, vertices]. */
function restOf({ base_positions, weights }, bones) {
  const own = tensor(weights.map(row => bones.map(bone => row[bone])))
  return transpose(reshape(mul(expandDims(own, 2), expandDims(tensor(base_positions), 1)), [weights.length, -1]))
}

/** From a pose to the places of all vertices, [vertices, 3]. */
function skinned(model) {
  const rest = restOf(model, allOf(model.parents))
  return ({ matrix, translation }) => add(transpose(matmul(matrix, rest)), translation)
}

/**
 * The places of all vertices, and their derivatives [vertices, 3, 26]. The global rotation turns all vertices as they are without it; the angles of
 * a finger move the bones that hang on those they turn, and no others.
 */
function differentiated(model) {
  const { parents, weights } = model
  const hangsOn = (bone, turned) => bone >= 0 && (turned(bone) || hangsOn(parents[bone], turned))
  const fingers = [0, 1, 2, 3, 4].map(finger => {
    const [from, bones] = [6 + 4 * finger, allOf(parents).filter(bone => hangsOn(bone, each => each > 4 * finger + 1 && each < 4 * finger + 5))]
    return { from, bones, rest: restOf(model, bones) }
  })
  const rest = restOf(model, allOf(parents))
  const shifts = mul(expandDims(tensor(IDENTITY), 2), ones([weights.length]))
  return theta => {
    const rotation = theta.slice(0, 3)
    const still = matmul(coordinatesOf(model, theta, allOf(parents)), rest)
    const byColumns = (slopes, at) => matmul(transpose(slopes, [2, 0, 1]), at)
    const byFinger = ({ from, bones, rest }) => {
      const maps = angles => matmul(rotationAbout(rotation), coordinatesOf(model, [...theta.slice(0, from), ...angles, ...theta.slice(from + 4)], bones))
      return byColumns(jacobianOf(maps)(theta.slice(from, from + 4)), rest)
    }
    const byRotation = byColumns(jacobianOf(r => stack(rotationAbout(r).map(row => stack(row))))(rotation), still)
    return {
      places: add(transpose(matmul(rotationAbout(rotation), still)), stack(theta.slice(3, 6))),
      tangents: transpose(concat([byRotation, shifts, ...fingers.map(byFinger)])),
    }
  }
}

const integers = list => tensor(Int32Array.from(list), { shape: [list.length], dtype: 'int32' })

/** From rows for the vertices to rows for the points, which are linear in them: in the complicated variant for a shift of all u. */
function atPoints({ data: { model, correspondences }, us }) {
  if (us.length === 0) {
    const vertices = integers(correspondences)
    return rows => take(rows, vertices, { axis: 0 })
  }
  const corners = [0, 1, 2].map(corner => integers(correspondences.map(triangle => model.triangles[triangle][corner])))
  const u = tensor(us)
  return (rows, shift) => {
    const weight = i => reshape(add(slice(u, [0, i], [us.length, i + 1]), take(shift, i)), [us.length, ...rows.shape.slice(1).map(() => 1)])
    const [first, second] = [weight(0), weight(1)]
    const [a, b, c] = corners.map(each => take(rows, each, { axis: 0 }))
    return add(add(mul(first, a), mul(second, b)), mul(sub(sub(1, first), second), c))
  }
}

const NONE = tensor([0, 0])

export function objective(input) {
  const { theta, data } = input
  const [places, at, measured] = [skinned(data.model), atPoints(input), tensor(data.points)]
  const f = compile(p => sub(measured, at(places(pose(data.model, p)), NONE)))
  return { run: () => f(theta), output: result => result.toArray().flat() }
}

/** By the chain rule: rows for the points are linear in those for the vertices, so that those of all derivatives go side by side. */
export function jacobian(input) {
  const { theta, us, data } = input
  const [posed, at] = [differentiated(data.model), atPoints(input)]
  const count = data.points.length
  const residualJacobian = p => {
    const { places, tangents } = posed(p)
    const byPose = neg(at(tangents, NONE))
    if (us.length === 0) return byPose
    const byShift = vmap(tangent => jvp(shift => neg(at(places, shift)), [NONE], [tangent])[1], { out: 2 })(eye(2))
    return concat([byShift, byPose], { axis: 2 })
  }
  // The tensors are most of it, which 'auto' does not see behind the loops over bones that it finds.
  const f = compile(residualJacobian, { target: 'wasm' })
  f(theta)
  const entries = f.buffer()
  const columns = entries.length / (3 * count)
  return {
    run: () => {
      f.into(entries, theta)
      return entries
    },
    output: result => Array.from({ length: 3 * count }, (_, row) => [...result.subarray(row * columns, (row + 1) * columns)]),
  }
}
