import { answering, asValue, dispatch, highestTransform, isAbstract, pickEntry, shapeOf, stackingOnce } from '../../core/dispatch.ts'
import { narrowed } from '../../core/dtypes.ts'
import { type DType, isNumericTypedArray, Tensor } from '../../core/tensor.ts'
import { isTraced, someAbstract } from '../../core/traced.ts'
import type { Value } from '../../core/types.ts'
import { add } from '../../ops/arithmetic.ts'
import { lt, notEqual } from '../../ops/comparison.ts'
import { max } from '../../ops/reduction.ts'
import { section } from '../../ops/sections.ts'
import { stopGradient } from '../../ops/selection.ts'
import { withoutRecorder } from '../../reverse/running.ts'
import { type GraphNode, isScalarNode, prune } from '../graph.ts'
import { Interpreter } from '../interpreter.ts'
import { BodyTracing, fillTree, NotALoop, positionsOf, sameTree, Unstable } from './body.ts'
import { itemOf, loop } from './loop.ts'
import { exampleLike, type LoopParams, layoutOf, MOST_ROUNDS, readRegion } from './parts.ts'

/** Rounds of a loop as a user writes them. */
interface Program<S, Y> {
  /** The next state and an output, from the item or the number of the round, and the state. */
  readonly body: (x: unknown, state: S) => readonly [S, Y]
  readonly condition?: (state: S) => unknown
  /** Number of the first round, where rounds are numbered. */
  readonly start?: number
  /** Rounds; left out where the condition says. */
  readonly count?: number
  readonly items?: () => Items
  /** Whether the last state is constant to derivatives: a loop that ends by its condition then needs no states, and no bound. */
  readonly constant?: boolean
}

/** Items of a loop: tensors that hold one each along their first axis, and their place in an item. */
export interface Items {
  readonly tree: unknown
  readonly leaves: readonly Value[]
}

/** What a loop gives. */
export interface Looped<S> {
  readonly state: S
  /** The outputs of all rounds together, leaf by leaf. */
  stacked(): unknown
  /** The outputs round by round. */
  outputs(): unknown[]
}

const FEWEST_ROUNDS = 16
/** Rounds whose numbers and items are tried one by one: all of fewer, else the first and the last, and others in no order between them. */
const TRIED_ROUNDS = 1024
const TRIED_BETWEEN = 256

/** A loop that becomes one step where its values are those of a trace or a batch. */
export class Rounds<S, Y> {
  readonly #program: Program<S, Y>
  #attempts = 0

  constructor(program: Program<S, Y>) {
    this.#program = program
  }

  /**
   * All rounds from one on, as one loop; undefined when this round has to be run by itself: where there are plain numbers, and
   * where the program cannot be a loop. A first round may change the structure of the state.
   */
  from(round: number, state: S): Looped<S> | undefined {
    if (this.#attempts > 1 || !someAbstract()) return undefined
    try {
      return stackingOnce(() => withoutRecorder(() => this.#trace(round, state)))
    } catch (error) {
      // What was wrong with the program is said when its rounds are run.
      this.#attempts += error instanceof Unstable ? 1 : 2
      return undefined
    }
  }

  #trace(from: number, init: S): Looped<S> {
    const { body, condition, start = 0, items = () => ({ tree: undefined, leaves: [] }), constant } = this.#program
    const rest = (this.#program.count ?? MOST_ROUNDS) - from
    const tracing = new BodyTracing()
    try {
      const state = leavesOf(init)
      const all = items()
      const given = all.leaves.map(leaf => (from === 0 ? leaf : afterFirst(leaf, from)))
      const index = tracing.input(0)
      const carries = state.leaves.map(leaf => tracing.input(plain(leaf)))
      const each = given.map(leaf => tracing.input(firstItem(leaf)))
      const number = start + from === 0 ? index : add(index as unknown as number, start + from)
      const x = all.tree === undefined ? number : fillTree(all.tree, k => each[k])
      const run = () => {
        const [next, output] = body(x, fillTree(state.tree, k => carries[k]) as S)
        const taken = tracing.take(next)
        const outputs = tracing.take(output)
        return { tree: [taken.tree, outputs.tree, taken.leaves.length], leaves: [...taken.leaves, ...outputs.leaves] }
      }
      const { tree, leaves } = tracing.joined(run)
      const [nextTree, outputTree] = tree as [unknown, unknown]
      if (!sameTree(nextTree, state.tree) || state.leaves.some((leaf, k) => !tracing.sameKind(plain(leaf), leaves[k] as Value))) throw new Unstable()
      const test =
        condition === undefined ? undefined : tracing.joined(() => tracing.take(asNumber(condition(fillTree(state.tree, k => carries[k]) as S)))).leaves
      const ids = leaves.map(leaf => tracing.idOf(leaf))
      if (ids.some(id => tracing.isMask(id)) || given.some(leaf => plain(leaf) instanceof Tensor && (plain(leaf) as Tensor).dtype === 'bool'))
        throw new NotALoop()
      const testId = test && tracing.idOf(notEqual(test[0] as never, 0) as Value)
      const inputs = [...tracing.inputs, ...tracing.capturedInputs]
      const operands = [...state.leaves, ...given, ...tracing.captured]
      if (!operands.some(isAbstract)) throw new NotALoop()
      // Derivatives read the state before each round. What is a batch of plain numbers is not differentiated any more.
      const before = operands.every(isBatchOnly) ? [] : carries.map(each => tracing.idOf(each))
      const params: LoopParams = {
        body: tracing.graph([...ids, ...before], [], inputs),
        condition: testId === undefined ? undefined : tracing.graph([testId], [], inputs),
        count: rest,
        carries: carries.length,
        items: given.length,
        reverse: false,
        bounded: false,
      }
      this.#compare(params, tracing, { from, start, all, given, state, first: tree })
      const around = condition === undefined ? undefined : highestTransform(operands)
      const endless = constant ? held : around instanceof BodyTracing ? around.endless : undefined
      const bounded = condition === undefined ? params : endless === undefined ? withBound(params, operands) : withoutBound(params)
      const result = endless === undefined ? dispatch(loop, operands, bounded) : endless(bounded, operands)
      const layout = layoutOf(bounded)
      if (condition !== undefined && endless === undefined) requireLess(section(result as Tensor, layout.rounds, []) as Value, bounded.count)
      const outputs = layout.outputs.slice(0, leaves.length - carries.length)
      const last = layout.carries.map(({ start: at, node }, k) => readRegion(result, at, node, undefined, dtypeOf(leaves[k])))
      const stackedLeaves = outputs.map(({ start: at, node }, k) => readRegion(result, at, node, rest, dtypeOf(leaves[carries.length + k])))
      const scalars = outputs.map(({ node }) => isScalarNode(node))
      return {
        state: fillTree(state.tree, k => last[k]) as S,
        stacked: () => stackTree(outputTree, stackedLeaves, scalars, rest),
        outputs: () => roundsOf(outputTree, stackedLeaves, rest),
      }
    } finally {
      tracing.close()
    }
  }

  /**
   * Numbers of rounds and items that are plain numbers in the program may be used as such (`i === 0`). The graph holds only if
   * it gives, round for round, what the program does.
   */
  #compare(
    params: LoopParams,
    tracing: BodyTracing,
    { from, start, all, given, state, first }: { from: number; start: number; all: Items; given: readonly Value[]; state: Items; first: unknown },
  ): void {
    const { body, count, carries } = params
    const numbered = this.#program.count !== undefined && all.tree === undefined
    const known = given.map(leaf => !isTraced(leaf))
    if (!numbered && !known.some(each => each)) return
    const nodes = body.inputs.map(id => body.nodes[id] as GraphNode)
    const trial = new BodyTracing()
    try {
      const handles = nodes.slice(1, 1 + carries).map((node, k) => trial.input(narrowed(exampleLike(node), dtypeOf(state.leaves[k]))))
      const program = new Interpreter(body)
      nodes.slice(1, 1 + carries).forEach((_, k) => void program.set(1 + k, trial.exampleOf(handles[k] as Value)))
      tracing.captured.forEach((value, k) => void program.set(1 + carries + given.length + k, plain(value)))
      const items = given.map(leaf => trial.input(firstItem(leaf)))
      for (const i of triedRounds(count)) {
        const here = given.map((leaf, k) =>
          known[k] ? itemOf(leaf as Tensor, i, { ...(nodes[1 + carries + k] as GraphNode), dtype: dtypeOf(leaf) }) : (items[k] as Value),
        )
        const x = all.tree === undefined ? start + from + i : fillTree(all.tree, k => here[k])
        const [next, output] = answering(
          (definition, operands) => trial.ask(definition, operands),
          () => this.#program.body(x, fillTree(state.tree, k => handles[k]) as S),
        )
        const taken = trial.take(next)
        const outputs = trial.take(output)
        if (!sameTree([taken.tree, outputs.tree, taken.leaves.length], first)) throw new NotALoop()
        program.set(0, i)
        here.forEach((each, k) => void program.set(1 + carries + k, trial.exampleOf(each)))
        program.run()
        ;[...taken.leaves, ...outputs.leaves].forEach((leaf, k) => {
          if (!sameNumbers(trial.example(trial.idOf(leaf)), program.output(k))) throw new NotALoop()
        })
      }
    } finally {
      trial.close()
    }
  }
}

/** The rounds that are tried of so many, in their order. */
function triedRounds(count: number): number[] {
  if (count <= TRIED_ROUNDS) return Array.from({ length: count }, (_, i) => i)
  const half = (TRIED_ROUNDS - TRIED_BETWEEN) / 2
  // Multiples of the golden section leave no part out and have no period.
  const between = Array.from({ length: TRIED_BETWEEN }, (_, k) => half + Math.floor((count - 2 * half) * ((0.5 * (Math.sqrt(5) - 1) * (k + 1)) % 1)))
  const ends = Array.from({ length: half }, (_, i) => [i, count - 1 - i]).flat()
  return [...new Set([...ends, ...between])].sort((a, b) => a - b)
}

/** Whether nothing but batches stand above a value's numbers. */
function isBatchOnly(x: Value): boolean {
  let current = x
  while (isTraced(current)) {
    if (current.arena.owner.many !== true) return false
    current = current.arena.owner.primal(current)
  }
  return true
}

/** A loop through which no derivatives pass. */
function held(params: LoopParams, operands: readonly Value[]): Value {
  return dispatch(
    loop,
    operands.map(each => stopGradient(each as number) as Value),
    params,
  )
}

/** A loop that ends by its condition alone, of which the last state is kept. */
function withoutBound(params: LoopParams): LoopParams {
  const last = params.body.outputs.slice(0, params.carries)
  return { ...params, body: prune(params.body, last), count: MOST_ROUNDS }
}

/** The same with room for twice the rounds that it has now. */
export function withBound(params: LoopParams, operands: readonly Value[]): LoopParams {
  const endless = withoutBound(params)
  const rounds = section(dispatch(loop, operands.map(undifferentiated), endless) as Tensor, layoutOf(endless).rounds, []) as Value
  const most = numbersBehind(rounds).reduce((a, b) => Math.max(a, b), 0)
  return { ...params, count: Math.max(FEWEST_ROUNDS, 2 ** Math.ceil(Math.log2(2 * most + 1))) }
}

/** A value without the transforms that differentiate: those for many items, and graphs, stay. */
function undifferentiated(x: Value): Value {
  if (!isTraced(x)) return x
  const { owner } = x.arena
  if (owner.abstract && owner.wrap === undefined) return x
  const below = undifferentiated(owner.primal(x))
  return owner.wrap === undefined ? below : owner.wrap(below)
}

/** Has it checked, where values may be others later, that a number of rounds has stayed below a bound: no question that has two ways on. */
export function requireLess(rounds: Value, bound: number): void {
  let current = rounds
  while (isTraced(current)) {
    const { owner } = current.arena
    if (owner instanceof BodyTracing) throw new NotALoop()
    if (owner.abstract && owner.many !== true) {
      const own = current
      answering(undefined, () => lt(own as unknown as number, bound))
      return
    }
    const { many } = owner
    current = owner.primal(current)
    if (many) current = max(current as Tensor) as Value
  }
}

function numbersBehind(x: Value): Float64Array {
  let current = x
  while (isTraced(current)) current = current.arena.owner.primal(current)
  return current instanceof Tensor ? current.data : Float64Array.of(Number(current))
}

function leavesOf(tree: unknown): { tree: unknown; leaves: Value[] } {
  const leaves: Value[] = []
  const positions = positionsOf(tree, leaf => leaves.push(leaf) - 1)
  return { tree: positions, leaves }
}

/** The dtype of a value's tensor; scalars are doubles. */
function dtypeOf(x: Value | undefined): DType {
  return x instanceof Tensor ? x.dtype : 'float64'
}

function asNumber(condition: unknown): unknown {
  return typeof condition === 'boolean' ? Number(condition) : condition
}

/** The plain value behind one that may be traced; of a batch the first item. */
function plain(x: Value): Value {
  return isTraced(x) ? BodyTracing.exampleBehind(x) : x
}

function firstItem(leaf: Value): Value {
  const { data, shape, dtype } = plain(leaf) as Tensor
  const inner = shape.slice(1)
  return inner.length === 0 ? (data[0] as number) : new Tensor(data.slice(0, data.length / (shape[0] as number)), inner, dtype)
}

/** Items from one on. */
function afterFirst(leaf: Value, from: number): Value {
  const [length = 0, ...inner] = shapeOf(leaf)
  const size = inner.reduce((product, each) => product * each, 1)
  return section(leaf as Tensor, from * size, [length - from, ...inner]) as Value
}

function sameNumbers(a: Value, b: Value): boolean {
  if (!(a instanceof Tensor)) return Object.is(Number(a), Number(b))
  return b instanceof Tensor && a.data.every((each, i) => Object.is(each, b.data[i]))
}

/** Whether an array is a list of items: one that holds a tensor or a typed array is a tree, as everywhere. */
export function isList(xs: unknown): xs is readonly unknown[] {
  const holdsTensor = (x: unknown): boolean =>
    x instanceof Tensor || isNumericTypedArray(x) || (typeof x === 'object' && x !== null && !isTraced(x) && Object.values(x).some(holdsTensor))
  return Array.isArray(xs) && !xs.some(holdsTensor)
}

/** Items that are stacked already, or whose leaves can be. */
export function stackItems(xs: unknown, count: number): Items {
  const leaves: Value[] = []
  const add = (leaf: unknown) => leaves.push(asValue('scan', leaf)) - 1
  const visit = (items: unknown): unknown => {
    if (items instanceof Tensor || isNumericTypedArray(items)) return add(items)
    if (isList(items)) return visitList(items)
    if (Array.isArray(items)) return items.map(visit)
    return Object.fromEntries(Object.entries(items as object).map(([key, each]) => [key, visit(each)]))
  }
  const visitList = (items: readonly unknown[]): unknown => {
    const [first] = items
    if (items.every(each => typeof each === 'number' || (isTraced(each) && !(each instanceof Tensor)))) return add(items)
    if (typeof first !== 'object' || first === null || items.some(each => Array.isArray(each) !== Array.isArray(first))) throw new NotALoop()
    const keys = Object.keys(first)
    if (items.some(each => each === null || Object.keys(each as object).join() !== keys.join())) throw new NotALoop()
    const parts = keys.map(key => visitList(items.map(each => (each as Record<string, unknown>)[key])))
    return Array.isArray(first) ? parts : Object.fromEntries(keys.map((key, i) => [key, parts[i]]))
  }
  const tree = visit(xs)
  if (leaves.some(leaf => shapeOf(leaf)[0] !== count)) throw new NotALoop()
  return { tree, leaves }
}

/** Outputs leaf by leaf, as a list of rounds would be collected. */
function stackTree(tree: unknown, leaves: readonly Value[], scalars: readonly boolean[], count: number): unknown {
  if (typeof tree === 'number') return scalars[tree] ? (leaves[tree] as Tensor).toArray() : leaves[tree]
  if (tree === undefined || tree === null) return undefined
  if (Array.isArray(tree)) return roundsOf(tree, leaves, count)
  return Object.fromEntries(Object.entries(tree).map(([key, each]) => [key, stackTree(each, leaves, scalars, count)]))
}

/** Outputs round by round. */
function roundsOf(tree: unknown, leaves: readonly Value[], count: number): unknown[] {
  return Array.from({ length: count }, (_, i) =>
    fillTree(tree, k => {
      const leaf = leaves[k] as Tensor
      const [, ...inner] = leaf.shape
      return inner.length === 0 ? pickEntry(leaf, i) : section(leaf, i * (leaf.size / count), inner)
    }),
  )
}
