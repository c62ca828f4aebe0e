/* The messages of ONNX that models of tensors are made of (onnx.proto, https://github.com/onnx/onnx/blob/main/onnx/onnx.proto). */

export interface Model {
  irVersion: number
  producerName?: string
  producerVersion?: string
  docString?: string
  graph: GraphMessage
  opsetImport: OperatorSet[]
  metadataProps: { key: string; value: string }[]
  functions: object[]
}

export interface OperatorSet {
  domain?: string
  version: number
}

export interface GraphMessage {
  node: NodeMessage[]
  name?: string
  initializer: TensorMessage[]
  docString?: string
  input: ValueInfo[]
  output: ValueInfo[]
  sparseInitializer: object[]
}

export interface NodeMessage {
  input: string[]
  output: string[]
  name?: string
  opType: string
  attribute: Attribute[]
  domain?: string
}

export interface Attribute {
  name: string
  f?: number
  i?: number
  s?: Uint8Array
  t?: TensorMessage
  g?: GraphMessage
  floats: number[]
  ints: number[]
  strings: Uint8Array[]
  type?: number
  refAttrName?: string
}

export interface TensorMessage {
  dims: number[]
  dataType: number
  segment?: object
  floatData: number[]
  int32Data: number[]
  int64Data: number[]
  name?: string
  rawData?: Uint8Array
  doubleData: number[]
  externalData: object[]
  dataLocation?: number
}

export interface ValueInfo {
  name: string
  type?: { tensorType?: { elemType?: number; shape?: { dim: { dimValue?: number; dimParam?: string }[] } } }
}

type Scalar = 'string' | 'bytes' | 'float' | 'double' | 'int32' | 'int64'

/** A field of a message: its number and type; where it is repeated, the type stands in a list. */
type Field = readonly [number: number, type: Scalar | MessageName | readonly [Scalar | MessageName]]
type MessageName =
  | 'Model'
  | 'OperatorSet'
  | 'Graph'
  | 'Node'
  | 'Attribute'
  | 'Tensor'
  | 'ValueInfo'
  | 'Type'
  | 'TensorType'
  | 'Shape'
  | 'Dimension'
  | 'Entry'
  | 'Unread'

/** The fields that are read and written; others are skipped. */
export const MESSAGES: { readonly [name in MessageName]: { readonly [field: string]: Field } } = {
  Model: {
    irVersion: [1, 'int64'],
    producerName: [2, 'string'],
    producerVersion: [3, 'string'],
    docString: [6, 'string'],
    graph: [7, 'Graph'],
    opsetImport: [8, ['OperatorSet']],
    metadataProps: [14, ['Entry']],
    functions: [25, ['Unread']],
  },
  OperatorSet: { domain: [1, 'string'], version: [2, 'int64'] },
  Entry: { key: [1, 'string'], value: [2, 'string'] },
  Graph: {
    node: [1, ['Node']],
    name: [2, 'string'],
    initializer: [5, ['Tensor']],
    docString: [10, 'string'],
    input: [11, ['ValueInfo']],
    output: [12, ['ValueInfo']],
    sparseInitializer: [15, ['Unread']],
  },
  Node: {
    input: [1, ['string']],
    output: [2, ['string']],
    name: [3, 'string'],
    opType: [4, 'string'],
    attribute: [5, ['Attribute']],
    domain: [7, 'string'],
  },
  Attribute: {
    name: [1, 'string'],
    f: [2, 'float'],
    i: [3, 'int64'],
    s: [4, 'bytes'],
    t: [5, 'Tensor'],
    g: [6, 'Graph'],
    floats: [7, ['float']],
    ints: [8, ['int64']],
    strings: [9, ['bytes']],
    type: [20, 'int32'],
    refAttrName: [21, 'string'],
  },
  Tensor: {
    dims: [1, ['int64']],
    dataType: [2, 'int32'],
    segment: [3, 'Unread'],
    floatData: [4, ['float']],
    int32Data: [5, ['int32']],
    int64Data: [7, ['int64']],
    name: [8, 'string'],
    rawData: [9, 'bytes'],
    doubleData: [10, ['double']],
    externalData: [13, ['Unread']],
    dataLocation: [14, 'int32'],
  },
  ValueInfo: { name: [1, 'string'], type: [2, 'Type'] },
  Type: { tensorType: [1, 'TensorType'] },
  TensorType: { elemType: [1, 'int32'], shape: [2, 'Shape'] },
  Shape: { dim: [1, ['Dimension']] },
  Dimension: { dimValue: [1, 'int64'], dimParam: [2, 'string'] },
  Unread: {},
}

export function isMessage(type: string): type is MessageName {
  return Object.hasOwn(MESSAGES, type)
}

/** Types of entries (TensorProto.DataType) that are read or written. */
export const FLOAT = 1
export const INT32 = 6
export const INT64 = 7
export const BOOL = 9
export const DOUBLE = 11

/** Kinds of attributes (AttributeProto.AttributeType). */
export const ATTRIBUTE = { float: 1, int: 2, string: 3, tensor: 4, graph: 5, floats: 6, ints: 7 } as const
