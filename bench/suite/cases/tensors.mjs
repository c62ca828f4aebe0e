/* Gradients of products and networks on tensors, the models of bench/tensors.mjs. */
import * as dt from '../../../dist/index.js'
import { inSingle, MODELS, tensorOf } from '../../tensors.mjs'
import * as byHand from '../by-hand/networks.mjs'
import { native } from '../native.mjs'
import { jaxModels, tensorflowModels } from '../tensor-peers.mjs'

const SINGLE = 5e-3

/** Results with names in one order. */
const ordered = parameters => result => Object.keys(parameters).flatMap(key => [...(result[key].data ?? result[key])])

function modelCase(group, name, make, isQuick, hand) {
  return {
    ...{ group, name, isQuick, reference: 'JavaScript by hand', noisy: 'compiled' },
    get contestants() {
      const model = make()
      const { kind, parameters, data, loss } = model
      const single = inSingle(model)
      const numbers = ordered(parameters)
      const with32 = { numbers, tolerance: SINGLE }
      const compiled = each => dt.compile(dt.grad(each.loss), { target: 'wasm' })
      const peer = models => models[kind] && { [kind]: async () => ({ run: await models[kind](model), ...with32 }) }
      return {
        'JavaScript by hand': () => ({ run: () => byHand[kind](parameters, data), numbers }),
        'C++ by hand': hand?.(parameters),
        compiled: () => {
          const fast = compiled(model)
          return { run: () => fast(parameters), numbers }
        },
        'compiled, float32': () => {
          const fast = compiled(single)
          return { run: () => fast(single.parameters), ...with32 }
        },
        eager: () => {
          const slope = dt.grad(loss)
          return { run: () => slope(parameters), numbers }
        },
        'jax-js': peer(jaxModels)?.[kind],
        'TensorFlow.js': peer(tensorflowModels)?.[kind],
      }
    },
  }
}

const product = n => ({
  kind: 'product',
  data: {},
  parameters: { a: tensorOf([n, n], 1, 1), b: tensorOf([n, n], 1, 2) },
  loss: ({ a, b }) => dt.sum(dt.square(dt.matmul(a, b))),
})

export const cases = () => [
  ...[32, 128, 512].map(n =>
    modelCase(
      'products',
      `gradient of |A B|², ${n} × ${n}`,
      () => product(n),
      n < 512,
      ({ a, b }) => native('cases', 'product', [n, ...a.data, ...b.data]),
    ),
  ),
  ...MODELS.map(([name, make]) =>
    modelCase(
      'networks',
      name,
      make,
      name.includes('batch 64') || name.includes('attention'),
      name.startsWith('tanh') ? ({ x }) => native('cases', 'chain', x.data) : undefined,
    ),
  ),
]

export const absent = {
  'C++ by hand': 'plain loops for products, and the chain of functions; networks need a library of matrix products',
  'TensorFlow.js': 'its CPU code has no gradient of this convolution that can be timed in seconds',
  Rose: 'has no tensors',
  mathjs: 'has no derivatives of matrices',
}
