import type { Value } from '../../core/types.ts'
import * as ops from '../../ops/index.ts'

/*
 * mathjs compares and rounds numbers with a tolerance: numbers that differ by rounding alone count as equal. The same
 * here, so that a condition chooses the branch that mathjs chooses.
 */

const RELATIVE = 1e-12
const ABSOLUTE = 1e-15

/** Mask of numbers that are equal but for rounding. */
export function near(x: Value, y: Value): Value {
  const size = ops.maximum(ops.abs(x), ops.abs(y))
  return ops.less(ops.abs(ops.sub(x, y)), ops.maximum(ops.mul(RELATIVE, size), ABSOLUTE))
}

export function equal(x: Value, y: Value): Value {
  return ops.logicalOr(ops.equal(x, y), near(x, y))
}

export function unequal(x: Value, y: Value): Value {
  return ops.logicalNot(equal(x, y))
}

export function larger(x: Value, y: Value): Value {
  return ops.logicalAnd(ops.greater(x, y), ops.logicalNot(near(x, y)))
}

export function largerEq(x: Value, y: Value): Value {
  return ops.logicalOr(ops.greaterEqual(x, y), near(x, y))
}

export function smaller(x: Value, y: Value): Value {
  return larger(y, x)
}

export function smallerEq(x: Value, y: Value): Value {
  return largerEq(y, x)
}

/** −1, 0 or 1. */
export function compare(x: Value, y: Value): Value {
  return ops.where(equal(x, y), 0, ops.where(ops.greater(x, y), 1, -1))
}

/** To the nearest integer, halves away from zero, numbers that a rounding error keeps from a half as the half. */
export function round(x: Value): Value {
  const halves = ops.round(ops.mul(x, 2))
  const close = ops.where(near(ops.mul(x, 2), halves), ops.div(halves, 2), x)
  return ops.mul(ops.sign(close), ops.floor(ops.add(ops.abs(close), 0.5)))
}

/** To the next integer below, unless that above is equal but for rounding. */
export function floor(x: Value): Value {
  return towards(x, ops.floor(x))
}

export function ceil(x: Value): Value {
  return towards(x, ops.ceil(x))
}

/** Towards zero. */
export function fix(x: Value): Value {
  return ops.where(ops.greater(x, 0), floor(x), ceil(x))
}

function towards(x: Value, bound: Value): Value {
  const nearest = round(x)
  return ops.where(ops.logicalAnd(near(x, nearest), ops.logicalNot(near(x, bound))), nearest, bound)
}

/** A rounding function to a number of decimals. */
export function decimals(rounding: (x: Value) => Value, x: Value, digits: number): Value {
  if (digits === 0) return rounding(x)
  const shift = 10 ** digits
  return ops.div(rounding(ops.mul(x, shift)), shift)
}
