import type { SparsityPattern } from '../pattern.ts'
import { acyclicColorings } from './acyclic.ts'
import { type Adjacency, graphOf, isProper, leastForForests } from './adjacency.ts'
import type { ColorGroups } from './groups.ts'
import { colorLattice, effortOfLattice } from './lattice.ts'
import { onlyNeeded } from './recovery.ts'
import { mirrorImages, neededColors } from './symmetric.ts'

/**
 * Columns of a symmetric matrix in groups, and how its entries follow from what their passes give. A sum is what the pass of one
 * color gives at one row: the entries of that row in the columns of that color. An entry that is alone in its sum is known, and
 * is subtracted, as its mirror image, from the sum that this stands in; and so on, until every sum is one entry.
 *
 * Source: A. H. Gebremedhin, A. Pothen, A. Tarafdar and A. Walther, Efficient computation of sparse Hessians using coloring and
 * automatic differentiation, INFORMS J. Computing 21 (2009), section 4.
 */
export interface Substitution {
  columns: ColorGroups
  /** For each sum the color whose pass gives it, and the row. */
  sumColors: Int32Array
  sumRows: Int32Array
  /** Pairs of sums in order: the first is one entry by now, and is subtracted from the second. */
  steps: Int32Array
  /** For each entry of the pattern the sum that it is in the end. */
  sumOf: Int32Array
  /** How many subtractions follow one upon the other at most. */
  depth: number
}

/** More subtractions than this one upon the other add up roundings that could show. */
const DEEPEST = 4096
/** What it takes to see how entries follow, in visits of each. */
const SUBSTITUTION = 8

/**
 * An acyclic coloring of the columns of a symmetric matrix, without the colors that no entry needs. Several orders are tried as
 * far as the visits of neighbours allow that are worth coming below the passes known; where chains of subtractions are too long,
 * with trees that do not grow as large. Undefined where nothing is found.
 */
export function colorForSubstitution(pattern: SparsityPattern, known: number, effortFor: (known: number) => number): Substitution | undefined {
  const graph = graphOf(pattern)
  const least = leastForForests(graph)
  const lattice = gridColoring(pattern, graph, least, known, effortFor)
  if (lattice !== undefined && lattice.count <= least) return substitutionOf(pattern, lattice)
  for (const largest of [Number.POSITIVE_INFINITY, DEEPEST]) {
    let best: ColorGroups | undefined = lattice
    for (const coloring of acyclicColorings(graph, () => effortFor(Math.min(known, best?.count ?? known)), largest)) {
      const columns = onlyNeeded(coloring, neededColors(pattern, coloring).needed)
      if (best === undefined || columns.count < best.count) best = columns
    }
    const found = best && substitutionOf(pattern, best)
    if (found === undefined || found.depth <= DEEPEST) return found
  }
  return undefined
}

/** A coloring as of a grid that lets every entry be recovered, in chains that are not too long. */
function gridColoring(pattern: SparsityPattern, graph: Adjacency, from: number, below: number, effortFor: (known: number) => number): ColorGroups | undefined {
  if (effortOfLattice(pattern, SUBSTITUTION) > effortFor(below)) return undefined
  const found = colorLattice(pattern, { from, below: Math.min(below, pattern.columns), apart: false }, coloring => {
    if (!isProper(graph, coloring)) return false
    const { sumOf, depth } = substitutionOf(pattern, coloring)
    return depth <= DEEPEST && sumOf.every(sum => sum >= 0)
  })
  return found && onlyNeeded(found, neededColors(pattern, found).needed)
}

/** How entries follow from the passes of an acyclic coloring; a column of color −1 takes no part. From the leaves of each tree inwards. */
export function substitutionOf(pattern: SparsityPattern, columns: ColorGroups): Substitution {
  const { rows, rowPointers, columnIndices, nonzeros } = pattern
  const { colors } = columns
  const mirror = mirrorImages(pattern)
  /** For each entry the sum it stands in, −1 where no pass gives that. */
  const standsIn = new Int32Array(nonzeros).fill(-1)
  const sumColors = new Int32Array(nonzeros)
  const sumRows = new Int32Array(nonzeros)
  let sums = 0
  /** For each sum the number of its entries that are not known, and these entries' numbers xored: the last of them in the end. */
  const unknown = new Int32Array(nonzeros)
  const rest = new Int32Array(nonzeros)
  const sumOfColor = new Int32Array(columns.count)
  const seenAt = new Int32Array(columns.count).fill(-1)
  for (let i = 0; i < rows; i++) {
    for (let k = rowPointers[i] as number; k < (rowPointers[i + 1] as number); k++) {
      const color = colors[columnIndices[k] as number] as number
      if (color < 0) continue
      if (seenAt[color] !== i) {
        seenAt[color] = i
        sumOfColor[color] = sums
        sumColors[sums] = color
        sumRows[sums++] = i
      }
      const sum = sumOfColor[color] as number
      standsIn[k] = sum
      unknown[sum] = (unknown[sum] as number) + 1
      rest[sum] = (rest[sum] as number) ^ k
    }
  }
  const sumOf = new Int32Array(nonzeros).fill(-1)
  const pairs = new Int32Array(2 * nonzeros)
  let used = 0
  // First come, first served: from all leaves at once, so that chains of subtractions are as short as they can be.
  const open = new Int32Array(sums)
  let end = 0
  for (let sum = 0; sum < sums; sum++) if (unknown[sum] === 1) open[end++] = sum
  for (let at = 0; at < end; at++) {
    const sum = open[at] as number
    if (unknown[sum] !== 1) continue
    const k = rest[sum] as number
    const image = mirror[k] as number
    unknown[sum] = 0
    sumOf[k] = sum
    sumOf[image] = sum
    const other = standsIn[image] as number
    if (other < 0 || image === k) continue
    unknown[other] = (unknown[other] as number) - 1
    rest[other] = (rest[other] as number) ^ image
    pairs[used++] = sum
    pairs[used++] = other
    if (unknown[other] === 1) open[end++] = other
  }
  const steps = thoseThatCount(pairs.subarray(0, used), sumOf, sums)
  return { columns, sumColors: sumColors.slice(0, sums), sumRows: sumRows.slice(0, sums), steps, sumOf, depth: depthOf(steps, sums) }
}

/** The subtractions from sums that are entries in the end. */
function thoseThatCount(pairs: Int32Array, sumOf: Int32Array, sums: number): Int32Array {
  const isEntry = new Uint8Array(sums)
  for (const sum of sumOf) isEntry[sum] = 1
  return pairs.filter((_, at) => isEntry[pairs[at | 1] as number] === 1)
}

function depthOf(steps: Int32Array, sums: number): number {
  const depths = new Int32Array(sums)
  let depth = 0
  for (let at = 0; at < steps.length; at += 2) {
    const [from, to] = [steps[at] as number, steps[at + 1] as number]
    depths[to] = Math.max(depths[to] as number, (depths[from] as number) + 1)
    depth = Math.max(depth, depths[to] as number)
  }
  return depth
}
