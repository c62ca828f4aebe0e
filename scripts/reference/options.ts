import type { OperatorDefinition } from '../../src/ops/registry.ts'

/** What stands behind an operator's operands, one line each: names, kinds, defaults. */
export function optionLines({ options = {}, bare = [] }: OperatorDefinition): string[] {
  return Object.entries(options).map(([name, { is, required, says = '', ...rest }]) => {
    const kind = 'wants' in is ? is.wants : is.map(shown).join(', ')
    const otherwise = required ? 'must be given' : rest.default === undefined ? 'may be left out' : `\`${shown(rest.default)}\` if left out`
    return `- \`${name}\`: ${escaped(says)} ${escaped(kind).replace(/^./, letter => letter.toUpperCase())}; ${otherwise}.${bare.includes(name) ? ' May be given by position.' : ''}`
  })
}

const shown = (value: unknown) => (typeof value === 'string' ? `'${value}'` : String(value))

/** Text in Markdown that VitePress reads as it is. */
export const escaped = (text: string) => text.replaceAll('<', '&lt;').replaceAll('{{', '&#123;&#123;')
