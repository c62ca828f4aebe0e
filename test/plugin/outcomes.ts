import * as runtime from '../../src/plugin/runtime.ts'
import { transform } from '../../src/plugin/transform.ts'
import { inside } from './modules.ts'
import { generate } from './random.ts'

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
