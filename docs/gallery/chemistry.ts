import { compile, jacobian, planJacobian, valueAndGrad } from 'dualtape'
import { solveIvp } from 'dualtape/solve'

/*
 * Air over a city: 25 reactions among 20 species. J. G. Verwer, Gauss–Seidel iteration for
 * stiff ODEs from chemical kinetics, SIAM J. Sci. Comput. 15 (1994); the problem POLLU of the
 * Test Set for IVP Solvers, whose numbers these are. Concentrations are in parts per million,
 * times in minutes.
 */

export const species =
  'NO2 NO O3P O3 HO2 OH HCHO CO ALD MEO2 C2O3 CO2 PAN CH3O HNO3 O1D SO2 SO4 NO3 N2O5'.split(' ')
/** What reacts, what comes out, and how fast. */
const reactions: readonly (readonly [
  from: readonly string[],
  to: readonly string[],
  rate: number,
])[] = [
  [['NO2'], ['NO', 'O3P'], 0.35],
  [['NO', 'O3'], ['NO2'], 26.6],
  [['HO2', 'NO'], ['NO2', 'OH'], 12300],
  [['HCHO'], ['HO2', 'HO2', 'CO'], 8.6e-4],
  [['HCHO'], ['CO'], 8.2e-4],
  [['HCHO', 'OH'], ['HO2', 'CO'], 15000],
  [['ALD'], ['MEO2', 'HO2', 'CO'], 1.3e-4],
  [['ALD', 'OH'], ['C2O3'], 24000],
  [['C2O3', 'NO'], ['NO2', 'MEO2', 'CO2'], 16500],
  [['C2O3', 'NO2'], ['PAN'], 9000],
  [['PAN'], ['C2O3', 'NO2'], 0.022],
  [['MEO2', 'NO'], ['CH3O', 'NO2'], 12000],
  [['CH3O'], ['HCHO', 'HO2'], 1.88],
  [['NO2', 'OH'], ['HNO3'], 16300],
  [['O3P'], ['O3'], 4.8e6],
  [['O3'], ['O1D'], 3.5e-4],
  [['O3'], ['O3P'], 0.0175],
  [['O1D'], ['OH', 'OH'], 1e8],
  [['O1D'], ['O3P'], 4.44e11],
  [['SO2', 'OH'], ['SO4', 'HO2'], 1240],
  [['NO3'], ['NO'], 2.1],
  [['NO3'], ['NO2', 'O3P'], 5.78],
  [['NO2', 'O3'], ['NO3'], 0.0474],
  [['NO3', 'NO2'], ['N2O5'], 1780],
  [['N2O5'], ['NO3', 'NO2'], 3.12],
]
export const names = reactions.map(([from, to]) => `${from.join(' + ')} → ${to.join(' + ')}`)
export const rates = reactions.map(([, , rate]) => rate)
export const start = species.map(
  name => ({ NO: 0.2, O3: 0.04, HCHO: 0.1, CO: 0.3, ALD: 0.01, SO2: 0.007 })[name] ?? 0,
)
const places = reactions.map(([from, to]) =>
  [from, to].map(side => side.map(name => species.indexOf(name))),
)

/**
 * How fast concentrations change: each reaction goes at its rate times the concentrations of
 * what reacts.
 */
export function change(_t: number, y: number[], k: number[] = rates): number[] {
  'use ad'
  const total = y.map(() => 0)
  places.forEach(([from, to], r) => {
    let speed = k[r]!
    for (const i of from!) speed *= y[i]!
    for (const i of from!) total[i] = total[i]! - speed
    for (const i of to!) total[i] = total[i]! + speed
  })
  return total
}

export type Method = 'rodas' | 'bdf' | 'dopri5'
const OPTIONS = { rtol: 1e-6, atol: 1e-14 } as const

export const solved = (
  minutes: number,
  k: number[] = rates,
  method: Method = 'rodas',
  maxSteps = 1e5,
) => solveIvp(change, [0, minutes], start, { ...OPTIONS, method, parameters: k, maxSteps })

/**
 * By what part a species changes at the end for each part that a rate is larger: (k / y) ∂y /
 * ∂k, of all rates in one way back.
 */
export function sensitivities(name: string, minutes: number, rtol = 1e-4): number[] {
  const place = species.indexOf(name)
  const end = (k: number[]) =>
    solveIvp(change, [0, minutes], start, {
      ...OPTIONS,
      rtol,
      method: 'rodas',
      parameters: k,
      evaluateAt: [minutes],
    }).y[0]![place]!
  const [value, slopes] = valueAndGrad(end)(rates)
  return slopes.map((slope, r) => (slope * rates[r]!) / value)
}

/** How the matrix is found of which change depends on which species, and the same compiled. */
export const jacobianPlan = () =>
  planJacobian(
    (y: number[]) => change(0, y),
    start.map(each => each + 1e-3),
    { output: 'sparse' },
  )
export const jacobianOf = compile(jacobian((y: number[]) => change(0, y), { output: 'sparse' }))
