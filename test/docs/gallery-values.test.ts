import { readdirSync } from 'node:fs'
import { beforeAll, describe, expect, it } from 'vitest'
import type * as CurveFit from '../../docs/gallery/curve-fit.ts'
import type * as Epidemic from '../../docs/gallery/epidemic.ts'
import type * as Pendulum from '../../docs/gallery/pendulum.ts'
import type * as RobotArm from '../../docs/gallery/robot-arm.ts'
import { galleryModules } from './gallery-modules.ts'

/*
 * What the pages of the gallery compute, against published values and second methods.
 */

const NAMES = readdirSync(new URL('../../docs/gallery/', import.meta.url))
  .filter(file => file.endsWith('.ts') && !file.endsWith('.data.ts'))
  .map(file => file.replace('.ts', ''))
let module: Awaited<ReturnType<typeof galleryModules>>
beforeAll(async () => {
  module = await galleryModules(NAMES)
})

describe('the gallery', () => {
  it('fits the bell that NIST certifies', async () => {
    const { fitBell, transmittances } = await module<typeof CurveFit>('curve-fit')
    const { x, standardDeviations, status } = fitBell(transmittances)
    expect(status).toBe('converged')
    expect([x.area / 1.5543827178, x.width / 4.0888321754, x.centre / 4.5154121844e2].map(each => Math.abs(each - 1) < 1e-7)).toEqual([true, true, true])
    expect(standardDeviations!.area).toBeCloseTo(1.5408051163e-2, 8)
    expect(standardDeviations!.width).toBeCloseTo(4.6803020753e-2, 8)
    expect(standardDeviations!.centre).toBeCloseTo(4.6800518816e-2, 8)
  })

  it('finds the rates of the epidemic that Murray reports, and sensitivities that are differences of solutions', async () => {
    const { fitRates, infectedAt, sensitivities } = await module<typeof Epidemic>('epidemic')
    const { x } = fitRates()
    // Murray, Mathematical Biology I (2002), section 10.2: ρ = 202 of 763, r = 2.18e-3 for each person.
    expect(x.infection / x.recovery).toBeCloseTo(763 / 202, 1)
    expect(x.infection / 763).toBeCloseTo(2.18e-3, 4)
    const [h, times] = [1e-3, [3, 6, 10]]
    const found = sensitivities(times, x)
    for (const rate of ['infection', 'recovery'] as const) {
      const [more, less] = [1, -1].map(sign => infectedAt(times, { ...x, [rate]: x[rate] + sign * h })) as [number[], number[]]
      times.forEach((_, i) => expect(found[rate][i]! / ((more[i]! - less[i]!) / (2 * h))).toBeCloseTo(1, 3))
    }
  })

  it('bends an arm of two pieces as the law of cosines says, and moves the hand by cross products', async () => {
    const { hand, handJacobian, joints, reach } = await module<typeof RobotArm>('robot-arm')
    const { x } = reach([2, 1], [0.1, 0.9], [2, 1.5], 0)
    expect(Math.abs(x[1]!)).toBeCloseTo(Math.acos((2 ** 2 + 1 ** 2 - 2 ** 2 - 1.5 ** 2) / (2 * 2 * 1.5)), 5)
    const [angles, lengths] = [
      [0.3, -0.8, 1.1],
      [1, 1.5, 0.5],
    ]
    const at = hand(angles, lengths)
    const pivots = joints(angles, lengths).slice(0, 3)
    const turned = [pivots.map(([, y]) => y! - at[1]!), pivots.map(([px]) => at[0]! - px!)]
    handJacobian(angles, lengths).forEach((row, i) => row.forEach((each, k) => expect(each).toBeCloseTo(turned[i]![k]!, 12)))
  })

  it('turns a rod without weight with the torques that the calculus of variations gives', async () => {
    const { effort, STEPS, swingUp } = await module<typeof Pendulum>('pendulum')
    const free = { gravity: 0, damping: 0, time: 2, torque: 100 }
    const { x, status } = swingUp(free, new Array(STEPS).fill(0))
    expect(status).toBe('converged')
    // u = 6π / T² (1 − 2t / T), with ∫ u² dt = 12π² / T³; pieces of constant torque can do a little worse.
    expect(effort(x, free) / ((12 * Math.PI ** 2) / 8)).toBeGreaterThan(1)
    expect(effort(x, free) / ((12 * Math.PI ** 2) / 8)).toBeLessThan(1.0005)
    x.forEach((torque, i) => expect(torque).toBeCloseTo(((6 * Math.PI) / 4) * (1 - (2 * (i + 0.5)) / STEPS), 2))
  })
})
