/*
 * Models of ONNX with bytes that were changed, cut off, doubled or exchanged: `npm run fuzz:damaged-onnx -- [count] [seed]`. Fails when one is
 * answered by anything but an error of the library's own, or numbers; or takes longer than a second.
 */
import type { TensorLike } from '../src/core/types.ts'
import { fromOnnx, toOnnx } from '../src/export/index.ts'
import * as d from '../src/index.ts'
import { DualtapeError } from '../src/index.ts'
import { Random } from '../test/forms/random.ts'

const [count = 20_000, seed = 1] = process.argv.slice(2).map(Number)
const random = new Random(`damaged models ${seed}`)
const below = (n: number) => Math.floor(random.next() * n)
const matrix = d.tensor([1, 2, 3, 4, 5, 6], [2, 3])

/** Models with all that a file may hold: loops, conditions, constants of all kinds, movements, convolutions. */
const MODELS: [f: (...args: never[]) => unknown, args: unknown[]][] = [
  [(x: number[]) => d.sum(d.square(x)), [[1, 2, 3]]],
  [d.grad((w: d.Tensor) => d.mean(d.tanh(d.matmul(w, d.tensor([1, 2, 3])))) as number) as never, [matrix]],
  [(x: d.Tensor) => d.foriLoop(0, 5, (i: number, s: d.Tensor) => d.add(d.mul(s, 0.5), i) as never, x as never), [matrix]],
  [
    (x: number) =>
      d.whileLoop(
        (s: number) => d.less(s, 10) as never,
        (s: number) => d.mul(s, 2) as never,
        x as never,
      ),
    [1.5],
  ],
  [
    (x: d.Tensor) =>
      d.cond(
        d.greater(d.sum(x), 1) as never,
        () => d.exp(x),
        () => d.sin(x),
      ),
    [matrix],
  ],
  [(x: d.Tensor, i: number) => [d.take(x, i, { axis: 1 }), d.sort(x), d.cumSum(x, { axis: 0 })], [matrix, 1]],
  [(x: d.Tensor) => d.conv2d(d.reshape(x, [1, 1, 2, 3]), d.ones([1, 1, 2, 2]), { padding: 1 } as never), [matrix]],
  [(x: d.Tensor) => d.astype(d.where(d.greater(x, 2), x, 0) as d.Tensor, 'float32'), [d.astype(matrix, 'float32')]],
]
const files = MODELS.map(([f, args]) => ({ bytes: toOnnx(f as never, args as never, { guards: 'output' }) }))

// All compute as they are.
for (const { bytes } of files) apply(bytes)

const tally = { files: 0, refused: 0, computed: 0, failures: 0, slowest: 0 }
for (let i = 0; i < count; i++) {
  const { bytes } = files[i % files.length] as (typeof files)[number]
  const damaged = damage(bytes)
  const start = performance.now()
  try {
    apply(damaged)
    tally.computed++
  } catch (error) {
    if (error instanceof DualtapeError) tally.refused++
    else {
      tally.failures++
      if (tally.failures <= 5) console.log(`seed ${seed}, file ${i}: ${(error as Error).stack}`)
    }
  }
  const spent = performance.now() - start
  tally.slowest = Math.max(tally.slowest, Math.round(spent))
  if (spent > 1000) {
    tally.failures++
    console.log(`seed ${seed}, file ${i}: ${Math.round(spent)} ms`)
  }
  tally.files++
}
console.log(tally)
process.exitCode = tally.failures > 0 ? 1 : 0

function apply(bytes: Uint8Array): void {
  const model = fromOnnx(bytes)
  model.apply(Object.fromEntries(model.inputs.map(({ name, shape }) => [name, filled(shape)])))
}

/** An input of a shape that a model asks for. */
function filled(shape: readonly (number | string | undefined)[] | undefined): TensorLike {
  const lengths = (shape ?? []).map(length => (typeof length === 'number' ? length : 2))
  if (lengths.reduce((size, length) => size * length, 1) > 1e6) return 1
  return lengths.length === 0 ? 1 : d.ones(lengths)
}

function damage(bytes: Uint8Array): Uint8Array {
  const kind = below(5)
  const [from, to] = [below(bytes.length), below(bytes.length)].sort((a, b) => a - b) as [number, number]
  if (kind === 0) return bytes.slice(0, from)
  if (kind === 1) return Uint8Array.from([...bytes.slice(0, from), ...bytes.slice(to)])
  if (kind === 2) return Uint8Array.from([...bytes.slice(0, to), ...bytes.slice(from)])
  const damaged = bytes.slice()
  // Lengths and numbers of fields are small bytes, and large lengths begin with high bits.
  for (let k = 0; k <= below(4); k++) damaged[below(damaged.length)] = random.next() < 0.3 ? 0x80 | below(128) : below(random.next() < 0.5 ? 16 : 256)
  return damaged
}
