import { shapeOf } from '../core/dispatch.ts'
import { formatShape } from '../core/shape.ts'
import { Tensor } from '../core/tensor.ts'
import { Arena, activity, RETIRED, Traced, TracedTensor } from '../core/traced.ts'
import type { Value } from '../core/types.ts'
import type { Imperative } from './imperative.ts'

/** Called with a gradient when it has been computed; a value that it gives takes the gradient's place. */
export type Hook = (grad: Value) => Value | undefined

/** Whose gradient is wanted. */
export interface Watch {
  grad: Value | null
  retained: boolean
  hooks: Hook[]
}

/** What stands behind a variable: its value and gradient. Tapes come and go; a handle of it moves between them. */
export class Leaf implements Watch {
  value: Value
  grad: Value | null = null
  readonly retained = true
  hooks: Hook[] = []
  requiresGrad: boolean
  readonly name: string | undefined
  readonly handle: Traced | TracedTensor
  readonly #home: Arena
  /** How often it was recorded; and used where nothing is recorded; for `explain`. */
  uses = 0
  unrecorded = 0

  /** With a `handle` that is already around, that one stands for the value from now on. */
  constructor(imperative: Imperative, value: Value, requiresGrad: boolean, name?: string, handle?: Traced | TracedTensor) {
    this.value = value
    this.requiresGrad = requiresGrad
    this.name = name
    this.#home = new Arena(RETIRED, imperative)
    this.handle = handle ?? (value instanceof Tensor ? new TracedTensor(this.#home, value.shape, undefined, value.dtype) : new Traced(this.#home, 0))
    if (handle !== undefined) this.goHome()
    leaves.set(this.handle, this)
    activity.kept = true
  }

  /** Makes the handle stand for the variable itself again, on no tape. */
  goHome(): void {
    this.handle.arena = this.#home
    if (this.handle instanceof TracedTensor) this.handle.box = undefined
    else this.handle.index = 0
  }

  get isHome(): boolean {
    return this.handle.arena === this.#home
  }

  /** "variable w" or "a variable of shape [2, 3]". */
  describe(): string {
    const shape = shapeOf(this.value)
    if (this.name !== undefined) return `variable ${this.name}`
    return shape.length === 0 ? 'a scalar variable' : `a variable of shape ${formatShape(shape)}`
  }
}

const leaves = new WeakMap<object, Leaf>()

/** The variable, or the value without history, that a handle stands for; undefined for one that was computed. */
export function leafOf(x: object): Leaf | undefined {
  return leaves.get(x)
}

/** The handle becomes one that was computed: a value without history that was changed in place by one that has some. */
export function forgetLeaf(x: object): void {
  leaves.delete(x)
}
