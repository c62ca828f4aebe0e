import { add, foriLoop, mul, sub, take } from '../../src/index.ts'
import { type LoopProgram, list } from './program.ts'

function rosenbrock(x: number[]): number {
  let total = 0
  for (let i = 0; i + 1 < x.length; i++) {
    const a = sub(x[i + 1]!, mul(x[i]!, x[i]!))
    const b = sub(1, x[i]!)
    total = add(total, add(mul(100, mul(a, a)), mul(b, b)))
  }
  return total
}

/** The same with a loop as a function, and entries by index. */
const inLoop = (x: number[]): number =>
  foriLoop(
    0,
    x.length - 1,
    (i, total: number) => {
      const [here, next] = [taken(x, i), taken(x, add(i, 1))]
      const a = sub(next, mul(here, here))
      const b = sub(1, here)
      return add(total, add(mul(100, mul(a, a)), mul(b, b)))
    },
    0,
  )
const taken = (x: number[], i: number) => take(x, i) as unknown as number

function byHand(x: number[]): number[] {
  const last = x.length - 1
  const g = new Array<number>(x.length)
  let fromBefore = 0
  for (let i = 0; i < last; i++) {
    const xi = x[i]!
    const a = x[i + 1]! - xi * xi
    g[i] = fromBefore - 400 * xi * a - 2 * (1 - xi)
    fromBefore = 200 * a
  }
  g[last] = fromBefore
  return g
}

/** Rosenbrock's function of `size` numbers. */
export const rosenbrockOf: LoopProgram = {
  name: 'Rosenbrock',
  sizes: [1000, 10_000, 100_000, 1_000_000],
  operations: size => 8 * size,
  of: size => ({ f: rosenbrock, byHand, x: list(size, Math.sin) }),
}

/** The same by `foriLoop` and `take`: one step, whatever its rounds. */
export const rosenbrockInLoop: LoopProgram = {
  name: 'Rosenbrock, foriLoop',
  sizes: [1000, 10_000, 100_000],
  operations: () => 10,
  of: size => ({ f: inLoop, byHand, x: list(size, Math.sin) }),
}
