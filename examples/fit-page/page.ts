/// <reference lib="dom" />
import uPlot from 'uplot'
import { Expression, jacobian } from '../../src/mathjs/index.ts'
import { levenbergMarquardt } from '../../src/optim/index.ts'

/*
 * A page that fits a visitor's formula to pasted data: `npm run fit-page` serves it.
 */

const field = <E extends HTMLElement>(id: string) => document.getElementById(id) as E
let plot: uPlot | undefined

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

type Columns = { [name: string]: number[] }

/** The first column is what the formula predicts. */
function fitted(formula: string, start: string, data: string) {
  const columns = readColumns(data)
  const [response, ...others] = Object.keys(columns) as [string, ...string[]]
  const observed = columns[response] as number[]
  const given = Object.fromEntries(others.map(name => [name, columns[name] as number[]]))
  const initial = readStart(start)
  const names = Object.keys(initial)
  if (names.length >= observed.length)
    throw new Error(`${names.length} parameters need at least ${names.length + 1} rows of data; there are ${observed.length}.`)
  // A trial step may leave the domain of the formula: its residuals are no numbers then, and it is not taken.
  const options = { elementwise: true, complex: 'nan' } as const
  const model = new Expression(formula, options)
  const scope = (parameters: readonly number[]) => ({ ...given, ...Object.fromEntries(names.map((name, i) => [name, parameters[i]])) })
  const predict = (parameters: readonly number[]) => {
    const value = model.evaluate(scope(parameters)) as number | { toArray(): number[] }
    return typeof value === 'number' ? observed.map(() => value) : value.toArray()
  }
  if (predict(Object.values(initial)).length !== observed.length)
    throw new Error(`The formula gives ${predict(Object.values(initial)).length} values for ${observed.length} rows.`)
  const result = levenbergMarquardt(parameters => {
    const rows = jacobian(model, scope(parameters), { withRespectTo: names }) as number[] | number[][]
    return {
      residuals: predict(parameters).map((value, i) => value - (observed[i] as number)),
      jacobian: Array.isArray(rows[0]) ? (rows as number[][]) : observed.map(() => rows as number[]),
    }
  }, Object.values(initial))
  return { ...result, names, response, columns, predict }
}

function show({
  names,
  parameters,
  standardDeviations,
  residualSumOfSquares,
  iterations,
  reason,
  converged,
  response,
  columns,
  predict,
}: ReturnType<typeof fitted>) {
  field<HTMLTableElement>('result').replaceChildren(
    ...[['parameter', 'value', 'standard deviation'], ...names.map((name, i) => [name, digits(parameters[i]), digits(standardDeviations[i])])].map(
      (cells, i) => {
        const row = document.createElement('tr')
        row.append(...cells.map(cell => Object.assign(document.createElement(i === 0 ? 'th' : 'td'), { textContent: cell })))
        return row
      },
    ),
  )
  field('summary').textContent =
    `Sum of squares ${digits(residualSumOfSquares)} after ${iterations} iterations; ${converged ? '' : 'not converged: '}${reason}.`
  const [across = response] = Object.keys(columns).slice(1)
  const x = columns[across] as number[]
  const order = x.map((_, i) => i).sort((a, b) => (x[a] as number) - (x[b] as number))
  const sorted = (list: readonly number[]) => order.map(i => list[i] as number)
  plot?.destroy()
  plot = new uPlot(
    {
      width: Math.min(672, document.body.clientWidth - 32),
      height: 320,
      scales: { x: { time: false } },
      axes: [
        { label: across, stroke: 'currentColor' },
        { label: response, stroke: 'currentColor' },
      ],
      series: [
        { label: across },
        { label: response, stroke: '#c2410c', paths: () => null, points: { show: true, size: 7 } },
        { label: 'fit', stroke: '#2563eb', width: 2, points: { show: false } },
      ],
    },
    [sorted(x), sorted(columns[response] as number[]), sorted(predict(parameters))],
    field('plot'),
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
