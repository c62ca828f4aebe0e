/*
 * node scripts/run.mjs check-webgpu [-- steps]. In Chromium's software adapter: what the gradient of a network of 784, 128 and 10 units asks
 * of WebGPU here and in jax-js, and whether buffers grow while that network is trained with all parameters on the device.
 */
import { inChromium } from '../test/compile/webgpu/chromium.ts'

const steps = Number(process.argv[2] ?? 10_000)
const found = (await inChromium('./steps-page.ts', { STEPS: String(steps) })) as { dualtape: { buffers: number[] } }
console.log(JSON.stringify(found, undefined, 2))
const { buffers } = found.dualtape
if (new Set(buffers.slice(1)).size > 1) {
  console.error(`The number of buffers changes over ${steps} steps.`)
  process.exitCode = 1
}
