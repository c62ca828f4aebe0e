import { cosPi, sinPi } from './sinc.ts'

/** Prime lengths beyond this one are turned into convolutions of a length that is a power of 2. */
const LARGEST_PRIME = 61

/** cos 2πj/n and sin 2πj/n. */
interface Circle {
  readonly cosine: Float64Array
  readonly sine: Float64Array
}

/** Numbers by their real and imaginary parts. */
export interface Parts {
  readonly re: Float64Array
  readonly im: Float64Array
}

/** Circles that were used last. */
const circles = new Map<number, Circle>()
const MOST_CIRCLES = 16

function circleOf(n: number): Circle {
  const known = circles.get(n)
  if (known !== undefined) return known
  const circle = {
    cosine: Float64Array.from({ length: n }, (_, j) => cosPi((2 * j) / n)),
    sine: Float64Array.from({ length: n }, (_, j) => sinPi((2 * j) / n)),
  }
  if (circles.size >= MOST_CIRCLES) circles.delete(circles.keys().next().value as number)
  circles.set(n, circle)
  return circle
}

function smallestFactor(n: number): number {
  for (let p = 2; p * p <= n; p++) if (n % p === 0) return p
  return n
}

const partsOf = (n: number): Parts => ({ re: new Float64Array(n), im: new Float64Array(n) })

/**
 * Σ xⱼ e^(∓2πijk/n) for all k, in place, for any length n ≥ 1: by factors of n (Cooley and Tukey 1965), and Bluestein's convolution (1970) for large
 * primes.
 */
export function fft(x: Parts, inverse: boolean): void {
  const n = x.re.length
  // With both parts exchanged the exponent changes its sign.
  const given = inverse ? { re: x.im, im: x.re } : x
  const result = partsOf(n)
  transform(given, 0, 1, result, 0, n, circleOf(n))
  given.re.set(result.re)
  given.im.set(result.im)
}

/** The transform of n entries, each `step` after the other, to `out` from a position on. The circle has n · step points. */
function transform(x: Parts, first: number, step: number, out: Parts, to: number, n: number, circle: Circle): void {
  if (n === 1) {
    out.re[to] = x.re[first] as number
    out.im[to] = x.im[first] as number
    return
  }
  const p = smallestFactor(n)
  if (p > LARGEST_PRIME && p === n) {
    bluestein(x, first, step, out, to, n)
    return
  }
  const m = n / p
  for (let r = 0; r < p; r++) transform(x, first + r * step, step * p, out, to + r * m, m, circle)
  if (p === 2) twos(out, to, m, step, circle)
  else butterflies(out, to, p, m, step, circle)
}

/** Joins two transforms of length m. */
function twos({ re, im }: Parts, to: number, m: number, step: number, { cosine, sine }: Circle): void {
  for (let k = 0; k < m; k++) {
    const [c, s] = [cosine[k * step] as number, sine[k * step] as number]
    const [a, b] = [to + k, to + k + m]
    const [x, y] = [re[b] as number, im[b] as number]
    const [u, v] = k === 0 ? [x, y] : [c * x + s * y, c * y - s * x]
    re[b] = (re[a] as number) - u
    im[b] = (im[a] as number) - v
    re[a] = (re[a] as number) + u
    im[a] = (im[a] as number) + v
  }
}

/** Joins p transforms of length m. */
function butterflies({ re, im }: Parts, to: number, p: number, m: number, step: number, { cosine, sine }: Circle): void {
  const points = cosine.length
  const own = partsOf(p)
  for (let k = 0; k < m; k++) {
    for (let r = 0; r < p; r++) {
      own.re[r] = re[to + r * m + k] as number
      own.im[r] = im[to + r * m + k] as number
    }
    for (let q = 0; q < p; q++) {
      let [sumRe, sumIm] = [own.re[0] as number, own.im[0] as number]
      const turn = (k + m * q) * step
      for (let r = 1, at = turn % points; r < p; r++, at = (at + turn) % points) {
        const [c, s] = [cosine[at] as number, sine[at] as number]
        sumRe += c * (own.re[r] as number) + s * (own.im[r] as number)
        sumIm += c * (own.im[r] as number) - s * (own.re[r] as number)
      }
      re[to + q * m + k] = sumRe
      im[to + q * m + k] = sumIm
    }
  }
}

/** With jk = (j² + k² − (k − j)²)/2 the transform is a convolution with e^(πij²/n). */
function bluestein(x: Parts, first: number, step: number, out: Parts, to: number, n: number): void {
  const size = 2 ** Math.ceil(Math.log2(2 * n - 1))
  const { cosine, sine } = circleOf(2 * n)
  const [a, b] = [partsOf(size), partsOf(size)]
  const square = (j: number) => (j * j) % (2 * n)
  for (let j = 0; j < n; j++) {
    const [c, s] = [cosine[square(j)] as number, sine[square(j)] as number]
    const [u, v] = [x.re[first + j * step] as number, x.im[first + j * step] as number]
    a.re[j] = c * u + s * v
    a.im[j] = c * v - s * u
    for (const at of j === 0 ? [0] : [j, size - j]) {
      b.re[at] = c
      b.im[at] = s
    }
  }
  fft(a, false)
  fft(b, false)
  for (let k = 0; k < size; k++) {
    const [u, v, c, s] = [a.re[k] as number, a.im[k] as number, b.re[k] as number, b.im[k] as number]
    a.re[k] = u * c - v * s
    a.im[k] = u * s + v * c
  }
  fft(a, true)
  for (let k = 0; k < n; k++) {
    const [c, s] = [cosine[square(k)] as number, sine[square(k)] as number]
    const [u, v] = [(a.re[k] as number) / size, (a.im[k] as number) / size]
    out.re[to + k] = c * u + s * v
    out.im[to + k] = c * v - s * u
  }
}
