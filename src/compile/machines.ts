import { sizeOfShape } from '../core/shape.ts'
import { Tensor } from '../core/tensor.ts'
import { TracedTensor } from '../core/traced.ts'
import type { Value } from '../core/types.ts'
import { type Graph, type GraphNode, isScalarNode } from '../graph/graph.ts'
import { Interpreter } from '../graph/interpreter.ts'
import { borrowed, copyOf } from '../graph/ownership.ts'
import { type Generated, MISS } from './javascript.ts'
import { readerOf, treeText } from './result.ts'
import { readArguments, type Signature, structureTest } from './signature.ts'
import { instantiate, type Runnable } from './wasm/instance.ts'
import { generateWasm } from './wasm/program.ts'

/** What computes a graph's outputs from its inputs, one after the other. */
interface Machine {
  set(input: number, value: Value): void
  /** False when a guard has another answer. */
  run(): boolean
  output(position: number): Value
  /** Whether it makes a new tensor for each output. */
  readonly fresh?: boolean
}

/** A function that carries the numbers of its arguments into a machine and results out of it, without generated code. */
function carried(machine: Machine, { nodes, outputs }: Graph, result: unknown, { parts }: Signature): Pick<Generated, 'run' | 'into'> {
  const copies = machine.fresh ? [] : borrowed({ nodes, outputs })
  const read = readerOf(result, position => {
    const value = machine.output(position)
    return copies[position] && value instanceof Tensor ? copyOf(value) : value
  })
  let input = 0
  const take = (value: Value) => machine.set(input++, value)
  const compute = (args: unknown[]): boolean => {
    input = 0
    return readArguments(parts, args, take) && machine.run()
  }
  return {
    run: (...args) => (compute(args) ? read() : MISS),
    into: (out, ...args) => {
      if (!compute(args)) return MISS
      let at = 0
      outputs.forEach((_, position) => {
        const value = machine.output(position)
        if (value instanceof Tensor) out.set(value.data, at)
        else out[at] = Number(value)
        at += value instanceof Tensor ? value.size : 1
      })
      return undefined
    },
  }
}

/** Runs a graph without generated code. */
export function interpreted(graph: Graph, result: unknown, signature: Signature): Pick<Generated, 'run' | 'into'> {
  return carried(new Interpreter(graph), graph, result, signature)
}

/** A WebAssembly program behind a function; with generated code around it where a page allows that. */
export function inWasm(graph: Graph, result: unknown, signature: Signature, instance: Runnable): Generated {
  const run = withStrong(graph, instance)
  try {
    return generated(graph, result, signature, instance, run)
  } catch (error) {
    if (!(error instanceof EvalError)) throw error
    return { source: '', ...carried(machineOf(graph, instance, run), graph, result, signature) }
  }
}

/** A run that begins again with strong products where plain ones have made a NaN, in a program that is made then. */
function withStrong(graph: Graph, { program, numbers, run }: Runnable): () => boolean {
  let strong: Runnable | undefined
  const [start = 0] = program.outputs
  const end = start + graph.outputs.reduce((sum, output) => sum + sizeOfShape((graph.nodes[output] as GraphNode).shape), 0)
  return () => {
    const code = run()
    if (code !== 2) return code === 0
    strong ??= instantiate(generateWasm(graph))
    strong.numbers.set(numbers.subarray(0, start))
    const done = strong.run() === 0
    numbers.set(strong.numbers.subarray(start, end), start)
    return done
  }
}

function machineOf({ nodes, outputs }: Graph, { program, numbers }: Runnable, run: () => boolean): Machine {
  return {
    fresh: true,
    run,
    set(input, value) {
      const at = program.inputs[input] as number
      if (value instanceof Tensor) numbers.set(value.data, at)
      else numbers[at] = Number(value)
    },
    output(position) {
      const at = program.outputs[position] as number
      const node = nodes[outputs[position] as number] as GraphNode
      if (!isScalarNode(node)) return new Tensor(numbers.slice(at, at + sizeOfShape(node.shape)), node.shape, node.dtype)
      return node.dtype === 'bool' ? numbers[at] !== 0 : (numbers[at] as number)
    },
  }
}

function generated(graph: Graph, result: unknown, signature: Signature, { program, numbers }: Runnable, run: () => boolean): Generated {
  const parameters = signature.parameters.join(', ')
  const nodeOf = (id: number) => graph.nodes[id] as GraphNode
  const write = signature.paths.map((path, i) => {
    const at = program.inputs[i] as number
    return isScalarNode(nodeOf(graph.inputs[i] as number)) ? `  m[${at}] = ${path}` : `  m.set(${path}.data, ${at})`
  })
  const read = (position: number) => {
    const at = program.outputs[position] as number
    const node = nodeOf(graph.outputs[position] as number)
    const { shape, dtype } = node
    if (isScalarNode(node)) return `m[${at}]${dtype === 'bool' ? ' !== 0' : ''}`
    return `new Tensor(m.slice(${at}, ${at + sizeOfShape(shape)}), [${shape.join()}], '${dtype}')`
  }
  const compute = [`  if (!matches(${parameters})) return MISS`, ...write, '  if (!run()) return MISS'].join('\n')
  const [start = 0] = program.outputs
  const size = graph.outputs.reduce((sum, output) => sum + sizeOfShape(nodeOf(output).shape), 0)
  const builds: ((numbers: Float64Array) => unknown)[] = []
  const source = [
    structureTest(signature),
    `return { run: function (${parameters}) {`,
    compute,
    `  return ${treeText(result, read, builds)}`,
    `}, into: function (out, ${parameters}) {`,
    compute,
    `  out.set(m.subarray(${start}, ${start + size}))`,
    '} }',
  ].join('\n')
  const constants = [...graph.nodes.map(node => node.value), ...signature.statics]
  return {
    source,
    ...new Function('m', 'run', 'MISS', 'constants', 'Tensor', 'TracedTensor', 'builds', source)(numbers, run, MISS, constants, Tensor, TracedTensor, builds),
  }
}
