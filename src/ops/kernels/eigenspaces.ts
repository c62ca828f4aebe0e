/*
 * Derivatives between eigenvectors where eigenvalues are equal. In reverse mode what arrives are the cotangents w̄ of the values and
 * Z̄ = VᵀV̄ of the vectors. Within an eigenspace neither says how the loss changes when the space is split: the matrix
 * S there (with w̄ on its diagonal) is only known where one function f of the eigenvalues explains both, since then Z̄ = 2 M f(w), w̄ᵢ = Mᵢᵢ f′(w)
 * and S = M f′(w) with one symmetric M, so that S is Z̄ times the ratio of the diagonals. Where f passes through 0 nothing would be left of
 * M: values that are equal are set apart by two roundings. See docs/decisions/equal-eigenvalues.md.
 */

/** Ascending values of which none other than 0 are equal: those that were are two roundings apart, or three. */
export function apart(values: Float64Array): Float64Array {
  const result = values.slice()
  for (let i = 1; i < result.length; i++) {
    const before = result[i - 1] as number
    if (before !== 0 && (result[i] as number) <= before) result[i] = before + 2 * Math.abs(before) * Number.EPSILON
  }
  return result
}

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
  const rounding = equalTo(n, largestOf(values))
  const spaces: Space[] = []
  for (let from = 0, to = 1; from < n; from = to++) {
    while (to < n && Math.abs((values[to] as number) - (values[to - 1] as number)) <= rounding) to++
    const [first, last] = [values[from] as number, values[to - 1] as number]
    spaces.push({ from, to, tight: Math.abs(last - first) <= equalTo(n, Math.min(Math.abs(first), Math.abs(last))) })
  }
  return spaces
}

/** Up to which difference values are equal beside a number. */
function equalTo(n: number, size: number): number {
  return 8 * n * Number.EPSILON * size
}

function largestOf(values: Float64Array): number {
  return values.reduce((most, each) => Math.max(most, Math.abs(each)), 0)
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
  // What cotangents of the values differ by where the values differ by a rounding, which zeros do not.
  const scale = largestOf(values)
  const slack = scale > 0 ? equalTo(n, Math.max(largestOf(of), largest / scale)) : 0
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
    if (reached && throughZero(n, z, of, values, space, result)) continue
    if (reached && touchesZero(n, z, of, values, space)) {
      fill(n, result, space, () => 0)
      continue
    }
    const own = Array.from(of.subarray(from, to))
    const size = Math.max(...own.map(Math.abs))
    if (rangeOf(n, z, from, to) <= ROUNDING * 1e-5 * largest) {
      const mean = sumOf(own) / own.length
      const equal = own.every(each => Math.abs(each - mean) <= Math.max(ROUNDING * size, slack)) && !(reached && hidesRoot(n, z, space, largest))
      if (!equal && reached) fill(n, result, space, () => Number.NaN)
      else if (!equal && tight) fill(n, result, space, (i, j) => (i === j ? mean : 0))
      continue
    }
    const ratio = ratioWithin(n, z, own, space, slack)
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
  const near = CLOSE * largestOf(values)
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

/**
 * Where f passes through 0 within a space, Z̄ᵢⱼ = 2 Mᵢⱼ f(wⱼ) is as small as the values are close. The diagonal tells each
 * f(wᵢ) / f′ = Z̄ᵢᵢ / 2 w̄ᵢ, and Sᵢⱼ = Mᵢⱼ f′ follows by least squares from Z̄ᵢⱼ and Z̄ⱼᵢ, where these agree. False, with nothing done, where
 * they do not, or where the diagonal does not tell.
 */
function throughZero(n: number, z: Float64Array, of: Float64Array, values: Float64Array, space: Space, result: Float64Array): boolean {
  const places = indices(space.from, space.to)
  const entry = (i: number, j: number) => z[i * n + j] as number
  const size = Math.max(...places.map(i => Math.abs(of[i] as number)))
  const step = (i: number) => entry(i, i) / 2 / (of[i] as number)
  const most = Math.max(...places.map(i => Math.abs(step(i))))
  if (!(most > 0 && most <= equalTo(n, largestOf(values)))) return false
  const part = (i: number, j: number) => (entry(i, j) * step(j) + entry(j, i) * step(i)) / 2 / (step(i) ** 2 + step(j) ** 2)
  const agrees = (i: number, j: number) => {
    const s = part(i, j)
    return Math.abs(entry(i, j) - 2 * s * step(j)) <= ROUNDING * most * Math.max(size, Math.abs(s))
  }
  const known = (i: number) => Math.abs(of[i] as number) > 1e3 * ROUNDING * size && places.every(j => j === i || agrees(i, j))
  if (!places.every(known)) return false
  fill(n, result, space, (i, j) => (i === j ? (of[i] as number) : part(i, j)))
  return true
}

/**
 * Whether f and f′ are 0 within a space, so that nothing comes from there: f is (w − w*)ᵏ but for a factor, with k = 2 or 3, as
 * 2 w̄ᵢ (wᵢ − w*) = k Z̄ᵢᵢ with one w* for at least two of the values says.
 */
function touchesZero(n: number, z: Float64Array, of: Float64Array, values: Float64Array, { from, to }: Space): boolean {
  const places = indices(from, to)
  const [entry, own] = [(i: number, j: number) => z[i * n + j] as number, (i: number) => of[i] as number]
  const beyond = (i: number) => (values[i] as number) - (values[from] as number)
  const size = Math.max(...places.map(i => Math.abs(own(i))))
  return [2, 3].some(k => {
    const zero = sumOf(places.map(i => own(i) * (own(i) * beyond(i) - (k * entry(i, i)) / 2))) / sumOf(places.map(i => own(i) ** 2))
    const most = Math.max(...places.map(i => Math.abs(beyond(i) - zero)))
    if (!(most > 0 && most <= equalTo(n, largestOf(values)))) return false
    const step = (i: number) => (beyond(i) - zero) / most
    const tells = (i: number) => Math.abs(own(i)) > 1e3 * ROUNDING * size || Math.abs(step(i)) <= ROUNDING
    const agrees = (i: number, j: number) =>
      Math.abs(i === j ? own(i) * step(i) - (k * entry(i, i)) / 2 / most : (entry(i, j) * step(i) ** k - entry(j, i) * step(j) ** k) / most) <= ROUNDING * size
    return places.filter(tells).length > 1 && places.every(i => places.every(j => agrees(i, j)))
  })
}

/**
 * Whether f may pass through 0 within a space where Z̄ is as small as a rounding: Z̄ₖⱼ = 2 Mₖⱼ f(wⱼ) is so for all k, while Z̄ⱼₖ = 2 Mⱼₖ f(wₖ) is
 * not, or there is nothing beside it. What is smaller than a rounding, f made where f′ is 0 as well; where both are small it is M.
 */
function hidesRoot(n: number, z: Float64Array, { from, to }: Space, largest: number): boolean {
  const places = indices(from, to)
  const others = indices(0, n).filter(k => k < from || k >= to)
  const most = (of: readonly number[], by: readonly number[]) => Math.max(0, ...of.flatMap(i => by.map(j => Math.abs(z[i * n + j] as number))))
  const [inside, column, row] = [most(places, places), most(others, places), most(places, others)]
  const below = Math.max(inside, column)
  if (column === 0 && row === 0) return inside > Number.EPSILON ** 1.5 * largest
  return below <= ROUNDING * 1e-3 * row && below > Number.EPSILON ** 1.5 * row
}

/** The number that takes the diagonal of Z within a space to the cotangents of the values; NaN where there is none, or Z is not symmetric there. */
function ratioWithin(n: number, z: Float64Array, of: readonly number[], { from, to }: Space, slack: number): number {
  const diagonal = indices(from, to).map(i => z[i * n + i] as number)
  const size = rangeOf(n, z, from, to)
  const length = sumOf(diagonal.map(each => each * each))
  if (Math.sqrt(length) <= ROUNDING * size) return Number.NaN
  for (let i = from; i < to; i++)
    for (let j = from; j < i; j++) if (!(Math.abs((z[i * n + j] as number) - (z[j * n + i] as number)) <= ROUNDING * size)) return Number.NaN
  const ratio = sumOf(diagonal.map((each, i) => (each * (of[i] as number)) / length))
  const largest = Math.max(...of.map(Math.abs))
  return diagonal.every((each, i) => Math.abs(ratio * each - (of[i] as number)) <= Math.max(ROUNDING * largest, slack)) ? ratio : Number.NaN
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
