import { readFileSync } from 'node:fs'

/** A data set of NIST's Statistical Reference Datasets for nonlinear regression. */
export interface NistDataSet {
  name: string
  /** The left and the right side of the model, as mathjs reads them. */
  response: string
  model: string
  parameters: string[]
  starts: [number[], number[]]
  certified: number[]
  certifiedDeviations: number[]
  /** The certified standard deviation of the residuals. */
  residualDeviation: number
  columns: { [name: string]: number[] }
}

export const DATA_SETS = [
  'Misra1a',
  'Chwirut2',
  'Chwirut1',
  'Lanczos3',
  'Gauss1',
  'Gauss2',
  'DanWood',
  'Misra1b', // lower difficulty
  'Kirby2',
  'Hahn1',
  'Nelson',
  'MGH17',
  'Lanczos1',
  'Lanczos2',
  'Gauss3',
  'Misra1c',
  'Misra1d',
  'Roszman1',
  'ENSO', // average
  'MGH09',
  'Thurber',
  'BoxBOD',
  'Rat42',
  'MGH10',
  'Eckerle4',
  'Rat43',
  'Bennett5', // higher
]

/** Reads a data set's file, from the folder of this one unless another is named. */
export function readDataSet(name: string, folder: URL = new URL('./data/nist-strd/', import.meta.url)): NistDataSet {
  const lines = readFileSync(new URL(`${name}.dat`, folder), 'latin1').split(/\r?\n/)
  const modelStart = lines.findIndex(line => line.startsWith('Model:'))
  const tableStart = lines.findIndex(line => /Starting [Vv]alues\s+Certified/.test(line))
  const formula = lines.slice(modelStart, tableStart).join(' ').replace(/\s+/g, ' ')
  const [, response, model] = /\b(y|log\[y\]) = (.*?)\+ e\b/.exec(formula.replace(/pi = [\d.E]+/, '')) as unknown as [string, string, string]
  const rows = lines.flatMap(line => {
    const match = /^\s*(b\d) =\s+(\S+)\s+(\S+)\s+(\S+)\s+(\S+)/.exec(line)
    return match === null ? [] : [match]
  })
  const numbers = (column: number) => rows.map(row => Number(row[column]))
  const dataStart = lines.findLastIndex(line => line.startsWith('Data:'))
  const names = (lines[dataStart] as string).slice(5).trim().split(/\s+/)
  const data = lines
    .slice(dataStart + 1)
    .filter(line => line.trim() !== '')
    .map(line => line.trim().split(/\s+/).map(Number))
  return {
    name,
    response: mathjsFormula(response),
    model: mathjsFormula(model),
    parameters: rows.map(row => row[1] as string),
    starts: [numbers(2), numbers(3)],
    certified: numbers(4),
    certifiedDeviations: numbers(5),
    residualDeviation: Number(/Residual Standard Deviation:\s+(\S+)/.exec(lines.join('\n'))?.[1]),
    columns: Object.fromEntries(names.map((each, i) => [each, data.map(row => row[i] as number)])),
  }
}

function mathjsFormula(formula: string): string {
  return formula.replaceAll('[', '(').replaceAll(']', ')').replaceAll('**', '^').replaceAll('arctan', 'atan').trim()
}
