import type { Definition, StepRule } from '../core/definition.ts'
import { dispatch } from '../core/dispatch.ts'
import { ones, zeros } from '../core/makers.ts'
import { count, flag } from '../core/option-kinds.ts'
import type { Options } from '../core/options.ts'
import { formatShape, mustFit, type Shape, sameShape, sizeOfShape } from '../core/shape.ts'
import { Tensor } from '../core/tensor.ts'
import { mul, sub } from './arithmetic.ts'
import { expandDims } from './axes.ts'
import { turn, turnBack } from './kernels/eigenspaces.ts'
import { custom } from './kinds/custom.ts'
import { type Linear, linear } from './kinds/linear.ts'
import { concat, reshape, sliceAxis } from './shape.ts'
import { eachMatrix, sumOfPresent } from './systems.ts'

/*
 * Operators that the derivatives of `eigh` and `svd` are made of. Tangents of the values, what turns the vectors, and a mark travel
 * packed in the last axis, as n + n² + 1 numbers.
 */

const partOptions = {
  start: { is: count, required: true, says: 'The position of the first entry.' },
  size: { is: count, required: true, says: 'How many there are.' },
  total: { is: count, required: true, says: 'The length of the axis, with the mark.' },
} as const satisfies Options
const ruleOptions = {
  strict: { is: flag, required: true, says: 'Whether within spaces of equal values only what is 0 is known.' },
  wide: { is: flag, required: true, says: 'Whether there are vectors beside those of the other side.' },
} as const satisfies Options

/** The step of an operator of eigenvalues and of what `fits` for so many of them. */
function ofValues(given: (n: number) => Shape, result: (n: number) => Shape): StepRule {
  return {
    arity: 2,
    params: ruleOptions,
    shape: ([x, values]) => {
      const [n, batch] = [values?.at(-1), values?.slice(0, -1) ?? []]
      mustFit(
        n !== undefined && sameShape(x as Shape, [...batch, ...given(n)]),
        `shape ${formatShape(x as Shape)} does not fit values of shape ${formatShape(values as Shape)}`,
      )
      return [...batch, ...result(n)]
    },
  }
}

interface Part {
  start: number
  size: number
  total: number
}

/** Entries of the last axis, in whose cotangent the last entry, the mark, is not 0: it tells that they were reached. */
export const markedPart: Linear<(packed: Tensor, part: Part) => Tensor> = /* @__PURE__ */ linear({
  name: 'markedPart',
  step: {
    arity: 1,
    params: partOptions,
    shape: ([x = []], { start, size, total }: Part) => {
      mustFit(x.at(-1) === total && start + size < total, `${size} entries from ${start} on and a mark are not within shape ${formatShape(x)}`)
      return [...x.slice(0, -1), size]
    },
  },
  summary: 'Entries of the last axis, with a mark that they were reached.',
  formula: 'x_{a:b}',
  signature: (packed: Tensor, part: Part) => ({ operands: [packed], params: part }),
  batch: ([packed], _batched, _size, part: Part) => markedPart(packed as Tensor, part),
  value: ([packed]: readonly Tensor[], { start, size }: Part) => sliceAxis(packed as Tensor, (packed as Tensor).rank - 1, start, start + size),
  transpose: (cotangent: Tensor, { start, size, total }: Part, [shape]) => {
    const [batch, axis] = [(shape as Shape).slice(0, -1), (shape as Shape).length - 1]
    return [concat([zeros([...batch, start]), cotangent, zeros([...batch, total - 1 - start - size]), ones([...batch, 1])], { axis }) as Tensor]
  },
  samples: [],
})

interface Rule {
  /** Whether within spaces of equal values only what is 0 is known. */
  strict: boolean
  /** Whether there are vectors beside those of the other side. */
  wide: boolean
}

const turnPacked = /* @__PURE__ */ custom<unknown>({
  name: 'turnOfVectors',
  leading: true,
  step: /* @__PURE__ */ ofValues(
    n => [n, n],
    n => [n + n * n + 1],
  ),
  summary: 'How eigenvalues and eigenvectors change.',
  formula: String.raw`M_{ij} / (\lambda_j - \lambda_i)`,
  value: ([m, values], { strict }: Rule) => {
    const n = values.shape.at(-1) as number
    return eachMatrix(m, [n + n * n + 1], (each, i) => turn(n, each, values.data.subarray(i * n, (i + 1) * n), strict))
  },
  jvp: ([, values], [dm, dw], out, rule: Rule) =>
    sumOfPresent([
      dm && turned(dm, values, rule),
      dw &&
        turned(mul(-1, mul(reshape(sliceAxis(out, out.rank - 1, values.shape.at(-1), out.shape.at(-1) - 1), squareOf(values)), differences(dw))), values, rule),
    ]),
  linearIn: { operand: i => i === 0, transpose: (cotangent, _i, [, values], rule: Rule) => turnedBack(cotangent, values, rule) },
  samples: [],
})

function turnedBackBy(strict: boolean) {
  return custom<unknown>({
    name: strict ? 'strictTurnOfVectorsBack' : 'turnOfVectorsBack',
    leading: true,
    step: ofValues(
      n => [n + n * n + 1],
      n => [n, n],
    ),
    summary: 'The transpose of turnOfVectors.',
    formula: String.raw`\bar Z_{ij} / (\lambda_j - \lambda_i)`,
    value: ([packed, values], { wide }: Rule) => {
      const [n, size] = [values.shape.at(-1) as number, packed.shape.at(-1) as number]
      const data = new Float64Array(sizeOfShape(squareOf(values)))
      for (let i = 0; i * size < packed.size; i++) {
        data.set(turnBack(n, packed.data.subarray(i * size, (i + 1) * size), values.data.subarray(i * n, (i + 1) * n), strict, wide), i * n * n)
      }
      return new Tensor(data, squareOf(values))
    },
    jvp: ([, values], [dc, dw], out, rule: Rule) =>
      sumOfPresent([
        dc && turnedBack(dc, values, { ...rule, strict: true }),
        dw && turnedBack(packedOf(mul(-1, mul(out, differences(dw))), values), values, { ...rule, strict: true }),
      ]),
    ...(strict && {
      linearIn: {
        operand: (i: number) => i === 0,
        transpose: (cotangent: Tensor, _i: number, [, values]: readonly Tensor[], rule: Rule) => turned(cotangent, values as Tensor, rule),
      },
    }),
    samples: [],
  })
}

const turnedBackStrictly = /* @__PURE__ */ turnedBackBy(true)
const turnedBackWithin = /* @__PURE__ */ turnedBackBy(false)

/** What `eigh` and `svd` leave in graphs beside themselves. */
export const turningSteps: readonly Definition[] = /* @__PURE__ */ [markedPart, turnPacked, turnedBackStrictly, turnedBackWithin].map(each => each.definition)

function turned(m: Tensor, values: Tensor, rule: Rule): Tensor {
  return dispatch(turnPacked.definition, [m, values], rule) as Tensor
}

function turnedBack(packed: Tensor, values: Tensor, rule: Rule): Tensor {
  return dispatch((rule.strict ? turnedBackStrictly : turnedBackWithin).definition, [packed, values], rule) as Tensor
}

/** wⱼ − wᵢ. */
function differences(w: Tensor): Tensor {
  return sub(expandDims(w, -2), expandDims(w, -1)) as Tensor
}

function squareOf(values: Tensor): Shape {
  return [...values.shape, values.shape.at(-1) as number]
}

/** A matrix as what turns the vectors. */
function packedOf(z: Tensor, values: Tensor): Tensor {
  const [batch, n] = [values.shape.slice(0, -1), values.shape.at(-1) as number]
  return concat([zeros(values.shape), reshape(z, [...batch, n * n]), zeros([...batch, 1])], { axis: batch.length }) as Tensor
}

/** The tangents of the values, and Z with V̇ = V Z, for M = VᵀȦV; `wide`: see `turnBack`. */
export function turnOf(m: Tensor, values: Tensor, wide: boolean): { change: Tensor; turned: Tensor; mark: Tensor } {
  const [n, axis] = [values.shape.at(-1) as number, values.rank - 1]
  const packed = turned(m, values, { strict: false, wide })
  return {
    change: sliceAxis(packed, axis, 0, n),
    turned: reshape(sliceAxis(packed, axis, n, n + n * n), squareOf(values)),
    mark: sliceAxis(packed, axis, n + n * n, n + n * n + 1),
  }
}
