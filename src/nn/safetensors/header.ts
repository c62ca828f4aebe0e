import { DualtapeError, describe } from '../../core/errors.ts'
import { formatShape, type Shape } from '../../core/shape.ts'
import { isPlainObject } from '../../core/tree.ts'
import { DTYPES } from './dtypes.ts'

/*
 * A file is a length of 8 bytes, little-endian, so much JSON, and the tensors' bytes, one behind the other without holes.
 * Source: the format's description at https://github.com/huggingface/safetensors.
 */

/** A file that is none, or damaged, or of numbers that cannot be held here. */
export class SafetensorsError extends DualtapeError {
  override name = 'SafetensorsError'
}

/** What a file says of a tensor, and where its bytes are. */
export interface TensorEntry {
  readonly name: string
  readonly dtype: string
  readonly shape: Shape
  readonly begin: number
  readonly end: number
}

/** What a file holds. */
export interface SafetensorsHeader {
  /** The tensors, in the order of their bytes. */
  readonly tensors: readonly TensorEntry[]
  /** Texts that were kept with them. */
  readonly metadata: Readonly<Record<string, string>>
  /** Where the tensors' bytes begin. */
  readonly start: number
}

/** Longer headers are refused, as other readers do. */
const LONGEST = 100_000_000
const LENGTH = 8
/** As many as NumPy's arrays have. */
const MOST_AXES = 64

/** Reads a header, and checks that it fits the file. */
export function readHeader(bytes: Uint8Array): SafetensorsHeader {
  const { tensors, metadata, start } = parseHeader(bytes)
  let at = 0
  const ordered = [...tensors].sort((a, b) => a.begin - b.begin || a.end - b.end)
  for (const { name, begin, end } of ordered) {
    const what = `the tensor ${quoted(name)} begins at byte ${begin} of the data`
    if (begin < at) throw new SafetensorsError(`safetensors: ${what}, where another one ends at ${at}: they overlap.`)
    if (begin > at) throw new SafetensorsError(`safetensors: ${what}, but those before it end at ${at}: there is a hole.`)
    at = end
  }
  const rest = bytes.length - start
  if (at !== rest) throw new SafetensorsError(`safetensors: the tensors take ${at} bytes, but the file holds ${rest} behind its header.`)
  return { tensors: ordered, metadata, start }
}

function parseHeader(bytes: Uint8Array): SafetensorsHeader {
  if (bytes.length < LENGTH)
    throw new SafetensorsError(`safetensors: a file has at least 8 bytes, for the length of its header, but ${bytes.length} were given.`)
  const length = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength).getBigUint64(0, true)
  if (length > LONGEST) throw new SafetensorsError(`safetensors: the header is to be ${length} bytes long, which is more than any has (${LONGEST}).`)
  const start = LENGTH + Number(length)
  if (start > bytes.length) {
    throw new SafetensorsError(`safetensors: the header is to be ${length} bytes long, but the file has ${bytes.length - LENGTH} behind its length.`)
  }
  const { __metadata__: metadata = {}, ...entries } = parse(bytes.subarray(LENGTH, start))
  if (!isPlainObject(metadata) || Object.values(metadata).some(each => typeof each !== 'string')) {
    throw new SafetensorsError('safetensors: __metadata__ is an object of texts, but it holds something else.')
  }
  const tensors = Object.entries(entries).map(([name, entry]) => entryOf(name, entry, bytes.length - start))
  return { tensors, metadata: metadata as Record<string, string>, start }
}

function parse(bytes: Uint8Array): Record<string, unknown> {
  let header: unknown
  try {
    const text = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes)
    if (!text.startsWith('{')) throw new SafetensorsError('safetensors: the header does not begin with {. Is this a file of another format?')
    header = JSON.parse(text)
    checkNames(text)
  } catch (error) {
    if (error instanceof SafetensorsError) throw error
    throw new SafetensorsError(`safetensors: the header is no JSON in UTF-8: ${(error as Error).message}`, { cause: error })
  }
  return header as Record<string, unknown>
}

/** Refuses a name that stands twice in an object, of which JSON.parse keeps the last. The text is JSON. */
function checkNames(text: string): void {
  /** The names in each object that is open; undefined for a list. */
  const open: (Set<string> | undefined)[] = []
  for (const [token] of text.matchAll(/"[^"\\]*(?:\\.[^"\\]*)*"(?:\s*:)?|[{}[\]]/g)) {
    if (token === '{') open.push(new Set())
    else if (token === '[') open.push(undefined)
    else if (token === '}' || token === ']') open.pop()
    else if (token.endsWith(':')) {
      const name = JSON.parse(token.slice(0, -1)) as string
      const names = open.at(-1)
      if (names?.has(name)) throw new SafetensorsError(`safetensors: the name ${quoted(name)} stands twice in the header.`)
      names?.add(name)
    }
  }
}

function entryOf(name: string, entry: unknown, available: number): TensorEntry {
  const of = `safetensors: the tensor ${quoted(name)}`
  const { dtype, shape, data_offsets: offsets, ...others } = (isPlainObject(entry) ? entry : {}) as Record<string, unknown>
  const [unknown] = Object.keys(others)
  if (!isPlainObject(entry) || unknown !== undefined) {
    throw new SafetensorsError(`${of} has a dtype, a shape and data_offsets, but ${unknown === undefined ? describe(entry) : quoted(unknown)} was found.`)
  }
  if (typeof dtype !== 'string' || !Object.hasOwn(DTYPES, dtype)) {
    throw new SafetensorsError(`${of} has the dtype ${describe(dtype)}; what is read is ${Object.keys(DTYPES).join(', ')}.`)
  }
  if (!Array.isArray(shape) || shape.length > MOST_AXES || !shape.every(isCount)) {
    throw new SafetensorsError(`${of} has a shape that is no list of lengths below 2^53, for ${MOST_AXES} axes at most.`)
  }
  if (!Array.isArray(offsets) || offsets.length !== 2 || !offsets.every(isCount)) {
    throw new SafetensorsError(`${of} has data_offsets that are no two positions below 2^53.`)
  }
  const [begin, end] = offsets as [number, number]
  if (begin > end || end > available) {
    throw new SafetensorsError(`${of} is to take the bytes from ${begin} to ${end} of the data, which has ${available}.`)
  }
  // Products of lengths are exact up to where they are larger than any file.
  const size = (shape as number[]).reduce((product, each) => product * each, (DTYPES[dtype] as { bytes: number }).bytes)
  if (size !== end - begin) {
    throw new SafetensorsError(`${of} of ${dtype} and shape ${formatShape(shape)} takes ${size} bytes, but its data_offsets leave ${end - begin}.`)
  }
  return { name, dtype, shape, begin, end }
}

function isCount(x: unknown): x is number {
  return Number.isSafeInteger(x) && (x as number) >= 0
}

/** A name as text, cut where it is long. */
function quoted(name: string): string {
  return JSON.stringify(name.length > 80 ? `${name.slice(0, 80)}…` : name)
}
