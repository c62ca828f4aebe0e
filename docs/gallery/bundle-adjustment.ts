import { leastSquares } from 'dualtape/solve'

/** How a camera is turned, by an axis as long as the angle, and where it sees the origin. */
export type Camera = { turn: number[]; shift: number[] }
export type Scene = { cameras: Camera[]; points: number[][] }
/** Where a camera sees a point, on a plane at distance 1. */
export type Sighting = { camera: number; point: number; at: readonly [number, number] }

/**
 * Rodrigues' formula, in the form that has no division by 0 where the square of the angle is
 * above 1e-30.
 */
export function turned([a, b, c]: number[], [x, y, z]: number[]): number[] {
  'use ad'
  const square = a! * a! + b! * b! + c! * c! + 1e-30
  const angle = Math.sqrt(square)
  const [s, q] = [Math.sin(angle) / angle, (1 - Math.cos(angle)) / square]
  const along = q * (a! * x! + b! * y! + c! * z!)
  const cosine = Math.cos(angle)
  return [
    cosine * x! + s * (b! * z! - c! * y!) + along * a!,
    cosine * y! + s * (c! * x! - a! * z!) + along * b!,
    cosine * z! + s * (a! * y! - b! * x!) + along * c!,
  ]
}

/** Where a camera sees a point. */
export function seen({ turn, shift }: Camera, point: number[]): [number, number] {
  'use ad'
  const [x, y, z] = turned(turn, point)
  const depth = z! + shift[2]!
  return [(x! + shift[0]!) / depth, (y! + shift[1]!) / depth]
}

/** What all sightings are off by. */
export function misses({ cameras, points }: Scene, sightings: readonly Sighting[]): number[] {
  'use ad'
  return sightings.flatMap(({ camera, point, at }) => {
    const [u, v] = seen(cameras[camera]!, points[point]!)
    return [u - at[0], v - at[1]]
  })
}

/** Cameras and points under which the sightings miss least; the first camera stays where it is. */
export function adjust(start: Scene, sightings: readonly Sighting[]) {
  const { cameras, points } = start
  const [first, ...others] = cameras
  return leastSquares(
    (free: Scene) => misses({ cameras: [first!, ...free.cameras], points: free.points }, sightings),
    { cameras: others, points },
    {
      covariance: false,
      history: true,
      tolerance: 1e-10,
    },
  )
}

/** A house, its edges, and cameras in a half circle that look at it; drawn with a seed. */
export function makeScene(
  cameraCount: number,
  noise: number,
  seed = 1,
): { truth: Scene; start: Scene; sightings: Sighting[] } {
  const random = numbersFrom(seed)
  const cameras = Array.from({ length: cameraCount }, (_, i): Camera => {
    const angle = ((i / (cameraCount - 1)) * 2 - 1) * 1.2
    return { turn: [0, angle, 0], shift: [0, 0, 5] }
  })
  const sightings = cameras.flatMap((each, camera) =>
    house.map((at, point): Sighting => {
      const [u, v] = seen(each, at)
      return { camera, point, at: [u + noise * random(), v + noise * random()] }
    }),
  )
  const start = {
    cameras: cameras.map(({ turn, shift }, i) =>
      i === 0
        ? { turn, shift }
        : { turn: turn.map(x => x + 0.1 * random()), shift: shift.map(x => x + 0.2 * random()) },
    ),
    points: house.map(point => point.map(x => x + 0.35 * random())),
  }
  return { truth: { cameras, points: house }, start, sightings }
}

/** Points along the edges of a house of side 2. */
export const edges: [number, number][] = []
export const house: number[][] = []
const corners = [-1, 1].flatMap(z => [
  [-1, 0.8, z],
  [1, 0.8, z],
  [1, -0.4, z],
  [0, -1.3, z],
  [-1, -0.4, z],
])
const between: [number, number][] = [
  [0, 1],
  [1, 2],
  [2, 3],
  [3, 4],
  [4, 0],
  [5, 6],
  [6, 7],
  [7, 8],
  [8, 9],
  [9, 5],
  [0, 5],
  [1, 6],
  [2, 7],
  [3, 8],
  [4, 9],
]
house.push(...corners)
for (const [a, b] of between) {
  let before = a
  for (const t of [1 / 3, 2 / 3]) {
    edges.push([before, house.length])
    before = house.length
    house.push([0, 1, 2].map(k => corners[a]![k]! * (1 - t) + corners[b]![k]! * t))
  }
  edges.push([before, b])
}

/** Numbers between −1 and 1 that look random: Lehmer's generator. */
function numbersFrom(seed: number): () => number {
  let state = seed
  return () => {
    state = (state * 48271) % 2147483647
    return (2 * state) / 2147483647 - 1
  }
}
