import { DualtapeError } from '../../core/errors.ts'
import { type Shape, sizeOfShape } from '../../core/shape.ts'
import { type DType, Tensor } from '../../core/tensor.ts'
import { type Device, READBACK, STORAGE } from './device.ts'
import { type GpuBuffer, MAP_READ } from './gpu.ts'

/** Gives buffers back whose values nothing refers to any more. */
const abandoned = new FinalizationRegistry<{ device: Device; buffer: GpuBuffer }>(({ device, buffer }) => {
  if (!device.isLost) device.give(buffer, STORAGE)
})

/** Numbers on a device. */
export class Held {
  readonly device: Device
  readonly size: number
  #buffer: GpuBuffer | undefined

  constructor(device: Device, buffer: GpuBuffer, size: number, owner: object) {
    this.device = device
    this.size = size
    this.#buffer = buffer
    abandoned.register(owner, { device, buffer }, this)
  }

  /** The buffer; a DualtapeError where it was given up. */
  get buffer(): GpuBuffer {
    this.device.check()
    if (this.#buffer === undefined) throw new DualtapeError('compile: this value was disposed of: its numbers are no longer on the device.')
    return this.#buffer
  }

  dispose(): void {
    if (this.#buffer === undefined) return
    abandoned.unregister(this)
    this.device.give(this.#buffer, STORAGE)
    this.#buffer = undefined
  }

  async read(): Promise<Float32Array> {
    const { device, buffer, size } = this
    const bytes = Math.max(4, 4 * size)
    const back = device.take('dualtape readback', bytes, READBACK)
    await device.scoped('reading a value from the device', () => {
      const encoder = device.gpu.createCommandEncoder()
      encoder.copyBufferToBuffer(buffer, 0, back, 0, bytes)
      device.gpu.queue.submit([encoder.finish()])
    })
    return readBack(device, back, size)
  }
}

/** The numbers of a buffer that was copied to, which is free again then. */
export async function readBack(device: Device, back: GpuBuffer, size: number): Promise<Float32Array> {
  const bytes = Math.max(4, 4 * size)
  try {
    await back.mapAsync(MAP_READ, 0, bytes)
  } catch (error) {
    device.check()
    throw new DualtapeError(`compile: the device does not give its numbers: ${(error as Error).message}`, { cause: error })
  }
  const numbers = new Float32Array(back.getMappedRange(0, bytes)).slice(0, size)
  back.unmap()
  device.give(back, READBACK)
  return numbers
}

/** A tensor whose entries are on a device. It is an argument like others of functions that are compiled for it; `read` brings it back. */
export class DeviceTensor extends Tensor {
  readonly held: Held

  constructor(device: Device, buffer: GpuBuffer, shape: Shape, dtype: DType) {
    super(undefined, shape, dtype)
    this.held = new Held(device, buffer, sizeOfShape(shape), this)
    Object.defineProperty(this, 'data', {
      get(): never {
        throw new DualtapeError('data: the entries of this tensor are on a device. `await value.read()` gives a tensor that is here.')
      },
    })
  }

  /** The tensor with its entries here: float32, or what the function gives of integers and truths. */
  async read(): Promise<Tensor> {
    return tensorOf(await this.held.read(), this.shape, this.dtype)
  }

  /** Gives its room on the device up, for values to come. Without it that happens when nothing refers to the tensor, some time. */
  dispose(): void {
    this.held.dispose()
  }
}

/** A number on a device. */
export class DeviceNumber {
  readonly held: Held
  readonly #isTruth: boolean

  constructor(device: Device, buffer: GpuBuffer, isTruth: boolean) {
    this.held = new Held(device, buffer, 1, this)
    this.#isTruth = isTruth
  }

  /** The number. */
  async read(): Promise<number> {
    const [number] = await this.held.read()
    return (this.#isTruth ? number !== 0 : number) as number
  }

  /** Gives its room on the device up. */
  dispose(): void {
    this.held.dispose()
  }
}

/** Numbers from a device as a tensor. */
export function tensorOf(numbers: Float32Array, shape: Shape, dtype: DType): Tensor {
  if (dtype === 'float32') return new Tensor(numbers as unknown as Float64Array, shape, 'float32')
  if (dtype === 'int32') return new Tensor(Int32Array.from(numbers) as unknown as Float64Array, shape, 'int32')
  return new Tensor(Float64Array.from(numbers), shape, dtype)
}
