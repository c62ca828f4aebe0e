/** From here on Hankel's expansion has full precision for small orders. */
const LARGE = 25
const SMALL_ORDERS = 8
/** Recurrences do not go beyond this order. */
const LARGEST_ORDER = 1e6

/**
 * The Bessel function Jₙ(x) of integer order. Below 25 by Miller's algorithm: the recurrence run downwards from an order
 * where Jₙ is negligible, normalised by 1 = J₀ + 2 J₂ + 2 J₄ + … (DLMF 10.74(iv), 10.12.4); above by Hankel's expansion
 * (10.17.3), or upwards from it where the order is not small. Of orders above a million it is 0 where |x| is less than half the
 * order (10.14.4), and NaN elsewhere.
 */
export function besselKernel(n: number, x: number): number {
  if (!Number.isInteger(n) || Number.isNaN(x)) return Number.NaN
  const order = Math.abs(n)
  const sign = order % 2 !== 0 && n < 0 !== x < 0 ? -1 : 1
  const size = Math.abs(x)
  if (!Number.isFinite(size)) return 0
  if (order > LARGEST_ORDER) return 2 * size < order ? 0 : Number.NaN
  if (size < LARGE) return sign * miller(order, size)
  if (order <= SMALL_ORDERS) return sign * hankel(order, size)
  if (order > size) return sign * miller(order, size)
  let [before, current] = [hankel(0, size), hankel(1, size)]
  for (let k = 1; k < order; k++) [before, current] = [current, ((2 * k) / size) * current - before]
  return sign * current
}

function miller(order: number, x: number): number {
  if (x === 0) return order === 0 ? 1 : 0
  if (x < 1e-8) return leadingTerm(order, x)
  const top = 2 * Math.ceil((Math.max(order, x) + 20 + 3 * Math.sqrt(Math.max(order, x)) * 2) / 2)
  let [above, current, wanted, sum] = [0, 1e-300, 0, 0]
  for (let k = top; k > 0; k--) {
    if (k === order) wanted = current
    if (k % 2 === 0) sum += 2 * current
    const below = ((2 * k) / x) * current - above
    above = current
    current = below
    if (Math.abs(current) > 1e200) {
      above *= 1e-200
      current *= 1e-200
      wanted *= 1e-200
      sum *= 1e-200
    }
  }
  return (order === 0 ? current : wanted) / (sum + current)
}

/** (x/2)ⁿ / n!, all that counts for tiny x. */
function leadingTerm(order: number, x: number): number {
  let term = 1
  for (let k = 1; k <= order; k++) term *= x / 2 / k
  return term
}

function hankel(order: number, x: number): number {
  const mu = 4 * order * order
  let [p, q, term] = [0, 0, 1]
  for (let k = 0; k < 60; k++) {
    if (k % 2 === 0) p += k % 4 === 0 ? term : -term
    else q += k % 4 === 1 ? term : -term
    const next = (term * (mu - (2 * k + 1) ** 2)) / ((k + 1) * 8 * x)
    if (Math.abs(next) > Math.abs(term) && 2 * k + 1 > 2 * order) break
    term = next
    if (Math.abs(term) < 1e-18) break
  }
  // cos and sin of x − nπ/2 − π/4 from those of x, so that no digit of a large x is lost.
  const [s, c] = [Math.sin(x), Math.cos(x)]
  const [cosine, sine] = [
    [c + s, s - c],
    [s - c, -c - s],
    [-c - s, c - s],
    [c - s, c + s],
  ][order % 4] as [number, number]
  return (p * cosine - q * sine) / (Math.sqrt(Math.PI) * Math.sqrt(x))
}
