import type { ElementwiseDefinition } from '../../ops/kinds/elementwise.ts'
import { Lists, Pairs } from './interned.ts'
import { kindIn, type Sequence, STEP } from './sequence.ts'
import type { Acts } from './tree.ts'

/** Fewer steps of one kind stay single steps. */
export const FEWEST_INSTANCES = 8
/** Kinds of chains of a template that something is added in at most; what is added in more is added up in no order. */
const MOST_CHAINS = 8
/** Lines that dividing templates may always add. */
const FEW_LINES = 50
/** Times that all steps are looked at until sums are known, at most: so many in any case, and more of them as long as that is little work. */
const LOOKS = 6
const MOST_LOOKS = 100
const LOOKED_AT = 4e6

/**
 * Steps of one kind: the same operator on what is of one kind each. They do not read each other, unless they add up: then one reads
 * another of the same sum.
 */
export interface Template {
  /** Elements of the sequence, in their order. */
  readonly members: readonly number[]
  /** How many sums stand on sums below. */
  readonly stage: number
  /** Whether what they read may be of any kind: results, and what adds up. */
  readonly isOpen: boolean
}

/** The elements of a sequence, as far as they read each other. */
export class Elements {
  readonly sequence: Sequence
  readonly acts: Acts
  /** The element that is a step, by the step's number. */
  readonly #of: Int32Array

  constructor(sequence: Sequence, acts: Acts) {
    this.sequence = sequence
    this.acts = acts
    this.#of = new Int32Array(sequence.starts[sequence.length] as number)
    for (let at = 0; at < sequence.length; at++) if (this.isStep(at)) this.#of[sequence.starts[at] as number] = at
  }

  /** Whether it is an operator; others are results and questions. */
  isStep(at: number): boolean {
    return this.sequence.starts[at] !== this.sequence.starts[at + 1]
  }

  isOut(at: number): boolean {
    return this.acts.isOut(this.sequence.keys[at] as number)
  }

  /** The operator of a step. */
  definitionOf(at: number): ElementwiseDefinition | undefined {
    const act = this.isStep(at) ? this.acts.actOf(this.sequence.keys[at] as number, undefined) : undefined
    return act?.kind === 'operator' ? act.definition : undefined
  }

  kindOf(at: number, operand: number): number {
    return kindIn(this.sequence.kinds[at] as number, operand)
  }

  /** The element that an operand is, or −1 where it is none. */
  operandOf(at: number, operand: number): number {
    if (this.kindOf(at, operand) !== STEP) return -1
    return this.#of[this.sequence.numberOf(at, operand)] as number
  }
}

/**
 * The kinds of steps of a sequence in which the same few expressions stand many times, in no order; those first that others read. What
 * is added up in chains that are all different (a total, the adjoint of an entry that many read) is of one kind for each level of such
 * sums. Undefined where they stand on each other in too many levels.
 */
export function templatesOf(elements: Elements): { templates: Template[]; chainOf: Int32Array } | undefined {
  const colours = new Colours(elements)
  return colours.look() ? { templates: divided(elements, colours), chainOf: colours.chainOf } : undefined
}

/** Colours: steps of one colour are the same expression, up to sums. */
class Colours {
  readonly #elements: Elements
  /** For each element the chain that it is in, or −1, and the element before it there. */
  readonly chainOf: Int32Array
  readonly #before: Int32Array
  /** Keys, in which what adds and what subtracts are one: both go on with a sum. */
  readonly #families: Int32Array
  /** For each chain whether it is a sum. */
  readonly #sums: boolean[] = []
  readonly #colours: Int32Array
  readonly stages: Int32Array
  /** How deep a step stands above those that come before its stage. */
  readonly ranks: Int32Array

  constructor(elements: Elements) {
    const { length, keys } = elements.sequence
    this.#elements = elements
    this.#colours = new Int32Array(length)
    this.stages = new Int32Array(length)
    this.ranks = new Int32Array(length)
    this.chainOf = new Int32Array(length).fill(-1)
    this.#before = new Int32Array(length).fill(-1)
    this.#families = keys.slice(0, length)
    const uses = new Int32Array(length)
    for (let at = 0; at < length; at++) if (elements.definitionOf(at)?.adds !== undefined) this.#families[at] = ADDS
    this.#reads((_, operand) => {
      uses[operand] = (uses[operand] as number) + 1
    })
    this.#reads((at, operand, k) => {
      const isNext = this.#families[at] === this.#families[operand] && uses[operand] === 1 && elements.sequence.countOf(at) === 2
      if (!isNext || (this.#before[at] as number) >= 0 || (k === 1 && elements.definitionOf(at)?.adds === -1)) return
      if ((this.chainOf[operand] as number) < 0) this.chainOf[operand] = this.#sums.push(false) - 1
      this.chainOf[at] = this.chainOf[operand] as number
      this.#before[at] = operand
    })
  }

  /** All elements with each element that they read. */
  #reads(look: (at: number, operand: number, k: number) => void): void {
    const { sequence } = this.#elements
    for (let at = 0; at < sequence.length; at++) {
      const count = sequence.countOf(at)
      for (let k = 0; k < count; k++) {
        const operand = this.#elements.operandOf(at, k)
        if (operand >= 0) look(at, operand, k)
      }
    }
  }

  /** Whether what an element reads may be of any kind. */
  isOpen(at: number): boolean {
    const chain = this.chainOf[at] as number
    return (chain >= 0 && (this.#sums[chain] as boolean)) || this.#elements.isOut(at)
  }

  /** Finds out what is a sum; false where that does not end. */
  look(): boolean {
    const most = Math.min(MOST_LOOKS, Math.max(LOOKS, LOOKED_AT / this.chainOf.length))
    for (let times = 0; times < most; times++) if (!this.#takeSums(this.#paint())) return true
    return false
  }

  /** Colours all; for each chain what is added up in it. */
  #paint(): Int32Array {
    const { sequence } = this.#elements
    const { length, kinds } = sequence
    const lists = new Lists()
    const added = new Int32Array(this.#sums.length)
    for (let at = 0; at < length; at++) {
      const count = sequence.countOf(at)
      const isOpen = this.isOpen(at)
      const before = this.#before[at] as number
      const chain = this.chainOf[at] as number
      const key = isOpen ? OPEN + (this.#families[at] as number) : (sequence.keys[at] as number)
      let colour = lists.start(kinds[at] as number, key)
      let terms = chain < 0 || before < 0 ? colour : lists.with(added[chain] as number, colour)
      let stage = isOpen ? 1 : 0
      for (let k = 0; k < count; k++) {
        const operand = this.#elements.operandOf(at, k)
        if (operand < 0) continue
        // The first of a sum, which begins it, is another template than those that go on with it.
        const above = isOpen && (operand !== before || kinds[operand] !== kinds[at] || (this.#before[operand] as number) < 0) ? 1 : 0
        stage = Math.max(stage, (this.stages[operand] as number) + above)
        if (operand !== before) terms = lists.with(terms, this.#colours[operand] as number)
        if (!isOpen) colour = lists.with(colour, this.#colours[operand] as number)
      }
      if (this.#elements.isOut(at)) stage = LAST
      if (isOpen) colour = lists.with(colour, stage)
      if (chain >= 0) added[chain] = terms
      this.#colours[at] = colour
      this.stages[at] = stage
      this.ranks[at] = 0
      if (!isOpen)
        for (let k = 0; k < count; k++) {
          const operand = this.#elements.operandOf(at, k)
          if (operand >= 0 && this.stages[operand] === stage && !this.isOpen(operand))
            this.ranks[at] = Math.max(this.ranks[at] as number, (this.ranks[operand] as number) + 1)
        }
    }
    return added
  }

  /** Takes chains for sums that are like few others, or add what many others add, those first that stand on no such chain. Whether there were any. */
  #takeSums(added: Int32Array): boolean {
    const times = new Map<number, number>()
    for (const terms of added) times.set(terms, (times.get(terms) ?? 0) + 1)
    const isRare = Array.from(added, (terms, chain) => !this.#sums[chain] && (times.get(terms) as number) < FEWEST_INSTANCES)
    const isVarious = this.#addedVariously(added, this.#above(isRare))
    const isSum = isRare.map((rare, chain) => rare || (!this.#sums[chain] && isVarious[chain] === 1))
    const above = this.#above(isSum)
    let found = false
    isSum.forEach((sum, chain) => {
      if (!sum || above[chain] === 1) return
      this.#sums[chain] = true
      found = true
    })
    return found
  }

  /** Which chains stand on some of those given. */
  #above(of: readonly boolean[]): Uint8Array {
    const stands = new Uint8Array(this.chainOf.length)
    const above = new Uint8Array(of.length)
    this.#reads((at, operand) => {
      const chain = this.chainOf[operand] as number
      const own = this.chainOf[at] as number
      if (stands[operand] === 0 && (this.#before[at] === operand || !of[chain])) return
      stands[at] = 1
      if (own >= 0) above[own] = 1
    })
    return above
  }

  /** Which chains add something that stands in many chains, none like the others. */
  #addedVariously(added: Int32Array, above: Uint8Array): Uint8Array {
    const pairs = new Pairs(2 ** 26)
    /** For each colour in how many kinds of chains it is added. */
    const kinds = new Map<number, number>()
    const each = (look: (chain: number, colour: number) => void) =>
      this.#reads((at, operand) => {
        const chain = this.chainOf[at] as number
        if (chain >= 0 && above[chain] === 0 && this.#before[at] !== operand) look(chain, this.#colours[operand] as number)
      })
    each((chain, colour) => {
      const { count } = pairs
      pairs.of(colour, added[chain] as number)
      if (pairs.count > count) kinds.set(colour, (kinds.get(colour) ?? 0) + 1)
    })
    const isVarious = new Uint8Array(added.length)
    each((chain, colour) => {
      if ((kinds.get(colour) as number) > MOST_CHAINS) isVarious[chain] = 1
    })
    return isVarious
  }

  /** Elements by what they are. */
  classes(): Int32Array {
    return this.#colours.slice()
  }
}

/** The stage of results. */
const LAST = 1 << 20
/** What keys grow by where operands may be of any kind. */
const OPEN = 1 << 20
/** The key of what adds or subtracts. */
const ADDS = 1 << 19

/** Templates by colours, divided where one of them reads, one for one, a part of another. */
function divided(elements: Elements, colours: Colours): Template[] {
  const { sequence } = elements
  const { stages, ranks } = colours
  const order = ([a = 0]: readonly number[], [b = 0]: readonly number[]) =>
    (stages[a] as number) - (stages[b] as number) || Number(colours.isOpen(b)) - Number(colours.isOpen(a)) || (ranks[a] as number) - (ranks[b] as number)
  let classes = colours.classes()
  let groups = groupsOf(classes)
  for (;;) {
    const labels = labelled(elements, colours, groups.sort(order))
    const next = new Int32Array(sequence.length)
    const lists = new Lists()
    for (let at = 0; at < sequence.length; at++) {
      let own = lists.start(classes[at] as number, labels[at] as number)
      const count = colours.isOpen(at) ? 0 : sequence.countOf(at)
      for (let k = 0; k < count; k++) {
        const operand = elements.operandOf(at, k)
        if (operand >= 0) own = lists.with(own, next[operand] as number)
      }
      next[at] = own
    }
    const parts = groupsOf(next)
    // Where parts are read by parts without end nothing is won: each becomes a step by itself.
    if (parts.length === groups.length || linesOf(parts) > 2 * linesOf(groups) + FEW_LINES) break
    classes = next
    groups = parts
  }
  return groups.sort(order).map(members => ({ members, stage: stages[members[0] as number] as number, isOpen: colours.isOpen(members[0] as number) }))
}

/** How many lines templates become: those of few members one for each. */
function linesOf(groups: readonly (readonly number[])[]): number {
  return groups.reduce((sum, { length }) => sum + (length < FEWEST_INSTANCES ? length : 1), 0)
}

/** For each element a number for the templates that read it, as far as those read no element twice. */
function labelled(elements: Elements, colours: Colours, groups: readonly (readonly number[])[]): Int32Array {
  const { sequence } = elements
  const labels = new Int32Array(sequence.length)
  const seen = new Int32Array(sequence.length)
  const lists = new Lists()
  let looks = 0
  // What reads its members divides a group before it is asked what they read.
  for (const group of groups.toReversed())
    for (const own of groupsOf(labels, group)) {
      const [first] = own as [number]
      if (own.length < FEWEST_INSTANCES || colours.isOpen(first)) continue
      const count = sequence.countOf(first)
      for (let k = 0; k < count; k++) {
        if (elements.kindOf(first, k) !== STEP) continue
        looks++
        const isOnce = own.every(at => {
          const operand = elements.operandOf(at, k)
          if (seen[operand] === looks || colours.isOpen(operand)) return false
          seen[operand] = looks
          return true
        })
        if (!isOnce) continue
        for (const at of own) {
          const operand = elements.operandOf(at, k)
          labels[operand] = 1 + lists.start(3 * first + k, labels[operand] as number)
        }
      }
    }
  return labels
}

/** Positions by what stands there. */
function groupsOf(classes: Int32Array, of: Iterable<number> = classes.keys()): number[][] {
  const groups = new Map<number, number[]>()
  for (const at of of) {
    const group = groups.get(classes[at] as number)
    if (group === undefined) groups.set(classes[at] as number, [at])
    else group.push(at)
  }
  return [...groups.values()]
}
