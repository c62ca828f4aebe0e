import { Tensor } from '../../core/tensor.ts'
import { TracedTensor } from '../../core/traced.ts'
import type { Graph } from '../../graph/graph.ts'
import * as kernels from '../../ops/kernels/index.ts'
import { type Generated, MISS } from '../backend.ts'
import type { Signature } from '../signature.ts'
import { tablesOf } from './tables.ts'
import { Writer } from './writer.ts'

/**
 * JavaScript for a graph: straight code for scalars, loops over tensors' entries (see `Fusion`), matrix products, movements of
 * entries, loops of the graph as loops, and calls of the operators for the rest.
 *
 * Products of the rules are strong: 0 wins over ∞ and NaN. Plain products are computed first; only when a result is NaN, which an
 * ordinary product alone can have caused, it is computed again with strong ones. Where an operator could hide that NaN,
 * products are strong from the start.
 */
export function generateJavaScript(graph: Graph, result: unknown, signature: Signature): Generated {
  const { source, run } = link(graph, result, signature, false)
  // The way into a buffer is needed rarely, and made then.
  let into: Generated['into'] | undefined
  return {
    source,
    run,
    into: (...args) => {
      into ??= link(graph, result, signature, true).run as Generated['into']
      return into(...args)
    },
  }
}

function link(graph: Graph, result: unknown, signature: Signature, into: boolean): Pick<Generated, 'source' | 'run'> {
  const writer = new Writer(graph, result, signature, { into })
  const { evaluate, params, constants } = tablesOf(graph)
  const make = (source: string, strong: unknown) =>
    new Function('kernels', 'evaluate', 'params', 'constants', 'Tensor', 'TracedTensor', 'buffers', 'MISS', 'strong', 'inner', 'builds', 'lists', source)(
      kernels,
      evaluate,
      params,
      [...constants, ...signature.statics],
      Tensor,
      TracedTensor,
      writer.buffers,
      MISS,
      strong,
      writer.inner,
      writer.builds,
      writer.lists,
    ) as Generated['run']
  // The second way to compute is needed rarely, and made then.
  let strong: Generated['run'] | undefined
  const source = writer.firstProgram()
  const run = make(source, (...args: unknown[]) => {
    strong ??= make(writer.program('strong'), undefined)
    return strong(...args)
  })
  return { source, run }
}
