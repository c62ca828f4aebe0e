import * as jax from '@jax-js/jax'
import { compileAsync } from '../../../src/compile/entries/webgpu.ts'
import { add, grad, matmul, mul, relu, softmaxCrossEntropy, sub, type Tensor, tensor } from '../../../src/index.ts'
import { progress, report } from './report.ts'

/** Steps of training; `scripts/check-webgpu.ts` writes how many. */
declare const STEPS: number

const counts = { dispatches: 0, submits: 0, buffers: 0, sent: 0, copied: 0 }

/** Counts what programs ask of WebGPU. */
function count(type: string, name: string, change: (...args: never[]) => void): void {
  const { prototype } = (globalThis as unknown as Record<string, { prototype: Record<string, (...args: unknown[]) => unknown> }>)[type] as {
    prototype: Record<string, (...args: unknown[]) => unknown>
  }
  const own = prototype[name] as (...args: unknown[]) => unknown
  prototype[name] = function (...args: unknown[]) {
    change(...(args as never[]))
    return own.apply(this, args)
  }
}
count('GPUComputePassEncoder', 'dispatchWorkgroups', () => void counts.dispatches++)
count('GPUQueue', 'submit', () => void counts.submits++)
count('GPUDevice', 'createBuffer', () => void counts.buffers++)
count('GPUQueue', 'writeBuffer', (_buffer: object, _offset: number, data: Float32Array, _from?: number, size?: number) => {
  counts.sent += size === undefined ? data.byteLength : 4 * size
})
count('GPUCommandEncoder', 'copyBufferToBuffer', (_from: object, _at: number, _to: object, _offset: number, size: number) => {
  counts.copied += size
})

async function counted(run: () => Promise<unknown>): Promise<typeof counts> {
  Object.assign(counts, { dispatches: 0, submits: 0, buffers: 0, sent: 0, copied: 0 })
  await run()
  return { ...counts }
}

const numbers = (n: number) => Float32Array.from({ length: n }, (_, i) => 0.05 * Math.sin(0.01 * i * i + 1.7 * i))
const oneHot = Float32Array.from({ length: 320 }, (_, i) => Number(i % 10 === Math.floor(i / 10) % 10))
const matrix = (m: number, n: number) => tensor([...numbers(m * n)], [m, n])

type Parameters = { w1: Tensor; b1: Tensor; w2: Tensor; b2: Tensor }
const loss = (p: Parameters, x: Tensor, y: Tensor) => softmaxCrossEntropy(add(matmul(relu(add(matmul(x, p.w1), p.b1)), p.w2), p.b2), y) as number
const parameters = (pixels = 784, hidden = 128): Parameters => ({
  w1: matrix(pixels, hidden),
  b1: tensor(new Array(hidden).fill(0)),
  w2: matrix(hidden, 10),
  b2: tensor(new Array(10).fill(0)),
})

async function ofDualtape(): Promise<unknown> {
  const [x, y] = [matrix(32, 784), tensor([...oneHot], [32, 10])]
  const slope = await compileAsync(grad(loss), [parameters(), x, y])
  const on = slope.device(parameters())
  const data = slope.device([x, y]) as [Tensor, Tensor]
  const call = async () => slope.dispose(await slope.onDevice(on, ...data))
  await call()
  const gradient = { ...(await counted(call)), memory: slope.stats.memory }
  return { gradient, training: await ofTraining(tensor([...oneHot], [32, 10])) }
}

/** What training steps ask for. The network is a small one: what grows does so for any, and the processor has it all to compute. */
async function ofTraining(y: Tensor): Promise<unknown> {
  const [start, x] = [parameters(64, 16), matrix(32, 64)]
  const step = await compileAsync(
    (p: Parameters, x: Tensor, y: Tensor) => {
      const slopes = grad(loss)(p, x, y)
      return Object.fromEntries(Object.entries(p).map(([key, w]) => [key, sub(w, mul(0.1, slopes[key as keyof Parameters]))])) as unknown as Parameters
    },
    [start, x, y],
  )
  let at: Parameters = step.device(start)
  const data = step.device([x, y]) as [Tensor, Tensor]
  const training: unknown[] = []
  let most = [0, 0, 0]
  const began = performance.now()
  for (let k = 1; k <= STEPS; k++) {
    const asked = await counted(async () => {
      const next = (await step.onDevice(at, ...data)) as Parameters
      step.dispose(at)
      at = next
    })
    if (k > 1) most = [asked.sent, asked.buffers, asked.copied].map((each, i) => Math.max(each, most[i] as number))
    if (k !== 1 && k % Math.ceil(STEPS / 20) !== 0) continue
    await (at.b2 as Tensor & { read(): Promise<Tensor> }).read()
    const { buffers, bytes, memory, pipelines } = step.stats
    const [sent, made, copied] = most
    const heap = (performance as unknown as { memory?: { usedJSHeapSize: number } }).memory?.usedJSHeapSize
    const found = { steps: k, seconds: Math.round((performance.now() - began) / 1000), buffers, bytes, memory, pipelines, sent, made, copied, heap }
    training.push(found)
    await progress(found)
  }
  return training
}

async function ofJax(): Promise<unknown> {
  const { grad, jit, nn, numpy: np } = jax
  await jax.init('webgpu')
  jax.defaultDevice('webgpu')
  const slope = jit(
    grad((p: Record<string, jax.Array>, x: jax.Array, y: jax.Array) => {
      const hidden = nn.relu(np.dot(x, p.w1 as jax.Array).add(p.b1 as jax.Array))
      const logits = np.dot(hidden, p.w2 as jax.Array).add(p.b2 as jax.Array)
      return np.mean(np.sum(nn.logSoftmax(logits).mul(y), 1)).mul(-1)
    }),
  )
  const matrix = (m: number, n: number) => np.array(numbers(m * n)).reshape([m, n])
  const call = async () => {
    const p = { w1: matrix(784, 128), b1: np.array(numbers(128)), w2: matrix(128, 10), b2: np.array(numbers(10)) }
    const [x, y] = [matrix(32, 784), np.array(oneHot).reshape([32, 10])]
    await jax.blockUntilReady([p, x, y].map(each => each))
    return counted(async () => {
      await jax.blockUntilReady(slope(p, x, y))
    })
  }
  await call()
  return { gradient: await call() }
}

await report(async () => ({ dualtape: await ofDualtape(), 'jax-js': await ofJax().catch(String) }))
