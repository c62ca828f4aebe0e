/*
 * node scripts/run.mjs check-webgpu [-- steps]. In Chromium's software adapter: what the gradient of a network of 784, 128 and 10 units asks
 * of WebGPU here and in jax-js, and whether anything grows while one of 64, 16 and 10 is trained with all parameters on the device: buffers there,
 * the bytes in them, shaders, and the most that one step after the first sends, makes and copies on the device, as counted at WebGPU's own
 * functions. It says how far it is.
 */
import { inChromium } from '../test/compile/webgpu/chromium.ts'

const steps = Number(process.argv[2] ?? 10_000)
const KEPT = ['buffers', 'bytes', 'memory', 'pipelines', 'sent', 'made', 'copied'] as const
const found = (await inChromium('./steps-page.ts', { STEPS: String(steps) }, at => console.log(JSON.stringify(at)))) as {
  error?: string
  dualtape: { training: Record<(typeof KEPT)[number], number>[] }
}
if (found.error !== undefined) throw new Error(found.error)
const { training, ...rest } = found.dualtape
console.log(JSON.stringify({ ...found, dualtape: rest }, undefined, 2))
for (const what of KEPT) {
  // The room for what is read is there from the second report on.
  const values = new Set(training.slice(1).map(each => each[what]))
  if (values.size <= 1 && (!['sent', 'made'].includes(what) || values.has(0))) continue
  console.error(`${what} over ${steps} steps: ${[...values].join(', ')}.`)
  process.exitCode = 1
}
