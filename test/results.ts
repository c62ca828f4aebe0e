import { Tensor } from '../src/index.ts'

/** All numbers of a result, in order; booleans as 1 and 0. */
export function numbersOf(x: unknown): number[] {
  if (typeof x === 'number' || typeof x === 'boolean') return [Number(x)]
  if (x instanceof Tensor) return [...x.data]
  return x === undefined || x === null ? [] : Object.values(x as object).flatMap(numbersOf)
}

/** What a result is made of, without its numbers. */
export function structureOf(x: unknown): unknown {
  if (x instanceof Tensor) return `Tensor ${x.dtype} ${x.shape.join()}`
  if (ArrayBuffer.isView(x)) return `${x.constructor.name} ${(x as Float64Array).length}`
  if (Array.isArray(x)) return x.map(structureOf)
  if (typeof x === 'object' && x !== null) return Object.fromEntries(Object.entries(x).map(([key, each]) => [key, structureOf(each)]))
  return typeof x
}

interface Exports {
  memory: { buffer: ArrayBuffer }
  run: () => number
}

/** Runs an emitted WebAssembly module, which imports nothing, on numbers from the start of its memory: what `run` gives, and the memory. */
export async function runModule(bytes: Uint8Array, inputs: readonly number[]): Promise<{ code: number; memory: Float64Array }> {
  const { WebAssembly } = globalThis as unknown as { WebAssembly: { instantiate: (b: Uint8Array) => Promise<{ instance: { exports: Exports } }> } }
  const { memory, run } = (await WebAssembly.instantiate(bytes)).instance.exports
  const numbers = new Float64Array(memory.buffer)
  numbers.set(inputs)
  return { code: run(), memory: numbers }
}
