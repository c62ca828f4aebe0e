import * as operators from './index.ts'
import type { CompositeDefinition } from './kinds/composite.ts'
import type { CustomDefinition } from './kinds/custom.ts'
import type { ElementwiseDefinition } from './kinds/elementwise.ts'
import type { LinearDefinition } from './kinds/linear.ts'
import type { MultilinearDefinition } from './kinds/multilinear.ts'
import { texts } from './texts.ts'

export type OperatorDefinition = ElementwiseDefinition | LinearDefinition | MultilinearDefinition | CustomDefinition | CompositeDefinition

/** Every operator's definition, in the order of the source: what docs, tests and tools are generated from. */
export const registry: OperatorDefinition[] = Object.values(operators).flatMap(each =>
  typeof each === 'function' && 'definition' in each ? [withTexts(each.definition as OperatorDefinition)] : [],
)

function withTexts(definition: OperatorDefinition): OperatorDefinition {
  const { says = {}, ...own } = texts[definition.name] ?? {}
  for (const [name, words] of Object.entries(says)) Object.assign(definition.options?.[name] ?? {}, { says: words })
  return Object.assign(definition, own)
}
