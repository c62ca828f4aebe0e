import type { Graph, GraphNode } from '../../graph/graph.ts'
import { type RolledParams, sizeOf, startsOf } from '../../graph/reroll/rolled.ts'
import type { ListResult } from '../../graph/trace.ts'
import { rolledText } from '../rolled-text.ts'
import { type FilledLists, LONGEST_COPIED } from './filled-lists.ts'
import type { Scope } from './scope.ts'

/** What the code of loops that were found refers to beside others' names. */
export interface RolledScope extends Scope {
  readonly graph: Graph
  readonly lists: FilledLists
  /** The name of the function that it stands in, and its parameters. */
  readonly name: string
  readonly parameters: string
  /** A buffer of so many numbers, and a table or a list that is kept: how the code refers to it. */
  buffer(size: number): string
  keep(values: number[] | Float64Array | Int32Array): string
}

/** Loops that were found among steps on numbers: statements, and functions that they call. */
export function rolledStep(scope: RolledScope, id: number, strong: boolean): { text: string; functions: readonly string[] } {
  const { graph, lists } = scope
  const { inputs, params } = graph.nodes[id] as GraphNode
  const { program, sources } = params as RolledParams
  const own = `${scope.prefix}${id}`
  const heads = sources.map(({ operands, isTensor, size }, k) => {
    const values = operands.map(each => lists.paths.get(inputs[each] as number) ?? `${scope.read(inputs[each] as number)}${isTensor ? '.data' : ''}`)
    if (!isTensor) return `const ${own}s${k} = [${values.join(', ')}]`
    if (values.length === 1) return `const ${own}s${k} = ${values[0]}`
    const length = size / values.length
    return `const ${own}s${k} = ${scope.buffer(size)}; ${values.map((each, i) => `${own}s${k}.set(${each}, ${i * length})`).join('; ')}`
  })
  /** Tables, which are constants of their own: V8 looks a place in a list up anew in each round. */
  const tables = new Map<Float64Array | Int32Array, string>()
  const kept: string[] = []
  const bad = strong ? undefined : `${own}b`
  const size = sizeOf(program)
  const starts = startsOf(program)
  const result = scope.out(id)
  const outs = program.outs.map((length, k) =>
    lists.results.get(starts[k] as number)?.length === length ? { name: `${own}r${k}`, start: 0 } : { name: result, start: starts[k] as number },
  )
  const isUser = (node: GraphNode, user: number) => node.inputs.includes(id) && !lists.unneeded.has(user)
  const isKept =
    graph.outputs.includes(id) || graph.nodes.some(isUser) || graph.guards.some(guard => guard.node === id) || outs.some(({ name }) => name === result)
  const made = outs.flatMap(({ name }, k) => {
    const list = lists.results.get(starts[k] as number)
    return list === undefined || list.length !== program.outs[k] ? [] : [`const ${name} = ${newList(scope, list.list.type, list.length)}`]
  })
  const { functions, main, memory } = rolledText(program, strong, {
    own,
    name: `${scope.name}_`,
    parameters: [...new Set([...(isKept ? [result] : []), ...outs.map(({ name }) => name), ...sources.map((_, k) => `${own}s${k}`)])],
    outs,
    memory: `${own}m`,
    sources: sources.map((_, k) => `${own}s${k}`),
    table: values => {
      let name = tables.get(values)
      if (name === undefined) {
        name = `${scope.name}_${own}t${tables.size}`
        kept.push(`const ${name} = ${scope.keep(values)}`)
        tables.set(values, name)
      }
      return name
    },
    miss: 'return MISS',
    bad,
  })
  heads.push(`const ${own}m = ${scope.buffer(memory)}`)
  const end = [...(isKept ? [`${result}[${size - 1}] = 1`] : []), ...(bad === undefined ? [] : [`if (${bad}) return strong(${scope.parameters})`])]
  if (bad !== undefined) heads.push(`let ${bad} = false`)
  // Where lists take all that the loops give, nobody reads it from anywhere else.
  return { text: [...(isKept ? [scope.target(id)] : []), ...made, '{', ...heads, ...main, ...end, '}'].join('\n  '), functions: [...kept, ...functions] }
}

/** A list to be filled with numbers. V8 keeps numbers as such from the start in a copy of a list of numbers. */
export function newList(scope: Pick<RolledScope, 'standalone' | 'keep'>, type: ListResult['type'], length: number): string {
  if (type !== 'Array' || length > LONGEST_COPIED || scope.standalone) return `new ${type}(${length})`
  return `${scope.keep(Array.from({ length }, () => 0.5))}.slice()`
}
