import { broadcastStrides, type Shape, sameShape, sizeOfShape } from '../core/shape.ts'
import { Tensor } from '../core/tensor.ts'
import { TracedTensor } from '../core/traced.ts'
import { type Graph, type GraphNode, isScalarNode } from '../graph/graph.ts'
import { loop } from '../graph/loop.ts'
import type { LoopParams } from '../graph/loop-parts.ts'
import { borrowed, homesOf } from '../graph/ownership.ts'
import type { Program } from '../graph/reroll/program.ts'
import { type RolledParams, rolled, sizeOf, startsOf } from '../graph/reroll/rolled.ts'
import type { BuiltResult, ListResult } from '../graph/trace.ts'
import { isLarge } from '../ops/kernels/gemm.ts'
import * as kernels from '../ops/kernels/index.ts'
import type { Movement } from '../ops/movement.ts'
import { checkedIndices, gatherAt, scatterAt } from '../ops/places.ts'
import { type Generated, MISS } from './backend.ts'
import { checkGraph, quoted, whole, wholes } from './checked.ts'
import { Fusion, isSingle, MOST_PRODUCTS, movementOf, type Nest, numberText, productOf, rowsOf, type Sink, startOf } from './nest.ts'
import { orderOf } from './order.ts'
import { arrivalsOf, Intervals, rangeOf } from './places.ts'
import { helpersOf, listsOf, treeText } from './result.ts'
import { rolledText } from './rolled-text.ts'
import { type PartWriter, roundsText } from './rounds.ts'
import { type Signature, structureTest } from './signature.ts'
import { type Products, plainFirst, textOf } from './strong.ts'
import { entries, expression, indexText, literal, loopsOver, nest } from './text.ts'

/** Steps in one function: V8 does not optimise functions that are much longer. Longer programs are cut into shorter parts. */
export const STEPS_IN_ONE = 2000
const STEPS_PER_FUNCTION = 700
/** How long the code of a loop over entries is beside its steps. */
const LENGTH_OF_LOOP = 15

let functions = 0

/**
 * JavaScript for a graph: straight code for scalars, loops over tensors' entries (see `Fusion`), matrix products, movements of
 * entries, loops of the graph as loops, and calls of the operators for the rest.
 *
 * Products of the rules are strong: 0 wins over ∞ and NaN. Plain products are computed first; only when a result is NaN, which an
 * ordinary product alone can have caused, it is computed again with strong ones. Where an operator could hide that NaN,
 * products are strong from the start.
 */
export function generateJavaScript(graph: Graph, result: unknown, signature: Signature): Generated {
  const { source, run } = link(graph, result, signature, false)
  // The way into a buffer is needed rarely, and made then.
  let into: Generated['into'] | undefined
  return {
    source,
    run,
    into: (...args) => {
      into ??= link(graph, result, signature, true).run as Generated['into']
      return into(...args)
    },
  }
}

function link(graph: Graph, result: unknown, signature: Signature, into: boolean): Pick<Generated, 'source' | 'run'> {
  const writer = new Writer(graph, result, signature, { into })
  const { evaluate, params, constants } = tablesOf(graph)
  const make = (source: string, strong: unknown) =>
    new Function('kernels', 'evaluate', 'params', 'constants', 'Tensor', 'TracedTensor', 'buffers', 'MISS', 'strong', 'inner', 'builds', 'lists', source)(
      kernels,
      evaluate,
      params,
      [...constants, ...signature.statics],
      Tensor,
      TracedTensor,
      writer.buffers,
      MISS,
      strong,
      writer.inner,
      writer.builds,
      writer.lists,
    ) as Generated['run']
  // The second way to compute is needed rarely, and made then.
  let strong: Generated['run'] | undefined
  const source = writer.firstProgram()
  const run = make(source, (...args: unknown[]) => {
    strong ??= make(writer.program('strong'), undefined)
    return strong(...args)
  })
  return { source, run }
}

const NO_SIGNATURE: Signature = { parts: [], parameters: [], paths: [], lists: new Map(), narrow: new Map(), statics: [], staticsFrom: 0 }

/** Longer lists are not kept for copies. */
const LONGEST_COPIED = 1 << 16

function tablesText({ constants, params, buffers, inner }: Omit<Inner, 'evaluate'>, lists: readonly ArrayLike<number>[] = []): string {
  const tensors = constants.flatMap((each, id) =>
    each instanceof Tensor
      ? [`${id}: new Tensor(new Float64Array([${Array.from(each.data, literal).join(', ')}]), [${wholes(each.shape)}], ${quoted(each.dtype)})`]
      : [],
  )
  const made = buffers.map(({ size, shape, dtype }) => `new Tensor(new Float64Array(${size}), [${wholes(shape)}], ${quoted(dtype)})`)
  const kept = lists.map(list => `new ${list instanceof Int32Array ? 'Int32Array' : 'Float64Array'}([${Array.from(list, literal).join(', ')}])`)
  const moves = params.flatMap((each, id) => {
    const indices = (each as Partial<Movement> | undefined)?.indices
    return indices === undefined ? [] : [`${id}: { indices: new Int32Array([${wholes(indices)}]) }`]
  })
  return `{ params: { ${moves.join(', ')} }, constants: { ${tensors.join(', ')} }, buffers: [${made.join(', ')}], inner: [${inner.map(each => tablesText(each)).join(', ')}], lists: [${kept.join(', ')}] }`
}

/** The tables that the code of a graph refers to. */
interface Inner {
  readonly evaluate: readonly unknown[]
  readonly params: readonly unknown[]
  readonly constants: readonly unknown[]
  readonly buffers: Tensor[]
  readonly inner: Inner[]
}

function tablesOf({ nodes }: Graph): Pick<Inner, 'evaluate' | 'params' | 'constants'> {
  return { evaluate: nodes.map(node => node.definition?.evaluate), params: nodes.map(node => node.params), constants: nodes.map(node => node.value) }
}

/** Writes the code of one graph. */
export class Writer {
  readonly #graph: Graph
  readonly #result: unknown
  readonly #signature: Signature
  readonly #fusion: Fusion
  /** How inputs are found in the arguments. */
  readonly #paths: ReadonlyMap<number, string>
  /** Tensors whose buffer leaves with a result. */
  readonly #escaping = new Set<number>()
  /** Outputs that are a number and 0 together, which are added where the result is made. */
  readonly #plusZero = new Map<number, number>()
  readonly #names: string[]
  readonly #into: boolean
  readonly #parameters: string
  /** Of outputs that are written into a buffer: where their first entry goes. */
  readonly #placeInOut = new Map<number, number>()
  readonly buffers: Tensor[] = []
  /** What the code of loops' bodies refers to, body by body. */
  readonly inner: Inner[] = []
  /** What stands before the names of tables in the code of a loop's body. */
  #tables = ''
  #prefix = 'v'

  /** What is known of indices. */
  readonly #intervals: Intervals
  /** Sums that loops compute as they go. */
  readonly #arrivals: ReturnType<typeof arrivalsOf>

  /** Tables of constants and places, and lists of numbers that results are copied from before they are filled. */
  readonly lists: (number[] | Float64Array | Int32Array)[] = []
  /** Results of loops that were found, by where they begin, that are filled as lists; and steps that are not needed then. */
  readonly #lists = new Map<number, { list: ListResult; length: number }>()
  readonly #unneeded = new Set<number>()
  readonly #listPaths = new Map<number, string>()
  /** Functions that the code of loops which were found calls, and what their names begin with. */
  readonly #functions: string[] = []
  #name = ''
  /** What makes those results that are built from numbers. */
  readonly builds: BuiltResult['of']['build'][] = []
  /** Whether the code refers to nothing outside it. */
  readonly #standalone: boolean

  /** With `into` the numbers of the result are written into a buffer `out`, the first parameter. */
  constructor(graph: Graph, result: unknown, signature: Signature, { into = false, standalone = false, intervals = new Intervals(graph) } = {}) {
    checkGraph(graph)
    this.#intervals = intervals
    this.#arrivals = arrivalsOf(graph)
    this.#standalone = standalone
    this.#graph = graph
    this.#result = result
    this.#signature = signature
    this.#into = into
    this.#parameters = [...(into ? ['out'] : []), ...signature.parameters].join(', ')
    let place = 0
    for (const output of graph.outputs) {
      if (into && !this.#placeInOut.has(output)) this.#placeInOut.set(output, place)
      place += sizeOfShape((graph.nodes[output] as GraphNode).shape)
    }
    this.#fusion = new Fusion(graph, false)
    this.#paths = new Map(graph.inputs.map((id, i) => [id, signature.paths[i] as string]))
    this.#names = graph.nodes.map((_, id) => `v${id}`)
    this.#findEscaping()
    this.#findPlusZero()
    this.#findLists()
  }

  /** The writer of a loop's body or condition, whose inputs have names in the code around it. */
  #within(graph: Graph, intervals: Intervals, prefix: string, inputs: readonly string[]): Writer {
    const writer = new Writer(graph, [], NO_SIGNATURE, { standalone: this.#standalone, intervals })
    writer.#escaping.clear()
    writer.#prefix = `${prefix}v`
    writer.#tables = `${this.#tables}inner[${this.inner.length}].`
    graph.nodes.forEach((_, id) => {
      writer.#names[id] = `${writer.#prefix}${id}`
    })
    graph.inputs.forEach((id, i) => {
      writer.#names[id] = inputs[i] as string
    })
    this.inner.push({ ...tablesOf(graph), buffers: writer.buffers, inner: writer.inner })
    return writer
  }

  /** The statements that compute a body's outputs. */
  #steps(strong: boolean): string[] {
    const { nodes } = this.#graph
    return orderOf(this.#graph, this.#fusion)
      .filter(id => nodes[id]?.op !== 'constant' && nodes[id]?.op !== 'input' && !this.#plusZero.has(id) && !this.#arrivals.without.has(id))
      .map(id => this.#statement(id, strong))
  }

  /** A loop as a loop. */
  #rounds(id: number, strong: boolean): string {
    const { inputs, params } = this.#graph.nodes[id] as GraphNode
    const own = `${this.#prefix}${id}`
    const around = {
      read: (position: number) => this.#read(inputs.at(position) as number),
      within: (graph: Graph, prefix: string, names: readonly string[]): PartWriter => {
        const writer = this.#within(graph, new Intervals(graph, this.#intervals.givenIn(id)), prefix, names)
        return {
          steps: writer.#steps(strong),
          read: at => writer.#read(at),
          mayReadInputs: at => writer.#mayReadInputs(at),
          buffer: shape => `${writer.#tables}buffers[${writer.buffers.push(new Tensor(new Float64Array(sizeOfShape(shape)), shape)) - 1}]`,
        }
      },
    }
    const arrivals = this.#arrivals.of.get(id) ?? []
    const targets = [id, ...arrivals.map(each => each.id)].map(each => this.#target(each))
    const fills = arrivals.map(each => `${this.#out(each.id)}.fill(0)`)
    const sums = arrivals.map(({ id, entries, places }) => ({ to: this.#out(id), entries, places }))
    return `${[...targets, ...fills].join('\n  ')}\n  { const ${own}o = ${this.#out(id)}\n  ${roundsText(params as LoopParams, own, around, sums).join('\n  ')} }`
  }

  /** Loops that were found among steps on numbers. */
  #rolled(id: number, strong: boolean): string {
    const { nodes, outputs, guards } = this.#graph
    const { inputs, params } = nodes[id] as GraphNode
    const { program, sources } = params as RolledParams
    const own = `${this.#prefix}${id}`
    const buffer = (data: Float64Array) => `${this.#tables}buffers[${this.buffers.push(new Tensor(data, [data.length])) - 1}].data`
    const heads = sources.map(({ operands, isTensor, size }, k) => {
      const values = operands.map(each => this.#listPaths.get(inputs[each] as number) ?? `${this.#read(inputs[each] as number)}${isTensor ? '.data' : ''}`)
      if (!isTensor) return `const ${own}s${k} = [${values.join(', ')}]`
      if (values.length === 1) return `const ${own}s${k} = ${values[0]}`
      const length = size / values.length
      return `const ${own}s${k} = ${buffer(new Float64Array(size))}; ${values.map((each, i) => `${own}s${k}.set(${each}, ${i * length})`).join('; ')}`
    })
    const tables = new Map<Float64Array | Int32Array, string>()
    const bad = strong ? undefined : `${own}b`
    const size = sizeOf(program)
    const starts = startsOf(program)
    const outs = program.outs.map((length, k) =>
      this.#lists.get(starts[k] as number)?.length === length ? { name: `${own}r${k}`, start: 0 } : { name: this.#out(id), start: starts[k] as number },
    )
    const isUser = (node: GraphNode, user: number) => node.inputs.includes(id) && !this.#unneeded.has(user)
    const isKept = outputs.includes(id) || nodes.some(isUser) || guards.some(guard => guard.node === id) || outs.some(({ name }) => name === this.#out(id))
    const made = outs.flatMap(({ name }, k) => {
      const list = this.#lists.get(starts[k] as number)
      return list === undefined || list.length !== program.outs[k] ? [] : [`const ${name} = ${this.#newList(list.list.type, list.length)}`]
    })
    const keep = (values: number[] | Float64Array | Int32Array) => `${this.#tables}lists[${this.lists.push(values) - 1}]`
    const { functions, main, memory } = rolledText(program, strong, {
      own,
      name: `${this.#name}_`,
      parameters: [...new Set([...(isKept ? [this.#out(id)] : []), ...outs.map(({ name }) => name), ...sources.map((_, k) => `${own}s${k}`)])],
      outs,
      memory: `${own}m`,
      sources: sources.map((_, k) => `${own}s${k}`),
      table: values => {
        let name = tables.get(values)
        if (name === undefined) {
          name = keep(values)
          tables.set(values, name)
        }
        return name
      },
      miss: 'return MISS',
      bad,
    })
    this.#functions.push(...functions)
    heads.push(`const ${own}m = ${buffer(new Float64Array(memory))}`)
    const end = [...(isKept ? [`${this.#out(id)}[${size - 1}] = 1`] : []), ...(bad === undefined ? [] : [`if (${bad}) return strong(${this.#parameters})`])]
    if (bad !== undefined) heads.push(`let ${bad} = false`)
    // Where lists take all that the loops give, nobody reads it from anywhere else.
    return [...(isKept ? [this.#target(id)] : []), ...made, '{', ...heads, ...main, ...end, '}'].join('\n  ')
  }

  /** A list to be filled with numbers. V8 keeps numbers as such from the start in a copy of a list of numbers. */
  #newList(type: ListResult['type'], length: number): string {
    if (type !== 'Array' || length > LONGEST_COPIED || this.#standalone) return `new ${type}(${length})`
    return `lists[${this.lists.push(Array.from({ length }, () => 0.5)) - 1}].slice()`
  }

  /** Whether what a step is read by may stand for an input that is changed later, or for a tensor in the buffer of one. */
  #mayReadInputs(id: number): boolean {
    const { nodes } = this.#graph
    if (isScalarNode(nodes[id])) return this.#plusZero.has(id) || nodes[id]?.op === 'input'
    return [...homesOf(nodes, id)].some(home => nodes[home]?.op === 'input')
  }

  /** The program that runs first. */
  firstProgram(): string {
    return this.program(plainFirst(this.#graph) ? 'plain' : 'strong')
  }

  /** The text of a function that makes the compiled function, given what the code refers to. */
  program(products: Products): string {
    const parameters = this.#signature.parameters.join(', ')
    const code = this.code('compiled', products)
    return [
      `"use strict" // ${++functions}`,
      `const { ${Object.keys(kernels).join(', ')} } = kernels`,
      structureTest(this.#signature),
      ...helpersOf(code),
      code,
      `return function (${this.#parameters}) { return matches(${parameters}) ? compiled(${this.#parameters}) : MISS }`,
    ].join('\n')
  }

  /** A function of this name, with what it calls; with plain products it calls a function `strong`. */
  code(name: string, products: Products): string {
    this.#name = name
    this.#functions.length = 0
    const { chunks, main } = this.#body(name, products)
    chunks.push(...this.#functions)
    return `${chunks.join('\n')}\nfunction ${name}(${this.#parameters}) {\n${main}\n}`
  }

  #body(name: string, products: Products): { chunks: string[]; main: string } {
    const strong = products === 'strong'
    const { nodes, guards, outputs } = this.#graph
    const steps = orderOf(this.#graph, this.#fusion).filter(
      id => nodes[id]?.op !== 'constant' && !this.#plusZero.has(id) && !this.#arrivals.without.has(id) && !this.#unneeded.has(id),
    )
    const guardsOf = new Map(guards.map(guard => [guard.node, guard]))
    const statement = (id: number) => {
      const guard = guardsOf.get(id)
      const test = guard === undefined ? '' : `\n  if (${guard.expected ? '!' : ''}${this.#names[id]}) return MISS`
      return `  ${this.#statement(id, strong)}${test}`
    }
    const finish = () => {
      const numbers = outputs.filter(output => nodes[output]?.dtype === 'float64' && !this.#isOfRolled(output))
      const scalars = numbers.filter(output => isScalarNode(nodes[output]))
      const terms = scalars.map(output => this.#read(this.#plusZero.get(output) ?? output)).join(' + ')
      const entries = numbers
        .filter(output => !isScalarNode(nodes[output]))
        .map(output => addedUp(`${this.#read(output)}.data`, sizeOfShape((nodes[output] as GraphNode).shape)))
      const start = `${entries.length > 0 ? 'let' : 'const'} sum = ${terms || '0'}`
      const test = strong || numbers.length === 0 ? '' : `  ${[start, ...entries].join('\n  ')}\n  if (sum !== sum) return strong(${this.#parameters})\n`
      if (this.#into) return `${test}${this.#writeOut()}`
      const copies = borrowed(this.#graph)
      const leaf = (at: number) => {
        const value = this.#read(outputs[at] as number)
        const { shape, dtype } = nodes[outputs[at] as number] as GraphNode
        return copies[at] ? `new Tensor(${value}.data.slice(), [${wholes(shape)}], ${quoted(dtype)})` : value
      }
      const lists = (list: ListResult) => {
        const from = nodes[outputs[list.position] as number] as GraphNode
        const loops = from.inputs[0] as number
        if (this.#lists.get(startOf(from))?.list !== list) return undefined
        const { program } = (nodes[loops] as GraphNode).params as RolledParams
        return `${this.#prefix}${loops}r${startsOf(program).indexOf(startOf(from))}`
      }
      return `${test}  return ${treeText(this.#result, leaf, this.#standalone ? undefined : this.builds, { lists })}`
    }
    const lengths = steps.map(id => this.#lengthOf(id))
    if (lengths.reduce((sum, each) => sum + each, 0) <= STEPS_IN_ONE) return { chunks: [], main: [...steps.map(statement), finish()].join('\n') }
    return this.#split(name, partsOf(steps, lengths), statement, finish)
  }

  /** How long the code of a step is, in steps on numbers. */
  #lengthOf(id: number): number {
    const node = this.#graph.nodes[id] as GraphNode
    if (isScalarNode(node) && node.definition !== loop) return 1
    const inner = node.definition === loop ? (node.params as LoopParams).body.nodes.length : (this.#fusion.nest(id)?.steps.length ?? 0)
    return LENGTH_OF_LOOP + inner
  }

  /** Several functions, which hand values on in a scratch array (tensors in a list). */
  #split(name: string, parts: readonly (readonly number[])[], statement: (id: number) => string, finish: () => string): { chunks: string[]; main: string } {
    const { nodes, outputs } = this.#graph
    const chunkOf = new Int32Array(nodes.length).fill(-1)
    const madeBy = (id: number): readonly number[] =>
      this.#fusion.nest(id)?.sinks.map(sink => sink.id) ?? [id, ...(this.#arrivals.of.get(id) ?? []).map(each => each.id)]
    parts.forEach((steps, k) => {
      for (const id of steps) for (const made of madeBy(id)) chunkOf[made] = k
    })
    const isTruth = (id: number) => nodes[id]?.dtype === 'bool' && isScalarNode(nodes[id])
    const place = new Map<number, string>()
    let scalars = 0
    let tensors = 0
    const hand = (id: number) => {
      if (!place.has(id)) place.set(id, isScalarNode(nodes[id]) ? `s[${scalars++}]` : `t[${tensors++}]`)
    }
    const reads = parts.map(() => new Set<number>())
    for (const id of parts.flat()) {
      const chunk = chunkOf[id] as number
      for (const input of this.#fusion.operandsOf(id)) {
        if ((chunkOf[input] as number) < 0 || chunkOf[input] === chunk) continue
        hand(input)
        reads[chunk]?.add(input)
      }
    }
    for (const output of outputs.map(each => this.#plusZero.get(each) ?? each)) if ((chunkOf[output] as number) >= 0) hand(output)
    const parameters = `${this.#parameters === '' ? '' : `${this.#parameters}, `}s, t`
    const chunks = reads.map((read, k) => {
      const own = parts[k] as readonly number[]
      const lines: string[] = []
      for (const id of read) lines.push(`  const ${this.#names[id]} = ${place.get(id)}${isTruth(id) ? ' !== 0' : ''}`)
      for (const id of own) {
        lines.push(statement(id))
        for (const made of madeBy(id)) if (place.has(made)) lines.push(`  ${place.get(made)} = ${this.#names[made]}${isTruth(made) ? ' ? 1 : 0' : ''}`)
      }
      return `function ${name}${k}(${parameters}) {\n${lines.join('\n')}\n}`
    })
    const names = new Map([...place].map(([id, at]) => [id, isTruth(id) ? `(${at} !== 0)` : at]))
    const kept = [...this.#names]
    for (const [id, at] of names) this.#names[id] = at
    const end = finish()
    kept.forEach((name, id) => {
      this.#names[id] = name
    })
    const calls = chunks.map((_, k) => `  if (${name}${k}(${parameters}) === MISS) return MISS`)
    return { chunks, main: [`  const s = new Float64Array(${scalars}), t = []`, ...calls, end].join('\n') }
  }

  /** Statements that put the results into the buffer, but for tensors that were made there. */
  #writeOut(): string {
    let place = 0
    return this.#graph.outputs
      .map(output => {
        const at = place
        place += sizeOfShape((this.#graph.nodes[output] as GraphNode).shape)
        if (isScalarNode(this.#graph.nodes[output])) return `  out[${at}] = ${this.#read(output)}\n`
        const isInPlace = this.#fusion.nest(output) !== undefined || this.#filled(output) !== undefined || this.#arrivals.without.has(output)
        if (isInPlace && this.#placeInOut.get(output) === at) return ''
        return `  out.set(${this.#read(output)}.data, ${at})\n`
      })
      .join('')
  }

  #read(id: number): string {
    const node = this.#graph.nodes[id] as GraphNode
    const added = this.#plusZero.get(id)
    if (added !== undefined) return `${this.#read(added)} + 0`
    return node.op === 'constant' && !(node.value instanceof Tensor)
      ? literal(node.value as number)
      : node.op === 'constant'
        ? `${this.#tables}constants[${id}]`
        : (this.#names[id] as string)
  }

  #statement(id: number, strong: boolean): string {
    const node = this.#graph.nodes[id] as GraphNode
    const name = this.#names[id]
    if (node.op === 'input') return `const ${name} = ${this.#paths.get(id)}`
    if (node.definition === loop) return this.#rounds(id, strong)
    if (node.definition === rolled) return this.#rolled(id, strong)
    if (node.op === 'section' || node.op === 'pick' || node.op === 'withShape') {
      const from = node.inputs[0] as number
      if (isScalarNode(node)) return `const ${name} = ${this.#read(from)}${isScalarNode(this.#graph.nodes[from]) ? '' : `.data[${startOf(node)}]`}`
    }
    const loops = this.#fusion.nest(id)
    if (loops !== undefined) return this.#loop(loops, strong)
    const indexed = this.#indexed(id)
    if (indexed !== undefined) return `const ${name} = ${indexed}`
    const moved = this.#moved(node)
    if (moved !== undefined) return `const ${name} = ${moved}`
    const filled = this.#filled(id)
    if (filled !== undefined) return `${this.#target(id)}\n  ${filled}`
    if (numberText(node, this.#graph.nodes) !== undefined) {
      const operands = node.inputs.map(input => this.#read(input))
      return `const ${name} = ${expression(textOf(node, this.#graph.nodes, strong) as string, operands)}`
    }
    return `const ${name} = ${this.#tables}evaluate[${id}]([${node.inputs.map(input => this.#read(input)).join(', ')}], ${this.#tables}params[${id}])`
  }

  /** An entry at a place that is a value, or an index that is checked; undefined for other steps. */
  #indexed(id: number): string | undefined {
    const { nodes } = this.#graph
    const node = nodes[id] as GraphNode
    const { definition } = node
    if ((definition !== gatherAt.definition && definition !== checkedIndices.definition) || !isScalarNode(node)) return undefined
    const operands = node.inputs.map(input => this.#read(input))
    if (definition === gatherAt.definition) {
      const entry = `${operands[0]}.data[${operands[1]}]`
      return this.#intervals.areThere(id) ? entry : `(${entry} ?? NaN)`
    }
    const [x] = operands as [string]
    return this.#intervals.areChecked(id) ? x : `${this.#inRange(id, x)} ? ${x} : ${this.#checked(id, x)}`
  }

  /** The test of an index that is counted from the front, and in range. */
  #inRange(id: number, x: string): string {
    const [least, most] = rangeOf(this.#graph.nodes[id] as GraphNode)
    return `${x} >= ${least} && ${x} <= ${most} && Math.floor(${x}) === ${x}`
  }

  /** An index that is not in range as it is: counted from the front, or an error. */
  #checked(id: number, x: string): string {
    if (!this.#standalone) return `${this.#tables}evaluate[${id}]([${x}], ${this.#tables}params[${id}])`
    const { of, shape, axis, span } = (this.#graph.nodes[id] as GraphNode).params as { of: string; shape: Shape; axis: number; span: number }
    return `checkedIndex(${quoted(of)}, ${x}, ${whole(shape[axis] as number)}, ${whole(span)})`
  }

  /** A tensor that is made of others' entries as they stand; undefined for other operators. */
  #moved(node: GraphNode): string | undefined {
    const { op, inputs, shape, dtype } = node
    const make = (data: string) => `new Tensor(${data}, [${wholes(shape)}]${dtype === 'bool' ? ", 'bool'" : ''})`
    const operands = inputs.map(input => this.#read(input))
    if (op === 'stackScalars') return make(`new Float64Array([${operands.join(', ')}])`)
    if ((op === 'reshape' || op === 'withShape') && shape.length > 0)
      return make(isScalarNode(this.#graph.nodes[inputs[0] as number]) ? `Float64Array.of(${operands[0]})` : `${operands[0]}.data`)
    if (op !== 'section') return undefined
    return make(`${operands[0]}.data.subarray(${startOf(node)}, ${startOf(node) + sizeOfShape(shape)})`)
  }

  /** Statements that fill a tensor with entries of others, or with their product; undefined for other operators. */
  #filled(id: number): string | undefined {
    const { nodes } = this.#graph
    const node = nodes[id] as GraphNode
    const { op, inputs, shape } = node
    if (shape.length === 0) return undefined
    const operands = inputs.map(input => this.#read(input))
    const out = this.#out(id)
    if (op === 'pack' || op === 'placeSection' || op === 'place') {
      let at = startOf(node)
      const parts = inputs.map((input, k) => {
        const from = at
        at += sizeOfShape((nodes[input] as GraphNode).shape)
        return isScalarNode(nodes[input]) ? `${out}[${from}] = ${operands[k]}` : `${out}.set(${operands[k]}.data, ${from})`
      })
      return [`${out}.fill(0)`, ...parts].join('; ')
    }
    if (op === 'matmul') return this.#product(id)
    if (op === 'concat') {
      const { rows, lengths, length } = rowsOf(node, nodes)
      let at = 0
      const parts = operands.map((operand, k) => {
        const from = at
        const size = lengths[k] as number
        at += size
        if (rows === 1) return `${out}.set(${operand}.data, ${from})`
        const copy = `for (let j = 0; j < ${size}; j++) ${out}[${length} * r + ${from} + j] = x[${size} * r + j]`
        return `{ const x = ${operand}.data; for (let r = 0; r < ${rows}; r++) ${size === 1 ? `${out}[${length} * r + ${from}] = x[r]` : copy} }`
      })
      return parts.join('; ')
    }
    if (node.definition === checkedIndices.definition) {
      const each = `const x = ${operands[0]}.data[i]; ${out}[i] = ${this.#intervals.areChecked(id) ? 'x' : `${this.#inRange(id, 'x')} ? x : ${this.#checked(id, 'x')}`}`
      return `for (let i = 0; i < ${sizeOfShape(shape)}; i++) { ${each} }`
    }
    if (node.definition === gatherAt.definition) {
      const entry = this.#intervals.areThere(id) ? 'x[p[i]]' : 'x[p[i]] ?? NaN'
      return `{ const x = ${operands[0]}.data, p = ${operands[1]}.data; for (let i = 0; i < ${sizeOfShape(shape)}; i++) ${out}[i] = ${entry} }`
    }
    if (node.definition === scatterAt.definition) {
      const [entries, places] = inputs.map((input, k) => (isScalarNode(nodes[input]) ? `[${operands[k]}]` : `${operands[k]}.data`))
      const size = sizeOfShape((nodes[inputs[0] as number] as GraphNode).shape)
      const row = (node.params as { fromLast: number }).fromLast || Math.max(size, 1)
      const rows = `for (let r = ${whole(size - row)}; r >= 0; r -= ${whole(row)}) for (let i = r; i < r + ${whole(row)}; i++)`
      return `{ const x = ${entries}, p = ${places}; ${out}.fill(0); ${rows} ${out}[p[i]] += x[i] }`
    }
    const movement = movementOf(node)
    if (movement === undefined || isScalarNode(nodes[inputs[0] as number])) return undefined
    const head = `const x = ${operands[0]}.data, p = ${this.#tables}params[${id}].indices`
    if (movement.gathers) return `{ ${head}; for (let i = 0; i < p.length; i++) ${out}[i] = p[i] < 0 ? 0 : x[p[i]] }`
    return `{ ${head}; ${out}.fill(0); for (let i = 0; i < p.length; i++) if (p[i] >= 0) ${out}[p[i]] += x[i] }`
  }

  /** A matrix product in the order of the operator's own, which large ones are left to where it is there. */
  #product(id: number): string | undefined {
    const node = this.#graph.nodes[id] as GraphNode
    const { inputs } = node
    const [a, b] = inputs.map(input => this.#read(input))
    const { m, k, n, pairs } = productOf(inputs.map(input => (this.#graph.nodes[input] as GraphNode).shape) as [Shape, Shape])
    if (pairs.length > MOST_PRODUCTS || (isLarge(m, k, n, isSingle(node)) && !this.#standalone)) return undefined
    const products = pairs.map(([left, right], item) => {
      const [x, y, to] = [left * m * k, right * k * n, item * m * n].map(from => (from === 0 ? '' : `${from} + `)) as [string, string, string]
      return n === 1
        ? `for (let i = 0, at = 0; i < ${m}; i++) { let sum = 0; for (let p = 0; p < ${k}; p++, at++) sum += x[${x}at] * y[${y}p]; ${this.#out(id)}[${to}i] = sum }`
        : `for (let i = 0; i < ${m}; i++) for (let p = 0; p < ${k}; p++) { const f = x[${x}${k} * i + p], row = ${to}${n} * i, from = ${y}${n} * p; for (let j = 0; j < ${n}; j++) ${this.#out(id)}[row + j] += f * y[from + j] }`
    })
    return `{ const x = ${a}.data, y = ${b}.data; ${[...(n === 1 ? [] : [`${this.#out(id)}.fill(0)`]), ...products].join('; ')} }`
  }

  /** The first step whose code refers to an operator of the library, here or in a loop. */
  foreign(): GraphNode | undefined {
    return this.#graph.nodes.find(({ op, definition, params, rank0 }, id) => {
      if (rank0) return true
      if (
        definition === undefined ||
        definition === rolled ||
        this.#fusion.nest(id) !== undefined ||
        this.#fusion.fused.has(id) ||
        this.#arrivals.without.has(id) ||
        this.#indexed(id) !== undefined ||
        ['section', 'pick', 'stackScalars'].includes(op) ||
        this.#filled(id) !== undefined
      )
        return false
      if (definition === loop) {
        const { body, condition } = params as LoopParams
        return [body, condition].some(
          each => each !== undefined && new Writer(each, [], NO_SIGNATURE, { standalone: this.#standalone }).foreign() !== undefined,
        )
      }
      if (op === 'reshape') return isScalarNode(this.#graph.nodes[id])
      if (op === 'withShape') return false
      return numberText(this.#graph.nodes[id] as GraphNode, this.#graph.nodes) === undefined
    })
  }

  /** The tables that the code which has been written refers to, as text. */
  tables(): string {
    return `const { params, constants, buffers, inner, lists } = ${tablesText({ ...tablesOf(this.#graph), buffers: this.buffers, inner: this.inner }, this.lists)}`
  }

  /** The code of loops. Entry i of their shape has the indices r0, r1, … where some operand needs them. */
  #loop({ shape, steps, sinks }: Nest, strong: boolean): string {
    const { nodes } = this.#graph
    const own = new Set(steps)
    const heads = new Set<string>()
    let nested = false
    // What of a position does not change in the innermost loop is computed before it.
    const offsets = new Map<string, string>()
    const index = (name: string, strides: readonly number[]): string => {
      const outer = indexText(strides.slice(0, -1), shape)
      const last = indexText(strides, shape, shape.length - 1)
      if (outer === '0') return last
      offsets.set(name, `const ${name} = ${outer}`)
      return last === '0' ? name : `${name} + ${last}`
    }
    const value = (at: number): string => {
      const each = nodes[at] as GraphNode
      if (isScalarNode(each)) return this.#read(at)
      if (own.has(at)) return `w${at}`
      heads.add(`const d${at} = ${this.#read(at)}.data`)
      if (sameShape(each.shape, shape)) return `d${at}[i]`
      nested ||= sizeOfShape(each.shape) > 1
      return `d${at}[${index(`p${at}`, broadcastStrides(each.shape, shape))}]`
    }
    const body = steps.map(at => {
      const each = nodes[at] as GraphNode
      return `const w${at} = ${expression(textOf(each, nodes, strong) as string, each.inputs.map(value))}`
    })
    const store = (target: string, from = 0) => entries(shape, nested, from, [...body, target], [...offsets.values()])
    const block = (loops: string) => `{ ${[...heads, loops].join('; ')} }`
    const [{ id, entry, reduction }] = sinks as [Sink]
    if (reduction === undefined) {
      const stores = sinks.map(sink => `${this.#out(sink.id)}[i] = ${nodes[sink.id]?.dtype === 'bool' ? `w${sink.id} ? 1 : 0` : `w${sink.id}`}`)
      return `${sinks.map(sink => this.#target(sink.id)).join('\n  ')}\n  ${block(store(stores.join('; ')))}`
    }
    // A reduction has loops of its own.
    const node = nodes[id] as GraphNode
    const last = value(entry)
    const { combine, start, kept } = reduction
    const gather = (target: string, more: string) => (combine === '+' ? `${target} += ${more}` : `${target} = ${combine}(${target}, ${more})`)
    if (node.shape.length === 0) return `let ${this.#prefix}${id} = ${start}\n  ${block(store(gather(`${this.#prefix}${id}`, last)))}`
    const strides = broadcastStrides(kept, shape)
    const head = `${this.#target(id)}${this.#escaping.has(id) && start === 0 ? '' : `; ${this.#out(id)}.fill(${start})`}`
    if (sizeOfShape(shape) === 0) return head
    nested = true
    // Axes that are reduced behind all that are kept go into one number first. Terms are taken in the operator's own order.
    const keptUpTo = shape.reduce((after, length, axis) => (length > 1 && strides[axis] !== 0 ? axis + 1 : after), 0)
    const inOrder = shape.every((length, axis) => axis >= keptUpTo || length === 1 || strides[axis] !== 0)
    const inner = inOrder ? keptUpTo : shape.length
    // The place of a result, with its own offset where the innermost loop is among those around it.
    const whole = inner === shape.length
    const to = `${this.#out(id)}[${whole ? index(`p${id}`, strides) : indexText(strides, shape)}]`
    const inside = `let all = ${start}; ${store(gather('all', last), inner)}; ${gather(to, 'all')}`
    return `${head}\n  ${block(`let i = 0; ${whole ? nest(shape, 0, [...offsets.values()], inside) : `${loopsOver(shape.slice(0, inner), 0)} { ${inside} }`}`)}`
  }

  /** The name of a step's entries, which those of a loop's body and of its condition do not share. */
  #out(id: number): string {
    return `o${this.#prefix.slice(1)}${id}`
  }

  /** The tensor that a loop fills: a new one where it leaves with a result, else one that is made once. */
  #target(id: number): string {
    const { shape, dtype } = this.#graph.nodes[id] as GraphNode
    const size = sizeOfShape(shape)
    const place = this.#placeInOut.get(id)
    if (place !== undefined)
      return `const ${this.#prefix}${id} = new Tensor(out.subarray(${place}, ${place + size}), [${wholes(shape)}], ${quoted(dtype)}), ${this.#out(id)} = ${this.#prefix}${id}.data.fill(0)`
    const fresh = this.#escaping.has(id)
    if (!fresh) this.buffers.push(new Tensor(new Float64Array(size), shape, dtype))
    const target = fresh ? `new Tensor(new Float64Array(${size}), [${wholes(shape)}], ${quoted(dtype)})` : `${this.#tables}buffers[${this.buffers.length - 1}]`
    return `const ${this.#prefix}${id} = ${target}, ${this.#out(id)} = ${this.#prefix}${id}.data`
  }

  /** Where `x + 0` stands in the result, V8 computes it at no cost; as a value of its own it costs as much as others. */
  #findPlusZero(): void {
    const { nodes, outputs, guards } = this.#graph
    const used = new Set([...nodes.flatMap(node => node.inputs), ...guards.map(guard => guard.node)])
    for (const output of outputs) {
      const { op, inputs, shape } = nodes[output] as GraphNode
      const [x, zero] = inputs as [number, number]
      if (op === 'add' && shape.length === 0 && !used.has(output) && Object.is(nodes[zero]?.value, 0) && isScalarNode(nodes[x])) this.#plusZero.set(output, x)
    }
  }

  /** Lists among arguments and results that loops which were found read and fill themselves. */
  #findLists(): void {
    const { nodes, inputs, outputs, guards } = this.#graph
    const loops = nodes.findIndex(node => node.definition === rolled)
    if (loops < 0) return
    const users = (id: number) => nodes.flatMap((node, user) => (node.inputs.includes(id) ? [user] : []))
    const isResult = new Set([...outputs, ...guards.map(guard => guard.node)])
    inputs.forEach((id, i) => {
      const path = this.#signature.lists.get(i)
      if (path === undefined || isResult.has(id) || users(id).some(user => user !== loops)) return
      this.#listPaths.set(id, path)
      this.#unneeded.add(id)
    })
    // A function by itself does not see the lists of another.
    if (this.#into || nodes.length > STEPS_IN_ONE) return
    for (const list of listsOf(this.#result)) {
      const id = outputs[list.position] as number
      const {
        op,
        inputs: [from],
      } = nodes[id] as GraphNode
      const { outs } = ((nodes[loops] as GraphNode).params as RolledParams).program
      const [start, length] = [startOf(nodes[id] as GraphNode), sizeOfShape((nodes[id] as GraphNode).shape)]
      if (op !== 'section' || from !== loops || users(id).length > 0) continue
      // Of several lists that are filled together each is copied.
      if (outs[startsOf({ outs } as Program).indexOf(start)] !== length) continue
      this.#lists.set(start, { list, length })
      this.#unneeded.add(id)
    }
  }

  /** Whether loops that were found give a step's result, and have looked for NaNs. */
  #isOfRolled(id: number): boolean {
    const { inputs } = this.#graph.nodes[id] as GraphNode
    return inputs.length === 1 && this.#graph.nodes[inputs[0] as number]?.definition === rolled
  }

  #findEscaping(): void {
    for (const output of this.#graph.outputs) for (const id of homesOf(this.#graph.nodes, output)) this.#escaping.add(id)
  }
}

/** Steps in order, cut where a function would be too long. */
function partsOf(steps: readonly number[], lengths: readonly number[]): number[][] {
  const parts: number[][] = []
  let length = Number.POSITIVE_INFINITY
  steps.forEach((id, i) => {
    length += lengths[i] as number
    if (length <= STEPS_PER_FUNCTION) parts.at(-1)?.push(id)
    else {
      parts.push([id])
      length = lengths[i] as number
    }
  })
  return parts
}

/** Adds entries to `sum`, in four sums, which do not wait for each other. */
function addedUp(data: string, size: number): string {
  const four = [0, 1, 2, 3].map(k => `s${k} += x[i${k === 0 ? '' : ` + ${k}`}]`).join('; ')
  return `{ const x = ${data}; let s0 = 0, s1 = 0, s2 = 0, s3 = 0, i = 0; for (; i < ${size - 3}; i += 4) { ${four} } for (; i < ${size}; i++) s0 += x[i]; sum += s0 + s1 + s2 + s3 }`
}
