import * as operators from '../../src/index.ts'
import type { OperatorDefinition } from '../../src/ops/registry.ts'
import { activeArguments } from '../../src/testing/check-op.ts'
import { literal } from './literal.ts'

/** One line of an example, and what it gives. */
export interface ExampleLine {
  readonly code: string
  /** As TypeScript, to six digits; left out where it is too long to be read. */
  readonly gives?: string
}

/** What an operator gives for one of its samples, and its gradient there. */
export interface Example {
  readonly imports: readonly string[]
  readonly lines: readonly ExampleLine[]
}

const LONGEST = 150

/** An example made of the first sample that is short, else of the shortest. */
export function exampleOf(definition: OperatorDefinition): Example | undefined {
  const { name, samples } = definition
  const sample = sampleOf(samples)
  if (sample === undefined) return undefined
  const value = run(`${name}(${sample.map(each => literal(each)).join(', ')})`)
  const slope = 'differentiable' in definition && !definition.differentiable ? undefined : gradientLine(definition, sample, value.found)
  return {
    imports: [...new Set([name, ...(slope?.imports ?? [])])].sort(),
    lines: [value.line, ...(slope === undefined ? [] : [slope.line])],
  }
}

/** The sample that examples and facts are made of. */
export function sampleOf(samples: OperatorDefinition['samples']): readonly unknown[] | undefined {
  const lengthOf = (each: readonly unknown[]) => literal(each).length
  return samples.find(each => lengthOf(each) < 50) ?? [...samples].sort((a, b) => lengthOf(a) - lengthOf(b))[0]
}

function gradientLine(definition: OperatorDefinition, sample: readonly unknown[], value: unknown): { imports: string[]; line: ExampleLine } | undefined {
  const { name } = definition
  const active = activeArguments(definition, sample)
  const letters = ['x', 'y', 'z']
  if (active.length === 0 || active.length > 3) return undefined
  const isNumber = typeof value === 'number'
  const isTree = !isNumber && !(value instanceof operators.Tensor)
  const part = isTree && typeof value === 'object' && value !== null && !Array.isArray(value) ? Object.keys(value)[0] : undefined
  if (isTree && part === undefined) return undefined
  const all = active.length === sample.length
  const inner = `${name}(${sample.map((each, i) => (active.includes(i) ? letters[active.indexOf(i)] : literal(each))).join(', ')})${part === undefined ? '' : `.${part}`}`
  const heads = active.map((_, i) => letters[i])
  const f = isNumber && all ? name : `${heads.length === 1 ? heads[0] : `(${heads.join(', ')})`} => ${isNumber ? inner : `sum(${inner})`}`
  const argnum = active.length === 1 ? '' : `, { argnum: [${active.map((_, i) => i).join(', ')}] }`
  const imports = ['grad', ...(isNumber ? [] : ['sum'])]
  try {
    const { line, found } = run(`grad(${f}${argnum})(${active.map(i => literal(sample[i])).join(', ')})`)
    // What is not differentiated by everything that may be a number, as orders, has no example.
    return literal(found).includes('NaN') ? undefined : { imports, line }
  } catch (error) {
    if (error instanceof operators.DualtapeError) return undefined
    throw error
  }
}

/** Runs a line with the names of the library in scope. */
export function run(code: string): { found: unknown; line: ExampleLine } {
  const found: unknown = new Function(...Object.keys(operators), `return ${code}`)(...Object.values(operators))
  const gives = literal(found, 6).replaceAll(/-?\b\d[\d.]*e-(1[4-9]|[2-9]\d)\b/g, '0')
  return { found, line: gives.length > LONGEST ? { code } : { code, gives } }
}
