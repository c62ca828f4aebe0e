import { counted } from '../../core/counted.ts'
import { sameIntegers } from '../../jacobian/pattern.ts'
import type { SparseMatrix } from '../../jacobian/sparse-matrix.ts'
import { DenseModel } from './dense-model.ts'
import { eliminationOf } from './elimination.ts'
import type { LinearModel } from './linear-model.ts'
import { NormalModel } from './normal-model.ts'

/** How the linear problem of each iteration is solved. */
export type LinearSolver = 'qr' | 'cholesky' | 'schur'

interface Chosen {
  solver: LinearSolver
  why: string
  model: LinearModel
}

/** Below so many variables orthogonal factors are always cheap. */
const FEW_VARIABLES = 32
/** Part of the entries of J that may be other than 0 for sparse factors to pay. */
const SPARSE = 0.3
/** Rounds of elimination, and the part of the variables that these leave, up to which one speaks of Schur complements. */
const MOST_ROUNDS = 3
const LEFT = 0.1
/** The most multiplications of one factorisation, some minutes of work. */
const MOST_MULTIPLICATIONS = 1e11

/** Chooses once for each pattern of the Jacobian, and keeps what it found out for the pattern. */
export class Chooser {
  #chosen: Chosen | undefined
  #pattern: SparseMatrix | undefined

  get chosen(): Chosen {
    return this.#chosen as Chosen
  }

  model(jacobian: SparseMatrix): LinearModel {
    const known = this.#pattern
    if (
      known === undefined ||
      known.nonzeros !== jacobian.nonzeros ||
      !sameIntegers(known.rowPointers, jacobian.rowPointers, known.rowPointers.length) ||
      !sameIntegers(known.columns, jacobian.columns, known.nonzeros)
    ) {
      this.#pattern = jacobian
      this.#chosen = choose(jacobian)
    }
    return this.chosen.model
  }
}

function choose(jacobian: SparseMatrix): Chosen {
  const [rows, n] = jacobian.shape
  const dense = (why: string): Chosen => ({ solver: 'qr', why: `orthogonal factors of the whole Jacobian: ${why}`, model: new DenseModel() })
  if (n < FEW_VARIABLES) return dense(`${n} variable${n === 1 ? '' : 's'}`)
  const part = jacobian.nonzeros / (rows * n)
  if (part > SPARSE) return dense(`${Math.round(100 * part)} % of its entries can be other than 0`)
  // Products of rows with each other cost as much as those of orthogonal factors, which keep twice the digits.
  const elimination = eliminationOf(jacobian, Math.min((rows * n * n) / 4, MOST_MULTIPLICATIONS))
  if (elimination === undefined) return dense('its normal equations are not sparse')
  const model = new NormalModel(jacobian, elimination)
  const rounds = elimination.rounds.slice(0, MOST_ROUNDS)
  const left = n - rounds.reduce((sum, each) => sum + each, 0)
  if (left <= LEFT * n) {
    const what = `${rounds.join(' + ')} of ${counted(n, 'variable')} stand in blocks that share no row, and ${left} are left`
    return { solver: 'schur', why: `normal equations by Schur complements: ${what}`, model }
  }
  return { solver: 'cholesky', why: `normal equations by sparse Cholesky factors: ${elimination.multiplications.toPrecision(2)} multiplications each`, model }
}
