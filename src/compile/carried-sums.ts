import type { Graph, GraphNode } from '../graph/graph.ts'
import type { LoopParams } from '../graph/loop/parts.ts'
import { checkedIndices } from '../ops/places.ts'
import { type Expression, parse } from '../wasm/expression.ts'
import { entryText } from './nest.ts'
import { Intervals, numbersIn } from './places.ts'

/*
 * Sums at neighbouring places: where round i of a loop adds to the entries i + d for a few fixed d, an entry is complete some rounds after it
 * was begun. What is begun is carried from round to round, and each entry is written once, where it was read and written by each term.
 */

/** The distances d, in the order in which terms are added; the entries that the rounds reach; all in a sum of `length`. */
export interface CarriedSum {
  readonly distances: readonly number[]
  readonly least: number
  readonly most: number
  readonly length: number
}

/** Entries that are carried at most. */
const WIDEST = 8

/** The sum that a loop leaves at the places of one output, where it can be carried; undefined where they are others. */
export function carriedSum(
  { body, count, condition, bounded }: LoopParams,
  places: number,
  length: number,
  given: ConstructorParameters<typeof Intervals>[1],
): CarriedSum | undefined {
  if (condition !== undefined || bounded || count === 0) return undefined
  const numbers = numbersIn(body.nodes, body.outputs[places] as number)
  if (numbers === undefined) return undefined
  const intervals = new Intervals(body, given)
  const affine = numbers.map(id => affineIn(body, id, intervals))
  if (!affine.every(each => each?.[0] === 1)) return undefined
  const distances = affine.map(each => (each as Affine)[1])
  const [least, most] = [Math.min(...distances), Math.max(...distances)]
  const isInside = least >= 0 && count - 1 + most < length && most - least <= WIDEST
  return isInside ? { distances, least, most, length } : undefined
}

/** a · round + b. */
type Affine = readonly [a: number, b: number]

function affineIn(body: Graph, id: number, intervals: Intervals): Affine | undefined {
  if (id === body.inputs[0]) return [1, 0]
  const node = body.nodes[id] as GraphNode
  if (node.op === 'constant') return typeof node.value === 'number' && Number.isSafeInteger(node.value) ? [0, node.value] : undefined
  if (node.definition === checkedIndices.definition) return intervals.areChecked(id) ? affineIn(body, node.inputs[0] as number, intervals) : undefined
  const text = node.op === 'input' ? undefined : entryText(node)
  return text === undefined ? undefined : affine(parse(text), name => affineIn(body, node.inputs['xyz'.indexOf(name)] as number, intervals))
}

function affine(expression: Expression, of: (name: string) => Affine | undefined): Affine | undefined {
  if (expression.type === 'number') return Number.isSafeInteger(expression.value) ? [0, expression.value] : undefined
  if (expression.type === 'name') return of(expression.name)
  const [x, y] = expression.operands.map(each => affine(each, of))
  if (x === undefined || y === undefined) return undefined
  if (expression.name === '+') return [x[0] + y[0], x[1] + y[1]]
  if (expression.name === '-') return [x[0] - y[0], x[1] - y[1]]
  return undefined
}

/** The code of such a sum: what stands before the rounds, at the end of each, and behind them. */
export function carriedText(
  { distances, least, most, length }: CarriedSum,
  { count, reverse }: Pick<LoopParams, 'count' | 'reverse'>,
  { to, own, round, check }: { to: string; own: string; round: string; check: string },
  values: readonly string[],
): { head: string; statements: string[]; after: string[] } {
  const width = most - least
  // The k-th was begun k rounds before.
  const distanceOf = (k: number) => (reverse ? least + k : most - k)
  const carried = Array.from({ length: width }, (_, k) => k + 1)
  const fills = [
    [0, least],
    [count + most, length],
  ].filter(([from, end]) => (from as number) < (end as number))
  const last = reverse ? 0 : count - 1
  return {
    head: [...carried.map(k => `let ${own}${k} = 0`), ...fills.map(([from, end]) => `${to}.fill(0, ${from}, ${end})`)].join('; '),
    statements: [
      `let ${own}0 = 0`,
      ...values.map((value, i) => `${own}${Math.abs((distances[i] as number) - distanceOf(0))} += ${value}`),
      `${to}[${round} + ${distanceOf(width)}] = ${own}${width}`,
      `${check} += ${own}${width}`,
      ...carried.toReversed().map(k => `${own}${k} = ${own}${k - 1}`),
    ],
    after: carried.flatMap(k => [`${to}[${last + distanceOf(k - 1)}] = ${own}${k}`, `${check} += ${own}${k}`]),
  }
}
