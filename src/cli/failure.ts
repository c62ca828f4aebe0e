import { relative } from 'node:path'
import { fileURLToPath } from 'node:url'
import { DualtapeError } from '../core/errors.ts'

/** What a person reads about anything that was thrown: one message, with the place in their own file where it arose. */
export function messageOf(error: unknown): string {
  if (!(error instanceof Error)) return `${typeof error === 'string' ? JSON.stringify(error) : textOf(error)} was thrown`
  const place = placeOf(error)
  const message = textOf(error.message)
  // From the thread of the loader an error comes as a copy.
  const text = error instanceof DualtapeError || error.name === 'DualtapeError' ? message : `${error.name}: ${message.split('\n')[0] as string}`
  return place === undefined ? text : `${place}: ${text}`
}

/** Anything that was thrown as a text, which an object without a prototype has not. */
function textOf(x: unknown): string {
  try {
    return String(x)
  } catch {
    return Object.prototype.toString.call(x)
  }
}

const PACKAGE = fileURLToPath(new URL('..', import.meta.url))

/** The first place that a stack names outside of this package, of other packages and of Node: "model.js:3:5". */
export function placeOf({ stack }: Error): string | undefined {
  for (const line of textOf(stack).split('\n')) {
    const [, file, at] = /(?:^|\(|at |async )((?:file:\/\/|\/|[A-Za-z]:\\)[^()]*?):(\d+(?::\d+)?)\)?$/.exec(line) ?? []
    if (file === undefined) continue
    const path = file.startsWith('file:') ? fileURLToPath(file) : file
    if (path.startsWith(PACKAGE) || /[\\/]node_modules[\\/]/.test(path)) continue
    return `${relative('', path)}:${at}`
  }
  return undefined
}
