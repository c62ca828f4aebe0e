import { expect } from 'vitest'

/** The entries of a result, row by row; of several results those of the last. */
export function flat(result: unknown): unknown[] {
  const { entries, type } = (result ?? {}) as { entries?: unknown[]; type?: string }
  if (type === 'ResultSet') return flat((entries as unknown[]).at(-1))
  const plain = (result as { toArray?: () => unknown })?.toArray?.() ?? result
  return Array.isArray(plain) ? plain.flat(Number.POSITIVE_INFINITY) : [plain]
}

/** The same as numbers. */
export function numbers(result: unknown): number[] {
  return flat(result).map(Number)
}

/** The derivative of a function of a number at 0 by central differences, with an error of order h⁶. */
export function differencesAtZero(f: (t: number) => number[], h = 1e-2): number[] {
  const pairs = [1, 2, 3].map(k => [f(k * h), f(-k * h)] as const)
  return f(0).map((_, i) =>
    [3 / 4, -3 / 20, 1 / 60].reduce((sum, weight, k) => sum + (weight * ((pairs[k]?.[0][i] as number) - (pairs[k]?.[1][i] as number))) / h, 0),
  )
}

/** Compares lists of numbers, by the largest of them. */
export function expectClose(found: number[], wanted: number[], tolerance: number): void {
  expect(found).toHaveLength(wanted.length)
  found.forEach((each, i) => {
    if (Number.isNaN(each) && Number.isNaN(wanted[i])) return
    expect(Math.abs(each - (wanted[i] as number)), `entry ${i + 1}: ${each} against ${wanted[i]}`).toBeLessThanOrEqual(
      tolerance * Math.max(1, Math.abs(wanted[i] as number)),
    )
  })
}

/** What a function throws. */
export function errorOf(f: () => unknown): Error {
  try {
    f()
  } catch (error) {
    return error as Error
  }
  throw new Error('nothing was thrown')
}
