/**
 * `compileAsync` for the GPU of a page, or of Node with the package `webgpu`. An application that runs on the processor does not need
 * this entry.
 *
 * @module
 */
import { compileForDevice, type DeviceFunction, type DeviceOptions, type DeviceStats, type MayBeOnDevice, type OnDevice } from '../webgpu/compiled.ts'
import type { Gpu, GpuDevice } from '../webgpu/gpu.ts'
import { DeviceNumber, DeviceTensor } from '../webgpu/held.ts'

/**
 * The same function, traced and compiled to shaders of WebGPU, whose calls give promises. All numbers are float32 on the device: doubles
 * are rounded when they are sent, integers are exact up to 2²⁴, results are float32. With `example` it is compiled at once for arguments
 * like those, else at its first call. Any composition of transforms can be compiled.
 *
 * Rejects with a CodeGenerationError where there is no WebGPU or no adapter, and with a GraphError that names the step for what has no
 * form there: factorisations, sorting, loops whose rounds depend on numbers, operators of one's own that are made of no others.
 *
 * ```js
 * const step = await compileAsync((w, x) => sub(w, mul(0.1, grad(loss)(w, x))), [w, batches[0]])
 * let on = step.device(w)
 * for (const batch of batches) {
 *   const next = await step.onDevice(on, batch)
 *   on.dispose()
 *   on = next
 * }
 * const trained = await on.read()
 * ```
 *
 * @typeParam F The type of the function.
 */
// biome-ignore lint/suspicious/noExplicitAny: any function
export function compileAsync<F extends (...args: any[]) => any>(f: F, example?: Parameters<F>, options?: DeviceOptions): Promise<DeviceFunction<F>> {
  return compileForDevice(f, example, options)
}

export type { DeviceFunction, DeviceOptions, DeviceStats, Gpu, GpuDevice, MayBeOnDevice, OnDevice }
export { DeviceNumber, DeviceTensor }
