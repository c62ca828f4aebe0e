import { type Traced, TracedTensor } from '../core/traced.ts'
import type { TapeNode } from '../reverse/nodes.ts'
import type { Boxed } from '../reverse/tape.ts'
import type { Leaf } from './leaf.ts'
import { Page } from './page.ts'
import { endsOf, FREED, type Link, type Segment, type View } from './segment.ts'

/** What of a segment a value depends on: views that lead there, and marks at rows and nodes. */
class Reach {
  readonly segment: Segment
  readonly views = new Set<View>()
  readonly #rows: Uint8Array
  readonly #nodes: Uint8Array
  #top = 0

  constructor(segment: Segment) {
    this.segment = segment
    this.#rows = new Uint8Array(segment.count)
    this.#nodes = new Uint8Array(segment.nodes.length)
  }

  has(reference: number): boolean {
    return (reference < 0 ? this.#nodes[-1 - reference] : this.#rows[reference]) === 1
  }

  mark(reference: number): void {
    if (reference === 0 || reference === FREED) return
    if (reference < 0) this.#nodes[-1 - reference] = 1
    else this.#rows[reference] = 1
    this.#top = Math.max(this.#top, this.segment.rowOf(reference))
  }

  /** Marks all that what is marked depends on. */
  spread(): void {
    const { sources, nodes } = this.segment
    for (let row = this.#top; row > 0; row--) {
      const a = sources[2 * row] as number
      if (a >= FREED) {
        if (this.#rows[row] === 0) continue
        this.mark(a)
        this.mark(sources[2 * row + 1] as number)
        continue
      }
      const [outputs, inputs] = endsOf(nodes[-1 - a] as TapeNode)
      if (outputs.some(each => this.has(each))) for (const input of inputs) this.mark(input)
    }
  }
}

/** The variables that a value depends on, by structure. */
export function reachedFrom(root: Traced | TracedTensor): Set<Leaf> {
  const reached = new Set<Leaf>()
  const waiting = new Map<Segment, Reach>()
  const mark = ({ view, reference }: Link) => {
    const reach = waiting.get(view.segment) ?? new Reach(view.segment)
    waiting.set(view.segment, reach)
    reach.views.add(view)
    reach.mark(reference)
  }
  mark(placeOf(root))
  while (waiting.size > 0) {
    const reach = latest(waiting.values(), each => each.segment)
    waiting.delete(reach.segment)
    reach.spread()
    reach.segment.leafReferences.forEach((each, i) => {
      if (reach.has(each)) reached.add(reach.segment.leaves[i] as Leaf)
    })
    for (const view of reach.views) for (const [at, link] of view.imports) if (reach.has(at)) mark(link)
  }
  return reached
}

/** Of what belongs to segments the one of the latest: later segments depend on earlier ones. */
export function latest<T>(all: Iterable<T>, segmentOf: (each: T) => Segment): T {
  let last: T | undefined
  for (const each of all) if (last === undefined || segmentOf(each).serial > segmentOf(last).serial) last = each
  return last as T
}

/** The page and the reference of a value that was computed. */
export function placeOf(x: Traced | TracedTensor): Link {
  const { owner, box } = x.arena
  if (owner instanceof Page) {
    owner.sync()
    return { view: owner.view, reference: owner.reference(x) }
  }
  return { view: box as View, reference: x instanceof TracedTensor ? -1 - (x.box as Boxed).node : x.index }
}
