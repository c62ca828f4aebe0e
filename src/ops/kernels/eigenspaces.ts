/*
 * Derivatives between eigenvectors where eigenvalues are equal. In reverse mode what arrives are the cotangents w̄ of the values and
 * Z̄ = VᵀV̄ of the vectors. Within an eigenspace neither says how the loss changes when the space is split: the matrix
 * S there (with w̄ on its diagonal) is only known where one function f of the eigenvalues explains both, since then Z̄ = 2 M f(w), w̄ᵢ = Mᵢᵢ f′(w)
 * and S = M f′(w) with one symmetric M, so that S is Z̄ times the ratio of the diagonals. See docs/decisions/equal-eigenvalues.md.
 */

/** From where to where values are equal to rounding, and whether that is so beside their own size, too. */
interface Space {
  from: number
  to: number
  tight: boolean
}

/** What counts as rounding in cotangents, beside the largest of them. */
const ROUNDING = 1e-9

/** Values this close, beside the largest of them, have differences that lose more than terms of second order are. */
const CLOSE = 1e-6

/** The spaces of equal values, which are in order; those of one value among them. */
function spacesOf(values: Float64Array): Space[] {
  const n = values.length
  const largest = values.reduce((most, each) => Math.max(most, Math.abs(each)), 0)
  const spaces: Space[] = []
  for (let from = 0, to = 1; from < n; from = to++) {
    while (to < n && Math.abs((values[to] as number) - (values[to - 1] as number)) <= 8 * n * Number.EPSILON * largest) to++
    const [first, last] = [values[from] as number, values[to - 1] as number]
    spaces.push({ from, to, tight: Math.abs(last - first) <= 8 * n * Number.EPSILON * Math.min(Math.abs(first), Math.abs(last)) })
  }
  return spaces
}

/** Which space each value is in. */
function placesIn(spaces: readonly Space[]): number[] {
  return spaces.flatMap(({ from, to }, k) => new Array<number>(to - from).fill(k))
}

/**
 * The tangents of the values and what the tangents of the vectors are between these, Z with V̇ = V Z, for M = VᵀȦV; and 0 for the mark.
 * Within a space Z is 0 where M is a multiple of I, and else NaN; equal values share the change of their sum. `strict`: the values'
 * part within a space is NaN as well.
 */
export function turn(n: number, m: Float64Array, values: Float64Array, strict: boolean): Float64Array {
  const result = new Float64Array(n + n * n + 1)
  const spaces = spacesOf(values)
  const place = placesIn(spaces)
  for (let i = 0; i < n; i++) {
    result[i] = m[i * n + i] as number
    for (let j = 0; j < n; j++) {
      if (place[i] !== place[j]) result[n + i * n + j] = (m[i * n + j] as number) / ((values[j] as number) - (values[i] as number))
    }
  }
  for (const { from, to, tight } of spaces) {
    if (to - from === 1) continue
    const diagonal = indices(from, to).map(i => m[i * n + i] as number)
    const mean = sumOf(diagonal) / diagonal.length
    const whole = rangeOf(n, m, 0, n)
    const spread = Math.max(outsideDiagonal(n, m, from, to), ...diagonal.map(each => Math.abs(each - mean)))
    const known = strict ? rangeOf(n, m, from, to) === 0 : spread <= ROUNDING * 1e-3 * whole
    for (let i = from; i < to; i++) {
      if (strict) result[i] = known ? 0 : Number.NaN
      else if (tight) result[i] = mean
      for (let j = from; j < to; j++) if (i !== j && !known) result[n + i * n + j] = Number.NaN
    }
  }
  return result
}

/**
 * The transpose of `turn`, but for what can be known within a space; see above. The mark says whether vectors were reached: if not,
 * each value of a space gets the mean. `strict`: within a space 0 for zeros, and else NaN. `wide`: values that are 0 have vectors
 * beside those of the other side, through which a part comes that is lost here.
 */
export function turnBack(n: number, cotangent: Float64Array, values: Float64Array, strict: boolean, wide: boolean): Float64Array {
  const result = new Float64Array(n * n)
  const [of, z, reached] = [cotangent.subarray(0, n), cotangent.subarray(n, n + n * n), cotangent[n + n * n] !== 0]
  const spaces = spacesOf(values)
  const place = placesIn(spaces)
  for (let i = 0; i < n; i++) {
    result[i * n + i] = of[i] as number
    for (let j = 0; j < n; j++) {
      if (place[i] !== place[j]) result[i * n + j] = (z[i * n + j] as number) / ((values[j] as number) - (values[i] as number))
    }
  }
  const largest = rangeOf(n, z, 0, n)
  if (!strict) betweenClose(n, cotangent, values, place, largest, result)
  for (const space of spaces) {
    const { from, to, tight } = space
    const lost = wide && reached && values[from] === 0 && of.subarray(from, to).some(each => each !== 0)
    if (to - from === 1 && !lost) continue
    if (lost || strict) {
      const nothing = !lost && rangeOf(n, z, from, to) === 0 && of.subarray(from, to).every(each => each === 0)
      fill(n, result, space, () => (nothing ? 0 : Number.NaN))
      continue
    }
    const own = Array.from(of.subarray(from, to))
    const size = Math.max(...own.map(Math.abs))
    if (rangeOf(n, z, from, to) <= ROUNDING * 1e-5 * largest) {
      const mean = sumOf(own) / own.length
      const equal = own.every(each => Math.abs(each - mean) <= ROUNDING * size)
      if (!equal && reached) fill(n, result, space, () => Number.NaN)
      else if (!equal && tight) fill(n, result, space, (i, j) => (i === j ? mean : 0))
      continue
    }
    const ratio = ratioWithin(n, z, own, space)
    fill(n, result, space, (i, j) =>
      i === j && !Number.isNaN(ratio) ? (of[i] as number) : (ratio * ((z[i * n + j] as number) + (z[j * n + i] as number))) / 2,
    )
  }
  return result
}

/**
 * Between spaces that are close, (Z̄ᵢⱼ − Z̄ⱼᵢ) / 2(wⱼ − wᵢ) is rounding over a small number. Where what one function of the eigenvalues would give
 * agrees with it to that error, it is given: M f′ in the mean of both, which is M times the divided difference but for a term of
 * second order.
 */
function betweenClose(n: number, cotangent: Float64Array, values: Float64Array, place: readonly number[], largest: number, result: Float64Array): void {
  const entry = (i: number, j: number) => cotangent[n + i * n + j] as number
  const ratio = (i: number) => (cotangent[i] as number) / entry(i, i)
  const near = CLOSE * values.reduce((most, each) => Math.max(most, Math.abs(each)), 0)
  for (let i = 0; i < n; i++) {
    for (let j = i + 1; j < n; j++) {
      const gap = (values[j] as number) - (values[i] as number)
      if (Math.abs(gap) > near) break
      if (place[i] === place[j]) continue
      const byFunction = (ratio(j) * entry(i, j) + ratio(i) * entry(j, i)) / 2
      const byDifference = (entry(i, j) - entry(j, i)) / 2 / gap
      const rounding = (64 * n * Number.EPSILON * largest) / Math.abs(gap)
      if (Math.abs(byFunction - byDifference) <= rounding) result[i * n + j] = result[j * n + i] = byFunction
    }
  }
}

/** The number that takes the diagonal of Z within a space to the cotangents of the values; NaN where there is none, or Z is not symmetric there. */
function ratioWithin(n: number, z: Float64Array, of: readonly number[], { from, to }: Space): number {
  const diagonal = indices(from, to).map(i => z[i * n + i] as number)
  const size = rangeOf(n, z, from, to)
  const length = sumOf(diagonal.map(each => each * each))
  if (Math.sqrt(length) <= ROUNDING * size) return Number.NaN
  for (let i = from; i < to; i++)
    for (let j = from; j < i; j++) if (!(Math.abs((z[i * n + j] as number) - (z[j * n + i] as number)) <= ROUNDING * size)) return Number.NaN
  const ratio = sumOf(diagonal.map((each, i) => (each * (of[i] as number)) / length))
  const largest = Math.max(...of.map(Math.abs))
  return diagonal.every((each, i) => Math.abs(ratio * each - (of[i] as number)) <= ROUNDING * largest) ? ratio : Number.NaN
}

function fill(n: number, result: Float64Array, { from, to }: Space, entry: (i: number, j: number) => number): void {
  for (let i = from; i < to; i++) for (let j = from; j < to; j++) result[i * n + j] = entry(i, j)
}

/** The size of the largest entry within a space; NaN if one is. */
function rangeOf(n: number, m: Float64Array, from: number, to: number): number {
  let most = 0
  for (let i = from; i < to; i++) for (let j = from; j < to; j++) most = Math.max(most, Math.abs(m[i * n + j] as number))
  return most
}

function outsideDiagonal(n: number, m: Float64Array, from: number, to: number): number {
  let most = 0
  for (let i = from; i < to; i++) for (let j = from; j < to; j++) if (i !== j) most = Math.max(most, Math.abs(m[i * n + j] as number))
  return most
}

function indices(from: number, to: number): number[] {
  return Array.from({ length: to - from }, (_, i) => from + i)
}

function sumOf(numbers: readonly number[]): number {
  return numbers.reduce((sum, each) => sum + each, 0)
}
