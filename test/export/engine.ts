import * as ort from 'onnxruntime-web'
import { fromOnnx } from '../../src/export/index.ts'
import { tensor } from '../../src/index.ts'
import { numbersOf } from '../results.ts'

ort.env.wasm.numThreads = 1
ort.env.logLevel = 'fatal'

/** What onnxruntime, an engine that nobody here wrote, makes of a model: the numbers of each output by its name. Shapes are those of the model if left out. */
export async function run(model: Uint8Array, args: unknown, shapes?: readonly number[][]): Promise<Record<string, number[]>> {
  const session = await ort.InferenceSession.create(model, { graphOptimizationLevel: 'disabled', logSeverityLevel: 4 })
  const inputs = session.inputMetadata.map((each, i) => {
    if (!each.isTensor) throw new Error(`${each.name} is no tensor`)
    return { name: each.name, shape: shapes?.[i] ?? (each.shape as number[]), type: each.type }
  })
  const feeds = Object.fromEntries(shared(inputs, args).map(({ name, shape, type, numbers }) => [name, feed(type, numbers, shape)]))
  const outputs = await session.run(feeds)
  await session.release()
  return Object.fromEntries(session.outputNames.map(name => [name, Array.from(outputs[name]?.data as Float64Array, Number)]))
}

/** What the library itself makes of it, read back. */
export function runHere(bytes: Uint8Array, args: unknown): Record<string, number[]> {
  const model = fromOnnx(bytes)
  const feeds = shared(model.inputs as { name: string; shape: number[] }[], args).map(({ name, shape, numbers }) => [
    name,
    shape.length === 0 ? numbers[0] : tensor(numbers, shape),
  ])
  const outputs = model.apply(Object.fromEntries(feeds))
  return Object.fromEntries(Object.entries(outputs).map(([name, each]) => [name, numbersOf(each)]))
}

/** The numbers of arguments, in order, for inputs of these shapes. */
function shared<I extends { shape: readonly number[] }>(inputs: readonly I[], args: unknown): (I & { numbers: number[] })[] {
  const numbers = numbersOf(args)
  let at = 0
  const parts = inputs.map(each => {
    const size = each.shape.reduce((product, length) => product * length, 1)
    at += size
    return { ...each, numbers: numbers.slice(at - size, at) }
  })
  if (at !== numbers.length) throw new Error(`the model takes ${at} numbers of ${numbers.length}`)
  return parts
}

function feed(type: string, numbers: number[], shape: number[]): ort.Tensor {
  if (type === 'float64') return new ort.Tensor('float64', Float64Array.from(numbers), shape)
  if (type === 'float32') return new ort.Tensor('float32', Float32Array.from(numbers), shape)
  if (type === 'int32') return new ort.Tensor('int32', Int32Array.from(numbers), shape)
  if (type === 'int64') return new ort.Tensor('int64', BigInt64Array.from(numbers.map(BigInt)), shape)
  return new ort.Tensor('bool', Uint8Array.from(numbers), shape)
}
