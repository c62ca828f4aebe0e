import { CodeGenerationError, DualtapeError } from '../../core/errors.ts'
import { COMPUTE, type Gpu, type GpuBuffer, type GpuDevice, USAGE } from './gpu.ts'
import type { Pass } from './shader.ts'

/** Bytes that sizes of buffers are multiples of: fewer sizes are found again more often. */
const GRAIN = 256

/** A device with what programs share: its pipelines, and buffers that are not in use. */
export class Device {
  readonly gpu: GpuDevice
  readonly layout: object
  readonly #pipelineLayout: object
  readonly #pipelines = new Map<string, Promise<object>>()
  readonly #free = new Map<string, GpuBuffer[]>()
  #failure: string | undefined
  /** Buffers that were made and not destroyed. */
  buffers = 0
  /** Bytes in them. */
  bytes = 0

  constructor(gpu: GpuDevice) {
    this.gpu = gpu
    const entry = (binding: number, type: string, hasDynamicOffset = false) => ({ binding, visibility: COMPUTE, buffer: { type, hasDynamicOffset } })
    this.layout = gpu.createBindGroupLayout({ label: 'dualtape', entries: [entry(0, 'storage'), entry(1, 'read-only-storage'), entry(2, 'uniform', true)] })
    this.#pipelineLayout = gpu.createPipelineLayout({ label: 'dualtape', bindGroupLayouts: [this.layout] })
    gpu.lost.then(({ reason, message }) => {
      this.#failure = `compile: the WebGPU device was lost${reason === 'destroyed' ? ': it was destroyed' : message ? `: ${message}` : ''}. What was on it is gone: compile the function again, and put its arguments on the device again.`
    })
  }

  /** Throws where the device was lost, or something that was sent to it before was wrong. */
  check(): void {
    if (this.#failure !== undefined) throw new DualtapeError(this.#failure)
  }

  get isLost(): boolean {
    return this.#failure !== undefined
  }

  get pipelines(): number {
    return this.#pipelines.size
  }

  /** The pipeline of a pass. Rejects with the step's name and what the device says. */
  pipeline({ code, label }: Pass): Promise<object> {
    let found = this.#pipelines.get(code)
    if (found === undefined) {
      found = this.#make(code, label)
      this.#pipelines.set(code, found)
    }
    return found
  }

  async #make(code: string, label: string): Promise<object> {
    const module = this.gpu.createShaderModule({ label, code })
    try {
      return await this.gpu.createComputePipelineAsync({ label, layout: this.#pipelineLayout, compute: { module, entryPoint: 'main' } })
    } catch (error) {
      this.#pipelines.delete(code)
      this.check()
      const { messages } = await module.getCompilationInfo()
      const said = messages.filter(each => each.type === 'error').map(each => `line ${each.lineNum}: ${each.message}`)
      throw new CodeGenerationError(`compile: the device refuses the shader of ${label}: ${said.join('; ') || (error as Error).message}`, { cause: error })
    }
  }

  /** A buffer of so many bytes or a few more, from those that are not in use where one fits. */
  take(label: string, bytes: number, usage: number): GpuBuffer {
    const size = Math.max(GRAIN, Math.ceil(bytes / GRAIN) * GRAIN)
    const free = this.#free.get(`${usage} ${size}`)?.pop()
    if (free !== undefined) return free
    this.buffers++
    this.bytes += size
    return this.gpu.createBuffer({ label, size, usage })
  }

  /** Keeps a buffer for what needs one like it. */
  give(buffer: GpuBuffer, usage: number): void {
    const key = `${usage} ${buffer.size}`
    const list = this.#free.get(key)
    if (list === undefined) this.#free.set(key, [buffer])
    else list.push(buffer)
  }

  /** Destroys buffers that are not in use. */
  clear(): void {
    for (const list of this.#free.values())
      for (const buffer of list) {
        this.buffers--
        this.bytes -= buffer.size
        buffer.destroy()
      }
    this.#free.clear()
  }

  /** Runs what may fail, with an error of ours for what the device says of it. */
  async scoped<R>(what: string, run: () => R): Promise<R> {
    const { gpu } = this
    gpu.pushErrorScope('out-of-memory')
    gpu.pushErrorScope('validation')
    let result: R
    let errors: Promise<({ readonly message: string } | null)[]>
    try {
      result = run()
    } finally {
      errors = Promise.all([gpu.popErrorScope(), gpu.popErrorScope()])
      errors.catch(() => undefined)
    }
    const found = (await errors).find(each => each !== null)
    this.check()
    if (found) throw new DualtapeError(`compile: ${what}: ${found.message}`)
    return result
  }
}

export const STORAGE = USAGE.storage | USAGE.copySource | USAGE.copyTarget
export const UNIFORM = USAGE.uniform | USAGE.copyTarget
export const READBACK = USAGE.mapRead | USAGE.copyTarget

const devices = new WeakMap<object, Promise<Device>>()

/** The device of an application: one for each that it gives, else one of its `navigator.gpu`. */
export async function deviceOf(given: { device?: GpuDevice | undefined; gpu?: Gpu | undefined }): Promise<Device> {
  const gpu = given.gpu ?? (globalThis as { navigator?: { gpu?: Gpu } }).navigator?.gpu
  const key = given.device ?? gpu
  if (key === undefined)
    throw new CodeGenerationError(
      "compileAsync: there is no WebGPU here: `navigator.gpu` is missing, in pages also where they are not served over HTTPS or from localhost. In Node give `gpu`, of the package 'webgpu'; compile of dualtape needs none.",
    )
  const known = await devices.get(key)
  if (known !== undefined && !known.isLost) return known
  const made = given.device === undefined ? request(gpu as Gpu) : Promise.resolve(new Device(given.device))
  devices.set(key, made)
  try {
    return await made
  } catch (error) {
    devices.delete(key)
    throw error
  }
}

async function request(gpu: Gpu): Promise<Device> {
  const adapter = await gpu.requestAdapter({ powerPreference: 'high-performance' })
  if (adapter === null) throw new CodeGenerationError('compileAsync: WebGPU finds no adapter on this machine. compile of dualtape runs without one.')
  const { maxBufferSize, maxStorageBufferBindingSize } = adapter.limits
  return new Device(await adapter.requestDevice({ label: 'dualtape', requiredLimits: { maxBufferSize, maxStorageBufferBindingSize } }))
}
