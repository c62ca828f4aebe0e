import { describe, expect, it } from 'vitest'
import { add, DualtapeError, Graph, grad, graph, matmul, mul, sin, square, sub, sum, Tensor, tensor, trace, where } from '../../src/index.ts'

describe.each(['auto', 'interpreter'] as const)('a session, target %s', target => {
  const data = [
    [1, 2, 3],
    [4, 5, 6],
  ]
  const build = () => {
    const g = graph()
    const x = g.placeholder('x', [2, 3])
    const w = g.placeholder('w', [3])
    const inner = matmul(x, w)
    const y = g.name(sum(mul(inner, 2)), 'y')
    const [dw] = g.gradients(y, [w])
    return { g, x, w, inner, y, dw: dw as Tensor, session: g.session({ target }) }
  }

  it('runs what is fetched, with feeds by name or by node', () => {
    const { g, session, y, dw, inner, w } = build()
    const [value, slope] = session.run([y, dw], { x: data, w: [1, 1, 1] })
    expect([value, slope.toArray()]).toEqual([42, [10, 14, 18]])
    expect(session.run('y', { x: data, w: [0, 0, 1] })).toBe(18)
    // A feed in the middle replaces what leads to it: x and w are not needed.
    expect(session.run(y, new Map([[inner, [10, 20]]]))).toBe(60)
    expect(session.run(dw, { x: data }).toArray()).toEqual([10, 14, 18])
    expect(session.run([w], { w: tensor([7, 8, 9]) })[0].toArray()).toEqual([7, 8, 9])
    expect(g.toDot()).toMatch(/^digraph \{[\s\S]*label="matmul \[2\]"/)
  })

  it('says what is wrong with feeds and fetches', () => {
    const { g, session, y } = build()
    expect(() => session.run(y, { x: data })).toThrow(/w is needed and was not fed/)
    expect(() => session.run(y, { x: data, v: 1 })).toThrow(/nothing named v\. Names: x, w, y/)
    expect(() => session.run(y, { x: [1], w: [1, 1, 1] })).toThrow(/x has shape \[2, 3\], but a value of shape \[1\] was given/)
    expect(() => session.run('z', {})).toThrow(/nothing named z/)
    expect(() => session.run(5, {})).toThrow(DualtapeError)
    expect(() => g.placeholder('x')).toThrow(/x already/)
    expect(() => g.gradients(y, [g.placeholder('q')])).toThrow(/does not depend on q/)
    const other = graph().placeholder('other')
    expect(() => add(other, g.placeholder('r'))).toThrow(/another graph/)
    expect(() => g.session({ goal: 1 } as never)).toThrow(/no option goal/)
  })

  it('keeps variables, per session', () => {
    const g = graph()
    const w = g.variable('w', [5, -3])
    const loss = sum(square(sub(w, [1, 2])))
    const [slope] = g.gradients(loss, [w])
    const step = g.assign(w, sub(w, mul(0.25, slope as Tensor)))
    const [one, two] = [g.session({ target }), g.session({ target })]
    for (let i = 0; i < 40; i++) one.run(step)
    expect((one.variables().w as Tensor).toArray().map((each: number) => Math.round(each * 1e9) / 1e9)).toEqual([1, 2])
    expect(two.run(loss)).toBe(41)
    expect(() => g.assign(w, [1, 2, 3])).toThrow(/does not fit/)
    expect(() => g.assign(loss, 1)).toThrow(/variable of this graph/)
  })

  it('comes back from JSON, and refuses what is damaged or foreign', () => {
    const { g } = build()
    const text = JSON.stringify(g)
    const again = graph(Graph.fromJSON(text))
    expect(String(again)).toBe(String(g))
    expect(again.session({ target }).run('output0', { x: data, w: [1, 1, 1] })).toBe(42)
    const json = JSON.parse(text)
    for (const [damage, message] of [
      [{ ...json, format: 'other' }, /not a graph/],
      [{ ...json, version: 99 }, /version 99/],
      [{ ...json, nodes: 5 }, /nodes is the number 5, not a list/],
      [{ ...json, outputs: [999] }, /outputs name the number 999/],
      [
        { ...json, nodes: json.nodes.map((each: object, i: number) => (i === 2 ? { ...each, op: 'eval' } : each)) },
        /step 2 \(eval\): this operator is not known/,
      ],
      [
        { ...json, nodes: json.nodes.map((each: object, i: number) => (i === 2 ? { ...each, inputs: [2] } : each)) },
        /step 2 \(\w+\): inputs name the number 2, which is no earlier step/,
      ],
      ['{', /not JSON/],
      [null, /null is not a graph/],
    ] as const) {
      expect(() => Graph.fromJSON(damage)).toThrow(message)
    }
    const special = trace((x: number) => add(mul(x, Number.POSITIVE_INFINITY), -0), 1)
    expect(String(Graph.fromJSON(JSON.parse(JSON.stringify(special))))).toBe(String(special))
  })
})

describe('trace', () => {
  it('finds equal steps once and applies exact identities', () => {
    expect(trace((x: number) => mul(sin(x), sin(x)), 0.5).toString()).toBe('%0 = input\n%1 = sin(%0)\n%2 = mul(%1, %1)\nreturn %2')
    expect(trace((x: number) => sub(mul(1, mul(x, 1)), 0), 0.5).toString()).toBe('%0 = input\nreturn %0')
    // −0 + 0 is 0: not an identity.
    expect(trace((x: number) => add(x, 0), 0.5).operations).toBe(1)
    expect(trace((x: number) => mul(x, 0), 0.5).operations).toBe(1)
  })

  it('drops what no output needs, and evaluates', () => {
    const g = trace(
      (x: number[]) => {
        sin(x[0] as number)
        return [mul(x[0] as number, x[1] as number)]
      },
      [2, 3],
    )
    expect(g.operations).toBe(1)
    expect(g.evaluate([4, 5])).toEqual([20])
    expect(
      trace(
        grad((x: number) => sin(x)),
        1,
      ).toString(),
    ).toContain('cos')
    expect(
      trace([
        [1, 2],
        [3, 4],
      ]),
    ).toBe(5)
  })
})

describe.each(['auto', 'js', 'wasm', 'interpreter'] as const)('truths in a session for %s', target => {
  it('are numbers where numbers are fed, and masks hold nothing else', () => {
    const g = graph()
    const [s, m] = [g.placeholder('s'), g.placeholder('m', [2], { example: tensor([true, false]) })]
    const k = g.variable('k', true as never)
    const y = [mul(s, 2), where(s, 5, 7), where(m, 5, 7), where(k, 1, 2)]
    const session = g.session({ target })
    const run = (given: object) => session.run(y, given as never).map((each: Tensor | number) => (each instanceof Tensor ? each.toArray() : each))
    expect(run({ s: 3, m: [true, false] })).toEqual([6, 5, [5, 7], 1])
    expect(run({ s: true, m: [false, true] })).toEqual([2, 5, [7, 5], 1])
    expect(run({ s: false, m: [0, 1] })).toEqual([0, 7, [7, 5], 1])
    expect(run({ s: tensor([1], { shape: [], dtype: 'bool' }), m: tensor([1, 0], { dtype: 'int32' }) })).toEqual([2, 5, [5, 7], 1])
    for (const wrong of [
      [0.5, 1],
      [Number.NaN, 0],
      [2, 1],
    ])
      expect(() => run({ s: 1, m: wrong })).toThrow(/m is a mask/)
    expect(session.run(m, { m: [1, 0] }).toArray()).toEqual([true, false])
    const mask = g.variable('mask', tensor([true, false]))
    expect(() => g.assign(mask, [0.5, 2])).toThrow(/holds truths/)
    for (const feeds of [null, 3, 'x']) expect(() => session.run(y, feeds as never)).toThrow(/^run: feeds/)
  })
})
