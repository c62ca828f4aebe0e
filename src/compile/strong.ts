import type { Graph, GraphNode } from '../graph/graph.ts'
import { loop } from '../graph/loop/loop.ts'
import type { LoopParams } from '../graph/loop/parts.ts'
import { isStrongLine, type Line, linesOf, type Operand, type Program as RolledProgram } from '../graph/reroll/program.ts'
import { type RolledParams, rolled } from '../graph/reroll/rolled.ts'
import type { CustomDefinition } from '../ops/kinds/custom.ts'
import type { ElementwiseDefinition } from '../ops/kinds/elementwise.ts'
import { entryText, isOfScalars, numberText } from './nest.ts'
import { outputIn } from './places.ts'

/*
 * Products of the rules are strong: 0 wins over ∞ and NaN. Plain ones give the same but for a NaN, which code can look for in its
 * results, if nothing on the way hides it.
 */

/** Whether products of the rules are ordinary ones, with a test of the results, or strong. */
export type Products = 'plain' | 'strong'

/** Values that an operator is tried on. */
const TRIED = [-2, 0, 0.5, 1, Number.POSITIVE_INFINITY]
const hiding = new WeakMap<object, boolean>()

/** Whether a NaN among an operator's operands may leave a result that is no NaN and that another number would have changed. */
function hidesNaN(definition: ElementwiseDefinition): boolean {
  const known = hiding.get(definition)
  if (known !== undefined) return known
  const places = Array.from({ length: definition.arity }, (_, i) => i)
  const lists = places.reduce<number[][]>(all => all.flatMap(list => TRIED.map(each => [...list, each])), [[]])
  const hides = lists.some(list =>
    places.some(place => {
      const found = definition.value(...list.with(place, Number.NaN))
      return !Number.isNaN(found) && found !== definition.value(...list)
    }),
  )
  hiding.set(definition, hides)
  return hides
}

/**
 * Whether a NaN among a step's operands stays one in all that depends on it: so for sums and movements of entries, and products, and
 * what an operator is linear in.
 */
function passesNaN({ definition, inputs }: GraphNode, tainted: Uint8Array): boolean {
  if (definition?.kind === 'linear' || definition?.kind === 'multilinear') return true
  const { linearIn } = (definition ?? {}) as Partial<CustomDefinition>
  return linearIn !== undefined && inputs.every((input, i) => !tainted[input] || linearIn.operand(i))
}

/** Whether a step is a product that differs from a plain one for some operands: not so for a constant factor, unless it is 0 or ∞. */
export function isStrong(node: GraphNode, nodes: readonly GraphNode[]): boolean {
  if (node.op !== 'scale') return false
  return !node.inputs.some(input => {
    const { op, value } = nodes[input] as GraphNode
    return op === 'constant' && typeof value === 'number' && Number.isFinite(value) && value !== 0
  })
}

/** Whether such products are among the steps of a graph, or of a loop in it. */
function hasStrong({ nodes }: Graph): boolean {
  return nodes.some(
    node =>
      isStrong(node, nodes) ||
      (node.definition === loop && hasStrong((node.params as LoopParams).body)) ||
      (node.definition === rolled && linesOf((node.params as RolledParams).program).some(isStrongLine)),
  )
}

/** Whether a NaN of a product, or of operands that may hold one, can be hidden in loops that were found. */
function mayHideInLines(program: RolledProgram, given: boolean): boolean {
  const tainted = new Set<number>()
  const isTainted = (operand: Operand): boolean => {
    if (operand.kind === 'local') return tainted.has(operand.local.id)
    if (operand.kind === 'first') return isTainted(operand.first) || isTainted(operand.rest)
    if (operand.kind === 'memory' || operand.kind === 'gather') return operand.of.some(({ id }) => tainted.has(id))
    return operand.kind === 'source' && given
  }
  let hidden = false
  const visit = (lines: readonly Line[]): void => {
    for (const line of lines) {
      if (line.kind === 'rounds') {
        for (const { init, local } of line.carried) if (init !== undefined && isTainted(init)) tainted.add(local.id)
        visit(line.body)
        for (const { next, local } of line.carried) if (tainted.has(next.id)) tainted.add(local.id)
      } else if (line.kind === 'ask') hidden ||= isTainted(line.value)
      else if (line.kind === 'compute') {
        const reached = line.operands.some(isTainted)
        if (!reached && !isStrongLine(line)) continue
        if (reached && line.definition.name !== 'scale' && hidesNaN(line.definition as ElementwiseDefinition)) hidden = true
        tainted.add(line.local.id)
      }
    }
  }
  for (let before = -1; before < tainted.size; ) {
    before = tainted.size
    visit(program.lines)
  }
  return hidden
}

/** Whether a NaN of a product, or of inputs that may hold one, can be hidden in a graph; and the outputs that it may reach. */
function mayHideNaN({ nodes, inputs, outputs }: Graph, given: readonly boolean[]): { hidden: boolean; outputs: boolean[] } {
  const tainted = new Uint8Array(nodes.length)
  const ofLoops = new Map<number, readonly boolean[]>()
  let hidden = false
  inputs.forEach((id, i) => {
    if (given[i]) tainted[id] = 1
  })
  nodes.forEach((node, id) => {
    if (node.definition === loop) {
      const { body, condition, carries } = node.params as LoopParams
      let from = [false, ...node.inputs.map(input => tainted[input] === 1)]
      for (;;) {
        const within = mayHideNaN(body, from)
        const next = from.map((each, i) => each || (i >= 1 && i <= carries && (within.outputs[i - 1] as boolean)))
        hidden ||= within.hidden || (condition !== undefined && mayHideNaN(condition, next).hidden)
        if (within.outputs.some(each => each)) tainted[id] = 1
        ofLoops.set(id, within.outputs)
        if (next.every((each, i) => each === from[i])) break
        from = next
      }
      return
    }
    const output = outputIn(nodes, id)
    if (output >= 0 && ofLoops.get(node.inputs[0] as number)?.[output] === false) return
    const reached = node.inputs.some(input => tainted[input])
    if (node.definition === rolled) {
      hidden ||= mayHideInLines((node.params as RolledParams).program, reached)
      tainted[id] = 1
      return
    }
    if (!reached && !isStrong(node, nodes)) return
    if (reached && !passesNaN(node, tainted)) {
      const { text } = node.definition as Partial<ElementwiseDefinition>
      if (text === undefined || hidesNaN(node.definition as ElementwiseDefinition)) hidden = true
    }
    tainted[id] = 1
  })
  return { hidden, outputs: outputs.map(id => tainted[id] === 1) }
}

/** Whether there are products of the rules that plain ones can stand for at first. */
export function plainFirst(graph: Graph): boolean {
  return hasStrong(graph) && !mayHideNaN(graph, []).hidden
}

/** What a step does to numbers, or to each entry; with plain products where the rules' need not be strong. Undefined for other operators. */
export function textOf(node: GraphNode, nodes: readonly GraphNode[], strong: boolean): string | undefined {
  return node.op === 'scale' && !(strong && isStrong(node, nodes)) ? '(x*y)' : (numberText(node, nodes) ?? entryText(node))
}

/** Programs on tensors have plain products where NaNs show; on numbers the test for strong ones costs nothing. */
export function productsOf(graph: Graph): Products {
  return !isOfScalars(graph) && plainFirst(graph) ? 'plain' : 'strong'
}
