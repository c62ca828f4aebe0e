import { compile, erfc, hessian, valueAndGrad } from 'dualtape'
import { rootScalar } from 'dualtape/solve'

/** Prices of the share and of the exercise, years to go, interest and volatility for each year. */
export type Option = {
  share: number
  strike: number
  years: number
  rate: number
  volatility: number
}

/** The price of a European call: Black and Scholes (1973), formula (13). */
export function call({ share, strike, years, rate, volatility }: Option): number {
  'use ad'
  const spread = volatility * Math.sqrt(years)
  const d1 = (Math.log(share / strike) + (rate + (volatility * volatility) / 2) * years) / spread
  return share * normal(d1) - strike * Math.exp(-rate * years) * normal(d1 - spread)
}

/** The probability that a standard normal number is below x. */
function normal(x: number): number {
  'use ad'
  return 0.5 * erfc(-x / Math.SQRT2)
}

export const first = compile(valueAndGrad(call))
export const second = compile(hessian(call))

/** The derivatives by their names on the market. */
export function greeks(option: Option) {
  const [price, slope] = first(option)
  const curvature = second(option)
  return {
    price,
    delta: slope.share,
    vega: slope.volatility,
    theta: -slope.years,
    rho: slope.rate,
    gamma: curvature.share.share,
    vanna: curvature.share.volatility,
    volga: curvature.volatility.volatility,
    charm: -curvature.share.years,
  }
}

/** The volatility that a price tells; as a function of the price it can be differentiated, too. */
export function impliedVolatility(price: number, option: Option): number {
  return rootScalar((volatility: number) => miss(volatility, price, option), { bracket: [1e-3, 5] })
    .x
}

function miss(volatility: number, price: number, option: Option): number {
  'use ad'
  return call({ ...option, volatility }) - price
}

export type Greek = keyof ReturnType<typeof greeks>
