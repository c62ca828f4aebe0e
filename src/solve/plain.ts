import { isAbstract } from '../core/dispatch.ts'
import { activity, isTraced, type Traced, type TracedTensor } from '../core/traced.ts'
import { someLeaf } from '../core/tree.ts'
import { recorderToSpare } from '../reverse/checkpoint.ts'

/** Runs functions for their numbers alone, though they may read values of transforms that are not among their arguments. */
export class PlainRuns {
  /** The highest order of a derivative by what was read. */
  order = 0

  /** Whether there are values that it could read. */
  get needed(): boolean {
    return activity.on || activity.kept
  }

  /** Runs a function so that no tape takes it; what it gives counts as read. */
  run = <R>(f: () => R): R => {
    if (!this.needed) return f()
    const recorder = recorderToSpare()
    const note = <T>(x: T): T => {
      this.order = Math.max(this.order, orderOf(x))
      return x
    }
    if (recorder === undefined) return note(f())
    return note(recorder.divert((x: Traced | TracedTensor) => recorder.divert(undefined, () => recorder.primal(note(x))), f))
  }
}

/** The highest order of a derivative that passes through a tree; 0 where all is plain. */
export function orderOf(tree: unknown): number {
  let highest = 0
  someLeaf(tree, leaf => {
    let order = 0
    for (let current: unknown = leaf; isTraced(current); current = current.arena.owner.primal(current)) order += current.arena.owner.order ?? 1
    highest = Math.max(highest, order)
    return false
  })
  return highest
}

/** Whether some values of a tree stand for many numbers, or for none yet. */
export function isAbstractTree(tree: unknown): boolean {
  return someLeaf(tree, isAbstract)
}
