import { describe, expect, it } from 'vitest'
import { generateWasm } from '../../src/compile/wasm/program.ts'
import {
  add,
  compile,
  foriLoop,
  grad,
  greater,
  gt,
  matmul,
  mul,
  sigmoid,
  sin,
  slice,
  square,
  stack,
  sub,
  sum,
  type Tensor,
  take,
  tanh,
  tensor,
  trace,
  where,
} from '../../src/index.ts'
import { numbersOf } from '../results.ts'

// biome-ignore lint/suspicious/noExplicitAny: programs of all kinds
type Any = any

const at = (n: number) => Array.from({ length: n }, (_, i) => Math.sin(i))

/** Numbers, truths, tensors and loops that are made early and used late, and a question at the end. */
const mixed = (x: Any[]) => {
  const positive = greater(x[0], 0)
  const row = stack([x[1], x[2], x[3]])
  const looped = foriLoop(0, 5, (i, s: Any) => add(mul(s, 0.5), mul(x[4], add(i, 1))), x[5])
  const early = x.slice(0, 40).map(each => sin(each))
  let total: Any = 0
  for (let i = 0; i + 1 < x.length; i++) {
    const a = sub(x[i + 1], mul(x[i], x[i]))
    total = add(total, mul(a, where(positive, a, early[i % 40] as Any)))
  }
  total = add(total, mul(looped, sum(mul(row as Any, stack(early.slice(0, 3) as Any) as Any))))
  return gt(add(total, mul(1e6, x[1])), 0) ? mul(total, 2) : add(total, where(positive, looped, 0))
}

/** An LSTM of so many steps, unrolled. */
const units = 8
const lstm = (steps: number) => (p: Any) => {
  let [h, c]: Any[] = [tensor(new Float64Array(units)), tensor(new Float64Array(units))]
  for (let t = 0; t < steps; t++) {
    const input = tensor(at(units).map(each => each + t))
    const gates = add(add(matmul(p.w, input) as Tensor, matmul(p.u, h) as Tensor), p.b) as Tensor
    const gate = (k: number) => slice(gates, k * units, (k + 1) * units)
    c = add(mul(sigmoid(gate(1)), c), mul(sigmoid(gate(0)), tanh(gate(2))))
    h = mul(sigmoid(gate(3)), tanh(c))
  }
  return sum(square(h))
}
const weights = () => {
  const wave = (shape: number[], k: number) =>
    tensor(
      Float64Array.from({ length: shape.reduce((a, b) => a * b) }, (_, i) => 0.3 * Math.sin(i + k)),
      shape,
    )
  return { w: wave([4 * units, units], 1), u: wave([4 * units, units], 2), b: wave([4 * units], 3) }
}

/** How many functions a WebAssembly module has: WebAssembly Core Specification, section 5.5.6. */
function functionsIn(bytes: Uint8Array): number {
  let position = 8
  const unsigned = () => {
    let [value, shift] = [0, 0]
    for (;;) {
      const byte = bytes[position++] as number
      value += (byte & 127) << shift
      if (byte < 128) return value
      shift += 7
    }
  }
  while (position < bytes.length) {
    const section = bytes[position++]
    const size = unsigned()
    if (section === 3) return unsigned()
    position += size
  }
  return 0
}

describe('long programs', () => {
  it.each(['js', 'wasm', 'interpreter', 'auto'] as const)('are cut into functions that hand on numbers, truths, tensors and what loops give: %s', target => {
    const x = at(900)
    for (const [f, name] of [
      [mixed, 'value'],
      [grad(mixed), 'gradient'],
    ] as [(x: Any[]) => Any, string][]) {
      const fast = compile(f, { target })
      for (const scale of [1, 3, -1, 0.1, 1]) {
        const here = x.map(each => each * scale)
        const [given, wanted] = [numbersOf(fast(here)), numbersOf(f(here))]
        if (target === 'wasm' || target === 'auto') given.forEach((each, i) => void expect(each, name).toBeCloseTo(wanted[i] as number, 9))
        else expect(given, name).toEqual(wanted)
      }
      expect(fast.stats.eager).toBe(0)
      expect(fast.stats.versions).toBeGreaterThan(1)
    }
  })

  it('are several functions in WebAssembly, each of so many steps at most', () => {
    const counts = [100, 2000, 4000].map(n => functionsIn(generateWasm(trace(grad(mixed), at(n))).bytes))
    expect(counts[0]).toBeLessThan(6)
    expect((counts[2] as number) - (counts[1] as number)).toBeGreaterThan(5)
  })

  it('are several functions in JavaScript by the length of their code, not by the number of steps', () => {
    const fast = compile(grad(lstm(20)), { target: 'js' })
    const gradient = fast(weights())
    expect(gradient).toEqual(grad(lstm(20))(weights()))
    expect(fast.graph?.operations).toBeLessThan(2000)
    expect(fast.source?.match(/function compiled\d+/g)?.length).toBeGreaterThan(5)
  })

  it('read long lists of numbers and give them in loops', () => {
    const f = grad((x: Any[]) => x.reduce((total, each, i) => add(total, mul(each, x[(i * 7) % x.length])), 0))
    for (const n of [30, 40, 900, 1500]) {
      for (const x of [at(n), Float64Array.from(at(n)) as unknown as number[]]) {
        const fast = compile(f, { target: 'wasm' })
        expect(fast(x)).toEqual(f(x))
        const out = new Float64Array(n)
        fast.into(out, x)
        expect([...out]).toEqual([...f(x)])
      }
    }
    const nested = grad(({ a, b }: Any) => a.reduce((total: Any, row: Any, i: number) => add(total, mul(take(row, i), b)), 0))
    const rows = Array.from({ length: 40 }, (_, i) => at(40).map(each => each + i))
    expect(compile(nested, { target: 'wasm' })({ a: rows, b: 3 })).toEqual(nested({ a: rows, b: 3 }))
  })
})
