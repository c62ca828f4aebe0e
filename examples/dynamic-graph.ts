import { noGrad, type Tensor, variable } from '../src/index.ts'

/** The graph that grows while the program runs: values can be printed at any point, and gradients are read at the end. */
export function dynamicGraph(print: (line: string) => void = () => {}) {
  const x = variable(
    [
      [1, 2],
      [3, 4],
    ],
    { name: 'x' },
  )
  const w = variable(2, { name: 'w' })

  const z = x.mul(w)
  print(`z = x · w is there while the graph grows: ${z}`)
  const loss = z.sum()
  print(`loss = Σ z = ${loss.item()}`)

  loss.backward()
  print(`∂loss/∂x = ${x.grad}`)
  print(`∂loss/∂w = Σ x = ${w.grad}`)

  // A step against the gradient is no part of the graph.
  noGrad(() => w.sub_((w.grad as number) * 0.1))
  w.zeroGrad()
  print(`w after a step of gradient descent: ${w.value}`)

  // Native control flow: how often the loop turns depends on the values.
  let y = x.mul(w).sum()
  let turns = 0
  while (y.item() < 1000) {
    y = y.mul(y).add(1)
    turns++
  }
  y.backward()
  print(`after ${turns} turns y = ${y.item()} and ∂y/∂w = ${w.grad}`)
  return { x: x.grad as Tensor, w: w.grad as number, turns }
}

if (process.argv[1] === import.meta.filename) dynamicGraph(console.log)
