/* A TypeDoc plugin: operators are documented by their definitions, and not a second time in comments. */
import { readFileSync } from 'node:fs'
import { Comment, Converter, ReflectionKind } from 'typedoc'

export function load(app) {
  const operators = JSON.parse(readFileSync('docs/.vitepress/cache/operators.json', 'utf8'))
  app.converter.on(Converter.EVENT_RESOLVE_BEGIN, context => {
    for (const reflection of context.project.getReflectionsByKind(ReflectionKind.Variable)) {
      const text = Object.hasOwn(operators, reflection.name) ? operators[reflection.name] : undefined
      if (text !== undefined && !reflection.hasComment()) reflection.comment = new Comment([{ kind: 'text', text }])
    }
  })
}
