import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

/** In the pages of a folder, what all signatures of a function say alike stands once, before them. */
export function tellOnce(folder: string): void {
  for (const name of readdirSync(folder, { recursive: true, encoding: 'utf8' })) {
    if (!name.endsWith('.md')) continue
    const path = join(folder, name)
    const text = readFileSync(path, 'utf8')
    const once = toldOnce(text)
    if (once !== text) writeFileSync(path, once)
  }
}

const SIGNATURE = '## Call Signature\n'

/** A page whose signatures have the same description and example: title, description, example, signatures. */
export function toldOnce(page: string): string {
  const [head = '', ...signatures] = page.split(SIGNATURE)
  if (signatures.length < 2) return page
  const parts = signatures.map(partsOf)
  const [first] = parts
  const isShared = (key: 'description' | 'example') => first?.[key] !== '' && parts.every(part => part[key] === first?.[key])
  if (first === undefined || !isShared('description')) return page
  const example = isShared('example') ? first.example : ''
  const left = parts.map(part => `${SIGNATURE}${part.code}${part.tables}${example === '' ? part.example : ''}`)
  return `${head.trimEnd()}\n${first.description}${example.replace(/^###/, '##')}${left.join('')}`
}

/** The code of a signature, what is said of it, its tables, and its example. */
function partsOf(signature: string) {
  const end = signature.indexOf('\n```\n') + '\n```\n'.length
  const tables = signature.indexOf('\n### ', end) + 1
  const example = signature.indexOf('\n### Example\n', end) + 1
  const body = tables > 0 ? tables : signature.length
  const last = example > 0 ? example : signature.length
  return {
    code: signature.slice(0, end),
    description: signature.slice(end, body),
    tables: `\n${signature.slice(body, last)}`,
    example: signature.slice(last).replace(/\n*$/, '\n\n'),
  }
}
