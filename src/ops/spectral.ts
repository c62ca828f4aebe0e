import type { Definition, StepRule } from '../core/definition.ts'
import { dispatch } from '../core/dispatch.ts'
import { DomainError } from '../core/errors.ts'
import { formatShape, mustFit, type Shape, sameShape } from '../core/shape.ts'
import type { Tensor } from '../core/tensor.ts'
import { type Spectrum, spectralValue, spectralWeights } from './kernels/spectral.ts'
import { type Custom, custom } from './kinds/custom.ts'
import { eachMatrix, sumOfPresent } from './systems.ts'

/*
 * Functions of symmetric matrices as operators, which `matrixFunction` is made of. Their operands are the matrix A, its
 * eigenvalues and eigenvectors, the table of the function at the eigenvalues (row p: f⁽ᵖ⁾ / p!) for reference, and then a table and
 * directions, in which the result is linear. Eigenvalues, eigenvectors and the table for reference are held constant: what the result owes
 * to A is the derivative in one direction more, and what it owes to the function stands in the table.
 */

type Operands = readonly Tensor[]

/** Of one matrix of a batch: its spectrum, and the operands behind as numbers. */
function itemAt([a, values, vectors, reference, ...others]: Operands, i: number): [Spectrum, Float64Array[]] {
  const n = (a as Tensor).shape.at(-1) as number
  const part = (x: Tensor | undefined, size: number) => (x as Tensor).data.subarray(i * size, (i + 1) * size)
  const rows = (reference as Tensor).shape.at(-2) as number
  const spectrum = { n, values: part(values, n), vectors: part(vectors, n * n), rows, reference: part(reference, rows * n) }
  return [spectrum, others.map(each => part(each, (each.shape.at(-2) as number) * n))]
}

/** Refuses derivatives of a higher order than the table has rows for. */
function within<T>(spectrum: Spectrum, directions: number, compute: () => T): T {
  if (directions < spectrum.rows) return compute()
  throw new DomainError(
    `matrixFunction: a derivative of order ${directions} was asked for, but only order ${spectrum.rows - 1} was prepared when it was called. Take derivatives around the call: grad(grad(f)) and not those of what has been recorded.`,
  )
}

/** Directions that one is read with from a file, at most: each takes as many times the rows. */
const MOST_DIRECTIONS = 4

/** The step of one of the operators; `fifth`: the shape of the operand behind the table for reference, and of the result. */
function ofSpectrum(fifth: (a: Shape, table: Shape) => Shape, result: (a: Shape, table: Shape) => Shape): StepRule {
  return {
    shape: ([a = [], values = [], vectors = [], reference = [], given = [], ...directions]) => {
      const n = a.at(-1)
      const fits =
        a.length >= 2 &&
        a.at(-2) === n &&
        sameShape(values, a.slice(0, -1)) &&
        sameShape(vectors, a) &&
        sameShape(reference, [...a.slice(0, -2), reference.at(-2) as number, n as number]) &&
        sameShape(given, fifth(a, reference)) &&
        directions.length <= MOST_DIRECTIONS &&
        directions.every(each => sameShape(each, a))
      mustFit(fits, `shapes ${[a, values, vectors, reference, given, ...directions].map(formatShape).join(', ')} are no function of a matrix`)
      return result(a, reference)
    },
  }
}

/** Dᵏf(A)[E₁, …, Eₖ] of the function with a table. */
const spectralFunction: Custom<unknown> = /* @__PURE__ */ custom<unknown>({
  name: 'matrixFunction',
  leading: true,
  step: /* @__PURE__ */ ofSpectrum(
    (_, table) => table,
    a => a,
  ),
  summary: 'A function of symmetric matrices, and its derivatives in directions.',
  formula: String.raw`V f(\Lambda) V^T`,
  citation: 'Daleckii and Krein 1965; Higham, Functions of Matrices, section 3.2.',
  value: (operands: Operands) => {
    const [a] = operands as [Tensor]
    const n = a.shape.at(-1) as number
    return eachMatrix(a, [n, n], (_, i) => {
      const [spectrum, [table, ...directions]] = itemAt(operands, i)
      return within(spectrum, directions.length, () => spectralValue(spectrum, table as Float64Array, directions))
    })
  },
  jvp: (operands: Operands, tangents) => sumOfPresent(changes(spectralFunction, operands, tangents)),
  linearIn: {
    operand: i => i > 3,
    transpose: (cotangent: Tensor, i, operands: Operands) => {
      if (i > 4) return apply(spectralFunction, operands.with(i, cotangent))
      return apply(spectralTable, [...operands.slice(0, 4), cotangent, ...operands.slice(5)])
    },
  },
  samples: [],
})

/** The transpose of `spectralFunction` in the table, linear in its cotangent and in the directions. */
const spectralTable: Custom<unknown> = /* @__PURE__ */ custom<unknown>({
  name: 'matrixFunctionTable',
  leading: true,
  step: /* @__PURE__ */ ofSpectrum(
    a => a,
    (_, table) => table,
  ),
  summary: 'What is multiplied by the derivatives of f in a function of symmetric matrices.',
  formula: String.raw`\partial \langle C, f(A) \rangle / \partial f`,
  value: (operands: Operands) => {
    const [a, , , reference] = operands as [Tensor, Tensor, Tensor, Tensor]
    return eachMatrix(a, reference.shape.slice(-2), (_, i) => {
      const [spectrum, [cotangent, ...directions]] = itemAt(operands, i)
      return within(spectrum, directions.length, () => spectralWeights(spectrum, cotangent as Float64Array, directions))
    })
  },
  jvp: (operands: Operands, tangents) => sumOfPresent(changes(spectralTable, operands, tangents)),
  // ⟨T, result⟩ is tr(C Dᵏf(A)[E₁, …, Eₖ]) for the function with table T: symmetric in C and all directions.
  linearIn: {
    operand: i => i > 3,
    transpose: (cotangent: Tensor, i, operands: Operands) =>
      apply(spectralFunction, [...operands.slice(0, 4), cotangent, ...operands.slice(4).filter((_, k) => k !== i - 4)]),
  },
  samples: [],
})

/** What `matrixFunction` leaves in graphs. */
export const spectralSteps: readonly Definition[] = /* @__PURE__ */ [spectralFunction, spectralTable].map(each => each.definition)

/** The terms of a tangent: one for each operand that the result is linear in, and one for A. */
function changes(operator: Custom<unknown>, operands: Operands, tangents: readonly (Tensor | undefined)[]): (Tensor | undefined)[] {
  const terms = tangents.map((tangent, i) => (i > 3 && tangent !== undefined ? apply(operator, operands.with(i, tangent)) : undefined))
  if (tangents[0] !== undefined) terms.push(apply(operator, [...operands, tangents[0]]))
  return terms
}

function apply({ definition }: Custom<unknown>, operands: Operands): Tensor {
  return dispatch(definition, operands) as Tensor
}

/** f(A), from eigenvalues and eigenvectors that are constants, and from the table of f at these. */
export function spectral(a: Tensor, values: Tensor, vectors: Tensor, reference: Tensor, table: Tensor): Tensor {
  return apply(spectralFunction, [a, values, vectors, reference, table])
}
