import { shapeOf } from '../../core/dispatch.ts'
import { DomainError, ShapeError } from '../../core/errors.ts'
import { eye } from '../../core/makers.ts'
import { formatShape } from '../../core/shape.ts'
import { Tensor } from '../../core/tensor.ts'
import type { Value } from '../../core/types.ts'
import * as ops from '../../ops/index.ts'
import { describeValue, Fields } from '../values.ts'
import { inverse } from './arithmetic.ts'
import { type Context, type Entries, refused, smooth } from './entry.ts'
import { entriesOf, tensorOf, withoutStorage } from './matrix.ts'

export const linearAlgebra: Entries = {
  det: smooth(([x]: [Value], context) => (x instanceof Tensor ? ops.det(square('det', x, context)) : x)),
  inv: smooth(([x]: [Value], context) => inverse(x instanceof Tensor ? square('inv', x, context) : x, context)),
  pinv: smooth(([x]: [Value], context) => pinv(x, context)),
  trace: smooth(([x]: [Value], context) =>
    x instanceof Tensor ? ops.trace(square('trace', x.rank === 1 && x.size === 1 ? (ops.reshape(x, [1, 1]) as Tensor) : x, context)) : x,
  ),
  dot: smooth(([x, y]: [Tensor, Tensor]) => ops.dot(ops.ravel(x), ops.ravel(y))),
  cross: smooth(([x, y]: [Tensor, Tensor]) => {
    const product = ops.cross(ops.ravel(x), ops.ravel(y))
    return shapeOf(x).length > 1 || shapeOf(y).length > 1 ? ops.reshape(product, [1, 3]) : product
  }),
  kron: smooth(([x, y]: [Value, Value], context) => kron(x, y, context)),
  diag: smooth(([x, ...options]: [Tensor, ...unknown[]], context) => diag(x, options, context), { any: true, constants: [{ what: 'the diagonal', at: 1 }] }),
  norm: smooth(([x, p = 2]: [Value, unknown?], context) => norm(x, p, context), { any: true, constants: [{ what: 'the order of the norm', at: 1 }] }),
  distance: smooth(
    (points: Tensor[]) => {
      if (points.length !== 2 || String(shapeOf(points[0])) !== String(shapeOf(points[1])))
        throw new ShapeError('distance is between two points of one dimension here.')
      return ops.norm(ops.sub(points[0] as Tensor, points[1] as Tensor))
    },
    { note: 'between two points' },
  ),
  expm: smooth(([x]: [Value], context) => (x instanceof Tensor ? ops.expm(square('expm', x, context, ITERATED)) : ops.exp(x))),
  sqrtm: smooth(([x]: [Value], context) => (x instanceof Tensor ? ops.sqrtm(square('sqrtm', x, context, ITERATED)) : ops.sqrt(x))),
  eigs: smooth(([x]: [Tensor], context) => eigs(square('eigs', x, context, ITERATED), context), {
    constants: [{ what: 'the precision', at: 1 }],
    note: 'symmetric matrices',
  }),
  qr: smooth(
    ([x]: [Tensor], context) => {
      if (x instanceof Tensor) context.spend(4 * x.size * Math.min(...x.shape))
      const { q, r } = ops.qr(x)
      // mathjs chooses the signs by Householder's reflections: those of Q's and R's rows change together.
      return new Fields({ Q: q, R: r })
    },
    { note: 'the thin factors, up to the signs of the columns of Q and rows of R' },
  ),
  lusolve: smooth(([a, b]: [Value, Value], context) => solve('lusolve', a, b, context, (left, right) => ops.solve(left, right)), {
    constants: [
      { what: 'the order of elimination', at: 2 },
      { what: 'the threshold for pivots', at: 3 },
    ],
    note: 'of a matrix, not of a decomposition',
  }),
  lsolve: smooth(([a, b]: [Value, Value], context) => solve('lsolve', a, b, context, (left, right) => ops.triangularSolve(left, right))),
  usolve: smooth(([a, b]: [Value, Value], context) => solve('usolve', a, b, context, (left, right) => ops.triangularSolve(left, right, { lower: false }))),
  sylvester: smooth(([a, b, c]: [Tensor, Tensor, Tensor], context) => sylvester(a, b, c, context)),
  lyap: smooth(([a, q]: [Tensor, Tensor], context) => sylvester(a, ops.transpose(a), ops.neg(q) as Tensor, context)),
  rotationMatrix: smooth(([angle, axis]: [Value, Tensor?]) => rotation(angle, axis)),
  rotate: smooth(([x, angle, axis]: [Tensor, Value, Tensor?], context) => {
    context.spend(9)
    return ops.matmul(rotation(angle, axis), x)
  }),
  ...refused('several solutions, or factors that depend on pivots', 'lsolveAll usolveAll lup slu schur'),
  ...refused('geometry with cases', 'intersect'),
  ...refused('calls a function over and over: differentiate a step of yours by itself', 'solveODE'),
}

/** What eigenvalues, singular values and functions of matrices take, in products of matrices: they come from iterations. */
const ITERATED = 30

/** A square matrix; the cost of what is done with it counts in products of such matrices. */
function square(name: string, x: Value, context: Context, products = 1): Tensor {
  const [n, m] = shapeOf(x)
  if (!(x instanceof Tensor) || x.rank !== 2 || n !== m) throw new ShapeError(`${name} takes a square matrix, but the shape is ${formatShape(shapeOf(x))}.`)
  context.spend(products * (n as number) ** 3)
  return x
}

function pinv(x: Value, context: Context): Value {
  if (!(x instanceof Tensor)) return context.truth(x) ? ops.div(1, x) : 0
  context.spend(ITERATED * x.size * Math.max(...x.shape))
  return ops.pinv(x)
}

function kron(x: Value, y: Value, context: Context): Value {
  const [a, b] = [shapeOf(x), shapeOf(y)]
  if (a.length > 2 || b.length > 2 || a.length === 0 || b.length === 0) throw new ShapeError('kron takes vectors and matrices.')
  const [left, right] = [a.length === 1 ? [1, ...a] : a, b.length === 1 ? [1, ...b] : b] as [[number, number], [number, number]]
  const shape = [left[0] * right[0], left[1] * right[1]]
  context.spend(shape[0] as number, (shape[0] as number) * (shape[1] as number))
  const product = ops.mul(ops.reshape(x as Tensor, [left[0], 1, left[1], 1]), ops.reshape(y as Tensor, [1, right[0], 1, right[1]]))
  return ops.reshape(product as Tensor, a.length === 1 && b.length === 1 ? [shape[1] as number] : shape)
}

/** A vector on a diagonal, or the diagonal of a matrix. */
function diag(x: Tensor, options: readonly unknown[], context: Context): Tensor {
  const [k = 0, ...others] = withoutStorage(options) as number[]
  if (others.length > 0) throw new DomainError('diag takes an array and the number of a diagonal.')
  if (!(x instanceof Tensor) || x.rank > 2) throw new ShapeError(`diag takes a vector or a matrix, but the shape is ${formatShape(shapeOf(x))}.`)
  if (!Number.isInteger(k)) throw new DomainError(`diag: the diagonal is a whole number, not ${String(k)}.`)
  const [down, right] = [Math.max(0, -k), Math.max(0, k)]
  const [n, m] = shapeOf(x)
  if (m === undefined) {
    const size = n as number
    const shape = [size + down, size + right] as const
    context.spend(size, shape[0] * shape[1])
    const indices = new Int32Array(shape[0] * shape[1]).fill(-1)
    for (let i = 0; i < size; i++) indices[(i + down) * shape[1] + i + right] = i
    return ops.gatherEntries(x, { shape, indices })
  }
  const length = Math.max(0, Math.min((n as number) - down, m - right))
  return ops.gatherEntries(x, { shape: [length], indices: Int32Array.from({ length }, (_, i) => (i + down) * m + i + right) })
}

function norm(x: Value, p: unknown, context: Context): Value {
  if (!(x instanceof Tensor)) return ops.abs(x)
  const order = p
  if (typeof order !== 'number' && order !== 'inf' && order !== '-inf' && order !== 'fro')
    throw new DomainError(`norm: the order is a number, 'inf', '-inf' or 'fro', not ${describeValue(order)}.`)
  const infinite = order === 'inf' || order === Number.POSITIVE_INFINITY
  if (x.rank === 1) {
    if (order === 'fro') return ops.norm(x)
    if (order === 0) return Number.POSITIVE_INFINITY
    return ops.norm(x, { ord: infinite ? Number.POSITIVE_INFINITY : order === '-inf' ? Number.NEGATIVE_INFINITY : (order as number) })
  }
  if (x.rank !== 2) throw new ShapeError(`norm takes a vector or a matrix, but the shape is ${formatShape(x.shape)}.`)
  if (order === 'fro') return ops.norm(x)
  if (order === 1 || infinite) return ops.max(ops.sum(ops.abs(x), { axis: order === 1 ? 0 : 1 }))
  if (order === 2) {
    square('norm', x, context, ITERATED)
    return ops.max(ops.svd(x).s)
  }
  throw new DomainError(`norm: the order for a matrix is 1, 2, 'inf' or 'fro', not ${String(order)}.`)
}

function eigs(x: Tensor, context: Context): Fields {
  const skew = ops.max(ops.abs(ops.sub(x, ops.transpose(x)) as Tensor) as Tensor)
  if (context.truth(ops.greater(skew, ops.mul(1e-12, ops.max(ops.abs(x) as Tensor))))) {
    throw new DomainError('eigs: the matrix is not symmetric; only symmetric matrices have real eigenvalues to differentiate in general.')
  }
  const { values, vectors } = ops.eigh(x)
  const columns = ops.transpose(vectors)
  return new Fields({
    values,
    eigenvectors: entriesOf(values).map((value, i) => {
      const n = x.shape[0] as number
      return new Fields({ value, vector: ops.gatherEntries(columns, { shape: [n], indices: Int32Array.from({ length: n }, (_, k) => i * n + k) }) })
    }),
  })
}

/** Solutions as columns, as mathjs gives them. */
function solve(name: string, a: Value, b: Value, context: Context, by: (a: Tensor, b: Tensor) => Tensor): Tensor {
  if (!(a instanceof Tensor) || !(b instanceof Tensor)) throw new ShapeError(`${name} takes a matrix and a vector.`)
  square(name, a, context)
  const n = a.shape[0] as number
  if (b.size !== n) throw new ShapeError(`${name}: a matrix of shape ${formatShape(a.shape)} and a vector of ${b.size} entries were given.`)
  return ops.reshape(by(a, ops.ravel(b)), [n, 1])
}

/** The X with A X + X B = C. */
function sylvester(a: Tensor, b: Tensor, c: Tensor, context: Context): Tensor {
  return ops.sylvester(square('sylvester', a, context, ITERATED), square('sylvester', b, context, ITERATED), c) as Tensor
}

/** By an angle in the plane, or about an axis in space (Rodrigues' formula). */
function rotation(angle: Value, axis: Tensor | undefined): Tensor {
  const [c, s] = [ops.cos(angle), ops.sin(angle)]
  if (axis === undefined) return tensorOf([c, ops.neg(s), s, c], [2, 2])
  if (axis.size !== 3) throw new ShapeError(`An axis of rotation has 3 entries, not ${axis.size}.`)
  const unit = ops.div(ops.ravel(axis), ops.norm(axis)) as Tensor
  const [x, y, z] = entriesOf(unit) as [number, number, number]
  const turn = tensorOf([0, ops.neg(z), y, z, 0, ops.neg(x), ops.neg(y), x, 0], [3, 3])
  const along = ops.mul(ops.sub(1, c), ops.outer(unit, unit))
  return ops.add(ops.add(ops.mul(c, eye(3)), ops.mul(s, turn)), along) as Tensor
}
