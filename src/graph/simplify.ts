import type { Definition } from '../core/definition.ts'
import { type Shape, sameShape } from '../core/shape.ts'
import type { Tensor } from '../core/tensor.ts'

/** What the rules look at: the steps of a graph that is there or is growing. */
export interface Steps {
  opOf(id: number): string
  /** The value of a constant. */
  constantOf(id: number): number | boolean | Tensor | undefined
  operandOf(id: number, k: number): number
  shapeOf(id: number): Shape
  isMask(id: number): boolean
}

type Rule = (inputs: readonly number[], params: unknown, steps: Steps) => number | undefined

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

const RULES: ReadonlyMap<string, Rule> = new Map<string, Rule>([
  ...Object.entries(NEUTRAL).map(([name, { element, sides }]): [string, Rule] => [
    name,
    (inputs, _params, steps) => {
      for (const side of sides) {
        const other = inputs[1 - side] as number
        if (Object.is(steps.constantOf(inputs[side] as number), element) && !steps.isMask(other)) return other
      }
      return undefined
    },
  ]),
  ['neg', ([input], _params, steps) => (steps.opOf(input as number) === 'neg' ? steps.operandOf(input as number, 0) : undefined)],
  ...RESHAPING.map((name): [string, Rule] => [
    name,
    ([input], params, steps) => {
      const shape = steps.shapeOf(input as number)
      return shape.length > 0 && !steps.isMask(input as number) && sameShape(shape, (params as { shape: readonly number[] }).shape) ? input : undefined
    },
  ]),
])

/**
 * The earlier step that an operator's result equals bit for bit, for any input; undefined when there is none. x + 0 is not
 * among the identities (−0 + 0 is 0), nor is x · 0.
 */
export function simplify(definition: Definition, inputs: readonly number[], params: unknown, steps: Steps): number | undefined {
  return RULES.get(definition.name)?.(inputs, params, steps)
}
