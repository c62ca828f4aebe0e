import { sizeOfShape } from '../core/shape.ts'
import type { Graph, GraphNode } from '../graph/graph.ts'
import { isScalarNode } from '../graph/graph.ts'
import { loop } from '../graph/loop/loop.ts'
import { type LoopParams, MOST_ROUNDS } from '../graph/loop/parts.ts'
import { rolled } from '../graph/reroll/rolled.ts'
import { isPlainText } from '../wasm/lanes.ts'
import type { Plan } from './backend.ts'
import { STEPS_IN_ONE } from './js/parts.ts'
import { Fusion, isOfScalars, isProduct, isStraight, numberText } from './nest.ts'
import { FUNCTIONS } from './wasm/functions.ts'

/*
 * What runs a compiled function with the target 'auto', and from when on: all that decides it stands here.
 *
 * 1. A graph has a price: steps as they are written, and steps of one call, those of a loop in each of its rounds.
 * 2. By its price it is JavaScript or WebAssembly that runs in the long run.
 * 3. A long program on numbers is interpreted at first. Its code is made when the interpreter has taken a part of the time that
 *    making the code takes, and after some calls in any case.
 */

/** What a graph costs. */
export interface Price {
  /** Steps as they are written, those of a loop once: what code takes to make. */
  readonly written: number
  /** Steps on numbers in one call. */
  readonly numbers: number
  /** Steps on entries of tensors in one call, and terms of matrix products, which take JavaScript longer. */
  readonly entries: number
}

/** Steps from which on a program on numbers is interpreted at first: code for fewer is made in less than a millisecond. */
const INTERPRETED_FROM = 300
/** Work on entries from which on WebAssembly repays carrying numbers in and out. */
const WASM_FROM = 1000
/** JavaScript's own matrix product takes so many times longer for a term than a loop for a step. */
const PRODUCT = 4
/** Rounds of a loop that has no bound, of which nothing is known. */
const UNKNOWN_ROUNDS = 32
/** Milliseconds that code takes to make, for each step. */
const MAKING = 0.008
/** The part of that time which the interpreter may take before. */
const SHARE = 0.02
/** Calls that are interpreted at most. */
const MOST_INTERPRETED = 30

/** The price of a graph. */
export function priceOf(graph: Graph): Price {
  const fusion = new Fusion(graph, true)
  const all = { written: 0, numbers: 0, entries: 0 }
  graph.nodes.forEach((node, id) => {
    if (node.definition === undefined) return
    all.written++
    const { numbers, entries, written } = priceOfStep(graph.nodes, id, fusion)
    all.written += written
    all.numbers += numbers
    all.entries += entries
  })
  return all
}

/** What a step costs in one call, and what is written inside it. */
function priceOfStep(nodes: readonly GraphNode[], id: number, fusion: Fusion): Price {
  const node = nodes[id] as GraphNode
  if (node.definition === loop) return priceOfLoop(node.params as LoopParams)
  const nest = fusion.nest(id)
  if (nest !== undefined) return nest.sinks[0]?.id === id ? { ...FREE, entries: sizeOfShape(nest.shape) * (nest.steps.length + nest.sinks.length) } : FREE
  if (fusion.fused.has(id)) return FREE
  if (isProduct(node)) return { ...FREE, entries: PRODUCT * sizeOfShape(node.shape) * ((nodes[node.inputs[0] as number] as GraphNode).shape.at(-1) as number) }
  return isScalarNode(node) ? ONE_NUMBER : FREE
}

const FREE: Price = { written: 0, numbers: 0, entries: 0 }
const ONE_NUMBER: Price = { ...FREE, numbers: 1 }

function priceOfLoop({ body, condition, count }: LoopParams): Price {
  const parts = [body, ...(condition === undefined ? [] : [condition])].map(priceOf)
  const sum = (key: keyof Price) => parts.reduce((total, part) => total + part[key], 0)
  const rounds = count === MOST_ROUNDS ? UNKNOWN_ROUNDS : count
  return { written: sum('written'), numbers: rounds * sum('numbers'), entries: rounds * sum('entries') }
}

/** What runs a graph with the target 'auto'. */
export function planOf(graph: Graph): Plan {
  if (graph.nodes.some(node => node.definition === rolled)) return { target: 'js', why: 'loops that were found again in the trace are written in JavaScript' }
  const { written, numbers, entries } = priceOf(graph)
  if (!isOfScalars(graph)) {
    const work = counted(entries)
    if (entries < WASM_FROM)
      return { target: 'js', why: `${work} steps on entries of tensors in a call are too few to carry numbers into WebAssembly and back` }
    if (entries < numbers) return { target: 'js', why: `${counted(numbers)} steps on numbers in a call, and only ${work} on entries of tensors` }
    return { target: 'wasm', why: `${work} steps on entries of tensors in a call` }
  }
  const interpreted = written > INTERPRETED_FROM ? { milliseconds: SHARE * MAKING * written, calls: MOST_INTERPRETED } : undefined
  const isExact = isStraight(graph) ? hasText : isArithmeticStep
  if (written > STEPS_IN_ONE && graph.nodes.every(node => node.definition === undefined || isExact(node, graph.nodes)))
    return { target: 'wasm', why: `${counted(written)} steps on numbers are too long for one function of JavaScript, and have the same bits`, interpreted }
  return { target: 'js', why: `${counted(numbers)} steps on numbers in a call`, interpreted }
}

/** Whether WebAssembly computes a step on numbers by itself or by a function of the engine. */
function hasText(node: GraphNode, nodes: readonly GraphNode[]): boolean {
  return numberText(node, nodes) !== undefined
}

function isArithmeticStep(node: GraphNode, nodes: readonly GraphNode[]): boolean {
  const text = numberText(node, nodes)
  return text !== undefined && (node.op === 'scale' || isPlainText(text, FUNCTIONS))
}

function counted(steps: number): string {
  return steps.toLocaleString('en-US')
}
