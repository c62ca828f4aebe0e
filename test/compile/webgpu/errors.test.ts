import { describe, expect, it } from 'vitest'
import { compileAsync } from '../../../src/compile/entries/webgpu.ts'
import type { Gpu, GpuBuffer, GpuDevice } from '../../../src/compile/webgpu/gpu.ts'
import { CodeGenerationError, DualtapeError, GraphError, grad, gt, matmul, mul, solve, sum, type Tensor, take, tensor, whileLoop } from '../../../src/index.ts'

/** A device that does as it is told, and fails where it is told to. */
function deviceThat({ refuses = '', invalid = '', limit = 2 ** 27 }: { refuses?: string; invalid?: string; limit?: number }): GpuDevice {
  const buffer = (size: number): GpuBuffer => ({
    size,
    mapAsync: async () => undefined,
    getMappedRange: (_, bytes = size) => new ArrayBuffer(bytes),
    unmap: () => undefined,
    destroy: () => undefined,
  })
  return {
    limits: { maxBufferSize: limit, maxStorageBufferBindingSize: limit },
    lost: new Promise(() => undefined),
    queue: { writeBuffer: () => undefined, submit: () => undefined },
    createBuffer: ({ size }) => buffer(size),
    createShaderModule: () => ({ getCompilationInfo: async () => ({ messages: [{ type: 'error', message: 'no such word', lineNum: 7 }] }) }),
    createBindGroupLayout: () => ({}),
    createPipelineLayout: () => ({}),
    createBindGroup: () => ({}),
    createComputePipelineAsync: async (descriptor: object) => {
      const { label } = descriptor as { label: string }
      if (refuses !== '' && label.includes(refuses)) throw new Error('pipeline')
      return {}
    },
    createCommandEncoder: () => ({
      beginComputePass: () => ({ setPipeline: () => undefined, setBindGroup: () => undefined, dispatchWorkgroups: () => undefined, end: () => undefined }),
      copyBufferToBuffer: () => undefined,
      clearBuffer: () => undefined,
      finish: () => ({}),
    }),
    pushErrorScope: () => undefined,
    popErrorScope: async () => (invalid === '' ? null : { message: invalid }),
    destroy: () => undefined,
  }
}

const square = tensor([
  [4, 1],
  [1, 3],
])
const product = (x: Tensor) => sum(matmul(x, mul(x, 2)))

describe('errors of WebGPU', () => {
  it('name the step whose shader a device refuses, and what its compiler says', async () => {
    const made = compileAsync(product, [square], { device: deviceThat({ refuses: 'matmul' }) })
    await expect(made).rejects.toThrow(CodeGenerationError)
    await expect(made).rejects.toThrow(/the device refuses the shader of step \d+: matmul: line 7: no such word/)
  })

  it('tell what a device finds wrong in a call', async () => {
    await expect(compileAsync(product, [square], { device: deviceThat({ invalid: 'binding size' }) })).rejects.toThrow(/making room .*: binding size/)
  })

  it('say how much room a function needs that a device has not', async () => {
    await expect(compileAsync(product, [square], { device: deviceThat({ limit: 16 }) })).rejects.toThrow(/MiB on the device at once/)
  })

  it('name steps that have no form', async () => {
    const device = deviceThat({})
    const system = compileAsync((a: Tensor) => sum(solve(a, [1, 2])), [square], { device })
    await expect(system).rejects.toThrow(GraphError)
    await expect(system).rejects.toThrow(/step \d+: linearSystem has no form for WebGPU/)
    const rounds = compileAsync(
      (x: number) =>
        whileLoop(
          s => gt(s as number, 1),
          s => mul(s as number, 0.5),
          x,
        ),
      [8],
      { device },
    )
    await expect(rounds).rejects.toThrow(/step \d+: loop has as many rounds as its numbers ask for/)
  })

  it('refuse places that float32 cannot count', async () => {
    const table = tensor(new Float64Array(2 ** 24 + 2), [2 ** 23 + 1, 2])
    const made = compileAsync((x: Tensor, i: Tensor) => sum(take(x, i)), [table, tensor([0, 1])], { device: deviceThat({}) })
    await expect(made).rejects.toThrow(/is too large for WebGPU: places of 16777218 entries/)
  })

  it('say where there is no WebGPU, no adapter, or a trace around it', async () => {
    await expect(compileAsync(product, [square])).rejects.toThrow(/there is no WebGPU here/)
    const gpu: Gpu = { requestAdapter: async () => null }
    await expect(compileAsync(product, [square], { gpu })).rejects.toThrow(/finds no adapter/)
    const fast = await compileAsync(product, [square], { device: deviceThat({}) })
    const inside: Promise<unknown>[] = []
    grad((x: Tensor) => {
      inside.push(fast(x).catch(error => error))
      return sum(x)
    })(square)
    expect(await inside[0]).toBeInstanceOf(DualtapeError)
    expect(String(await inside[0])).toContain('Compile the derivative')
  })
})
