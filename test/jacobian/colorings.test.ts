import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { band, fivePoint, MATRICES, ninePoint, sevenPoint } from '../../examples/matrices.ts'
import { SparsityPattern } from '../../src/index.ts'
import { acyclicColorings } from '../../src/jacobian/coloring/acyclic.ts'
import { graphOf, leastForForests, neighbourhoodOf, withSecondNeighbours } from '../../src/jacobian/coloring/adjacency.ts'
import { bicolor, leastPasses, passesOf } from '../../src/jacobian/coloring/bicoloring.ts'
import { colorColumns } from '../../src/jacobian/coloring/columns.ts'
import type { ColorGroups } from '../../src/jacobian/coloring/groups.ts'
import * as orders from '../../src/jacobian/coloring/orders.ts'
import { starEarly, starLate } from '../../src/jacobian/coloring/star.ts'
import { colorForSubstitution, type Substitution, substitutionOf } from '../../src/jacobian/coloring/substitution.ts'
import { colorSymmetric } from '../../src/jacobian/coloring/symmetric.ts'

const unbounded = () => Number.POSITIVE_INFINITY

const EDGES = fc.integer({ min: 1, max: 14 }).chain(size =>
  fc.record({
    size: fc.constant(size),
    edges: fc.array(fc.tuple(fc.nat(size - 1), fc.nat(size - 1)), { maxLength: 40 }),
    diagonal: fc.constantFrom('full', 'none', 'some'),
  }),
)

/** A symmetric pattern with the given edges, and with a diagonal, without, or with a part of it. */
const symmetricPatterns = EDGES.map(({ size, edges, diagonal }) => {
  const rows = Array.from({ length: size }, (_, i) => (diagonal === 'full' || (diagonal === 'some' && i % 2 === 0) ? [i] : []))
  for (const [i, j] of edges) {
    if (i === j) continue
    rows[i]?.push(j)
    rows[j]?.push(i)
  }
  return SparsityPattern.fromRows(rows, size)
})

const patterns = fc
  .tuple(fc.integer({ min: 1, max: 10 }), fc.integer({ min: 1, max: 10 }))
  .chain(([rows, columns]) =>
    fc.array(fc.array(fc.nat(columns - 1), { maxLength: 5 }), { minLength: rows, maxLength: rows }).map(lists => SparsityPattern.fromRows(lists, columns)),
  )

/** The neighbours of each vertex. */
const neighboursOf = (pattern: SparsityPattern) => Array.from({ length: pattern.rows }, (_, i) => [...pattern.row(i)].filter(j => j !== i))

function isProper(neighbours: number[][], { colors }: ColorGroups): boolean {
  return neighbours.every((others, v) => others.every(w => colors[v] !== colors[w]))
}

/** By definition: no path on four vertices has two colors. */
function isStar(neighbours: number[][], coloring: ColorGroups): boolean {
  const { colors } = coloring
  const isTwoColored = (path: number[]) => new Set(path).size === 4 && new Set(path.map(v => colors[v])).size === 2
  return (
    isProper(neighbours, coloring) &&
    neighbours.every((others, a) => others.every(b => neighbours[b]!.every(c => neighbours[c]!.every(d => !isTwoColored([a, b, c, d])))))
  )
}

/** By definition: no cycle has two colors. The vertices of two colors that can be pruned leaf by leaf are a forest. */
function isAcyclic(neighbours: number[][], coloring: ColorGroups): boolean {
  const { colors, count } = coloring
  for (let a = 0; a < count; a++) {
    for (let b = 0; b < a; b++) {
      let left = neighbours.map((_, v) => v).filter(v => colors[v] === a || colors[v] === b)
      for (let before = -1; before !== left.length; ) {
        before = left.length
        left = left.filter(v => neighbours[v]!.filter(w => left.includes(w)).length > 1)
      }
      if (left.length > 0) return false
    }
  }
  return isProper(neighbours, coloring)
}

/** The least number of colors, by trying all. */
function fewest(size: number, valid: (coloring: ColorGroups) => boolean): number {
  for (let count = 1; ; count++) {
    for (let code = 0; code < count ** size; code++) {
      const colors = Int32Array.from({ length: size }, (_, v) => Math.floor(code / count ** v) % count)
      if (valid({ colors, count })) return count
    }
  }
}

/** Distinct integers, so that sums and differences are exact. */
const numbersFor = (pattern: SparsityPattern) => Array.from({ length: pattern.nonzeros }, (_, k) => (k * 7919) % 10007)
/** The same for (i, j) and (j, i). */
const symmetricNumbersFor = (pattern: SparsityPattern) => {
  const numbers: number[] = []
  for (let i = 0; i < pattern.rows; i++) for (const j of pattern.row(i)) numbers.push(1 + ((Math.min(i, j) * 7919 + Math.max(i, j) * 104729) % 10007))
  return numbers
}

/** What a pass for each group of columns gives: the sums of its columns. */
function compressed(pattern: SparsityPattern, numbers: number[], { colors, count }: ColorGroups): Float64Array[] {
  const sums = Array.from({ length: count }, () => new Float64Array(pattern.rows))
  for (let i = 0, k = 0; i < pattern.rows; i++) {
    for (const j of pattern.row(i)) {
      const color = colors[j]!
      if (color >= 0) sums[color]![i]! += numbers[k]!
      k++
    }
  }
  return sums
}

function substituted({ columns, sumColors, sumRows, steps, sumOf }: Substitution, pattern: SparsityPattern, numbers: number[]): number[] {
  const passes = compressed(pattern, numbers, columns)
  const sums = Float64Array.from(sumRows, (row, sum) => passes[sumColors[sum]!]![row]!)
  for (let at = 0; at < steps.length; at += 2) sums[steps[at + 1]!]! -= sums[steps[at]!]!
  return Array.from(sumOf, sum => sums[sum]!)
}

const ORDERS = Object.entries(orders).map(([name, order]): [string, orders.Order] =>
  name === 'withRandomTies' ? [name, (order as typeof orders.withRandomTies)(orders.smallestLast, 3)] : [name, order as orders.Order],
)

describe('an order', () => {
  it.each(ORDERS)('%s has each vertex once, also of a graph that names a neighbour twice', (_name, order) => {
    fc.assert(
      fc.property(symmetricPatterns, pattern => {
        for (const whole of [neighbourhoodOf(graphOf(pattern)), withSecondNeighbours(graphOf(pattern))]) {
          expect([...order(whole)].sort((a, b) => a - b)).toEqual(Array.from({ length: pattern.rows }, (_, v) => v))
        }
      }),
    )
  })

  it('by saturation colors every bipartite graph with two colors (Brélaz 1979)', () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(fc.nat(6), fc.nat(6)), { minLength: 1, maxLength: 30 }), edges => {
        const rows = Array.from({ length: 14 }, (): number[] => [])
        for (const [left, right] of edges) {
          rows[left]?.push(7 + right)
          rows[7 + right]?.push(left)
        }
        const neighbours = neighboursOf(SparsityPattern.fromRows(rows, 14))
        const colors = new Array<number>(14).fill(-1)
        for (const v of orders.saturation({ size: 14, neighbours: (vertex, visit) => neighbours[vertex]!.forEach(visit) })) {
          const taken = neighbours[v]!.map(w => colors[w])
          colors[v] = [0, 1, 2].find(color => !taken.includes(color))!
        }
        expect(Math.max(...colors)).toBeLessThanOrEqual(1)
      }),
    )
  })
})

describe('a coloring of a random graph', () => {
  it.each(ORDERS)('is what its name says, vertex after vertex by %s', (_name, order) => {
    fc.assert(
      fc.property(symmetricPatterns, pattern => {
        const graph = graphOf(pattern)
        const neighbours = neighboursOf(pattern)
        for (const color of [starEarly, starLate]) {
          const { coloring } = color(graph, order(neighbourhoodOf(graph)), Number.POSITIVE_INFINITY)
          expect(isStar(neighbours, coloring!)).toBe(true)
        }
      }),
    )
  })

  it('by acyclic coloring has no cycle of two colors, and no fewer colors than can be', () => {
    fc.assert(
      fc.property(symmetricPatterns, fc.constantFrom(Number.POSITIVE_INFINITY, 3), (pattern, largest) => {
        const graph = graphOf(pattern)
        for (const coloring of acyclicColorings(graph, unbounded, largest)) {
          expect(isAcyclic(neighboursOf(pattern), coloring)).toBe(true)
          expect(coloring.count).toBeGreaterThanOrEqual(leastForForests(graph))
        }
      }),
      { numRuns: 400 },
    )
  })

  it('cannot have fewer colors than are said to be least', () => {
    fc.assert(
      fc.property(
        symmetricPatterns.filter(({ rows }) => rows <= 6),
        pattern => {
          const neighbours = neighboursOf(pattern)
          expect(leastForForests(graphOf(pattern))).toBeLessThanOrEqual(fewest(pattern.rows, coloring => isAcyclic(neighbours, coloring)))
        },
      ),
    )
  })

  it('by columns has no two columns of a color in one row', () => {
    fc.assert(
      fc.property(patterns, pattern => {
        const { colors, count } = colorColumns(pattern, pattern.transposed(), unbounded)
        expect(count).toBeGreaterThanOrEqual(pattern.longestRow())
        for (let i = 0; i < pattern.rows; i++) expect(new Set([...pattern.row(i)].map(j => colors[j])).size).toBe(pattern.row(i).length)
      }),
      { numRuns: 300 },
    )
  })
})

describe('recovery', () => {
  it('of a symmetric matrix by a star coloring reads each entry alone', () => {
    fc.assert(
      fc.property(symmetricPatterns, pattern => {
        const numbers = symmetricNumbersFor(pattern)
        const { columns, mirrored } = colorSymmetric(pattern, Number.POSITIVE_INFINITY, unbounded)!
        const passes = compressed(pattern, numbers, columns)
        for (let i = 0, k = 0; i < pattern.rows; i++) {
          for (const j of pattern.row(i)) {
            const [column, row] = mirrored[k] === 1 ? [i, j] : [j, i]
            expect(passes[columns.colors[column]!]![row]).toBe(numbers[k++])
          }
        }
      }),
      { numRuns: 400 },
    )
  })

  it('of a symmetric matrix by substitution gives each entry, after colors that none needs are gone', () => {
    fc.assert(
      fc.property(symmetricPatterns, pattern => {
        const numbers = symmetricNumbersFor(pattern)
        const substitution = colorForSubstitution(pattern, Number.POSITIVE_INFINITY, unbounded)!
        expect(substituted(substitution, pattern, numbers)).toEqual(numbers)
      }),
      { numRuns: 400 },
    )
  })

  it('needs every color that is left: without one no entry of some tree could be told', () => {
    fc.assert(
      fc.property(symmetricPatterns, pattern => {
        const { columns } = colorForSubstitution(pattern, Number.POSITIVE_INFINITY, unbounded)!
        for (let gone = 0; gone < columns.count; gone++) {
          const colors = columns.colors.map(color => (color === gone ? -1 : color))
          expect([...substitutionOf(pattern, { colors, count: columns.count }).sumOf]).toContain(-1)
        }
      }),
      { numRuns: 400 },
    )
  })

  it('of a matrix from columns and rows reads each entry alone', () => {
    fc.assert(
      fc.property(patterns, pattern => {
        const transposed = pattern.transposed()
        const numbers = numbersFor(pattern)
        const { columns, rows, byRow } = bicolor(pattern, transposed, Number.POSITIVE_INFINITY, unbounded, true)!
        const forward = compressed(pattern, numbers, columns)
        const places: number[][] = Array.from({ length: pattern.columns }, () => [])
        for (let i = 0, k = 0; i < pattern.rows; i++) for (const j of pattern.row(i)) places[j]!.push(numbers[k++]!)
        const backward = compressed(transposed, places.flat(), rows)
        for (let i = 0, k = 0; i < pattern.rows; i++) {
          for (const j of pattern.row(i)) {
            const found = byRow[k] === 1 ? backward[rows.colors[i]!]![j] : forward[columns.colors[j]!]![i]
            expect(found).toBe(numbers[k++])
          }
        }
      }),
      { numRuns: 400 },
    )
  })
})

describe('the number of groups', () => {
  it('in two directions is never below the bound of the longest rows and columns', () => {
    fc.assert(
      fc.property(patterns, pattern => {
        expect(passesOf(bicolor(pattern, pattern.transposed(), Number.POSITIVE_INFINITY, unbounded, true)!)).toBeGreaterThanOrEqual(leastPasses(pattern))
      }),
      { numRuns: 400 },
    )
    // 100 rows of 5 entries, which 900 rows of one entry do not make easier: 500 entries at most 100 at a time.
    const rows = Array.from({ length: 1000 }, (_, i) => (i < 100 ? [0, 1, 2, 3, 4].map(k => (i + k) % 100) : [i % 100]))
    const pattern = SparsityPattern.fromRows(rows, 100)
    expect([leastPasses(pattern), leastPasses(pattern.transposed())]).toEqual([5, 5])
  })

  it.each(MATRICES.map(each => [each.name, each] as const))('of %s is at most what ColPack finds', (_name, { pattern: make, colpack }) => {
    const pattern = make()
    const transposed = pattern.transposed()
    expect(colorColumns(pattern, transposed, unbounded).count).toBeLessThanOrEqual(colpack.columns)
    expect(colorColumns(transposed, pattern, unbounded).count).toBeLessThanOrEqual(colpack.rows)
    expect(passesOf(bicolor(pattern, transposed, Number.POSITIVE_INFINITY, unbounded, true)!)).toBeLessThanOrEqual(colpack.both)
    if (colpack.star === undefined || colpack.acyclic === undefined) return
    expect(colorSymmetric(pattern, Number.POSITIVE_INFINITY, unbounded)!.columns.count).toBeLessThanOrEqual(colpack.star)
    expect(colorForSubstitution(pattern, Number.POSITIVE_INFINITY, unbounded)!.columns.count).toBeLessThanOrEqual(colpack.acyclic)
  })

  // No coloring by columns has fewer groups than the longest row, none without cycles of two colors fewer than `leastForForests`.
  it('of bands and grids of any sides is the fewest that can be, by columns and by substitution', () => {
    const grids = [
      ...[3, 5, 11, 21].map(diagonals => [band(300, diagonals), diagonals, (diagonals + 1) / 2] as const),
      ...[10, 11, 13, 32].flatMap(side => [
        [fivePoint(side, side + 3), 5, 3] as const,
        [ninePoint(side, side + 3), 9, 5] as const,
        [sevenPoint(side), 7, 4] as const,
      ]),
    ]
    for (const [pattern, columns, acyclic] of grids) {
      expect(colorColumns(pattern, pattern, unbounded).count).toBe(columns)
      expect(leastForForests(graphOf(pattern))).toBe(acyclic)
      const found = colorForSubstitution(pattern, Number.POSITIVE_INFINITY, unbounded)!
      expect(found.columns.count).toBe(acyclic)
      const numbers = symmetricNumbersFor(pattern)
      expect(substituted(found, pattern, numbers)).toEqual(numbers)
    }
  })

  it('of what is a grid in its longest row alone is right', () => {
    // A 7-point grid with some entries more elsewhere.
    const grid = sevenPoint(7)
    const rows = Array.from({ length: grid.rows }, (_, i) => [...grid.row(i)])
    for (const [i, j] of [
      [3, 10],
      [5, 330],
      [0, 342],
    ] as const) {
      rows[i]!.push(j)
      rows[j]!.push(i)
    }
    const pattern = SparsityPattern.fromRows(rows, grid.rows)
    const { colors } = colorColumns(pattern, pattern, unbounded)
    for (let i = 0; i < pattern.rows; i++) {
      const row = [...pattern.row(i)].map(j => colors[j])
      expect(new Set(row).size).toBe(row.length)
    }
    const numbers = symmetricNumbersFor(pattern)
    expect(substituted(colorForSubstitution(pattern, Number.POSITIVE_INFINITY, unbounded)!, pattern, numbers)).toEqual(numbers)
  })
})
