/** Entries that an extrapolation goes back to, at most. */
const LONGEST = 50
/** What later steps of a sequence are of earlier ones, at most, for it to have a limit. */
const SHRINKING = 0.95
/** Results before one that its error is estimated by. */
const COMPARED = 3

/**
 * The limit of a sequence by the epsilon algorithm, as that of integrals over ever smaller pieces beside a singularity.
 *
 * Source: Wynn, On a device for computing the e_m(S_n) transformation (1956); the error is QUADPACK's, from results before.
 */
export class Extrapolation {
  /** The last ascending diagonal of Wynn's table: e₀ of the newest entry first. */
  #diagonal: number[] = []
  #entries: number[] = []
  #results: number[] = []

  /** Takes the next entry, and gives the limit with an estimate of its error, which is infinite as long as none is known. */
  add(entry: number): { limit: number; error: number } {
    this.#entries.push(entry)
    const before = this.#diagonal
    const diagonal = [entry]
    let limit = entry
    let least = Number.POSITIVE_INFINITY
    for (let j = 0; j < Math.min(before.length, LONGEST); j++) {
      const difference = (diagonal[j] as number) - (before[j] as number)
      // A column that does not change is the limit, or rounding.
      if (!(Math.abs(difference) > Number.EPSILON * Math.abs(diagonal[j] as number))) {
        if (j % 2 === 0) limit = diagonal[j] as number
        break
      }
      const next = (j === 0 ? 0 : (before[j - 1] as number)) + 1 / difference
      diagonal.push(next)
      // Limits stand in every second column.
      if (j % 2 === 1) {
        const change = Math.abs(next - (diagonal[j - 1] as number))
        if (change < least) [limit, least] = [next, change]
      }
    }
    this.#diagonal = diagonal
    const compared = this.#results.slice(-COMPARED)
    this.#results.push(limit)
    if (compared.length < COMPARED || !this.#converges()) return { limit, error: Number.POSITIVE_INFINITY }
    const error = compared.reduce((sum, each) => sum + Math.abs(limit - each), 0)
    return { limit, error: Math.max(error, 5 * Number.EPSILON * Math.abs(limit)) }
  }

  /** Whether the entries come closer: a sequence that grows has a limit for the algorithm, too, which is not that of the integral. */
  #converges(): boolean {
    const steps = this.#entries.map((each, i, all) => Math.abs(each - (all[i - 1] ?? each))).slice(1)
    const half = steps.length >> 1
    return Math.max(...steps.slice(half)) <= SHRINKING * Math.max(...steps.slice(0, half))
  }
}
