import type { Tensor } from '../../../core/tensor.ts'
import type { Value } from '../../../core/types.ts'
import * as d from '../../../ops/index.ts'
import { type Call, int, type Operator } from './call.ts'

/* Sums, extremes and the like along axes. */

interface Over {
  axis: number[]
  keepDims: boolean
}

/** The axes, as attributes or, in later versions, an operand; all where there are none. */
function over(call: Call): Over | undefined {
  const rank = call.rank(0)
  const given = call.axes(1)
  const isNone = given === undefined || given.length === 0
  if (isNone && call.int('noop_with_empty_axes', 0) !== 0) return undefined
  const axis = isNone ? Array.from({ length: rank }, (_, i) => i) : given.map(each => call.axis(each, rank))
  return { axis, keepDims: call.int('keepdims', 1) !== 0 }
}

const reducing =
  (reduce: (x: Tensor, over: Over) => unknown, each: (x: Tensor) => unknown = x => x): Operator =>
  call => {
    const axes = over(call)
    const value =
      axes === undefined ? each(call.tensor(0)) : call.rank(0) === 0 ? reduce(call.tensor(0), { axis: [], keepDims: false }) : reduce(call.tensor(0), axes)
    return { kind: call.item(0).kind, value: value as Value }
  }

const argument =
  (find: typeof d.argMax): Operator =>
  call => {
    if (call.int('select_last_index', 0) !== 0) return call.fail('select_last_index is not read: of entries that tie the first is taken')
    const axis = call.axis(call.int('axis', 0), call.rank(0))
    return int(find(call.tensor(0), { axis, keepDims: call.int('keepdims', 1) !== 0 }) as Value)
  }

export const REDUCTIONS: Readonly<Record<string, Operator>> = {
  ReduceSum: reducing((x, o) => d.sum(x, o)),
  ReduceMean: reducing((x, o) => d.mean(x, o)),
  ReduceMax: reducing((x, o) => d.max(x, o)),
  ReduceMin: reducing((x, o) => d.min(x, o)),
  ReduceProd: reducing((x, o) => d.prod(x, o)),
  ReduceL1: reducing((x, o) => d.sum(d.abs(x), o), d.abs),
  ReduceL2: reducing((x, o) => d.sqrt(d.sum(d.square(x), o) as Tensor), d.abs),
  ReduceSumSquare: reducing((x, o) => d.sum(d.square(x), o), d.square),
  ReduceLogSum: reducing((x, o) => d.log(d.sum(x, o) as Tensor), d.log),
  ReduceLogSumExp: reducing((x, o) => d.logSumExp(x, o)),
  ArgMax: argument(d.argMax),
  ArgMin: argument(d.argMin),
  CumSum: call => {
    if (call.int('exclusive', 0) !== 0) return call.fail('exclusive sums are not read')
    const axis = call.axis(call.numbers(1)[0] as number, call.rank(0))
    return { kind: call.item(0).kind, value: d.cumSum(call.tensor(0), { axis, reverse: call.int('reverse', 0) !== 0 }) }
  },
}
