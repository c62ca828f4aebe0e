import * as ort from 'onnxruntime-web'
import { numbersOf } from '../results.ts'

ort.env.wasm.numThreads = 1
ort.env.logLevel = 'fatal'

/** What onnxruntime, an engine that nobody here wrote, makes of a model: the numbers of each output by its name. */
export async function run(model: Uint8Array, args: unknown): Promise<Record<string, number[]>> {
  const session = await ort.InferenceSession.create(model, { graphOptimizationLevel: 'basic', logSeverityLevel: 4 })
  const numbers = numbersOf(args)
  let at = 0
  const feeds = Object.fromEntries(
    session.inputMetadata.map(each => {
      if (!each.isTensor) throw new Error(`${each.name} is no tensor`)
      const shape = each.shape as number[]
      const size = shape.reduce((product, length) => product * length, 1)
      at += size
      return [each.name, feed(each.type, numbers.slice(at - size, at), shape)]
    }),
  )
  if (at !== numbers.length) throw new Error(`the model takes ${at} numbers of ${numbers.length}`)
  const outputs = await session.run(feeds)
  await session.release()
  return Object.fromEntries(session.outputNames.map(name => [name, Array.from(outputs[name]?.data as Float64Array, Number)]))
}

function feed(type: string, numbers: number[], shape: number[]): ort.Tensor {
  if (type === 'float64') return new ort.Tensor('float64', Float64Array.from(numbers), shape)
  if (type === 'float32') return new ort.Tensor('float32', Float32Array.from(numbers), shape)
  if (type === 'int32') return new ort.Tensor('int32', Int32Array.from(numbers), shape)
  if (type === 'int64') return new ort.Tensor('int64', BigInt64Array.from(numbers.map(BigInt)), shape)
  return new ort.Tensor('bool', Uint8Array.from(numbers), shape)
}
