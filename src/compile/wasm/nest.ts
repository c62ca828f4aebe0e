import { broadcastStrides, type Shape } from '../../core/shape.ts'
import { type GraphNode, isScalarNode } from '../../graph/graph.ts'
import { callsFunction } from '../../ops/kinds/elementwise.ts'
import type { Lanes, Value } from '../../wasm/lanes.ts'
import type { Nest } from '../nest.ts'
import { type Scope, sizeOf } from './scope.ts'
import { type Access, type LoopOperand, writeLoops } from './tensors.ts'

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
      } else found = isScalarNode(scope.node(at)) ? { scalar: scope.read(at) } : accessOf(scope, at, shape)
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
  const results = sinks.map(({ id, entry, reduction }) => {
    const value = operand(entry)
    if (reduction === undefined) return { value, target: scope.placeFor(id, shape) }
    const at = scope.make(id)
    scope.room.fill(at, sizeOf(scope.node(id)), reduction.start)
    return { value, target: { at, strides: broadcastStrides(reduction.kept, shape), combination: reduction } }
  })
  writeLoops(body, shape, loopSteps, results)
}

/** A tensor's entries in loops over a shape. */
function accessOf(scope: Scope, id: number, shape: Shape): Access {
  const node = scope.node(id)
  const view = scope.views.of.get(id)
  if (view === undefined) return { at: scope.addressOf(id), strides: broadcastStrides(node.shape, shape) }
  const ahead = shape.length - node.shape.length
  const strides = shape.map((_, axis) => (axis < ahead || node.shape[axis - ahead] === 1 ? 0 : (view.strides[axis - ahead] as number)))
  return { at: scope.addressOf(node.inputs[0] as number) + 8 * view.start, strides }
}
