/*
 * A TypeDoc plugin: operators have pages of their own, written from their definitions, so they are left out here; modules are called as
 * they are imported, and names of other libraries stand in what is read first.
 */
import { writeFileSync } from 'node:fs'
import { type Application, Converter, ReflectionKind } from 'typedoc'
import { registry } from '../src/ops/registry.ts'
import { declarations } from './reference/declarations.ts'
import { entries } from './reference/entries.ts'
import { signatures } from './reference/signatures.ts'

/** Where it leaves the signatures of operators. */
export const SIGNATURES = 'docs/.vitepress/cache/signatures.json'
/** Where it leaves the declarations of the library. */
export const DECLARATIONS = 'docs/.vitepress/cache/declarations.json'

export function load(app: Application): void {
  const names = new Set(registry.map(({ name }) => name))
  app.converter.on(Converter.EVENT_RESOLVE_BEGIN, context => {
    const { project } = context
    const [program] = context.programs
    if (program !== undefined) {
      writeFileSync(SIGNATURES, JSON.stringify(signatures(program as never, 'src/index.ts')))
      writeFileSync(DECLARATIONS, JSON.stringify(declarations(program as never, 'src/index.ts')))
    }
    for (const module of project.getReflectionsByKind(ReflectionKind.Module)) {
      const entry = entries().find(
        ({ source }) => source === module.name || source === `${module.name}/index` || (module.name === 'index' && source === 'index'),
      )
      if (entry !== undefined) module.name = entry.specifier
    }
    for (const variable of project.getReflectionsByKind(ReflectionKind.Variable)) {
      // What says more than its definition stays.
      if (names.has(variable.name) && !variable.hasComment()) project.removeReflection(variable)
    }
    for (const reflection of Object.values(project.reflections)) {
      const { comment } = reflection
      const tag = comment?.getTag('@names')
      if (comment === undefined || tag === undefined) continue
      comment.removeTags('@names')
      comment.summary.push({
        kind: 'text',
        text: `\n\nElsewhere: ${tag.content
          .map(({ text }) => text)
          .join('')
          .trim()}.`,
      })
    }
  })
  // Links to operators lead to their pages.
  app.converter.addUnknownSymbolResolver(({ symbolReference }) => {
    const name = symbolReference?.path?.at(-1)?.path
    return name !== undefined && names.has(name) ? `/operators/${name}` : undefined
  })
}
