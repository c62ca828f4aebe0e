import type { Definition } from '../../core/definition.ts'
import { sizeOfShape } from '../../core/shape.ts'
import { type ElementwiseDefinition, elementwiseByCode } from '../../ops/kinds/elementwise.ts'
import { pick } from '../../ops/pick.ts'
import { section } from '../../ops/sections.ts'
import { Graph, type GraphNode, type Guard } from '../graph.ts'
import type { ListUse } from '../lists.ts'
import { FEWEST_STEPS } from '../trace.ts'
import { findLoops } from './find.ts'
import { Lowering } from './lower.ts'
import { TooIrregular } from './memory.ts'
import { outlined } from './outline.ts'
import type { Program } from './program.ts'
import { type RolledParams, rolled, sizeOf, startsOf } from './rolled.ts'
import { CONSTANT, Forms, MOST_KINDS, NUMBER, Pool, packKinds, Sequence, SOURCE, STEP } from './sequence.ts'
import { type Acts, treeOf } from './tree.ts'

/** A trace, as far as loops are looked for in it. */
export interface Steps {
  readonly count: number
  readonly arena: { readonly codes: ArrayLike<number>; readonly sources: ArrayLike<number>; readonly partials: ArrayLike<number> }
  readonly guards: readonly Guard[]
  node(id: number, place?: ArrayLike<number>): GraphNode
  operandsOf(id: number): readonly number[]
  definitionOf(id: number): Definition | undefined
  paramsOf(id: number): unknown
  constantOf(id: number): unknown
  shapeOf(id: number): readonly number[]
  isMask(id: number): boolean
}

/** An argument: a number or a tensor, or a list of numbers. */
export type Argument =
  | { readonly input: number }
  | { readonly length: number; readonly entries: ReadonlyMap<number, number>; readonly whole: number | undefined }

/** Results: single steps, and lists of steps. */
export type Output = number | readonly number[]

/** A graph with a step that is loops. */
export interface Rerolled {
  readonly graph: Graph
  readonly lists: readonly ListUse[]
}

/** Traces that loops do not make shorter by this factor stay as they are. */
const SHORTER_BY = 3
/** Of what repeats in no order this factor: it is read and put by tables, and short straight code is faster. */
const SHORTER_BY_TABLES = 10
/** And times the steps of the shortest traces that are looked at for loops. */
const LONGER_FOR_TABLES = 5
/** Operations in all loops together at most. */
const MOST_OPERATIONS = 4000

const OUT_FROM = 1 << 16
const ASK_TRUE = OUT_FROM - 1
const ASK_FALSE = OUT_FROM - 2

/**
 * The graph of a trace in which steps on numbers stand as loops; where there are none to speak of, why. Outputs of the graph are those
 * given: a list is one tensor. Traces of fewer than `fewest` steps are not looked at.
 */
export function reroll(steps: Steps, args: readonly Argument[], outputs: readonly Output[], fewest = FEWEST_STEPS): Rerolled | string {
  if (steps.count < fewest) return few(steps.count, fewest)
  const region = regionOf(steps, outputs)
  if (region === undefined) return 'No loops: steps on numbers read what tensors made of others give, so that they do not stand together.'
  const found = new Reroller(steps, args, outputs, region)
  try {
    return found.run(fewest)
  } catch (error) {
    if (error instanceof TooIrregular) return `No loops: ${error.message}.`
    throw error
  }
}

const isTooLong = ({ operations, steps }: Program, shorterBy = SHORTER_BY) => operations > MOST_OPERATIONS || operations * shorterBy > steps

const few = (count: number, fewest: number) => `No loops: the trace has ${count} steps, and fewer than ${fewest} are not looked at.`

const INPUT = -2
const TENSOR = 2

/** What becomes of a step. */
const UNUSED = 0
const NUMBERS = 1
const BEFORE = 2
const AFTER = 3
const PICKED = 4

/** Which steps are needed, and on which side of the loops they stand; undefined where tensors stand between. */
function regionOf(steps: Steps, outputs: readonly Output[]): Uint8Array | undefined {
  const { codes, sources, partials } = steps.arena
  const part = new Uint8Array(steps.count)
  const need = (id: number) => {
    part[id] = BEFORE
  }
  for (const output of outputs) {
    if (typeof output === 'number') need(output)
    else output.forEach(need)
  }
  for (const { node } of steps.guards) need(node)
  for (let id = steps.count - 1; id >= 0; id--) {
    if (part[id] === UNUSED) continue
    if ((codes[id] as number) > 0) {
      const { arity } = elementwiseByCode[codes[id] as number] as ElementwiseDefinition
      need(sources[2 * id] as number)
      if (arity > 1) need(sources[2 * id + 1] as number)
      if (arity > 2) need(partials[2 * id] as number)
    } else for (const operand of steps.operandsOf(id)) need(operand)
  }
  const isAfter = (id: number) => part[id] === AFTER
  for (let id = 0; id < steps.count; id++) {
    if (part[id] === UNUSED || codes[id] === INPUT || codes[id] === -1) continue
    if ((codes[id] as number) > 0 && partials[2 * id + 1] !== TENSOR) {
      const { arity } = elementwiseByCode[codes[id] as number] as ElementwiseDefinition
      const after =
        isAfter(sources[2 * id] as number) || (arity > 1 && isAfter(sources[2 * id + 1] as number)) || (arity > 2 && isAfter(partials[2 * id] as number))
      if (after) return undefined
      part[id] = NUMBERS
      continue
    }
    const operands = steps.operandsOf(id)
    if (operands.some(each => part[each] === AFTER || part[each] === NUMBERS)) part[id] = AFTER
    else part[id] = steps.definitionOf(id) === pick.definition ? PICKED : BEFORE
  }
  return part
}

/** Lists of one length that follow each other in the results. */
interface Out {
  readonly length: number
  readonly lists: (readonly number[])[]
}

class Reroller {
  readonly #steps: Steps
  readonly #args: readonly Argument[]
  readonly #outputs: readonly Output[]
  readonly #part: Uint8Array
  /** For each input that is an entry of a list its list, plus 1, and its position among the numbers of the lists in its group. */
  readonly #listOf: Int32Array
  readonly #positions: Int32Array
  /** Lists of one length that follow each other are a group, by the first of them: rows of a matrix. */
  readonly #groups: number[] = []
  readonly #pool = new Pool()
  readonly #forms = new Forms()
  #lengthOf(list: number): number {
    return (this.#args[list] as { length: number }).length
  }

  /** Sources by key: lists by negative numbers, tensors by their steps; 'numbers' is for single numbers. */
  readonly #sources = new Map<number | 'numbers', number>()
  readonly #numbers: number[] = []
  readonly #numberPlaces = new Map<number, number>()
  readonly #lengths: number[] = []

  constructor(steps: Steps, args: readonly Argument[], outputs: readonly Output[], part: Uint8Array) {
    this.#steps = steps
    this.#args = args
    this.#outputs = outputs
    this.#part = part
    this.#listOf = new Int32Array(steps.count)
    this.#positions = new Int32Array(steps.count)
    args.forEach((arg, list) => {
      if ('input' in arg) return
      const before = args[list - 1]
      const joins = before !== undefined && !('input' in before) && before.length === arg.length
      this.#groups[list] = joins ? (this.#groups[list - 1] as number) : list
      const start = (list - (this.#groups[list] as number)) * arg.length
      for (const [position, id] of arg.entries) {
        this.#listOf[id] = list + 1
        this.#positions[id] = start + position
      }
    })
  }

  #source(key: number | 'numbers'): number {
    let source = this.#sources.get(key)
    if (source === undefined) {
      source = this.#sources.size
      this.#sources.set(key, source)
    }
    if (SOURCE + source >= MOST_KINDS) throw new TooIrregular(`numbers come from more than ${MOST_KINDS} places`)
    return SOURCE + source
  }

  run(fewest: number): Rerolled | string {
    const steps = this.#steps
    const { codes, sources, partials } = steps.arena
    const part = this.#part
    let count = 0
    const numberOf = new Int32Array(steps.count)
    for (let id = 0; id < steps.count; id++) if (part[id] === NUMBERS) numberOf[id] = count++
    if (count < FEWEST_STEPS) return few(count, FEWEST_STEPS)
    // What others than the loops read of them are results, too.
    const singles: number[] = []
    const singlePlaces = new Map<number, number>()
    const single = (id: number) => {
      if (part[id] !== NUMBERS || singlePlaces.has(id)) return
      if (steps.isMask(id)) throw new TooIrregular('a truth is read outside them')
      singlePlaces.set(id, singles.push(id) - 1)
    }
    for (const output of this.#outputs) if (typeof output === 'number') single(output)
    for (let id = 0; id < steps.count; id++) if (part[id] === AFTER) for (const each of steps.operandsOf(id)) single(each)
    for (const { node } of steps.guards) if (part[node] === AFTER) for (const each of steps.operandsOf(node)) single(each)
    if (singles.length > MOST_OPERATIONS) return `No loops: ${singles.length} numbers are read by steps on tensors one by one.`
    const guards = new Map(steps.guards.map(guard => [guard.node, guard]))
    const lists = this.#outputs.filter(output => typeof output !== 'number')
    const outs: Out[] = []
    for (const ids of [...lists, ...(singles.length > 0 ? [singles] : [])]) {
      const last = outs.at(-1)
      if (last?.length === ids.length && ids !== singles) last.lists.push(ids)
      else outs.push({ length: ids.length, lists: [ids] })
    }
    const sequence = new Sequence(count + guards.size + outs.reduce((sum, { length, lists: own }) => sum + length * own.length, 0))
    /** Kind and number of what is read: by assignment, since code that runs once for each step of a trace is not yet optimised. */
    let kind = 0
    let number = 0
    const look = (id: number) => {
      const list = this.#listOf[id] as number
      if (part[id] === NUMBERS) {
        kind = STEP
        number = numberOf[id] as number
      } else if (list > 0) {
        kind = this.#source(-1 - (this.#groups[list - 1] as number))
        number = this.#positions[id] as number
      } else if (part[id] === PICKED) {
        kind = this.#source(steps.operandsOf(id)[0] as number)
        number = (steps.paramsOf(id) as { position: number }).position
      } else if (codes[id] === -1) {
        kind = CONSTANT
        number = this.#pool.single(steps.constantOf(id) as number | boolean)
      } else {
        kind = this.#source('numbers')
        number = this.#numberPlaces.get(id) ?? this.#numbers.push(id) - 1
        this.#numberPlaces.set(id, number)
      }
    }
    for (let id = 0; id < steps.count; id++) {
      if (part[id] !== NUMBERS) continue
      const code = codes[id] as number
      const { arity } = elementwiseByCode[code] as ElementwiseDefinition
      look(sources[2 * id] as number)
      const k0 = kind
      const n0 = number
      let k1 = 0
      let n1 = 0
      let k2 = 0
      if (arity > 1) {
        look(sources[2 * id + 1] as number)
        k1 = kind
        n1 = number
      }
      if (arity > 2) {
        look(partials[2 * id] as number)
        k2 = kind
      }
      sequence.begin(2 * code + (steps.isMask(id) ? 1 : 0), packKinds(k0, k1, k2), 1)
      sequence.push(n0)
      if (arity > 1) sequence.push(n1)
      if (arity > 2) sequence.push(number)
      const guard = guards.get(id)
      if (guard === undefined) continue
      sequence.begin(guard.expected ? ASK_TRUE : ASK_FALSE, packKinds(STEP, 0, 0), 0)
      sequence.push(numberOf[id] as number)
    }
    outs.forEach(({ length, lists: own }, out) => {
      own.flat().forEach((id, i) => {
        if (steps.isMask(id)) throw new TooIrregular('a result is a truth')
        if (part[id] === AFTER) throw new TooIrregular('a list of results holds what steps on tensors make of theirs')
        look(id)
        sequence.begin(OUT_FROM + out, packKinds(NUMBER, kind, 0), 0)
        sequence.push(i)
        sequence.push(number)
      })
      this.#lengths.push(length * own.length)
    })
    const acts: Acts = {
      isOut: key => key >= OUT_FROM,
      actOf: (key, index) => {
        if (key >= OUT_FROM) return { kind: 'out', out: key - OUT_FROM, at: index as NonNullable<typeof index> }
        if (key === ASK_TRUE || key === ASK_FALSE) return { kind: 'guard', expected: key === ASK_TRUE, op: '' }
        return { kind: 'operator', definition: elementwiseByCode[key >> 1] as ElementwiseDefinition, isBoolean: (key & 1) === 1 }
      },
    }
    const program = this.#regular(sequence, acts, count)
    if (typeof program === 'object') return this.#graph(program, singlePlaces, guards)
    const irregular = count < LONGER_FOR_TABLES * fewest ? undefined : this.#irregular(sequence, acts, count)
    return irregular === undefined ? program : this.#graph(irregular, singlePlaces, guards)
  }

  /** Loops, in the order of the steps; why there are none. */
  #regular(sequence: Sequence, acts: Acts, count: number): Program | string {
    const found = findLoops(sequence, this.#pool, this.#forms)
    if (found.length > 2 * MOST_OPERATIONS) return `No loops: of ${count} steps on numbers ${found.length} would be left outside loops.`
    try {
      const program = new Lowering(treeOf(found, this.#pool, this.#forms, acts)).program(this.#lengths, count)
      if (!isTooLong(program)) return program
      return `No loops: ${count} steps on numbers would become ${program.operations} in and outside loops.`
    } catch (error) {
      if (error instanceof TooIrregular) return `No loops: ${error.message}.`
      throw error
    }
  }

  /** What repeats in no order, as loops. */
  #irregular(sequence: Sequence, acts: Acts, count: number): Program | undefined {
    const root = outlined(sequence, this.#pool, acts)
    const program = root && new Lowering(root).program(this.#lengths, count)
    return program === undefined || isTooLong(program, SHORTER_BY_TABLES) ? undefined : program
  }

  #graph(program: RolledParams['program'], singlePlaces: ReadonlyMap<number, number>, guards: ReadonlyMap<number, Guard>): Rerolled {
    const steps = this.#steps
    const nodes: GraphNode[] = []
    const push = (node: GraphNode) => nodes.push(node) - 1
    /** Where steps that stand in the graph are, or −1. */
    const place = new Int32Array(steps.count).fill(-1)
    const inputs: number[] = []
    const uses: ListUse[] = []
    const wholes: (number | undefined)[] = []
    this.#args.forEach((arg, list) => {
      if ('input' in arg) {
        place[arg.input] = push(steps.node(arg.input))
        inputs.push(place[arg.input] as number)
        return
      }
      // Of a group all lists are read, or none.
      const group = this.#args.filter((each, k) => !('input' in each) && this.#groups[k] === this.#groups[list]) as Exclude<Argument, { input: number }>[]
      const isRead = group.some(each => each.whole !== undefined || each.entries.size > 0)
      uses.push({ whole: isRead, positions: [] })
      if (!isRead) return
      wholes[list] = push({ op: 'input', inputs: [], shape: [arg.length], dtype: 'float64' })
      inputs.push(wholes[list] as number)
      if (arg.whole !== undefined) place[arg.whole] = wholes[list] as number
    })
    const read = (tensor: number, position: number) =>
      push({ op: 'pick', definition: pick.definition, inputs: [tensor], params: { position }, shape: [], dtype: 'float64' })
    let loops = -1
    const starts = startsOf(program)
    const lastOut = starts[program.outs.length - 1] as number
    /** The place of a step, which is there from now on. */
    const at = (id: number): number => {
      if ((place[id] as number) >= 0) return place[id] as number
      const list = this.#listOf[id] as number
      if (list > 0)
        place[id] = read(
          wholes[list - 1] as number,
          (this.#positions[id] as number) - (list - 1 - (this.#groups[list - 1] as number)) * this.#lengthOf(list - 1),
        )
      else if (this.#part[id] === NUMBERS) place[id] = read(loops, lastOut + (singlePlaces.get(id) as number))
      else {
        for (const operand of steps.operandsOf(id)) at(operand)
        place[id] = push(steps.node(id, place))
      }
      return place[id] as number
    }
    for (let id = 0; id < steps.count; id++) if (this.#part[id] === BEFORE && steps.arena.codes[id] !== INPUT && steps.arena.codes[id] !== -1) at(id)
    const operands: number[] = []
    const sources = [...this.#sources.keys()].map(key => {
      const ids =
        key === 'numbers'
          ? this.#numbers.map(at)
          : key < 0
            ? wholes.filter((_, list) => this.#groups[list] === -1 - key).map(each => each as number)
            : [at(key)]
      const own = ids.map(id => operands.push(id) - 1)
      const size = ids.reduce((sum, id) => sum + sizeOfShape((nodes[id] as GraphNode).shape), 0)
      return { operands: own, isTensor: key !== 'numbers', size }
    })
    const size = sizeOf(program)
    const params: RolledParams = { program, sources }
    loops = push({ op: 'rolled', definition: rolled, inputs: operands, params, shape: [size], dtype: 'float64' })
    const kept: Guard[] = []
    for (const guard of steps.guards) if (this.#part[guard.node] !== NUMBERS) kept.push({ ...guard, node: at(guard.node) })
    const asked = [...guards.keys()].some(id => this.#part[id] === NUMBERS)
    if (asked) kept.push({ node: read(loops, size - 1), expected: true, op: [...guards.values()][0]?.op as string })
    let next = 0
    const outputs = this.#outputs.map(output => {
      if (typeof output === 'number') return at(output)
      const start = next
      next += output.length
      return push({
        op: 'section',
        definition: section.definition,
        inputs: [loops],
        params: { start, shape: [output.length] },
        shape: [output.length],
        dtype: 'float64',
      })
    })
    return { graph: new Graph(nodes, inputs, outputs, kept), lists: uses }
  }
}
