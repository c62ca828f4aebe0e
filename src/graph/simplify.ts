import type { Definition } from '../core/definition.ts'
import { sameShape } from '../core/shape.ts'
import type { GraphNode } from './graph.ts'

/** Operators with a neutral element on the right, or on either side, for which op(x, e) is x bit for bit. */
const NEUTRAL: Record<string, { element: number; sides: readonly (0 | 1)[] }> = {
  mul: { element: 1, sides: [0, 1] },
  scale: { element: 1, sides: [0, 1] },
  div: { element: 1, sides: [1] },
  sub: { element: 0, sides: [1] },
  pow: { element: 1, sides: [1] },
}

/** Operators that give their operand back where it has the shape that they make. */
const RESHAPING = ['reshape', 'withShape', 'broadcastTo', 'sumTo']

/**
 * The earlier step that an operator's result equals bit for bit, for any input; undefined when there is none. x + 0 is not
 * among the identities (−0 + 0 is 0), nor is x · 0.
 */
export function simplify(definition: Definition, inputs: readonly number[], params: unknown, nodes: readonly GraphNode[]): number | undefined {
  const { name } = definition
  const at = (k: number) => nodes[inputs[k] as number] as GraphNode
  const neutral = NEUTRAL[name]
  if (neutral !== undefined && inputs.length === 2) {
    for (const side of neutral.sides) {
      const [element, other] = [at(side), at(1 - side)]
      if (element.op === 'constant' && element.value === neutral.element && !Object.is(element.value, -0) && other.dtype === 'float64') return inputs[1 - side]
    }
  }
  if (name === 'neg' && at(0).op === 'neg') return at(0).inputs[0]
  if (RESHAPING.includes(name) && sameShape(at(0).shape, (params as { shape: readonly number[] }).shape) && at(0).shape.length > 0 && at(0).dtype === 'float64')
    return inputs[0]
  return undefined
}
