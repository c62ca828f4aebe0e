import { matmul, mean, square, sub, type Tensor, tanh, tensor, valueAndGrad, variable } from '../src/index.ts'

/**
 * One hidden layer, loss = mean (tanh(X W₁) W₂ − y)². The same gradient three times: derived by hand with the chain rule
 * for matrices, by `backward()`, and by `grad`.
 */
export function byHand(print: (line: string) => void = () => {}) {
  const X = [
    [0.5, -1],
    [1, 2],
    [-0.3, 0.8],
  ]
  const y = [[1], [-1], [0.5]]
  const W1 = [
    [0.1, -0.4, 0.3],
    [0.7, 0.2, -0.5],
  ]
  const W2 = [[0.6], [-0.3], [0.8]]

  // By hand: with H = tanh(X W₁) and E = 2 (H W₂ − y) / n,
  //   ∂loss/∂W₂ = Hᵀ E,   ∂loss/∂W₁ = Xᵀ (E W₂ᵀ ⊙ (1 − H²)).
  const H = product(X, W1).map(row => row.map(Math.tanh))
  const E = product(H, W2).map((row, i) => row.map(each => (2 * (each - y[i]![0]!)) / X.length))
  const inner = product(E, transposed(W2)).map((row, i) => row.map((each, k) => each * (1 - H[i]![k]! ** 2)))
  const hand = { W1: product(transposed(X), inner), W2: product(transposed(H), E) }

  // By the tape: the program of the loss is all there is to write.
  const [w1, w2] = [variable(W1), variable(W2)]
  const inputs = variable(X, { requiresGrad: false })
  inputs.matmul(w1).tanh().matmul(w2).sub(y).square().mean().backward()

  // As a function.
  const [value, functional] = valueAndGrad((p: { W1: Tensor; W2: Tensor }) => mean(square(sub(matmul(tanh(matmul(X, p.W1)), p.W2), y))))({
    W1: tensor(W1),
    W2: tensor(W2),
  })

  print(`loss = ${value}`)
  print(`∂loss/∂W₁ by hand:       ${JSON.stringify(hand.W1)}`)
  print(`          by backward(): ${JSON.stringify(w1.grad)}`)
  print(`          by grad:       ${JSON.stringify(functional.W1)}`)
  return { hand, tape: { W1: w1.grad as Tensor, W2: w2.grad as Tensor }, functional }
}

function product(a: number[][], b: number[][]): number[][] {
  return a.map(row => transposed(b).map(column => row.reduce((sum, each, k) => sum + each * column[k]!, 0)))
}

function transposed(a: number[][]): number[][] {
  return a[0]!.map((_, j) => a.map(row => row[j]!))
}

if (process.argv[1] === import.meta.filename) byHand(console.log)
