/*
 * Many calls of compiled functions, sessions and variables: heap and buffers must be as large at the end as after the first tenth.
 * `npm run check:memory -- [calls]`. Fails where they have grown.
 */
import { add, compile, foriLoop, grad, graph, mul, sin, softmaxCrossEntropy, sum, type Tensor, take, tensor, variable, vmap } from '../src/index.ts'

const [calls = 10_000_000] = process.argv.slice(2).map(Number)
/** What may remain between two collections: code that is optimised anew, counters. */
const SLACK = 1_000_000

const x = tensor([0.5, -1, 2, 0.25])
const rows = tensor([[1, 2, 3], [0, 1, -1]]) // biome-ignore format: a matrix
const loss = (v: Tensor) => sum(mul(sin(v), v))
const loop = (v: Tensor): number => foriLoop(0, 4, (i, s: number) => add(s, mul(take(v, i) as unknown as number, s)), 1)
const g = graph()
const place = g.placeholder('x', [4])
const value = sum(mul(place, place))
const [slope] = g.gradients(value, [place])

const ways: [name: string, share: number, call: () => unknown][] = []
for (const target of ['js', 'wasm', 'interpreter', 'auto'] as const) {
  const scalar = compile(
    grad((a: number) => mul(sin(a), a)),
    { target },
  )
  const dense = compile(grad(loss), { target })
  const looped = compile(grad(loop), { target })
  const classes = compile(vmap(grad((at: Tensor, y: number) => softmaxCrossEntropy(at, y))), { target })
  const session = g.session({ target })
  ways.push(
    [`a number, ${target}`, 0.15, () => scalar(0.3)],
    [`a tensor, ${target}`, 0.04, () => dense(x)],
    [`a loop, ${target}`, 0.01, () => looped(x)],
    [`a batch with classes, ${target}`, 0.005, () => classes(rows, [1, 2])],
    [`a session, ${target}`, 0.02, () => session.run([value, slope], { x })],
  )
}
const w = variable([1, 2, 3])
const step = () => {
  w.zeroGrad()
  w.mul(w).sum().backward()
}
ways.push(['variables', 0.1, step])

const collect = (globalThis as { gc?: () => void }).gc
if (collect === undefined) throw new Error('Run it with npm run check:memory, which lets it collect garbage.')
/** Bytes of the heap, and of buffers, those of WebAssembly among them. */
const used = () => {
  collect()
  collect()
  const { heapUsed, arrayBuffers, external } = process.memoryUsage()
  return [heapUsed, Math.max(arrayBuffers, external)] as const
}
let failed = false
let all = 0
for (const [name, share, call] of ways) {
  const count = Math.ceil(calls * share)
  const run = (times: number) => {
    for (let i = 0; i < times; i++) call()
  }
  const start = performance.now()
  run(Math.ceil(count / 10))
  const before = used()
  run(count - Math.ceil(count / 10))
  const after = used()
  all += count
  const grown = after.map((each, i) => each - (before[i] as number))
  const bad = grown.some(each => each > SLACK)
  failed ||= bad
  const kilobytes = grown.map(each => `${Math.round(each / 1000)} kB`)
  console.log(
    `${bad ? 'GROWS' : 'flat '}  ${name}: ${count} calls, heap ${kilobytes[0]}, buffers ${kilobytes[1]}, ${((performance.now() - start) / 1000).toFixed(1)} s`,
  )
}
console.log(`${all} calls: ${failed ? 'memory grows' : 'memory stays'}`)
process.exitCode = failed ? 1 : 0
