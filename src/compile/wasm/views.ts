import { type Shape, stridesOf } from '../../core/shape.ts'
import { type Graph, type GraphNode, isScalarNode } from '../../graph/graph.ts'
import { isLarge } from '../../ops/kernels/gemm.ts'
import { type Fusion, isInOrder, isProduct, MOST_PRODUCTS, movementOf, type ProductSizes, productOf, startOf } from '../nest.ts'
import { regularPlaces } from '../strides.ts'
import { sizeOf } from './scope.ts'

/** Steps without memory of their own: they are read where their operands are. */
export class Views {
  /** Movements that have no code: the entry of their operand that they begin with, and how far it is from one to the next. */
  readonly of = new Map<number, { start: number; strides: readonly number[] }>()
  readonly #nodes: readonly GraphNode[]
  /** Addresses of inputs. */
  readonly #given: ReadonlyMap<number, number>

  /** Regular movements that only loops and large products read: those take the entries from where they are. */
  constructor({ nodes, outputs }: Graph, fusion: Fusion, given: ReadonlyMap<number, number>) {
    this.#nodes = nodes
    this.#given = given
    const read = new Set(outputs)
    nodes.forEach((node, id) => {
      if (fusion.isInNest(id)) return
      const packs = isProduct(node) && this.isPacked(node)
      const { m, each, n } = packs ? this.#sizesOf(node) : { m: 1, each: 1, n: 1 }
      // The rows of a whole batch that are those of one product stand one behind the other: the right matrix would be packed for each of the batch.
      const isOne = m > MOST_PRODUCTS * each || (m > each && each < n)
      node.inputs.forEach((input, k) => {
        if (!packs || !this.#isMatrices(input) || (k === 0 && isOne)) read.add(input)
      })
    })
    nodes.forEach((_, id) => {
      const found = read.has(id) ? undefined : this.#regular(id)
      if (found !== undefined && this.source(id) === undefined) this.of.set(id, found)
    })
  }

  /** Of a movement of tensors: the entry that it begins with, and how far it is from one to the next along each axis, where that is regular. */
  #regular(id: number): { start: number; strides: readonly number[] } | undefined {
    const node = this.#nodes[id] as GraphNode
    const movement = movementOf(node)
    if (movement === undefined || !movement.gathers || isScalarNode(this.#nodes[node.inputs[0] as number]) || node.shape.length === 0) return undefined
    const strides = regular(node.shape, movement.indices)
    return strides && { start: movement.indices[0] as number, strides }
  }

  /** Whether a movement gives matrices that follow each other where they are. */
  #isMatrices(id: number): boolean {
    const { shape } = this.#nodes[id] as GraphNode
    const strides = shape.length < 2 ? undefined : this.#regular(id)?.strides
    return strides !== undefined && stridesOf(shape).every((stride, axis) => axis >= shape.length - 2 || strides[axis] === stride || shape[axis] === 1)
  }

  /** Whether the matrices of a product are packed before they are multiplied. */
  isPacked(node: GraphNode): boolean {
    const { each, k, n, pairs } = this.#sizesOf(node)
    return isLarge(each, k, n) && pairs.length <= MOST_PRODUCTS
  }

  #sizesOf({ inputs }: GraphNode): ProductSizes {
    return productOf(inputs.map(input => (this.#nodes[input] as GraphNode).shape) as [Shape, Shape])
  }

  readonly #sources = new Map<number, number | undefined>()

  /** Of a step that is part of a tensor: the entry of its operand that it begins with. */
  source(id: number): number | undefined {
    if ((this.#nodes[id] as GraphNode).definition?.kind !== 'linear') return undefined
    if (!this.#sources.has(id)) this.#sources.set(id, this.#findSource(id))
    return this.#sources.get(id)
  }

  #findSource(id: number): number | undefined {
    const node = this.#nodes[id] as GraphNode
    const { op, inputs } = node
    const operand = this.#nodes[inputs[0] as number]
    if (op === 'stackScalars') return this.#inRow(inputs) ? 0 : undefined
    if (operand === undefined || isScalarNode(operand)) return undefined
    if (isInOrder(node) && sizeOf(node) <= sizeOf(operand)) return startOf(node)
    const { gathers = false, indices } = movementOf(node) ?? {}
    const first = indices?.[0] ?? -1
    return gathers && first >= 0 && indices?.every((each, i) => each === first + i) ? first : undefined
  }

  /** Whether numbers are inputs that stand one behind the other in memory. */
  #inRow(ids: readonly number[]): boolean {
    const from = this.#given.get(ids[0] as number)
    return from !== undefined && ids.every((id, i) => this.#given.get(id) === from + 8 * i)
  }
}

/** Strides, none negative, with which positions for the entries of a shape in order are sums over its axes; undefined if there are none. */
export function regular(shape: Shape, positions: Int32Array): number[] | undefined {
  const strides = regularPlaces(shape, positions)?.strides
  return strides?.some(stride => stride < 0) ? undefined : strides
}
