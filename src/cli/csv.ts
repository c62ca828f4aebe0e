import { counted } from '../core/counted.ts'
import { DualtapeError } from '../core/errors.ts'
import { readText } from './input.ts'

/**
 * Columns of a CSV file: by the names in its first line, or x, y (x1, x2, …, y) where that line holds numbers. Cells are
 * separated by tabs, semicolons or commas, whichever the first line has, or else by spaces, and may stand in quotes.
 */
export function readColumns(path: string): { [name: string]: number[] } {
  const fail = (message: string) => new DualtapeError(`--data: ${path}${message}`)
  const lines = readText('--data', path)
    .replace(/^\uFEFF/, '')
    .split(/\r?\n/)
  const separator = separatorOf(lines.find(line => line.trim() !== '') ?? '')
  const rows = lines.map((line, i) => ({ line: i + 1, cells: cellsOf(line, separator) })).filter(row => row.cells.some(cell => cell !== ''))
  const first = rows[0]
  if (first === undefined) throw fail(' is empty.')
  const hasHeader = first.cells.some(cell => Number.isNaN(Number(cell)))
  const count = first.cells.length
  const names = hasHeader ? first.cells : [...(count === 2 ? ['x'] : Array.from({ length: count - 1 }, (_, i) => `x${i + 1}`)), 'y']
  const twice = names.find((name, i) => names.indexOf(name) < i)
  if (twice !== undefined) throw fail(` has two columns named ${JSON.stringify(twice)}.`)
  const data = rows.slice(hasHeader ? 1 : 0).map(({ line, cells }) => {
    if (cells.length !== names.length)
      throw fail(`, line ${line} has ${counted(cells.length, 'value')}, where ${names.length} were expected (${names.join(', ')}).`)
    return cells.map((cell, i) => {
      const number = cell === '' ? Number.NaN : Number(cell)
      if (!Number.isFinite(number)) throw fail(`, line ${line}: ${JSON.stringify(cell)} in column ${names[i]} is not a number.`)
      return number
    })
  })
  return Object.fromEntries(names.map((name, i) => [name, data.map(row => row[i] as number)]))
}

function separatorOf(line: string): RegExp {
  const plain = line.replace(QUOTED, '')
  return plain.includes('\t') ? /\t/ : plain.includes(';') ? /;/ : plain.includes(',') ? /,/ : /\s+/
}

const QUOTED = /"(?:[^"]|"")*"/g

/** The cells of one line, without their quotes; a separator within quotes is part of the cell. */
function cellsOf(line: string, separator: RegExp): string[] {
  const quoted: string[] = []
  const hidden = line.trim().replace(QUOTED, text => `"${quoted.push(text.slice(1, -1).replaceAll('""', '"')) - 1}"`)
  return hidden.split(separator).map(cell => cell.trim().replace(/^"(\d+)"$/, (_, i) => quoted[i]?.trim() as string))
}
