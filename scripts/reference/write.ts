import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { SIGNATURES } from '../typedoc-plugin.ts'
import { factsOfOperators, type Signatures } from './facts.ts'
import { indexPage } from './index-page.ts'
import { operatorPage } from './operator-page.ts'
import { families } from './relations.ts'

/** Writes the reference of operators: a list, and a page for each. */
export async function writeOperators(): Promise<void> {
  const signatures = JSON.parse(readFileSync(SIGNATURES, 'utf8')) as Signatures
  const facts = await factsOfOperators(signatures)
  rmSync('docs/operators', { recursive: true, force: true })
  mkdirSync('docs/operators', { recursive: true })
  writeFileSync('docs/operators.md', indexPage(facts, await families()))
  for (const [name, each] of facts) writeFileSync(`docs/operators/${name}.md`, operatorPage(each, signatures[name] ?? []))
}
