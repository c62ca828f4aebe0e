export type Entries = Float64Array | Float32Array | Int32Array

/**
 * A loop over entries by an operator's text, from a buffer and a step (1, or 0 for what is the same for all) per operand: its results,
 * in float32 where it says so, or undefined where it is left to the operator's own loop, which gives the same bits.
 */
export type VectorLoop = (text: string, length: number, buffers: readonly (Entries | number)[], single: boolean) => Float64Array | Float32Array | undefined

/** Entries from which on loops run in WebAssembly: below, copying costs more than it gains. */
export const VECTORS_FROM = 512

/** Entries from which on operators of a sweep wait for each other: below, a loop of each costs less than looking for their chain. */
export const CHAINS_FROM = 16_384

/** Where such loops come from, once an operator has been used that loads them: the smallest programs do without. */
export const vectors: { run?: VectorLoop } = {}
