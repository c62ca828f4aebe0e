import { mul, reshape, sum, Tensor } from '../../src/index.ts'

/** What counts in a sum: see `weight` in test/reference/make_forms.py. */
export const weight = (k: number): number => 1 + ((7 * k) % 5) / 4

/** A direction in which every input moves. */
export const direction = (j: number): number => 1 + ((3 * j) % 4) / 4

/** A sum in which every number of a result counts by its place. */
export function weighted(result: unknown): unknown {
  let place = 0
  let total: unknown
  const walk = (leaf: unknown): void => {
    if (leaf !== null && typeof leaf === 'object' && !(leaf instanceof Tensor) && !('arena' in leaf)) {
      for (const each of Object.values(leaf)) walk(each)
      return
    }
    const shape = (leaf as Tensor).shape ?? []
    const size = shape.reduce((product, length) => product * length, 1)
    const weights = Float64Array.from({ length: size }, () => weight(place++))
    const term = shape.length === 0 ? mul(leaf as number, weights[0] as number) : sum(mul(leaf as Tensor, reshape(weights, shape)))
    total = total === undefined ? term : addOf(total, term)
  }
  walk(result)
  return total ?? 0
}

const addOf = (a: unknown, b: unknown) => sum([a as number, b as number])
