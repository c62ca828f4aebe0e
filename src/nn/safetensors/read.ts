import { noMore } from '../../core/arguments.ts'
import { describe, TreeError } from '../../core/errors.ts'
import { zeros } from '../../core/makers.ts'
import { flag } from '../../core/option-kinds.ts'
import { optionReader } from '../../core/options.ts'
import type { Tensor } from '../../core/tensor.ts'
import { DTYPES, type Dtype } from './dtypes.ts'
import { readHeader, SafetensorsError, type SafetensorsHeader, type TensorEntry } from './header.ts'

/** Options of `fromSafetensors`. */
export interface ReadSafetensorsOptions {
  /** Whether names are left as they are, in one object, rather than taken apart at their dots: false by default. */
  flat?: boolean
}

const readOptions = /* @__PURE__ */ optionReader({ flat: { is: flag, default: false } })

/**
 * The tensors of a file in the safetensors format, as a tree: names are paths with dots, and an object whose names are 0, 1, 2, … is a list. Numbers are
 * read exactly: F64, U32, and I64 and U64 below 2^53 into float64; F32, F16 and BF16 into float32; other integers into int32; BOOL into masks. A tensor of
 * rank 0 is a number.
 *
 * Throws a SafetensorsError, before anything is allocated for tensors, for what is no such file or a damaged one: lengths and offsets beyond the file or
 * that contradict each other, overlaps and holes, names that stand twice or inside each other, and types of numbers that it does not know.
 *
 * @example
 * fromSafetensors(toSafetensors({ layer: { weight: tensor([1, 2]) } })).layer.weight.toArray() // [1, 2]
 */
// biome-ignore lint/suspicious/noExplicitAny: what a file holds is known at run time only
export function fromSafetensors(bytes: Uint8Array | ArrayBuffer, options?: ReadSafetensorsOptions, ...more: []): any {
  const { flat } = readOptions('fromSafetensors', [options, ...more])
  const file = bytesOf(bytes)
  const { tensors, start } = readHeader(file)
  const root: Branch = new Map()
  for (const entry of tensors) {
    const path = flat ? [entry.name] : entry.name.split('.', DEEPEST + 1)
    if (path.length > DEEPEST) throw new SafetensorsError(`safetensors: a name has more than ${DEEPEST} parts between dots. Read it with { flat: true }.`)
    plant(root, path, entry)
  }
  const view = new DataView(file.buffer, file.byteOffset + start, file.byteLength - start)
  return grown(root, entry => readTensor(entry, view), flat)
}

/** What a file in the safetensors format says of its tensors and holds as texts, without the tensors; see `fromSafetensors`. */
export function safetensorsHeader(bytes: Uint8Array | ArrayBuffer, ...more: []): SafetensorsHeader {
  noMore('safetensorsHeader', 1, more, bytes)
  return readHeader(bytesOf(bytes))
}

function bytesOf(given: unknown): Uint8Array {
  if (given instanceof ArrayBuffer) return new Uint8Array(given)
  if (ArrayBuffer.isView(given)) return new Uint8Array(given.buffer, given.byteOffset, given.byteLength)
  throw new TreeError(`fromSafetensors: takes the bytes of a file, a Uint8Array or an ArrayBuffer, not ${describe(given)}.`)
}

/** A tree that is deeper is none of parameters. */
const DEEPEST = 100

type Branch = Map<string, Branch | TensorEntry>

/** Puts an entry at the end of a path. */
function plant(root: Branch, path: readonly string[], entry: TensorEntry): void {
  let branch = root
  for (const [i, part] of path.entries()) {
    const there = branch.get(part)
    const last = i === path.length - 1
    if (last ? there !== undefined : there !== undefined && !(there instanceof Map)) {
      throw new SafetensorsError(
        `safetensors: the name ${JSON.stringify(entry.name.slice(0, 80))} and another one stand inside each other, so they make no tree. Read them with { flat: true }.`,
      )
    }
    if (last) branch.set(part, entry)
    else if (there === undefined) branch.set(part, new Map())
    branch = branch.get(part) as Branch
  }
}

function grown(branch: Branch, read: (entry: TensorEntry) => unknown, flat: boolean): unknown {
  const of = (each: Branch | TensorEntry) => (each instanceof Map ? grown(each, read, flat) : read(each))
  const list = !flat && branch.size > 0 && Array.from(branch, (_, i) => branch.has(String(i))).every(Boolean)
  if (list) return Array.from(branch, (_, i) => of(branch.get(String(i)) as Branch | TensorEntry))
  // fromEntries makes properties of their own even of names such as __proto__.
  return Object.fromEntries(Array.from(branch, ([name, each]) => [name, of(each)]))
}

function readTensor({ name, dtype, shape, begin }: TensorEntry, view: DataView): Tensor | number {
  const { bytes, becomes, read } = DTYPES[dtype] as Dtype
  const result = zeros(shape, { dtype: becomes })
  const { data } = result
  for (let i = 0; i < data.length; i++) {
    const number = read(view, begin + i * bytes)
    if (number === undefined) {
      throw new SafetensorsError(
        `safetensors: entry ${i} of the tensor ${JSON.stringify(name)} is ${dtype === 'BOOL' ? 'neither 0 nor 1' : 'beyond 2^53, where doubles skip integers'}.`,
      )
    }
    data[i] = number
  }
  return shape.length === 0 ? (data[0] as number) : result
}
