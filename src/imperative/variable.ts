import { noMore } from '../core/arguments.ts'
import { asValue, shapeOf, value as valueOf } from '../core/dispatch.ts'
import { describe, OptionError, TapeError } from '../core/errors.ts'
import { flag } from '../core/option-kinds.ts'
import { type OptionKind, optionReader } from '../core/options.ts'
import type { Shape } from '../core/shape.ts'
import { isNumericTypedArray, type NestedArray, type NestedNumbers, Tensor, tensor } from '../core/tensor.ts'
import { isTraced, Traced, TracedTensor } from '../core/traced.ts'
import { checkFunction } from '../core/tree.ts'
import type { NumericTypedArray, TensorLike, Value } from '../core/types.ts'
import { belonging } from '../ops/casts.ts'
import { fitting } from '../ops/kinds/authored.ts'
import { type BackwardOptions, noHistoryError, walkBack } from './backward.ts'
import { imperativeFor, imperativeOf } from './imperative.ts'
import { type IndexRange, inPlace } from './in-place.ts'
import { type Hook, Leaf, leafOf, type Watch } from './leaf.ts'
import { installOperators, type OperatorMethods } from './methods.ts'
import { Page } from './page.ts'
import { reachedFrom } from './reach.ts'

/** What variables and the values computed from them have beside the operators. `T` is `number` or `Tensor`. */
export interface VariableMembers<T> {
  /** The plain number or Tensor. */
  readonly value: T
  /** The gradient that backward passes have added up. It is null before the first, which its type leaves out for short. */
  get grad(): T
  set grad(value: T | null)
  /** Whether operations on it are recorded. A variable can be frozen and thawed by setting it. */
  requiresGrad: boolean
  readonly name: string | undefined
  /** Whether it is a variable itself, not a value that was computed. */
  readonly isLeaf: boolean
  readonly shape: Shape
  readonly size: number
  readonly rank: number
  /** The only entry, as a plain number. */
  item(): number
  /** Nested plain arrays; a number for a scalar. */
  toArray(): NestedArray
  /** The walk back: adds to `grad` of every variable that this value depends on. See `backward`. */
  backward(cotangent?: TensorLike | null, options?: BackwardOptions): void
  /** The same value without its history. */
  detach(): Variable<T>
  /** Forgets the gradient. */
  zeroGrad(): void
  /** Keeps the gradient of a computed value in `grad`, too. */
  retainGrad(): this
  /** Adds in place. */
  add_(y: TensorLike): this
  /** Subtracts in place. */
  sub_(y: TensorLike): this
  /** Multiplies in place. */
  mul_(y: TensorLike): this
  /** Divides in place. */
  div_(y: TensorLike): this
  /** Takes the values of another. */
  copy_(y: TensorLike): this
  /** Sets every entry. */
  fill_(y: number): this
  /** Sets every entry to 0. */
  zero_(): this
  /** Writes at an index, or at [start, stop] per axis: x.set_(0, 5), x.set_([[1, 3], 0], 5). */
  set_(index: IndexRange, y: TensorLike): this
}

/** A variable, or a value computed from some: a scalar or a tensor with methods. Every operator takes it. */
export type Variable<T = number | Tensor> = (T extends number ? Traced : Tensor) & VariableMembers<T> & OperatorMethods<T>

/** The payload of a variable made from a value of this type. */
export type VariableOf<V> = V extends number ? number : V extends Variable<infer T> ? T : Tensor

/** Options of `variable`. */
export interface VariableOptions {
  /** False for a frozen parameter: nothing is recorded for it. */
  requiresGrad?: boolean
  /** For messages. */
  name?: string
}

const text: OptionKind<string> = { wants: 'a text', accepts: given => typeof given === 'string' }
const readVariable = /* @__PURE__ */ optionReader({ requiresGrad: { is: flag, default: true }, name: { is: text } })
const readBackward = /* @__PURE__ */ optionReader({ retainTape: { is: flag, default: false }, createGraph: { is: flag, default: false } })

/**
 * A scalar or tensor on the imperative tape: operations on it are recorded as they run, and `backward()` on a result adds
 * its gradient to `grad`. The data are copied. Every operator is a method, and takes variables as a function, too.
 *
 * One that is made inside a function that `grad`, `jvp` or another transform runs belongs to that run of it.
 *
 * A gradient is a number for a scalar variable and a Tensor for others. What was computed and is no longer referred to is
 * garbage-collected, whether or not `backward` was called.
 *
 * @names `torch.nn.Parameter`, `tf.variable`
 *
 * @example
 * const x = variable([[1, 2], [3, 4]])
 * const w = variable(2)
 * x.mul(w).sum().backward()
 * w.grad // 10
 */
export function variable<V extends number | Tensor | Traced | NumericTypedArray | NestedNumbers>(
  value: V,
  options?: VariableOptions,
  ...more: []
): Variable<VariableOf<V>> {
  const { requiresGrad, name } = readVariable('variable', [options, ...more])
  install()
  const given = asValue('variable', value)
  if (typeof given === 'boolean') throw new TapeError(`variable: takes a number, nested arrays or a Tensor, but ${describe(given)} was given.`)
  if (isTraced(given) && imperativeOf(given) !== undefined) {
    throw new TapeError('variable: this is a variable, or was computed from one, already. Use it as it is, or x.detach() for its value without history.')
  }
  const own = given instanceof Tensor && !isTraced(given) ? tensor(given) : given
  return new Leaf(imperativeFor(own), own, requiresGrad, name).handle as unknown as Variable<VariableOf<V>>
}

/**
 * The walk back from a value: its gradient with respect to every variable that it depends on is added to their `grad`. A
 * value that is not a scalar takes a cotangent of its shape. Afterwards the tape is freed, unless `retainTape` or
 * `createGraph` (gradients that can be differentiated again) is given.
 *
 * Throws a TapeError for a value without history, a freed tape, a variable from outside the transform that runs, and values that
 * were changed in place after they were saved, and a ShapeError for a missing or wrong cotangent; no gradient has changed then. `y.backward()` is the same.
 *
 * @example
 * const x = variable(3)
 * backward(square(x))
 * x.grad // 6
 */
export function backward(y: unknown, cotangent?: TensorLike | null, given?: BackwardOptions, ...more: []): void {
  const options = readBackward('backward', [given, ...more])
  const imperative = isTraced(y) ? imperativeOf(y) : undefined
  if (imperative === undefined) {
    if (isTraced(y)) throw new TapeError('backward: this value belongs to a functional transform (grad, jvp, …), which differentiates it by itself.')
    throw noHistoryError()
  }
  walkBack(imperative, y as Traced, cotangent, options)
}

const watches = new WeakMap<object, Watch>()

/** Whose gradient is asked for: a variable, or a value that was computed. */
function watchOf(x: Traced | TracedTensor, what: string): Watch {
  const leaf = leafOf(x)
  if (leaf !== undefined) return leaf
  const page = x.arena.owner
  if (!(page instanceof Page)) throw new TapeError(`${what}: the value belongs to another transform, or its tape is a part of a gradient.`)
  const watch = watches.get(x) ?? { grad: null, retained: false, hooks: [] }
  watches.set(x, watch)
  page.segment.watched.set(page.reference(x), watch)
  return watch
}

/**
 * Calls a function with the gradient of a variable or computed value whenever a backward walk has it; what the function
 * gives, if anything, takes the gradient's place from there on. Gives a function that ends it.
 *
 * @example
 * const x = variable(3)
 * const stop = onGrad(x, grad => mul(grad, 0.5))
 * x.square().backward()
 * x.grad // 3
 */
export function onGrad<T extends number | Tensor>(x: Variable<T>, fn: (grad: T) => T | undefined, ...more: []): () => void {
  noMore('onGrad', 2, more)
  if (!isTraced(x) || imperativeOf(x) === undefined) throw new TapeError(`onGrad: takes a variable or a value computed from one, but ${describe(x)} was given.`)
  checkFunction('onGrad', fn)
  const { hooks } = watchOf(x as Traced, 'onGrad')
  hooks.push(fn as unknown as Hook)
  return () => {
    const at = hooks.indexOf(fn as unknown as Hook)
    if (at >= 0) hooks.splice(at, 1)
  }
}

/**
 * Why a variable has the gradient it has, in words; with `y`, whether that value depends on the variable.
 *
 * @example
 * const [x, w] = [variable(1), variable(2, { name: 'w' })]
 * const y = x.square()
 * y.backward()
 * explain(w, y)
 */
export function explain(x: unknown, y?: unknown, ...more: []): string {
  noMore('explain', 2, more)
  if (!isTraced(x) || imperativeOf(x) === undefined) return `This is ${describe(x)}, not a variable: it has no gradient. Make it one with variable(…).`
  const leaf = leafOf(x)
  if (leaf === undefined) {
    const watch = watches.get(x)
    if (watch?.grad != null) return `The gradient of this computed value is ${watch.grad}.`
    return watch?.retained === true
      ? 'This value was computed and its gradient is retained, but no backward() has come by since.'
      : 'This value was computed: only variables keep their gradients. Call retainGrad() on it before backward() to have it kept.'
  }
  const who = leaf.describe().replace(/^./, first => first.toUpperCase())
  if (!leaf.requiresGrad)
    return `${who} does not require a gradient (requiresGrad: false, or it was computed under noGrad or by detach()), so nothing is recorded for it.`
  const parts: string[] = []
  if (isTraced(y) && imperativeOf(y) !== undefined && leafOf(y) === undefined) {
    parts.push(reachedFrom(y as Traced).has(leaf) ? `The value given depends on ${leaf.describe()}.` : `The value given does not depend on ${leaf.describe()}.`)
  }
  if (leaf.grad !== null) parts.unshift(`${who} has a gradient.`)
  else if (leaf.uses === 0) {
    const hidden =
      leaf.unrecorded > 0
        ? `it was used ${leaf.unrecorded} times, but under noGrad`
        : 'no recorded operation has used it; value and item() give plain numbers, whose use is not recorded'
    parts.unshift(`${who} has no gradient: ${hidden}.`)
  } else {
    parts.unshift(
      `${who} has no gradient: it was used, but no backward() has run on a result that depends on it (a result that was detached, or whose path goes through value or item(), does not).`,
    )
  }
  return parts.join(' ')
}

let installed = false

/** Gives scalars and tensors the members of variables; only programs that make variables pay for them. */
function install(): void {
  if (installed) return
  installed = true
  installOperators()
  const members: PropertyDescriptorMap & ThisType<Traced | TracedTensor> = {
    value: {
      get() {
        return valueOf(this)
      },
      set() {
        throw new TapeError('value: it is read only. Change a variable in place: noGrad(() => w.copy_(…)).')
      },
    },
    grad: {
      get() {
        return (leafOf(this) ?? watches.get(this))?.grad ?? null
      },
      set(grad: Value | null) {
        const leaf = leafOf(this)
        if (leaf === undefined) throw new TapeError('grad: only the gradient of a variable can be set.')
        leaf.grad =
          grad === null
            ? null
            : belonging(fitting('grad: the gradient that is set', isNumericTypedArray(grad) ? tensor(grad) : grad, shapeOf(leaf.value)), leaf.value)
      },
    },
    requiresGrad: {
      get() {
        return isTraced(this) && imperativeOf(this)?.isTracked(this) === true
      },
      set(requires: boolean) {
        if (!flag.accepts(requires)) throw new OptionError(`requiresGrad: is ${flag.wants}, not ${describe(requires)}.`)
        const leaf = leafOf(this)
        if (leaf === undefined)
          throw new TapeError('requiresGrad: a computed value takes it from what it was computed from. Use detach() to cut its history off.')
        leaf.requiresGrad = requires
        leaf.goHome()
      },
    },
    name: {
      get() {
        return leafOf(this)?.name
      },
      set() {
        throw new TapeError("name: it is given when a variable is made: variable(…, { name: 'w' }).")
      },
    },
    isLeaf: {
      get() {
        return !isTraced(this) || leafOf(this) !== undefined
      },
    },
    backward: {
      value(cotangent?: TensorLike | null, options?: BackwardOptions, ...more: []) {
        backward(this, cotangent, options, ...more)
      },
    },
    detach: {
      value(...more: []) {
        noMore('detach', 0, more)
        const imperative = isTraced(this) ? imperativeOf(this) : undefined
        return imperative === undefined ? this : new Leaf(imperative, imperative.primal(this), false).handle
      },
    },
    zeroGrad: {
      value(...more: []) {
        noMore('zeroGrad', 0, more)
        const watch = leafOf(this) ?? watches.get(this)
        if (watch !== undefined) watch.grad = null
      },
    },
    retainGrad: {
      value(...more: []) {
        noMore('retainGrad', 0, more)
        if (imperativeOf(this) === undefined) throw new TapeError('retainGrad: this value has no history.')
        watchOf(this, 'retainGrad').retained = true
        return this
      },
    },
  }
  for (const [name, method] of Object.entries(inPlace)) {
    members[name] = {
      value(...args: unknown[]) {
        const takes = method.length - 1
        if (args.length > takes) noMore(name, takes, args.slice(takes))
        return (method as (...all: unknown[]) => unknown)(this, ...args)
      },
    }
  }
  const scalars: PropertyDescriptorMap & ThisType<Traced> = {
    shape: { get: () => [] },
    size: { get: () => 1 },
    rank: { get: () => 0 },
    item: {
      value(...more: []) {
        noMore('item', 0, more)
        return valueOf(this)
      },
    },
    toArray: {
      value(...more: []) {
        noMore('toArray', 0, more)
        return valueOf(this)
      },
    },
  }
  // What differentiates in a functional transform reads plain numbers of a variable, as in PyTorch.
  const reads: PropertyDescriptorMap = {}
  for (const name of ['item', 'toArray', 'data'] as const) {
    const { value: method, get } = Object.getOwnPropertyDescriptor(TracedTensor.prototype, name) as { value?: () => unknown; get?: () => unknown }
    const plain = (x: TracedTensor) => (imperativeOf(x) === undefined ? undefined : (valueOf(x) as Tensor))
    reads[name] =
      get === undefined
        ? {
            value(this: TracedTensor, ...more: []) {
              noMore(name, 0, more)
              return plain(this)?.[name as 'item']() ?? method?.call(this)
            },
          }
        : {
            get(this: TracedTensor) {
              return plain(this)?.data ?? get.call(this)
            },
          }
  }
  const configurable = (descriptors: PropertyDescriptorMap) =>
    Object.fromEntries(Object.entries(descriptors).map(([name, descriptor]) => [name, { ...descriptor, configurable: true }]))
  Object.defineProperties(Traced.prototype, configurable({ ...members, ...scalars }))
  Object.defineProperties(Tensor.prototype, configurable(members))
  Object.defineProperties(TracedTensor.prototype, configurable(reads))
}
