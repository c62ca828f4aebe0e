import * as mathjs from 'mathjs'
import type { Entry, Kind } from '../src/mathjs/functions/entry.ts'
import { functions } from '../src/mathjs/functions/table.ts'

const WORDS: { readonly [K in Kind]: string } = {
  differentiable: 'differentiable',
  piecewise: 'piecewise constant',
  constant: 'of constants only',
  refused: 'refused',
}

/** The page that says of every function of mathjs what becomes of it. */
export function mathjsTable(): string {
  const math = mathjs as unknown as Record<string, unknown>
  const pages = math.docs as { readonly [name: string]: { category?: string; description?: string } }
  const rows = Object.keys(pages)
    .filter(name => typeof math[name] === 'function' || functions.has(name))
    .map(name => ({ name, category: pages[name]?.category ?? 'Other', entry: functions.get(name) }))
  const count = (kind: Kind) => rows.filter(({ entry }) => entry?.kind === kind).length
  const categories = [...new Set(rows.map(({ category }) => category))].sort()
  const inMathjs = new Set(Object.keys(math))
  const own = [...functions]
    .filter(([name, { kind }]) => !inMathjs.has(name) && kind !== 'refused')
    .map(([name]) => name)
    .sort()
  const tables = categories.map(category => {
    const lines = rows.filter(row => row.category === category).sort((a, b) => (a.name < b.name ? -1 : 1))
    return `## ${category}\n\n| function | | |\n|---|---|---|\n${lines.map(({ name, entry }) => `| \`${name}\` | ${entry === undefined ? 'undecided' : WORDS[entry.kind]} | ${entry === undefined ? '' : remarks(entry)} |`).join('\n')}\n`
  })
  return `# mathjs' functions, one by one

Written by \`npm run generate\` from the table that evaluates expressions (\`src/mathjs/functions\`); the tests compare it with mathjs' own list.

- **${WORDS.differentiable}** (${count('differentiable')}): its derivative is computed, wherever it has one.
- **${WORDS.piecewise}** (${count('piecewise')}): its derivative is 0 wherever it has one.
- **${WORDS.constant}** (${count('constant')}): mathjs computes it, on values that nothing is differentiated by.
- **${WORDS.refused}** (${count('refused')}): an error names it and its place in the expression.

Arguments that count or choose are named as constant: they reach a function as plain numbers, and are refused at their place where they depend on what is differentiated by, unless they are rounded. All others are differentiated.

Values are real numbers, and arrays of them. Functions that mathjs restricts to numbers act entry by entry on arrays, too.
Beside mathjs' functions, expressions may call the registry's: ${own.map(name => `\`${name}\``).join(', ')}.

${tables.join('\n')}`
}

/** What a function is restricted to, and which of its arguments are constant. */
function remarks({ note, constants = [] }: Entry): string {
  const held = [...new Set(constants.map(({ what }) => what))]
  return [note, held.length > 0 ? `constant: ${held.join(', ')}` : undefined].filter(each => each !== undefined).join('; ')
}
