import { readdirSync, readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { counted } from '../../src/core/counted.ts'
import { add, mul, square } from '../../src/index.ts'
import { fixedPoint, minimize, quad, root } from '../../src/solve/index.ts'

describe('counts in messages', () => {
  it('are of one or of many', () => {
    expect([0, 1, 2].map(n => [counted(n, 'unknown'), counted(n, 'entry'), counted(n, 'pass')])).toEqual([
      ['0 unknowns', '0 entries', '0 passes'],
      ['1 unknown', '1 entry', '1 pass'],
      ['2 unknowns', '2 entries', '2 passes'],
    ])
  })

  it('stand so in what solvers say of their plans and ends', () => {
    const f = (x: number) => square(x)
    const said = [
      minimize(f, 1),
      minimize(f, 1, { constraints: [{ atMost: (x: number) => x }] }),
      minimize(f, 1, { bounds: [[0, 1]] }),
      minimize((x: number) => square(square(x)), 1, { maxIterations: 1 }),
      root((x: number) => add(square(x), -2), 1),
      root((x: number) => add(square(x), -2), 1, { maxIterations: 1 }),
      fixedPoint((x: number) => mul(0.5, x), 1, { maxIterations: 1 }),
    ].map(({ plan, message }) => `${plan?.why} | ${message}`)
    for (const each of said) expect(each).not.toMatch(/\b1 (\w+ )?(unknowns|constraints|iterations|entries|passes)\b/)
    expect(quad(f, 0, 1).message).toBe('1 piece.')
    expect(said[1]).toMatch(/^1 unknown with 1 constraint;/)
    expect(said[3]).toMatch(/The limit of 1 iteration was reached/)
  })

  it('are written by `counted` wherever the solvers and the command line count what may be one', () => {
    const plain = /\$\{[^}]*\} (unknowns|constraints|iterations|evaluations|passes|variables|equations|pieces)\b/
    for (const folder of ['../../src/solve', '../../src/cli']) {
      const at = new URL(`${folder}/`, import.meta.url)
      for (const file of readdirSync(at, { recursive: true, encoding: 'utf8' })) {
        if (file.endsWith('.ts')) expect(`${file}: ${plain.exec(readFileSync(new URL(file, at), 'utf8'))?.[0] ?? ''}`).toBe(`${file}: `)
      }
    }
  })
})
