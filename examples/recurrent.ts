import { clipByGlobalNorm, noGrad, type Tensor, type Variable, variable } from '../src/index.ts'
import { adam } from '../src/optim/index.ts'

/** Sequences of bits of different lengths, and whether two ones follow each other in them. */
export function bitTask(count: number, seed = 1): { bits: number[]; pair: number }[] {
  let state = seed
  const random = () => {
    state = (state * 1103515245 + 12345) % 2147483648
    return state / 2147483648
  }
  return Array.from({ length: count }, () => {
    const bits = Array.from({ length: 2 + Math.floor(7 * random()) }, () => Math.round(random()))
    return { bits, pair: Number(bits.some((bit, i) => bit === 1 && bits[i + 1] === 1)) }
  })
}

/**
 * A recurrent network h ← tanh(u x + W h + b) that reads a sequence bit by bit and tells whether two ones follow each other. It is unrolled by a
 * native loop, as many steps as each sequence has.
 */
export function trainRecurrent(epochs = 120, print: (line: string) => void = () => {}) {
  const units = 8
  const init = (rows: number, columns: number, seed: number) =>
    Array.from({ length: rows }, (_, i) => Array.from({ length: columns }, (_, j) => Math.sin(37.7 * (i * columns + j) + seed) / Math.sqrt(columns)))
  const params: Record<'u' | 'w' | 'b' | 'out', Variable<Tensor>> = {
    u: variable(init(1, units, 1)[0]!, { name: 'u' }),
    w: variable(init(units, units, 2), { name: 'w' }),
    b: variable(init(1, units, 3)[0]!, { name: 'b' }),
    out: variable(init(1, units, 4)[0]!, { name: 'out' }),
  }
  const logit = (bits: readonly number[]) => {
    let h = params.b.tanh()
    for (const bit of bits)
      h = params.w
        .matmul(h)
        .add(params.u.mul(2 * bit - 1))
        .add(params.b)
        .tanh()
    return h.dot(params.out)
  }
  const sequences = bitTask(64)
  const optimiser = adam(params, { learningRate: 0.03 })
  const losses: number[] = []
  for (let epoch = 0; epoch < epochs; epoch++) {
    let total = 0
    for (let first = 0; first < sequences.length; first += 16) {
      optimiser.zeroGrad()
      // One backward pass per sequence: gradients add up, and each tape is freed at once.
      for (const { bits, pair } of sequences.slice(first, first + 16)) {
        const loss = logit(bits).binaryCrossEntropyWithLogits(pair).div(16)
        loss.backward()
        total += loss.item()
      }
      const grads = clipByGlobalNorm({ u: params.u.grad, w: params.w.grad, b: params.b.grad, out: params.out.grad }, 1)
      optimiser.step(grads as never)
    }
    losses.push(total / 4)
    if (epoch % 20 === 0) print(`epoch ${String(epoch).padStart(3)}  loss ${(total / 4).toFixed(4)}`)
  }
  const accuracy = noGrad(() => sequences.filter(({ bits, pair }) => logit(bits).item() > 0 === (pair === 1)).length / sequences.length)
  print(`${(100 * accuracy).toFixed(1)} % of the sequences are told right`)
  return { losses, accuracy }
}

if (process.argv[1] === import.meta.filename) trainRecurrent(undefined, console.log)
