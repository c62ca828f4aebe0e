/* Pictures as SVG: lines, points and a band on two axes. */

export type Points = readonly (readonly [x: number, y: number])[]

/** What a picture shows. */
export interface Picture {
  title: string
  xLabel: string
  yLabel: string
  lines?: readonly { name: string; points: Points }[]
  dots?: readonly { name: string; points: Points }[]
  /** Between two heights at each x. */
  band?: { name: string; points: readonly (readonly [x: number, low: number, high: number])[] }
  /** Whether heights are shown by their logarithms. */
  logarithmic?: boolean
}

const [WIDTH, HEIGHT] = [760, 360]
const MARGIN = { left: 64, right: 150, top: 36, bottom: 44 }
const MIDDLE = (MARGIN.left + WIDTH - MARGIN.right) / 2
const COLORS = ['#1f6feb', '#d1570c', '#2c7a39', '#8250df', '#57606a']

/** The picture of losses by steps; of many steps with their mean over a stretch. */
export function lossCurve(title: string, losses: readonly number[]): string {
  const each = { name: 'each step', points: losses.map((loss, i) => [i + 1, loss] as const) }
  const stretch = Math.ceil(losses.length / 40)
  const means = losses.map((_, i) => {
    const last = losses.slice(Math.max(0, i + 1 - stretch), i + 1)
    return [i + 1, last.reduce((sum, loss) => sum + loss, 0) / last.length] as const
  })
  const lines = losses.length > 100 ? [each, { name: `mean of ${stretch} steps`, points: means }] : [each]
  return svg({ title, xLabel: 'step', yLabel: 'loss', lines, logarithmic: true })
}

/** A picture as the text of an SVG file. */
export function svg({ title, xLabel, yLabel, lines = [], dots = [], band, logarithmic = false }: Picture): string {
  const all = [...lines, ...dots].flatMap(each => each.points)
  const heights = [...all.map(([, y]) => y), ...(band?.points.flatMap(([, low, high]) => [low, high]) ?? [])].filter(
    y => Number.isFinite(y) && (!logarithmic || y > 0),
  )
  const height = (y: number) => (logarithmic ? Math.log10(y) : y)
  const x = axis([...all.map(([each]) => each), ...(band?.points.map(([each]) => each) ?? [])], MARGIN.left, WIDTH - MARGIN.right)
  const y = axis(heights.map(height), HEIGHT - MARGIN.bottom, MARGIN.top)
  const at = (px: number, py: number) => `${round(x.place(px))},${round(y.place(height(py)))}`
  const drawn = (points: Points) => points.filter(([, py]) => Number.isFinite(py) && (!logarithmic || py > 0))
  const color = (i: number) => COLORS[i % COLORS.length] as string
  const area = band && [...band.points.map(([px, , high]) => at(px, high)), ...[...band.points].reverse().map(([px, low]) => at(px, low))].join(' ')
  const names = [...lines, ...dots, ...(band === undefined ? [] : [band])].map(each => each.name)
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${HEIGHT}" width="${WIDTH}" height="${HEIGHT}" font-family="sans-serif" font-size="12" role="img" aria-label="${escaped(title)}">`,
    `<rect width="${WIDTH}" height="${HEIGHT}" fill="white"/>`,
    `<text x="${MIDDLE}" y="20" text-anchor="middle" font-size="14">${escaped(title)}</text>`,
    ...x.ticks.map(tick => `<text x="${round(x.place(tick))}" y="${HEIGHT - MARGIN.bottom + 16}" text-anchor="middle">${label(tick)}</text>`),
    ...y.ticks.map(tick => {
      const [where, text] = [round(y.place(tick)), label(logarithmic ? 10 ** tick : tick)]
      return `<line x1="${MARGIN.left}" x2="${WIDTH - MARGIN.right}" y1="${where}" y2="${where}" stroke="#ddd"/><text x="${MARGIN.left - 6}" y="${where + 4}" text-anchor="end">${text}</text>`
    }),
    `<text x="${MIDDLE}" y="${HEIGHT - 8}" text-anchor="middle">${escaped(xLabel)}</text>`,
    `<text transform="translate(14 ${HEIGHT / 2}) rotate(-90)" text-anchor="middle">${escaped(yLabel)}</text>`,
    ...(area === undefined ? [] : [`<polygon points="${area}" fill="${color(0)}" opacity="0.2"/>`]),
    ...lines.map(
      ({ points }, i) =>
        `<polyline points="${drawn(points)
          .map(([px, py]) => at(px, py))
          .join(' ')}" fill="none" stroke="${color(i)}" stroke-width="1.5"/>`,
    ),
    ...dots.flatMap(({ points }, i) =>
      drawn(points).map(([px, py]) => {
        const [cx, cy] = at(px, py).split(',')
        return `<circle cx="${cx}" cy="${cy}" r="2" fill="${color(lines.length + i)}" opacity="0.6"/>`
      }),
    ),
    ...names.map((name, i) => {
      const top = MARGIN.top + 8 + 16 * i
      const isBand = band !== undefined && i === names.length - 1
      return `<rect x="${WIDTH - MARGIN.right + 12}" y="${top - 8}" width="10" height="10" fill="${color(isBand ? 0 : i)}"${isBand ? ' opacity="0.2"' : ''}/><text x="${WIDTH - MARGIN.right + 28}" y="${top + 1}">${escaped(name)}</text>`
    }),
    '</svg>',
    '',
  ].join('\n')
}

/** Where numbers stand between two places, and round numbers among them. */
function axis(numbers: readonly number[], from: number, to: number) {
  const [least, most] = numbers.reduce(([low, high], each) => [Math.min(low, each), Math.max(high, each)], [Infinity, -Infinity])
  const [low, high] = least < most ? [least, most] : Number.isFinite(least) ? [least - 1, most + 1] : [0, 1]
  const rough = (high - low) / 5
  const power = 10 ** Math.floor(Math.log10(rough))
  const step = ([1, 2, 5, 10].find(each => each * power >= rough) ?? 10) * power
  const ticks: number[] = []
  for (let k = Math.ceil(low / step); k * step <= high; k++) ticks.push(k * step)
  return { ticks, place: (number: number) => from + ((number - low) / (high - low)) * (to - from) }
}

const round = (x: number) => Math.round(10 * x) / 10
const label = (x: number) => String(Number(x.toPrecision(3)))
const escaped = (text: string) => text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('"', '&quot;')
