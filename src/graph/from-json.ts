import type { Definition } from '../core/definition.ts'
import { DualtapeError } from '../core/errors.ts'
import { Tensor } from '../core/tensor.ts'
import * as operators from '../ops/index.ts'
import { type GraphNode, type Guard, Graph as PlainGraph, VERSION } from './graph.ts'
import { loop } from './loop.ts'

/*
 * The reader of graphs stands apart from them: it needs every operator of the library, which those who only compile do without.
 */

function fromJSON(json: unknown): PlainGraph {
  const fail = (why: string): never => {
    throw new DualtapeError(`Graph.fromJSON: ${why}.`)
  }
  const data = (typeof json === 'string' ? parse(json, fail) : json) as Record<string, unknown>
  if (data?.format !== 'dualtape-graph') fail('this is not a graph that toJSON wrote: format is missing')
  if (data.version !== VERSION) fail(`version ${data.version} of the format is not known; this library reads version ${VERSION}`)
  if (!Array.isArray(data.nodes)) fail('nodes is not a list')
  const known = libraryOperators()
  const count = (data.nodes as unknown[]).length
  const index = (x: unknown, below: number, what: string): number =>
    Number.isInteger(x) && (x as number) >= 0 && (x as number) < below
      ? (x as number)
      : fail(`${what} refers to ${JSON.stringify(x)}, which is no earlier step`)
  const list = (x: unknown, what: string): unknown[] => (Array.isArray(x) ? x : fail(`${what} is not a list`))
  const nodes = (data.nodes as Record<string, unknown>[]).map((node, id): GraphNode => {
    const what = `node ${id}`
    if (typeof node !== 'object' || node === null) return fail(`${what} is not an object`)
    const { op, dtype = 'float64' } = node as { op: string; dtype?: 'float64' | 'bool' }
    const shape = list(node.shape, `shape of ${what}`) as number[]
    if (shape.some(each => !Number.isInteger(each) || each < 0)) fail(`${what} has the shape ${JSON.stringify(shape)}`)
    if (dtype !== 'float64' && dtype !== 'bool') fail(`${what} has the dtype ${JSON.stringify(dtype)}`)
    const inputs = list(node.inputs ?? [], `inputs of ${what}`).map(each => index(each, id, what))
    const type = { shape, dtype, ...(node.rank0 === true && { rank0: true as const }) }
    if (op === 'input') return { op, inputs, ...type, ...(typeof node.name === 'string' && { name: node.name }) }
    if (op === 'constant') return { op, inputs, ...type, value: decode(node.value, fail) as number }
    const definition = known.get(op)
    if (definition === undefined) return fail(`${what} has the operator ${JSON.stringify(op)}, which is not known`)
    return { op, definition, inputs, params: node.params === undefined ? undefined : decode(node.params, fail), ...type }
  })
  return new PlainGraph(
    nodes,
    list(data.inputs, 'inputs').map(each => index(each, count, 'inputs')),
    list(data.outputs, 'outputs').map(each => index(each, count, 'outputs')),
    list(data.guards ?? [], 'guards').map(each => {
      const { node, expected, op } = each as Guard
      return { node: index(node, count, 'a guard'), expected: expected === true, op: String(op) }
    }),
  )
}

/** What reads graphs; see `Graph`. */
export interface GraphReader {
  /** A graph from what `toJSON` gave. Throws a DualtapeError for anything else, and says where it is damaged. */
  fromJSON(json: unknown): PlainGraph
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
  library = new Map([[loop.name, loop]])
  for (const each of Object.values(operators)) {
    if (typeof each === 'function' && 'definition' in each && each.definition.kind !== 'composite') library.set(each.definition.name, each.definition)
  }
  return library
}

function parse(text: string, fail: (why: string) => never): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return fail('the text is not JSON')
  }
}

function decode(x: unknown, fail: (why: string) => never): unknown {
  if (Array.isArray(x)) return x.map(each => decode(each, fail))
  if (typeof x !== 'object' || x === null) return x
  const record = x as Record<string, unknown>
  if ('nodes' in record) return fromJSON(record)
  if ('$number' in record) return Number(record.$number)
  if (Array.isArray(record.$ints)) return Int32Array.from(record.$ints as number[])
  if (Array.isArray(record.$tensor)) {
    const data = Float64Array.from((record.$tensor as unknown[]).map(each => Number(decode(each, fail))))
    const shape = record.shape as number[]
    if (!Array.isArray(shape) || shape.reduce((a, b) => a * b, 1) !== data.length) return fail('a constant has entries that do not fill its shape')
    return new Tensor(data, shape, record.dtype === 'bool' ? 'bool' : 'float64')
  }
  return Object.fromEntries(Object.entries(record).map(([key, each]) => [key, decode(each, fail)]))
}
