/*
 * Numbers as people write them: 1.1283791670955126 is 2/√π.
 */

const ROOTS: readonly (readonly [tex: string, value: number])[] = [
  [String.raw`\pi`, Math.PI],
  [String.raw`\sqrt{\pi}`, Math.sqrt(Math.PI)],
  [String.raw`\sqrt{2\pi}`, Math.sqrt(2 * Math.PI)],
  [String.raw`\sqrt{2/\pi}`, Math.sqrt(2 / Math.PI)],
  [String.raw`\ln 2`, Math.LN2],
  [String.raw`\ln 10`, Math.LN10],
  [String.raw`\sqrt{2}`, Math.SQRT2],
]

/** A positive number in TeX: small integers, times or over a known root, or its digits; `over` is what it is divided by. */
export function constant(value: number): { tex: string; over?: string } {
  if (Number.isNaN(value)) return { tex: String.raw`\text{NaN}` }
  if (value === Number.POSITIVE_INFINITY) return { tex: String.raw`\infty` }
  if (Number.isInteger(value) && value < 1e6) return { tex: String(value) }
  const same = (a: number) => Math.abs(a - value) <= 4 * Number.EPSILON * value
  for (const bottom of [2, 3, 4, 6, 7, 8, 9]) {
    const top = Math.round(value * bottom)
    if (top > 0 && top < 100 && same(top / bottom)) return { tex: `${top}`, over: `${bottom}` }
  }
  for (const [tex, root] of ROOTS) {
    for (const bottom of [1, 2, 3, 4]) {
      for (const top of [1, 2, 3, 4]) {
        const times = (factor: number, of = tex) => (factor === 1 ? of : `${factor}${of}`)
        if (same((top * root) / bottom)) return { tex: times(top), ...(bottom > 1 && { over: `${bottom}` }) }
        if (same(top / (bottom * root))) return { tex: `${top}`, over: times(bottom) }
      }
    }
  }
  const [digits = '', exponent] = String(Number(value.toPrecision(12))).split('e')
  return { tex: exponent === undefined ? digits : `${digits === '1' ? '' : String.raw`${digits} \cdot `}10^{${Number(exponent)}}` }
}
