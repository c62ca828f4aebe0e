import * as jets from './jets.ts'
import { type Jet, zero } from './jets.ts'

/** An array of jets: the plain meaning of a tensor. */
export interface JetArray {
  readonly shape: readonly number[]
  readonly data: readonly Jet[]
}

export const sizeOf = (shape: readonly number[]): number => shape.reduce((a, b) => a * b, 1)

export function indicesOf(shape: readonly number[]): number[][] {
  return shape.reduce<number[][]>((all, length) => all.flatMap(index => Array.from({ length }, (_, i) => [...index, i])), [[]])
}

export function at(x: JetArray, index: readonly number[]): Jet {
  return x.data[index.reduce((position, i, axis) => position * (x.shape[axis] as number) + i, 0)] as Jet
}

/** An array from what stands at each index. */
export function build(shape: readonly number[], entry: (index: number[]) => Jet): JetArray {
  return { shape, data: indicesOf(shape).map(entry) }
}

export const map = (x: JetArray, f: (entry: Jet) => Jet): JetArray => ({ shape: x.shape, data: x.data.map(f) })

export function broadcast(x: readonly number[], y: readonly number[]): number[] | undefined {
  const rank = Math.max(x.length, y.length)
  const shape = Array.from({ length: rank }, (_, i) => {
    const [a, b] = [x[x.length - rank + i] ?? 1, y[y.length - rank + i] ?? 1]
    return a === b ? a : a === 1 ? b : b === 1 ? a : -1
  })
  return shape.includes(-1) ? undefined : shape
}

export function spread(x: JetArray, index: readonly number[]): Jet {
  const own = index.slice(index.length - x.shape.length)
  return at(
    x,
    own.map((i, axis) => (x.shape[axis] === 1 ? 0 : i)),
  )
}

export function zip(x: JetArray, y: JetArray, f: (a: Jet, b: Jet) => Jet): JetArray {
  const shape = broadcast(x.shape, y.shape) as number[]
  return build(shape, index => f(spread(x, index), spread(y, index)))
}

export function reduce(x: JetArray, axes: readonly number[], keep: boolean, f: (entries: Jet[]) => Jet): JetArray {
  const lengths = axes.map(axis => x.shape[axis] as number)
  const kept = x.shape.map((length, axis) => (axes.includes(axis) ? 1 : length))
  const reduced = build(kept, index =>
    f(
      indicesOf(lengths).map(inner => {
        const full = [...index]
        axes.forEach((axis, k) => {
          full[axis] = inner[k] as number
        })
        return at(x, full)
      }),
    ),
  )
  return keep ? reduced : { shape: x.shape.filter((_, axis) => !axes.includes(axis)), data: reduced.data }
}

/** Fibres along an axis, each changed as a whole. */
export function along(x: JetArray, axis: number, f: (fibre: Jet[]) => Jet[]): JetArray {
  const length = x.shape[axis] as number
  const results = new Map<string, Jet[]>()
  const fibreAt = (index: readonly number[]) => {
    const key = index.map((i, k) => (k === axis ? '' : i)).join()
    const known =
      results.get(key) ??
      f(
        Array.from({ length }, (_, i) =>
          at(
            x,
            index.map((own, k) => (k === axis ? i : own)),
          ),
        ),
      )
    results.set(key, known)
    return known
  }
  const first = fibreAt(x.shape.map(() => 0))
  return build(
    x.shape.map((own, k) => (k === axis ? first.length : own)),
    index => fibreAt(index)[index[axis] as number] as Jet,
  )
}

/** Sums of products over shared labels, one letter for each axis. */
export function contract(labels: readonly string[], out: string, ...operands: readonly JetArray[]): JetArray {
  const lengths = new Map<string, number>()
  operands.forEach((operand, k) => {
    ;[...(labels[k] as string)].forEach((label, axis) => {
      lengths.set(label, operand.shape[axis] as number)
    })
  })
  const inner = [...lengths.keys()].filter(label => !out.includes(label))
  const outShape = [...out].map(label => lengths.get(label) as number)
  const places = indicesOf(inner.map(label => lengths.get(label) as number))
  return build(outShape, index => {
    const terms = places.map(place => {
      const value = (label: string) => (out.includes(label) ? index[out.indexOf(label)] : place[inner.indexOf(label)]) as number
      return operands.map((operand, k) => at(operand, [...(labels[k] as string)].map(value))).reduce(jets.mul)
    })
    return terms.length === 0 ? zero : jets.total(terms)
  })
}

/** x with a x = b, by elimination without pivots: for matrices that are far from singular. */
export function solve(a: JetArray, b: JetArray): JetArray {
  const n = a.shape[0] as number
  const rows = Array.from({ length: n }, (_, i) => [...Array.from({ length: n }, (__, j) => at(a, [i, j])), at(b, [i])])
  for (let k = 0; k < n; k++) {
    for (let i = k + 1; i < n; i++) {
      const factor = jets.div((rows[i] as Jet[])[k] as Jet, (rows[k] as Jet[])[k] as Jet)
      for (let j = k; j <= n; j++) (rows[i] as Jet[])[j] = jets.sub((rows[i] as Jet[])[j] as Jet, jets.mul(factor, (rows[k] as Jet[])[j] as Jet))
    }
  }
  const x: Jet[] = []
  for (let i = n - 1; i >= 0; i--) {
    let rest = (rows[i] as Jet[])[n] as Jet
    for (let j = i + 1; j < n; j++) rest = jets.sub(rest, jets.mul((rows[i] as Jet[])[j] as Jet, x[j] as Jet))
    x[i] = jets.div(rest, (rows[i] as Jet[])[i] as Jet)
  }
  return { shape: [n], data: x }
}
