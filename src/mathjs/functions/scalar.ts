import { shapeOf } from '../../core/dispatch.ts'
import { DomainError } from '../../core/errors.ts'
import { Tensor } from '../../core/tensor.ts'
import type { Value } from '../../core/types.ts'
import * as ops from '../../ops/index.ts'
import { type Cost, constant, type Entries, of, piecewise, refused, smooth } from './entry.ts'
import * as reciprocals from './reciprocals.ts'
import * as tolerance from './tolerance.ts'

/** Functions of angles and their inverses, those that are 1 over another or of 1 over their argument too. */
export const trigonometry: Entries = {
  ...Object.fromEntries(['sin', 'cos', 'tan', 'atan', 'sinh', 'cosh', 'tanh', 'asinh'].map(name => [name, of(ops[name as 'sin'])])),
  ...Object.fromEntries(['asin', 'acos', 'acosh', 'atanh'].map(name => [name, of(ops[name as 'asin'], { real: true })])),
  atan2: of(ops.atan2),
  sec: of((x: number) => ops.reciprocal(ops.cos(x))),
  csc: of((x: number) => ops.reciprocal(ops.sin(x))),
  cot: of((x: number) => ops.reciprocal(ops.tan(x))),
  coth: of((x: number) => ops.reciprocal(ops.tanh(x))),
  sech: of(reciprocals.sech),
  csch: of(reciprocals.csch),
  asec: of(reciprocals.asec, { real: true }),
  acsc: of(reciprocals.acsc, { real: true }),
  acot: of(reciprocals.acot),
  asech: of(reciprocals.asech, { real: true }),
  acsch: of(reciprocals.acsch),
  acoth: of(reciprocals.acoth, { real: true }),
}

export const probability: Entries = {
  gamma: of(ops.gamma),
  lgamma: of((x: number) => from0(x, ops.logGamma(x))),
  factorial: of(factorial, { real: true }),
  combinations: of(combinations, { real: true, note: 'between whole numbers by the gamma function' }),
  combinationsWithRep: of((n: number, k: number) => combinations(ops.sub(ops.add(n, k), 1), k), {
    real: true,
    note: 'between whole numbers by the gamma function',
  }),
  permutations: of((n: number, k?: number) => (k === undefined ? factorial(n) : permutations(n, k)), {
    real: true,
    note: 'between whole numbers by the gamma function',
  }),
  multinomial: of((counts: Tensor) => ops.div(factorial(ops.sum(counts)), ops.prod(factorial(counts as never) as never)), {
    real: true,
    note: 'between whole numbers by the gamma function',
  }),
  kldivergence: of((q: Tensor, p: Tensor) => {
    const [a, b] = [ops.div(q, ops.sum(q)), ops.div(p, ops.sum(p))]
    return ops.sum(ops.mul(a, ops.log(ops.div(a, b))))
  }),
  erf: of(ops.erf),
  zeta: of(zeta),
  ...refused('random results', 'pickRandom random randomInt'),
}

/** What is defined from 0 on: NaN left of it, and so are its derivatives, as those of the logarithm. */
function from0(x: number, value: number): number {
  const left = ops.less(x, 0)
  return ops.where(left, ops.log(ops.where(left, x, 1)), value)
}

/** Γ(x + 1), for x ≥ 0. */
function factorial(x: number): number {
  return from0(x, ops.gamma(ops.add(x, 1)))
}

/** n! over the factorials of others, by logarithms where they overflow. */
function quotient(n: number, others: readonly number[]): number {
  const small = ops.lessEqual(n, 169)
  const product = others.map(each => factorial(ops.where(small, each, 0))).reduce((a, b) => ops.mul(a, b))
  const exact = ops.div(factorial(ops.where(small, n, 0)), product)
  const log = (x: number) => from0(x, ops.logGamma(ops.add(x, 1)))
  return ops.where(small, exact, ops.exp(others.reduce((rest, each) => ops.sub(rest, log(each)), log(n))))
}

/** n! / (k! (n − k)!) */
function combinations(n: number, k: number): number {
  return quotient(n, [k, ops.sub(n, k)])
}

/** n! / (n − k)! */
function permutations(n: number, k: number): number {
  return quotient(n, [ops.sub(n, k)])
}

/**
 * Riemann's zeta function by Borwein's second algorithm with 20 terms; left of −½ by reflection, which beside 0
 * would multiply a zero of the sine by the pole at 1.
 * Source: P. Borwein, An efficient algorithm for the Riemann zeta function (2000).
 */
function zeta(s: number): number {
  const right = ops.greaterEqual(s, -0.5)
  const direct = borwein(ops.where(right, s, ops.sub(1, s)))
  const left = ops.where(right, -2, s)
  // sin(π s / 2), which is 0 at even numbers.
  const sine = ops.mul(ops.mul(Math.PI / 2, left), ops.sinc(ops.div(left, 2)))
  const factor = ops.mul(ops.mul(ops.pow(2, left), ops.pow(Math.PI, ops.sub(left, 1))), ops.mul(sine, ops.gamma(ops.sub(1, left))))
  return ops.where(right, direct, ops.mul(factor, direct))
}

const TERMS = 20
/** n Σₖ (n + k − 1)! 4ᵏ / ((n − k)! (2k)!) up to each k. */
const WEIGHTS = weights()

function weights(): number[] {
  const sums: number[] = []
  let term = 1 / TERMS
  let sum = 0
  for (let k = 0; k <= TERMS; k++) {
    sum += term
    sums.push(TERMS * sum)
    term *= (4 * (TERMS + k) * (TERMS - k)) / ((2 * k + 1) * (2 * k + 2))
  }
  return sums
}

function borwein(s: number): number {
  const last = WEIGHTS[TERMS] as number
  const weight = (k: number) => ((k % 2 === 0 ? 1 : -1) * (last - (WEIGHTS[k] as number))) / last
  // Of all powers of 1 the sum is this, also at infinity.
  let sum: number = weight(0)
  for (let k = 1; k < TERMS; k++) sum = ops.add(sum, ops.mul(weight(k), ops.pow(k + 1, ops.neg(s))))
  // 1 − 2^(1 − s), accurate beside its zero at 1.
  return ops.div(sum, ops.sub(0, ops.expm1(ops.mul(Math.LN2, ops.sub(1, s)))))
}

/** Sorting each set, and comparing each member of one with each of the other, some times over: mathjs takes a microsecond each. */
const comparisons: Cost = (a, b = [0]) => 10 * [a, b].reduce((sum, { length }) => sum + length * Math.log2(length + 1), 0) + 30 * a.length * b.length

export const relational: Entries = {
  ...Object.fromEntries(
    (['equal', 'unequal', 'larger', 'largerEq', 'smaller', 'smallerEq', 'compare'] as const).map(name => [
      name,
      piecewise(([x, y]: [Value, Value]) => tolerance[name](x, y)),
    ]),
  ),
  compareNatural: piecewise(
    ([x, y]: [Value, Value]) => {
      if (x instanceof Tensor || y instanceof Tensor) throw new DomainError('compareNatural compares numbers here.')
      return ops.sign(ops.sub(x, y))
    },
    { note: 'numbers only' },
  ),
  deepEqual: piecewise(([x, y]: [Value, Value]) => (String(shapeOf(x)) === String(shapeOf(y)) ? ops.all(tolerance.equal(x, y) as Tensor) : false)),
  and: piecewise((args: Value[]) => args.map(nonzero).reduce(ops.logicalAnd)),
  or: piecewise((args: Value[]) => args.map(nonzero).reduce(ops.logicalOr)),
  xor: piecewise((args: Value[]) => args.map(nonzero).reduce(ops.notEqual)),
  not: piecewise(([x]: [Value]) => ops.logicalNot(nonzero(x))),
  isNaN: piecewise(([x]: [Value]) => ops.isNan(x)),
  isFinite: piecewise(([x]: [Value]) => ops.isFinite(x)),
  isBounded: piecewise(([x]: [Value]) => all(ops.isFinite(x))),
  isInteger: piecewise(([x]: [Value]) => ops.logicalAnd(ops.isFinite(x), tolerance.equal(x, ops.round(x)))),
  isNegative: piecewise(([x]: [Value]) => tolerance.smaller(x, 0)),
  isPositive: piecewise(([x]: [Value]) => tolerance.larger(x, 0)),
  isZero: piecewise(([x]: [Value]) => tolerance.equal(x, 0)),
  isNumeric: piecewise(isNumeric),
  hasNumericValue: piecewise(isNumeric),
  nullish: smooth(([x, y]: [unknown, unknown]) => x ?? y, { any: true }),
  ...constant(
    'sets of constants',
    'setCartesian setDifference setDistinct setIntersect setIsSubset setMultiplicity setSize setSymDifference setUnion',
    comparisons,
  ),
  ...refused('sets of different sizes', 'setPowerset'),
  ...refused('texts', 'compareText equalText bin oct hex format print string typeOf getMatrixDataType'),
}

/** Every number is, NaN too. */
function isNumeric([x]: [Value]): Value {
  return ops.logicalOr(ops.equal(x, x), ops.isNan(x))
}

/** A mask as mathjs takes numbers for conditions. */
function nonzero(x: Value): Value {
  return ops.logicalNot(ops.logicalOr(ops.equal(x, 0), ops.isNan(x)))
}

function all(mask: Value): Value {
  return mask instanceof Tensor ? ops.all(mask) : mask
}
