import { waits } from '../../core/waiting.ts'
import { ENGINE_FUNCTIONS, LOGISTIC_FUNCTIONS } from '../../wasm/engine-functions.ts'
import { type Functions, type FunctionText, isPlainText } from '../../wasm/lanes.ts'
import { computeChain, STRONG } from './blocks.ts'
import { waitingBy } from './chains.ts'
import { logisticDensityKernel, sigmoidKernel } from './sigmoid.ts'
import { type VectorLoop, vectors } from './vector-hook.ts'

/** How many numbers a function of the engine is compared with. */
const PROBES = 4096

/** Functions of one number that have code for two with the same bits, where the engine's `Math` is the one that it follows. */
const FUNCTIONS: Readonly<Record<string, readonly [text: FunctionText, own: (x: number) => number]>> = {
  'Math.exp': [ENGINE_FUNCTIONS['Math.exp'], Math.exp],
  'Math.tanh': [ENGINE_FUNCTIONS['Math.tanh'], Math.tanh],
  sigmoidKernel: [LOGISTIC_FUNCTIONS.sigmoidKernel, sigmoidKernel],
  logisticDensityKernel: [LOGISTIC_FUNCTIONS.logisticDensityKernel, logisticDensityKernel],
}
const TEXTS: Functions = /* @__PURE__ */ Object.fromEntries(Object.entries(FUNCTIONS).map(([name, [text]]) => [name, { ...text, exact: true }]))

const known = /* @__PURE__ */ new Map<string, boolean>()

/** An answer that is found once. */
function once(key: string, find: () => boolean): boolean {
  const found = known.get(key) ?? find()
  known.set(key, found)
  return found
}

/** The functions that a text calls, among those that have such code. */
const functionsIn = (text: string) => Object.keys(FUNCTIONS).filter(name => text.includes(`${name}(`))

/** Whether a loop by this text gives the bits that JavaScript gives. */
function isExact(text: string): boolean {
  return text === STRONG || (isPlainText(text, TEXTS) && functionsIn(text).every(name => once(name, () => agrees(name))))
}

/** Whether the engine's function gives the bits of our code, which is tried with numbers of all sizes: most others differ in one of ten. */
function agrees(name: string): boolean {
  const numbers = Float64Array.from({ length: PROBES }, (_, i) => {
    const fraction = (i * 0.6180339887498949) % 1
    return i % 2 === 0 ? 60 * fraction - 30 : (i % 4 === 1 ? 1 : -1) * (1 + fraction) * 2 ** (((i >> 2) % 72) - 62)
  })
  const own = FUNCTIONS[name]?.[1] as (x: number) => number
  return compute(`${name}(x)`, PROBES, [numbers, 1], false)?.every((each, i) => Object.is(each, own(numbers[i] as number))) === true
}

/**
 * From now on loops over many entries whose texts are arithmetic, comparisons, choices, eˣ, tanh x and the logistic function run in
 * WebAssembly, two entries at a time.
 */
export function useVectors(): void {
  if (vectors.run !== undefined) return
  const isKnown = (text: string) => once(text, () => isExact(text))
  vectors.run = (text, length, buffers, single) => (isKnown(text) ? compute(text, length, buffers, single) : undefined)
  waits.by = waitingBy(
    (chain, length, buffers, room) => computeChain(chain, length, buffers, TEXTS, room),
    isKnown,
    text => functionsIn(text).length > 0,
  )
}

/** Operands of a text by itself. */
const OPERANDS = [[], [0], [0, 1], [0, 1, 2]] as const

const compute: VectorLoop = (text, length, buffers, single) => {
  const operands = OPERANDS[buffers.length / 2] as readonly number[]
  return computeChain({ key: single ? `${text} s` : text, steps: [{ text, operands, single, stored: true }] }, length, buffers, TEXTS)?.[0]
}
