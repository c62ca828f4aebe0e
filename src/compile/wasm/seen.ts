import { type Graph, type GraphNode, isScalarNode } from '../../graph/graph.ts'
import { lowered } from '../lowered.ts'
import { type Fusion, movementOf } from '../nest.ts'
import { sizeOf } from './scope.ts'
import type { Views } from './views.ts'

/** Results in which loops look for NaNs as they make them, so that no pass over the result is needed for it. */
export class Seen {
  readonly #nodes: readonly GraphNode[]
  readonly #fusion: Fusion
  readonly #views: Views
  /** The tensors that results are made of by moving entries. */
  readonly #moved = new Set<number>()
  readonly #looked = new Set<number>()

  constructor({ nodes, outputs }: Graph, fusion: Fusion, views: Views) {
    this.#nodes = nodes
    this.#fusion = fusion
    this.#views = views
    const follow = (id: number) => {
      if (this.#moved.has(id)) return
      this.#moved.add(id)
      for (const each of this.#operandsOf(id)) follow(each)
    }
    outputs.forEach(follow)
  }

  /** Whether the loops that make a tensor are to look, which they do then. */
  asks(id: number): boolean {
    if (!this.#moved.has(id)) return false
    this.#looked.add(id)
    return true
  }

  /** Whether a NaN that a product has made in a tensor has been seen; nothing makes any in what is given. */
  has(id: number): boolean {
    const { op } = this.#nodes[id] as GraphNode
    if (isScalarNode(this.#nodes[id])) return false
    if (op === 'input' || op === 'constant' || this.#looked.has(id)) return true
    const operands = this.#operandsOf(id)
    return operands.length > 0 && operands.every(each => this.has(each))
  }

  /** The tensors whose entries are all of a tensor, and all in it; none for one that is computed. */
  #operandsOf(id: number): readonly number[] {
    const node = this.#nodes[id] as GraphNode
    if (this.#fusion.isInNest(id)) return []
    const [of] = node.inputs
    const isMoved = this.#views.source(id) !== undefined || movementOf(node) !== undefined
    if (isMoved) return of !== undefined && sizeOf(node) >= sizeOf(this.#nodes[of] as GraphNode) ? [of] : []
    const step = lowered(this.#nodes, id, this.#fusion)
    return step.kind === 'joined' ? step.parts.map(part => part.of) : []
  }
}
