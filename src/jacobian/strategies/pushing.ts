import { counted } from '../../core/counted.ts'
import { Constants } from '../constants.ts'
import { costs, priceOfPushing, priceOfRecording } from '../cost.ts'
import { Entries } from '../entries.ts'
import { type SparsityPattern, sameIntegers } from '../pattern.ts'
import type { LowerEntries } from '../second-order/edge-pushing.ts'
import { GradientCall } from '../second-order/gradient-call.ts'
import { type Executable, type Problem, priceOf, type Setting } from './strategy.ts'

/** Terms that edge pushing may take while a plan is made: what all columns by themselves cost; of a plan that is kept a few times over. */
export function termsWorth({ call, size, ...setting }: Setting): number {
  const price = priceOf({ call, size, ...setting }, size.inputs, size.inputs * size.outputs)
  return Math.max(64 * size.operations, (Math.min(setting.uses, 4) * price.cost) / (2 * costs().term))
}

/** The whole Hessian in one walk back, where it was found to be possible. */
export function pushing(problem: Problem): Executable[] {
  const { call, pattern, size, written, constants, mode } = problem
  const limit = mode === 'pushing' ? Number.POSITIVE_INFINITY : termsWorth(problem)
  const found = call instanceof GradientCall ? call.lowerEntries(limit, constants && new Constants()) : undefined
  if (found === undefined || pattern === undefined) return []
  const { multiplications, cost } = priceOfPushing(found.work, written)
  let places: Places | undefined
  return [
    {
      mode: 'pushing',
      passes: 1,
      chunk: 1,
      multiplications,
      cost: priceOfRecording(size) + cost,
      pattern,
      why: `edge pushing: the whole matrix in one walk back, ${counted(found.work, 'term')}`,
      run: gradient => {
        // Entries that are 0 by constants are not in the pattern.
        const entries = (gradient as GradientCall).lowerEntries(Number.POSITIVE_INFINITY, constants && new Constants()) as LowerEntries
        if (places?.fit(entries) !== true) places = new Places(pattern, entries)
        return places.put(entries, gradient as GradientCall)
      },
    },
  ]
}

/** Why edge pushing is out of the question. */
export function whyNotPushed({ kind }: Setting): string {
  if (kind === 'Jacobian') return 'it gives Hessians'
  return 'it takes functions whose steps can be written as operations on plain scalars, each with a rule for its second partials'
}

/** Where entries on and below the diagonal, and their mirror images, stand in a pattern. */
class Places {
  readonly #rows: Int32Array
  readonly #columns: Int32Array
  readonly #places: Int32Array
  readonly #mirrored: Int32Array
  readonly #size: number

  constructor(pattern: SparsityPattern, { rows, columns }: LowerEntries) {
    this.#rows = rows
    this.#columns = columns
    this.#size = pattern.nonzeros
    this.#places = rows.map((row, k) => pattern.indexOf(row, columns[k] as number))
    this.#mirrored = rows.map((row, k) => pattern.indexOf(columns[k] as number, row))
  }

  fit({ rows, columns }: LowerEntries): boolean {
    return rows.length === this.#rows.length && sameIntegers(rows, this.#rows, rows.length) && sameIntegers(columns, this.#columns, rows.length)
  }

  put({ values }: LowerEntries, call: GradientCall): Entries {
    const entries = Entries.zeros(this.#size)
    if (call.recording.graph !== undefined) {
      values.forEach((value, k) => {
        for (const place of [this.#places[k], this.#mirrored[k]]) entries.set(place as number, call.valueOf(value))
      })
      return entries
    }
    const { numbers } = entries
    for (let k = 0; k < values.length; k++) {
      numbers[this.#places[k] as number] = values[k] as number
      numbers[this.#mirrored[k] as number] = values[k] as number
    }
    return entries
  }
}
