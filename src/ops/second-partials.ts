/** The second partials of one operator in rows of a tape, where up to two operands are rows: ∂²/∂x², ∂²/∂x∂y and ∂²/∂y². */
export interface SecondPartials {
  /** Which of the three are not 0 by structure: bits 0, 1 and 2. */
  has: number
  /** Whether they are numbers, and each operand is in one that is not 0. */
  constant: boolean
  /** Puts them into `h`; those that are 0 by structure are left as they are. */
  write(values: Float64Array, partials: Float64Array, sources: Int32Array, row: number, h: Float64Array): void
}
