import { DualtapeError } from '../core/errors.ts'
import type { Graph } from '../graph/graph.ts'
import { type Backends, forbidden, type Program } from './backend.ts'
import { isStraight } from './nest.ts'
import { productsOf } from './strong.ts'
import { EXACT_FUNCTIONS } from './wasm/functions.ts'
import { instantiate, instantiateAsync, mayInstantiate, type Runnable } from './wasm/instance.ts'
import { inWasm } from './wasm/machine.ts'
import { generateWasm } from './wasm/program.ts'

/** WebAssembly, with JavaScript around it where that may be made. */
export const wasm: Backends['wasm'] = {
  make(program, instance) {
    try {
      return inWasm(program, instance ?? instantiate(codeOf(program)))
    } catch (error) {
      return refusal(error)
    }
  },
  async instantiate(program): Promise<Runnable | undefined> {
    try {
      return await instantiateAsync(codeOf(program))
    } catch (error) {
      return refusal(error)
    }
  },
  emit(graph: Graph) {
    // A file may be run by another engine.
    const { bytes, foreign } = generateWasm(graph, 'strong', false)
    const [step] = foreign
    if (step !== undefined)
      throw new DualtapeError(`emit: ${step.node.op} on tensors has no WebAssembly of its own yet. Numbers, loops over tensors, sums and matrix products have.`)
    return bytes
  },
}

function codeOf({ graph }: Program) {
  return generateWasm(graph, productsOf(graph), undefined, isStraight(graph) ? EXACT_FUNCTIONS : undefined)
}

/** Nothing where the engine refuses one module, as browsers do with a RangeError in the thread of a page; an error where it refuses all. */
function refusal(error: unknown): undefined {
  const { name } = error as Error
  if (name === 'RangeError') return
  if (!mayInstantiate()) throw forbidden('wasm', error)
  if (name !== 'CompileError') throw error
}
