import { describe, expect, it } from 'vitest'
import { chromiumPath } from '../../chromium.ts'
import { inChromium } from './chromium.ts'

if (chromiumPath === undefined) console.warn('No Chromium was found, so WebGPU is not tested. Debian has it as the package chromium.')

/** Operators that have no form there, or none with their derivatives: factorisations, sorting, and functions in more digits than float32 has. */
const REFUSED = [
  ...['all', 'any', 'argMax', 'argMin', 'argSort', 'sort', 'sortedPlaces', 'topK', 'searchSorted', 'median', 'quantile'],
  ...['cumMax', 'cumMin', 'cumSum', 'runningSum', 'fft', 'fourier', 'ifft', 'irfft', 'rfft', 'randomEntries', 'threefry'],
  ...['cholesky', 'cofactor', 'det', 'eigh', 'expm', 'inv', 'linearSystem', 'logDet', 'logm', 'lstsq', 'lu', 'pinv', 'polar', 'polarFactor', 'qr'],
  ...['signDet', 'slogdet', 'solve', 'sqrtm', 'svd', 'sylvester', 'sylvesterSystem', 'triangularSolve', 'triangularSystem'],
  ...['besselJ0', 'besselJ1', 'besselJ', 'besselI0', 'besselI1', 'besselI', 'besselI0e', 'besselI1e', 'besselIeDerivative', 'logNdtrDerivative'],
  ...['betainc', 'betaincByA', 'betaincByB', 'betaincByAA', 'betaincByAB', 'betaincByBB', 'betaDensity', 'betaincInv'],
  ...['gammainc', 'gammaincc', 'gammaincDerivative', 'gammaDensity', 'gammaincInv', 'gammainccInv'],
]

interface Judgement {
  readonly name: string
  readonly refused?: string
  readonly wrong: readonly string[]
}

interface Programs {
  readonly errors: Readonly<Record<string, number>>
  readonly stats: Readonly<Record<string, { readonly passes: number; readonly buffers: number }>>
  readonly questions: unknown
  readonly index: unknown
  readonly training: Record<string, unknown> & { losses: number[]; buffers: number[]; trained: number[] }
  readonly refused: string[]
  readonly lost: unknown
}

// Pages may make no code from text here: their policy is that of the strictest pages.
describe.skipIf(chromiumPath === undefined)('WebGPU in Chromium', () => {
  it('gives what every operator and its gradient give, to float32, or refuses it by name', { timeout: 300_000 }, async () => {
    const judgements = (await inChromium('./operators-page.ts')) as Judgement[]
    expect(judgements).toBeInstanceOf(Array)
    expect(judgements.filter(each => each.wrong.length > 0)).toEqual([])
    const refused = judgements.filter(each => each.refused !== undefined)
    expect(refused.map(each => each.name).sort()).toEqual(REFUSED.sort())
    for (const each of refused) expect(each.refused).toMatch(/^compile: step \d+: \w+ has no form for WebGPU/)
  })

  it('runs programs, keeps parameters on the device, and says what was wrong', { timeout: 300_000 }, async () => {
    const found = (await inChromium('./programs-page.ts')) as Programs
    for (const [name, error] of Object.entries(found.errors)) expect(error, name).toBeLessThan(1e-5)
    expect(found.questions).toEqual([4, 6, 10, 3, 2])
    expect(found.index).toEqual([true, 'ShapeError: take: index 3 is out of range for axis 0 of shape [3, 2].'])
    const { losses, buffers, sent, isThere, trained, dtype, reading, disposed } = found.training
    expect(losses.every((each, i) => i === 0 || each <= (losses[i - 1] as number))).toBe(true)
    expect([buffers[1], buffers[2], sent, isThere, dtype]).toEqual([buffers[0], buffers[0], 0, true, 'float32'])
    ;[2, -1, 0.5].forEach((each, i) => void expect(trained[i]).toBeCloseTo(each, 3))
    expect(reading).toContain('await value.read()')
    expect(disposed).toContain('was disposed of')
    expect(found.refused[0]).toContain('WebGPU has no float64')
    expect(found.refused[1]).toContain('OptionError')
    expect(found.refused[2]).toContain('beyond 2²⁴')
    expect(found.lost).toEqual([6, expect.stringContaining('the WebGPU device was lost: it was destroyed')])
  })

  it('trains the network of the gallery as the page itself does', { timeout: 120_000 }, async () => {
    const { found, wanted, accuracies } = (await inChromium('./digits-page.ts')) as { found: number[]; wanted: number[]; accuracies: number[] }
    found.forEach((loss, i) => void expect(loss).toBeCloseTo(wanted[i] as number, 3))
    expect(wanted.at(-1)).toBeLessThan(0.8 * (wanted[0] as number))
    expect(accuracies[0]).toBeCloseTo(accuracies[1] as number, 1)
  })

  it('computes the levels of the playground, but where a function asks which way to go', { timeout: 120_000 }, async () => {
    const found = (await inChromium('./playground-page.ts')) as { levels: [string, number, number]; branches: [string, number] }
    expect(found.levels.slice(0, 2)).toEqual(['the GPU', 3072])
    expect(found.levels[2]).toBeLessThan(1e-5)
    expect(found.branches).toEqual(['JavaScript', 0])
  })
})
