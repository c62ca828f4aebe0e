import {
  add,
  compile,
  div,
  eigh,
  exp,
  hessian,
  inv,
  jacobian,
  linspace,
  matmul,
  mul,
  ravel,
  reshape,
  slice,
  square,
  sub,
  sum,
  type Tensor,
  tanh,
  tensor,
  valueAndGrad,
} from '../../src/index.ts'
import { dense, sequential } from '../../src/nn/index.ts'
import { lbfgs } from '../../src/optim/index.ts'
import { fold, key, normal, permutation } from '../../src/random/index.ts'
import { readPackaged } from './data.ts'
import type { OnProgress, Outcome } from './outcome.ts'
import { lossCurve, svg } from './picture.ts'

const UNITS = 6
/** Standard deviation of weights, before anything is known. */
const PRIOR = 3

const model = sequential(dense(1, UNITS), tanh, dense(UNITS, 1))

/** Weights and biases, and then the logarithm of the noise, in one vector. */
const SIZE = 3 * UNITS + 2

/** The network's output for powers that are shifted and scaled. */
function predict(theta: Tensor, x: Tensor): Tensor {
  const part = (from: number, to: number, shape: number[]) => reshape(slice(theta, from, to), shape) as Tensor
  const parameters: ReturnType<typeof model.init> = [
    { weight: part(0, UNITS, [UNITS, 1]), bias: part(UNITS, 2 * UNITS, [UNITS]) },
    {},
    { weight: part(2 * UNITS, 3 * UNITS, [1, UNITS]), bias: part(3 * UNITS, 3 * UNITS + 1, [1]) },
  ]
  return ravel(model.apply(parameters, reshape(x, [-1, 1])))
}

/** How much is trained. */
export interface UncertaintyOptions {
  iterations?: number
}

/**
 * How far cars drive on a gallon by their power, and how sure that is: a small network, whose most probable weights are found by L-BFGS. Around them the
 * posterior is taken for normal (Laplace's approximation): its precision is the Hessian of the negative logarithm.
 * Source: MacKay, Neural Computation 4, 1992.
 */
export function uncertainty({ iterations = 400 }: UncertaintyOptions = {}, progress: OnProgress = () => {}): Outcome & { coverage: number } {
  const cars = readCars()
  const order = permutation(key(2), cars.length).data
  const [training, held] = [Array.from(order.subarray(100)), Array.from(order.subarray(0, 100))].map(rows => rows.map(i => cars[i] as Car)) as [Car[], Car[]]
  const [x, y] = columns(training)

  const loss = (theta: Tensor) => {
    const noise = slice(theta, SIZE - 1, SIZE) as Tensor
    const misfit = sum(add(mul(0.5, square(div(sub(predict(theta, x), y), exp(noise)))), noise))
    return add(misfit, mul(0.5 / PRIOR ** 2, sum(square(slice(theta, 0, SIZE - 1)))))
  }
  const slope = compile(valueAndGrad(loss))
  const losses: number[] = []
  const optimiser = lbfgs(normal(fold(key(2), 1), [SIZE], { scale: 0.5 }), { maxIterations: 10 })
  while (losses.length < iterations / 10 && !optimiser.converged) {
    losses.push(optimiser.step(slope))
    progress((10 * losses.length) / iterations, `negative log posterior ${(losses.at(-1) as number).toFixed(3)}`)
  }
  const theta = optimiser.params

  const precision = hessian(loss)(theta) as Tensor
  const { values } = eigh(precision)
  if (!(values.at(0) > 0)) throw new Error(`The weights are at no maximum of the posterior: the Hessian has the eigenvalue ${values.at(0)}.`)
  const covariance = inv(precision)
  const noise = Math.exp(theta.at(SIZE - 1))
  /** Means, and standard deviations with and without the noise of a single car. */
  const predicted = (powers: Tensor) => {
    const mean = predict(theta, powers)
    const slopes = jacobian((each: Tensor) => predict(each, powers))(theta) as Tensor
    const variance = sum(mul(matmul(slopes, covariance), slopes), { axis: 1 }) as Tensor
    return Array.from(mean.data, (each, i) => ({ mean: each, known: Math.sqrt(variance.at(i)), all: Math.sqrt(variance.at(i) + noise ** 2) }))
  }

  const [heldX, heldY] = columns(held)
  const inside = predicted(heldX).filter(({ mean, all }, i) => Math.abs(heldY.at(i) - mean) < 1.96 * all).length
  const coverage = inside / held.length
  const shown = [50, 75, 100, 150, 200, 250, 300]
  const rows = predicted(tensor(shown.map(scaledPower)))
  const grid = linspace(40, 300, 105)
  const curve = predicted(tensor(grid.toArray().map(scaledPower)))
  return {
    losses,
    coverage,
    table: [
      ['horsepower', 'miles per gallon', '± of the curve', '± of a car'],
      ...rows.map(({ mean, known, all }, i) => [String(shown[i]), miles(mean).toFixed(1), (MILES * known).toFixed(1), (MILES * all).toFixed(1)]),
    ],
    summary: `${inside} of ${held.length} cars that were held out are within their 95 % intervals. Beyond 230 horsepower there are no cars, and the curve is less sure.`,
    files: {
      'loss.svg': lossCurve(
        'Cars: negative log posterior above its minimum, after each 10 iterations',
        losses.slice(0, -1).map(each => each - (losses.at(-1) as number)),
      ),
      'curve.svg': svg({
        title: 'Cars: 95 % intervals of a car, by Laplace’s approximation',
        xLabel: 'horsepower',
        yLabel: 'miles per gallon',
        lines: [{ name: 'curve', points: curve.map(({ mean }, i) => [grid.at(i), miles(mean)]) }],
        dots: [{ name: 'cars', points: training.map(({ power, mileage }) => [power, mileage]) }],
        band: { name: '95 %', points: curve.map(({ mean, all }, i) => [grid.at(i), miles(mean - 1.96 * all), miles(mean + 1.96 * all)]) },
      }),
    },
  }
}

interface Car {
  power: number
  mileage: number
}

/** Cars of 1970 to 1982, from the npm package vega-datasets; those of which something is not known are left out. */
function readCars(): Car[] {
  const cars = JSON.parse(readPackaged('vega-datasets/data/cars.json')) as { Horsepower: number | null; Miles_per_Gallon: number | null }[]
  return cars.flatMap(({ Horsepower: power, Miles_per_Gallon: mileage }) => (power === null || mileage === null ? [] : [{ power, mileage }]))
}

// Shifted and scaled to numbers around 0 and 1.
const MILES = 8
const miles = (y: number) => 23 + MILES * y
const scaledPower = (power: number) => (power - 100) / 40

function columns(cars: readonly Car[]): [x: Tensor, y: Tensor] {
  return [tensor(cars.map(({ power }) => scaledPower(power))), tensor(cars.map(({ mileage }) => (mileage - 23) / MILES))]
}
