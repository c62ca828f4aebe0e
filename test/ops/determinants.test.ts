import { describe, expect, it } from 'vitest'
import { compile, DomainError, det, grad, hessian, jacobian, jvp, logDet, mul, slogdet, sum, type Tensor, tensor, variable, vmap } from '../../src/index.ts'

type Matrix = number[][]

/** Leibniz' formula for integers: exact. */
function exact(a: Matrix): number {
  if (a.length === 0) return 1
  return (a[0] as number[]).reduce((total, entry, j) => total + (j % 2 === 0 ? entry : -entry) * exact(without(a, [0], [j])), 0)
}

const without = (a: Matrix, rows: number[], columns: number[]) => a.filter((_, i) => !rows.includes(i)).map(row => row.filter((_, j) => !columns.includes(j)))

/** The derivative of the determinant by some of its entries: the minor without their rows and columns, with a sign. */
function derivative(a: Matrix, ...entries: [row: number, column: number][]): number {
  const [rows, columns] = [entries.map(([i]) => i), entries.map(([, j]) => j)]
  if (new Set(rows).size < rows.length || new Set(columns).size < columns.length) return 0
  const inversions = (list: number[]) => list.reduce((count, x, i) => count + list.slice(i).filter(y => y < x).length, 0)
  const exponent = [...rows, ...columns].reduce((total, each) => total + each, 0) + inversions(rows) + inversions(columns)
  return (exponent % 2 === 0 ? 1 : -1) * exact(without(a, rows, columns))
}

const positions = (n: number) => Array.from({ length: n * n }, (_, k) => [Math.floor(k / n), k % n] as [number, number])

const MATRICES: { [name: string]: Matrix } = {
  'of rank n − 1': [
    [1, 2, 3],
    [4, 5, 6],
    [7, 8, 9],
  ],
  'of rank 1': [
    [1, 2],
    [2, 4],
  ],
  'of rank n − 2': [
    [1, 2, 3, 4],
    [2, 4, 6, 8],
    [1, 0, -1, 2],
    [0, 2, 4, 2],
  ],
  'of rank 1, size 3': [
    [1, -2, 3],
    [2, -4, 6],
    [-1, 2, -3],
  ],
  'of zeros': [
    [0, 0, 0],
    [0, 0, 0],
    [0, 0, 0],
  ],
  'of zeros, size 2': [
    [0, 0],
    [0, 0],
  ],
  'of full rank': [
    [2, 1, 0],
    [1, -1, 3],
    [0, 2, 5],
  ],
  'with a repeated row': [
    [1, 2, 3],
    [1, 2, 3],
    [0, 1, 1],
  ],
  unit: [
    [1, 0, 0],
    [0, 1, 0],
    [0, 0, 1],
  ],
  'of size 1': [[3]],
}

function check(found: ArrayLike<number>, expected: readonly number[]): void {
  expect(found).toHaveLength(expected.length)
  expected.forEach((each, i) => {
    expect(found[i]).toBeCloseTo(each, 12)
  })
}

describe('the determinant is a polynomial: its derivatives are right at matrices', () => {
  const f = (a: Tensor) => det(a) as number
  const flat = (x: unknown) => (x as number[]).flat(Number.POSITIVE_INFINITY) as number[]

  it.each(Object.entries(MATRICES))('%s', (_name, a) => {
    const places = positions(a.length)
    const [first, second] = [places.map(p => derivative(a, p)), places.flatMap(p => places.map(q => derivative(a, p, q)))]
    check(grad(f)(tensor(a)).data, first)
    check(hessian(f)(tensor(a)).data, second)
    check(flat(hessian(det as (x: Matrix) => number)(a)), second)
    check(flat(compile(hessian(det as (x: Matrix) => number))(a)), second)
    check(jacobian(grad(f), { mode: 'forward' })(tensor(a)).data, second)
    check(jacobian(grad(f), { mode: 'reverse' })(tensor(a)).data, second)
    check(jvp((x: Tensor) => jvp(f, [x], [x])[1], [tensor(a)], [tensor(a)]).map(Number), [a.length * exact(a), a.length ** 2 * exact(a)])
    const x = variable(tensor(a))
    ;(det(x) as never as { backward(): void }).backward()
    check((x.grad as Tensor).data, first)
    if (a.length < 4) {
      const third = places.flatMap(p => places.flatMap(q => places.map(r => derivative(a, p, q, r))))
      check(jacobian((y: Tensor) => hessian(f)(y))(tensor(a)).data, third)
    }
  })

  it('of a batch, whatever the ranks in it', () => {
    const batch = [MATRICES['of rank n − 1'], MATRICES['of zeros'], MATRICES['of full rank']] as Matrix[]
    const places = positions(3)
    check(
      flat(vmap(hessian(det as (x: Matrix) => number))(batch)),
      batch.flatMap(a => places.flatMap(p => places.map(q => derivative(a, p, q)))),
    )
    check(
      grad((x: Tensor) => sum(det(x)))(tensor(batch)).data,
      batch.flatMap(a => places.map(p => derivative(a, p))),
    )
  })

  it('whose factors would overflow on the way', () => {
    expect(
      det([
        [1e200, 0, 0],
        [0, 1e200, 0],
        [0, 0, 1e-300],
      ]),
    ).toBeCloseTo(1e100, -87)
    expect(
      grad(f)(
        tensor([
          [1e-200, 0, 0],
          [0, 1e-150, 0],
          [0, 0, 1e300],
        ]),
      ).at(0, 0),
    ).toBeCloseTo(1e150, -137)
  })

  it('and NaN where an entry is', () => {
    expect(
      grad(f)(
        tensor([
          [Number.NaN, 1],
          [1, 2],
        ]),
      ).data.every(Number.isNaN),
    ).toBe(true)
  })
})

describe('slogdet', () => {
  it('gives the sign and the logarithm of the determinant', () => {
    expect(
      slogdet([
        [1, 2],
        [3, 4],
      ]),
    ).toEqual({ sign: -1, logDet: expect.closeTo(Math.log(2), 14) })
    expect(
      slogdet([
        [1, 2],
        [2, 4],
      ]),
    ).toEqual({ sign: 0, logDet: Number.NEGATIVE_INFINITY })
    expect(
      slogdet(
        mul(
          1e-200,
          tensor([
            [1, 0, 0],
            [0, 1, 0],
            [0, 0, -1],
          ]),
        ),
      ),
    ).toEqual({ sign: -1, logDet: expect.closeTo(-600 * Math.LN10, 10) })
    expect(
      (
        slogdet([
          [
            [1, 2],
            [3, 4],
          ],
          [
            [2, 0],
            [0, 2],
          ],
        ]).sign as Tensor
      ).toArray(),
    ).toEqual([-1, 1])
  })

  it('has the inverse, transposed, for the gradient of the logarithm', () => {
    const a = tensor([
      [1, 2],
      [3, 4],
    ])
    check(grad((x: Tensor) => slogdet(x).logDet as number)(a).data, [-2, 1.5, 1, -0.5])
    check(grad((x: Tensor) => mul(slogdet(x).sign as number, slogdet(x).logDet as number))(a).data, [2, -1.5, -1, 0.5])
  })

  it('refuses the derivative at a singular matrix, where there is none', () => {
    for (const f of [(x: Tensor) => logDet(x) as number, (x: Tensor) => slogdet(x).logDet as number]) {
      expect(() =>
        grad(f)(
          tensor([
            [1, 2],
            [2, 4],
          ]),
        ),
      ).toThrow(DomainError)
    }
  })
})
