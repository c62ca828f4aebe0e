import { stridesOf } from '../../core/shape.ts'
import { type GraphNode, isScalarNode } from '../../graph/graph.ts'
import { checkedIndices, gatherAt, scatterAt } from '../../ops/places.ts'
import { I32 } from '../../wasm/module.ts'
import { movementOf, rowsOf, startOf } from '../nest.ts'
import { type Scope, sizeOf } from './scope.ts'
import { copyEntries } from './tensors.ts'
import { regular } from './views.ts'

/** Whether a tensor has place for all its operands' entries. */
export function holdsOperands(scope: Scope, id: number): boolean {
  return sizeOfOperands(scope, id) <= sizeOf(scope.node(id))
}

function sizeOfOperands(scope: Scope, id: number): number {
  return scope.node(id).inputs.reduce((sum, input) => sum + sizeOf(scope.node(input)), 0)
}

/** A tensor with all its operands' entries, one after the other from some entry on, and 0 elsewhere. */
export function assemble(scope: Scope, id: number): void {
  const { inputs } = scope.node(id)
  const size = sizeOf(scope.node(id))
  const at = scope.make(id)
  if (sizeOfOperands(scope, id) < size) scope.room.fill(at, size, 0)
  let to = at + 8 * startOf(scope.node(id))
  for (const input of inputs) {
    const node = scope.node(input)
    if (isScalarNode(node)) scope.room.store({ at: to }, scope.read(input))
    else scope.room.copy({ at: scope.addressOf(input) }, { at: to }, sizeOf(node))
    to += 8 * sizeOf(node)
  }
}

export function concatenate(scope: Scope, id: number): void {
  const node = scope.node(id)
  const { rows, lengths, length } = rowsOf(node, scope.nodes)
  let at = scope.make(id)
  node.inputs.forEach((input, k) => {
    const own = lengths[k] as number
    copyEntries(scope.room.body, [rows, own], { at: scope.addressOf(input), strides: [own, 1] }, { at, strides: [length, 1] })
    at += 8 * own
  })
}

/** Entries that move to regular places, in loops; false for what is no such step. */
export function move(scope: Scope, id: number): boolean {
  const node = scope.node(id)
  const [input] = node.inputs as [number]
  const operand = scope.nodes[input] as GraphNode
  const movement = movementOf(node)
  if (movement === undefined || isScalarNode(operand) || isScalarNode(node)) return false
  const { gathers, indices } = movement
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
  const table = room.body.module.data(indices.map(each => 8 * each))
  room.fill(to, sizeOf(scope.node(id)), 0)
  const { body, one } = room
  const [index, entry, far] = [body.local(I32), body.local(I32), body.local(I32)]
  for (const local of [index, entry]) {
    body.integer(0)
    body.set(local)
  }
  const near = { at: gathers ? to : from, index: entry }
  body.repeat(indices.length, () => {
    body.get(index)
    body.access([0x28], table, 2) // i32.load
    body.set(far)
    body.get(far)
    body.integer(0)
    body.code.byte(0x4e, 0x04, 0x40) // i32.ge_s, if
    if (gathers) room.store(near, room.load({ at: from, index: far }))
    else room.store({ at: to, index: far }, one.instruction('+', room.load({ at: to, index: far }), room.load(near)))
    body.code.byte(0x0b)
    body.advance(index, 4)
    body.advance(entry, 8)
  })
}

/** Entries at places that are values; false for what is no such step, or where places may be none. */
export function moveToPlaces(scope: Scope, id: number): boolean {
  const { definition, inputs, params } = scope.node(id)
  const [x, places] = inputs as [number, number]
  const room = scope.room
  if (definition === checkedIndices.definition && scope.intervals.areChecked(id)) {
    const from = scope.addressOf(x)
    room.copy({ at: from }, { at: scope.make(id) }, sizeOf(scope.node(id)))
    return true
  }
  if ((definition !== gatherAt.definition && definition !== scatterAt.definition) || !scope.intervals.areThere(id)) return false
  if (definition === gatherAt.definition) {
    const [from, at] = [scope.addressOf(x), scope.addressOf(places)]
    const to = scope.make(id)
    const { body } = room
    const [entry, far] = [body.local(I32), body.local(I32)]
    body.integer(0)
    body.set(entry)
    body.repeat(sizeOf(scope.node(id)), () => {
      room.bytesTo(room.load({ at, index: entry }), far)
      room.store({ at: to, index: entry }, room.load({ at: from, index: far }))
      body.advance(entry, 8)
    })
    return true
  }
  const to = scope.make(id)
  room.fill(to, sizeOf(scope.node(id)), 0)
  if (isScalarNode(scope.node(x))) room.addTo({ at: to, index: room.bytesTo(scope.read(places)) }, scope.read(x))
  else {
    const size = sizeOf(scope.node(x))
    room.scatter({ at: scope.addressOf(x) }, { at: scope.addressOf(places) }, to, size, (params as { fromLast: number }).fromLast || size)
  }
  return true
}
