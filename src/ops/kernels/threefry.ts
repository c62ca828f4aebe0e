/*
 * Threefry-2x32 with 20 rounds (Salmon, Moraes, Dror and Shaw, SC 2011): a hash of a counter of 64 bits under a key of 64 bits.
 * Words are integers below 2^32.
 */

/** The words of the last hash. */
const words = new Uint32Array(2)

const PARITY = 0x1bd11bda
const TWO_32 = 2 ** 32

/** Hashes a counter; the words of the result are in `words`. */
function hash(key0: number, key1: number, high: number, low: number): void {
  const key2 = key0 ^ key1 ^ PARITY
  let a = (high + key0) | 0
  let b = (low + key1) | 0
  // Four rounds, then a word of the key for each half, five times.
  a = (a + b) | 0
  b = ((b << 13) | (b >>> 19)) ^ a
  a = (a + b) | 0
  b = ((b << 15) | (b >>> 17)) ^ a
  a = (a + b) | 0
  b = ((b << 26) | (b >>> 6)) ^ a
  a = (a + b) | 0
  b = ((b << 6) | (b >>> 26)) ^ a
  a = (a + key1) | 0
  b = (b + key2 + 1) | 0
  a = (a + b) | 0
  b = ((b << 17) | (b >>> 15)) ^ a
  a = (a + b) | 0
  b = ((b << 29) | (b >>> 3)) ^ a
  a = (a + b) | 0
  b = ((b << 16) | (b >>> 16)) ^ a
  a = (a + b) | 0
  b = ((b << 24) | (b >>> 8)) ^ a
  a = (a + key2) | 0
  b = (b + key0 + 2) | 0
  a = (a + b) | 0
  b = ((b << 13) | (b >>> 19)) ^ a
  a = (a + b) | 0
  b = ((b << 15) | (b >>> 17)) ^ a
  a = (a + b) | 0
  b = ((b << 26) | (b >>> 6)) ^ a
  a = (a + b) | 0
  b = ((b << 6) | (b >>> 26)) ^ a
  a = (a + key0) | 0
  b = (b + key1 + 3) | 0
  a = (a + b) | 0
  b = ((b << 17) | (b >>> 15)) ^ a
  a = (a + b) | 0
  b = ((b << 29) | (b >>> 3)) ^ a
  a = (a + b) | 0
  b = ((b << 16) | (b >>> 16)) ^ a
  a = (a + b) | 0
  b = ((b << 24) | (b >>> 8)) ^ a
  a = (a + key1) | 0
  b = (b + key2 + 4) | 0
  a = (a + b) | 0
  b = ((b << 13) | (b >>> 19)) ^ a
  a = (a + b) | 0
  b = ((b << 15) | (b >>> 17)) ^ a
  a = (a + b) | 0
  b = ((b << 26) | (b >>> 6)) ^ a
  a = (a + b) | 0
  b = ((b << 6) | (b >>> 26)) ^ a
  words[0] = a + key2
  words[1] = b + key0 + 5
}

/** The two words that a counter of two words is hashed to, put at a place. */
export function threefryAt(key0: number, key1: number, high: number, low: number, out: Float64Array, at: number): void {
  hash(key0, key1, high, low)
  out[at] = words[0] as number
  out[at + 1] = words[1] as number
}

/** Integers below 2^32, by the counters 0, 1, 2, …: both words of each hash, as one. */
export function randomWords(key0: number, key1: number, out: Float64Array): void {
  for (let i = 0; i < out.length; i++) {
    hash(key0, key1, Math.floor(i / TWO_32), i)
    out[i] = ((words[0] as number) ^ (words[1] as number)) >>> 0
  }
}

/** Multiples of 2^-52 from 0 up to but without 1: the upper 52 bits of each hash. */
export function randomUniform(key0: number, key1: number, out: Float64Array): void {
  for (let i = 0; i < out.length; i++) {
    hash(key0, key1, Math.floor(i / TWO_32), i)
    out[i] = ((words[0] as number) * 2 ** 20 + ((words[1] as number) >>> 12)) * 2 ** -52
  }
}

/** Multiples of 2^-23 from 0 up to but without 1: the upper 23 bits of both words of each hash, as one. */
export function randomUniform32(key0: number, key1: number, out: Float64Array): void {
  for (let i = 0; i < out.length; i++) {
    hash(key0, key1, Math.floor(i / TWO_32), i)
    out[i] = (((words[0] as number) ^ (words[1] as number)) >>> 9) * 2 ** -23
  }
}
