import { readFileSync, writeFileSync } from 'node:fs'
import { DualtapeError } from '../core/errors.ts'
import { UsageError } from './usage.ts'

/** A point from `x=1,w=[1,2]` or from a JSON file. */
export function readPoint(option: string, text: string): { [name: string]: unknown } {
  if (/\.json$/i.test(text)) {
    const point: unknown = readJson(option, text)
    if (typeof point !== 'object' || point === null || Array.isArray(point)) throw new DualtapeError(`${option}: ${text} does not hold an object of variables.`)
    return point as { [name: string]: unknown }
  }
  const entries = splitOutsideBrackets(text).map((part): [string, unknown] => {
    const [, name, value] = /^\s*([A-Za-z_]\w*'*)\s*=\s*(.+?)\s*$/.exec(part) ?? []
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
  })
  const names = entries.map(([name]) => name)
  const twice = names.find((name, i) => names.indexOf(name) < i)
  if (twice !== undefined) throw new UsageError(`${option}: ${twice} has two values.`)
  return Object.fromEntries(entries)
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
  const text = readText(option, path).replace(/^\uFEFF/, '')
  try {
    return JSON.parse(text)
  } catch (error) {
    throw new DualtapeError(`${option}: ${path} is not valid JSON: ${(error as Error).message}`)
  }
}

export function readText(option: string, path: string): string {
  try {
    return readFileSync(path, 'utf8')
  } catch (error) {
    throw new DualtapeError(`${option}: ${path} cannot be read: ${reasonOf(error)}.`)
  }
}

/** Writes what a command has made. */
export function writeOut(path: string, content: string | Uint8Array): void {
  try {
    writeFileSync(path, content)
  } catch (error) {
    throw new DualtapeError(`--out: ${path} cannot be written: ${reasonOf(error)}.`)
  }
}

const REASONS: { [code: string]: string } = {
  ENOENT: 'there is no such file or folder',
  EISDIR: 'it is a folder',
  ENOTDIR: 'a part of the path is no folder',
  EACCES: 'permission is denied',
}

function reasonOf(error: unknown): string {
  const { code, message } = error as NodeJS.ErrnoException
  return code === undefined ? message : code in REASONS ? `${REASONS[code]} (${code})` : code
}
