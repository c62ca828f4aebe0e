/*
 * Approximate minimum degree on a quotient graph: a variable that is eliminated becomes an element, which stands for the clique of
 * its neighbours. Source: Amestoy, Davis and Duff, An approximate minimum degree ordering algorithm, SIAM J. Matrix Anal. Appl. 17 (1996).
 */

/** The graph of a square matrix and its transpose, without the diagonal: the neighbours of i stand from pointers[i] to pointers[i + 1]. */
function symmetricGraph(n: number, pointers: Int32Array, indices: Int32Array): number[][] {
  const seen = new Int32Array(n).fill(-1)
  const transposed: number[][] = Array.from({ length: n }, () => [])
  for (let i = 0; i < n; i++) for (let k = pointers[i] as number; k < (pointers[i + 1] as number); k++) transposed[indices[k] as number]?.push(i)
  return transposed.map((column, i) => {
    seen[i] = i
    const neighbours: number[] = []
    const add = (j: number) => {
      if (seen[j] === i) return
      seen[j] = i
      neighbours.push(j)
    }
    for (let k = pointers[i] as number; k < (pointers[i + 1] as number); k++) add(indices[k] as number)
    for (const j of column) add(j)
    return neighbours
  })
}

/** Entries of the envelope for each of the matrix up to which it stays in its order: factors fill no more than that. */
const NARROW = 1.5

/** How many places there are between the first entry of a row or column and the diagonal. */
function envelope(n: number, pointers: Int32Array, indices: Int32Array): number {
  const first = Int32Array.from({ length: n }, (_, i) => i)
  for (let i = 0; i < n; i++)
    for (let k = pointers[i] as number; k < (pointers[i + 1] as number); k++) {
      const j = indices[k] as number
      if (j < (first[i] as number)) first[i] = j
      else if (i < (first[j] as number)) first[j] = i
    }
  return first.reduce((total, each, i) => total + i - each, 0)
}

/** Variables by degree, in doubly linked lists. */
class Degrees {
  readonly #head: Int32Array
  readonly #next: Int32Array
  readonly #previous: Int32Array
  readonly of: Int32Array
  #least = 0

  constructor(n: number) {
    this.#head = new Int32Array(n + 1).fill(-1)
    this.#next = new Int32Array(n).fill(-1)
    this.#previous = new Int32Array(n).fill(-1)
    this.of = new Int32Array(n)
  }

  add(i: number, degree: number): void {
    this.of[i] = degree
    const head = this.#head[degree] as number
    this.#next[i] = head
    this.#previous[i] = -1
    if (head >= 0) this.#previous[head] = i
    this.#head[degree] = i
    if (degree < this.#least) this.#least = degree
  }

  remove(i: number): void {
    const [before, after] = [this.#previous[i] as number, this.#next[i] as number]
    if (before >= 0) this.#next[before] = after
    else this.#head[this.of[i] as number] = after
    if (after >= 0) this.#previous[after] = before
  }

  takeLeast(): number {
    while ((this.#head[this.#least] as number) < 0) this.#least++
    const i = this.#head[this.#least] as number
    this.remove(i)
    return i
  }
}

/**
 * An order of elimination that keeps the factors of a square matrix sparse, for pivots on the diagonal: `order[k]` is what is
 * eliminated as the k-th. The pattern is that of A + Aᵀ, given by the rows (or columns) of A; a narrow band stays in its order.
 */
export function minimumDegree(n: number, pointers: Int32Array, indices: Int32Array): Int32Array {
  if (envelope(n, pointers, indices) <= NARROW * indices.length) return Int32Array.from({ length: n }, (_, i) => i)
  const variables = symmetricGraph(n, pointers, indices)
  const elements: number[][] = Array.from({ length: n }, () => [])
  /** Of elements: their variables; undefined once absorbed. */
  const members: (number[] | undefined)[] = new Array(n)
  /** How many variables one stands for; 0 for one that is merged, eliminated or an element. */
  const weight = new Int32Array(n).fill(1)
  const merged: number[][] = Array.from({ length: n }, (_, i) => [i])
  const degrees = new Degrees(n)
  const order = new Int32Array(n)
  const isDense = Math.max(16, 10 * Math.sqrt(n))
  const last: number[] = []
  let left = 0
  for (let i = n - 1; i >= 0; i--) {
    if ((variables[i] as number[]).length > isDense) {
      weight[i] = 0
      last.push(i)
    } else left++
  }
  for (let i = n - 1; i >= 0; i--) if (weight[i] !== 0) degrees.add(i, (variables[i] as number[]).length)
  const mark = new Int32Array(n)
  const outside = new Int32Array(n)
  const outsideAt = new Int32Array(n)
  let stamp = 0
  let done = 0
  const eliminate = (i: number) => {
    for (const each of merged[i] as number[]) order[done++] = each
    left -= weight[i] as number
    weight[i] = 0
  }
  while (left > 0) {
    const pivot = degrees.takeLeast()
    eliminate(pivot)
    stamp++
    mark[pivot] = stamp
    const clique: number[] = []
    let cliqueWeight = 0
    const take = (list: readonly number[]) => {
      for (const i of list) {
        if (weight[i] === 0 || mark[i] === stamp) continue
        mark[i] = stamp
        clique.push(i)
        cliqueWeight += weight[i] as number
      }
    }
    take(variables[pivot] as number[])
    for (const e of elements[pivot] as number[]) {
      take(members[e] as number[])
      members[e] = undefined
    }
    members[pivot] = clique
    variables[pivot] = []
    // How much of each element lies outside the clique.
    for (const i of clique) {
      for (const e of elements[i] as number[]) {
        if (members[e] === undefined) continue
        if (outsideAt[e] !== stamp) {
          outsideAt[e] = stamp
          let size = 0
          const alive = (members[e] as number[]).filter(each => weight[each] !== 0)
          members[e] = alive
          for (const each of alive) size += weight[each] as number
          outside[e] = size
        }
        outside[e] = (outside[e] as number) - (weight[i] as number)
      }
    }
    const alike = new Map<number, number[]>()
    for (const i of clique) {
      degrees.remove(i)
      let [beyond, hash] = [0, pivot]
      const kept: number[] = []
      for (const e of elements[i] as number[]) {
        if (members[e] === undefined) continue
        if (outside[e] === 0 && outsideAt[e] === stamp) continue
        kept.push(e)
        beyond += outside[e] as number
        hash += e
      }
      const near: number[] = []
      for (const j of variables[i] as number[]) {
        if (weight[j] === 0 || mark[j] === stamp) continue
        near.push(j)
        beyond += weight[j] as number
        hash += j
      }
      variables[i] = near
      kept.push(pivot)
      elements[i] = kept
      if (beyond === 0) {
        // Nothing but the clique is left of its neighbours: it can be eliminated at once.
        cliqueWeight -= weight[i] as number
        eliminate(i)
        continue
      }
      degrees.of[i] = Math.min((degrees.of[i] as number) + cliqueWeight, beyond + cliqueWeight) - (weight[i] as number)
      const group = alike.get(hash)
      if (group === undefined) alike.set(hash, [i])
      else group.push(i)
    }
    for (const group of alike.values()) mergeAlike(group)
    let rest = 0
    for (const i of clique) {
      if (weight[i] === 0) continue
      clique[rest++] = i
      degrees.add(i, Math.max(0, Math.min(degrees.of[i] as number, left - (weight[i] as number))))
    }
    clique.length = rest
    if (rest === 0) members[pivot] = undefined
  }
  for (const i of last) order[done++] = i
  return order

  /** Makes one of variables that have the same neighbours. */
  function mergeAlike(group: number[]): void {
    for (let a = 0; a < group.length; a++) {
      const i = group[a] as number
      if (weight[i] === 0) continue
      for (let b = a + 1; b < group.length; b++) {
        const j = group[b] as number
        if (
          weight[j] === 0 ||
          !sameMembers(elements[i] as number[], elements[j] as number[]) ||
          !sameMembers(variables[i] as number[], variables[j] as number[])
        )
          continue
        weight[i] = (weight[i] as number) + (weight[j] as number)
        degrees.of[i] = Math.max(0, (degrees.of[i] as number) - (weight[j] as number))
        weight[j] = 0
        for (const each of merged[j] as number[]) merged[i]?.push(each)
      }
    }
  }

  function sameMembers(a: readonly number[], b: readonly number[]): boolean {
    if (a.length !== b.length) return false
    if (a.length < 8) return a.every(each => b.includes(each))
    const all = new Set(a)
    return b.every(each => all.has(each))
  }
}
