import { shapeOf } from '../../core/dispatch.ts'
import { dtypeOfResult, isNarrow, widened } from '../../core/dtypes.ts'
import { broadcastShapes, sameShape, sizeOfShape } from '../../core/shape.ts'
import { type DType, Tensor, withDtype } from '../../core/tensor.ts'
import { waits } from '../../core/waiting.ts'
import { expand } from '../kernels/expand.ts'
import { CHAINS_FROM, VECTORS_FROM, vectors } from '../kernels/vector-hook.ts'
import type { ElementwiseDescription, Specialised } from './elementwise.ts'

/** The value over broadcast arrays: operands that do not have the result's shape or one entry are expanded first. */
export function evaluateArrays(
  author: ElementwiseDescription,
  operands: readonly (number | boolean | Tensor)[],
  loop: Specialised['loop'],
  mask: boolean,
  text?: string,
): Tensor {
  const shape = broadcastShapes(author.name, operands.map(shapeOf))
  const length = sizeOfShape(shape)
  if (length >= CHAINS_FROM && waits.by?.open && text !== undefined) {
    author.loads?.()
    const evaluate = () => evaluateArrays(author, operands, loop, mask, text)
    const later = waits.by.later(text, shape, mask ? 'bool' : dtypeOfResult(author, operands), operands, evaluate)
    if (later !== undefined) return later
  }
  const buffers: (Float64Array | number)[] = []
  let narrow = author.gives === 'float32'
  for (const operand of operands) {
    if (!(operand instanceof Tensor)) buffers.push(alone(Number(operand)), 0)
    else if (operand.size === 1) buffers.push(widened(operand).data, 0)
    else if (!sameShape(operand.shape, shape)) buffers.push(expand(widened(operand), shape), 1)
    else {
      buffers.push(operand.data, 1)
      narrow ||= isNarrow(operand)
    }
  }
  const dtype = mask ? 'bool' : dtypeOfResult(author, operands)
  if (length >= VECTORS_FROM && text !== undefined && dtype !== 'int32') {
    author.loads?.()
    const made = vectors.run?.(text, length, buffers, dtype === 'float32')
    if (made !== undefined) return new Tensor(made as Float64Array, shape, dtype)
  }
  if (narrow && dtype !== 'int32') return new Tensor(inBlocks(loop, length, buffers, dtype), shape, dtype)
  const out = new Float64Array(length)
  // Loops only ever see doubles.
  if (narrow) for (let i = 0; i < buffers.length; i += 2) if (!(buffers[i] instanceof Float64Array)) buffers[i] = Float64Array.from(buffers[i] as Float64Array)
  // Calls with operands in a list take several times as long.
  if (buffers.length > 4) loop(length, out, ...buffers)
  else loop(length, out, buffers[0], buffers[1], buffers[2], buffers[3])
  return withDtype(new Tensor(out, shape, mask ? 'bool' : 'float64'), dtype)
}

/** A number as a buffer of its own. */
function alone(x: number): Float64Array {
  const buffer = new Float64Array(1)
  buffer[0] = x
  return buffer
}

const BLOCK = 1024

/** A loop over numbers that are not all doubles, which become ones in blocks that stay in the cache: loops only ever see doubles. */
function inBlocks(loop: Specialised['loop'], length: number, buffers: readonly (Float64Array | number)[], dtype: DType): Float64Array {
  const out = (dtype === 'float32' ? new Float32Array(length) : new Float64Array(length)) as Float64Array
  const scratch = buffers.map(each => (typeof each === 'number' || each instanceof Float64Array ? undefined : new Float64Array(BLOCK)))
  const results = new Float64Array(BLOCK)
  for (let from = 0; from < length; from += BLOCK) {
    const size = Math.min(BLOCK, length - from)
    const parts = buffers.map((each, k) => {
      if (typeof each === 'number' || buffers[k + 1] === 0) return each
      const part = each.subarray(from, from + size)
      scratch[k]?.set(part)
      return scratch[k] ?? part
    })
    loop(size, results, ...parts)
    out.set(size === BLOCK ? results : results.subarray(0, size), from)
  }
  return out
}

/** The loop of an operator without specialised code. */
export function generalLoop(author: ElementwiseDescription): Specialised['loop'] {
  return (length, out, ...buffers: (Float64Array | number)[]) => {
    const arity = buffers.filter(each => each !== undefined).length / 2
    for (let i = 0; i < length; i++) {
      const entries = Array.from({ length: arity }, (_, k) => (buffers[2 * k] as Float64Array)[i * (buffers[2 * k + 1] as number)])
      out[i] = Number(author.value(...entries))
    }
  }
}
