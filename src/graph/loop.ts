import { vmap } from '../batch/vmap.ts'
import type { Definition, LinearMap } from '../core/definition.ts'
import { atLevel, dispatch, shapeOf } from '../core/dispatch.ts'
import { type Shape, sizeOfShape } from '../core/shape.ts'
import { Tensor } from '../core/tensor.ts'
import { isTraced } from '../core/traced.ts'
import type { Value } from '../core/types.ts'
import { Forward } from '../forward/dual.ts'
import { add } from '../ops/arithmetic.ts'
import { broadcastTo } from '../ops/broadcast.ts'
import { greater, less } from '../ops/comparison.ts'
import { zerosOf } from '../ops/kinds/linear.ts'
import { max, sum } from '../ops/reduction.ts'
import { pack, section } from '../ops/sections.ts'
import { where } from '../ops/selection.ts'
import { concat, permute, reshape } from '../ops/shape.ts'
import { RecordedCall } from '../reverse/recorded-call.ts'
import type { Graph, GraphNode } from './graph.ts'
import { Interpreter } from './interpreter.ts'
import { exampleFor, Tracing } from './tracing.ts'

/**
 * A loop as one step of a graph. Its operands are the first state, part by part (the carries); tensors that hold an item for
 * each round along their first axis; what is the same in all rounds (the constants); and, if `bounded`, the number of rounds.
 */
export interface LoopParams {
  /** One round: [round, ...carries, ...items, ...constants] to [...next carries, ...outputs]. */
  readonly body: Graph
  /** Whether there is a next round, from the same inputs. */
  readonly condition?: Graph | undefined
  /** Rounds, or the most there can be. */
  readonly count: number
  readonly carries: number
  readonly items: number
  /** Whether rounds run from the last to the first. */
  readonly reverse: boolean
  /** Whether the last operand says how many of the rounds there are. */
  readonly bounded: boolean
  /** For each carry, whether all its states are part of the result, or the last only. */
  readonly states: readonly boolean[]
}

/** A value that a loop gives in each round: where its entries begin in the result, its shape in one round, and its kind. */
export interface Region {
  readonly start: number
  readonly shape: Shape
  readonly size: number
  readonly node: GraphNode
}

/** How the parts of a loop's result follow each other. */
export interface Layout {
  /** All states in the order of rounds, first to last (in reverse: last to first), or the last one alone. */
  readonly carries: readonly (Region & {
    readonly all: boolean /** Where the last state is. */
    readonly last: number /** The states before each round. */
    readonly before: number
  })[]
  readonly outputs: readonly Region[]
  /** Where the number of rounds is, for a loop with a condition. */
  readonly rounds: number
  readonly size: number
}

export function layoutOf({ body, count, carries, reverse, states, condition }: LoopParams): Layout {
  let at = 0
  const region = (id: number, times: number): Region => {
    const node = body.nodes[id] as GraphNode
    const size = sizeOfShape(node.shape)
    const start = at
    at += size * times
    return { start, shape: node.shape, size, node }
  }
  const regions = states.map((all, k) => {
    const each = region(body.inputs[1 + k] as number, all ? count + 1 : 1)
    const { start, size } = each
    return { ...each, all, last: all && !reverse ? start + count * size : start, before: reverse ? start + size : start }
  })
  const outputs = body.outputs.slice(carries).map(id => region(id, count))
  return { carries: regions, outputs, rounds: at, size: condition === undefined ? at : at + 1 }
}

/** Part of a loop's result in the kind of value that a node of its body is; with `count` stacked, one for each round. */
export function readRegion(result: Value, start: number, { shape, rank0 }: GraphNode, count?: number): Value {
  const value = section(result as Tensor, start, count === undefined ? shape : [count, ...shape]) as Value
  return rank0 && count === undefined ? (reshape(value as Tensor, []) as Value) : value
}

export const loop: Definition = {
  name: 'loop',
  kind: 'custom',
  summary: 'Rounds of a graph: each takes the state that the one before has left.',
  formula: '(s_{i+1}, y_i) = f(i, s_i, x_i, c)',
  differentiable: true,
  samples: [],
  evaluate: (operands, params) => runLoop(params as LoopParams, operands),
  linearize: (primals, out, params, active) => linearizeLoop(params as LoopParams, primals, out, active),
  batch: (operands, batched, size, params) => batchLoop(params as LoopParams, operands, batched, size),
}

const programs = new WeakMap<Graph, Interpreter>()

export function programOf(graph: Graph): Interpreter {
  let program = programs.get(graph)
  if (program === undefined) {
    program = new Interpreter(graph)
    programs.set(graph, program)
  }
  return program
}

function runLoop(params: LoopParams, operands: readonly Value[]): Tensor {
  const { body, condition, count, carries, items, reverse, bounded, states } = params
  const layout = layoutOf(params)
  const data = new Float64Array(layout.size)
  const put = (value: Value, at: number) => {
    if (value instanceof Tensor) data.set(value.data, at)
    else data[at] = Number(value)
  }
  const program = programOf(body)
  const test = condition && programOf(condition)
  const constants = operands.slice(carries + items, bounded ? -1 : undefined)
  const all = [program, ...(test ? [test] : [])]
  for (const each of all) constants.forEach((value, k) => void each.set(1 + carries + items + k, value))
  const most = bounded ? Math.min(count, operands.at(-1) as number) : count
  let state = operands.slice(0, carries)
  const keep = (position: number) => {
    state.forEach((value, k) => {
      const { all, start, size } = layout.carries[k] as Layout['carries'][number]
      if (all) put(value, start + position * size)
    })
  }
  const prepare = (to: Interpreter, round: number) => {
    to.set(0, round)
    state.forEach((value, k) => void to.set(1 + k, value))
  }
  // In reverse, state i + 1 is the one before round i; states that are never reached are the one at their end of the loop.
  const last = states.some(each => each) ? count : 0
  for (let i = reverse ? most : 0; i <= (reverse ? last : 0); i++) keep(i)
  let rounds = 0
  for (; rounds < most; rounds++) {
    const round = reverse ? most - 1 - rounds : rounds
    if (test !== undefined) {
      prepare(test, round)
      test.run()
      if (!test.output(0)) break
    }
    prepare(program, round)
    for (let k = 0; k < items; k++)
      program.set(1 + carries + k, itemOf(operands[carries + k] as Tensor, round, body.nodes[body.inputs[1 + carries + k] as number] as GraphNode))
    program.run()
    state = state.map((_, k) => program.output(k))
    keep(reverse ? round : round + 1)
    layout.outputs.forEach(({ start, size }, k) => void put(program.output(carries + k), start + round * size))
  }
  if (!reverse) for (let i = rounds + 1; i <= last; i++) keep(i)
  layout.carries.forEach(({ all, start }, k) => {
    if (!all) put(state[k] as Value, start)
  })
  if (condition !== undefined) data[layout.rounds] = rounds
  return new Tensor(data, [data.length])
}

export function itemOf({ data }: Tensor, round: number, { shape, dtype, rank0 }: GraphNode): Value {
  const size = sizeOfShape(shape)
  if (shape.length === 0 && rank0 !== true) return data[round] as number
  return new Tensor(data.subarray(round * size, (round + 1) * size), shape, dtype)
}

/** Which outputs of a graph depend on some of its inputs through steps that pass derivatives (or through any). */
export function dependence({ nodes, inputs, outputs }: Graph, from: readonly boolean[], any: boolean): boolean[] {
  const reached = new Uint8Array(nodes.length)
  inputs.forEach((id, i) => {
    if (from[i]) reached[id] = 1
  })
  nodes.forEach((node, id) => {
    if ((any || node.definition?.differentiable !== false) && node.inputs.some(input => reached[input])) reached[id] = 1
  })
  return outputs.map(id => reached[id] === 1)
}

/** The flags of a loop's body inputs, with carries that become flagged in some round; and those of its outputs. */
function spread({ body, carries }: LoopParams, operands: readonly boolean[], any: boolean): { inputs: boolean[]; outputs: boolean[] } {
  const inputs = [false, ...operands.slice(0, body.inputs.length - 1)]
  for (;;) {
    const outputs = dependence(body, inputs, any)
    let grown = false
    for (let k = 0; k < carries; k++) {
      if (!outputs[k] || inputs[1 + k]) continue
      inputs[1 + k] = true
      grown = true
    }
    if (!grown) return { inputs, outputs }
  }
}

/** The steps of a graph applied to other values. */
export function replay(graph: Graph, inputs: readonly Value[]): Value[] {
  const values = new Array<Value>(graph.nodes.length)
  graph.inputs.forEach((id, i) => {
    values[id] = inputs[i] as Value
  })
  graph.nodes.forEach(({ definition, op, inputs: operands, params, value }, id) => {
    if (definition !== undefined)
      values[id] = dispatch(
        definition,
        operands.map(each => values[each] as Value),
        params,
      )
    else if (op === 'constant') values[id] = value as Value
  })
  return graph.outputs.map(id => values[id] as Value)
}

/** A graph that is traced from named groups of inputs, which are as many as the nodes that they are like. */
function traceGraph(groups: readonly (readonly GraphNode[])[], program: (tracing: Tracing, ...groups: Value[][]) => readonly Value[]): Graph {
  const tracing = new Tracing()
  try {
    const handles = groups.map(group => group.map(node => tracing.input(exampleLike(node))))
    const outputs = program(tracing, ...handles).map(each => tracing.idOf(each))
    return tracing.graph(outputs)
  } finally {
    tracing.close()
  }
}

function exampleLike({ shape, dtype, rank0 }: GraphNode): Value {
  if (shape.length === 0 && rank0 !== true) return dtype === 'bool' ? true : 0.618
  const { data } = shape.length === 0 ? new Tensor(Float64Array.of(0.618), []) : (exampleFor(shape) as Tensor)
  return dtype === 'bool' ? new Tensor(data.fill(1), shape, 'bool') : new Tensor(data, shape)
}

/** Zero in the kind of value that a node is. */
function zeroFor({ shape, rank0 }: GraphNode): Value {
  return rank0 ? new Tensor(new Float64Array(1), []) : zerosOf(shape)
}

const INDEX: GraphNode = { op: 'input', inputs: [], shape: [], dtype: 'float64' }

/** Derivatives of loops, by which operands are active. */
const pushes = new WeakMap<LoopParams, Map<string, PushForm>>()
const pulls = new WeakMap<LoopParams, Map<string, PullForm>>()

function cached<T>(cache: WeakMap<LoopParams, Map<string, T>>, params: LoopParams, active: readonly boolean[], make: () => T): T {
  const key = active.map(Number).join('')
  const known = cache.get(params) ?? new Map<string, T>()
  cache.set(params, known)
  const form = known.get(key) ?? make()
  known.set(key, form)
  return form
}

/** The nodes that a body's inputs are like, by their parts. */
function inputNodes({ body, carries, items }: LoopParams): { carries: GraphNode[]; items: GraphNode[]; constants: GraphNode[] } {
  const nodes = body.inputs.map(id => body.nodes[id] as GraphNode)
  return { carries: nodes.slice(1, 1 + carries), items: nodes.slice(1 + carries, 1 + carries + items), constants: nodes.slice(1 + carries + items) }
}

const only = <T>(list: readonly T[], flags: readonly boolean[], from = 0): T[] => list.filter((_, k) => flags[from + k])

function linearizeLoop(params: LoopParams, primals: readonly Value[], out: Value, active: readonly boolean[]): LinearMap {
  const { carries, items, bounded } = params
  const split = <T>(list: readonly T[]) => ({
    carries: list.slice(0, carries),
    items: list.slice(carries, carries + items),
    constants: list.slice(carries + items, bounded ? -1 : undefined),
    rounds: bounded ? list.slice(-1) : [],
  })
  return {
    push: tangents => {
      if (tangents.every(each => each === undefined)) return undefined
      const given = tangents.map(each => each !== undefined)
      const form = cached(pushes, params, given, () => pushForm(params, given))
      const x = split(primals)
      const dx = split(tangents)
      const tangentOf = (each: Value | undefined, like: Value) => each ?? zerosLike(like)
      const result = dispatch(
        loop,
        [
          ...x.carries,
          ...only(
            dx.carries.map((each, k) => tangentOf(each, x.carries[k] as Value)),
            form.inputs,
            1,
          ),
          ...x.items,
          ...only(dx.items, form.inputs, 1 + carries),
          ...x.constants,
          ...only(dx.constants, form.inputs, 1 + carries + items),
          ...x.rounds,
        ] as Value[],
        form.params,
      )
      return form.read(result)
    },
    pull: cotangent => {
      const { states, outputs } = cotangentsOf(params, cotangent)
      // Cotangents that are 0 by structure leave no step in the loop.
      const given = [...states, ...outputs].map(each => !isZero(each))
      const form = cached(pulls, params, [...active, ...given], () => pullForm(params, active, given))
      return form.pull(split(primals), out, cotangent)
    },
  }
}

function zerosLike(like: Value): Value {
  return like instanceof Tensor && like.shape.length === 0 ? new Tensor(new Float64Array(1), []) : zerosOf(shapeOf(like))
}

/** A loop that carries tangents beside the state. */
interface PushForm {
  readonly params: LoopParams
  readonly inputs: readonly boolean[]
  /** The tangent of the loop's result from the result of the loop with tangents. */
  read(result: Value): Value
}

function pushForm(params: LoopParams, active: readonly boolean[]): PushForm {
  const { body, condition, count, carries, items, reverse, bounded } = params
  const { inputs, outputs } = spread(params, active, false)
  const nodes = inputNodes(params)
  const groups = [
    [INDEX],
    nodes.carries,
    only(nodes.carries, inputs, 1),
    nodes.items,
    only(nodes.items, inputs, 1 + carries),
    nodes.constants,
    only(nodes.constants, inputs, 1 + carries + items),
  ]
  const derived = traceGraph(groups, (_, index, c, dc, x, dx, k, dk) => {
    const forward = new Forward(1)
    try {
      const tangents = [...(dc as Value[]), ...(dx as Value[]), ...(dk as Value[])]
      let at = 0
      const lifted = [...(index as Value[]), ...(c as Value[]), ...(x as Value[]), ...(k as Value[])].map((each, i) =>
        inputs[i] ? forward.lift(each, [tangents[at++]]) : each,
      )
      const results = replay(body, lifted).map(each => atLevel(each, forward.level))
      const tangentOf = (each: Value, i: number) => forward.tangent(each, 0) ?? zeroFor(body.nodes[body.outputs[i] as number] as GraphNode)
      const all = results.map(tangentOf)
      return [
        ...results.slice(0, carries).map(each => forward.primal(each)),
        ...only(all.slice(0, carries), inputs, 1),
        ...only(all.slice(carries), outputs, carries),
      ]
    } finally {
      forward.close()
    }
  })
  const test =
    condition &&
    traceGraph(groups, (_, index, c, _dc, x, _dx, k) => replay(condition, [...(index as Value[]), ...(c as Value[]), ...(x as Value[]), ...(k as Value[])]))
  const moved = nodes.carries.length + only(nodes.carries, inputs, 1).length
  const form: LoopParams = {
    body: derived,
    condition: test,
    count,
    carries: moved,
    items: nodes.items.length + only(nodes.items, inputs, 1 + carries).length,
    reverse,
    bounded,
    states: new Array(moved).fill(true),
  }
  const layout = layoutOf(params)
  const own = layoutOf(form)
  return {
    params: form,
    inputs,
    read: result => {
      let state = carries
      let output = 0
      const parts = layout.carries.map(({ size }, k) =>
        inputs[1 + k] ? section(result as Tensor, (own.carries[state++] as Region).start, [(count + 1) * size]) : zerosOf([(count + 1) * size]),
      )
      const stacked = layout.outputs.map(({ size }, k) =>
        outputs[carries + k] ? section(result as Tensor, (own.outputs[output++] as Region).start, [count * size]) : zerosOf([count * size]),
      )
      return pack([...parts, ...stacked, ...(condition === undefined ? [] : [0])] as Tensor[]) as Value
    },
  }
}

/** The cotangents of the states before each round, and of the outputs. */
function cotangentsOf(params: LoopParams, cotangent: Value): { states: Value[]; outputs: Value[] } {
  const layout = layoutOf(params)
  return {
    states: layout.carries.map(({ before, node }) => readRegion(cotangent, before, node, params.count)),
    outputs: layout.outputs.map(({ start, node }) => readRegion(cotangent, start, node, params.count)),
  }
}

function isZero(x: Value): boolean {
  if (x instanceof Tensor && !isTraced(x)) return x.data.every(each => each === 0)
  if (!isTraced(x)) return Number(x) === 0
  const { owner } = x.arena
  return owner instanceof Tracing && isZero(owner.constantOf(owner.idOf(x)) ?? Number.NaN)
}

interface Split<T> {
  carries: T[]
  items: T[]
  constants: T[]
  rounds: T[]
}

interface PullForm {
  pull(primals: Split<Value>, out: Value, cotangent: Value): (Value | undefined)[]
}

/**
 * The loop back: from the last round to the first, with the cotangent of the state and what has arrived at the constants as
 * its state. Each round is computed again from the state before it.
 */
function pullForm(params: LoopParams, active: readonly boolean[], given: readonly boolean[]): PullForm {
  const { body, condition, count, carries, items, reverse, bounded } = params
  const { inputs, outputs } = spread(params, active, false)
  const nodes = inputNodes(params)
  const outputNodes = body.outputs.slice(carries).map(id => body.nodes[id] as GraphNode)
  const seeded = inputs.slice(1, 1 + carries).map((each, k) => each && (given[k] as boolean))
  const wanted = outputs.slice(carries).map((each, k) => each && (given[carries + k] as boolean))
  const activeOf = {
    carries: only(nodes.carries, inputs, 1),
    items: only(nodes.items, inputs, 1 + carries),
    constants: only(nodes.constants, inputs, 1 + carries + items),
    states: only(nodes.carries, seeded),
    outputs: only(outputNodes, wanted),
  }
  const derived = traceGraph(
    [[INDEX], activeOf.carries, activeOf.constants, nodes.carries, nodes.items, activeOf.states, activeOf.outputs, nodes.constants],
    (_, index, ct, arrived, c, x, ctStates, ctOutputs, k) => {
      const args = [...(index as Value[]), ...(c as Value[]), ...(x as Value[]), ...(k as Value[])]
      const argnums = args.flatMap((_, i) => (inputs[i] ? [i] : []))
      const record = new RecordedCall('loop', (...values: never[]) => replay(body, values), args, argnums)
      const reference = (i: number) => record.inputs[argnums.indexOf(i)] as number
      const sweep = record.pullMany(1, sweep => {
        // What has arrived before comes first: sums are then those of the rounds written one after the other.
        let at = 0
        for (let i = 0; i < carries; i++) if (seeded[i]) sweep.add(reference(1 + i), 0, (ctStates as Value[])[at++])
        at = 0
        for (let i = 1 + carries + items; i < args.length; i++) if (inputs[i]) sweep.add(reference(i), 0, (arrived as Value[])[at++])
        at = 0
        for (let i = 0; i < outputNodes.length; i++) if (wanted[i]) sweep.add(record.outputs[carries + i] as number, 0, (ctOutputs as Value[])[at++])
        at = 0
        for (let i = 0; i < carries; i++) if (inputs[1 + i]) sweep.add(record.outputs[i] as number, 0, (ct as Value[])[at++])
      })
      const read = (list: readonly GraphNode[], from: number) =>
        list.flatMap((node, i) => (inputs[from + i] ? [asNode(sweep.get(reference(from + i), 0) ?? zeroFor(node), node)] : []))
      const results = [...read(nodes.carries, 1), ...read(nodes.constants, 1 + carries + items), ...read(nodes.items, 1 + carries)]
      sweep.release()
      record.release()
      return results
    },
  )
  const moved = activeOf.carries.length + activeOf.constants.length
  const form: LoopParams = {
    body: derived,
    count,
    carries: moved,
    items: nodes.carries.length + nodes.items.length + activeOf.states.length + activeOf.outputs.length,
    reverse: !reverse,
    bounded: bounded || condition !== undefined,
    states: new Array(moved).fill(true),
  }
  const layout = layoutOf(params)
  const own = layoutOf(form)
  return {
    pull: (primals, out, cotangent) => {
      const stacked = (source: Value, start: number, node: GraphNode) => readRegion(source, start, node, count)
      const regions = only(layout.carries, inputs, 1)
      const rounds = condition === undefined ? primals.rounds : [section(out as Tensor, layout.rounds, []) as Value]
      const result = dispatch(
        loop,
        [
          ...regions.map(({ last, node }) => readRegion(cotangent, last, node)),
          ...activeOf.constants.map(zeroFor),
          ...layout.carries.map(({ before, node }) => stacked(out, before, node)),
          ...primals.items,
          ...only(layout.carries, seeded).map(({ before, node }) => stacked(cotangent, before, node)),
          ...only(layout.outputs, wanted).map(({ start, node }) => stacked(cotangent, start, node)),
          ...primals.constants,
          ...rounds,
        ],
        form,
      )
      let state = 0
      let output = 0
      const next = () => own.carries[state++] as Layout['carries'][number]
      const last = (node: GraphNode) => readRegion(result, next().last, node)
      const carried = nodes.carries.map((node, k) => (inputs[1 + k] ? last(node) : undefined))
      const constant = nodes.constants.map((node, k) => (inputs[1 + carries + items + k] ? last(node) : undefined))
      const item = nodes.items.map((node, k) => (inputs[1 + carries + k] ? stacked(result, (own.outputs[output++] as Region).start, node) : undefined))
      return [...carried, ...item, ...constant, ...(bounded ? [undefined] : [])].map((each, i) => (active[i] ? each : undefined))
    },
  }
}

/** A derivative in the kind of its node: sweeps may leave a number for a Tensor of rank 0. */
function asNode(x: Value, { rank0 }: GraphNode): Value {
  return rank0 && !(x instanceof Tensor) ? (reshape(x as number, []) as Value) : x
}

/**
 * The loop for a batch of items. Where the number of rounds differs from item to item, the loop runs while any of them goes
 * on, and the state of the others stays.
 */
function batchLoop(params: LoopParams, operands: readonly Value[], batched: readonly boolean[], size: number): Value {
  const { body, condition, count, carries, items, reverse, bounded, states } = params
  const ownRounds = bounded && batched.at(-1) === true
  const free = spread(params, batched, true)
  const masked = ownRounds || (condition !== undefined && (dependence(condition, free.inputs, true)[0] as boolean))
  const { inputs, outputs } = masked
    ? spread(
        params,
        batched.map((each, k) => each || k < carries),
        true,
      )
    : free
  const nodes = inputNodes(params)
  const many = (list: readonly GraphNode[], from: number) =>
    list.map((node, k) => (inputs[from + k] ? { ...node, rank0: undefined, shape: [size, ...node.shape] } : node))
  const scalars: GraphNode = { ...INDEX, shape: [size] }
  const groups = [
    [INDEX],
    many(nodes.carries, 1),
    masked && condition !== undefined ? [scalars] : [],
    many(nodes.items, 1 + carries),
    many(nodes.constants, 1 + carries + items),
    ownRounds ? [scalars] : [],
  ]
  /** A function of one item's inputs, for all items. */
  const forAll = (f: (args: Value[], rounds: Value | undefined) => readonly Value[], args: readonly Value[], rounds: readonly Value[]): Value[] => {
    const axes = [...inputs.map(each => (each ? 0 : null)), ...rounds.map(() => 0)]
    const batch = vmap((...each: Value[]) => Object.fromEntries(f(each.slice(0, inputs.length), each[inputs.length]).entries()), { in: axes })
    return Object.values(batch(...args, ...rounds) as Record<string, Value>)
  }
  const goesOn = (args: readonly Value[], rounds: Value | undefined): Value =>
    (rounds === undefined ? (replay(condition as Graph, args)[0] as Value) : less(args[0] as number, rounds as number)) as Value
  const perItem = outputs.map((each, k) => each || masked || (k < carries && (inputs[1 + k] as boolean)))
  const derived = traceGraph(groups, (_, index, c, counts, x, k, rounds) => {
    const args = [...(index as Value[]), ...(c as Value[]), ...(x as Value[]), ...(k as Value[])]
    // What no item has for itself is a value of the body, whatever the items.
    let shared: Value[] = []
    const results = forAll(
      (each, own) => {
        const next = replay(body, each)
        shared = next
        const on = masked ? (goesOn(each, own) as never) : undefined
        const kept = on === undefined ? next : next.map((value, i) => where(on, value as number, (i < carries ? each[1 + i] : 0) as number) as Value)
        return [...only(kept, perItem), ...(counts?.length === 1 ? [where(on as never, 1, 0) as Value] : [])]
      },
      args,
      rounds as Value[],
    )
    let at = 0
    const all = perItem.map((each, i) => (each ? results[at++] : shared[i]) as Value)
    return [...all.slice(0, carries), ...(counts as Value[]).map(count => add(count as never, results.at(-1) as never) as Value), ...all.slice(carries)]
  })
  const test =
    condition &&
    traceGraph(groups, (_, index, c, _counts, x, k) => {
      const args = [...(index as Value[]), ...(c as Value[]), ...(x as Value[]), ...(k as Value[])]
      if (!masked) return replay(condition, args)
      const [on] = forAll(each => [where(goesOn(each, undefined) as never, 1, 0) as Value], args, [])
      return [greater(sum(on as Tensor), 0) as unknown as Value]
    })
  const moved = carries + (masked && condition !== undefined ? 1 : 0)
  const form: LoopParams = {
    body: derived,
    condition: test,
    count,
    carries: moved,
    items,
    reverse,
    bounded,
    states: [...states, ...new Array<boolean>(moved - carries).fill(false)],
  }
  const given = operands.map((each, k) => {
    if (k < carries) return inputs[1 + k] && !batched[k] ? spreadOut(each, size) : each
    // Items have their rounds first, then the batch.
    if (k < carries + items && batched[k]) return swapFirst(each)
    return each
  })
  const constants = given.slice(carries + items, bounded ? -1 : undefined)
  const result = dispatch(
    loop,
    [
      ...given.slice(0, carries),
      ...(masked && condition !== undefined ? [zerosOf([size])] : []),
      ...given.slice(carries, carries + items),
      ...constants,
      ...(ownRounds ? [given.at(-1) as Value, max(given.at(-1) as Tensor) as Value] : given.slice(carries + items + constants.length)),
    ],
    form,
  )
  const own = layoutOf(form)
  const layout = layoutOf(params)
  const rows = (start: number, times: number, shape: Shape, isBatched: boolean): Value => {
    const length = times * sizeOfShape(shape)
    if (!isBatched) return spreadOut(section(result as Tensor, start, [length]) as Value, size)
    return reshape(swapFirst(section(result as Tensor, start, [times, size, ...shape]) as Value) as Tensor, [size, length]) as Value
  }
  const parts = [
    ...layout.carries.map(({ shape, all }, k) => rows((own.carries[k] as Region).start, all ? count + 1 : 1, shape, inputs[1 + k] as boolean)),
    ...layout.outputs.map(({ shape }, k) => rows((own.outputs[k] as Region).start, count, shape, perItem[carries + k] as boolean)),
  ]
  if (condition !== undefined) {
    const counted = masked
      ? readRegion(result, (own.carries[carries] as Layout['carries'][number]).last, scalars)
      : spreadOut(section(result as Tensor, own.rounds, []) as Value, size)
    parts.push(reshape(counted as Tensor, [size, 1]) as Value)
  }
  return concat(parts as Tensor[], { axis: 1 }) as Value
}

/** The same value for each item of a batch. */
function spreadOut(x: Value, size: number): Value {
  return broadcastTo(x as Tensor, [size, ...shapeOf(x)]) as Value
}

function swapFirst(x: Value): Value {
  const rank = shapeOf(x).length
  return permute(x as Tensor, [1, 0, ...Array.from({ length: rank - 2 }, (_, i) => i + 2)]) as Value
}
