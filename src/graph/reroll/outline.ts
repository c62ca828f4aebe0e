import { add, scale } from '../../ops/kinds/elementwise.ts'
import { CONSTANT, type Pool, type Sequence, SOURCE, STEP } from './sequence.ts'
import { Elements, FEWEST_INSTANCES, type Template, templatesOf } from './templates.ts'
import { type Act, type Acts, type Affine, Block, Loop, lengthOf, type Place, type Ref, Step } from './tree.ts'

/** Steps outside loops, and templates, at most. */
const MOST_UNITS = 4000

/**
 * The steps of a sequence, in another order, as loops over the instances of what is the same in all of them but for what it reads: a
 * function that was called in many places, with operands from anywhere, is one body and a table of operands' places. What is added up keeps
 * its order. Undefined where too little repeats.
 */
export function outlined(sequence: Sequence, pool: Pool, acts: Acts): Block | undefined {
  const elements = new Elements(sequence, acts)
  const found = templatesOf(elements)
  if (found === undefined) return undefined
  const units = found.templates.flatMap(each => {
    if (each.members.length >= FEWEST_INSTANCES) return [each]
    return each.members.map((member): Template => ({ ...each, members: [member] }))
  })
  if (units.length > MOST_UNITS) return undefined
  return new Writer(elements, pool, found.chainOf).write(bodiesOf(elements, units))
}

/** Templates whose instances belong together, one to one: a body with instances. */
interface Body {
  readonly templates: Template[]
  readonly size: number
  readonly stage: number
  readonly isOpen: boolean
  /** The bodies that it reads. */
  readonly reads: Set<Body>
}

interface Bodies {
  readonly list: readonly Body[]
  readonly bodyOf: readonly (Body | undefined)[]
  /** For each element which instance of its body it is in. */
  readonly instances: Int32Array
}

/** Bodies, each behind those that it reads. */
function bodiesOf(elements: Elements, templates: readonly Template[]): Bodies {
  const { length } = elements.sequence
  const bodyOf = new Array<Body | undefined>(length)
  const instances = new Int32Array(length)
  const list: Body[] = []
  for (const template of templates) {
    const { members, stage, isOpen } = template
    const read = new Set<Body>()
    for (const at of members) for (const each of readBy(elements, at)) if (bodyOf[each] !== undefined) read.add(bodyOf[each])
    const found = isOpen ? undefined : joined(elements, template, bodyOf, instances, read)
    const body: Body = found ?? { templates: [], size: members.length, stage, isOpen, reads: new Set() }
    if (found === undefined) {
      list.push(body)
      members.forEach((at, k) => {
        instances[at] = k
      })
    }
    body.templates.push(template)
    for (const each of read) if (each !== body) body.reads.add(each)
    for (const at of members) bodyOf[at] = body
  }
  return { list: sorted(list), bodyOf, instances }
}

/** The elements that one reads. */
function readBy(elements: Elements, at: number): number[] {
  const found: number[] = []
  for (let k = 0; k < elements.sequence.countOf(at); k++) {
    const operand = elements.operandOf(at, k)
    if (operand >= 0) found.push(operand)
  }
  return found
}

/** The body whose instances a template's members each read one of, all of them, if it can go on there; its members are given their instances. */
function joined(elements: Elements, { members, stage }: Template, bodyOf: Bodies['bodyOf'], instances: Int32Array, read: ReadonlySet<Body>): Body | undefined {
  const [first] = members as [number]
  for (let k = 0; k < elements.sequence.countOf(first); k++) {
    const operand = elements.operandOf(first, k)
    const body = operand < 0 ? undefined : bodyOf[operand]
    if (body === undefined || body.isOpen || body.stage !== stage || body.size !== members.length) continue
    const own = members.map(at => instances[elements.operandOf(at, k)] as number)
    if (new Set(own).size < own.length || [...read].some(each => each !== body && reaches(each, body))) continue
    // Of its body it reads its own instance only: others may come later.
    const isOfOther = (at: number, i: number) => readBy(elements, at).some(each => bodyOf[each] === body && instances[each] !== own[i])
    if (members.some(isOfOther)) continue
    members.forEach((at, i) => {
      instances[at] = own[i] as number
    })
    return body
  }
  return undefined
}

/** Whether a body reads another, by others in between. */
function reaches(from: Body, to: Body, seen = new Set<Body>()): boolean {
  if (from === to) return true
  // What is of an earlier stage reads nothing of this one.
  if (seen.has(from) || from.stage < to.stage) return false
  seen.add(from)
  return [...from.reads].some(each => reaches(each, to, seen))
}

/** Bodies in an order in which each stands behind those that it reads. */
function sorted(bodies: readonly Body[]): Body[] {
  const done = new Set<Body>()
  const visit = (body: Body): void => {
    if (done.has(body)) return
    for (const each of body.reads) visit(each)
    done.add(body)
  }
  bodies.forEach(visit)
  return [...done]
}

/** Writes bodies as loops over their instances. */
class Writer {
  readonly #elements: Elements
  readonly #pool: Pool
  readonly #chainOf: Int32Array
  readonly #root = new Block()
  /** The new number of each step, by its element. */
  readonly #numbers: Int32Array
  /** For each sum of which there are several its place among those. */
  readonly #places = new Map<number, number>()
  /** Tables by their first entry: others are the same but for a shift. */
  readonly #tables = new Map<string, Int32Array[]>()

  constructor(elements: Elements, pool: Pool, chainOf: Int32Array) {
    this.#elements = elements
    this.#pool = pool
    this.#chainOf = chainOf
    this.#numbers = new Int32Array(elements.sequence.length)
  }

  write({ list, instances }: Bodies): Block {
    for (const body of list) this.#body(body, instances)
    return this.#root
  }

  #body({ templates, size, isOpen }: Body, instances: Int32Array): void {
    const start = this.#root.length
    const loop = size > 1 ? new Loop(this.#root, start, { base: size, grows: [] }, size) : undefined
    const block = loop?.body ?? this.#root
    /** The members of each template by instances. */
    const rows = templates.map(({ members }) => {
      const row = new Int32Array(size)
      for (const at of members) row[instances[at] as number] = at
      return row
    })
    const stepsOf = (row: Int32Array) => (!this.#elements.isStep(row[0] as number) ? 0 : this.#isMixed(row) ? 2 : 1)
    const length = rows.reduce((sum, row) => sum + stepsOf(row), 0)
    let next = start
    for (const row of rows) {
      next += stepsOf(row)
      row.forEach((at, k) => {
        this.#numbers[at] = next - 1 + k * length
      })
    }
    const push = (act: Act, refs: readonly Ref[], sums?: Step['sums']) => {
      const step = new Step(block, block.length, act, refs, sums)
      block.nodes.push(step)
      block.length += lengthOf(step)
    }
    for (const row of rows) {
      const [first] = row as unknown as [number]
      const key = this.#elements.sequence.keys[first] as number
      if (this.#elements.isOut(first)) {
        push(this.#elements.acts.actOf(key, this.#place(row.map(each => this.#elements.sequence.numberOf(each, 0)))), [this.#ref(row, 1)])
        continue
      }
      const refs = Array.from({ length: this.#elements.sequence.countOf(first) }, (_, k) => this.#ref(row, k))
      const sums = isOpen ? this.#sums(row, refs) : undefined
      if (!this.#isMixed(row)) push(this.#elements.acts.actOf(key, undefined), refs, sums)
      else {
        // x − y is x + (−1)·y, to the bits.
        const factors = Float64Array.from(row, at => this.#elements.definitionOf(at)?.adds as number)
        push({ kind: 'operator', definition: scale.definition, isBoolean: false }, [
          refs[1] as Ref,
          { kind: 'constant', values: factors, isBoolean: false, base: 0, grows: [1] },
        ])
        push(
          { kind: 'operator', definition: add.definition, isBoolean: false },
          [refs[0] as Ref, { kind: 'step', base: (this.#numbers[first] as number) - 1, grows: [length] }],
          sums,
        )
      }
    }
    if (loop === undefined) return
    this.#root.nodes.push(loop)
    this.#root.length += lengthOf(loop)
  }

  /** Whether some members add and others subtract. */
  #isMixed(row: Int32Array): boolean {
    const { keys } = this.#elements.sequence
    return row.some(at => keys[at] !== keys[row[0] as number])
  }

  /** What the members of a template read. */
  #ref(row: Int32Array, k: number): Ref {
    const { sequence } = this.#elements
    const [first] = row as unknown as [number]
    const kind = this.#elements.kindOf(first, k)
    if (kind === CONSTANT) return this.#constant(row.map(at => sequence.numberOf(at, k)))
    if (kind !== STEP) return { kind: 'source', source: kind - SOURCE, ...this.#place(row.map(at => sequence.numberOf(at, k))) }
    const numbers = row.map(at => this.#numbers[this.#elements.operandOf(at, k)] as number)
    const place = affine(numbers)
    if (place !== undefined) return { kind: 'step', ...place }
    // A single sum begins with what is no round of it.
    const rest = affine(numbers.subarray(1))
    if (rest !== undefined && row.length > 2)
      return {
        kind: 'step',
        base: rest.base - (rest.grows[0] as number),
        grows: rest.grows,
        first: { level: 0, ref: { kind: 'step', base: numbers[0] as number, grows: [] } },
      }
    return { kind: 'places', numbers, base: 0, grows: [1] }
  }

  #constant(ids: Int32Array): Ref {
    const values = Array.from(ids, id => this.#pool.values[id] as number | boolean)
    const isSame = ids.every(id => id === ids[0])
    return {
      kind: 'constant',
      values: Float64Array.from(isSame ? values.slice(0, 1) : values, Number),
      isBoolean: values.some(each => typeof each === 'boolean'),
      base: 0,
      grows: ids.length === 1 ? [] : [isSame ? 0 : 1],
    }
  }

  /** Positions, by a table where they follow no rule. */
  #place(numbers: Int32Array): Place {
    const place = affine(numbers)
    if (place !== undefined) return place
    const [first] = numbers as unknown as [number]
    const key = `${numbers.length} ${(numbers[1] as number) - first} ${(numbers[2] as number) - first}`
    const known = this.#tables.get(key) ?? []
    this.#tables.set(key, known)
    let table = known.find(each => each.every((number, k) => number - (each[0] as number) === (numbers[k] as number) - first))
    if (table === undefined) {
      table = numbers
      known.push(table)
    }
    return { base: 0, grows: [1], table, shift: first - (table[0] as number) }
  }

  /** Where rounds go on with several sums in turn, which of them each goes on with. */
  #sums(row: Int32Array, refs: readonly Ref[]): Step['sums'] {
    if (!refs.some(({ kind }) => kind === 'places')) return undefined
    return row.map(at => {
      const chain = this.#chainOf[at] as number
      const place = this.#places.get(chain) ?? this.#places.size
      this.#places.set(chain, place)
      return place
    })
  }
}

/** Numbers as a function of the round; undefined where they are none. */
function affine(numbers: Int32Array): Affine | undefined {
  const [base] = numbers as unknown as [number]
  if (numbers.length === 1) return { base, grows: [] }
  const grow = (numbers[1] as number) - base
  return numbers.every((number, k) => number === base + grow * k) ? { base, grows: [grow] } : undefined
}
