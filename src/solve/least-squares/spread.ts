import { counted } from '../../core/counted.ts'
import type { Point } from './boxed-step.ts'
import { type Uncertainty, uncertaintyOf } from './covariance.ts'
import { DenseModel } from './dense-model.ts'
import type { Outcome } from './engine.ts'
import { NormalModel } from './normal-model.ts'
import { sparseUncertaintyOf } from './sparse-covariance.ts'

/** Names that are listed before a message says "and others". */
const MOST_NAMES = 8

/** Variables up to which orthogonal factors are made beside sparse ones, since they tell more apart. */
export const MOST_FOR_ORTHOGONAL = 500

/** The covariance at the end of the iterations by `m` residuals that count, and sentences about what is not determined. `names` gives those of the variables. */
export function spreadOf(
  { point, active, model }: Outcome<Point>,
  m: number,
  known: boolean,
  names: () => string[],
): Uncertainty & { singular: boolean; sentences: string[] } {
  const n = point.x.length
  const uncertainty =
    model instanceof NormalModel && n > MOST_FOR_ORTHOGONAL
      ? sparseUncertaintyOf(model, active, m, point.cost, known)
      : uncertaintyOf(orthogonal(point, active), m, point.cost, known)
  const { undetermined, open, degreesOfFreedom } = uncertainty
  const all = names()
  const sentences = undetermined.map(group => {
    const listed = listOf(group.map(j => all[j] as string))
    return group.length === 1 ? `The residuals do not depend on ${listed} here` : `The residuals do not tell ${listed} apart`
  })
  if (open.length > 0) {
    const listed = listOf(open.map(j => all[j] as string))
    sentences.push(`The residuals leave ${open.length} directions of the variables open, which ${listed} take part in, so standard deviations are not known`)
  }
  if (sentences.length > 0 && m < n) sentences.push(`The function gives ${counted(m, 'residual')} for ${counted(n, 'variable')}`)
  if (degreesOfFreedom <= 0 && !known) sentences.push('No residual is left over to measure the spread by, so standard deviations are not known')
  const held = all.filter((_, j) => active[j] === 1)
  if (held.length > 0) sentences.push(`On ${held.length === 1 ? 'its bound' : 'their bounds'}: ${listOf(held)}`)
  return { ...uncertainty, singular: undetermined.length + open.length > 0, sentences }
}

function orthogonal({ jacobian, residuals }: Point, frozen: Uint8Array): DenseModel {
  const model = new DenseModel()
  model.load(jacobian, residuals, frozen)
  return model
}

function listOf(names: readonly string[]): string {
  if (names.length > MOST_NAMES) return `${names.slice(0, MOST_NAMES).join(', ')} and ${names.length - MOST_NAMES} others`
  return names.length === 1 ? (names[0] as string) : `${names.slice(0, -1).join(', ')} and ${names.at(-1)}`
}
