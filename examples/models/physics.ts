import { add, compile, jvp, linspace, mean, mul, ravel, sin, square, stack, sub, type Tensor, tanh, tensor, valueAndGrad } from '../../src/index.ts'
import { dense, sequential } from '../../src/nn/index.ts'
import { lbfgs } from '../../src/optim/index.ts'
import { fold, key, uniform } from '../../src/random/index.ts'
import type { OnProgress, Outcome } from './outcome.ts'
import { lossCurve, svg } from './picture.ts'

const END = 0.3
const DIFFUSIVITY = 0.1
const network = sequential(dense(2, 16), tanh, dense(16, 16), tanh, dense(16, 1))
type Parameters = ReturnType<typeof network.init>

/** The temperature at first: two waves that vanish at both ends. */
const atFirst = (x: Tensor): Tensor => add(sin(mul(Math.PI, x)), mul(0.5, sin(mul(3 * Math.PI, x))))

/** What the equation's solution is, to compare with. */
const exact = (x: number, t: number) =>
  Math.sin(Math.PI * x) * Math.exp(-DIFFUSIVITY * Math.PI ** 2 * t) + 0.5 * Math.sin(3 * Math.PI * x) * Math.exp(-DIFFUSIVITY * 9 * Math.PI ** 2 * t)

/** The network's temperature. Whatever its weights are, it is right at first and at both ends. */
function temperature(p: Parameters, x: Tensor, t: Tensor): Tensor {
  const free = ravel(network.apply(p, stack([sub(mul(2, x), 1), mul(1 / END, t)], { axis: 1 })))
  return add(atFirst(x), mul(mul(mul(x, sub(1, x)), t), free))
}

/** How much is trained. */
export interface PhysicsOptions {
  iterations?: number
  points?: number
}

/**
 * The heat equation ∂u/∂t = D ∂²u/∂x² on a rod whose ends are kept cold, solved by a network: what is small is the residual of the equation at random places.
 * Its derivatives by place and time are pushforwards inside the loss, the gradient by the weights goes backward through them, and all is compiled.
 * Source: Raissi, Perdikaris and Karniadakis, Journal of Computational Physics 378, 2019.
 */
export function physics({ iterations = 2000, points = 400 }: PhysicsOptions = {}, progress: OnProgress = () => {}): Outcome & { error: number } {
  const seed = key(4)
  const x = uniform(fold(seed, 0), [points])
  const t = uniform(fold(seed, 1), [points], { high: END })
  const ones = tensor(new Float64Array(points).fill(1))
  const residual = (p: Parameters) => {
    const [, rate] = jvp((t: Tensor) => temperature(p, x, t), [t], [ones])
    const slope = (x: Tensor) => jvp((x: Tensor) => temperature(p, x, t), [x], [ones])[1]
    const [, curvature] = jvp(slope, [x], [ones])
    return sub(rate, mul(DIFFUSIVITY, curvature))
  }
  const gradient = compile(valueAndGrad((p: Parameters) => mean(square(residual(p)))))

  const optimiser = lbfgs(network.init(fold(seed, 2)), { maxIterations: 20 })
  const losses: number[] = []
  while (20 * losses.length < iterations && !optimiser.converged) {
    losses.push(optimiser.step(gradient))
    progress((20 * losses.length) / iterations, `residual² ${(losses.at(-1) as number).toExponential(1)}`)
  }

  const grid = linspace(0, 1, 101)
  const at = (time: number) => temperature(optimiser.params, grid, mul(time, tensor(new Float64Array(101).fill(1))))
  const times = [0, 0.05, 0.1, 0.2, END]
  const rows = times.map(time => {
    const found = at(time)
    const wanted = grid.toArray().map((x: number) => exact(x, time))
    return { time, largest: Math.max(...wanted), error: Math.max(...wanted.map((each: number, i: number) => Math.abs(each - found.at(i)))) }
  })
  const error = Math.max(...rows.map(row => row.error))
  return {
    losses,
    error,
    table: [['time', 'largest temperature', 'largest error'], ...rows.map(row => [row.time.toFixed(2), row.largest.toFixed(4), row.error.toExponential(1)])],
    summary: `The network solves the heat equation to ${error.toExponential(1)}, without having seen a solution.`,
    files: {
      'loss.svg': lossCurve('Heat equation: mean squared residual after each 20 iterations', losses),
      'temperature.svg': svg({
        title: 'Temperature of a rod by the network, and exactly (dots)',
        xLabel: 'place',
        yLabel: 'temperature',
        lines: times.slice(0, 4).map(time => ({
          name: `t = ${time}`,
          points: at(time)
            .toArray()
            .map((u: number, i: number) => [grid.at(i), u] as const),
        })),
        dots: [{ name: 'exact', points: times.slice(0, 4).flatMap(time => Array.from({ length: 21 }, (_, i) => [i / 20, exact(i / 20, time)] as const)) }],
      }),
    },
  }
}
