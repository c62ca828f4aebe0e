import type { Facts } from './facts.ts'
import type { Family } from './relations.ts'

const CALLING = [
  'Options stand in an object behind the operands, as in `sum(x, { axis: 0 })`; those that users of NumPy write by position may be given so, `sum(x, 0)`.',
  'What does not exist is refused, and so is what would be ignored: `log(8, 2)` is an error. Only the index and the list that `map` and `reduce` of an array pass are overlooked, so that `rows.map(sum)` and `list.reduce(add)` mean what they say; where a function passes an index without the list, as `Array.from` does, write `x => log(x)`.',
  'An option that is a constant, such as an axis, is never taken from a traced value: what is differentiated by would be lost.',
].join(' ')

/** The list of all operators, family by family, each with a link to its page. */
export function indexPage(all: ReadonlyMap<string, Facts>, families: readonly Family[]): string {
  const sections = families.map(({ id, title, members }) => {
    const rows = members.map(name => {
      const { definition } = all.get(name) as Facts
      const names = (definition.names ?? []).join(' ')
      return `<li id="${name}" data-names="${name} ${names}"><a href="./operators/${name}.html">${name}</a> <span>${html(definition.summary)}</span>${names === '' ? '' : `<small>${names}</small>`}</li>`
    })
    return `## ${title} {#${id}}\n\n<ul class="operator-list" v-pre>\n${rows.join('\n')}\n</ul>`
  })
  return `---
outline: false
description: All operators of dualtape, with a page each
---

# Operators

${all.size} operators, each with a page that is written from its definition: signature, formula, derivative, convention at kinks, an example, and
where it runs. Every one works in forward and reverse mode, nested, batched and compiled.

<OperatorFilter />

${sections.join('\n\n')}

## How they are called {#calling}

${CALLING}
`
}

const html = (text: string) => text.replaceAll('&', '&amp;').replaceAll('<', '&lt;')
