import {
  argMax,
  compile,
  grad,
  relu,
  softmax,
  softmaxCrossEntropy,
  type Tensor,
  take,
  tensor,
  valueAndGrad,
} from 'dualtape'
import { dense, heNormal, sequential } from 'dualtape/nn'
import { adam } from 'dualtape/optim'
import { key } from 'dualtape/random'

/** Images have 14 × 14 pixels. */
export const SIDE = 14
const PIXELS = SIDE * SIDE

/** 196 pixels, 32 hidden units, 10 digits. */
const model = sequential(dense(PIXELS, 32, { weights: heNormal }), relu, dense(32, 10))
export type Parameters = ReturnType<typeof model.init>

export interface Images {
  /** Grey values from 0 to 1, 196 for each image. */
  pixels: Float32Array
  digits: Int32Array
}

/**
 * Images from bytes that hold two pixels each, of 0 to 15; they come in turn as 0, 1, … 9, 0,
 * 1, …
 */
export function unpack(bytes: Uint8Array): Images {
  const count = (2 * bytes.length) / PIXELS
  return {
    pixels: Float32Array.from(
      { length: count * PIXELS },
      (_, i) => ((bytes[i >> 1]! >> (i % 2 === 0 ? 4 : 0)) & 15) / 15,
    ),
    digits: Int32Array.from({ length: count }, (_, i) => i % 10),
  }
}

export const rows = ({ pixels, digits }: Images, which: readonly number[]): [Tensor, Tensor] => [
  tensor(
    Float32Array.from(which.flatMap(i => [...pixels.subarray(i * PIXELS, (i + 1) * PIXELS)])),
    { shape: [which.length, PIXELS], dtype: 'float32' },
  ),
  tensor(
    Int32Array.from(which, i => digits[i]!),
    { dtype: 'int32' },
  ),
]

export function loss(parameters: Parameters, x: Tensor, y: Tensor): number {
  return softmaxCrossEntropy(model.apply(parameters, x), y) as number
}

/** The loss of some images with its gradient by all 6,634 weights. */
export const slope = compile(valueAndGrad(loss))
export const compiledLoss = compile(loss)

/** Training that goes on by a step whenever it is asked to, on 32 images each. */
export function training(images: Images, learningRate: number, seed = 0) {
  const optimiser = adam(model.init(key(seed), { dtype: 'float32' }), { learningRate })
  const count = images.digits.length
  return {
    get parameters(): Parameters {
      return optimiser.params
    },
    step(): number {
      // A stride that shares no factor with the number of images visits all of them in turn.
      const batch = Array.from(
        { length: 32 },
        (_, i) => ((optimiser.steps * 32 + i) * 7919 + seed) % count,
      )
      const [value, gradient] = slope(optimiser.params, ...rows(images, batch))
      optimiser.step(gradient)
      return value
    },
  }
}

/** The part of the images that are told right. */
export function accuracy(parameters: Parameters, images: Images): number {
  const all = Array.from(images.digits, (_, i) => i)
  const found = argMax(model.apply(parameters, rows(images, all)[0]), { axis: 1 }) as Tensor
  return found.data.filter((each, i) => each === images.digits[i]).length / all.length
}

/** How probable each digit is for an image. */
export function probabilities(parameters: Parameters, pixels: Float32Array): number[] {
  return [
    ...(
      softmax(
        model.apply(parameters, tensor(pixels, { shape: [1, PIXELS], dtype: 'float32' })),
      ) as Tensor
    ).data,
  ]
}

/** How the score of a digit would change with each pixel. */
export function saliency(
  parameters: Parameters,
  pixels: Float32Array,
  digit: number,
): Float32Array {
  const score = (x: Tensor) => take(model.apply(parameters, x), digit, { axis: 1 }).item()
  return Float32Array.from(
    grad(score)(tensor(pixels, { shape: [1, PIXELS], dtype: 'float32' })).data,
  )
}
