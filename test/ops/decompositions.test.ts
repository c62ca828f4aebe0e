import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { cholesky, DomainError, det, eigh, eye, inv, matmul, mul, qr, solve, sub, svd, type Tensor, tensor, transpose } from '../../src/index.ts'
import { randomNumbers } from '../../src/testing/index.ts'

/** Made by test/reference/make_decompositions.py with mpmath. */
const table = JSON.parse(readFileSync(new URL('../reference/decompositions.json', import.meta.url), 'utf8')) as {
  name: string
  matrix: number[][]
  relative: boolean
  singular: number[]
  eigen?: number[]
}[]

const largest = (x: Tensor) => x.data.reduce((most, entry) => (Math.abs(entry) <= most ? most : Math.abs(entry)), 0)
const eps = Number.EPSILON

/** What an orthonormal basis in the columns of Q is off by. */
const skewness = (q: Tensor) => largest(sub(matmul(transpose(q), q), eye(q.shape[1] as number)))

/** Checks that the factors are what they claim to be, relative to the norm of the matrix. */
function checkSvd(a: Tensor): void {
  const [m, n] = a.shape as [number, number]
  const { u, s, vt } = svd(a)
  const bound = 8 * eps * Math.max(m, n, 4)
  expect(skewness(u)).toBeLessThan(bound)
  expect(skewness(transpose(vt))).toBeLessThan(bound)
  s.data.forEach((value, i) => {
    expect(value).toBeGreaterThanOrEqual(0)
    if (i > 0) expect(value).toBeLessThanOrEqual(s.data[i - 1] as number)
  })
  // Divided by the norm first: products of the factors need not be numbers.
  const size = s.data[0] || 1
  const [scaled, back] = [a.data.map(entry => entry / size), matmul(mul(u, tensor(s.data.map(value => value / size))), vt)]
  expect(largest(sub(back, tensor(scaled, a.shape)))).toBeLessThan(bound)
}

function checkEigh(a: Tensor): void {
  const n = a.shape[0] as number
  const { values, vectors } = eigh(a)
  const bound = 8 * eps * Math.max(n, 4)
  expect(skewness(vectors)).toBeLessThan(bound)
  values.data.forEach((value, i) => {
    if (i > 0) expect(value).toBeGreaterThanOrEqual(values.data[i - 1] as number)
  })
  const size = largest(values) || 1
  const [scaled, back] = [a.data.map(entry => entry / size), matmul(mul(vectors, tensor(values.data.map(value => value / size))), transpose(vectors))]
  expect(largest(sub(back, tensor(scaled, a.shape)))).toBeLessThan(bound)
}

function checkValues(found: Tensor, expected: readonly number[], relative: boolean): void {
  const norm = Math.max(...expected.map(Math.abs))
  expect(found.data).toHaveLength(expected.length)
  found.data.forEach((value, i) => {
    const wanted = expected[i] as number
    expect(Math.abs(value - wanted)).toBeLessThanOrEqual(8 * expected.length * eps * (relative ? Math.abs(wanted) : norm))
  })
}

describe('singular values and eigenvalues', () => {
  it.each(table)('of a matrix ($name) are those of high-precision arithmetic', ({ matrix, singular, eigen, relative }) => {
    const a = tensor(matrix)
    checkValues(svd(a).s, singular, relative)
    checkSvd(a)
    checkSvd(transpose(a))
    if (eigen === undefined) return
    checkValues(eigh(a).values, eigen, relative)
    checkEigh(a)
  })

  const random = randomNumbers(20261126)
  const randomMatrix = (m: number, n: number, scale = (_i: number, _j: number) => 1) =>
    tensor(
      Array.from({ length: m * n }, (_, k) => random() * scale(Math.floor(k / n), k % n)),
      [m, n],
    )
  const symmetricPart = (a: Tensor) => mul(0.5, sub(a, mul(-1, transpose(a)))) as Tensor
  const product = (a: Tensor) => symmetricPart(matmul(transpose(a), a))

  /** Matrices on which rotations, or a criterion of the wrong size, do not come to an end. */
  const families: { [name: string]: (n: number) => Tensor } = {
    random: n => randomMatrix(n, n),
    symmetric: n => symmetricPart(randomMatrix(n, n)),
    'of rank 1': n => product(randomMatrix(1, n)),
    'of half the rank': n => product(randomMatrix(Math.ceil(n / 2), n)),
    'with a row of zeros': n => randomMatrix(n, n, i => (i === 0 ? 0 : 1)),
    'of small integers': n =>
      tensor(
        randomMatrix(n, n).data.map(x => Math.round(2 * x)),
        [n, n],
      ),
    unit: n => eye(n),
    zero: n => mul(0, eye(n)) as Tensor,
    'of equal entries': n => tensor(new Float64Array(n * n).fill(0.1), [n, n]),
    'of few different values': n => {
      const { q } = qr(randomMatrix(n, n))
      return symmetricPart(matmul(mul(q, tensor(Array.from({ length: n }, (_, i) => i % 3))), transpose(q)))
    },
    'graded by rows and columns': n => randomMatrix(n, n, (i, j) => 10 ** (-2 * i - 3 * j)),
    'graded and positive definite': n => {
      const d = Array.from({ length: n }, (_, i) => 2 ** (-8 * i))
      const p = matmul(transpose(randomMatrix(2 * n, n)), randomMatrix(2 * n, n))
      return symmetricPart(mul(mul(sub(mul(0.1, symmetricPart(p)), mul(-n, eye(n))), tensor(d)), tensor(d, [n, 1])) as Tensor)
    },
    'of size 1e200': n => mul(1e200, symmetricPart(randomMatrix(n, n))) as Tensor,
    'of size 1e300': n => mul(1e300, symmetricPart(randomMatrix(n, n))) as Tensor,
    'of size 1e-200': n => mul(1e-200, symmetricPart(randomMatrix(n, n))) as Tensor,
    'of size 1e-300': n => mul(1e-300, symmetricPart(randomMatrix(n, n))) as Tensor,
    'with entries from 1e-300 to 1e300': n => randomMatrix(n, n, () => 10 ** (100 * Math.round(3 * random()))),
    bidiagonal: n => randomMatrix(n, n, (i, j) => Number(j === i || j === i + 1)),
    nilpotent: n => randomMatrix(n, n, (i, j) => Number(j === i + 1)),
  }

  it.each(Object.keys(families))('exist and fit, whatever the size, of matrices: %s', name => {
    for (const n of [1, 2, 3, 4, 5, 8, 12, 17, 30]) {
      for (let round = 0; round < (n < 15 ? 5 : 1); round++) {
        const a = (families[name] as (n: number) => Tensor)(n)
        checkSvd(a)
        checkEigh(symmetricPart(a))
      }
    }
  })

  it('exist of large matrices and of flat ones', () => {
    for (const [m, n] of [
      [200, 200],
      [150, 3],
      [3, 150],
      [60, 59],
      [1, 9],
      [9, 1],
    ] as const)
      checkSvd(randomMatrix(m, n))
    checkEigh(symmetricPart(randomMatrix(200, 200)))
    checkEigh(product(randomMatrix(40, 120)))
    checkSvd(product(randomMatrix(40, 120)))
  })

  it('of the smallest denormals have orthonormal vectors', () => {
    for (const scale of [1e-310, 5e-324]) {
      const a = tensor(
        randomMatrix(4, 4).data.map(x => Math.round(x * 10) * scale),
        [4, 4],
      )
      const [{ u, vt }, { vectors }] = [svd(a), eigh(a)]
      for (const q of [u, transpose(vt), vectors]) expect(skewness(q)).toBeLessThan(1e-14)
    }
  })

  it('of matrices without entries are empty', () => {
    expect(svd(tensor([], [0, 3])).vt.shape).toEqual([0, 3])
    expect(svd(tensor([], [3, 0])).u.shape).toEqual([3, 0])
    expect(eigh(tensor([], [0, 0])).values.shape).toEqual([0])
    expect(eigh(tensor([], [0, 2, 2])).vectors.shape).toEqual([0, 2, 2])
  })

  it('come with vectors whose largest entry is positive', () => {
    const { vectors } = eigh(symmetricPart(randomMatrix(6, 6)))
    const { vt } = svd(randomMatrix(6, 4))
    const { u } = svd(randomMatrix(4, 6))
    for (const rows of [transpose(vectors), vt, transpose(u)]) {
      for (const row of rows.toArray() as number[][]) expect(Math.max(...row)).toBe(Math.max(...row.map(Math.abs)))
    }
  })

  it.each([Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY])('of a matrix that holds %d are a DomainError that names it', bad => {
    const batch = tensor([1, 2, 3, 4, 5, bad, 7, 8], [2, 2, 2])
    for (const decompose of [svd, eigh]) {
      expect(() =>
        decompose([
          [bad, 1],
          [1, 2],
        ]),
      ).toThrow(DomainError)
      expect(() =>
        decompose([
          [bad, 1],
          [1, 2],
        ]),
      ).toThrow(/the matrix of shape \[2, 2\] holds NaN or infinite entries/)
      expect(() => decompose(batch)).toThrow(/matrix 2 of the batch/)
    }
  })
})

describe('factorisations of huge and tiny matrices', () => {
  it.each([1e-300, 1e-200, 1e200, 1e300])('scale with the matrix: %d', scale => {
    const a = tensor([4, 1, 0.5, 1, 3, -0.25, 0.5, -0.25, 2], [3, 3])
    const scaled = mul(scale, a) as Tensor
    const close = (found: Tensor, expected: Tensor) => expect(largest(sub(found, expected))).toBeLessThan(1e-14 * largest(expected))
    const [plain, other] = [qr(a), qr(scaled)]
    close(other.q, plain.q)
    close(mul(1 / scale, other.r) as Tensor, plain.r)
    close(mul(1 / Math.sqrt(scale), cholesky(scaled)) as Tensor, cholesky(a))
    close(mul(scale, inv(scaled)) as Tensor, inv(a))
    close(mul(scale, solve(scaled, [1, 2, 3])) as Tensor, solve(a, [1, 2, 3]))
  })

  it('take columns of any length', () => {
    const long = tensor(new Float64Array(200_000).fill(1e-200), [200_000, 1])
    expect(qr(long).r.item() / 1e-200).toBeCloseTo(Math.sqrt(200_000), 6)
    expect(svd(long).s.item() / 1e-200).toBeCloseTo(Math.sqrt(200_000), 6)
    expect(det(eye(1))).toBe(1)
  })
})
