import type { SparsityPattern } from '../../src/index.ts'
import type { Case } from './cases.ts'
import { type Claim, type Reference, secondOf } from './reference.ts'
import { direction, weight } from './weights.ts'

/** Ways to fail. */
export type Kind =
  /** A plausible number that is not the derivative. */
  | 'wrong'
  /** NaN, or an error of the domain, where the derivative exists. */
  | 'lost'
  /** An error that is not about the domain. */
  | 'crash'
  /** The right numbers in another structure than the argument's or the result's. */
  | 'structure'

export interface Failure {
  kind: Kind
  what: string
}

/** What a map holds for a key, computed when it is asked for first. */
function remembered<K, V>(map: Map<K, V>, key: K, compute: () => V): V {
  const known = map.get(key)
  if (known !== undefined) return known
  const value = compute()
  map.set(key, value)
  return value
}

/** What is denormal, or nearly, has fewer digits. */
const TINY = 1e-300

const range = (n: number) => Array.from({ length: n }, (_, i) => i)

/** The size of the largest that is known. */
function largest(claims: readonly Claim[]): number {
  let size = 0
  for (const claim of claims) {
    const known = Math.abs(Number(Array.isArray(claim) ? claim.at(-1) : claim))
    if (Number.isFinite(known)) size = Math.max(size, known)
  }
  return size
}

/** Some roundings of the operands times what they change. */
function blur(slopes: readonly Claim[], x: readonly number[]): number {
  let total = 0
  for (const [j, slope] of slopes.entries()) if (typeof slope === 'number' && slope !== 0 && Number.isFinite(x[j])) total += Math.abs(slope * (x[j] as number))
  return Number.isFinite(total) ? 4 * Number.EPSILON * total : 0
}

/** A sum of claims, each with a factor. */
function combined(claims: readonly Claim[], factors: readonly number[]): { claim: Claim; size: number } {
  let [low, high, size, loose, overflows] = [0, 0, 0, false, false]
  for (const [k, claim] of claims.entries()) {
    const factor = factors[k] as number
    if (claim === null) return { claim: null, size: 0 }
    if (claim === 'NaN' || (Array.isArray(claim) && claim[1] === 'NaN')) return { claim: 'NaN', size: 0 }
    if (Array.isArray(claim)) loose = true
    if (Array.isArray(claim) && claim[0] === 'overflow') overflows = true
    const [a, b] = Array.isArray(claim) ? [Number(claim[1]), Number(claim.at(-1))] : [Number(claim), Number(claim)]
    // The strong zero: a term that does not count.
    const [from, to] = [factor === 0 ? 0 : factor * a, factor === 0 ? 0 : factor * b]
    low += Math.min(from, to)
    high += Math.max(from, to)
    size += Math.max(Math.abs(from), Math.abs(to))
  }
  // A sum beyond the largest double may be anything on the way there.
  if (size === Number.POSITIVE_INFINITY && claims.every(claim => typeof claim === 'number')) return { claim: null, size: 0 }
  if (Number.isNaN(low) || Number.isNaN(high)) return { claim: loose ? null : 'NaN', size: 0 }
  const text = (x: number): Claim => (Number.isFinite(x) ? x : (String(x) as Claim))
  return {
    claim: low !== high ? [overflows ? 'overflow' : 'between', text(low), text(high)] : loose ? [overflows ? 'overflow' : 'or', text(low)] : text(low),
    size,
  }
}

/** A number that a row or a column of claims adds up to, and how large its terms are. */
type Sum = ReturnType<typeof combined>

const columnSum = (jacobian: readonly Claim[][], j: number): Sum =>
  combined(
    jacobian.map(row => row[j] as Claim),
    jacobian.map((_, k) => weight(k)),
  )

const rowSum = (row: readonly Claim[]): Sum =>
  combined(
    row,
    row.map((_, j) => direction(j)),
  )

/** Compares what the modes give with a reference and counts. */
export class Judge {
  readonly failures: Failure[] = []
  checks = 0
  readonly #reference: Reference
  readonly inputs: number
  readonly outputs: number

  /** Whether every entry has to be exact by itself, as those of operators on entries are, or to the size of its row. */
  readonly #byEntry: boolean

  /** What the rounding of the operands makes of each value, and of derivatives by each operand. */
  readonly #valueBlur: readonly number[]
  readonly #slopeBlur: readonly number[]

  /** The size of all derivatives together, where they are made of the same factors. */
  readonly #whole: number
  /** A rounding, times what it changes. */
  readonly #rounding: number

  // What many modes are compared with.
  #gradient: Sum[] | undefined
  #product: Sum[] | undefined
  readonly #sizes = new Map<readonly Claim[], number>()
  readonly #curvatures = new Map<number, number>()

  constructor(reference: Reference, x: readonly number[], byEntry: boolean) {
    this.#reference = reference
    this.#byEntry = byEntry
    this.inputs = x.length
    const { condition = 1 } = reference
    this.#whole = condition > 1 ? largest(reference.jacobian.flat()) : 0
    this.#rounding = 50 * Number.EPSILON * condition
    this.#valueBlur = reference.jacobian.map(row => blur(row, x) + 4 * Number.EPSILON * (reference.terms?.value ?? 0))
    this.#slopeBlur = x.map((_, i) => blur(reference.hessian?.[i] ?? [], x))
    this.outputs = reference.value.length
  }

  fail(kind: Kind, what: string): void {
    this.failures.push({ kind, what })
  }

  structure(what: string, found: unknown, expected: unknown): void {
    this.checks++
    const [a, b] = [JSON.stringify(found), JSON.stringify(expected)]
    if (a !== b) this.fail('structure', `${what}: is ${a}, not ${b}`)
  }

  value(what: string, found: ArrayLike<number>): void {
    if (!this.#counts(what, found, this.outputs)) return
    const { value } = this.#reference
    const size = this.#byEntry ? 0 : largest(value)
    value.forEach((claim, k) => void this.#entry(`${what} value ${k}`, found[k] as number, claim, size, this.#valueBlur[k]))
  }

  column(what: string, j: number, found: ArrayLike<number>): void {
    if (!this.#counts(what, found, this.outputs)) return
    this.#reference.jacobian.forEach(
      (row, k) => void this.#entry(`${what} ∂${k}/∂${j}`, found[k] as number, row[j] as Claim, this.#sizeOf(row), this.#slopeBlur[j]),
    )
  }

  row(what: string, k: number, found: ArrayLike<number>): void {
    if (!this.#counts(what, found, this.inputs)) return
    const row = this.#reference.jacobian[k] as Claim[]
    row.forEach((claim, j) => void this.#entry(`${what} ∂${k}/∂${j}`, found[j] as number, claim, this.#sizeOf(row), this.#slopeBlur[j]))
  }

  matrix(what: string, found: ArrayLike<number>): void {
    if (!this.#counts(what, found, this.inputs * this.outputs)) return
    for (let k = 0; k < this.outputs; k++)
      this.row(
        what,
        k,
        Array.from({ length: this.inputs }, (_, j) => found[k * this.inputs + j] as number),
      )
  }

  /** The gradient of the weighted sum. */
  gradient(what: string, found: ArrayLike<number>): void {
    if (!this.#counts(what, found, this.inputs)) return
    const { jacobian } = this.#reference
    this.#gradient ??= Array.from({ length: this.inputs }, (_, j) => columnSum(jacobian, j))
    const whole = Math.max(0, ...jacobian.map(row => this.#sizeOf(row)))
    for (const [j, { claim, size }] of this.#gradient.entries())
      this.#entry(`${what} [${j}]`, found[j] as number, claim, Math.max(size, whole), this.#slopeBlur[j])
  }

  /** The tangent of the outputs in the direction. */
  tangent(what: string, found: ArrayLike<number>): void {
    if (!this.#counts(what, found, this.outputs)) return
    this.#reference.jacobian.forEach((row, k) => {
      const { claim, size } = rowSum(row)
      this.#entry(`${what} ${k}`, found[k] as number, claim, Math.max(size, this.#sizeOf(row)), 2 * Math.max(0, ...this.#slopeBlur))
    })
  }

  /** A pattern holds every entry whose derivative is not 0. */
  covers(what: string, pattern: SparsityPattern): void {
    this.#reference.jacobian.forEach((row, k) => {
      row.forEach((claim, j) => {
        this.checks++
        const nonzero = typeof claim === 'number' ? claim !== 0 : typeof claim === 'string' && claim !== 'NaN'
        if (nonzero && pattern.indexOf(k, j) < 0) this.fail('wrong', `${what} leaves out (${k}, ${j}), where the derivative is ${claim}`)
      })
    })
  }

  /** Whether every derivative is known to exist. */
  get regular(): boolean {
    return this.#reference.jacobian.every(row => row.every(claim => typeof claim === 'number'))
  }

  get hasHessian(): boolean {
    return this.#reference.hessian !== undefined
  }

  /** Where there is no reference of second order, the first that comes counts for the others. */
  takeHessian(each: Case, found: ArrayLike<number>): void {
    const n = this.inputs
    if (this.#reference.hessian !== undefined) return
    const rows = Array.from({ length: n }, (_, i) => Array.from({ length: n }, (_, j) => found[i * n + j] as number))
    const known = rows.map(row => row.map((x): Claim => (Number.isFinite(x) ? x : null)))
    this.#reference.hessian = secondOf(each, this.#reference.value, this.#reference.jacobian, known)
    this.#product = undefined
    this.#curvatures.clear()
  }

  hessian(what: string, found: ArrayLike<number>): void {
    if (!this.#counts(what, found, this.inputs ** 2)) return
    for (let i = 0; i < this.inputs; i++)
      this.hessianRow(
        what,
        i,
        Array.from({ length: this.inputs }, (_, j) => found[i * this.inputs + j] as number),
      )
  }

  /** Entries of a row, all of them or those of some columns. */
  hessianRow(what: string, i: number, found: ArrayLike<number>, columns = range(this.inputs)): void {
    if (!this.#counts(what, found, columns.length)) return
    const row = this.#hessianRows()[i]
    if (row !== undefined) columns.forEach((j, k) => void this.#entry(`${what} [${i}, ${j}]`, found[k] as number, row[j] as Claim, this.#curvature(i), 0, 10))
  }

  /** The Hessian times the direction. */
  hessianProduct(what: string, found: ArrayLike<number>): void {
    if (!this.#counts(what, found, this.inputs)) return
    this.#hessianRows().forEach((_, i) => void this.hessianRowProduct(what, i, found[i] as number))
  }

  /** One row of the Hessian times the direction. */
  hessianRowProduct(what: string, i: number, found: number): void {
    this.#product ??= this.#hessianRows().map(rowSum)
    const { claim, size } = this.#product[i] ?? { claim: null, size: 0 }
    this.#entry(`${what} [${i}]`, found, claim, Math.max(size, this.#curvature(i)), 0, 10)
  }

  #sizeOf(row: readonly Claim[]): number {
    return remembered(this.#sizes, row, () => Math.max(this.#reference.terms?.jacobian ?? 0, this.#whole, this.#byEntry ? 0 : largest(row)))
  }

  /** What second derivatives of a row are made of: they may cancel, as in those of a standard deviation of two. */
  #curvature(i: number): number {
    return remembered(this.#curvatures, i, () => this.#curvatureOf(i))
  }

  #curvatureOf(i: number): number {
    const { jacobian, hessian, condition = 1 } = this.#reference
    const { hessian: terms = 0 } = this.#reference.terms ?? {}
    let size = Math.max(typeof terms === 'number' ? terms : (terms[i] as number), largest(condition > 1 ? (hessian ?? []).flat() : (hessian?.[i] ?? [])))
    if (!this.#byEntry) for (const row of jacobian) size = Math.max(size, this.#sizeOf(row))
    return size
  }

  #hessianRows(): Claim[][] {
    return this.#reference.hessian ?? []
  }

  #counts(what: string, found: ArrayLike<number>, expected: number): boolean {
    if (found.length === expected) return true
    this.fail('structure', `${what}: ${found.length} numbers instead of ${expected}`)
    return false
  }

  #entry(what: string, found: number, claim: Claim, size: number, blur = 0, factor = 1): void {
    if (claim === null) return
    this.checks++
    const kind = this.#verdict(found, claim, size, this.#reference.tolerance * factor, blur + this.#rounding * factor * size)
    if (kind !== undefined) this.fail(kind, `${what} is ${found}, not ${typeof claim === 'object' ? claim.join(' ') : claim}`)
  }

  /** How a number fails a claim; undefined where it does not. */
  #verdict(found: number, claim: NonNullable<Claim>, size: number, tolerance: number, blur: number): Kind | undefined {
    if (Array.isArray(claim)) {
      const [low, high] = [Number(claim[1]), Number(claim.at(-1))]
      const slack = tolerance * Math.max(Math.abs(low), Math.abs(high), 1e-2 * size) + blur + TINY
      // Sums of terms beyond the doubles are as infinite as the first of them, whatever its sign.
      const beyond = claim[0] === 'overflow' || (!this.#byEntry && Math.abs(low) === Number.POSITIVE_INFINITY)
      if (beyond && !Number.isFinite(found)) return undefined
      return Number.isNaN(found) || found === low || found === high || (found >= low - slack && found <= high + slack) ? undefined : 'wrong'
    }
    const expected = Number(claim)
    if (Number.isNaN(expected)) return Number.isNaN(found) ? undefined : 'wrong'
    if (Number.isNaN(found)) return 'lost'
    // Sums of terms are as exact as the terms.
    const slack = tolerance * Math.max(Math.abs(expected), 1e-2 * size) + blur + TINY
    return found === expected || Math.abs(found - expected) <= slack ? undefined : 'wrong'
  }
}
