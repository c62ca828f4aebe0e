/* node --expose-gc bench/suite/memory.mjs N: bytes that the tape of Rosenbrock's function of N inputs takes while its pullback is held. */
import { vjp } from '../../dist/index.js'
import { rosenbrock } from '../rosenbrock.mjs'
import { point } from './cases/rosenbrock.mjs'

const used = () => {
  globalThis.gc()
  const { heapUsed, arrayBuffers } = process.memoryUsage()
  return heapUsed + arrayBuffers
}
const x = point(Number(process.argv[2]))
vjp(rosenbrock, [1, 2, 3])
const before = used()
const [value, pullback] = vjp(rosenbrock, x)
const bytes = used() - before
pullback(value)
console.log(bytes)
