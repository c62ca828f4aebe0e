import { sizeOfShape } from '../core/shape.ts'
import { Tensor } from '../core/tensor.ts'
import { type Graph, type GraphNode, isScalarNode } from '../graph/graph.ts'
import { loop } from '../graph/loop/loop.ts'
import { type LoopParams, layoutOf } from '../graph/loop/parts.ts'
import { checkedIndices, gatherAt, scatterAt } from '../ops/places.ts'
import { type Expression, parse } from '../wasm/expression.ts'
import { entryText, isInOrder, movementOf } from './nest.ts'

/*
 * Indices that are values: which of them are known to be in range before the program runs, and which sums of entries at places
 * loops can put in place as they go.
 */

/** Whole numbers from the first up to the second; undefined for what may be other numbers. */
export type Interval = readonly [least: number, most: number]

type Known = Interval | undefined

/** Between which whole numbers the steps of a graph are. */
export class Intervals {
  readonly #graph: Graph
  readonly #known: readonly Known[]

  /** With what is known of the inputs. */
  constructor(graph: Graph, given: readonly Known[] = []) {
    this.#graph = graph
    const { nodes, inputs } = graph
    const known: Known[] = new Array(nodes.length)
    this.#known = known
    if (!nodes.some(readsPlaces)) return
    inputs.forEach((id, i) => {
      known[id] = given[i]
    })
    nodes.forEach((node, id) => {
      if (node.op !== 'input') known[id] = this.#intervalOf(node, id)
    })
  }

  of(id: number): Known {
    return this.#known[id]
  }

  /** What is known of the inputs of a loop's body: its round first. */
  givenIn(id: number): Known[] {
    const { inputs, params } = this.#graph.nodes[id] as GraphNode
    const { body, count, carries } = params as LoopParams
    return body.inputs.map((_, i) => (i === 0 ? [0, Math.max(count - 1, 0)] : i <= carries ? undefined : this.of(inputs[i - 1] as number)))
  }

  /** Whether all places that a step reads or writes are those of entries. */
  areThere(id: number): boolean {
    const { nodes } = this.#graph
    const { definition, inputs, shape } = nodes[id] as GraphNode
    const size = sizeOfShape(definition === scatterAt.definition ? shape : (nodes[inputs[0] as number] as GraphNode).shape)
    return isWithin(this.of(inputs[1] as number), [0, size - 1])
  }

  /** Whether indices need no check: all are counted from the front, and in range. */
  areChecked(id: number): boolean {
    const node = this.#graph.nodes[id] as GraphNode
    return isWithin(this.of(node.inputs[0] as number), rangeOf(node))
  }

  #intervalOf(node: GraphNode, id: number): Known {
    const { definition, inputs, value, op } = node
    if (op === 'constant') return intervalOfConstant(value)
    if (definition === checkedIndices.definition) {
      const [least, most] = rangeOf(node)
      const given = this.of(inputs[0] as number)
      return given !== undefined && given[0] >= 0 ? [Math.max(least, given[0]), Math.min(most, given[1])] : [least, most]
    }
    if (outputIn(this.#graph.nodes, id) >= 0) return this.#given(id)
    const text = entryText(node)
    if (text !== undefined) return interval(parse(text), name => this.of(inputs['xyz'.indexOf(name)] as number))
    if (isInOrder(node) || movementOf(node)?.gathers) return inputs.map(input => this.of(input)).reduce(union, [0, 0])
    return undefined
  }

  /** What is known of a part of a loop's result: the rounds of one output. */
  #given(section: number): Known {
    const { nodes } = this.#graph
    const output = outputIn(nodes, section)
    const from = (nodes[section] as GraphNode).inputs[0] as number
    const { body, carries } = (nodes[from] as GraphNode).params as LoopParams
    return output < carries ? undefined : union(new Intervals(body, this.givenIn(from)).of(body.outputs[output] as number), [0, 0])
  }
}

/** The output of a loop's body (its next state first) that a section of its result is part of; −1 for other steps. */
export function outputIn(nodes: readonly GraphNode[], id: number): number {
  const { op, inputs, params, shape } = nodes[id] as GraphNode
  if (op !== 'section' || nodes[inputs[0] as number]?.definition !== loop) return -1
  const [first, size] = [(params as { start: number }).start, sizeOfShape(shape)]
  const { regions } = layoutOf(nodes[inputs[0] as number]?.params as LoopParams)
  return regions.findIndex(({ start, length }) => start <= first && first + size <= start + length)
}

/** Whether a step has to do with places, itself or in a loop. */
function readsPlaces({ definition, params }: GraphNode): boolean {
  if (definition === loop) return (params as LoopParams).body.nodes.some(readsPlaces)
  return definition === checkedIndices.definition || definition === gatherAt.definition || definition === scatterAt.definition
}

/** The indices, counted from the front, that a check lets through. */
export function rangeOf({ params }: GraphNode): Interval {
  const { shape, axis, span } = params as { shape: readonly number[]; axis: number; span: number }
  const last = (shape[axis] as number) - 1
  return [Math.max(0, -span), Math.min(last, last - span)]
}

function isWithin(x: Known, [least, most]: Interval): boolean {
  return x !== undefined && x[0] >= least && x[1] <= most
}

function union(a: Known, b: Known): Known {
  return a === undefined || b === undefined ? undefined : [Math.min(a[0], b[0]), Math.max(a[1], b[1])]
}

function intervalOfConstant(value: unknown): Known {
  if (value instanceof Tensor)
    return value.data.every(each => Number.isInteger(each))
      ? value.data.reduce<Known>((all, each) => (all === undefined ? [each, each] : union(all, [each, each])), undefined)
      : undefined
  return typeof value === 'number' && Number.isInteger(value) ? [value, value] : undefined
}

/** What an expression gives for whole numbers between others. */
function interval(expression: Expression, of: (name: string) => Known): Known {
  if (expression.type === 'number') return intervalOfConstant(expression.value)
  if (expression.type === 'name') return of(expression.name)
  const { name, operands } = expression
  const known = operands.map(each => interval(each, of))
  if (known.some(each => each === undefined)) return undefined
  const ends = ENDS[name]?.(...(known as [Interval, Interval]))
  return ends?.every(each => Number.isSafeInteger(each)) ? [Math.min(...ends), Math.max(...ends)] : undefined
}

/** For operations that keep numbers whole, what they give at the ends of intervals. */
const ENDS: Readonly<Record<string, (a: Interval, b: Interval) => readonly number[]>> = {
  '+': (a, b) => [a[0] + b[0], a[1] + b[1]],
  '-': (a, b) => [a[0] - b[1], a[1] - b[0]],
  '*': (a, b) => a.flatMap(x => b.map(y => x * y)),
  neg: a => [-a[0], -a[1]],
}

/** Entries that rounds of a loop leave at places, and whose sum is in place when it ends. */
export interface Arrival {
  /** The step that is that sum. */
  readonly id: number
  /** The outputs of the loop's body that are the entries, and their places. */
  readonly entries: number
  readonly places: number
}

/** Sums of what loops leave at places that nothing else reads, in the order in which rounds are run: by loops. The loop computes them as it goes. */
export function arrivalsOf(
  { nodes, outputs, guards }: Graph,
  counts: (id: number) => boolean = () => true,
): { readonly of: ReadonlyMap<number, readonly Arrival[]>; readonly without: ReadonlySet<number> } {
  const of = new Map<number, Arrival[]>()
  const without = new Set<number>()
  if (!nodes.some(({ definition }) => definition === scatterAt.definition)) return { of, without }
  const users = nodes.map((): number[] => [])
  nodes.forEach(({ inputs }, id) => {
    for (const input of inputs) users[input]?.push(id)
  })
  const needed = new Set([...outputs, ...guards.map(guard => guard.node)])
  /** The output of a loop's body that a section holds for all rounds. */
  const outputOf = (id: number): number => {
    const output = outputIn(nodes, id)
    if (output < 0) return -1
    const { regions } = layoutOf(nodes[nodes[id]?.inputs[0] as number]?.params as LoopParams)
    return regions[output]?.length === sizeOfShape((nodes[id] as GraphNode).shape) ? output : -1
  }
  nodes.forEach((node, id) => {
    if (node.definition !== scatterAt.definition || !counts(id)) return
    const [entries, places] = node.inputs as [number, number]
    const from = nodes[entries]?.inputs[0] as number
    const [first, second] = [outputOf(entries), outputOf(places)]
    if (first < 0 || second < 0 || nodes[places]?.inputs[0] !== from || [entries, places].some(each => needed.has(each))) return
    const { body, count, reverse } = (nodes[from] as GraphNode).params as LoopParams
    const size = sizeOfShape((body.nodes[body.outputs[first] as number] as GraphNode).shape)
    const { fromLast } = node.params as { fromLast: number }
    if (count > 1 && fromLast !== (reverse ? size : 0)) return
    of.set(from, [...(of.get(from) ?? []), { id, entries: first, places: second }])
  })
  for (const [from, all] of of) {
    const sums = new Set(all.map(each => each.id))
    const sections = new Set(all.flatMap(({ id }) => (nodes[id] as GraphNode).inputs))
    const alone = [...sections].every(section => (users[section] as number[]).every(user => sums.has(user)))
    const others = (users[from] as number[]).filter(user => !sections.has(user))
    const regions = [...sections].map(section => extentOf(nodes[section] as GraphNode))
    const apart =
      !needed.has(from) && others.every(user => nodes[user]?.op === 'section' && regions.every(each => areApart(each, extentOf(nodes[user] as GraphNode))))
    if (!alone || !apart) of.delete(from)
    else for (const each of [...sums, ...sections]) without.add(each)
  }
  return { of, without }
}

function extentOf({ params, shape }: GraphNode): Interval {
  const { start } = params as { start: number }
  return [start, start + sizeOfShape(shape)]
}

function areApart(a: Interval, b: Interval): boolean {
  return a[1] <= b[0] || b[1] <= a[0]
}

/** The numbers that a tensor is put together from, in order; a number by itself; undefined for other tensors. */
export function numbersIn(nodes: readonly GraphNode[], id: number): readonly number[] | undefined {
  const node = nodes[id] as GraphNode
  if (isScalarNode(node)) return [id]
  const { inputs, shape } = node
  return isInOrder(node) && inputs.length === sizeOfShape(shape) && inputs.every(input => isScalarNode(nodes[input])) ? inputs : undefined
}
