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

/** One number per fibre along `axes`. */
export function reduce(x: Tensor, axes: readonly number[], start: number, combine: (sum: number, entry: number) => number): Float64Array {
  const { starts, offsets } = fibres(x, axes)
  const { data } = x
  return Float64Array.from(starts, first => {
    let result = start
    for (let k = 0; k < offsets.length; k++) result = combine(result, data[first + (offsets[k] as number)] as number)
    return result
  })
}

/** Of axes that follow each other: how many entries there are before, along and behind them. */
function blockOf(shape: Shape, axes: readonly number[]): { outer: number; along: number; inner: number } | undefined {
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
