import { isScalarNode } from '../../graph/graph.ts'
import type { Scope } from './scope.ts'

/** Steps in one function: V8 does not optimise functions that are much longer. Longer programs are cut into shorter parts. */
export const STEPS_IN_ONE = 2000
const STEPS_PER_FUNCTION = 700

/** What is cut. */
export interface Long {
  /** What the functions' names begin with, and their parameters. */
  readonly name: string
  readonly parameters: string
  /** Steps in order, and how long the code of each is. */
  readonly steps: readonly number[]
  readonly lengths: readonly number[]
  /** Steps that are read where the result is made. */
  readonly outputs: readonly number[]
  /** All that the code of a step makes, and what it reads. */
  madeBy(id: number): readonly number[]
  operandsOf(id: number): readonly number[]
  statement(id: number): string
  /** The code of the result, where steps have these names. */
  finish(names: ReadonlyMap<number, string>): string
}

/** Several functions, which hand values on in a scratch array (tensors in a list), and the code that calls them. */
export function inParts(
  scope: Scope,
  { name, parameters: given, steps, lengths, outputs, madeBy, operandsOf, statement, finish }: Long,
): { chunks: string[]; main: string } {
  const { nodes } = scope
  const parts = partsOf(steps, lengths)
  const chunkOf = new Int32Array(nodes.length).fill(-1)
  parts.forEach((own, k) => {
    for (const id of own) for (const made of madeBy(id)) chunkOf[made] = k
  })
  const isTruth = (id: number) => nodes[id]?.dtype === 'bool' && isScalarNode(nodes[id])
  const place = new Map<number, string>()
  let scalars = 0
  let tensors = 0
  const hand = (id: number) => {
    if (!place.has(id)) place.set(id, isScalarNode(nodes[id]) ? `s[${scalars++}]` : `t[${tensors++}]`)
  }
  const reads = parts.map(() => new Set<number>())
  for (const id of parts.flat()) {
    const chunk = chunkOf[id] as number
    for (const input of operandsOf(id)) {
      if ((chunkOf[input] as number) < 0 || chunkOf[input] === chunk) continue
      hand(input)
      reads[chunk]?.add(input)
    }
  }
  for (const output of outputs) if ((chunkOf[output] as number) >= 0) hand(output)
  const parameters = `${given === '' ? '' : `${given}, `}s, t`
  const chunks = reads.map((read, k) => {
    const lines: string[] = []
    for (const id of read) lines.push(`  const ${scope.read(id)} = ${place.get(id)}${isTruth(id) ? ' !== 0' : ''}`)
    for (const id of parts[k] as readonly number[]) {
      lines.push(statement(id))
      for (const made of madeBy(id)) if (place.has(made)) lines.push(`  ${place.get(made)} = ${scope.read(made)}${isTruth(made) ? ' ? 1 : 0' : ''}`)
    }
    return `function ${name}${k}(${parameters}) {\n${lines.join('\n')}\n}`
  })
  const end = finish(new Map([...place].map(([id, at]) => [id, isTruth(id) ? `(${at} !== 0)` : at])))
  const calls = chunks.map((_, k) => `  if (${name}${k}(${parameters}) === MISS) return MISS`)
  return { chunks, main: [`  const s = new Float64Array(${scalars}), t = []`, ...calls, end].join('\n') }
}

/** Steps in order, cut where a function would be too long. */
function partsOf(steps: readonly number[], lengths: readonly number[]): number[][] {
  const parts: number[][] = []
  let length = Number.POSITIVE_INFINITY
  steps.forEach((id, i) => {
    length += lengths[i] as number
    if (length <= STEPS_PER_FUNCTION) parts.at(-1)?.push(id)
    else {
      parts.push([id])
      length = lengths[i] as number
    }
  })
  return parts
}
