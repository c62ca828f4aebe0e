import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import {
  add,
  compile,
  cos,
  DomainError,
  exp,
  expm,
  eye,
  grad,
  hessian,
  hvp,
  inv,
  jvp,
  log,
  logm,
  matmul,
  matrixFunction,
  mul,
  pinv,
  polar,
  polarFactor,
  pow,
  ShapeError,
  sqrt,
  sqrtm,
  sub,
  sum,
  sylvester,
  type Tensor,
  tensor,
  transpose,
  variable,
  vjp,
  vmap,
} from '../../src/index.ts'
import { randomNumbers } from '../../src/testing/index.ts'
import { numbersOf } from '../results.ts'

type Matrix = number[][]

/** Made by test/reference/make_matrix_functions.py with mpmath. */
const table = JSON.parse(readFileSync(new URL('../reference/matrix-functions.json', import.meta.url), 'utf8')) as {
  function: string
  name: string
  a: Matrix
  e: Matrix
  g: Matrix
  c: Matrix
  value: Matrix
  first: Matrix
  second: Matrix
  gradient: Matrix
}[]

const POWER = 3 / 8
const power = (p: number) => (a: Tensor) => matrixFunction(x => pow(x, p), a)

/** Functions of numbers, as functions of symmetric matrices. */
const OF_SYMMETRIC: { [name: string]: (a: Tensor) => Tensor } = {
  ...Object.fromEntries(Object.entries({ exp, log, sqrt, cos }).map(([name, f]) => [name, (a: Tensor) => matrixFunction(x => f(x), a)])),
  power: power(POWER),
  'slope of the power': a => matrixFunction(x => mul(log(x), pow(x, POWER)), a),
}
const FUNCTIONS: { [name: string]: (a: Tensor) => Tensor } = { expm, sqrtm, logm, pinv, polar: a => polar(a).u, ...OF_SYMMETRIC }

const largest = (x: Tensor) => x.data.reduce((most, entry) => (Math.abs(entry) <= most ? most : Math.abs(entry)), 0)

/** Errors beside the largest entry, and beside what the conditioning of the case makes of rounding. */
function check(found: unknown, expected: Matrix | Tensor, tolerance: number, absolute = 0): void {
  const wanted = Array.isArray(expected) ? tensor(expected) : expected
  expect((found as Tensor).shape).toEqual(wanted.shape)
  expect(largest(sub(found as Tensor, wanted))).toBeLessThanOrEqual(tolerance * largest(wanted) + absolute)
}

/** Cases in which rounding of the matrix' own entries moves the result further than by its own rounding. */
const CONDITIONS: { [name: string]: number } = { 'close to unit': 1e8, 'with eigenvalues close to each other': 1e9, 'far from normal': 1e3 }

/** Functions that vanish at 1, where rounding of an eigenvalue moves the result further. */
const VANISHING = ['logm', 'log', 'slope of the power']

describe('functions of matrices', () => {
  it.each(table)('$function of a matrix ($name) is that of high-precision arithmetic, with its derivatives in every mode', each => {
    const f = FUNCTIONS[each.function] as (a: Tensor) => Tensor
    const [a, e, g, c] = [each.a, each.e, each.g, each.c].map(rows => tensor(rows)) as [Tensor, Tensor, Tensor, Tensor]
    const tolerance = 2e-14 * (VANISHING.includes(each.function) || each.name === 'far from normal' ? (CONDITIONS[each.name] ?? 1) : 1)
    const loss = (x: Tensor) => sum(mul(c, f(x)))
    check(f(a), each.value, tolerance)
    check(jvp(f, [a], [e])[1], each.first, tolerance)
    check(jvp((x: Tensor) => jvp(f, [x], [e])[1], [a], [g])[1], each.second, tolerance)
    check(grad(loss)(a), each.gradient, tolerance)
    check(vjp(f, a)[1](c)[0], each.gradient, tolerance)
    check(compile(grad(loss))(a), each.gradient, tolerance)
    check(vmap(grad(loss))(tensor([each.a, each.a, each.a])), tensor([each.gradient, each.gradient, each.gradient]), tolerance)
    const x = variable(a)
    ;(loss(x as unknown as Tensor) as never as { backward(): void }).backward()
    check(x.grad, each.gradient, tolerance)
    // ⟨c, second⟩ is the same by reverse over forward, forward over reverse and reverse over reverse.
    const wanted = sum(mul(c, tensor(each.second)))
    const size = largest(tensor(each.second)) * largest(c)
    const slope = (y: Tensor) => sum(mul(c, jvp(f, [y], [e])[1]))
    const pulled = (y: Tensor) => sum(mul(e, grad(loss)(y)))
    for (const h of [grad(slope)(a), hvp(loss, a, e), grad(pulled)(a)]) {
      expect(Math.abs(sum(mul(h, g)) - wanted)).toBeLessThanOrEqual(20 * tolerance * size)
    }
  })

  it.each(table.filter(each => each.function === 'slope of the power'))('are differentiated by what they close over, of a matrix ($name)', each => {
    const [a, e, c] = [each.a, each.e, each.c].map(rows => tensor(rows)) as [Tensor, Tensor, Tensor]
    const loss = (p: number, x: Tensor) => sum(mul(c, power(p)(x)))
    const wanted = sum(mul(c, tensor(each.value)))
    const size = largest(c) * Math.max(largest(tensor(each.value)), 1e-3)
    const p = variable(POWER)
    ;(loss(p as unknown as number, a) as never as { backward(): void }).backward()
    const byPower = (q: number) => loss(q, a)
    for (const found of [
      grad(byPower)(POWER),
      jvp(byPower, [POWER], [1])[1],
      compile(grad(byPower))(POWER),
      p.grad as number,
      vmap(grad(byPower))(tensor([POWER])).at(0),
    ]) {
      expect(Math.abs((found as number) - wanted)).toBeLessThanOrEqual(1e-13 * size)
    }
    // By the matrix after the power, the power after the matrix, and both at once.
    const gradient = tensor(each.gradient)
    const [x, q] = [variable(a), variable(POWER)]
    ;(grad((y: number) => loss(y, x as unknown as Tensor))(q as unknown as number) as never as { backward(): void }).backward()
    for (const found of [
      grad((y: Tensor) => grad((r: number) => loss(r, y))(POWER))(a),
      jvp((r: number) => grad((y: Tensor) => loss(r, y))(a), [POWER], [1])[1],
      x.grad as Tensor,
    ]) {
      check(found, gradient, 1e-13)
    }
    const mixed = grad((r: number) => sum(mul(e, grad((y: Tensor) => loss(r, y))(a))))(POWER)
    expect(Math.abs(mixed - sum(mul(e, gradient)))).toBeLessThanOrEqual(1e-12 * largest(e) * largest(gradient))
  })

  const random = randomNumbers(18)
  const randomMatrix = (m: number, n: number) => tensor(Array.from({ length: m * n }, random), [m, n])

  it('undo each other', () => {
    for (const n of [1, 2, 5, 12, 40]) {
      const a = add(mul(0.3 / Math.sqrt(n), randomMatrix(n, n)), eye(n)) as Tensor
      check(expm(logm(a)), a, 1e-13)
      check(matmul(sqrtm(a), sqrtm(a)), a, 1e-13)
      check(logm(expm(sub(a, eye(n)))), sub(a, eye(n)), 1e-12)
      check(matmul(expm(a), expm(mul(-1, a))), eye(n), 1e-12)
    }
  })

  it('of one entry, of none, and in batches of any rank are differentiated twice', () => {
    for (const f of [...Object.values(FUNCTIONS), (a: Tensor) => matrixFunction(x => exp(x), a)]) {
      const single = [[[2]], [[3]], [[4]], [[5]]].map(rows => tensor(rows))
      const loss = (a: Tensor) => sum(mul(f(a), f(a)))
      const twice = (a: Tensor) => grad((b: Tensor) => sum(mul(grad(loss)(b), grad(loss)(b))))(a) as Tensor
      expect(twice(tensor([], [0, 0])).shape).toEqual([0, 0])
      expect(twice(tensor([], [2, 0, 0])).shape).toEqual([2, 0, 0])
      check(
        twice(tensor([2, 3, 4, 5], [2, 2, 1, 1])),
        tensor(
          single.flatMap(a => [...twice(a).data]),
          [2, 2, 1, 1],
        ),
        1e-14,
      )
    }
  })

  it('of numbers refuse what they do not take', () => {
    expect(() => (matrixFunction as unknown as (...args: unknown[]) => Tensor)((x: number) => x, [[1]], { foo: 1 })).toThrow(/matrixFunction: .*foo/)
    expect(() => (matrixFunction as unknown as (...args: unknown[]) => Tensor)(1, [[1]])).toThrow(/matrixFunction: the first argument is a function/)
    expect(() => matrixFunction(x => [x] as never, [[1]])).toThrow(/matrixFunction: f gives one number/)
    expect(() => matrixFunction(x => x, [1])).toThrow(/matrixFunction: takes square matrices/)
    expect(() => matrixFunction(x => x, [[Number.NaN]])).toThrow(/NaN or infinite/)
  })

  it('of large norm neither overflow nor lose their scale on the way', () => {
    check(
      expm([
        [-1000, 1],
        [0, -1001],
      ]),
      [
        [0, 0],
        [0, 0],
      ],
      0,
    )
    check(
      expm([
        [700, 0],
        [0, -700],
      ]),
      [
        [Math.exp(700), 0],
        [0, Math.exp(-700)],
      ],
      1e-12,
    )
    check(
      sqrtm([
        [4e300, 0],
        [0, 9e300],
      ]),
      [
        [2e150, 0],
        [0, 3e150],
      ],
      1e-15,
    )
    check(
      sqrtm([
        [4e-300, 1e-300],
        [0, 9e-300],
      ]),
      [
        [2e-150, 2e-151],
        [0, 3e-150],
      ],
      1e-15,
    )
    check(
      logm([
        [1e200, 0],
        [0, 1e-200],
      ]),
      [
        [200 * Math.LN10, 0],
        [0, -200 * Math.LN10],
      ],
      1e-15,
    )
  })

  it('of matrices that have none say why', () => {
    for (const [run, message] of [
      [
        () =>
          sqrtm([
            [-1, 0],
            [0, 1],
          ]),
        /sqrtm: the matrix of shape \[2, 2\] has a negative eigenvalue/,
      ],
      [
        () =>
          sqrtm([
            [-1, 0.5],
            [0, 2],
          ]),
        /negative eigenvalue/,
      ],
      [
        () =>
          sqrtm([
            [0, 1],
            [0, 0],
          ]),
        /singular and has no square root/,
      ],
      [
        () =>
          logm([
            [1, 2],
            [2, 4 - 5],
          ]),
        /negative eigenvalue/,
      ],
      [
        () =>
          logm([
            [1, 0],
            [0, 0],
          ]),
        /singular and has no logarithm/,
      ],
      [
        () =>
          logm([
            [
              [1, 0],
              [0, 1],
            ],
            [
              [1, 0],
              [0, 0],
            ],
          ]),
        /matrix 2 of the batch/,
      ],
      [
        () =>
          sqrtm([
            [Number.NaN, 0],
            [0, 0],
          ]),
        /NaN or infinite entries/,
      ],
      [() => polar([[Number.NaN, 0]]), /polar: .*NaN or infinite entries/],
      [() => pinv([[1, Number.POSITIVE_INFINITY]]), /pinv: .*NaN or infinite entries/],
      [
        () =>
          sylvester(
            [
              [1, 0],
              [0, 2],
            ],
            [[-2]],
            [[1], [1]],
          ),
        /sylvester: .*eigenvalue whose negative/,
      ],
      [
        () =>
          grad((a: Tensor) => sum(sqrtm(a)))(
            tensor([
              [1, 1],
              [1, 1],
            ]),
          ),
        /sqrtm: .*no derivative/,
      ],
      [
        () =>
          grad((a: Tensor) => sum(polar(a).u))(
            tensor([
              [1, 2],
              [2, 4],
            ]),
          ),
        /polar: /,
      ],
      [
        () =>
          grad((a: Tensor) => sum(polar(a).p))(
            tensor([
              [0, 0],
              [0, 0],
            ]),
          ),
        /polar: /,
      ],
    ] as const) {
      expect(run).toThrow(DomainError)
      expect(run).toThrow(message)
    }
    for (const f of [expm, sqrtm, logm])
      expect(() =>
        f([
          [1, 2, 3],
          [4, 5, 6],
        ]),
      ).toThrow(/takes square matrices, but shape \[2, 3\]/)
    expect(() => sylvester([[1]], [[1]], [[1, 2]])).toThrow(ShapeError)
    expect(
      expm([
        [Number.NaN, 0],
        [0, 0],
      ]).data.every(Number.isNaN),
    ).toBe(true)
  })

  it('work on batches of any rank, one matrix and none', () => {
    const a = add(mul(0.2, tensor(Array.from({ length: 24 }, random), [2, 3, 2, 2])), eye(2)) as Tensor
    const item = (x: Tensor, i: number) => tensor(x.data.slice(4 * i, 4 * i + 4), [2, 2])
    for (const f of Object.values(FUNCTIONS)) {
      const all = f(a)
      expect(all.shape).toEqual([2, 3, 2, 2])
      for (let i = 0; i < 6; i++) expect(item(all, i).data).toEqual(f(item(a, i)).data)
      expect(f(tensor([], [0, 2, 2])).shape).toEqual([0, 2, 2])
      expect(f(tensor([], [0, 0])).shape).toEqual([0, 0])
    }
  })

  it('of singular matrices: the root, and the polar factors, that there are', () => {
    const a = tensor([
      [2, 2, 0],
      [2, 2, 0],
      [0, 0, 0],
    ])
    check(
      sqrtm(a),
      [
        [1, 1, 0],
        [1, 1, 0],
        [0, 0, 0],
      ],
      1e-15,
    )
    check(
      sqrtm([
        [4, 1],
        [0, 0],
      ]),
      [
        [2, 0.5],
        [0, 0],
      ],
      1e-15,
    )
    const { u, p } = polar(a)
    check(matmul(u, p), a, 1e-15)
    check(matmul(transpose(u), u), eye(3), 1e-15)
  })
})

describe('the pseudoinverse', () => {
  const random = randomNumbers(5)
  const randomMatrix = (m: number, n: number) => tensor(Array.from({ length: m * n }, random), [m, n])

  it.each([
    [4, 3, 2],
    [3, 5, 1],
    [6, 6, 4],
    [5, 2, 2],
  ])('satisfies the conditions of Penrose for %d × %d of rank %d', (m, n, rank) => {
    const a = matmul(randomMatrix(m, rank), randomMatrix(rank, n))
    const x = pinv(a)
    check(matmul(matmul(a, x), a), a, 1e-13)
    check(matmul(matmul(x, a), x), x, 1e-13)
    check(matmul(a, x), transpose(matmul(a, x)), 1e-13)
    check(matmul(x, a), transpose(matmul(x, a)), 1e-13)
  })

  it('has the derivative of its full-rank factors where the rank does not change', () => {
    // (B C)⁺ = Cᵀ (C Cᵀ)⁻¹ (Bᵀ B)⁻¹ Bᵀ
    const byFactors = (b: Tensor, c: Tensor) => matmul(matmul(transpose(c), inv(matmul(c, transpose(c)))), matmul(inv(matmul(transpose(b), b)), transpose(b)))
    const [b, c, db, dc] = [randomMatrix(5, 2), randomMatrix(2, 4), randomMatrix(5, 2), randomMatrix(2, 4)] as [Tensor, Tensor, Tensor, Tensor]
    const whole = (x: Tensor, y: Tensor) => pinv(matmul(x, y))
    const directions: [Tensor, Tensor] = [db, dc]
    check(jvp(whole, [b, c], directions)[1], jvp(byFactors, [b, c], directions)[1], 1e-12)
    const second = (f: typeof whole) => jvp((x: Tensor, y: Tensor) => jvp(f, [x, y], directions)[1], [b, c], directions)[1]
    check(second(whole), second(byFactors), 1e-11)
    const weights = randomMatrix(4, 5)
    const loss = (f: typeof whole) => (x: Tensor, y: Tensor) => sum(mul(weights, f(x, y)))
    const [found, expected] = [whole, byFactors].map(f => grad(loss(f), { argnum: [0, 1] })(b, c)) as unknown as [[Tensor, Tensor], [Tensor, Tensor]]
    found.forEach((each, i) => {
      check(each, expected[i as 0 | 1], 1e-12)
    })
  })

  it('takes singular values of rounding for 0', () => {
    expect(
      pinv([
        [1, 0],
        [0, 1e-17],
      ]).toArray(),
    ).toEqual([
      [1, 0],
      [0, 0],
    ])
    expect(
      pinv([
        [1, 0],
        [0, 1e-3],
      ]).toArray(),
    ).toEqual([
      [1, 0],
      [0, 1000],
    ])
    expect(
      pinv([
        [0, 0],
        [0, 0],
        [0, 0],
      ]).toArray(),
    ).toEqual([
      [0, 0, 0],
      [0, 0, 0],
    ])
  })
})

describe('sylvester', () => {
  it('solves A X + X B = C, with derivatives by all three', () => {
    const [a, b, c] = [
      tensor([
        [3, 1],
        [-1, 4],
      ]),
      tensor([
        [1, 2, 0],
        [0, 2, 1],
        [-1, 0, 3],
      ]),
      tensor([
        [1, 2, 3],
        [4, 5, 6],
      ]),
    ]
    const x = sylvester(a, b, c)
    check(add(matmul(a, x), matmul(x, b)), c, 1e-15)
    // By the system for its entries: (A ⊗ I + I ⊗ Bᵀ) vec X = vec C, differentiated as A X + X B = C.
    const dc = jvp((p: Tensor, q: Tensor, r: Tensor) => add(matmul(p, sylvester(p, q, r)), matmul(sylvester(p, q, r), q)), [a, b, c], [a, b, c])[1]
    check(dc, c, 1e-13)
    // In second order along (A, B, C) the system stays C: d²(A X + X B) = 0, in which X'' comes with A and B, and X' with their changes.
    const directions: [Tensor, Tensor, Tensor] = [mul(0.5, a), transpose(b), mul(c, c)] as [Tensor, Tensor, Tensor]
    const first = (p: Tensor, q: Tensor, r: Tensor) => jvp(sylvester, [p, q, r], directions)[1]
    const [slope, second] = jvp(first, [a, b, c], directions)
    const [da, db] = directions
    check(sub(mul(-2, add(matmul(da, slope), matmul(slope, db))), add(matmul(a, second), matmul(second, b))), tensor(Array(6).fill(0), [2, 3]), 0, 1e-12)
    // Reverse over reverse has the same along the directions.
    const loss = (p: Tensor) => sum(mul(c, sylvester(p, b, c)))
    const along = (p: Tensor) => jvp((x: Tensor) => sylvester(x, b, c), [p], [da])[1]
    const wanted = sum(mul(c, jvp(along, [a], [da])[1]))
    expect(sum(mul(da, grad((p: Tensor) => sum(mul(da, grad(loss)(p))))(a)))).toBeCloseTo(wanted, 12)
  })
})

it('the polar factor of a matrix whose singular values are nine digits apart has second derivatives with all digits', () => {
  const a = [
    [1.064788818359375, 0.0014073944091796875],
    [0.0000010549468994140623, 2.459716796875e-10],
  ]
  // mpmath, by differences with 80 digits, of the last entry.
  const [first, small, mixed, large] = [1.643201739971371e-6, 4.629647222905461e-6, 0.002333342580337381, 0.8820020957885027]
  const last = (x: number[][]) => polarFactor(x).at(1, 1)
  const expected = [
    [small, -mixed, -mixed, -small],
    [-mixed, large, large, mixed],
    [-mixed, large, large, mixed],
    [-small, mixed, mixed, small],
  ].flat()
  expect(Math.abs((grad(last)(a)[1]?.[1] as number) / first - 1)).toBeLessThan(1e-13)
  numbersOf(hessian(last)(a)).forEach((each, k) => void expect(Math.abs(each / (expected[k] as number) - 1)).toBeLessThan(1e-13))
})
