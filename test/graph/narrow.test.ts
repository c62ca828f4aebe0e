import { expect, it } from 'vitest'
import type { Graph, GraphNode } from '../../src/graph/graph.ts'
import { narrowLoops } from '../../src/graph/loop/narrow.ts'
import type { LoopParams } from '../../src/graph/loop/parts.ts'
import { foriLoop, grad, mul, scan, trace } from '../../src/index.ts'

/** A graph in lines, with what its loops keep. */
function lines(graph: Graph): string[] {
  const describe = ({ op, inputs, params, value }: GraphNode): string => {
    const operands = inputs.map(input => `%${input}`).join(' ')
    if (op === 'section') return `section ${operands} from ${(params as { start: number }).start}`
    if (op !== 'loop') return value === undefined ? op : String(value)
    const { body, carries, items, reverse } = params as LoopParams
    return `loop ${operands}: ${carries} carries, ${items} items, ${body.outputs.length - carries} outputs${reverse ? ', in reverse' : ''}`
  }
  return [...graph.nodes.map((node, id) => `%${id} ${describe(node)} [${node.shape.join()}]`), `return ${graph.outputs.map(id => `%${id}`).join()}`]
}

it('loops keep what is read', () => {
  const power = trace(
    grad((r: number) => foriLoop(0, 10, (_, x: number) => mul(x, r), 1)),
    2,
  )
  expect(lines(power)).toEqual([
    '%0 input []',
    '%1 1 []',
    '%2 loop %1 %0: 1 carries, 0 items, 1 outputs [11]',
    '%3 section %2 from 1 [10]',
    '%4 0 []',
    '%5 loop %1 %4 %3 %0: 2 carries, 1 items, 1 outputs, in reverse [12]',
    '%6 section %5 from 1 []',
    '%7 add []',
    'return %7',
  ])
  expect(lines(narrowLoops(power))).toEqual([
    '%0 input []',
    '%1 1 []',
    '%2 loop %1 %0: 1 carries, 0 items, 1 outputs [11]',
    '%3 section %2 from 1 [10]',
    '%4 0 []',
    '%5 loop %1 %4 %3 %0: 2 carries, 1 items, 0 outputs, in reverse [2]',
    '%6 section %5 from 1 []',
    '%7 add []',
    'return %7',
  ])
})

it('outputs that nobody reads are not computed, nor the items that only they need', () => {
  const last = trace(
    (x: number) =>
      scan((s: number, [a, b]: [number, number]) => [mul(s, a), mul(s, b)], x, [
        [1, 2],
        [3, 4],
        [5, 6],
      ])[0],
    2,
  )
  expect(lines(narrowLoops(last))).toEqual([
    '%0 input []',
    '%1 Tensor([3], [1, 3, 5]) [3]',
    '%2 loop %0 %1: 1 carries, 1 items, 0 outputs [1]',
    '%3 section %2 from 0 []',
    'return %3',
  ])
})
