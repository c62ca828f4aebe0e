import { DualtapeError } from '../../core/errors.ts'
import { broadcastStrides, type Shape, sameShape, sizeOfShape, stridesOf } from '../../core/shape.ts'
import type { Tensor } from '../../core/tensor.ts'
import { type Graph, type GraphNode, isScalarNode } from '../../graph/graph.ts'
import { loop } from '../../graph/loop/loop.ts'
import type { LoopParams } from '../../graph/loop/parts.ts'
import { homesOf } from '../../graph/ownership.ts'
import { type RolledParams, rolled } from '../../graph/reroll/rolled.ts'
import { checkedIndices, gatherAt, scatterAt } from '../../ops/places.ts'
import { whole } from '../checked.ts'
import { Fusion, isInOrder, movementOf, type Nest, numberText, productOf, rowsOf, type Sink, startOf } from '../nest.ts'
import { orderOf } from '../order.ts'
import { arrivalsOf, Intervals, rangeOf } from '../places.ts'
import { textOf } from '../strong.ts'
import { indexText } from '../text.ts'
import type { Memory } from './memory.ts'
import { rolledLines } from './rolled.ts'
import { roundLines } from './rounds.ts'
import { RULES } from './rules.ts'
import { NoText, type Source, type Text } from './source.ts'

/** What an input is: a number, or where the entries of a tensor begin. */
export type Given = string

/** Steps in one function: compilers take much longer for one that is longer. */
const STEPS_IN_ONE = 2000
const STEPS_PER_FUNCTION = 1000
/** How long the code of a loop over entries is beside its steps. */
const LENGTH_OF_LOOP = 15

/** The steps of a graph as statements of C. */
export class Steps {
  readonly #source: Source
  readonly #memory: Memory
  readonly #graph: Graph
  readonly #nodes: readonly GraphNode[]
  readonly #fusion: Fusion
  readonly #prefix: string
  readonly #order: readonly number[]
  /** Numbers by name, and tensors by where their entries begin. */
  readonly #places: (string | undefined)[]
  /** For each tensor that is made here: where it is in the work vector. */
  readonly #made = new Map<number, number>()
  /** The turn after which a tensor is not needed, by the step in whose entries it lives. */
  readonly #lastUse = new Map<number, number>()
  readonly #intervals: Intervals
  readonly #arrivals: ReturnType<typeof arrivalsOf>

  constructor(source: Source, memory: Memory, graph: Graph, given: readonly Given[], prefix = 'v', intervals = new Intervals(graph)) {
    this.#source = source
    this.#memory = memory
    this.#graph = graph
    this.#nodes = graph.nodes
    this.#prefix = prefix
    this.#intervals = intervals
    this.#arrivals = arrivalsOf(graph)
    this.#fusion = new Fusion(graph, false)
    this.#places = new Array(graph.nodes.length)
    graph.inputs.forEach((id, i) => {
      this.#places[id] = given[i]
    })
    this.#order = orderOf(graph, this.#fusion).filter(
      id => this.#node(id).op !== 'constant' && this.#node(id).op !== 'input' && !this.#arrivals.without.has(id),
    )
    this.#order.forEach((id, turn) => {
      for (const input of this.#operandsOf(id)) this.#use(input, turn)
    })
    for (const output of graph.outputs) this.#use(output, this.#order.length)
  }

  /** All steps, one after the other. */
  get lines(): string[] {
    return this.#turns(0, this.#order.length)
  }

  /** The steps, in functions where there are many; what is read after them is in the work vector then. */
  program(name: string): { functions: string[]; main: string[] } {
    const lengths = this.#order.map(id => this.#lengthOf(id))
    if (lengths.reduce((sum, each) => sum + each, 0) <= STEPS_IN_ONE) return { functions: [], main: this.lines }
    const ends: number[] = []
    let length = 0
    lengths.forEach((each, turn) => {
      length += each
      if (length < STEPS_PER_FUNCTION && turn + 1 < lengths.length) return
      ends.push(turn + 1)
      length = 0
    })
    const partOf = new Int32Array(this.#nodes.length).fill(-1)
    ends.forEach((end, k) => {
      for (let turn = ends[k - 1] ?? 0; turn < end; turn++) for (const made of this.#madeBy(this.#order[turn] as number)) partOf[made] = k
    })
    // Numbers that later parts read, or the result.
    const handed = new Set(this.#graph.outputs.filter(id => isScalarNode(this.#node(id)) && (partOf[id] as number) >= 0))
    const reads = ends.map(() => new Set<number>())
    ends.forEach((end, k) => {
      for (let turn = ends[k - 1] ?? 0; turn < end; turn++)
        for (const input of this.#operandsOf(this.#order[turn] as number)) {
          if (!isScalarNode(this.#node(input)) || (partOf[input] as number) < 0 || partOf[input] === k) continue
          handed.add(input)
          reads[k]?.add(input)
        }
    })
    const placeOf = new Map([...handed].map(id => [id, `w[${this.#memory.reserve(1)}]`]))
    const functions = ends.map((end, k) => {
      const read = [...(reads[k] as Set<number>)].map(id => `const ${this.#typeOf(id)} ${this.#nameOf(id)} = ${this.#load(id, placeOf.get(id) as string)};`)
      for (const id of reads[k] as Set<number>) this.#places[id] = this.#nameOf(id)
      const own = this.#turns(ends[k - 1] ?? 0, end, id => (placeOf.has(id) ? [`${placeOf.get(id)} = ${this.#nameOf(id)};`] : []))
      return `static int ${name}_${k}(const dualtape_real **arg, dualtape_real *w) {\n${[...read, ...own, 'return 0;'].join('\n')}\n}`
    })
    for (const id of handed) this.#places[id] = this.#load(id, placeOf.get(id) as string)
    const main = functions.map((_, k) => `if ((status = ${name}_${k}(arg, w)) != 0) return status;`)
    return { functions, main: ['int status;', ...main] }
  }

  #load(id: number, place: string): string {
    return this.#node(id).dtype === 'bool' ? `(${place} != 0)` : place
  }

  #madeBy(id: number): number[] {
    return this.#fusion.nest(id)?.sinks.map(sink => sink.id) ?? [id, ...(this.#arrivals.of.get(id) ?? []).map(each => each.id)]
  }

  /** How long the code of a step is, in steps on numbers. */
  #lengthOf(id: number): number {
    const node = this.#node(id)
    if (isScalarNode(node) && node.definition !== loop) return 1
    const inner = node.definition === loop ? (node.params as LoopParams).body.nodes.length : (this.#fusion.nest(id)?.steps.length ?? 0)
    return LENGTH_OF_LOOP + inner
  }

  #turns(from: number, to: number, after: (id: number) => string[] = () => []): string[] {
    const guardsOf = new Map(this.#graph.guards.map(guard => [guard.node, guard]))
    const lines: string[] = []
    for (let turn = from; turn < to; turn++) {
      const id = this.#order[turn] as number
      lines.push(...this.#statement(id))
      for (const made of this.#madeBy(id)) lines.push(...after(made))
      const guard = guardsOf.get(id)
      if (guard !== undefined) lines.push(`if (${guard.expected ? '!' : ''}${this.read(id)}) return 1;`)
      this.#release(id, turn)
    }
    return lines
  }

  #node(id: number): GraphNode {
    return this.#nodes[id] as GraphNode
  }

  #nameOf(id: number): string {
    return `${this.#prefix}${id}`
  }

  #typeOf(id: number): string {
    return this.#node(id).dtype === 'bool' ? 'int' : 'dualtape_real'
  }

  #operandsOf(id: number): readonly number[] {
    return this.#fusion.operandsOf(id)
  }

  #use(id: number, turn: number): void {
    for (const home of homesOf(this.#nodes, id)) this.#lastUse.set(home, Math.max(this.#lastUse.get(home) ?? -1, turn))
  }

  /** Gives back tensors that were needed for the last time. */
  #release(id: number, turn: number): void {
    const homes = new Set([...this.#operandsOf(id), ...this.#madeBy(id)].flatMap(each => [...homesOf(this.#nodes, each)]))
    for (const home of homes) {
      const at = this.#made.get(home)
      if (at === undefined || (this.#lastUse.get(home) ?? -1) > turn) continue
      this.#made.delete(home)
      this.#memory.free(at, this.#sizeOf(home))
    }
  }

  /** Gives back what outputs needed. */
  close(): void {
    for (const [id, at] of this.#made) this.#memory.free(at, this.#sizeOf(id))
    this.#made.clear()
  }

  #sizeOf(id: number): number {
    return sizeOfShape(this.#node(id).shape)
  }

  /** A number, as it may stand in an expression. */
  read(id: number): string {
    const { op, value, dtype } = this.#node(id)
    if (op === 'constant') return dtype === 'bool' ? String(Number(value)) : this.#source.number(value as number)
    return this.#places[id] as string
  }

  /** Where the entries of a tensor begin. */
  pointer(id: number): string {
    const { op, value } = this.#node(id)
    if (op === 'constant') return this.#source.table((value as Tensor).data, false)
    return this.#places[id] as string
  }

  /** What a tensor or a number is: its entries, or its number. */
  given(id: number): Given {
    return isScalarNode(this.#node(id)) ? this.read(id) : this.pointer(id)
  }

  /** Whether a number is a truth. */
  isTruth(id: number): boolean {
    return this.#node(id).dtype === 'bool' && isScalarNode(this.#node(id))
  }

  /** Whether what a step is read by may stand for an input that is changed later. */
  mayReadInputs(id: number): boolean {
    if (isScalarNode(this.#node(id))) return this.#node(id).op === 'input'
    return [...homesOf(this.#nodes, id)].some(home => this.#node(home).op === 'input')
  }

  #text(id: number): Text {
    return { text: this.read(id), isTruth: this.isTruth(id) }
  }

  /** Room for a tensor. */
  #make(id: number): string {
    const at = this.#memory.reserve(this.#sizeOf(id))
    this.#made.set(id, at)
    const place = offset('w', at)
    this.#places[id] = place
    return place
  }

  /** A variable for a number. */
  #keep(id: number, text: string): string[] {
    this.#places[id] = this.#nameOf(id)
    return [`const ${this.#typeOf(id)} ${this.#nameOf(id)} = ${text};`]
  }

  #statement(id: number): string[] {
    const node = this.#node(id)
    try {
      const lines = this.#linesOf(id, node)
      if (lines !== undefined) return lines
    } catch (error) {
      if (!(error instanceof NoText)) throw error
    }
    throw new DualtapeError(
      `emit: ${node.definition?.name ?? node.op}${node.shape.length > 0 || node.inputs.some(input => !isScalarNode(this.#node(input))) ? ' on tensors' : ''} has no C of its own. Elementwise operators, sums, products, movements of entries and loops have; write the rest with numbers and arrays, or give what it computes as an argument.`,
    )
  }

  #linesOf(id: number, node: GraphNode): string[] | undefined {
    const { op, definition, inputs, params } = node
    if (node.rank0) throw new NoText()
    if (definition === loop) return this.#rounds(id)
    if (definition === rolled) return this.#rolled(id)
    const [x] = inputs as [number]
    if (isScalarNode(node) && (op === 'section' || op === 'pick' || op === 'withShape')) {
      if (isScalarNode(this.#node(x))) return this.#keep(id, this.read(x))
      return this.#keep(id, this.#entry(node.dtype, entryOf(this.pointer(x), startOf(node))))
    }
    const nest = this.#fusion.nest(id)
    if (nest !== undefined) return this.#nest(nest)
    if (isScalarNode(node) && definition === gatherAt.definition)
      return this.#keep(id, this.#entryAt(id, `(${this.pointer(x)})`, this.read(inputs[1] as number)))
    if (isScalarNode(node) && definition === checkedIndices.definition) return this.#checked(id, this.read(x), this.#nameOf(id), true)
    if (numberText(node, this.#nodes) !== undefined) {
      const scope = Object.fromEntries(inputs.map((input, k) => ['xyz'.charAt(k), this.#text(input)]))
      const made = this.#source.expression(textOf(node, this.#nodes, true) as string, scope)
      return this.#keep(id, node.dtype === 'bool' ? this.#source.asTruth(made) : this.#source.asNumber(made))
    }
    if (op === 'matmul') return this.#product(id)
    const rule = definition?.ofUser === true ? undefined : RULES[op]
    if (rule !== undefined) return this.#ruled(id, rule)
    if (isScalarNode(node)) return undefined
    if (op === 'section') {
      this.#places[id] = offset(this.pointer(x), startOf(node))
      return []
    }
    if ((op === 'reshape' || op === 'withShape') && !isScalarNode(this.#node(x))) {
      this.#places[id] = this.pointer(x)
      return []
    }
    return this.#filled(id, node, params)
  }

  /** An entry that is a truth where it is one. */
  #entry(dtype: GraphNode['dtype'], text: string): string {
    return dtype === 'bool' ? `(${text} != 0)` : text
  }

  /** The entry at a place that is a value. */
  #entryAt(id: number, entries: string, place: string): string {
    const [x] = this.#node(id).inputs as [number]
    const entry = `${entries}[(int)${place}]`
    if (this.#intervals.areThere(id)) return entry
    const size = this.#sizeOf(x)
    return `(${place} >= 0 && ${place} < ${size} && ${this.#source.call('Math.floor', [place])} == ${place} ? ${entry} : NAN)`
  }

  /** An index that is checked, as a variable or an entry. */
  #checked(id: number, x: string, target: string, isNew: boolean): string[] {
    const node = this.#node(id)
    if (isNew) this.#places[id] = this.#nameOf(id)
    const declared = isNew ? 'dualtape_real ' : ''
    if (this.#intervals.areChecked(id)) return [`${declared}${target} = ${x};`]
    const { shape, axis, span } = node.params as { shape: Shape; axis: number; span: number }
    const [least, most] = rangeOf(node)
    const isThere = `${x} >= ${least} && ${x} <= ${most} && ${this.#source.call('Math.floor', [x])} == ${x}`
    const check = this.#source.call('index', [x, String(whole(shape[axis] as number)), String(whole(span)), `&${target}`])
    return [`${declared}${target} = ${x};`, `if (!(${isThere}) && !${check}) return 2;`]
  }

  /** Statements that fill a tensor with entries of others, or with their product; undefined for other operators. */
  #filled(id: number, node: GraphNode, params: unknown): string[] | undefined {
    const { op, inputs, shape, definition } = node
    const size = sizeOfShape(shape)
    const scalar = (input: number) => isScalarNode(this.#node(input))
    const number = (input: number) => this.#source.asNumber(this.#text(input))
    const open = () => `dualtape_real *const o = ${this.#make(id)};`
    const copy = (to: string, input: number, length: number) => `memcpy(${to}, ${this.pointer(input)}, ${length} * sizeof *o);`
    if (size === 0 && (isInOrder(node) || movementOf(node) !== undefined || op === 'concat')) {
      this.#make(id)
      return []
    }
    if (op === 'stackScalars' || (isInOrder(node) && inputs.every(scalar) && inputs.length === size)) {
      return ['{', open(), ...inputs.map((input, k) => `o[${k}] = ${number(input)};`), '}']
    }
    if (isInOrder(node)) {
      let at = startOf(node)
      const lines = inputs.flatMap(input => {
        const from = at
        const length = this.#sizeOf(input)
        at += length
        if (length === 0) return []
        return [scalar(input) ? `o[${from}] = ${number(input)};` : copy(from === 0 ? 'o' : `o + ${from}`, input, length)]
      })
      const isWhole = startOf(node) === 0 && at === size
      return ['{', open(), ...(isWhole ? [] : [`for (int i = 0; i < ${size}; i++) o[i] = 0;`]), ...lines, '}']
    }
    if (op === 'concat') {
      const { rows, lengths, length } = rowsOf(node, this.#nodes)
      let at = 0
      const lines = inputs.flatMap((input, k) => {
        const [from, own] = [at, lengths[k] as number]
        at += own
        if (own === 0) return []
        if (rows === 1) return [copy(from === 0 ? 'o' : `o + ${from}`, input, own)]
        return [
          '{',
          `const dualtape_real *const x = ${this.pointer(input)};`,
          `for (int r = 0; r < ${rows}; r++) for (int j = 0; j < ${own}; j++) o[${length} * r + ${from} + j] = x[${own} * r + j];`,
          '}',
        ]
      })
      return ['{', open(), ...lines, '}']
    }
    const [x, places] = inputs as [number, number]
    const operand = (name: string, input: number) =>
      scalar(input) ? `const dualtape_real ${name}[1] = {${number(input)}};` : `const dualtape_real *const ${name} = ${this.pointer(input)};`
    if (definition === checkedIndices.definition) {
      const head = operand('x', x)
      return ['{', head, open(), `for (int i = 0; i < ${size}; i++) {`, ...this.#checked(id, 'x[i]', 'o[i]', false), '}', '}']
    }
    if (definition === gatherAt.definition) {
      const heads = [operand('x', x), operand('p', places)]
      return ['{', ...heads, open(), `for (int i = 0; i < ${size}; i++) o[i] = ${this.#entryAt(id, 'x', 'p[i]')};`, '}']
    }
    if (definition === scatterAt.definition) {
      const count = this.#sizeOf(x)
      const row = (params as { fromLast: number }).fromLast || Math.max(count, 1)
      const heads = [operand('x', x), operand('p', places)]
      const rows = `for (int r = ${whole(count - row)}; r >= 0; r -= ${whole(row)}) for (int i = r; i < r + ${whole(row)}; i++) o[(int)p[i]] += x[i];`
      return ['{', ...heads, open(), `for (int i = 0; i < ${size}; i++) o[i] = 0;`, rows, '}']
    }
    const movement = movementOf(node)
    if (movement !== undefined) return ['{', operand('x', x), open(), ...this.#moved(movement, shape, this.#node(x).shape), '}']
    if (op === 'reshape' || op === 'withShape') return ['{', open(), `o[0] = ${number(x)};`, '}']
    return undefined
  }

  /** The loops of an operator that has a rule of its own. */
  #ruled(id: number, rule: (typeof RULES)[string]): string[] {
    const { inputs, shape, params, dtype } = this.#node(id)
    const reserved: [number, number][] = []
    const isNumber = isScalarNode(this.#node(id))
    const name = this.#nameOf(id)
    const heads = inputs.map((input, k) => {
      const own = 'xy'.charAt(k)
      if (!isScalarNode(this.#node(input))) return `const dualtape_real *const ${own} = ${this.pointer(input)};`
      return `const dualtape_real ${own}[1] = {${this.#source.asNumber(this.#text(input))}};`
    })
    const out = `dualtape_real *const o = ${isNumber ? `${name}o` : this.#make(id)};`
    const lines = rule({
      source: this.#source,
      shapes: inputs.map(input => this.#node(input).shape),
      shape,
      params,
      room: size => {
        const at = this.#memory.reserve(size)
        reserved.push([at, size])
        return offset('w', at)
      },
    })
    for (const [at, size] of reserved) this.#memory.free(at, size)
    const block = ['{', ...heads, out, ...lines.flatMap(line => line.split('\n')), '}']
    if (!isNumber) return this.#sizeOf(id) === 0 ? [] : block
    return [`dualtape_real ${name}o[1];`, ...block, ...this.#keep(id, this.#entry(dtype, `${name}o[0]`))]
  }

  /** Entries that move by a table, or by strides where one step after the other is as far. */
  #moved({ gathers, indices }: { gathers: boolean; indices: Int32Array }, to: Shape, from: Shape): string[] {
    const over = gathers ? to : from
    const strided = regular(over, indices)
    const zeros = `for (int i = 0; i < ${sizeOfShape(to)}; i++) o[i] = 0;`
    if (strided !== undefined) {
      const place = indexText(strided.strides, over)
      const far = strided.first === 0 ? place : `${strided.first} + ${place}`
      const each = gathers ? `o[i++] = x[${far}];` : `o[${far}] += x[i++];`
      return [...(gathers ? [] : [zeros]), 'int i = 0;', `${loopsOver(over, 0)} ${each}`]
    }
    const table = this.#source.table(indices, true)
    const count = indices.length
    const isWhole = indices.every(each => each >= 0)
    if (gathers) return [`for (int i = 0; i < ${count}; i++) o[i] = ${isWhole ? '' : `${table}[i] < 0 ? 0 : `}x[${table}[i]];`]
    return [zeros, `for (int i = 0; i < ${count}; i++) ${isWhole ? '' : `if (${table}[i] >= 0) `}o[${table}[i]] += x[i];`]
  }

  /** A matrix product, in the order of the operator's own. */
  #product(id: number): string[] {
    const { inputs } = this.#node(id)
    if (isScalarNode(this.#node(id))) {
      const [x, y] = inputs.map(input => this.pointer(input))
      this.#places[id] = this.#nameOf(id)
      const length = this.#sizeOf(inputs[0] as number)
      const loop = `for (int p = 0; p < ${length}; p++) ${this.#nameOf(id)} += x[p] * y[p];`
      return [`dualtape_real ${this.#nameOf(id)} = 0;`, '{', `const dualtape_real *const x = ${x}, *const y = ${y};`, loop, '}']
    }
    if (this.#sizeOf(id) === 0) {
      this.#make(id)
      return []
    }
    const { m, k, n, pairs } = productOf(inputs.map(input => this.#node(input).shape) as [Shape, Shape])
    const heads = inputs.map((input, i) => `const dualtape_real *const ${'xy'.charAt(i)} = ${this.pointer(input)};`)
    const one = ([x, y, o]: readonly string[]): string[] =>
      n === 1
        ? [
            `for (int i = 0; i < ${m}; i++) {`,
            'dualtape_real sum = 0;',
            `for (int p = 0; p < ${k}; p++) sum += ${x}[${k} * i + p] * ${y}[p];`,
            `${o}[i] = sum;`,
            '}',
          ]
        : [
            `for (int i = 0; i < ${m * n}; i++) ${o}[i] = 0;`,
            `for (int i = 0; i < ${m}; i++) for (int p = 0; p < ${k}; p++) {`,
            `const dualtape_real f = ${x}[${k} * i + p];`,
            `for (int j = 0; j < ${n}; j++) ${o}[${n} * i + j] += f * ${y}[${n} * p + j];`,
            '}',
          ]
    const open = `dualtape_real *restrict const o = ${this.#make(id)};`
    if (pairs.length === 1) return ['{', ...heads, open, ...one(['x', 'y', 'o']), '}']
    const [left, right] = [0, 1].map(side =>
      this.#source.table(
        pairs.map(pair => pair[side] as number),
        true,
      ),
    )
    const items = [
      `for (int item = 0; item < ${pairs.length}; item++) {`,
      `const dualtape_real *const a = x + ${m * k} * ${left}[item], *const b = y + ${k * n} * ${right}[item];`,
      `dualtape_real *restrict const c = o + ${m * n} * item;`,
      ...one(['a', 'b', 'c']),
      '}',
    ]
    return ['{', ...heads, open.replace('restrict ', ''), ...items, '}']
  }

  /** The code of loops. Entry i of their shape has the indices r0, r1, … where some operand needs them. */
  #nest({ shape, steps, sinks }: Nest): string[] {
    const own = new Set(steps)
    const heads = new Set<string>()
    let nested = false
    // What of a position does not change in the innermost loop is computed before it.
    const offsets = new Map<string, string>()
    const index = (name: string, strides: readonly number[]): string => {
      const outer = indexText(strides.slice(0, -1), shape)
      const last = indexText(strides, shape, shape.length - 1)
      if (outer === '0') return last
      offsets.set(name, `const int ${name} = ${outer};`)
      return last === '0' ? name : `${name} + ${last}`
    }
    const value = (at: number): Text => {
      const each = this.#node(at)
      if (isScalarNode(each)) return this.#text(at)
      if (own.has(at)) return { text: `w${at}`, isTruth: each.dtype === 'bool' }
      heads.add(`const dualtape_real *const d${at} = ${this.pointer(at)};`)
      const entry = (position: string): Text => ({ text: this.#entry(each.dtype, `d${at}[${position}]`), isTruth: each.dtype === 'bool' })
      if (sameShape(each.shape, shape)) return entry('i')
      nested ||= sizeOfShape(each.shape) > 1
      return entry(index(`p${at}`, broadcastStrides(each.shape, shape)))
    }
    const body = steps.map(at => {
      const each = this.#node(at)
      const scope = Object.fromEntries(each.inputs.map((input, k) => ['xyz'.charAt(k), value(input)]))
      const made = this.#source.expression(textOf(each, this.#nodes, true) as string, scope)
      const isTruth = each.dtype === 'bool'
      return `const ${isTruth ? 'int' : 'dualtape_real'} w${at} = ${isTruth ? this.#source.asTruth(made) : this.#source.asNumber(made)};`
    })
    const store = (targets: readonly string[], from = 0) => entries(shape, nested, from, [...body, ...targets], [...offsets.values()])
    const [{ id, entry, reduction }] = sinks as [Sink]
    if (reduction === undefined) {
      const outs = sinks.map(sink => `dualtape_real *restrict const o${sink.id} = ${this.#make(sink.id)};`)
      const loops = store(sinks.map(sink => `o${sink.id}[i] = w${sink.id};`))
      return ['{', ...heads, ...outs, ...loops, '}']
    }
    const node = this.#node(id)
    const last = this.#source.asNumber(value(entry))
    const { combine, start, kept } = reduction
    const first = this.#source.number(start)
    const gather = (target: string, more: string) => (combine === '+' ? `${target} += ${more};` : `${target} = ${this.#source.call(combine, [target, more])};`)
    if (node.shape.length === 0) {
      this.#places[id] = this.#nameOf(id)
      const loops = store([gather(this.#nameOf(id), last)])
      return [`dualtape_real ${this.#nameOf(id)} = ${first};`, '{', ...heads, ...loops, '}']
    }
    const strides = broadcastStrides(kept, shape)
    const out = `dualtape_real *restrict const o = ${this.#make(id)};`
    const fill = `for (int k = 0; k < ${this.#sizeOf(id)}; k++) o[k] = ${first};`
    if (sizeOfShape(shape) === 0) return ['{', out, fill, '}']
    nested = true
    // Axes that are reduced behind all that are kept go into one number first. Terms are taken in the operator's own order.
    const keptUpTo = shape.reduce((after, length, axis) => (length > 1 && strides[axis] !== 0 ? axis + 1 : after), 0)
    const inOrder = shape.every((length, axis) => axis >= keptUpTo || length === 1 || strides[axis] !== 0)
    const inner = inOrder ? keptUpTo : shape.length
    const isWhole = inner === shape.length
    const to = `o[${isWhole ? index(`p${id}`, strides) : indexText(strides, shape)}]`
    if (isWhole) return ['{', ...heads, out, fill, ...store([gather(to, last)]), '}']
    const inside = [`dualtape_real all = ${first};`, ...store([gather('all', last)], inner), gather(to, 'all')]
    const loops = inner === 0 ? ['{', ...inside, '}'] : [`${loopsOver(shape.slice(0, inner), 0)} {`, ...inside, '}']
    const counts = readsPlace(loops) && inner > 0
    return ['{', ...heads, out, fill, ...(counts ? ['int i = 0;'] : []), ...loops, '}']
  }

  /** A loop of the graph. */
  #rounds(id: number): string[] {
    const { inputs, params } = this.#node(id)
    const arrivals = this.#arrivals.of.get(id) ?? []
    const out = this.#make(id)
    const sums = arrivals.map(each => ({ to: this.#make(each.id), size: this.#sizeOf(each.id), entries: each.entries, places: each.places }))
    return roundLines(params as LoopParams, {
      own: this.#nameOf(id),
      out,
      sums,
      memory: this.#memory,
      read: position => {
        const input = inputs.at(position) as number
        return isScalarNode(this.#node(input)) ? this.read(input) : this.pointer(input)
      },
      within: (graph, prefix, given) => new Steps(this.#source, this.#memory, graph, given, prefix, new Intervals(graph, this.#intervals.givenIn(id))),
    })
  }

  /** Loops that were found among steps on numbers. */
  #rolled(id: number): string[] {
    const { inputs, params } = this.#node(id)
    const { program, sources } = params as RolledParams
    const own = this.#nameOf(id)
    const reserved: [number, number][] = []
    const room = (size: number) => {
      const at = this.#memory.reserve(size)
      reserved.push([at, size])
      return `w + ${at}`
    }
    const heads = sources.map(({ operands, isTensor, size }, k) => {
      const name = `${own}s${k}`
      const operand = (position: number) => inputs[operands[position] as number] as number
      if (isTensor && operands.length === 1) return `const dualtape_real *const ${name} = ${this.pointer(operand(0))};`
      const list = isTensor ? undefined : listOf(operands.map((_, i) => this.read(operand(i))))
      if (list !== undefined) return `const dualtape_real *const ${name} = ${list};`
      const lines = [`dualtape_real *const ${name} = ${room(size)};`]
      operands.forEach((_, i) => {
        const length = size / operands.length
        lines.push(
          isTensor
            ? `memcpy(${name} + ${i * length}, ${this.pointer(operand(i))}, ${length} * sizeof *${name});`
            : `${name}[${i}] = ${this.#source.asNumber(this.#text(operand(i)))};`,
        )
      })
      return lines.join('\n')
    })
    const memory = `${own}m`
    if (program.memory > 0) heads.push(`dualtape_real *const ${memory} = ${room(program.memory)};`)
    const out = `${own}o`
    const lines = ['{', `dualtape_real *const ${out} = ${this.#make(id)};`, ...heads, ...rolledLines(program, this.#source, { own, out, memory }), '}']
    for (const [at, size] of reserved) this.#memory.free(at, size)
    return lines
  }
}

/** Where a list begins whose entries these are, one after the other. */
function listOf(entries: readonly string[]): string | undefined {
  const [first, ...rest] = entries.map(each => /^(\w+)\[(\d+)\]$/.exec(each))
  if (first === null || first === undefined) return undefined
  const [, name, start] = first
  return rest.every((each, i) => each !== null && each[1] === name && Number(each[2]) === Number(start) + i + 1) ? `${name} + ${start}` : undefined
}

/** The heads of loops over axes, the first of which is axis `from` of a shape. */
function loopsOver(lengths: Shape, from: number): string {
  return lengths.map((length, k) => `for (int r${from + k} = 0; r${from + k} < ${whole(length)}; r${from + k}++)`).join(' ')
}

/** Loops over axes from one on to the last, with statements before the innermost. */
function nestOf(shape: Shape, from: number, before: readonly string[], inside: readonly string[]): string[] {
  const last = shape.length - 1
  const innermost = [`${loopsOver(shape.slice(last), last)} {`, ...inside, '}']
  if (before.length === 0) return [`${loopsOver(shape.slice(from, last), from)} ${innermost[0]}`.trim(), ...innermost.slice(1)]
  return [`${loopsOver(shape.slice(from, last), from)} {`.trim(), ...before, ...innermost, '}']
}

/** Statements for each entry of a shape from axis `from` on: one loop, or one for each axis. The entry's own place is i. */
function entries(shape: Shape, nested: boolean, from: number, statements: readonly string[], before: readonly string[]): string[] {
  if (!nested) return [`for (int i = 0; i < ${sizeOfShape(shape)}; i++) {`, ...statements, '}']
  const isCounted = readsPlace(statements)
  const inside = isCounted ? [...statements, 'i++;'] : statements
  if (from === shape.length) return ['{', ...inside, '}']
  return [...(isCounted && from === 0 ? ['int i = 0;'] : []), ...nestOf(shape, from, before, inside)]
}

function readsPlace(statements: readonly string[]): boolean {
  return statements.some(each => /\bi\b/.test(each))
}

/** Strides with which positions for the entries of a shape in order are sums over its axes, and the first; undefined if there are none. */
function regular(shape: Shape, positions: Int32Array): { first: number; strides: number[] } | undefined {
  const near = stridesOf(shape)
  const first = positions[0] ?? -1
  if (first < 0 || shape.length === 0) return undefined
  const strides = shape.map((length, axis) => (length > 1 ? (positions[near[axis] as number] as number) - first : 0))
  const fits = positions.every((each, i) => {
    let [rest, place] = [i, first]
    near.forEach((stride, axis) => {
      place += Math.floor(rest / stride) * (strides[axis] as number)
      rest %= stride
    })
    return each === place
  })
  return fits ? { first, strides } : undefined
}

/** Where entries from one on begin. */
function offset(pointer: string, start: number): string {
  const [, name = pointer, from = '0'] = /^(\w+) \+ (\d+)$/.exec(pointer) ?? []
  const at = Number(from) + whole(start)
  return at === 0 ? name : `${name} + ${at}`
}

function entryOf(pointer: string, position: number): string {
  const [, name, at] = /^(\w+)(?: \+ (\d+))?$/.exec(offset(pointer, position)) ?? []
  return name === undefined ? `(${pointer})[${whole(position)}]` : `${name}[${at ?? 0}]`
}
