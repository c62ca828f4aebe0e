import { broadcastShapes, sameShape } from '../core/shape.ts'
import { mul, neg, reciprocal, sqrt, square, sub } from '../ops/arithmetic.ts'
import { broadcastTo } from '../ops/broadcast.ts'
import { add, type ElementwiseDefinition } from '../ops/kinds/elementwise.ts'
import { Graph, type GraphNode, prune } from './graph.ts'
import { loop } from './loop/loop.ts'
import type { LoopParams } from './loop/parts.ts'

type Rule = (steps: RealSteps, node: GraphNode) => number | undefined

/** Identities of real numbers, by operator, for operands that the new graph has. */
const RULES: ReadonlyMap<string, Rule> = new Map(
  Object.entries<Rule>({
    add: (steps, node) => {
      const [x, y] = node.inputs as [number, number]
      if (steps.isConstant(y, 0)) return steps.like(x, node)
      if (steps.isConstant(x, 0)) return steps.like(y, node)
      if (steps.is(y, 'neg')) return steps.make(sub, node, [x, steps.operand(y)])
      if (steps.is(x, 'neg')) return steps.make(sub, node, [y, steps.operand(x)])
      return undefined
    },
    sub: (steps, node) => {
      const [x, y] = node.inputs as [number, number]
      if (x === y) return steps.constant(0, node)
      if (steps.isConstant(x, 0)) return steps.make(neg, node, [y])
      return steps.is(y, 'neg') ? steps.make(add, node, [x, steps.operand(y)]) : undefined
    },
    mul: (steps, node) => product(steps, node, node.inputs as [number, number]),
    // Where no factor is ∞ or NaN, 0 need not win over it.
    scale: (steps, node) => product(steps, node, node.inputs as [number, number]) ?? steps.make(mul, node, node.inputs),
    div: (steps, node) => {
      const [x, y] = node.inputs as [number, number]
      if (x === y) return steps.constant(1, node)
      const divisor = steps.numberOf(y)
      if (divisor !== undefined && divisor !== 0) return steps.make(mul, node, [steps.constant(1 / divisor), x])
      return steps.isConstant(x, 1) && steps.hasShape(y, node) ? steps.make(reciprocal, node, [y]) : undefined
    },
    neg: (steps, node) => {
      const [x] = node.inputs as [number]
      if (steps.is(x, 'sub')) return steps.make(sub, node, [steps.operand(x, 1), steps.operand(x)])
      const factor = steps.is(x, 'mul') ? steps.numberOf(steps.operand(x)) : undefined
      return factor === undefined ? undefined : steps.make(mul, node, [steps.constant(-factor), steps.operand(x, 1)])
    },
    pow: (steps, node) => {
      const [x, y] = node.inputs as [number, number]
      if (!steps.hasShape(x, node)) return undefined
      const made = { 2: square, 0.5: sqrt, '-1': reciprocal }[String(steps.numberOf(y)) as '2']
      return steps.isConstant(y, 0) ? steps.constant(1, node) : made && steps.make(made, node, [x])
    },
    reciprocal: inverse('reciprocal'),
    exp: inverse('log'),
    log: inverse('exp'),
    square: inverse('sqrt'),
    where: (steps, node) => {
      const [, x, y] = node.inputs as [number, number, number]
      return x === y ? steps.like(x, node) : undefined
    },
  }),
)
/** The rule of an operator that gives back what another was given. */
function inverse(name: string): Rule {
  return (steps, { inputs: [x] }) => (steps.is(x as number, name) ? steps.operand(x as number) : undefined)
}

/** A product with its number first and one sign in front. */
function product(steps: RealSteps, node: GraphNode, [x, y]: readonly [number, number]): number | undefined {
  if (steps.numberOf(x) === undefined && steps.numberOf(y) !== undefined) return product(steps, node, [y, x]) ?? steps.make(mul, node, [y, x])
  const factor = steps.numberOf(x)
  if (factor === 0) return steps.constant(0, node)
  if (factor === 1) return steps.like(y, node)
  if (factor === -1) return steps.make(neg, node, [y])
  if (factor !== undefined) {
    const inner = steps.is(y, 'mul') ? steps.numberOf(steps.operand(y)) : undefined
    if (inner !== undefined) return steps.make(mul, node, [steps.constant(factor * inner), steps.operand(y, 1)])
    return steps.is(y, 'neg') ? steps.make(mul, node, [steps.constant(-factor), steps.operand(y)]) : undefined
  }
  for (const [a, b] of [
    [x, y],
    [y, x],
  ] as const) {
    if (steps.is(a, 'neg')) return steps.make(neg, node, [steps.make(mul, node, [steps.operand(a), b])])
    const inner = steps.is(a, 'mul') ? steps.numberOf(steps.operand(a)) : undefined
    if (inner !== undefined) return steps.make(mul, node, [steps.constant(inner), steps.make(mul, node, [steps.operand(a, 1), b])])
  }
  return undefined
}

/**
 * The same graph for numbers that are real ones: identities are applied that do not hold for rounding, −0, ∞ and NaN (x + 0 = x,
 * 0 · x = 0, x − x = 0, a · (b · x) = (a · b) · x, x / c = x · (1 / c), e^(ln x) = x, …), and products in which 0 wins over ∞ become
 * ordinary ones. Results may differ in the last places, and where a value on the way is not finite, altogether.
 */
export function asReals(graph: Graph): Graph {
  const steps = new RealSteps()
  const ids: number[] = []
  for (const node of graph.nodes) ids.push(steps.translate({ ...node, inputs: node.inputs.map(input => ids[input] as number) }))
  const at = (id: number) => ids[id] as number
  const guards = graph.guards.map(guard => ({ ...guard, node: at(guard.node) }))
  const outputs = graph.outputs.map(at)
  return prune(new Graph(steps.nodes, graph.inputs.map(at), outputs, guards), outputs)
}

/** A graph that grows by the rules, in which equal steps are one. */
class RealSteps {
  readonly nodes: GraphNode[] = []
  readonly #known = new Map<string, number>()
  /** Numbers of operators and parameters, which are told apart by what they are. */
  readonly #numbers = new Map<unknown, number>()

  /** A step of the old graph whose inputs are steps of this one. */
  translate(node: GraphNode): number {
    const ofReals = node.dtype === 'float64' && !node.rank0 && node.inputs.every(input => !this.#node(input).rank0)
    if (node.definition === loop) {
      const { body, condition, ...rest } = node.params as LoopParams
      return this.#push({ ...node, params: { ...rest, body: asReals(body), condition: condition && asReals(condition) } satisfies LoopParams })
    }
    return (ofReals ? RULES.get(node.op)?.(this, node) : undefined) ?? this.#push(node)
  }

  is(id: number, op: string): boolean {
    return this.#node(id).op === op
  }

  operand(id: number, k = 0): number {
    return this.#node(id).inputs[k] as number
  }

  /** The number that a constant is, or that all entries of a constant tensor are. */
  numberOf(id: number): number | undefined {
    const { op, value, inputs } = this.#node(id)
    if (typeof value === 'number') return value
    return ['broadcastTo', 'reshape', 'withShape'].includes(op) ? this.numberOf(inputs[0] as number) : undefined
  }

  isConstant(id: number, value: number): boolean {
    return this.numberOf(id) === value
  }

  hasShape(id: number, { shape }: GraphNode): boolean {
    return sameShape(this.#node(id).shape, shape)
  }

  /** A number, or a tensor that is filled with it where it stands for a step that is a tensor. */
  constant(value: number, like?: GraphNode): number {
    const id = this.#push({ op: 'constant', inputs: [], shape: [], dtype: 'float64', value })
    return like === undefined ? id : (this.like(id, like) as number)
  }

  /** A value in the shape of a step that it is to replace; undefined for masks, which are no numbers. */
  like(id: number, { shape }: GraphNode): number | undefined {
    if (this.#node(id).dtype === 'bool') return undefined
    if (sameShape(this.#node(id).shape, shape)) return id
    return this.#push({ op: 'broadcastTo', definition: broadcastTo.definition, inputs: [id], params: { shape }, shape, dtype: 'float64' })
  }

  /** An elementwise operator's step in place of another. Numbers that fill tensors are taken as numbers. */
  make({ definition }: { definition: ElementwiseDefinition }, like: GraphNode, inputs: readonly number[]): number {
    const operands = inputs.map(input => {
      const number = this.numberOf(input)
      return number === undefined ? input : this.constant(number)
    })
    const shape = broadcastShapes(
      definition.name,
      operands.map(input => this.#node(input).shape),
    )
    const node: GraphNode = { op: definition.name, definition, inputs: operands, shape, dtype: 'float64' }
    return this.like(RULES.get(definition.name)?.(this, node) ?? this.#push(node), like) as number
  }

  #node(id: number): GraphNode {
    return this.nodes[id] as GraphNode
  }

  #numberOf(x: unknown): number {
    const number = this.#numbers.get(x) ?? this.#numbers.size
    this.#numbers.set(x, number)
    return number
  }

  #push(node: GraphNode): number {
    const { op, definition, inputs, params, shape, value } = node
    if (op === 'input') return this.nodes.push(node) - 1
    const described = op === 'constant' ? value : params
    // New steps have params of their own: a broadcast is told by its shape.
    const text = typeof described === 'object' ? `#${this.#numberOf(described)}` : Object.is(described, -0) ? '-0' : String(described)
    const key = `${op} ${this.#numberOf(definition)} ${inputs} ${shape} ${op === 'broadcastTo' ? '' : text} ${node.rank0}`
    let id = this.#known.get(key)
    if (id === undefined) {
      id = this.nodes.push(node) - 1
      this.#known.set(key, id)
    }
    return id
  }
}
