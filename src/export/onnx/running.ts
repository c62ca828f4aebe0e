import type { ModelWriter, Ref } from './writer.ts'

/* What runs along an axis, by doubling: after k steps each entry has seen the 2ᵏ entries before it. */

interface Running {
  readonly axis: number
  readonly reverse: boolean
}

/** The largest or smallest entry so far. */
export function writeRunningExtreme(to: ModelWriter, opType: 'Max' | 'Min', x: Ref, running: Running): Ref {
  const last = to.float1(opType === 'Max' ? Number.NEGATIVE_INFINITY : Number.POSITIVE_INFINITY)
  let result = x
  for (let step = 1; step < (x.shape[running.axis] as number); step *= 2) result = to.op(opType, [result, shifted(to, result, step, running, last)], x.shape)
  return result
}

/** The running sum within runs of equal neighbours. */
export function writeRunningSum(to: ModelWriter, x: Ref, runs: Ref, running: Running): Ref {
  const zero = to.float1(0)
  const isEqual = (a: Ref, b: Ref) => {
    const nan = (each: Ref) => to.op('IsNaN', [each], x.shape, {}, 'bool')
    return to.op('Or', [to.op('Equal', [a, b], x.shape, {}, 'bool'), to.op('And', [nan(a), nan(b)], x.shape)], x.shape)
  }
  let sum = x
  // Whether an entry and those that its sum has not seen yet, up to the next step's, belong to one run.
  const first = shifted(to, to.floats(new Float64Array(x.shape.reduce((a, b) => a * b, 1)).fill(1), x.shape), 1, running, zero)
  let same = to.op('And', [to.asBool(first), isEqual(runs, shifted(to, runs, 1, running, zero))], x.shape)
  for (let step = 1; step < (x.shape[running.axis] as number); step *= 2) {
    sum = to.op('Add', [sum, to.op('Where', [same, shifted(to, sum, step, running, zero), zero], x.shape, {}, 'float')], x.shape)
    same = to.op('And', [same, to.asBool(shifted(to, to.asFloat(same), step, running, zero))], x.shape)
  }
  return sum
}

/** The entries moved on along an axis, with a number in the places that become free. */
function shifted(to: ModelWriter, x: Ref, step: number, { axis, reverse }: Running, free: Ref): Ref {
  const length = x.shape[axis] as number
  const pads = new Array<number>(2 * x.shape.length).fill(0)
  pads[reverse ? x.shape.length + axis : axis] = step
  const padded = to.op('Pad', [x, to.integers(pads), free], x.shape.with(axis, length + step))
  const [start, end] = reverse ? [step, length + step] : [0, length]
  return to.op('Slice', [padded, to.integers([start]), to.integers([end]), to.integers([axis])], x.shape)
}
