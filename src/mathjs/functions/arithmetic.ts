import { shapeOf } from '../../core/dispatch.ts'
import { DomainError, ShapeError } from '../../core/errors.ts'
import { eye } from '../../core/makers.ts'
import { formatShape } from '../../core/shape.ts'
import { Tensor } from '../../core/tensor.ts'
import type { Value } from '../../core/types.ts'
import * as ops from '../../ops/index.ts'
import { type Context, type Cost, constant, type Entries, of, piecewise, refused, smooth } from './entry.ts'
import * as tolerance from './tolerance.ts'

/** Products and sums of whole numbers, over all pairs of entries at most: mathjs takes well under a microsecond for each. */
const pairs: Cost = (...lists) => 10 * lists.reduce((product, { length }) => product * length, 1)
/** The same for numbers that doubles hold exactly; mathjs' loop may not end on larger ones. */
const exactPairs: Cost = (...lists) =>
  lists.every(list => Array.from(list).every(each => Math.abs(each) <= Number.MAX_SAFE_INTEGER)) ? pairs(...lists) : Number.POSITIVE_INFINITY
const sumOf = (list: ArrayLike<number>, f: (x: number) => number) => Array.from(list).reduce((sum, each) => sum + f(each), 0)
/** A number as it counts for a cost. */
const size = (list: ArrayLike<number>) => Math.abs(list[0] ?? 0)

/** Functions of whole numbers, which mathjs computes; most of them in loops as long as their arguments are large. */
const wholeNumbers: Entries = {
  ...constant('whole numbers only', 'gcd lcm bitAnd bitNot bitOr bitXor leftShift rightArithShift rightLogShift', pairs),
  ...constant('whole numbers only', 'xgcd invmod', exactPairs),
  ...constant('whole numbers only', 'isPrime', list => sumOf(list, x => 1 + Math.sqrt(Math.abs(x)) / 12)),
  ...constant('whole numbers only', 'bellNumbers', n => 5 * size(n) ** 2),
  ...constant('whole numbers only', 'stirlingS2', (n, k) => 5 * size(n) * (1 + size(k))),
  ...constant('whole numbers only', 'bernoulli', n => size(n) ** 2),
  ...constant('whole numbers only', 'catalan composition', n => 10 * size(n)),
}

/** What mathjs calls otherwise than the registry, or computes otherwise. */
export const arithmetic: Entries = {
  add: of((...terms: Value[]) => terms.reduce(ops.add)),
  subtract: of(ops.sub),
  unaryMinus: of(ops.neg),
  unaryPlus: of((x: Value) => x),
  multiply: smooth((factors: Value[], context) => factors.reduce((a, b) => multiply(a, b, context))),
  dotMultiply: of(ops.mul),
  dotDivide: of(ops.div),
  divide: smooth(([a, b]: [Value, Value], context) => divide(a, b, context)),
  dotPow: of(power, { real: true }),
  pow: smooth(([a, b]: [Value, Value], context) => pow(a, b, context), {
    real: true,
    constants: [{ what: 'the exponent of a matrix', at: 1, besideArray: true }],
    note: 'matrix powers with integer exponents',
  }),
  square: of(ops.square),
  cube: of((x: Value) => ops.mul(x, ops.square(x))),
  sqrt: of(ops.sqrt, { real: true }),
  log: of((x: Value, base?: Value) => (base === undefined ? ops.log(x) : ops.div(ops.log(x), ops.log(base))), { real: true }),
  log1p: of((x: Value, base?: Value) => (base === undefined ? ops.log1p(x) : ops.div(ops.log1p(x), ops.log(base))), { real: true }),
  log2: of(ops.log2, { real: true }),
  log10: of(ops.log10, { real: true }),
  hypot: of((...args: Value[]) => {
    const list = args.length === 1 && args[0] instanceof Tensor ? args[0] : args
    return ops.norm(list as Value)
  }),
  mod: of((x: Value, y: Value) => {
    const zero = ops.equal(y, 0)
    return ops.sub(x, ops.mul(y, ops.where(zero, 0, tolerance.floor(ops.div(x, ops.where(zero, 1, y))))))
  }),
  nthRoot: smooth(([x, n = 2]: [Value, Value?], context) => nthRoot(x, n, context), { real: true }),
  floor: rounding(tolerance.floor),
  ceil: rounding(tolerance.ceil),
  fix: rounding(tolerance.fix),
  round: rounding(tolerance.round),
  re: of((x: Value) => x),
  conj: of((x: Value) => x),
  im: piecewise(([x]: [Value]) => ops.mul(0, x)),
  arg: piecewise(([x]: [Value]) => ops.where(ops.less(x, 0), Math.PI, 0)),
  clone: of((x: Value) => x),
  number: of((x: Value) => ops.add(x, 0), { note: 'of numbers, not of texts or units', takes: 1 }),
  boolean: piecewise(([x]: [Value]) => ops.notEqual(x, 0)),
  ...wholeNumbers,
  ...refused('complex results', 'nthRoots complex polynomialRoot'),
  ...refused('numbers of other types', 'bignumber bigint fraction num den numeric'),
}

function rounding(f: (x: Value) => Value) {
  return piecewise(
    ([x, digits = 0]: [Value, unknown?]) => {
      const count = digits instanceof Tensor ? Number.NaN : Number(digits)
      if (!Number.isInteger(count) || count < 0 || count > 15)
        throw new DomainError(`The number of decimals is a whole number from 0 to 15, not ${digits instanceof Tensor ? 'an array' : String(digits)}.`)
      return tolerance.decimals(f, x, count)
    },
    { constants: [{ what: 'the number of decimals', at: 1 }], takes: 2 },
  )
}

/** x^y of real numbers. */
function power(x: Value, y: Value): Value {
  return y === 2 ? ops.square(x) : ops.pow(x, y)
}

/** Products of scalars, vectors and matrices as in linear algebra. */
export function multiply(a: Value, b: Value, context: Context): Value {
  const [left, right] = [shapeOf(a), shapeOf(b)]
  if (left.length === 0 || right.length === 0) return ops.mul(a, b)
  if (left.length > 2 || right.length > 2) {
    throw new ShapeError(`multiply takes vectors and matrices, but arrays of shapes ${formatShape(left)} and ${formatShape(right)} were given.`)
  }
  context.spend((left[0] as number) * (left[1] ?? 1) * (right[1] ?? 1))
  return ops.matmul(a as Tensor, b as Tensor)
}

function divide(a: Value, b: Value, context: Context): Value {
  if (shapeOf(b).length === 0) return ops.div(a, b)
  return multiply(a, inverse(b, context), context)
}

export function inverse(x: Value, context: Context): Value {
  const [n] = shapeOf(x)
  if (n === undefined) return ops.div(1, x)
  context.spend(n ** 3)
  return ops.inv(x as Tensor)
}

function pow(a: Value, b: Value, context: Context): Value {
  const shape = shapeOf(a)
  if (shapeOf(b).length > 0) throw new ShapeError('pow: the exponent is an array; use .^ for powers entry by entry.')
  if (shape.length === 0) return power(a, b)
  if (shape.length !== 2 || shape[0] !== shape[1]) throw new ShapeError(`pow: powers are of square matrices, but the shape is ${formatShape(shape)}.`)
  const exponent = Number(b)
  if (!Number.isInteger(exponent) || Math.abs(exponent) >= 2 ** 31)
    throw new DomainError(`pow: the exponent of a matrix is an integer below 2^31, not ${exponent}.`)
  const [n] = shape as [number]
  context.spend(n ** 3 * (1 + Math.log2(1 + Math.abs(exponent))))
  return exponent === 0 ? eye(n) : ops.matrixPower(a as Tensor, exponent)
}

/** The real root: of negative numbers for whole odd n only, where there is no derivative by n. */
function nthRoot(x: Value, n: Value, context: Context): Value {
  if (context.truth(some(ops.equal(n, 0)))) throw new DomainError('nthRoot: the root is a number other than 0.')
  if (n === 1) return x
  if (n === 2) return ops.sqrt(x)
  if (n === 3) return ops.cbrt(x)
  const exponent = ops.div(1, n)
  if (!context.truth(some(ops.less(x, 0)))) return ops.pow(x, exponent)
  if (n instanceof Tensor) throw new DomainError('nthRoot: of negative numbers, all take one root.')
  const [order] = context.chosen([n], () => 'nthRoot: of negative numbers, odd roots have no derivative by the root.') as [number]
  return Math.abs(order) % 2 === 1 ? ops.mul(ops.sign(x), ops.pow(ops.abs(x), exponent)) : ops.pow(x, exponent)
}

function some(mask: Value): Value {
  return mask instanceof Tensor ? ops.any(mask) : mask
}
