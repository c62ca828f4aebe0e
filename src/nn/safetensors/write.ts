import { toValue, value } from '../../core/dispatch.ts'
import { OptionError, TreeError } from '../../core/errors.ts'
import type { OptionKind } from '../../core/options.ts'
import { optionReader } from '../../core/options.ts'
import { Tensor } from '../../core/tensor.ts'
import { deeper, isPlainObject } from '../../core/tree.ts'
import { DTYPES, type Dtype, WRITTEN } from './dtypes.ts'

/** Options of `toSafetensors`. */
export interface WriteSafetensorsOptions {
  /** Texts to keep with the tensors. Readers of models for PyTorch ask for `{ format: 'pt' }`. */
  metadata?: Readonly<Record<string, string>>
}

const texts: OptionKind<Readonly<Record<string, string>>> = {
  wants: 'an object of texts',
  accepts: (given): given is Readonly<Record<string, string>> => isPlainObject(given) && Object.values(given).every(each => typeof each === 'string'),
}
const readOptions = /* @__PURE__ */ optionReader({ metadata: { is: texts } })

/**
 * A file in the safetensors format with the tensors of a tree, by their paths joined with dots. Tensors are written in their dtypes as F64, F32, I32 and
 * BOOL, numbers as F64; a list of numbers is one tensor. Variables are written as the values that they have.
 *
 * Throws a TreeError for what is no tree of numbers and tensors, and for two paths that make the same name.
 * Source: https://github.com/huggingface/safetensors.
 *
 * @example
 * const bytes = toSafetensors({ scale: tensor([1, 2, 3]) }, { metadata: { format: 'pt' } })
 * fromSafetensors(bytes).scale.toArray() // [1, 2, 3]
 */
export function toSafetensors(tree: unknown, options?: WriteSafetensorsOptions, ...more: []): Uint8Array {
  const { metadata } = readOptions('toSafetensors', [options, ...more])
  const tensors = new Map<string, Tensor>()
  gather(tree, [], tensors)
  // The largest numbers first, so that all stand at multiples of their length; then by name.
  const entries = [...tensors].map(([name, tensor]) => ({ name, tensor, dtype: WRITTEN[tensor.dtype] }))
  const bytesOf = (dtype: string) => (DTYPES[dtype] as Dtype).bytes
  entries.sort((a, b) => bytesOf(b.dtype) - bytesOf(a.dtype) || (a.name < b.name ? -1 : 1))
  let length = 0
  const described = entries.map(({ name, tensor, dtype }): [string, unknown] => {
    const begin = length
    length += tensor.size * bytesOf(dtype)
    return [name, { dtype, shape: tensor.shape, data_offsets: [begin, length] }]
  })
  const text = JSON.stringify(Object.fromEntries([...(metadata === undefined ? [] : [['__metadata__', metadata] as const]), ...described]))
  const header = new TextEncoder().encode(text)
  const start = 8 + Math.ceil(header.length / 8) * 8
  const file = new Uint8Array(start + length).fill(0x20, 8, start)
  file.set(header, 8)
  const view = new DataView(file.buffer)
  view.setBigUint64(0, BigInt(start - 8), true)
  let at = start
  for (const { tensor, dtype } of entries) {
    const { bytes, write } = DTYPES[dtype] as Dtype
    const { data } = tensor
    for (let i = 0; i < data.length; i++, at += bytes) write?.(view, at, data[i] as number)
  }
  return file
}

/** The tensors of a tree by name. */
function gather(tree: unknown, path: readonly string[], into: Map<string, Tensor>): void {
  deeper('toSafetensors: the tree', path.length)
  if (isPlainObject(tree)) for (const [key, each] of Object.entries(tree)) gather(each, [...path, key], into)
  else if (Array.isArray(tree) && !isNumeric(tree)) tree.forEach((each, i) => void gather(each, [...path, String(i)], into))
  else {
    const name = path.join('.')
    const role = `toSafetensors: the tree${path.length === 0 ? '' : ` at ${name}`}`
    if (path.length === 0) throw new TreeError('toSafetensors: tensors have names, so the tree is an object or a list of them.')
    if (name === '__metadata__') throw new TreeError('toSafetensors: the name __metadata__ is that of texts; they are an option.')
    if (into.has(name)) throw new OptionError(`toSafetensors: two paths make the name ${JSON.stringify(name)}, since a name in the tree has a dot.`)
    const plain = value(toValue(role, value(tree) as number))
    into.set(name, plain instanceof Tensor ? plain : new Tensor(Float64Array.of(Number(plain)), []))
  }
}

function isNumeric(list: readonly unknown[]): boolean {
  return list.every(each => typeof each === 'number' || (Array.isArray(each) && isNumeric(each)))
}
