import type { SparseMatrix } from '../../jacobian/sparse-matrix.ts'

/** Unknowns that are eliminated together, and the later ones that they are coupled with, by places in the order. */
export interface Block {
  start: number
  size: number
  neighbours: Int32Array
}

/** An order in which blocks are eliminated, those of a round not seeing each other; what is left is one dense block. */
export interface Elimination {
  /** The column of J at each place. */
  order: Int32Array
  blocks: Block[]
  /** Unknowns eliminated by each round. */
  rounds: number[]
  left: number
  /** Multiplications of one factorisation. */
  multiplications: number
}

/** Blocks are taken in a round whose neighbours are no more than this many times the fewest. */
const SLACK = 1.5
/** Unknowns that are not worth another round. */
const FEW = 32
/** Part of the entries that may be other than 0 from which what is left counts as dense. */
const DENSE = 0.7

interface Chosen {
  columns: number[]
  neighbours: Int32Array
}

/**
 * An order of elimination for the normal equations of a pattern, by rounds of blocks with few neighbours that share no row: the
 * points of bundle adjustment, each seen by few cameras, are one round. Undefined where a factorisation takes more than `most`
 * multiplications. Source: Liu, "Modification of the minimum-degree algorithm by multiple elimination", ACM TOMS 11 (1985).
 */
export function eliminationOf(jacobian: SparseMatrix, most: number): Elimination | undefined {
  let graph = coupled(jacobian, most)
  if (graph === undefined) return undefined
  const n = jacobian.shape[1]
  const columns: number[] = []
  const blocks: Chosen[] = []
  const rounds: number[] = []
  let multiplications = 0
  let left = Int32Array.from({ length: n }, (_, j) => j)
  while (left.length > FEW && entries(graph, left) < DENSE * left.length ** 2) {
    const chosen = independent(graph, left)
    const gone = new Int32Array(n).fill(-1)
    chosen.forEach((block, b) => {
      for (const j of block.columns) gone[j] = b
      columns.push(...block.columns)
      multiplications += (block.columns.length * (block.columns.length + block.neighbours.length) ** 2) / 2
    })
    if (multiplications > most) return undefined
    blocks.push(...chosen)
    rounds.push(columns.length - rounds.reduce((sum, each) => sum + each, 0))
    left = left.filter(j => (gone[j] as number) < 0)
    graph = reduced(graph, left, chosen, gone)
  }
  multiplications += left.length ** 3 / 6
  if (multiplications > most) return undefined
  const order = Int32Array.from([...columns, ...left])
  const place = new Int32Array(n)
  order.forEach((j, i) => {
    place[j] = i
  })
  return {
    order,
    rounds,
    left: left.length,
    multiplications,
    blocks: blocks.map(block => ({
      start: place[block.columns[0] as number] as number,
      size: block.columns.length,
      neighbours: block.neighbours.map(j => place[j] as number).sort(),
    })),
  }
}

function entries(graph: Int32Array[], left: Int32Array): number {
  return left.reduce((sum, j) => sum + (graph[j] as Int32Array).length, 0)
}

/** For each column, itself and those that share a row with it; undefined where there are too many pairs to look at. */
function coupled({ shape: [rows, n], rowPointers, columns }: SparseMatrix, most: number): Int32Array[] | undefined {
  let pairs = 0
  for (let i = 0; i < rows; i++) pairs += ((rowPointers[i + 1] as number) - (rowPointers[i] as number)) ** 2
  if (pairs > most) return undefined
  const rowsOf = Array.from({ length: n }, (): number[] => [])
  for (let i = 0; i < rows; i++) for (let k = rowPointers[i] as number; k < (rowPointers[i + 1] as number); k++) rowsOf[columns[k] as number]?.push(i)
  const seen = new Int32Array(n).fill(-1)
  return rowsOf.map((list, j) => {
    seen[j] = j
    const found = [j]
    for (const i of list) {
      for (let k = rowPointers[i] as number; k < (rowPointers[i + 1] as number); k++) {
        const other = columns[k] as number
        if (seen[other] === j) continue
        seen[other] = j
        found.push(other)
      }
    }
    return Int32Array.from(found)
  })
}

/** Blocks that do not see each other, those with fewest neighbours first. Columns that see the same ones are one block. */
function independent(graph: Int32Array[], left: Int32Array): Chosen[] {
  const degree = (j: number) => (graph[j] as Int32Array).length
  const seen = new Int32Array(graph.length).fill(-1)
  /** 1: in a block, 2: beside one. */
  const state = new Uint8Array(graph.length)
  const byDegree = left.toSorted((a, b) => degree(a) - degree(b) || a - b)
  const limit = SLACK * degree(byDegree[0] as number)
  const chosen: Chosen[] = []
  for (const j of byDegree) {
    if (degree(j) > limit) break
    if (state[j] !== 0) continue
    const around = graph[j] as Int32Array
    for (const other of around) seen[other] = j
    const alike = Array.from(around.filter(other => degree(other) === around.length && (graph[other] as Int32Array).every(each => seen[each] === j)))
    for (const each of alike) state[each] = 1
    const neighbours = around.filter(each => state[each] !== 1)
    for (const each of neighbours) state[each] = 2
    chosen.push({ columns: alike.sort((a, b) => a - b), neighbours })
  }
  return chosen
}

/** What is left when blocks are gone: their neighbours see each other. `gone` has the block of each column that is in one. */
function reduced(graph: Int32Array[], left: Int32Array, chosen: readonly Chosen[], gone: Int32Array): Int32Array[] {
  const next: Int32Array[] = new Array(graph.length)
  const seen = new Int32Array(graph.length).fill(-1)
  const seenBlock = new Int32Array(chosen.length).fill(-1)
  for (const j of left) {
    const around = graph[j] as Int32Array
    next[j] = around
    if (around.every(other => (gone[other] as number) < 0)) continue
    const found: number[] = []
    const add = (other: number) => {
      if (seen[other] === j) return
      seen[other] = j
      found.push(other)
    }
    for (const other of around) {
      const block = gone[other] as number
      if (block < 0) add(other)
      else if (seenBlock[block] !== j) {
        seenBlock[block] = j
        for (const each of (chosen[block] as Chosen).neighbours) add(each)
      }
    }
    next[j] = Int32Array.from(found)
  }
  return next
}
