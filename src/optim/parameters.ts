import { DualtapeError, TreeError } from '../core/errors.ts'
import { isNumericTypedArray, Tensor, withDtype } from '../core/tensor.ts'
import { isTraced } from '../core/traced.ts'
import { leavesLike, leavesOf, mapTree } from '../core/tree.ts'
import { noGrad, type Variable } from '../imperative/index.ts'

/** Numbers of parameters as they are stored. */
export type Entries = Float64Array | Float32Array

/** Some parameters, and from where on they stand in the vector of all. */
export interface Part {
  readonly p: Entries
  readonly g: ArrayLike<number>
  readonly next: Entries
  readonly at: number
}

/**
 * Parameters as one flat vector: a tree of numbers, tensors and typed arrays, which `write` replaces, or of variables,
 * which it changes in place.
 */
export class Parameters<P> {
  #tree: P
  readonly #variables: Variable[] | undefined
  readonly size: number

  constructor(name: string, tree: P) {
    const leaves = leavesOf(tree, `${name}: the parameters`)
    const variables = leaves.filter(isTraced) as unknown as Variable[]
    if (variables.length > 0 && variables.length < leaves.length) {
      throw new TreeError(`${name}: ${variables.length} of ${leaves.length} parameters are variables. Give variables only, or plain values only.`)
    }
    this.#tree = tree
    this.#variables = variables.length > 0 ? variables : undefined
    this.size = this.read().length
  }

  /** The tree, as it is now. */
  get tree(): P {
    return this.#tree
  }

  get variables(): readonly Variable[] {
    return this.#variables ?? []
  }

  read(): Float64Array {
    return flat(this.#variables?.map(each => each.value) ?? leavesOf(this.#tree, 'the parameters'))
  }

  /** Gradients from a tree like the parameters, or from the variables. */
  gradients(name: string, grads: unknown): Float64Array {
    return flat(this.#gradientLeaves(name, grads))
  }

  #gradientLeaves(name: string, grads: unknown): readonly unknown[] {
    if (grads !== undefined) {
      const given = this.#variables === undefined ? this.#tree : mapTree(this.#tree, name, leaf => (leaf as unknown as Variable).value)
      return leavesLike(given, grads, 'the parameters', `${name}: the gradients`)
    }
    if (this.#variables === undefined) {
      throw new DualtapeError(`${name}: the parameters are plain values, so step takes their gradients: step(grad(loss)(opt.params)).`)
    }
    return this.#variables.map((each, i) => {
      if (each.grad === null && each.requiresGrad) {
        throw new DualtapeError(
          `${name}: ${each.name ?? `parameter ${i + 1}`} has no gradient. Call backward() on a loss that depends on it before step(), or freeze it ` +
            '(requiresGrad = false); explain(parameter, loss) says why there is none.',
        )
      }
      return each.requiresGrad ? (each.grad as number | Tensor) : each.value
    })
  }

  /** The parameters that may change, part by part, with their gradients and room for what they become: tensors by themselves, numbers in runs. */
  parts(name: string, grads: unknown): Part[] {
    const leaves = this.#variables?.map(each => each.value) ?? leavesOf(this.#tree, 'the parameters')
    const gradients = this.#gradientLeaves(name, grads)
    const parts: Part[] = []
    let at = 0
    const add = (p: Entries, g: ArrayLike<number>) =>
      parts.push({ p, g, next: p instanceof Float32Array ? new Float32Array(p.length) : new Float64Array(p.length), at })
    for (let i = 0, from = 0; i < leaves.length; ) {
      const leaf = leaves[i]
      let [size, taken] = [1, 1]
      if (leaf instanceof Tensor) {
        size = leaf.size
        if (this.#variables?.[i]?.requiresGrad !== false) add(leaf.data, (gradients[from] as Tensor).data)
      } else if (isNumericTypedArray(leaf)) {
        size = taken = leaf.length
        add(leaf, gradients.slice(from, from + size) as number[])
      } else if (this.#variables !== undefined) {
        if (this.#variables[i]?.requiresGrad !== false) add(Float64Array.of(leaf as number), [gradients[from] as number])
      } else {
        while (typeof leaves[i + size] === 'number') size++
        taken = size
        add(Float64Array.from(leaves.slice(i, i + size) as number[]), gradients.slice(from, from + size) as number[])
        i += size - 1
      }
      i++
      from += taken
      at += size
    }
    return parts
  }

  /** Takes what `parts` have become. */
  take(parts: readonly Part[]): void {
    let k = 0
    if (this.#variables !== undefined) {
      noGrad(() => {
        for (const each of this.#variables ?? []) {
          if (!each.requiresGrad) continue
          const { next } = parts[k++] as Part
          each.copy_(each.value instanceof Tensor ? new Tensor(next as Float64Array, each.value.shape) : (next[0] as number))
        }
      })
      return
    }
    let inRun = 0
    this.#tree = mapTree(this.#tree, 'the parameters', leaf => {
      const { next } = parts[k] as Part
      if (typeof leaf === 'number') {
        const entry = next[inRun++]
        if (inRun < next.length) return entry
        inRun = 0
        k++
        return entry
      }
      k++
      return leaf instanceof Tensor ? new Tensor(next as Float64Array, leaf.shape) : next
    }) as P
  }

  /** Whether each entry may change: those of frozen variables do not. */
  frozen(): boolean[] | undefined {
    if (this.#variables?.every(each => each.requiresGrad) !== false) return undefined
    return this.#variables.flatMap(each => new Array<boolean>(each.size).fill(!each.requiresGrad))
  }

  write(entries: Float64Array): void {
    let at = 0
    const next = (leaf: unknown): unknown => {
      if (typeof leaf === 'number') return entries[at++]
      const size = leaf instanceof Tensor ? leaf.size : (leaf as Float64Array).length
      const part = entries.slice(at, at + size)
      at += size
      return leaf instanceof Tensor ? withDtype(new Tensor(part, leaf.shape), leaf.dtype) : leaf instanceof Float32Array ? Float32Array.from(part) : part
    }
    if (this.#variables === undefined) this.#tree = mapTree(this.#tree, 'the parameters', next) as P
    else {
      noGrad(() => {
        for (const each of this.#variables ?? []) {
          const value = next(each.value) as number
          if (each.requiresGrad) each.copy_(value)
        }
      })
    }
  }
}

function flat(leaves: readonly unknown[]): Float64Array {
  const parts = leaves.map(leaf => (leaf instanceof Tensor ? leaf.data : isNumericTypedArray(leaf) ? leaf : Float64Array.of(leaf as number)))
  const all = new Float64Array(parts.reduce((sum, part) => sum + part.length, 0))
  let at = 0
  for (const part of parts) {
    all.set(part, at)
    at += part.length
  }
  return all
}
