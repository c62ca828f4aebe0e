const PLACES = 2 ** 27
const LARGEST_KEY = 2 ** 25

/** Vertices by key, least first, ties by place from the front or from the back. A key may be out of date, which its taker finds. */
export class VertexQueue {
  /** A binary heap of numbers: key times PLACES, plus place. */
  readonly #heap: number[] = []
  readonly #count: number
  readonly #fromFront: boolean
  #taken = 0

  constructor(count: number, fromFront: boolean) {
    this.#count = count
    this.#fromFront = fromFront
  }

  put(key: number, vertex: number): void {
    const heap = this.#heap
    const item = Math.min(key, LARGEST_KEY) * PLACES + (this.#fromFront ? vertex : this.#count - vertex)
    let at = heap.length
    heap.push(item)
    while (at > 0) {
      const up = (at - 1) >> 1
      if ((heap[up] as number) <= item) break
      heap[at] = heap[up] as number
      at = up
    }
    heap[at] = item
  }

  take(): number | undefined {
    const heap = this.#heap
    const top = heap[0]
    const last = heap.pop()
    if (top === undefined || last === undefined) return undefined
    if (heap.length > 0) {
      let at = 0
      for (;;) {
        let child = 2 * at + 1
        if (child >= heap.length) break
        if (child + 1 < heap.length && (heap[child + 1] as number) < (heap[child] as number)) child++
        if ((heap[child] as number) >= last) break
        heap[at] = heap[child] as number
        at = child
      }
      heap[at] = last
    }
    this.#taken = Math.floor(top / PLACES)
    const place = top - this.#taken * PLACES
    return this.#fromFront ? place : this.#count - place
  }

  /** Whether the key of the vertex that was taken last is another by now. */
  changed(key: number): boolean {
    return Math.min(key, LARGEST_KEY) !== this.#taken
  }
}
