import { readFileSync } from 'node:fs'
import { pathToFileURL } from 'node:url'
import { DualtapeError } from '../core/errors.ts'

/** A command line that cannot be understood: exit status 2. */
export class UsageError extends DualtapeError {
  override name = 'UsageError'
}

/** A point from `x=1,w=[1,2]` or from a JSON file. */
export function readPoint(option: string, text: string): { [name: string]: unknown } {
  if (/\.json$/i.test(text)) {
    const point: unknown = readJson(option, text)
    if (typeof point !== 'object' || point === null || Array.isArray(point)) throw new DualtapeError(`${option}: ${text} does not hold an object of variables.`)
    return point as { [name: string]: unknown }
  }
  return Object.fromEntries(
    splitOutsideBrackets(text).map(part => {
      const [, name, value] = /^\s*([A-Za-z_]\w*)\s*=\s*(.+?)\s*$/.exec(part) ?? []
      if (name === undefined) throw new UsageError(`${option}: ${JSON.stringify(part)} is not of the form name=value.`)
      try {
        const parsed: unknown = JSON.parse(value as string)
        if (typeof parsed === 'number' || Array.isArray(parsed)) return [name, parsed]
      } catch {
        // A number that JSON does not know, such as .5 or 1e400, is read below.
      }
      const number = Number(value)
      if (Number.isNaN(number)) throw new UsageError(`${option}: the value of ${name}, ${value}, is neither a number nor an array such as [1,2].`)
      return [name, number]
    }),
  )
}

/** The parts between commas that stand in no bracket. */
function splitOutsideBrackets(text: string): string[] {
  const parts = ['']
  let depth = 0
  for (const character of text) {
    if (character === '[') depth++
    if (character === ']') depth--
    if (character === ',' && depth === 0) parts.push('')
    else parts[parts.length - 1] += character
  }
  return parts
}

function readJson(option: string, path: string): unknown {
  const text = readText(option, path)
  try {
    return JSON.parse(text)
  } catch (error) {
    throw new DualtapeError(`${option}: ${path} is not valid JSON: ${(error as Error).message}`)
  }
}

function readText(option: string, path: string): string {
  try {
    return readFileSync(path, 'utf8')
  } catch (error) {
    throw new DualtapeError(`${option}: ${path} cannot be read: ${(error as NodeJS.ErrnoException).code ?? (error as Error).message}.`)
  }
}

/** Columns of a CSV file: by the names in its first line, or x, y (x1, x2, …, y) where that line holds numbers. */
export function readColumns(path: string): { [name: string]: number[] } {
  const lines = readText('--data', path).split(/\r?\n/)
  const split = (line: string) => line.split(/[,;\t]|(?<=\S) +(?=\S)/).map(each => each.trim())
  const rows = lines.map((line, i) => ({ line: i + 1, cells: split(line) })).filter(row => row.cells.some(cell => cell !== ''))
  const first = rows[0]
  if (first === undefined) throw new DualtapeError(`--data: ${path} is empty.`)
  const hasHeader = first.cells.some(cell => Number.isNaN(Number(cell)))
  const count = first.cells.length
  const names = hasHeader
    ? first.cells.map(cell => cell.replace(/^"(.*)"$/, '$1'))
    : [...(count === 2 ? ['x'] : Array.from({ length: count - 1 }, (_, i) => `x${i + 1}`)), 'y']
  const data = rows.slice(hasHeader ? 1 : 0).map(({ line, cells }) => {
    if (cells.length !== names.length)
      throw new DualtapeError(`--data: ${path}, line ${line} has ${cells.length} values, where ${names.length} were expected (${names.join(', ')}).`)
    return cells.map((cell, i) => {
      const number = cell === '' ? Number.NaN : Number(cell)
      if (!Number.isFinite(number)) throw new DualtapeError(`--data: ${path}, line ${line}: ${JSON.stringify(cell)} in column ${names[i]} is not a number.`)
      return number
    })
  })
  return Object.fromEntries(names.map((name, i) => [name, data.map(row => row[i] as number)]))
}

/** An exported function of a module, from `file.js#name`; undefined where the text is an expression. */
export async function readFunction(text: string): Promise<((x: unknown) => unknown) | undefined> {
  const [, path, name] = /^(.+\.[cm]?[jt]s)#(\w+)$/.exec(text) ?? []
  if (path === undefined || name === undefined) return undefined
  readText('function', path)
  const module = (await import(pathToFileURL(path).href)) as { [name: string]: unknown }
  const found = module[name]
  if (typeof found !== 'function') throw new DualtapeError(`${path} exports no function ${name}. It exports ${Object.keys(module).join(', ') || 'nothing'}.`)
  return found as (x: unknown) => unknown
}
