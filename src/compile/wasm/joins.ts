import { type Shape, sizeOfShape, stridesOf } from '../../core/shape.ts'
import { type Graph, type GraphNode, isScalarNode } from '../../graph/graph.ts'
import { lowered } from '../lowered.ts'
import type { Fusion } from '../nest.ts'
import { sizeOf } from './scope.ts'
import type { Views } from './views.ts'

/** The place of a tensor among those that it is joined with: its first entry, and how far it is from one to the next along the axes of its loops. */
export interface PartOfJoin {
  readonly join: number
  readonly start: number
  readonly strides: readonly number[]
}

/** Tensors that loops make and that nothing reads but a step which puts them side by side with others: the loops put them in place. */
export class Joins {
  readonly #parts = new Map<number, PartOfJoin>()
  /** These tensors, and those in other shapes that they are joined as. */
  readonly #all = new Set<number>()

  constructor({ nodes, outputs, guards }: Graph, fusion: Fusion, views: Views, order: readonly number[]) {
    const joins = order.filter(id => !isScalarNode(nodes[id]) && fusion.nest(id) === undefined && lowered(nodes, id, fusion).kind === 'joined')
    if (joins.length === 0) return
    const readers = new Map<number, number>()
    for (const id of order) for (const operand of fusion.operandsOf(id)) readers.set(operand, (readers.get(operand) ?? 0) + 1)
    for (const id of [...outputs, ...guards.map(guard => guard.node)]) readers.set(id, Number.POSITIVE_INFINITY)
    for (const join of joins) {
      const step = lowered(nodes, join, fusion)
      if (step.kind !== 'joined') continue
      for (const { of, start, length } of step.parts) {
        const chain: number[] = []
        let id = of
        while (
          readers.get(id) === 1 &&
          views.source(id) === 0 &&
          sizeOf(nodes[id] as GraphNode) === sizeOf(nodes[nodes[id]?.inputs[0] as number] as GraphNode)
        ) {
          chain.push(id)
          id = nodes[id]?.inputs[0] as number
        }
        const { shape } = nodes[id] as GraphNode
        const isMade = readers.get(id) === 1 && fusion.nest(id)?.sinks.some(sink => sink.id === id && sink.reduction === undefined) === true
        const strides = isMade ? inRows(shape, length, step.length) : undefined
        if (strides === undefined) continue
        this.#parts.set(id, { join, start, strides })
        for (const each of [...chain, id]) this.#all.add(each)
      }
    }
  }

  partOf(id: number): PartOfJoin | undefined {
    return this.#parts.get(id)
  }

  has(id: number): boolean {
    return this.#all.has(id)
  }
}

/** How far it is along each axis of a shape where its entries are `own` to a row, of which each has `length`; undefined where that is not regular. */
function inRows(shape: Shape, own: number, length: number): number[] | undefined {
  const strides = stridesOf(shape).map((stride, axis) => {
    const size = shape[axis] as number
    if (size === 1) return 0
    if (stride % own === 0) return (stride / own) * length
    return own % (stride * size) === 0 ? stride : undefined
  })
  return sizeOfShape(shape) > 0 && strides.every(each => each !== undefined) ? (strides as number[]) : undefined
}
