import type { ConstantOperands, Definition, Description, LinearMap, SetLattice } from '../../core/definition.ts'
import { dispatch, ofRank0, shapeOf } from '../../core/dispatch.ts'
import { DualtapeError, describe, TracedValueError } from '../../core/errors.ts'
import { refuseMore } from '../../core/options.ts'
import { broadcastStrides, gatherIndices, type Shape, sameShape, sizeOfShape } from '../../core/shape.ts'
import { Tensor } from '../../core/tensor.ts'
import { Arena, BOXED, freshLevel, isTraced, Traced, type Transform } from '../../core/traced.ts'
import type { BroadcastResult, MapResult, TensorLike, Value } from '../../core/types.ts'
import { waits } from '../../core/waiting.ts'
import { broadcastTo, sumTo, withShape } from '../broadcast.ts'
import * as specialised from '../generated.ts'
import { strongProduct } from '../kernels/index.ts'
import { evaluateArrays, generalLoop } from './arrays.ts'

/** An elementwise operator of one operand. */
export type Unary = <X extends TensorLike>(x: X) => MapResult<X>
/** An elementwise operator of two operands, which broadcast. */
export type Binary = <X extends TensorLike, Y extends TensorLike>(x: X, y: Y) => BroadcastResult<X, Y>
/** An elementwise operator of three operands, which broadcast. */
export type Ternary = <X extends TensorLike, Y extends TensorLike, Z extends TensorLike>(
  x: X,
  y: Y,
  z: Z,
) => BroadcastResult<X, Y> extends Tensor ? Tensor : BroadcastResult<BroadcastResult<X, Y>, Z>

/** A partial derivative as an author writes it: a constant, a value, or a function where it is costly. */
export type Partial = Value | (() => Value)

export interface ElementwiseDescription extends Description {
  /** The value on numbers: an arrow with an expression body, or a named function of `ops/kernels`. */
  // biome-ignore lint/suspicious/noExplicitAny: one, two or three numbers, a number or a boolean back
  value: (...operands: any[]) => number | boolean
  /** The number with which, at one of these places, the value is the other operand bit for bit. */
  neutral?: { readonly element: number; readonly sides: readonly (0 | 1)[] }
  /**
   * Operands and numbers, of an operator of two: with the number there, the partial of the other operand is 0 whatever that is, also
   * NaN or ∞. A factor of 0 is not said to absorb: weights and multipliers often begin at 0, and a pattern should not.
   */
  absorbing?: readonly (readonly [side: 0 | 1, element: number])[]
  /** Loads faster loops over many entries, with the first of which it is called. */
  loads?: () => void
  /** Whether it undoes itself, bit for bit. */
  involution?: boolean
  /** Of an operator on two truths: the one that decides the result, whatever the other is; beside another one the result is the other. */
  deciding?: boolean
  /** Whether it chooses between its operands, so that a partial of 0 is that of one which was not chosen. */
  chooses?: boolean
  /**
   * One partial per operand, in registry operators, from the operands and the result. Left out: zero everywhere. NaN for one that there is
   * not: so are its derivatives.
   */
  // biome-ignore lint/suspicious/noExplicitAny: as many values as the operator has operands, then the result
  partials?: (...operandsAndOut: any[]) => readonly Partial[]
}

export interface ElementwiseDefinition extends ElementwiseDescription, Definition {
  readonly kind: 'elementwise'
  /** Its code in rows: see `elementwiseByCode`; 0 without specialised code. */
  readonly code: number
  /** The value as a JavaScript expression; undefined without specialised code. See `Specialised`. */
  readonly text: string | undefined
  /** The function that users call. */
  call: (...operands: unknown[]) => unknown
  readonly arity: number
}

/** Whether a value's text calls a function, which costs more than operations of arithmetic. */
export const callsFunction = (text: string): boolean => /\w\(/.test(text)

/** A function that users call, with the definition it came from. */
export type Elementwise<Call = Unary> = Call & { definition: ElementwiseDefinition }

/** Code made from a definition at build time: the operator itself and its loop over arrays. */
export interface Specialised {
  // biome-ignore lint/suspicious/noExplicitAny: generated code takes whatever a user may pass, and checks it
  call: (definition: Definition) => (...operands: any[]) => any
  // biome-ignore lint/suspicious/noExplicitAny: length, output, then a buffer and a step per operand
  loop: (length: number, out: Float64Array, ...operands: any[]) => void
  /** What rows of this operator carry. */
  code: number
  /** The value as a JavaScript expression in x, y, z and the functions of `ops/kernels`. */
  text: string
  /** Choices of traced operands, as "0", "1", "0,1", with which the partials do not depend on them. */
  affine: readonly string[]
}

/** The operators with specialised code, by the code that their rows carry. */
export const elementwiseByCode: ElementwiseDefinition[] = []

/**
 * An operator that acts on each entry: from its value on numbers and its partials, both in one place, follow pushforward,
 * pullback with unbroadcasting, and the specialised code (see `scripts/generate.ts`), which must agree with the rules
 * here bit by bit.
 */
export function elementwise<Call = Unary>(author: ElementwiseDescription, code?: Specialised): Elementwise<Call> {
  const arity = author.value.length
  let zeros: readonly boolean[] | undefined
  const isZero = (operand: number) => {
    zeros ??= zeroPartials(author)
    return zeros[operand] === true
  }
  const mask = author.partials === undefined && typeof author.value(...new Array<number>(arity).fill(1)) === 'boolean'
  const definition: ElementwiseDefinition = {
    ...author,
    kind: 'elementwise',
    arity,
    takes: arity,
    mask,
    code: code?.code ?? 0,
    text: code?.text,
    call: () => undefined,
    differentiable: author.partials !== undefined,
    evaluate: operands =>
      operands.every(operand => !(operand instanceof Tensor))
        ? author.value(...operands)
        : ofRank0(evaluateArrays(author, operands as (number | boolean | Tensor)[], code?.loop ?? generalLoop(author), mask, code?.text)),
    linearize: (primals, out, _params, active) => elementwiseMap(author, isZero, primals, out, active, code !== undefined),
    affine: active => code?.affine.includes(placesIn(active)) === true,
    batch: (operands, batched) => dispatch(definition, alignBatch(operands, batched)),
    pattern: (sets, shapes, outShape, _params, lattice, constants) => elementwisePattern(author, isZero, sets, shapes, outShape, lattice, constants),
  }
  if (code !== undefined) elementwiseByCode[code.code] = definition
  const call = code?.call(definition) ?? ((...operands: unknown[]) => dispatch(definition, checkArity(definition, operands)))
  definition.call = call
  return Object.assign(call, { definition }) as unknown as Elementwise<Call>
}

/** Where a list says yes, as `affine` has it: "0", "1", "0,1". */
function placesIn(list: readonly boolean[]): string {
  let places = ''
  for (let i = 0; i < list.length; i++) if (list[i]) places += places === '' ? i : `,${i}`
  return places
}

/** As many operands as the operator has: those left out are undefined, which dispatch refuses; more are refused here. */
function checkArity(definition: ElementwiseDefinition, operands: readonly unknown[]): readonly unknown[] {
  if (operands.length > definition.arity) refuseMore(definition, definition.arity, operands)
  return Array.from({ length: definition.arity }, (_, i) => operands[i])
}

/**
 * Which partials are 0 by structure: those that the author writes as 0. A partial that is computed may come out as 0 for some
 * operands and is a number like any other, so the partials are looked at for operands of which nothing is known.
 */
function zeroPartials({ partials, value }: ElementwiseDescription): readonly boolean[] {
  if (partials === undefined) return []
  const { unknown } = new Unknowns()
  try {
    return partials(...new Array<Value>(value.length + 1).fill(unknown)).map(each => each === 0)
  } catch {
    // Partials that read numbers, or branch on them, are not known to be 0 anywhere.
    return []
  }
}

/** Stand for values of which nothing is known: an operator of them gives another, and they answer no question. */
class Unknowns implements Transform {
  readonly level = freshLevel()
  readonly arena: Arena = new Arena(BOXED, this)
  readonly unknown = new Traced(this.arena, 0)

  apply = () => this.unknown
  assemble = () => this.unknown
  pick = () => this.unknown
  part = () => this.unknown
  nextPage = () => this.arena
  ask = refuse
  primal = refuse
}

function refuse(): never {
  throw new TracedValueError('A partial that depends on plain numbers was asked for its structure.')
}

function elementwiseMap(
  author: ElementwiseDescription,
  isZero: (operand: number) => boolean,
  primals: readonly Value[],
  out: Value,
  active: readonly boolean[],
  known: boolean,
): LinearMap {
  const shapes = primals.map(shapeOf)
  const outShape = shapeOf(out)
  const written = author.partials?.(...primals, out) ?? []
  if (author.partials !== undefined && written.length !== primals.length) {
    throw new DualtapeError(`${author.name}: partials are one per operand, ${primals.length}, but ${describe(written)} was given.`)
  }
  const isPlain = !isTraced(out) && !primals.some(isTraced)
  const given: (Partial | undefined)[] = primals.map((_, i) => {
    const partial = active[i] ? written[i] : undefined
    if (!isPlain && Number.isNaN(partial)) return () => lostFor(primals)
    return partial === 0 && isZero(i) ? undefined : partial
  })
  const partialOf = (i: number): Value | undefined => {
    const partial = given[i]
    if (typeof partial === 'function') given[i] = partial()
    return given[i] as Value | undefined
  }
  // Those that may wait are computed when they are needed, together with what is made of them.
  const later = isPlain && out instanceof Tensor && waits.by?.open === true
  if (later) waits.by?.keepFor(given, primals, out)
  const pull = (cotangent: Value) =>
    given.map((_, i) => {
      const partial = partialOf(i)
      return partial === undefined ? undefined : unbroadcastIfNeeded(timesPartial(cotangent, partial), shapes[i] as Shape)
    })
  const all = () => given.map((_, i) => partialOf(i))
  return {
    partials: later ? all : all(),
    push: tangents => {
      let sum: Value | undefined
      tangents.forEach((tangent, i) => {
        const partial = partialOf(i)
        if (tangent === undefined || partial === undefined) return
        const term = broadcastIfNeeded(timesPartial(tangent, partial), outShape)
        sum = sum === undefined ? term : (add(sum, term) as Value)
      })
      return sum
    },
    pull: cotangent => (known && isPlain && !isTraced(cotangent) && waits.by?.chained(() => pull(cotangent))) || pull(cotangent),
  }
}

/**
 * What stands for a partial that is written as NaN: as a constant it would have derivatives of 0. It depends on all operands, and so do its
 * own derivatives, since those of the product are written as NaN again.
 */
export function lostFor(primals: readonly Value[]): Value {
  return add(
    Number.NaN,
    scale(
      Number.NaN,
      primals.reduce((sum, each) => add(sum, each) as Value),
    ),
  ) as Value
}

/** Batched operands with axes of length 1 behind the first, so that their items broadcast with those of the others. */
function alignBatch(operands: readonly Value[], batched: readonly boolean[]): readonly Value[] {
  const ranks = operands.map((each, i) => shapeOf(each).length - (batched[i] ? 1 : 0))
  const rank = Math.max(...ranks)
  return operands.map((each, i) => {
    const [size, ...item] = shapeOf(each)
    return batched[i] && ranks[i] !== rank ? withShape(each, [size as number, ...new Array<number>(rank - item.length).fill(1), ...item]) : each
  })
}

/**
 * Entry to entry, spread as broadcasting does; a partial that is 0 by structure passes nothing, nor does one beside a constant
 * that absorbs the operand.
 */
function elementwisePattern(
  { absorbing = [] }: ElementwiseDescription,
  isZero: (operand: number) => boolean,
  sets: readonly (Int32Array | undefined)[],
  shapes: readonly Shape[],
  outShape: Shape,
  lattice: SetLattice,
  constants: ConstantOperands,
): Int32Array {
  const result = new Int32Array(sizeOfShape(outShape))
  /** For each entry of the result which entry of an operand it is made of; undefined where they stand alike. */
  const sourcesOf = (k: number) =>
    sameShape(shapes[k] as Shape, outShape) ? undefined : gatherIndices(outShape, broadcastStrides(shapes[k] as Shape, outShape))
  sets.forEach((set, k) => {
    if (set === undefined || isZero(k)) return
    const sources = sourcesOf(k)
    const gone = new Uint8Array(result.length)
    for (const [side, element] of absorbing) {
      const absorbed = side === k ? undefined : constants.where(side, element)
      const places = absorbed && sourcesOf(side)
      if (absorbed !== undefined) for (let i = 0; i < gone.length; i++) if (absorbed[places === undefined ? i : (places[i] as number)] === 1) gone[i] = 1
    }
    for (let i = 0; i < result.length; i++) {
      if (gone[i] === 0) result[i] = lattice.union(result[i] as number, set[sources === undefined ? i : (sources[i] as number)] as number)
    }
  })
  return result
}

/** The product in which zero wins over everything (the strong zero); a partial of 1 costs nothing. */
function timesPartial(value: Value, partial: Value): Value {
  return partial === 1 ? value : (scale(value, partial) as Value)
}

function broadcastIfNeeded(value: Value, shape: Shape): Value {
  return sameShape(shapeOf(value), shape) ? value : (broadcastTo(value, shape) as Value)
}

function unbroadcastIfNeeded(value: Value, shape: Shape): Value {
  return sameShape(shapeOf(value), shape) ? value : (sumTo(value, shape) as Value)
}

// The two operators that the rules of all elementwise operators are made of.

export const add: Elementwise<Binary> = /* @__PURE__ */ elementwise(
  {
    name: 'add',
    integral: true,
    neutral: { element: -0, sides: [0, 1] },
    cheap: true,
    adds: 1,
    summary: 'Sum.',
    formula: 'x + y',
    names: ['np.add', 'torch.add', 'jnp.add', 'tf.add'],
    value: (x, y) => x + y,
    partials: () => [1, 1],
    samples: [
      [0.5, 2],
      [-3, 1.25],
      [1e8, -1],
    ],
  },
  specialised.add,
)

export const scale: Elementwise<Binary> = /* @__PURE__ */ elementwise(
  {
    name: 'scale',
    neutral: { element: 1, sides: [0, 1] },
    cheap: true,
    summary: 'Product in which a zero factor wins over ∞ and NaN; every rule multiplies tangents and partials by it.',
    formula: String.raw`x \odot y`,
    convention: '0 times ∞ or NaN is 0: the strong zero.',
    value: strongProduct,
    partials: (x, y) => [y, x],
    samples: [
      [0.5, 2],
      [-3, 1.25],
      [7, -1],
    ],
  },
  specialised.scale,
)
