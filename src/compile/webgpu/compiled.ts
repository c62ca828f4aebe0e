import { DualtapeError, describe, GraphError, OptionError } from '../../core/errors.ts'
import { count } from '../../core/option-kinds.ts'
import { type OptionKind, optionReader } from '../../core/options.ts'
import { sizeOfShape } from '../../core/shape.ts'
import { type DType, Tensor } from '../../core/tensor.ts'
import { isTraced } from '../../core/traced.ts'
import { checkFunction, someLeaf } from '../../core/tree.ts'
import type { Graph, GraphNode } from '../../graph/graph.ts'
import { isScalarNode } from '../../graph/graph.ts'
import type { Algebra } from '../../graph/optimise.ts'
import { BuiltResult, ListResult, NarrowResult } from '../../graph/trace.ts'
import type { Program } from '../backend.ts'
import { traceProgram } from '../compiled.ts'
import { readerOf, TypedResult } from '../result.ts'
import { type Given, hosted, mapTensors, readInputs } from './arguments.ts'
import { type Device, deviceOf, STORAGE } from './device.ts'
import type { Gpu, GpuBuffer, GpuDevice } from './gpu.ts'
import { DeviceNumber, DeviceTensor, tensorOf } from './held.ts'
import { type Place, planOf } from './plan.ts'
import { Running } from './running.ts'

/** Options of `compileAsync` for WebGPU. */
export interface DeviceOptions {
  target?: 'webgpu'
  /** What the device computes with. There is float32 alone: WebGPU has no float64. */
  dtype?: 'float32'
  /** As for `compile`. */
  algebra?: Algebra
  /** How many versions are kept, for argument structures and answers of comparisons that differ. */
  maxVersions?: number
  /** The device to run on, such as one that a page draws with; else one of `gpu`, which all functions share. */
  device?: GpuDevice
  /** `navigator.gpu` if left out. In Node what the package `webgpu` makes. */
  gpu?: Gpu
}

/** The same tree on a device. */
export type OnDevice<T> = T extends number | boolean
  ? DeviceNumber
  : T extends Tensor
    ? DeviceTensor
    : T extends object
      ? { [K in keyof T]: OnDevice<T[K]> }
      : T

/** A tree any leaf of which may be on a device. */
export type MayBeOnDevice<T> = T extends number
  ? T | DeviceNumber
  : T extends Tensor
    ? T
    : T extends (...args: never[]) => unknown
      ? T
      : T extends object
        ? { [K in keyof T]: MayBeOnDevice<T[K]> }
        : T

type Arguments<Given extends unknown[]> = { [K in keyof Given]: MayBeOnDevice<Given[K]> }

/**
 * A function that runs on a device.
 *
 * @typeParam F The type of the function.
 */
export interface DeviceFunction<F extends (...args: never[]) => unknown> {
  /** The result, when it has come back. Tensors are float32. */
  (...args: Arguments<Parameters<F>>): Promise<ReturnType<F>>
  /** The result with its tensors and numbers left on the device, to be arguments again; `await value.read()` brings one back. */
  onDevice(...args: Arguments<Parameters<F>>): Promise<OnDevice<ReturnType<F>>>
  /** A tree with its tensors on the device, rounded to float32. Numbers stay as they are: they go along with a call. */
  device<T>(tree: T): T
  /** Gives up the room of a tree's values on the device. */
  dispose(tree: unknown): void
  /** The optimised graph of the version that ran last. */
  readonly graph: Graph | undefined
  /** The shaders of the version that ran last, in WGSL. */
  readonly source: string | undefined
  readonly target: 'webgpu'
  readonly stats: DeviceStats
}

/** What a function on a device has done, and what it takes there. */
export interface DeviceStats {
  readonly calls: number
  readonly versions: number
  /** Dispatches of shaders in one call of the version that ran last. */
  readonly passes: number
  /** Shaders that were compiled on this device, for all functions. */
  readonly pipelines: number
  /** Bytes of the version's memory, in which all its tensors have their places. */
  readonly memory: number
  /** Bytes that the last call sent to the device, and asked back. */
  readonly sent: number
  readonly received: number
  /** Buffers on the device, and bytes in them, for all functions and values. */
  readonly buffers: number
  readonly bytes: number
}

const object: OptionKind<object> = { wants: 'an object of WebGPU', accepts: (given): given is object => typeof given === 'object' && given !== null }
const text: OptionKind<string> = { wants: "'float32'", accepts: given => typeof given === 'string' }
const read = /* @__PURE__ */ optionReader({
  target: { is: ['webgpu'], default: 'webgpu' },
  dtype: { is: text, default: 'float32' },
  algebra: { is: ['exact', 'real'], default: 'exact' },
  maxVersions: { is: count, default: 16 },
  device: { is: object },
  gpu: { is: object },
})

/** A program on the device. */
interface Version {
  readonly program: Program
  readonly running: Running
}

// biome-ignore lint/suspicious/noExplicitAny: any function
export async function compileForDevice<F extends (...args: any[]) => any>(
  f: F,
  example: readonly unknown[] | undefined,
  options: DeviceOptions | undefined,
): Promise<DeviceFunction<F>> {
  const { dtype, algebra, maxVersions, device: ownDevice, gpu } = read('compileAsync', [options])
  checkFunction('compileAsync', f)
  if (dtype === 'float16')
    throw new OptionError("compileAsync: float16 is not written: shaders compute with float32, which every adapter has. Leave dtype out, or give 'float32'.")
  if (dtype !== 'float32')
    throw new OptionError(
      `compileAsync: WebGPU has no ${dtype}: its shaders compute with float32, to seven digits. For doubles compile for WebAssembly or JavaScript, with compile of dualtape.`,
    )
  const device = await deviceOf({ device: ownDevice as GpuDevice | undefined, gpu: gpu as Gpu | undefined })
  const made = new Compiled(f, device, algebra as Algebra, maxVersions as number)
  if (example !== undefined) {
    if (!Array.isArray(example)) throw new DualtapeError(`compileAsync: takes the list of arguments to compile for, but ${describe(example)} was given.`)
    await made.prepare(example)
  }
  const call = (...args: unknown[]) => made.call(args)
  const extras: PropertyDescriptorMap = {
    onDevice: { value: (...args: unknown[]) => made.onDevice(args) },
    device: { value: (tree: unknown) => made.put(tree) },
    dispose: { value: dispose },
    graph: { get: () => made.last?.program.graph },
    source: { get: () => made.last?.running.plan.passes.map(({ label, code }) => `// ${label.replaceAll('\n', ' ')}\n${code}`).join('\n\n') },
    target: { value: 'webgpu' },
    stats: { get: () => made.stats },
  }
  return Object.defineProperties(call, extras) as unknown as DeviceFunction<F>
}

function dispose(tree: unknown): void {
  if (tree instanceof DeviceTensor || tree instanceof DeviceNumber) tree.dispose()
  else if (typeof tree === 'object' && tree !== null && !ArrayBuffer.isView(tree) && !(tree instanceof Tensor)) Object.values(tree).forEach(dispose)
}

/** The versions of a function on a device. */
class Compiled {
  readonly #f: (...args: unknown[]) => unknown
  readonly #device: Device
  readonly #algebra: Algebra
  readonly #most: number
  readonly #versions: Version[] = []
  #calls = 0

  constructor(f: (...args: unknown[]) => unknown, device: Device, algebra: Algebra, most: number) {
    this.#f = f
    this.#device = device
    this.#algebra = algebra
    this.#most = most
  }

  get last(): Version | undefined {
    return this.#versions[0]
  }

  get stats(): DeviceStats {
    const { buffers, bytes, pipelines } = this.#device
    const running = this.last?.running
    return {
      calls: this.#calls,
      versions: this.#versions.length,
      passes: running?.plan.dispatches ?? 0,
      pipelines,
      memory: 4 * (running?.plan.size ?? 0),
      sent: running?.sent ?? 0,
      received: running?.received ?? 0,
      buffers,
      bytes,
    }
  }

  /** Makes a version for arguments like these. */
  async prepare(args: readonly unknown[]): Promise<Version> {
    this.#device.check()
    if (someLeaf(args, isTraced))
      throw new DualtapeError(
        'compileAsync: a function on a device gives promises, which no transform can follow. Compile the derivative: compileAsync(grad(f), …).',
      )
    if (this.#versions.length >= this.#most)
      throw new GraphError(
        `compile: ${this.#most} versions are kept, and this call fits none. Write comparisons as masks with where, give arguments of fewer structures, or raise maxVersions.`,
      )
    const program = traceProgram('compileAsync', this.#f, await hosted(args), this.#algebra)
    const version = { program, running: await Running.make(this.#device, planOf(program.graph)) }
    this.#versions.unshift(version)
    return version
  }

  async call(args: readonly unknown[]): Promise<unknown> {
    const { version, numbers } = await this.#run(args, false)
    const { program, running } = version
    const { nodes, outputs } = program.graph
    const doubles = doublesIn(program.result)
    let at = 0
    const leaves = running.plan.outputs.map(({ size }, position) => {
      const node = nodes[outputs[position] as number] as GraphNode
      const own = numbers.slice(at, at + size)
      at += size
      if (isScalarNode(node)) return node.dtype === 'bool' ? own[0] !== 0 : own[0]
      return tensorOf(own, node.shape, node.dtype === 'bool' ? 'bool' : doubles.has(position) ? 'float64' : 'float32')
    })
    return readerOf(program.result, position => leaves[position])()
  }

  async onDevice(args: readonly unknown[]): Promise<unknown> {
    const { version, buffers } = await this.#run(args, true)
    const { result, graph } = version.program
    const leaf = (position: number, dtype?: DType) => {
      const node = graph.nodes[graph.outputs[position] as number] as GraphNode
      const buffer = buffers[position] as GpuBuffer
      if (isScalarNode(node)) return new DeviceNumber(this.#device, buffer, node.dtype === 'bool')
      return new DeviceTensor(this.#device, buffer, node.shape, dtype ?? (node.dtype === 'bool' ? 'bool' : 'float32'))
    }
    const visit = (part: unknown): unknown => {
      if (typeof part === 'number') return leaf(part)
      if (part instanceof NarrowResult) return leaf(part.position, part.dtype)
      if (Array.isArray(part)) return part.map(visit)
      if (part instanceof ListResult || part instanceof TypedResult || part instanceof BuiltResult)
        throw new GraphError('onDevice: a list of numbers or a sparse matrix is no value of a device. Give a tensor, or call the function itself.')
      return Object.fromEntries(Object.entries(part as object).map(([key, each]) => [key, visit(each)]))
    }
    return visit(result)
  }

  /** Runs the version that fits: the outputs' numbers, or their buffers. */
  async #run(args: readonly unknown[], keeps: boolean): Promise<{ version: Version; numbers: Float32Array; buffers: GpuBuffer[] }> {
    this.#calls++
    const tried = new Set<Version>()
    for (;;) {
      const [found, inputs] = this.#find(args, tried) ?? [await this.prepare(args), undefined]
      tried.add(found)
      const given = inputs ?? this.#inputsOf(found, args)
      if (given === undefined) throw new GraphError('compile: a version does not fit the arguments that it was made for. Please report it.')
      const { plan } = found.running
      const { guards } = found.program.graph
      const asked: Place[] = [...(plan.flags.size > 0 ? [plan.flags] : []), ...plan.guards]
      const { numbers, buffers } = found.running.send(given, keeps ? asked : [...asked, ...plan.outputs], keeps ? plan.outputs : [])
      // A call that leaves all on the device need not wait for it.
      const got = keeps && asked.length === 0 ? new Float32Array(0) : await numbers
      if (plan.flags.size > 0) this.#checkIndices(found, got.subarray(0, plan.flags.size), await hosted(args))
      const answers = got.subarray(plan.flags.size, plan.flags.size + guards.length)
      if (guards.every(({ expected }, i) => (answers[i] !== 0) === expected)) {
        // The version that fits is tried first from now on.
        this.#versions.splice(this.#versions.indexOf(found), 1)
        this.#versions.unshift(found)
        return { version: found, numbers: got.subarray(plan.flags.size + guards.length), buffers }
      }
      for (const buffer of buffers) this.#device.give(buffer, STORAGE)
    }
  }

  /** The error of the function itself for an index that is out of range. */
  #checkIndices({ running }: Version, flags: Float32Array, args: unknown[]): void {
    if (flags.every(each => each === 0)) return
    this.#f(...args)
    running.checkIndices(flags)
  }

  #inputsOf({ program }: Version, args: readonly unknown[]): Given[] | undefined {
    const inputs: Given[] = []
    return readInputs(program.signature.parts, args, given => void inputs.push(given)) ? inputs : undefined
  }

  #find(args: readonly unknown[], tried: ReadonlySet<Version>): readonly [Version, Given[]] | undefined {
    for (const version of this.#versions) {
      if (tried.has(version)) continue
      const inputs = this.#inputsOf(version, args)
      if (inputs !== undefined) return [version, inputs]
    }
    return undefined
  }

  /** A tree with its tensors on the device. */
  put(tree: unknown): unknown {
    const device = this.#device
    device.check()
    return mapTensors(tree, x => {
      if (x instanceof DeviceTensor) return x
      const size = sizeOfShape(x.shape)
      const buffer = device.take('dualtape value', 4 * size, STORAGE)
      if (size > 0) device.gpu.queue.writeBuffer(buffer, 0, Float32Array.from(x.data))
      return new DeviceTensor(device, buffer, x.shape, x.dtype === 'float64' ? 'float32' : x.dtype)
    })
  }
}

/** The outputs that a result's tree takes as doubles: integers, and numbers that something is built from. */
function doublesIn(tree: unknown): Set<number> {
  if (tree instanceof NarrowResult) return new Set(tree.dtype === 'int32' ? [tree.position] : [])
  if (tree instanceof BuiltResult) return new Set(typeof tree.positions === 'number' ? [tree.positions] : [])
  if (tree instanceof ListResult || tree instanceof TypedResult || typeof tree !== 'object' || tree === null) return new Set()
  return new Set(Object.values(tree).flatMap(each => [...doublesIn(each)]))
}
