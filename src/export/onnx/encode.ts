import { BinaryReader, BinaryWriter, WireType } from '@bufbuild/protobuf/wire'
import { GraphError } from '../../core/errors.ts'
import { isMessage, MESSAGES, type Model } from './format.ts'

/* Messages as bytes and back, by the table of their fields. */

// biome-ignore lint/suspicious/noExplicitAny: the table says what a field holds
type Fields = Record<string, any>
type Name = keyof typeof MESSAGES

/** Messages in each other. */
const DEEPEST = 64

export function encodeModel(model: Model): Uint8Array<ArrayBuffer> {
  return write('Model', model, new BinaryWriter()).finish()
}

function write(name: Name, message: Fields, to: BinaryWriter): BinaryWriter {
  for (const [field, [number, type]] of Object.entries(MESSAGES[name])) {
    const value = message[field]
    if (value === undefined) continue
    const single = typeof type === 'string' ? type : type[0]
    for (const each of typeof type === 'string' ? [value] : value) {
      if (isMessage(single)) {
        to.tag(number, WireType.LengthDelimited).fork()
        write(single, each, to).join()
      } else to.tag(number, WIRE[single as keyof typeof WIRE])[single as 'string'](each)
    }
  }
  return to
}

const WIRE = {
  string: WireType.LengthDelimited,
  bytes: WireType.LengthDelimited,
  float: WireType.Bit32,
  double: WireType.Bit64,
  int32: WireType.Varint,
  int64: WireType.Varint,
} as const

/** A model from its bytes. Throws a GraphError where they are none. */
export function decodeModel(bytes: Uint8Array): Model {
  try {
    return read('Model', new BinaryReader(bytes), bytes.length, 0) as Model
  } catch (error) {
    if (error instanceof GraphError) throw error
    throw new GraphError(`fromOnnx: the bytes are no ONNX model: ${(error as Error).message}.`)
  }
}

function read(name: Name, from: BinaryReader, end: number, depth: number): Fields {
  if (depth > DEEPEST) throw new GraphError(`fromOnnx: messages stand in each other deeper than ${DEEPEST}.`)
  const fields = Object.entries(MESSAGES[name])
  const message: Fields = {}
  for (const [field, [, type]] of fields) if (typeof type !== 'string') message[field] = []
  while (from.pos < end) {
    const [number, wire] = from.tag()
    const [field, [, type] = []] = fields.find(([, [each]]) => each === number) ?? []
    if (field === undefined || type === undefined) {
      from.skip(wire, number)
      continue
    }
    const single = typeof type === 'string' ? type : type[0]
    const put = (value: unknown) => {
      if (typeof type === 'string') message[field] = value
      else message[field].push(value)
    }
    if (isMessage(single)) {
      expectWire(wire, WireType.LengthDelimited, name, field)
      const last = from.uint32() + from.pos
      if (last > end) throw new GraphError(`fromOnnx: the bytes are no ONNX model: ${field} is longer than the ${name} that it stands in.`)
      put(read(single, from, last, depth + 1))
    } else {
      const scalar = single as keyof typeof WIRE
      const next = () => (scalar === 'int64' ? Number(from.int64()) : from[scalar]())
      if (wire === WireType.LengthDelimited && WIRE[scalar] !== wire && typeof type !== 'string') {
        const last = from.uint32() + from.pos
        if (last > end) throw new GraphError(`fromOnnx: the bytes are no ONNX model: ${field} is longer than the ${name} that it stands in.`)
        while (from.pos < last) put(next())
      } else {
        expectWire(wire, WIRE[scalar], name, field)
        put(next())
      }
    }
  }
  if (from.pos !== end) throw new GraphError(`fromOnnx: the bytes are no ONNX model: a ${name} ends in the middle of a field.`)
  return message
}

function expectWire(wire: WireType, wanted: WireType, name: string, field: string): void {
  if (wire !== wanted) throw new GraphError(`fromOnnx: the bytes are no ONNX model: ${field} of a ${name} is written as what it is not.`)
}
