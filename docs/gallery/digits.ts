import {
  add,
  argMax,
  compile,
  compileAsync,
  div,
  grad,
  mul,
  relu,
  softmax,
  softmaxCrossEntropy,
  sqrt,
  square,
  sub,
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

/** Weights, and the running means of their slopes and of the squares of those. */
interface Moments {
  parameters: Parameters
  first: Parameters
  second: Parameters
}

/** The same of all leaves of trees of one structure. */
function each<T>(f: (...leaves: Tensor[]) => unknown, ...trees: T[]): T {
  const [tree] = trees
  if (Array.isArray(tree) || tree?.constructor === Object)
    return Object.assign(
      Array.isArray(tree) ? [] : {},
      ...Object.keys(tree as object).map(k => ({
        [k]: each(f, ...trees.map(t => t[k as keyof T])),
      })),
    ) as T
  return f(...(trees as Tensor[])) as T
}

/** A step of Adam as a function of everything that it changes: the loss before it, and what comes next. */
function adamStep(
  { parameters, first, second }: Moments,
  x: Tensor,
  y: Tensor,
  rate: number,
  unbiased: number,
): [number, Moments] {
  const [value, slopes] = valueAndGrad(loss)(parameters, x, y)
  const mean = each((m, g) => add(mul(0.9, m), mul(0.1, g)), first, slopes)
  const squares = each((v, g) => add(mul(0.999, v), mul(0.001, square(g))), second, slopes)
  const next = each(
    (p, m, v) => sub(p, mul(rate, div(m, add(sqrt(mul(v, unbiased)), 1e-8)))),
    parameters,
    mean,
    squares,
  )
  return [value, { parameters: next, first: mean, second: squares }]
}

/**
 * The same training on the GPU, which keeps weights and moments: the page sends images, and reads the
 * loss. Rejects where there is no GPU.
 */
export async function trainingOnDevice(images: Images, learningRate: number, seed = 0) {
  const parameters = model.init(key(seed), { dtype: 'float32' })
  const zeros = each(p => mul(p, 0), parameters)
  const start: Moments = { parameters, first: zeros, second: zeros }
  const step = await compileAsync(adamStep, [start, ...rows(images, [...Array(32).keys()]), 1, 1], {
    target: 'webgpu',
  })
  let state: unknown = step.device(start)
  let steps = 0
  return {
    /** Takes so many steps, and gives the losses before them. */
    async run(count: number): Promise<number[]> {
      const losses = []
      for (let i = 0; i < count; i++) {
        const at = (k: number) => ((steps * 32 + k) * 7919 + seed) % images.digits.length
        const batch = Array.from({ length: 32 }, (_, k) => at(k))
        steps++
        const rate = learningRate / (1 - 0.9 ** steps)
        const [value, next] = await step.onDevice(
          state as Moments,
          ...rows(images, batch),
          rate,
          1 / (1 - 0.999 ** steps),
        )
        step.dispose(state)
        state = next
        losses.push(value)
      }
      const found = await Promise.all(losses.map(value => value.read()))
      step.dispose(losses)
      return found
    },
    /** Gives up the room that the training has on the device. */
    dispose: () => step.dispose(state),
    /** The weights as they are now. */
    read: () => readAll((state as { parameters: unknown }).parameters) as Promise<Parameters>,
  }
}

/** Reads all values of a tree that are on the device. */
async function readAll(tree: unknown): Promise<unknown> {
  if (Array.isArray(tree)) return Promise.all(tree.map(readAll))
  if (tree?.constructor !== Object) return (tree as { read(): Promise<unknown> }).read()
  const entries = Object.entries(tree).map(async ([k, part]) => [k, await readAll(part)])
  return Object.fromEntries(await Promise.all(entries))
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
