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
  const rule = RULES.get(definition.name)
  return rule?.(inputs, params, nodes)
}

type Rule = (inputs: readonly number[], params: unknown, nodes: readonly GraphNode[]) => number | undefined

const RULES: ReadonlyMap<string, Rule> = new Map<string, Rule>([
  ...Object.entries(NEUTRAL).map(([name, { element, sides }]): [string, Rule] => [
    name,
    (inputs, _params, nodes) => {
      for (const side of sides) {
        const neutral = nodes[inputs[side] as number] as GraphNode
        if (neutral.op !== 'constant' || neutral.value !== element || Object.is(neutral.value, -0)) continue
        if (nodes[inputs[1 - side] as number]?.dtype === 'float64') return inputs[1 - side]
      }
      return undefined
    },
  ]),
  [
    'neg',
    ([input], _params, nodes) => {
      const { op, inputs } = nodes[input as number] as GraphNode
      return op === 'neg' ? inputs[0] : undefined
    },
  ],
  ...RESHAPING.map((name): [string, Rule] => [
    name,
    ([input], params, nodes) => {
      const { shape, dtype } = nodes[input as number] as GraphNode
      return shape.length > 0 && dtype === 'float64' && sameShape(shape, (params as { shape: readonly number[] }).shape) ? input : undefined
    },
  ]),
])
