import { type Backends, MISS } from '../../src/compile/backend.ts'
import { allBackends } from '../../src/compile/backends.ts'
import { signatureOf } from '../../src/compile/signature.ts'
import { Version } from '../../src/compile/version.ts'
import { optimise } from '../../src/graph/optimise.ts'
import { DualtapeError, Graph, GraphError, graph, Tensor } from '../../src/index.ts'
import { Random } from '../forms/random.ts'

// biome-ignore lint/suspicious/noExplicitAny: data of any kind
type Any = any

/** Enough for the graphs that are damaged, and so little that what a damage makes of them stays small. */
const LIMITS = { entries: 1e5, operations: 1e5 }

/** Milliseconds of the processor that one file may take. */
const MOST_TIME = 5000

const CODE = [
  '0]; globalThis.hacked = 1; [0',
  "'); globalThis.hacked = 1; ('",
  '$'.concat('{globalThis.hacked = 1}'),
  '*/ globalThis.hacked = 1 /*',
  '\n globalThis.hacked = 1\n',
  '1',
]
const KEYS = ['__proto__', 'constructor', 'toString', 'op', 'shape', 'inputs', 'params', 'value', 'name', 'rank0', 'dtype', 'nodes', 'length']

export interface DamageTally {
  files: number
  read: number
  ran: number
  refusedAtRun: number
  slowest: number
  failures: { number: number; what: string }[]
}

export const emptyDamage = (): DamageTally => ({ files: 0, read: 0, ran: 0, refusedAtRun: 0, slowest: 0, failures: [] })

const upTo = (random: Random, below: number) => Math.floor(random.next() * below)

/** A file that is damaged in a few places. */
export function damagedGraph(texts: readonly string[], random: Random): Any {
  const pick = <T>(list: readonly T[]): T => random.pick(list)
  let data: Any = JSON.parse(pick(texts))
  const places: { of: Any; key: string | number }[] = []
  const visit = (of: Any): void => {
    for (const key of Object.keys(of)) {
      places.push({ of, key })
      if (typeof of[key] === 'object' && of[key] !== null) visit(of[key])
    }
  }
  const hostile = (): unknown => {
    switch (upTo(random, 12)) {
      case 0:
      case 1:
        return pick(CODE)
      case 2:
        return pick([1e11, 2 ** 31, 2 ** 53, 1e300, -1, 0.5, -0, Number.NaN, Number.POSITIVE_INFINITY])
      case 3:
        return pick([null, true, false, undefined, '', [], {}])
      case 4:
        return pick(KEYS)
      case 5:
        return { $number: pick(['NaN', 'Infinity', '-0', '7', CODE[0]]) }
      case 6:
        return { $ints: pick<unknown[]>([[0], [-1, 1e9], [CODE[0]], [0.5]]) }
      case 7:
        return { $tensor: pick<unknown[]>([[0], [CODE[0]], []]), shape: pick<unknown>([[1], [1e11], [], CODE[0]]), dtype: pick(['float64', 'bool', CODE[0]]) }
      case 8: {
        let deep: unknown = []
        for (let i = upTo(random, 300); i > 0; i--) deep = upTo(random, 2) ? [deep] : { nodes: deep }
        return deep
      }
      case 9: {
        const from = pick(places)
        return structuredClone(from.of[from.key])
      }
      default:
        return upTo(random, 6)
    }
  }
  for (let left = 1 + upTo(random, 3); left > 0; left--) {
    places.length = 0
    visit(data)
    const { of, key } = pick(places)
    switch (upTo(random, 8)) {
      case 0:
        if (Array.isArray(of)) of.splice(Number(key), 1)
        else delete of[key]
        break
      case 1: {
        const other = pick(places)
        const held = of[key]
        of[key] = structuredClone(other.of[other.key])
        other.of[other.key] = structuredClone(held)
        break
      }
      case 2:
        if (Array.isArray(of)) of.splice(Number(key), 0, structuredClone(of[Number(key)]))
        else of[pick(KEYS)] = hostile()
        break
      case 3:
      case 4: {
        // A number near the one that was there.
        const numbers = places.filter(each => typeof each.of[each.key] === 'number')
        if (numbers.length === 0) break
        const near = pick(numbers)
        near.of[near.key] += pick([-2, -1, 1, 1, 2])
        break
      }
      case 5: {
        // Another operator, other operands.
        const steps = places
          .map(each => each.of[each.key])
          .filter(each => typeof each === 'object' && each !== null && typeof each.op === 'string' && 'shape' in each)
        if (steps.length === 0) break
        const [one, two] = [pick(steps), pick(steps)]
        const field: string = pick(['op', 'inputs', 'params', 'shape', 'dtype', 'value'])
        if (two[field] !== undefined) one[field] = structuredClone(two[field])
        break
      }
      default:
        of[key] = hostile()
    }
  }
  if (upTo(random, 200) === 0) data = hostile()
  return data
}

/** Reads a damaged file and runs what is read in every way: it gives values or errors of the library, and nothing else. */
export function checkDamaged(texts: readonly string[], seed: number, number: number, tally: DamageTally): void {
  const random = new Random(`${seed} ${number}`)
  const data = damagedGraph(texts, random)
  const start = process.cpuUsage()
  tally.files++
  const fail = (what: string, error: unknown) => {
    const { name, message, stack } = error as Error
    tally.failures.push({ number, what: `${what}: ${name}: ${message} ${stack?.split('\n').slice(1, 4).join(' < ').replace(/\s+/g, ' ')}` })
  }
  let read: Graph | undefined
  try {
    read = Graph.fromJSON(upTo(random, 4) === 0 ? data : (JSON.stringify(data) ?? ''), { limits: LIMITS })
    tally.read++
  } catch (error) {
    if (!(error instanceof GraphError && error.message.startsWith('Graph.fromJSON:'))) fail('fromJSON', error)
  }
  if (read !== undefined) runEveryWay(read, random, tally, fail)
  if ('hacked' in globalThis) {
    fail('code', new Error('ran'))
    delete (globalThis as { hacked?: unknown }).hacked
  }
  const { user, system } = process.cpuUsage(start)
  const time = (user + system) / 1000
  tally.slowest = Math.max(tally.slowest, time)
  if (time > MOST_TIME) fail('time', new Error(`${Math.round(time)} ms`))
}

function runEveryWay(read: Graph, random: Random, tally: DamageTally, fail: (what: string, error: unknown) => void): void {
  const inputs = read.inputs.map(id => {
    const { shape, dtype, rank0 } = read.nodes[id] as (typeof read.nodes)[number]
    const entry = () =>
      dtype === 'bool'
        ? upTo(random, 2)
        : ([upTo(random, 4), random.between(-2, 2), random.between(-2, 2), Number.NaN, 1e9, -1][upTo(random, 20) % 6] as number)
    if (shape.length === 0 && !rank0) return dtype === 'bool' ? entry() !== 0 : entry()
    return new Tensor(Float64Array.from({ length: shape.reduce((a, b) => a * b, 1) }, entry), shape, dtype)
  })
  const attempt = (what: string, run: () => unknown) => {
    try {
      if (run() !== MISS) tally.ran++
    } catch (error) {
      if (error instanceof DualtapeError) tally.refusedAtRun++
      else fail(what, error)
    }
  }
  const result = read.outputs.map((_, i) => i)
  const program = { graph: upTo(random, 2) ? read : optimise(read, 'exact'), signature: signatureOf(inputs, read.nodes.length), result }
  for (const target of ['js', 'wasm', 'interpreter'] as const) {
    attempt(target, () => new Version(program, target, allBackends as Backends, () => undefined).run(...inputs))
  }
  if (upTo(random, 8) > 0) return
  attempt('evaluate', () => read.evaluate(inputs as Any))
  attempt('toString', () => [String(read), read.toDot(), JSON.stringify(read)])
  attempt('emit', () => allBackends.js?.emit(program))
  attempt('session', () => {
    const built = graph(read)
    const feeds = Object.fromEntries(read.inputs.map((id, i) => [read.nodes[id]?.name ?? `input${id}`, inputs[i]]))
    return built.session({ target: 'js' }).run(
      read.outputs.map((_, i) => `output${i}`),
      feeds as Any,
    )
  })
}
