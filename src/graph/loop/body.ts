import type { Definition } from '../../core/definition.ts'
import { answering, atLevel, isBatched } from '../../core/dispatch.ts'
import { sizeOfShape } from '../../core/shape.ts'
import { isNumericTypedArray, Tensor } from '../../core/tensor.ts'
import { type Arena, beginRunning, endRunning, isTraced, Traced, TracedTensor } from '../../core/traced.ts'
import { checkSynchronous, mapTree } from '../../core/tree.ts'
import type { Value } from '../../core/types.ts'
import { where } from '../../ops/selection.ts'
import { Tracing } from '../tracing.ts'
import type { LoopParams } from './parts.ts'

/** Thrown and caught inside: a program that cannot be one loop is run round by round. */
export class NotALoop extends Error {}

/** The same for a state that has another structure after a round than before it, which may be so in the first one only. */
export class Unstable extends NotALoop {}

/** Ways through a body that are joined by `where`, at most. */
const MOST_PATHS = 16

/**
 * The tracing of a part of a program whose surroundings are themselves traced or differentiated: what it uses of them are
 * further inputs.
 */
export class BodyTracing extends Tracing {
  override readonly asksAgain = false
  /** Values of the surroundings, in the order in which they became inputs, and those inputs. */
  readonly captured: Value[] = []
  readonly capturedInputs: number[] = []
  /** How a loop that ends by its values is one step here, from its operands to its last state and number of rounds. If left out, none is. */
  endless?: (params: LoopParams, operands: readonly Value[]) => Value
  readonly #known = new Map<Arena, Map<unknown, number>>()
  /** The answers on the way that is being walked. */
  #answers: { node: number; answer: boolean }[] | undefined
  #asked = 0

  constructor() {
    super()
    beginRunning(this.level)
  }

  override close(): void {
    endRunning(this.level)
    super.close()
  }

  /** The plain value behind one of the surroundings; of a batch the first item. */
  static exampleBehind(x: Traced | TracedTensor): Value {
    let current: Value = x
    while (isTraced(current)) current = current.arena.owner.primal(current)
    if (!(current instanceof Tensor)) return current
    if (x instanceof Traced) return current.dtype === 'bool' ? current.data[0] !== 0 : (current.data[0] as number)
    if (current.shape.length === x.shape.length) return current
    return new Tensor(current.data.subarray(0, sizeOfShape(x.shape)), x.shape, current.dtype)
  }

  protected override foreign(x: Traced | TracedTensor): number {
    const ofArena = this.#known.get(x.arena) ?? new Map<unknown, number>()
    this.#known.set(x.arena, ofArena)
    const key = x instanceof TracedTensor ? x.box : x.index
    const known = ofArena.get(key)
    if (known !== undefined) return known
    const id = this.idOf(this.input(BodyTracing.exampleBehind(x)))
    this.inputs.pop()
    ofArena.set(key, id)
    this.captured.push(x)
    this.capturedInputs.push(id)
    return id
  }

  override ask(definition: Definition, operands: readonly Value[]): boolean {
    const node = this.add(
      definition,
      operands.map(each => this.idOf(each)),
      undefined,
    )
    const constant = this.constantOf(node)
    if (constant !== undefined || this.#answers === undefined) return Boolean(this.example(node))
    const before = this.#answers.slice(0, this.#asked).find(each => each.node === node)
    if (before !== undefined) return before.answer
    // A way with so many questions is one of more ways; a native loop that asks in each round would have no end on it.
    if (this.#asked === MOST_PATHS) throw new NotALoop()
    this.#answers[this.#asked] ??= { node, answer: true }
    return (this.#answers[this.#asked++] as { answer: boolean }).answer
  }

  /** What a program gives, leaf by leaf, whatever the answers to its questions: where ways differ, joined by `where`. */
  joined(run: () => { tree: unknown; leaves: readonly Value[] }): { tree: unknown; leaves: readonly Value[] } {
    const ways: { answers: { node: number; answer: boolean }[]; tree: unknown; leaves: readonly Value[] }[] = []
    this.#answers = []
    do {
      if (ways.length === MOST_PATHS) throw new NotALoop()
      this.#asked = 0
      // What all items of a batch have in common has one answer; a question about what they have not is one of the body.
      const { tree, leaves } = answering((definition, operands) => (operands.some(isBatched) ? this.ask(definition, operands) : undefined), run)
      ways.push({ answers: this.#answers.slice(0, this.#asked), tree, leaves })
      this.#answers.length = this.#asked
      while (this.#answers.at(-1)?.answer === false) this.#answers.pop()
      const last = this.#answers.at(-1)
      if (last !== undefined) this.#answers[this.#answers.length - 1] = { ...last, answer: false }
    } while (this.#answers.length > 0)
    this.#answers = undefined
    const [{ tree, leaves: first }] = ways as [(typeof ways)[number]]
    if (ways.some(way => !sameTree(way.tree, tree) || way.leaves.some((leaf, i) => !this.sameKind(leaf, first[i] as Value)))) throw new NotALoop()
    const join = (depth: number, from: number, to: number): readonly Value[] => {
      const way = ways[from] as (typeof ways)[number]
      if (to - from === 1) return way.leaves
      const { node } = way.answers[depth] as { node: number }
      let middle = from
      while (ways[middle]?.answers[depth]?.answer === true) middle++
      const [yes, no] = [join(depth + 1, from, middle), join(depth + 1, middle, to)]
      return yes.map((leaf, i) => {
        const [a, b] = [this.idOf(leaf), this.idOf(no[i] as Value)]
        return a === b ? leaf : this.apply(where.definition, [this.handle(node), this.handle(a), this.handle(b)], undefined)
      })
    }
    return { tree, leaves: join(0, 0, ways.length) }
  }

  sameKind(a: Value, b: Value): boolean {
    const [x, y] = [a, b].map(each => this.example(this.idOf(each)))
    if (!(x instanceof Tensor)) return typeof x === typeof y
    // Examples are doubles; the values know their dtype.
    return y instanceof Tensor && x.shape.join() === y.shape.join() && (a as Tensor).dtype === (b as Tensor).dtype
  }

  /** A result as a tree of positions in the list of its leaves. */
  take(result: unknown): { tree: unknown; leaves: Value[] } {
    checkSynchronous('loop', result)
    const leaves: Value[] = []
    const tree = positionsOf(result, leaf => leaves.push(atLevel(leaf, this.level)) - 1)
    return { tree, leaves }
  }
}

/** A tree with what `add` gives for each leaf; nothing is a tree, too. */
export function positionsOf(tree: unknown, add: (leaf: Value) => number): unknown {
  if (tree === undefined || tree === null) return tree
  return mapTree(tree, 'loop', leaf => {
    if (isNumericTypedArray(leaf)) throw new NotALoop()
    return add(leaf as Value)
  })
}

/** A tree of positions with the values there. */
export function fillTree(tree: unknown, at: (position: number) => unknown): unknown {
  if (typeof tree === 'number') return at(tree)
  if (Array.isArray(tree)) return tree.map(each => fillTree(each, at))
  if (typeof tree !== 'object' || tree === null) return tree
  return Object.fromEntries(Object.entries(tree).map(([key, each]) => [key, fillTree(each, at)]))
}

export function sameTree(a: unknown, b: unknown): boolean {
  return JSON.stringify(a) === JSON.stringify(b)
}
