import { atLevel } from '../core/dispatch.ts'
import { isNarrow } from '../core/dtypes.ts'
import { sourceOf } from '../core/lists.ts'
import { comparePlain } from '../core/plain-run.ts'
import { type DType, isNumericTypedArray, Tensor } from '../core/tensor.ts'
import { beginRunning, endRunning } from '../core/traced.ts'
import { asTypedList, checkSynchronous, isPlainObject, type Leaf, mapTree, someLeaf, type Unbuilt, unbuiltOf } from '../core/tree.ts'
import type { TypedArrayName, Value } from '../core/types.ts'
import { stackScalars } from '../ops/pick.ts'
import { type Graph, type GraphNode, isScalarNode } from './graph.ts'
import { Inputs } from './inputs.ts'
import { isListOfNumbers, isLongList, type ListUse, LONG_LIST } from './lists.ts'
import type { Output, reroll } from './reroll/reroll.ts'
import type { ShortList } from './short-lists.ts'
import { Tracing } from './tracing.ts'

/** A traced call: its graph, and the results as a tree of positions among the graph's outputs. */
export interface TracedCall {
  readonly graph: Graph
  /** What is used of the long lists among the arguments. */
  readonly lists: readonly (ListUse | undefined)[]
  /** The lists of which each number is an input. */
  readonly shortLists: readonly ShortList[]
  readonly result: unknown
  /** Whether some result is a typed array, or may be one where the function runs on numbers. */
  readonly typed: boolean
  /** Why no loops were found, where they were looked for. */
  readonly unrolled?: string | undefined
  /** Where loops were found: the numbers of the result for these arguments, one after the other. */
  readonly expected?: readonly number[] | undefined
}

/**
 * The graph of a function, found by running it once on symbolic values at arguments like those given. Questions (`gt`, …)
 * are answered for these arguments and become guards of the graph. Inputs are the numbers and tensors of the arguments in order; of a
 * list of 1,024 numbers or more those that the function uses: first all of them as one tensor, then entries by position.
 *
 * @example
 * trace((x: number) => mul(sin(x), sin(x)), 0.5).operations // 2: sin is one step
 */
export function trace<Args extends unknown[]>(f: (...args: Args) => unknown, ...args: Args): Graph {
  return traceCall('trace', f as never, args).graph
}

/**
 * With `findLoops`, steps on numbers that repeat stand as loops; with `joinLists`, lists of numbers that are used as a whole as tensors.
 * Where that leaves few steps on numbers no loops are looked for.
 */
export function traceCall(
  name: string,
  f: (...args: unknown[]) => unknown,
  args: readonly unknown[],
  findLoops?: typeof reroll,
  joinLists?: (call: TracedCall) => TracedCall,
): TracedCall {
  const tracing = new Tracing()
  beginRunning(tracing.level)
  try {
    const inputs = new Inputs(tracing)
    const lifted = args.map((arg, i) => liftStatic(inputs, name, arg, i))
    const result = f(...lifted)
    checkSynchronous(name, result)
    comparePlain(name, f, args, result)
    const outputs: number[] = []
    const tensors = new Set<number>()
    let typed = args.some(arg => someLeaf(arg, isNumericTypedArray))
    const position = (leaf: Value): number => outputs.push(tracing.idOf(atLevel(leaf, tracing.level) as Value)) - 1
    const tree = mapBuilt(
      result,
      built => new BuiltResult(built.entries.map(position), built),
      `${name}: the function's result`,
      given => {
        const leaf = atLevel(given, tracing.level) as Value
        if (isNumericTypedArray(leaf)) {
          typed = true
          return Array.from(leaf as Float64Array, each => outputs.push(tracing.idOf(each)) - 1)
        }
        const at = outputs.push(tracing.idOf(leaf)) - 1
        if (leaf instanceof Tensor) tensors.add(at)
        return isNarrow(leaf) ? new NarrowResult(at, leaf.dtype) : at
      },
      list => {
        const tensor = sourceOf(list)?.whole()
        return tensor && new ListResult(outputs.push(tracing.idOf(atLevel(tensor, tracing.level))) - 1)
      },
    )
    const { ids, lists, shortLists } = inputs
    const plain = (unrolled?: string): TracedCall => {
      const call = { graph: tracing.graph(outputs, tracing.guards, ids), lists, shortLists, result: tree, typed, unrolled }
      return joinLists === undefined ? call : joinLists(call)
    }
    if (findLoops !== undefined && joinLists !== undefined && tracing.uses(stackScalars.definition)) {
      const joined = plain(NUMBERS_IN_TENSORS)
      if (joined.graph.nodes.filter(isNumberStep).length < FEWEST_STEPS) return joined
    }
    const regrouped = findLoops && regroup(tree, outputs, tensors)
    const found = regrouped && findLoops?.(tracing, inputs.args, regrouped.outputs)
    if (typeof found === 'object') return { ...found, shortLists: [], result: regrouped?.result, typed, expected: numbersAt(tracing, regrouped?.outputs ?? []) }
    return plain(found)
  } finally {
    endRunning(tracing.level)
    tracing.close()
  }
}

const NUMBERS_IN_TENSORS = 'No loops: lists are used as tensors, and few steps are left on numbers.'
/** In shorter traces, and where fewer steps on numbers are left, no loops are looked for. */
export const FEWEST_STEPS = 300
const isNumberStep = (node: GraphNode) => node.definition !== undefined && isScalarNode(node)

/** An argument with inputs in place of its numbers; what is no number stays, as a part of the program. */
function liftStatic(inputs: Inputs, name: string, arg: unknown, position: number): unknown {
  const lift = (leaf: Leaf) => {
    if (!isNumericTypedArray(leaf)) return inputs.leaf(leaf as Value)
    return asTypedList(leaf.length < LONG_LIST ? inputs.shortList(leaf) : inputs.list(leaf))
  }
  const list = (numbers: readonly unknown[]) => {
    if (isLongList(numbers)) return inputs.list(numbers)
    return isListOfNumbers(numbers) ? inputs.shortList(numbers) : undefined
  }
  return mapTree(arg, `${name}: argument ${position + 1}`, lift, { keeps: isStatic, list })
}

/** The numbers of outputs for the arguments that are traced with. */
function numbersAt(tracing: Tracing, outputs: readonly Output[]): number[] {
  const numbers: number[] = []
  for (const id of outputs.flat()) {
    const example = tracing.example(id)
    if (example instanceof Tensor) for (const each of example.data) numbers.push(each)
    else numbers.push(Number(example))
  }
  return numbers
}

/** Lists of fewer numbers stay numbers one by one. */
export const FEWEST_IN_LIST = 8

/** A result's tree in which lists of numbers are one output each; `tensors` are the positions that hold none. */
function regroup(tree: unknown, given: readonly number[], tensors: ReadonlySet<number>): { result: unknown; outputs: Output[] } {
  const outputs: Output[] = []
  const idsOf = (positions: readonly number[]) => positions.map(each => given[each] as number)
  const visit = (part: unknown): unknown => {
    if (typeof part === 'number') return outputs.push(given[part] as number) - 1
    if (part instanceof NarrowResult) return new NarrowResult(outputs.push(given[part.position] as number) - 1, part.dtype)
    if (part instanceof ListResult) return new ListResult(outputs.push(given[part.position] as number) - 1, part.type)
    if (part instanceof BuiltResult) return new BuiltResult(outputs.push(idsOf(part.positions as number[])) - 1, part.of)
    if (!Array.isArray(part)) return Object.fromEntries(Object.entries(part as object).map(([key, each]) => [key, visit(each)]))
    const isList = part.length >= FEWEST_IN_LIST && part.every(each => typeof each === 'number' && !tensors.has(each))
    return isList ? new ListResult(outputs.push(idsOf(part)) - 1) : part.map(visit)
  }
  return { result: visit(tree), outputs }
}

function isStatic(x: unknown): boolean {
  return typeof x === 'boolean' || typeof x === 'string' || typeof x === 'function' || x === undefined || x === null
}

/** A result's tree, in which some parts are built from numbers of their own. */
function mapBuilt(
  tree: unknown,
  change: (part: Unbuilt) => unknown,
  role: string,
  leaf: (leaf: Leaf) => unknown,
  list: (list: readonly unknown[]) => unknown,
): unknown {
  const built = unbuiltOf(tree)
  if (built !== undefined) return change(built)
  if (!hasUnbuilt(tree)) return mapTree(tree, role, leaf, { list })
  if (Array.isArray(tree)) return tree.map(each => mapBuilt(each, change, role, leaf, list))
  return Object.fromEntries(Object.entries(tree as object).map(([key, each]) => [key, mapBuilt(each, change, role, leaf, list)]))
}

function hasUnbuilt(tree: unknown): boolean {
  if (unbuiltOf(tree) !== undefined) return true
  if (Array.isArray(tree)) return sourceOf(tree) === undefined && tree.some(hasUnbuilt)
  return isPlainObject(tree) && Object.values(tree).some(hasUnbuilt)
}

/** Of a result that is a tensor of numbers which are no doubles: the position of those numbers among a graph's outputs. */
export class NarrowResult {
  readonly position: number
  readonly dtype: DType

  constructor(position: number, dtype: DType) {
    this.position = position
    this.dtype = dtype
  }
}

/** Of a result that is a list as a whole: the position of its tensor among a graph's outputs. */
export class ListResult {
  readonly position: number
  /** The list that it is. */
  readonly type: 'Array' | TypedArrayName

  constructor(position: number, type: ListResult['type'] = 'Array') {
    this.position = position
    this.type = type
  }
}

/** Of a result that is built from numbers: their positions among a graph's outputs, or that of a tensor of them. */
export class BuiltResult {
  readonly positions: readonly number[] | number
  readonly of: Unbuilt

  constructor(positions: readonly number[] | number, of: Unbuilt) {
    this.positions = positions
    this.of = of
  }
}
