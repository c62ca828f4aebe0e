import { describe, expect, it } from 'vitest'
import {
  add,
  cholesky,
  cross,
  DomainError,
  det,
  diag,
  eigh,
  einsum,
  eye,
  grad,
  inv,
  logDet,
  lstsq,
  matmul,
  matrixPower,
  mul,
  OptionError,
  outer,
  qr,
  reshape,
  ShapeError,
  solve,
  square,
  sub,
  sum,
  svd,
  type Tensor,
  tensor,
  tensordot,
  trace,
  transpose,
  triangularSolve,
} from '../../src/index.ts'
import { checkGrads, randomNumbers } from '../../src/testing/index.ts'

const random = randomNumbers(7)
const randomTensor = (...shape: number[]) => tensor(Array.from({ length: shape.reduce((a, b) => a * b, 1) }, random), shape)
const largest = (x: Tensor | number) => (typeof x === 'number' ? Math.abs(x) : Math.max(...x.data.map(Math.abs)))

describe('factorisations', () => {
  const a = randomTensor(5, 3)
  const s = (() => {
    const b = randomTensor(4, 4)
    return add(b, transpose(b))
  })()

  it('give back what they are made of', () => {
    const { q, r } = qr(a)
    expect(largest(sub(matmul(q, r), a))).toBeLessThan(1e-15)
    expect(largest(sub(matmul(transpose(q), q), eye(3)))).toBeLessThan(1e-15)
    const { values, vectors } = eigh(s)
    // Backward errors are relative to the norm, which is about 3.
    expect(largest(sub(matmul(mul(vectors, values), transpose(vectors)), s))).toBeLessThan(8 * Number.EPSILON * largest(values))
    const { u, s: sigma, vt } = svd(a)
    expect(largest(sub(matmul(mul(u, sigma), vt), a))).toBeLessThan(2e-15)
    expect(largest(sub(matmul(transpose(u), u), eye(3)))).toBeLessThan(2e-15)
    const wide = svd(transpose(a))
    expect(largest(sub(matmul(mul(wide.u, wide.s), wide.vt), transpose(a)))).toBeLessThan(2e-15)
    const p = add(matmul(transpose(a), a), eye(3))
    const l = cholesky(p)
    expect(largest(sub(matmul(l, transpose(l)), p))).toBeLessThan(2e-15)
    expect(largest(sub(matmul(inv(p), p), eye(3)))).toBeLessThan(1e-14)
  })

  it('know the textbook matrices', () => {
    expect(
      eigh([
        [2, 1],
        [1, 2],
      ]).values.toArray(),
    ).toEqual([expect.closeTo(1, 14), expect.closeTo(3, 14)])
    expect(
      svd([
        [3, 0],
        [4, 5],
      ]).s.toArray(),
    ).toEqual([expect.closeTo(Math.sqrt(45), 14), expect.closeTo(Math.sqrt(5), 14)])
    expect(
      det([
        [1, 2],
        [3, 4],
      ]),
    ).toBeCloseTo(-2, 14)
    expect(
      Math.abs(
        det([
          [1, 2],
          [2, 4],
        ]) as number,
      ),
    ).toBe(0)
    // The determinant of Hilbert's matrix of size 4 is 1/6048000.
    const hilbert = Array.from({ length: 4 }, (_, i) => Array.from({ length: 4 }, (_, j) => 1 / (i + j + 1)))
    expect((det(hilbert) as number) * 6048000).toBeCloseTo(1, 10)
    expect(logDet(mul(1e200, eye(3)))).toBeCloseTo(600 * Math.LN10, 10)
    expect(
      solve(
        [
          [2, 1],
          [1, 3],
        ],
        [3, 5],
      ).toArray(),
    ).toEqual([expect.closeTo(0.8, 14), expect.closeTo(1.4, 14)])
    // Line of least squares through (0, 1), (1, 2), (2, 4): 5/6 + 3/2 x.
    expect(
      lstsq(
        [
          [1, 0],
          [1, 1],
          [1, 2],
        ],
        [1, 2, 4],
      ).toArray(),
    ).toEqual([expect.closeTo(5 / 6, 13), expect.closeTo(1.5, 13)])
    expect(
      matrixPower(
        [
          [1, 1],
          [1, 0],
        ],
        10,
      ).toArray(),
    ).toEqual([
      [89, 55],
      [55, 34],
    ])
    expect(cross([1, 0, 0], [0, 1, 0]).toArray()).toEqual([0, 0, 1])
    expect([
      trace([
        [1, 2],
        [3, 4],
      ]),
      outer([1, 2], [3, 4]).toArray(),
      diag([1, 2]).toArray(),
    ]).toEqual([
      5,
      [
        [3, 4],
        [6, 8],
      ],
      [
        [1, 0],
        [0, 2],
      ],
    ])
  })

  it('work on batches', () => {
    const batch = randomTensor(2, 3, 3)
    const single = (i: number) => tensor(batch.data.subarray(9 * i, 9 * i + 9), [3, 3])
    const [first, second] = [inv(single(0)), inv(single(1))]
    expect(inv(batch).data).toEqual(Float64Array.from([...first.data, ...second.data]))
    expect((det(batch) as Tensor).toArray()).toEqual([det(single(0)), det(single(1))])
    expect(solve(batch, [1, 2, 3]).shape).toEqual([2, 3])
    expect(qr(randomTensor(2, 4, 3)).q.shape).toEqual([2, 4, 3])
  })

  it('have the derivatives of the literature', () => {
    // Giles 2008: ∂ log det A / ∂A = A⁻ᵀ; ∂ tr(A⁻¹) / ∂A = −(A⁻²)ᵀ.
    const p = tensor([
      [3, 1],
      [0.5, 2],
    ])
    expect(largest(sub(grad((x: Tensor) => logDet(x) as number)(p), transpose(inv(p))))).toBeLessThan(1e-15)
    expect(largest(add(grad((x: Tensor) => trace(inv(x)) as number)(p), transpose(matrixPower(p, -2))))).toBeLessThan(1e-15)
  })

  it('are differentiable at repeated eigenvalues where the function does not depend on the choice of vectors', () => {
    const f = (x: Tensor) => {
      const { values, vectors } = eigh(x)
      return sum(square(matmul(mul(vectors, square(values)), transpose(vectors)))) // ‖A²‖²
    }
    const g = (x: Tensor) => sum(square(matmul(mul(0.5, add(x, transpose(x))), mul(0.5, add(x, transpose(x))))))
    const x = tensor([
      [2, 0, 0],
      [0, 2, 0],
      [0, 0, 3],
    ])
    expect(largest(sub(grad(f)(x), grad(g)(x)))).toBeLessThan(1e-12)
    expect(largest(grad((m: Tensor) => sum(svd(m).s))(mul(2, eye(2))))).toBeCloseTo(1, 14)
  })

  it.each([
    [
      () =>
        solve(
          [
            [1, 2],
            [2, 4],
          ],
          [1, 2],
        ),
      DomainError,
      /solve: the matrix of shape \[2, 2\] is singular\. .*lstsq/,
    ],
    [
      () =>
        inv([
          [0, 0],
          [0, 0],
        ]),
      DomainError,
      /singular/,
    ],
    [
      () =>
        cholesky([
          [1, 2],
          [2, 1],
        ]),
      DomainError,
      /cholesky: the matrix of shape \[2, 2\] is not positive definite/,
    ],
    [
      () =>
        triangularSolve(
          [
            [1, 0],
            [5, 0],
          ],
          [1, 2],
        ),
      DomainError,
      /singular/,
    ],
    [
      () =>
        grad((x: Tensor) => logDet(x) as number)(
          tensor([
            [1, 2],
            [2, 4],
          ]),
        ),
      DomainError,
      /singular/,
    ],
    [
      () =>
        eigh([
          [Number.NaN, 1],
          [1, 2],
        ]),
      DomainError,
      /NaN or infinite/,
    ],
    [
      () =>
        det([
          [1, 2, 3],
          [4, 5, 6],
        ]),
      ShapeError,
      /det: takes square matrices, but shape \[2, 3\]/,
    ],
    [
      () =>
        solve(
          [
            [1, 2],
            [3, 4],
          ],
          [1, 2, 3],
        ),
      ShapeError,
      /right side of shape \[3\] does not fit matrices of shape \[2, 2\]/,
    ],
    [() => matrixPower([[1]], 0.5), OptionError, /k is an integer, not the number 0\.5/],
    [() => matmul([[1, 2, 3]], [[4, 5, 6]]), ShapeError, /inner sizes differ: \[1, 3\] · \[1, 3\]\. Did you mean matmul\(a, transpose\(b\)\)/],
    [() => cross([1, 2], [3, 4]), ShapeError, /vectors of length 3/],
    [() => tensordot([[1, 2]], [[1, 2, 3]], 1), ShapeError, /axes to sum over differ/],
  ])('refuse what they cannot do with a clear word: case %#', (run, kind, message) => {
    expect(run).toThrow(kind)
    expect(run).toThrow(message)
  })
})

describe('matmul', () => {
  it('adds the terms of an entry in order, whatever the sizes', () => {
    const sizes = [1, 2, 3, 4, 5, 8, 9]
    for (const m of sizes) {
      for (const k of [0, ...sizes]) {
        for (const n of sizes) {
          const [a, b] = [randomTensor(m, k), randomTensor(k, n)]
          const wanted = Array.from({ length: m * n }, (_, at) => {
            let total = 0
            for (let p = 0; p < k; p++) total += a.at(Math.floor(at / n), p) * b.at(p, at % n)
            return total
          })
          expect([...matmul(a, b).data], `${m} × ${k} × ${n}`).toEqual(wanted)
        }
      }
    }
  })

  it('shares a matrix with all of a batch', () => {
    const [a, batch] = [randomTensor(3, 5), randomTensor(4, 5, 2)]
    const [left, right] = [matmul(a, batch), matmul(transpose(batch, [0, 2, 1]), transpose(a))]
    for (let i = 0; i < 4; i++) {
      const item = reshape(batch.data.slice(10 * i, 10 * i + 10), [5, 2])
      expect([...left.data.slice(6 * i, 6 * i + 6)]).toEqual([...matmul(a, item).data])
      expect([...right.data.slice(6 * i, 6 * i + 6)]).toEqual([...transpose(matmul(a, item)).data])
    }
  })
})

describe('einsum', () => {
  const [a, b, c, v] = [randomTensor(2, 3), randomTensor(3, 4), randomTensor(2, 3, 3), randomTensor(3)]

  it.each<[string, Tensor[], () => Tensor | number]>([
    ['ij,jk->ik', [a, b], () => matmul(a, b)],
    ['ij,jk', [a, b], () => matmul(a, b)],
    ['ij->ji', [a], () => transpose(a)],
    ['ij->', [a], () => sum(a)],
    ['ij->j', [a], () => sum(a, { axis: 0 })],
    ['ii', [matmul(transpose(a), a)], () => trace(matmul(transpose(a), a))],
    ['ii->i', [matmul(transpose(a), a)], () => tensor(Array.from({ length: 3 }, (_, i) => matmul(transpose(a), a).at(i, i)))],
    ['i,i', [v, v], () => sum(square(v))],
    ['i,j->ij', [v, v], () => outer(v, v)],
    ['bij,j->bi', [c, v], () => matmul(c, v)],
    ['bii->b', [c], () => trace(c) as Tensor],
    ['...ij,...jk->...ik', [c, transpose(b).shape[0] === 4 ? b : b], () => matmul(c, b)],
    ['...i->...', [c], () => sum(c, { axis: -1 })],
    ['ij,jk,kl->il', [a, b, transpose(b)], () => matmul(matmul(a, b), transpose(b))],
    ['i,i,i->i', [v, v, v], () => mul(v, square(v))],
    [' b i j , i -> b j ', [c, v], () => matmul(v, c)],
    ['ba', [a], () => transpose(a)],
  ])('%s', (subscripts, operands, expected) => {
    const [found, wanted] = [einsum(subscripts, ...operands), expected()]
    expect(largest(sub(found as Tensor, wanted as Tensor))).toBeLessThan(1e-15)
    expect(typeof found === 'number' ? [] : found.shape).toEqual(typeof wanted === 'number' ? [] : wanted.shape)
    checkGrads((...args: Tensor[]) => einsum(subscripts, ...args), operands)
  })

  it('agrees with explicit loops for a contraction of several operands', () => {
    const found = einsum('ij,jk,bjl->bkl', a, b, c) as Tensor
    for (const [i, k, l] of [
      [0, 0, 0],
      [1, 3, 2],
    ] as const) {
      let expected = 0
      for (let p = 0; p < 2; p++) for (let j = 0; j < 3; j++) expected += a.at(p, j) * b.at(j, k) * c.at(i, j, l)
      expect(found.at(i, k, l)).toBeCloseTo(expected, 14)
    }
  })

  it.each([
    ['ij,jk->ik', [a], /names 2 operands, but 1 were given/],
    ['ijk->i', [a], /operand 1 has 2 axes, its subscripts 'ijk' name 3/],
    ['ij,ij->i', [a, b], /label i stands for lengths 2 and 3/],
    ['ij->ik', [a], /label k names no axis/],
    ['ij->ii', [a], /label i twice/],
    ['i1->i', [a], /labels are letters/],
    ['...j->j', [a], /must say where those axes go/],
  ])('refuses %s with what is wrong', (subscripts, operands, message) => {
    expect(() => einsum(subscripts, ...operands)).toThrow(ShapeError)
    expect(() => einsum(subscripts, ...operands)).toThrow(message)
  })
})

describe('tensordot', () => {
  it('sums over the axes it is given', () => {
    const [x, y] = [randomTensor(2, 3, 4), randomTensor(4, 3, 5)]
    const found = tensordot(x, y, [
      [1, 2],
      [1, 0],
    ]) as Tensor
    expect(largest(sub(found, einsum('ijk,kjl->il', x, y) as Tensor))).toBeLessThan(1e-15)
    expect(tensordot([1, 2], [3, 4], 1)).toBe(11)
    expect((tensordot([1, 2], [3, 4], 0) as Tensor).toArray()).toEqual([
      [3, 4],
      [6, 8],
    ])
    expect(reshape(x, [-1]).shape).toEqual([24])
  })
})
