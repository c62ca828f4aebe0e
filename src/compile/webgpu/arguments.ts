import { DualtapeError } from '../../core/errors.ts'
import { sameShape } from '../../core/shape.ts'
import { type DType, isNumericTypedArray, Tensor, withDtype } from '../../core/tensor.ts'
import { isTraced } from '../../core/traced.ts'
import { mapTree } from '../../core/tree.ts'
import { hasKeys, type Part } from '../signature.ts'
import { DeviceNumber, DeviceTensor, type Held } from './held.ts'

/** An input of a program: numbers that are here, or on the device. */
export type Given = number | ArrayLike<number> | Held

/** Integers of float32 that have a neighbour on both sides. */
const LARGEST_INTEGER = 2 ** 24

/** What tensors of a dtype are traced as: all floats are one, as all are float32 on the device. */
function tracedAs(dtype: DType): DType {
  return dtype === 'float32' ? 'float64' : dtype
}

/** Arguments with their numbers here, as a function is traced with. */
export async function hosted(args: readonly unknown[]): Promise<unknown[]> {
  const read = new Map<unknown, unknown>()
  const find = async (x: unknown): Promise<void> => {
    if (x instanceof DeviceTensor || x instanceof DeviceNumber) read.set(x, await x.read())
    else if (typeof x === 'object' && x !== null && !(x instanceof Tensor) && !ArrayBuffer.isView(x)) for (const each of Object.values(x)) await find(each)
  }
  await find(args)
  const change = (x: unknown): unknown => {
    const found = read.get(x) ?? x
    if (found instanceof Tensor && !isTraced(found)) return withDtype(found, tracedAs(found.dtype))
    if (Array.isArray(found)) return found.every(each => typeof each === 'number') ? found : found.map(change)
    if (typeof found !== 'object' || found === null || isTraced(found) || ArrayBuffer.isView(found) || found instanceof Tensor) return found
    return Object.fromEntries(Object.entries(found).map(([key, each]) => [key, change(each)]))
  }
  return args.map(change)
}

/** Reads the inputs of a call in order; false where its arguments are built in another way than those that a program was traced for. */
export function readInputs(parts: readonly Part[], args: readonly unknown[], read: (given: Given) => void): boolean {
  return args.length === parts.length && parts.every((part, i) => readPart(part, args[i], read))
}

function readPart(part: Part, x: unknown, read: (given: Given) => void): boolean {
  switch (part.kind) {
    case 'number':
      if (x instanceof DeviceNumber) read(x.held)
      else if (typeof x === 'number') read(x)
      else return false
      return true
    case 'numbers':
    case 'typed': {
      const isLike =
        part.kind === 'typed'
          ? isNumericTypedArray(x) && x[Symbol.toStringTag] === part.type
          : Array.isArray(x) && x.every(each => typeof each === 'number' || each instanceof DeviceNumber)
      const list = x as (number | DeviceNumber)[]
      if (!isLike || list.length !== part.length) return false
      const { use } = part
      if (use?.whole && Array.from(list).some(each => typeof each !== 'number'))
        throw new DualtapeError('compile: a long list that a function takes as a whole has numbers that are on a device. Read them first, or give a tensor.')
      if (use?.whole) read(list as number[])
      const one = (each: number | DeviceNumber) => read(typeof each === 'number' ? each : each.held)
      if (use === undefined) list.forEach(one)
      else for (const position of use.positions) one(list[position] as number)
      return true
    }
    case 'tensor':
      if (!(x instanceof Tensor) || isTraced(x) || tracedAs(x.dtype) !== part.dtype || !sameShape(x.shape, part.shape)) return false
      if (x instanceof DeviceTensor) read(x.held)
      else {
        if (x.dtype === 'int32') checkIntegers(x.data)
        read(x.data)
      }
      return true
    case 'list':
      return Array.isArray(x) && x.length === part.parts.length && part.parts.every((each, i) => readPart(each, x[i], read))
    case 'object':
      return hasKeys(x, part.keys) && part.parts.every((each, i) => readPart(each, x[part.keys[i] as string], read))
    case 'static':
      return x === part.value
  }
}

function checkIntegers(data: ArrayLike<number>): void {
  for (let i = 0; i < data.length; i++)
    if (Math.abs(data[i] as number) > LARGEST_INTEGER)
      throw new DualtapeError(
        `compile: ${data[i]} is an integer beyond 2²⁴, and numbers on a WebGPU device are float32, which has not all of those. Compile for WebAssembly.`,
      )
}

/** A tree with its tensors changed, as `device` puts them there. */
export function mapTensors(tree: unknown, change: (x: Tensor) => Tensor): unknown {
  return mapTree(tree, 'device: the tree', leaf => (leaf instanceof Tensor ? change(leaf) : leaf), { keeps: x => x === null || typeof x !== 'object' })
}
