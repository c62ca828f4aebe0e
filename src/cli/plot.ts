import { withPeer } from './peer.ts'

/** A curve: its name, and a value for each point on the axis. */
export interface Curve {
  readonly name: string
  readonly values: readonly number[]
}

/** Curves over one axis as an SVG, by the package echarts, which is only needed here. */
export async function plotSvg(axis: Curve, curves: readonly Curve[]): Promise<string> {
  const { init } = await withPeer('echarts', 'A plot (--out file.csv makes none)', () => import('echarts'))
  const chart = init(null, null, { renderer: 'svg', ssr: true, width: 720, height: 450 })
  chart.setOption({
    animation: false,
    backgroundColor: '#fff',
    legend: { bottom: 0 },
    grid: { left: 16, right: 32, top: 24, bottom: 48, containLabel: true },
    xAxis: { type: 'value', name: axis.name, min: 'dataMin', max: 'dataMax' },
    yAxis: { type: 'value', scale: true },
    series: curves.map(({ name, values }) => ({ name, type: 'line', showSymbol: false, data: values.map((value, i) => [axis.values[i], value]) })),
  })
  const svg = chart.renderToSVGString()
  chart.dispose()
  return svg
}
