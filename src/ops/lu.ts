import { shapeOf } from '../core/dispatch.ts'
import { eye, zeros } from '../core/makers.ts'
import type { Tensor } from '../core/tensor.ts'
import { sub } from './arithmetic.ts'
import { tril, triu } from './axes.ts'
import { broadcastTo } from './broadcast.ts'
import { factorisation } from './factorisations.ts'
import { luFactor } from './kernels/matrices.ts'
import { matmul, swapLast } from './linalg.ts'
import { luPattern } from './matrix-patterns.ts'
import { concat, sliceAxis } from './shape.ts'
import { triangularSolve } from './systems.ts'

const tall = [
  [2, 1],
  [0.5, -3],
  [4, 1],
] as const
const square = [
  [1, 4, 0.5],
  [-2, 3, 0.25],
  [0.5, -0.75, 2],
] as const

export const lu = /* @__PURE__ */ factorisation({
  name: 'lu',
  summary: 'A permutation, a unit lower and an upper triangle whose product is the matrix, by elimination with the largest entry of each column as pivot.',
  formula: 'A = P L U',
  names: ['scipy.linalg.lu', 'torch.linalg.lu', 'jax.scipy.linalg.lu'],
  domain: 'for derivatives: pivots other than 0, but for the last one',
  convention: 'The permutation is constant. The derivative where a pivot that is divided by is 0 is a DomainError.',
  citation: 'Golub and Van Loan, section 3.4.',
  factors: ['p', 'l', 'u'],
  shapes: (m, n) => [
    [m, m],
    [m, Math.min(m, n)],
    [Math.min(m, n), n],
  ],
  value: (m, n, a) => {
    if (!a.every(Number.isFinite)) return undefined
    const { lu: both, pivots } = luFactor(m, a, n)
    const k = Math.min(m, n)
    const [p, l, u] = [new Float64Array(m * m), new Float64Array(m * k), new Float64Array(k * n)]
    pivots.forEach((row, i) => {
      p[row * m + i] = 1
    })
    for (let i = 0; i < m; i++) for (let j = 0; j < k; j++) l[i * k + j] = i === j ? 1 : i > j ? (both[i * n + j] as number) : 0
    for (let i = 0; i < k; i++) for (let j = i; j < n; j++) u[i * n + j] = both[i * n + j] as number
    return [p, l, u]
  },
  pattern: luPattern,
  jvp: (da: Tensor, { p, l, u }: { p: Tensor; l: Tensor; u: Tensor }) => {
    const [m, n] = da.shape.slice(-2) as [number, number]
    const axis = da.shape.length - 1
    // L as a square matrix; nothing is divided by the last pivot of a matrix that has no rows below it.
    const square = m > n ? concat([l, broadcastTo(sliceAxis(eye(m), 1, n, m), [...da.shape.slice(0, -2), m, m - n])], { axis }) : l
    const below = Math.max(0, Math.min(m - 1, n))
    const x = triangularSolve(square, matmul(swapLast(p), da) as Tensor, { unitDiagonal: true })
    const pivots = sliceAxis(sliceAxis(u, axis, 0, below), axis - 1, 0, below)
    const change = tril(swapLast(triangularSolve(pivots, swapLast(sliceAxis(x, axis, 0, below)), { lower: false, transpose: true })), -1)
    const dl = matmul(square, change) as Tensor
    const du = triu(
      sub(sliceAxis(x, axis - 1, 0, Math.min(m, n)), matmul(sliceAxis(change, axis - 1, 0, Math.min(m, n)), sliceAxis(u, axis - 1, 0, below))) as Tensor,
    )
    return [zeros(shapeOf(p)), below < Math.min(m, n) ? concat([dl, zeros([...da.shape.slice(0, -2), m, 1])], { axis }) : dl, du]
  },
  samples: [
    [square],
    [tall],
    [
      [
        [2, 1, 0.5],
        [0.5, -3, 1],
      ],
    ],
  ],
})
