import * as operators from '../../src/index.ts'
import { type OperatorDefinition, registry } from '../../src/ops/registry.ts'
import { type Derivatives, derivativesOf } from './derivatives.ts'
import { type Example, exampleOf } from './examples.ts'
import { plotOf } from './plot.ts'
import { type Family, families, inverses } from './relations.ts'
import { type Support, supportOf, ways } from './support.ts'

/** What the page of an operator says, beside its definition. */
export interface Facts {
  readonly definition: OperatorDefinition
  readonly family: Family
  readonly derivatives: Derivatives
  readonly example: Example | undefined
  readonly plot: string | undefined
  readonly support: readonly Support[]
  /** The operators in whose derivatives it stands. */
  readonly usedBy: readonly string[]
  readonly inverses: readonly string[]
}

/** How operators are called, by name. */
export type Signatures = { readonly [name: string]: readonly string[] }

/** The operators that the package exports. */
export const shownOperators = registry.filter(({ name }) => name in operators)

/** The facts of all operators, by name. */
export async function factsOfOperators(signatures: Signatures = {}): Promise<ReadonlyMap<string, Facts>> {
  const [all, known, undone] = [await families(), await ways(), inverses()]
  const derivatives = new Map(shownOperators.map(each => [each.name, derivativesOf(each, parametersOf(signatures[each.name]))]))
  return new Map(
    shownOperators.map(definition => {
      const { name } = definition
      const family = all.find(({ members }) => members.includes(name))
      if (family === undefined) throw new Error(`${name} is in no file of src/ops.`)
      const usedBy = shownOperators.filter(each => each.name !== name && derivatives.get(each.name)?.uses.includes(name)).map(each => each.name)
      const facts: Facts = {
        definition,
        family,
        derivatives: derivatives.get(name) as Derivatives,
        example: exampleOf(definition),
        plot: plotOf(definition),
        support: supportOf(definition, known),
        usedBy,
        inverses: undone.get(name) ?? [],
      }
      return [name, facts]
    }),
  )
}

/** The names of the parameters in the last signature. */
function parametersOf(signatures: readonly string[] | undefined): string[] | undefined {
  const [, list] = /\(([^()]*)\): /.exec(signatures?.at(-1) ?? '') ?? []
  return list?.split(', ').map(each => each.split(/[?:]/)[0] as string)
}
