import { describe, expect, it } from 'vitest'
import { allBackends } from '../../src/compile/backends.ts'
import { signatureOf } from '../../src/compile/signature.ts'
import { Graph as PlainGraph } from '../../src/graph/graph.ts'
import {
  add,
  compile,
  exp,
  foriLoop,
  Graph,
  GraphError,
  type GraphNode,
  grad,
  graph,
  gt,
  matrixFunction,
  mul,
  scan,
  sin,
  sum,
  Tensor,
  tensor,
  trace,
} from '../../src/index.ts'
import * as operators from '../../src/ops/index.ts'
import { checkDamaged, emptyDamage } from '../programs/damage.ts'
import { writtenGraphs } from '../programs/graphs.ts'

// biome-ignore lint/suspicious/noExplicitAny: damaged data
type Any = any

const CODE = '0]; globalThis.hacked = 1; [0'
const texts = writtenGraphs()

/** A written graph with a change. */
function changed(text: object, change: (json: Any) => void): Any {
  const json = JSON.parse(JSON.stringify(text))
  change(json)
  return json
}

/** The first step of an operator. */
const step = (json: Any, op: string): Any => json.nodes.find((node: Any) => node.op === op)

describe('Graph.fromJSON', () => {
  it('reads what all operators, their derivatives and batches, loops and guards are written as', () => {
    for (const text of texts) expect(JSON.stringify(Graph.fromJSON(text))).toBe(text)
  })

  it('is told by each operator how its steps are checked', () => {
    const missing = Object.values(operators).flatMap((each: Any) => {
      const { kind, name, step } = each?.definition ?? {}
      return kind === undefined || kind === 'composite' || kind === 'elementwise' || step !== undefined ? [] : [name]
    })
    expect(missing).toEqual([])
  })

  it('refuses numbers that are too large among the parameters of any operator, and other numbers of operands', () => {
    const known = new Set<string>()
    const accepted = new Set<string>()
    const attempt = (what: string, json: Any, change: () => () => void) => {
      if (known.has(what)) return
      known.add(what)
      const undo = change()
      try {
        Graph.fromJSON(json)
        accepted.add(what)
      } catch (error) {
        expect(error).toBeInstanceOf(GraphError)
      }
      undo()
    }
    const set = (of: Any, key: string | number, value: unknown) => () => {
      const held = of[key]
      of[key] = value
      return () => {
        of[key] = held
      }
    }
    for (const json of texts.map(text => JSON.parse(text))) {
      for (const node of json.nodes) {
        const name = node.op
        const inputs: number[] = node.inputs ?? []
        if (inputs.length > 0) {
          attempt(`${name} of fewer`, json, set(node, 'inputs', inputs.slice(0, -1)))
          attempt(`${name} of more`, json, set(node, 'inputs', [...inputs, inputs.at(-1)]))
        }
        for (const [key, given] of Object.entries<Any>(node.params ?? {})) {
          const list = given?.$ints ?? given
          for (const value of [1e6, 0.5]) {
            if (typeof given === 'number') attempt(`${name}.${key} = ${value}`, json, set(node.params, key, value))
            else if (list.length > 0 && typeof list[0] === 'number') attempt(`${name}.${key}[0] = ${value}`, json, set(list, 0, value))
          }
        }
      }
    }
    expect(known.size).toBeGreaterThan(300)
    // Functions of matrices have derivatives in any number of directions, and norms any order; indices and classes are checked when there are some.
    const free = /^(cofactor|expm|sqrtm|logm) of|^powerNorm.ord|^checkedIndices.(span|shape\[0\]) = 1000000|^checkedClasses.*= 1000000/
    expect([...accepted].filter(each => !free.test(each))).toEqual([])
  })

  it('reads factorisations, whose steps nobody calls', () => {
    const a = tensor([
      [4, 1],
      [1, 3],
    ])
    const read = Graph.fromJSON(JSON.stringify(trace((x: Tensor) => operators.eigh(x).values, a)))
    // The eigenvalues are the roots of λ² − 7 λ + 11.
    const [small, large] = (read.evaluate([a])[0] as Tensor).toArray()
    expect([small * large, small + large]).toEqual([expect.closeTo(11, 12), expect.closeTo(7, 12)])
  })

  const matrix = trace(
    (x: Tensor) => sum(operators.reshape(mul(x, [1, 2]), [4]), 0),
    tensor([
      [1, 2],
      [3, 4],
    ]),
  )
  const picked = trace((x: Tensor) => add(x.at(1), operators.section(x, 1, [2])), tensor([1, 2, 3]))
  const looped = trace((x: number) => foriLoop(0, 20, (i, s: number) => add(mul(s, x), i), x), 0.5)
  const guarded = trace((x: number) => (gt(x, 0) ? sin(x) : x), 1)
  const deep = (depth: number) => {
    let json: Any = looped.toJSON()
    for (let i = 0; i < depth; i++) json = changed(looped, each => (step(each, 'loop').params.body = json))
    return json
  }

  it.each<[string, () => Any, RegExp]>([
    [
      'code as a position',
      () => changed(picked, json => (step(json, 'pick').params.position = CODE)),
      /step \d+ \(pick\): position is an integer of at least 0, not the string/,
    ],
    ['code as a start', () => changed(picked, json => (step(json, 'section').params.start = CODE)), /\(section\): start is an integer/],
    ['a position outside', () => changed(picked, json => (step(json, 'pick').params.position = 3)), /\(pick\): there is no entry 3/],
    ['code as a shape', () => changed(matrix, json => (json.nodes[0].shape = [CODE, 2])), /step 0 \(input\): shape \[the string/],
    ['a wrong shape', () => changed(matrix, json => (step(json, 'mul').shape = [4])), /\(mul\): its result has shape \[2, 2\], not \[4\]/],
    [
      'a shape in parameters that does not fit',
      () => changed(matrix, json => (step(json, 'reshape').params.shape = [5])),
      /\(reshape\): the entries of shape \[2, 2\] do not fill \[5\]/,
    ],
    ['axes that do not fit', () => changed(matrix, json => (step(json, 'sum').params.axes = [1])), /\(sum\): axes: axis 1 is out of range/],
    ['another count', () => changed(matrix, json => (step(json, 'sum').params.count = 3)), /\(sum\): the parameters are not those/],
    ['further parameters', () => changed(picked, json => (step(json, 'pick').params.code = CODE)), /there is no "code" here/],
    ['a parameter left out', () => changed(picked, json => delete step(json, 'section').params.start), /start is an integer of at least 0, not undefined/],
    ['too few operands', () => changed(matrix, json => step(json, 'mul').inputs.pop()), /\(mul\): it takes 2 operands, not 1/],
    ['too many operands', () => changed(picked, json => step(json, 'pick').inputs.push(0)), /\(pick\): it takes 1 operand, not 2/],
    [
      'an operand of its own',
      () => changed(matrix, json => (step(json, 'mul').inputs = [2, 0])),
      /\(mul\): inputs name the number 2, which is no earlier step/,
    ],
    ['an unknown operator', () => changed(matrix, json => (step(json, 'mul').op = 'constructor')), /\(constructor\): this operator is not known/],
    ['prototypes', () => JSON.parse(JSON.stringify(matrix).replace('"op":"mul"', '"__proto__":{"op":"mul"},"op":"__proto__"')), /there is no "__proto__" here/],
    ['a text as a constant', () => changed(matrix, json => (step(json, 'constant').value = CODE)), /\(constant\): the string .* is not a number/],
    ['no constant', () => changed(matrix, json => delete step(json, 'constant').value), /\(constant\): its value is missing/],
    [
      'a constant of another shape',
      () => changed(matrix, json => (step(json, 'constant').value.shape = [1])),
      /\(constant\): its value is a tensor that the step is not/,
    ],
    ['a text among entries', () => changed(matrix, json => (step(json, 'constant').value.$tensor[0] = CODE)), /\(constant\): the string/],
    ['inputs that are none', () => changed(matrix, json => (json.inputs = [1])), /inputs are not the steps that are inputs/],
    ['the same input twice', () => changed(matrix, json => json.inputs.push(0)), /inputs are not the steps/],
    ['an input left out', () => changed(matrix, json => (json.inputs = [])), /inputs are not the steps/],
    ['guards: [null]', () => changed(matrix, json => (json.guards = [null])), /null is not a guard/],
    ['a guard of a tensor', () => changed(matrix, json => (json.guards = [{ node: 0, expected: true, op: 'gt' }])), /the guard of step 0 is none/],
    ['a guard without an answer', () => changed(guarded, json => delete json.guards[0].expected), /the guard of step \d+ is none/],
    ['shapes of 1e11', () => changed(matrix, json => (json.nodes[0].shape = [1e11])), /is no list of lengths/],
    ['too many entries', () => changed(matrix, json => (json.nodes[0].shape = [1e9])), /more than 100000000 entries together/],
    ['lengths below 0', () => changed(matrix, json => (json.nodes[0].shape = [-1, 2])), /is no list of lengths/],
    ['lengths that are NaN', () => changed(matrix, json => (json.nodes[0].shape = [Number.NaN])), /is no list of lengths/],
    ['very many axes', () => changed(matrix, json => (json.nodes[0].shape = new Array(1e5).fill(1))), /100000 axes has more than 64/],
    ['another dtype', () => changed(matrix, json => (step(json, 'mul').dtype = 'bool')), /\(mul\): its result is not bool/],
    ['no dtype', () => changed(matrix, json => (step(json, 'mul').dtype = CODE)), /dtype is the string/],
    ['loops in loops, 10,000 deep', () => deep(200), /deeper than 64/],
    ['a body that is no graph', () => changed(looped, json => (step(json, 'loop').params.body = null)), /step \d+ \(loop\): its body: null is not a graph/],
    [
      'a step of a body that lies',
      () => changed(looped, json => (step(step(json, 'loop').params.body, 'mul').shape = [2])),
      /\(loop\): its body: step \d+ \(mul\): its result/,
    ],
    ['a body that takes more', () => changed(looped, json => (step(json, 'loop').params.carries = 3)), /fewer parts than/],
    ['code as a count', () => changed(looped, json => (step(json, 'loop').params.count = CODE)), /\(loop\): count is the string/],
    ['outputs that are no steps', () => changed(matrix, json => (json.outputs = [99])), /outputs name the number 99/],
  ])('refuses %s', (_what, make, message) => {
    const json = make()
    expect(() => Graph.fromJSON(json)).toThrow(GraphError)
    expect(() => Graph.fromJSON(json)).toThrow(message)
    expect(() => Graph.fromJSON(JSON.stringify(json))).toThrow(GraphError)
    expect('hacked' in globalThis).toBe(false)
  })

  it('refuses text that nests 10,000 loops, and graphs that hold themselves', () => {
    const opening =
      '{"format":"dualtape-graph","version":1,"inputs":[],"outputs":[],"nodes":[{"op":"loop","shape":[],"dtype":"float64","params":{"count":1,"carries":0,"items":0,"body":'
    expect(() => Graph.fromJSON(`${opening.repeat(10_000)}null${'}}]}'.repeat(10_000)}`)).toThrow(/deeper than 64/)
    const circle = changed(looped, json => (step(json, 'loop').params.body = json))
    expect(() => Graph.fromJSON(circle)).toThrow(/deeper than 64/)
  })

  it('holds graphs within limits', () => {
    expect(() => Graph.fromJSON(matrix.toJSON(), { limits: { entries: 6 } })).toThrow(/more than 6 entries/)
    expect(() => Graph.fromJSON(looped.toJSON(), { limits: { operations: 30 } })).toThrow(/more than the 30 operations/)
    expect(Graph.fromJSON(looped.toJSON(), { limits: { operations: 1000 } }).evaluate([0.5])).toEqual(looped.evaluate([0.5]))
    expect(() => Graph.fromJSON(matrix.toJSON(), { limits: { time: 1 } as Any })).toThrow(/entries or operations/)
  })

  it('keeps equal outputs, and inputs of rank 0', () => {
    const twice = Graph.fromJSON(trace((x: number) => [x, sin(x), sin(x)], 1).toJSON())
    expect(twice.evaluate([2])).toEqual([2, Math.sin(2), Math.sin(2)])
    const rank0 = trace((x: Tensor) => mul(x, 3), new Tensor(Float64Array.of(2), []))
    const session = graph(Graph.fromJSON(rank0.toJSON())).session({ target: 'js' })
    for (const fed of [5, new Tensor(Float64Array.of(5), [])])
      expect(session.run('output0', { [rank0.nodes[0]?.name ?? 'input0']: fed })).toEqual(rank0.evaluate([new Tensor(Float64Array.of(5), [])])[0])
  })

  it('reads parts of scalars, also of constants', () => {
    const json = changed(
      trace((x: Tensor) => mul(x.at(0), 2), tensor([1, 2])),
      each => {
        each.nodes.splice(each.nodes.indexOf(step(each, 'mul')), 0, {
          op: 'pick',
          inputs: [each.nodes.indexOf(step(each, 'constant'))],
          params: { position: 0 },
          shape: [],
          dtype: 'float64',
        })
        const added = each.nodes.findLastIndex((node: Any) => node.op === 'pick')
        step(each, 'mul').inputs = [added, added]
        each.outputs = [each.nodes.length - 1]
      },
    )
    for (const target of ['js', 'wasm', 'interpreter'] as const) {
      const read = Graph.fromJSON(json)
      expect(
        graph(read)
          .session({ target })
          .run('output0', { [read.nodes[0]?.name ?? 'input0']: tensor([1, 2]) }),
      ).toBe(4)
    }
  })

  it('runs as many rounds as there are, whatever a value says', () => {
    const rounds = trace(
      grad((x: number[]) => sum(scan((s: number, each: number) => [sin(add(mul(s, 0.5), each)), s], 0.1, x)[1])),
      Array.from({ length: 20 }, Math.sin),
    )
    const json = changed(rounds, each => {
      const [first] = each.nodes.filter((node: Any) => node.op === 'loop')
      first.params.bounded = true
      first.inputs.push(each.inputs[0])
    })
    const read = Graph.fromJSON(json)
    for (const most of [Number.NaN, -3, 7.5, 1e12]) {
      const inputs = Array.from({ length: 20 }, (_, i) => (i === 0 ? most : 0.1))
      const run = (target: 'js' | 'wasm' | 'interpreter') =>
        allBackends[target]?.make({ graph: read, signature: signatureOf(inputs, read.nodes.length), result: read.outputs.map((_, i) => i) })?.run(...inputs)
      expect(run('js')).toEqual(run('interpreter'))
      expect((run('wasm') as number[]).map(each => Math.fround(each))).toEqual((run('js') as number[]).map(each => Math.fround(each)))
    }
  })

  it('refuses damaged files, or runs what they say', { timeout: 120_000 }, () => {
    const tally = emptyDamage()
    for (let number = 0; number < 400; number++) checkDamaged(texts, 7, number, tally)
    expect(tally.failures).toEqual([])
    expect(tally.read).toBeGreaterThan(10)
  })
})

describe('generated code', () => {
  const shapes = (node: GraphNode, change: object): GraphNode => ({ ...node, ...change })
  const source = trace((x: Tensor) => add(operators.section(mul(x, 2), 1, [2]), x.at(0)), tensor([1, 2, 3]))

  it.each<[string, (node: GraphNode) => GraphNode]>([
    ['a shape', node => (node.op === 'mul' ? shapes(node, { shape: [CODE] }) : node)],
    ['a start', node => (node.op === 'section' ? shapes(node, { params: { start: CODE, shape: [2] } }) : node)],
    ['a position', node => (node.op === 'pick' ? shapes(node, { params: { position: CODE } }) : node)],
    ['a constant', node => (node.op === 'constant' ? shapes(node, { value: CODE }) : node)],
    ['a dtype', node => (node.op === 'add' ? shapes(node, { dtype: `'${CODE}'` }) : node)],
    ['an operand', node => (node.op === 'add' ? shapes(node, { inputs: [CODE, 0] }) : node)],
  ])('is made of integers, also where a graph was put together with text as %s', (_what, change) => {
    const hostile = new PlainGraph(source.nodes.map(change), source.inputs, source.outputs)
    const program = { graph: hostile, signature: signatureOf([tensor([1, 2, 3])], hostile.nodes.length), result: [0] }
    for (const make of [
      () => allBackends.js?.make(program).run(tensor([1, 2, 3])),
      () => allBackends.js?.emit(program),
      () => allBackends.wasm?.make(program)?.run(tensor([1, 2, 3])),
    ])
      expect(make).toThrow(GraphError)
    expect('hacked' in globalThis).toBe(false)
  })

  it('holds keys of trees as text', async () => {
    const keys = [
      '</script><script>globalThis.hacked = 1',
      "'+(globalThis.hacked = 1)+'",
      '*/ globalThis.hacked = 1 /*',
      '\u2028globalThis.hacked = 1',
      '__proto__',
      '"]; globalThis.hacked = 1; ["',
    ]
    const argument = Object.fromEntries(keys.map((key, i) => [key, i]))
    const fast = compile((x: Any) => Object.fromEntries(keys.map(key => [key, mul(x[key], 2)])), { target: 'js' })
    expect(fast(argument)).toEqual(Object.fromEntries(keys.map((key, i) => [key, 2 * i])))
    const module = fast.emit()
    expect(module).not.toContain('</script>')
    const { default: run } = await import(`data:text/javascript,${encodeURIComponent(module)}`)
    expect(run(argument)).toEqual(fast(argument))
    expect('hacked' in globalThis).toBe(false)
  })
})

describe('graphs with functions of matrices', () => {
  it('are read as they are written, with derivatives', () => {
    const a = tensor([
      [2, 1],
      [1, 3],
    ])
    const loss = (x: Tensor) => sum(matrixFunction(y => exp(y), x))
    const slope = (x: Tensor) => grad(loss)(x) as Tensor
    const written: [Any, unknown][] = [
      [loss, a],
      [slope, a],
      [grad((x: Tensor) => sum(slope(x))), a],
      [grad((q: number) => sum(matrixFunction(y => mul(q, y), a))), 0.5],
    ]
    for (const [f, x] of written) {
      const text = JSON.stringify(trace(f, x))
      expect(JSON.stringify(Graph.fromJSON(text))).toBe(text)
    }
    const text = JSON.stringify(trace(loss, a))
    expect(() => Graph.fromJSON(text.replaceAll('"shape":[2]', '"shape":[3]'))).toThrow(GraphError)
  })
})
