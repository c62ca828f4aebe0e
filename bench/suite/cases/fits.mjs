/* All 54 fits of NIST's nonlinear problems (StRD), from both starts: what a fit costs, and how many find the certified parameters to 4 digits. */
import { fitsOf } from '../../solve-fits.mjs'

const WAYS = {
  eager: 'leastSquares, Levenberg–Marquardt',
  'eager, dogleg': 'leastSquares, dogleg',
  'ml-levenberg-marquardt, exact Jacobian': 'ml-levenberg-marquardt, exact Jacobian',
  differences: 'ml-levenberg-marquardt, differences',
}

export const cases = () => [
  {
    ...{ group: 'fits', name: '54 fits of NIST’s problems', isQuick: false, keepsNumbers: 1 },
    contestants: Object.fromEntries(
      Object.entries(WAYS).map(([key, way]) => [key, async () => ({ run: await fitsOf(way), numbers: ({ solved, evaluations }) => [solved, evaluations] })]),
    ),
  },
]

export const absent = {
  'JavaScript by hand': 'a fit by hand would be another solver; ml-levenberg-marquardt is one, here with our Jacobians and with its own differences',
  compiled: 'leastSquares plans and compiles by itself where that pays',
}
