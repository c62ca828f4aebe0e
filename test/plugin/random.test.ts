import { describe, expect, it } from 'vitest'
import * as runtime from '../../src/plugin/runtime.ts'
import { transform } from '../../src/plugin/transform.ts'
import { inside } from './modules.ts'
import { generate } from './random.ts'

// biome-ignore lint/suspicious/noExplicitAny: what a module exports
type Any = any

const evaluate = (code: string): Any => {
  const text = code
    .replace(/import \{([^}]*)\} from '[^']*';/, (_, names: string) => `const {${names.replaceAll(' as ', ': ')}} = runtime;`)
    .replace(/export (const|function) /g, '$1 ')
  return new Function('runtime', `'use strict'; ${text}; return { f, reset, seen }`)(runtime)
}

/** A value with lists of every kind as arrays, and with −0, NaN and ∞ in words. */
const flat = (x: Any): Any => {
  if (typeof x === 'function') return 'function'
  if (ArrayBuffer.isView(x) || Array.isArray(x)) return Array.from(x as Any, flat)
  if (typeof x === 'object' && x !== null) return Object.fromEntries(Object.entries(x).map(([key, each]) => [key, flat(each)]))
  return typeof x === 'number' ? (Object.is(x, -0) ? '-0' : String(x)) : x
}

/** What f gives or throws, and what it did. */
function outcome({ f, reset, seen }: Any): unknown {
  reset()
  const o = { a: 2, b: -0.5, v: 3, f: (y: number) => y + 1, get w() { return 4 }, set w(_: Any) {} } // biome-ignore format: short
  try {
    return [flat(f(1.5, -2, [1, 2.5, -3], o)), flat(seen())]
  } catch (error) {
    return [error instanceof Error ? error.name : `thrown ${error}`, flat(seen())]
  }
}

describe('random programs', () => {
  it('give on numbers what they gave before they were marked, in the same order, outside transforms and inside', () => {
    for (let seed = 1; seed <= 300; seed++) {
      const code = generate(seed)
      const wanted = outcome(evaluate(code))
      const marked = transform(`'use ad'\n${code}`)?.code as string
      expect(outcome(evaluate(marked)), `outside, ${seed}: ${code}`).toEqual(wanted)
      expect(
        inside(() => outcome(evaluate(marked))),
        `inside, ${seed}: ${code}`,
      ).toEqual(wanted)
    }
  })
})
