import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import {
  add,
  compile,
  cos,
  div,
  eigh,
  exp,
  eye,
  grad,
  greater,
  hessian,
  jacobian,
  jvp,
  log,
  matmul,
  matrixFunction,
  mul,
  pow,
  relu,
  sin,
  slice,
  sqrt,
  square,
  sub,
  sum,
  svd,
  type Tensor,
  take,
  tensor,
  transpose,
  valueAndGrad,
  variable,
  vmap,
  where,
} from '../../src/index.ts'
import { randomNumbers } from '../../src/testing/index.ts'

type Matrix = number[][]

/** Made by test/reference/make_matrix_functions.py with mpmath. */
const table = (
  JSON.parse(readFileSync(new URL('../reference/matrix-functions.json', import.meta.url), 'utf8')) as {
    function: string
    name: string
    a: Matrix
    e: Matrix
    c: Matrix
    first: Matrix
    gradient: Matrix
  }[]
).filter(each => ['unit', 'with two equal eigenvalues', 'of other eigenvalues', 'with equal singular values'].includes(each.name))

/** V f(Λ) Vᵀ. */
const byEigh = (f: (w: Tensor) => Tensor) => (a: Tensor) => {
  const { values, vectors } = eigh(a)
  return matmul(mul(vectors, f(values)), transpose(vectors)) as Tensor
}
const FUNCTIONS: { [name: string]: (a: Tensor) => Tensor } = {
  exp: byEigh(w => exp(w) as Tensor),
  log: byEigh(w => log(w) as Tensor),
  sqrt: byEigh(w => sqrt(w) as Tensor),
  cos: byEigh(w => cos(w) as Tensor),
  power: byEigh(w => pow(w, 3 / 8) as Tensor),
  polar: a => {
    const { u, vt } = svd(a)
    return matmul(u, vt) as Tensor
  },
  pinv: a => {
    const { u, s, vt } = svd(a)
    return matmul(mul(transpose(vt), div(1, s)), transpose(u)) as Tensor
  },
}

const largest = (x: Tensor) => Math.max(...Array.from(x.data, Math.abs))
const isNan = (x: unknown) => expect([...(x as Tensor).data].some(Number.isNaN)).toBe(true)

function check(found: unknown, expected: Tensor, tolerance = 2e-13): void {
  expect((found as Tensor).shape).toEqual(expected.shape)
  expect(largest(sub(found as Tensor, expected) as Tensor)).toBeLessThanOrEqual(tolerance * largest(expected))
}

/** The gradient in every form of reverse mode, of which each gives the same. */
function gradients(loss: (a: Tensor) => number, a: Tensor): Tensor[] {
  const x = variable(a)
  ;(loss(x as unknown as Tensor) as never as { backward(): void }).backward()
  const { shape } = a
  const pair = vmap(grad(loss))(tensor([...a.data, ...a.data], [2, ...shape])) as Tensor
  const compiled = (['js', 'wasm', 'interpreter'] as const).map(target => compile(grad(loss), { target })(a) as Tensor)
  return [grad(loss)(a) as Tensor, x.grad as Tensor, ...compiled, tensor(pair.data.slice(0, a.size), shape), tensor(pair.data.slice(a.size), shape)]
}

const w = tensor([
  [1, 2, 3],
  [4, 5, 6],
  [7, 8, 10],
])
const twoEqual = tensor([
  [2, 1, 1],
  [1, 2, 1],
  [1, 1, 2],
])

describe('gradients at equal eigenvalues and singular values', () => {
  // The equal eigenvalue is 1 in some, where the logarithm is 0.
  it.each(table.filter(each => each.function in FUNCTIONS))('are right for $function by its decomposition ($name)', each => {
    const f = FUNCTIONS[each.function] as (a: Tensor) => Tensor
    const [a, c] = [tensor(each.a), tensor(each.c)]
    for (const found of gradients(x => sum(mul(c, f(x))), a)) check(found, tensor(each.gradient))
    // In forward mode they are right, or not there.
    const tangent = jvp(f, [a], [tensor(each.e)])[1]
    if (!tangent.data.some(Number.isNaN)) check(tangent, tensor(each.first))
    else expect(each.name).not.toBe('of other eigenvalues')
  })

  it.each([
    ['the identity', (x: Tensor) => x],
    ['its positive part', (x: Tensor) => relu(x)],
  ])('are right for %s by svd, of matrices of full rank', (_, f) => {
    for (const rows of [
      [
        [2, 0],
        [0, 2],
      ],
      [
        [0, 3],
        [-3, 0],
        [0, 0],
      ],
      [
        [0, 3, 0],
        [-3, 0, 0],
      ],
    ]) {
      const a = tensor(rows)
      const c = tensor(rows.map((row, i) => row.map((_entry, j) => 1 + 2 * i + 3 * i * j + j)))
      const loss = (x: Tensor) => {
        const { u, s, vt } = svd(x)
        return sum(mul(c, matmul(mul(u, f(s)), vt)))
      }
      for (const found of gradients(loss, a)) check(found, c)
    }
  })

  it('are right where vectors of other eigenvalues are seen, or the whole space', () => {
    // For a simple eigenvalue λ, the derivative of vᵀ W v is V-part Σ (vᵢᵀ (W + Wᵀ) v) / (λ − λᵢ), here with λ = 4 and λᵢ = 1.
    const v = tensor([1, 1, 1].map(x => x / Math.sqrt(3)))
    const both = matmul(add(w, transpose(w)), v) as Tensor
    const along = sub(both, mul(v, sum(mul(v, both))))
    const outer = Array.from({ length: 9 }, (_, k) => (along.at(Math.floor(k / 3)) as number) * (v.at(k % 3) as number))
    const expected = tensor(
      outer.map((x, k) => (x + (outer[(k % 3) * 3 + Math.floor(k / 3)] as number)) / 6),
      [3, 3],
    )
    const single = (a: Tensor) => {
      const top = take(eigh(a).vectors, 2, { axis: 1 }) as Tensor
      return sum(mul(top, matmul(w, top)))
    }
    const others = (a: Tensor) => {
      const space = slice(eigh(a).vectors, [0, 0], [3, 2]) as Tensor
      return sum(mul(mul(-1, w), matmul(space, transpose(space))))
    }
    for (const loss of [single, others]) for (const found of gradients(loss, twoEqual)) check(found, expected)
  })

  // A root of f at an equal eigenvalue: what arrives is 0 but for what sets the values apart. By Daleckii and Krein the derivative is
  // f′ between equal eigenvalues, and the divided difference between others.
  it.each([
    ['log', (x: Tensor) => log(x), (x: number) => Math.log(x), 1],
    ['x − 1', (x: Tensor) => sub(x, 1), (x: number) => x - 1, 1],
    ['x − 1/x', (x: Tensor) => sub(x, div(1, x)), (x: number) => x - 1 / x, 2],
    ['x log x', (x: Tensor) => mul(x, log(x)), (x: number) => x * Math.log(x), 1],
    ['√x − 1', (x: Tensor) => sub(sqrt(x), 1), (x: number) => Math.sqrt(x) - 1, 0.5],
    ['sin πx', (x: Tensor) => sin(mul(Math.PI, x)), (x: number) => Math.sin(Math.PI * x), -Math.PI],
    ['(x − 1)²', (x: Tensor) => square(sub(x, 1)), (x: number) => (x - 1) ** 2, 0],
    ['log³', (x: Tensor) => pow(log(x), 3), (x: number) => Math.log(x) ** 3, 0],
    ['cos(x − 1)', (x: Tensor) => cos(sub(x, 1)), (x: number) => Math.cos(x - 1), 0],
    ['√x', (x: Tensor) => sqrt(x), (x: number) => Math.sqrt(x), 0.5],
  ] as const)('are right for %s, which has a root or a slope of 0 there, or has not', (_, f, number, slope) => {
    const random = randomNumbers(5)
    for (const spectrum of [
      [1, 1],
      [1, 1, 1],
      [1, 1, 3],
      [0.5, 1, 1, 5],
      [1, 1, 1, 1, 7, 7.5, 9, 10],
    ]) {
      const n = spectrum.length
      const square = () => tensor(Array.from({ length: n * n }, random), [n, n])
      for (const basis of [eye(n), eigh(square()).vectors]) {
        const product = matmul(mul(basis, tensor(spectrum)), transpose(basis))
        const [a, c] = [mul(0.5, add(product, transpose(product))) as Tensor, square()]
        const between = matmul(transpose(basis), matmul(mul(0.5, add(c, transpose(c))), basis)) as Tensor
        const inner = tensor(
          Array.from(between.data, (x, k) => {
            const [p, q] = [spectrum[Math.floor(k / n)] as number, spectrum[k % n] as number]
            return x * (p !== q ? (number(p) - number(q)) / (p - q) : p === 1 ? slope : (number(p + 1e-6) - number(p - 1e-6)) / 2e-6)
          }),
          [n, n],
        )
        const expected = matmul(matmul(basis, inner), transpose(basis)) as Tensor
        const everywhere = (loss: (a: Tensor) => number) => (n === 2 ? gradients(loss, a) : [grad(loss)(a) as Tensor])
        for (const each of everywhere(x => sum(mul(c, byEigh(f as (x: Tensor) => Tensor)(x)))))
          expect(largest(sub(each, expected) as Tensor)).toBeLessThanOrEqual(1e-8 * largest(c))
        // The singular values are the eigenvalues, and U is V.
        const bySvd = (x: Tensor) => {
          const { u, s, vt } = svd(x)
          return sum(mul(add(c, transpose(c)), matmul(mul(u, f(s)), vt)))
        }
        for (const each of everywhere(bySvd)) {
          const both = add(each, transpose(each)) as Tensor
          expect(largest(sub(mul(0.25, both), expected) as Tensor)).toBeLessThanOrEqual(1e-8 * largest(c))
        }
        const whole = grad((x: Tensor) => sum(mul(c, matrixFunction(f as never as (x: number) => number, x))))(a) as Tensor
        expect(largest(sub(whole, expected) as Tensor)).toBeLessThanOrEqual(1e-8 * largest(c))
      }
    }
  })

  it('leave values as they are without a derivative, and within two roundings beside one', () => {
    const trace = (a: Tensor) => sum(mul([1, 2, 3], eigh(a).values))
    expect([...eigh(eye(3)).values.data]).toEqual([1, 1, 1])
    expect(compile(trace)(eye(3))).toBe(6)
    expect(Math.abs(valueAndGrad(trace)(eye(3))[0] - 6)).toBeLessThanOrEqual(1e-14)
    // Zeros stay: what is masked for them is to be masked.
    const entropy = (a: Tensor) => {
      const { values } = eigh(a)
      return sum(where(greater(values, 0), mul(values, log(where(greater(values, 0), values, 1))), 0))
    }
    check(grad(entropy)(tensor([3, 0, 0, 0, 0, 0, 0, 0, 0], [3, 3])), tensor([1 + Math.log(3), 0, 0, 0, 0, 0, 0, 0, 0], [3, 3]))
  })

  it('are right for symmetric functions of the values, and share what is not one, in both modes', () => {
    const squares = (a: Tensor) => sum(square(eigh(a).values))
    for (const found of gradients(squares, twoEqual)) check(found, mul(2, twoEqual) as Tensor)
    expect(jvp(squares, [twoEqual], [w])[1]).toBeCloseTo(2 * sum(mul(twoEqual, w)), 12)
    const least = (a: Tensor) => take(eigh(a).values, 0) as unknown as number
    for (const found of gradients(least, eye(2))) check(found, mul(0.5, eye(2)) as Tensor)
    for (const mode of ['forward', 'reverse'] as const) {
      check(jacobian((a: Tensor) => eigh(a).values, { mode })(eye(2)), tensor([0.5, 0, 0, 0.5, 0.5, 0, 0, 0.5], [2, 2, 2]))
    }
    const norm = (a: Tensor) => take(svd(a).s, 0) as unknown as number
    for (const found of gradients(norm, eye(2))) check(found, mul(0.5, eye(2)) as Tensor)
  })

  it.each([1e-15, 1e-13, 1e-12, 1e-10, 1e-8, 1e-6, 1e-4, 1e-2])('are accurate at eigenvalues that differ by %d', gap => {
    const random = randomNumbers(7)
    for (const n of [2, 3, 12]) {
      const square = () => tensor(Array.from({ length: n * n }, random), [n, n])
      const basis = eigh(square()).vectors
      const values = tensor(Array.from({ length: n }, (_, i) => (i < 2 ? 1 + i * gap : i)))
      const product = matmul(mul(basis, values), transpose(basis))
      const [a, c] = [mul(0.5, add(product, transpose(product))) as Tensor, square()]
      const loss = (f: (x: Tensor) => Tensor) => (x: Tensor) => sum(mul(c, f(x)))
      const expected = grad(loss(x => matrixFunction(y => pow(y, 3 / 8), x)))(a) as Tensor
      check(grad(loss(FUNCTIONS.power as (x: Tensor) => Tensor))(a), expected, 2e-11)
    }
  })

  it('of single vectors are those of a quotient, also where eigenvalues are close', () => {
    for (const gap of [1e-3, 1e-7, 1e-10]) {
      const a = tensor([
        [1, 0],
        [0, 1 + gap],
      ])
      const c = tensor([
        [1, 2],
        [3, 4],
      ])
      // With V = I a change of A₀₁ = A₁₀ turns the vectors by 1 / (λ₁ − λ₀): c₀₁ − c₁₀ over that, and half of it for each.
      const slope = -0.5 / ((a.at(1, 1) as number) - 1)
      for (const found of gradients(x => sum(mul(c, eigh(x).vectors)), a)) check(found, tensor([0, slope, slope, 0], [2, 2]))
    }
  })

  it('are NaN where they depend on the choice of vectors, or cannot be told', () => {
    const c = tensor([
      [1, 2],
      [3, 4],
    ])
    const root = FUNCTIONS.sqrt as (a: Tensor) => Tensor
    const losses: ((a: Tensor) => number)[] = [
      a => sum(mul(c, eigh(a).vectors)),
      a => sum(mul(c, svd(a).u)),
      a => sum(mul(c, svd(a).vt)),
      // Nothing is left of this function at 1, nor of the sides of a kink.
      a => sum(mul(c, byEigh(x => add(sub(square(x), mul(2, x)), 1) as Tensor)(a))),
      a => sum(mul(c, byEigh(x => relu(sub(x, 1)) as Tensor)(a))),
      // Not a function of the matrix, though no vector counts.
      a => {
        const { values, vectors } = eigh(a)
        return add(sum(mul([1, 4], values)), sum(square(sub(vectors, eye(2))))) as number
      },
      // Two functions of the eigenvalues of one call.
      a => {
        const { values, vectors } = eigh(a)
        return add(sum(mul(c, matmul(mul(vectors, sqrt(values)), transpose(vectors)))), sum(square(values))) as number
      },
    ]
    const apart = (a: Tensor) => add(sum(mul(c, root(a))), sum(square(eigh(a).values))) as number
    for (const found of gradients(apart, eye(2))) check(found, tensor([2.5, 1.25, 1.25, 4], [2, 2]))
    for (const loss of losses) for (const found of gradients(loss, eye(2))) isNan(found)
    for (const loss of losses.slice(0, 3)) expect(jvp(loss, [eye(2)], [c])[1]).toBeNaN()
    // The map that is the identity by svd, where a part is lost to a value of 0.
    const deficient = tensor([
      [2, 0],
      [0, 0],
      [0, 0],
    ])
    isNan(
      grad((a: Tensor) => {
        const { u, s, vt } = svd(a)
        return sum(mul(tensor([1, 2, 3, 4, 5, 6], [3, 2]), matmul(mul(u, s), vt)))
      })(deficient),
    )
  })

  it('are NaN where weights with a zero diagonal hide a root, and right where its slope is 0 or weights do not touch it', () => {
    const spectrum = tensor([
      [3, 0, 0, 0],
      [0, 1, 0, 0],
      [0, 0, 1, 0],
      [0, 0, 0, 2],
    ])
    const weights = [
      // The part at the eigenvalue 1 is that of rows and columns 1 and 2.
      [1, 1, 0, 0, 0, 0, -2, 1, 0, 0, 0, 0, 3, 0, 0, 1],
      [1, 0, 0, 0, 0, 0, -2, 0, 0, 1, 0, 0, 0, 0, 0, 5],
    ].map(each => tensor(each, [4, 4]))
    const roots = [log, x => sub(x, 1), x => sub(x, div(1, x)), x => add(log(x), square(log(x)))] as ((x: Tensor) => Tensor)[]
    for (const c of weights)
      for (const f of roots) {
        isNan(grad((a: Tensor) => sum(mul(c, byEigh(f)(a))))(spectrum))
        const bySvd = (a: Tensor) => {
          const { u, s, vt } = svd(a)
          return matmul(mul(u, f(s)), vt)
        }
        isNan(grad((a: Tensor) => sum(mul(c, bySvd(a))))(spectrum))
      }
    // Of a root of its derivative nothing comes, and what the weights do not touch is 0.
    const flat = grad((a: Tensor) => sum(mul(weights[1] as Tensor, byEigh(x => square(sub(x, 1)) as Tensor)(a))))(spectrum) as Tensor
    check(flat, tensor([4, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 10], [4, 4]))
    const c = tensor([1, 0, 0, 2, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1], [4, 4])
    check(
      grad((a: Tensor) => sum(mul(c, FUNCTIONS.log?.(a) as Tensor)))(spectrum),
      tensor([1 / 3, 0, 0, log(1.5), 0, 0, 0, 0, 0, 0, 0, 0, log(1.5), 0, 0, 0.5], [4, 4]),
    )
  })

  it('are NaN in second order, but where all values differ', () => {
    const squares = (a: Tensor) => sum(square(eigh(a).values))
    isNan(hessian(squares)(eye(2)))
    // Σ λ² = Σ Aᵢⱼ² for symmetric A.
    const distinct = tensor([
      [2, 1],
      [1, 5],
    ])
    const half = (i: number, j: number, k: number, l: number) => (i === k && j === l ? 1 : 0) + (i === l && j === k ? 1 : 0)
    const expected = tensor(
      [0, 1].flatMap(i => [0, 1].flatMap(j => [0, 1].flatMap(k => [0, 1].map(l => half(i, j, k, l))))),
      [2, 2, 2, 2],
    )
    check(hessian(squares)(distinct), expected)
  })
})
