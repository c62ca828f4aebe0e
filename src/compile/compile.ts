import { noMore } from '../core/arguments.ts'
import { OptionError } from '../core/errors.ts'
import { allBackends } from './backends.ts'
import { type Compiled, type CompileOptions, compileAsyncWith, compileWith } from './compiled.ts'
import { compileForDevice, type DeviceFunction, type DeviceOptions } from './webgpu/compiled.ts'

/**
 * The same function, traced and compiled: at the first call, and again when arguments have another structure, or a
 * comparison (`gt`, …) another answer, than in the versions there are. Any composition of transforms can be compiled.
 * Results are those of the function bit for bit, but for the sign of a second derivative that is 0, and but for WebAssembly, whose elementary functions are right to 2
 * units in the last place, and whose sums take two terms at a time.
 *
 * Called with values of a running transform, or closing over some, the function runs as it is, so that compiled functions can be differentiated.
 * Throws a TracedValueError with advice where the function reads `value(x)` or uses a traced value in plain arithmetic, and a
 * CodeGenerationError where a page forbids what `target` asks for by name.
 *
 * @names `jax.jit`, `torch.compile`
 *
 * @typeParam F The type of the function.
 *
 * @example
 * const slope = compile(grad((x: number) => mul(sin(x), x)))
 * slope(0) // 0
 */
// biome-ignore lint/suspicious/noExplicitAny: any function
export function compile<F extends (...args: any[]) => any>(f: F, options?: CompileOptions, ...more: []): F & Compiled {
  noMore('compile', 2, more)
  if (isForDevice(options)) throw new OptionError("compile: calls of a GPU give promises: write await compileAsync(f, { target: 'webgpu' }).")
  return compileWith(f, allBackends, options)
}

/**
 * The same, compiled at once for arguments like those given. Browsers limit the size of WebAssembly that a page may make
 * without waiting, which `compile` answers with JavaScript; this one waits:
 * `const slope = await compileAsync(grad(f), [1], { target: 'wasm' })`. Rejects with what `compile` throws.
 *
 * With the target `'webgpu'` the function runs on the GPU of a page, in float32, and its calls give promises:
 * `const slope = await compileAsync(grad(f), { target: 'webgpu' })`. It is compiled at its first call, or for arguments like those given.
 * `dualtape/compile/webgpu` has this target alone.
 *
 * @typeParam F The type of the function.
 */
// biome-ignore lint/suspicious/noExplicitAny: any function
export function compileAsync<F extends (...args: any[]) => any>(f: F, options: DeviceOptions & { target: 'webgpu' }): Promise<DeviceFunction<F>>
// biome-ignore lint/suspicious/noExplicitAny: any function
export function compileAsync<F extends (...args: any[]) => any>(
  f: F,
  example: Parameters<F>,
  options: DeviceOptions & { target: 'webgpu' },
): Promise<DeviceFunction<F>>
// biome-ignore lint/suspicious/noExplicitAny: any function
export function compileAsync<F extends (...args: any[]) => any>(f: F, example: Parameters<F>, options?: CompileOptions): Promise<F & Compiled>
// biome-ignore lint/suspicious/noExplicitAny: any function
export async function compileAsync<F extends (...args: any[]) => any>(
  f: F,
  example: Parameters<F> | DeviceOptions,
  options?: CompileOptions | DeviceOptions,
): Promise<unknown> {
  const [args, given] = options === undefined && isForDevice(example) ? [undefined, example] : [example as Parameters<F>, options]
  if (!isForDevice(given)) return compileAsyncWith(f, args as Parameters<F>, allBackends, given as CompileOptions | undefined)
  return compileForDevice(f, args, given)
}

function isForDevice(x: unknown): x is DeviceOptions {
  return (x as { target?: unknown } | null | undefined)?.target === 'webgpu'
}
