import { expect, it, vi } from 'vitest'
import { SOURCE } from '../../src/graph/reroll/sequence.ts'
import { add, compile, mul, sin } from '../../src/index.ts'

// A search that is wrong: what a loop reads is one further than it is.
vi.mock('../../src/graph/reroll/find.ts', async original => {
  const { findLoops } = await original<typeof import('../../src/graph/reroll/find.ts')>()
  return {
    findLoops: (...args: Parameters<typeof findLoops>) => {
      const [steps, pool, forms] = args
      const found = findLoops(steps, pool, forms)
      for (let at = 0; at < found.length; at++) {
        if (forms.formOf(found.keys[at] as number) === undefined) continue
        const kinds = forms.kindsOf(found.kinds[at] as number, found.countOf(at))
        const place = (found.from[at] as number) + kinds.findIndex(kind => kind >= SOURCE)
        found.numbers[place] = (found.numbers[place] as number) + 1
      }
      return found
    },
  }
})

it('loops that do not give what was traced are given up, and said so', () => {
  const f = (x: readonly number[]) => {
    let s = 0.5
    for (let i = 0; i < 700; i++) s = sin(add(s, mul(x[i] as number, x[i + 20] as number)))
    return s
  }
  const x = Array.from({ length: 720 }, (_, i) => 1 + Math.sin(i))
  const fast = compile(f, { target: 'js' })
  expect(fast(x)).toBe(f(x))
  expect(fast.explain()).toContain('a fault of this library')
})
