import { describe, expect, it } from 'vitest'
import {
  add,
  cond,
  DualtapeError,
  eq,
  Graph,
  GraphError,
  ge,
  grad,
  graph,
  gt,
  le,
  log,
  lt,
  mul,
  ne,
  neg,
  sum,
  type Tensor,
  tensor,
  trace,
} from '../../src/index.ts'

const questions = { gt, ge, lt, le, eq, ne } as const
const answers: Record<keyof typeof questions, (a: number, b: number) => boolean> = {
  gt: (a, b) => a > b,
  ge: (a, b) => a >= b,
  lt: (a, b) => a < b,
  le: (a, b) => a <= b,
  eq: (a, b) => a === b,
  ne: (a, b) => a !== b,
}
const names = Object.keys(questions) as (keyof typeof questions)[]
const targets = ['auto', 'js', 'wasm', 'interpreter'] as const
const reread = (g: Graph) => Graph.fromJSON(JSON.stringify(g))

describe('a graph with a branch, read from JSON', () => {
  it.each(names)('is run where %s has the answer it was traced with, and refused elsewhere', name => {
    const f = (x: number) => (questions[name](x, 1) ? mul(x, x) : neg(x))
    for (const at of [0, 1, 3]) {
      const read = reread(trace(f, at))
      for (const x of [0, 1, 3]) {
        const right = answers[name](x, 1) ? x * x : -x
        const runs = [
          () => read.evaluate([x])[0],
          ...targets.map(
            target => () =>
              graph(read)
                .session({ target })
                .run('output0', { [read.nodes[read.inputs[0] as number]?.name ?? 'input0']: x }),
          ),
        ]
        for (const run of runs) {
          if (answers[name](x, 1) === answers[name](at, 1)) expect(run()).toBe(right)
          else expect(run).toThrow(GraphError)
        }
      }
    }
  })

  it.each(targets)('is refused at each such run, and runs in between, target %s', target => {
    const session = graph(reread(trace((x: number) => (gt(x, 0) ? log(x) : x), 1))).session({ target })
    for (let i = 0; i < 3; i++) {
      expect(session.run('output0', { input0: 1 })).toBe(0)
      expect(() => session.run('output0', { input0: -1 })).toThrow(
        /comparison greater\(input0, 0\) is false for these values, but the graph was made for .* it is true/,
      )
    }
  })

  it('runs no step of the other side before its guard', () => {
    const g = trace((x: Tensor) => (gt(sum(x), 0) ? add(x, 1) : x), tensor([1, 2]))
    expect(() => g.evaluate([tensor([-3, 1])])).toThrow(/greater\(sum\(%0\), 0\)/)
    expect((g.evaluate([tensor([3, 1])])[0] as Tensor).toArray()).toEqual([4, 2])
  })

  it('has the questions of its derivatives, and keeps them when it is written again', () => {
    const g = trace(
      grad((x: number) => cond(gt(x, 0), () => mul(x, x), x)),
      2,
    )
    const again = reread(graph(reread(g)).graph())
    expect(again.guards).toHaveLength(1)
    expect(again.outputs).toHaveLength(1)
    const session = graph(again).session()
    expect(session.run('output0', { input0: 5 })).toBe(10)
    expect(() => session.run('output0', { input0: -5 })).toThrow(GraphError)
    expect(() => again.evaluate([-5])).toThrow(GraphError)
  })

  it('asks for what a guard needs, and runs what nothing was computed for', () => {
    const b = graph(reread(trace((x: number, y: number) => (gt(y, 0) ? mul(x, 2) : x), 1, 1)))
    const session = b.session()
    expect(() => session.run('output0', { input0: 1 })).toThrow(/input1 is needed/)
    expect(session.run('output0', { input0: 3, input1: 4 })).toBe(6)
    expect(session.run('input0', { input0: 3 })).toBe(3)
  })
})

it('a question about a placeholder holds for the runs that it was answered for', () => {
  const g = graph()
  const x = g.placeholder('x', [], { example: 1 })
  const y = gt(x, 0) ? mul(x, 2) : neg(x)
  expect(g.session().run(y, { x: 4 })).toBe(8)
  expect(() => g.session().run(y, { x: -4 })).toThrow(/greater\(x, 0\)/)
  expect(g.graph().outputs).toHaveLength(1)
})

it('a name stands for one value', () => {
  const g = graph()
  const x = g.placeholder('output0')
  const y = g.name(mul(x, 2), 'y')
  expect(() => g.name(y, 'output0')).toThrow(/output0 already, which is another value/)
  expect(g.name(y, 'y')).toBe(y)
  const json = g.toJSON()
  expect(() => graph(Graph.fromJSON(json))).toThrow(/an input is named output0, which is what output 0 is called here/)
  expect(() => graph(Graph.fromJSON(json))).toThrow(DualtapeError)
  // An input that is the output itself is one value.
  const same = trace((a: number) => a, 1)
  expect(graph(same).session().run('output0', { input0: 3 })).toBe(3)
})
