import type { Language } from './examples.ts'

/** Makes JavaScript of a function in TypeScript: plain arithmetic gets operators, unless operators are written by name. */
export async function loadWriter(): Promise<(text: string, language: Language) => string> {
  const [{ transform: strip }, { transform: mark }] = await Promise.all([import('sucrase'), import('../../../../src/plugin/transform.ts')])
  return (text, language) => {
    const code = `const f = ${text.trim().replace(/;$/, '')}`
    const marked = language === 'typescript' ? (mark(code, { filename: 'f.cts', mark: true })?.code ?? code) : code
    return strip(marked, { transforms: ['typescript'] }).code
  }
}
