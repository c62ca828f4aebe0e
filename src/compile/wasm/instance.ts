import { Tensor } from '../../core/tensor.ts'
import type { Value } from '../../core/types.ts'
import { type GraphNode, isScalarNode } from '../../graph/graph.ts'
import * as kernels from '../../ops/kernels/index.ts'
import type { WasmProgram } from './program.ts'
import type { ForeignStep } from './steps.ts'

interface Instance {
  exports: { memory: { buffer: ArrayBuffer }; run: () => number }
}

/** What is used of the engine's WebAssembly. */
interface WebAssemblyApi {
  instantiate(bytes: Uint8Array<ArrayBuffer>, imports: object): Promise<{ instance: Instance }>
  Module: new (bytes: Uint8Array<ArrayBuffer>) => object
  Instance: new (module: object, imports: object) => Instance
}

/** A program that can be run: write inputs to `numbers`, call `run`, read outputs. */
export interface Runnable {
  readonly program: WasmProgram
  readonly numbers: Float64Array
  readonly run: () => number
}

const WebAssembly = (globalThis as unknown as { WebAssembly: WebAssemblyApi }).WebAssembly

/** Whether there is WebAssembly, and a page may make some as it runs. */
export function mayInstantiate(): boolean {
  try {
    return new WebAssembly.Module(Uint8Array.of(0, 0x61, 0x73, 0x6d, 1, 0, 0, 0)) !== undefined
  } catch {
    return false
  }
}

/** An instance of a program. Browsers may refuse to make large ones in the thread of a page, with a RangeError. */
export function instantiate(program: WasmProgram): Runnable {
  const memory: Memory = {}
  return runnable(program, memory, new WebAssembly.Instance(new WebAssembly.Module(program.bytes), importsOf(program, memory)))
}

/** The same without that limit. */
export async function instantiateAsync(program: WasmProgram): Promise<Runnable> {
  const memory: Memory = {}
  return runnable(program, memory, (await WebAssembly.instantiate(program.bytes, importsOf(program, memory))).instance)
}

/** The memory of an instance, which its imports know before there is one. */
interface Memory {
  numbers?: Float64Array
}

function runnable(program: WasmProgram, memory: Memory, { exports: { memory: own, run } }: Instance): Runnable {
  const numbers = new Float64Array(own.buffer)
  memory.numbers = numbers
  return { program, numbers, run }
}

function importsOf({ imports, foreign }: WasmProgram, memory: Memory): object {
  const functions = imports.map(name => [name, name.startsWith('Math.') ? Math[name.slice(5) as 'sin'] : kernels[name as keyof typeof kernels]])
  const steps = foreign.map((step, i) => [`step${i}`, () => take(step, memory.numbers as Float64Array)])
  return { js: Object.fromEntries([...functions, ...steps]) }
}

/** Takes one step by the library's own operator. */
function take({ node, operands, result }: ForeignStep, numbers: Float64Array): void {
  const value = node.definition?.evaluate(
    operands.map(({ at, node: operand }) => valueAt(numbers, at, operand)),
    node.params,
  )
  if (value instanceof Tensor) numbers.set(value.data, result)
  else numbers[result] = Number(value)
}

/** A number in memory, or a tensor that shares it. */
function valueAt(numbers: Float64Array, at: number, node: GraphNode): Value {
  const { shape, dtype } = node
  if (!isScalarNode(node)) return new Tensor(numbers.subarray(at, at + shape.reduce((a, b) => a * b, 1)), shape, dtype)
  return dtype === 'bool' ? numbers[at] !== 0 : (numbers[at] as number)
}
