import type { Definition } from '../core/definition.ts'
import { type Shape, sameShape, sizeOfShape } from '../core/shape.ts'
import { Tensor } from '../core/tensor.ts'
import type { Value } from '../core/types.ts'
import { add } from '../ops/arithmetic.ts'
import type { ElementwiseDefinition } from '../ops/kinds/elementwise.ts'
import { type LinearDefinition, zerosOf } from '../ops/kinds/linear.ts'
import { pick, stackScalars } from '../ops/pick.ts'
import { section } from '../ops/sections.ts'

/** What the rules look at: the steps of a graph that is there or is growing. */
export interface Steps {
  opOf(id: number): string
  definitionOf(id: number): Definition | undefined
  /** The value of a constant. */
  constantOf(id: number): number | boolean | Tensor | undefined
  operandOf(id: number, k: number): number
  operandsOf(id: number): readonly number[]
  paramsOf(id: number): unknown
  shapeOf(id: number): Shape
  isMask(id: number): boolean
  /** A further step, or the one there is. */
  add(definition: Definition, inputs: readonly number[], params: unknown): number
  /** The step that a constant is. */
  idOf(value: Value): number
}

type Rule = (inputs: readonly number[], params: unknown, steps: Steps) => number | undefined

/** Rules of operators that take values apart, or put them together. */
const PARTS: ReadonlyMap<Definition, Rule> = /* @__PURE__ */ new Map<Definition, Rule>([
  [section.definition, ([input], params, steps) => sectionOf(steps, input as number, params as Section)],
  [pick.definition, ([input], params, steps) => sectionOf(steps, input as number, { start: (params as { position: number }).position, shape: [] })],
  [stackScalars.definition, (inputs, params, steps) => neighbours(steps, inputs, (params as { shape: Shape }).shape)],
])

/** The operand of what only gives a shape, where that is there already. A scalar is no tensor of rank 0. */
function reshaped(definition: Definition, [input]: readonly number[], params: unknown, steps: Steps): number | undefined {
  const { reshapes, makesRank0 } = definition as Partial<LinearDefinition>
  if (!reshapes || steps.isMask(input as number)) return undefined
  const shape = steps.shapeOf(input as number)
  return (shape.length > 0 || !makesRank0) && sameShape(shape, (params as { shape: Shape }).shape) ? input : undefined
}

/** x, of what undoes itself applied to itself of x. */
function undone(definition: Definition, [input]: readonly number[], steps: Steps): number | undefined {
  const { involution } = definition as Partial<ElementwiseDefinition>
  return involution && steps.definitionOf(input as number) === definition ? steps.operandOf(input as number, 0) : undefined
}

/** Of two scalars one that decides is the result, one that does not leaves the other. */
function decided(definition: Definition, inputs: readonly number[], steps: Steps): number | undefined {
  const { deciding } = definition as Partial<ElementwiseDefinition>
  if (deciding === undefined || inputs.some(id => steps.shapeOf(id).length > 0)) return undefined
  for (const side of [0, 1]) {
    const [own, other] = [steps.constantOf(inputs[side] as number), inputs[1 - side] as number]
    if (own === undefined || own instanceof Tensor) continue
    if (Boolean(own) === deciding) return steps.idOf(deciding)
    if (steps.isMask(other)) return other
  }
  return undefined
}

interface Section {
  start: number
  shape: Shape
}

/** A part of what was put together from parts, without the whole. A zero by structure leaves no sum: −0 + 0 is then −0. */
function sectionOf(steps: Steps, of: number, { start, shape }: Section): number | undefined {
  const size = sizeOfShape(shape)
  const part = (id: number, from: number): number => {
    if (steps.shapeOf(id).length === 0) return shape.length === 0 ? id : steps.add(stackScalars.definition, [id], { shape })
    if (from === 0 && shape.length > 0 && sameShape(steps.shapeOf(id), shape)) return id
    return steps.add(section.definition, [id], { start: from, shape })
  }
  const zero = () => steps.idOf(zerosOf(shape))
  switch (steps.opOf(of)) {
    case 'constant': {
      const value = steps.constantOf(of)
      const data = value instanceof Tensor ? value.data : Float64Array.of(Number(value))
      return steps.idOf(shape.length === 0 ? (data[start] as number) : new Tensor(data.subarray(start, start + size), shape))
    }
    case 'section':
      return part(steps.operandOf(of, 0), start + (steps.paramsOf(of) as Section).start)
    case 'reshape':
    case 'withShape':
      return part(steps.operandOf(of, 0), start)
    case 'placeSection': {
      const inner = steps.operandOf(of, 0)
      const from = (steps.paramsOf(of) as Section).start
      const length = sizeOfShape(steps.shapeOf(inner))
      if (start + size <= from || start >= from + length) return zero()
      return start >= from && start + size <= from + length ? part(inner, start - from) : undefined
    }
    case 'pack': {
      let from = 0
      for (const each of steps.operandsOf(of)) {
        const length = sizeOfShape(steps.shapeOf(each))
        if (start >= from && start + size <= from + length) return part(each, start - from)
        from += length
      }
      return undefined
    }
    case 'add': {
      const [a, b] = steps.operandsOf(of) as [number, number]
      if (!isAssembled(steps, a) && !isAssembled(steps, b)) return undefined
      if (!sameShape(steps.shapeOf(a), steps.shapeOf(b))) return undefined
      const [x, y] = [part(a, start), part(b, start)]
      return isZero(steps, x) ? y : isZero(steps, y) ? x : steps.add(add.definition, [x, y], undefined)
    }
    default:
      return undefined
  }
}

function isAssembled(steps: Steps, id: number): boolean {
  const op = steps.opOf(id)
  return op === 'placeSection' || op === 'pack' || (op === 'add' && steps.operandsOf(id).some(each => isAssembled(steps, each)))
}

function isZero(steps: Steps, id: number): boolean {
  const value = steps.constantOf(id)
  return value instanceof Tensor ? value.data.every(each => each === 0) : value === 0
}

/** Entries that stood next to each other in one tensor, as a part of it. */
function neighbours(steps: Steps, inputs: readonly number[], shape: Shape): number | undefined {
  const entryOf = (id: number | undefined): { of: number; at: number } | undefined => {
    if (id === undefined || steps.shapeOf(id).length > 0) return undefined
    const op = steps.opOf(id)
    if (op === 'pick') return { of: steps.operandOf(id, 0), at: (steps.paramsOf(id) as { position: number }).position }
    if (op === 'section') return { of: steps.operandOf(id, 0), at: (steps.paramsOf(id) as Section).start }
    return undefined
  }
  const first = entryOf(inputs[0])
  if (first === undefined || steps.isMask(first.of)) return undefined
  const fits = inputs.every((id, i) => {
    const entry = entryOf(id)
    return entry?.of === first.of && entry.at === first.at + i
  })
  if (!fits) return undefined
  if (first.at === 0 && sameShape(steps.shapeOf(first.of), shape)) return first.of
  return steps.add(section.definition, [first.of], { start: first.at, shape })
}

/** 0 + x, which is x but for −0. */
export function plusZero(steps: Steps, id: number): number {
  const value = steps.constantOf(id)
  if (typeof value === 'number') return Object.is(value, -0) ? steps.idOf(0) : id
  return isNeverMinusZero(steps, id) ? id : steps.add(add.definition, [id, steps.idOf(0)], undefined)
}

/** Also of entries, each of which is one of an operand. */
function isNeverMinusZero(steps: Steps, id: number): boolean {
  const definition = steps.definitionOf(id) as Partial<LinearDefinition> | undefined
  return definition?.neverMinusZero === true || (definition?.positions !== undefined && isNeverMinusZero(steps, steps.operandOf(id, 0)))
}

/**
 * The earlier step that an operator's result equals bit for bit, for any input; undefined when there is none. x + 0 is
 * among the identities only where x is never −0 (−0 + 0 is 0), and x · 0 is not.
 */
export function simplify(definition: Definition, inputs: readonly number[], params: unknown, steps: Steps): number | undefined {
  return (
    otherOfNeutral(definition, inputs, steps) ??
    undone(definition, inputs, steps) ??
    decided(definition, inputs, steps) ??
    reshaped(definition, inputs, params, steps) ??
    PARTS.get(definition)?.(inputs, params, steps)
  )
}

function otherOfNeutral(definition: Definition, inputs: readonly number[], steps: Steps): number | undefined {
  const { neutral } = definition as Partial<ElementwiseDefinition>
  const side = neutral?.sides.find(each => {
    const value = steps.constantOf(inputs[each] as number)
    // The zero of the other sign leaves all but −0.
    return Object.is(value, neutral.element) || (value === 0 && neutral.element === 0 && isNeverMinusZero(steps, inputs[1 - each] as number))
  })
  const other = side === undefined ? undefined : inputs[1 - side]
  return other === undefined || steps.isMask(other) ? undefined : other
}
