import { type Shape, sizeOfShape } from '../../core/shape.ts'
import { reduce } from './reductions.ts'
import type { ModelWriter, Ref } from './writer.ts'

/* Systems of linear equations and determinants, for which ONNX has no operators: eliminations as scans over the columns. */

/** X with A X = B, by Gauss' and Jordan's elimination with the largest pivot of each column. Of a singular matrix: NaN or ∞. */
export function writeSystem(to: ModelWriter, a: Ref, b: Ref): Ref {
  const [n, columns] = b.shape.slice(-2) as [number, number]
  const batch = sizeOfShape(a.shape.slice(0, -2))
  const joined = to.op('Concat', [to.reshape(a, [batch, n, n]), to.reshape(b, [batch, n, columns])], [batch, n, n + columns], { axis: 2 })
  const { last } = eliminated(to, joined, n, false)
  const x = to.op('Slice', [last, ...[[n], [n + columns], [2]].map(each => to.integers(each))], [batch, n, columns])
  return to.reshape(x, b.shape)
}

/** X with T X = B for a triangle of A, of which the rest does not count. */
export function writeTriangular(to: ModelWriter, a: Ref, b: Ref, { lower, unit, transpose }: { lower: boolean; unit: boolean; transpose: boolean }): Ref {
  const n = a.shape.at(-1) as number
  const own = to.op('Trilu', [a, to.integers([unit ? (lower ? -1 : 1) : 0], [])], a.shape, { upper: lower ? 0 : 1 })
  const triangle = unit ? to.op('Add', [own, identity(to, n)], a.shape) : own
  return writeSystem(to, transpose ? turned(to, triangle) : triangle, b)
}

/** The determinant, or its sign, or the logarithm of its size, from the pivots and how often rows changed places. */
export function writeDeterminant(to: ModelWriter, a: Ref, part: 'det' | 'signDet' | 'logDet', shape: Shape): Ref {
  const n = a.shape.at(-1) as number
  const batch = sizeOfShape(a.shape.slice(0, -2))
  const { pivots, signs } = eliminated(to, to.reshape(a, [batch, n, n]), n, true)
  const sizes = to.op('Abs', [pivots], pivots.shape)
  if (part === 'logDet') return to.reshape(reduce(to, 'ReduceSum', to.op('Log', [sizes], pivots.shape), [0]), shape)
  const signed = part === 'det' ? pivots : to.op('Sign', [pivots], pivots.shape)
  return to.reshape(reduce(to, 'ReduceProd', to.op('Mul', [signed, signs], pivots.shape), [0]), shape)
}

/** The cofactors (−1)ⁱ⁺ʲ det Aᵢⱼ, from the matrices without row i and column j: right at any rank. */
export function writeCofactors(to: ModelWriter, a: Ref): Ref {
  const n = a.shape.at(-1) as number
  const batch = sizeOfShape(a.shape.slice(0, -2))
  if (n === 1) return to.op('Expand', [to.float1(1), to.integers(a.shape)], a.shape)
  const all = Array.from({ length: n * n }, (_, i) => i)
  const minors = all.flatMap(own => all.filter(each => Math.floor(each / n) !== Math.floor(own / n) && each % n !== own % n))
  const m = n - 1
  const taken = to.op('Gather', [to.reshape(a, [batch, n * n]), to.integers(minors)], [batch, minors.length], { axis: 1 })
  const determinants = writeDeterminant(to, to.reshape(taken, [batch * n * n, m, m]), 'det', a.shape)
  const signs = to.floats(
    all.map(each => ((Math.floor(each / n) + (each % n)) % 2 === 0 ? 1 : -1)),
    [n, n],
  )
  return to.op('Mul', [determinants, signs], a.shape)
}

/** The lower triangular L with L Lᵀ = (A + Aᵀ) / 2, column by column. Where there is none: NaN. */
export function writeCholesky(to: ModelWriter, a: Ref): Ref {
  const n = a.shape.at(-1) as number
  const batch = sizeOfShape(a.shape.slice(0, -2))
  const flat = to.reshape(a, [batch, n, n])
  const symmetric = to.op('Mul', [to.op('Add', [flat, turned(to, flat)], flat.shape), to.float1(0.5)], flat.shape)
  const { series } = scanned(to, symmetric, n, (inner, k, rest) => {
    const column = inner.op('Gather', [rest, k], [batch, n], { axis: 2 })
    const pivot = inner.op('Sqrt', [inner.reshape(inner.op('Gather', [column, k], [batch], { axis: 1 }), [batch, 1])], [batch, 1])
    const below = inner.op('GreaterOrEqual', [rows(inner, n), k], [n], {}, 'bool')
    const own = inner.op('Where', [below, inner.op('Div', [column, pivot], [batch, n]), inner.float1(0)], [batch, n], {}, 'float')
    const product = inner.op('Mul', [inner.reshape(own, [batch, n, 1]), inner.reshape(own, [batch, 1, n])], [batch, n, n])
    return { state: inner.op('Sub', [rest, product], rest.shape), outputs: [own] }
  })
  return to.reshape(to.op('Transpose', [series[0] as Ref], [batch, n, n], { perm: [1, 2, 0] }), a.shape)
}

/** [A, B] as [1, A⁻¹ B], with pivots [n, batch] and the signs of the exchanges; `safe`: a pivot of 0 divides nothing. */
function eliminated(to: ModelWriter, joined: Ref, n: number, safe: boolean): { last: Ref; pivots: Ref; signs: Ref } {
  const [batch, , width] = joined.shape as [number, number, number]
  const { last, series } = scanned(to, joined, n, (inner, k, matrix) => {
    const all = rows(inner, n)
    const isOwn = inner.op('Equal', [all, k], [n], {}, 'bool')
    const column = inner.op('Gather', [matrix, k], [batch, n], { axis: 2 })
    const sizes = inner.op(
      'Where',
      [inner.op('GreaterOrEqual', [all, k], [n], {}, 'bool'), inner.op('Abs', [column], column.shape), inner.float1(-1)],
      column.shape,
      {},
      'float',
    )
    const best = inner.op('ArgMax', [sizes], [batch, 1], { axis: 1 }, 'int64')
    const isBest = inner.op('Equal', [all, best], [batch, n], {}, 'bool')
    const from = inner.op('Where', [isOwn, best, inner.op('Where', [isBest, k, all], [batch, n], {}, 'int64')], [batch, n], {}, 'int64')
    const places = inner.op('Expand', [inner.reshape(from, [batch, n, 1]), inner.integers([batch, n, width])], [batch, n, width])
    const ordered = inner.op('GatherElements', [matrix, places], [batch, n, width], { axis: 1 })
    const row = inner.op('Gather', [ordered, k], [batch, width], { axis: 1 })
    const pivot = inner.op('Gather', [row, k], [batch], { axis: 1 })
    const divisor = safe
      ? inner.op('Where', [inner.op('Equal', [pivot, inner.float1(0)], [batch], {}, 'bool'), inner.float1(1), pivot], [batch], {}, 'float')
      : pivot
    const unit = inner.reshape(inner.op('Div', [row, inner.reshape(divisor, [batch, 1])], row.shape), [batch, 1, width])
    const factors = inner.reshape(inner.op('Gather', [ordered, k], [batch, n], { axis: 2 }), [batch, n, 1])
    const reduced = inner.op('Sub', [ordered, inner.op('Mul', [factors, unit], ordered.shape)], ordered.shape)
    const state = inner.op('Where', [inner.reshape(isOwn, [n, 1]), unit, reduced], reduced.shape, {}, 'float')
    const stays = inner.op('Equal', [inner.reshape(best, [batch]), k], [batch], {}, 'bool')
    return { state, outputs: [pivot, inner.op('Where', [stays, inner.float1(1), inner.float1(-1)], [batch], {}, 'float')] }
  })
  return { last, pivots: series[0] as Ref, signs: series[1] as Ref }
}

/** A scan over the columns of a matrix: its last state, and what the rounds gave, one after the other. */
function scanned(
  to: ModelWriter,
  start: Ref,
  n: number,
  round: (inner: ModelWriter, k: Ref, state: Ref) => { state: Ref; outputs: readonly Ref[] },
): { last: Ref; series: Ref[] } {
  const inner = to.within()
  const before: Ref = { ...start, name: inner.fresh() }
  const k: Ref = { name: inner.fresh(), type: 'int64', shape: [] }
  const { state, outputs } = round(inner, k, before)
  const leaving = [state, ...outputs].map((each): Ref => {
    const name = inner.fresh()
    inner.node('Identity', [each.name], [name])
    return { ...each, name }
  })
  const body = inner.graph(
    'column',
    [before, k].map(each => inner.info(each)),
    leaving.map(each => inner.info(each)),
  )
  const last: Ref = { ...start, name: to.fresh() }
  const series = outputs.map((each): Ref => ({ ...each, name: to.fresh(), shape: [n, ...each.shape] }))
  to.node(
    'Scan',
    [start.name, rows(to, n).name],
    [last, ...series].map(each => each.name),
    { body, num_scan_inputs: 1 },
  )
  return { last, series }
}

function rows(to: ModelWriter, n: number): Ref {
  return to.integers(Array.from({ length: n }, (_, i) => i))
}

function identity(to: ModelWriter, n: number): Ref {
  return to.floats(
    Float64Array.from({ length: n * n }, (_, i) => (i % (n + 1) === 0 ? 1 : 0)),
    [n, n],
  )
}

/** The last two axes exchanged. */
function turned(to: ModelWriter, x: Ref): Ref {
  const rank = x.shape.length
  const perm = [...Array.from({ length: rank - 2 }, (_, i) => i), rank - 1, rank - 2]
  return to.op('Transpose', [x], [...x.shape.slice(0, -2), x.shape.at(-1) as number, x.shape.at(-2) as number], { perm })
}
