import { noMore } from '../core/arguments.ts'
import type { Definition } from '../core/definition.ts'
import { value as plain, shapeOf } from '../core/dispatch.ts'
import { DualtapeError } from '../core/errors.ts'
import { formatShape } from '../core/shape.ts'
import { formatNumber, Tensor } from '../core/tensor.ts'
import { checkFunction, checkSynchronous } from '../core/tree.ts'
import type { Value } from '../core/types.ts'
import { type Inspector, inspectedBy } from '../reverse/inspect.ts'
import type { Application } from '../reverse/nodes.ts'
import { Place } from './changes.ts'
import { outermost } from './imperative.ts'
import type { Note } from './segment.ts'

/**
 * Runs a function and throws where the first NaN or infinity arises in what its tapes record, forwards or backwards, and where a
 * zero that was computed, rather than left by a mask or a selection, wins over an infinite partial (the strong zero): a
 * DualtapeError names the operator, the ranges of its inputs, and the place in the user's source. It works for `backward()`
 * and for `grad`, `vjp` and the like, inside the function. Everything is slower meanwhile.
 *
 * @names `torch.autograd.detect_anomaly`
 *
 * @example
 * detectAnomaly(() => grad((x: number) => sqrt(x))(4)) // 0.25
 */
export function detectAnomaly<R>(fn: () => R, ...more: []): R {
  noMore('detectAnomaly', 1, more, fn)
  return inspectTapes(
    {
      applied(definition, primals, out) {
        if (!isFinite(out) && definition.differentiable) throw forwardError(definition, primals, out)
        return new Place()
      },
      pulled(application, cotangent, cotangents, zeroWon) {
        if (zeroWon) throw strongZeroError(application, cotangent)
        if (cotangents.every(each => each === undefined || isFinite(each))) return
        throw backwardError(application, cotangent, cotangents)
      },
    },
    'detectAnomaly',
    fn,
  )
}

/** What `tapeStats` counts. */
export interface TapeStats {
  /** What the function returned. */
  value: unknown
  /** Recorded operations. */
  operations: number
  /** Entries of their results: 1 for a scalar. */
  entries: number
  /** What results and partials take, about: 24 bytes per scalar operation, 8 per entry of a tensor operation's result. */
  bytes: number
  /** The same by operator, the largest first. */
  byOperator: Record<string, { operations: number; entries: number; bytes: number }>
}

/**
 * What a function records on tapes, imperative and functional, and how much memory it takes, in total and by operator.
 *
 * @example
 * tapeStats(() => grad((x: number[]) => sum(square(x)))([1, 2, 3])).operations // 2
 */
export function tapeStats(fn: () => unknown, ...more: []): TapeStats {
  noMore('tapeStats', 1, more, fn)
  const byOperator: TapeStats['byOperator'] = {}
  const total = { operations: 0, entries: 0, bytes: 0 }
  const value = inspectTapes(
    {
      applied(definition, _primals, out) {
        const entries = out instanceof Tensor ? out.size : 1
        const bytes = out instanceof Tensor ? 8 * entries : 24
        byOperator[definition.name] ??= { operations: 0, entries: 0, bytes: 0 }
        for (const each of [total, byOperator[definition.name] as typeof total]) {
          each.operations++
          each.entries += entries
          each.bytes += bytes
        }
        return undefined
      },
      pulled() {},
    },
    'tapeStats',
    fn,
  )
  const sorted = Object.entries(byOperator).sort(([, a], [, b]) => b.bytes - a.bytes)
  return { value, ...total, byOperator: Object.fromEntries(sorted) }
}

function inspectTapes<R>(inspector: Inspector, name: string, fn: () => R): R {
  checkFunction(name, fn)
  try {
    return inspectedBy(inspector, () => {
      outermost.current?.setKind()
      const result = fn()
      checkSynchronous(name, result)
      return result
    })
  } finally {
    outermost.current?.setKind()
  }
}

function isFinite(x: Value): boolean {
  const numbers = plain(x)
  return numbers instanceof Tensor ? numbers.data.every(Number.isFinite) : Number.isFinite(Number(numbers))
}

function forwardError(definition: Definition, primals: readonly Value[], out: Value): DualtapeError {
  return new DualtapeError(
    `${definition.name} gave ${firstBad(out)} at ${new Place()}. Inputs: ${primals.map(describeRange).join('; ')}.${domainOf(definition)}`,
  )
}

function strongZeroError({ definition, note }: Application, cotangent: Value): DualtapeError {
  return new DualtapeError(
    `The backward pass of ${definition.name}, recorded at ${placeOf(note)}, took a product of 0 and ∞ or NaN for 0 (the strong zero), though the zero was ` +
      `computed: the derivative need not be 0 there. Cotangent of its result: ${describeRange(cotangent)}. Write the function without the infinite ` +
      `partial, as x for square(sqrt(x)).${domainOf(definition)}`,
  )
}

function placeOf(note: unknown): Place | string {
  return (note instanceof Place ? note : (note as Note | undefined)?.place) ?? 'an unknown place'
}

function backwardError({ definition, note }: Application, cotangent: Value, cotangents: readonly (Value | undefined)[]): DualtapeError {
  const bad = cotangents.findIndex(each => each !== undefined && !isFinite(each))
  return new DualtapeError(
    `The backward pass of ${definition.name}, recorded at ${placeOf(note)}, gave ${firstBad(cotangents[bad] as Value)} as cotangent of ` +
      `operand ${bad + 1}. Cotangent of its result: ${describeRange(cotangent)}.${domainOf(definition)}`,
  )
}

function domainOf({ domain, convention }: Definition): string {
  return [domain && ` Domain: ${domain}.`, convention && ` ${convention}`].filter(Boolean).join('').replace(/\.\.$/, '.')
}

function firstBad(x: Value): number {
  const numbers = plain(x)
  return numbers instanceof Tensor ? (numbers.data.find(each => !Number.isFinite(each)) as number) : Number(numbers)
}

/** "3", or "a tensor of shape [2, 3] from -1 to 4". */
function describeRange(x: Value): string {
  const numbers = plain(x)
  if (!(numbers instanceof Tensor)) return String(numbers)
  const finite = numbers.data.filter(Number.isFinite)
  const range = finite.length === 0 ? 'without finite entries' : `from ${formatNumber(min(finite))} to ${formatNumber(max(finite))}`
  const lost = numbers.size - finite.length
  return `a tensor of shape ${formatShape(shapeOf(x))} ${range}${lost > 0 ? `, ${lost} of ${numbers.size} entries not finite` : ''}`
}

function min(x: Float64Array): number {
  return x.reduce((a, b) => Math.min(a, b))
}

function max(x: Float64Array): number {
  return x.reduce((a, b) => Math.max(a, b))
}
