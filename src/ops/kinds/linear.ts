import type { Definition, Description, Positions, SetLattice } from '../../core/definition.ts'
import { dispatch, ofRank0, shapeOf } from '../../core/dispatch.ts'
import { inDtypes } from '../../core/dtypes.ts'
import { filledWith } from '../../core/makers.ts'
import { callWith } from '../../core/options.ts'
import { type Shape, sizeOfShape } from '../../core/shape.ts'
import { Tensor } from '../../core/tensor.ts'
import type { Value } from '../../core/types.ts'

export interface LinearDescription extends Description {
  /** How users call it. Left out: `(x)`, no parameters. */
  // biome-ignore lint/suspicious/noExplicitAny: every operator has arguments of its own; its exported type says which
  signature?: (...args: any[]) => { operands: readonly unknown[]; params?: unknown }
  /** The value on plain operands. */
  // biome-ignore lint/suspicious/noExplicitAny: the parameters are what this operator's own signature returns
  value: (operands: readonly any[], params: any) => number | boolean | Tensor
  /** Whether the result is made of integers or booleans, through which no derivative passes. */
  constant?: boolean
  /**
   * How entries move: with 'gathers' each entry of the result is one entry of an operand (or 0), with 'scatters' each
   * entry of an operand goes to one entry of the result. The pattern follows from either. Left out: all depend on all.
   */
  moves?: 'gathers' | 'scatters'
  /** Of an operator whose entries do not move: whether they are sums of the entries that the pattern puts together. */
  sums?: boolean
  /** The pattern of an operator whose entries do not move; see `Definition`. */
  pattern?: Exclude<Definition['pattern'], undefined>
  /** Whether the entries of the result are those of the operands one after the other, from a `start` or `position` on, and zeros. */
  inOrder?: boolean
  /** Whether operands stand side by side along the axis in the parameters. */
  joins?: boolean
  /** Whether it gives its operand back where that has the shape in its parameters already. */
  reshapes?: boolean
  /** Whether its value takes operands of every dtype as they are, and gives that dtype. */
  everyDtype?: boolean
  /** Whether it makes tensors of rank 0, where every other operator gives a scalar. */
  makesRank0?: boolean
  /**
   * For an operator that takes entries of its only operand: where they stand there. Then `moves` is 'gathers', and adjoints and
   * patterns cost what is taken, not what it is taken from.
   */
  // biome-ignore lint/suspicious/noExplicitAny: as above
  positions?: (params: any) => Positions
  /** See `Definition`. */
  batch?: Exclude<Definition['batch'], undefined>
  /** See `Definition`. */
  example?: Exclude<Definition['example'], undefined>
  /** Cotangents of the operands, as registry operators of the result's cotangent. */
  // biome-ignore lint/suspicious/noExplicitAny: as above
  transpose: (cotangent: any, params: any, shapes: readonly Shape[]) => readonly (Value | undefined)[]
}

export interface LinearDefinition extends LinearDescription, Definition {
  readonly kind: 'linear'
}

/** A function that users call, with the definition it came from. */
export type Linear<Call> = Call & { definition: LinearDefinition }

/** An operator that is linear in all its operands together: it is its own pushforward, and its transpose its pullback. */
export function linear<Call>(author: LinearDescription): Linear<Call> {
  const { integral = author.moves !== undefined } = author
  const evaluate = (operands: readonly Value[], params: unknown): Value => {
    const result = author.value(operands.map(unboolean), params)
    return author.makesRank0 ? result : ofRank0(result)
  }
  const definition: LinearDefinition = {
    ...author,
    kind: 'linear',
    differentiable: author.constant !== true,
    integral,
    evaluate: author.everyDtype ? evaluate : inDtypes({ ...author, integral }, evaluate),
    affine: () => true,
    ...(author.moves !== undefined && { pattern: (sets, shapes, outShape, params, lattice) => movedSets(author, sets, shapes, outShape, params, lattice) }),
    linearize: (primals, _out, params, active) => {
      const shapes = primals.map(shapeOf)
      return {
        push: tangents => {
          if (tangents.every(tangent => tangent === undefined)) return undefined
          return dispatch(
            definition,
            tangents.map((tangent, i) => tangent ?? zerosOf(shapes[i] as Shape)),
            params,
          )
        },
        pull: cotangent => author.transpose(cotangent, params, shapes).map((each, i) => (active[i] ? each : undefined)),
        ...(author.positions !== undefined && { positions: author.positions(params) }),
      }
    },
  }
  return withSignature(definition, author.signature)
}

/** Where sets go when entries move, found by moving positions (counted from 1) in place of entries. */
function movedSets(
  author: LinearDescription,
  sets: readonly (Int32Array | undefined)[],
  shapes: readonly Shape[],
  outShape: Shape,
  params: unknown,
  lattice: SetLattice,
): Int32Array {
  const result = new Int32Array(sizeOfShape(outShape))
  if (author.positions !== undefined) {
    const [set] = sets
    const taken = author.positions(params)
    for (let i = 0; set !== undefined && i < result.length; i++) {
      const at = typeof taken === 'number' ? taken + i : (taken[i] as number)
      result[i] = at < 0 ? 0 : (set[at] as number)
    }
    return result
  }
  const positions = (shape: Shape, first: number) => {
    const data = Float64Array.from({ length: sizeOfShape(shape) }, (_, i) => first + i + 1)
    return shape.length === 0 ? (data[0] as number) : new Tensor(data, shape)
  }
  const entries = (x: unknown) => (x instanceof Tensor ? x.data : Float64Array.of(x as number))
  if (author.moves === 'scatters') {
    author.transpose(positions(outShape, 0), params, shapes).forEach((targets, k) => {
      const set = sets[k]
      if (set === undefined) return
      entries(targets).forEach((target, i) => {
        if (target > 0) result[target - 1] = lattice.union(result[target - 1] as number, set[i] as number)
      })
    })
    return result
  }
  const firsts: number[] = []
  let total = 0
  for (const shape of shapes) {
    firsts.push(total)
    total += sizeOfShape(shape)
  }
  const all = new Int32Array(total)
  sets.forEach((set, k) => {
    if (set !== undefined) all.set(set, firsts[k] as number)
  })
  entries(
    author.value(
      shapes.map((shape, k) => positions(shape, firsts[k] as number)),
      params,
    ),
  ).forEach((source, i) => {
    result[i] = source > 0 ? (all[source - 1] as number) : 0
  })
  return result
}

/** Zero in the kind of value that has this shape. */
export function zerosOf(shape: Shape): number | Tensor {
  return shape.length === 0 ? 0 : filledWith(0, shape)
}

export function unboolean(operand: Value): number | Tensor {
  return operand instanceof Tensor ? operand : Number(operand)
}

/** The function users call, from a definition and the way its arguments are read. */
export function withSignature<Operator, D extends Definition>(
  definition: D,
  // biome-ignore lint/suspicious/noExplicitAny: every operator has arguments of its own; its exported type says which
  signature: ((...args: any[]) => { operands: readonly unknown[]; params?: unknown }) | undefined,
): Operator & { definition: D } {
  const read: NonNullable<typeof signature> = signature ?? (x => ({ operands: [x] }))
  const takes = argumentsOf(definition, read)
  const call = callWith(definition, takes, (...args) => {
    const { operands, params } = read(...args)
    return dispatch(definition, operands, params)
  })
  return Object.assign(call, { definition: Object.assign(definition, { takes }) }) as unknown as Operator & { definition: D }
}

/** How many arguments an operator takes before its options, which its author's function takes last. */
export function argumentsOf({ takes, options }: Description, author: (...args: never[]) => unknown): number {
  return takes ?? author.length - (options === undefined ? 0 : 1)
}
