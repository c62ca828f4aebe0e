import { sizeOfShape } from '../../core/shape.ts'
import type { Graph, GraphNode } from '../../graph/graph.ts'
import { type LoopParams, layoutOf, type Region } from '../../graph/loop/parts.ts'
import { writeExpression } from './expressions.ts'
import { join, writeSection } from './rules.ts'
import type { ModelWriter, Ref } from './writer.ts'

/** Writes the steps of a graph from its inputs; gives its outputs. */
type WriteGraph = (to: ModelWriter, graph: Graph, inputs: readonly Ref[]) => Ref[]

/** A loop whose parts are known by where they stand in its flat result. */
export class LoopResult {
  readonly #parts: readonly { readonly start: number; readonly end: number; readonly read: () => Ref }[]
  readonly #size: number

  constructor(parts: readonly { start: number; size: number; read: () => Ref }[], size: number) {
    const made = new Map<number, Ref>()
    this.#size = size
    this.#parts = parts.map(({ start, size, read }, i) => ({
      start,
      end: start + size,
      read: () => {
        const known = made.get(i) ?? read()
        made.set(i, known)
        return known
      },
    }))
  }

  /** Entries from a position on. The narrowest part that has them all is read. */
  section(to: ModelWriter, start: number, shape: readonly number[]): Ref {
    const end = start + sizeOfShape(shape)
    const holding = this.#parts.filter(part => part.start <= start && end <= part.end)
    const [part] = holding.sort((a, b) => a.end - a.start - (b.end - b.start))
    if (part === undefined) return writeSection(to, this.whole(to), start, shape)
    return writeSection(to, to.asFloat(part.read()), start - part.start, shape)
  }

  whole(to: ModelWriter): Ref {
    const parts: Ref[] = []
    for (let at = 0; at < this.#size; ) {
      const part = this.#parts.filter(each => each.start === at).sort((a, b) => b.end - a.end)[0] as { end: number; read: () => Ref }
      if (part.end > at) parts.push(to.flat(to.asFloat(part.read())))
      at = Math.max(part.end, at + (part.end === at ? 1 : 0))
    }
    return join(to, parts, [this.#size])
  }
}

/** A loop of a graph as a `Scan`, where its rounds are known, else as a `Loop`. */
export function writeLoop(to: ModelWriter, { params }: GraphNode, operands: readonly Ref[], writeGraph: WriteGraph): LoopResult {
  const loop = params as LoopParams
  const { body, carries, items, count, reverse, condition, bounded, states } = loop
  const layout = layoutOf(loop)
  const constants = operands.slice(carries + items, bounded ? -1 : undefined)
  const initial = operands.slice(0, carries).map((each, k) => kindOf(to, body, k + 1, each))
  const given = operands.slice(carries, carries + items)
  const outputs = body.outputs.slice(carries).map(id => body.nodes[id] as GraphNode)
  const isScan = condition === undefined && !bounded && count > 0
  const inner = to.within()
  const round: Ref = { name: inner.fresh(), type: 'int64', shape: [] }
  const before = initial.map((each): Ref => ({ ...each, name: inner.fresh() }))
  const scanned = given.map((each): Ref => ({ ...each, name: inner.fresh(), shape: each.shape.slice(1) }))
  const index = reverse && !isScan ? inner.op('Sub', [lastRound(to, loop, operands), round], []) : round
  const rows = isScan ? scanned : given.map(each => inner.op('Gather', [each, index], each.shape.slice(1), { axis: 0 }))
  const kinds = rows.map((each, k) => kindOf(inner, body, 1 + carries + k, each))
  const results = writeGraph(inner, body, [inner.asFloat(index), ...before, ...kinds, ...constants])
  const after = results.slice(0, carries)
  // What leaves a graph has a name of its own there.
  const leave = (ref: Ref): Ref => {
    const name = inner.fresh()
    inner.node('Identity', [ref.name], [name])
    return { ...ref, name }
  }
  const collected = [...after.filter((_, k) => states[k]), ...results.slice(carries)].map(leave)
  const finals = after.map((each): Ref => ({ ...each, name: to.fresh() }))
  const series = collected.map((each): Ref => ({ ...each, name: to.fresh(), shape: [count, ...each.shape] }))
  const carried = after.map(leave)
  let rounds: Ref | undefined
  if (isScan) {
    const graph = inner.graph(
      'round',
      [round, ...before, ...scanned].slice(1).map(each => inner.info(each)),
      [...carried, ...collected].map(each => inner.info(each)),
    )
    const numbers = to.integers(Array.from({ length: count }, (_, i) => i))
    graph.input.push(inner.info(round))
    const directions = reverse ? 1 : 0
    to.node(
      'Scan',
      [...initial, ...given, numbers].map(each => each.name),
      [...finals, ...series].map(each => each.name),
      {
        body: graph,
        num_scan_inputs: items + 1,
        scan_input_directions: new Array<number>(items + 1).fill(directions),
        scan_output_directions: new Array<number>(series.length).fill(directions),
      },
    )
  } else {
    const asked = (within: ModelWriter, at: Ref, state: readonly Ref[]): Ref =>
      condition === undefined
        ? within.truths([1], [])
        : within.asBool(writeGraph(within, condition, [within.asFloat(at), ...state, ...kinds, ...constants])[0] as Ref)
    const next = inner.op('Add', [round, inner.integers([1], [])], [])
    const goesOn = leave(asked(inner, next, after))
    const more: Ref = { name: inner.fresh(), type: 'bool', shape: [] }
    const counter: Ref = { name: inner.fresh(), type: 'int64', shape: [] }
    const graph = inner.graph(
      'round',
      [round, more, counter, ...before].map(each => inner.info(each)),
      [goesOn, leave(next), ...carried, ...collected].map(each => inner.info(each)),
    )
    const first = condition === undefined ? to.truths([1], []) : asked(to, to.integers([0], []), initial)
    rounds = { name: to.fresh(), type: 'int64', shape: [] }
    to.node(
      'Loop',
      [mostRounds(to, loop, operands), first, to.integers([0], []), ...initial].map(each => each.name),
      [rounds, ...finals, ...series].map(each => each.name),
      { body: graph },
    )
  }
  const seriesOf = new Map<number, Ref>()
  let at = 0
  states.forEach((all, k) => {
    if (all) seriesOf.set(k, series[at++] as Ref)
  })
  const full = (ref: Ref) => (rounds === undefined ? ref : padRows(to, reverse ? turned(to, ref) : ref, rounds, count))
  const parts: { start: number; size: number; read: () => Ref }[] = []
  layout.carries.forEach(({ start, size, all, last }, k) => {
    const final = finals[k] as Ref
    parts.push({ start: last, size, read: () => final })
    if (!all) return
    const own = seriesOf.get(k) as Ref
    const first = to.reshape(initial[k] as Ref, [1, ...(initial[k] as Ref).shape])
    parts.push({ start, size: (count + 1) * size, read: () => statesOf(to, own, first, final, rounds, loop) })
  })
  layout.outputs.forEach(({ start, size }: Region, k) => {
    const own = series[at + k] as Ref
    if (outputs[k] !== undefined) parts.push({ start, size: size * count, read: () => full(own) })
  })
  if (condition !== undefined) parts.push({ start: layout.rounds, size: 1, read: () => to.asFloat(rounds as Ref) })
  return new LoopResult(parts, layout.size)
}

/** A value as the kind that an input of the body is. */
function kindOf(to: ModelWriter, { nodes, inputs }: Graph, input: number, ref: Ref): Ref {
  return nodes[inputs[input] as number]?.dtype === 'bool' ? to.asBool(ref) : to.asFloat(ref)
}

/** How many rounds there are at most: of a bounded loop, as the last operand says. */
function mostRounds(to: ModelWriter, { bounded, count }: LoopParams, operands: readonly Ref[]): Ref {
  if (!bounded) return to.integers([count], [])
  const wanted = writeExpression(to, 'loop', `n>0?Math.floor(Math.min(n,${count})):0`, { n: to.asFloat(operands.at(-1) as Ref) })
  return to.asInteger(wanted)
}

function lastRound(to: ModelWriter, loop: LoopParams, operands: readonly Ref[]): Ref {
  return to.op('Sub', [mostRounds(to, loop, operands), to.integers([1], [])], [])
}

/** The rows in reverse order. */
function turned(to: ModelWriter, x: Ref): Ref {
  return to.op('Slice', [x, ...[[-1], [-(2 ** 31)], [0], [-1]].map(each => to.integers(each))], x.shape)
}

/** Rows of zeros behind those that rounds have made, so that there are `count`. */
function padRows(to: ModelWriter, x: Ref, made: Ref, count: number): Ref {
  const rank = x.shape.length
  const missing = to.reshape(to.op('Sub', [to.integers([count], []), made], []), [1])
  const pads = to.op('Concat', [to.integers(new Array<number>(rank).fill(0)), missing, to.integers(new Array<number>(rank - 1).fill(0))], [2 * rank], {
    axis: 0,
  })
  const padded = to.op('Pad', [to.asFloat(x), pads], [count, ...x.shape.slice(1)])
  return padded
}

/** All states in the order of rounds: see `Layout`. */
function statesOf(to: ModelWriter, own: Ref, first: Ref, final: Ref, rounds: Ref | undefined, { count, reverse }: LoopParams): Ref {
  const shape = [count + 1, ...first.shape.slice(1)]
  const [a, b] = [to.asFloat(first), to.asFloat(own)]
  if (rounds === undefined) return to.op('Concat', reverse ? [b, a] : [a, b], shape, { axis: 0 })
  const joined = to.op('Concat', reverse ? [turned(to, b), a] : [a, b], shape, { axis: 0 })
  const made = to.op('Add', [rounds, to.integers([1], [])], [])
  const all = padRows(to, joined, made, count + 1)
  if (reverse) return all
  // The last state has its place at the end, however many rounds there were.
  const start = to.op('Slice', [all, to.integers([0]), to.integers([count]), to.integers([0])], [count, ...shape.slice(1)])
  return to.op('Concat', [start, to.reshape(to.asFloat(final), [1, ...shape.slice(1)])], shape, { axis: 0 })
}
