// Plugins of Stryker: which mutants are made at all, and which of them a sample holds.
import { createHash } from 'node:crypto'
import { relative } from 'node:path'

/** Fields of a definition that are read by people, or are inputs of tests. */
const TEXTS = ['summary', 'formula', 'domain', 'convention', 'example', 'samples']

const ignorer = {
  shouldIgnore(path) {
    const { node } = path
    if (node.type === 'NewExpression' && /Error$/.test(node.callee.name ?? '')) return 'the words of an error'
    if (node.type === 'ObjectProperty' && TEXTS.includes(node.key.name)) return 'words, or inputs of tests'
    if (node.type === 'StringLiteral' && path.parentPath?.isObjectProperty({ value: node }) && path.parentPath.node.key.name === 'name') return 'a name'
    return undefined
  },
}

/** A number in [0, 1) that depends on the mutant and the seed alone. */
function draw({ fileName, location: { start, end }, mutatorName, replacement }) {
  const key = [
    process.env.MUTATE_SEED,
    relative(process.cwd(), fileName).replaceAll('\\', '/'),
    start.line,
    start.column,
    end.line,
    end.column,
    mutatorName,
    replacement,
  ]
  return createHash('sha256').update(key.join('|')).digest().readUInt32LE() / 2 ** 32
}

/** A mutant outside the sample counts as one that does not compile: it is not run, and no part of the score. */
const sample = () => ({
  init: async () => {},
  check: async mutants =>
    Object.fromEntries(
      mutants.map(mutant => [
        mutant.id,
        draw(mutant) < Number(process.env.MUTATE_SAMPLE) ? { status: 'passed' } : { status: 'compileError', reason: 'not in the sample' },
      ]),
    ),
  group: async mutants => [mutants.map(({ id }) => id)],
})

export const strykerPlugins = [
  { kind: 'Ignore', name: 'words', value: ignorer },
  { kind: 'Checker', name: 'sample', factory: sample },
]
