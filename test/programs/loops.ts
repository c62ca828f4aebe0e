import { foriLoop, scan, type Tensor } from '../../src/index.ts'
import * as ops from '../../src/ops/index.ts'
import { at, build, indicesOf, type JetArray, map, sizeOf, zip } from './arrays.ts'
import type { Jet } from './jets.ts'
import * as jets from './jets.ts'
import { anything, hasAxis, type Operator } from './step.ts'

/** Steps that read entries one by one, and loops. */
export const LOOPS: readonly Operator[] = [
  {
    name: 'entries by at()',
    arity: 1,
    fits: x => hasAxis(x) && sizeOf(x) <= 16,
    make: (random, shape) => {
      const picks = Array.from({ length: 3 }, () => random.pick(indicesOf(shape)))
      return {
        text: JSON.stringify(picks),
        library: x => {
          const [a, b, c] = picks.map(index => x.at(...index)) as [number, number, number]
          return ops.stack([ops.mul(a, b), ops.sin(c), ops.mul(a, 2)]) as Tensor
        },
        plain: x => {
          const [a, b, c] = picks.map(index => at(x, index)) as [Jet, Jet, Jet]
          return { shape: [3], data: [jets.mul(a, b), jets.sin(c), jets.times(2, a)] }
        },
      }
    },
  },
  {
    name: 'a loop over rows',
    arity: 1,
    fits: x => x.length > 1,
    make: (_random, shape) => ({
      library: x => {
        let state: Tensor = ops.mul(ops.take(x, 0), 0.5) as Tensor
        for (let i = 0; i < (shape[0] as number); i++) state = ops.add(ops.mul(ops.sin(state), ops.take(x, i)), state) as Tensor
        return state
      },
      plain: x => {
        const rows = Array.from({ length: shape[0] as number }, (_, i) => build(shape.slice(1), index => at(x, [i, ...index])))
        return rows.reduce(
          (state, row) => zip(zip(map(state, jets.sin), row, jets.mul), state, jets.add),
          map(rows[0] as JetArray, each => jets.times(0.5, each)),
        )
      },
    }),
  },
  {
    name: 'scan over rows',
    arity: 1,
    fits: x => x.length > 1,
    make: (_random, shape) => ({
      library: x => {
        const [last, all] = scan(
          (state: Tensor, row: Tensor) => {
            const next = ops.add(ops.mul(state, row), ops.cos(row)) as Tensor
            return [next, ops.square(state) as Tensor] as [Tensor, Tensor]
          },
          ops.mul(ops.take(x, 0), 0.25) as Tensor,
          x as never,
        )
        return ops.add(last, ops.sum(all as unknown as Tensor, { axis: 0 })) as Tensor
      },
      plain: x => {
        const rows = Array.from({ length: shape[0] as number }, (_, i) => build(shape.slice(1), index => at(x, [i, ...index])))
        let state = map(rows[0] as JetArray, each => jets.times(0.25, each))
        let sums: JetArray | undefined
        for (const row of rows) {
          const squared = map(state, jets.square)
          sums = sums === undefined ? squared : zip(sums, squared, jets.add)
          state = zip(zip(state, row, jets.mul), map(row, jets.cos), jets.add)
        }
        return zip(state, sums as JetArray, jets.add)
      },
    }),
  },
  {
    name: 'foriLoop',
    arity: 1,
    fits: anything,
    make: random => {
      const rounds = Math.floor(random.between(0, 4))
      return {
        text: String(rounds),
        library: x => foriLoop(0, rounds, (_i: number, state: Tensor) => ops.sub(ops.mul(state, 0.5), ops.sin(state)) as Tensor, x),
        plain: x => Array.from({ length: rounds }).reduce<JetArray>(state => map(state, each => jets.sub(jets.times(0.5, each), jets.sin(each))), x),
      }
    },
  },
]
