import { childrenOf, type Node } from './syntax.ts'

/** A part of the written code: text, a stretch of the source, or parts in their order. */
export type Piece = string | readonly [start: number, end: number] | readonly Piece[]

/** The texts and stretches of parts, in their order, but those that are empty. */
export function flat(pieces: readonly Piece[], into: (string | readonly [start: number, end: number])[] = []): typeof into {
  for (const piece of pieces) {
    if (typeof piece === 'string') {
      if (piece !== '') into.push(piece)
    } else if (typeof piece[0] !== 'number') flat(piece as readonly Piece[], into)
    else if (piece[0] < (piece[1] as number)) into.push(piece as readonly [start: number, end: number])
  }
  return into
}

/** The first of them. */
export function firstOf(pieces: readonly Piece[]): string | readonly [start: number, end: number] | undefined {
  for (const piece of pieces) {
    const isList = typeof piece !== 'string' && typeof piece[0] !== 'number'
    const first = isList ? firstOf(piece as readonly Piece[]) : flat([piece])[0]
    if (first !== undefined) return first
  }
  return undefined
}

/** What is written from a source: stretches of it, names of the runtime, temporaries. */
export abstract class CodeWriter {
  protected readonly source: string
  /** What names of the runtime begin with. */
  protected readonly runtime: string
  readonly #used = new Map<string, string>()
  protected temporaries = 0

  constructor(source: string, runtime: string) {
    this.source = source
    this.runtime = runtime
  }

  /** What is used of the runtime, and what it is called. */
  get used(): ReadonlyMap<string, string> {
    return this.#used
  }

  protected use(name: string): string {
    const own = `${this.runtime}_${name}`
    this.#used.set(name, own)
    return own
  }

  /** A node's text, with that of its children written anew. */
  protected around(node: Node, child: (node: Node) => Piece[]): Piece[] {
    return this.sequence(childrenOf(node), node.start, node.end, child)
  }

  protected sequence(nodes: readonly Node[], start: number, end: number, write: (node: Node) => Piece[]): Piece[] {
    const pieces: Piece[] = []
    let at = start
    for (const each of nodes) {
      // As one: copies of lists within lists would take longest.
      pieces.push([at, each.start], write(each))
      at = each.end
    }
    pieces.push([at, end])
    return pieces
  }

  protected locals(): string {
    return this.temporaries === 0 ? '' : `let ${Array.from({ length: this.temporaries }, (_, i) => `${this.runtime}t${i + 1}`).join(', ')}; `
  }

  protected temporary(): string {
    return `${this.runtime}t${++this.temporaries}`
  }

  protected call(name: string, ...operands: readonly Piece[][]): Piece[] {
    return [`${this.use(name)}(`, ...operands.map((each, i): Piece => (i === 0 ? each : [', ', each])), ')']
  }
}
