import { vmap } from '../../batch/vmap.ts'
import type { Definition } from '../../core/definition.ts'
import { dispatch, shapeOf } from '../../core/dispatch.ts'
import { arange, zeros } from '../../core/makers.ts'
import { type Shape, sizeOfShape } from '../../core/shape.ts'
import type { Tensor } from '../../core/tensor.ts'
import type { Value } from '../../core/types.ts'
import { add } from '../../ops/arithmetic.ts'
import { broadcastTo } from '../../ops/broadcast.ts'
import { greater, less } from '../../ops/comparison.ts'
import { take } from '../../ops/indexing.ts'
import { zerosOf } from '../../ops/kinds/linear.ts'
import { max, sum } from '../../ops/reduction.ts'
import { section } from '../../ops/sections.ts'
import { where } from '../../ops/selection.ts'
import { concat, permute, reshape } from '../../ops/shape.ts'
import { argMax } from '../../ops/statistics.ts'
import type { Graph, GraphNode } from '../graph.ts'
import { dependence, INDEX, inputNodes, type LoopParams, layoutOf, only, type Region, readRegion, replay, spread, statesAmong, traceGraph } from './parts.ts'

/**
 * The loop for a batch of items. Where the number of rounds differs from item to item, the loop runs while any of them goes
 * on, and the state of the others stays.
 */
export function batchLoop(loop: Definition, params: LoopParams, operands: readonly Value[], batched: readonly boolean[], size: number): Value {
  const { body, condition, count, carries, items, reverse, bounded } = params
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
  /** A function of one item's inputs (and of those that its round is computed from), for all items. */
  const forAll = (
    f: (args: Value[], rounds: Value | undefined, from: Value[]) => readonly Value[],
    args: readonly Value[],
    rounds: readonly Value[],
    from = args,
  ): Value[] => {
    const own = inputs.map(each => (each ? 0 : null))
    const batch = vmap(
      (...all: Value[]) => Object.fromEntries(f(all.slice(0, own.length), all[2 * own.length], all.slice(own.length, 2 * own.length)).entries()),
      {
        in: [...own, ...own, ...rounds.map(() => 0)],
      },
    )
    return Object.values(batch(...args, ...from, ...rounds) as Record<string, Value>)
  }
  const goesOn = (args: readonly Value[], rounds: Value | undefined): Value =>
    (rounds === undefined ? (replay(condition as Graph, args)[0] as Value) : less(args[0] as number, rounds as number)) as Value
  /** Inputs with those of an item that goes on in place of those of items that have ended: of these a round may be refused. */
  const ofRunning = (args: readonly Value[], on: Tensor): Value[] => {
    const items = where(on, arange(size), argMax(on))
    return args.map((each, i) => (inputs[i] ? (take(each as Tensor, items) as Value) : each))
  }
  const states = statesAmong(params)
  const perItem = outputs.map((each, k) => each || masked || (k < carries && (inputs[1 + k] as boolean)))
  const derived = traceGraph(groups, (_, index, c, counts, x, k, rounds) => {
    const args = [...(index as Value[]), ...(c as Value[]), ...(x as Value[]), ...(k as Value[])]
    // What no item has for itself is a value of the body, whatever the items.
    let shared: Value[] = []
    const results = forAll(
      (each, own, from) => {
        const next = replay(body, from)
        shared = next
        const on = masked ? (goesOn(each, own) as never) : undefined
        // The state of an item that has ended stays.
        const kept = next.map((value, i) => {
          const state = i < carries ? -1 : states.indexOf(i - carries)
          if (state >= 0) return each[1 + state] as Value
          return on === undefined ? value : (where(on, value as number, (i < carries ? each[1 + i] : 0) as number) as Value)
        })
        return [...only(kept, perItem), ...(counts?.length === 1 ? [where(on as never, 1, 0) as Value] : [])]
      },
      args,
      rounds as Value[],
      masked && refuses(loop, body)
        ? ofRunning(args, forAll((each, own) => [where(goesOn(each, own) as never, 1, 0) as Value], args, rounds as Value[])[0] as Tensor)
        : args,
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
  const rows = ({ start }: Region, times: number, shape: Shape, isBatched: boolean): Value => {
    const length = times * sizeOfShape(shape)
    if (!isBatched) return spreadOut(section(result as Tensor, start, [length]) as Value, size)
    return reshape(swapFirst(section(result as Tensor, start, [times, size, ...shape]) as Value) as Tensor, [size, length]) as Value
  }
  const parts = [
    ...layout.carries.map(({ shape }, k) => rows(own.carries[k] as Region, 1, shape, inputs[1 + k] as boolean)),
    ...layout.outputs.map(({ shape }, k) => rows(own.outputs[k] as Region, count, shape, perItem[carries + k] as boolean)),
  ]
  if (condition !== undefined) {
    const counted = masked
      ? readRegion(result, (own.carries[carries] as Region).start, scalars)
      : spreadOut(section(result as Tensor, own.rounds, []) as Value, size)
    parts.unshift(reshape(counted as Tensor, [size, 1]) as Value)
  }
  // A derivative's loop may have nothing to give.
  return (parts.length === 0 ? zeros([size, 0]) : concat(parts as Tensor[], { axis: 1 })) as Value
}

/** Whether some step of a graph does not take all numbers. */
function refuses(loop: Definition, { nodes }: Graph): boolean {
  return nodes.some(({ definition, params }) => (definition === loop ? refuses(loop, (params as LoopParams).body) : definition?.example !== undefined))
}

/** The same value for each item of a batch. */
function spreadOut(x: Value, size: number): Value {
  return broadcastTo(x as Tensor, [size, ...shapeOf(x)]) as Value
}

function swapFirst(x: Value): Value {
  const rank = shapeOf(x).length
  return permute(x as Tensor, [1, 0, ...Array.from({ length: rank - 2 }, (_, i) => i + 2)]) as Value
}
