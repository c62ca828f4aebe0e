import { describe, expect, it } from 'vitest'
import { compile, toC } from '../../src/compile/entries/c.ts'
import * as d from '../../src/index.ts'
import { registry } from '../../src/ops/registry.ts'
import { atSample } from '../at-sample.ts'
import { flowOnEdges, NODES } from '../programs/irregular-calls.ts'
import { numbersOf } from '../results.ts'
import { callOf, hasCompiler, runC } from './c-engine.ts'

// biome-ignore lint/suspicious/noExplicitAny: any function
type F = (...args: any[]) => unknown

/** What functions of the same arguments give in C. */
function inC(functions: Record<string, F>, args: readonly unknown[], options: Parameters<typeof toC>[2] = {}): Record<string, number[]> {
  const files = toC(functions, args, options)
  const names = Object.keys(functions)
  const answers = runC(
    files,
    names.map(name => callOf(name, files, args)),
    files.header.includes('dualtape_real float') ? 'float' : 'double',
  )
  return Object.fromEntries(
    names.map((name, k) => {
      expect(answers[k]?.status, name).toBe(0)
      return [name, answers[k]?.results.flat() as number[]]
    }),
  )
}

function expectClose(found: readonly number[], expected: readonly number[], tolerance: number, what = ''): void {
  const scale = Math.max(1, ...expected.filter(Number.isFinite).map(Math.abs))
  expect(found.length, what).toBe(expected.length)
  found.forEach((each, i) => {
    const wanted = expected[i] as number
    if (!Number.isFinite(wanted)) expect(each, what).toBe(wanted)
    else expect(Math.abs(each - wanted) / scale, `${what}: number ${i}: ${each} for ${wanted}`).toBeLessThan(tolerance)
  })
}

const wave = (n: number, shape: number[]) =>
  d.tensor(
    Float64Array.from({ length: n }, (_, i) => Math.sin(1.7 * i + 0.3)),
    shape,
  )

describe.runIf(hasCompiler())('programs in C', () => {
  it('have the bits that JavaScript has where there is arithmetic alone, gradients and loops included', () => {
    const rosenbrock = (x: number[]) =>
      d.sum(x.slice(1).map((each, i) => d.add(d.mul(100, d.square(d.sub(each, d.square(x[i] as number)))), d.square(d.sub(1, x[i] as number)))) as never)
    const iterated = (x: number[]) =>
      d.foriLoop(
        0,
        40,
        (i: number, s: number[]) => s.map((each, k) => d.add(d.mul(each, 0.7), d.div(s[(k + 1) % s.length] as number, d.add(2, i)))) as never,
        x as never,
      ) as unknown as number[]
    const functions = {
      rosenbrock,
      slope: d.grad(rosenbrock as never) as F,
      hessian: d.hessian(rosenbrock as never) as F,
      iterated,
      jacobian: d.jacobian(iterated) as F,
    }
    const x = [0.3, -1.2, 0.7, 2.1, -0.4]
    const found = inC(functions, [x])
    for (const [name, f] of Object.entries(functions)) expect(found[name], name).toEqual(numbersOf(f(x)))
  })

  it('take and give tensors row by row, of networks and their gradients', () => {
    const network = ({ w, b }: { w: d.Tensor; b: d.Tensor }, x: d.Tensor) => d.softmax(d.add(d.matmul(d.tanh(d.matmul(x, w)), d.transpose(w)), b))
    const loss = (p: { w: d.Tensor; b: d.Tensor }, x: d.Tensor) => d.mean(d.square(network(p, x)))
    const args = [{ w: wave(12, [4, 3]), b: wave(4, [4]) }, wave(8, [2, 4])]
    const functions = { network: network as F, slope: d.grad(loss as never) as F }
    const found = inC(functions, args)
    for (const [name, f] of Object.entries(functions)) expectClose(found[name] as number[], numbersOf(f(...args)), 1e-14, name)
  })

  it('take tensors of rank 0, and of nothing', () => {
    const f = (x: d.Tensor, y: d.Tensor) => [d.mul(x, 2), d.sum(d.concat([y, d.tensor([1, 2])])), d.sum(y)]
    expect(inC({ f: f as F }, [new d.Tensor(Float64Array.of(3), []), d.tensor([], [0])]).f).toEqual([6, 3, 0])
  })

  it('of float32 compute with floats', () => {
    const f = (x: d.Tensor) => d.sum(d.mul(d.exp(x), d.sigmoid(x)), { axis: 1 })
    const x = d.astype(wave(6, [2, 3]), 'float32')
    const files = toC({ f }, [x])
    expect(files.source).toContain('#define dualtape_real float')
    expect(files.source).toContain('expf(')
    expectClose(inC({ f }, [x]).f as number[], numbersOf(f(x)), 1e-6)
  })

  it('say which entries of a Jacobian there are, column by column', () => {
    const f = (x: number[]) => [d.mul(x[0] as number, x[3] as number), d.sin(x[1] as number), d.add(d.mul(x[0] as number, x[0] as number), x[2] as number)]
    const x = [0.5, 2, -1, 3]
    const { source, header } = toC({ jac_f: d.jacobian(f, { output: 'sparse' }) }, [x])
    // Rows, columns, where columns begin, and the rows of entries: columns have the rows {0, 2}, {1}, {2} and {0}.
    expect(source).toContain('jac_f_sparsity1[] = {3, 4, 0, 2, 3, 4, 5, 0, 2, 1, 2, 0}')
    expect(header).toContain('res[0]  result: 3 x 4, 5 entries')
    expect(inC({ jac_f: d.jacobian(f, { output: 'sparse' }) as F }, [x]).jac_f).toEqual([3, 1, Math.cos(2), 1, 0.5])
  })

  it('ask what the function asked, and look for indices: a status says what was wrong', () => {
    const f = (x: number) => (d.gt(x, 0) ? d.sqrt(x) : d.neg(x))
    const picked = (x: d.Tensor, i: number) => d.take(x, i)
    const files = toC({ f }, [4])
    const status = (each: number) => runC(files, [{ name: 'f', args: [[each]], sizes: [1] }])[0]
    expect(status(9)).toEqual({ status: 0, results: [[3]] })
    expect(status(-9)?.status).toBe(1)
    const index = toC({ picked }, [wave(3, [3]), 1])
    const at = (i: number) => runC(index, [{ name: 'picked', args: [[5, 6, 7], [i]], sizes: [1] }])[0]
    expect(at(-1)).toEqual({ status: 0, results: [[7]] })
    expect([3, -4, 0.5, Number.NaN].map(i => at(i)?.status)).toEqual([2, 2, 2, 2])
  })

  it('sort with NaN last and equals as they stand, find first extremes, and say where a matrix is singular', () => {
    const x = d.tensor([3, Number.NaN, -1, 0, 3, -0, Number.NaN, 2])
    const functions = {
      order: (y: d.Tensor) => d.argSort(y),
      back: (y: d.Tensor) => d.argSort(y, { descending: true }),
      largest: (y: d.Tensor) => d.argMax(y),
      smallest: (y: d.Tensor) => d.argMin(d.where(d.isNan(y), 5, y) as d.Tensor),
      running: (y: d.Tensor) => d.cumMax(y, { reverse: true }),
      truths: (y: d.Tensor) => [d.all(y), d.any(y)],
      places: (y: d.Tensor) => d.searchSorted([-1, 0, 0, 3], y),
    }
    const found = inC(functions as Record<string, F>, [x])
    for (const [name, f] of Object.entries(functions)) expect(found[name], name).toEqual(numbersOf(f(x)))
    const solve = (a: number[][], b: number[]) => d.solve(a, b)
    const files = toC(
      {
        solve,
        factor: [
          (a: number[][]) => d.cholesky(a),
          [
            [
              [1, 0],
              [0, 1],
            ],
          ],
        ],
      },
      [
        [
          [1, 0],
          [0, 1],
        ],
        [1, 2],
      ],
    )
    const answers = runC(files, [
      {
        name: 'solve',
        args: [
          [0, 2, 4, 1],
          [6, 9],
        ],
        sizes: [2],
      },
      {
        name: 'solve',
        args: [
          [1, 2, 2, 4],
          [6, 9],
        ],
        sizes: [2],
      },
      { name: 'factor', args: [[4, 2, 2, 5]], sizes: [4] },
      { name: 'factor', args: [[1, 2, 2, 1]], sizes: [4] },
    ])
    expect(answers.map(each => each.status)).toEqual([0, 4, 0, 4])
    expect([answers[0]?.results, answers[2]?.results]).toEqual([[[1.5, 3]], [[2, 0, 1, 2]]])
  })

  it('keep loops, those of the graph and those that are found among steps', () => {
    const decay = (y0: number) => {
      let y = y0
      for (let k = 0; k < 400; k++) y = d.sub(y, d.mul(0.01, d.sin(y)) as never) as never
      return y
    }
    const squares = (y: number[]) => d.scan((s: number, each: number) => [d.add(d.mul(s, 0.5), each), d.mul(s, s)] as never, 1 as never, y as never) as unknown
    const files = toC({ decay: d.grad(decay) }, [0.5])
    expect(files.source.length).toBeLessThan(6000)
    expect(files.source).toMatch(/for \(int \w+ = 0; \w+ < (399|400);/)
    expectClose(inC({ decay, slope: d.grad(decay) as F }, [0.5]).slope as number[], [d.grad(decay)(0.5)], 1e-15)
    expect(inC({ squares: squares as F }, [[1, 2, 3, 4]]).squares).toEqual(numbersOf(squares([1, 2, 3, 4])))
  })

  it('have loops over calls in no order', () => {
    const x = Array.from({ length: NODES }, (_, k) => Math.cos(3 * k))
    const slope = d.grad((y: number[]) => flowOnEdges(flowOnEdges(y)).reduce((all, each) => d.add(all, d.square(each)), 0)) as F
    const functions = { flow: flowOnEdges as F, slope }
    const found = inC(functions, [x])
    for (const [name, f] of Object.entries(functions)) expectClose(found[name] as number[], numbersOf(f(x)), 1e-13, name)
    expect(toC({ slope }, [x]).source).toMatch(/m\[\w+\[\w+\]\] = /)
  })

  it('are cut into functions where they are long', () => {
    const f = (x: number[]) => {
      let [a, b] = x as [number, number]
      for (let k = 0; k < 1500; k++) [a, b] = [d.add(d.mul(a, Math.sin(k)), b), k % 7 < 3 ? d.mul(b, 0.9) : d.sub(a, Math.cos(k * k))]
      return [a, b]
    }
    const compiled = compile(f, { target: 'wasm' })
    const expected = compiled([1, 2])
    const files = compiled.emit({ format: 'c' })
    expect(files.source).toContain('static int f_1(')
    expect(runC(files, [callOf('f', files, [[1, 2]])])).toEqual([{ status: 0, results: [expected] }])
  })
})

/** Operators that have no C of their own, or whose samples or derivatives need one that has none: cofactors, factors but those of Cholesky, functions of matrices. */
const REFUSED = [
  ...['cofactor', 'det', 'lu', 'eigh', 'expm', 'logm', 'lstsq', 'norm', 'pinv', 'polar', 'polarFactor', 'qr', 'sqrtm', 'svd', 'sylvester', 'sylvesterSystem'],
  ...['fft', 'fourier', 'ifft', 'irfft', 'rfft', 'randomEntries', 'threefry'],
]

describe.runIf(hasCompiler())('operators in C', () => {
  it.each(REFUSED)('%s is refused by name', name => {
    const definition = registry.find(each => each.name === name) as (typeof registry)[number]
    const write = () =>
      definition.samples.map(sample => {
        const { value, slope, args } = atSample(definition, sample)
        return toC(slope === undefined ? { value } : { value, slope }, args)
      })
    expect(write).toThrow(/^emit: \w+ on tensors has no C of its own\. Elementwise operators, /)
  })

  it('and their gradients are those of the library', { timeout: 300_000 }, () => {
    const functions: Record<string, { f: F; args: unknown[] }> = {}
    for (const definition of registry) {
      if (REFUSED.includes(definition.name)) continue
      const { value, slope, args } = atSample(definition)
      functions[`${definition.name}_value`] = { f: value, args }
      if (slope !== undefined) functions[`${definition.name}_slope`] = { f: slope, args }
    }
    const all = (given: Record<string, unknown[]>) =>
      Object.fromEntries(Object.entries(functions).map(([name, { f }]) => [name, f(...(given[name] as unknown[]))]))
    const args = Object.fromEntries(Object.entries(functions).map(([name, each]) => [name, each.args]))
    const files = toC({ all }, [args])
    const call = callOf('all', files, [args])
    const [answer] = runC(files, [call], 'double', ['-O0'])
    expect(answer?.status).toBe(0)
    const found = (answer?.results.flat() ?? []).values()
    for (const [name, { f, args: own }] of Object.entries(functions)) {
      const expected = numbersOf(f(...own))
      expectClose(
        expected.map(() => found.next().value as number),
        expected,
        1e-12,
        name,
      )
    }
  })
})

describe('functions as C', () => {
  it('hold no empty tables', () => {
    const nothing = d.tensor([], [0])
    const f = (x: d.Tensor) => [d.sum(d.concat([x, nothing])), d.sum(nothing)]
    expect(toC(f, [wave(3, [3])]).source).not.toMatch(/\[0\]\s*=\s*\{\s*\}/)
  })

  it('are called by names of C, and refused by name where they have none', () => {
    const f = compile((x: number) => d.mul(x, 2))
    f(1)
    expect(f.emit({ format: 'c' }).header).toContain('int f(const dualtape_real **arg,')
    expect(f.emit({ format: 'c', name: 'twice' }).header).toContain('#define twice_SZ_W 0')
    for (const name of ['2x', 'a-b', 'return', 'f(){}', 'dt_x', ''])
      expect(() => f.emit({ format: 'c', name })).toThrow(/^emit: a function of C is called by letters/)
    for (const name of ['exp', 'y0', 'fmaxf', 'memcpy', 'index']) expect(() => f.emit({ format: 'c', name })).toThrow(/^emit: a function of C's own library/)
    for (const name of ['member', 'strain', 'expected', 'f_1x']) expect(f.emit({ format: 'c', name }).header).toContain(`int ${name}(const`)
    for (const name of ['a_n_in', 'a_work', 'a_0', 'a_sparsity1']) expect(() => toC({ a: d.sin, [name]: d.exp } as never, [1])).toThrow(/a part of a\./)
    expect(() => f.emit({ format: 'c', nme: 'x' } as never)).toThrow(d.OptionError)
    const own = d.defineOp({ name: 'own', value: (x: number) => x * x, partials: (x: number) => [d.mul(2, x)] })
    expect(() => toC(own as F, [1])).toThrow(/^emit: own has no C of its own\./)
    expect(() => toC({}, [1])).toThrow(/^toC: takes a function, or an object of functions by name/)
    expect(() => toC((x: number) => x, 1 as never)).toThrow(/^toC: takes the list of arguments/)
  })

  it('of dualtape itself say where C is written', () => {
    const f = d.compile((x: number) => d.mul(x, 2))
    f(1)
    expect(() => f.emit({ format: 'c' })).toThrow("c (of compile from 'dualtape/compile/c')")
  })
})
