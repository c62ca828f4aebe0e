import { childrenOf, type Node } from './syntax.ts'

/** A part of the written code: text, or a stretch of the source. */
export type Piece = string | readonly [start: number, end: number]

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
      pieces.push([at, each.start])
      // One by one: a call takes only so many arguments.
      for (const piece of write(each)) pieces.push(piece)
      at = each.end
    }
    return [...pieces, [at, end]]
  }

  protected locals(): string {
    return this.temporaries === 0 ? '' : `let ${Array.from({ length: this.temporaries }, (_, i) => `${this.runtime}t${i + 1}`).join(', ')}; `
  }

  protected temporary(): string {
    return `${this.runtime}t${++this.temporaries}`
  }

  protected call(name: string, ...operands: readonly Piece[][]): Piece[] {
    return [`${this.use(name)}(`, ...operands.flatMap((each, i): Piece[] => (i === 0 ? each : [', ', ...each])), ')']
  }
}
