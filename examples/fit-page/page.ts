/// <reference lib="dom" />
import uPlot from 'uplot'
import { formulaOf } from '../../src/cli/expressions.ts'
import { type Columns, fitModel } from '../../src/cli/fit.ts'
import { Tensor } from '../../src/index.ts'
import { studentQuantile } from '../../src/solve/least-squares/covariance.ts'

/*
 * A page that fits a visitor's formula to pasted data: `npm run fit-page` serves it.
 */

const field = <E extends HTMLElement>(id: string) => document.getElementById(id) as E
let plots: uPlot[] = []
/** Part of the cases in which intervals and the band hold. */
const CONFIDENCE = 0.95

field<HTMLFormElement>('form').addEventListener('submit', event => {
  event.preventDefault()
  field('error').textContent = ''
  try {
    show(fitted(field<HTMLInputElement>('formula').value, field<HTMLInputElement>('start').value, field<HTMLTextAreaElement>('data').value))
  } catch (error) {
    field('error').textContent = (error as Error).message
  }
})
field<HTMLFormElement>('form').requestSubmit()

/** The first column is what the formula predicts. */
function fitted(formula: string, start: string, data: string) {
  const columns = readColumns(data)
  const [response, ...others] = Object.keys(columns) as [string, ...string[]]
  const observed = columns[response] as number[]
  const given = Object.fromEntries(others.map(name => [name, columns[name] as number[]]))
  const initial = readStart(start)
  const predict = formulaOf(formula, given)
  const first = predict(initial)
  const length = first instanceof Tensor ? first.size : 1
  if (first instanceof Tensor && length !== observed.length) throw new Error(`The formula gives ${length} values for ${observed.length} rows.`)
  return { ...fitModel({ predict, observed, columns, start: initial }), response, columns }
}

function show({
  x,
  standardDeviations,
  covariance,
  jacobian,
  residuals,
  value,
  degreesOfFreedom,
  iterations,
  message,
  status,
  response,
  columns,
}: ReturnType<typeof fitted>) {
  const reach = studentQuantile(CONFIDENCE, degreesOfFreedom)
  const rows = Object.entries(x).map(([name, each]) => {
    const deviation = standardDeviations[name] as number
    return [name, digits(each), digits(deviation), `${(each - reach * deviation).toPrecision(4)} to ${(each + reach * deviation).toPrecision(4)}`]
  })
  field<HTMLTableElement>('result').replaceChildren(
    ...[['parameter', 'value', 'standard deviation', '95 % interval'], ...rows].map((cells, i) => {
      const row = document.createElement('tr')
      row.append(...cells.map(cell => Object.assign(document.createElement(i === 0 ? 'th' : 'td'), { textContent: cell })))
      return row
    }),
  )
  field('summary').textContent = `Sum of squares ${digits(2 * value)} after ${iterations} iterations; ${status === 'converged' ? '' : `${status}: `}${message}.`
  const seen = columns[response] as readonly number[]
  const predicted = seen.map((each, i) => each + residuals.at(i))
  // The standard error of each prediction: its row of the Jacobian on both sides of the covariance.
  const derivatives = jacobian.toDense()
  const errors = seen.map((_, i) => {
    const row = Array.from({ length: rows.length }, (_, j) => derivatives.at(i, j))
    return reach * Math.sqrt(row.reduce((sum, a, j) => sum + row.reduce((inner, b, k) => inner + a * b * (covariance as Tensor).at(j, k), 0), 0))
  })
  const [across = response] = Object.keys(columns).slice(1)
  const places = columns[across] as readonly number[]
  const order = places.map((_, i) => i).sort((a, b) => (places[a] as number) - (places[b] as number))
  const sorted = (list: readonly number[]) => order.map(i => list[i] as number)
  for (const plot of plots) plot.destroy()
  const line = { points: { show: false }, stroke: '#2563eb' }
  const dots = { stroke: '#c2410c', paths: () => null, points: { show: true, size: 7 } }
  plots = [
    drawn(
      {
        across,
        up: response,
        height: 320,
        series: [
          { label: response, ...dots },
          { label: 'fit', ...line, width: 2 },
          { label: 'from', ...line, width: 0 },
          { label: 'to', ...line, width: 0 },
        ],
        bands: [{ series: [4, 3], fill: '#2563eb33' }],
      },
      [places, seen, predicted, predicted.map((each, i) => each - (errors[i] as number)), predicted.map((each, i) => each + (errors[i] as number))].map(sorted),
      'plot',
    ),
    drawn(
      { across, up: 'predicted − observed', height: 200, series: [{ label: 'residual', ...dots }] },
      [places, residuals.toArray() as number[]].map(sorted),
      'residuals',
    ),
  ]
}

interface Drawing {
  across: string
  up: string
  height: number
  series: uPlot.Series[]
  bands?: uPlot.Band[]
}

function drawn({ across, up, height, series, bands = [] }: Drawing, data: number[][], place: string): uPlot {
  const axes = [across, up].map(label => ({ label, stroke: 'currentColor' }))
  const width = Math.min(672, document.body.clientWidth - 32)
  return new uPlot(
    { width, height, scales: { x: { time: false } }, axes, series: [{ label: across }, ...series], bands },
    data as uPlot.AlignedData,
    field(place),
  )
}

function digits(x: number | undefined): string {
  return x === undefined ? '' : x.toPrecision(10).replace(/\.?0+($|e)/, '$1')
}

/** Columns by name, from lines of numbers between blanks, commas, semicolons or tabs. */
function readColumns(text: string): Columns {
  const [head = [], ...rows] = text
    .trim()
    .split(/\n+/)
    .map(line => line.trim().split(/[\s,;]+/))
  if (rows.length === 0 || head.some(name => !/^[A-Za-z_]\w*$/.test(name))) throw new Error('The data begin with a line of names, such as: y x')
  rows.forEach((row, i) => {
    if (row.length !== head.length || row.some(cell => !Number.isFinite(Number(cell))))
      throw new Error(`Row ${i + 1} of the data is not ${head.length} numbers: ${row.join(' ')}`)
  })
  return Object.fromEntries(head.map((name, column) => [name, rows.map(row => Number(row[column]))]))
}

/** Parameters from text such as b1 = 500, b2 = 0.0001. */
function readStart(text: string): { [name: string]: number } {
  return Object.fromEntries(
    text.split(/[,;\n]+/).map(part => {
      const [, name, value] = /^\s*([A-Za-z_]\w*)\s*=\s*(\S+)\s*$/.exec(part) ?? []
      if (name === undefined || !Number.isFinite(Number(value))) throw new Error(`“${part.trim()}” does not say where a parameter starts, as b1 = 500 does.`)
      return [name, Number(value)]
    }),
  )
}
