import { shapeOf } from '../../core/dispatch.ts'
import { DomainError, ShapeError } from '../../core/errors.ts'
import { formatShape } from '../../core/shape.ts'
import { eye, Tensor } from '../../core/tensor.ts'
import type { Value } from '../../core/types.ts'
import * as ops from '../../ops/index.ts'
import { type Context, constant, type Entries, of, piecewise, refused, smooth } from './entry.ts'
import * as tolerance from './tolerance.ts'

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
  pow: smooth(([a, b]: [Value, Value], context) => pow(a, b, context), { real: true, note: 'matrix powers with integer exponents' }),
  square: smooth(([x]: [Value], context) => (shapeOf(x).length > 0 ? multiply(x, x, context) : ops.square(x as number))),
  cube: smooth(([x]: [Value], context) => multiply(x, multiply(x, x, context), context)),
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
  nthRoot: smooth(([x, n = 2]: [Value, Value?], context) => nthRoot(x, context.known(n, 'the root')), { real: true, note: 'the root is constant' }),
  floor: rounding(tolerance.floor),
  ceil: rounding(tolerance.ceil),
  fix: rounding(tolerance.fix),
  round: rounding(tolerance.round),
  re: of((x: Value) => x),
  conj: of((x: Value) => x),
  im: piecewise(([x]: [Value]) => ops.mul(0, x)),
  arg: piecewise(([x]: [Value]) => ops.where(ops.less(x, 0), Math.PI, 0)),
  clone: of((x: Value) => x),
  number: of((x: Value) => ops.add(x, 0), { note: 'of numbers, not of texts or units' }),
  boolean: piecewise(([x]: [Value]) => ops.notEqual(x, 0)),
  ...constant('whole numbers only', 'gcd lcm xgcd invmod isPrime bitAnd bitNot bitOr bitXor leftShift rightArithShift rightLogShift'),
  ...constant('whole numbers only', 'bellNumbers catalan composition stirlingS2 bernoulli'),
  ...refused('complex results', 'nthRoots complex polynomialRoot'),
  ...refused('numbers of other types', 'bignumber bigint fraction num den numeric'),
}

function rounding(f: (x: Value) => Value) {
  return piecewise(([x, digits = 0]: [Value, Value?], context) => tolerance.decimals(f, x, context.known(digits, 'the number of decimals')))
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
  const exponent = context.known(b, 'the exponent of a matrix')
  if (!Number.isInteger(exponent) || Math.abs(exponent) >= 2 ** 31)
    throw new DomainError(`pow: the exponent of a matrix is an integer below 2^31, not ${exponent}.`)
  const [n] = shape as [number]
  context.spend(n ** 3 * (1 + Math.log2(1 + Math.abs(exponent))))
  return exponent === 0 ? eye(n) : ops.matrixPower(a as Tensor, exponent)
}

/** The real root: of negative numbers for odd n only. */
function nthRoot(x: Value, n: number): Value {
  if (n === 0) throw new DomainError('nthRoot: the root is a number other than 0.')
  if (n === 2) return ops.sqrt(x)
  if (Math.abs(n) % 2 !== 1) return ops.pow(x, 1 / n)
  if (n === 1) return x
  if (n === 3) return ops.cbrt(x)
  return ops.mul(ops.sign(x), ops.pow(ops.abs(x), 1 / n))
}
