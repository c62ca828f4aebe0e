/* node bench/suite/first-call.mjs WAY: the first gradient of Rosenbrock's function in a fresh process, once its library is there: milliseconds and numbers. */
import { byHand, point, whole } from './cases/rosenbrock.mjs'

const N = 100

/** What makes a gradient of a list, from nothing but the library. */
const WAYS = {
  'JavaScript by hand': async () => byHand,
  eager: async () => {
    const [{ grad }, { rosenbrock }] = await Promise.all([import('../../dist/index.js'), import('../rosenbrock.mjs')])
    return () => grad(rosenbrock)
  },
  'compiled, numbers': async () => {
    const [{ compile, grad }, { rosenbrock }] = await Promise.all([import('../../dist/index.js'), import('../rosenbrock.mjs')])
    return () => compile(grad(rosenbrock))
  },
  'compiled, a tensor': async () => {
    const { compile, grad, tensor } = await import('../../dist/index.js')
    return () => {
      const slope = compile(grad(whole))
      return x => slope(tensor(x)).data
    }
  },
  Rose: async () => {
    const { roseRosenbrock } = await import('./peers.mjs')
    return () => roseRosenbrock(N)
  },
  'jax-js': async () => {
    const { jaxRosenbrock } = await import('./peers.mjs')
    return jaxRosenbrock
  },
  'TensorFlow.js': async () => {
    const { loadTensorflow, tensorflowRosenbrock } = await import('./peers.mjs')
    await loadTensorflow()
    return tensorflowRosenbrock
  },
}

const make = await WAYS[process.argv[2]]()
const x = point(N)
const [start, before] = [performance.now(), process.cpuUsage()]
const slope = process.argv[2] === 'JavaScript by hand' ? make : await make()
const result = slope(x)
const [clock, { user, system }] = [performance.now() - start, process.cpuUsage(before)]
const time = Math.min(clock, (user + system) / 1000)
console.log(JSON.stringify({ time, numbers: [...result] }))
process.exit()
