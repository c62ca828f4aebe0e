import { describe, expect, it, vi } from 'vitest'
import {
  add,
  checkpoint,
  clip,
  compile,
  compileAsync,
  cond,
  cos,
  customJvp,
  customVjp,
  erf,
  exp,
  foriLoop,
  grad,
  greater,
  gt,
  hessian,
  hvp,
  jacobian,
  jvp,
  log,
  lt,
  map,
  matmul,
  mean,
  mul,
  SparseMatrix,
  scan,
  sin,
  sort,
  square,
  sub,
  sum,
  type Tensor,
  tanh,
  taylor,
  tensor,
  value,
  valueAndGrad,
  variable,
  vjp,
  vmap,
  where,
  whileLoop,
} from '../../src/index.ts'
import * as ops from '../../src/ops/index.ts'
import { registry } from '../../src/ops/registry.ts'
import { activeArguments } from '../../src/testing/check-op.ts'
import { numbersOf, runModule, structureOf } from '../results.ts'

const bits = (x: unknown): string =>
  JSON.stringify(x, (_, each) =>
    typeof each === 'number' && (!Number.isFinite(each) || Object.is(each, -0))
      ? `${Object.is(each, -0) ? '-0' : each}`
      : ArrayBuffer.isView(each)
        ? [...(each as Float64Array)]
        : each,
  )

/** The same without the sign of zeros. */
const unsigned = (x: unknown): string => bits(x).replaceAll('"-0"', '0')

/** The same bits; of WebAssembly the same to some rounding, since its elementary functions are its own, and sums take two terms at a time. */
function expectAlike(target: string, found: unknown, expected: unknown, as = bits): void {
  if (target !== 'wasm') {
    expect(as(found)).toBe(as(expected))
    return
  }
  expect(structureOf(found)).toEqual(structureOf(expected))
  const values = numbersOf(expected)
  numbersOf(found).forEach((each, i) => {
    const wanted = values[i] as number
    if (!Number.isFinite(wanted)) expect(each).toBe(wanted)
    else expect(Math.abs(each - wanted)).toBeLessThanOrEqual(1e-13 * Math.abs(wanted))
  })
}

/** Whether nested arrays are those of a tensor, as far as their first lengths go. */
function isRegular(x: readonly unknown[]): boolean {
  return new Set(x.map(each => (Array.isArray(each) ? each.length : -1))).size <= 1
}

describe.each(['js', 'wasm', 'interpreter'] as const)('compiled for %s', target => {
  it.each(registry.map(each => each.name))('%s gives the bits of the eager operator, and so does its gradient but for the sign of zeros', name => {
    const definition = registry.find(each => each.name === name) as (typeof registry)[number]
    const operator = ops[name as keyof typeof ops] as unknown as (...args: unknown[]) => unknown
    for (const sample of definition.samples.slice(0, 3)) {
      const active = activeArguments(definition, sample)
      const call = (...args: unknown[]) => operator(...sample.map((each, i) => (active.includes(i) ? args[active.indexOf(i)] : each)))
      // Tensors in place of arrays try the loops over tensors, arrays the code for scalars.
      const asTensors = (x: unknown) =>
        Array.isArray(x) && x.flat(9).every(each => typeof each === 'number') && !name.startsWith('stack') && name !== 'concat' && isRegular(x)
          ? tensor(x as number[])
          : x
      for (const args of [active.map(i => sample[i]), active.map(i => asTensors(sample[i]))]) {
        const fast = compile(call, { target })
        expectAlike(target, fast(...args), call(...args))
        expectAlike(target, fast(...args), call(...args))
        expect(fast.target).toBe(target)
        if ('differentiable' in definition && !definition.differentiable) continue
        const loss = (...given: unknown[]) => {
          const out = call(...given)
          const leaves = typeof out !== 'object' || out === null || 'shape' in out || 'arena' in out ? [out] : Object.values(out)
          return leaves.reduce((total: number, each) => add(total, sum(mul(each as number, each as number))), 0)
        }
        const slope = grad(loss, { argnum: active.map((_, i) => i) })
        // A sweep passes over an adjoint that is 0, where compiled code multiplies by it: the sign of zeros is the product's there.
        expectAlike(target, compile(slope, { target })(...args), slope(...args), unsigned)
      }
    }
  })

  const f = ([x, y]: number[]) => [mul(square(x as number), y as number), add(mul(5, x as number), sin(y as number)), erf(x as number)]
  const loss = (x: number[]) => sum(map((each: number) => mul(each, exp(cos(each))), x) as number[])
  const net = (p: { w: Tensor; b: number[] }) =>
    mean(
      square(
        tanh(
          add(
            matmul(
              [
                [1, 2],
                [3, 4],
              ],
              p.w,
            ),
            p.b,
          ),
        ),
      ),
    )
  const params = {
    w: tensor([
      [0.1, 0.2],
      [0.3, -0.4],
    ]),
    b: [0.5, 0.6],
  }
  it.each([
    ['grad', grad(loss), [[0.3, -0.7, 1.1]]],
    ['valueAndGrad', valueAndGrad(net), [params]],
    ['jacobian', jacobian(f), [[1, 2]]],
    ['jacobian forward', jacobian(f, { mode: 'forward' }), [[1, 2]]],
    ['jacobian reverse', jacobian(f, { mode: 'reverse' }), [[1, 2]]],
    ['hessian', hessian(loss), [[0.3, -0.7]]],
    ['hvp', (x: number[]) => hvp(loss, x, [1, 2]), [[0.3, -0.7]]],
    ['jvp', (x: number[]) => jvp(f, [x], [[1, 0.5]]), [[1, 2]]],
    ['vjp', (x: number[]) => vjp(f, x)[1]([1, 2, 3]), [[1, 2]]],
    ['taylor', (x: number) => taylor((y: number) => sin(mul(y, y)), x, 4), [0.7]],
    ['vmap of grad', vmap(grad((x: number) => mul(x, exp(x)))), [[0.1, 0.2, 0.3]]],
    ['grad of vmap', grad((x: number[]) => sum(vmap((each: number) => mul(each, sin(each)))(x) as number[])), [[0.1, 0.2]]],
    ['typed arrays', grad((x: Float64Array) => sum(square(x))), [new Float64Array([1, 2, 3])]],
    ['sorted', grad((x: number[]) => mul(sort(x).at(0), 3)), [[3, 1, 2]]],
  ] as [string, (...args: never[]) => unknown, unknown[]][])('%s is what it is', (name, transformed, args) => {
    const fast = compile(transformed as (...all: unknown[]) => unknown, { target })
    // Of a second derivative that is 0 the sign may be another.
    expectAlike(target, fast(...args), (transformed as (...all: unknown[]) => unknown)(...args), name === 'hessian' ? unsigned : bits)
    expect(fast.stats.eager).toBe(0)
  })

  it('keeps a version for each answer of a comparison and each structure', () => {
    const branch = (x: number[]) => (gt(x[0] as number, 0) ? mul(x[0] as number, 2) : sub(1, x[0] as number))
    const fast = compile(grad(branch), { target })
    for (const x of [[1], [-1], [2], [-3], [1, 5], [-1, 5], [0]]) expect(fast(x)).toEqual(grad(branch)(x))
    expect(fast.stats).toMatchObject({ versions: 4, eager: 0, calls: 7 })
  })

  it('keeps strong zeros', () => {
    const masked = (x: number) => where(greater(x, 0), log(x), 0)
    const fast = compile(grad(masked), { target })
    for (const x of [0, 1, -1, 2]) expect(fast(x) + 0).toBe(grad(masked)(x))
    // Any operator that could hide the NaN of a plain product: here a condition that is a number.
    const hidden = (x: number) => where(add(ops.scale(x, Number.POSITIVE_INFINITY), 1) as never, 5, 7)
    expect([compile(hidden, { target })(0), hidden(0)]).toEqual([5, 5])
    const infinite = (x: number) => mul(ops.sqrt(x), 0)
    expect(compile(grad(infinite), { target })(0)).toBe(grad(infinite)(0))
  })

  it('keeps tensors of rank 0 apart from numbers, sums along axes and broadcasts', () => {
    const rank0 = (x: Tensor) => mul(add(x, 1), ops.reshape(mul(x, 2), []))
    expect(String(compile(rank0, { target })(tensor(3)))).toBe(String(rank0(tensor(3))))
    const f = (p: { m: Tensor; r: Tensor; c: Tensor; big: Tensor }) => [
      sum(mul(p.m, p.r), { axis: 0 }),
      sum(add(p.m, p.c), { axis: 1 }),
      sum(square(sub(ops.reshape(p.m, [2, 1, 3]), p.r)), { axis: [0, 1], keepDims: true }),
      ops.broadcastTo(p.r, [2, 3]),
      sum(mul(ops.reshape(p.big, [3, 4, 5]), 0.1), { axis: [0, 2] }),
      sum(ops.reshape(p.big, [3, 4, 5]), { axis: [1, 2] }),
      sum(ops.reshape(p.big, [3, 4, 5]), { axis: 1 }),
    ]
    const big = tensor(Array.from({ length: 60 }, (_, i) => Math.sin(i) * 10 ** (i % 7)))
    const args = {
      m: tensor([
        [1, 2, 3],
        [4, 5, 6.5],
      ]),
      r: tensor([0.1, 0.2, 0.3]),
      c: tensor([[7], [8]]),
      big,
    }
    const loss = (p: typeof args) => f(p).reduce((total: number, each) => add(total, sum(mul(each, each))), 0)
    for (let i = 0; i < 2; i++) {
      expectAlike(target, compile(f, { target })(args), f(args))
      expectAlike(target, compile(grad(loss), { target })(args), grad(loss)(args))
    }
  })

  it('splits long programs', () => {
    const long = (x: number[]) => {
      let s: number = 0
      for (let i = 0; i < 3000; i++) s = add(mul(s, 0.5), sin(mul(x[i % 3] as number, i)))
      return [s, x[0] as number]
    }
    const fast = compile(jacobian(long, { mode: 'reverse' }), { target })
    expect(fast([0.1, 0.2, 0.3])).toEqual(jacobian(long, { mode: 'reverse' })([0.1, 0.2, 0.3]))
    expect(compile(long, { target })([0.1, 0.2, 0.3])).toEqual(long([0.1, 0.2, 0.3]))
  })
})

describe('compile', () => {
  it('calls the function once, but where its results may be typed arrays', () => {
    let calls = 0
    const counted = (x: number) => {
      calls++
      return { a: mul(x, 2) }
    }
    expect(compile(counted)(3)).toEqual({ a: 6 })
    expect(calls).toBe(1)
    expect(compile((x: number) => ({ a: x, b: new Float64Array([1, 2]) }))(3)).toEqual({ a: 3, b: new Float64Array([1, 2]) })
  })

  it('gives fresh results: no call changes what another gave', () => {
    const fast = compile((x: Tensor) => ({ a: ops.reshape(mul(x, 2), [4]), b: add(mul(x, 2), 1) }))
    const first = fast(
      tensor([
        [1, 2],
        [3, 4],
      ]),
    )
    fast(
      tensor([
        [5, 6],
        [7, 8],
      ]),
    )
    expect([first.a.toArray(), first.b.toArray()]).toEqual([
      [2, 4, 6, 8],
      [
        [3, 5],
        [7, 9],
      ],
    ])
  })

  it('runs as it is under another transform, and refuses what cannot be traced', () => {
    const fast = compile((x: number) => mul(x, sin(x)))
    expect(grad(fast)(0.5)).toBe(grad((x: number) => mul(x, sin(x)))(0.5))
    fast(1)
    expect(grad(fast)(0.5)).toBe(grad((x: number) => mul(x, sin(x)))(0.5))
    const reads = compile((x: number) => mul(x, Math.floor(value(x))))
    expect(() => reads(2.5)).toThrow(/value\(x\) was read.*whileLoop/)
    expect(() => compile((x: number) => (x > 1 ? x : 0))(2)).toThrow(/gt\(x, 0\) for x > 0/)
  })

  it('says once that there are too many versions, and stays right', () => {
    const warn = vi.spyOn(console, 'warn').mockImplementation(() => {})
    const steps = (x: number) => {
      let y = x
      while (lt(y, 1000)) y = mul(y, 1.7)
      return y
    }
    const fast = compile(grad(steps), { maxVersions: 3 })
    for (const x of [1, 3, 10, 30, 100, 300, 1, 3]) expect(fast(x)).toBe(grad(steps)(x))
    expect(warn).toHaveBeenCalledTimes(1)
    expect(warn.mock.calls[0]?.[0]).toMatch(/less as a mask/)
    expect(fast.stats.versions).toBe(3)
    warn.mockRestore()
  })

  it('writes into a buffer, and shows its graph and source', () => {
    const fast = compile((x: number[]) => x.map(each => mul(each, 2)))
    const out = new Float64Array(3)
    fast.into(out, [1, 2, 3])
    expect([...out]).toEqual([2, 4, 6])
    expect(() => fast.into(new Float64Array(1), [1, 2, 3])).toThrow(/buffer holds 1/)
    expect(fast.source).toContain('function compiled(a0)')
    expect(fast.graph?.operations).toBe(3)
    expect(() => compile(5 as never)).toThrow(/function/)
    expect(() => compile(sin, { target: 'fpga' as never })).toThrow(/target/)
  })

  it('emits a module that needs nothing else', async () => {
    const f = (p: { b: number[] }, t: number[]) => t.map(each => add(mul(p.b[0] as number, exp(mul(p.b[1] as number, each))), erf(each)))
    const fast = compile((p: { b: number[] }, t: number[]) => jacobian((q: { b: number[] }) => f(q, t))(p))
    expect(() => fast.emit()).toThrow(/no version yet/)
    const args = [{ b: [1, 2] }, [0.1, 0.2]] as const
    const expected = fast(args[0] as never, args[1] as never)
    const text = fast.emit()
    expect(text).not.toMatch(/import/)
    const module = (await import(`data:text/javascript;base64,${Buffer.from(text).toString('base64')}`)) as { default: (...all: unknown[]) => unknown }
    expect(bits(module.default(...args))).toBe(bits(expected))
    expect(() => module.default({ b: [1] }, [2])).toThrow(TypeError)
    const keys = compile((p: Record<string, number>) => mul(p['"]; throw 1; //'] as number, 2))
    keys({ '"]; throw 1; //': 3 })
    expect(keys({ '"]; throw 1; //': 4 })).toBe(8)
  })

  it('emits networks: products of matrices, biases, activations and a softmax loss, with their derivatives', async () => {
    const wave = (...shape: number[]) =>
      tensor(
        Float64Array.from({ length: shape.reduce((a, b) => a * b, 1) }, (_, i) => Math.sin(i + shape.length)),
        shape,
      )
    const [x, classes] = [wave(6, 4), [0, 2, 1, 1, 0, 2]]
    const network = (p: { a: Tensor; b: Tensor; c: Tensor }) => {
      const hidden = ops.relu(add(matmul(x, p.a), p.b))
      const rows = ops.concat([hidden, ops.flip(ops.take(hidden, [1, 1, 0, 4, 2, 3]), { axis: 1 })], { axis: 1 })
      return ops.softmaxCrossEntropy(matmul(rows, ops.triu(p.c)), classes)
    }
    const slope = valueAndGrad(network)
    const point = { a: wave(4, 5), b: wave(5), c: wave(10, 3) }
    const expected = slope(point)
    const js = compile(slope, { target: 'js' })
    js(point)
    const plain = Object.fromEntries(Object.entries(point).map(([name, { data, shape }]) => [name, { data, shape, dtype: 'float64' }]))
    const text = js.emit()
    const module = (await import(`data:text/javascript;base64,${Buffer.from(text).toString('base64')}`)) as { default: (p: unknown) => typeof expected }
    const [loss, gradient] = module.default(plain)
    expect(loss).toBe(expected[0])
    for (const name of ['a', 'b', 'c'] as const) expect(unsigned([...gradient[name].data])).toBe(unsigned([...expected[1][name].data]))
    const { code, memory } = await runModule(js.emit({ format: 'wasm' }), numbersOf(point))
    expect(code).toBe(0)
    expectAlike('wasm', [...memory.subarray(55, 111)], numbersOf(expected))
  })

  it('emits the types of what goes in and comes out', () => {
    const typed = (f: (...args: never[]) => unknown, ...args: unknown[]) => {
      const fast = compile(f as (...all: unknown[]) => unknown)
      fast(...args)
      return (fast.emit().match(/^ \* @.*$/gm) ?? []).map(each => each.slice(3))
    }
    expect(typed((p: { w: Tensor; b: number[] }, k: number) => [mul(p.w, k), { c: greater(k, 0), d: p.b }], { w: tensor([1, 2]), b: [1, 2] }, 3)).toEqual([
      '@param {{ w: { data: Float64Array, shape: number[] }, b: number[] }} a0',
      '@param {number} a1',
      '@returns {[{ data: Float64Array, shape: number[] }, { c: boolean, d: number[] }]}',
    ])
    expect(
      typed(
        jacobian((x: number[]) => x.map(each => sin(each))),
        [1, 2],
      ),
    ).toEqual(['@param {number[]} a0', '@returns {number[][]}'])
    expect(
      typed(
        jacobian((x: number[]) => x.map(each => sin(each)), { output: 'sparse' }),
        [1, 2],
      )[1],
    ).toBe('@returns {{ shape: number[], rowPointers: Int32Array, columns: Int32Array, values: Float64Array }}')
    expect(typed((p: Record<string, number>) => p['*/ alert(1) /*'], { '*/ alert(1) /*': 1 })).toEqual([
      '@param {Record<string, unknown>} a0',
      '@returns {number}',
    ])
  })

  it('takes constants of any size to WebAssembly', () => {
    const constant = tensor(Float64Array.from({ length: 300_000 }, (_, i) => i % 7))
    const fast = compile((x: Tensor) => sum(mul(x, constant)))
    expect(fast(constant)).toBe(sum(mul(constant, constant)))
    expect(fast.target).toBe('wasm')
  })

  it('emits WebAssembly that imports nothing', async () => {
    const slope = grad((x: number[]) => mul(sin(x[0] as number), exp(tanh(mul(x[1] as number, 0.3)))))
    const fast = compile(slope, { target: 'wasm' })
    fast([0.5, 3])
    const scalars = await runModule(fast.emit({ format: 'wasm' }), [0.1, -2])
    expect(scalars.code).toBe(0)
    expectAlike('wasm', [...scalars.memory.subarray(2, 4)], slope([0.1, -2]))
    // Plain products would give NaN here.
    const tensors = grad((p: { w: Tensor; b: Tensor }) => sum(mul(p.b, ops.sqrt(matmul(p.w, [1, 2, 0.5])))))
    const point = {
      w: tensor([
        [1, 2, 3],
        [0, 0, 0],
      ]),
      b: tensor([2, 0]),
    }
    const ofTensors = compile(tensors)
    ofTensors(point)
    const { code, memory } = await runModule(ofTensors.emit({ format: 'wasm' }), numbersOf(point))
    expect(code).toBe(0)
    expectAlike('wasm', [...memory.subarray(8, 16)], numbersOf(tensors(point)))
    const sorted = compile((x: Tensor) => sort(x))
    sorted(tensor([2, 1]))
    expect(() => sorted.emit({ format: 'wasm' })).toThrow(/has no WebAssembly of its own/)
  })

  it('takes functions with variables, checkpoints and rules of their own inside', () => {
    const cube = (x: number) => {
      const v = variable(x)
      v.mul(v).mul(v).backward()
      return v.grad as number
    }
    const fast = compile(cube)
    expect([fast(2), fast(3), fast.stats.versions]).toEqual([12, 27, 1])
    const spared = grad((x: number) => checkpoint((y: number) => sin(mul(y, y)))(x))
    expect(compile(spared)(0.5)).toBe(spared(0.5))
    const own = customJvp<[x: number], number>(([x], [dx]) => [mul(x, square(x)), mul(3, mul(square(x), dx))])
    expect(compile(grad(own))(2)).toBe(12)
    const clipped = customVjp(
      (x: number) => [x, undefined] as [number, undefined],
      (_saved, cotangent: number) => [clip(cotangent, -1, 1)],
    )
    expect(compile(grad((x: number) => mul(100, clipped(x))))(3)).toBe(1)
  })

  it('freezes the plan of a sparse Jacobian into code for its entries', () => {
    const n = 40
    const ring = (x: number[]) => x.map((each, i) => add(mul(each, each), mul(x[(i + 1) % n] as number, 2)))
    const x = Array.from({ length: n }, (_, i) => i / n)
    const fast = compile(jacobian(ring))
    expect(fast(x)).toEqual(jacobian(ring)(x))
    expect(fast.graph?.operations).toBeLessThanOrEqual(2 * n)
  })

  it('gives sparse Jacobians and Hessians as SparseMatrix, and emits them as their parts', async () => {
    const ring = (x: number[]) => x.map((each, i) => add(mul(each, each), mul(x[(i + 1) % 5] as number, sin(each))))
    const energy = (x: number[]) => sum(x.map((each, i) => mul(square(each), x[(i + 1) % 5] as number)))
    const x = [0.1, 0.2, -0.3, 0.4, 0.5]
    const matrices = (y: unknown): SparseMatrix[] => (y instanceof SparseMatrix ? [y] : Object.values(y as object).flatMap(matrices))
    const mixed = (y: number[]) => ({ list: [jacobian(ring, { output: 'sparse' })(y)], h: hessian(energy, { output: 'sparse' })(y) })
    // Matrices of which all numbers are known, and of none.
    const scaled = jacobian((y: number[]) => mul(tensor(y.map((_, i) => i)), y), { output: 'sparse' })
    const straight = hessian((y: number[]) => sum(y), { output: 'sparse' })
    const known = scaled(x)
    const constants = (y: number[]) => ({ straight: straight(y), scaled: [scaled(y), known] })
    for (const target of ['js', 'wasm', 'interpreter'] as const) {
      for (const f of [jacobian(ring, { output: 'sparse' }), hessian(energy, { output: 'sparse' }), mixed, straight, constants] as ((
        y: number[],
      ) => unknown)[]) {
        const fast = compile(f, { target })
        for (const at of [x, x.map(each => each + 1)]) {
          const [found, expected] = [fast(at), f(at)].map(matrices) as [SparseMatrix[], SparseMatrix[]]
          expect(found.length).toBe(expected.length)
          found.forEach((each, i) => {
            expect(each).toBeInstanceOf(SparseMatrix)
            expect([each.shape, each.rowPointers, each.columns]).toEqual([expected[i]?.shape, expected[i]?.rowPointers, expected[i]?.columns])
            expectAlike(target, [...each.values], [...(expected[i] as SparseMatrix).values])
          })
        }
      }
    }
    const fast = compile(jacobian(ring, { output: 'sparse' }))
    const expected = fast(x) as SparseMatrix
    const text = fast.emit()
    const module = (await import(`data:text/javascript;base64,${Buffer.from(text).toString('base64')}`)) as { default: (y: number[]) => SparseMatrix }
    const { shape, rowPointers, columns, values } = expected
    expect(module.default(x)).toEqual({ shape, rowPointers, columns, values })
    const out = new Float64Array(values.length)
    fast.into(out, x)
    expect(out).toEqual(values)
    // Where the matrix is used, its numbers are needed.
    expect(() => compile((y: number[]) => jacobian(ring, { output: 'sparse' })(y).multiply(y))(x)).toThrow(/not known while a function is traced/)
    expect(() => grad((y: number[]) => jacobian(ring, { output: 'sparse' })(y).multiply(y)[0] as number)(x)).toThrow(/a sparse matrix holds plain numbers/)
  })

  it('leaves memory flat over many compilations', () => {
    const once = (i: number) => compile(grad((x: number[]) => sum(mul(x, i))))([1, 2, 3])
    const measure = () => {
      globalThis.gc?.()
      return process.memoryUsage().heapUsed
    }
    for (let i = 0; i < 200; i++) once(i)
    const before = measure()
    for (let i = 0; i < 2000; i++) once(i)
    expect(measure() - before).toBeLessThan(5e6)
  })

  it('runs control flow natively, with and without compilation', () => {
    const logistic = (r: number) => foriLoop(0, 50, (_, x: number) => mul(mul(r, x), sub(1, x)), 0.3)
    expect(compile(grad(logistic))(3.7)).toBe(grad(logistic)(3.7))
    expect(scan((s: number, x: number) => [add(s, x), s], 0, [1, 2, 3])).toEqual([6, [0, 1, 3]])
    expect(scan((s: number, i: number) => [add(s, i), { y: s }], 0, 3)).toEqual([3, { y: [0, 0, 1] }])
    expect(
      (
        scan(
          (s: number, row: Tensor) => [add(s, sum(row)), row],
          0,
          tensor([
            [1, 2],
            [3, 4],
          ]),
        )[1] as Tensor
      ).toArray(),
    ).toEqual([
      [1, 2],
      [3, 4],
    ])
    const running = (x: number[]) => scan((s: number, each: number) => [mul(s, each), s], 1, x)[0]
    expect(grad(running)([2, 3, 4])).toEqual([12, 8, 6])
    expect(compile(grad(running))([2, 3, 4])).toEqual([12, 8, 6])
    const choose = (x: number) =>
      cond(
        gt(x, 0),
        () => square(x),
        () => mul(x, 3),
      )
    expect([grad(choose)(2), grad(choose)(-2), compile(grad(choose))(2)]).toEqual([4, 3, 4])
    const doubling = (x: number) =>
      whileLoop(
        (y: number) => lt(y, 100),
        (y: number) => mul(y, 2),
        x,
      )
    expect([doubling(3), grad(doubling)(3)]).toEqual([192, 64])
    expect(() => scan((s: number) => s as never, 0, [1])).toThrow(/\[carry, output\]/)
    expect(() => foriLoop(0, 1.5, (_, x: number) => x, 0)).toThrow(/whole numbers/)
  })
})

describe('ways to run', () => {
  /** Numbers without an order, in which no loop is found. */
  const shuffled = (length: number) => Array.from({ length }, (_, i) => Math.floor(length * Math.abs((1e4 * Math.sin(i)) % 1)))
  /** More operations than the code that is made at once. */
  const long = (x: number[]) =>
    shuffled(x.length).reduce((sum, each, i) => {
      const factor = [sin, exp, square, tanh][(i * i + each) % 4] as typeof sin
      return add(sum, mul(factor(mul(x[each] as number, i + 1)), exp(x[i] as number)))
    }, 0)
  const at = Array.from({ length: 100 }, (_, i) => Math.sin(i))

  it('interprets a long program at first, then generates code, with the same bits', () => {
    const slope = grad(long)
    const fast = compile(slope)
    const expected = bits(slope(at))
    expect(bits(fast(at))).toBe(expected)
    expect(fast.target).toBe('interpreter')
    expect(fast.source).toContain('function compiled')
    for (let i = 0; i < 40; i++) expect(bits(fast(at))).toBe(expected)
    expect(fast.target).toBe('js')
    expect(fast.stats).toMatchObject({ calls: 41, versions: 1, eager: 0, target: 'js' })
  })

  it('takes WebAssembly for arithmetic that is too long for one function of JavaScript, with the same bits', () => {
    const rosenbrock = (x: number[]) => {
      let total = 0
      for (const i of shuffled(x.length)) {
        const a = sub(x[(i + 1) % x.length] as number, mul(x[i] as number, x[i] as number))
        total = add(total, add(mul(100, mul(a, a)), square(sub(1, x[i] as number))))
        if (i % 3 === 1) total = mul(total, x[(i + 2) % x.length] as number)
      }
      return total
    }
    const start = Array.from({ length: 300 }, (_, i) => Math.sin(i))
    const slope = grad(rosenbrock)
    const fast = compile(slope)
    for (let i = 0; i < 32; i++) {
      const x = start.map(each => each + i / 7)
      expect(bits(fast(x))).toBe(bits(slope(x)))
    }
    expect(fast.target).toBe('wasm')
  })

  it('takes arrays of 60,000 numbers', () => {
    const x = Array.from({ length: 60_000 }, (_, i) => i % 11)
    for (const target of ['js', 'wasm', 'auto'] as const) {
      const slope = compile(
        grad((y: number[]) => sum(square(y))),
        { target },
      )
      expect(slope(x)).toEqual(x.map(each => 2 * each))
      if (target !== 'auto') expect(slope.target).toBe(target)
    }
  })

  it.each(['auto', 'js', 'wasm', 'interpreter'] as const)('writes into a buffer with target %s', target => {
    const fast = compile(valueAndGrad(long), { target })
    const [value, gradient] = valueAndGrad(long)(at)
    for (let i = 0; i < 40; i++) {
      const out = new Float64Array(101)
      fast.into(out, at)
      expectAlike(target, [...out], [value, ...gradient])
    }
    expect(fast.stats.calls).toBe(40)
    const single = new Float32Array(101)
    fast.into(single, at)
    expect(single[0]).toBe(Math.fround(value))
    expect(() => fast.into(new Float64Array(100), at)).toThrow('the buffer holds 100 numbers, and the result has 101')
  })

  it.each(['js', 'interpreter', 'wasm'] as const)('writes tensors into a buffer with target %s', target => {
    const x = tensor([
      [1, 2],
      [3, 4],
    ])
    const f = (t: Tensor) => [tanh(t), sum(square(t), { axis: 0 }), matmul(t, t), sum(t)]
    const fast = compile(f, { target })
    const expected = f(x).flatMap(each => (typeof each === 'number' ? [each] : [...each.data]))
    for (let i = 0; i < 3; i++) {
      const out = new Float64Array(11).fill(7)
      fast.into(out, x)
      expectAlike(target, [...out], expected)
    }
  })

  it('writes over its own argument', () => {
    const f = (t: Tensor) => [tanh(t), mul(t, t) as Tensor]
    const fast = compile(f)
    const start = [1, 2, 3, 0, 0, 0]
    const expected = f(tensor([1, 2, 3])).flatMap(each => [...each.data])
    for (let i = 0; i < 3; i++) {
      const buffer = Float64Array.from(start)
      const x = tensor([1, 2, 3])
      Object.defineProperty(x, 'data', { value: buffer.subarray(0, 3) })
      fast.into(buffer, x)
      expect([...buffer]).toEqual(expected)
    }
  })

  it('leaves a buffer that is too short as it was, and knows the size that each version needs', () => {
    const fast = compile((x: number[]) => x.map(each => mul(each, 2)))
    fast([1, 2, 3])
    const short = new Float64Array(2).fill(7)
    expect(() => fast.into(short, [1, 2, 3])).toThrow('the buffer holds 2 numbers, and the result has 3')
    expect([...short]).toEqual([7, 7])
    fast.into(short, [1, 2])
    expect([...short]).toEqual([2, 4])
  })

  it('waits for WebAssembly', async () => {
    const fast = await compileAsync(grad(long), [at], { target: 'wasm' })
    expect(fast.target).toBe('wasm')
    expectAlike('wasm', fast(at), grad(long)(at))
    expect((await compileAsync(grad(long), [at], { target: 'js' })).target).toBe('js')
  })

  it('gives JavaScript where a page may not make so large a module', () => {
    const { WebAssembly } = globalThis as unknown as { WebAssembly: { Module: unknown } }
    const { Module } = WebAssembly
    WebAssembly.Module = class {
      constructor() {
        throw new RangeError('WebAssembly.Module can only be used for small modules on the main thread')
      }
    }
    const fast = compile(grad(long), { target: 'wasm' })
    expect(bits(fast(at))).toBe(bits(grad(long)(at)))
    expect(fast.target).toBe('js')
    WebAssembly.Module = Module
  })
})

describe('steps that several loops use', () => {
  it('are computed in each, but not what costs more than to keep', () => {
    const fast = compile((x: Tensor) => {
      const y = ops.sub(ops.exp(x), 1)
      return ops.add(ops.sum(ops.square(y)), ops.sum(ops.sin(y)))
    })
    const x = tensor([0.5, -1, 2])
    expect(fast(x)).toBe(ops.add(ops.sum(ops.square(ops.sub(ops.exp(x), 1))), ops.sum(ops.sin(ops.sub(ops.exp(x), 1)))))
    expect(fast.source?.match(/Math\.exp\(/g)).toHaveLength(1)
    expect(fast.source?.match(/-1\)/g)).toHaveLength(2)
  })
})
