import type { Tensor } from '../../src/index.ts'
import * as ops from '../../src/ops/index.ts'
import { at, build, contract, reduce, solve } from './arrays.ts'
import * as jets from './jets.ts'
import { isMatrix, type Operator } from './step.ts'

/** Steps that are products of matrices, and what is made of them. */
export const PRODUCTS: readonly Operator[] = [
  {
    name: 'matmul',
    arity: 2,
    fits: (x, y) => x.length === 2 && (y.length === 2 || y.length === 1) && x[1] === y[0],
    make: (_random, _x, y) => ({
      library: (a, b) => ops.matmul(a, b) as Tensor,
      plain: (a, b) => (y.length === 1 ? contract(['ij', 'j'], 'i', a, b) : contract(['ij', 'jk'], 'ik', a, b)),
    }),
  },
  {
    name: 'x xᵀ',
    arity: 1,
    fits: isMatrix,
    make: () => ({ library: x => ops.matmul(x, ops.transpose(x)) as Tensor, plain: x => contract(['ij', 'kj'], 'ik', x, x) }),
  },
  {
    name: 'outer',
    arity: 2,
    fits: (x, y) => x.length === 1 && y.length === 1,
    make: () => ({ library: (x, y) => ops.outer(x, y), plain: (x, y) => contract(['i', 'j'], 'ij', x, y) }),
  },
  {
    name: 'einsum',
    arity: 2,
    fits: (x, y) => x.length === 2 && y.length === 2 && x[0] === y[0],
    make: random => {
      const out = random.pick(['ij', 'kj', 'j', 'jki'])
      return { text: out, library: (x, y) => ops.einsum(`ij,ik->${out}`, x, y) as Tensor, plain: (x, y) => contract(['ij', 'ik'], out, x, y) }
    },
  },
  {
    name: 'trace',
    arity: 1,
    fits: isMatrix,
    make: (_random, shape) => ({
      library: x => ops.reshape(ops.trace(x) as Tensor, [1]),
      plain: x => ({ shape: [1], data: [jets.total(Array.from({ length: Math.min(...shape) }, (_, i) => at(x, [i, i])))] }),
    }),
  },
  {
    name: 'solve of 3 I + A Aᵀ',
    arity: 1,
    fits: x => isMatrix(x) && (x[0] as number) <= 4,
    make: (_random, shape) => {
      const n = shape[0] as number
      const identity = Array.from({ length: n }, (_, i) => Array.from({ length: n }, (__, j) => (i === j ? 3 : 0)))
      return {
        library: x => ops.solve(ops.add(ops.matmul(x, ops.transpose(x)) as Tensor, identity) as Tensor, ops.sum(x, { axis: 1 }) as Tensor),
        plain: x => {
          const gram = contract(['ij', 'kj'], 'ik', x, x)
          return solve(
            build([n, n], ([i, j]) => (i === j ? jets.plus(at(gram, [i as number, j as number]), 3) : at(gram, [i as number, j as number]))),
            reduce(x, [1], false, jets.total),
          )
        },
      }
    },
  },
  {
    name: 'conv1d',
    arity: 1,
    fits: x => x.length === 1 && (x[0] as number) >= 2,
    make: (_random, shape) => ({
      library: x => ops.reshape(ops.conv1d(ops.reshape(x, [1, 1, -1]), [[[0.5, -2]]]), [-1]),
      plain: x => build([(shape[0] as number) - 1], ([i]) => jets.add(jets.times(0.5, at(x, [i as number])), jets.times(-2, at(x, [(i as number) + 1])))),
    }),
  },
]
