import type { Graph, Tensor } from '../../src/index.ts'
import * as operators from '../../src/index.ts'
import { type OperatorDefinition, registry } from '../../src/ops/registry.ts'
import { activeArguments } from '../../src/testing/check-op.ts'
import { texOf, variablesOf } from './formulas.ts'
import { literal } from './literal.ts'

/** A derivative, as it follows from the definition. */
export interface Derivative {
  /** What it is called: a formula in TeX. */
  readonly of: string
  /** In TeX, where it is short enough to be read. */
  readonly tex?: string
  /** In operators, where it is short enough to be read. */
  readonly code?: string
}

export interface Derivatives {
  readonly all: readonly Derivative[]
  /** The operators that they are made of. */
  readonly uses: readonly string[]
}

const definitions = new Map(registry.map(each => [each.name, each]))
const LETTERS = ['x', 'y', 'z'] as const

/** The derivatives of an operator: its partials where it is one of numbers, else what its pullback does. */
export function derivativesOf(definition: OperatorDefinition, called: readonly string[] = LETTERS): Derivatives {
  const [sample] = definition.samples
  if (sample === undefined || ('differentiable' in definition && !definition.differentiable)) return { all: [], uses: [] }
  const active = activeArguments(definition, sample)
  try {
    const found = sample.every(each => typeof each === 'number') ? partials(definition, sample, active) : pullback(definition, sample, active, called)
    return { ...found, uses: found.uses.filter(each => each !== definition.name) }
  } catch (error) {
    if (error instanceof operators.DualtapeError) return { all: [], uses: [] }
    throw error
  }
}

function partials({ name, kind }: OperatorDefinition, sample: readonly number[], active: readonly number[]): Derivatives {
  const f = operators[name as 'add']
  const names = variablesOf(name, sample.length)
  const graphs = active.map(argnum => ({
    argnum,
    graph: operators.trace(operators.grad(f as never, { argnum }) as (...args: number[]) => number, ...sample),
  }))
  const all = graphs.flatMap(({ argnum, graph }): Derivative[] => {
    const code = codeOf(graph, names)
    // Of orders, which are integers, there is none.
    if (code === 'NaN') return []
    const tex = texOf(graph, names)
    const isShort = tex.length < 230 && tex.split('cases').length <= 3 && !/[_^]\{\\begin/.test(tex) && (kind !== 'composite' || tex.length < 110)
    const of = active.length === 1 && sample.length === 1 ? `f'(${names[0]})` : String.raw`\frac{\partial f}{\partial ${names[argnum]}}`
    return [{ of, ...(isShort && { tex }), ...(code !== undefined && { code }) }]
  })
  return { all, uses: usesOf(graphs.map(each => each.graph)) }
}

function pullback(definition: OperatorDefinition, sample: readonly unknown[], active: readonly number[], called: readonly string[]): Derivatives {
  const f = (...given: unknown[]) => {
    const result = (operators[definition.name as 'add'] as (...args: unknown[]) => unknown)(
      ...sample.map((each, i) => (active.includes(i) ? given[active.indexOf(i)] : each)),
    )
    return isParts(result) ? Object.values(result)[Object.keys(result).length > 1 && 'sign' in result ? 1 : 0] : result
  }
  const args = active.map(i => operators.tensor(sample[i] as never))
  const value = f(...args) as number | Tensor
  if (typeof value === 'boolean') return { all: [], uses: [] }
  const graph = operators.trace((cotangent: unknown, ...operands: unknown[]) => operators.vjp(f, ...operands)[1](cotangent as never), value, ...args)
  const names = ['c', ...active.map(i => called[i] ?? `x${i}`)]
  const all = graph.outputs.flatMap((output, i): Derivative[] => {
    const code = codeOf({ ...graph, outputs: [output] } as unknown as Graph, names)
    return code === undefined || code.length > 150 || /^[[\]0, ]+$/.test(code) ? [] : [{ of: String.raw`\bar ${names[i + 1]}`, code }]
  })
  return { all: all.length === graph.outputs.length ? all : [], uses: usesOf([graph]) }
}

/** Whether a result is several in an object or a list. */
const isParts = (result: unknown): result is object =>
  Array.isArray(result) || (typeof result === 'object' && result !== null && Object.getPrototypeOf(result) === Object.prototype)

/** A graph as nested calls; undefined where they are too many to be read. */
function codeOf({ nodes, inputs, outputs }: Graph, names: readonly string[]): string | undefined {
  let calls = 0
  const text = (id: number): string => {
    const node = nodes[id]
    if (node === undefined || calls > 40) return '…'
    const input = inputs.indexOf(id)
    if (input >= 0) return names[input] as string
    if (node.op === 'constant') return literal(node.value, 12)
    const [first, second] = node.inputs
    // Zero is added for the sign of zeros only.
    if (node.op === 'add' && nodes[second as number]?.op === 'constant' && Number(nodes[second as number]?.value) === 0) return text(first as number)
    // Shapes go without saying.
    if (node.op === 'withShape') return text(first as number)
    calls++
    return `${node.op}(${[...node.inputs.map(text), ...settings(node.params)].join(', ')})`
  }
  const code = text(outputs[0] as number)
  return code.includes('…') || code.length > 300 ? undefined : code
}

/** The parameters of a step that say more than shapes. */
function settings(params: unknown): string[] {
  if (typeof params !== 'object' || params === null) return []
  const said = Object.entries(params).filter(([, value]) => ['boolean', 'string'].includes(typeof value))
  return said.length === 0 ? [] : [literal(Object.fromEntries(said))]
}

/** The operators in graphs that someone would look up; zero is added for the sign of zeros only. */
function usesOf(graphs: readonly Graph[]): string[] {
  const isOfZero = ({ nodes }: Graph, inputs: readonly number[]) => inputs.some(each => nodes[each]?.op === 'constant' && Number(nodes[each]?.value) === 0)
  const names = graphs.flatMap(graph => graph.nodes.filter(({ op, inputs }) => op !== 'add' || !isOfZero(graph, inputs)).map(({ op }) => op))
  return [...new Set(names)]
    .filter(each => each in operators && (definitions.get(each)?.names !== undefined || definitions.get(each)?.kind === 'elementwise') && each !== 'scale')
    .sort()
}
