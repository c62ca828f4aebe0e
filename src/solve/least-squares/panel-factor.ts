import { backSubstitute, forwardSubstitute } from './dense-model.ts'
import type { Block } from './elimination.ts'

/** Rows of a factor U that belong together: a triangle, then what couples it with later places; row by row from `at`. */
interface Panel {
  readonly at: number
  readonly start: number
  readonly size: number
  /** Places of the columns, those of the panel's own rows first. */
  readonly places: Int32Array
}

/** A pivot is 0 where so little of it is left. */
const LEAST_PIVOT = 1e-14

/**
 * Cholesky's factor U of a sparse matrix UᵀU in blocks: each is eliminated by a small dense factor, which leaves its Schur complement
 * in the rows of later ones, until one dense block is left. Source: Triggs et al., "Bundle adjustment – a modern synthesis" (2000),
 * section 6.
 */
export class PanelFactor {
  /** How many numbers the panels hold. */
  readonly length: number
  readonly #panels: Panel[]
  /** The panel of each place. */
  readonly #panelOf: Int32Array
  readonly #factor: Float64Array

  /** `n` places, of which those behind the blocks are one dense block. */
  constructor(n: number, blocks: readonly Block[]) {
    const last = blocks.reduce((sum, { size }) => sum + size, 0)
    this.#panels = []
    this.#panelOf = new Int32Array(n)
    let at = 0
    for (const { start, size, neighbours } of [...blocks, { start: last, size: n - last, neighbours: new Int32Array(0) }]) {
      const places = new Int32Array(size + neighbours.length)
      for (let i = 0; i < size; i++) places[i] = start + i
      places.set(neighbours, size)
      this.#panelOf.fill(this.#panels.length, start, start + size)
      this.#panels.push({ at, start, size, places })
      at += size * places.length
    }
    this.length = at
    this.#factor = new Float64Array(at)
  }

  /** Takes a matrix row by row: `addRow(place, row)` adds one to a list of zeros, of which only columns of the pattern are read. */
  read(matrix: Float64Array, addRow: (place: number, row: Float64Array) => void): void {
    const row = new Float64Array(this.#panelOf.length)
    for (const { at, start, size, places } of this.#panels) {
      for (let i = 0; i < size; i++) {
        addRow(start + i, row)
        for (let c = i; c < places.length; c++) {
          const place = places[c] as number
          matrix[at + i * places.length + c] = row[place] as number
          row[place] = 0
        }
      }
    }
  }

  /** U for a matrix and a diagonal; false where that is singular. */
  factorise(matrix: Float64Array, diagonal: Float64Array): boolean {
    const whole = this.#begin(matrix, diagonal)
    for (const panel of this.#panels) {
      if (!factorPanel(this.#factor, panel, whole)) return false
      this.#subtract(panel)
    }
    return true
  }

  /**
   * U for a matrix of which places are held, that is left out, where little of their pivot is left beside those before. With the places
   * comes, for each, the direction that the matrix takes to 0: 1 there, and 0 at other places that are held. At most `most` directions are made.
   */
  factoriseHolding(matrix: Float64Array, least: number, most: number): { held: number[]; directions: Float64Array[] } {
    const n = this.#panelOf.length
    const whole = this.#begin(matrix, new Float64Array(n))
    const held: number[] = []
    for (const panel of this.#panels) {
      factorPanel(this.#factor, panel, whole, { least, places: held })
      this.#subtract(panel)
    }
    const number = new Int32Array(n).fill(-1)
    held.forEach((place, k) => {
      number[place] = k
    })
    const directions = held.slice(0, most).map(() => new Float64Array(n))
    for (const { at, start, size, places } of held.length === 0 ? [] : this.#panels) {
      for (let i = 0; i < size; i++) {
        for (let c = i; c < places.length; c++) {
          const k = number[places[c] as number] as number
          if (k < 0 || places[c] === start + i) continue
          const entry = at + i * places.length + c
          if (k < most) (directions[k] as Float64Array)[start + i] = -(this.#factor[entry] as number)
          this.#factor[entry] = 0
        }
      }
    }
    directions.forEach((direction, k) => {
      this.#backwards(direction)
      direction[held[k] as number] = 1
    })
    return { held, directions }
  }

  /** x with UᵀU x = b, in place. */
  solve(b: Float64Array): Float64Array {
    const factor = this.#factor
    for (const { at, start, size, places } of this.#panels) {
      const width = places.length
      const [triangle, own] = [factor.subarray(at, at + size * width), b.subarray(start, start + size)]
      forwardSubstitute(triangle, size, own, width)
      for (let i = 0; i < size; i++) {
        for (let c = size; c < width; c++) {
          const place = places[c] as number
          b[place] = (b[place] as number) - (triangle[i * width + c] as number) * (own[i] as number)
        }
      }
    }
    return this.#backwards(b)
  }

  /**
   * The diagonal of (UᵀU)⁻¹, without the rest: the entries of the inverse on the pattern of U follow from each other, the last first.
   * Source: Takahashi, Fagan and Chin 1973; in blocks, Z_NN being known for the later neighbours N of a panel S and W = U_SS⁻¹ U_SN,
   * Z_SN = −W Z_NN and Z_SS = (U_SSᵀ U_SS)⁻¹ − Z_SN Wᵀ.
   */
  inverseDiagonal(): Float64Array {
    const inverse = new Float64Array(this.length)
    const diagonal = new Float64Array(this.#panelOf.length)
    for (const panel of this.#panels.toReversed()) {
      const { at, start, size, places } = panel
      const width = places.length
      const later = width - size
      const triangle = this.#factor.subarray(at, at + size * width)
      const around = this.#entries(inverse, places.subarray(size))
      const weights = new Float64Array(size * later)
      const column = new Float64Array(size)
      for (let c = 0; c < later; c++) {
        for (let i = 0; i < size; i++) column[i] = triangle[i * width + size + c] as number
        backSubstitute(triangle, size, column, width)
        for (let i = 0; i < size; i++) weights[i * later + c] = column[i] as number
      }
      for (let i = 0; i < size; i++) {
        for (let c = 0; c < later; c++) {
          let sum = 0
          for (let k = 0; k < later; k++) sum -= (weights[i * later + k] as number) * (around[k * later + c] as number)
          inverse[at + i * width + size + c] = sum
        }
      }
      const own = inverseOf(triangle, size, width)
      for (let i = 0; i < size; i++) {
        for (let j = i; j < size; j++) {
          let sum = 0
          for (let k = j; k < size; k++) sum += (own[i * size + k] as number) * (own[j * size + k] as number)
          for (let k = 0; k < later; k++) sum -= (inverse[at + i * width + size + k] as number) * (weights[j * later + k] as number)
          inverse[at + i * width + j] = sum
        }
        diagonal[start + i] = inverse[at + i * width + i] as number
      }
    }
    return diagonal
  }

  /** The matrix with a diagonal, where its factor will be; the diagonal of that. */
  #begin(matrix: Float64Array, diagonal: Float64Array): Float64Array {
    const factor = this.#factor
    factor.set(matrix)
    const whole = new Float64Array(diagonal.length)
    for (const { at, start, size, places } of this.#panels) {
      for (let i = 0; i < size; i++) {
        const k = at + i * places.length + i
        factor[k] = whole[start + i] = (factor[k] as number) + (diagonal[start + i] as number)
      }
    }
    return whole
  }

  /** The panel that a place is in, where its row begins, and which column there is its own. */
  #rowOf(place: number): { panel: Panel; row: number; own: number } {
    const panel = this.#panels[this.#panelOf[place] as number] as Panel
    const own = place - panel.start
    return { panel, row: panel.at + own * panel.places.length, own }
  }

  /** Takes what a panel's rows explain from the rows of later places. */
  #subtract({ at, size, places }: Panel): void {
    const factor = this.#factor
    const width = places.length
    for (let a = size; a < width; a++) {
      const { panel: target, row, own } = this.#rowOf(places[a] as number)
      let column = own
      for (let b = a; b < width; b++) {
        column = columnIn(target, places[b] as number, column)
        let sum = 0
        for (let s = at; s < at + size * width; s += width) sum += (factor[s + a] as number) * (factor[s + b] as number)
        factor[row + column] = (factor[row + column] as number) - sum
      }
    }
  }

  /** The entries of a symmetric matrix on the pattern, at places that all see each other. */
  #entries(matrix: Float64Array, places: Int32Array): Float64Array {
    const n = places.length
    const entries = new Float64Array(n * n)
    for (let a = 0; a < n; a++) {
      const { panel: source, row, own } = this.#rowOf(places[a] as number)
      let column = own
      for (let b = a; b < n; b++) {
        column = columnIn(source, places[b] as number, column)
        entries[a * n + b] = entries[b * n + a] = matrix[row + column] as number
      }
    }
    return entries
  }

  /** x with U x = b, in place. */
  #backwards(b: Float64Array): Float64Array {
    for (const { at, start, size, places } of this.#panels.toReversed()) {
      const width = places.length
      const [triangle, own] = [this.#factor.subarray(at, at + size * width), b.subarray(start, start + size)]
      for (let i = 0; i < size; i++) {
        let sum = own[i] as number
        for (let c = size; c < width; c++) sum -= (triangle[i * width + c] as number) * (b[places[c] as number] as number)
        own[i] = sum
      }
      backSubstitute(triangle, size, own, width)
    }
    return b
  }
}

/** The column of a place in a panel, from another before it: both lists ascend, and the panel that is left has all places. */
function columnIn({ start, size, places }: Panel, place: number, from: number): number {
  if (place < start + size) return place - start
  let column = from
  while ((places[column] as number) < place) column++
  return column
}

/** Cholesky's factor of a panel's rows in place; false where a pivot vanishes, unless such rows are held: they become those of the identity. */
function factorPanel(a: Float64Array, { at, start, size, places }: Panel, whole: Float64Array, holding?: { least: number; places: number[] }): boolean {
  const width = places.length
  for (let k = 0; k < size; k++) {
    const top = at + k * width
    const pivot = a[top + k] as number
    if (!(pivot > (holding?.least ?? LEAST_PIVOT) * (whole[start + k] as number))) {
      if (holding === undefined) return false
      holding.places.push(start + k)
      a.fill(0, top + k, top + width)
      a[top + k] = 1
      continue
    }
    const root = Math.sqrt(pivot)
    for (let c = k; c < width; c++) a[top + c] = (a[top + c] as number) / root
    for (let i = k + 1; i < size; i++) {
      const [factor, row] = [a[top + i] as number, at + i * width]
      if (factor !== 0) for (let c = i; c < width; c++) a[row + c] = (a[row + c] as number) - factor * (a[top + c] as number)
    }
  }
  return true
}

/** The inverse of a triangle, row by row. */
function inverseOf(triangle: Float64Array, size: number, stride: number): Float64Array {
  const inverse = new Float64Array(size * size)
  for (let j = 0; j < size; j++) {
    for (let i = j; i >= 0; i--) {
      let sum = i === j ? 1 : 0
      for (let k = i + 1; k <= j; k++) sum -= (triangle[i * stride + k] as number) * (inverse[k * size + j] as number)
      inverse[i * size + j] = sum / (triangle[i * stride + i] as number)
    }
  }
  return inverse
}
