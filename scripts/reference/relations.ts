import { readdirSync } from 'node:fs'
import * as operators from '../../src/index.ts'
import { type OperatorDefinition, registry } from '../../src/ops/registry.ts'

/** A family of operators: those that are defined in one file. */
export interface Family {
  /** What an address is made of. */
  readonly id: string
  readonly title: string
  readonly members: readonly string[]
}

/** The families, by their titles; whoever is no export of the package is left out. */
export async function families(): Promise<readonly Family[]> {
  const folder = new URL('../../src/ops/', import.meta.url)
  const files = readdirSync(folder).filter(file => file.endsWith('.ts') && !/^(index|generated|generated-second|registry|define|texts)\.ts/.test(file))
  const taken = new Set<string>()
  const all: Family[] = []
  for (const file of files) {
    const module = (await import(new URL(file, folder).href)) as Record<string, unknown>
    const members = Object.entries(module)
      .filter(([name, each]) => name in operators && typeof each === 'function' && 'definition' in each && !taken.has(name))
      .map(([name]) => name)
      .sort((a, b) => a.localeCompare(b))
    for (const name of members) taken.add(name)
    const id = file.replace('.ts', '')
    if (members.length > 0) all.push({ id, title: id.replace(/^./, letter => letter.toUpperCase()).replaceAll('-', ' '), members })
  }
  return all.sort((a, b) => a.title.localeCompare(b.title))
}

/** The operators of one number that undo one another at all their samples, found by trying. */
export function inverses(): ReadonlyMap<string, readonly string[]> {
  const unary = registry.filter(
    (each): each is OperatorDefinition => each.kind === 'elementwise' && each.arity === 1 && each.differentiable && each.name in operators,
  )
  const call = (name: string, x: number) => Number((operators[name as 'sin'] as (x: number) => unknown)(x))
  const undoes = (inner: OperatorDefinition, outer: OperatorDefinition) => {
    const points = [...inner.samples.map(([x]) => Number(x)), 0.3, 0.7, 0.9].filter(x => Math.abs(x) < 1.5 && x > 0 && Number.isFinite(call(inner.name, x)))
    return points.length > 2 && points.every(x => Math.abs(call(outer.name, call(inner.name, x)) - x) < 1e-6 * Math.max(1, Math.abs(x)))
  }
  const isIdentity = ({ name }: OperatorDefinition) => [0.31, 1.7].every(x => Math.abs(call(name, x) - x) < 1e-6)
  const real = unary.filter(each => !isIdentity(each))
  return new Map(
    real
      .map(each => [each.name, real.filter(other => undoes(each, other) && undoes(other, each)).map(({ name }) => name)] as const)
      .filter(([, others]) => others.length > 0),
  )
}
