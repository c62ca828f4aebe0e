/** Where a function is looked at: the names of its arguments, and for each a number or a list. */
export interface Point {
  names: string[]
  values: (number | number[])[]
}

const LISTS: Readonly<Record<string, (...numbers: number[]) => number[]>> = {
  zeros: n => new Array(n).fill(0),
  ones: n => new Array(n).fill(1),
  linspace: (from, to, n) => Array.from({ length: n }, (_, i) => from + ((to - from) * i) / Math.max(1, n - 1)),
}
/** Numbers in a list at most: the largest Jacobian has 10,000 columns. */
const MOST = 10_000

/** Numbers up to which a point can be moved in a plot, as all of them are then written out. */
export const MOST_MOVED = 60

/** Numbers and lists by name, as x = 1, v = [1, 2], or w = linspace(0, 1, 100); zeros(n) and ones(n) are lists, too. */
export function readPoint(text: string): Point {
  const parts = partsOf(text).filter(part => part.trim() !== '')
  const pairs = parts.map((part): [string, unknown] => {
    const [, name, value] = /^\s*([A-Za-z_]\w*)\s*=\s*(.+?)\s*$/.exec(part) ?? []
    if (name === undefined) throw new Error(`“${part.trim()}” gives no variable a value, as x = 1 does.`)
    return [name, readValue(name, value!)]
  })
  return { names: pairs.map(([name]) => name), values: pairs.map(([, value]) => value as number | number[]) }
}

/** What commas, semicolons and ends of lines part that stand in no brackets. */
function partsOf(text: string): string[] {
  const parts = ['']
  let depth = 0
  for (const each of text) {
    depth += '[('.includes(each) ? 1 : '])'.includes(each) ? -1 : 0
    if (depth === 0 && ',;\n'.includes(each)) parts.push('')
    else parts[parts.length - 1] += each
  }
  return parts
}

function readValue(name: string, text: string): unknown {
  const [, list, given] = /^(zeros|ones|linspace)\(([^()]*)\)$/.exec(text) ?? []
  if (list !== undefined) {
    const numbers = given!.split(',').map(Number)
    const count = numbers.at(-1)!
    if (numbers.length !== (list === 'linspace' ? 3 : 1) || !numbers.every(Number.isFinite) || !Number.isInteger(count) || count < 1 || count > MOST)
      throw new Error(`${text} is no list: zeros(n), ones(n) and linspace(from, to, n) are, with n from 1 to 10000.`)
    return LISTS[list]!(...numbers)
  }
  try {
    return JSON.parse(text)
  } catch {
    throw new Error(`${name} is a number or an array, such as 1.5, [1, 2] or linspace(0, 1, 100), not ${text}.`)
  }
}

/** Whether all that is given are numbers and lists of numbers. */
export const isFlat = ({ values }: Point): boolean =>
  values.every(value => typeof value === 'number' || (Array.isArray(value) && value.every(each => typeof each === 'number')))

/** All numbers in a row. */
export const flatValues = ({ values }: Point): number[] => values.flat()

/** A name for each number: v has v[0], v[1], … */
export const flatNames = ({ names, values }: Point): string[] =>
  values.flatMap((value, i) => (Array.isArray(value) ? value.map((_, k) => `${names[i]}[${k}]`) : [names[i]!]))

/** The arguments again, from a row of all numbers. */
export function argumentsOf({ values }: Point, row: readonly number[]): (number | number[])[] {
  let at = 0
  return values.map(value => {
    if (!Array.isArray(value)) return row[at++]!
    at += value.length
    return row.slice(at - value.length, at)
  })
}
