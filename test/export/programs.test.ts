import { describe, expect, it } from 'vitest'
import { sizeOfShape } from '../../src/core/shape.ts'
import { toOnnx } from '../../src/export/index.ts'
import { decodeModel } from '../../src/export/onnx/encode.ts'
import { BOOL, DOUBLE, FLOAT, type GraphMessage, INT32 } from '../../src/export/onnx/format.ts'
import * as d from '../../src/index.ts'
import * as nn from '../../src/nn/index.ts'
import { key } from '../../src/random/index.ts'
import { numbersOf } from '../results.ts'
import { run, runHere } from './engine.ts'

/** The model of a function gives what the function gives, in onnxruntime and read back. */
// biome-ignore lint/suspicious/noExplicitAny: any function
async function holds(f: (...args: any[]) => unknown, args: unknown[], tolerance = 1e-12, options: object = {}): Promise<string[]> {
  const model = toOnnx(f, args, options)
  const expected = numbersOf(f(...args))
  const scale = Math.max(1, ...expected.map(Math.abs))
  const found = await run(model, args)
  for (const numbers of [found, runHere(model, args)].map(each => Object.values(each).flat())) {
    expect(numbers.length).toBe(expected.length)
    numbers.forEach((each, i) => {
      if (Number.isNaN(expected[i])) expect(each).toBeNaN()
      else expect(Math.abs(each - (expected[i] as number)) / scale).toBeLessThan(tolerance)
    })
  }
  return Object.keys(found)
}

const sine = (x: number) => d.sin(x)
const own = d.defineOp({ name: 'own', value: (x: number) => x * x, partials: (x: number) => [d.mul(2, x)] })
const wave = (n: number, shape: number[]) =>
  d.tensor(
    Float64Array.from({ length: n }, (_, i) => Math.sin(1.7 * i + 0.3)),
    shape,
  )

describe('models in onnxruntime', () => {
  it('name inputs and outputs by the trees of arguments and result; lists of numbers are tensors', async () => {
    const f = ({ w, b }: { w: d.Tensor; b: number[] }) => ({ y: d.add(d.matmul(w, [1, 2]), b), norms: [d.sum(d.square(w)), d.sum(b)] })
    const names = await holds(f, [{ w: wave(4, [2, 2]), b: [0.5, -1] }])
    expect(names).toEqual(['result.y', 'result.norms'])
    expect(await holds(f, [{ w: wave(4, [2, 2]), b: [0.5, -1] }], 1e-12, { names: { inputs: ['params'], output: 'out' } })).toEqual(['out.y', 'out.norms'])
    const rows = (m: number[][]) => m.map(row => row.map(each => d.mul(each, 2)))
    expect(
      await holds(rows, [
        [
          [1, 2],
          [3, 4],
          [5, 6],
        ],
      ]),
    ).toEqual(['result'])
  })

  it('compute gradients, Jacobians, sparse ones and Hessian products', async () => {
    const f = (x: number[]) => x.map((each, i) => d.mul(d.sin(each), x[(i + 1) % x.length] as number))
    await holds(d.jacobian(f), [[0.1, 0.2, 0.3, 0.4]])
    const sparse = d.jacobian(f, { output: 'sparse' })
    const found = await run(toOnnx(sparse, [[0.1, 0.2, 0.3, 0.4]]), [[0.1, 0.2, 0.3, 0.4]])
    const expected = sparse([0.1, 0.2, 0.3, 0.4]) as unknown as Record<string, ArrayLike<number>>
    for (const [name, numbers] of Object.entries(found)) {
      const own = Array.from(expected[name.replace('result.', '')] as ArrayLike<number>)
      expect(numbers).toHaveLength(own.length)
      for (const [i, each] of numbers.entries()) expect(each).toBeCloseTo(own[i] as number, 14)
    }
    expect(Object.keys(found)).toContain('result.values')
    const g = (x: d.Tensor) => d.sum(d.exp(d.mul(x, d.cumSum(x, { axis: 0 }))))
    await holds(d.hessian(g as never), [wave(4, [4])])
    await holds((x: d.Tensor, v: d.Tensor) => d.hvp(g, x, v), [wave(4, [4]), d.tensor([1, 0, 2, -1])])
  })

  it('keep the strong zero of derivatives: masks, and no NaN', async () => {
    const f = (x: d.Tensor) => d.sum(d.where(d.greater(x, 0), d.sqrt(x), 0))
    const slope = d.grad(f as never) as (x: d.Tensor) => d.Tensor
    const x = d.tensor([0, -1, 4, 0])
    expect(Object.values(await run(toOnnx(slope, [x]), [x])).flat()).toEqual([0, 0, 0.25, 0])
  })

  it('are networks: convolutions, pooling, batches of attention, norms', async () => {
    const pool = (x: d.Tensor) => d.maxPool(x, 2)
    const flat = (x: d.Tensor) => d.reshape(x, [1, -1])
    const network = nn.sequential(nn.conv(1, 3, [3, 3], { padding: 'same' }), d.relu, pool, flat, nn.dense(48, 4), nn.layerNorm(4))
    const params = network.init(key(1))
    const loss = (p: typeof params, x: d.Tensor, label: d.Tensor) => d.softmaxCrossEntropy(network.apply(p, x), label)
    const args = [params, wave(64, [1, 1, 8, 8]), d.tensor([2], { dtype: 'int32' })]
    await holds(d.valueAndGrad(loss), args)
    await holds(network.apply, args.slice(0, 2), 1e-5, { dtype: 'float32' })
    const attention = nn.multiHeadAttention(4, 2)
    await holds((p: never, x: d.Tensor) => attention.apply(p, x), [attention.init(key(3)), wave(24, [2, 3, 4])])
  })

  it.each([
    ['as it is', [2, 3, 8, 7], [4, 3, 3, 2], {}],
    ['in groups, with steps, holes and zeros around', [2, 4, 8, 7], [6, 2, 3, 2], { groups: 2, stride: [2, 3], padding: 1, dilation: [1, 2] }],
    [
      'with zeros on one side',
      [1, 2, 7, 7],
      [2, 2, 3, 3],
      {
        stride: 3,
        padding: [
          [0, 2],
          [1, 0],
        ],
      },
    ],
    ['that reaches not all entries', [1, 1, 9, 9], [1, 1, 2, 2], { stride: 4 }],
    ['along one axis', [2, 3, 9], [4, 3, 4], { padding: 'same' }],
    ['along three axes', [1, 2, 4, 5, 4], [3, 2, 2, 3, 2], { stride: [1, 2, 1] }],
  ] as const)('have convolutions of their own in float32, %s, with their derivatives', async (_, image, kernel, options) => {
    const conv = { 3: d.conv1d, 4: d.conv2d, 5: d.conv3d }[image.length] as typeof d.conv2d
    const [x, w] = ([image, kernel] as readonly (readonly number[])[]).map(shape => d.toFloat32(wave(sizeOfShape(shape), [...shape]))) as [d.Tensor, d.Tensor]
    const loss = (x: d.Tensor, w: d.Tensor) => d.sum(d.square(conv(x, w, options as object)))
    const slope = d.grad(loss as never, { argnum: [0, 1] } as never) as (x: d.Tensor, w: d.Tensor) => unknown
    await holds(loss, [x, w], 1e-5)
    await holds(slope, [x, w], 1e-5)
    const types = (f: unknown) => decodeModel(toOnnx(f as () => unknown, [x, w] as never)).graph.node.map(each => each.opType)
    expect(types(loss)).toContain('Conv')
    expect(types(loss)).not.toContain('Gather')
    expect(types(slope)).toContain('ConvTranspose')
    // Engines have none of float64.
    expect(decodeModel(toOnnx(loss, [x, w], { dtype: 'float64' })).graph.node.map(each => each.opType)).not.toContain('Conv')
  })

  it('take batches of any length through convolutions and pooling in float32', async () => {
    const [w, v] = [d.toFloat32(wave(36, [4, 1, 3, 3])), d.toFloat32(wave(128, [64, 2]))] as [d.Tensor, d.Tensor]
    const f = (x: d.Tensor) => d.matmul(d.reshape(d.maxPool(d.relu(d.conv2d(x, w, { padding: 1 })), 2), [-1, 64]), v)
    const model = toOnnx(f, [d.toFloat32(wave(128, [2, 1, 8, 8])) as d.Tensor], { dynamicAxes: { input: { 0: 'batch' } } })
    expect(decodeModel(model).graph.node.map(each => each.opType)).toEqual(expect.arrayContaining(['Conv', 'MaxPool']))
    for (const batch of [1, 5]) {
      const x = d.toFloat32(wave(64 * batch, [batch, 1, 8, 8])) as d.Tensor
      const found = await run(model, [x], [[batch, 1, 8, 8]])
      expect(found.result).toHaveLength(2 * batch)
      numbersOf(f(x)).forEach((each, i) => void expect(found.result?.[i]).toBeCloseTo(each, 4))
    }
  })

  it('are training steps: Adam', async () => {
    const model = nn.sequential(nn.dense(2, 5), d.tanh, nn.dense(5, 1))
    const start = model.init(key(4))
    type Params = typeof start
    const zero = d.grad((p: Params) => d.mul(0, d.sum(model.apply(p, [0, 0]))))(start)
    const loss = (p: Params, x: d.Tensor, y: d.Tensor) => d.mse(model.apply(p, x), y)
    // biome-ignore lint/suspicious/noExplicitAny: trees of one structure
    const zip = (f: (...leaves: any[]) => unknown, ...trees: any[]): any =>
      trees[0] instanceof d.Tensor ? f(...trees) : Object.fromEntries(Object.keys(trees[0]).map(each => [each, zip(f, ...trees.map(tree => tree[each]))]))
    const step = (p: Params, m: Params, v: Params, t: number, x: d.Tensor, y: d.Tensor) => {
      const [value, slope] = d.valueAndGrad(loss)(p, x, y) as unknown as [number, Params]
      const [m1, v1] = [
        zip((a, b) => d.add(d.mul(0.9, a), d.mul(0.1, b)), m, slope),
        zip((a, b) => d.add(d.mul(0.999, a), d.mul(0.001, d.square(b))), v, slope),
      ]
      const [c, e] = [d.sub(1, d.pow(0.9, t)), d.sub(1, d.pow(0.999, t))]
      return { p: zip((w, a, b) => d.sub(w, d.div(d.mul(0.1, d.div(a, c)), d.add(d.sqrt(d.div(b, e)), 1e-8))), p, m1, v1), m: m1, v: v1, value }
    }
    await holds(step, [start, zero, zero, 1, wave(8, [4, 2]), wave(4, [4, 1])])
  })

  it('run loops as scans: an LSTM and its gradient', async () => {
    const cell = nn.lstm(3, 4)
    const params = cell.init(key(2))
    const loss = (p: typeof params, x: d.Tensor) => d.sum(d.square(cell.apply(p, x)))
    const args = [params, wave(15, [5, 3])]
    await holds(d.valueAndGrad(loss), args)
    const { graph } = decodeModel(toOnnx(d.valueAndGrad(loss), args as never))
    expect(graph.node.map(each => each.opType).filter(each => each === 'Scan')).toHaveLength(2)
  })

  it('run loops whose rounds a condition counts, there and back', async () => {
    const root = (a: number) =>
      d.whileLoop(
        (x: number) => d.gt(d.abs(d.sub(d.mul(x, x), a)), 1e-9) as unknown,
        (x: number) => d.mul(0.5, d.add(x, d.div(a, x))),
        a,
      )
    expect(() => toOnnx(root, [2])).toThrow(/^toOnnx: the function asks whether a loop has fewer than \d+ rounds, and for other arguments/)
    for (const f of [
      root,
      (a: number) =>
        d.whileLoop(
          (x: number) => d.lt(x, 100),
          (x: number) => d.square(x),
          a,
        ),
    ])
      for (const a of [2, 3]) {
        const model = toOnnx(f, [2], { guards: 'output' })
        expect((await run(model, [a])).result?.[0]).toBeCloseTo(f(a), 12)
        expect(runHere(model, [a]).result?.[0]).toBeCloseTo(f(a), 12)
      }
    const slope = d.grad(root)
    const model = toOnnx(slope, [2], { guards: 'output' })
    for (const a of [2, 3, 81]) {
      const found = await run(model, [a])
      expect(found.result?.[0]).toBeCloseTo(slope(a), 12)
      expect(found.holds ?? [1]).toEqual([1])
    }
  })

  describe('where comparisons decide', () => {
    /** The types of a graph's steps, and in brackets those of the graphs in them. */
    const typesOf = ({ node }: GraphMessage): string =>
      node
        .filter(each => each.opType !== 'Identity')
        .map(({ opType, attribute }) => [opType, ...attribute.flatMap(({ name, g }) => (g === undefined ? [] : [`${name}(${typesOf(g)})`]))].join(' '))
        .join(', ')
    /** In onnxruntime and read back, at points on all sides. */
    // biome-ignore lint/suspicious/noExplicitAny: any function
    const holdsAt = async (f: (...args: any[]) => unknown, points: unknown[][], options: object = {}) => {
      const model = toOnnx(f, points[0] as unknown[], options)
      for (const args of points) {
        const expected = numbersOf(f(...args))
        for (const found of [await run(model, args), runHere(model, args)]) {
          const numbers = Object.values(found).flat()
          expect(numbers).toHaveLength(expected.length)
          numbers.forEach((each, i) => {
            if (Number.isNaN(expected[i])) expect(each).toBeNaN()
            else expect(each).toBeCloseTo(expected[i] as number, 12)
          })
        }
      }
      return typesOf(decodeModel(model).graph)
    }

    it('cond is an If, whose sides have what only they need; so is its derivative', async () => {
      const f = (x: number) => d.cond(d.gt(x, 1), d.sin, (b: number) => d.exp(d.mul(2, b)), x)
      expect(await holdsAt(f, [[2], [0.5], [1], [Number.NaN]])).toBe('Greater, If then_branch(Sin) else_branch(Mul, Exp)')
      expect(await holdsAt(d.grad(f), [[2], [0.5]])).toMatch(/^Greater, If then_branch\(Cos.*\) else_branch\(.*Exp.*\)$/)
    })

    it('branches of the language are, too, one in the other, with trees and lists for results', async () => {
      const f = (x: number, y: d.Tensor) => {
        let s = d.mul(x, x) as number
        if (d.gt(s, 4)) s = d.sum(d.exp(d.mul(y, s))) as number
        else if (d.lt(x, 0)) s = d.neg(d.cos(s)) as number
        return { s, t: [d.gt(x, 0) ? d.mul(s, 3) : s, 7], y: d.gt(d.sum(y), x) ? d.mul(y, s) : y }
      }
      const points = [-3, -0.5, 0, 0.5, 3].flatMap(x => [d.tensor([0.1, 0.2, 0.3]), d.tensor([1, 0.5, -3])].map(y => [x, y]))
      await holdsAt(f, points)
      await holdsAt(
        d.grad((x: number, y: d.Tensor) => d.add(f(x, y).s, d.sum(f(x, y).y)), { argnum: [0, 1] }),
        points,
      )
      await holdsAt(f, points, { opset: 21 })
    })

    it('what both sides need, and what the sides give on, stands outside', async () => {
      const f = (x: number) => {
        const shared = d.exp(x)
        const first = d.where(d.greater(x, 0), d.mul(shared, 2), d.neg(shared))
        // Needs the first choice on one side of the same condition, and outside.
        const second = d.where(d.greater(x, 0), d.sin(d.add(first, 1)), shared)
        return [first, second, d.sqrt(d.add(100, first))]
      }
      const types = await holdsAt(f, [[0.3], [-0.3]])
      expect(types.match(/Exp/g)).toHaveLength(1)
      expect(types.match(/If/g)).toHaveLength(2)
      expect(types).toMatch(/^Exp, /)
    })

    it('many that stand in each other are selections from some depth on', async () => {
      const f = (x: number) => {
        let result = d.exp(x) as number
        for (let k = 0; k < 60; k++) result = d.where(d.greater(x, k), d.sin(d.mul(x, k)), d.mul(result, 0.5)) as number
        return result
      }
      await holdsAt(
        f,
        [-1, 0.5, 3.5, 30.5, 59.5].map(x => [x]),
      )
    })

    it('masks of many entries stay selections', async () => {
      expect(await holdsAt((x: d.Tensor) => d.where(d.greater(x, 0), d.exp(x), d.sin(x)), [[d.tensor([1, -1])]])).toBe('Greater, Exp, Sin, Where')
    })

    it('sides have loops, and loops sides', async () => {
      const sums = (x: d.Tensor) => d.scan((s: number, each: number) => [d.gt(each, s) ? d.add(s, d.exp(each)) : d.sin(s), s], 0, x) as [number, d.Tensor]
      const f = (x: d.Tensor, y: number) => (d.gt(y, 0) ? d.add(sums(x)[0], d.sum(sums(x)[1])) : d.mul(y, d.sum(x)))
      const points = [1, -1].map(y => [d.tensor([0.5, -1, 2, 0.1]), y])
      expect(await holdsAt(f, points)).toMatch(/^Greater, If then_branch\(.*Scan body\(.*\)/)
      await holdsAt(d.grad(f), points)
    })

    it('batches of any length have them', async () => {
      const f = (x: d.Tensor, on: number) => (d.gt(on, 0) ? d.mean(d.exp(x), { axis: 0 }) : d.sum(x, { axis: 0 }))
      const model = toOnnx(f, [wave(4, [2, 2]), 1], { dynamicAxes: { arg0: { 0: 'batch' } } })
      for (const [rows, on] of [
        [5, 1],
        [3, -1],
      ] as const) {
        const x = wave(2 * rows, [rows, 2])
        const found = await run(model, [x, on], [[rows, 2], []])
        numbersOf(f(x, on)).forEach((each, i) => void expect(found.result?.[i]).toBeCloseTo(each, 12))
      }
    })

    it.each([
      ['other structures', (x: number) => (d.gt(x, 1) ? [x, x] : [x]), /give results of other structures/],
      ['other shapes', (x: number) => d.mul(x, d.gt(x, 1) ? d.ones([2]) : d.ones([3])), /give results of other structures/],
      [
        'a way that fails',
        (x: number) => {
          if (d.gt(x, 1)) return x
          throw new Error('too small')
        },
        /ends with “too small”/,
      ],
      [
        'a loop without end',
        (x: number) => {
          let y = x
          while (d.gt(y, 1)) y = d.div(y, 2)
          return y
        },
        /more than 64 (ways|questions)/,
      ],
    ])('are refused for %s, and leave with an output that says whether they hold', async (_, f, reason) => {
      expect(() => toOnnx(f as () => unknown, [2] as never)).toThrow(/^toOnnx: the function asks whether greater\(.*which a model cannot have beside this one/)
      expect(() => toOnnx(f as () => unknown, [2] as never)).toThrow(reason)
      expect(await run(toOnnx(f as () => unknown, [2] as never, { guards: 'output' }), [2])).toMatchObject({ holds: [1] })
    })
  })

  it('say where a comparison decided, where that is asked for: an error, or an output and the assumption', async () => {
    const f = (x: number) => (d.gt(x, 1) ? d.mul(x, x) : d.neg(x))
    expect(() => toOnnx(f, [2], { guards: 'refuse' })).toThrow(/^toOnnx: the function asks whether greater\(input, 1\).*guards: 'output'/)
    const model = toOnnx(f, [2], { guards: 'output' })
    expect(await run(model, [3])).toEqual({ result: [9], holds: [1] })
    expect(await run(model, [0.5])).toMatchObject({ holds: [0] })
    expect(decodeModel(model).metadataProps).toEqual([{ key: 'assumption 0', value: 'greater(input, 1) is true' }])
  })

  it('show a singular matrix by NaN or ∞', async () => {
    const [a, b] = [d.tensor([1, 2, 2, 4], [2, 2]), d.tensor([1, 3])]
    const model = toOnnx((m: d.Tensor, y: d.Tensor) => d.solve(m, y), [d.tensor([1, 2, 3, 5], [2, 2]), b])
    expect(
      Object.values(await run(model, [a, b]))
        .flat()
        .some(Number.isFinite),
    ).toBe(false)
    const determinant = toOnnx((m: d.Tensor) => [d.det(m), d.logDet(m)], [a])
    expect(
      Object.values(await run(determinant, [a]))
        .flat()
        .map(Math.abs),
    ).toEqual([0, Number.POSITIVE_INFINITY])
    expect(
      Object.values(
        await run(
          toOnnx((m: d.Tensor) => d.cholesky(m), [d.tensor([2, 1, 1, 2], [2, 2])]),
          [d.tensor([1, 2, 2, 1], [2, 2])],
        ),
      )
        .flat()
        .some(Number.isNaN),
    ).toBe(true)
  })

  it('hold positions for one item, however many a batch has', () => {
    const w = wave(9, [1, 1, 3, 3])
    const slope = d.grad((x: d.Tensor) => d.sum(d.square(d.maxPool(d.conv2d(x, w, { padding: 1 }), 2))))
    const sizes = [2, 16].map(batch => toOnnx(slope, [wave(batch * 64, [batch, 1, 8, 8])]).length)
    expect(sizes[1]).toBeLessThan(1.05 * (sizes[0] as number))
  })

  it('pass on what is not computed: inputs, the same twice, constants', async () => {
    await holds((x: d.Tensor, y: number) => ({ x, again: [x, x], y, three: 3, list: [y, 3, y], ones: d.ones([2]) }), [wave(3, [3]), 2])
  })

  it('run loops of no rounds and of one', async () => {
    for (const count of [0, 1, 3]) {
      const f = (x: d.Tensor, s: number) => d.scan((sum: number, each: number) => [d.add(d.mul(sum, each), s), d.sin(sum)], s, x)
      await holds(f, [wave(count, [count]), 0.5])
      await holds(
        d.grad((x: d.Tensor, s: number) => d.add(f(x, s)[0], d.sum(f(x, s)[1] as d.Tensor)), { argnum: [0, 1] }),
        [wave(count, [count]), 0.5],
      )
    }
  })

  it('refuse an index that there is not, as the function does', async () => {
    const model = toOnnx((x: d.Tensor, i: d.Tensor) => d.take(x, i, { axis: 0 }), [wave(6, [3, 2]), d.tensor([0, -1])])
    expect(Object.values(await run(model, [wave(6, [3, 2]), [2, -3]]))).toEqual([[...wave(6, [3, 2]).data.subarray(4), ...wave(6, [3, 2]).data.subarray(0, 2)]])
    await expect(run(model, [wave(6, [3, 2]), [0, 3]])).rejects.toThrow(/out of data bounds|bounds/)
  })

  it.each([
    ['no function', () => toOnnx(3 as never, []), /^toOnnx: takes a function, but the number 3 was given/],
    ['no list', () => toOnnx(sine, 3 as never), /^toOnnx: takes the list of arguments/],
    ['an opset', () => toOnnx(sine, [1], { opset: 12 }), /^toOnnx: opset is one of 17, 18, 19, 20, 21, not 12/],
    [
      'names that are too few',
      () => toOnnx((a: number, b: number) => d.add(a, b), [1, 2], { names: { inputs: ['a'] } }),
      /names\.inputs has 1 names for 2 arguments/,
    ],
    ['a name twice', () => toOnnx(sine, [1], { names: { inputs: ['a'], output: 'a' } }), /two values are named a/],
    ['an operator of a user', () => toOnnx(own as (...x: number[]) => unknown, [1]), /own is an operator of your own/],
    ['a constant beyond float32', () => toOnnx((x: number) => d.mul(x, 1e200), [1], { dtype: 'float32' }), /1e\+200 is beyond the numbers of float32/],
    ['no numbers', () => toOnnx((_: number) => ({}), [1]), /the result of the function has no number/],
  ])('are not made from %s', (_, make, message) => {
    expect(make).toThrow(message)
  })

  it('have the dtypes of arguments and results', async () => {
    const f = (x: d.Tensor, k: d.Tensor) => ({ y: d.mul(x, k), k: d.add(k, k), positive: d.greater(x, 0) })
    const args = [d.tensor([0.5, -1], { dtype: 'float32' }), d.tensor([3, 4], { dtype: 'int32' })] as [d.Tensor, d.Tensor]
    const model = toOnnx(f, args)
    const { input, output } = decodeModel(model).graph
    expect([...input, ...output].map(each => each.type?.tensorType?.elemType)).toEqual([FLOAT, INT32, FLOAT, INT32, BOOL])
    for (const found of [await run(model, args), runHere(model, args)])
      expect(Object.values(found)).toEqual([
        [1.5, -4],
        [6, 8],
        [1, 0],
      ])
    expect(decodeModel(toOnnx(f, args, { dtype: 'float64' })).graph.input[0]?.type?.tensorType?.elemType).toBe(DOUBLE)
  })

  it.each([17, 19, 20, 21])('of opset %i run', async opset => {
    await holds((x: d.Tensor) => [d.max(x), d.logSumExp(x, { axis: 0 }), d.pad(x, [1, 2])], [wave(4, [4])], 1e-12, { opset })
  })
})
