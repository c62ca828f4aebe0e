import { sizeOfShape } from '../../core/shape.ts'
import type { Graph, GraphNode } from '../../graph/graph.ts'
import { where } from '../../ops/selection.ts'
import { writeExpand } from './movements.ts'
import type { ModelWriter, Ref } from './writer.ts'

/*
 * `If`: what only one side of a choice needs is computed on that side alone. A choice is a `where` whose condition is one truth.
 */

/** Sides in sides: readers of protobuf, which has three messages for each, end at some hundred. Deeper choices are selections. */
const DEEPEST = 8

/** What stands together: all steps that are always needed, or those that one side of choices needs, and within them choices of their own. */
interface Part {
  readonly steps: number[]
  readonly choices: Choices[]
  readonly around: Part | undefined
  readonly depth: number
}

/** Choices by one condition, none of which depends on another of them. */
interface Choices {
  readonly condition: number
  readonly level: number
  readonly members: number[]
  readonly yes: Part
  readonly no: Part
}

/** How steps are written: `step` writes one, `read` gives its value, `set` says what it is. */
interface Writing {
  step(to: ModelWriter, id: number): void
  read(to: ModelWriter, id: number): Ref
  set(id: number, ref: Ref): void
}

/** Writes the steps of a graph, those of sides in the graphs of an `If`. */
export function writeSides(to: ModelWriter, graph: Graph, writing: Writing): void {
  const levels = levelsOf(graph)
  graph.nodes.forEach((node, id) => {
    if (node.definition === undefined) writing.step(to, id)
  })
  writePart(to, partsOf(graph, levels), graph, levels, writing)
}

function isChoice({ nodes }: Graph, { definition, inputs }: GraphNode): boolean {
  return definition === where.definition && sizeOfShape((nodes[inputs[0] as number] as GraphNode).shape) === 1
}

/** How many choices follow each other up to a step: choices of one level do not depend on each other. */
function levelsOf(graph: Graph): Int32Array {
  const levels = new Int32Array(graph.nodes.length)
  graph.nodes.forEach((node, id) => {
    for (const input of node.inputs) levels[id] = Math.max(levels[id] as number, levels[input] as number)
    if (isChoice(graph, node)) levels[id] = (levels[id] as number) + 1
  })
  return levels
}

/** Which part each step is of: the innermost that has all steps which need it. */
function partsOf(graph: Graph, levels: Int32Array): Part {
  const root = partIn(undefined)
  const parts = new Array<Part | undefined>(graph.nodes.length)
  const known = new Map<string, Choices>()
  const numbers = new Map<Part, number>()
  const need = (id: number, part: Part) => {
    const own = parts[id]
    parts[id] = own === undefined ? part : common(own, part)
  }
  for (const id of [...graph.outputs, ...graph.guards.map(each => each.node)]) need(id, root)
  for (let id = graph.nodes.length - 1; id >= 0; id--) {
    const node = graph.nodes[id] as GraphNode
    const part = parts[id]
    if (part === undefined || node.definition === undefined) continue
    if (!isChoice(graph, node) || part.depth === DEEPEST) {
      part.steps.push(id)
      for (const input of node.inputs) need(input, part)
      continue
    }
    const [condition, yes, no] = node.inputs as [number, number, number]
    const level = levels[id] as number
    if (!numbers.has(part)) numbers.set(part, numbers.size)
    const key = `${numbers.get(part)} ${condition} ${level}`
    let choices = known.get(key)
    if (choices === undefined) {
      choices = { condition, level, members: [], yes: partIn(part), no: partIn(part) }
      known.set(key, choices)
      part.choices.push(choices)
    }
    choices.members.push(id)
    need(condition, part)
    need(yes, choices.yes)
    need(no, choices.no)
  }
  return root
}

function partIn(around: Part | undefined): Part {
  return { steps: [], choices: [], around, depth: around === undefined ? 0 : around.depth + 1 }
}

/** The innermost part around both. */
function common(a: Part, b: Part): Part {
  let [x, y] = [a, b]
  while (x !== y) {
    if (x.depth >= y.depth) x = x.around as Part
    else y = y.around as Part
  }
  return x
}

/** A step of some level needs steps of lower levels, and earlier ones of its own that are no choices. */
function writePart(to: ModelWriter, { steps, choices }: Part, graph: Graph, levels: Int32Array, writing: Writing): void {
  const level = (each: number | Choices) => (typeof each === 'number' ? (levels[each] as number) : each.level - 0.5)
  const all: (number | Choices)[] = [...choices, ...steps.toReversed()]
  for (const each of all.sort((a, b) => level(a) - level(b))) {
    if (typeof each === 'number') writing.step(to, each)
    else if (isEmpty(each.yes) && isEmpty(each.no)) for (const id of each.members) writing.step(to, id)
    else writeChoices(to, each, graph, levels, writing)
  }
}

function isEmpty({ steps, choices }: Part): boolean {
  return steps.length === 0 && choices.length === 0
}

function writeChoices(to: ModelWriter, { condition, members, yes, no }: Choices, graph: Graph, levels: Int32Array, writing: Writing): void {
  const asked = to.asBool(to.reshape(writing.read(to, condition), []))
  const made = members.map((id): Ref => {
    const { shape, dtype } = graph.nodes[id] as GraphNode
    return { name: to.fresh(), type: dtype === 'bool' ? 'bool' : 'float', shape }
  })
  const side = (name: string, part: Part, operand: 1 | 2) => {
    const inner = to.within()
    writePart(inner, part, graph, levels, writing)
    const leaving = members.map((id, i): Ref => {
      const ref = made[i] as Ref
      const own = writing.read(inner, (graph.nodes[id] as GraphNode).inputs[operand] as number)
      const value = writeExpand(inner, ref.type === 'bool' ? inner.asBool(own) : inner.asFloat(own), ref.shape)
      const left: Ref = { ...ref, name: inner.fresh() }
      inner.node('Identity', [value.name], [left.name])
      return left
    })
    return inner.graph(
      name,
      [],
      leaving.map(each => inner.info(each)),
    )
  }
  const attributes = { then_branch: side('yes', yes, 1), else_branch: side('no', no, 2) }
  to.node(
    'If',
    [asked.name],
    made.map(each => each.name),
    attributes,
  )
  members.forEach((id, i) => void writing.set(id, made[i] as Ref))
}
