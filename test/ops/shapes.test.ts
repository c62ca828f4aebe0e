import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { shapeOf } from '../../src/core/dispatch.ts'
import {
  add,
  all,
  any,
  argMax,
  argMin,
  avgPool,
  batchNorm,
  broadcastTo,
  concat,
  conv1d,
  conv2d,
  cumSum,
  expandDims,
  flip,
  gather,
  grad,
  layerNorm,
  linear,
  max,
  maxPool,
  mean,
  mod,
  mul,
  norm,
  OptionError,
  pad,
  permute,
  prod,
  repeat,
  reshape,
  roll,
  round,
  ShapeError,
  scatterAdd,
  slice,
  softmax,
  softmaxCrossEntropy,
  split,
  squeeze,
  stack,
  std,
  sum,
  type Tensor,
  take,
  tensor,
  tile,
  topK,
  tril,
  triu,
  variance,
} from '../../src/index.ts'
import { arbitraries, checkGrads } from '../../src/testing/index.ts'

const m = tensor([
  [1, 2, 3],
  [4, 5, 6],
])

describe('movements follow NumPy', () => {
  it.each<[string, () => Tensor, unknown]>([
    ['slice with negative positions', () => slice([1, 2, 3, 4], -3, -1), [2, 3]],
    ['slice with a step', () => slice([1, 2, 3, 4, 5], 0, null, 2), [1, 3, 5]],
    ['slice backwards', () => slice([1, 2, 3, 4], null, null, -1), [4, 3, 2, 1]],
    ['slice of several axes', () => slice(m, [0, 1], [1, 3]), [[2, 3]]],
    ['slice beyond the end', () => slice([1, 2], 1, 9), [2]],
    [
      'reshape with −1',
      () => reshape(m, [3, -1]),
      [
        [1, 2],
        [3, 4],
        [5, 6],
      ],
    ],
    ['permute', () => permute(reshape(m, [1, 2, 3]), [2, 0, 1]), [[[1, 4]], [[2, 5]], [[3, 6]]]],
    [
      'take along an axis',
      () => take(m, [2, -3], { axis: 1 }),
      [
        [3, 1],
        [6, 4],
      ],
    ],
    [
      'gather',
      () =>
        gather(m, [
          [2, 0],
          [-1, 1],
        ]),
      [
        [3, 1],
        [6, 5],
      ],
    ],
    ['scatterAdd with repeated indices', () => scatterAdd([1, 2, 3], [0, 0, 2], [10, 20, 30]), [31, 2, 33]],
    [
      'flip',
      () => flip(m),
      [
        [6, 5, 4],
        [3, 2, 1],
      ],
    ],
    [
      'flip of an axis',
      () => flip(m, { axis: -1 }),
      [
        [3, 2, 1],
        [6, 5, 4],
      ],
    ],
    [
      'roll of the raveled tensor',
      () => roll(m, 1),
      [
        [6, 1, 2],
        [3, 4, 5],
      ],
    ],
    [
      'roll of an axis',
      () => roll(m, -1, { axis: 1 }),
      [
        [2, 3, 1],
        [5, 6, 4],
      ],
    ],
    [
      'tile',
      () => tile([1, 2], [2, 2]),
      [
        [1, 2, 1, 2],
        [1, 2, 1, 2],
      ],
    ],
    ['repeat', () => repeat([1, 2], 2), [1, 1, 2, 2]],
    ['pad with a value', () => pad([1, 2], 1, { value: 9 }), [9, 1, 2, 9]],
    ['pad with the edge', () => pad([1, 2, 3], [[2, 1]], { mode: 'edge' }), [1, 1, 1, 2, 3, 3]],
    ['pad by reflection', () => pad([1, 2, 3], 2, { mode: 'reflect' }), [3, 2, 1, 2, 3, 2, 1]],
    ['pad symmetrically', () => pad([1, 2, 3], 2, { mode: 'symmetric' }), [2, 1, 1, 2, 3, 3, 2]],
    ['pad by wrapping', () => pad([1, 2, 3], 2, { mode: 'wrap' }), [2, 3, 1, 2, 3, 1, 2]],
    [
      'triu and tril',
      () => add(triu(m, 1), tril(m, -1)),
      [
        [0, 2, 3],
        [4, 0, 6],
      ],
    ],
    [
      'concat along an axis',
      () => concat([m, [[7], [8]]], { axis: 1 }),
      [
        [1, 2, 3, 7],
        [4, 5, 6, 8],
      ],
    ],
    [
      'stack along an axis',
      () =>
        stack(
          [
            [1, 2],
            [3, 4],
          ],
          { axis: 1 },
        ),
      [
        [1, 3],
        [2, 4],
      ],
    ],
    [
      'squeeze and expandDims',
      () => squeeze(expandDims(m, 1)),
      [
        [1, 2, 3],
        [4, 5, 6],
      ],
    ],
    [
      'cumSum',
      () => cumSum(m, { axis: 1 }),
      [
        [1, 3, 6],
        [4, 9, 15],
      ],
    ],
    ['argMax along an axis', () => argMax(m, { axis: 0 }), [1, 1, 1]],
    [
      'all and any along an axis',
      () =>
        stack([
          all(
            [
              [1, 0],
              [1, 1],
            ],
            { axis: 1 },
          ),
          any(
            [
              [0, 0],
              [1, 0],
            ],
            { axis: 1 },
          ),
        ]),
      [
        [0, 1],
        [0, 1],
      ],
    ],
  ])('%s', (_name, compute, expected) => {
    expect(compute().toArray()).toEqual(expected)
  })

  it('squeeze of one entry is a scalar', () => {
    expect([squeeze(tensor([5]), 0), squeeze(tensor([[5]])), squeeze([5])]).toEqual([5, 5, 5])
  })

  it('split cuts into equal parts or at positions', () => {
    expect(split(m, 3, { axis: 1 }).map(part => part.toArray())).toEqual([
      [[1], [4]],
      [[2], [5]],
      [[3], [6]],
    ])
    expect(split([1, 2, 3, 4], [1, 3]).map(part => part.toArray())).toEqual([[1], [2, 3], [4]])
    // As NumPy's.
    expect(split([0, 1, 2, 3], [5]).map(part => part.toArray())).toEqual([[0, 1, 2, 3], []])
    expect(split([0, 1, 2, 3], [2, 1]).map(part => part.toArray())).toEqual([[0, 1], [], [1, 2, 3]])
    expect(split([0, 1, 2, 3], [-1]).map(part => part.toArray())).toEqual([[0, 1, 2], [3]])
  })

  it('statistics and rounding are as NumPy has them', () => {
    expect([variance([1, 2, 3, 4]), variance([1, 2, 3, 4], { correction: 1 }), std([2, 4])]).toEqual([1.25, 5 / 3, 1])
    expect([
      argMax([1, 3, 3]),
      argMin([
        [2, 1],
        [0, 5],
      ]),
      all([]),
      any([]),
    ]).toEqual([1, 2, true, false])
    expect([argMax([1, Number.NaN, 3, Number.NaN]), argMin([Number.NaN, 1]), argMin([2, 1, 3, 1])]).toEqual([1, 0, 1])
    const cube = tensor([3, 1, 2, Number.NaN, 5, 4, 0, 7], [2, 2, 2])
    expect([argMax(cube, { axis: 0 }), argMin(cube, { axis: 1 })].map(each => each.toArray())).toEqual([
      [
        [1, 1],
        [0, 0],
      ],
      [
        [1, 1],
        [1, 0],
      ],
    ])
    expect([mod(-3, 2), mod(3, -2), round(2.5), round(-1.5), norm([3, 4]), norm([1e300, 1e300])]).toEqual([1, -1, 2, -2, 5, Math.SQRT2 * 1e300])
    expect(variance([1e8 + 1, 1e8 + 2, 1e8 + 3])).toBe(2 / 3)
  })
})

describe('convolution and pooling', () => {
  /** Correlation by explicit loops over everything. */
  function byLoops(x: Tensor, w: Tensor, stride: number, padding: number, dilation: number, groups: number): number[][][][] {
    const [n, c, h, width] = x.shape as [number, number, number, number]
    const [o, per, kh, kw] = w.shape as [number, number, number, number]
    const size = (length: number, k: number) => Math.floor((length + 2 * padding - dilation * (k - 1) - 1) / stride) + 1
    return Array.from({ length: n }, (_, b) =>
      Array.from({ length: o }, (_, out) =>
        Array.from({ length: size(h, kh) }, (_, i) =>
          Array.from({ length: size(width, kw) }, (_, j) => {
            let total = 0
            const group = Math.floor(out / (o / groups))
            for (let q = 0; q < per; q++)
              for (let k = 0; k < kh; k++)
                for (let l = 0; l < kw; l++) {
                  const [y, z] = [i * stride + k * dilation - padding, j * stride + l * dilation - padding]
                  if (y >= 0 && y < h && z >= 0 && z < width) total += x.at(b, group * (c / groups) + q, y, z) * w.at(out, q, k, l)
                }
            return total
          }),
        ),
      ),
    )
  }

  const counter = (...shape: number[]) =>
    tensor(
      Array.from({ length: shape.reduce((a, b) => a * b, 1) }, (_, i) => ((i * 7) % 11) - 4),
      shape,
    )

  it.each([
    [1, 0, 1, 1],
    [2, 1, 1, 1],
    [1, 2, 2, 2],
    [3, 1, 2, 2],
  ])('conv2d agrees with loops: stride %i, padding %i, dilation %i, groups %i', (stride, padding, dilation, groups) => {
    const [x, w] = [counter(2, 4, 6, 5), counter(4, 4 / groups, 2, 3)]
    expect(conv2d(x, w, { stride, padding, dilation, groups }).toArray()).toEqual(byLoops(x, w, stride, padding, dilation, groups))
    checkGrads((a: Tensor, b: Tensor) => conv2d(a, b, { stride, padding, dilation, groups }), [x, w], { order: 1 })
  })

  it('conv1d correlates, and padding same keeps the length', () => {
    expect(conv1d([[[1, 2, 3]]], [[[1, -1]]]).toArray()).toEqual([[[-1, -1]]])
    expect(conv1d([[[1, 2, 3, 4]]], [[[1, 1, 1]]], { padding: 'same' }).toArray()).toEqual([[[3, 6, 9, 7]]])
  })

  it('pooling takes the largest or the mean of each window; ties share', () => {
    const x = tensor([
      [1, 2, 3, 4],
      [5, 6, 7, 8],
    ])
    expect(maxPool(x, { window: 2 }).toArray()).toEqual([[6, 8]])
    expect(avgPool(x, { window: 2 }).toArray()).toEqual([[3.5, 5.5]])
    expect(maxPool(mul(x, -1), { window: 2, padding: 1 }).toArray()).toEqual([
      [-1, -2, -4],
      [-5, -6, -8],
    ])
    expect(
      grad((t: Tensor) => sum(maxPool(t, { window: 2 })))(
        tensor([
          [1, 1],
          [1, 0],
        ]),
      ).toArray(),
    ).toEqual([
      [1 / 3, 1 / 3],
      [1 / 3, 0],
    ])
  })

  it('normalisation gives mean 0 and variance 1', () => {
    const rows = layerNorm(m, { epsilon: 0 })
    expect(mean(rows, { axis: 1 }).toArray()).toEqual([expect.closeTo(0, 14), expect.closeTo(0, 14)])
    expect(variance(rows, { axis: 1 }).toArray()).toEqual([expect.closeTo(1, 13), expect.closeTo(1, 13)])
    expect(mean(batchNorm(m), { axis: 0 }).toArray()).toEqual([0, 0, 0])
    expect(
      linear(
        [1, 2],
        [
          [3, 4],
          [5, 6],
        ],
        [10, 20],
      ).toArray(),
    ).toEqual([21, 37])
  })
})

describe('bad input is a ShapeError or OptionError that shows what was given and what would fit', () => {
  it.each([
    [() => sum(m, { axis: 2 }), ShapeError, /sum: axis 2 is out of range for rank 2: an integer from -2 to 1 would fit/],
    [() => sum(m, { axis: [0, -2] }), ShapeError, /name the same axis twice/],
    [() => max([]), ShapeError, /no max of nothing/],
    [() => mean(tensor([], [2, 0]), { axis: 1 }), ShapeError, /no mean of nothing/],
    [() => argMax([]), ShapeError, /no argMax of nothing/],
    [() => softmax(3), ShapeError, /not a scalar/],
    [() => reshape(m, [4, 2]), ShapeError, /\[2, 3\] has 6 entries, which do not fill \[4, 2\]/],
    [() => reshape(m, [-2, 3]), ShapeError, /-2/],
    [() => broadcastTo(m, [2, 2]), ShapeError, /broadcastTo/],
    [() => permute(m, [0, 0]), ShapeError, /must name each of the 2 axes of shape \[2, 3\] once/],
    [() => concat([m, [[1, 2]]]), ShapeError, /shapes \[2, 3\] and \[1, 2\] differ outside axis 0/],
    [() => concat([]), ShapeError, /at least one tensor/],
    [() => stack([[1, 2], [3]]), ShapeError, /one shape, but \[2\] and \[1\]/],
    [() => slice(m, [0, 0, 0]), ShapeError, /3 axes are given for shape \[2, 3\]/],
    [() => slice(m, 0, 1, 0), ShapeError, /a step is an integer other than 0/],
    [() => take(m, [2]), ShapeError, /index 2 is out of range for axis 0 of shape \[2, 3\]/],
    [() => gather(m, [[3]]), ShapeError, /index 3 is out of range for axis 1/],
    [() => scatterAdd([1, 2], [0], [1, 2]), ShapeError, /must have one shape/],
    [() => pad(m, [[1, 1]]), ShapeError, /1 pairs .* for shape \[2, 3\], which has 2 axes/],
    [() => pad(m, -1), OptionError, /at least 0.*not the number -1/],
    [() => tile(m, 1.5), OptionError, /1\.5/],
    [() => split(m, 2, { axis: 1 }), ShapeError, /length 3, which does not divide into 2/],
    [() => squeeze(m, { axis: 0 }), ShapeError, /not all of length 1/],
    [() => topK([1, 2], 3), ShapeError, /k is an integer from 0 to 2/],
    [() => conv2d(m, m), ShapeError, /rank 4, but \[2, 3\] and \[2, 3\]/],
    [() => conv1d([[[1, 2]]], [[[1], [2]]]), ShapeError, /1 channels in 1 groups need weights \[out, 1, …\]/],
    [() => conv1d([[[1, 2]]], [[[1, 2, 3]]]), ShapeError, /does not fit an axis of length 2/],
    [() => maxPool(m, { window: 0 }), OptionError, /window is an integer of at least 1.*not the number 0/],
    [() => softmaxCrossEntropy([[1, 2]], [2]), ShapeError, /class 2 is none of 0 … 1/],
    [() => softmaxCrossEntropy([[1, 2]], [0.5, 0.5]), ShapeError, /same shape \(probabilities\) or \[1\] \(classes\), not \[2\]/],
    [
      () =>
        linear(
          [1, 2, 3],
          [
            [1, 2],
            [3, 4],
            [5, 6],
          ],
        ),
      ShapeError,
      /For x W use matmul/,
    ],
    [() => add([[1, 2], [3]], 1), ShapeError, /ragged/],
  ])('case %#', (run, kind, message) => {
    expect(run).toThrow(kind)
    expect(run).toThrow(message)
  })
})

describe('random shapes', () => {
  const { broadcast, shape, tensorOf, axisOf } = arbitraries(fc)

  it('broadcast, and gradients come back in the operands’ shapes', () => {
    fc.assert(
      fc.property(
        broadcast().chain(({ a, b, to }) => fc.tuple(tensorOf(a), tensorOf(b), fc.constant(to))),
        ([x, y, to]) => {
          expect(shapeOf(mul(x, y))).toEqual(to)
          const [dx, dy] = grad((p: Tensor, q: Tensor) => sum(mul(p, q)), { argnum: [0, 1] })(x, y)
          expect([dx.shape, dy.shape]).toEqual([x.shape, y.shape])
          const total = mul(x, dx) // ⟨x, ∂/∂x⟩ of a bilinear function is its value.
          expect(sum(total)).toBeCloseTo(sum(mul(x, y)), 8)
        },
      ),
    )
  })

  it('reduce along any axis as along the same axis counted from the front', () => {
    fc.assert(
      fc.property(
        shape()
          .filter(s => s.length > 0)
          .chain(s => fc.tuple(tensorOf(s), axisOf(s))),
        ([x, axis]) => {
          const front = axis < 0 ? axis + x.rank : axis
          for (const reduce of [sum, prod, max])
            expect(reduce(x, { axis, keepDims: true }).toArray()).toEqual(reduce(x, { axis: front, keepDims: true }).toArray())
          checkGrads((t: Tensor) => mean(t, { axis }), [x], { order: 1 })
        },
      ),
      { numRuns: 50 },
    )
  })
})
