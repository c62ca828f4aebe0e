import { ticks } from 'd3-array'

/** From numbers to places in a drawing, and back. */
export interface Scale {
  (x: number): number
  readonly domain: readonly [number, number]
  readonly range: readonly [number, number]
  readonly ticks: readonly number[]
  invert(place: number): number
}

/** A linear scale, with about so many ticks. */
export function linear(domain: readonly [number, number], range: readonly [number, number], count = 6): Scale {
  const slope = (range[1] - range[0]) / (domain[1] - domain[0])
  return Object.assign((x: number) => range[0] + slope * (x - domain[0]), {
    domain,
    range,
    ticks: ticks(domain[0], domain[1], count),
    invert: (place: number) => domain[0] + (place - range[0]) / slope,
  })
}

/** A logarithmic scale, with ticks at powers of ten that are `every` apart. */
export function logarithmic(domain: readonly [number, number], range: readonly [number, number], every = 1): Scale {
  const exponents = linear([Math.log10(domain[0]), Math.log10(domain[1])], range)
  const powers = Array.from({ length: 1000 }, (_, i) => every * (i - 500)).filter(k => k >= exponents.domain[0] - 1e-9 && k <= exponents.domain[1] + 1e-9)
  return Object.assign((x: number) => exponents(Math.log10(x)), {
    domain,
    range,
    ticks: powers.map(k => 10 ** k),
    invert: (place: number) => 10 ** exponents.invert(place),
  })
}

/** A path through points, broken where one is not finite, or far outside of the drawing. */
export function path(points: readonly (readonly [number, number])[], most = 5000): string {
  let open = false
  let text = ''
  for (const [x, y] of points) {
    const seen = Number.isFinite(x) && Number.isFinite(y) && Math.abs(y) < most
    if (seen) text += `${open ? 'L' : 'M'}${x.toFixed(1)} ${y.toFixed(1)}`
    open = seen
  }
  return text
}

/** So many numbers from one to the other. */
export function spread([from, to]: readonly [number, number], count: number): number[] {
  return Array.from({ length: count }, (_, i) => from + ((to - from) * i) / (count - 1))
}

const SUPERSCRIPTS = '⁰¹²³⁴⁵⁶⁷⁸⁹'

/** A number for a label: so many digits at most, a minus that is one, powers of ten for what is very large or small. */
export function short(x: number | undefined, digits = 4): string {
  if (x === undefined) return ''
  if (Number.isNaN(x)) return 'NaN'
  if (!Number.isFinite(x)) return x > 0 ? '∞' : '−∞'
  const size = Math.abs(x)
  if (size !== 0 && (size < 1e-4 || size >= 1e7)) {
    const [mantissa, exponent] = x.toExponential(Math.max(0, digits - 2)).split('e') as [string, string]
    return `${Number(mantissa) === 1 ? '' : `${signed(Number(mantissa))} · `}${powerOfTen(Number(exponent))}`
  }
  return signed(Number(x.toPrecision(digits)))
}

/** 10ᵏ. */
export function powerOfTen(k: number): string {
  return `10${k < 0 ? '⁻' : ''}${[...String(Math.abs(k))].map(digit => SUPERSCRIPTS[Number(digit)]).join('')}`
}

const signed = (x: number) => (Object.is(x, -0) ? '0' : String(x).replace('-', '−'))
