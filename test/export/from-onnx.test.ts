import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { fromOnnx, toOnnx } from '../../src/export/index.ts'
import { decodeModel, encodeModel } from '../../src/export/onnx/encode.ts'
import { OPERATORS } from '../../src/export/onnx/from-onnx.ts'
import { compile, GraphError, grad, mse, mul, type Tensor, tensor, toFloat64, zeros } from '../../src/index.ts'
import { adam } from '../../src/optim/index.ts'
import { Random } from '../forms/random.ts'
import { numbersOf } from '../results.ts'

interface Values {
  [name: string]: { shape: number[]; numbers: (number | 'Infinity' | '-Infinity' | 'NaN')[] }
}

/** Models by onnx' own helpers, and what onnxruntime makes of them: see make_onnx.py. */
const cases: { name: string; model: string; inputs: Values; outputs: Values }[] = JSON.parse(
  readFileSync(new URL('../reference/onnx.json', import.meta.url), 'utf8'),
)
const bytesOf = (name: string) => Uint8Array.from(Buffer.from((cases.find(each => each.name === name) as { model: string }).model, 'base64'))
const inputsOf = ({ inputs }: { inputs: Values }) =>
  Object.fromEntries(
    Object.entries(inputs).map(([name, { shape, numbers }]) => [
      name,
      shape.length === 0 ? Number(numbers[0]) : tensor(numbers.map(Number), { shape, dtype: 'float32' }),
    ]),
  )

describe('models from elsewhere', () => {
  it.each(cases.map(each => [each.name, each] as const))('%s', (name, { inputs, outputs }) => {
    const found = fromOnnx(bytesOf(name)).apply(inputsOf({ inputs }))
    for (const [output, { shape, numbers }] of Object.entries(outputs)) {
      const own = found[output] as Tensor | number
      expect(typeof own === 'object' ? own.shape : []).toEqual(shape)
      numbersOf(own).forEach((each, i) => {
        // Both are of float32.
        expect(Math.abs(each - (numbers[i] as number))).toBeLessThanOrEqual(2e-6 * Math.max(1, Math.abs(numbers[i] as number)))
      })
    }
  })

  it('are of every operator that is read', () => {
    const tested = new Set(cases.flatMap(({ name }) => decodeModel(bytesOf(name)).graph.node.map(each => each.opType)))
    expect(Object.keys(OPERATORS).filter(each => !tested.has(each))).toEqual([])
  })

  const network = cases.find(each => each.name === 'a network of convolutions') as (typeof cases)[0]

  it('are differentiated by their weights, trained and compiled', () => {
    const { apply, weights, inputs, outputs } = fromOnnx(bytesOf(network.name))
    expect(inputs).toEqual([{ name: 'x0', shape: [2, 1, 6, 6] }])
    expect(outputs[0]?.name).toBe('y0')
    const given = inputsOf(network)
    const target = tensor([
      [1, 0, 0],
      [0, 0, 1],
    ])
    const loss = (w: typeof weights) => mse(apply(given, w).y0 as Tensor, target)
    const compiled = compile(grad(loss))
    const start = loss(weights)
    expect(numbersOf(compiled(weights))).toEqual(numbersOf(grad(loss)(weights)))
    const optimizer = adam(weights, { learningRate: 0.05 })
    let w = weights
    for (let i = 0; i < 30; i++) w = optimizer.step(compiled(w))
    expect(loss(w)).toBeLessThan(0.2 * start)
  })

  it('say what is wrong with what they are given', () => {
    const { apply, weights } = fromOnnx(bytesOf(network.name))
    const given = inputsOf(network)
    expect(() => apply({})).toThrow(/^apply: x0 is missing among the inputs, which are x0\.$/)
    expect(() => apply({ ...given, z: 1 })).toThrow(/^apply: inputs have no z\. There are: x0\.$/)
    expect(() => apply({ x0: [1, 2] })).toThrow(/^apply: x0 has shape \[2\], but the model has \[2, 1, 6, 6\]\.$/)
    expect(() => apply(given, { ...weights, c1: 1 })).toThrow(/^apply: c1 has shape \[\], but the model has \[2\]\.$/)
    expect(() => apply(3 as never)).toThrow(/^apply: inputs are an object by name \(x0\), but the number 3 was given\.$/)
    expect(() => fromOnnx([1] as never)).toThrow(/^fromOnnx: takes the bytes of a model, a Uint8Array, but an array of length 1/)
  })

  it('go round: what leaves comes back', () => {
    const f = (x: number[]) => mul(3, mse(x, [1, 2]))
    const once = toOnnx(f, [[0.5, 4]])
    const model = fromOnnx(once)
    const again = toOnnx((x: Tensor) => model.apply({ input: x }).result, [toFloat64(tensor([0.5, 4])) as Tensor])
    for (const bytes of [once, again]) expect(numbersOf(fromOnnx(bytes).apply({ input: [3, 5] }))).toEqual([f([3, 5])])
  })
})

describe('files that lie', () => {
  const model = () => decodeModel(toOnnx((x: number[]) => x.map(each => mul(2, each)), [[1, 2]]))
  type Model = ReturnType<typeof model>
  it.each<[string, (m: Model) => unknown, RegExp]>([
    [
      'an operator that is not read',
      m => Object.assign(m.graph.node[0] as object, { opType: 'Frobnicate' }),
      /operators that are not read: Frobnicate\. Those that are: Abs, Acos/,
    ],
    ['an operator of another domain', m => Object.assign(m.graph.node[0] as object, { domain: 'com.x' }), /not read: com\.x\.\w+\./],
    [
      'a circle',
      m => Object.assign(m.graph.node[0] as object, { input: m.graph.node.at(-1)?.output }),
      /which nothing before it gives: the nodes go in a circle/,
    ],
    ['an output that nothing gives', m => Object.assign(m.graph.output[0] as object, { name: 'gone' }), /^fromOnnx: nothing gives the output gone\.$/],
    [
      'a constant in another file',
      m => Object.assign(m.graph.initializer[0] as object, { dataLocation: 1 }),
      /lies in another file; only what is in the bytes is read/,
    ],
    ['a constant of too few bytes', m => Object.assign(m.graph.initializer[0] as object, { dims: [1000] }), /which do not fill shape \[1000\]/],
    ['a constant beyond all memory', m => Object.assign(m.graph.initializer[0] as object, { dims: [2 ** 40] }), /more than 100000000 entries/],
    ['a length below 0', m => Object.assign(m.graph.initializer[0] as object, { dims: [-1] }), /which is no list of lengths/],
    ['entries of texts', m => Object.assign(m.graph.initializer[0] as object, { dataType: 8 }), /has entries of type 8/],
    ['a version of long ago', m => Object.assign(m.opsetImport[0] as object, { version: 3 }), /operators of version 3; those of 7 to 24 are read/],
    ['no version', m => m.opsetImport.pop(), /does not say of which version/],
    ['functions of its own', m => m.functions.push({}), /functions of its own/],
    ['no graph', m => Object.assign(m, { graph: undefined }), /there is no graph/],
  ])('%s', (_, damage, message) => {
    const damaged = model()
    damage(damaged)
    expect(() => fromOnnx(encodeModel(damaged))).toThrow(GraphError)
    expect(() => fromOnnx(encodeModel(damaged))).toThrow(message)
  })

  it('make no more than their bytes say: shapes that are asked for have a limit', () => {
    const made = decodeModel(bytesOf('ConstantOfShape'))
    const huge = { ...made, graph: { ...made.graph } }
    expect(() => fromOnnx(encodeModel(huge)).apply({ x0: [1e6, 1e6] })).toThrow(
      /^fromOnnx: what ConstantOfShape gives has shape \[1000000, 1000000\], more than/,
    )
  })

  /** A model of these nodes, with inputs of any shape. */
  const modelOf = (inputs: string[], node: [string, string[], string, object[]?][]): Uint8Array =>
    encodeModel({
      irVersion: 8,
      graph: {
        node: node.map(([opType, input, output, attribute = []]) => ({ opType, input, output: [output], attribute: attribute as never })),
        initializer: [],
        input: inputs.map(name => ({ name, type: { tensorType: { elemType: 11 } } })),
        output: [{ name: 'y' }],
        sparseInitializer: [],
      },
      opsetImport: [{ domain: '', version: 18 }],
      metadataProps: [],
      functions: [],
    })
  const attribute = (name: string, value: object) => ({ name, floats: [], ints: [], strings: [], ...value })

  it.each<[string, [string, string[], string, object[]?], number[][]]>([
    [
      'rows and columns that are repeated along each other',
      ['Add', ['a', 'b'], 'y'],
      [
        [20_000, 1],
        [1, 20_000],
      ],
    ],
    [
      'selections of them',
      ['Where', ['a', 'b', 'b'], 'y'],
      [
        [20_000, 1],
        [1, 20_000],
      ],
    ],
    [
      'products',
      ['MatMul', ['a', 'b'], 'y'],
      [
        [20_000, 1],
        [1, 20_000],
      ],
    ],
    ['rows that are taken again and again', ['Gather', ['a', 'b'], 'y', [attribute('axis', { i: 0, type: 2 })]], [[2, 20_000], [20_000]]],
    ['a tensor beside itself', ['Concat', new Array<string>(101).fill('a'), 'y', [attribute('axis', { i: 0, type: 2 })]], [[1_000_000], [1]]],
  ])('of few bytes and no end of entries are refused before these are made: %s', (_, node, shapes) => {
    const [a, b] = shapes.map(shape => zeros(shape))
    const apply = () => fromOnnx(modelOf(['a', 'b'], [node])).apply({ a, b } as never)
    expect(apply).toThrow(GraphError)
    expect(apply).toThrow(/^fromOnnx: what \w+ gives has shape \[.*\], more than 100000000 entries\.$/)
  })

  it('with loops that have no end are refused after a million rounds', { timeout: 120_000 }, () => {
    const body = {
      node: [{ opType: 'Identity', input: ['goes'], output: ['on'], attribute: [] }],
      initializer: [],
      input: [{ name: 'round' }, { name: 'goes' }, { name: 's' }],
      output: [{ name: 'on' }, { name: 's' }],
      sparseInitializer: [],
    }
    const bytes = modelOf(['a'], [['Loop', ['', '', 'a'], 'y', [attribute('body', { g: body, type: 5 })]]])
    expect(() => fromOnnx(bytes).apply({ a: [1] })).toThrow(/^fromOnnx: Loop: it goes on after 1000000 rounds/)
  })

  it('with damaged bytes are refused in words, or compute something', () => {
    const seed = 'damaged models'
    const random = new Random(seed)
    const next = () => random.next()
    const files = ['a network of convolutions', 'Loop', 'Slice', 'Conv', 'TopK'].map(name => ({
      name,
      bytes: bytesOf(name),
      given: inputsOf(cases.find(each => each.name === name) as never),
    }))
    let refused = 0
    for (let i = 0; i < 600; i++) {
      const { bytes, given, name } = files[i % files.length] as (typeof files)[0]
      const damaged = next() < 0.3 ? bytes.slice(0, Math.floor(next() * bytes.length)) : bytes.slice()
      for (let k = 0; k < 1 + next() * 3; k++) damaged[Math.floor(next() * damaged.length)] = Math.floor(next() * 256)
      try {
        fromOnnx(damaged).apply(given)
      } catch (error) {
        refused++
        expect(error, `seed ${seed}, ${name}, file ${i}: ${(error as Error).stack}`).toHaveProperty(
          'name',
          expect.stringMatching(/^(Graph|Shape|Dualtape|Option|Tree|Domain)Error$/),
        )
      }
    }
    expect(refused).toBeGreaterThan(100)
  })
})
