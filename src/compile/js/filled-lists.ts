import { sizeOfShape } from '../../core/shape.ts'
import type { Graph, GraphNode } from '../../graph/graph.ts'
import { type RolledParams, rolled, startsOf } from '../../graph/reroll/rolled.ts'
import type { ListResult } from '../../graph/trace.ts'
import { startOf } from '../nest.ts'
import { listsOf } from '../result.ts'
import type { Signature } from '../signature.ts'

/** Longer lists are not kept for copies. */
export const LONGEST_COPIED = 1 << 16

/** Lists among arguments and results that loops which were found read and fill themselves. */
export class FilledLists {
  /** Results, by where they begin among those of the loops. */
  readonly results = new Map<number, { list: ListResult; length: number }>()
  /** Where arguments are. */
  readonly paths = new Map<number, string>()
  /** Steps that are not needed then. */
  readonly unneeded = new Set<number>()
  /** Sums of a graph's own loops that are results, and nothing else. */
  readonly sums = new Map<number, ListResult>()
  readonly #graph: Graph

  /** Without `fills` no results are filled, nor `sums` of loops. */
  constructor(graph: Graph, signature: Signature, result: unknown, fills: boolean, sums: ReadonlySet<number>) {
    this.#graph = graph
    const { nodes, inputs, outputs, guards } = graph
    for (const list of fills && sums.size > 0 ? listsOf(result) : []) {
      const id = outputs[list.position] as number
      const isAlone = outputs.filter(each => each === id).length === 1 && nodes.every(node => !node.inputs.includes(id))
      if (sums.has(id) && isAlone && list.type === 'Array' && sizeOfShape((nodes[id] as GraphNode).shape) <= LONGEST_COPIED) this.sums.set(id, list)
    }
    const loops = nodes.findIndex(node => node.definition === rolled)
    if (loops < 0) return
    const users = (id: number) => nodes.flatMap((node, user) => (node.inputs.includes(id) ? [user] : []))
    const isResult = new Set([...outputs, ...guards.map(guard => guard.node)])
    inputs.forEach((id, i) => {
      const path = signature.lists.get(i)
      if (path === undefined || isResult.has(id) || users(id).some(user => user !== loops)) return
      this.paths.set(id, path)
      this.unneeded.add(id)
    })
    if (!fills) return
    const { program } = (nodes[loops] as GraphNode).params as RolledParams
    for (const list of listsOf(result)) {
      const id = outputs[list.position] as number
      const node = nodes[id] as GraphNode
      const [start, length] = [startOf(node), sizeOfShape(node.shape)]
      if (node.op !== 'section' || node.inputs[0] !== loops || users(id).length > 0) continue
      // Of several lists that are filled together each is copied.
      if (program.outs[startsOf(program).indexOf(start)] !== length) continue
      this.results.set(start, { list, length })
      this.unneeded.add(id)
    }
  }

  /** The name of a list of results; undefined where it is made of a tensor. */
  nameOf(list: ListResult, prefix: string): string | undefined {
    const from = this.#graph.nodes[this.#graph.outputs[list.position] as number] as GraphNode
    if (this.results.get(startOf(from))?.list !== list) return undefined
    const loops = from.inputs[0] as number
    const { program } = (this.#graph.nodes[loops] as GraphNode).params as RolledParams
    return `${prefix}${loops}r${startsOf(program).indexOf(startOf(from))}`
  }
}
