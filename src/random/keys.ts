import { noMore } from '../core/arguments.ts'
import { shapeOf, toValue } from '../core/dispatch.ts'
import { DomainError, describe, ShapeError } from '../core/errors.ts'
import { arange } from '../core/makers.ts'
import { positive } from '../core/option-kinds.ts'
import { formatShape } from '../core/shape.ts'
import { Tensor } from '../core/tensor.ts'
import { isTraced } from '../core/traced.ts'
import type { TensorLike, Value } from '../core/types.ts'
import { add, div } from '../ops/arithmetic.ts'
import { threefry } from '../ops/random.ts'
import { floor, mod } from '../ops/rounding.ts'
import { stack } from '../ops/shape.ts'

/** A key: two integers below 2^32. It is a Tensor like others, so it can be an argument, be carried by a loop, or be one of many in `vmap`. */
export type Key = Tensor

/** Several keys, in rows: a Tensor that is taken apart into keys, as in `const [a, b] = split(key)`. */
export interface Keys extends Tensor {
  [Symbol.iterator](): IterableIterator<Key>
}

const TWO_32 = 2 ** 32

/**
 * The key of a seed, which is an integer: its upper and its lower 32 bits, as `jax.random.key` has them. Different seeds give keys whose random
 * numbers have nothing to do with each other.
 *
 * Throws a DomainError for a seed that is no integer, or beyond ±2^53.
 *
 * @names `jax.random.key`, `jax.random.PRNGKey`, `np.random.default_rng`, `torch.manual_seed`
 *
 * @example
 * key(42).toArray() // [0, 42]
 */
export function key(seed: number, ...more: []): Key {
  noMore('key', 1, more, seed)
  const value = toValue('key', seed)
  if (shapeOf(value).length > 0) throw new ShapeError(`key: a seed is one integer, but ${describe(seed)} was given.`)
  if (typeof value === 'number' && !Number.isSafeInteger(value)) throw new DomainError(`key: a seed is an integer from −2^53 to 2^53, but ${seed} was given.`)
  // The remainder of a negative number may be −0.
  return stack([add(mod(floor(div(value as number, TWO_32)), TWO_32), 0), add(mod(value as number, TWO_32), 0)])
}

/**
 * n new keys in the rows of a Tensor, of which none is the old one: the i-th is `fold(key, i)`. A key is used once: what it has been split into takes
 * its place.
 *
 * Throws an OptionError for an n that is no integer of at least 1, and a ShapeError for what is no key.
 *
 * @names `jax.random.split`
 *
 * @example
 * const [forWeights, forNoise] = split(key(0))
 * forWeights.toArray() // [1797259609, 2579123966]
 */
export function split(key: Key, n = 2, ...more: []): Keys {
  noMore('split', 2, more)
  if (!positive.accepts(n)) throw new ShapeError(`split: n is an integer of at least 1, not ${describe(n)}.`)
  return threefry(keyOf('split', key), arange(n)) as Keys
}

/**
 * The key for a number: of a step, a layer, an item. The same key and number give the same key, and all others have nothing to do with it;
 * the number is an integer from 0 up to but without 2^53, and may be a value of a loop or an argument.
 *
 * Throws a DomainError for another number, and a ShapeError for what is no key. `fold(key, i)` is the i-th of `split(key, n)`: use one or
 * the other of a key.
 *
 * @names `jax.random.fold_in`
 *
 * @example
 * fold(key(0), 1).toArray() // [928981903, 3453687069]
 */
export function fold(key: Key, n: number, ...more: []): Key {
  noMore('fold', 2, more)
  const value = toValue('fold', n, 1)
  if (shapeOf(value).length > 0) throw new ShapeError(`fold: n is one integer, but ${describe(n)} was given. For many use split, or vmap.`)
  return threefry(keyOf('fold', key), value as number)
}

/** A key that was given, or a ShapeError. */
export function keyOf(name: string, given: unknown): Tensor {
  const value = toValue(name, given as TensorLike, 0)
  const shape = shapeOf(value)
  if (shape.length !== 1 || shape[0] !== 2) {
    throw new ShapeError(
      `${name}: a key is a Tensor of shape [2], such as key(42) gives, but ${shape.length > 0 ? `shape ${formatShape(shape)}` : isTraced(given) ? 'one number' : describe(given)} was given.${
        shape.at(-1) === 2 ? ` For many keys at once: vmap(k => ${name}(k, …))(keys).` : ''
      }`,
    )
  }
  return value as Tensor
}

/** The numbers of a value that no transform stands for; undefined for others. */
export function plainNumbers(x: Value): ArrayLike<number> | undefined {
  return typeof x === 'number' ? [x] : typeof x === 'boolean' ? [Number(x)] : x.constructor === Tensor ? x.data : undefined
}
