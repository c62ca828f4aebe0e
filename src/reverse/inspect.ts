import type { Definition } from '../core/definition.ts'
import type { Value } from '../core/types.ts'
import type { Application } from './nodes.ts'

/** Looks on while tapes record and are walked. Every operation is then a node. */
export interface Inspector {
  /** After an operator was applied; what it gives is kept as the application's note. */
  applied(definition: Definition, primals: readonly Value[], out: Value): unknown
  /** After the cotangents of an application's operands were computed; whether a zero that was computed won over ∞ or NaN there. */
  pulled(application: Application, cotangent: Value, cotangents: readonly (Value | undefined)[], zeroWon: boolean): void
}

export let inspect: Inspector | undefined

export function inspecting(): boolean {
  return inspect !== undefined
}

/** Runs a function whose tapes an inspector looks at. */
export function inspectedBy<R>(inspector: Inspector, run: () => R): R {
  const outer = inspect
  inspect = inspector
  try {
    return run()
  } finally {
    inspect = outer
  }
}
