import { jacobian } from 'dualtape'
import { leastSquares } from 'dualtape/solve'

/**
 * Where the joints are, from the shoulder to the hand, for angles between one piece and the
 * next.
 */
export function joints(angles: number[], lengths: number[]): number[][] {
  'use ad'
  let [x, y, angle] = [0, 0, 0]
  const places = [[0, 0]]
  for (let k = 0; k < angles.length; k++) {
    angle += angles[k]!
    x += lengths[k]! * Math.cos(angle)
    y += lengths[k]! * Math.sin(angle)
    places.push([x, y])
  }
  return places
}

export const hand = (angles: number[], lengths: number[]): number[] =>
  joints(angles, lengths).at(-1)!

/**
 * Angles that bring the hand to a point, or as near as it gets, and change as little as that
 * takes.
 */
export function reach(point: number[], before: number[], lengths: number[], stiffness = 0.02) {
  function misses(angles: number[]): number[] {
    'use ad'
    const [x, y] = hand(angles, lengths)
    return [
      x! - point[0]!,
      y! - point[1]!,
      ...angles.map((angle, k) => stiffness * (angle - before[k]!)),
    ]
  }
  return leastSquares(misses, before, { tolerance: 1e-6, covariance: false })
}

/** How the hand moves with each angle: two rows, a column for each joint. */
export function handJacobian(angles: number[], lengths: number[]): number[][] {
  return jacobian((a: number[]) => hand(a, lengths))(angles)
}
