import { jacobian } from 'dualtape'
import { type LeastSquaresResult, leastSquares, solveIvp } from 'dualtape/solve'

/** Contacts that infect, and recoveries, for each person and day. */
export type Rates = { infection: number; recovery: number }

const PEOPLE = 763
/** Boys in bed on 14 days, 22 January to 4 February 1978 (British Medical Journal 1978, 1: 587). */
export const inBed = [3, 8, 26, 76, 225, 298, 258, 233, 189, 128, 68, 29, 14, 4]
const days = inBed.map((_, i) => i + 1)

/** Who can be infected and who is infected, by day: those who have recovered are the others. */
function spread(
  _day: number,
  [susceptible, infected]: number[],
  { infection, recovery }: Rates,
): number[] {
  'use ad'
  const infections = (infection * susceptible! * infected!) / PEOPLE
  return [-infections, infections - recovery * infected!]
}

/** The number of infected people at times, beginning with one of them. */
export function infectedAt(times: number[], rates: Rates): number[] {
  return solveIvp(spread, [0, times.at(-1)!], [PEOPLE - 1, 1], {
    parameters: rates,
    evaluateAt: times,
    rtol: 1e-8,
  }).y.map(state => state[1]!)
}

/** Rates for which the model is closest to the boys in bed. */
export function fitRates(): LeastSquaresResult<Rates, number[]> {
  return leastSquares(misses, { infection: 1.5, recovery: 0.6 })
}

export function misses(rates: Rates): number[] {
  'use ad'
  return infectedAt(days, rates).map((infected, i) => infected - inBed[i]!)
}

/** How many more would be infected at times, for each unit that a rate is larger. */
export function sensitivities(
  times: number[],
  rates: Rates,
): { infection: number[]; recovery: number[] } {
  return jacobian((p: Rates) => infectedAt(times, p))(rates)
}
