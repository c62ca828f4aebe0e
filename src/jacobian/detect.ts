import type { Definition } from '../core/definition.ts'
import { DualtapeError } from '../core/errors.ts'
import { sizeOfShape } from '../core/shape.ts'
import { CheckpointNode } from '../reverse/checkpoint.ts'
import { AssembleNode, LeafNode, MapNode, UnpackNode } from '../reverse/nodes.ts'
import { giveBuffers } from '../reverse/pool.ts'
import type { Recording } from '../reverse/sweep.ts'
import { BitSets } from './bit-sets.ts'
import { type Constants, NO_CONSTANTS } from './constants.ts'
import { type DependencySets, IndexSets } from './index-sets.ts'
import { PatternBuilder, type SparsityPattern } from './pattern.ts'
import type { Slots } from './slots.ts'

/** With up to this many inputs sets are kept as bits. */
const MOST_BITS = 512

/**
 * The pattern of a recorded function: sets of inputs are carried along the tape instead of numbers. It is structure, not
 * values: an entry that happens to be 0 here is in it, but for what is 0 by constants, as long as they are what they are: these
 * are noted in `constants`, and not looked at without it. Undefined where reading it would take more than `budget` steps: the
 * Jacobian is then as good as dense.
 */
export function detectPattern(recording: Recording, inputs: Slots, outputs: Slots, budget: number, constants?: Constants): SparsityPattern | undefined {
  const sets = inputs.size <= MOST_BITS ? new BitSets(inputs.size) : new IndexSets(inputs.size)
  const carried = new CarriedSets(recording, sets, [], constants)
  for (let j = 0; j < inputs.size; j++) carried.set(inputs.references[j] as number, inputs.positions[j] as number, j + 1, inputs.sizeAt(j))
  carried.run()
  const rows = new PatternBuilder(outputs.size, inputs.size)
  const known = new Map<number, Int32Array>()
  for (let i = 0; i < outputs.size; i++) {
    const set = carried.get(outputs.references[i] as number, outputs.positions[i] as number)
    let members = known.get(set)
    if (members === undefined) {
      members = sets.members(set)
      if (members.length > 4) known.set(set, members)
    }
    rows.add(members)
    if (sets.work + rows.nonzeros > budget) return undefined
  }
  return rows.pattern()
}

/** The set that belongs to each row of a recording, and to each entry of what a node gives. */
class CarriedSets {
  readonly #recording: Recording
  readonly #sets: DependencySets
  readonly #rows: Int32Array
  readonly #nodes: (Int32Array | undefined)[]
  /** The operators whose rules are being followed: a rule that leads back to its operator tells nothing. */
  readonly #following: readonly Definition[]
  readonly #constants: Constants | undefined

  constructor(recording: Recording, sets: DependencySets, following: readonly Definition[] = [], constants?: Constants) {
    this.#recording = recording
    this.#sets = sets
    this.#rows = new Int32Array(recording.count)
    this.#nodes = new Array(recording.nodes.length)
    this.#following = following
    this.#constants = constants
  }

  get(reference: number, position: number): number {
    if (reference >= 0) return reference === 0 ? 0 : (this.#rows[reference] as number)
    return this.#nodes[-1 - reference]?.[position] ?? 0
  }

  set(reference: number, position: number, set: number, size: number): void {
    if (reference > 0) this.#rows[reference] = set
    if (reference >= 0) return
    const node = this.#nodes[-1 - reference] ?? new Int32Array(size)
    this.#nodes[-1 - reference] = node
    node[position] = set
  }

  /** All sets of a scalar or tensor; undefined where it depends on nothing. */
  all(reference: number): Int32Array | undefined {
    if (reference < 0) return this.#nodes[-1 - reference]
    return reference === 0 ? undefined : Int32Array.of(this.#rows[reference] as number)
  }

  run(): void {
    const { sources, count, nodes } = this.#recording
    for (let row = 1; row < count; row++) {
      const a = sources[2 * row] as number
      if (a < 0) {
        const node = nodes[-1 - a]
        if (node instanceof MapNode) this.#apply(node, -1 - a)
        else if (node instanceof AssembleNode) this.#nodes[-1 - node.output] = node.rows.map(each => this.#rows[each] as number)
        else if (node instanceof CheckpointNode) this.#follow(node)
        else if (node instanceof UnpackNode) {
          for (let i = 0; i < node.length; i++) this.#rows[node.row + 1 + i] = this.get(node.input, node.start + i)
        } else if (!(node instanceof LeafNode)) throw new DualtapeError('A tape holds a step of a kind that the planner does not know.')
      } else if (a > 0 && this.#constants?.absorbs(this.#recording, row) !== true) {
        this.#rows[row] = this.#sets.union(this.#rows[a] as number, this.#rows[sources[2 * row + 1] as number] as number)
      }
    }
  }

  #apply(node: MapNode, at: number): void {
    const { definition, params, inputs, shapes, outShape } = node.application
    const given = inputs.map(input => this.all(input))
    const result =
      definition.pattern?.(given, shapes, outShape, params, this.#sets, this.#constants?.of(this.#recording, at) ?? NO_CONSTANTS) ?? this.#byRule(node, given)
    if (node.output > 0) this.#rows[node.output] = result[0] as number
    else this.#nodes[-1 - node.output] = result
  }

  /** Through what a checkpoint dropped, recorded again. */
  #follow(node: CheckpointNode): void {
    const { recording, inputs, outputs } = node.recorded()
    const inner = new CarriedSets(recording, this.#sets, this.#following)
    const carry = (from: CarriedSets, source: number, to: CarriedSets, target: number) => {
      const sets = from.all(source)
      sets?.forEach((set, i) => {
        to.set(target, i, set, sets.length)
      })
    }
    node.inputs.forEach((input, i) => {
      carry(this, input, inner, inputs[i] as number)
    })
    inner.run()
    node.outputs.forEach((output, i) => {
      carry(inner, outputs[i] as number, this, output)
    })
    giveBuffers(recording)
  }

  /** The structure of an operator that states none: that of its own rule, or all on all. */
  #byRule(node: MapNode, given: readonly (Int32Array | undefined)[]): Int32Array {
    const { definition, outShape, shapes } = node.application
    const rule = ruleOf(node, this.#following)
    if (rule !== undefined) {
      const { recording, inputs, output } = rule
      const inner = new CarriedSets(recording, this.#sets, [...this.#following, definition])
      inputs.forEach((input, k) => {
        given[k]?.forEach((set, i) => {
          inner.set(input, i, set, sizeOfShape(shapes[k] ?? []))
        })
      })
      inner.run()
      return inner.all(output) ?? new Int32Array(sizeOfShape(outShape))
    }
    let union = 0
    for (const sets of given) for (const set of sets ?? []) union = this.#sets.union(union, set)
    return new Int32Array(sizeOfShape(outShape)).fill(union)
  }
}

/**
 * The rule that tells the structure of an operator which states none; undefined where all entries are taken to depend on all,
 * as those of an operator whose rule leads back to itself.
 */
export function ruleOf(node: MapNode, following: readonly Definition[]) {
  const { definition } = node.application
  if (definition.pattern !== undefined || definition.kind !== 'custom' || following.includes(definition)) return undefined
  const rule = node.transposedPush()
  return rule.recording.nodes.some(each => each instanceof MapNode && each.application.definition === definition) ? undefined : rule
}
