import { sizeOfShape } from '../../core/shape.ts'
import { Tensor } from '../../core/tensor.ts'
import { TracedTensor } from '../../core/traced.ts'
import { type Graph, type GraphNode, isScalarNode } from '../../graph/graph.ts'
import { type Generated, MISS, type Program } from '../backend.ts'
import { carried, type Machine } from '../machine.ts'
import { helpersOf, treeText } from '../result.ts'
import { structureTest } from '../signature.ts'
import { instantiate, type Runnable } from './instance.ts'
import { generateWasm } from './program.ts'

/** Numbers of a list that are written to memory in a loop. */
const LONG_RUN = 32

/** A WebAssembly program behind a function; with generated code around it where a page allows that. */
export function inWasm(program: Program, instance: Runnable): Generated {
  const run = withStrong(program.graph, instance)
  try {
    return generated(program, instance, run)
  } catch (error) {
    if (!(error instanceof EvalError)) throw error
    return { source: '', ...carried(machineOf(program.graph, instance, run), program) }
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

function generated({ graph, result, signature }: Program, { program, numbers }: Runnable, run: () => boolean): Generated {
  const parameters = signature.parameters.join(', ')
  const nodeOf = (id: number) => graph.nodes[id] as GraphNode
  const write: string[] = []
  for (let i = 0; i < signature.paths.length; ) {
    const path = signature.paths[i] as string
    const at = program.inputs[i] as number
    const isScalar = (k: number) => isScalarNode(nodeOf(graph.inputs[k] as number))
    const [, list, from] = /^(.*)\[(\d+)\]$/.exec(path) ?? []
    let length = 1
    if (list !== undefined)
      while (signature.paths[i + length] === `${list}[${Number(from) + length}]` && program.inputs[i + length] === at + length && isScalar(i + length)) length++
    if (!isScalar(i)) write.push(`  m.set(${signature.narrow.get(i) ?? path}.data, ${at})`)
    else if (length < LONG_RUN) for (let k = 0; k < length; k++) write.push(`  m[${at + k}] = ${signature.paths[i + k]}`)
    else write.push(`  for (let i = 0; i < ${length}; i++) m[${at} + i] = ${list}[${from} + i]`)
    i += isScalar(i) ? length : 1
  }
  const read = (position: number) => {
    const at = program.outputs[position] as number
    const node = nodeOf(graph.outputs[position] as number)
    const { shape, dtype } = node
    if (isScalarNode(node)) return `m[${at}]${dtype === 'bool' ? ' !== 0' : ''}`
    // A copy by the constructor is not filled with zeros before, as by `slice`.
    return `new Tensor(new Float64Array(m.subarray(${at}, ${at + sizeOfShape(shape)})), [${shape.join()}], '${dtype}')`
  }
  const copied = (position: number) => read(position).replace(/new Float64Array\((.*?\))\)/, '$1')
  const slice = (positions: readonly number[]): string | undefined => {
    const [first = 0] = positions.map(position => program.outputs[position] as number)
    const isRun = positions.every((position, k) => program.outputs[position] === first + k && read(position) === `m[${first + k}]`)
    return isRun && positions.length >= LONG_RUN ? `m.subarray(${first}, ${first + positions.length})` : undefined
  }
  const compute = (given: number) =>
    [`  if (arguments.length !== ${given} || !matches(${parameters})) return MISS`, ...write, '  if (!run()) return MISS'].join('\n')
  const [start = 0] = program.outputs
  const size = graph.outputs.reduce((sum, output) => sum + sizeOfShape(nodeOf(output).shape), 0)
  const builds: ((numbers: Float64Array) => unknown)[] = []
  const returned = treeText(result, read, builds, { slice, copied })
  const source = [
    structureTest(signature),
    ...helpersOf(returned),
    `return { run: function (${parameters}) {`,
    compute(signature.parameters.length),
    `  return ${returned}`,
    `}, into: function (out, ${parameters}) {`,
    compute(signature.parameters.length + 1),
    `  if (out.buffer !== m.buffer || out.byteOffset !== ${8 * start}) out.set(m.subarray(${start}, ${start + size}))`,
    '} }',
  ].join('\n')
  const constants = [...graph.nodes.map(node => node.value), ...signature.statics]
  return {
    source,
    own: numbers.subarray(start, start + size),
    ...new Function('m', 'run', 'MISS', 'constants', 'Tensor', 'TracedTensor', 'builds', source)(numbers, run, MISS, constants, Tensor, TracedTensor, builds),
  }
}
