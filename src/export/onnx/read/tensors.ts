import { GraphError } from '../../../core/errors.ts'
import { formatShape, product, type Shape, sizeOfShape } from '../../../core/shape.ts'
import { Tensor } from '../../../core/tensor.ts'
import { BOOL, DOUBLE, FLOAT, INT32, INT64, type TensorMessage } from '../format.ts'
import type { Item } from './item.ts'

/** Entries of a tensor that a model makes or holds. */
const MOST_ENTRIES = 1e8

/** What entries are, by their number in the format. */
export const KINDS: Readonly<Record<number, Item['kind']>> = {
  [FLOAT]: 'float',
  [DOUBLE]: 'float',
  2: 'int',
  3: 'int',
  4: 'int',
  5: 'int',
  [INT32]: 'int',
  [INT64]: 'int',
  [BOOL]: 'bool',
}

/** What is wrong with the bytes is said by this. */
export function refuse(why: string): never {
  throw new GraphError(`fromOnnx: ${why}.`)
}

/** A shape that a model asks for. */
export function checkedShape(what: string, shape: readonly number[]): Shape {
  if (shape.length > 64) refuse(`${what} has ${shape.length} axes, more than 64`)
  if (!shape.every(length => Number.isInteger(length) && length >= 0)) refuse(`${what} has shape [${shape.join(', ')}], which is no list of lengths`)
  if (!(product(shape) <= MOST_ENTRIES)) refuse(`${what} has shape ${formatShape(shape)}, more than ${MOST_ENTRIES} entries`)
  return shape
}

/** A constant of a model. */
export function readTensor(what: string, message: TensorMessage): Item {
  const { dims, dataType, rawData, floatData, doubleData, int32Data, int64Data, externalData, dataLocation = 0, segment } = message
  if (externalData.length > 0 || dataLocation !== 0)
    refuse(`${what} lies in another file; only what is in the bytes is read. Save the model with its data in one file`)
  if (segment !== undefined) refuse(`${what} is a segment of a tensor, which nobody writes`)
  const kind = KINDS[dataType]
  if (kind === undefined)
    refuse(`${what} has entries of type ${dataType} (TensorProto.DataType), which are not read. Those that are: float, double, bool and integers`)
  const shape = checkedShape(what, dims)
  const numbers =
    rawData !== undefined
      ? rawNumbers(what, rawData, dataType)
      : dataType === FLOAT
        ? floatData
        : dataType === DOUBLE
          ? doubleData
          : dataType === INT64
            ? int64Data
            : int32Data
  if (numbers.length !== sizeOfShape(shape)) refuse(`${what} has ${numbers.length} entries, which do not fill shape ${formatShape(shape)}`)
  const data = dataType === FLOAT ? Float32Array.from(numbers) : Float64Array.from(numbers)
  const dtype = kind === 'bool' ? 'bool' : dataType === FLOAT ? 'float32' : 'float64'
  return { kind, value: new Tensor(data as Float64Array, [...shape], dtype) }
}

const WIDTHS: Readonly<Record<number, number>> = { [FLOAT]: 4, 2: 1, 3: 1, 4: 2, 5: 2, [INT32]: 4, [INT64]: 8, [BOOL]: 1, [DOUBLE]: 8 }

function rawNumbers(what: string, bytes: Uint8Array, dataType: number): Float64Array {
  const width = WIDTHS[dataType] as number
  if (bytes.length % width !== 0) refuse(`${what} has ${bytes.length} bytes, which are no whole number of entries of ${width}`)
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  const read: Readonly<Record<number, (at: number) => number>> = {
    [FLOAT]: at => view.getFloat32(at, true),
    2: at => view.getUint8(at),
    3: at => view.getInt8(at),
    4: at => view.getUint16(at, true),
    5: at => view.getInt16(at, true),
    [INT32]: at => view.getInt32(at, true),
    [INT64]: at => Number(view.getBigInt64(at, true)),
    [BOOL]: at => (view.getUint8(at) === 0 ? 0 : 1),
    [DOUBLE]: at => view.getFloat64(at, true),
  }
  const one = read[dataType] as (at: number) => number
  return Float64Array.from({ length: bytes.length / width }, (_, i) => one(i * width))
}
