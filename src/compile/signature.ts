import { widened } from '../core/dtypes.ts'
import type { Shape } from '../core/shape.ts'
import { sameShape } from '../core/shape.ts'
import { isNumericTypedArray, Tensor } from '../core/tensor.ts'
import { TracedTensor } from '../core/traced.ts'
import { isPlainObject } from '../core/tree.ts'
import type { Value } from '../core/types.ts'
import { isListOfNumbers, type ListUse } from '../graph/lists.ts'
import { quoted, whole, wholes } from './checked.ts'

/** The structure of an argument, or of a part of one. */
export type Part =
  | { readonly kind: 'number' }
  /** A list of `length` numbers; of a long one `use` says which are inputs. */
  | { readonly kind: 'numbers'; readonly length: number; readonly use?: ListUse | undefined }
  /** A typed array, by the name of its kind, which subclasses share. */
  | { readonly kind: 'typed'; readonly type: string; readonly length: number; readonly use?: ListUse | undefined }
  | { readonly kind: 'tensor'; readonly shape: Shape; readonly dtype: string }
  | { readonly kind: 'list'; readonly parts: readonly Part[] }
  | { readonly kind: 'object'; readonly keys: readonly string[]; readonly parts: readonly Part[] }
  /** Booleans, strings, functions: parts of the program. */
  | { readonly kind: 'static'; readonly value: unknown }

type List = Extract<Part, { length: number }>

/** How the arguments of a call are built, and where their numbers are. */
export interface Signature {
  readonly parts: readonly Part[]
  readonly parameters: readonly string[]
  /** For each input of the graph, an expression in the parameters. */
  readonly paths: readonly string[]
  /** For inputs that are all numbers of a list, an expression for the list. */
  readonly lists: ReadonlyMap<number, string>
  /** Those of these inputs whose numbers are copied: all but doubles of a typed array. */
  readonly copied: ReadonlySet<number>
  /** For inputs that are tensors of another dtype than float64, an expression for the tensor as it is. */
  readonly narrow: ReadonlyMap<number, string>
  /** Values that are part of the program. Generated code finds them behind the constants of the graph. */
  readonly statics: readonly unknown[]
  readonly staticsFrom: number
}

/** The structure of a list of arguments; `lists` says for each list of numbers among them what is used of it, where that is not each number. */
export function signatureOf(args: readonly unknown[], staticsFrom: number, lists: readonly (ListUse | undefined)[] = []): Signature {
  const uses = lists.values()
  const parts = args.map(arg => partOf(arg, uses))
  const parameters = args.map((_, i) => `a${i}`)
  const paths: string[] = []
  const statics: unknown[] = []
  const listsAt = new Map<number, string>()
  const copied = new Set<number>()
  const narrow = new Map<number, string>()
  const visit = (part: Part, path: string): void => {
    if (part.kind === 'number') paths.push(path)
    else if (part.kind === 'tensor') {
      const isNarrow = arrayOf(part.dtype) !== 'Float64Array'
      if (isNarrow) narrow.set(paths.length, path)
      paths.push(isNarrow ? `new Tensor(new Float64Array(${path}.data), ${path}.shape)` : path)
    } else if (part.kind === 'numbers' || part.kind === 'typed') {
      if (part.use?.whole === true) {
        listsAt.set(paths.length, path)
        if (!isDoubles(part)) copied.add(paths.length)
      }
      for (const each of listPaths(part, path)) paths.push(each)
    } else if (part.kind === 'static') statics.push(part.value)
    else part.parts.forEach((each, i) => void visit(each, `${path}[${part.kind === 'list' ? i : quoted(part.keys[i] as string)}]`))
  }
  parts.forEach((part, i) => void visit(part, `a${i}`))
  return { parts, parameters, paths, lists: listsAt, copied, narrow, statics, staticsFrom }
}

/** The typed array that holds the entries of a dtype. */
export function arrayOf(dtype: string): string {
  return dtype === 'float32' ? 'Float32Array' : dtype === 'int32' ? 'Int32Array' : 'Float64Array'
}

const isDoubles = (part: List) => part.kind === 'typed' && part.type === 'Float64Array'

/** Where the numbers of a list are. */
function listPaths(part: List, path: string): string[] {
  const { use, length } = part
  if (use === undefined) return Array.from({ length }, (_, i) => `${path}[${i}]`)
  const numbers = isDoubles(part) ? `new Float64Array(${path}.buffer, ${path}.byteOffset, ${whole(length)})` : `new Float64Array(${path})`
  return [...(use.whole ? [`new Tensor(${numbers}, [${whole(length)}])`] : []), ...use.positions.map(position => `${path}[${whole(position)}]`)]
}

function partOf(x: unknown, uses: Iterator<ListUse | undefined>): Part {
  if (typeof x === 'number') return { kind: 'number' }
  if (x instanceof Tensor) return { kind: 'tensor', shape: x.shape, dtype: x.dtype }
  if (isNumericTypedArray(x)) return { kind: 'typed', type: x[Symbol.toStringTag], length: x.length, use: uses.next().value }
  if (Array.isArray(x)) {
    if (isListOfNumbers(x)) return { kind: 'numbers', length: x.length, use: uses.next().value }
    return { kind: 'list', parts: Array.from(x, each => partOf(each, uses)) }
  }
  if (typeof x === 'object' && x !== null) return { kind: 'object', keys: Object.keys(x), parts: Object.values(x).map(each => partOf(each, uses)) }
  return { kind: 'static', value: x }
}

/** Reads the numbers and tensors of a call's arguments, in order; false when the arguments are built in another way. */
export function readArguments(parts: readonly Part[], args: readonly unknown[], read: (value: Value) => void): boolean {
  if (args.length !== parts.length) return false
  for (let i = 0; i < args.length; i++) if (!readPart(parts[i] as Part, args[i], read)) return false
  return true
}

function readPart(part: Part, x: unknown, read: (value: Value) => void): boolean {
  switch (part.kind) {
    case 'number':
      if (typeof x !== 'number') return false
      read(x)
      return true
    case 'numbers':
      if (!Array.isArray(x) || x.length !== part.length) return false
      // What a function has not looked at may be anything.
      if (part.use?.whole === false) return part.use.positions.every(i => typeof x[i] === 'number') && readNumbers(part, x, read)
      for (let i = 0; i < x.length; i++) if (typeof x[i] !== 'number') return false
      return readNumbers(part, x, read)
    case 'typed':
      if (!isNumericTypedArray(x) || x[Symbol.toStringTag] !== part.type || x.length !== part.length) return false
      return readNumbers(part, x as Float64Array, read)
    case 'tensor':
      if (!(x instanceof Tensor) || x instanceof TracedTensor || x.dtype !== part.dtype || !sameShape(x.shape, part.shape)) return false
      read(widened(x))
      return true
    case 'list':
      return Array.isArray(x) && x.length === part.parts.length && part.parts.every((each, i) => readPart(each, x[i], read))
    case 'object':
      return hasKeys(x, part.keys) && part.parts.every((each, i) => readPart(each, x[part.keys[i] as string], read))
    case 'static':
      return x === part.value
  }
}

/** Whether a value is a plain object with these keys, in this order, in which a function finds them, too. */
export function hasKeys(x: unknown, keys: readonly string[]): x is Record<string, unknown> {
  if (!isPlainObject(x)) return false
  const own = Object.keys(x)
  if (own.length !== keys.length) return false
  for (let i = 0; i < keys.length; i++) if (own[i] !== keys[i]) return false
  return true
}

function readNumbers({ use }: List, numbers: ArrayLike<number>, read: (value: Value) => void): true {
  if (use?.whole) read(new Tensor(new Float64Array(numbers), [numbers.length]))
  if (use !== undefined) for (const position of use.positions) read(numbers[position] as number)
  else for (let i = 0; i < numbers.length; i++) read(numbers[i] as number)
  return true
}

/** `hasKeys` as text. */
const HAS_KEYS = `function hasKeys(x, keys) {
  if (typeof x !== 'object' || x === null) return false
  const prototype = Object.getPrototypeOf(x)
  if (prototype !== Object.prototype && prototype !== null) return false
  const own = Object.keys(x)
  if (own.length !== keys.length) return false
  for (let i = 0; i < keys.length; i++) if (own[i] !== keys[i]) return false
  return true
}`

/**
 * The text of `matches`, which says whether arguments have this structure; how many there are is for the caller to ask.
 * `standalone`: where there are no tensors but objects like them.
 */
export function structureTest({ parts, parameters, staticsFrom }: Signature, standalone = false): string {
  const tests: string[] = []
  const keys: string[] = []
  let statics = staticsFrom
  const visit = (part: Part, path: string): void => {
    switch (part.kind) {
      case 'number':
        tests.push(`typeof ${path} === 'number'`)
        break
      case 'tensor':
        tests.push(
          standalone
            ? `${path}?.data instanceof ${arrayOf(part.dtype)} && Array.isArray(${path}.shape) && hasShape(${path}.shape, [${wholes(part.shape)}])`
            : `${path} instanceof Tensor && !(${path} instanceof TracedTensor) && ${path}.dtype === ${quoted(part.dtype)} && hasShape(${path}.shape, [${wholes(part.shape)}])`,
        )
        break
      case 'typed':
        tests.push(`ArrayBuffer.isView(${path}) && ${path}[Symbol.toStringTag] === ${quoted(part.type)} && ${path}.length === ${part.length}`)
        break
      case 'numbers':
        if (part.use?.whole !== false) tests.push(`isNumbers(${path}, ${part.length})`)
        // What a function has not looked at may be anything.
        else
          tests.push(
            `Array.isArray(${path}) && ${path}.length === ${part.length}`,
            ...part.use.positions.map(at => `typeof ${path}[${whole(at)}] === 'number'`),
          )
        break
      case 'list':
        tests.push(`Array.isArray(${path}) && ${path}.length === ${part.parts.length}`)
        part.parts.forEach((each, i) => void visit(each, `${path}[${i}]`))
        break
      case 'object':
        keys.push(`[${part.keys.map(quoted).join(', ')}]`)
        tests.push(`hasKeys(${path}, keys[${keys.length - 1}])`)
        part.parts.forEach((each, i) => void visit(each, `${path}[${quoted(part.keys[i] as string)}]`))
        break
      case 'static':
        tests.push(`${path} === constants[${statics++}]`)
    }
  }
  parts.forEach((part, i) => void visit(part, `a${i}`))
  return `function hasShape(shape, wanted) { return shape.length === wanted.length && wanted.every((each, i) => shape[i] === each) }
${keys.length === 0 ? '' : `const keys = [${keys.join(', ')}]\n${HAS_KEYS}\n`}function isNumbers(x, length) {
  if (!Array.isArray(x) || x.length !== length) return false
  let i = 0
  for (; i < length - 3; i += 4) if (typeof x[i] !== 'number' || typeof x[i + 1] !== 'number' || typeof x[i + 2] !== 'number' || typeof x[i + 3] !== 'number') return false
  for (; i < length; i++) if (typeof x[i] !== 'number') return false
  return true
}
function matches(${parameters.join(', ')}) {
  return ${tests.length === 0 ? 'true' : tests.join('\n    && ')}
}`
}
