import { expect, it } from 'vitest'
import * as dualtape from '../../src/index.ts'
import { Random } from '../forms/random.ts'

// biome-ignore lint/suspicious/noExplicitAny: programs over values of every dtype
type Any = any
const all = dualtape as Any
const { add, broadcastTo, compile, grad, jvp, mul, ones, slice, sum, Tensor, tensor, variable } = all

const UNARY = ['sin', 'tanh', 'exp', 'neg', 'square', 'abs', 'relu', 'sigmoid', 'floor', 'softplus', 'atan', 'sign', 'expm1', 'gelu']
const BINARY = ['add', 'sub', 'mul', 'maximum', 'minimum', 'hypot', 'atan2', 'div']
const MATRIX: readonly (readonly [string, (x: Any) => Any])[] = [
  ['sum', x => sum(x, { axis: 0 })],
  ['mean', x => all.mean(x, { axis: 1, keepDims: true })],
  ['product', x => all.matmul(all.matmul(x, all.transpose(x)), x)],
  ['softmax', x => all.softmax(x)],
  ['cumSum', x => all.cumSum(x, { axis: 1 })],
  ['concat', x => slice(all.concat([x, mul(x, 2)], { axis: 0 }), [1, 0], [3, 3])],
  ['take', x => all.take(x, [2, 0, 1], { axis: 1 })],
  ['where', x => all.where(all.greater(x, 0.3), x, mul(x, 0.5))],
  ['float32', x => all.astype(x, 'float32')],
  ['float64', x => all.astype(x, 'float64')],
  ['int32', x => all.astype(all.clip(all.where(all.isNan(x), 0, x), -1e6, 1e6), 'int32')],
  ['max', x => all.max(x, { axis: 1, keepDims: true })],
  ['norm', x => all.norm(x, { axis: 0 })],
  ['sort', x => all.sort(x)],
  ['stack', x => sum(all.stack([x, x]), { axis: 0 })],
  ['layerNorm', x => all.layerNorm(x)],
  ['argMax', x => add(all.argMax(x, { axis: 0 }), sum(x, { axis: 0 }))],
  ['cumProd', x => all.cumProd(x, { axis: 0 })],
  ['checkpoint', x => all.checkpoint((z: Any) => all.sin(z))(x)],
  ['loop', x => all.foriLoop(0, 3, (_i: Any, z: Any) => mul(all.sin(z), 0.9), x)],
  ['std', x => all.std(x, { axis: 0 })],
  ['reshape', x => all.reshape(all.reshape(x, [3, 2]), [2, 3])],
]
const DTYPES = ['float32', 'float32', 'float64', 'int32']

interface Program {
  readonly text: string
  readonly run: (inputs: Any[]) => Any
}

function programOf(random: Random, depth: number): Program {
  if (depth === 0) {
    const kind = random.pick([0, 1, 2, 3, 4])
    if (kind < 3) return { text: `x${kind}`, run: inputs => inputs[kind] }
    const constant =
      kind === 3
        ? random.pick([0, 1, -0.5, 0.1])
        : tensor(
            [
              [1, 2, 3],
              [3, 2, 1],
            ],
            { dtype: random.pick(DTYPES) },
          )
    return { text: String(constant), run: () => constant }
  }
  const of = programOf(random, depth - 1)
  const kind = random.pick([0, 1, 2])
  if (kind === 0) {
    const name = random.pick(UNARY)
    return { text: `${name}(${of.text})`, run: inputs => all[name](of.run(inputs)) }
  }
  if (kind === 1) {
    const [name, other] = [random.pick(BINARY), programOf(random, depth - 1)]
    return { text: `${name}(${of.text}, ${other.text})`, run: inputs => all[name](of.run(inputs), other.run(inputs)) }
  }
  const [name, apply] = random.pick(MATRIX)
  const whole = (x: Any) => (x?.shape?.length === 2 && x.shape[1] === 3 && x.shape[0] === 2 ? x : broadcastTo(x, [2, 3]))
  return { text: `${name}(${of.text})`, run: inputs => apply(whole(of.run(inputs))) }
}

/** Dtype, shape and numbers, in which −0 is 0. */
function shown(x: Any): unknown {
  if (x instanceof Tensor) return [x.dtype, x.shape, Array.from(x.data, each => (each as number) + 0)]
  return Array.isArray(x) ? x.map(shown) : x
}

it('random programs have the same dtypes and the same bits in every mode', () => {
  const random = new Random('dtypes')
  for (let k = 0; k < 80; k++) {
    const { text, run } = programOf(random, random.pick([2, 3, 4]))
    const inputs = [0, 1, 2].map(() => {
      const numbers = Array.from({ length: 6 }, (_, i) => random.pick([-2, -1, 0.5, 0.1, 1, 2.5, 3]) + 0.01 * i)
      return tensor(numbers, { shape: [2, 3], dtype: random.pick(DTYPES) })
    })
    const what = `${text} of ${inputs.map((each: Any) => each.dtype)}`
    const f = (...given: Any[]) => run(given)
    const total = (...given: Any[]) => sum(mul(f(...given), 0.7))
    const slopes = grad(total, { argnum: [0, 1, 2] })
    const [value, gradient] = [f(...inputs), slopes(...inputs)]
    expect(
      gradient.map((each: Any) => each.dtype),
      what,
    ).toEqual(inputs.map((each: Any) => (each.dtype === 'float32' ? 'float32' : 'float64')))
    for (const target of ['js', 'interpreter'] as const) {
      expect(shown(compile(f, { target })(...inputs)), `${target}: ${what}`).toEqual(shown(value))
      expect(shown(compile(slopes, { target })(...inputs)), `gradient, ${target}: ${what}`).toEqual(shown(gradient))
    }
    const variables = inputs.map((each: Any) => variable(each))
    const loss = total(...variables)
    if (typeof loss !== 'number' && loss.requiresGrad) {
      loss.backward()
      variables.forEach((each: Any, i: number) => {
        if (each.grad !== null) expect(shown(each.grad), `variable ${i}: ${what}`).toEqual(shown(gradient[i]))
      })
    }
    const [primal, tangent] = jvp(
      f,
      inputs,
      inputs.map((each: Any) => ones(each.shape)),
    )
    expect(shown(primal), what).toEqual(shown(value))
    if (primal instanceof Tensor) expect(tangent.dtype, what).toBe(primal.dtype === 'float32' ? 'float32' : 'float64')
  }
})
