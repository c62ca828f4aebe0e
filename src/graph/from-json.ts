import type { Definition } from '../core/definition.ts'
import { GraphError } from '../core/errors.ts'
import { type OptionKind, optionReader } from '../core/options.ts'
import { isPlainObject } from '../core/tree.ts'
import * as operators from '../ops/index.ts'
import { spectralSteps } from '../ops/spectral.ts'
import { Graph as PlainGraph } from './graph.ts'
import { loop } from './loop/loop.ts'
import { type GraphLimits, GraphReader as Reader } from './reader.ts'

/*
 * The reader of graphs stands apart from them: it needs every operator of the library, which those who only compile do without.
 */

/** Options of `Graph.fromJSON`. */
export interface ReadOptions {
  /** How large a graph may be. */
  readonly limits?: GraphLimits | undefined
}

const limits: OptionKind<GraphLimits> = {
  wants: 'an object with entries or operations, numbers above 0',
  accepts: (given): given is GraphLimits =>
    isPlainObject(given) &&
    Object.entries(given).every(([key, each]) => ['entries', 'operations'].includes(key) && (each === undefined || (each as number) > 0)),
}
const readOptions = /* @__PURE__ */ optionReader({ limits: { is: limits } })

function fromJSON(json: unknown, options?: ReadOptions): PlainGraph {
  const { limits = {} } = readOptions('Graph.fromJSON', [options])
  return new Reader(libraryOperators(), limits).read(typeof json === 'string' ? parse(json) : json)
}

/** What reads graphs; see `Graph`. */
export interface GraphReader {
  /**
   * A graph from what `toJSON` gave, or the text of it. Throws a GraphError for anything else, which names the step that is wrong:
   * operands, parameters, shapes and constants are those that its operator allows. What is read runs no code but the library's.
   */
  fromJSON(json: unknown, options?: ReadOptions): PlainGraph
}

/** A graph; see the class. */
export type Graph = PlainGraph

/**
 * A function as data: operators of the registry applied to inputs, constants and each other, each step after those that it
 * depends on. `Graph.fromJSON` reads what `toJSON` wrote.
 *
 * @class
 */
export const Graph: typeof PlainGraph & GraphReader = /* @__PURE__ */ Object.assign(PlainGraph, { fromJSON })

let library: Map<string, Definition> | undefined

/** The operators that graphs of the library are made of, by name. */
function libraryOperators(): ReadonlyMap<string, Definition> {
  if (library !== undefined) return library
  library = new Map([loop, ...spectralSteps].map(each => [each.name, each]))
  for (const each of Object.values(operators)) {
    if (typeof each !== 'function' || !('definition' in each)) continue
    for (const definition of each.definition.kind === 'composite' ? (each.definition.steps ?? []) : [each.definition]) library.set(definition.name, definition)
  }
  return library
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    throw new GraphError('Graph.fromJSON: the text is not JSON.')
  }
}
