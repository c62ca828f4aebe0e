import { solve } from 'dualtape'
import { type MinimizeResult, minimize } from 'dualtape/solve'

/*
 * The truss of ten bars that structural optimisation has compared methods by since Venkayya
 * (1971), in inches, pounds and psi.
 */

const SIDE = 360
const DENSITY = 0.1
const MODULUS = 1e7
/** Joints; the last two are held by the wall. */
export const joints = [
  [2 * SIDE, SIDE],
  [2 * SIDE, 0],
  [SIDE, SIDE],
  [SIDE, 0],
  [0, SIDE],
  [0, 0],
] as const
/** From joint to joint. */
export const bars = [
  [4, 2],
  [2, 0],
  [5, 3],
  [3, 1],
  [2, 3],
  [0, 1],
  [4, 3],
  [5, 2],
  [2, 1],
  [3, 0],
] as const
const shapes = bars.map(([a, b]) => {
  const [x, y] = [joints[b][0] - joints[a][0], joints[b][1] - joints[a][1]]
  const length = Math.hypot(x, y)
  return { length, x: x / length, y: y / length }
})

/**
 * What is asked of the truss: the load at both lower joints, the stress in bars and the way
 * that joints may go.
 */
export interface Demand {
  load: number
  stress: number
  displacement: number
}

export function weight(areas: number[]): number {
  'use ad'
  return areas.reduce((sum, area, k) => sum + DENSITY * shapes[k]!.length * area, 0)
}

/**
 * How far the free joints go, x and y of each, under the load: the solution of stiffness ·
 * displacements = forces.
 */
export function displacements(areas: number[], load: number): number[] {
  'use ad'
  const stiffness = Array.from({ length: 8 }, () => new Array<number>(8).fill(0))
  bars.forEach((ends, k) => {
    const { length, x, y } = shapes[k]!
    const perLength = (MODULUS * areas[k]!) / length
    const along = [x, y]
    ends.forEach((a, i) => {
      ends.forEach((b, j) => {
        if (a > 3 || b > 3) return
        for (let p = 0; p < 2; p++)
          for (let q = 0; q < 2; q++)
            stiffness[2 * a + p]![2 * b + q]! +=
              (i === j ? 1 : -1) * perLength * along[p]! * along[q]!
      })
    })
  })
  const u = solve(stiffness, [0, 0, 0, -load, 0, 0, 0, -load])
  return Array.from({ length: 8 }, (_, i) => u.at(i) as number)
}

/** In each bar, positive where it is pulled. */
export function stresses(areas: number[], load: number): number[] {
  'use ad'
  const u = displacements(areas, load)
  const at = (joint: number, axis: number) => (joint > 3 ? 0 : u[2 * joint + axis]!)
  return bars.map(([a, b], k) => {
    const { length, x, y } = shapes[k]!
    return (MODULUS / length) * (x * (at(b, 0) - at(a, 0)) + y * (at(b, 1) - at(a, 1)))
  })
}

/**
 * The lightest truss: areas of its bars from 0.1 to 100 square inches. There are two minima
 * near each other, so there are two starts: with equal bars, and with those thin that can be
 * spared.
 */
export function lightest(demand: Demand): MinimizeResult<number[]> {
  const limits = (areas: number[]) => excess(areas, demand)
  const starts = [bars.map(() => 20), [30, 1, 30, 20, 1, 5, 10, 20, 20, 1]]
  const found = starts.map(start =>
    minimize(weight, start, {
      bounds: { lower: 0.1, upper: 100 },
      constraints: [{ atMost: limits }],
    }),
  )
  const converged = found.filter(({ status }) => status === 'converged')
  return converged.sort((a, b) => a.value - b.value)[0] ?? found[0]!
}

/** By what part stresses and displacements are above what they may be; nothing is above 0. */
export function excess(areas: number[], { load, stress, displacement }: Demand): number[] {
  'use ad'
  const [found, ways] = [stresses(areas, load), displacements(areas, load)]
  return [
    ...found.flatMap(each => [each / stress - 1, -each / stress - 1]),
    ...ways.flatMap(each => [each / displacement - 1, -each / displacement - 1]),
  ]
}
