import type { Definition } from '../core/definition.ts'
import { DualtapeError } from '../core/errors.ts'
import { sameShape } from '../core/shape.ts'
import { isTraced } from '../core/traced.ts'
import { secondPartials } from '../ops/generated-second.ts'
import { CheckpointNode } from '../reverse/checkpoint.ts'
import { AssembleNode, LeafNode, MapNode, type TapeNode, UnpackNode } from '../reverse/nodes.ts'
import { giveBuffers } from '../reverse/pool.ts'
import type { Recording } from '../reverse/sweep.ts'
import { ruleOf } from './detect.ts'
import { copyOf, sameData } from './kept.ts'
import { sameIntegers } from './pattern.ts'
import { type Call, GradientCall } from './second-order/gradient-call.ts'

/** What a plan must find again in a later call: a copy of the graph that was recorded, without its numbers. */
export class Structure {
  readonly #sources: Int32Array
  /** The operators of rows, where second partials follow from them. */
  readonly #codes: Int16Array | undefined
  readonly #inputs: readonly number[]
  readonly #outputs: readonly number[]
  readonly #nodes: readonly NodeStructure[]

  private constructor({ recording: { sources, codes, count, nodes }, inputs, outputs }: Ends, following: readonly Definition[] | undefined, second = false) {
    this.#sources = sources.slice(0, 2 * count)
    this.#codes = second ? codes.slice(0, count) : undefined
    this.#inputs = inputs.slice()
    this.#outputs = outputs.slice()
    this.#nodes = nodes.map(node => structureOfNode(node, following))
  }

  /**
   * The structure of a call. With `inside`, where the pattern was found on the way through them, also that of what checkpoints
   * dropped and of rules that operators were followed through.
   */
  static of(call: Call, inside: boolean): Structure {
    return new Structure(call, inside ? [] : undefined, call instanceof GradientCall)
  }

  /** Whether a call has this structure: every row, every node and every parameter, operators by who they are. */
  fits(call: Call): boolean {
    if (this.#codes === undefined) return !(call instanceof GradientCall) && this.#fits(call, [])
    return call instanceof GradientCall && this.#fits(call, []) && sameIntegers(this.#codes, call.recording.codes, this.#codes.length)
  }

  #fits({ recording: { sources, count, nodes }, inputs, outputs }: Ends, following: readonly Definition[]): boolean {
    return (
      2 * count === this.#sources.length &&
      nodes.length === this.#nodes.length &&
      sameList(inputs, this.#inputs) &&
      sameList(outputs, this.#outputs) &&
      sameIntegers(this.#sources, sources, 2 * count) &&
      this.#nodes.every((kept, i) => this.#nodeFits(kept, nodes[i] as TapeNode, following))
    )
  }

  #nodeFits(kept: NodeStructure, node: TapeNode, following: readonly Definition[]): boolean {
    if (kept.kind !== kindOf(node)) return false
    if (node instanceof MapNode) {
      const { definition, params, inputs, shapes, outShape } = node.application
      return (
        definition === kept.definition &&
        sameList(inputs, kept.inputs) &&
        sameShape(outShape, kept.shapes.at(-1) ?? []) &&
        shapes.every((shape, i) => sameShape(shape, kept.shapes[i] ?? [])) &&
        sameData(params, kept.params) &&
        (kept.inside === undefined || this.#insideFits(kept.inside, ruleEnds(node, following), [...following, definition]))
      )
    }
    if (node instanceof CheckpointNode) {
      return (
        sameList(node.inputs, kept.inputs) &&
        sameList(node.outputs, kept.params as readonly number[]) &&
        (kept.inside === undefined || withRecorded(node, ends => this.#insideFits(kept.inside as Structure, ends, following)))
      )
    }
    return sameList(listOf(node), kept.inputs)
  }

  #insideFits(kept: Structure, ends: Ends | undefined, following: readonly Definition[]): boolean {
    return ends !== undefined && kept.#fits(ends, following)
  }

  static inside(ends: Ends, following: readonly Definition[]): Structure {
    return new Structure(ends, following)
  }
}

/** A recording with the references of its inputs and outputs. */
interface Ends {
  recording: Recording
  inputs: readonly number[]
  outputs: readonly number[]
}

/** A node's part of a structure: which fields mean what depends on its kind. */
interface NodeStructure {
  kind: string
  inputs: readonly number[]
  definition?: Definition
  params?: unknown
  /** Shapes of the operands, then of the result. */
  shapes: readonly (readonly number[])[]
  inside?: Structure | undefined
}

function structureOfNode(node: TapeNode, following: readonly Definition[] | undefined): NodeStructure {
  const kind = kindOf(node)
  if (node instanceof MapNode) {
    const { definition, params, inputs, shapes, outShape } = node.application
    const rule = following && ruleEnds(node, following)
    const inside = rule && Structure.inside(rule, [...(following ?? []), definition])
    return { kind, definition, inputs, params: copyOf(params), shapes: [...shapes, outShape], inside }
  }
  if (node instanceof CheckpointNode) {
    const inside = following && withRecorded(node, ends => Structure.inside(ends, following))
    return { kind, inputs: node.inputs, params: node.outputs, shapes: [], inside }
  }
  return { kind, inputs: listOf(node), shapes: [] }
}

function kindOf(node: TapeNode): string {
  for (const [kind, Node] of KINDS) if (node instanceof Node) return kind
  throw new DualtapeError('A tape holds a step of a kind that the planner does not know.')
}

const KINDS = [
  ['map', MapNode],
  ['assemble', AssembleNode],
  ['unpack', UnpackNode],
  ['checkpoint', CheckpointNode],
  ['leaf', LeafNode],
] as const

function listOf(node: TapeNode): readonly number[] {
  if (node instanceof AssembleNode) return node.rows as unknown as readonly number[]
  return node instanceof UnpackNode ? [node.input, node.start, node.length] : []
}

function ruleEnds(node: MapNode, following: readonly Definition[]): Ends | undefined {
  const rule = ruleOf(node, following)
  return rule && { recording: rule.recording, inputs: rule.inputs, outputs: [rule.output] }
}

function withRecorded<R>(node: CheckpointNode, use: (ends: Ends) => R): R {
  const recorded = node.recorded()
  try {
    return use(recorded)
  } finally {
    giveBuffers(recorded.recording)
  }
}

function sameList(a: ArrayLike<number>, b: ArrayLike<number>): boolean {
  if (a.length !== b.length) return false
  for (let i = 0; i < a.length; i++) if (a[i] !== b[i]) return false
  return true
}

/**
 * The numbers that the derivative of an affine function is made of, as a copy to be compared with those of a later call.
 * Undefined where they are not numbers, or not all to be seen: those of a graph or of another transform, and what an operator
 * of a user's reads beside its operands.
 */
export class Coefficients {
  readonly #partials: Float64Array
  readonly #constants: readonly unknown[]

  private constructor(partials: Float64Array, constants: readonly unknown[]) {
    this.#partials = partials
    this.#constants = constants
  }

  static of({ recording }: Call): Coefficients | undefined {
    const { partials, count, nodes, graph, affine } = recording
    if (!affine || graph !== undefined || nodes.some(hidesNumbers)) return undefined
    return new Coefficients(
      partials.slice(0, 2 * count),
      constantsOf(nodes).map(each => copyOf(each)),
    )
  }

  /** Whether a call of the same structure has these numbers, exactly. */
  fit(call: Call): boolean {
    const { recording } = call
    const { sources, partials, codes, count, nodes, graph, affine } = recording
    if (!affine || graph !== undefined || nodes.some(hidesNumbers)) return false
    for (let k = 2; k < 2 * count; k++) {
      // The partials of a product are its operands, on which second derivatives of a quadratic function do not depend.
      if ((sources[k] as number) <= 0 || (call instanceof GradientCall && secondPartials[codes[k >> 1] as number] !== undefined)) continue
      if (!Object.is(partials[k], this.#partials[k])) return false
    }
    const constants = constantsOf(nodes)
    return constants.length === this.#constants.length && constants.every((each, i) => sameData(each, this.#constants[i]))
  }
}

function hidesNumbers(node: TapeNode): boolean {
  return node instanceof MapNode && (node.application.definition.ofUser === true || node.primals.some(isTraced))
}

/** The operands that are not on the tape. */
function constantsOf(nodes: readonly TapeNode[]): unknown[] {
  return nodes.flatMap(node => (node instanceof MapNode ? node.primals.filter((_, i) => node.application.inputs[i] === 0) : []))
}
