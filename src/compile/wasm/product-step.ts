import { matrixProduct as packedProduct, scratchOf } from '../../wasm/product.ts'
import type { Lowered } from '../lowered.ts'
import { MOST_PRODUCTS } from '../nest.ts'
import { matrixProduct } from './product.ts'
import type { Scope } from './scope.ts'

/** A matrix product; false where there are too many in one. */
export function writeProduct(scope: Scope, id: number, lowered: Extract<Lowered, { kind: 'product' }>): boolean {
  const { k, n, each, isSingle } = lowered
  const [a, b] = scope.node(id).inputs as [number, number]
  // Rows that stand elsewhere follow each other in each matrix alone.
  const apart = lowered.m > each && scope.views.of.has(a)
  const m = apart ? each : lowered.m
  const [, right0] = lowered.pairs[0] ?? [0, 0]
  const pairs = apart ? Array.from({ length: lowered.m / each }, (_, i) => [i, right0] as const) : lowered.pairs
  if (pairs.length > MOST_PRODUCTS) return false
  const { body } = scope.room
  const packs = scope.views.isPacked(scope.node(id))
  const width = isSingle ? 4 : 8
  const name = packs ? packedProduct(body.module, width, 8) : matrixProduct(body.module, m, k, n)
  const [left, right] = [matricesOf(scope, a, k), matricesOf(scope, b, n)]
  const out = scope.make(id)
  const size = packs ? Math.ceil(scratchOf(width, m, k, n, 8) / 8) : 0
  const scratch = scope.room.reserve(size)
  pairs.forEach(([first, second], item) => {
    const [x, y, to] = [left.at + 8 * m * k * first, right.at + 8 * k * n * second, out + 8 * m * n * item]
    for (const each of packs ? [m, n, k, x, left.row, left.column, y, right.row, right.column, to, scratch] : [x, y, to]) body.integer(each)
    body.call(name)
  })
  scope.room.free(scratch, size)
  return true
}

/** Where matrices stand, and how many bytes it is from a row to the next and from a column to the next. */
function matricesOf(scope: Scope, id: number, columns: number): { at: number; row: number; column: number } {
  const view = scope.views.of.get(id)
  if (view === undefined) return { at: scope.addressOf(id), row: 8 * columns, column: 8 }
  const [row, column] = view.strides.slice(-2) as [number, number]
  return { at: scope.addressOf(scope.node(id).inputs[0] as number) + 8 * view.start, row: 8 * row, column: 8 * column }
}
