import type { Completion } from '@codemirror/autocomplete'
import type { Language } from './examples.ts'

/** What an editor completes: the functions of Math, or the library's, or those of mathjs, with what they do. */
export async function loadNames(language: Language): Promise<Completion[]> {
  if (language === 'typescript')
    return Object.getOwnPropertyNames(Math).map(name => ({ label: `Math.${name}`, type: typeof Math[name as 'sin'] === 'function' ? 'function' : 'constant' }))
  const { operators, formulas } = await import('../../cache/playground/names.json')
  return (language === 'operators' ? operators : formulas).map(name => ({ ...name, type: 'detail' in name ? 'function' : 'constant' }))
}
