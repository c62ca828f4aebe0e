import type { ElementwiseDefinition } from '../../ops/kinds/elementwise.ts'
import { type Forms, type Pool, type Sequence, SOURCE, STEP } from './sequence.ts'

/** A value as an affine function of the rounds of the loops around it: base + Σ grows[l] · round l, from the outermost. */
export interface Affine {
  readonly base: number
  readonly grows: readonly number[]
}

/** A position that is affine, or that a table gives at an affine place of its own, but for a shift. */
export interface Place extends Affine {
  readonly table?: Int32Array | undefined
  readonly shift?: number | undefined
}

/** What a step reads. */
export type Ref =
  | ({ readonly kind: 'constant'; readonly values: Float64Array; readonly isBoolean: boolean } & Affine)
  | ({ readonly kind: 'source'; readonly source: number } & Place)
  /** Earlier steps, by their numbers for each round. */
  | ({ readonly kind: 'places'; readonly numbers: Int32Array } & Affine)
  /** An earlier step, by its number. In the first round of the loop at some level it may be another value. */
  | ({ readonly kind: 'step'; readonly first?: { readonly level: number; readonly ref: Ref } | undefined } & Affine)

/** What is done with what is read: an operator, an entry of a result, or a question whose answer is known. */
export type Act =
  | { readonly kind: 'operator'; readonly definition: ElementwiseDefinition; readonly isBoolean: boolean }
  | { readonly kind: 'out'; readonly out: number; readonly at: Place }
  | { readonly kind: 'guard'; readonly expected: boolean; readonly op: string }

export class Step {
  readonly act: Act
  readonly refs: readonly Ref[]
  /** Its number, relative to the block it stands in. */
  readonly start: number
  readonly block: Block
  /** Where rounds go on with several sums in turn: which of them each goes on with. Of a sum only the last value is read by others. */
  readonly sums: Int32Array | undefined
  constructor(block: Block, start: number, act: Act, refs: readonly Ref[], sums?: Step['sums']) {
    this.block = block
    this.start = start
    this.act = act
    this.refs = refs
    this.sums = sums
  }
}

export class Loop {
  /** Rounds, as a function of the rounds around; and the most there are, for which numbers and places are kept. */
  readonly count: Affine
  readonly most: number
  readonly start: number
  readonly block: Block
  readonly body: Block
  constructor(block: Block, start: number, count: Affine, most: number) {
    this.most = most
    this.block = block
    this.start = start
    this.count = count
    this.body = new Block(this)
  }
}

/** What is done in a round, or outside all loops. */
export class Block {
  readonly loop: Loop | undefined
  readonly nodes: (Step | Loop)[] = []
  /** How many steps a round has. */
  length = 0
  constructor(loop?: Loop) {
    this.loop = loop
  }

  get level(): number {
    return this.loop === undefined ? 0 : this.loop.block.level + 1
  }

  /** The loops around, from the outermost. */
  get loops(): Loop[] {
    return this.loop === undefined ? [] : [...this.loop.block.loops, this.loop]
  }

  /** The number of the first step in round 0 of all loops around. */
  get origin(): number {
    return this.loop === undefined ? 0 : this.loop.block.origin + this.loop.start
  }

  /** The node that holds a step, by its number in the block. */
  find(number: number): Step | Loop | undefined {
    let low = 0
    let high = this.nodes.length - 1
    while (low < high) {
      const middle = (low + high + 1) >> 1
      if ((this.nodes[middle] as Step | Loop).start <= number) low = middle
      else high = middle - 1
    }
    // Results and questions count as no steps: the operator stands before those.
    while (low >= 0 && lengthOf(this.nodes[low] as Step | Loop) === 0) low--
    const node = this.nodes[low]
    return node !== undefined && number < node.start + lengthOf(node) ? node : undefined
  }
}

export function lengthOf(node: Step | Loop): number {
  return node instanceof Loop ? node.most * node.body.length : node.act.kind === 'operator' ? 1 : 0
}

/** What the keys of single steps mean. */
export interface Acts {
  /** `index` is the position among an out's entries, for those. */
  actOf(key: number, index: Place | undefined): Act
  isOut(key: number): boolean
}

/** A sequence as a tree of loops. */
export function treeOf(sequence: Sequence, pool: Pool, forms: Forms, acts: Acts): Block {
  const root = new Block()
  for (let at = 0; at < sequence.length; at++) {
    const count = sequence.countOf(at)
    const numbers = Array.from({ length: count }, (_, k) => sequence.numberOf(at, k))
    put(
      root,
      sequence.keys[at] as number,
      forms.kindsOf(sequence.kinds[at] as number, count),
      numbers,
      numbers.map(() => []),
    )
  }
  return root

  /** An element with its numbers, and what they grow by in the loops around. */
  function put(block: Block, key: number, kinds: readonly number[], numbers: readonly number[], grows: readonly (readonly number[])[]): void {
    const form = forms.formOf(key)
    const start = block.length
    if (form === undefined) {
      const affine = (k: number): Affine => ({ base: numbers[k] as number, grows: grows[k] as readonly number[] })
      const index = acts.isOut(key) ? affine(0) : undefined
      const skipped = index === undefined ? 0 : 1
      const refs = kinds.slice(skipped).map((kind, k) => refOf(kind, affine(k + skipped), block))
      const step = new Step(block, start, acts.actOf(key, index), refs)
      block.nodes.push(step)
      block.length += lengthOf(step)
      return
    }
    const loop = new Loop(block, start, { base: numbers[0] as number, grows: grows[0] as readonly number[] }, numbers[1] as number)
    block.nodes.push(loop)
    const level = block.level
    const total = form.items.reduce((sum, item) => sum + item.kinds.length, 0)
    const exceptions = new Map(form.first.map((place, k) => [place, 2 + total + k]))
    let place = 0
    for (const item of form.items) {
      const from = 2 + place
      const own = item.kinds.map((_, k) => numbers[from + k] as number)
      put(
        loop.body,
        item.key,
        item.kinds,
        own,
        item.grows.map((grow, k) => [...(grows[from + k] as readonly number[]), grow]),
      )
      item.kinds.forEach((_, k) => {
        const exception = exceptions.get(place + k)
        if (exception === undefined) return
        const step = loop.body.nodes.at(-1) as Step
        const ref = refOf(kinds[exception] as number, { base: numbers[exception] as number, grows: grows[exception] as readonly number[] }, block)
        const changed = step.refs as Ref[]
        const at = k - (item.kinds.length - changed.length)
        changed[at] = { ...(changed[at] as Ref & { kind: 'step' }), first: { level, ref } }
      })
      place += item.kinds.length
    }
    block.length += lengthOf(loop)
  }

  function refOf(kind: number, affine: Affine, block: Block): Ref {
    if (kind === STEP) return { kind: 'step', ...affine }
    if (kind >= SOURCE) return { kind: 'source', source: kind - SOURCE, ...affine }
    return constantOf(affine, block)
  }

  /** A constant, or the table of those of all rounds, in the order of rounds. */
  function constantOf({ base, grows }: Affine, block: Block): Ref {
    const counts = block.loops.map(loop => loop.most)
    const strides = new Array<number>(grows.length).fill(0)
    let size = 1
    for (let l = grows.length - 1; l >= 0; l--) {
      if (grows[l] === 0) continue
      strides[l] = size
      size *= counts[l] as number
    }
    const values = new Float64Array(size)
    let isBoolean = false
    const fill = (id: number, level: number, at: number): void => {
      let l = level
      while (l < grows.length && grows[l] === 0) l++
      if (l === grows.length) {
        const value = pool.values[id] as number | boolean
        isBoolean ||= typeof value === 'boolean'
        values[at] = Number(value)
        return
      }
      const list = id < 0 ? (pool.lists[-1 - id] as readonly number[]) : undefined
      const rounds = Math.min(counts[l] as number, list?.length ?? Number.POSITIVE_INFINITY)
      for (let r = 0; r < rounds; r++) fill(list === undefined ? id : (list[r] as number), l + 1, at + r * (strides[l] as number))
    }
    fill(base, 0, 0)
    return { kind: 'constant', values, isBoolean, base: 0, grows: strides }
  }
}

/** Whether a loop always has as many rounds. */
export function isFixed({ count, most }: Loop): boolean {
  return count.base === most && count.grows.every(grow => grow === 0)
}

export function isWithin(block: Block, outer: Block): boolean {
  return block === outer || (block.loop !== undefined && isWithin(block.loop.block, outer))
}

/** A function of rounds, as a function of others that these are functions of. */
export function compose<A extends Affine>(affine: A, at: readonly Affine[]): A {
  let { base } = affine
  const levels = Math.max(0, ...at.map(each => each.grows.length))
  const grows = new Array<number>(levels).fill(0)
  affine.grows.forEach((grow, m) => {
    const round = at[m] as Affine
    base += grow * round.base
    for (let l = 0; l < levels; l++) grows[l] = (grows[l] as number) + grow * (round.grows[l] ?? 0)
  })
  return { ...affine, base, grows }
}
