import { readdirSync, readFileSync } from 'node:fs'
import { transformSync } from 'esbuild'
import fc from 'fast-check'
import { all, create } from 'mathjs'
import { beforeEach, describe, expect, it } from 'vitest'
import * as inC from '../src/compile/entries/c.ts'
import * as exporting from '../src/export/index.ts'
import * as dualtape from '../src/index.ts'
import { DEFAULT_COSTS, setCosts } from '../src/jacobian/cost.ts'
import * as mathjs from '../src/mathjs/index.ts'
import * as nn from '../src/nn/index.ts'
import * as optim from '../src/optim/index.ts'
import * as plugin from '../src/plugin/index.ts'
import * as runtime from '../src/plugin/runtime.ts'
import * as random from '../src/random/index.ts'
import * as solve from '../src/solve/index.ts'
import * as testing from '../src/testing/index.ts'

const root = new URL('../', import.meta.url)

interface Example {
  where: string
  code: string
  /** What the example's names refer to. */
  scope: Record<string, unknown>
}

/** The examples of all docstrings, and the code of the README and the guides. */
function examples(): Example[] {
  const files = readdirSync(new URL('src/', root), { recursive: true, encoding: 'utf8' }).filter(file => file.endsWith('.ts'))
  const fromSource = files.flatMap(file => {
    const text = readFileSync(new URL(`src/${file}`, root), 'utf8')
    return [...text.matchAll(/@example\n([\s\S]*?)\n \*\//g)].map(([, block], i) => ({
      where: `src/${file}, example ${i + 1}`,
      code: (block as string).replace(/^ \* ?/gm, ''),
      scope: {
        ...dualtape,
        ...testing,
        ...optim,
        ...(file.startsWith('mathjs/') ? { ...mathjs, all, create } : {}),
        ...(file.startsWith('solve/') ? solve : file.startsWith('export/') ? exporting : file === 'compile/entries/c.ts' ? inC : {}),
        ...(file.startsWith('random/') ? random : file.startsWith('nn/') ? { key: random.key, ...nn } : file.startsWith('plugin/') ? plugin : {}),
        fc,
      },
    }))
  })
  const pages = [
    'README.md',
    // Guides; what is written from the definitions and the docstrings is tested with these.
    ...readdirSync(new URL('docs/', root), { recursive: true, encoding: 'utf8' })
      .filter(file => /^((explore|coming-from)[\\/])?[^\\/]*\.md$/.test(file) && file !== 'operators.md')
      .map(file => `docs/${file}`),
  ]
  const fromPages = pages.flatMap(page =>
    [...readFileSync(new URL(page, root), 'utf8').matchAll(/```ts(?: \[.*\])?\n([\s\S]*?)```/g)].map(([, code], i) => ({
      where: `${page}, example ${i + 1}`,
      code: (code as string).replace(/^import .*\n/gm, ''),
      scope: {
        ...dualtape,
        ...optim,
        ...((code as string).includes("'dualtape/mathjs'") ? { ...mathjs, all, create } : {}),
        ...((code as string).includes("'dualtape/random'") ? random : {}),
        ...((code as string).includes("'dualtape/nn'") ? nn : {}),
        ...((code as string).includes("'dualtape/solve'") ? solve : {}),
        ...((code as string).includes("'dualtape/export'") ? exporting : {}),
        ...((code as string).includes("'dualtape/plugin'") ? plugin : {}),
        ...((code as string).includes("'dualtape/compile/c'") ? inC : {}),
        ...((code as string).includes("'dualtape/testing'") ? testing : {}),
      },
    })),
  )
  return [...fromPages, ...fromSource]
}

/** Runs an example; every expression with a comment behind or below it must give what the comment says. */
function run({ code, scope }: Example): [found: unknown, expected: unknown][] {
  const results: [unknown, unknown][] = []
  const statements: string[] = []
  for (const line of code.split('\n')) {
    const [, expression, comment] = /^(.*?)\s*\/\/ (.*)$/.exec(line) ?? [undefined, line, undefined]
    if (comment === undefined) statements.push(line)
    else if (expression === '') statements.push(`__expect(${asExpression(statements.pop() as string)}, ${JSON.stringify(comment)})`)
    else statements.push(`__expect(${asExpression(expression as string)}, ${JSON.stringify(comment)})`)
  }
  const { code: plain } = transformSync(statements.join('\n'), { loader: 'ts' })
  const check = (found: unknown, comment: string) => {
    const expected = literal(comment)
    if (expected !== undefined) results.push([found, expected.value])
  }
  new Function('__expect', '__runtime', ...Object.keys(scope), marked(plain))(check, runtime, ...Object.values(scope))
  return results
}

/** An example as the plugin writes it, where functions in it are marked. */
function marked(code: string): string {
  const written = plugin.transform(code)?.code ?? code
  return written.replace(/import \{(.*?)\} from 'dualtape\/plugin\/runtime'/, (_, names: string) => `const {${names.replaceAll(' as ', ': ')}} = __runtime`)
}

function asExpression(statement: string): string {
  return statement.replace(/;$/, '')
}

/** The value that a comment begins with; undefined where it is prose. */
function literal(comment: string): { value: unknown } | undefined {
  for (const text of [comment, comment.split(/[:;]/)[0] as string]) {
    try {
      return { value: new Function(`return (${text})`)() }
    } catch {
      // prose
    }
  }
  return undefined
}

describe('examples in the documentation', () => {
  const all = examples()

  // One example measures this machine, which would change the plans of those after it.
  beforeEach(() => setCosts(DEFAULT_COSTS))

  it('are many', () => {
    expect(all.length).toBeGreaterThan(15)
  })

  it.each(all.map(example => [example.where, example] as const))('%s', (_where, example) => {
    for (const [found, expected] of run(example)) expect(found instanceof dualtape.Tensor ? found.toArray() : found).toEqual(expected)
  })
})
