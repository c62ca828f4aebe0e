import type { Definition } from './definition.ts'
import { type DType, Tensor, withDtype } from './tensor.ts'
import type { Value } from './types.ts'

/*
 * What numbers of less width than a double mean, in one place. Operators compute in doubles and round once, when they store their
 * result: that of a float32 operator is the exactly computed one to half a unit in its last place, and sums are not sums of rounded
 * terms. Large matrix products alone add up in float32, twice as fast. Scalars are JavaScript's numbers, and follow the tensors beside them.
 */

/** What a definition says of the dtype of its results. */
export type Typing = Pick<Definition, 'typedBy' | 'integral' | 'gives'>

const ORDER: readonly DType[] = ['bool', 'int32', 'float32', 'float64']

/**
 * The dtype that two dtypes have together, as the Python array API standard promotes within kinds. Between kinds, which it leaves
 * open, the wider kind wins and keeps its width: int32 with float32 is float32, as in PyTorch and JAX.
 */
export function promoted(a: DType, b: DType): DType {
  return a === b || ORDER.indexOf(a) > ORDER.indexOf(b) ? a : b
}

/** Whether a tensor's numbers are stored in another way than as doubles. */
export function isNarrow(x: unknown): x is Tensor {
  return x instanceof Tensor && (x.dtype === 'float32' || x.dtype === 'int32')
}

/** The dtype of an operator's result that is a tensor, from its operands; `float64` also stands for that of masks. */
export function dtypeOfResult({ typedBy, integral, gives }: Typing, operands: readonly Value[]): DType {
  if (gives !== undefined) return gives
  let result: DType | undefined
  let besideNumber = false
  for (let i = 0; i < operands.length; i++) {
    if (typedBy !== undefined && !typedBy.includes(i)) continue
    const operand = operands[i]
    if (operand instanceof Tensor) result = result === undefined ? operand.dtype : promoted(result, operand.dtype)
    else if (typeof operand !== 'boolean') besideNumber = true
  }
  if (result === 'float32') return 'float32'
  return result === 'int32' && integral === true && !besideNumber ? 'int32' : 'float64'
}

/** Whether an operator takes its operands as they are: all are of float32. */
export function areSingle({ singles }: Pick<Definition, 'singles'>, operands: readonly Value[]): boolean {
  return singles === true && operands.every(each => each instanceof Tensor && each.dtype === 'float32')
}

/** An operator's value for operands of any dtype, from that for doubles. */
export function inDtypes<P>(definition: Typing, evaluate: (operands: readonly Value[], params: P) => Value) {
  return (operands: readonly Value[], params: P): Value => {
    if (definition.gives !== undefined || operands.some(isNarrow)) return narrowed(evaluate(operands.map(widened), params), dtypeOfResult(definition, operands))
    return evaluate(operands, params)
  }
}

/** The dtype for constants beside a tensor. */
export function floatsOf({ dtype }: Tensor): { dtype: DType } {
  return { dtype: dtype === 'float32' ? dtype : 'float64' }
}

/** The same numbers as doubles. */
export function widened<V>(x: V): V {
  return (isNarrow(x) ? withDtype(x, 'float64') : x) as V
}

/** A result of doubles as it is stored; masks and scalars stay as they are. */
export function narrowed<V>(x: V, dtype: DType): V {
  return (x instanceof Tensor && x.dtype === 'float64' ? withDtype(x, dtype) : x) as V
}
