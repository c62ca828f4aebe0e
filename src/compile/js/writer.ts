import { sizeOfShape } from '../../core/shape.ts'
import { Tensor } from '../../core/tensor.ts'
import { type Graph, type GraphNode, isScalarNode } from '../../graph/graph.ts'
import { loop } from '../../graph/loop/loop.ts'
import type { LoopParams } from '../../graph/loop/parts.ts'
import { borrowed, homesOf } from '../../graph/ownership.ts'
import { rolled } from '../../graph/reroll/rolled.ts'
import type { BuiltResult } from '../../graph/trace.ts'
import * as kernels from '../../ops/kernels/index.ts'
import { carriedSum } from '../carried-sums.ts'
import { checkGraph, quoted, wholes } from '../checked.ts'
import { type Lowered, lowered } from '../lowered.ts'
import { Fusion } from '../nest.ts'
import { orderOf } from '../order.ts'
import { arrivalsOf, Intervals } from '../places.ts'
import { helpersOf, treeText } from '../result.ts'
import { type PartWriter, roundsText } from '../rounds.ts'
import { type Signature, structureTest } from '../signature.ts'
import { type Products, plainFirst, textOf } from '../strong.ts'
import { expression, literal } from '../text.ts'
import { addedUp, doublesOf, plusZeroOf } from './ends.ts'
import { filledText, tensorText } from './entries.ts'
import { FilledLists } from './filled-lists.ts'
import { nestText } from './nest-text.ts'
import { numberStatement } from './numbers.ts'
import { inParts, STEPS_IN_ONE } from './parts.ts'
import { newList, rolledStep } from './rolled-step.ts'
import type { Scope } from './scope.ts'
import { type Inner, tablesOf, tablesText } from './tables.ts'

/** How long the code of a loop over entries is beside its steps. */
const LENGTH_OF_LOOP = 15

let functions = 0

const NO_SIGNATURE: Signature = { parts: [], parameters: [], paths: [], lists: new Map(), copied: new Set(), narrow: new Map(), statics: [], staticsFrom: 0 }

/** Writes the code of one graph. */
export class Writer implements Scope {
  readonly #graph: Graph
  readonly #result: unknown
  readonly #signature: Signature
  readonly #fusion: Fusion
  /** How inputs are found in the arguments. */
  readonly #paths: ReadonlyMap<number, string>
  /** Of inputs that are lists of numbers where these are. */
  readonly #copied: ReadonlyMap<number, string>
  /** Beside loops: places of the numbers among the inputs in a list of doubles, from which they are read. */
  readonly #doubles: ReadonlyMap<number, number>
  readonly #list: string
  /** Tensors whose buffer leaves with a result. */
  readonly #escaping: Set<number>
  /** Outputs that are a number and 0 together, which are added where the result is made. */
  readonly #plusZero: ReadonlyMap<number, number>
  readonly #names: string[]
  /** Names that entries of tensors have beside those. */
  readonly #entries = new Map<number, string>()
  readonly #into: boolean
  readonly #parameters: string
  /** Of outputs that are written into a buffer: where their first entry goes. */
  readonly #placeInOut = new Map<number, number>()
  readonly buffers: Tensor[] = []
  /** What the code of loops' bodies refers to, body by body. */
  readonly inner: Inner[] = []
  /** What stands before the names of tables in the code of a loop's body. */
  tables = ''
  prefix = 'v'

  readonly intervals: Intervals
  /** Sums that loops compute as they go. */
  readonly #arrivals: ReturnType<typeof arrivalsOf>
  /** Sums that loops have added up all entries of, and where. */
  readonly #checks = new Map<number, string>()

  /** Tables of constants and places, and lists of numbers that results are copied from before they are filled. */
  readonly lists: (number[] | Float64Array | Int32Array)[] = []
  readonly #filledLists: FilledLists
  /** Functions that the code of loops which were found calls, and what their names begin with. */
  readonly #functions: string[] = []
  #name = ''
  /** What makes those results that are built from numbers. */
  readonly builds: BuiltResult['of']['build'][] = []
  readonly standalone: boolean

  /** With `into` the numbers of the result are written into a buffer `out`, the first parameter. */
  constructor(graph: Graph, result: unknown, signature: Signature, { into = false, standalone = false, intervals = new Intervals(graph) } = {}) {
    checkGraph(graph)
    this.intervals = intervals
    this.#arrivals = arrivalsOf(graph)
    this.standalone = standalone
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
    this.#copied = new Map(graph.inputs.flatMap((id, i) => (signature.copied.has(i) ? [[id, signature.lists.get(i) as string]] : [])))
    this.#names = graph.nodes.map((_, id) => `v${id}`)
    this.#escaping = new Set(graph.outputs.flatMap(output => [...homesOf(graph.nodes, output)]))
    this.#plusZero = plusZeroOf(graph)
    this.#doubles = signature === NO_SIGNATURE ? new Map() : doublesOf(graph)
    this.#list = this.#doubles.size === 0 ? '' : this.keep(new Float64Array(this.#doubles.size))
    // A function by itself does not see the lists of another.
    const sums = new Set(standalone ? [] : [...this.#arrivals.of.values()].flatMap(all => all.map(each => each.id)))
    this.#filledLists = new FilledLists(graph, signature, result, !into && graph.nodes.length <= STEPS_IN_ONE, sums)
  }

  get nodes(): readonly GraphNode[] {
    return this.#graph.nodes
  }

  /** The writer of a loop's body or condition, whose inputs have names in the code around it. */
  #within(graph: Graph, intervals: Intervals, prefix: string, inputs: readonly string[]): Writer {
    const writer = new Writer(graph, [], NO_SIGNATURE, { standalone: this.standalone, intervals })
    writer.#escaping.clear()
    writer.prefix = `${prefix}v`
    writer.tables = `${this.tables}inner[${this.inner.length}].`
    graph.nodes.forEach((_, id) => {
      writer.#names[id] = `${writer.prefix}${id}`
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
  #rounds(id: number, params: LoopParams, strong: boolean): string {
    const { inputs } = this.#graph.nodes[id] as GraphNode
    const own = `${this.prefix}${id}`
    const given = this.intervals.givenIn(id)
    const around = {
      read: (position: number) => this.read(inputs.at(position) as number),
      within: (graph: Graph, prefix: string, names: readonly string[], entries: ReadonlyMap<number, string> = new Map()): PartWriter => {
        const writer = this.#within(graph, new Intervals(graph, given), prefix, names)
        for (const [input, name] of entries) writer.#entries.set(graph.inputs[input] as number, name)
        return {
          steps: writer.#steps(strong),
          read: at => writer.read(at),
          mayReadInputs: at => writer.#mayReadInputs(at),
          buffer: shape => `${writer.tables}buffers[${writer.buffers.push(new Tensor(new Float64Array(sizeOfShape(shape)), shape)) - 1}]`,
        }
      },
    }
    const arrivals = this.#arrivals.of.get(id) ?? []
    const targets = [id, ...arrivals.map(each => each.id)].map(each => this.target(each))
    const sums = arrivals.map(({ id, entries, places }) => {
      const carried = carriedSum(params, places, sizeOfShape((this.nodes[id] as GraphNode).shape), given)
      if (carried !== undefined) this.#checks.set(id, `${this.prefix}${id}c`)
      return { to: this.out(id), entries, places, carried, check: `${this.prefix}${id}c` }
    })
    const fills = sums.map(({ to, carried, check }) => (carried === undefined ? `${to}.fill(0)` : `let ${check} = 0`))
    return `${[...targets, ...fills].join('\n  ')}\n  { const ${own}o = ${this.out(id)}\n  ${roundsText(params, own, around, sums).join('\n  ')} }`
  }

  /** Loops that were found among steps on numbers. */
  #rolled(id: number, strong: boolean): string {
    const { text, functions } = rolledStep(
      {
        nodes: this.nodes,
        intervals: this.intervals,
        standalone: this.standalone,
        prefix: this.prefix,
        tables: this.tables,
        nameOf: step => this.nameOf(step),
        entriesOf: step => this.entriesOf(step),
        read: step => this.read(step),
        out: step => this.out(step),
        target: step => this.target(step),
        graph: this.#graph,
        lists: this.#filledLists,
        name: this.#name,
        parameters: this.#parameters,
        buffer: size => `${this.tables}buffers[${this.buffers.push(new Tensor(new Float64Array(size), [size])) - 1}].data`,
        keep: values => this.keep(values),
      },
      id,
      strong,
    )
    this.#functions.push(...functions)
    return text
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
    const given = this.#signature.parameters.length + (this.#into ? 1 : 0)
    return [
      `"use strict" // ${++functions}`,
      `const { ${Object.keys(kernels).join(', ')} } = kernels`,
      structureTest(this.#signature),
      ...helpersOf(code),
      code,
      `return function (${this.#parameters}) { return arguments.length === ${given} && matches(${parameters}) ? compiled(${this.#parameters}) : MISS }`,
    ].join('\n')
  }

  /** A function of this name, with what it calls; with plain products it calls a function `strong`. */
  code(name: string, products: Products): string {
    this.#name = name
    this.#functions.length = 0
    const { chunks, main } = this.#body(name, products)
    chunks.push(...this.#functions)
    const own = `function ${name}(${this.#parameters}) {\n`
    if (this.#doubles.size === 0) return `${chunks.join('\n')}\n${own}${main}\n}`
    const put = Array.from(this.#doubles, ([id, place]) => `  d[${place}] = ${this.#paths.get(id)}`).join('\n')
    const rounds = `function ${name}Rounds(${this.#parameters}) {\n${main}\n}`
    return `${chunks.join('\n')}\n${rounds}\n${own}  const d = ${this.#list}\n${put}\n  return ${name}Rounds(${this.#parameters})\n}`
  }

  #body(name: string, products: Products): { chunks: string[]; main: string } {
    const strong = products === 'strong'
    const { nodes, guards, outputs } = this.#graph
    const steps = orderOf(this.#graph, this.#fusion).filter(
      id => nodes[id]?.op !== 'constant' && !this.#plusZero.has(id) && !this.#arrivals.without.has(id) && !this.#filledLists.unneeded.has(id),
    )
    const guardsOf = new Map(guards.map(guard => [guard.node, guard]))
    const statement = (id: number) => {
      const guard = guardsOf.get(id)
      const test = guard === undefined ? '' : `\n  if (${guard.expected ? '!' : ''}${this.#names[id]}) return MISS`
      return `  ${this.#statement(id, strong)}${test}`
    }
    const finish = (names?: ReadonlyMap<number, string>) => {
      const read = (id: number): string => {
        const added = this.#plusZero.get(id)
        return added === undefined ? (names?.get(id) ?? this.read(id)) : `${read(added)} + 0`
      }
      const numbers = outputs.filter(output => nodes[output]?.dtype === 'float64' && !this.#isOfRolled(output))
      const scalars = numbers.filter(output => isScalarNode(nodes[output]))
      const terms = scalars.map(output => read(this.#plusZero.get(output) ?? output)).join(' + ')
      const entries = numbers
        .filter(output => !isScalarNode(nodes[output]))
        .map(output => {
          const check = names === undefined ? this.#checks.get(output) : undefined
          if (check !== undefined) return `sum += ${check}`
          return addedUp(this.#filledLists.sums.has(output) ? this.out(output) : `${read(output)}.data`, sizeOfShape((nodes[output] as GraphNode).shape))
        })
      const start = `${entries.length > 0 ? 'let' : 'const'} sum = ${terms || '0'}`
      const test = strong || numbers.length === 0 ? '' : `  ${[start, ...entries].join('\n  ')}\n  if (sum !== sum) return strong(${this.#parameters})\n`
      if (this.#into) return `${test}${this.#writeOut(read)}`
      const copies = borrowed(this.#graph)
      const leaf = (at: number) => {
        const value = read(outputs[at] as number)
        const { shape, dtype } = nodes[outputs[at] as number] as GraphNode
        return copies[at] ? `new Tensor(${value}.data.slice(), [${wholes(shape)}], ${quoted(dtype)})` : value
      }
      return `${test}  return ${treeText(this.#result, leaf, this.standalone ? undefined : this.builds, {
        lists: list => {
          const id = outputs[list.position] as number
          return this.#filledLists.sums.get(id) === list ? this.out(id) : this.#filledLists.nameOf(list, this.prefix)
        },
      })}`
    }
    const lengths = steps.map(id => this.#lengthOf(id))
    if (lengths.reduce((sum, each) => sum + each, 0) <= STEPS_IN_ONE) return { chunks: [], main: [...steps.map(statement), finish()].join('\n') }
    return inParts(this, {
      name,
      parameters: this.#parameters,
      steps,
      lengths,
      outputs: outputs.map(output => this.#plusZero.get(output) ?? output),
      madeBy: id => this.#fusion.nest(id)?.sinks.map(sink => sink.id) ?? [id, ...(this.#arrivals.of.get(id) ?? []).map(each => each.id)],
      operandsOf: id => this.#fusion.operandsOf(id),
      statement,
      finish,
    })
  }

  /** How long the code of a step is, in steps on numbers. */
  #lengthOf(id: number): number {
    const node = this.#graph.nodes[id] as GraphNode
    if (isScalarNode(node) && node.definition !== loop) return 1
    const inner = node.definition === loop ? (node.params as LoopParams).body.nodes.length : (this.#fusion.nest(id)?.steps.length ?? 0)
    return LENGTH_OF_LOOP + inner
  }

  /** Statements that put the results into the buffer, but for tensors that were made there. */
  #writeOut(read: (id: number) => string): string {
    let place = 0
    return this.#graph.outputs
      .map(output => {
        const at = place
        place += sizeOfShape((this.#graph.nodes[output] as GraphNode).shape)
        if (isScalarNode(this.#graph.nodes[output])) return `  out[${at}] = ${read(output)}\n`
        if (this.#isFilled(output) && this.#placeInOut.get(output) === at) return ''
        return `  out.set(${read(output)}.data, ${at})\n`
      })
      .join('')
  }

  read(id: number): string {
    const node = this.#graph.nodes[id] as GraphNode
    const added = this.#plusZero.get(id)
    if (added !== undefined) return `${this.read(added)} + 0`
    return node.op === 'constant' && !(node.value instanceof Tensor)
      ? literal(node.value as number)
      : node.op === 'constant'
        ? `${this.tables}constants[${id}]`
        : (this.#names[id] as string)
  }

  entriesOf(id: number): string {
    return this.#entries.get(id) ?? `${this.read(id)}.data`
  }

  nameOf(id: number): string {
    return this.#names[id] as string
  }

  #statement(id: number, strong: boolean): string {
    const node = this.#graph.nodes[id] as GraphNode
    const name = this.#names[id]
    if (node.op === 'input') {
      const place = this.#doubles.get(id)
      // The numbers of a list go into a buffer that is made once: what leaves with a result is copied from inputs.
      const list = this.#copied.get(id)
      if (list !== undefined) return `${this.target(id)}; ${this.out(id)}.set(${list})`
      return `const ${name} = ${place === undefined ? this.#paths.get(id) : `${this.#list}[${place}]`}`
    }
    const step = this.#lowered(id)
    if (step.kind === 'loop') return this.#rounds(id, step.params, strong)
    if (step.kind === 'rolled') return this.#rolled(id, strong)
    if (step.kind === 'nest') return nestText(this, step.nest, strong, made => this.#escaping.has(made))
    const operands = node.inputs.map(input => this.read(input))
    if (step.kind === 'number') return `const ${name} = ${expression(textOf(node, this.#graph.nodes, strong) as string, operands)}`
    const number = isScalarNode(node) ? numberStatement(this, id, step) : undefined
    if (number !== undefined) return number
    const tensor = tensorText(this, id, step)
    if (tensor !== undefined) return tensor
    const filled = isScalarNode(node) ? undefined : filledText(this, id, step)
    if (filled !== undefined) return `${this.target(id)}\n  ${filled}`
    return `const ${name} = ${this.tables}evaluate[${id}]([${operands.join(', ')}], ${this.tables}params[${id}])`
  }

  #lowered(id: number): Lowered {
    return lowered(this.#graph.nodes, id, this.#fusion)
  }

  /** Whether a tensor is filled where it is wanted. */
  #isFilled(id: number): boolean {
    const step = this.#lowered(id)
    return step.kind === 'nest' || this.#arrivals.without.has(id) || (tensorText(this, id, step) === undefined && filledText(this, id, step) !== undefined)
  }

  /** The first step whose code refers to an operator of the library, here or in a loop. */
  foreign(): GraphNode | undefined {
    return this.#graph.nodes.find((node, id) => {
      if (node.rank0) return true
      if (node.definition === undefined || this.#fusion.fused.has(id) || this.#arrivals.without.has(id)) return false
      const step = this.#lowered(id)
      if (step.kind === 'loop') {
        const { body, condition } = step.params
        return [body, condition].some(each => each !== undefined && new Writer(each, [], NO_SIGNATURE, { standalone: this.standalone }).foreign() !== undefined)
      }
      if (['rolled', 'nest', 'number'].includes(step.kind)) return false
      if (isScalarNode(node)) return numberStatement(this, id, step) === undefined
      return tensorText(this, id, step) === undefined && filledText(this, id, step) === undefined
    })
  }

  /** The tables that the code which has been written refers to, as text. */
  tableText(): string {
    return `const { params, constants, buffers, inner, lists } = ${tablesText({ ...tablesOf(this.#graph), buffers: this.buffers, inner: this.inner }, this.lists)}`
  }

  out(id: number): string {
    return `o${this.prefix.slice(1)}${id}`
  }

  /** A table or a list that is kept: how the code refers to it. */
  keep(values: number[] | Float64Array | Int32Array): string {
    return `${this.tables}lists[${this.lists.push(values) - 1}]`
  }

  /** The tensor that a loop fills: a new one where it leaves with a result, else one that is made once. */
  target(id: number): string {
    const { shape, dtype } = this.#graph.nodes[id] as GraphNode
    const size = sizeOfShape(shape)
    const list = this.#filledLists.sums.get(id)
    if (list !== undefined) return `const ${this.out(id)} = ${newList(this, list.type, size)}`
    const place = this.#placeInOut.get(id)
    if (place !== undefined)
      return `const ${this.prefix}${id} = new Tensor(out.subarray(${place}, ${place + size}), [${wholes(shape)}], ${quoted(dtype)}), ${this.out(id)} = ${this.prefix}${id}.data.fill(0)`
    const fresh = this.#escaping.has(id)
    if (!fresh) this.buffers.push(new Tensor(new Float64Array(size), shape, dtype))
    const target = fresh ? `new Tensor(new Float64Array(${size}), [${wholes(shape)}], ${quoted(dtype)})` : `${this.tables}buffers[${this.buffers.length - 1}]`
    return `const ${this.prefix}${id} = ${target}, ${this.out(id)} = ${this.prefix}${id}.data`
  }

  /** Whether loops that were found give a step's result, and have looked for NaNs. */
  #isOfRolled(id: number): boolean {
    const { inputs } = this.#graph.nodes[id] as GraphNode
    return inputs.length === 1 && this.#graph.nodes[inputs[0] as number]?.definition === rolled
  }
}
