import { type MinimizeResult, minimize } from 'dualtape/solve'

/**
 * A rod with a weight: lengths in metres, times in seconds, torques for each unit of mass ×
 * length².
 */
export interface Pendulum {
  gravity: number
  damping: number
  /** How long the swing may take. */
  time: number
  /** What the motor gives at most. */
  torque: number
}

export const STEPS = 60

/**
 * Angles and speeds from rest at the bottom, for a torque in each step; by the method of Runge
 * and Kutta.
 */
export function swing(torques: number[], { gravity, damping, time }: Pendulum): number[][] {
  'use ad'
  const h = time / torques.length
  let [angle, speed] = [0, 0]
  const states = [[angle, speed]]
  for (const torque of torques) {
    const acceleration = (a: number, s: number) => torque - gravity * Math.sin(a) - damping * s
    const s1 = speed
    const a1 = acceleration(angle, s1)
    const s2 = speed + (h / 2) * a1
    const a2 = acceleration(angle + (h / 2) * s1, s2)
    const s3 = speed + (h / 2) * a2
    const a3 = acceleration(angle + (h / 2) * s2, s3)
    const s4 = speed + h * a3
    const a4 = acceleration(angle + h * s3, s4)
    angle += (h / 6) * (s1 + 2 * s2 + 2 * s3 + s4)
    speed += (h / 6) * (a1 + 2 * a2 + 2 * a3 + a4)
    states.push([angle, speed])
  }
  return states
}

/** ∫ torque² dt, as a sum. */
export function effort(torques: number[], { time }: Pendulum): number {
  'use ad'
  return (torques.reduce((sum, torque) => sum + torque * torque, 0) * time) / torques.length
}

/** How far the end is from rest at the top. */
export function misses(torques: number[], pendulum: Pendulum): number[] {
  'use ad'
  const [angle, speed] = swing(torques, pendulum).at(-1)!
  return [angle! - Math.PI, speed!]
}

/**
 * Torques that bring the pendulum to rest at the top with the least effort that is found from a
 * start.
 */
export function swingUp(pendulum: Pendulum, start = firstTry(pendulum)): MinimizeResult<number[]> {
  return minimize((torques: number[]) => effort(torques, pendulum), start, {
    bounds: { lower: -pendulum.torque, upper: pendulum.torque },
    constraints: [{ equals: (torques: number[]) => misses(torques, pendulum) }],
    tolerance: 1e-6,
    maxIterations: 150,
  })
}

/** Pushes that change their direction nearly with the pendulum's own time. */
export function firstTry({ gravity, time, torque }: Pendulum): number[] {
  const h = time / STEPS
  return Array.from(
    { length: STEPS },
    (_, i) => 0.5 * Math.min(torque, 6) * Math.cos(0.9 * Math.sqrt(gravity) * (i + 0.5) * h),
  )
}
