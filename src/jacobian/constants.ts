import type { ConstantOperands } from '../core/definition.ts'
import { Tensor } from '../core/tensor.ts'
import { isTraced } from '../core/traced.ts'
import { elementwiseByCode } from '../ops/kinds/elementwise.ts'
import { MapNode } from '../reverse/nodes.ts'
import type { Recording } from '../reverse/sweep.ts'

/**
 * What a pattern owes to constants of one recording: the rows through which nothing passes beside a constant, and the entries of
 * constant operands that are some number. Another recording of the same structure has the pattern if they are so in it, too.
 */
export class Constants {
  readonly #rows: number[] = []
  readonly #entries: { node: number; operand: number; element: number; is: Uint8Array }[] = []

  /** Whether a row has one operand on the tape, and beside it a constant with which no derivative passes; this is noted. */
  absorbs(recording: Recording, row: number): boolean {
    if (!absorbsAt(recording, row)) return false
    this.#rows.push(row)
    return true
  }

  /** The operands of a node that are constant; what is asked of them is noted. */
  of(recording: Recording, node: number): ConstantOperands {
    return {
      where: (operand, element) => {
        const is = whereIs(recording, node, operand, element)
        if (is !== undefined) this.#entries.push({ node, operand, element, is })
        return is
      },
    }
  }

  /** Whether all that was noted holds in another recording of the same structure. */
  hold(recording: Recording): boolean {
    return (
      this.#rows.every(row => absorbsAt(recording, row)) &&
      this.#entries.every(({ node, operand, element, is }) => {
        const now = whereIs(recording, node, operand, element)
        return now !== undefined && is.every((each, i) => each <= (now[i] as number))
      })
    )
  }
}

/** Where nothing is known of constants, or nothing may be made of it. */
export const NO_CONSTANTS: ConstantOperands = { where: () => undefined }

function absorbsAt({ sources, partials, codes, graph }: Recording, row: number): boolean {
  // A partial that is not 0 tells at once that something passes.
  if (partials[2 * row] !== 0 || sources[2 * row + 1] !== 0 || graph !== undefined) return false
  const code = codes[row] as number
  const [operator, active] = [elementwiseByCode[code >> 3], code & 7]
  if (operator?.absorbing === undefined || (active !== 1 && active !== 2)) return false
  const other = active === 1 ? 1 : 0
  // Of an operator whose partials depend on its operands the constant stands in the free place.
  return operator.absorbing.some(([side, element]) => side === other && element === partials[2 * row + 1])
}

function whereIs({ nodes }: Recording, at: number, operand: number, element: number): Uint8Array | undefined {
  const node = nodes[at]
  if (!(node instanceof MapNode) || node.application.inputs[operand] !== 0) return undefined
  const constant = node.primals[operand]
  if (isTraced(constant) || typeof constant === 'boolean') return undefined
  const is = Uint8Array.from(constant instanceof Tensor ? constant.data : [Number(constant)], each => (each === element ? 1 : 0))
  return is.includes(1) ? is : undefined
}
