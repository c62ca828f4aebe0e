import { add, mul, sub } from '../../src/index.ts'
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
