import { describe, expect, it } from 'vitest'
import {
  checkpoint,
  checkpointSequential,
  compile,
  grad,
  hvp,
  jacobian,
  jvp,
  linearize,
  mul,
  sin,
  sum,
  taylor,
  trace,
  variable,
  vjp,
  vmap,
} from '../src/index.ts'

/** More than the stack has frames. */
const OPERATIONS = 20_000
/** xⁿ by factors of 1 + 1e-6: derivatives are powers of that, so that nothing vanishes on the way. */
const chain = (x: number) => {
  let y = x
  for (let i = 0; i < OPERATIONS; i++) y = mul(y, 1.000001)
  return y
}
const slope = 1.000001 ** OPERATIONS

describe(`programs of ${OPERATIONS} operations`, () => {
  it('leave the stack alone in every mode', () => {
    expect(grad(chain)(0.5)).toBeCloseTo(slope, 9)
    expect(jvp(chain, [0.5], [1])[1]).toBeCloseTo(slope, 9)
    expect(vjp(chain, 0.5)[1](1)[0]).toBeCloseTo(slope, 9)
    expect(linearize(chain, 0.5)[1](1)).toBeCloseTo(slope, 9)
    expect(hvp((x: number) => chain(mul(x, x)), 0.5, 1)).toBeCloseTo(2 * slope, 9)
    expect(jacobian((x: number[]) => x.map(chain))([0.5, 1])).toEqual([
      [expect.closeTo(slope, 9), 0],
      [0, expect.closeTo(slope, 9)],
    ])
    expect(vmap(chain)([0.5, 1])).toEqual([expect.closeTo(0.5 * slope, 9), expect.closeTo(slope, 9)])
    expect(grad(checkpoint(chain))(0.5)).toBeCloseTo(slope, 9)
    expect(
      grad((x: number) =>
        checkpointSequential(
          new Array(OPERATIONS).fill((y: number) => mul(y, 1.000001)),
          x,
        ),
      )(0.5),
    ).toBeCloseTo(slope, 9)
    const w = variable(0.5)
    const y = chain(w as unknown as number) as unknown as typeof w
    y.backward()
    expect(w.grad).toBeCloseTo(slope, 9)
  })

  it('leave the stack alone when they are traced and compiled', () => {
    expect(trace(grad(chain), 0.5).outputs.length).toBe(1)
    expect(compile(grad(chain), { target: 'interpreter' })(0.5)).toBeCloseTo(slope, 9)
  })

  it('have Taylor coefficients, of products, of functions, and of operators whose rule uses their result', () => {
    const nested = (x: number) => {
      let y = x
      for (let i = 0; i < OPERATIONS; i++) y = sin(y)
      return y
    }
    const [value, first] = taylor(nested, 0.5, 2)
    expect(value).toBe(nested(0.5))
    expect(first).toBeCloseTo(grad(nested)(0.5), 12)
    expect(taylor(chain, 0.5, 2)).toEqual([expect.closeTo(0.5 * slope, 9), expect.closeTo(slope, 9), 0])
  })

  it('may take and give as many values at once', () => {
    const list = Array.from({ length: OPERATIONS }, (_, i) => i)
    expect(grad((x: number) => sum(list.map(i => mul(x, i))))(1)).toBe((OPERATIONS * (OPERATIONS - 1)) / 2)
    expect(jvp((x: number[]) => sum(x), [list], [list])[1]).toBe((OPERATIONS * (OPERATIONS - 1)) / 2)
    expect(vmap((x: number) => mul(x, 2))(list).length).toBe(OPERATIONS)
    expect(taylor((x: number) => sum(list.map(i => mul(x, i))), 1, 1)[1]).toBe((OPERATIONS * (OPERATIONS - 1)) / 2)
  })
})
