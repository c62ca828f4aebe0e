import type { DType } from '../../core/tensor.ts'

/*
 * The types of numbers of the format: how many bytes each takes, the dtype of the tensor that it becomes, which holds it exactly or not at all, and how
 * it is read and written, little-endian.
 */

/** One type. */
export interface Dtype {
  readonly bytes: number
  readonly becomes: DType
  /** Undefined where the number has no place in a double. */
  read(view: DataView, at: number): number | undefined
  write?(view: DataView, at: number, x: number): void
}

export const DTYPES: { readonly [name: string]: Dtype } = {
  F64: { bytes: 8, becomes: 'float64', read: (view, at) => view.getFloat64(at, true), write: (view, at, x) => view.setFloat64(at, x, true) },
  F32: { bytes: 4, becomes: 'float32', read: (view, at) => view.getFloat32(at, true), write: (view, at, x) => view.setFloat32(at, x, true) },
  F16: { bytes: 2, becomes: 'float32', read: (view, at) => half(view.getUint16(at, true)) },
  BF16: { bytes: 2, becomes: 'float32', read: upperHalf },
  I64: { bytes: 8, becomes: 'float64', read: (view, at) => whole(view.getBigInt64(at, true)) },
  U64: { bytes: 8, becomes: 'float64', read: (view, at) => whole(view.getBigUint64(at, true)) },
  I32: { bytes: 4, becomes: 'int32', read: (view, at) => view.getInt32(at, true), write: (view, at, x) => view.setInt32(at, x, true) },
  U32: { bytes: 4, becomes: 'float64', read: (view, at) => view.getUint32(at, true) },
  I16: { bytes: 2, becomes: 'int32', read: (view, at) => view.getInt16(at, true) },
  U16: { bytes: 2, becomes: 'int32', read: (view, at) => view.getUint16(at, true) },
  I8: { bytes: 1, becomes: 'int32', read: (view, at) => view.getInt8(at) },
  U8: { bytes: 1, becomes: 'int32', read: (view, at) => view.getUint8(at) },
  BOOL: {
    bytes: 1,
    becomes: 'bool',
    read: (view, at) => (view.getUint8(at) > 1 ? undefined : view.getUint8(at)),
    write: (view, at, x) => view.setUint8(at, x === 0 ? 0 : 1),
  },
}

/** The types that tensors are written as, by the type that they have here. */
export const WRITTEN: { readonly [D in DType]: string } = { float64: 'F64', float32: 'F32', int32: 'I32', bool: 'BOOL' }

/** A number of IEEE 754's binary16: a sign, 5 bits of exponent, 10 of fraction. */
function half(bits: number): number {
  const sign = bits & 0x8000 ? -1 : 1
  const exponent = (bits >> 10) & 0x1f
  const fraction = bits & 0x3ff
  if (exponent === 0x1f) return fraction === 0 ? sign * Number.POSITIVE_INFINITY : Number.NaN
  return sign * (exponent === 0 ? fraction * 2 ** -24 : (1024 + fraction) * 2 ** (exponent - 25))
}

/** The upper half of a single. */
function upperHalf(view: DataView, at: number): number {
  single.setUint32(0, view.getUint16(at, true) << 16)
  return single.getFloat32(0)
}

const single = /* @__PURE__ */ new DataView(new ArrayBuffer(4))

function whole(x: bigint): number | undefined {
  const number = Number(x)
  return Number.isSafeInteger(number) ? number : undefined
}
