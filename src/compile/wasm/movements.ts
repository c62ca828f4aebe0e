import { stridesOf } from '../../core/shape.ts'
import { isScalarNode } from '../../graph/graph.ts'
import type { Value } from '../../wasm/lanes.ts'
import { I32 } from '../../wasm/module.ts'
import type { Lowered } from '../lowered.ts'
import { rangeOf } from '../places.ts'
import { rowOf, tableOf } from './rows.ts'
import { type Scope, sizeOf } from './scope.ts'
import { copyEntries, writeLoops } from './tensors.ts'
import { regular } from './views.ts'

type Of<Kind extends Lowered['kind']> = Extract<Lowered, { kind: Kind }>

/** A tensor with all its operands' entries, one after the other from some entry on, and 0 elsewhere. */
export function assemble(scope: Scope, id: number, { parts, isWhole }: Of<'assembled'>): void {
  const at = scope.make(id)
  if (!isWhole) scope.room.fill(at, sizeOf(scope.node(id)), 0)
  for (const { of, start, length } of parts) {
    if (isScalarNode(scope.node(of))) scope.room.store({ at: at + 8 * start }, scope.read(of))
    else scope.room.copy({ at: scope.addressOf(of) }, { at: at + 8 * start }, length)
  }
}

/** Operands side by side. */
export function join(scope: Scope, id: number, { rows, length, parts }: Of<'joined'>): void {
  const at = scope.make(id)
  for (const { of, start, length: own } of parts)
    if (!scope.isInJoin(of, id))
      copyEntries(scope.room.body, [rows, own], { at: scope.addressOf(of), strides: [own, 1] }, { at: at + 8 * start, strides: [length, 1] })
}

/** Entries that move to regular places, in loops, or by a table; false for those of a number. */
export function move(scope: Scope, id: number, { of: input, gathers, indices }: Of<'moved'>): boolean {
  const node = scope.node(id)
  const operand = scope.node(input)
  if (isScalarNode(operand)) return false
  const shape = gathers ? node.shape : operand.shape
  const far = gathers || new Set(indices).size === indices.length ? regular(shape, indices) : undefined
  if (far === undefined) {
    moveByTable(scope, id, gathers, indices)
    return true
  }
  const near = stridesOf(shape)
  const start = 8 * (indices[0] as number)
  const from = scope.addressOf(input)
  const to = scope.make(id)
  if (!gathers) scope.room.fill(to, sizeOf(node), 0)
  const [source, target] = gathers
    ? [
        { at: from + start, strides: far },
        { at: to, strides: near },
      ]
    : [
        { at: from, strides: near },
        { at: to + start, strides: far },
      ]
  copyEntries(scope.room.body, shape, source, target)
  return true
}

/** Entries that move to any places: where each goes, or comes from, stands in a table; −1 for nowhere. */
function moveByTable(scope: Scope, id: number, gathers: boolean, indices: Int32Array): void {
  const room = scope.room
  const from = scope.addressOf(scope.node(id).inputs[0] as number)
  const to = scope.make(id)
  const row = gathers ? rowOf(indices) : 0
  const { body, one } = room
  const table = body.module.data(tableOf(indices, Math.max(row, 1)))
  if (row > 1) {
    const rows = { entries: { at: from, strides: [0, 1] }, rows: { at: table, strides: [1, 0] } }
    copyEntries(body, [indices.length / row, row], rows, { at: to, strides: [row, 1] })
    return
  }
  const [entry, far] = [body.local(I32), body.local(I32)]
  body.integer(0)
  body.set(entry)
  room.fill(to, sizeOf(scope.node(id)), 0)
  const near = { at: gathers ? to : from, index: entry }
  body.repeat(indices.length, () => {
    body.get(entry)
    body.access([0x28], table, 2) // i32.load
    body.set(far)
    body.get(far)
    body.integer(0)
    body.code.byte(0x4e, 0x04, 0x40) // i32.ge_s, if
    if (gathers) room.store(near, room.load({ at: from, index: far }))
    else room.store({ at: to, index: far }, one.instruction('+', room.load({ at: to, index: far }), room.load(near)))
    body.code.byte(0x0b)
    body.advance(entry, 8)
  })
}

/** Indices: those that are known to be in range as they are, others in loops that see whether all are; `refuse` is the operator's own code, for where some are not. */
export function copyIndices(scope: Scope, id: number, { of }: Of<'indices'>, refuse: () => void): void {
  const { room } = scope
  const node = scope.node(id)
  const from = scope.addressOf(of)
  const to = scope.make(id)
  if (scope.intervals.areChecked(id)) {
    room.copy({ at: from }, { at: to }, sizeOf(node))
    return
  }
  const [least, most] = rangeOf(node)
  const all = { at: room.reserve(1) }
  room.store(all, room.one.number(1))
  const entry = { at: from, strides: [1] }
  writeLoops(
    room.body,
    [sizeOf(node)],
    [
      {
        cost: 8,
        operands: [entry],
        value: (lanes, [x]) => lanes.double(lanes.evaluate(`x >= ${least} && x <= ${most} && Math.floor(x) == x`, { x: x as Value })),
      },
    ],
    [
      { value: entry, target: { at: to, strides: [1] } },
      { value: 0, target: { at: all.at, strides: [0], combination: { combine: 'Math.min', start: 1 } } },
    ],
  )
  room.one.instruction('==', room.load(all), room.one.number(0)).push()
  room.body.code.byte(0x04, 0x40) // if
  refuse()
  room.body.code.byte(0x0b)
  room.free(all.at, 1)
}

/** Entries at places that are values, of several tensors at once; false where places may be none. */
export function gather(scope: Scope, ids: readonly number[], places: number): boolean {
  if (!ids.every(id => scope.intervals.areThere(id))) return false
  const { room } = scope
  const { body } = room
  const at = scope.addressOf(places)
  const [entry, far] = [body.local(I32), body.local(I32)]
  const tensors = ids.map(id => ({ from: scope.addressOf(scope.node(id).inputs[0] as number), to: scope.make(id) }))
  body.integer(0)
  body.set(entry)
  body.repeat(sizeOf(scope.node(ids[0] as number)), () => {
    room.bytesTo(room.load({ at, index: entry }), far)
    for (const { from, to } of tensors) room.store({ at: to, index: entry }, room.load({ at: from, index: far }))
    body.advance(entry, 8)
  })
  return true
}

/** Entries added up at places that are values; false where places may be none. */
export function scatter(scope: Scope, id: number, { of, places, row }: Of<'addedAt'>): boolean {
  if (!scope.intervals.areThere(id)) return false
  const { room } = scope
  const to = scope.make(id)
  room.fill(to, sizeOf(scope.node(id)), 0)
  if (isScalarNode(scope.node(of))) room.addTo({ at: to, index: room.bytesTo(scope.read(places)) }, scope.read(of))
  else {
    const size = sizeOf(scope.node(of))
    room.scatter({ at: scope.addressOf(of) }, { at: scope.addressOf(places) }, to, size, row)
  }
  return true
}
