import { readdirSync } from 'node:fs'
import { determinant, inverse as inverseOf, Matrix } from 'ml-matrix'
import { beforeAll, describe, expect, it } from 'vitest'
import type * as BlackScholes from '../../docs/gallery/black-scholes.ts'
import type * as BundleAdjustment from '../../docs/gallery/bundle-adjustment.ts'
import type * as Chemistry from '../../docs/gallery/chemistry.ts'
import type * as CurveFit from '../../docs/gallery/curve-fit.ts'
import type * as Diagram from '../../docs/gallery/diagram.ts'
import type * as Digits from '../../docs/gallery/digits.ts'
import type * as Epidemic from '../../docs/gallery/epidemic.ts'
import type * as GaussianProcess from '../../docs/gallery/gaussian-process.ts'
import type * as KalmanFilter from '../../docs/gallery/kalman-filter.ts'
import type * as Pendulum from '../../docs/gallery/pendulum.ts'
import type * as RobotArm from '../../docs/gallery/robot-arm.ts'
import type * as Truss from '../../docs/gallery/truss.ts'
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

  it('prices the option of Hull’s book, with Greeks of the closed forms', async () => {
    const { greeks, impliedVolatility } = await module<typeof BlackScholes>('black-scholes')
    // Hull, Options, Futures, and Other Derivatives, example of the section on the formula: 4.76 for 42, 40, 10 %, 20 %, half a year.
    const option = { share: 42, strike: 40, years: 0.5, rate: 0.1, volatility: 0.2 }
    const found = greeks(option)
    expect(found.price).toBeCloseTo(4.76, 2)
    const root = Math.sqrt(option.years)
    const d1 = (Math.log(42 / 40) + (0.1 + 0.02) * 0.5) / (0.2 * root)
    const d2 = d1 - 0.2 * root
    // N(0.7693) and N(0.6278) as printed there.
    expect([d1, d2].map(each => each.toFixed(4))).toEqual(['0.7693', '0.6278'])
    const density = Math.exp((-d1 * d1) / 2) / Math.sqrt(2 * Math.PI)
    expect(found.delta).toBeCloseTo(0.7791, 4)
    expect(found.gamma).toBeCloseTo(density / (42 * 0.2 * root), 12)
    expect(found.vega).toBeCloseTo(42 * density * root, 10)
    expect(found.rho).toBeCloseTo(40 * 0.5 * Math.exp(-0.05) * 0.7349, 2)
    expect(found.theta).toBeCloseTo((-42 * density * 0.2) / (2 * root) - 0.1 * 40 * Math.exp(-0.05) * 0.7349, 2)
    expect(found.vanna).toBeCloseTo((-density * d2) / 0.2, 10)
    expect(found.volga).toBeCloseTo((found.vega * d1 * d2) / 0.2, 10)
    expect(found.charm).toBeCloseTo((-density * (2 * 0.1 * 0.5 - d2 * 0.2 * root)) / (2 * 0.5 * 0.2 * root), 10)
    expect(impliedVolatility(found.price, option)).toBeCloseTo(0.2, 9)
  })

  it('has the likelihood and the gradient of Rasmussen and Williams’ formulas, by inverse and determinant', async () => {
    const { anomalies, learn, predict, slopeOf, years } = await module<typeof GaussianProcess>('gaussian-process')
    const [x, y] = [years.slice(0, 12), anomalies.slice(0, 12)]
    const logs = { length: 1, amplitude: -1, noise: -2 }
    const kernel = (a: number, b: number) => Math.exp(2 * logs.amplitude) * Math.exp((-((a - b) ** 2) * Math.exp(-2 * logs.length)) / 2)
    const covariance = new Matrix(x.map((a, i) => x.map((b, k) => kernel(a, b) + (i === k ? Math.exp(2 * logs.noise) : 0))))
    const inverse = inverseOf(covariance)
    const alpha = inverse.mmul(Matrix.columnVector(y))
    const surprise = 0.5 * Matrix.rowVector(y).mmul(alpha).get(0, 0) + 0.5 * Math.log(determinant(covariance)) + 6 * Math.log(2 * Math.PI)
    const changes = {
      length: (a: number, b: number) => kernel(a, b) * (a - b) ** 2 * Math.exp(-2 * logs.length),
      amplitude: (a: number, b: number) => 2 * kernel(a, b),
      noise: (a: number, b: number) => (a === b ? 2 * Math.exp(2 * logs.noise) : 0),
    }
    const [value, slope] = slopeOf(x, y)(logs)
    expect(value).toBeCloseTo(surprise, 9)
    // (5.9): −½ tr((α αᵀ − K⁻¹) ∂K).
    const outer = alpha.mmul(alpha.transpose()).sub(inverse)
    for (const name of ['length', 'amplitude', 'noise'] as const) {
      const change = new Matrix(x.map(a => x.map(b => changes[name](a, b))))
      expect(slope[name]).toBeCloseTo(-0.5 * outer.mmul(change).trace(), 9)
    }
    const { mean } = predict(x, y, [1885.5], logs)
    expect(mean[0]).toBeCloseTo(
      Matrix.rowVector(x.map(a => kernel(a, 1885.5)))
        .mmul(alpha)
        .get(0, 0),
      9,
    )
    const found = learn(x, y, logs)
    expect(found.status).toBe('converged')
    expect(found.value).toBeLessThan(value)
  })

  it('finds Durbin and Koopman’s variances of the Nile, and smooths as least squares do', async () => {
    const { flow, learn, smooth } = await module<typeof KalmanFilter>('kalman-filter')
    const { x } = learn()
    // Time Series Analysis by State Space Methods, section 2.10: 15,099 and 1,469.1.
    expect(Math.exp(x.measurement)).toBeCloseTo(15099, -1)
    expect(Math.exp(x.movement)).toBeCloseTo(1469.1, 0)
    // The level that makes Σ (y − a)² / measurement + Σ (aₜ₊₁ − aₜ)² / movement least, by its normal equations.
    const [y, measurement, movement] = [flow.slice(0, 30), 15099, 1469.1]
    const normal = Matrix.eye(30, 30).div(measurement)
    for (let t = 0; t + 1 < 30; t++)
      for (const [i, k, sign] of [
        [t, t, 1],
        [t + 1, t + 1, 1],
        [t, t + 1, -1],
        [t + 1, t, -1],
      ] as const)
        normal.set(i, k, normal.get(i, k) + sign / movement)
    const level = inverseOf(normal).mmul(Matrix.columnVector(y)).div(measurement).to1DArray()
    smooth(y, { measurement, movement }).forEach((each, t) => expect(each).toBeCloseTo(level[t]!, 6))
  })

  it('finds the lightest truss that is known, in equilibrium', async () => {
    const { bars, excess, joints, lightest, stresses, weight } = await module<typeof Truss>('truss')
    const demand = { load: 1e5, stress: 25e3, displacement: 2 }
    const { x, status } = lightest(demand)
    expect(status).toBe('converged')
    // Among others Haftka and Gürdal, Elements of Structural Optimization (1992): 5,060.85 pounds, and 1,593.2 by stress alone.
    expect(weight(x)).toBeCloseTo(5060.85, 1)
    expect(Math.max(...excess(x, demand))).toBeLessThan(1e-6)
    expect(weight(lightest({ ...demand, displacement: 1e3 }).x)).toBeCloseTo(1593.2, 1)
    const forces = stresses(x, demand.load).map((each, k) => each * x[k]!)
    for (let joint = 0; joint < 4; joint++) {
      const sum = [0, joint % 2 === 1 ? -1e5 : 0]
      bars.forEach(([a, b], k) => {
        if (a !== joint && b !== joint) return
        const [from, to] = [joints[joint]!, joints[a === joint ? b : a]!]
        const length = Math.hypot(to[0] - from[0], to[1] - from[1])
        sum[0]! += (forces[k]! * (to[0] - from[0])) / length
        sum[1]! += (forces[k]! * (to[1] - from[1])) / length
      })
      for (const each of sum) expect(Math.abs(each)).toBeLessThan(1e-4)
    }
  })

  it('ends where the test set for stiff problems does, with sensitivities that are differences', async () => {
    const { rates, sensitivities, solved, species } = await module<typeof Chemistry>('chemistry')
    // Mazzia and Magherini, Test Set for IVP Solvers: problem POLLU at 60 minutes.
    const published = { NO2: 0.5646255480022769e-1, NO: 0.1342484130422339, O3: 0.552314020748436e-2, HCHO: 0.7784249118997964e-1, OH: 0.1464541863493966e-6 }
    for (const method of ['rodas', 'bdf'] as const) {
      const end = solved(60, rates, method).y.at(-1) as number[]
      for (const [name, value] of Object.entries(published))
        expect(Math.abs(end[species.indexOf(name)]! / value - 1)).toBeLessThan(method === 'rodas' ? 1e-5 : 1e-4)
    }
    const ozone = (k: number[]) => solved(60, k).y.at(-1)![species.indexOf('O3')]!
    const changed = (r: number, by: number) => ozone(rates.map((rate, i) => (i === r ? rate * (1 + by) : rate)))
    const found = sensitivities('O3', 60)
    for (const r of [0, 1, 13]) expect(found[r]).toBeCloseTo((changed(r, 0.01) - changed(r, -0.01)) / (0.02 * ozone(rates)), 2)
  })

  it('adjusts a bundle to the truth where nothing is noisy, and by what degrees of freedom leave where it is', async () => {
    const { adjust, makeScene, turned } = await module<typeof BundleAdjustment>('bundle-adjustment')
    const exact = makeScene(5, 0)
    const found = adjust(exact.start, exact.sightings)
    expect(found.status).toBe('converged')
    // Up to the scale, which pictures do not tell: distances from the first camera are in proportion.
    const eye = ([x, y, z]: number[]) => Math.hypot(x!, y!, z!)
    const inCamera = (points: number[][]) =>
      points.map(point => turned(exact.truth.cameras[0]!.turn, point).map((each, k) => each + exact.truth.cameras[0]!.shift[k]!))
    const [a, b] = [inCamera(found.x.points), inCamera(exact.truth.points)]
    const scale = eye(a[0]!) / eye(b[0]!)
    a.forEach((point, i) => point.forEach((each, k) => expect(each / scale).toBeCloseTo(b[i]![k]!, 5)))
    // Uniform noise of ±s has variance s² / 3; 7 of the unknowns are without effect, 6 of them fixed with the first camera.
    const noisy = makeScene(8, 0.003)
    const { value } = adjust(noisy.start, noisy.sightings)
    const freedom = 2 * noisy.sightings.length - (6 * 7 + 3 * noisy.truth.points.length - 1)
    expect(Math.sqrt((2 * value) / freedom) / (0.003 / Math.sqrt(3))).toBeGreaterThan(0.9)
    expect(Math.sqrt((2 * value) / freedom) / (0.003 / Math.sqrt(3))).toBeLessThan(1.1)
    // A quarter turn about the third axis.
    turned([0, 0, Math.PI / 2], [1, 2, 3]).forEach((each, k) => expect(each).toBeCloseTo([-2, 1, 3][k]!, 12))
  })

  it('lays out circles so that rules hold, by geometry', async () => {
    const { begin, layOut, readRules } = await module<typeof Diagram>('diagram')
    const { names, rules, faults } = readRules('a contains b\na contains c\nb disjoint c\nd overlaps a\nd disjoint b\nnonsense')
    expect(faults).toEqual(['nonsense'])
    const { x } = layOut(begin(names), rules)
    for (const { kind, a, b } of rules) {
      const [p, q] = [x[a]!, x[b]!]
      const distance = Math.hypot(p.x - q.x, p.y - q.y)
      if (kind === 'contains') expect(distance + q.radius).toBeLessThan(p.radius)
      else if (kind === 'disjoint') expect(distance).toBeGreaterThan(p.radius + q.radius)
      else expect(Math.abs(p.radius - q.radius) < distance && distance < p.radius + q.radius).toBe(true)
    }
    const held = layOut({ ...x, d: { ...x.d!, x: 60, y: 60 } }, rules, 'd')
    expect([held.x.d!.x, held.x.d!.y]).toEqual([60, 60])
  })

  it('learns digits, and reads those that it has not seen', async () => {
    const { default: loader } = (await import('../../docs/gallery/digits.data.ts')) as { default: { load(): { trained: string; held: string } } }
    const { accuracy, probabilities, saliency, training, unpack } = await module<typeof Digits>('digits')
    const [images, held] = Object.values(loader.load()).map(each => unpack(Uint8Array.from(Buffer.from(each, 'base64')))) as [Digits.Images, Digits.Images]
    expect([images.digits.length, held.digits.length]).toEqual([1200, 300])
    const trained = training(images, 0.003)
    for (let i = 0; i < 300; i++) trained.step()
    expect(accuracy(trained.parameters, held)).toBeGreaterThan(0.85)
    // log p₀ − log p₁ is the difference of two scores, whose gradients are compared with differences, in float32.
    const pixels = held.pixels.slice(0, 196)
    const odds = (x: Float32Array) => ((p: number[]) => Math.log(p[0]! / p[1]!))(probabilities(trained.parameters, x))
    const [zero, one] = [0, 1].map(digit => saliency(trained.parameters, pixels, digit)) as [Float32Array, Float32Array]
    for (const k of [60, 90, 120]) {
      const [more, less] = [1, -1].map(sign => odds(pixels.map((each, i) => (i === k ? each + 0.01 * sign : each)))) as [number, number]
      expect((more - less) / 0.02).toBeCloseTo(zero[k]! - one[k]!, 1)
    }
  })
})
