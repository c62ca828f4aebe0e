import { Tensor } from '../core/tensor.ts'
import { isTraced } from '../core/traced.ts'
import { CheckpointNode } from '../reverse/checkpoint.ts'
import { AssembleNode, MapNode, UnpackNode } from '../reverse/nodes.ts'
import type { RecordedCall } from '../reverse/recorded-call.ts'
import type { Recording } from '../reverse/sweep.ts'

/** A number that is the same for two recordings with the same structure, whatever their values. */
export function structureOf(call: RecordedCall): number {
  const hash = new Hash()
  addStructure(hash, call.recording, call.outputs)
  return hash.result
}

function addStructure(hash: Hash, { sources, count, nodes }: Recording, outputs: readonly number[]): void {
  hash.integers(sources, 2 * count)
  hash.integers(Int32Array.from(outputs), outputs.length)
  for (const node of nodes) {
    if (node instanceof MapNode) {
      const { definition, params, inputs, outShape } = node.application
      hash.text(`${definition.name} ${inputs.join()} ${outShape.join()}`)
      hash.value(params)
    } else if (node instanceof AssembleNode) hash.integers(node.rows, node.rows.length)
    else if (node instanceof UnpackNode) hash.text(`${node.input} ${node.start} ${node.length}`)
    else if (node instanceof CheckpointNode) {
      const { recording, outputs: inner } = node.recorded()
      addStructure(hash, recording, inner)
    }
  }
}

/** The same for the numbers that an affine function's derivative is made of. */
export function coefficientsOf(call: RecordedCall): number {
  const { partials, count, nodes } = call.recording
  const hash = new Hash()
  hash.doubles(partials, 2 * count)
  for (const node of nodes) {
    if (!(node instanceof MapNode)) continue
    node.application.inputs.forEach((input, i) => {
      if (input === 0) hash.value(node.primals[i])
    })
  }
  return hash.result
}

/** FNV-1a over 32-bit words. */
class Hash {
  result = 0x811c9dc5 | 0

  integers(values: Int32Array, length: number): void {
    let hash = this.result
    for (let i = 0; i < length; i++) hash = Math.imul(hash ^ (values[i] as number), 0x01000193)
    this.result = Math.imul(hash ^ length, 0x01000193)
  }

  doubles(values: Float64Array, length: number): void {
    this.integers(new Int32Array(values.buffer, values.byteOffset, 2 * length), 2 * length)
  }

  text(text: string): void {
    this.integers(
      Int32Array.from(text, character => character.codePointAt(0) ?? 0),
      text.length,
    )
  }

  value(value: unknown): void {
    if (value instanceof Int32Array) this.integers(value, value.length)
    else if (value instanceof Tensor && !isTraced(value)) this.doubles(value.data, value.size)
    else if (Array.isArray(value)) for (const each of value) this.value(each)
    else if (typeof value === 'object' && value !== null && !isTraced(value)) for (const [key, each] of Object.entries(value)) this.pair(key, each)
    else this.text(String(isTraced(value) ? 'traced' : value))
  }

  pair(key: string, value: unknown): void {
    this.text(key)
    this.value(value)
  }
}
