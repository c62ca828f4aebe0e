import { expect, it } from 'vitest'
import type { GraphNode } from '../../src/graph/graph.ts'
import { hoistLoops } from '../../src/graph/loop/hoist.ts'
import { narrowLoops } from '../../src/graph/loop/narrow.ts'
import type { LoopParams } from '../../src/graph/loop/parts.ts'
import { add, compile, div, foriLoop, grad, gt, lt, matmul, mul, sin, sub, sum, type Tensor, tensor, trace, whileLoop } from '../../src/index.ts'

const bodyOf = (nodes: readonly GraphNode[]) => nodes.filter(node => node.op === 'loop').map(node => (node.params as LoopParams).body)

it('what is the same in all rounds of a loop back stands before it', () => {
  // x ← x / r: the way back divides by r in each round, and takes 1 / r in each.
  const f = (r: number) => foriLoop(0, 10, (_, x: number) => div(x, r), 1)
  const before = narrowLoops(trace(grad(f), 0.3))
  const after = hoistLoops(before)
  expect(before.nodes.map(node => node.op)).toEqual(['input', 'constant', 'loop', 'section', 'constant', 'loop', 'section', 'add'])
  expect(after.nodes.map(node => node.op)).toEqual(['input', 'constant', 'loop', 'section', 'constant', 'reciprocal', 'loop', 'section', 'add'])
  const [there, back] = [bodyOf(before.nodes)[1], bodyOf(after.nodes)[1]].map(body => body?.toString().split('\n'))
  expect(there?.slice(5, 11)).toEqual([
    '%5 = div(%3, %4)',
    '%6 = reciprocal(%4)',
    '%7 = div(%5, %4)',
    '%8 = neg(%7)',
    '%9 = scale(%1, %6)',
    '%10 = scale(%1, %8)',
  ])
  expect(back?.slice(5, 11)).toEqual(['%5 = div(%3, %4)', '%6 = input', '%7 = div(%5, %4)', '%8 = neg(%7)', '%9 = scale(%1, %6)', '%10 = scale(%1, %8)'])
  expect(after.evaluate([0.3])).toEqual(before.evaluate([0.3]))
})

it('so it is in loops in loops, in derivatives, with a test of the state, and for tensors', () => {
  const inLoops = (r: number) => foriLoop(0, 4, (_, x: number) => foriLoop(0, 3, (_k, y: number) => add(mul(y, sin(r)), mul(sin(x), div(sin(x), r))), x), 0.5)
  const whiles = (r: number) =>
    whileLoop(
      (x: number) => lt(x, sin(add(r, 1))),
      (x: number) => add(mul(x, sub(2, sin(r))), 0.01),
      0.1,
    )
  const asks = (r: number) => foriLoop(0, 5, (_, x: number) => (gt(x, sin(r)) ? mul(x, sin(r)) : add(x, sin(r))), 0.1)
  for (const f of [inLoops, whiles, asks]) {
    const loops = trace(grad(f), 0.4)
    expect(hoistLoops(loops).evaluate([0.7])).toEqual(loops.evaluate([0.7]))
    for (const target of ['js', 'wasm', 'interpreter'] as const) expect(compile(grad(f), { target })(0.7)).toBeCloseTo(grad(f)(0.7), 12)
  }
  const powers = (a: Tensor) => sum(foriLoop(0, 3, (_, x: Tensor) => div(matmul(a, x), a.at(0, 0)) as Tensor, tensor([1, 2])))
  const a = tensor([
    [0.1, 0.2],
    [0.3, 0.4],
  ])
  const inner = bodyOf(hoistLoops(trace(grad(powers), a)).nodes)[1]
  expect(inner?.nodes.filter(node => ['transpose', 'reciprocal'].includes(node.op))).toEqual([])
  for (const target of ['js', 'wasm', 'interpreter'] as const) {
    const [found, expected] = [compile(grad(powers), { target })(a), grad(powers)(a)]
    found.data.forEach((each, i) => void expect(each).toBeCloseTo(expected.data[i] as number, 12))
  }
})
