import { pick, stackScalars } from '../ops/pick.ts'
import { Graph, type GraphNode, isScalarNode, prune } from './graph.ts'
import type { ListUse } from './lists.ts'
import { BuiltResult, FEWEST_IN_LIST, ListResult, NarrowResult, type TracedCall } from './trace.ts'

/** A list of which each number is an input: its place among the lists, and its first number's among the inputs. */
export interface ShortList {
  readonly list: number
  readonly start: number
  readonly length: number
}

/**
 * The same call with one tensor for each short list that is used as a whole, and for each list of results that holds the entries of one:
 * number by number, code and time would grow with the lists.
 */
export function withWholeLists(call: TracedCall): TracedCall {
  const { graph, shortLists } = call
  const nodes = [...graph.nodes]
  const lists = [...call.lists]
  const inputs = joinedInputs(graph, nodes, lists, shortLists)
  const whole = new Whole(nodes)
  const outputs: number[] = []
  const put = (id: number) => outputs.push(id) - 1
  const at = (position: number) => graph.outputs[position] as number
  const visit = (part: unknown): unknown => {
    if (typeof part === 'number') return put(at(part))
    if (part instanceof NarrowResult) return new NarrowResult(put(at(part.position)), part.dtype)
    if (part instanceof ListResult) return new ListResult(put(at(part.position)), part.type)
    if (part instanceof BuiltResult)
      return new BuiltResult(
        (part.positions as number[]).map(each => put(at(each))),
        part.of,
      )
    if (!Array.isArray(part)) return Object.fromEntries(Object.entries(part as object).map(([key, each]) => [key, visit(each)]))
    const tensor = part.every(each => typeof each === 'number') ? whole.of(part.map(at)) : undefined
    return tensor === undefined ? part.map(visit) : new ListResult(put(tensor))
  }
  const result = visit(call.result)
  if (inputs === graph.inputs && outputs.length === graph.outputs.length) return call
  return { ...call, graph: prune(new Graph(nodes, inputs, outputs, graph.guards), outputs), lists, shortLists: [], result }
}

/** The inputs, of which those of a list are one tensor, and such entries as are used by themselves. */
function joinedInputs(graph: Graph, nodes: GraphNode[], lists: (ListUse | undefined)[], shorts: readonly ShortList[]): readonly number[] {
  const candidates = shorts.filter(({ length }) => length >= FEWEST_IN_LIST)
  if (candidates.length === 0) return graph.inputs
  const stacks = new Map<number, number>()
  nodes.forEach(({ definition, inputs, shape }, id) => {
    if (definition === stackScalars.definition && shape.length === 1) stacks.set(inputs[0] as number, id)
  })
  const joined = candidates.flatMap(short => {
    const ids = graph.inputs.slice(short.start, short.start + short.length)
    const stack = stacks.get(ids[0] as number)
    const { inputs = [] } = stack === undefined ? {} : (nodes[stack] as GraphNode)
    return inputs.length === ids.length && inputs.every((id, k) => id === ids[k]) ? [{ ...short, ids, stack: stack as number }] : []
  })
  if (joined.length === 0) return graph.inputs
  const isStack = new Set(joined.map(({ stack }) => stack))
  const used = new Set([...graph.outputs, ...graph.guards.map(({ node }) => node), ...nodes.flatMap((node, id) => (isStack.has(id) ? [] : node.inputs))])
  let next = 0
  const all: number[] = []
  for (const { list, start, length, ids, stack } of joined) {
    const positions = ids.flatMap((id, k) => (used.has(id) ? [k] : []))
    if (2 * positions.length > length) continue
    nodes[stack] = { op: 'input', inputs: [], shape: [length], dtype: 'float64' }
    lists[list] = { whole: true, positions }
    all.push(...graph.inputs.slice(next, start), stack, ...positions.map(k => ids[k] as number))
    next = start + length
  }
  return next === 0 ? graph.inputs : [...all, ...graph.inputs.slice(next)]
}

/** Puts steps on the entries of tensors together, entry by entry the same, as steps on the tensors: what a list of results is made by. */
class Whole {
  readonly #nodes: GraphNode[]
  readonly #known = new Map<string, number | undefined>()

  constructor(nodes: GraphNode[]) {
    this.#nodes = nodes
  }

  /** The tensor whose entries some steps give, one after the other; undefined where there is none. */
  of(ids: readonly number[]): number | undefined {
    if (ids.length < FEWEST_IN_LIST) return undefined
    const key = ids.join()
    if (!this.#known.has(key)) this.#known.set(key, this.#picked(ids) ?? this.#mapped(ids))
    return this.#known.get(key)
  }

  #node(id: number): GraphNode {
    return this.#nodes[id] as GraphNode
  }

  #picked(ids: readonly number[]): number | undefined {
    const [tensor] = this.#node(ids[0] as number).inputs
    const isEntry = ({ definition, inputs, params }: GraphNode, k: number) =>
      definition === pick.definition && inputs[0] === tensor && (params as { position: number }).position === k
    if (tensor === undefined || !ids.every((id, k) => isEntry(this.#node(id), k))) return undefined
    const { shape, dtype } = this.#node(tensor)
    return shape.length === 1 && shape[0] === ids.length && dtype === 'float64' ? tensor : undefined
  }

  /** An elementwise operator whose operands are entries as well, or the same in all. */
  #mapped(ids: readonly number[]): number | undefined {
    const { op, definition, inputs, dtype } = this.#node(ids[0] as number)
    if (definition?.kind !== 'elementwise' || dtype !== 'float64') return undefined
    if (ids.some(id => this.#node(id).definition !== definition || !isScalarNode(this.#node(id)))) return undefined
    const operands: number[] = []
    for (const [k, first] of inputs.entries()) {
      const each = ids.map(id => this.#node(id).inputs[k] as number)
      const operand = each.every(id => id === first) ? first : this.of(each)
      if (operand === undefined) return undefined
      operands.push(operand)
    }
    if (operands.every(id => isScalarNode(this.#node(id)))) return undefined
    return this.#nodes.push({ op, definition, inputs: operands, shape: [ids.length], dtype }) - 1
  }
}
