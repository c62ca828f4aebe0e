import { Tensor } from '../../core/tensor.ts'
import type { Graph } from '../../graph/graph.ts'
import type { Movement } from '../../ops/movement.ts'
import { quoted, wholes } from '../checked.ts'
import { literal } from '../text.ts'

/** The tables that the code of a graph refers to. */
export interface Inner {
  readonly evaluate: readonly unknown[]
  readonly params: readonly unknown[]
  readonly constants: readonly unknown[]
  readonly buffers: Tensor[]
  readonly inner: Inner[]
}

export function tablesOf({ nodes }: Graph): Pick<Inner, 'evaluate' | 'params' | 'constants'> {
  return { evaluate: nodes.map(node => node.definition?.evaluate), params: nodes.map(node => node.params), constants: nodes.map(node => node.value) }
}

/** The tables as text. */
export function tablesText({ constants, params, buffers, inner }: Omit<Inner, 'evaluate'>, lists: readonly ArrayLike<number>[] = []): string {
  const tensors = constants.flatMap((each, id) =>
    each instanceof Tensor
      ? [`${id}: new Tensor(new Float64Array([${Array.from(each.data, literal).join(', ')}]), [${wholes(each.shape)}], ${quoted(each.dtype)})`]
      : [],
  )
  const made = buffers.map(({ size, shape, dtype }) => `new Tensor(new Float64Array(${size}), [${wholes(shape)}], ${quoted(dtype)})`)
  const kept = lists.map(list => `new ${list instanceof Int32Array ? 'Int32Array' : 'Float64Array'}([${Array.from(list, literal).join(', ')}])`)
  const moves = params.flatMap((each, id) => {
    const indices = (each as Partial<Movement> | undefined)?.indices
    return indices === undefined ? [] : [`${id}: { indices: new Int32Array([${wholes(indices)}]) }`]
  })
  return `{ params: { ${moves.join(', ')} }, constants: { ${tensors.join(', ')} }, buffers: [${made.join(', ')}], inner: [${inner.map(each => tablesText(each)).join(', ')}], lists: [${kept.join(', ')}] }`
}
