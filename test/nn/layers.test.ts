import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { compile, grad, ones, relu, sigmoid, square, sub, sum, Tensor, tanh, tensor, valueAndGrad, variable, vmap, zeros } from '../../src/index.ts'
import {
  conv,
  dense,
  dropout,
  embedding,
  glorotNormal,
  glorotUniform,
  gru,
  heNormal,
  heUniform,
  type Layer,
  layerNorm,
  lstm,
  multiHeadAttention,
  type Part,
  sequential,
} from '../../src/nn/index.ts'
import { adam } from '../../src/optim/index.ts'
import { key, normal, split } from '../../src/random/index.ts'
import { checkGrads } from '../../src/testing/index.ts'

// biome-ignore lint/suspicious/noExplicitAny: trees of several layers
type Any = any
type Nested = number | Nested[]

/** From test/reference/make_nn.py. */
const table = JSON.parse(readFileSync(new URL('../reference/nn.json', import.meta.url), 'utf8')) as Record<string, Any>

/** Arrays of numbers as tensors. */
function tensors(tree: Any): Any {
  return Array.isArray(tree) ? tensor(tree) : Object.fromEntries(Object.entries(tree).map(([name, each]) => [name, tensors(each)]))
}

/** The same numbers as doubles. */
function wider(tree: Any): Any {
  return tree instanceof Tensor ? tensor(tree, { dtype: 'float64' }) : Object.fromEntries(Object.entries(tree).map(([name, each]) => [name, wider(each)]))
}

function expectClose(found: Tensor, expected: Nested, digits = 1e-13) {
  const to = tensor(expected as number[])
  expect(found.shape).toEqual(to.shape)
  found.data.forEach((each, i) => expect(Math.abs(each - (to.data[i] as number))).toBeLessThan(digits * (1 + Math.abs(to.data[i] as number))))
}

const made: Record<string, Layer<Any>> = {
  dense: dense(3, 4),
  conv1d: conv(2, 3, [3], { stride: 2, padding: 1 }),
  conv2d: conv(2, 3, [3, 2]),
  layerNorm: layerNorm(4),
  lstm: lstm(3, 5),
  gru: gru(3, 5),
  attention: multiHeadAttention(6, 3),
}

describe.each(Object.keys(made))('%s', name => {
  const layer = made[name] as Layer<Any>
  const { parameters, x, y } = table[name] as { parameters: Any; x: number[]; y: Nested }

  it("computes what PyTorch's formula says, in every way to call it", () => {
    expectClose(layer.apply(tensors(parameters), x), y)
    expectClose(compile(layer.apply, { target: 'js' })(tensors(parameters), tensor(x)), y)
    expectClose(compile(layer.apply, { target: 'wasm' })(tensors(parameters), tensor(x)), y)
    expectClose(layer.apply(tensors(parameters), variable(tensor(x))), y)
  })

  it('begins with parameters of these shapes, that depend on the key alone', () => {
    const shapes = (tree: Any): Any =>
      tree instanceof Tensor ? tree.shape : Object.fromEntries(Object.entries(tree).map(([part, each]) => [part, shapes(each)]))
    expect(shapes(layer.init(key(1)))).toEqual(shapes(tensors(parameters)))
    expect(layer.init(key(1))).toEqual(layer.init(key(1)))
    if (name !== 'layerNorm') expect(layer.init(key(1))).not.toEqual(layer.init(key(2)))
  })

  it('stays in float32, compiled and differentiated', () => {
    const dtypes = (tree: Any): Any =>
      tree instanceof Tensor ? tree.dtype : Object.fromEntries(Object.entries(tree).map(([part, each]) => [part, dtypes(each)]))
    const [p, narrow] = [layer.init(key(0), { dtype: 'float32' }), tensor(x, { dtype: 'float32' })]
    const loss = (p: Any, x: Any) => sum(square(layer.apply(p, x)))
    expect(JSON.stringify(dtypes(p))).not.toContain('float64')
    expect(dtypes(grad(loss)(p, narrow))).toEqual(dtypes(p))
    expect(layer.apply(p, narrow).dtype).toBe('float32')
    for (const target of ['js', 'wasm', 'interpreter'] as const) {
      expect(compile(layer.apply, { target })(p, narrow).dtype).toBe('float32')
      expect(dtypes(compile(grad(loss), { target })(p, narrow))).toEqual(dtypes(p))
    }
    // The same numbers as in float64, to the precision of float32.
    const wide = layer.apply(wider(p), wider(narrow))
    expectClose(layer.apply(p, narrow), wide.toArray(), 2e-6)
  })

  it('has derivatives by parameters and input', () => {
    checkGrads((p: Any, x: Any) => sum(square(layer.apply(p, x))), [tensors(parameters), tensor(x)], { order: 1 })
    const loss = (p: Any, x: Any) => sum(square(layer.apply(p, x)))
    const [eager, compiled] = [grad(loss), compile(grad(loss), { target: 'js' })].map(f => f(tensors(parameters), tensor(x)))
    for (const part of Object.keys(parameters)) if (Array.isArray(parameters[part])) expectClose(compiled[part], eager[part].toArray(), 1e-12)
  })
})

describe('recurrent layers', () => {
  it.each(['lstm', 'gru'])('%s goes on from a state, and gives the last', name => {
    const { parameters, x, state, from, last } = table[name] as Any
    const layer = made[name] as ReturnType<typeof lstm>
    const found = layer.run(tensors(parameters), x, tensors(state))
    expectClose(found.output, from)
    for (const part of Object.keys(last)) expectClose((found.state as Any)[part], last[part])
    // In two pieces as in one.
    const half = layer.run(tensors(parameters), x.slice(0, 2), tensors(state))
    expectClose(layer.run(tensors(parameters), x.slice(2), half.state).output, from.slice(2))
  })

  it('take sequences without a batch, also in vmap', () => {
    const { parameters, x, y } = table.lstm as Any
    const one = (k: number) => x.map((row: number[][]) => row[k])
    expectClose(lstm(3, 5).apply(tensors(parameters), one(1)), y.map((row: number[][]) => row[1]) as Nested)
    const all = vmap((item: Tensor) => lstm(3, 5).apply(tensors(parameters), item), { in: 1, out: 1 })(tensor(x)) as Tensor
    expectClose(all, y)
  })

  it('give nothing for a sequence of nothing', () => {
    const layer = gru(3, 2)
    expect(layer.apply(layer.init(key(0)), zeros([0, 4, 3])).shape).toEqual([0, 4, 2])
  })
})

describe('attention', () => {
  const { parameters, x, causal, context, mask, crossed } = table.attention as Any

  it('looks back only, or at another sequence, where a mask allows it', () => {
    expectClose(multiHeadAttention(6, 3, { causal: true }).apply(tensors(parameters), x), causal)
    expectClose(multiHeadAttention(6, 3).apply(tensors(parameters), x, { context, mask }), crossed)
    checkGrads((x: Tensor) => sum(square(multiHeadAttention(6, 3, { causal: true }).apply(tensors(parameters), x))), [tensor(x)], { order: 1 })
  })

  it('drops attention with a key only', () => {
    const layer = multiHeadAttention(6, 3, { dropout: 0.5 })
    expectClose(layer.apply(tensors(parameters), x), (table.attention as Any).y)
    expect(layer.apply(tensors(parameters), x, { key: key(0) }).toArray()).not.toEqual(layer.apply(tensors(parameters), x).toArray())
  })
})

describe('layers', () => {
  it('embed integers, whose rows get the gradient', () => {
    const layer = embedding(5, 2)
    const p = layer.init(key(0))
    expect(layer.apply(p, [[4, 0]]).toArray()).toEqual([[p.weight.toArray()[4], p.weight.toArray()[0]]])
    const slope = grad((p: { weight: Tensor }) => sum(layer.apply(p, [4, 4, 1])))(p)
    expect(slope.weight.toArray()).toEqual([
      [0, 0],
      [1, 1],
      [0, 0],
      [0, 0],
      [2, 2],
    ])
    expect(() => layer.apply(p, [5])).toThrow(/index 5 is out of range/)
    const narrow = layer.init(key(0), { dtype: 'float32' })
    const traced = compile((p: Any, i: Any) => layer.apply(p, i))(narrow, tensor([1, 2]))
    expect([narrow.weight.dtype, layer.apply(narrow, [1]).dtype, traced.dtype]).toEqual(['float32', 'float32', 'float32'])
  })

  it('can do without a bias, and begin otherwise', () => {
    expect(Object.keys(dense(2, 3, { bias: false }).init(key(0)))).toEqual(['weight'])
    expect(Object.keys(conv(2, 4, [3], { bias: false, groups: 2 }).init(key(0)))).toEqual(['weight'])
    expect(conv(2, 4, [3], { groups: 2 }).init(key(0)).weight.shape).toEqual([4, 1, 3])
    expect(
      dense(2, 3, { weights: (_key, shape) => zeros(shape) })
        .init(key(0))
        .weight.toArray(),
    ).toEqual(zeros([3, 2]).toArray())
  })

  it('convolve over three axes', () => {
    const layer = conv(1, 2, [2, 2, 2])
    const p = { weight: ones([2, 1, 2, 2, 2]), bias: tensor([0, 1]) }
    expect(layer.apply(p, ones([1, 1, 2, 2, 3])).toArray()).toEqual([[[[[8, 8]]], [[[9, 9]]]]])
    expect(layer.init(key(0)).weight.shape).toEqual(p.weight.shape)
  })

  it('follow each other, with functions and dropout between them', () => {
    const model = sequential(dense(3, 8), relu, dropout(0.5), dense(8, 2))
    const p = model.init(key(3))
    expect(p.map(each => Object.keys(each))).toEqual([['weight', 'bias'], [], [], ['weight', 'bias']])
    const x = normal(key(4), [5, 3])
    const expected = dense(8, 2).apply(p[3], relu(dense(3, 8).apply(p[0], x)))
    expect(model.apply(p, x).toArray()).toEqual(expected.toArray())
    const [a, b] = [key(1), key(2)].map(k => model.apply(p, x, { key: k }).toArray())
    expect(a).not.toEqual(b)
    expect(model.apply(p, x, { key: key(1) }).toArray()).toEqual(a)
    const compiled = compile((p: Any, x: Any, k: Any) => model.apply(p, x, { key: k }))
    expect(compiled(p, x, key(1)).toArray()).toEqual(a)
    // One key for each item.
    const each = vmap((x: Tensor, k: Any) => model.apply(p, x, { key: k }))(x, split(key(9), 5)) as Tensor
    expect(each.shape).toEqual([5, 2])
  })

  it('take variables, and learn by backward()', () => {
    const model = sequential(dense(2, 4), tanh, dense(4, 1))
    const plain = model.init(key(0))
    const x = normal(key(1), [6, 2])
    const variables = plain.map(part => Object.fromEntries(Object.entries(part).map(([name, each]) => [name, variable(each as Tensor)]))) as Any
    const loss = sum(square(model.apply(variables, x))) as Any
    loss.backward()
    const expected = grad((p: typeof plain) => sum(square(model.apply(p, x))))(plain)
    for (const i of [0, 2] as const) expect(variables[i].weight.grad.toArray()).toEqual(expected[i].weight.toArray())
  })

  it('stand inside each other', () => {
    const model = sequential(sequential(dense(2, 4), tanh), dense(4, 1), sigmoid)
    const p = model.init(key(0))
    expect(model.apply(p, [1, 2]).shape).toEqual([1])
    expect(p[0][0].weight.shape).toEqual([4, 2])
  })

  it('learn exclusive or', () => {
    const model = sequential(dense(2, 8), tanh, dense(8, 1))
    const x = tensor([
      [0, 0],
      [0, 1],
      [1, 0],
      [1, 1],
    ])
    const y = tensor([[-1], [1], [1], [-1]])
    const step = compile(valueAndGrad((p: ReturnType<typeof model.init>) => sum(square(sub(model.apply(p, x), y)))))
    const optimiser = adam(model.init(key(0)), { learningRate: 0.05 })
    let loss = Number.POSITIVE_INFINITY
    for (let i = 0; i < 200; i++) {
      const [value, slope] = step(optimiser.params)
      loss = value
      optimiser.step(slope)
    }
    expect(loss).toBeLessThan(1e-3)
  })
})

describe('initialisers', () => {
  it.each([
    ['glorotUniform', glorotUniform, 2 / (300 + 200), true],
    ['glorotNormal', glorotNormal, 2 / (300 + 200), false],
    ['heUniform', heUniform, 2 / 300, true],
    ['heNormal', heNormal, 2 / 300, false],
  ] as const)('%s has the variance that its authors derive', (_name, make, variance, bounded) => {
    for (const shape of [
      [200, 300],
      [20, 30, 10],
    ]) {
      const weights = make(key(0), shape)
      expect(weights.shape).toEqual(shape)
      // fanOut of [20, 30, 10] is 200, fanIn 300: as of the matrix.
      const found = weights.data.reduce((sum, each) => sum + each * each, 0) / weights.size
      expect(Math.abs(found / variance - 1)).toBeLessThan(4 * Math.sqrt(2 / weights.size))
      expect(Math.max(...weights.data) <= Math.sqrt(3 * variance)).toBe(bounded)
    }
  })
})

describe('what does not fit is refused in words', () => {
  const wrong = (given: unknown) => given as Any
  it.each<[string, () => unknown, RegExp]>([
    ['a size that is none', () => dense(0, 3), /^dense: inputs is an integer of at least 1, not the number 0\.$/],
    ['an option that there is not', () => dense(1, 2, wrong({ activation: relu })), /^dense: there is no option activation/],
    ['an input of another length', () => dense(3, 2).apply(dense(3, 2).init(key(0)), [1, 2]), /^linear: weights \[out, in\] of shape \[2, 3\]/],
    ['a window that is a number', () => conv(1, 1, wrong(3)), /^conv: window is a list of one to three lengths/],
    ['groups that do not divide', () => conv(3, 4, [3], { groups: 2 }), /^conv: inputs \/ groups is an integer of at least 1, not the number 1\.5\.$/],
    ['a stride below 1', () => conv(1, 1, [3], { stride: 0 }), /^conv: stride is/],
    ['heads that do not divide', () => multiHeadAttention(6, 4), /^multiHeadAttention: 4 heads do not divide a size of 6\.$/],
    ['a sequence of other vectors', () => lstm(3, 2).apply(lstm(3, 2).init(key(0)), zeros([4, 2])), /^lstm: .* with 3 along the last axis, but shape \[4, 2\]/],
    ['no sequence', () => gru(3, 2).apply(gru(3, 2).init(key(0)), zeros([3])), /^gru: takes an input of shape \[length, …, inputs\]/],
    [
      'a mask that is too large',
      () => multiHeadAttention(2, 1).apply(multiHeadAttention(2, 1).init(key(0)), zeros([3, 2]), { mask: zeros([4, 3, 3]) }),
      /mask/,
    ],
    ['a rate above 1', () => dropout(2), /^dropout: rate is a number from 0 to 1, not the number 2\.$/],
    ['a rate that is a text', () => dropout(wrong('0.5')), /^dropout: rate is a number from 0 to 1, not the string "0\.5"\.$/],
    ['nothing for a layer', () => sequential(wrong(null)), /^sequential: part 0 is null/],
    ['weights of no axis', () => glorotNormal(key(0), []), /^glorotNormal: weights have the shape/],
    ['no layer', () => sequential(wrong(3) as Part), /^sequential: part 0 is the number 3, where a layer/],
    ['weights of one axis', () => heNormal(key(0), [3]), /^heNormal: weights have the shape \[out, in, …window\]/],
    ['a dtype that is none', () => lstm(2, 2).init(key(0), { dtype: wrong('int32') }), /^lstm: dtype is 'float64' or 'float32', not the string "int32"\.$/],
    ['no key', () => dense(2, 2).init(wrong(0)), /^uniform: a key is a Tensor of shape \[2\]/],
  ])('%s', (_what, run, message) => {
    expect(run).toThrow(message)
    expect(run).toThrow(expect.objectContaining({ name: expect.stringMatching(/^(Shape|Option|Tree)Error$/) }))
  })
})
