import { sizeOfShape } from '../../core/shape.ts'
import { notEqual } from '../../ops/comparison.ts'
import { callsFunction, type ElementwiseDefinition } from '../../ops/kinds/elementwise.ts'
import { section } from '../../ops/sections.ts'
import { where } from '../../ops/selection.ts'
import { Graph, type GraphNode, prune } from '../graph.ts'
import { keyOf } from '../step-key.ts'
import { Network, UNCUT } from './cut.ts'
import { loop } from './loop.ts'
import { type LoopParams, layoutOf, statesAmong } from './parts.ts'

/*
 * A loop back computes each round again from the state before it. Where that costs more than to store a value in the loop there and to read it in
 * the loop back, it is kept: the values of least price from which all that the loop back needs can be computed are a cut through the steps of a
 * round. PyTorch chooses in that way what compiled functions keep for their gradients (Chen, Xu, Zhang and Guestrin 2016 have the question).
 */

/** What it costs to store an entry and to read it, in steps of arithmetic: where those of all rounds stay in a cache, and where they do not. */
const STORED = 2
const STORED_FAR = 20
const MOST_NEAR = 2 ** 14
/** What an elementwise operator costs that calls a function. */
const FUNCTION = 30
/** What other operators cost for an entry of their result. */
const OTHER = 100
/** Entries that are kept beside the states, at most. */
const MOST_KEPT = 2 ** 24
/** Steps of a loop back, at most, for which the cut is looked for. */
const MOST_STEPS = 4000

/** The same graph in which loops keep for the loops back what costs more to compute again. */
export function keepValues(graph: Graph): Graph {
  if (!graph.nodes.some(node => node.definition === loop)) return graph
  const rebuilt = new Rebuilt(graph)
  return rebuilt.graph()
}

class Rebuilt {
  readonly #old: Graph
  readonly #nodes: GraphNode[] = []
  readonly #ids: number[] = []
  /** Loops whose result nothing but sections reads. */
  readonly #grows: readonly boolean[]

  constructor(old: Graph) {
    this.#old = old
    const grows = old.nodes.map((node, id) => node.definition === loop && !old.outputs.includes(id))
    for (const { op, inputs } of old.nodes) if (op !== 'section') for (const input of inputs) grows[input] = false
    this.#grows = grows
  }

  graph(): Graph {
    this.#old.nodes.forEach((node, id) => void this.#add(node, id))
    const at = (id: number) => this.#ids[id] as number
    return new Graph(
      this.#nodes,
      this.#old.inputs.map(at),
      this.#old.outputs.map(at),
      this.#old.guards.map(guard => ({ ...guard, node: at(guard.node) })),
    )
  }

  #add(old: GraphNode, id: number): void {
    const inputs = old.inputs.map(input => this.#ids[input] as number)
    let node: GraphNode = { ...old, inputs }
    if (old.definition === loop) {
      for (const from of this.#forwards(old)) node = this.#joined(from, node)
      const params = node.params as LoopParams
      // Loops inside loops have loops back beside them as well.
      node = { ...node, params: { ...params, body: keepValues(params.body) } satisfies LoopParams }
    }
    this.#ids[id] = this.#nodes.push(node) - 1
  }

  /** The loops whose states a loop takes as items, if it runs the other way through the same rounds. */
  #forwards({ inputs, params }: GraphNode): number[] {
    const { carries, items, count, reverse, bounded } = params as LoopParams
    const sources = new Set(
      inputs.slice(carries, carries + items).flatMap(item => (this.#old.nodes[item]?.op === 'section' ? this.#old.nodes[item].inputs : [])),
    )
    return [...sources].filter(source => {
      const { definition, params: other, inputs: operands } = this.#old.nodes[source] as GraphNode
      if (definition !== loop || !this.#grows[source]) return false
      const there = other as LoopParams
      if (there.count !== count || there.reverse === reverse) return false
      const bound = inputs.at(-1) as number
      if (there.condition === undefined) return there.bounded === bounded && (!bounded || operands.at(-1) === bound)
      const { op, inputs: from, params: place } = this.#old.nodes[bound] as GraphNode
      return !there.bounded && bounded && op === 'section' && from[0] === source && (place as { start: number }).start === layoutOf(there).rounds
    })
  }

  /** A loop back that reads what the loop there keeps for it; both are steps of the new graph, the first one changes. */
  #joined(from: number, back: GraphNode): GraphNode {
    const at = this.#ids[from] as number
    const there = this.#nodes[at] as GraphNode
    const rounds = new Rounds(there, at, back, this.#nodes)
    const kept = rounds.kept()
    if (kept.length === 0) return back
    const params = there.params as LoopParams
    const grown: LoopParams = {
      ...params,
      body: withOutputs(
        params.body,
        kept.map(each => each.there),
      ),
    }
    const layout = layoutOf(grown)
    this.#nodes[at] = { ...there, params: grown, shape: [layout.size] }
    const items = kept.map((_, k) => {
      const { start, shape } = layout.outputs[params.body.outputs.length - params.carries + k] as (typeof layout.outputs)[number]
      const all = [params.count, ...shape]
      return this.#nodes.push({ op: 'section', definition: section.definition, inputs: [at], params: { start, shape: all }, shape: all, dtype: 'float64' }) - 1
    })
    return withItems(
      back,
      kept.map(each => each.back),
      items,
    )
  }
}

/** A round of a loop and of the loop back, step beside step. */
class Rounds {
  readonly #there: LoopParams
  readonly #back: LoopParams
  /** For steps of the loop back that are known before it: those of the loop there that they are, undefined where that has none. */
  readonly #known = new Map<number, number | undefined>()
  /** What it costs to have what is read from memory. */
  readonly #read = new Map<number, number>()

  constructor(there: GraphNode, at: number, back: GraphNode, around: readonly GraphNode[]) {
    this.#there = there.params as LoopParams
    this.#back = back.params as LoopParams
    this.#findInputs(there, at, back, around)
    if (this.#back.body.nodes.length <= MOST_STEPS) this.#findSteps()
  }

  /** Inputs of the loop back that are inputs of the loop there, and others that are known. */
  #findInputs(there: GraphNode, at: number, back: GraphNode, around: readonly GraphNode[]): void {
    const { body, carries, items } = this.#there
    const { outputs } = layoutOf(this.#there)
    const states = statesAmong(this.#there)
    const operandOf = (position: number) => body.inputs[1 + position] as number
    this.#back.body.inputs.forEach((id, i) => {
      if (i === 0) this.#known.set(id, body.inputs[0])
      if (i <= this.#back.carries) return
      const operand = back.inputs[i - 1] as number
      const isItem = i <= this.#back.carries + this.#back.items
      const same = there.inputs.findIndex((each, k) => each === operand && k >= carries && k < carries + items === isItem && k + 1 < body.inputs.length)
      const { op, inputs, params } = around[operand] as GraphNode
      const ofThere = isItem && op === 'section' && inputs[0] === at
      const state = ofThere ? states.findIndex(output => outputs[output]?.start === (params as { start: number }).start) : -1
      const size = sizeOfShape((this.#back.body.nodes[id] as GraphNode).shape)
      this.#known.set(id, same >= 0 ? operandOf(same) : state >= 0 ? operandOf(state) : undefined)
      this.#read.set(id, !isItem ? 0 : state >= 0 ? this.#stored(size) : size)
    })
  }

  /** Steps of the loop back that depend on nothing which it carries. */
  #findSteps(): void {
    const [there, back] = [this.#there.body.nodes, this.#back.body.nodes]
    const kinds = new Map<unknown, number>()
    const kindOf = (x: unknown) => kinds.get(x) ?? kinds.set(x, kinds.size).get(x)
    const key = ({ op, definition, params, value, shape, dtype, rank0 }: GraphNode, inputs: readonly (number | undefined)[]) => {
      const own = op === 'constant' ? (typeof value === 'object' ? `#${kindOf(value)}` : Object.is(value, -0) ? '-0' : value) : keyOf(params)
      return `${kindOf(definition ?? op)} ${inputs} ${own} ${shape} ${dtype} ${rank0}`
    }
    const steps = new Map<string, number>()
    there.forEach((node, id) => {
      if (node.op !== 'input') steps.set(key(node, node.inputs), id)
    })
    back.forEach((node, id) => {
      if (node.op === 'input' || !node.inputs.every(input => this.#known.has(input))) return
      const inputs = node.inputs.map(input => this.#known.get(input))
      this.#known.set(id, inputs.includes(undefined) ? undefined : steps.get(key(node, inputs)))
    })
  }

  /** What it costs to keep a value of so many entries. */
  #stored(size: number): number {
    return (size * this.#back.count > MOST_NEAR ? STORED_FAR : STORED) * size
  }

  /** The steps that the loop there is to keep, and those of the loop back that they replace. */
  kept(): { there: number; back: number }[] {
    const { nodes, outputs } = this.#back.body
    const network = new Network()
    const points = new Map<number, number>()
    for (const [id, same] of this.#known) {
      const node = nodes[id] as GraphNode
      if (node.op === 'constant' || (node.op === 'input' && !this.#read.get(id))) continue
      const into = network.point()
      points.set(id, into)
      const out = network.point()
      const canKeep = same !== undefined && node.rank0 !== true && node.op !== 'input'
      network.edge(0, into, node.op === 'input' ? UNCUT : priceOf(nodes, id))
      network.edge(into, out, node.op === 'input' ? (this.#read.get(id) as number) : canKeep ? this.#stored(sizeOfShape(node.shape)) : UNCUT)
      for (const input of node.inputs) if (points.has(input)) network.edge((points.get(input) as number) + 1, into, UNCUT)
    }
    const needed = new Set([...outputs, ...nodes.flatMap((node, id) => (this.#known.has(id) ? [] : node.inputs))])
    for (const id of needed) if (points.has(id)) network.edge((points.get(id) as number) + 1, 1, UNCUT)
    const isBefore = network.sourceSide()
    const kept = [...points].filter(([id, into]) => nodes[id]?.op !== 'input' && isBefore[into] === 1 && isBefore[into + 1] === 0)
    const size = kept.reduce((sum, [id]) => sum + sizeOfShape((nodes[id] as GraphNode).shape), 0)
    return size * this.#back.count > MOST_KEPT ? [] : kept.map(([id]) => ({ there: this.#known.get(id) as number, back: id }))
  }
}

/** What a step costs, in steps of arithmetic. */
function priceOf(nodes: readonly GraphNode[], id: number): number {
  const { definition, inputs, shape, params } = nodes[id] as GraphNode
  const size = sizeOfShape(shape)
  const most = inputs.reduce((sum, input) => Math.max(sum, sizeOfShape((nodes[input] as GraphNode).shape)), size)
  if (definition?.kind === 'elementwise') {
    const { text = 'call(x)' } = definition as ElementwiseDefinition
    return (callsFunction(text) ? FUNCTION : 1) * size
  }
  if (definition?.kind === 'linear' || definition?.combines !== undefined) return most
  if (definition === loop) {
    const { body, count } = params as LoopParams
    return count * body.nodes.reduce((sum, _, k) => sum + (body.nodes[k]?.definition === undefined ? 0 : priceOf(body.nodes, k)), 0)
  }
  return OTHER * size
}

/** A body that gives further values; truths as 1 and 0. */
function withOutputs({ nodes, inputs, outputs }: Graph, more: readonly number[]): Graph {
  const all = [...nodes]
  const number = (value: number) => all.push({ op: 'constant', inputs: [], shape: [], dtype: 'float64', value }) - 1
  const given = more.map(id => {
    const { dtype, shape } = all[id] as GraphNode
    if (dtype !== 'bool') return id
    return all.push({ op: where.definition.name, definition: where.definition, inputs: [id, number(1), number(0)], shape, dtype: 'float64' }) - 1
  })
  return new Graph(all, inputs, [...outputs, ...given])
}

/** A loop that reads values of its body from items, with the operands that hold those. */
function withItems(node: GraphNode, replaced: readonly number[], operands: readonly number[]): GraphNode {
  const params = node.params as LoopParams
  const { body, carries, items } = params
  const nodes: GraphNode[] = []
  const ids: number[] = []
  const added: number[] = []
  body.nodes.forEach((each, id) => {
    const at = replaced.indexOf(id)
    if (at < 0) {
      ids[id] = nodes.push({ ...each, inputs: each.inputs.map(input => ids[input] as number) }) - 1
      return
    }
    const { shape, dtype } = each
    added[at] = nodes.push({ op: 'input', inputs: [], shape, dtype: 'float64' }) - 1
    ids[id] = added[at]
    if (dtype !== 'bool') return
    const zero = nodes.push({ op: 'constant', inputs: [], shape: [], dtype: 'float64', value: 0 }) - 1
    ids[id] = nodes.push({ op: notEqual.definition.name, definition: notEqual.definition, inputs: [added[at], zero], shape, dtype }) - 1
  })
  const at = (id: number) => ids[id] as number
  const outputs = body.outputs.map(at)
  const inputs = body.inputs.map(at)
  inputs.splice(1 + carries + items, 0, ...added)
  const all = [...node.inputs]
  all.splice(carries + items, 0, ...operands)
  return {
    ...node,
    inputs: all,
    params: { ...params, items: items + added.length, body: prune(new Graph(nodes, inputs, outputs), outputs) } satisfies LoopParams,
  }
}
