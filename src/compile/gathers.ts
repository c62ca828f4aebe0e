import { sizeOfShape } from '../core/shape.ts'
import { Graph, type GraphNode, isScalarNode, prune } from '../graph/graph.ts'
import { gatherEntries, type Movement } from '../ops/movement.ts'
import { isInOrder, movementOf } from './nest.ts'

/** Entries from which on a movement is looked at, and how many times those of its operand it has to have. */
const FROM = 4096
const TIMES = 2
/** Entries that follow each other from which on they are worth an order of their own. */
const ROW = 8

/**
 * The same graph, where a table that repeats entries comes after what is done to each of them, and after further tables: fewer entries
 * are computed and moved. Of what a table moves, only the entries are moved that another takes of them. Those of the operand are brought into the order in which they come up first, so that rows are moved as
 * wholes. Entries are the same, bit for bit.
 */
export function withLateGathers(graph: Graph): Graph {
  const repeats = (of: readonly GraphNode[], node: GraphNode | undefined) => {
    if (node === undefined || sizeOfShape(node.shape) < FROM) return false
    const movement = movementOf(node)
    if (movement?.gathers !== true || sizeOfShape(node.shape) < TIMES * sizeOfShape((of[node.inputs[0] as number] as GraphNode).shape)) return false
    // Where there is no entry to take there is 0, of which operators make other numbers.
    return movement.indices.every(each => each >= 0)
  }
  /** Whether few entries are moved of what a table moves. */
  const picks = (of: readonly GraphNode[], node: GraphNode) => {
    const table = node.inputs.length === 1 ? wholeOf(of, node.inputs[0] as number) : undefined
    const size = table === undefined || movementOf(node)?.gathers !== true ? 0 : sizeOfShape(table.shape)
    return size >= FROM && size >= TIMES * sizeOfShape(node.shape) && movementOf(table as GraphNode)?.gathers === true
  }
  if (!graph.nodes.some(node => repeats(graph.nodes, node) || picks(graph.nodes, node))) return graph
  const users = graph.nodes.map((): GraphNode[] => [])
  for (const node of graph.nodes) for (const input of node.inputs) users[input]?.push(node)
  const needed = new Set([...graph.outputs, ...graph.guards.map(guard => guard.node)])
  const nodes: GraphNode[] = []
  const ids: number[] = []
  const add = (node: GraphNode) => nodes.push(node) - 1
  graph.nodes.forEach((given, id) => {
    const node = given.inputs.length === 0 ? given : { ...given, inputs: given.inputs.map(input => ids[input] as number) }
    const tensors = given.inputs.filter(input => !isScalarNode(graph.nodes[input]))
    const [only] = tensors as [number]
    const table = nodes[ids[only] as number]
    let late: number | undefined
    if (tensors.length === 1 && users[only]?.length === 1 && !needed.has(only) && table !== undefined && repeats(nodes, table)) {
      const [of] = table.inputs as [number]
      if (isOfEntries(node)) {
        const inputs = node.inputs.map(input => (input === ids[only] ? of : input))
        late = add({ ...table, dtype: node.dtype, inputs: [add({ ...node, inputs, shape: (nodes[of] as GraphNode).shape })] })
      } else if (needed.has(id) || !users[id]?.every(isInLoops)) late = inRows(node, table, add, nodes[of] as GraphNode)
    }
    ids.push(late ?? add(picks(nodes, node) ? composed(node, wholeOf(nodes, node.inputs[0] as number)) : node))
  })
  const at = (id: number) => ids[id] as number
  const outputs = graph.outputs.map(at)
  const guards = graph.guards.map(guard => ({ ...guard, node: at(guard.node) }))
  return prune(new Graph(nodes, graph.inputs.map(at), outputs, guards), outputs)
}

/** The step whose entries one has, maybe in another shape. */
function wholeOf(nodes: readonly GraphNode[], id: number): GraphNode {
  const node = nodes[id] as GraphNode
  const [of] = node.inputs
  const isWhole = of !== undefined && isInOrder(node) && node.inputs.length === 1 && sizeOfShape(node.shape) === sizeOfShape((nodes[of] as GraphNode).shape)
  return isWhole ? wholeOf(nodes, of) : node
}

/** A movement of what a table gives, as one of the table's operand. */
function composed(node: GraphNode, table: GraphNode): GraphNode {
  const [outer, inner] = [node, table].map(each => (movementOf(each) as { indices: Int32Array }).indices) as [Int32Array, Int32Array]
  const params: Movement = { shape: node.shape, indices: outer.map(each => (each < 0 ? -1 : (inner[each] as number))) }
  return { ...node, op: 'gatherEntries', definition: gatherEntries.definition, inputs: table.inputs, params }
}

/** Whether an operator does the same to each entry. */
function isOfEntries({ definition, rank0 }: GraphNode): boolean {
  return definition?.kind === 'elementwise' && definition.ofUser !== true && rank0 !== true
}

/** Whether a step is loops over entries, which read regular movements where they are. */
function isInLoops({ definition }: GraphNode): boolean {
  return definition?.kind === 'elementwise' || definition?.combines !== undefined
}

/** A movement of what a table gives as a table of rows, whose entries stand one behind the other in another order of the operand; undefined where they are short. */
function inRows(node: GraphNode, table: GraphNode, add: (node: GraphNode) => number, operand: GraphNode): number | undefined {
  const [outer, inner] = [movementOf(node), movementOf(table)]
  if (outer?.gathers !== true || inner === undefined) return undefined
  const places = new Int32Array(sizeOfShape(operand.shape)).fill(-1)
  const order: number[] = []
  let rows = 0
  let before = -2
  const indices = outer.indices.map(each => {
    const from = each < 0 ? -1 : (inner.indices[each] as number)
    if (from >= 0 && places[from] === -1) places[from] = order.push(from) - 1
    const to = from < 0 ? -1 : (places[from] as number)
    if (to !== before + 1) rows++
    before = to
    return to
  })
  if (indices.length < ROW * rows) return undefined
  const gather = (input: number, params: Movement): number =>
    add({ ...node, op: 'gatherEntries', definition: gatherEntries.definition, inputs: [input], params, shape: params.shape })
  const first = gather(table.inputs[0] as number, { shape: [order.length], indices: Int32Array.from(order) })
  return gather(first, { shape: node.shape, indices })
}
