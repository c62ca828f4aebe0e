import { styleText } from 'node:util'
import { Tensor } from '../core/tensor.ts'
import { mapTree } from '../core/tree.ts'

/** Where a command writes, and whether a person reads it. */
export interface Output {
  write(text: string): void
  color: boolean
}

/** A line of progress that is rewritten in place while a person watches, and nothing otherwise. */
export interface Progress {
  show(text: string): void
  done(): void
}

export function progressOn(stream: NodeJS.WriteStream): Progress {
  if (!stream.isTTY) return { show: () => {}, done: () => {} }
  return { show: text => stream.write(`\r\u001b[K${text}`), done: () => stream.write('\r\u001b[K') }
}

export function outputTo(stream: NodeJS.WriteStream): Output {
  return { write: text => stream.write(text), color: stream.isTTY === true && !process.env.NO_COLOR }
}

export function paint(output: Output, style: Parameters<typeof styleText>[0], text: string): string {
  return output.color ? styleText(style, text) : text
}

/** Rows of cells in aligned columns: the first to the left, the others to the right. */
export function table(rows: readonly (readonly string[])[]): string {
  const widths = (rows[0] ?? []).map((_, column) => rows.reduce((width, row) => Math.max(width, (row[column] ?? '').length), 0))
  return rows
    .map(row =>
      row
        .map((cell, i) => (i === 0 ? cell.padEnd(widths[i] as number) : cell.padStart(widths[i] as number)))
        .join('  ')
        .trimEnd(),
    )
    .join('\n')
}

/** Results for machines, on one line. What JSON has no numbers for, such as infinity, stands there as text: null would be any of them. */
export function asJson(results: object): string {
  return `${JSON.stringify(results, (_, each) => (typeof each === 'number' && !Number.isFinite(each) ? String(each) : each))}\n`
}

/** A tree of numbers and nested arrays of them. */
export function asArrays(tree: unknown): unknown {
  return mapTree(tree, 'the result', leaf => (leaf instanceof Tensor ? leaf.toArray() : leaf))
}

/** Nested arrays of numbers, values by name, or a number, for people. */
export function showDerivatives(derivatives: unknown, names: readonly string[]): string {
  if (isMatrix(derivatives)) {
    const header = names.length === derivatives[0]?.length ? [['', ...names]] : []
    return table([...header, ...derivatives.map((row, i) => [`[${i + 1}]`, ...row.map(showNumber)])])
  }
  if (Array.isArray(derivatives) && derivatives.every(each => typeof each === 'number')) {
    return derivatives.length === names.length ? table(derivatives.map((each, i) => [names[i] as string, showNumber(each)])) : JSON.stringify(derivatives)
  }
  if (typeof derivatives === 'object' && derivatives !== null && !Array.isArray(derivatives)) {
    return Object.entries(derivatives)
      .map(([name, each]) => (typeof each === 'number' ? `${name} = ${showNumber(each)}` : `${name} =\n${showDerivatives(each, [])}`))
      .join('\n')
  }
  return typeof derivatives === 'number' ? showNumber(derivatives) : JSON.stringify(derivatives)
}

function isMatrix(x: unknown): x is number[][] {
  return Array.isArray(x) && x.length > 0 && x.every(row => Array.isArray(row) && row.every(each => typeof each === 'number'))
}

/** A number with as many digits as a reader can use; all of them with --json. */
export function showNumber(x: number): string {
  return String(Number(x.toPrecision(10)))
}
