import { compileAsync, DeviceTensor } from '../../../src/compile/entries/webgpu.ts'
import {
  add,
  compileAsync as compileForAny,
  grad,
  gt,
  logSoftmax,
  matmul,
  mean,
  mul,
  relu,
  scan,
  sin,
  softmax,
  softmaxCrossEntropy,
  square,
  sub,
  sum,
  type Tensor,
  take,
  tanh,
  tensor,
  transpose,
  valueAndGrad,
} from '../../../src/index.ts'
import { numbersOf } from '../../results.ts'
import { report } from './report.ts'

/** Numbers of all sizes between −1 and 1, the same each time. */
const numbers = (n: number, seed: number) => Array.from({ length: n }, (_, i) => Math.sin(seed + 1.7 * i + 0.013 * i * i))
const matrix = (m: number, n: number, seed: number) => tensor(numbers(m * n, seed), [m, n])

// biome-ignore lint/suspicious/noExplicitAny: functions of all kinds
type Case = readonly [f: (...args: any[]) => unknown, ...args: unknown[]]

const network = (p: { w1: Tensor; b1: Tensor; w2: Tensor; b2: Tensor }, x: Tensor, labels: Tensor) =>
  softmaxCrossEntropy(add(matmul(relu(add(matmul(x, p.w1), p.b1)), p.w2), p.b2), labels)
const parameters = { w1: matrix(784, 128, 1), b1: tensor(numbers(128, 2)), w2: matrix(128, 10, 3), b2: tensor(numbers(10, 4)) }
const images = matrix(32, 784, 5)
const labels = tensor(
  Array.from({ length: 32 }, (_, i) => (7 * i) % 10),
  [32],
)

const CASES: Readonly<Record<string, Case>> = {
  'an elementwise operator that broadcasts': [(x, y) => add(mul(x, 2), y), matrix(2, 3, 1), tensor(numbers(3, 2))],
  'numbers alone': [(x, y) => [mul(sin(x), y), add(x, y)], 0.3, 2],
  'a list of numbers': [grad((x: number[]) => mul(sin(x[0] as number), x[1] as number)), [0.3, 2]],
  'sums over all axes and each': [x => [sum(x), sum(x, 0), sum(x, 1)], matrix(50, 70, 1)],
  'a sum by several workgroups': [x => sum(square(x)), matrix(1, 100_000, 1)],
  'a tiled product, and one of transposes': [(x, y) => [matmul(x, y), matmul(transpose(y), transpose(x))], matrix(70, 33, 1), matrix(33, 90, 2)],
  'a product of batches': [(x, y) => matmul(x, y), tensor(numbers(3 * 20 * 30, 1), [3, 20, 30]), tensor(numbers(3 * 30 * 40, 2), [3, 30, 40])],
  'long products of few entries': [(x, y) => matmul(x, y), matrix(3, 700, 1), matrix(700, 2, 2)],
  'softmax and its logarithm': [x => [softmax(x), logSoftmax(x)], matrix(3, 40, 1)],
  'the gradient of a network': [valueAndGrad(network), parameters, images, labels],
  'the gradient through a loop': [
    grad((w: Tensor, x: Tensor) => sum(scan((h: Tensor, each: Tensor): [Tensor, Tensor] => [tanh(add(matmul(w, h), each)), h], tensor(numbers(4, 9)), x)[0])),
    matrix(4, 4, 1),
    matrix(6, 4, 2),
  ],
  'a gradient by indices that are values': [grad((x: Tensor, i: Tensor) => sum(square(take(x, i)))), matrix(9, 3, 1), tensor([2, 0, 2, 8])],
}

await report(async () => {
  const errors: Record<string, unknown> = {}
  const stats: Record<string, unknown> = {}
  for (const [name, [f, ...args]] of Object.entries(CASES)) {
    try {
      const expected = numbersOf(f(...args))
      const fast = await compileAsync(f as (...args: unknown[]) => unknown, args)
      const found = numbersOf(await fast(...args))
      const scale = Math.max(1, ...expected.map(Math.abs))
      errors[name] = found.length === expected.length ? Math.max(...found.map((each, i) => Math.abs(each - (expected[i] as number)) / scale)) : 'other numbers'
      stats[name] = fast.stats
    } catch (error) {
      errors[name] = String(error)
    }
  }
  return { errors, stats, questions: await questions(), index: await index(), training: await training(), refused: await refused(), lost: await lost() }
})

/** Versions for both answers of a comparison. */
async function questions(): Promise<unknown> {
  const fast = await compileForAny((x: number) => (gt(x, 0) ? mul(2, x) : mul(-3, x)), { target: 'webgpu' })
  return [await fast(2), await fast(-2), await fast(5), await fast(-1), fast.stats.versions]
}

/** An index that is there, and one that is not. */
async function index(): Promise<unknown> {
  const fast = await compileAsync((x: Tensor, i: number) => sum(take(x, i)), [matrix(3, 2, 1), 1])
  return [Math.abs((await fast(matrix(3, 2, 1), -1)) - sum(take(matrix(3, 2, 1), -1))) < 1e-6, await failure(() => fast(matrix(3, 2, 1), 3))]
}

/** Steps with all parameters on the device: the losses, and what grows. */
async function training(): Promise<unknown> {
  const truth = [2, -1, 0.5]
  const x = matrix(64, 3, 1)
  const y = matmul(x, tensor(truth, [3, 1]))
  const loss = (w: Tensor, x: Tensor, y: Tensor) => mean(square(sub(matmul(x, w), y)))
  const step = await compileAsync(
    (w: Tensor, x: Tensor, y: Tensor): [number, Tensor] => {
      const [value, slope] = valueAndGrad(loss)(w, x, y)
      return [value as number, sub(w, mul(0.3, slope as Tensor))]
    },
    [tensor([0, 0, 0], [3, 1]), x, y],
  )
  let w = step.device(tensor([0, 0, 0], [3, 1]))
  const data = step.device([x, y]) as [Tensor, Tensor]
  const losses: number[] = []
  const buffers: number[] = []
  let sent = 0
  for (let k = 0; k < 300; k++) {
    const [value, next] = await step.onDevice(w, ...data)
    if (k % 100 === 99) losses.push(await value.read())
    sent += step.stats.sent + step.stats.received
    step.dispose([w, value])
    w = next
    if (k % 100 === 50) buffers.push(step.stats.buffers)
  }
  const isThere = w instanceof DeviceTensor
  const trained = await (w as DeviceTensor).read()
  const reading = await failure(async () => w.data)
  ;(w as DeviceTensor).dispose()
  return { losses, buffers, sent, isThere, trained: [...trained.data], dtype: trained.dtype, reading, disposed: await failure(() => step(w, ...data)) }
}

async function refused(): Promise<unknown> {
  return [
    await failure(() => compileAsync((x: number) => x, [1], { dtype: 'float64' as 'float32' })),
    await failure(() => compileAsync((x: number) => x, [1], { target: 'js' as 'webgpu' })),
    await failure(() =>
      compileAsync((x: Tensor) => x, [tensor([2 ** 24 + 1], { dtype: 'int32' } as never)]).then(f => f(tensor([2 ** 24 + 1], { dtype: 'int32' } as never))),
    ),
  ]
}

/** A device that is gone. */
async function lost(): Promise<unknown> {
  const { gpu } = navigator as unknown as { gpu: { requestAdapter(): Promise<{ requestDevice(): Promise<{ destroy(): void; lost: Promise<unknown> }> }> } }
  const device = await (await gpu.requestAdapter()).requestDevice()
  const fast = await compileAsync((x: number) => mul(x, 2), [1], { device: device as never })
  const before = await fast(3)
  device.destroy()
  await device.lost
  return [before, await failure(() => fast(3))]
}

async function failure(run: () => Promise<unknown>): Promise<string> {
  try {
    await run()
    return 'none'
  } catch (error) {
    return `${(error as Error).constructor.name}: ${(error as Error).message}`
  }
}
