import { add, cos, cross, div, expandDims, mul, sin, slice, sqrt, square, sub, sum, type Tensor, take, tensor } from '../src/index.ts'

/*
 * Bundle adjustment as ADBench poses it (https://github.com/microsoft/ADBench, tools and data/ba): cameras with a rotation, a place,
 * a focal length, a centre and two coefficients of radial distortion, points in space, and a weight for each picture of a point, which
 * is drawn to 1.
 */

/** What is adjusted. */
export interface Bundle {
  /** [cameras, 11] */
  cameras: Tensor
  /** [points, 3] */
  points: Tensor
  /** [pictures] */
  weights: Tensor
}

/** A problem of least squares in an ADBench file, which has one camera, point, weight and feature that are repeated. */
export function readBundle(text: string): { x0: Bundle; residuals: (x: Bundle) => { places: Tensor; weights: Tensor }; unknowns: number } {
  const [sizes, camera, point, weight, feature] = text
    .trim()
    .split('\n')
    .map(line => line.trim().split(/\s+/).map(Number)) as [number[], number[], number[], number[], number[]]
  const [cameras, points, pictures] = sizes as [number, number, number]
  const repeated = (row: number[], times: number) => tensor(Array.from({ length: times }, () => row))
  const features = repeated(feature, pictures)
  const numbers = Array.from({ length: pictures }, (_, i) => i)
  const residuals = residualsOf(
    features,
    numbers.map(i => i % cameras),
    numbers.map(i => i % points),
  )
  const x0 = { cameras: repeated(camera, cameras), points: repeated(point, points), weights: tensor(numbers.map(() => weight[0] as number)) }
  return { x0, residuals, unknowns: x0.cameras.size + x0.points.size + x0.weights.size }
}

/** Weighted differences between where points are seen and where features are, and 1 − w² for the weights. */
export function residualsOf(features: Tensor, cameraOf: number[], pointOf: number[]) {
  return ({ cameras, points, weights }: Bundle) => {
    const camera = take(cameras, cameraOf, { axis: 0 }) as Tensor
    const part = (from: number, to: number) => slice(camera, [0, from], [cameraOf.length, to]) as Tensor
    const inSpace = rotated(part(0, 3), sub(take(points, pointOf, { axis: 0 }), part(3, 6)) as Tensor)
    const [across, depth] = [slice(inSpace, [0, 0], [cameraOf.length, 2]), slice(inSpace, [0, 2], [cameraOf.length, 3])]
    const flat = div(across, depth) as Tensor
    const radius = sum(square(flat), { axis: 1, keepDims: true })
    const distortion = add(1, add(mul(part(9, 10), radius), mul(part(10, 11), square(radius))))
    const seen = add(mul(mul(flat, distortion), part(6, 7)), part(7, 9))
    return { places: mul(expandDims(weights, { axis: 1 }), sub(seen, features)) as Tensor, weights: sub(1, square(weights)) as Tensor }
  }
}

/** Rodrigues' formula: vectors turned about axes by the lengths of these, row by row. */
function rotated(axes: Tensor, vectors: Tensor): Tensor {
  const angle = sqrt(sum(square(axes), { axis: 1, keepDims: true }))
  const axis = div(axes, angle)
  const along = mul(axis, mul(sum(mul(axis, vectors), { axis: 1, keepDims: true }), sub(1, cos(angle))))
  return add(add(mul(vectors, cos(angle)), mul(cross(axis, vectors), sin(angle))), along) as Tensor
}
