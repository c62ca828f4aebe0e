import { noMore } from '../core/arguments.ts'
import { DualtapeError, describe, OptionError } from '../core/errors.ts'
import { share, sharedMemory, type Team } from './pool.ts'

/*
 * Work on the memory of the pool by several threads. Each thread has a place of its own in a block of integers that all share: what to
 * do, and the operands. A thread sleeps until its state is changed there, and changes it back when it is done.
 */

const IDLE = 0
const CALL = 1
const LOAD = 2
const QUIT = 3
const FAILED = 4
/** Integers of one thread: its state, the number of a function, how many operands (or bytes of a module), the operands. */
const PLACE = 32
/** Bytes of the longest module that a thread can load. */
const LONGEST = 2 ** 16
const MOST = 64
/** Looks at another thread's state before this one sleeps, too. */
const LOOKS = 2000

/** What a thread runs. It is text, since it has to run where nothing of the library is; a function, so that bundlers can leave it out. */
const work = () => `
function work({ control, bytes, memory, at }, ready) {
  const functions = []
  ready()
  for (;;) {
    Atomics.wait(control, at, ${IDLE})
    const state = Atomics.load(control, at)
    if (state === ${QUIT}) return
    let next = ${IDLE}
    try {
      if (state === ${LOAD}) {
        const module = new WebAssembly.Module(bytes.slice(0, control[at + 2]))
        functions[control[at + 1]] = new WebAssembly.Instance(module, { js: { memory } }).exports.run
      } else if (state === ${CALL}) functions[control[at + 1]](...control.subarray(at + 3, at + 3 + control[at + 2]))
      else continue
    } catch {
      next = ${FAILED}
    }
    Atomics.store(control, at, next)
    Atomics.notify(control, at)
  }
}`
const inNode = () => `${work()}
const { parentPort, workerData } = require('node:worker_threads')
work(workerData, () => parentPort.postMessage('ready'))`
const inPage = () => `${work()}
onmessage = ({ data }) => work(data, () => postMessage('ready'))`

interface Shared {
  readonly control: Int32Array<SharedArrayBuffer>
  readonly bytes: Uint8Array<SharedArrayBuffer>
  readonly memory: object
  readonly at: number
}

/** Threads beside this one. */
class Threads implements Team {
  readonly size: number
  readonly memory: object
  readonly control: Int32Array<SharedArrayBuffer>
  readonly bytes = new Uint8Array(new SharedArrayBuffer(LONGEST))
  #loaded = 0

  constructor(size: number, memory: object) {
    this.size = size
    this.memory = memory
    this.control = new Int32Array(new SharedArrayBuffer(4 * PLACE * size))
  }

  load(module: Uint8Array): number | undefined {
    if (module.length > LONGEST) return undefined
    this.bytes.set(module)
    const number = this.#loaded++
    const others = Array.from({ length: this.size - 1 }, (_, i) => i + 1)
    for (const thread of others) this.#give(thread, LOAD, [number, module.length])
    return others.filter(thread => !this.#await(thread)).length === 0 ? number : undefined
  }

  run(number: number, calls: readonly (readonly number[])[], own: (...operands: number[]) => void): void {
    for (let thread = 1; thread < calls.length; thread++) {
      const operands = calls[thread] as readonly number[]
      this.#give(thread, CALL, [number, operands.length, ...operands])
    }
    own(...(calls[0] as readonly number[]))
    for (let thread = 1; thread < calls.length; thread++) if (!this.#await(thread)) own(...(calls[thread] as readonly number[]))
  }

  quit(): void {
    for (let thread = 1; thread < this.size; thread++) this.#give(thread, QUIT, [])
  }

  #give(thread: number, state: number, numbers: readonly number[]): void {
    const at = PLACE * thread
    this.control.set(numbers, at + 1)
    Atomics.store(this.control, at, state)
    Atomics.notify(this.control, at)
  }

  /** Waits for a thread; whether it has done what it was given. */
  #await(thread: number): boolean {
    const { control } = this
    const at = PLACE * thread
    for (let look = 0; ; look++) {
      const state = Atomics.load(control, at)
      if (state === IDLE) return true
      if (state === FAILED) {
        Atomics.store(control, at, IDLE)
        return false
      }
      // The main thread of a page may not sleep.
      if (look > LOOKS && maySleep) Atomics.wait(control, at, state)
    }
  }
}

let maySleep = true

interface NodeWorker {
  once(event: string, then: (value: unknown) => void): void
  unref(): void
}
interface PageWorker {
  onmessage: (() => void) | null
  onerror: ((event: { message?: string }) => void) | null
  postMessage(data: unknown): void
}
interface Surroundings {
  process?: { getBuiltinModule?: (name: string) => { Worker: new (text: string, options: object) => NodeWorker } }
  Worker?: new (url: string) => PageWorker
  crossOriginIsolated?: boolean
}

/** Starts one thread; settled when it waits for work. */
function start(shared: Shared): Promise<void> {
  const { process, Worker, crossOriginIsolated } = globalThis as unknown as Surroundings
  const node = process?.getBuiltinModule?.('node:worker_threads')
  return new Promise((resolve, reject) => {
    if (node !== undefined) {
      const worker = new node.Worker(inNode(), { eval: true, workerData: shared })
      worker.once('message', () => {
        // It does not keep the process alive.
        worker.unref()
        resolve()
      })
      worker.once('error', reject)
      return
    }
    if (Worker === undefined || crossOriginIsolated !== true)
      throw new DualtapeError(
        'setThreads: threads share memory, which a page may only do where it is cross-origin isolated: serve it with the headers ' +
          'Cross-Origin-Opener-Policy: same-origin and Cross-Origin-Embedder-Policy: require-corp.',
      )
    const worker = new Worker(URL.createObjectURL(new Blob([inPage()], { type: 'text/javascript' })))
    worker.onmessage = () => void resolve()
    worker.onerror = ({ message }) => void reject(new DualtapeError(`setThreads: the page starts no worker: ${message ?? 'its policy forbids it'}.`))
    worker.postMessage(shared)
  })
}

let team: Threads | undefined

/**
 * Computes large matrix products by so many threads, this one among them, from now on: in Node, and in pages that are cross-origin
 * isolated. Results have the same bits for any number of threads. `setThreads(1)` ends the others. Gives a promise, which is settled when
 * the threads are there; products that are computed before are so by one.
 *
 * Throws an OptionError for what is no number of threads, and rejects with a DualtapeError where no memory can be shared.
 */
export async function setThreads(count: number, ...more: []): Promise<void> {
  noMore('setThreads', 1, more)
  if (!Number.isInteger(count) || count < 1 || count > MOST)
    throw new OptionError(`setThreads: the number of threads is an integer from 1 to ${MOST}, not ${describe(count)}.`)
  if ((team?.size ?? 1) === count) return
  team?.quit()
  team = undefined
  share(undefined)
  if (count === 1) return
  const memory = sharedMemory()
  if (memory === undefined) throw new DualtapeError('setThreads: there is no WebAssembly with vectors here, or none that shares memory.')
  const made = new Threads(count, memory)
  const { control, bytes } = made
  await Promise.all(Array.from({ length: count - 1 }, (_, i) => start({ control, bytes, memory, at: PLACE * (i + 1) })))
  maySleep = canSleep()
  team = made
  share(made)
}

function canSleep(): boolean {
  try {
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 1)
    return true
  } catch {
    return false
  }
}
