import * as ops from '../../ops/index.ts'

/*
 * Functions that are 1 over another, or of 1 over their argument, in forms whose derivatives do not pass through 1 / x where
 * that is infinite or rounds what they depend on, nor through squares that underflow. Each is odd or even but for a constant,
 * and is computed from x without its sign, which is a factor and no function: derivatives at 0 are those of the formula.
 */

/** The sign of x, −1 for −0, and x without it. */
function parted(x: number): [sign: number, size: number] {
  const sign = ops.where(ops.logicalOr(ops.less(x, 0), ops.less(ops.reciprocal(x), 0)), -1, 1)
  return [sign, ops.mul(sign, x)]
}

/** Where e^(−x) is small beside e^x. */
const FAR = 20

/** One formula where x is below a bound, another one beyond, each computed at numbers of its own side alone. */
function beyond(bound: number, size: number, near: (x: number) => number, far: (x: number) => number): number {
  const isNear = ops.less(size, bound)
  return ops.where(isNear, near(ops.where(isNear, size, bound / 2)), far(ops.where(isNear, bound, size)))
}

export function sech(x: number): number {
  const far = (size: number) => ops.div(ops.mul(2, ops.exp(ops.neg(size))), ops.add(1, ops.exp(ops.mul(-2, size))))
  return beyond(FAR, parted(x)[1], size => ops.reciprocal(ops.cosh(size)), far)
}

export function csch(x: number): number {
  const [sign, all] = parted(x)
  const far = (size: number) => ops.div(ops.mul(2, ops.exp(ops.neg(size))), ops.sub(1, ops.exp(ops.mul(-2, size))))
  return ops.mul(
    sign,
    beyond(FAR, all, size => ops.reciprocal(ops.sinh(size)), far),
  )
}

/** The angle whose tangent is 1 / x. */
export function acot(x: number): number {
  const [sign, size] = parted(x)
  return ops.atan2(sign, size)
}

/** √(x² − 1), accurate near 1, with no square that overflows. */
function leg(x: number): number {
  return ops.mul(ops.sqrt(ops.sub(x, 1)), ops.sqrt(ops.add(x, 1)))
}

/** The angle whose cosine is 1 / x. */
export function asec(x: number): number {
  const [sign, size] = parted(x)
  return ops.atan2(leg(size), sign)
}

/** The angle whose sine is 1 / x. */
export function acsc(x: number): number {
  const [sign, size] = parted(x)
  return ops.atan2(sign, leg(size))
}

export function asech(x: number): number {
  return ops.sub(ops.log1p(ops.rootOneMinusSquare(x)), ops.log(x))
}

export function acsch(x: number): number {
  const [sign, all] = parted(x)
  const near = (size: number) => ops.sub(ops.log1p(ops.hypot(1, size)), ops.log(size))
  return ops.mul(
    sign,
    beyond(1, all, near, size => ops.asinh(ops.reciprocal(size))),
  )
}

export function acoth(x: number): number {
  const [sign, all] = parted(x)
  const near = (size: number) => ops.div(ops.sub(ops.log(ops.add(size, 1)), ops.log(ops.sub(size, 1))), 2)
  return ops.mul(
    sign,
    beyond(2, all, near, size => ops.atanh(ops.reciprocal(size))),
  )
}
