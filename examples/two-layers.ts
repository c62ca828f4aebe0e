import { clipByGlobalNorm, mul, noGrad, type Tensor, type Variable, variable } from '../src/index.ts'

/** Two spirals, a set that no straight line can part: points, and +1 or −1 for each. */
export function spirals(perArm: number): { points: number[][]; sides: number[][] } {
  const points: number[][] = []
  const sides: number[][] = []
  for (let i = 0; i < perArm; i++) {
    const turn = 0.5 + (2.5 * i) / perArm
    for (const side of [1, -1]) {
      points.push([side * turn * Math.cos(2 * turn) * 0.4, side * turn * Math.sin(2 * turn) * 0.4])
      sides.push([side])
    }
  }
  return { points, sides }
}

/**
 * Trains x → tanh(x W₁ + b₁) W₂ + b₂ on two spirals, with everything written out: the loss, `backward()`, clipping by the
 * global norm, and the step under `noGrad`. Gives the losses and the share of points on the right side.
 */
export function trainTwoLayers(epochs = 1500, print: (line: string) => void = () => {}) {
  const { points, sides } = spirals(40)
  const hidden = 24
  const weights = (rows: number, columns: number, seed: number) =>
    Array.from({ length: rows }, (_, i) =>
      Array.from({ length: columns }, (_, j) => Math.sin(12.9898 * (i * columns + j + seed) + 78.233) * Math.sqrt(2 / rows)),
    )
  const params: Variable<Tensor>[] = [variable(weights(2, hidden, 1)), variable(new Array(hidden).fill(0)), variable(weights(hidden, 1, 7)), variable([0])]
  const [w1, b1, w2, b2] = params as [Variable<Tensor>, Variable<Tensor>, Variable<Tensor>, Variable<Tensor>]
  const inputs = variable(points, { requiresGrad: false })
  const predict = () => inputs.matmul(w1).add(b1).tanh().matmul(w2).add(b2)

  const losses: number[] = []
  const velocity = params.map(each => each.detach().mul(0))
  for (let epoch = 0; epoch < epochs; epoch++) {
    for (const each of params) each.zeroGrad()
    const loss = predict().sub(sides).square().mean()
    loss.backward()
    losses.push(loss.item())
    const grads = clipByGlobalNorm(
      params.map(each => each.grad as Tensor),
      1,
    )
    noGrad(() => {
      params.forEach((each, i) => {
        velocity[i]!.mul_(0.9).add_(grads[i]!)
        each.sub_(mul(0.05, velocity[i]!))
      })
    })
    if (epoch % 250 === 0) print(`epoch ${String(epoch).padStart(4)}  loss ${loss.item().toFixed(4)}`)
  }
  const guesses = noGrad(() => predict().toArray() as number[][])
  const accuracy = guesses.filter((guess, i) => guess[0]! * sides[i]![0]! > 0).length / sides.length
  print(`${(100 * accuracy).toFixed(1)} % of the points are on the right side`)
  return { losses, accuracy }
}

if (process.argv[1] === import.meta.filename) trainTwoLayers(undefined, console.log)
