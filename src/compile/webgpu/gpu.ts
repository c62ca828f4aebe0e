/*
 * What is used of WebGPU, as structures: the library is compiled without the types of browsers, and runs also where a package of Node
 * implements them.
 */

/** `navigator.gpu`, or what a package of Node makes. */
export interface Gpu {
  /** As WebGPU has it. */
  requestAdapter(options?: { powerPreference?: 'low-power' | 'high-performance' }): Promise<GpuAdapter | null>
}

export interface GpuAdapter {
  readonly limits: GpuLimits
  requestDevice(options?: { label?: string; requiredLimits?: Record<string, number> }): Promise<GpuDevice>
}

export interface GpuLimits {
  readonly maxBufferSize: number
  readonly maxStorageBufferBindingSize: number
}

/** A device of WebGPU: a page's own may be given, so that what it computes stays beside what it draws. */
export interface GpuDevice {
  readonly limits: GpuLimits
  readonly queue: GpuQueue
  readonly lost: Promise<{ readonly reason: string; readonly message: string }>
  /** As WebGPU has it. */
  createBuffer(descriptor: { label?: string; size: number; usage: number }): GpuBuffer
  /** As WebGPU has it. */
  createShaderModule(descriptor: { label?: string; code: string }): GpuShaderModule
  /** As WebGPU has it. */
  createBindGroupLayout(descriptor: object): object
  /** As WebGPU has it. */
  createPipelineLayout(descriptor: object): object
  /** As WebGPU has it. */
  createBindGroup(descriptor: object): object
  /** As WebGPU has it. */
  createComputePipelineAsync(descriptor: object): Promise<object>
  /** As WebGPU has it. */
  createCommandEncoder(descriptor?: { label?: string }): GpuCommandEncoder
  /** As WebGPU has it. */
  pushErrorScope(filter: 'validation' | 'out-of-memory' | 'internal'): void
  /** As WebGPU has it. */
  popErrorScope(): Promise<{ readonly message: string } | null>
  /** As WebGPU has it. */
  destroy(): void
}

export interface GpuShaderModule {
  getCompilationInfo(): Promise<{ readonly messages: readonly { readonly type: string; readonly message: string; readonly lineNum: number }[] }>
}

export interface GpuQueue {
  writeBuffer(buffer: GpuBuffer, offset: number, data: Float32Array | Int32Array, from?: number, size?: number): void
  submit(commands: readonly object[]): void
}

export interface GpuBuffer {
  readonly size: number
  mapAsync(mode: number, offset?: number, size?: number): Promise<void>
  getMappedRange(offset?: number, size?: number): ArrayBuffer
  unmap(): void
  destroy(): void
}

export interface GpuCommandEncoder {
  beginComputePass(descriptor?: { label?: string }): GpuComputePass
  copyBufferToBuffer(from: GpuBuffer, fromOffset: number, to: GpuBuffer, toOffset: number, size: number): void
  clearBuffer(buffer: GpuBuffer, offset?: number, size?: number): void
  finish(): object
}

export interface GpuComputePass {
  setPipeline(pipeline: object): void
  setBindGroup(index: number, group: object, offsets: readonly number[]): void
  dispatchWorkgroups(x: number, y?: number, z?: number): void
  end(): void
}

/** The bits of `GPUBufferUsage`. */
export const USAGE = { mapRead: 1, copySource: 4, copyTarget: 8, uniform: 0x40, storage: 0x80 } as const
/** The bit of `GPUMapMode`. */
export const MAP_READ = 1
/** The bit of `GPUShaderStage`. */
export const COMPUTE = 4
