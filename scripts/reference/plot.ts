import { linear, path, short, spread } from '../../docs/.vitepress/theme/figure/scale.ts'
import * as operators from '../../src/index.ts'
import type { OperatorDefinition } from '../../src/ops/registry.ts'

/** Where functions of one number are drawn, unless from −4 to 4. */
const RANGES: { readonly [name: string]: readonly [number, number] } = {
  acos: [-1, 1], asin: [-1, 1], acosh: [1, 5], atanh: [-1, 1], log: [0.01, 5], log2: [0.01, 5], log10: [0.01, 5], log1p: [-0.99, 5], sqrt: [0, 5], gamma: [-3.9, 4.5], logGamma: [0.05, 6], rootOneMinusSquare: [-1, 1],
  digamma: [0.05, 6], entr: [0, 2], ndtr: [-4, 4], logNdtr: [-4, 3], besselI0: [-3, 3], besselI1: [-3, 3], besselI0e: [-9, 9], besselI1e: [-9, 9], erfInv: [-0.99, 0.99], besselJ0: [-15, 15], besselJ1: [-15, 15], sinc: [-4, 4], tan: [-1.5, 1.5], exp: [-3, 3], expm1: [-3, 3], exp2: [-3, 3], reciprocal: [-3, 3], positiveReciprocal: [0.05, 4],
} // biome-ignore format: a list

const [WIDTH, HEIGHT] = [640, 250]
const MARGIN = { left: 44, right: 12, top: 12, bottom: 28 }
const POINTS = 201

/** A drawing of an operator of one number with its derivative; undefined for others. */
export function plotOf({ name, samples, ...definition }: OperatorDefinition): string | undefined {
  const isOfOne = samples[0]?.length === 1 && samples.every(([x]) => typeof x === 'number')
  const isMask = 'mask' in definition && definition.mask === true
  if (!isOfOne || isMask || ('arity' in definition && definition.arity !== 1)) return undefined
  const f = operators[name as 'sin'] as unknown as (x: number) => number
  const isFlat = 'differentiable' in definition && !definition.differentiable
  const slope = isFlat ? undefined : operators.derivative(f)
  const range = RANGES[name] ?? [-4, 4]
  const places = spread(range, POINTS)
  const values = places.map(x => Number(f(x)))
  const slopes = slope === undefined ? [] : places.map(x => Number(slope(x)))
  const x = linear(range, [MARGIN.left, WIDTH - MARGIN.right], 8)
  const y = linear(window([...values, ...slopes]), [HEIGHT - MARGIN.bottom, MARGIN.top], 5)
  const line = (of: readonly number[]) => path(steps(places, of, y.domain[1] - y.domain[0]).map(([place, value]) => [x(place), y(value)] as const))
  const label = `${name}${slope === undefined ? '' : ' and its derivative'} from ${short(range[0])} to ${short(range[1])}`
  return [
    `<figure class="figure operator-plot" role="group" aria-label="${label}">`,
    `<svg viewBox="0 0 ${WIDTH} ${HEIGHT}" role="img" aria-label="${label}">`,
    `<clipPath id="seen"><rect x="${MARGIN.left}" y="${MARGIN.top}" width="${WIDTH - MARGIN.left - MARGIN.right}" height="${HEIGHT - MARGIN.top - MARGIN.bottom}" /></clipPath>`,
    `<path class="figure-grid" d="${x.ticks.map(tick => `M${x(tick).toFixed(1)} ${y.range[0]}V${y.range[1]}`).join('')}${y.ticks.map(tick => `M${x.range[0]} ${y(tick).toFixed(1)}H${x.range[1]}`).join('')}" />`,
    ...x.ticks.map(tick => `<text class="figure-tick" text-anchor="middle" x="${x(tick).toFixed(1)}" y="${HEIGHT - 9}">${short(tick)}</text>`),
    ...y.ticks.map(tick => `<text class="figure-tick" text-anchor="end" x="${MARGIN.left - 7}" y="${(y(tick) + 4).toFixed(1)}">${short(tick)}</text>`),
    '<g clip-path="url(#seen)">',
    ...(slope === undefined ? [] : [`<path class="figure-line tangent dashed" d="${line(slopes)}" />`]),
    `<path class="figure-line value" d="${line(values)}" />`,
    '</g></svg>',
    `<figcaption><span class="value">${name}</span>${slope === undefined ? '' : ', dashed <span class="tangent">its derivative</span>'}</figcaption>`,
    '</figure>',
  ].join('\n')
}

/** What of the values is drawn: all but the ends of poles. */
function window(values: readonly number[]): readonly [number, number] {
  const finite = values.filter(Number.isFinite).sort((a, b) => a - b)
  const at = (part: number) => finite[Math.round(part * (finite.length - 1))] as number
  const [low, high] = [at(0.08), at(0.92)]
  const middle = high - low || 1
  const least = (finite[0] as number) < low - 3 * middle ? low - 0.3 * middle : (finite[0] as number)
  const most = (finite.at(-1) as number) > high + 3 * middle ? high + 0.3 * middle : (finite.at(-1) as number)
  const room = 0.06 * (most - least || 1)
  return [least - room, most + room]
}

/** The points of a line, with a gap where it leaps, and at poles where it comes back from the other side. */
function steps(places: readonly number[], values: readonly number[], height: number): (readonly [number, number])[] {
  const changes = values.map((value, i) => Math.abs(value - (values[i - 1] ?? value)))
  return places.flatMap((place, i) => {
    const change = changes[i] as number
    const leaps = i > 1 && change > 0.1 * height && change > 20 * ((changes[i - 1] as number) + (changes[i + 1] ?? 0))
    const isPole = i > 0 && change > 0.2 * height && Math.sign(values[i] as number) !== Math.sign(values[i - 1] as number)
    const point = [place, values[i] as number] as const
    return leaps || isPole ? [[place, Number.NaN] as const, point] : [point]
  })
}
