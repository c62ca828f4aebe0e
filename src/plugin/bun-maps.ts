import { readFile, writeFile } from 'node:fs/promises'
import { dirname, relative, resolve } from 'node:path'
import remapping from '@jridgewell/remapping'
import { originalPositionFor, TraceMap } from '@jridgewell/trace-mapping'
import type { Transformed } from './transform.ts'

type SourceMap = Transformed['map']

/** What stack traces are made of, as far as it is asked here. */
interface Frame {
  getFileName(): string | null
  getLineNumber(): number | null
  getColumnNumber(): number | null
}
type Prepare = (error: Error, frames: Frame[]) => unknown

/** A source map that stands in the code it belongs to. */
const INLINE = /(\/\/# sourceMappingURL=data:application\/json;(?:charset=[\w-]+;)?base64,)([\w+/=]+)/

/** Modules that were written anew, with the ways back to their sources. */
export class WrittenAnew {
  readonly #maps = new Map<string, SourceMap>()
  readonly #traced = new Map<string, TraceMap>()

  add(path: string, map: SourceMap): void {
    this.#maps.set(path, map)
    this.#traced.delete(path)
  }

  /** Where a place of what was written comes from, both counted from 1; undefined in other modules, and for what stands in no source. */
  placeOf(path: string, line: number, column: number): { line: number; column: number } | undefined {
    const map = this.#maps.get(path)
    if (map === undefined) return undefined
    const traced = this.#traced.get(path) ?? new TraceMap(map as never)
    this.#traced.set(path, traced)
    const place = originalPositionFor(traced, { line, column: column - 1 })
    return place.line === null ? undefined : { line: place.line, column: place.column + 1 }
  }

  /** Source maps of a build, in files of their own or in the code, that lead through what was written to the sources. */
  async inFiles(paths: readonly string[]): Promise<void> {
    for (const path of paths) {
      if (path.endsWith('.map')) await rewrite(path, text => this.#through(text, path))
      else if (/\.[cm]?js$/.test(path))
        await rewrite(path, code => code.replace(INLINE, (_, head, map) => head + toBase64(this.#through(Buffer.from(map, 'base64').toString(), path))))
    }
  }

  /** A source map that leads to what was written, led on to where that came from. */
  #through(text: string, path: string): string {
    const folder = dirname(path)
    const map = JSON.parse(text)
    const made = remapping(map, (source, { depth }) => (depth === 1 ? ((this.#maps.get(resolve(folder, source)) as never) ?? null) : null))
    const sources = made.sources.map(source => (source !== null && this.#maps.has(source) ? relative(folder, source).replaceAll('\\', '/') : source))
    return JSON.stringify({ ...map, ...made, sources })
  }
}

async function rewrite(path: string, change: (text: string) => string): Promise<void> {
  let text: string
  try {
    text = await readFile(path, 'utf8')
  } catch {
    // A build that writes no files.
    return
  }
  const changed = change(text)
  if (changed !== text) await writeFile(path, changed)
}

const toBase64 = (text: string) => Buffer.from(text).toString('base64')

/** Has stack traces name places of sources, as whatever made them before is told them. */
export function leadBack(anew: WrittenAnew): void {
  const errors = Error as unknown as { prepareStackTrace?: Prepare | undefined }
  const earlier = errors.prepareStackTrace
  errors.prepareStackTrace = (error, frames) => {
    const led = frames.map(frame => inSource(frame, anew))
    return earlier === undefined ? [String(error), ...led.map(frame => `    at ${frame}`)].join('\n') : earlier(error, led)
  }
}

/** A frame of a stack trace that names a place of the source; itself in other modules. */
function inSource(frame: Frame, anew: WrittenAnew): Frame {
  const [path, line, column] = [frame.getFileName() ?? '', frame.getLineNumber() ?? 1, frame.getColumnNumber() ?? 1]
  const place = anew.placeOf(path, line, column)
  if (place === undefined) return frame
  const own: { readonly [name: PropertyKey]: () => unknown } = {
    getLineNumber: () => place.line,
    getColumnNumber: () => place.column,
    toString: () => String(frame).replace(`:${line}:${column}`, `:${place.line}:${place.column}`),
  }
  return new Proxy(frame, {
    get: (of, name) => {
      const has = Object.hasOwn(own, name) ? own[name as string] : Reflect.get(of, name)
      return typeof has === 'function' ? has.bind(of) : has
    },
  })
}
