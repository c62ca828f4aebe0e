/** A function with native loops, written with operators by name, with its gradient by hand and an argument. */
export interface Problem<X> {
  f: (x: X) => number
  /** The gradient as one writes it without derivatives of programs: argument and result as those of `grad(f)`. */
  byHand: (x: X) => X
  x: X
}

/** A problem in several sizes, the smallest first. */
export interface LoopProgram {
  name: string
  sizes: readonly number[]
  /** About how many operators one call applies. */
  operations: (size: number) => number
  // biome-ignore lint/suspicious/noExplicitAny: arguments of any structure
  of: (size: number) => Problem<any>
}

/** Numbers in [0, 1) that are the same in every run: a linear congruential generator (Numerical Recipes, section 7.1). */
export function numbers(seed: number): () => number {
  let state = seed >>> 0
  return () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0
    return state / 2 ** 32
  }
}

export const list = (length: number, entry: (i: number) => number): number[] => Array.from({ length }, (_, i) => entry(i))
export const rows = (count: number, length: number, entry: (i: number, j: number) => number): number[][] =>
  Array.from({ length: count }, (_, i) => list(length, j => entry(i, j)))

/** The numbers from one place to another as an array: `Array.from` takes ten times as long. */
export function plain(numbers: Float64Array, from = 0, to = numbers.length): number[] {
  const out = new Array<number>(to - from)
  for (let i = from; i < to; i++) out[i - from] = numbers[i]!
  return out
}
