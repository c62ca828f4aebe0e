import { sizeOfShape } from '../../core/shape.ts'
import type { Graph, GraphNode } from '../../graph/graph.ts'
import { type LoopParams, layoutOf } from '../../graph/loop/parts.ts'
import { writeExpression } from './expressions.ts'
import { join, writeSection } from './rules.ts'
import type { ModelWriter, Ref } from './writer.ts'

/** Writes the steps of a graph from its inputs; gives its outputs. */
type WriteGraph = (to: ModelWriter, graph: Graph, inputs: readonly Ref[]) => Ref[]

/** A loop whose parts are known by where they stand in its flat result, one after the other. */
export class LoopResult {
  readonly #parts: readonly { readonly start: number; readonly length: number; readonly ref: Ref }[]

  constructor(parts: readonly { readonly start: number; readonly length: number; readonly ref: Ref }[]) {
    this.#parts = parts
  }

  /** Entries from a position on: of the part that has them all, where there is one. */
  section(to: ModelWriter, start: number, shape: readonly number[]): Ref {
    const end = start + sizeOfShape(shape)
    const part = this.#parts.find(each => each.start <= start && end <= each.start + each.length)
    return part === undefined ? writeSection(to, this.whole(to), start, shape) : writeSection(to, to.asFloat(part.ref), start - part.start, shape)
  }

  whole(to: ModelWriter): Ref {
    const parts = this.#parts.filter(({ length }) => length > 0)
    return join(
      to,
      parts.map(({ ref }) => to.flat(to.asFloat(ref))),
      [parts.reduce((sum, { length }) => sum + length, 0)],
    )
  }
}

/** A loop of a graph as a `Scan`, where its rounds are known, else as a `Loop`. */
export function writeLoop(to: ModelWriter, { params }: GraphNode, operands: readonly Ref[], writeGraph: WriteGraph): LoopResult {
  const loop = params as LoopParams
  const { body, carries, items, count, reverse, condition, bounded } = loop
  const layout = layoutOf(loop)
  const constants = operands.slice(carries + items, bounded ? -1 : undefined)
  const initial = operands.slice(0, carries).map((each, k) => kindOf(to, body, k + 1, each))
  const given = operands.slice(carries, carries + items)
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
  const collected = results.slice(carries).map(leave)
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
  const full = (ref: Ref) => (rounds === undefined ? ref : padRows(to, reverse ? turned(to, ref) : ref, rounds, count))
  const counted = condition === undefined ? [] : [{ start: layout.rounds, length: 1, ref: to.asFloat(rounds as Ref) }]
  const parts = layout.regions.map(({ start, length }, k) => ({ start, length, ref: k < carries ? (finals[k] as Ref) : full(series[k - carries] as Ref) }))
  return new LoopResult([...counted, ...parts])
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
