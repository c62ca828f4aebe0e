import type { Definition, LinearMap } from '../../core/definition.ts'
import { atLevel, dispatch, shapeOf } from '../../core/dispatch.ts'
import { Tensor } from '../../core/tensor.ts'
import { isTraced } from '../../core/traced.ts'
import type { Value } from '../../core/types.ts'
import { Forward } from '../../forward/dual.ts'
import { zerosOf } from '../../ops/kinds/linear.ts'
import { pack, section } from '../../ops/sections.ts'
import { reshape } from '../../ops/shape.ts'
import { RecordedCall } from '../../reverse/recorded-call.ts'
import { Graph, type GraphNode, prune } from '../graph.ts'
import { Tracing } from '../tracing.ts'
import { placedIn, putInPlace } from './arrivals.ts'
import {
  dependence,
  doubles,
  INDEX,
  inputNodes,
  type LoopParams,
  layoutOf,
  only,
  type Region,
  readRegion,
  replay,
  spread,
  statesAmong,
  traceGraph,
  withStates,
  zeroFor,
} from './parts.ts'

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

/** Pushforward and pullback of a loop; `loop` is its definition, which both apply again. */
export function linearizeLoop(loop: Definition, params: LoopParams, primals: readonly Value[], out: Value, active: readonly boolean[]): LinearMap {
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
      // Cotangents that are 0 by structure leave no step in the loop.
      const given = layoutOf(params).outputs.map(({ start, node }) => !isZero(readRegion(cotangent, start, node, params.count)))
      const form = cached(pulls, params, [...active, ...given], () => pullForm(params, active, given))
      return form.pull(loop, split(primals), out, cotangent)
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
  const states = statesAmong(params).filter(output => output >= 0)
  const groups = [
    [INDEX],
    nodes.carries,
    doubles(only(nodes.carries, inputs, 1)),
    nodes.items,
    doubles(only(nodes.items, inputs, 1 + carries)),
    nodes.constants,
    doubles(only(nodes.constants, inputs, 1 + carries + items)),
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
        ...states.map(output => forward.primal(results[carries + output] as Value)),
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
  }
  const layout = layoutOf(params)
  const own = layoutOf(form)
  return {
    params: form,
    inputs,
    read: result => {
      let state = carries
      let output = states.length
      const part = (is: boolean, length: number, from: () => Region | undefined) =>
        is ? section(result as Tensor, (from() as Region).start, [length]) : zerosOf([length])
      const parts = layout.carries.map(({ length }, k) => part(inputs[1 + k] as boolean, length, () => own.carries[state++]))
      const stacked = layout.outputs.map(({ length }, k) => part(outputs[carries + k] as boolean, length, () => own.outputs[output++]))
      return pack([...(condition === undefined ? [] : [0]), ...parts, ...stacked] as Tensor[]) as Value
    },
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
  /** The cotangents of the operands. */
  pull(loop: Definition, primals: Split<Value>, out: Value, cotangent: Value): (Value | undefined)[]
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
  const wanted = outputs.slice(carries).map((each, k) => each && (given[k] as boolean))
  const activeOf = {
    carries: doubles(only(nodes.carries, inputs, 1)),
    items: doubles(only(nodes.items, inputs, 1 + carries)),
    constants: doubles(only(nodes.constants, inputs, 1 + carries + items)),
    outputs: doubles(only(outputNodes, wanted)),
  }
  let placed: boolean[] = []
  const traced = traceGraph(
    [[INDEX], activeOf.carries, activeOf.constants, nodes.carries, nodes.items, activeOf.outputs, nodes.constants],
    (tracing, index, ct, arrived, c, x, ctOutputs, k) => {
      const args = [...(index as Value[]), ...(c as Value[]), ...(x as Value[]), ...(k as Value[])]
      const argnums = args.flatMap((_, i) => (inputs[i] ? [i] : []))
      const record = new RecordedCall('loop', (...values: never[]) => replay(body, values), args, argnums, true)
      const reference = (i: number) => record.inputs[argnums.indexOf(i)] as number
      const sweep = record.pullMany(1, sweep => {
        // What has arrived before comes first: sums are then those of the rounds written one after the other.
        let at = 0
        for (let i = 1 + carries + items; i < args.length; i++) if (inputs[i]) sweep.add(reference(i), 0, (arrived as Value[])[at++])
        at = 0
        for (let i = 0; i < outputNodes.length; i++) if (wanted[i]) sweep.add(record.outputs[carries + i] as number, 0, (ctOutputs as Value[])[at++])
        at = 0
        for (let i = 0; i < carries; i++) if (inputs[1 + i]) sweep.add(record.outputs[i] as number, 0, (ct as Value[])[at++])
      })
      const read = (list: readonly GraphNode[], from: number) =>
        list.flatMap((node, i) => (inputs[from + i] ? [asNode(sweep.get(reference(from + i), 0) ?? zeroFor(node), node)] : []))
      const sums = read(nodes.constants, 1 + carries + items)
      const entries = sums.map((sum, i) => placedIn(tracing, sum, (arrived as Value[])[i] as Value, count))
      placed = entries.map(each => each !== undefined)
      const results = [
        ...read(nodes.carries, 1),
        ...sums.filter((_, i) => !placed[i]),
        ...read(nodes.items, 1 + carries),
        ...entries.flatMap(each => (each === undefined ? [] : [each.entries, each.places])),
        // What has arrived is added to and never read, so that no derivative needs it as it was before a round.
        ...(ct as Value[]),
      ]
      sweep.release()
      record.release()
      return results
    },
  )
  // Of the states before each round those are items that the way back reads.
  const first = 1 + activeOf.carries.length + activeOf.constants.length
  const reads = nodes.carries.map((_, k) =>
    dependence(
      traced,
      traced.inputs.map((_, i) => i === first + k),
      true,
    ).some(each => each),
  )
  const isLeft = (i: number) => !placed[i - 1 - activeOf.carries.length] && (reads[i - first] ?? true)
  const derived = prune(
    new Graph(
      traced.nodes,
      traced.inputs.filter((_, i) => isLeft(i)),
      traced.outputs,
    ),
    traced.outputs,
  )
  const summed = activeOf.constants.filter((_, i) => !placed[i])
  const form: LoopParams = {
    body: derived,
    count,
    carries: activeOf.carries.length + summed.length,
    items: only(nodes.carries, reads).length + nodes.items.length + activeOf.outputs.length,
    reverse: !reverse,
    bounded: bounded || condition !== undefined,
  }
  // Where states are needed that the loop does not give, it is run once more.
  const whole = withStates(params, reads)
  const states = only(statesAmong(whole), reads).map(output => layoutOf(whole).outputs[output] as Region)
  const layout = layoutOf(params)
  const own = layoutOf(form)
  return {
    pull: (loop, primals, out, cotangent) => {
      const { carries: first, items: xs, constants, rounds: bound } = primals
      const stacked = (source: Value, { start, node }: Region) => readRegion(source, start, node, count)
      const rounds = condition === undefined ? bound : [section(out as Tensor, layout.rounds, []) as Value]
      const kept = whole === params ? out : dispatch(loop, [...first, ...xs, ...constants, ...bound], whole)
      const result = dispatch(
        loop,
        [
          ...only(layout.carries, inputs, 1).map(({ start, node }) => readRegion(cotangent, start, node)),
          ...summed.map(zeroFor),
          ...states.map(each => stacked(kept, each)),
          ...xs,
          ...only(layout.outputs, wanted).map(each => stacked(cotangent, each)),
          ...constants,
          ...rounds,
        ],
        form,
      )
      let state = 0
      let output = 0
      const last = (node: GraphNode) => readRegion(result, (own.carries[state++] as Region).start, node)
      const next = () => stacked(result, own.outputs[output++] as Region)
      const carried = nodes.carries.map((node, k) => (inputs[1 + k] ? last(node) : undefined))
      const sums = activeOf.constants.map((node, i) => (placed[i] ? undefined : last(node)))
      const item = nodes.items.map((_, k) => (inputs[1 + carries + k] ? next() : undefined))
      const arrived = activeOf.constants.map(({ shape }, i) => (placed[i] ? putInPlace({ entries: next(), places: next() }, shape, form.reverse) : sums[i]))
      let at = 0
      const constant = nodes.constants.map((_, k) => (inputs[1 + carries + items + k] ? arrived[at++] : undefined))
      return [...carried, ...item, ...constant, ...(bounded ? [undefined] : [])].map((each, i) => (active[i] ? each : undefined))
    },
  }
}

/** A derivative in the kind of its node: sweeps may leave a number for a Tensor of rank 0. */
function asNode(x: Value, { rank0 }: GraphNode): Value {
  return rank0 && !(x instanceof Tensor) ? (reshape(x as number, []) as Value) : x
}
