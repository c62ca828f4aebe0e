/* What it takes until something runs: the import of a library, and the first gradient after it, each in a process of its own. */
import { execFileSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'

const script = fileURLToPath(new URL('../first-call.mjs', import.meta.url))
const node = (...args) => execFileSync(process.execPath, args, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] })

function firstCall(way) {
  let numbers
  return {
    time() {
      const answer = JSON.parse(node(script, way).trim().split('\n').at(-1))
      numbers = answer.numbers
      return 1e6 * answer.time
    },
    result: () => numbers,
    tolerance: 1e-3,
  }
}

const LIBRARIES = { dualtape: 'dualtape', 'dualtape, mathjs': 'dualtape/mathjs', Rose: 'rose', 'jax-js': '@jax-js/jax', mathjs: 'mathjs' }

const IMPORT = library => `const [start, before] = [performance.now(), process.cpuUsage()]
await import('${library}')
const [clock, { user, system }] = [performance.now() - start, process.cpuUsage(before)]
console.log(Math.min(clock, (user + system) / 1000))`

const importing = library => ({ time: () => 1e6 * Number(node('--input-type=module', '-e', IMPORT(library))), result: () => [] })

export const cases = () => [
  {
    ...{ group: 'start', name: 'first gradient, Rosenbrock, n = 100', isQuick: false, rounds: 3, reference: 'JavaScript by hand' },
    contestants: Object.fromEntries(
      ['JavaScript by hand', 'eager', 'compiled, numbers', 'compiled, a tensor', 'Rose', 'jax-js', 'TensorFlow.js'].map(way => [way, firstCall(way)]),
    ),
  },
  {
    ...{ group: 'start', name: 'import', isQuick: true, rounds: 3 },
    contestants: Object.fromEntries(Object.entries(LIBRARIES).map(([name, library]) => [name, importing(library)])),
  },
]

export const absent = {
  'TensorFlow.js': 'import: its files have to be bundled before Node loads them',
  mathjs: 'first gradient: preparing symbolic derivatives takes minutes beyond 10 inputs',
}
