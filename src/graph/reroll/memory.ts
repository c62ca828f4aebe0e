import { type Found, locate, type Piece, piecesOf } from './locate.ts'
import type { Local, Operand } from './program.ts'
import { type Affine, type Block, compose, isFixed, isWithin, type Loop, type Place, Step } from './tree.ts'

/** Parts of the rounds in which one read goes to different places at most. */
const MOST_PIECES = 12
/** Places in a table of them at most. */
const MOST_GATHERED = 1 << 18

/** Reads that no loops around them describe. */
export class TooIrregular extends Error {}

type Domain = readonly (readonly [number, number])[]

/** What is kept from one loop to another, and where. */
export class Memory {
  readonly #root: Block
  readonly #localOf: (step: Step) => Local
  readonly #stored = new Set<Step>()
  /** Who reads a step, in which rounds. */
  readonly #readers = new Map<Step, { reader: Step | undefined; block: Block; piece: Piece | undefined }[]>()
  readonly #addresses: (() => void)[] = []
  readonly #lengths = new Map<Block, number>()
  readonly #offsets = new Map<Block, Map<Step | Loop, number>>()
  /** Steps that have places of their own. */
  readonly #apart = new Map<Step, Place>()

  constructor(root: Block, localOf: (step: Step) => Local) {
    this.#root = root
    this.#localOf = localOf
  }

  /** A read of steps by number. */
  read(number: Affine, block: Block, reader: Step | undefined, domain?: Domain): Operand {
    const found = locate(this.#root, number, block, domain)
    const pieces = found === undefined ? [] : piecesOf(found)
    if (found === undefined || pieces.length > MOST_PIECES) return this.#gathered(number, block)
    for (const piece of pieces) this.#store(piece.step, reader, block, piece)
    // It is filled when the places are known.
    const operand = {} as Operand
    this.#addresses.push(() => void Object.assign(operand, this.#address(found)))
    return operand
  }

  #store(step: Step, reader: Step | undefined, block: Block, piece: Piece | undefined): void {
    this.#localOf(step)
    this.#stored.add(step)
    const readers = this.#readers.get(step)
    if (readers === undefined) this.#readers.set(step, [{ reader, block, piece }])
    else readers.push({ reader, block, piece })
  }

  /** What is read in places that no few affine functions give, by a table of places. */
  #gathered(number: Affine, block: Block): Operand {
    const { loops } = block
    const size = loops.reduce((product, loop, l) => (number.grows[l] === 0 ? product : product * loop.most), 1)
    if (size > MOST_GATHERED) throw new TooIrregular(`a value is read in ${size} places that follow no rule`)
    const strides = new Array<number>(loops.length).fill(0)
    const numbers = loops.reduceRight<number[]>(
      (list, loop, l) => {
        const grow = number.grows[l] as number
        if (grow === 0) return list
        strides[l] = list.length
        return Array.from({ length: loop.most }, (_, round) => list.map(each => each + grow * round)).flat()
      },
      [number.base],
    )
    return this.places(Int32Array.from(numbers), { base: 0, grows: strides }, block)
  }

  /** A read of steps whose numbers stand in a table; of one that goes on with a sum from where it is put. */
  places(numbers: Int32Array, { base, grows }: Affine, block: Block, reader?: Step): Operand {
    const steps = new Set<Step>()
    // Rounds that only longer loops have may read what is not there.
    for (const each of numbers) {
      const step = stepAt(this.#root, each)?.step
      if (step === undefined || steps.has(step)) continue
      steps.add(step)
      this.#store(step, undefined, block, undefined)
    }
    const of = [...steps].map(step => this.#localOf(step))
    const operand = {} as Operand
    this.#addresses.push(() => {
      let table: Int32Array = numbers.map(each => {
        const found = stepAt(this.#root, each)
        return found === undefined ? 0 : placeIn(this.placeOf(found.step) as Place, found.rounds)
      })
      const own = reader?.sums && this.placeOf(reader)?.table
      if (own?.every((place, k) => place === table[k])) table = own
      Object.assign(operand, { kind: 'gather', isBoolean: (of[0] as Local).isBoolean, of, table, base, grows })
    })
    return operand
  }

  /** Finds places for all that is stored, and gives reads their addresses; how many numbers there are. */
  lay(): number {
    const layouts = [...this.#stored].flatMap(step => {
      if (step.sums !== undefined) return []

      const layout = this.#inPlace(step) ?? this.#ofLastRounds(step)
      return layout === undefined ? [] : [{ step, layout }]
    })
    for (const { step } of layouts) this.#stored.delete(step)
    const sums = [...this.#stored].filter(step => step.sums !== undefined)
    for (const step of sums) this.#stored.delete(step)
    let size = this.#measure(this.#root)
    for (const { step, layout } of layouts) {
      this.#apart.set(step, { base: size + layout.base, grows: layout.grows })
      size += layout.size
    }
    // A sum has one place, wherever it goes on.
    let end = size
    for (const step of sums) {
      const table = (step.sums as Int32Array).map(each => each + size)
      this.#apart.set(step, { base: 0, grows: [1], table })
      end = table.reduce((most, each) => Math.max(most, each + 1), end)
    }
    for (const each of this.#addresses) each()
    return end
  }

  /**
   * A layout in which each round of some loop writes over what it has read, for a value that is added to: a step that reads its own of
   * the round before, and that others read only where no round writes again.
   */
  #inPlace(step: Step): (Affine & { readonly size: number }) | undefined {
    const readers = this.#readers.get(step) ?? []
    const own = readers.filter(each => each.reader === step)
    const { loops } = step.block
    const [first] = own
    if (first?.piece === undefined || loops.length < 2) return undefined
    const back = (piece: Piece) => loops.map((_, l) => backOf(piece.at[l] as Affine, l))
    const distance = back(first.piece)
    const level = distance.findIndex(each => each !== 0)
    if (level < 0 || distance[level] !== -1 || distance.some(each => each === undefined)) return undefined
    if (own.some(each => each.piece === undefined || back(each.piece).some((d, l) => d !== distance[l]))) return undefined
    const around = (loops[level] as Loop).body
    for (const { reader, block, piece } of readers) {
      if (reader === step) continue
      if (piece === undefined) return undefined
      if (!isLeftOut(piece, loops, level, distance as number[]) && (isWithin(block, around) || !isOver(piece, loops, level))) return undefined
    }
    // The places of a round, in the order of the inner loops; those of the next begin a distance further.
    const grows = new Array<number>(loops.length).fill(0)
    const rounds = (loops[level] as Loop).most - 1
    let size = 1
    let base = 0
    for (let l = loops.length - 1; l >= 0; l--) {
      if (l === level) continue
      const further = l > level ? (distance[l] as number) : 0
      grows[l] = size
      grows[level] = (grows[level] as number) + further * size
      base += Math.max(0, -further) * rounds * size
      size *= (loops[l] as Loop).most + Math.abs(further) * rounds
    }
    return { base, grows, size }
  }

  /** A layout in which all rounds of some loops write to one place, for a value of which only that of their last rounds is read. */
  #ofLastRounds(step: Step): (Affine & { readonly size: number }) | undefined {
    const readers = this.#readers.get(step) ?? []
    const { loops } = step.block
    const isRead = loops.map((_, l) => readers.some(({ piece }) => piece === undefined || !isOfLastRound(piece, loops, l)))
    if (isRead.every(each => each)) return undefined
    const grows = new Array<number>(loops.length).fill(0)
    let size = 1
    for (let l = loops.length - 1; l >= 0; l--) {
      if (!isRead[l]) continue
      grows[l] = size
      size *= (loops[l] as Loop).most
    }
    return { base: 0, grows, size }
  }

  /** How many numbers a round of a block stores. */
  #measure(block: Block): number {
    let length = 0
    for (const node of block.nodes) length += this.#sizeOf(node)
    this.#lengths.set(block, length)
    return length
  }

  #sizeOf(node: Step | Loop): number {
    if (node instanceof Step) return this.#stored.has(node) ? 1 : 0
    return node.most * (this.#lengths.get(node.body) ?? this.#measure(node.body))
  }

  /** Where a step is stored, for the rounds of its loops; undefined where it is not. */
  placeOf(step: Step): Place | undefined {
    const apart = this.#apart.get(step)
    if (apart !== undefined || !this.#stored.has(step)) return apart
    let base = 0
    const grows: number[] = []
    for (let node: Step | Loop | undefined = step; node !== undefined; node = node.block.loop) {
      base += this.#before(node)
      if (node.block.loop !== undefined) grows.unshift(this.#lengths.get(node.block) as number)
    }
    return { base, grows }
  }

  /** How many numbers are stored in a round before a node. */
  #before(node: Step | Loop): number {
    let offsets = this.#offsets.get(node.block)
    if (offsets === undefined) {
      offsets = new Map()
      let at = 0
      for (const each of node.block.nodes) {
        offsets.set(each, at)
        at += this.#sizeOf(each)
      }
      this.#offsets.set(node.block, offsets)
    }
    return offsets.get(node) as number
  }

  /** Where what was found is stored. Parts that are one affine function are one read. */
  #address(found: Found): Operand {
    if ('step' in found) {
      const { base, grows, table } = compose(this.placeOf(found.step) as Place, found.at)
      // What does not vary counts nothing.
      const varying = grows.map((grow, l) => (isVarying(found, l) ? grow : 0))
      const fixed = grows.reduce((sum, grow, l) => (isVarying(found, l) ? sum : sum + grow * (found.domain[l] as readonly [number, number])[0]), base)
      const local = this.#localOf(found.step)
      const own = { isBoolean: local.isBoolean, of: [local], base: fixed, grows: varying }
      return table === undefined ? { kind: 'memory', ...own } : { kind: 'gather', table, ...own }
    }
    const { level, cut, low, high } = found
    const [first, rest] = [this.#address(low), this.#address(high)]
    if (first.kind === 'memory' && rest.kind === 'memory') {
      const joined = join(first, rest, low, high, level)
      if (joined !== undefined) return { ...joined, kind: 'memory', isBoolean: first.isBoolean, of: [...first.of, ...rest.of] }
    }
    return { kind: 'first', level, cut, first, rest }
  }
}

/** A place in some rounds. */
function placeIn({ base, grows, table }: Place, rounds: readonly number[]): number {
  const at = grows.reduce((sum, grow, l) => sum + grow * (rounds[l] as number), base)
  return table === undefined ? at : (table[at] as number)
}

/** How many rounds of the reader's own loop at a level back a read is; undefined where it is none of them. */
function backOf({ base, grows }: Affine, level: number): number | undefined {
  return grows.every((grow, l) => grow === (l === level ? 1 : 0)) ? base : undefined
}

/** The least and the greatest round of a loop in which something is read. */
function roundsOf({ at, domain }: Piece, level: number): [number, number] {
  const { base, grows } = at[level] as Affine
  return grows.reduce<[number, number]>(
    ([low, high], grow, l) => {
      const [from, to] = domain[l] as readonly [number, number]
      return [low + Math.min(grow * from, grow * (to - 1)), high + Math.max(grow * from, grow * (to - 1))]
    },
    [base, base],
  )
}

/** Whether what is read, after a loop at a level, is of its last round. */
function isOver(piece: Piece, loops: readonly Loop[], level: number): boolean {
  const loop = loops[level] as Loop
  return isFixed(loop) && roundsOf(piece, level)[0] === loop.most - 1
}

/** Whether the place of what is read is not among those that the next round of the loop at a level writes: at a distance in the loops inside. */
function isLeftOut(piece: Piece, loops: readonly Loop[], level: number, distance: readonly number[]): boolean {
  return loops.some((loop, l) => {
    const d = l > level ? (distance[l] as number) : 0
    if (d === 0) return false
    const [low, high] = roundsOf(piece, l)
    return d > 0 ? high < d : isFixed(loop) && low - d >= loop.most
  })
}

/** Whether what is read is of the last round of the loop at a level, however many rounds that has. */
function isOfLastRound(piece: Piece, loops: readonly Loop[], level: number): boolean {
  const { count } = loops[level] as Loop
  const last = compose({ base: count.base - 1, grows: count.grows }, piece.at)
  const { base, grows } = piece.at[level] as Affine
  const apart = grows.map((grow, l) => grow - (last.grows[l] ?? 0))
  return (
    apart.every((grow, l) => grow === 0 || !isVarying(piece, l)) &&
    base - last.base + apart.reduce((sum, grow, l) => sum + grow * (piece.domain[l] as readonly [number, number])[0], 0) === 0
  )
}

/** The step with a number, and the rounds of the loops around it. */
function stepAt(block: Block, number: number): { step: Step; rounds: readonly number[] } | undefined {
  const node = block.find(number)
  if (node === undefined) return undefined
  if (node instanceof Step) return { step: node, rounds: [] }
  const inside = number - node.start
  const found = stepAt(node.body, inside % node.body.length)
  return found && { step: found.step, rounds: [Math.floor(inside / node.body.length), ...found.rounds] }
}

function isVarying({ domain }: Piece, level: number): boolean {
  const [from, to] = domain[level] as readonly [number, number]
  return to - from > 1
}

/** Whether something is found in several rounds of the loop at a level. */
function varies(found: Found, level: number): boolean {
  if ('step' in found) return isVarying(found, level)
  return found.level === level || varies(found.low, level) || varies(found.high, level)
}

/** Two reads, in some rounds each, as one affine function; undefined where they are none. Where a part has one round, its growth is free. */
function join(first: Affine, rest: Affine, low: Found, high: Found, level: number): Affine | undefined {
  const from = (found: Found) => ((piecesOf(found)[0] as Piece).domain[level] as readonly [number, number])[0]
  if (first.grows.some((grow, l) => l !== level && grow !== rest.grows[l])) return undefined
  const [start, cut] = [from(low), from(high)]
  const [a, b] = [first.base + (first.grows[level] as number) * start, rest.base + (rest.grows[level] as number) * cut]
  const own = varies(low, level) ? first.grows[level] : varies(high, level) ? rest.grows[level] : (b - a) / (cut - start)
  const grow = own as number
  if (!Number.isInteger(grow) || a + grow * (cut - start) !== b) return undefined
  if (varies(low, level) && varies(high, level) && first.grows[level] !== rest.grows[level]) return undefined
  return { base: a - grow * start, grows: first.grows.map((each, l) => (l === level ? grow : each)) }
}
