import { grad } from 'dualtape'
import { minimize } from 'dualtape/solve'

/**
 * Variances of what is measured about the level, and of how the level moves from one year to
 * the next.
 */
export type Variances = { measurement: number; movement: number }

/**
 * What a filter holds after each year: the level, its variance, and the surprise of all years
 * so far.
 */
export type Filtered = { levels: number[]; variances: number[]; surprise: number }

/**
 * Kalman's filter for a level that walks at random, from nothing known at the start. −log p(y)
 * is Durbin and Koopman's diffuse likelihood (Time Series Analysis by State Space Methods,
 * section 2.10).
 */
export function filter(y: readonly number[], { measurement, movement }: Variances): Filtered {
  'use ad'
  let level = y[0]!
  let variance = measurement
  let surprise = ((y.length - 1) / 2) * Math.log(2 * Math.PI)
  const [levels, variances] = [[level], [variance]]
  for (let t = 1; t < y.length; t++) {
    const expected = variance + movement
    const total = expected + measurement
    const error = y[t]! - level
    surprise += (Math.log(total) + (error * error) / total) / 2
    level += (expected / total) * error
    variance = (expected * measurement) / total
    levels.push(level)
    variances.push(variance)
  }
  return { levels, variances, surprise }
}

/** Logarithms, so that variances stay positive. */
export type Logs = { measurement: number; movement: number }
export function surprise({ measurement, movement }: Logs, y: readonly number[] = flow): number {
  'use ad'
  return filter(y, { measurement: Math.exp(measurement), movement: Math.exp(movement) }).surprise
}

/** The variances under which the data surprise least. */
export function learn(start: Logs = { measurement: Math.log(1e4), movement: Math.log(1e3) }) {
  return minimize((logs: Logs) => surprise(logs), start, { history: true })
}

/**
 * The level in the light of all years, also those to come. No smoother is written for it: what
 * a measurement is above the level is its variance times the gradient of −log p(y) by it.
 */
export function smooth(y: readonly number[], variances: Variances): number[] {
  const slope = grad((data: number[]) => filter(data, variances).surprise)([...y])
  return y.map((each, t) => each - variances.measurement * slope[t]!)
}

// Yearly flow of the Nile at Aswan, 1871 to 1970, in 10⁸ m³: Cobb, Biometrika 65 (1978), page 243.
export const flow = [
  1120, 1160, 963, 1210, 1160, 1160, 813, 1230, 1370, 1140, 995, 935, 1110, 994, 1020, 960, 1180,
  799, 958, 1140, 1100, 1210, 1150, 1250, 1260, 1220, 1030, 1100, 774, 840, 874, 694, 940, 833, 701,
  916, 692, 1020, 1050, 969, 831, 726, 456, 824, 702, 1120, 1100, 832, 764, 821, 768, 845, 864, 862,
  698, 845, 744, 796, 1040, 759, 781, 865, 845, 944, 984, 897, 822, 1010, 771, 676, 649, 846, 812,
  742, 801, 1040, 860, 874, 848, 890, 744, 749, 838, 1050, 918, 986, 797, 923, 975, 815, 1020, 906,
  901, 1170, 912, 746, 919, 718, 714, 740,
]
