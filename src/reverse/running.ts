import { beginRunning, endRunning, type Traced, type TracedTensor } from '../core/traced.ts'
import type { Value } from '../core/types.ts'
import type { TapeNode } from './nodes.ts'

/** A tape that takes what a running function does, as a checkpoint needs to know it. */
export interface Recorder {
  readonly level: number
  /** Whether a value is of this tape, and whether it has a history there. */
  owns(x: unknown): x is Traced | TracedTensor
  isTracked(x: unknown): x is Traced | TracedTensor
  primal(x: Value): Value
  /** A plain value in the form that operators of this tape give. */
  wrap(primal: Value): Value
  divert<R>(substitute: ((x: Traced | TracedTensor) => Value) | undefined, run: () => R): R
  /** Where a value's adjoint is kept. */
  reference(x: Value): number
  /** Adds a step with several results; gives what stands for them. */
  addStep(primals: readonly Value[], make: (outputs: readonly number[]) => TapeNode): Value[]
}

const running: (Recorder | undefined)[] = []

type Substitute = Parameters<Recorder['divert']>[0]

/** How many tapes are being diverted, and where to, the outermost first. */
export let diverted = 0
const diversions: { recorder: Recorder; substitute: Substitute }[] = []

export function beginDiversion(recorder: Recorder, substitute: Substitute): void {
  diverted = diversions.push({ recorder, substitute })
}

export function endDiversion(): void {
  diversions.pop()
  diverted = diversions.length
}

/** Whether what is done to a tape's values now is not recorded there. */
export function isDiverted(recorder: Recorder): boolean {
  return diversions.findLast(each => each.recorder === recorder)?.substitute !== undefined
}

/** Whether a value is of a tape that is being diverted. */
export function isOfDiverted(x: unknown): boolean {
  return diversions.some(({ recorder, substitute }) => substitute !== undefined && recorder.isTracked(x))
}

/** A function that runs with the other tapes diverted as they are now, whenever it is called. */
export function withDiversions<R>(without: Recorder, run: () => R): () => R {
  const now = diversions.filter(each => each.recorder !== without)
  let all = run
  for (const { recorder, substitute } of now.reverse()) {
    const inner = all
    all = () => recorder.divert(substitute, inner)
  }
  return all
}

/** Runs a function that records on this tape. */
export function recordingOn<R>(recorder: Recorder, run: () => R): R {
  running.push(recorder)
  beginRunning(recorder.level)
  try {
    return run()
  } finally {
    endRunning(recorder.level)
    running.pop()
  }
}

/** Runs a function in which nothing is to be recorded again: each round of a loop is computed again on the way back anyway. */
export function withoutRecorder<R>(run: () => R): R {
  running.push(undefined)
  try {
    return run()
  } finally {
    running.pop()
  }
}

/** What records when no transform runs: the imperative tape, once it is in use. */
let standing: (() => Recorder | undefined) | undefined

export function setStandingRecorder(recorder: () => Recorder | undefined): void {
  standing = recorder
}

/** The innermost tape that records. */
export function innermostRecorder(): Recorder | undefined {
  return running.length > 0 ? running.at(-1) : standing?.()
}
