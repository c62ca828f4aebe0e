import { describe, expect, it } from 'vitest'
import { fromOnnx, toOnnx } from '../../src/export/index.ts'
import * as d from '../../src/index.ts'
import * as nn from '../../src/nn/index.ts'
import { key } from '../../src/random/index.ts'
import { numbersOf } from '../results.ts'
import { run } from './engine.ts'

const wave = (n: number, shape: number[], dtype: 'float32' | 'float64' = 'float64') =>
  d.astype(
    d.tensor(
      Float64Array.from({ length: n }, (_, i) => Math.sin(1.7 * i + 0.3)),
      shape,
    ),
    dtype,
  ) as d.Tensor

/** One model, written for a batch of 2, gives what the function gives for batches of 1, 5 and 40. */
async function holds(
  f: (...args: never[]) => unknown,
  batch: (n: number) => unknown[],
  dynamicAxes: Record<string, Record<number, string>>,
  tolerance = 1e-12,
) {
  const model = toOnnx(f as never, batch(2) as never, { dynamicAxes })
  for (const n of [1, 5, 40]) {
    const args = batch(n)
    const expected = numbersOf((f as (...args: unknown[]) => unknown)(...args))
    const found = Object.values(await runAt(model, args)).flat()
    expect(found.length).toBe(expected.length)
    const scale = Math.max(1, ...expected.map(Math.abs))
    found.forEach((each, i) => expect(Math.abs(each - (expected[i] as number)) / scale).toBeLessThan(tolerance))
  }
  return model
}

/** What onnxruntime gives for arguments, whose shapes are those of the inputs. */
function runAt(model: Uint8Array, args: unknown[]): Promise<Record<string, number[]>> {
  return run(model, args, leaves(args))
}

function leaves(x: unknown): number[][] {
  if (typeof x === 'number') return [[]]
  if (x instanceof d.Tensor) return [[...x.shape]]
  return Object.values(x as object).flatMap(leaves)
}

describe('axes of any length', () => {
  it('of a network, its loss and its gradient', async () => {
    const layers = nn.sequential(nn.dense(3, 4), (x: d.Tensor) => d.tanh(x), nn.dense(4, 2))
    const params = layers.init(key(1))
    const f = (p: never, x: d.Tensor) => d.softmax(layers.apply(p, x) as d.Tensor)
    const loss = (p: never, x: d.Tensor, y: d.Tensor) => d.mse(f(p, x), y)
    const batch = (n: number) => [params, wave(3 * n, [n, 3]), wave(2 * n, [n, 2])]
    const model = await holds(f as never, n => batch(n).slice(0, 2), { arg1: { 0: 'batch' } })
    expect(fromOnnx(model).inputs.at(-1)?.shape).toEqual(['batch', 3])
    expect(fromOnnx(model).outputs[0]?.shape).toEqual(['batch', 2])
    await holds(d.valueAndGrad(loss as never) as never, batch, { arg1: { 0: 'batch' }, arg2: { 0: 'batch' } })
  })

  it('of attention over batches, of reductions and sections, and of float32', async () => {
    const f = (x: d.Tensor) => [d.attention(x, x, x), d.variance(x, { axis: 0 }), d.sum(d.mul(x, 2), { axis: [0, 2] }), d.concat([x, x], { axis: 1 })]
    await holds(f as never, n => [wave(6 * n, [n, 2, 3])], { input: { 0: 'n' } })
    await holds(
      (x: d.Tensor) => d.mean(d.exp(x), { axis: 0 }),
      n => [wave(3 * n, [n, 3], 'float32')],
      { input: { 0: 'n' } },
      1e-6,
    )
  })

  it('are refused where a model needs the length, or where they are none', () => {
    const x = wave(6, [2, 3])
    const write =
      (f: (x: never) => unknown, dynamicAxes: unknown, args: unknown[] = [x]) =>
      () =>
        toOnnx(f as never, args as never, { dynamicAxes } as never)
    expect(write((y: d.Tensor) => d.roll(y, 1, { axis: 0 }), { input: { 0: 'n' } })).toThrow(d.GraphError)
    expect(write((y: d.Tensor) => d.roll(y, 1, { axis: 0 }), { input: { 0: 'n' } })).toThrow(/^toOnnx: the model depends on the length of n in a way/)
    expect(write(d.exp, { y: { 0: 'n' } })).toThrow(/^toOnnx: dynamicAxes has y, and the inputs are input\.$/)
    expect(write(d.exp, { input: { 2: 'n' } })).toThrow(/^toOnnx: dynamicAxes has axis 2 of input, which has 2 axes\.$/)
    expect(write(d.exp, { input: { 0: 'n', 1: 'm' } })).toThrow(/have one name, whose length is that of all, but there are n and m/)
    expect(write(d.exp, { input: { 0: 'a b' } })).toThrow(/letters, digits and underscores/)
    expect(write(d.exp, {})).toThrow(/names at least one axis/)
    expect(write(d.exp, 3)).toThrow(d.OptionError)
    expect(write((y: number[]) => d.sum(y), { input: { 0: 'n' } }, [[1, 2]])).toThrow(/^toOnnx: axes of dynamicAxes are those of tensors, and input is a list/)
  })
})
