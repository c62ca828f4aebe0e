import { compile, grad, jvp, TracedValueError, vmap } from '../../src/index.ts'
import { fromSource } from '../../src/plugin/from-source.ts'
import * as runtime from '../../src/plugin/runtime.ts'
import { transform } from '../../src/plugin/transform.ts'
import { inside } from './modules.ts'
import { generate } from './random.ts'
import { generateValues } from './random-values.ts'

// biome-ignore lint/suspicious/noExplicitAny: what a module exports
type Any = any

/** What the random program of a seed does otherwise when it is marked, outside transforms or inside; undefined where nothing differs. */
export function faultOf(seed: number): string | undefined {
  const code = generate(seed)
  const wanted = outcome(evaluate(code))
  const marked = evaluate(transform(`'use ad'\n${code}`)?.code as string)
  const outside = outcome(marked)
  if (outside !== wanted) return `outside transforms: ${outside} and not ${wanted}\n${code}`
  const within = inside(() => outcome(marked))
  return within === wanted ? undefined : `inside a transform: ${within} and not ${wanted}\n${code}`
}

function evaluate(code: string): Any {
  const text = code
    .replace(/import \{([^}]*)\} from '[^']*';/, (_, names: string) => `const {${names.replaceAll(' as ', ': ')}} = runtime;`)
    .replace(/export (const|function) /g, '$1 ')
  return new Function('runtime', `'use strict'; ${text}; return { f, reset, seen }`)(runtime)
}

/** What f gives or throws, and what it did, as a text. */
function outcome({ f, reset, seen }: Any): string {
  reset()
  const o = { a: 2, b: -0.5, v: 3, f: (y: number) => y + 1, get w() { return 4 }, set w(_: Any) {} } // biome-ignore format: short
  try {
    return JSON.stringify([flat(f(1.5, -2, [1, 2.5, -3], o)), flat(seen())])
  } catch (error) {
    return JSON.stringify([error instanceof Error ? error.name : `thrown ${error}`, flat(seen())])
  }
}

/** A value with lists of every kind as arrays, and numbers as texts, which −0, NaN and ∞ have, too. */
function flat(x: Any): Any {
  if (typeof x === 'function') return 'function'
  if (x === undefined) return 'undefined'
  if (ArrayBuffer.isView(x) || Array.isArray(x)) return Array.from(x as Any, flat)
  if (typeof x === 'object' && x !== null) return Object.fromEntries(Object.entries(x).map(([key, each]) => [key, flat(each)]))
  return typeof x === 'number' ? (Object.is(x, -0) ? '-0' : String(x)) : x
}

/** Points at which the conditions of random programs have different answers. */
const POINTS: readonly (readonly [number, number, number[]])[] = [
  [1.3, -0.4, [0.7, 2.2, -1.6]],
  [-0.8, 2.6, [-2.3, 0.4, 0.9]],
  [2.7, 0.3, [1.1, -0.6, 3.4]],
]

/** Whether two numbers are the same but for rounding and the sign of a zero. */
const near = (x: number, y: number) => Object.is(x, y) || x === y || Math.abs(x - y) <= 1e-9 * Math.max(1, Math.abs(x), Math.abs(y))

/** What a random program that computes with values gives otherwise when these are traced, compiled or in a batch; undefined: nothing. */
export function faultOfValues(seed: number): string | undefined {
  const text = generateValues(seed)
  const plain = new Function(`'use strict'; return (${text})`)() as Any
  const wanted = finite(() => POINTS.map(([x, y, xs]) => plain(x, y, xs.slice())))
  // Where there is no number, a place is NaN, and an entry undefined, which operators refuse.
  if (wanted === undefined) return undefined
  const marked = fromSource(plain) as Any
  const f = (x: number, y: number, xs: number[]) => marked(x, y, xs.slice())
  const differ = (what: string, found: readonly unknown[], expected: readonly unknown[] = wanted) => {
    const isSame = flatten(found).every((each, i) => near(each, flatten(expected)[i] as number))
    return isSame ? undefined : `${what}: ${JSON.stringify(found.map(flat))} and not ${JSON.stringify(expected.map(flat))}\n${text}`
  }
  const slope = grad(f as Any, { argnum: [0, 1, 2] }) as Any
  const slopes = POINTS.map(point => slope(...point))
  const traced = POINTS.map(point => jvp(f as Any, point as Any, [1, 1, [1, 1, 1]] as Any)[0])
  const fast = compile(f as Any) as Any
  const fastSlope = compile(slope) as Any
  return (
    differ('marked', POINTS.map(point => f(...point))) ??
    differ('traced', traced) ??
    differ('compiled', POINTS.map(point => fast(...point))) ??
    differ('compiled gradient', POINTS.map(point => fastSlope(...point)), slopes) ??
    batched(f, all => differ('in a batch', all)) ??
    batched(slope, all => differ('gradient in a batch', all, slopes))
  ) // biome-ignore format: one a line
}

function finite(run: () => number[]): number[] | undefined {
  try {
    const numbers = run()
    return numbers.every(Number.isFinite) ? numbers : undefined
  } catch {
    return undefined
  }
}

const flatten = (x: unknown): number[] => (Array.isArray(x) ? x.flatMap(flatten) : [Number(x)])

/** What is said of a batch; nothing where a question was asked, which a batch refuses. */
function batched(f: Any, check: (all: Any) => string | undefined): string | undefined {
  let all: unknown
  try {
    all = (vmap(f) as Any)(...[0, 1, 2].map(i => POINTS.map(point => point[i])))
  } catch (error) {
    if (error instanceof TracedValueError && /question|says which/.test(error.message)) return undefined
    throw error
  }
  return check(all)
}
