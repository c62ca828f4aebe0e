import type { Graph } from '../graph/graph.ts'
import type { Line } from '../graph/reroll/program.ts'
import { type RolledParams, rolled } from '../graph/reroll/rolled.ts'

/** What loops were found in a trace, or why there are none, line by line. */
export function explainLoops({ graph, unrolled }: { readonly graph: Graph; readonly unrolled?: string | undefined }): string[] {
  const loops = graph.nodes.find(node => node.definition === rolled)
  if (loops === undefined) return unrolled === undefined ? [] : [unrolled]
  const { program } = loops.params as RolledParams
  return [
    `${counted(program.steps)} steps were traced on numbers; with the loops that were found they are ${counted(program.operations)}:`,
    ...textOf(program.lines, '  '),
  ]
}

const counted = (x: number) => x.toLocaleString('en-US')

function textOf(lines: readonly Line[], indent: string): string[] {
  return lines.flatMap(line => {
    if (line.kind !== 'rounds') return []
    const { count, most, steps, body } = line
    const varying = count.grows.some(grow => grow !== 0)
    return [`${indent}${varying ? 'up to ' : ''}${counted(most)} rounds of ${counted(steps)} step${steps === 1 ? '' : 's'}`, ...textOf(body, `${indent}  `)]
  })
}
