import { checkpoint, stopGradient, type Tensor } from '../../src/index.ts'
import * as ops from '../../src/ops/index.ts'
import type { Random } from '../forms/random.ts'
import { along, broadcast, map, reduce, zip } from './arrays.ts'
import type { Jet } from './jets.ts'
import * as jets from './jets.ts'
import { anything, axisOf, hasAxis, jet, type Operator, type Shape } from './step.ts'

// biome-ignore lint/suspicious/noExplicitAny: operators by name
const library = ops as any

function unary(name: string, call: (x: Tensor) => Tensor, plain: (x: Jet) => Jet): Operator {
  return { name, arity: 1, fits: anything, make: () => ({ library: call, plain: x => map(x, plain) }) }
}

function binary(name: string, call: (x: Tensor, y: Tensor) => Tensor, plain: (x: Jet, y: Jet) => Jet): Operator {
  return { name, arity: 2, fits: (x, y) => broadcast(x, y) !== undefined, make: () => ({ library: call, plain: (x, y) => zip(x, y, plain) }) }
}

/** Over one axis or all of them, kept or not. */
function reduction(name: string, plain: (entries: Jet[]) => Jet, fits: (x: Shape) => boolean = hasAxis): Operator {
  return {
    name,
    arity: 1,
    fits,
    make: (random, shape) => {
      const all = random.next() < 0.2 && shape.length > 1
      const axis = all ? shape.map((_, i) => i) : [axisOf(random, shape)]
      const keepDims = random.next() < 0.5 || axis.length === shape.length
      return { text: JSON.stringify({ axis, keepDims }), library: x => library[name](x, { axis, keepDims }), plain: x => reduce(x, axis, keepDims, plain) }
    },
  }
}

function fibres(name: string, plain: (fibre: Jet[], random: Random) => Jet[]): Operator {
  return {
    name,
    arity: 1,
    fits: hasAxis,
    make: (random, shape) => {
      const axis = axisOf(random, shape)
      return { text: JSON.stringify({ axis }), library: x => library[name](x, { axis }), plain: x => along(x, axis, fibre => plain(fibre, random)) }
    },
  }
}

const logSumExp = (xs: Jet[]): Jet => {
  const top = Math.max(...xs.map(x => x.value))
  return jets.plus(jets.log(jets.total(xs.map(x => jets.exp(jets.plus(x, -top))))), top)
}
const mean = (xs: Jet[]): Jet => jets.times(1 / xs.length, jets.total(xs))
const variance = (xs: Jet[]): Jet => {
  const center = mean(xs)
  return mean(xs.map(x => jets.square(jets.sub(x, center))))
}
const running = (step: (a: Jet, b: Jet) => Jet) => (fibre: Jet[]) => {
  let before: Jet | undefined
  return fibre.map(x => {
    before = before === undefined ? x : step(before, x)
    return before
  })
}
const softmax = (fibre: Jet[]) => fibre.map(x => jets.exp(jets.sub(x, logSumExp(fibre))))
const shifted = (x: Jet) => jets.sqrt(jets.plus(jets.square(x), 1))

/** Steps on entries, and along axes. */
export const ON_ENTRIES: readonly Operator[] = [
  unary('sin', x => ops.sin(x), jets.sin),
  unary('cos', x => ops.cos(x), jets.cos),
  unary('square', x => ops.square(x), jets.square),
  unary(
    'neg',
    x => ops.neg(x),
    x => jets.times(-1, x),
  ),
  unary('atan', x => ops.atan(x), jets.atan),
  unary('sigmoid', x => ops.sigmoid(x), jets.sigmoid),
  unary(
    'exp of a third',
    x => ops.exp(ops.mul(x, 0.3125)),
    x => jets.exp(jets.times(0.3125, x)),
  ),
  unary(
    'log(1 + x²)',
    x => ops.log1p(ops.square(x)),
    x => jets.log(jets.plus(jets.square(x), 1)),
  ),
  unary('√(1 + x²)', x => ops.sqrt(ops.add(ops.square(x), 1)), shifted),
  unary('abs', x => ops.abs(x), jets.abs),
  unary(
    'relu',
    x => ops.relu(x),
    x => jets.times(jets.compare(x, jet(0)) > 0 ? 1 : 0, x),
  ),
  unary(
    'affine',
    x => ops.sub(ops.mul(1.5, x), 0.25),
    x => jets.plus(jets.times(1.5, x), -0.25),
  ),
  unary(
    'stopGradient',
    x => ops.add(ops.mul(0.5, x), stopGradient(x)) as Tensor,
    x => jets.add(jets.times(0.5, x), jets.constant(x)),
  ),
  unary(
    'checkpoint',
    x => checkpoint((y: Tensor) => ops.mul(ops.sin(y), y))(x),
    x => jets.mul(jets.sin(x), x),
  ),
  binary('add', (x, y) => ops.add(x, y), jets.add),
  binary('sub', (x, y) => ops.sub(x, y), jets.sub),
  binary('mul', (x, y) => ops.mul(x, y), jets.mul),
  binary(
    'div by 1 + y²',
    (x, y) => ops.div(x, ops.add(1, ops.square(y))) as Tensor,
    (x, y) => jets.div(x, jets.plus(jets.square(y), 1)),
  ),
  binary(
    'maximum',
    (x, y) => ops.maximum(x, y),
    (x, y) => jets.extreme([x, y], 1),
  ),
  binary(
    'minimum',
    (x, y) => ops.minimum(x, y),
    (x, y) => jets.extreme([x, y], -1),
  ),
  binary(
    'where',
    (x, y) => ops.where(ops.greater(x, y), ops.mul(x, y), ops.square(y)) as Tensor,
    (x, y) => (jets.compare(x, y) > 0 ? jets.mul(x, y) : jets.square(y)),
  ),
  reduction('sum', jets.total),
  reduction('mean', mean),
  reduction('prod', jets.product),
  reduction('max', xs => jets.extreme(xs, 1)),
  reduction('min', xs => jets.extreme(xs, -1)),
  reduction('logSumExp', logSumExp),
  reduction('variance', variance),
  {
    ...reduction('norm', xs => jets.sqrt(jets.total(xs.map(jets.square)))),
    make: (random, shape) => {
      const axis = axisOf(random, shape)
      // Away from 0, where a norm has a kink.
      return {
        text: JSON.stringify({ axis }),
        library: x => ops.norm(ops.add(ops.abs(x), 0.5) as Tensor, { axis, keepDims: true }),
        plain: x => reduce(x, [axis], true, xs => jets.sqrt(jets.total(xs.map(each => jets.square(jets.plus(jets.abs(each), 0.5)))))),
      }
    },
  },
  fibres('softmax', softmax),
  fibres('logSoftmax', fibre => fibre.map(x => jets.sub(x, logSumExp(fibre)))),
  fibres('cumSum', running(jets.add)),
  fibres('cumProd', running(jets.mul)),
  fibres('sort', fibre =>
    fibre
      .map((x, i) => [x, i] as const)
      .sort(([x, i], [y, j]) => jets.compare(x, y) || i - j)
      .map(([x]) => x),
  ),
  fibres('layerNorm', fibre => {
    const [center, spread] = [mean(fibre), jets.sqrt(jets.plus(variance(fibre), 1e-5))]
    return fibre.map(x => jets.div(jets.sub(x, center), spread))
  }),
]
