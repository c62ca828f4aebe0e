import { describe, expect, it } from 'vitest'
import { digits } from '../examples/models/digits.ts'
import type { Outcome } from '../examples/models/outcome.ts'
import { physics } from '../examples/models/physics.ts'
import { svg } from '../examples/models/picture.ts'
import { series } from '../examples/models/series.ts'
import { text } from '../examples/models/text.ts'
import { uncertainty } from '../examples/models/uncertainty.ts'
import { fromSafetensors, safetensorsHeader } from '../src/nn/index.ts'

/** What every example gives: finite losses that fall, rows of one length, and pictures without holes. */
function check({ losses, table, summary, files }: Outcome) {
  expect(losses.every(Number.isFinite)).toBe(true)
  expect(losses.at(-1)).toBeLessThan(losses[0] as number)
  expect(new Set(table.map(row => row.length)).size).toBe(1)
  expect(table.flat().join()).not.toMatch(/NaN|undefined/)
  expect(summary).not.toMatch(/NaN|undefined/)
  for (const [name, content] of Object.entries(files)) {
    if (!name.endsWith('.svg')) continue
    expect(content, name).toMatch(/^<svg [^>]*>[\s\S]*<\/svg>\n$/)
    expect(content, name).not.toMatch(/NaN|undefined|Infinity/)
  }
}

// Short forms of `npm run example -- name`.
describe('models that train on real data', () => {
  it('tell handwritten digits', () => {
    const seen: number[] = []
    const outcome = digits({ perDigit: 60, held: 20, epochs: 4, batch: 30 }, done => seen.push(done))
    check(outcome)
    expect(outcome.accuracy).toBeGreaterThan(0.8)
    expect(seen.length).toBeGreaterThan(4)
    expect(seen.every((each, i) => each >= (seen[i - 1] ?? 0) && each < 1)).toBe(true)
    const model = fromSafetensors(outcome.files['model.safetensors'] as Uint8Array)
    expect([model[0].weight.shape, model[0].weight.dtype, model[3].bias.shape]).toEqual([[128, 784], 'float32', [10]])
    // The same keys, the same training, bit by bit.
    expect(digits({ perDigit: 60, held: 20, epochs: 4, batch: 30 }).losses).toEqual(outcome.losses)
  })

  it('say how sure they are of the mileage of cars', () => {
    const outcome = uncertainty()
    check(outcome)
    // 95 of 100, of which 2.2 is the standard deviation.
    expect(outcome.coverage).toBeGreaterThan(0.88)
    expect(outcome.coverage).toBeLessThan(1)
    const known = outcome.table.slice(1).map(row => Number(row[2]))
    expect(known.at(-1)).toBeGreaterThan(known[1] as number)
  })

  it('tell the next month of a series', () => {
    const outcome = series({ steps: 150 })
    check(outcome)
    expect(outcome.error).toBeLessThan(0.6 * outcome.lastMonth)
  })

  it('solve a differential equation', () => {
    const outcome = physics({ iterations: 200, points: 200 })
    check(outcome)
    expect(outcome.error).toBeLessThan(0.03)
  })

  it('learn a text, and write', () => {
    const outcome = text({ steps: 40, length: 16, batch: 16, size: 16 })
    check(outcome)
    expect(outcome.losses.slice(-5).every(each => each < 3.6)).toBe(true)
    expect(outcome.sample).toMatch(/^A gradient is [\s\S]{200}$/)
    expect(safetensorsHeader(outcome.files['model.safetensors'] as Uint8Array).metadata.characters).toContain('abc')
  })
})

describe('pictures', () => {
  it('show what there is, also of one number or none', () => {
    const empty = { title: 'a < b & "c"', xLabel: 'x', yLabel: 'y' }
    expect(svg(empty)).toContain('a &lt; b &amp; &quot;c&quot;')
    for (const points of [
      [],
      [[1, 1]],
      [
        [0, 0],
        [1, Number.NaN],
      ],
      [
        [0, 1e-300],
        [5, 1e300],
      ],
    ] as [number, number][][]) {
      for (const logarithmic of [false, true]) expect(svg({ ...empty, lines: [{ name: 'line', points }], logarithmic })).not.toMatch(/NaN|Infinity/)
    }
  })
})
