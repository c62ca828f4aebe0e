import type { Line } from '../graph/reroll/program.ts'
import { type RolledParams, rolled } from '../graph/reroll/rolled.ts'
import type { Version } from './version.ts'

/** What `explain` says of a version. */
export function explained(version: Version | undefined): string {
  if (version === undefined) return 'There is no version yet: the first call makes one.'
  const { graph, target, unrolled } = version
  const loops = graph.nodes.find(node => node.definition === rolled)
  const runs = { js: 'JavaScript', wasm: 'WebAssembly', interpreter: 'a program of integers' }[target]
  const head = `Runs as ${runs}.`
  if (loops === undefined) return [head, ...(unrolled === undefined ? [] : [unrolled])].join('\n')
  const { program } = loops.params as RolledParams
  const count = (x: number) => x.toLocaleString('en-US')
  return [
    head,
    `${count(program.steps)} steps were traced on numbers; with the loops that were found among them they are ${count(program.operations)}:`,
    ...textOf(program.lines, '  '),
  ].join('\n')
}

function textOf(lines: readonly Line[], indent: string): string[] {
  return lines.flatMap(line => {
    if (line.kind !== 'rounds') return []
    const { count, most, steps, body } = line
    const varying = count.grows.some(grow => grow !== 0)
    return [
      `${indent}${varying ? 'up to ' : ''}${most.toLocaleString('en-US')} rounds of ${steps} step${steps === 1 ? '' : 's'}`,
      ...textOf(body, `${indent}  `),
    ]
  })
}
