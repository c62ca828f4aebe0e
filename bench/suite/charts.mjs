/* Charts of stored results: SVG that ECharts draws without a browser, in the colors of the site's figures, light and dark. */
import { CustomChart, LineChart, ScatterChart } from 'echarts/charts'
import { GridComponent, LegendComponent, TitleComponent } from 'echarts/components'
import { init, use } from 'echarts/core'
import { SVGRenderer } from 'echarts/renderers'

use([CustomChart, LineChart, ScatterChart, GridComponent, LegendComponent, TitleComponent, SVGRenderer])

/** Names of colors, each drawn as a number that is replaced in the end: light and dark. */
const COLORS = {
  ink: ['#22252b', '#e4e2dc'],
  label: ['#545a66', '#aeb3be'],
  axis: ['#8d8c86', '#767d8a'],
  grid: ['#e4e2db', '#2c313b'],
  ground: ['#f7f6f2', '#1b1e25'],
  blue: ['#1d5fbf', '#86b3ff'],
  orange: ['#b4450a', '#ff9f63'],
  green: ['#0a7052', '#5bcfa6'],
  red: ['#b3202a', '#ff8d90'],
  violet: ['#7a3aa8', '#d4abec'],
  olive: ['#6b6400', '#d9cf5a'],
  teal: ['#0b6b80', '#6fd0e0'],
  brown: ['#7d5232', '#d8ad8b'],
}
const placeholder = Object.fromEntries(Object.keys(COLORS).map((name, i) => [name, `#00fe${(i + 16).toString(16)}`]))

/** A color, a symbol and a line for each name, the same in all charts. */
const STYLES = {
  'JavaScript by hand': ['ink', 'circle', 'solid'],
  'C++ by hand': ['ink', 'rect', 'dashed'],
  'ADOL-C': ['brown', 'triangle', 'dashed'],
  compiled: ['blue', 'circle', 'solid'],
  'compiled, a tensor': ['blue', 'circle', 'solid'],
  'compiled, numbers': ['blue', 'rect', 'dashed'],
  'compiled, float32': ['teal', 'rect', 'dashed'],
  eager: ['green', 'circle', 'solid'],
  'eager, numbers': ['green', 'rect', 'dashed'],
  'eager, a tensor': ['green', 'circle', 'solid'],
  'planner’s choice': ['blue', 'circle', 'solid'],
  forward: ['orange', 'triangle', 'dashed'],
  reverse: ['green', 'rect', 'dashed'],
  elimination: ['violet', 'diamond', 'dashed'],
  pushing: ['violet', 'diamond', 'dashed'],
  Rose: ['red', 'diamond', 'solid'],
  'jax-js': ['orange', 'triangle', 'solid'],
  'TensorFlow.js': ['violet', 'diamond', 'solid'],
  mathjs: ['olive', 'roundRect', 'solid'],
  differences: ['olive', 'triangle', 'dotted'],
  limit: ['red', 'rect', 'solid'],
}
const styleOf = name => STYLES[name] ?? ['teal', 'circle', 'solid']

const [WIDTH, HEIGHT] = [820, 470]
const text = { color: placeholder.label, fontFamily: 'system-ui, sans-serif', fontSize: 13 }

function axis({ name, log = true, data, rotate = 0, format = power, min, max }) {
  return {
    type: data === undefined ? (log ? 'log' : 'value') : 'category',
    ...(data !== undefined && { data }),
    ...{ name, nameTextStyle: text, min, max },
    axisLine: { show: true, lineStyle: { color: placeholder.axis } },
    axisTick: { lineStyle: { color: placeholder.axis } },
    axisLabel: { ...text, rotate, interval: 0, ...(data === undefined && { formatter: format }) },
    splitLine: { show: data === undefined, lineStyle: { color: placeholder.grid } },
  }
}

const SUPERSCRIPTS = '⁰¹²³⁴⁵⁶⁷⁸⁹'

/** A number on a logarithmic axis. */
function power(x) {
  const exponent = Math.round(Math.log10(x))
  if (Math.abs(exponent) < 4 || Math.abs(x / 10 ** exponent - 1) > 1e-9) return x.toLocaleString('en-US', { maximumFractionDigits: 3 })
  return `10${exponent < 0 ? '⁻' : ''}${[...String(Math.abs(exponent))].map(digit => SUPERSCRIPTS[digit]).join('')}`
}

/** The SVG of an option, with colors that follow the reader's. */
function drawn({ title, height = HEIGHT, legend = true, bottom = 58, left = 64, ...option }) {
  const chart = init(null, null, { renderer: 'svg', ssr: true, width: WIDTH, height })
  chart.setOption({
    animation: false,
    backgroundColor: placeholder.ground,
    textStyle: text,
    title: { text: title, left: 16, top: 12, textStyle: { ...text, color: placeholder.ink, fontSize: 16, fontWeight: 600 } },
    ...(legend && { legend: { top: 42, left: 12, itemWidth: 26, itemGap: 22, textStyle: text, inactiveColor: placeholder.axis } }),
    grid: { left, right: 32, top: legend ? 126 : 76, bottom },
    ...option,
  })
  const svg = chart.renderToSVGString({ useViewBox: true })
  chart.dispose()
  return colored(svg, title)
}

function colored(svg, title) {
  const names = Object.keys(COLORS)
  const variables = dark => names.map(name => `--${name}:${COLORS[name][dark]}`).join(';')
  const style = `<title>${title}</title><style>:root{${variables(0)}}@media(prefers-color-scheme:dark){:root{${variables(1)}}}</style>`
  let out = svg.replace(/zr\d+-/g, 'zr-').replace(/<svg([^>]*)>/, `<svg$1>${style}`)
  for (const name of names) out = out.replaceAll(`"${placeholder[name]}"`, `"var(--${name})"`).replaceAll(placeholder[name], `var(--${name})`)
  return `${out.replace(/></g, '>\n<')}\n`
}

/** Lines over a logarithmic axis (or categories): series of names and points. */
export function lines({ title, x, y, series }) {
  return drawn({
    title,
    xAxis: { ...axis(x), nameLocation: 'middle', nameGap: 34 },
    yAxis: { ...axis(y), nameLocation: 'end', nameTextStyle: { ...text, align: 'left', padding: [0, 0, 0, -50] } },
    series: series.map(({ name, points, style = styleOf(name) }) => ({
      ...{ type: 'line', name, data: points, symbol: style[1], symbolSize: 8 },
      itemStyle: { color: placeholder[style[0]] },
      lineStyle: { color: placeholder[style[0]], type: style[2], width: name.startsWith('planner') ? 4 : 2 },
    })),
  })
}

/** Marks beside categories, on a logarithmic axis from left to right: one for each series. */
export function marks({ title, x, categories, series }) {
  return drawn({
    title,
    height: 190 + 24 * categories.length,
    left: 372,
    xAxis: { ...axis(x), nameLocation: 'middle', nameGap: 34 },
    yAxis: { ...axis({ data: categories }), inverse: true, splitLine: { show: true, lineStyle: { color: placeholder.grid } } },
    series: series.map(({ name, values, style = styleOf(name) }) => ({
      ...{ type: 'scatter', name, symbol: style[1], symbolSize: name === 'limit' ? [3, 16] : 11 },
      itemStyle: { color: placeholder[style[0]], opacity: 0.9 },
      data: values.map((value, i) => [value, i]).filter(([value]) => value !== undefined),
    })),
  })
}

/** A number for each cell of a grid, written into it, on a ground that is the darker the larger its logarithm. */
export function cells({ title, x, y, values }) {
  const logs = values.map(([, , value]) => Math.log10(value))
  const [low, high] = [Math.min(...logs), Math.max(...logs)]
  return drawn({
    title,
    legend: false,
    xAxis: { ...axis({ data: x.data, name: x.name }), nameLocation: 'middle', nameGap: 34 },
    yAxis: { ...axis({ data: y.data, name: y.name }), nameTextStyle: { ...text, align: 'left', padding: [0, 0, 0, -40] } },
    series: [
      {
        type: 'custom',
        encode: { x: 0, y: 1 },
        data: values,
        renderItem: (_, api) => {
          const [px, py] = api.coord([api.value(0), api.value(1)])
          const [width, height] = api.size([1, 1])
          const value = api.value(2)
          const share = (Math.log10(value) - low) / (high - low || 1)
          const shape = { x: px - width / 2 + 1, y: py - height / 2 + 1, width: width - 2, height: height - 2 }
          const label = {
            text: Number(value.toPrecision(3)).toLocaleString('en-US'),
            x: px,
            y: py,
            fill: placeholder.ink,
            fontFamily: text.fontFamily,
            fontSize: 15,
          }
          return {
            type: 'group',
            children: [
              { type: 'rect', shape, style: { fill: placeholder.blue, opacity: 0.08 + 0.42 * share } },
              { type: 'text', style: { ...label, align: 'center', verticalAlign: 'middle' } },
            ],
          }
        },
      },
    ],
  })
}
