import { expectTypeOf, test } from 'vitest'
import { grad, relu, sum, type Tensor } from '../../src/index.ts'
import { dense, layerNorm, lstm, sequential, type Weighted } from '../../src/nn/index.ts'
import { bernoulli, dropout, key, normal, permutation, split, uniform } from '../../src/random/index.ts'

test('random numbers are typed by their shape', () => {
  const k = key(0)
  expectTypeOf(uniform(k)).toEqualTypeOf<number>()
  expectTypeOf(normal(k, [])).toEqualTypeOf<number>()
  expectTypeOf(normal(k, [2, 3])).toEqualTypeOf<Tensor>()
  expectTypeOf(uniform(k, [2] as number[], { low: -1 })).toEqualTypeOf<Tensor>()
  expectTypeOf(bernoulli(k, 0.5)).toEqualTypeOf<boolean>()
  expectTypeOf(bernoulli(k, 0.5, [2])).toEqualTypeOf<Tensor>()
  expectTypeOf(permutation(k, 5)).toEqualTypeOf<Tensor>()
  expectTypeOf(dropout(k, 3)).toEqualTypeOf<number>()
  expectTypeOf(dropout(k, [1, 2])).toEqualTypeOf<Tensor>()
  for (const each of split(k, 3)) expectTypeOf(each).toEqualTypeOf<Tensor>()
})

test('layers are typed by their parameters, and so are gradients', () => {
  const model = sequential(dense(2, 3), relu, layerNorm(3), dense(3, 1))
  const parameters = model.init(key(0))
  expectTypeOf(parameters[0]).toEqualTypeOf<Weighted>()
  expectTypeOf(parameters[2]).toEqualTypeOf<{ weight: Tensor; bias: Tensor }>()
  const slope = grad((p: typeof parameters, x: number[]) => sum(model.apply(p, x)))(parameters, [1, 2])
  expectTypeOf(slope[3].weight).toEqualTypeOf<Tensor>()
  expectTypeOf(lstm(2, 3).run(lstm(2, 3).init(key(0)), [[1, 2]]).state.c).toEqualTypeOf<Tensor>()
  // @ts-expect-error a number is no layer
  sequential(3)
  // @ts-expect-error parameters of another layer
  dense(2, 3).apply({ w: parameters[0].weight }, [1, 2])
})
