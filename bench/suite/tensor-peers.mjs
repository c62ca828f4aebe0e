/* The models of `tensors` in jax-js (WebAssembly) and TensorFlow.js (its CPU code), in float32. */
import { defaultDevice, init, grad as jaxGrad, jit, lax, nn, numpy as np } from '@jax-js/jax'
import { loadTensorflow } from './peers.mjs'

/** A gradient in jax-js as a function of nothing; values are used up by what takes them. */
async function jaxGradient({ data, parameters }, loss) {
  await init('wasm')
  defaultDevice('wasm')
  const arrayOf = ({ data: entries, shape }) => np.array(Float32Array.from(entries), { shape: [...shape] })
  const arrays = tree => Object.fromEntries(Object.entries(tree).map(([name, each]) => [name, arrayOf(each)]))
  const [constants, given] = [arrays(data), arrays(parameters)]
  const slope = jit(jaxGrad(p => loss(p, constants)))
  return () => {
    const slopes = slope(Object.fromEntries(Object.entries(given).map(([name, each]) => [name, each.ref])))
    return Object.fromEntries(Object.entries(slopes).map(([name, each]) => [name, { data: each.dataSync() }]))
  }
}

const normalised = x => nn.standardize(x, -1)

export const jaxModels = {
  network: model =>
    jaxGradient(model, ({ w1, b1, w2, b2 }, { x, target }) => {
      const hidden = nn.relu(np.matmul(x.ref, w1).add(b1))
      return nn.logSoftmax(np.matmul(hidden, w2).add(b2), -1).mul(target.ref).sum(-1).mean().neg()
    }),
  attention: model =>
    jaxGradient(model, ({ q, k, v, o, w1, b1, w2, b2 }, { x }) => {
      const normal = normalised(x.ref)
      const scores = np.matmul(np.matmul(normal.ref, q), np.matmul(normal.ref, k).transpose()).mul(128 ** -0.5)
      const y = x.ref.add(np.matmul(np.matmul(nn.softmax(scores, -1), np.matmul(normal, v)), o))
      const hidden = nn.gelu(np.matmul(normalised(y.ref), w1).add(b1), { approximate: false })
      return np.square(y.add(np.matmul(hidden, w2).add(b2))).mean()
    }),
  convolution: model => jaxGradient(model, ({ w }, { x }) => np.square(lax.convGeneralDilated(x.ref, w, [1, 1], [[1, 1], [1, 1]])).mean()), // biome-ignore format: pairs
  chain: model => jaxGradient(model, ({ x }) => np.tanh(np.square(x.ref)).mul(np.exp(x.neg())).sum()),
}

async function tensorflowGradient({ data, parameters }, loss) {
  const tf = await loadTensorflow()
  const tensors = tree => Object.fromEntries(Object.entries(tree).map(([name, each]) => [name, tf.tensor(Float32Array.from(each.data), [...each.shape])]))
  const [constants, given] = [tensors(data), tensors(parameters)]
  const names = Object.keys(given)
  const slope = tf.grads((...all) => loss(tf, Object.fromEntries(names.map((name, i) => [name, all[i]])), constants))
  return () => tf.tidy(() => Object.fromEntries(slope(Object.values(given)).map((each, i) => [names[i], { data: each.dataSync() }])))
}

export const tensorflowModels = {
  network: model =>
    tensorflowGradient(model, (tf, { w1, b1, w2, b2 }, { x, target }) => {
      const logits = tf.add(tf.matMul(tf.relu(tf.add(tf.matMul(x, w1), b1)), w2), b2)
      return tf.neg(tf.mean(tf.sum(tf.mul(tf.logSoftmax(logits), target), -1)))
    }),
  attention: model =>
    tensorflowGradient(model, (tf, { q, k, v, o, w1, b1, w2, b2 }, { x }) => {
      const normal = z => {
        const centred = tf.sub(z, tf.mean(z, -1, true))
        return tf.div(centred, tf.sqrt(tf.add(tf.mean(tf.square(centred), -1, true), 1e-5)))
      }
      const n = normal(x)
      const scores = tf.mul(tf.matMul(tf.matMul(n, q), tf.matMul(n, k), false, true), 128 ** -0.5)
      const y = tf.add(x, tf.matMul(tf.matMul(tf.softmax(scores), tf.matMul(n, v)), o))
      const z = tf.add(tf.matMul(normal(y), w1), b1)
      const hidden = tf.mul(z, tf.mul(0.5, tf.add(1, tf.erf(tf.mul(z, Math.SQRT1_2)))))
      return tf.mean(tf.square(tf.add(y, tf.add(tf.matMul(hidden, w2), b2))))
    }),
  chain: model => tensorflowGradient(model, (tf, { x }) => tf.sum(tf.mul(tf.tanh(tf.square(x)), tf.exp(tf.neg(x))))),
}
