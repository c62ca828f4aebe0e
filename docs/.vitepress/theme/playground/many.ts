import { compile, type Tensor, tensor, vmap } from 'dualtape'
import type { compileAsync } from 'dualtape/compile/webgpu'
import type { Row } from './facts.ts'

/** Loads what compiles for the page's GPU. */
export type LoadsDevice = () => Promise<typeof compileAsync>

type Many = (x: Tensor, y: Tensor) => unknown

/**
 * A function of two numbers at many places, all at once: on the GPU where the page has one, else as WebAssembly; one after the other where
 * the function asks which way to go. A frame with an origin of its own, in which code of visitors runs, is given no GPU by browsers.
 */
export async function valuesAt(f: Row, places: readonly (readonly [number, number])[], device?: LoadsDevice): Promise<{ values: number[]; by: string }> {
  const [x, y] = [0, 1].map(k => tensor(places.map(each => each[k]!))) as [Tensor, Tensor]
  const many: Many = vmap((a: number, b: number) => f([a, b]) as number)
  const ways: [string, () => Promise<unknown>][] = [
    ...(device !== undefined && hasGpu() ? [['the GPU', async () => (await (await device())(many, [x, y]))(x, y)] as [string, () => Promise<unknown>]] : []),
    ['WebAssembly', async () => compile(many, { target: 'wasm' })(x, y)],
  ]
  for (const [by, run] of ways) {
    try {
      const { data } = (await run()) as Tensor
      return { values: Array.from(data), by }
    } catch {
      // No adapter, an operator that has no form there, or a question about many values: the next way knows more.
    }
  }
  return { values: places.map(place => orNaN(() => Number(f([...place])))), by: 'JavaScript' }
}

function hasGpu(): boolean {
  return (globalThis as { navigator?: { gpu?: unknown } }).navigator?.gpu !== undefined
}

/** NaN where a function is not defined. */
export function orNaN(run: () => number): number {
  try {
    return run()
  } catch {
    return Number.NaN
  }
}
