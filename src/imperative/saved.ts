import type { Definition } from '../core/definition.ts'

/** Whether operand i of an application is needed by its derivative: whether partials depend on it. */
export function saves(definition: { affine?(active: readonly boolean[]): boolean }, inputs: readonly number[], i: number): boolean {
  return definition.affine?.(inputs.map((input, k) => input !== 0 || k === i)) !== true
}

/** Whether an operator's derivative may use its result. */
export function usesResult(definition: Definition): boolean {
  const { partials, value, jvp } = definition as { partials?: { length: number }; value?: { length: number }; jvp?: { length: number } }
  return (partials !== undefined && value !== undefined && partials.length > value.length) || (jvp !== undefined && jvp.length > 2)
}
