import type { Positions } from '../core/definition.ts'
import { assembled, isAbstract, isBatched } from '../core/dispatch.ts'
import { type Shape, sizeOfShape } from '../core/shape.ts'
import { Tensor } from '../core/tensor.ts'
import { isTraced } from '../core/traced.ts'
import type { Value } from '../core/types.ts'
import { settled, waits } from '../core/waiting.ts'
import { add } from '../ops/arithmetic.ts'
import { scatterEntries } from '../ops/movement.ts'
import { pack, placeSection } from '../ops/sections.ts'
import { reshape } from '../ops/shape.ts'

/** Whose numbers a sum of plain tensors stands in: those of a term, or its own, to which terms are added in place. */
const SHARED = 0
const OWN = 1
/** Its own, to which zeros were added: nowhere −0. */
const FROM_ZEROS = 2

/** Of values without numbers, up to so many parts are put in place one by one, in which form rules for graphs look through them. */
const FEW_PARTS = 64

/** Traced entries that wait to be put in place: a tensor, or a list of scalars. */
interface Part {
  positions: Positions
  entries: Value | readonly Value[]
}

/**
 * What arrives at a node while a tape is walked: a sum of terms that are whole tensors, and of parts of which each adds to
 * some entries. A part costs what it holds, not what the tensor holds, so that reading a tensor in a loop is linear. Terms are
 * added entry by entry in the order in which they come, whether they are plain or traced.
 *
 * A value that was given out is never changed afterwards.
 */
export class Adjoint {
  #sum: Value | undefined
  #owner = SHARED
  #shape: Shape = []
  #parts: Part[] = []

  /** The sum of all terms so far. */
  get value(): Value | undefined {
    this.#sum = settled(this.unsettled)
    return this.#sum
  }

  /** The same, where its entries may still wait to be read. */
  get unsettled(): Value | undefined {
    if (this.#parts.length > 0) this.#settle()
    this.#owner = SHARED
    return this.#sum
  }

  add(term: Value): void {
    if (this.#parts.length > 0) this.#settle()
    const sum = this.#sum
    if (sum === undefined) this.#sum = term
    else if (!isPlainTensor(sum) || !isPlainTensor(term) || sum.size !== term.size || sum.dtype !== term.dtype) {
      this.#sum = add(sum as number, term as number) as Value
      this.#owner = SHARED
    } else if (waits.by?.isWaiting(sum) || waits.by?.isWaiting(term)) {
      this.#sum = waits.by.chained(() => add(sum, term) as Value)
      this.#owner = SHARED
    } else {
      const [from, terms] = [sum.data, term.data]
      const isSingle = sum.dtype === 'float32'
      const to = this.#owner !== SHARED ? from : isSingle ? (new Float32Array(from.length) as unknown as Float64Array) : new Float64Array(from.length)
      // Loops of their own: one that has seen both kinds of array takes twice as long for doubles.
      if (isSingle) addSingles(to, from, terms)
      else for (let i = 0; i < to.length; i++) to[i] = (from[i] as number) + (terms[i] as number)
      if (this.#owner !== SHARED) return
      this.#sum = new Tensor(to, sum.shape)
      this.#owner = OWN
    }
  }

  /** Adds a scalar, a tensor's entries or a list of scalars at positions of a tensor of this shape. */
  addEntries(shape: Shape, positions: Positions, entries: Value | readonly Value[]): void {
    this.#shape = shape
    const isPlain = Array.isArray(entries) ? !entries.some(isTraced) : !isTraced(entries)
    if (!isPlain || this.#parts.length > 0 || isTraced(this.#sum)) {
      this.#parts.push({ positions, entries })
      return
    }
    const terms = entries instanceof Tensor ? entries.data : Array.isArray(entries) ? (entries as number[]) : [entries as number]
    const isSingle = entries instanceof Tensor && entries.dtype === 'float32'
    // Terms of one entry add up before they are rounded.
    if (isSingle && !isSimple({ positions, entries })) {
      this.add(placedIn(shape, { positions, entries }))
      return
    }
    if (this.#sum === undefined && typeof positions === 'number') {
      const first = zerosFor(shape, isSingle)
      first.set(terms, positions)
      this.#sum = new Tensor(first, shape)
      this.#owner = OWN
      return
    }
    const data = this.#buffer(isSingle)
    for (let i = 0; i < terms.length; i++) {
      const at = typeof positions === 'number' ? positions + i : (positions[i] as number)
      if (at >= 0) data[at] = (data[at] as number) + (terms[i] as number)
    }
  }

  /** The numbers of the sum, to be changed in place. */
  #buffer(isSingle: boolean): Float64Array {
    const sum = this.#sum as Tensor | undefined
    const single = isSingle && (sum === undefined || sum.dtype === 'float32')
    const isOwn = this.#owner !== SHARED && (sum as Tensor).dtype === (single ? 'float32' : 'float64')
    if (isOwn && this.#owner === FROM_ZEROS) return (sum as Tensor).data
    const data = isOwn ? (sum as Tensor).data : zerosFor(this.#shape, single)
    if (sum !== undefined) for (let i = 0; i < data.length; i++) data[i] = (sum.data[i] as number) + 0
    this.#sum = new Tensor(data, this.#shape)
    this.#owner = FROM_ZEROS
    return data
  }

  /** Puts the parts that wait in their places. */
  #settle(): void {
    const parts = this.#parts
    const others = parts.filter(({ entries }) => !isZeros(entries))
    this.#parts = []
    this.#owner = SHARED
    if (others.length === parts.length || (others.length === 0 && this.#sum === undefined)) this.#put(parts)
    else {
      if (others.length > 0) this.#put(others)
      // A zero that is added leaves no −0.
      this.#sum = add(this.#sum as number, 0) as Value
    }
  }

  #put(parts: readonly Part[]): void {
    const few = parts.some(({ entries }) => isUnknown(Array.isArray(entries) ? entries.find(isTraced) : entries)) ? FEW_PARTS : 1
    if (parts.length <= few && parts.every((part, k) => isSimple(part) || (k === 0 && this.#sum === undefined && part.entries instanceof Tensor))) {
      for (const part of parts) {
        const placed = placedIn(this.#shape, part)
        this.#sum = this.#sum === undefined ? placed : (add(this.#sum as number, placed as number) as Value)
      }
    } else if (this.#sum === undefined && parts.every(({ entries }) => !(entries instanceof Tensor))) {
      this.#sum = fromScalars(parts, this.#shape)
    } else this.#sum = scattered(this.#sum === undefined ? parts : [{ positions: 0, entries: this.#sum }, ...parts], this.#shape)
  }
}

function addSingles(to: Float64Array, from: Float64Array, terms: Float64Array): void {
  for (let i = 0; i < to.length; i++) to[i] = (from[i] as number) + (terms[i] as number)
}

function zerosFor(shape: Shape, single: boolean): Float64Array {
  return single ? (new Float32Array(sizeOfShape(shape)) as unknown as Float64Array) : new Float64Array(sizeOfShape(shape))
}

/** Whether a value has no numbers, and is one value: parts of a batch are tensors, which cost as much to place as the whole. */
function isUnknown(x: unknown): boolean {
  return isAbstract(x) && !isBatched(x)
}

/** Whether a part adds once at most to an entry: then it can be added as a tensor, and the order of terms is the same. */
function isSimple({ positions, entries }: Part): boolean {
  return !Array.isArray(entries) && (typeof positions === 'number' || new Set(positions.filter(at => at >= 0)).size === positions.filter(at => at >= 0).length)
}

/** A part among zeros. */
function placedIn(shape: Shape, { positions, entries }: Part): Value {
  if (typeof positions === 'number') return reshape(placeSection(entries as Tensor, positions, sizeOfShape(shape)), shape)
  return scatterEntries(entries as Tensor, { shape, indices: positions }) as Value
}

/** Whether entries are numbers that are known to be 0: those of steps that nothing else depends on. */
function isZeros(entries: Part['entries']): boolean {
  return Array.isArray(entries) ? entries.every(each => each === 0) : entries === 0
}

function isPlainTensor(x: Value): x is Tensor {
  return x instanceof Tensor && !isTraced(x)
}

/** A tensor from scalars at positions, of which those at one position add up. */
function fromScalars(parts: readonly Part[], shape: Shape): Value {
  const sums = new Map<number, Value>()
  for (const { positions, entries } of parts) {
    const list = Array.isArray(entries) ? (entries as readonly Value[]) : [entries as Value]
    list.forEach((entry, i) => {
      const at = typeof positions === 'number' ? positions + i : (positions[i] as number)
      const sum = sums.get(at)
      if (at >= 0 && entry !== 0) sums.set(at, sum === undefined ? entry : (add(sum as number, entry as number) as Value))
    })
  }
  const size = sizeOfShape(shape)
  if (2 * sums.size >= size)
    return assembled(
      Array.from({ length: size }, (_, at) => sums.get(at) ?? 0),
      shape,
    )
  return scatterEntries(assembled([...sums.values()], [sums.size]) as Tensor, { shape, indices: Int32Array.from(sums.keys()) }) as Value
}

/** A tensor from parts, which are added one after the other. */
function scattered(parts: readonly Part[], shape: Shape): Value {
  const operands = parts.flatMap(({ entries }) => entries as Value | Value[])
  const lengths = parts.map(({ entries }) => (entries instanceof Tensor ? entries.size : Array.isArray(entries) ? entries.length : 1))
  const indices = new Int32Array(lengths.reduce((sum, length) => sum + length, 0))
  let next = 0
  parts.forEach(({ positions }, k) => {
    for (let i = 0; i < (lengths[k] as number); i++) indices[next++] = typeof positions === 'number' ? positions + i : (positions[i] as number)
  })
  return scatterEntries(pack(operands as Tensor[]), { shape, indices }) as Value
}
