import { type Affine, type Block, isFixed, type Loop, lengthOf, Step } from './tree.ts'

/** A part of the rounds in which one step is read, and in which rounds of its own it was computed. */
export interface Piece {
  readonly step: Step
  /** For each loop around the step its round, as a function of the reader's rounds. */
  readonly at: readonly Affine[]
  /** For each loop around the reader the rounds. */
  readonly domain: readonly (readonly [number, number])[]
}

type Domain = readonly (readonly [number, number])[]

/** What is read: one piece, or one in the rounds of the loop at some level up to one, and another from there on. */
export type Found = Piece | { readonly level: number; readonly cut: number; readonly low: Found; readonly high: Found }

export function piecesOf(found: Found): Piece[] {
  return 'step' in found ? [found] : [...piecesOf(found.low), ...piecesOf(found.high)]
}

const MOST_PIECES = 1024

/** The steps that a number which is a function of the rounds around a reader stands for; undefined where there is no simple answer. */
export function locate(root: Block, number: Affine, reader: Block, domain: Domain = reader.loops.map(loop => [0, loop.most] as const)): Found | undefined {
  return find(root, number, domain, [], { loops: reader.loops, count: 0 })
}

/** The loops around the reader, and how many pieces there are. */
interface Search {
  readonly loops: readonly Loop[]
  count: number
}

function find(block: Block, number: Affine, domain: Domain, at: readonly Affine[], pieces: Search): Found | undefined {
  if (pieces.count > MOST_PIECES) return undefined
  const [lowest, highest] = rangeIn(number, domain, pieces.loops)
  const node = block.find(lowest)
  if (node === undefined) return undefined
  const end = node.start + lengthOf(node)
  if (highest >= end) return split(block, number, domain, at, pieces, end)
  if (node instanceof Step) {
    pieces.count++
    return { step: node, at, domain }
  }
  // The round that is read, and the number in it.
  const { length } = node.body
  const base = number.base - node.start
  const varying = number.grows.flatMap((grow, l) => (grow % length !== 0 && isVarying(domain, l) ? [l] : []))
  if (varying.length > 3) return undefined
  for (let choice = 0; choice < 1 << varying.length; choice++) {
    const rounds = number.grows.map((grow, l) => {
      const index = varying.indexOf(l)
      return isVarying(domain, l) ? Math.floor(grow / length) + (index >= 0 ? (choice >> index) & 1 : 0) : 0
    })
    const inner = number.grows.map((grow, l) => (isVarying(domain, l) ? grow - (rounds[l] as number) * length : 0))
    // What does not vary counts at the beginning of its domain.
    const fixed = number.grows.reduce((sum, grow, l) => (isVarying(domain, l) ? sum : sum + grow * from(domain, l)), base)
    const start = domain.reduce((sum, [first], l) => (isVarying(domain, l) ? sum + (inner[l] as number) * first : sum), 0)
    const round = Math.floor((fixed + start) / length)
    const within: Affine = { base: fixed - round * length, grows: inner }
    const [low, high] = rangeIn(within, domain, pieces.loops)
    if (low < 0 || high >= length) continue
    return find(node.body, within, domain, [...at, { base: round, grows: rounds }], pieces)
  }
  return splitInner(block, number, domain, at, pieces, node.start, length)
}

const from = (domain: Domain, level: number) => (domain[level] as readonly [number, number])[0]
const isVarying = (domain: Domain, level: number) => (domain[level] as readonly [number, number])[1] - from(domain, level) > 1

/** The least and the greatest value. */
function rangeOf({ base, grows }: Affine, domain: Domain): [number, number] {
  let low = base
  let high = base
  grows.forEach((grow, l) => {
    const [first, end] = domain[l] as readonly [number, number]
    const [a, b] = [grow * first, grow * (end - 1)]
    low += Math.min(a, b)
    high += Math.max(a, b)
  })
  return [low, high]
}

/** The least and the greatest value in rounds that there are, where loops may end with those around: nothing between them is left out. */
function rangeIn({ base, grows }: Affine, domain: Domain, loops: readonly Loop[]): [number, number] {
  const end = (sign: 1 | -1): number => {
    const own = [...grows]
    let sum = base
    for (let l = own.length - 1; l >= 0; l--) {
      const grow = own[l] as number
      const [first, last] = domain[l] as readonly [number, number]
      const loop = loops[l] as Loop
      if (grow * sign <= 0) sum += grow * first
      else if (last < loop.most || isFixed(loop)) sum += grow * (last - 1)
      else {
        sum += grow * (loop.count.base - 1)
        loop.count.grows.forEach((each, k) => {
          own[k] = (own[k] as number) + grow * each
        })
      }
    }
    return sum
  }
  return [end(-1), end(1)]
}

function divide(block: Block, number: Affine, domain: Domain, at: readonly Affine[], pieces: Search, level: number, cut: number): Found | undefined {
  const [first, last] = domain[level] as readonly [number, number]
  const part = (own: readonly [number, number]) =>
    find(
      block,
      number,
      domain.map((each, l) => (l === level ? own : each)),
      at,
      pieces,
    )
  const low = part([first, cut])
  const high = low && part([cut, last])
  return high && { level, cut, low: low as Found, high }
}

/** Divides the rounds where a number goes beyond a node. */
function split(block: Block, number: Affine, domain: Domain, at: readonly Affine[], pieces: Search, end: number): Found | undefined {
  // The level that moves most.
  let level = -1
  let most = 0
  number.grows.forEach((grow, l) => {
    const [first, last] = domain[l] as readonly [number, number]
    const reach = Math.abs(grow) * (last - first - 1)
    if (reach > most) [level, most] = [l, reach]
  })
  if (level < 0) return undefined
  const grow = number.grows[level] as number
  const [first, last] = domain[level] as readonly [number, number]
  // The least value of all others, at which the node is left.
  const [low] = rangeOf({ base: number.base, grows: number.grows.map((each, l) => (l === level ? 0 : each)) }, domain)
  let cut = grow > 0 ? Math.ceil((end - low) / grow) : Math.floor((end - 1 - low) / grow) + 1
  if (grow < 0) cut = Math.ceil((low - (end - 1)) / -grow)
  cut = Math.min(Math.max(cut, first + 1), last - 1)
  return divide(block, number, domain, at, pieces, level, cut)
}

/** Divides the rounds in half where a number goes from one round of a loop to the next in a way that no factor describes. */
function splitInner(block: Block, number: Affine, domain: Domain, at: readonly Affine[], pieces: Search, start: number, length: number): Found | undefined {
  let level = -1
  number.grows.forEach((grow, l) => {
    if (grow % length !== 0 && isVarying(domain, l) && (level < 0 || Math.abs(grow) < Math.abs(number.grows[level] as number))) level = l
  })
  if (level < 0) return undefined
  const grow = number.grows[level] as number
  const [first, last] = domain[level] as readonly [number, number]
  const [low] = rangeOf(number, domain)
  // Where the next round begins.
  const boundary = start + (Math.floor((low - start) / length) + 1) * length
  const cut = grow > 0 ? first + Math.ceil((boundary - low) / grow) : last - Math.ceil((boundary - low) / -grow)
  if (cut <= first || cut >= last) return undefined
  return divide(block, number, domain, at, pieces, level, cut)
}
