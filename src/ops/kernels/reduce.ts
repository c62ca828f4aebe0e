import { gatherIndices, type Shape, sizeOfShape, stridesOf } from '../../core/shape.ts'
import type { Tensor } from '../../core/tensor.ts'

/** Positions of a tensor's entries as fibres along `axes`: entry k of fibre i is at `starts[i] + offsets[k]`. */
export function fibres(x: Pick<Tensor, 'shape'>, axes: readonly number[]): { starts: Int32Array; offsets: Int32Array } {
  const strides = stridesOf(x.shape)
  const kept = x.shape.map((_, axis) => axis).filter(axis => !axes.includes(axis))
  const along = (chosen: readonly number[]) =>
    gatherIndices(
      chosen.map(axis => x.shape[axis] as number),
      chosen.map(axis => strides[axis] as number),
    )
  return { starts: along(kept), offsets: along(axes) }
}

/** The largest entry of each fibre along `axes`, or the smallest, as `Math.max` and `Math.min` have it: NaN if any is, and −0 below 0. */
export function reduceExtreme(x: Tensor, axes: readonly number[], largest: boolean): Float64Array {
  const { data } = x
  const block = blockOf(x.shape, axes)
  const { starts, offsets } = block?.inner === 1 ? RUNS : fibres(x, axes)
  const [along, step] = block?.inner === 1 ? [block.along, 1] : [offsets.length, 0]
  const results = new Float64Array(step === 1 ? (block?.outer as number) : starts.length)
  for (let i = 0; i < results.length; i++) {
    const first = step === 1 ? i * along : (starts[i] as number)
    let result = largest ? Number.NEGATIVE_INFINITY : Number.POSITIVE_INFINITY
    for (let k = 0; k < along; k++) {
      const entry = data[first + (step === 1 ? k : (offsets[k] as number))] as number
      if (largest ? entry > result : entry < result) result = entry
      // What is equal may be another zero, and what is neither is NaN.
      else if (!(largest ? entry < result : entry > result)) result = largest ? Math.max(result, entry) : Math.min(result, entry)
    }
    results[i] = result
  }
  return results
}

/**
 * For each fibre along `axes`, which follow each other, which of its entries has the largest product with `sign`: the first of them, or the
 * first NaN.
 */
export function argExtremes(x: Tensor, axes: readonly number[], sign: 1 | -1): Float64Array {
  const { outer, along, inner } = blockOf(x.shape, axes) as Block
  const winners = new Float64Array(outer * inner)
  for (let i = 0; i < winners.length; i++) {
    const start = inner === 1 ? i * along : Math.floor(i / inner) * along * inner + (i % inner)
    winners[i] = sign === 1 ? argLargest(x.data, start, along, inner) : argSmallest(x.data, start, along, inner)
  }
  return winners
}

function argLargest(data: ArrayLike<number>, start: number, count: number, step: number): number {
  let winner = 0
  let best = data[start] as number
  for (let k = 0, at = start; k < count; k++, at += step) {
    const entry = data[at] as number
    if (entry <= best) continue
    // What is neither less, equal nor greater is NaN.
    if (!(entry > best)) return k
    best = entry
    winner = k
  }
  return winner
}

function argSmallest(data: ArrayLike<number>, start: number, count: number, step: number): number {
  let winner = 0
  let best = data[start] as number
  for (let k = 0, at = start; k < count; k++, at += step) {
    const entry = data[at] as number
    if (entry >= best) continue
    if (!(entry < best)) return k
    best = entry
    winner = k
  }
  return winner
}

const RUNS = { starts: new Int32Array(0), offsets: new Int32Array(0) }

interface Block {
  outer: number
  along: number
  inner: number
}

/** Of axes that follow each other: how many entries there are before, along and behind them. */
function blockOf(shape: Shape, axes: readonly number[]): Block | undefined {
  const [first = 0] = axes
  if (axes.some((axis, i) => axis !== first + i)) return undefined
  const end = first + axes.length
  return { outer: sizeOfShape(shape.slice(0, first)), along: sizeOfShape(shape.slice(first, end)), inner: sizeOfShape(shape.slice(end)) }
}

/** The sum of each fibre, one entry after the other. */
export function reduceSum(x: Tensor, axes: readonly number[]): Float64Array {
  const { data } = x
  const block = blockOf(x.shape, axes)
  if (block !== undefined) {
    const { outer, along, inner } = block
    const sums = new Float64Array(outer * inner)
    if (inner === 1) {
      for (let o = 0, at = 0; o < outer; o++) {
        let sum = 0
        for (const end = at + along; at < end; at++) sum += data[at] as number
        sums[o] = sum
      }
    } else {
      for (let o = 0, at = 0; o < outer; o++) {
        const [from, to] = [o * inner, (o + 1) * inner]
        for (let k = 0; k < along; k++) for (let i = from; i < to; i++, at++) sums[i] = (sums[i] as number) + (data[at] as number)
      }
    }
    return sums
  }
  const { starts, offsets } = fibres(x, axes)
  const sums = new Float64Array(starts.length)
  for (let i = 0; i < starts.length; i++) {
    const first = starts[i] as number
    let sum = 0
    for (let k = 0; k < offsets.length; k++) sum += data[first + (offsets[k] as number)] as number
    sums[i] = sum
  }
  return sums
}

/** The norm of order p of each fibre, from entries relative to the largest, so that no power overflows or vanishes. */
export function reduceNorm(x: Tensor, axes: readonly number[], p: number): Float64Array {
  const { starts, offsets } = fibres(x, axes)
  const { data } = x
  return Float64Array.from(starts, first => {
    let largest = 0
    for (let k = 0; k < offsets.length; k++) largest = Math.max(largest, Math.abs(data[first + (offsets[k] as number)] as number))
    const unit = largest === 0 || largest === Number.POSITIVE_INFINITY ? 1 : largest
    let sum = 0
    for (let k = 0; k < offsets.length; k++) {
      const relative = Math.abs(data[first + (offsets[k] as number)] as number) / unit
      sum += p === 2 ? relative * relative : relative ** p
    }
    return unit * (p === 2 ? Math.sqrt(sum) : sum ** (1 / p))
  })
}
