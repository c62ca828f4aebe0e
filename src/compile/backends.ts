import type { Graph, GraphNode } from '../graph/graph.ts'
import type { Backends } from './backend.ts'
import { interpreter } from './interpreter-backend.ts'
import { STEPS_IN_ONE } from './javascript.ts'
import { js } from './js-backend.ts'
import { isOfScalars, numberText, workOf } from './nest.ts'
import { isPlainText } from './wasm/lanes.ts'
import { wasm } from './wasm-backend.ts'

/**
 * Graphs with more operations than this are interpreted at first with the target 'auto': code for them takes some milliseconds to
 * make, and at first V8 runs it slower than the interpreter.
 */
const INTERPRETED_FROM = 300

/** Work on tensors' entries, in steps, from which on WebAssembly repays carrying numbers in and out with the target 'auto'. */
const WASM_FROM = 10_000

/** All back ends, and which of them is for what. */
export const allBackends: Backends = {
  js,
  wasm,
  interpreter,
  best: graph => (isForWasm(graph) ? 'wasm' : 'js'),
  interpretFirst: graph => graph.operations > INTERPRETED_FROM && isOfScalars(graph),
}

/**
 * Much work on tensors; and programs of numbers that JavaScript would have to cut into several functions, where they are made of
 * arithmetic alone, which has the same bits.
 */
function isForWasm(graph: Graph): boolean {
  if (!isOfScalars(graph)) return workOf(graph) >= WASM_FROM
  return graph.operations > STEPS_IN_ONE && graph.nodes.every(node => node.definition === undefined || isArithmetic(node, graph.nodes))
}

function isArithmetic(node: GraphNode, nodes: readonly GraphNode[]): boolean {
  const text = numberText(node, nodes)
  return text !== undefined && (node.op === 'scale' || isPlainText(text))
}
