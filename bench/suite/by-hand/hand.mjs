/* The Jacobian of GradBench's hand tracking by hand: derivatives of bones by the four angles of their finger, and of vertices by what moves them. */

const ANGLES = 26
const FINGER = 4
const MAP = 12

/** A · B of affine maps, three rows of four; B may have a fourth row that is left out. */
function composed(a, b, out, at = 0, to = 0, from = 0) {
  for (let i = 0; i < 3; i++) {
    for (let j = 0; j < 4; j++) {
      let sum = j === 3 ? a[at + 4 * i + 3] : 0
      for (let k = 0; k < 3; k++) sum += a[at + 4 * i + k] * b[from + 4 * k + j]
      out[to + 4 * i + j] = sum
    }
  }
}

/** The relative map times R_z R_x, and its derivatives by x and z. */
function turned(relative, from, x, z, out, dx, dz) {
  const [cx, sx, cz, sz] = [Math.cos(x), Math.sin(x), Math.cos(z), Math.sin(z)]
  for (let i = 0; i < 3; i++) {
    const [a, b, c, t] = relative.subarray(from + 4 * i, from + 4 * i + 4)
    const [across, up] = [b * cz - a * sz, a * cz + b * sz]
    out.set([up, across * cx + c * sx, c * cx - across * sx, t], 4 * i)
    dx.set([0, c * cx - across * sx, -c * sx - across * cx, 0], 4 * i)
    dz.set([across, -up * cx, up * sx, 0], 4 * i)
  }
}

/** Rotation by |r| about r, and its derivatives by r. */
function rotation(r, out, derivatives) {
  const angle = Math.hypot(...r)
  if (angle < 1e-4) {
    for (let i = 0; i < 3; i++) out[4 * i] = 1
    return
  }
  const [c, s, axis] = [Math.cos(angle), Math.sin(angle), r.map(each => each / angle)]
  const cross = ([x, y, z]) => [0, -z, y, z, 0, -x, -y, x, 0]
  const turn = cross(axis)
  for (let e = 0; e < 9; e++) {
    const [i, j] = [Math.floor(e / 3), e % 3]
    out[e] = (i === j ? c : 0) + s * turn[e] + (1 - c) * axis[i] * axis[j]
    for (let k = 0; k < 3; k++) {
      const da = axis.map((each, i) => ((i === k ? 1 : 0) - each * axis[k]) / angle)
      const [dc, ds] = [-s * axis[k], c * axis[k]]
      derivatives[9 * k + e] = (i === j ? dc : 0) + ds * turn[e] + s * cross(da)[e] - dc * axis[i] * axis[j] + (1 - c) * (da[i] * axis[j] + axis[i] * da[j])
    }
  }
}

/** The maps of all bones from rest to pose, and of those of fingers the derivatives by the finger's angles. */
function bonesOf(count, parents, relatives, inverses, theta) {
  const [maps, slopes] = [new Float64Array(MAP * count), new Float64Array(MAP * FINGER * count)]
  const [absolutes, dAbsolutes] = [new Float64Array(MAP * count), new Float64Array(MAP * FINGER * count)]
  const [local, dx, dz, part] = Array.from({ length: 4 }, () => new Float64Array(MAP))
  for (let bone = 0; bone < count; bone++) {
    const finger = bone > 20 ? -1 : Math.floor((bone - 1) / 4)
    const joint = finger < 0 ? -1 : (bone - 1) % 4
    const angles = 6 + 4 * finger
    if (joint > 0) turned(relatives, 16 * bone, theta[joint === 1 ? angles : angles + joint], joint === 1 ? theta[angles + 1] : 0, local, dx, dz)
    else local.set(relatives.subarray(16 * bone, 16 * bone + MAP))
    const parent = parents[bone]
    if (parent < 0) absolutes.set(local, MAP * bone)
    else composed(absolutes, local, absolutes, MAP * parent, MAP * bone)
    composed(absolutes, inverses, maps, MAP * bone, MAP * bone, 16 * bone)
    for (let k = 0; k <= joint && joint > 0; k++) {
      const to = MAP * (FINGER * bone + k)
      if (joint > 1) composed(dAbsolutes, local, dAbsolutes, MAP * (FINGER * parent + k), to)
      const own = joint === 1 ? [dx, dz][k] : k === joint ? dx : undefined
      if (own !== undefined) {
        for (let i = 0; i < 3; i++) {
          for (let j = 0; j < 4; j++) {
            let sum = 0
            for (let l = 0; l < 3; l++) sum += absolutes[MAP * parent + 4 * i + l] * own[4 * l + j]
            part[4 * i + j] = sum
          }
        }
        for (let e = 0; e < MAP; e++) dAbsolutes[to + e] += part[e]
      }
      composed(dAbsolutes, inverses, slopes, to, to, 16 * bone)
    }
  }
  return { maps, slopes }
}

/** For each vertex its place and 26 derivatives of each coordinate. */
function verticesOf(count, bones, base, weights, theta, { maps, slopes }) {
  const [turn, dTurn] = [new Float64Array(9), new Float64Array(27)]
  rotation(theta.subarray(0, 3), turn, dTurn)
  const [places, derivatives] = [new Float64Array(3 * count), new Float64Array(3 * ANGLES * count)]
  const [rest, moved, own] = [new Float64Array(3), new Float64Array(3), new Float64Array(60)]
  for (let v = 0; v < count; v++) {
    rest.fill(0)
    own.fill(0)
    for (let bone = 0; bone < bones; bone++) {
      const weight = weights[bones * v + bone]
      const finger = bone > 20 ? -1 : Math.floor((bone - 1) / 4)
      for (let i = 0; i < 3; i++) {
        const dot = (list, at) =>
          weight * (list[at] * base[4 * v] + list[at + 1] * base[4 * v + 1] + list[at + 2] * base[4 * v + 2] + list[at + 3] * base[4 * v + 3])
        rest[i] += dot(maps, MAP * bone + 4 * i)
        for (let k = 0; k < FINGER && finger >= 0; k++) own[3 * (4 * finger + k) + i] += dot(slopes, MAP * (FINGER * bone + k) + 4 * i)
      }
    }
    for (let i = 0; i < 3; i++) {
      const at = ANGLES * (3 * v + i)
      const about = (list, from, x, start) => list[from] * x[start] + list[from + 1] * x[start + 1] + list[from + 2] * x[start + 2]
      moved[i] = about(turn, 3 * i, rest, 0)
      places[3 * v + i] = moved[i] + theta[3 + i]
      for (let k = 0; k < 3; k++) derivatives[at + k] = about(dTurn, 9 * k + 3 * i, rest, 0)
      derivatives[at + 3 + i] = 1
      for (let k = 0; k < 20; k++) derivatives[at + 6 + k] = about(turn, 3 * i, own, 3 * k)
    }
  }
  return { places, derivatives }
}

/**
 * Vertices, bones, points, whether points lie in triangles, parents, relative maps, inverses of absolute ones, vertices at rest, weights, for each point
 * its vertex or the corners of its triangle, the parameters, and the places in triangles.
 */
export function ht(numbers) {
  const [count, bones, points, inTriangles] = numbers
  let at = 4
  const next = length => {
    at += length
    return numbers.subarray(at - length, at)
  }
  const parents = next(bones)
  const [relatives, inverses] = [next(16 * bones), next(16 * bones)]
  const [base, weights] = [next(4 * count), next(bones * count)]
  const corners = next(inTriangles ? 3 * points : points)
  const theta = next(ANGLES)
  const us = next(inTriangles ? 2 * points : 0)
  const { places, derivatives } = verticesOf(count, bones, base, weights, theta, bonesOf(bones, parents, relatives, inverses, theta))
  const columns = inTriangles ? ANGLES + 2 : ANGLES
  const out = new Float64Array(3 * points * columns)
  for (let p = 0; p < points; p++) {
    for (let i = 0; i < 3; i++) {
      const row = columns * (3 * p + i)
      if (!inTriangles) {
        const from = ANGLES * (3 * corners[p] + i)
        for (let k = 0; k < ANGLES; k++) out[row + k] = -derivatives[from + k]
        continue
      }
      const [a, b, c] = [0, 1, 2].map(k => 3 * corners[3 * p + k] + i)
      const [u, v] = [us[2 * p], us[2 * p + 1]]
      out[row] = places[c] - places[a]
      out[row + 1] = places[c] - places[b]
      for (let k = 0; k < ANGLES; k++)
        out[row + 2 + k] = -(u * derivatives[ANGLES * a + k] + v * derivatives[ANGLES * b + k] + (1 - u - v) * derivatives[ANGLES * c + k])
    }
  }
  return out
}
