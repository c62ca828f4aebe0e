import { DualtapeError, ShapeError } from '../../core/errors.ts'
import type { Given } from './arguments.ts'
import { type Device, READBACK, STORAGE, UNIFORM } from './device.ts'
import type { GpuBuffer, GpuComputePass } from './gpu.ts'
import { Held, readBack } from './held.ts'
import type { DevicePlan, Place } from './plan.ts'
import type { Command } from './shader.ts'

/** A plan on a device: its memory, its tables and its pipelines, which are made once. */
export class Running {
  readonly plan: DevicePlan
  readonly device: Device
  readonly #memory: GpuBuffer
  readonly #group: object
  readonly #pipelines: readonly object[]
  /** Bytes from the places of one pass to those of the next. */
  readonly #stride: number
  /** The numbers of inputs, one after the other. */
  readonly #upload: Float32Array
  readonly #first: number
  /** Bytes that the last call sent, and that it asked back. */
  sent = 0
  received = 0

  private constructor(device: Device, plan: DevicePlan, memory: GpuBuffer, group: object, pipelines: readonly object[], stride: number) {
    this.#stride = stride
    this.device = device
    this.plan = plan
    this.#memory = memory
    this.#group = group
    this.#pipelines = pipelines
    const last = plan.inputs.at(-1)
    this.#first = plan.inputs[0]?.at ?? 0
    this.#upload = new Float32Array(last === undefined ? 0 : last.at + last.size - this.#first)
  }

  static async make(device: Device, plan: DevicePlan): Promise<Running> {
    const bytes = 4 * plan.size
    const most = Math.min(device.gpu.limits.maxBufferSize, device.gpu.limits.maxStorageBufferBindingSize)
    if (bytes > most)
      throw new DualtapeError(
        `compile: the function needs ${mebibytes(bytes)} MiB on the device at once, which binds ${mebibytes(most)} at most. Take smaller batches, or checkpoint parts of the function.`,
      )
    // Where the places of a pass begin, devices ask for a multiple of 256 bytes.
    const stride = 64 * Math.max(1, ...plan.passes.map(pass => Math.ceil(pass.places.length / 64)))
    const [memory, group] = await device.scoped(`making room for ${mebibytes(bytes)} MiB on the device`, () => {
      const memory = device.take('dualtape memory', bytes, STORAGE)
      const tables = device.take('dualtape tables', 4 * plan.tables.length, STORAGE)
      for (const { at, data } of plan.fixed) if (data.length > 0) device.gpu.queue.writeBuffer(memory, 4 * at, data)
      if (plan.tables.length > 0) device.gpu.queue.writeBuffer(tables, 0, plan.tables)
      const places = device.take('dualtape places', 4 * stride * Math.max(1, plan.passes.length), UNIFORM)
      const all = new Int32Array(stride * plan.passes.length)
      plan.passes.forEach((pass, k) => void all.set(pass.places, stride * k))
      if (all.length > 0) device.gpu.queue.writeBuffer(places, 0, all)
      const entries = [{ buffer: memory }, { buffer: tables }, { buffer: places, size: 4 * stride }].map((resource, binding) => ({ binding, resource }))
      return [memory, device.gpu.createBindGroup({ label: 'dualtape', layout: device.layout, entries })] as const
    })
    const pipelines = await Promise.all(plan.passes.map(pass => device.pipeline(pass)))
    return new Running(device, plan, memory, group, pipelines, 4 * stride)
  }

  /**
   * Sends a call to the device: its inputs, its passes, and copies of what is asked for. Gives the numbers of `wanted`, one after the
   * other, when they have come; and buffers with those of `kept`.
   */
  send(inputs: readonly Given[], wanted: readonly Place[], kept: readonly Place[]): { numbers: Promise<Float32Array>; buffers: GpuBuffer[] } {
    const { device, plan } = this
    device.check()
    const size = wanted.reduce((sum, each) => sum + each.size, 0)
    const back = size === 0 ? undefined : device.take('dualtape readback', 4 * size, READBACK)
    const buffers = kept.map(each => device.take('dualtape value', 4 * each.size, STORAGE))
    const done = device.scoped('a call', () => {
      this.#write(inputs)
      const encoder = device.gpu.createCommandEncoder({ label: 'dualtape call' })
      inputs.forEach((given, i) => {
        const { at, size } = plan.inputs[i] as Place
        if (given instanceof Held && size > 0) encoder.copyBufferToBuffer(given.buffer, 0, this.#memory, 4 * at, 4 * size)
      })
      if (plan.flags.size > 0) encoder.clearBuffer(this.#memory, 4 * plan.flags.at, 4 * plan.flags.size)
      if (plan.commands.length > 0) {
        const pass = encoder.beginComputePass({ label: 'dualtape call' })
        this.#record(pass, plan.commands)
        pass.end()
      }
      const copy = ({ at, size }: Place, to: GpuBuffer, offset: number) => {
        if (size > 0) encoder.copyBufferToBuffer(this.#memory, 4 * at, to, 4 * offset, 4 * size)
        return offset + size
      }
      if (back !== undefined) wanted.reduce((offset, each) => copy(each, back, offset), 0)
      kept.forEach((each, i) => void copy(each, buffers[i] as GpuBuffer, 0))
      device.gpu.queue.submit([encoder.finish()])
    })
    this.received = 4 * size
    // Both are waited for by whoever takes the numbers; an error is no rejection that nobody hears.
    const numbers = Promise.all([done, back === undefined ? new Float32Array(0) : readBack(device, back, size)]).then(([, found]) => found)
    numbers.catch(() => undefined)
    return { numbers, buffers }
  }

  /** Whether indices were in range, from the numbers of the flags. */
  checkIndices(flags: Float32Array): void {
    const failed = this.plan.checks.find(({ at }) => flags[at - this.plan.flags.at] !== 0)
    if (failed !== undefined) throw new ShapeError(`compile: an index is out of range in ${failed.step}.`)
  }

  #write(inputs: readonly Given[]): void {
    const { plan, device } = this
    let sent = 0
    let from = -1
    let to = 0
    const flush = () => {
      if (from < 0) return
      device.gpu.queue.writeBuffer(this.#memory, 4 * (this.#first + from), this.#upload, from, to - from)
      sent += 4 * (to - from)
      from = -1
    }
    // What follows each other is sent at once.
    inputs.forEach((given, i) => {
      const { at, size } = plan.inputs[i] as Place
      if (given instanceof Held) flush()
      if (given instanceof Held || size === 0) return
      const start = at - this.#first
      if (typeof given === 'number') this.#upload[start] = given
      else this.#upload.set(given, start)
      if (from < 0) from = start
      to = start + size
    })
    flush()
    this.sent = sent
  }

  #record(pass: GpuComputePass, commands: readonly Command[]): void {
    for (const command of commands) {
      if (typeof command === 'number') {
        pass.setPipeline(this.#pipelines[command] as object)
        pass.setBindGroup(0, this.#group, [command * this.#stride])
        pass.dispatchWorkgroups(...(this.plan.passes[command] as { groups: readonly [number, number, number] }).groups)
      } else for (let k = 0; k < command.times; k++) this.#record(pass, command.commands)
    }
  }
}

function mebibytes(bytes: number): string {
  return (bytes / 2 ** 20).toPrecision(3)
}
