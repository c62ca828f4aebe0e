import type { ElementwiseDefinition } from '../ops/kinds/elementwise.ts'
import type { StepsRule } from '../reverse/steps.ts'
import type { Tracing } from './tracing.ts'

/** What a rule gives as steps on an operator's operands and its result, found once by running the rule on tracers. */
export class StepsTemplate {
  readonly #steps: { definition: ElementwiseDefinition; operands: readonly number[] }[] = []
  /** For each place among the steps of the template (operands and result first) a constant, where it is one. */
  readonly #constants: (number | boolean | undefined)[] = []
  readonly #results: readonly number[]
  readonly #scratch: Int32Array

  /** The tracing is an empty one, and is closed. */
  constructor(tracing: Tracing, arity: number, rule: StepsRule) {
    const operands = Array.from({ length: arity }, (_, k) => tracing.input(0.5 + 0.25 * k))
    while (tracing.inputs.length < 2) tracing.input(0.5)
    const out = tracing.input(0.625)
    const results = rule(operands, out).map(each => (each === undefined ? -1 : tracing.idOf(each)))
    // Step 0 is the constant 0, steps 1 to 3 the operands and the result: steps that only serve other values are left out.
    const needed = new Set(results)
    for (let id = tracing.count - 1; id > 3; id--) if (needed.has(id)) for (const each of tracing.operandsOf(id)) needed.add(each)
    const place = new Map([0, 1, 2, 3].map(id => [id, id]))
    this.#constants = [0]
    for (let id = 4; id < tracing.count; id++) {
      if (!needed.has(id)) continue
      const at = 4 + this.#steps.length
      place.set(id, at)
      this.#constants[at] = tracing.constantOf(id) as number | undefined
      this.#steps.push({
        definition: tracing.definitionOf(id) as ElementwiseDefinition,
        operands: tracing.operandsOf(id).map(each => place.get(each) as number),
      })
    }
    this.#results = results.map(id => (id < 0 ? -1 : (place.get(id) as number)))
    this.#scratch = new Int32Array(4 + this.#steps.length)
    tracing.close()
  }

  write(tracing: Tracing, a: number, b: number, out: number, into: Int32Array): void {
    const at = this.#scratch
    at[0] = 0
    at[1] = a
    at[2] = b
    at[3] = out
    for (let k = 0; k < this.#steps.length; k++) {
      const constant = this.#constants[4 + k]
      const { definition, operands } = this.#steps[k] as { definition: ElementwiseDefinition; operands: readonly number[] }
      at[4 + k] =
        constant === undefined
          ? tracing.step(definition, at[operands[0] as number] as number, at[operands[1] ?? 0] as number, at[operands[2] ?? 0] as number)
          : tracing.idOf(constant)
    }
    for (let k = 0; k < this.#results.length; k++) into[k] = (this.#results[k] as number) < 0 ? -1 : (at[this.#results[k] as number] as number)
  }
}
