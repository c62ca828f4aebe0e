import { noMore } from './arguments.ts'
import { describe, OptionError, ShapeError, TreeError } from './errors.ts'
import { withRoom } from './room.ts'
import { checkShape, type Shape, sizeOfShape } from './shape.ts'
import { optionsOf, Tensor, type TensorOptions, withDtype } from './tensor.ts'

type DTypeOption = Pick<TensorOptions, 'dtype'>

/**
 * A tensor of zeros.
 *
 * @names `np.zeros`, `jnp.zeros`, `torch.zeros`, `tf.zeros`
 */
export function zeros(shape: Shape, options?: DTypeOption, ...more: []): Tensor {
  return filled('zeros', 2, shape, 0, options, more)
}

/**
 * A tensor of ones.
 *
 * @names `np.ones`, `jnp.ones`, `torch.ones`, `tf.ones`
 */
export function ones(shape: Shape, options?: DTypeOption, ...more: []): Tensor {
  return filled('ones', 2, shape, 1, options, more)
}

/**
 * A tensor with the same value in every entry.
 *
 * @names `np.full`, `jnp.full`, `torch.full`, `tf.fill`
 */
export function full(shape: Shape, value: number, options?: DTypeOption, ...more: []): Tensor {
  return filled('full', 3, shape, numberFor('full', 'the value', value), options, more)
}

function filled(name: string, takes: number, shape: Shape, value: number, options: DTypeOption | undefined, more: readonly unknown[]): Tensor {
  checkShape(name, shape)
  return typed(name, takes, filledWith(value, shape, name), options, more)
}

/** A tensor of a shape that is one, with the same double in every entry. */
export function filledWith(value: number, shape: Shape, name = 'full'): Tensor {
  const data = doubles(name, sizeOfShape(shape))
  if (value !== 0) data.fill(value)
  return new Tensor(data, [...shape])
}

/**
 * The identity matrix of size n.
 *
 * @names `np.eye`, `jnp.eye`, `torch.eye`, `tf.eye`
 */
export function eye(n: number, options?: DTypeOption, ...more: []): Tensor {
  checkShape('eye', [n, n])
  const data = doubles('eye', n * n)
  for (let i = 0; i < n; i++) data[i * n + i] = 1
  return typed('eye', 2, new Tensor(data, [n, n]), options, more)
}

/**
 * Ones on the k-th diagonal and below it, zeros above: a lower triangle of so many rows and columns, as many as rows if left out.
 *
 * @names `np.tri`, `jnp.tri`
 */
export function tri(rows: number, columns: number = rows, k = 0, ...more: []): Tensor {
  noMore('tri', 3, more)
  checkShape('tri', [rows, columns])
  const result = zeros([rows, columns])
  if (!Number.isInteger(k)) throw new ShapeError(`tri: k counts diagonals and is an integer, not ${k}.`)
  for (let i = 0; i < rows; i++) for (let j = 0; j < Math.min(columns, i + k + 1); j++) result.data[i * columns + j] = 1
  return result
}

/**
 * start, start + step, … up to but without `stop`; `arange(stop)` starts at 0.
 *
 * @names `np.arange`, `jnp.arange`, `torch.arange`, `tf.range`
 */
export function arange(start: number, stop?: number, step = 1, options?: DTypeOption, ...more: []): Tensor {
  const [from, to] = (stop === undefined ? [0, start] : [start, stop]).map(each => numberFor('arange', 'each bound', each)) as [number, number]
  numberFor('arange', 'the step', step)
  if (step === 0 || !Number.isFinite((to - from) / step)) throw new ShapeError(`arange: from ${from} to ${to} in steps of ${step} has no end.`)
  const length = Math.max(0, Math.ceil((to - from) / step))
  checkShape('arange', [length])
  const data = doubles('arange', length)
  for (let i = 0; i < length; i++) data[i] = from + i * step
  return typed('arange', 4, new Tensor(data, [length]), options, more)
}

/**
 * `count` evenly spaced values from start to stop, both included.
 *
 * @names `np.linspace`, `jnp.linspace`, `torch.linspace`, `tf.linspace`
 */
export function linspace(start: number, stop: number, count = 50, options?: DTypeOption, ...more: []): Tensor {
  for (const each of [start, stop]) numberFor('linspace', 'each end', each)
  checkShape('linspace', [count])
  const data = doubles('linspace', count)
  for (let i = 0; i < count; i++) data[i] = count === 1 ? start : start + ((stop - start) * i) / (count - 1)
  if (count > 1) data[count - 1] = stop
  return typed('linspace', 4, new Tensor(data, [count]), options, more)
}

/** A tensor in the dtype that is asked for, by a function of so many arguments. */
function typed(name: string, takes: number, x: Tensor, options: DTypeOption | undefined, more: readonly unknown[]): Tensor {
  // What `map` of a list of shapes passes behind each is no option.
  if (typeof options === 'number' && more.length === 1 && Array.isArray(more[0])) return x
  noMore(name, takes, more)
  if (options !== undefined && (options === null || typeof options !== 'object' || Array.isArray(options))) {
    throw new OptionError(`${name}: options stand in an object ({ dtype }), but ${describe(options)} was given.`)
  }
  for (const key in options) if (key !== 'dtype') throw new OptionError(`${name}: there is no option ${key}. It takes dtype.`)
  return withDtype(x, optionsOf(name, options).dtype ?? 'float64')
}

/** So many zeros, or an error that says what they are for. */
function doubles(name: string, size: number): Float64Array {
  try {
    return new Float64Array(size)
  } catch (error) {
    throw withRoom(name, error)
  }
}

/** A number that makes a tensor: a constant, or a tensor of rank 0. */
function numberFor(name: string, what: string, given: unknown): number {
  if (typeof given === 'number') return given
  if (given instanceof Tensor && given.rank === 0 && Object.hasOwn(given, 'data')) return given.item()
  throw new TreeError(
    `${name}: ${what} is a number, but ${describe(given)} was given.${given !== null && typeof given === 'object' ? ' Values of a transform and tensors are spread by broadcastTo(x, shape), and put together by stack and concat.' : ''}`,
  )
}
