import { checkSource, type Finding } from './findings.ts'

interface Context {
  readonly filename: string
  readonly sourceCode: { readonly text: string }
  readonly options: readonly { readonly kinds?: readonly Finding['kind'][] }[]
  report(problem: { loc: { line: number; column: number }; message: string }): void
}

const KINDS = ['refused', 'discontinuous', 'kink', 'guard'] as const

/** The rule for ESLint that reports what `checkSource` finds; all kinds but guards by default. */
const smooth = {
  meta: {
    type: 'suggestion',
    docs: { description: 'What in functions marked by "use ad" throws on traced values, jumps, has kinks, or branches' },
    schema: [{ type: 'object', properties: { kinds: { type: 'array', items: { enum: KINDS } } }, additionalProperties: false }],
  },
  create: ({ filename, sourceCode, options, report }: Context) => ({
    Program() {
      const { kinds = ['refused', 'discontinuous', 'kink'] } = options[0] ?? {}
      for (const { line, column, kind, message } of checkSource(sourceCode.text, { filename }))
        if (kinds.includes(kind)) report({ loc: { line, column: column - 1 }, message })
    },
  }),
}

/** The plugin for ESLint: `{ plugins: { dualtape: eslint }, rules: { 'dualtape/smooth': 'warn' } }`. */
export const eslint = { meta: { name: 'dualtape' }, rules: { smooth } }
