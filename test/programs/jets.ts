/*
 * Numbers with their first and second derivatives, by the rules of calculus and nothing else: what the planner's matrices are
 * compared with. Each number also carries how far rounding can have moved it, in units of the last place of 1, so that every entry
 * is compared to the accuracy that it can have, however large its neighbours are.
 */

const { EPSILON } = Number

export class Jet {
  /** How many inputs are differentiated by; the second derivatives are those of the lower triangle. */
  static inputs = 0

  readonly value: number
  readonly first: Float64Array
  readonly second: Float64Array
  /** Rounding of value and derivatives, in multiples of the unit roundoff. */
  readonly error: number
  readonly firstError: Float64Array
  readonly secondError: Float64Array

  constructor(value: number, error = Math.abs(value)) {
    const n = Jet.inputs
    this.value = value
    this.error = error
    this.first = new Float64Array(n)
    this.firstError = new Float64Array(n)
    this.second = new Float64Array((n * (n + 1)) / 2)
    this.secondError = new Float64Array((n * (n + 1)) / 2)
  }

  static input(value: number, index: number): Jet {
    const jet = new Jet(value)
    jet.first[index] = 1
    return jet
  }
}

/** f(x) from f and its first three derivatives there; the third tells how rounding of x moves the second. */
export function chain(x: Jet, [f, f1, f2, f3]: readonly [number, number, number, number]): Jet {
  // What rounding does to rounding counts where the value itself is 0 but for it.
  const square = EPSILON * x.error * x.error
  const out = new Jet(f, Math.abs(f) + Math.abs(f1) * x.error + Math.abs(f2) * square)
  for (let i = 0, k = 0; i < Jet.inputs; i++) {
    const [xi, ei] = [x.first[i] as number, x.firstError[i] as number]
    out.first[i] = f1 * xi
    out.firstError[i] = Math.abs(f1 * xi) + Math.abs(f1) * ei + Math.abs(f2) * (Math.abs(xi) + EPSILON * ei) * x.error + Math.abs(f3 * xi) * square
    for (let j = 0; j <= i; j++, k++) {
      const [xj, ej, xij] = [x.first[j] as number, x.firstError[j] as number, x.second[k] as number]
      out.second[k] = f1 * xij + f2 * xi * xj
      out.secondError[k] =
        Math.abs(f1 * xij) +
        Math.abs(f2 * xi * xj) +
        Math.abs(f1) * (x.secondError[k] as number) +
        Math.abs(f2) * (Math.abs(xij) + EPSILON * (x.secondError[k] as number)) * x.error +
        Math.abs(f2) * (Math.abs(xi) * ej + Math.abs(xj) * ei + ei * ej) + // reverse mode adds up products of paths, which may cancel
        Math.abs(f3) * (Math.abs(xi * xj) + EPSILON * (Math.abs(xi) * ej + Math.abs(xj) * ei)) * x.error +
        Math.abs(f3 * xij) * square
    }
  }
  return out
}

/** a x + b y. */
function combine(a: number, x: Jet, b: number, y: Jet): Jet {
  const out = new Jet(a * x.value + b * y.value, Math.abs(a) * x.error + Math.abs(b) * y.error + Math.abs(a * x.value + b * y.value))
  for (let i = 0; i < out.first.length; i++) {
    out.first[i] = a * (x.first[i] as number) + b * (y.first[i] as number)
    out.firstError[i] = Math.abs(a) * (x.firstError[i] as number) + Math.abs(b) * (y.firstError[i] as number) + Math.abs(out.first[i] as number)
  }
  for (let k = 0; k < out.second.length; k++) {
    out.second[k] = a * (x.second[k] as number) + b * (y.second[k] as number)
    out.secondError[k] = Math.abs(a) * (x.secondError[k] as number) + Math.abs(b) * (y.secondError[k] as number) + Math.abs(out.second[k] as number)
  }
  return out
}

export const add = (x: Jet, y: Jet): Jet => combine(1, x, 1, y)
export const sub = (x: Jet, y: Jet): Jet => combine(1, x, -1, y)
export const times = (a: number, x: Jet): Jet => combine(a, x, 0, x)
export const plus = (x: Jet, b: number): Jet => add(x, new Jet(b))
export const half = (x: Jet, y: Jet): Jet => combine(0.5, x, 0.5, y)

export function mul(x: Jet, y: Jet): Jet {
  const out = new Jet(x.value * y.value, Math.abs(x.value) * y.error + Math.abs(y.value) * x.error + EPSILON * x.error * y.error + Math.abs(x.value * y.value))
  for (let i = 0, k = 0; i < Jet.inputs; i++) {
    const [xi, yi, dxi, dyi] = [x.first[i], y.first[i], x.firstError[i], y.firstError[i]] as [number, number, number, number]
    out.first[i] = xi * y.value + x.value * yi
    out.firstError[i] =
      Math.abs(xi * y.value) +
      Math.abs(x.value * yi) +
      dxi * Math.abs(y.value) +
      Math.abs(xi) * y.error +
      Math.abs(x.value) * dyi +
      x.error * Math.abs(yi) +
      EPSILON * (dxi * y.error + x.error * dyi)
    for (let j = 0; j <= i; j++, k++) {
      const [xj, yj, dxj, dyj] = [x.first[j], y.first[j], x.firstError[j], y.firstError[j]] as [number, number, number, number]
      const [xij, yij] = [x.second[k] as number, y.second[k] as number]
      out.second[k] = xij * y.value + xi * yj + xj * yi + x.value * yij
      out.secondError[k] =
        Math.abs(xij * y.value) +
        Math.abs(xi * yj) +
        Math.abs(xj * yi) +
        Math.abs(x.value * yij) +
        (x.secondError[k] as number) * Math.abs(y.value) +
        Math.abs(xij) * y.error +
        dxi * Math.abs(yj) +
        Math.abs(xi) * dyj +
        dxj * Math.abs(yi) +
        Math.abs(xj) * dyi +
        x.error * Math.abs(yij) +
        Math.abs(x.value) * (y.secondError[k] as number) +
        EPSILON * ((x.secondError[k] as number) * y.error + x.error * (y.secondError[k] as number)) +
        dxi * dyj +
        dxj * dyi
    }
  }
  return out
}

export const square = (x: Jet): Jet => chain(x, [x.value ** 2, 2 * x.value, 2, 0])
export const reciprocal = (x: Jet): Jet => chain(x, [1 / x.value, -1 / x.value ** 2, 2 / x.value ** 3, -6 / x.value ** 4])
export const div = (x: Jet, y: Jet): Jet => mul(x, reciprocal(y))
export const exp = (x: Jet): Jet => {
  const e = Math.exp(x.value)
  return chain(x, [e, e, e, e])
}
export const log = (x: Jet): Jet => chain(x, [Math.log(x.value), 1 / x.value, -1 / x.value ** 2, 2 / x.value ** 3])
export const sqrt = (x: Jet): Jet => {
  const r = Math.sqrt(x.value)
  return chain(x, [r, 0.5 / r, -0.25 / r ** 3, 0.375 / r ** 5])
}
export const sin = (x: Jet): Jet => chain(x, [Math.sin(x.value), Math.cos(x.value), -Math.sin(x.value), -Math.cos(x.value)])
export const cos = (x: Jet): Jet => chain(x, [Math.cos(x.value), -Math.sin(x.value), -Math.cos(x.value), Math.sin(x.value)])
export const atan = (x: Jet): Jet => {
  const d = 1 / (1 + x.value ** 2)
  return chain(x, [Math.atan(x.value), d, -2 * x.value * d * d, (6 * x.value ** 2 - 2) * d ** 3])
}
export const sigmoid = (x: Jet): Jet => {
  const s = 1 / (1 + Math.exp(-x.value))
  const d = s * (1 - s)
  return chain(x, [s, d, -d * Math.tanh(x.value / 2), d * (1 - 6 * d)])
}

/** Sums and products of many, one after the other. */
export const total = (xs: readonly Jet[]): Jet => xs.reduce(add, new Jet(0))
export const product = (xs: readonly Jet[]): Jet => xs.reduce(mul, new Jet(1))

/** Comparisons that rounding could decide: programs with one of them are not compared, but counted. */
export const doubts = { count: 0 }

/** Whether x is below (−1), equal to (0) or above (1) y. */
export function compare(x: Jet, y: Jet): number {
  const difference = x.value - y.value
  if (difference !== 0 && Math.abs(difference) <= 256 * Number.EPSILON * (x.error + y.error)) doubts.count++
  return Math.sign(difference)
}

/** The largest (sign 1) or smallest (sign −1) of some, the mean of those that tie: they share the derivative. */
export function extreme(xs: readonly Jet[], sign: 1 | -1): Jet {
  let winners: Jet[] = []
  for (const x of xs) {
    const order = winners.length === 0 ? 1 : sign * compare(x, winners[0] as Jet)
    if (order > 0) winners = [x]
    else if (order === 0) winners.push(x)
  }
  return winners.length === 1 ? (winners[0] as Jet) : times(1 / winners.length, total(winners))
}

export const zero = new Jet(0)

export function abs(x: Jet): Jet {
  return times(compare(x, new Jet(0, 0)), x)
}

/** A jet without derivatives. */
export const constant = (x: Jet): Jet => new Jet(x.value, x.error)
