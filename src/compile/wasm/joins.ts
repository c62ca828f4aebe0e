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

/** A tensor that is there from the start and is part of a join: where its entries go as loops over the shape of another part come to them. */
export interface BesidePart extends PartOfJoin {
  readonly of: number
  /** The shape of those loops. */
  readonly shape: Shape
}

/** Tensors that loops make and that nothing reads but a step which puts them side by side with others: the loops put them in place. */
export class Joins {
  readonly #parts = new Map<number, PartOfJoin>()
  /** These tensors, and those in other shapes that they are joined as. */
  readonly #all = new Set<number>()
  /** For a part that loops make, those that they put in place beside it: a pass of its own would go through the whole join again. */
  readonly #beside = new Map<number, BesidePart[]>()
  /** Of each join, the parts that are such. */
  readonly #placed = new Map<number, ReadonlySet<number>>()

  constructor({ nodes, outputs, guards }: Graph, fusion: Fusion, views: Views, order: readonly number[]) {
    const joins = order.filter(id => !isScalarNode(nodes[id]) && fusion.nest(id) === undefined && lowered(nodes, id, fusion).kind === 'joined')
    if (joins.length === 0) return
    const readers = new Map<number, number>()
    for (const id of order) for (const operand of fusion.operandsOf(id)) readers.set(operand, (readers.get(operand) ?? 0) + 1)
    for (const id of [...outputs, ...guards.map(guard => guard.node)]) readers.set(id, Number.POSITIVE_INFINITY)
    const node = (id: number) => nodes[id] as GraphNode
    const isShaped = (id: number) => views.source(id) === 0 && sizeOf(node(id)) === sizeOf(node(node(id).inputs[0] as number))
    /** Tensors in other shapes, and last the one whose entries they have. */
    const chainOf = (id: number, goesOn: (id: number) => boolean = () => true): [number, ...number[]] =>
      goesOn(id) && isShaped(id) ? [id, ...chainOf(node(id).inputs[0] as number, goesOn)] : [id]
    for (const join of joins) {
      const step = lowered(nodes, join, fusion)
      if (step.kind !== 'joined') continue
      const made: number[] = []
      for (const { of, start, length } of step.parts) {
        const chain = chainOf(of, each => readers.get(each) === 1)
        const id = chain.at(-1) as number
        const isMade = readers.get(id) === 1 && fusion.nest(id)?.sinks.some(sink => sink.id === id && sink.reduction === undefined) === true
        const strides = isMade ? inRows(node(id).shape, length, step.length) : undefined
        if (strides === undefined) continue
        this.#parts.set(id, { join, start, strides })
        for (const each of chain) this.#all.add(each)
        made.push(id)
      }
      const placed = new Set<number>()
      this.#placed.set(join, placed)
      for (const { of, start, length } of step.parts) {
        const id = chainOf(of).at(-1) as number
        const host = made.find(each => sizeOf(node(each)) === sizeOf(node(id)))
        if (this.#all.has(of) || host === undefined || isScalarNode(node(id)) || !['input', 'constant'].includes(node(id).op)) continue
        const { shape } = node(host)
        const strides = inRows(shape, length, step.length)
        if (strides === undefined) continue
        this.#beside.set(host, [...this.beside(host), { of: id, shape, join, start, strides }])
        placed.add(of)
      }
    }
  }

  partOf(id: number): PartOfJoin | undefined {
    return this.#parts.get(id)
  }

  has(id: number): boolean {
    return this.#all.has(id)
  }

  /** What loops put in place beside a part that they make. */
  beside(id: number): readonly BesidePart[] {
    return this.#beside.get(id) ?? []
  }

  /** Whether loops put a tensor, or one in another shape, in its places in a join. */
  isBeside(id: number, join: number): boolean {
    return this.#placed.get(join)?.has(id) === true
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
