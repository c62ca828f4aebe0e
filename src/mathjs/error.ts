import { DualtapeError } from '../core/errors.ts'

/** A formula that cannot be read, evaluated or differentiated: the message shows where. */
export class ExpressionError extends DualtapeError {
  override name = 'ExpressionError'
  /** The place in the text, counted from 0; undefined where the whole expression is meant. */
  readonly position: number | undefined

  constructor(message: string, text = '', position?: number, options?: ErrorOptions) {
    super(text === '' ? message : `${message}\n${pointTo(text, position)}`, options)
    this.position = position
  }
}

/** The line of a text with a mark under a position. */
function pointTo(text: string, position: number | undefined): string {
  if (position === undefined) return `  ${shortened(text)}`
  const start = position === 0 ? 0 : text.lastIndexOf('\n', position - 1) + 1
  const end = text.indexOf('\n', position)
  const line = text.slice(start, end < 0 ? undefined : end)
  const column = position - start
  const from = Math.max(0, column - WIDTH / 2)
  return `  ${line.slice(from, from + WIDTH)}\n  ${' '.repeat(column - from)}^`
}

const WIDTH = 120

function shortened(text: string): string {
  return text.length <= WIDTH ? text : `${text.slice(0, WIDTH - 1)}…`
}
