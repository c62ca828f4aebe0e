import { broadcastStrides, type Shape, stridesOf } from '../../core/shape.ts'
import type { Tensor } from '../../core/tensor.ts'
import { type GraphNode, isScalarNode } from '../../graph/graph.ts'
import { callsFunction } from '../../ops/kinds/elementwise.ts'
import type { Lanes, Value } from '../../wasm/lanes.ts'
import type { Nest } from '../nest.ts'
import type { Rows } from './rows.ts'
import { type Scope, sizeOf } from './scope.ts'
import { type Access, type InRows, type LoopOperand, type LoopResult, writeLoops } from './tensors.ts'

/** What a program gives where plain products made a NaN. */
export const NAN_MADE = 2

/** Instructions of a function in a step, on average. */
const COST_OF_CALL = 30

/** Loops over entries. */
export function writeNest(scope: Scope, { shape, steps, sinks }: Nest, textOf: (node: GraphNode) => string): void {
  const { body } = scope.room
  const positions = new Map(steps.map((step, i) => [step, i]))
  const accesses = new Map<number, LoopOperand>()
  const places = new Map<number, Access>()
  const operand = (at: number): LoopOperand => {
    const step = positions.get(at)
    if (step !== undefined) return step
    let found = accesses.get(at)
    if (found === undefined) {
      if (scope.gathers.has(at)) {
        const [of, by] = scope.node(at).inputs as [number, number]
        // Tensors that are read at the same places have one access to them.
        const access = places.get(by) ?? { at: scope.addressOf(by), strides: broadcastStrides(scope.node(at).shape, shape) }
        places.set(by, access)
        found = { entries: scope.addressOf(of), places: access }
      } else if (scope.rows.has(at)) found = rowsAt(scope, at, shape)
      else found = isScalarNode(scope.node(at)) ? { scalar: scope.read(at) } : accessOf(scope, at, shape)
      accesses.set(at, found)
    }
    return found
  }
  const loopSteps = steps.map(step => {
    const each = scope.node(step)
    const text = textOf(each)
    return {
      cost: callsFunction(text) ? COST_OF_CALL : 1,
      operands: each.inputs.map(operand),
      value: (lanes: Lanes, values: readonly Value[]) => lanes.evaluate(text, Object.fromEntries(values.map((value, i) => ['xyz'.charAt(i), value]))),
    }
  })
  const results = sinks.flatMap(({ id, entry, reduction }): LoopResult[] => {
    const value = operand(entry)
    if (reduction === undefined) {
      const made = { value, target: scope.placeFor(id, shape), isChecked: scope.checks(id) }
      return [made, ...scope.besides(id).map(({ of, shape: own, target }) => ({ value: thereAt(scope, of, own), target }))]
    }
    const at = scope.make(id)
    scope.room.fill(at, sizeOf(scope.node(id)), reduction.start)
    return [{ value, target: { at, strides: broadcastStrides(reduction.kept, shape), combination: reduction } }]
  })
  const sum = writeLoops(body, shape, loopSteps, results)
  if (sum === undefined) return
  scope.room.one.instruction('!=', sum, sum).push()
  scope.room.giveIf(NAN_MADE)
}

/** A tensor's entries one after the other, in loops over a shape of that size; a number where all are the same. */
function thereAt(scope: Scope, id: number, shape: Shape): Access | { scalar: Value } {
  const { op, value } = scope.node(id)
  const [first = 0, ...others] = op === 'constant' ? (value as Tensor).data : []
  const isOne = op === 'constant' && others.every(each => Object.is(each, first))
  return isOne ? { scalar: scope.room.one.number(first) } : { at: scope.addressOf(id), strides: stridesOf(shape) }
}

/** A tensor's entries in loops over a shape. */
function accessOf(scope: Scope, id: number, shape: Shape): Access {
  const node = scope.node(id)
  const view = scope.views.of.get(id)
  if (view === undefined) return { at: scope.addressOf(id), strides: broadcastStrides(node.shape, shape) }
  return { at: scope.addressOf(node.inputs[0] as number) + 8 * view.start, strides: inLoops(view.strides, node.shape, shape) }
}

/** Rows of a tensor in loops over a shape. */
function rowsAt(scope: Scope, id: number, shape: Shape): InRows {
  const node = scope.node(id)
  const { table, rowStrides, strides } = scope.rows.get(id) as Rows
  return {
    entries: { at: scope.addressOf(node.inputs[0] as number), strides: inLoops(strides, node.shape, shape) },
    rows: { at: scope.room.body.module.data(table), strides: inLoops(rowStrides, node.shape, shape) },
  }
}

/** Strides for the axes of a shape, in loops over one that it is broadcast to. */
function inLoops(strides: readonly number[], own: Shape, shape: Shape): number[] {
  const ahead = shape.length - own.length
  return shape.map((_, axis) => (axis < ahead || own[axis - ahead] === 1 ? 0 : (strides[axis - ahead] as number)))
}
