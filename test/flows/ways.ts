import fc from 'fast-check'
import { isTraced } from '../../src/core/traced.ts'
import { checkpoint, compile, concat, grad, graph, hessian, jvp, reshape, stack, Tensor, tensor, vmap } from '../../src/index.ts'
import { unflatten } from '../../src/testing/finite-differences.ts'
import { Random } from '../forms/random.ts'
import { direction, weighted } from '../forms/weights.ts'
import { layoutOf } from '../programs/program.ts'
import { numbersOf, structureOf } from '../results.ts'
import { type Block, type Branches, blocks, results, valuesOf } from './language.ts'

// biome-ignore lint/suspicious/noExplicitAny: programs of any types
type Any = any

/** A program of `language.ts` with its arguments, and a way to run it. */
export interface Flow {
  readonly block: Block
  /** Which kind of argument, and which numbers. */
  readonly layout: number
  readonly numbers: number
  /** Integers that are an argument: as a list, a typed array or a tensor. */
  readonly integers: readonly number[]
  readonly integersAs: 'list' | 'typed' | 'tensor'
  readonly way: Way
  readonly target: Target
}

const TARGETS = ['js', 'wasm', 'interpreter', 'auto'] as const
type Target = (typeof TARGETS)[number]

type Argument = (x: Any, integers: Any) => Any

interface Case {
  readonly f: (branches: Branches) => Argument
  readonly x: Any
  readonly other: Any
  readonly integers: Any
  readonly others: Any
  readonly target: Target
  /** Whether the program itself differentiates. */
  readonly derives: boolean
  /** Arguments that differ from x by a few roundings: what the numbers of the results may be off by. */
  readonly near: readonly Any[]
  readonly nearOther: readonly Any[]
  readonly build: (numbers: readonly number[]) => Any
  readonly size: number
}

export const flows: fc.Arbitrary<Flow> = fc
  .tuple(
    blocks,
    fc.nat(60),
    fc.nat(1000),
    fc.array(fc.nat(6), { minLength: 2, maxLength: 3 }),
    fc.constantFrom('list' as const, 'typed', 'tensor'),
    fc.nat(),
    fc.constantFrom(...TARGETS),
  )
  .map(([block, layout, numbers, integers, integersAs, way, target]) => ({
    block,
    layout,
    numbers,
    integers,
    integersAs,
    way: WAYS[way % WAYS.length] as Way,
    target,
  }))

function caseOf({ block, layout, numbers, integers, integersAs, target }: Flow): Case {
  const { build, tensors, size } = layoutOf(new Random(`layout ${layout}`))
  const random = new Random(`numbers ${numbers}`)
  const draw = () => Array.from({ length: size }, () => random.between(-1.5, 1.5))
  const [here, there] = [draw(), draw()]
  const asGiven = (list: readonly number[]): Any => (integersAs === 'typed' ? Int32Array.from(list) : integersAs === 'tensor' ? tensor([...list]) : [...list])
  const nudged = (from: readonly number[], k: number) => build(from.map((each, i) => each * (1 + 2 ** -44 * Math.sin(i + k))))
  return {
    f: branches => (x, given) => {
      const listed = given instanceof Tensor ? Array.from({ length: integers.length }, (_, i) => given.at(i)) : Array.from(given as number[])
      return results(block, valuesOf(tensors(x as never), [0.25, ...scalarsOf(x)], [0, ...listed]), branches)
    },
    x: build(here),
    other: build(there),
    integers: asGiven(integers),
    others: asGiven([...integers].reverse()),
    target,
    derives: JSON.stringify(block).includes('"transform"'),
    near: [nudged(here, 1), nudged(here, 2)],
    nearOther: [nudged(there, 1), nudged(there, 2)],
    build,
    size,
  }
}

/** Some numbers of an argument, read one by one. */
function scalarsOf(x: Any): Any[] {
  if (x instanceof Tensor) return [x.at(...x.shape.map(() => 0)), x.at(...x.shape.map(each => each - 1))]
  if (isScalar(x)) return [x]
  // A typed array may be a list or a tensor while it is differentiated or in a batch.
  if (ArrayBuffer.isView(x) || (Array.isArray(x) && x.every(isScalar))) return [(x as Any)[0], (x as Any).at(-1)]
  return Object.values(x).flatMap(scalarsOf).slice(0, 4)
}

/** A number, or what stands for one. */
const isScalar = (x: Any): boolean =>
  typeof x !== 'object' || !(x instanceof Tensor || Array.isArray(x) || ArrayBuffer.isView(x) || Object.getPrototypeOf(x) === Object.prototype)

/** What is not as it should be, or nothing. */
type Verdict = string | undefined

/** Numbers that are the same bits; the sign of a zero may differ where the documentation says so. */
function same(found: Any, expected: Any, what: string, signs = true): Verdict {
  if (JSON.stringify(structureOf(found)) !== JSON.stringify(structureOf(expected)))
    return `${what}: the structure is ${JSON.stringify(structureOf(found))}, not ${JSON.stringify(structureOf(expected))}`
  const [a, b] = [numbersOf(found), numbersOf(expected)]
  const k = a.findIndex((each, i) => !Object.is(signs ? each : each + 0, signs ? b[i] : (b[i] as number) + 0))
  return a.length === b.length && k < 0 ? undefined : `${what}: number ${k} of ${b.length} is ${a[k]}, not ${b[k]}`
}

/** Numbers within what rounding does to them: how far they move when the argument does by a few roundings. */
function close(found: Any, expected: Any, moved: readonly Any[], what: string): Verdict {
  const [a, b, ...c] = [found, expected, ...moved].map(numbersOf) as number[][]
  if (a?.length !== b?.length) return `${what}: ${a?.length} numbers instead of ${b?.length}`
  const scale = Math.max(1, ...(b as number[]).filter(Number.isFinite).map(Math.abs))
  for (let i = 0; i < (b as number[]).length; i++) {
    const [one, right] = [a?.[i] as number, b?.[i] as number]
    const slack = 1e-11 * scale + 100 * Math.max(...c.map(each => Math.abs((each[i] as number) - right)))
    if (Number.isNaN(right) ? Number.isNaN(one) : one === right || Math.abs(one - right) <= slack || Number.isNaN(slack)) continue
    return `${what}: number ${i} of ${b?.length} is ${one}, not ${right} (within ${slack})`
  }
  return undefined
}

const first = (...checks: (() => Verdict)[]): Verdict => {
  for (const check of checks) {
    const verdict = check()
    if (verdict !== undefined) return verdict
  }
  return undefined
}

/** Whether results have the bits of the function's: not those of derivatives, to which loops add up in another order. */
const exact = ({ target, derives }: Case) => !derives && (target === 'js' || target === 'interpreter')

/** Calls whose results the caller changes, with other arguments in between, before and after code takes over from the interpreter. */
function calls(f: Argument, c: Case, what: string, bits: boolean): Verdict {
  const [expected, elsewhere] = [f(c.x, c.integers), f(c.other, c.others)]
  const moved = c.near.map(each => f(each, c.integers))
  const fast = compile(f as Any, { target: c.target }) as Any
  const before = JSON.stringify([numbersOf(c.x), numbersOf(c.integers)])
  const check = (found: Any, turn: string) => (bits && exact(c) ? same(found, expected, `${what}, ${turn}`) : close(found, expected, moved, `${what}, ${turn}`))
  for (let call = 0; call < 3; call++) {
    const found = fast(c.x, c.integers)
    const verdict = check(found, `call ${call + 1}`)
    if (verdict !== undefined) return verdict
    if (JSON.stringify(structureOf(found)) !== JSON.stringify(structureOf(expected)))
      return `${what}: the structure is ${JSON.stringify(structureOf(found))}, not ${JSON.stringify(structureOf(expected))}`
    spoil(found)
    if (JSON.stringify([numbersOf(c.x), numbersOf(c.integers)]) !== before) return `${what}: an argument changed with a result, call ${call + 1}`
    if (call === 0 && bits && exact(c)) {
      const there = same(fast(c.other, c.others), elsewhere, `${what}, elsewhere`)
      if (there !== undefined) return there
    } else if (call === 0) spoil(fast(c.other, c.others))
  }
  if (c.target !== 'auto') return undefined
  for (let call = 0; call < 34; call++) fast(c.x, c.integers)
  return check(fast(c.x, c.integers), 'after many calls')
}

/** Changes all that can be changed of a result. */
function spoil(result: Any): void {
  if (result instanceof Tensor) result.data.fill(99)
  else if (ArrayBuffer.isView(result)) (result as Float64Array).fill(99)
  else if (typeof result === 'object' && result !== null)
    for (const key of Object.keys(result)) {
      if (typeof result[key] === 'number') result[key] = 99
      else spoil(result[key])
    }
}

const total =
  (f: Argument): Argument =>
  (x, integers) =>
    weighted(f(x, integers))

const stacked = (a: Any, b: Any): Any => {
  if (a instanceof Tensor) return tensor(Float64Array.of(...a.data, ...b.data), [2, ...a.shape])
  if (ArrayBuffer.isView(a)) return tensor(Float64Array.of(...(a as Float64Array), ...(b as Float64Array)), [2, (a as Float64Array).length])
  if (typeof a === 'number' || (Array.isArray(a) && !a.some(each => ArrayBuffer.isView(each)))) return [a, b]
  return Array.isArray(a) ? a.map((each, i) => stacked(each, b[i])) : Object.fromEntries(Object.keys(a).map(key => [key, stacked(a[key], b[key])]))
}

/** A batch of two against the two by themselves: numbers item by item. */
function batch(f: Argument, of: (g: Argument) => Argument, c: Case, what: string): Verdict {
  const one = of(f)
  const items = [
    [c.x, c.integers],
    [c.other, c.others],
  ].map(([x, k]) => one(x, k))
  const batched = vmap(((x: Any, k: Any) => flatOf(one(x, k))) as Any) as Any
  const args = [stacked(c.x, c.other), stacked(c.integers, c.others)]
  const moved = c.near.map(each => one(each, c.integers))
  const judge = (found: Any, how: string) => {
    const all = numbersOf(found)
    const n = all.length / 2
    return first(
      () => close(all.slice(0, n), items[0], moved, `${what}, ${how}, item 1`),
      () =>
        close(
          all.slice(n),
          items[1],
          c.nearOther.map(each => one(each, c.others)),
          `${what}, ${how}, item 2`,
        ),
    )
  }
  return first(
    () => judge(batched(...args), 'in a batch'),
    () => judge((compile(batched, { target: c.target }) as Any)(...args), `in a batch compiled to ${c.target}`),
  )
}

/** All numbers of a result as one tensor. */
function flatOf(result: Any): Tensor {
  const leaves: Any[] = []
  const walk = (x: Any): void => {
    if (x instanceof Tensor) leaves.push(reshape(x, [-1]))
    else if (isScalar(x)) leaves.push(stack([x]))
    else Object.values(x).forEach(walk)
  }
  walk(result)
  return concat(leaves)
}

const ways = {
  value: c => calls(c.f('as written'), c, `the value, ${c.target}`, true),
  gradient: c => calls(grad(total(c.f('as written')) as Any) as Argument, c, `the gradient, ${c.target}`, false),
  tangents: c => {
    const f = c.f('as written')
    const d = unflatten(
      c.x,
      Float64Array.from({ length: c.size }, (_, j) => direction(j)),
    )
    const push: Argument = (x, k) => jvp((at: Any) => f(at, k), [x], [d as Any])[1]
    const slope = numbersOf(grad(total(f) as Any)(c.x, c.integers))
    const pushed: Argument = (x, k) => weighted(push(x, k))
    return first(
      () => calls(push, c, `tangents, ${c.target}`, false),
      () =>
        close(
          pushed(c.x, c.integers),
          slope.reduce((all, each, j) => all + each * direction(j), 0),
          c.near.map(each => pushed(each, c.integers)),
          'a tangent against the gradient',
        ),
    )
  },
  hessian: c => {
    if (c.size > 9) return undefined
    const h: Argument = (x, k) => hessian((at: Any) => total(c.f('as written'))(at, k))(x)
    const expected = h(c.x, c.integers)
    const moved = c.near.map(each => h(each, c.integers))
    return first(
      () => calls(h, c, `the Hessian, ${c.target}`, false),
      () =>
        close(
          hessian((at: Any) => total(c.f('as written'))(at, c.integers), { mode: 'forward', sparsity: 'dense' } as Any)(c.x),
          expected,
          moved,
          'the Hessian forward',
        ),
    )
  },
  batch: c => batch(c.f('masks'), f => f, c, 'the value'),
  'batch of gradients': c => batch(c.f('masks'), f => grad(total(f) as Any) as Argument, c, 'gradients'),
  checkpoint: c => {
    const f = total(c.f('as written'))
    const slope = (x: Any) => grad(f as Any)(x, c.integers)
    return first(
      () => close(grad(checkpoint(f as Any) as Any)(c.x, c.integers), slope(c.x), c.near.map(slope), 'the gradient of a checkpoint'),
      () => {
        const fast = compile(grad(checkpoint(f as Any) as Any) as Any, { target: c.target }) as Any
        return close(fast(c.x, c.integers), slope(c.x), c.near.map(slope), `the gradient of a checkpoint, ${c.target}`)
      },
    )
  },
  session: c => {
    if (!(c.x instanceof Tensor)) return undefined
    const f = c.f('both sides')
    const g = graph()
    const x = g.placeholder('x', c.x.shape, { example: c.x })
    const k = g.placeholder('k', [numbersOf(c.integers).length], { example: numbersOf(c.integers) })
    // What depends on no placeholder is no value of the graph.
    const all = f(x, k) as Any[]
    const outputs = all.filter(isTraced)
    if (outputs.length === 0) return undefined
    const at = (here: Any) => f(here, tensor(numbersOf(c.integers))).filter((_: Any, i: number) => isTraced(all[i]))
    const expected = at(c.x)
    const session = g.session({ target: c.target })
    const moved = c.near.map(at)
    for (let turn = 0; turn < 2; turn++) {
      const found = session.run(outputs, { x: c.x, k: numbersOf(c.integers) }) as Any
      const verdict = exact(c) ? same(found, expected, `a session, ${c.target}, run ${turn + 1}`) : close(found, expected, moved, `a session, ${c.target}`)
      if (verdict !== undefined) return verdict
      spoil(found)
    }
    return undefined
  },
  module: c => {
    const f = c.f('as written')
    const fast = compile(f as Any, { target: 'js' }) as Any
    fast(c.x, c.integers)
    let text: string
    try {
      text = fast.emit({ format: 'esm' })
    } catch (error) {
      if (!(error as Error).message.includes('no code of its own yet')) throw error
      return undefined
    }
    // A module's text as that of a function: modules that are imported from an address are kept forever.
    const make = new Function(
      `${text
        .replace(/export default function/, 'return function')
        .replace(/export default /, 'return ')
        .replace(/^export /gm, '')}`,
    )
    const found = plainOf(make()(plainOf(c.x), c.integers instanceof Tensor ? plainOf(c.integers) : c.integers))
    if (!c.derives) return same(found, plainOf(f(c.x, c.integers)), 'an emitted module')
    return close(
      valuesIn(found),
      f(c.x, c.integers),
      c.near.map(each => f(each, c.integers)),
      'an emitted module',
    )
  },
  into: c => {
    const f = c.f('as written')
    const fast = compile(f as Any, { target: c.target }) as Any
    const expected = numbersOf(f(c.x, c.integers))
    const moved = c.near.map(each => numbersOf(f(each, c.integers)))
    for (let turn = 0; turn < 2; turn++) {
      const out = new Float64Array(expected.length + 2).fill(7)
      fast.into(out, c.x, c.integers)
      const verdict = first(
        () => close([...out.subarray(0, expected.length)], expected, moved, `into, ${c.target}`),
        () => (out.at(-1) === 7 && out.at(-2) === 7 ? undefined : `into, ${c.target}, has written behind its result`),
      )
      if (verdict !== undefined) return verdict
    }
    return undefined
  },
} satisfies Record<string, (c: Case) => Verdict>

/** The numbers of a module's result, without the shapes of its tensors. */
const valuesIn = (x: Any): number[] =>
  typeof x === 'object' ? (Array.isArray(x) ? x : 'data' in x ? [...x.data] : Object.values(x)).flatMap(valuesIn) : [Number(x)]

/** Tensors as the plain objects that an emitted module takes and gives. */
function plainOf(x: Any): Any {
  if (x instanceof Tensor || (typeof x === 'object' && x !== null && 'shape' in x && 'data' in x)) return { shape: [...x.shape], data: x.data }
  if (typeof x !== 'object' || x === null || ArrayBuffer.isView(x)) return x
  return Array.isArray(x) ? x.map(plainOf) : Object.fromEntries(Object.entries(x).map(([key, each]) => [key, plainOf(each)]))
}

type Way = keyof typeof ways
export const WAYS = Object.keys(ways) as Way[]

/** What is wrong with a program in its way, or nothing. */
export function faultOf(flow: Flow): Verdict {
  try {
    return ways[flow.way](caseOf(flow))
  } catch (error) {
    const { name, message, stack = '' } = error as Error
    // A loop with a condition inside another loop cannot end item by item, and says so.
    const inBatch = flow.way.startsWith('batch') || JSON.stringify(flow.block).includes('vmap')
    if (inBatch && message.startsWith('A question was asked about a batched scalar')) return undefined
    return `${flow.way}, ${flow.target}: ${name}: ${message}${stack.split('\n').slice(1, 4).join('').replace(/\s+/g, ' ')}`
  }
}
