import { type Adjacency, leastForForests, neighbourhoodOf, secondVisits, withSecondNeighbours } from './adjacency.ts'
import type { ColorGroups } from './groups.ts'
import type { Order } from './orders.ts'

/** A greedy coloring in some order, and the visits of neighbours that it took; no coloring where these are more than `effort`. */
export type Greedy = (graph: Adjacency, order: Int32Array, effort: number) => { coloring?: ColorGroups; visits: number }

/** A way to color a graph: vertex after vertex in an order, which may count neighbours of neighbours, too. */
export interface Trial {
  readonly order: Order
  readonly second?: boolean
  readonly color: Greedy
}

/** So many ways in turn may be no better than the best before them. */
const PATIENCE = 4

/**
 * Colorings in which two colors form a forest, in several ways, what helps most often first, as long as the visits of neighbours
 * in all are no more than `effort`, which is asked before each and may fall with what was found; at least one where one is
 * `needed`. Where some vertices have very many neighbours a way can take far more visits than the first; it is then given up. No
 * more are tried when one has as few colors as any can have, or several in turn were no better than the best.
 */
export function* coloringsOf(graph: Adjacency, trials: readonly Trial[], effort: () => number, needed = false): Generator<ColorGroups> {
  const least = leastForForests(graph)
  // Finding an order, the tables of a coloring, and what is made of it are worth some thirty visits of each edge.
  const fixed = 30 * graph.neighbours.length
  let spent = 0
  let most = Number.POSITIVE_INFINITY
  let best = Number.POSITIVE_INFINITY
  let inVain = 0
  for (const { order, second, color } of trials) {
    const free = needed && spent === 0
    spent += fixed + (second ? secondVisits(graph) : 0)
    const left = free ? Number.POSITIVE_INFINITY : effort() - spent
    if (left < 0) return
    const { coloring, visits } = color(graph, order(second ? withSecondNeighbours(graph) : neighbourhoodOf(graph)), Math.min(left, most))
    spent += visits
    most = Math.min(most, 2 * visits + fixed)
    inVain = coloring !== undefined && coloring.count < best ? 0 : inVain + 1
    if (coloring !== undefined) {
      yield coloring
      best = Math.min(best, coloring.count)
    }
    if (best <= least || inVain > PATIENCE) return
  }
}
