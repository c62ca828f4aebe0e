import * as ops from '../../src/ops/index.ts'
import type { Random } from '../forms/random.ts'
import { at, build, sizeOf } from './arrays.ts'
import { axisOf, hasAxis, isMatrix, jet, type Operator, type Shape } from './step.ts'

// biome-ignore lint/suspicious/noExplicitAny: operators by name
const library = ops as any

/** A movement: where the entry at each index of the result comes from. */
function movement(
  name: string,
  fits: (x: Shape) => boolean,
  make: (random: Random, shape: Shape) => { args: unknown[]; to: Shape; from: (index: number[]) => number[] },
): Operator {
  return {
    name,
    arity: 1,
    fits,
    make: (random, shape) => {
      const { args, to, from } = make(random, shape)
      return { text: JSON.stringify(args), library: x => library[name](x, ...args), plain: x => build(to, index => at(x, from(index))) }
    },
  }
}

const replaced = (shape: Shape, axis: number, length: number) => shape.map((own, i) => (i === axis ? length : own))
const indexFrom = (axis: number, source: (i: number) => number) => (index: number[]) => index.map((i, k) => (k === axis ? source(i) : i))

/** Steps that move entries. */
export const MOVEMENTS: readonly Operator[] = [
  movement('transpose', hasAxis, (random, shape) => {
    const order = random.shuffled(shape.map((_, i) => i))
    return { args: [order], to: order.map(i => shape[i] as number), from: index => shape.map((_, axis) => index[order.indexOf(axis)] as number) }
  }),
  movement('flip', hasAxis, (random, shape) => {
    const axis = axisOf(random, shape)
    return { args: [{ axis }], to: shape, from: indexFrom(axis, i => (shape[axis] as number) - 1 - i) }
  }),
  movement('roll', hasAxis, (random, shape) => {
    const [axis, shift] = [axisOf(random, shape), Math.floor(random.between(-3, 4))]
    const length = shape[axis] as number
    return { args: [shift, { axis }], to: shape, from: indexFrom(axis, i => (((i - shift) % length) + length) % length) }
  }),
  movement('slice', hasAxis, (random, shape) => {
    const axis = axisOf(random, shape)
    const [start, step] = [Math.floor(random.next() * (shape[axis] as number)), random.pick([1, 2])]
    const list = <T>(value: T) => [...new Array(axis).fill(null), value]
    const length = Math.ceil(((shape[axis] as number) - start) / step)
    return { args: [list(start), [], [...new Array(axis).fill(1), step]], to: replaced(shape, axis, length), from: indexFrom(axis, i => start + i * step) }
  }),
  movement('take', hasAxis, (random, shape) => {
    const axis = axisOf(random, shape)
    const indices = Array.from({ length: 1 + Math.floor(random.next() * 3) }, () => Math.floor(random.next() * (shape[axis] as number)))
    return { args: [indices, { axis }], to: replaced(shape, axis, indices.length), from: indexFrom(axis, i => indices[i] as number) }
  }),
  movement('repeat', hasAxis, (random, shape) => {
    const axis = axisOf(random, shape)
    return { args: [2, { axis }], to: replaced(shape, axis, 2 * (shape[axis] as number)), from: indexFrom(axis, i => i >> 1) }
  }),
  movement('tile', hasAxis, (random, shape) => {
    const axis = axisOf(random, shape)
    const counts = shape.map((_, i) => (i === axis ? 2 : 1))
    return { args: [counts], to: shape.map((length, i) => length * (counts[i] as number)), from: index => index.map((i, k) => i % (shape[k] as number)) }
  }),
  movement(
    'expandDims',
    x => x.length < 3,
    (random, shape) => {
      const axis = Math.floor(random.next() * (shape.length + 1))
      return { args: [axis], to: [...shape.slice(0, axis), 1, ...shape.slice(axis)], from: index => index.filter((_, k) => k !== axis) }
    },
  ),
  movement(
    'broadcastTo',
    x => x.length < 3,
    (_random, shape) => ({ args: [[2, ...shape]], to: [2, ...shape], from: index => index.slice(1) }),
  ),
  movement('diagonal', isMatrix, (_random, shape) => ({ args: [], to: [Math.min(...shape)], from: ([i]) => [i as number, i as number] })),
  {
    name: 'reshape',
    arity: 1,
    fits: hasAxis,
    make: (random, shape) => {
      const size = sizeOf(shape)
      const to = size % 2 === 0 && random.next() < 0.6 ? random.pick([[2, size / 2], [size / 2, 2], [size]]) : [size]
      return { text: JSON.stringify(to), library: x => ops.reshape(x, to), plain: x => ({ shape: to, data: x.data }) }
    },
  },
  {
    name: 'pad',
    arity: 1,
    fits: hasAxis,
    make: (_random, shape) => ({
      library: x => ops.pad(x, 1, { value: 0.5 }),
      plain: x =>
        build(
          shape.map(length => length + 2),
          index =>
            index.every((i, k) => i > 0 && i <= (shape[k] as number))
              ? at(
                  x,
                  index.map(i => i - 1),
                )
              : jet(0.5),
        ),
    }),
  },
  {
    name: 'triu',
    arity: 1,
    fits: isMatrix,
    make: (random, shape) => {
      const k = random.pick([-1, 0, 1])
      return {
        text: String(k),
        library: x => ops.triu(x, k),
        plain: x => build(shape, ([i, j]) => ((j as number) - (i as number) >= k ? at(x, [i as number, j as number]) : jet(0))),
      }
    },
  },
  {
    name: 'concat',
    arity: 2,
    fits: (x, y) => hasAxis(x) && x.join() === y.join(),
    make: (random, shape) => {
      const axis = axisOf(random, shape)
      const length = shape[axis] as number
      return {
        text: JSON.stringify({ axis }),
        library: (x, y) => ops.concat([x, y], { axis }),
        plain: (x, y) =>
          build(replaced(shape, axis, 2 * length), index =>
            at(
              (index[axis] as number) < length ? x : y,
              index.map((i, k) => (k === axis ? i % length : i)),
            ),
          ),
      }
    },
  },
  {
    name: 'stack',
    arity: 2,
    fits: (x, y) => x.length < 3 && x.join() === y.join(),
    make: (_random, shape) => ({ library: (x, y) => ops.stack([x, y]), plain: (x, y) => build([2, ...shape], ([i, ...index]) => at(i === 0 ? x : y, index)) }),
  },
]
