import { DualtapeError } from '../../core/errors.ts'
import type { ElementwiseDefinition } from '../../ops/kinds/elementwise.ts'
import { type Found, locate, type Piece, piecesOf } from './locate.ts'
import { Memory } from './memory.ts'
import type { Carried, Line, Local, Operand, Program } from './program.ts'
import { type Act, type Affine, type Block, compose, isFixed, isWithin, Loop, type Place, type Ref, Step } from './tree.ts'

/** Rounds back that are kept in variables. */
const MOST_BACK = 4
/** Operations that are computed once more rather than stored and read. */
const MOST_AGAIN = 16
/** The part of a loop's rounds that must be results, for the loop to put them in place. */
const LEAST_PART = 0.5

type StepRef = Ref & { kind: 'step' }
type Compute = { kind: 'compute'; local: Local; definition: ElementwiseDefinition; operands: Operand[]; store: Place | undefined }

/** A tree of loops as a program: what is read from the same round or the one before is a variable, the rest is kept in memory. */
export class Lowering {
  readonly #root: Block
  readonly #computes = new Map<Step, Compute>()
  readonly #carried = new Map<Loop, (Carried & { key: string })[]>()
  /** Steps of other loops that are computed once more, at the beginning of a round. */
  readonly #again = new Map<Block, Map<string, Compute>>()
  /** Reads of a block that take too much to be computed again. */
  readonly #stored = new Map<Block, Set<string>>()
  /** What reads were found to be: asked again by all that may be computed again. */
  readonly #found = new Map<Block, Map<string, Found | undefined>>()
  /** Lines behind a step: what it is a result of. */
  readonly #after = new Map<Step, Line[]>()
  readonly #acts = new Map<Step, Line>()
  readonly #waiting: (() => void)[] = []
  readonly #memory: Memory
  #locals = 0

  constructor(root: Block) {
    this.#root = root
    this.#memory = new Memory(root, step => this.#compute(step).local)
  }

  program(outs: readonly number[], steps: number): Program {
    const acts: Step[] = []
    const visit = (block: Block): void => {
      for (const node of block.nodes) {
        if (node instanceof Loop) visit(node.body)
        else if (node.act.kind !== 'operator') acts.push(node)
      }
    }
    visit(this.#root)
    for (const step of acts) if (step.act.kind !== 'out' || !this.#sink(step)) this.#act(step)
    for (;;) {
      const next = this.#waiting.pop()
      if (next === undefined) break
      next()
    }
    const memory = this.#memory.lay()
    let operations = 0
    const lines = this.#lines(this.#root, () => void operations++)
    return { lines, memory, outs, operations, steps }
  }

  #act(step: Step): void {
    const [ref] = step.refs as [Ref]
    this.#waiting.push(() => {
      const value = this.#operand(ref, step.block)
      const { act } = step
      if (act.kind === 'out') this.#acts.set(step, { kind: 'put', out: act.out, at: act.at, value, only: [] })
      else if (act.kind === 'guard') this.#acts.set(step, { kind: 'ask', value, expected: act.expected, op: act.op })
    })
  }

  #newLocal(isBoolean: boolean): Local {
    return { id: this.#locals++, isBoolean }
  }

  /** The line that computes a step, whose operands are found later. */
  #compute(step: Step): Compute {
    const known = this.#computes.get(step)
    if (known !== undefined) return known
    const { definition, isBoolean } = operatorOf(step)
    const compute: Compute = { kind: 'compute', local: this.#newLocal(isBoolean), definition, operands: [], store: undefined }
    this.#computes.set(step, compute)
    this.#waiting.push(() => {
      compute.operands.push(...step.refs.map(ref => this.#operand(ref, step.block, step)))
    })
    return compute
  }

  #operand(ref: Ref, block: Block, reader?: Step): Operand {
    if (ref.kind === 'constant') return constantAt(ref)
    if (ref.kind === 'source') return ref
    if (ref.kind === 'places') return this.#memory.places(ref.numbers, ref, block, reader)
    const local = this.#local(ref, block)
    if (local !== undefined) return local
    if (ref.first === undefined) return this.#elsewhere(ref, block, reader)
    const { level } = ref.first
    const domain = block.loops.map((loop, l) => [l === level ? 1 : 0, loop.most] as const)
    const first = this.#operand(ref.first.ref, (block.loops[level] as Loop).block)
    return { kind: 'first', level, cut: 1, first, rest: this.#memory.read(ref, block, reader, domain) }
  }

  #elsewhere(ref: StepRef, block: Block, reader?: Step): Operand {
    const again = this.#computedAgain(ref, block)
    return again === undefined ? this.#memory.read(ref, block, reader) : { kind: 'local', local: again.local }
  }

  /** What is a variable: of the same round of some loops around, of their rounds before, or of the last rounds of loops that are over. */
  #local(ref: StepRef, block: Block): Operand | undefined {
    const loops = block.loops
    let depth = 0
    while (depth < loops.length && ref.grows[depth] === (loops[depth] as Loop).body.length && ref.grows[depth] !== 0) depth++
    for (let l = depth; l < loops.length; l++) if (ref.grows[l] !== 0) return undefined
    const around = depth === 0 ? this.#root : (loops[depth - 1] as Loop).body
    const offset = ref.base - around.origin
    if (offset >= 0) {
      if (ref.first !== undefined) return undefined
      // What a loop that is over leaves behind may cost less to compute again.
      if (around.find(offset) instanceof Loop) {
        const again = this.#computedAgain(ref, block)
        if (again !== undefined) return { kind: 'local', local: again.local }
      }
      const local = this.#valueAt(around, offset)
      return local && { kind: 'local', local }
    }
    const loop = around.loop as Loop
    const back = Math.ceil(-offset / around.length)
    if (back > MOST_BACK || (ref.first !== undefined && ref.first.level !== depth - 1)) return undefined
    // What the first round itself computes is not there before the loop.
    if (ref.first?.ref.kind === 'step' && ref.first.ref.base >= around.origin) return undefined
    const target = this.#valueAt(around, offset + back * around.length)
    if (target === undefined) return undefined
    let next = target
    const outer = ref.grows.slice(0, depth - 1)
    for (let rounds = 1; rounds <= back; rounds++) {
      const from = back - rounds
      const start: Ref = from === 0 && ref.first !== undefined ? ref.first.ref : { kind: 'step', base: ref.base + from * around.length, grows: outer }
      next = this.#carry(loop, next, start).local
    }
    return { kind: 'local', local: next }
  }

  #carry(loop: Loop, next: Local, start: Ref | undefined): Carried {
    const all = this.#carried.get(loop) ?? []
    this.#carried.set(loop, all)
    const key = `${next.id} ${start === undefined ? 'last' : keyOf(start)}`
    const known = all.find(each => each.key === key || (start === undefined && each.next === next))
    if (known !== undefined) return known
    const carried = { local: this.#newLocal(next.isBoolean), init: undefined as Operand | undefined, next, key }
    all.push(carried)
    if (start !== undefined)
      this.#waiting.push(() => {
        carried.init = this.#operand(start, loop.block)
      })
    return carried
  }

  /** The variable of a step of a block, by its number there: also of the last rounds of loops in it. */
  #valueAt(block: Block, number: number): Local | undefined {
    const node = block.find(number)
    if (node === undefined) throw new DualtapeError(`compile: a step that is read (${number}) is not among those before it.`)
    if (node instanceof Step) return this.#compute(node).local
    const inside = number - node.start - (node.most - 1) * node.body.length
    if (inside < 0 || !isFixed(node)) return undefined
    const last = this.#valueAt(node.body, inside)
    return last && this.#carry(node, last, undefined).local
  }

  /** A step of another loop, computed once more, if that takes a few operations on what is there anyway. */
  #computedAgain(ref: StepRef, block: Block): Compute | undefined {
    // What is the same in all rounds of a loop is computed before it.
    const level = block.level - 1
    if (block.loop !== undefined && ref.grows[level] === 0) {
      const before = this.#computedAgain({ ...ref, grows: ref.grows.slice(0, level) }, block.loop.block)
      if (before !== undefined) return before
    }
    const kept = this.#stored.get(block) ?? new Set()
    const key = placeKey(ref)
    if (kept.has(key)) return undefined
    if (this.#isCheap(ref, block, { steps: new Set(), reads: 0 })) return this.#copy(ref, block)
    this.#stored.set(block, kept.add(key))
    return undefined
  }

  /** Whether what is not computed again yet takes few steps, each counted once. */
  #isCheap(ref: StepRef, block: Block, spent: { steps: Set<string>; reads: number }): boolean {
    const key = placeKey(ref)
    if (spent.steps.has(key) || this.#again.get(block)?.has(key)) return true
    const found = this.#locate(ref, block)
    if (found === undefined || !('step' in found)) return false
    const { step, at } = found
    if (!isCheapStep(step) || spent.steps.size >= MOST_AGAIN) return false
    spent.steps.add(key)
    return step.refs.every(each => {
      if (each.kind === 'places') return false
      if (each.kind !== 'step') return true
      if (each.first !== undefined) return false
      const moved = compose(each, at)
      const before = [...spent.steps]
      if (this.#isCheap(moved, block, spent)) return true
      spent.steps = new Set(before)
      // What the block itself computes is not there when its rounds begin.
      const from = this.#locate(moved, block)
      return ++spent.reads <= 1 && from !== undefined && 'step' in from && !isWithin(from.step.block, block)
    })
  }

  #locate(ref: StepRef, block: Block): Found | undefined {
    const known = this.#found.get(block) ?? new Map<string, Found | undefined>()
    this.#found.set(block, known)
    const key = placeKey(ref)
    if (!known.has(key)) known.set(key, locate(this.#root, ref, block))
    return known.get(key)
  }

  #copy(ref: StepRef, block: Block): Compute {
    const all = this.#again.get(block) ?? new Map<string, Compute>()
    this.#again.set(block, all)
    const key = placeKey(ref)
    const known = all.get(key)
    if (known !== undefined) return known
    const { step, at } = this.#locate(ref, block) as Piece
    const { definition, isBoolean } = operatorOf(step)
    const operands = step.refs.map((each): Operand => {
      if (each.kind === 'constant') return constantAt(compose(each, at))
      if (each.kind === 'source') return compose(each, at)
      return this.#elsewhere(compose(each as StepRef, at), block)
    })
    const compute: Compute = { kind: 'compute', local: this.#newLocal(isBoolean), definition, operands, store: undefined }
    all.set(key, compute)
    return compute
  }

  /** Puts a result in the round that computes it, in place of a loop that copies it. */
  #sink(step: Step): boolean {
    const { act, block } = step
    const [ref] = step.refs as [Ref]
    if (
      act.kind !== 'out' ||
      act.at.table !== undefined ||
      ref.kind !== 'step' ||
      ref.first !== undefined ||
      block.loop === undefined ||
      !block.loops.every(isFixed)
    )
      return false
    const placed: (() => void)[] = []
    const domain = block.loops.map(loop => [0, loop.most] as const)
    if (!this.#sinkInto(act.at, act.out, ref, block, domain, [], placed)) return false
    for (const each of placed) each()
    return true
  }

  #sinkInto(
    out: Affine,
    number: number,
    ref: StepRef,
    block: Block,
    domain: readonly (readonly [number, number])[],
    chain: readonly { step: Step; at: readonly Affine[] }[],
    placed: (() => void)[],
  ): boolean {
    const found = locate(this.#root, ref, block, domain)
    return (
      found !== undefined &&
      piecesOf(found).every(({ step, at, domain: own }) => {
        const [operand, ...others] = step.refs.filter(each => each.kind === 'step')
        if (
          isCheapStep(step) &&
          operand !== undefined &&
          others.length === 0 &&
          step.refs.every(each => each.kind !== 'places') &&
          operand.first === undefined &&
          !isOfSameRound(operand, step.block) &&
          chain.length < 3
        )
          return this.#sinkInto(out, number, compose(operand, at), block, own, [{ step, at }, ...chain], placed)
        const inverted = invert(at, own, step.block)
        if (inverted === undefined) return false
        const { inverse, only } = inverted
        placed.push(() => {
          let value = this.#compute(step).local
          const lines: Line[] = []
          for (const { step: link, at: from } of chain) {
            const { definition, isBoolean } = operatorOf(link)
            const operands = link.refs.map((each): Operand => {
              if (each.kind === 'step' || each.kind === 'places') return { kind: 'local', local: value }
              const moved = compose(compose(each, from), inverse)
              return moved.kind === 'constant' ? constantAt(moved) : moved
            })
            const local = this.#newLocal(isBoolean)
            lines.push({ kind: 'compute', local, definition, operands, store: undefined })
            value = local
          }
          lines.push({ kind: 'put', out: number, at: compose(out, inverse), value: { kind: 'local', local: value }, only })
          this.#after.set(step, [...(this.#after.get(step) ?? []), ...lines])
        })
        return true
      })
    )
  }

  #lines(block: Block, count: () => void): Line[] {
    const lines: Line[] = []
    for (const compute of this.#again.get(block)?.values() ?? []) {
      count()
      lines.push(compute)
    }
    for (const node of block.nodes) {
      if (node instanceof Loop) {
        const body = this.#lines(node.body, count)
        const carried = this.#carried.get(node) ?? []
        if (body.length > 0) lines.push({ kind: 'rounds', count: node.count, most: node.most, level: node.block.level, carried, body, steps: node.body.length })
        continue
      }
      const act = this.#acts.get(node)
      if (act !== undefined) lines.push(act)
      const compute = this.#computes.get(node)
      if (compute === undefined) continue
      count()
      compute.store = this.#memory.placeOf(node)
      lines.push(compute, ...(this.#after.get(node) ?? []))
    }
    return lines
  }
}

function operatorOf({ act }: Step): Act & { kind: 'operator' } {
  if (act.kind !== 'operator') throw new DualtapeError('compile: a result was read.')
  return act
}

/** A text for what is read: the same for the same only. JSON has no −0, NaN and ∞. */
function keyOf(ref: Ref): string {
  return JSON.stringify(ref, (_, value) => (Object.is(value, -0) ? '-0' : typeof value === 'number' ? String(value) : value))
}

const placeKey = ({ base, grows }: Affine) => `${base} ${grows}`

/** Arithmetic, which costs less than to store a number and to read it. */
function isCheapStep(step: Step): boolean {
  if (step.act.kind !== 'operator') return false
  const { cheap, text } = step.act.definition
  return cheap === true || (text !== undefined && /^[\sxyz\d.()+*/-]+$/.test(text))
}

function constantAt(ref: Ref & { kind: 'constant' }): Operand {
  const { values, isBoolean, base, grows } = ref
  if (values.length > 1) return { kind: 'table', values, isBoolean, base, grows }
  return { kind: 'literal', value: isBoolean ? values[0] !== 0 : (values[0] as number) }
}

/** The rounds of a reader as functions of the rounds of what it reads, and which of those are read, if each has its own. */
function invert(
  at: readonly Affine[],
  domain: readonly (readonly [number, number])[],
  block: Block,
): { inverse: Affine[]; only: { level: number; from: number; to: number }[] } | undefined {
  const loops = block.loops
  const only: { level: number; from: number; to: number }[] = []
  let part = 1
  const inverse: (Affine | undefined)[] = domain.map(([from, to]) => (to - from === 1 ? { base: from, grows: loops.map(() => 0) } : undefined))
  for (let m = 0; m < at.length; m++) {
    const { base, grows } = at[m] as Affine
    const loop = loops[m] as Loop
    const varying = grows.flatMap((grow, l) => (grow !== 0 && (domain[l] as [number, number])[1] - (domain[l] as [number, number])[0] > 1 ? [l] : []))
    const [level] = varying
    const fixed = grows.reduce((sum, each, l) => (varying.includes(l) ? sum : sum + each * ((domain[l] as [number, number])[0] ?? 0)), base)
    if (varying.length > 1 || !isFixed(loop)) return undefined
    if (level === undefined) return undefined
    const grow = grows[level] as number
    if (inverse[level] !== undefined || Math.abs(grow) !== 1) return undefined
    const [from, to] = domain[level] as [number, number]
    const [first, end] = grow > 0 ? [fixed + from, fixed + to] : [fixed - to + 1, fixed - from + 1]
    if (first > 0 || end < loop.most) only.push({ level: m, from: first, to: end })
    part *= (end - first) / loop.most
    inverse[level] = { base: -fixed * grow, grows: loops.map((_, k) => (k === m ? grow : 0)) }
  }
  return part >= LEAST_PART && inverse.every(each => each !== undefined) ? { inverse: inverse as Affine[], only } : undefined
}

/** Whether something is read in the round that computes it. */
function isOfSameRound(ref: StepRef, block: Block): boolean {
  const offset = ref.base - block.origin
  return offset >= 0 && offset < block.length && block.loops.every((loop, l) => ref.grows[l] === loop.body.length)
}
