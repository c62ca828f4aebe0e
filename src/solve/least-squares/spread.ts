import type { Point } from './boxed-step.ts'
import { type Uncertainty, uncertaintyOf } from './covariance.ts'
import { DenseModel } from './dense-model.ts'
import type { Outcome } from './engine.ts'

/** Names that are listed before a message says "and others". */
const MOST_NAMES = 8

/** The covariance at the end of the iterations by `m` residuals that count, and sentences about what is not determined. `names` gives those of the variables. */
export function spreadOf(
  { point, active }: Outcome<Point>,
  m: number,
  known: boolean,
  names: () => string[],
): Uncertainty & { singular: boolean; sentences: string[] } {
  const model = new DenseModel()
  model.load(point.jacobian, point.residuals, active)
  const uncertainty = uncertaintyOf(model, m, point.cost, known)
  const { undetermined, degreesOfFreedom } = uncertainty
  const sentences = undetermined.map(group => {
    const listed = listOf(group.map(j => names()[j] as string))
    return group.length === 1 ? `The residuals do not depend on ${listed} here` : `The residuals do not tell ${listed} apart`
  })
  if (sentences.length > 0 && m < model.norms.length) sentences.push(`There are ${m} residuals for ${model.norms.length} variables`)
  if (degreesOfFreedom <= 0 && !known) sentences.push('No residual is left over to measure the spread by, so standard deviations are not known')
  const held = names().filter((_, j) => active[j] === 1)
  if (held.length > 0) sentences.push(`On ${held.length === 1 ? 'its bound' : 'their bounds'}: ${listOf(held)}`)
  return { ...uncertainty, singular: undetermined.length > 0, sentences }
}

function listOf(names: readonly string[]): string {
  if (names.length > MOST_NAMES) return `${names.slice(0, MOST_NAMES).join(', ')} and ${names.length - MOST_NAMES} others`
  return names.length === 1 ? (names[0] as string) : `${names.slice(0, -1).join(', ')} and ${names.at(-1)}`
}
