import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { build } from 'esbuild'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { esbuild } from '../../src/plugin/index.ts'

/*
 * Numerical routines of packages as they are published, marked as a whole by the plugin's option `include`, and differentiated. What
 * they give is held against closed forms, or against second methods where it says so.
 */

// biome-ignore lint/suspicious/noExplicitAny: what packages without types export
type Any = any

const PACKAGES = [
  'odex',
  'newton-raphson-method',
  'integrate-adaptive-simpson',
  'cubic-spline',
  'gamma',
  'bessel',
  'cannon-es',
  'fft.js',
  'ml-matrix',
  'bezier-js',
]
const root = fileURLToPath(new URL('../..', import.meta.url))
let folder: string
let lib: Any

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'dualtape-packages-'))
  const outfile = join(folder, 'all.mjs')
  const contents = [
    ...PACKAGES.map((name, i) => `import * as package${i} from '${name}'`),
    `export const packages = { ${PACKAGES.map((name, i) => `'${name}': package${i}`).join(', ')} }`,
    "export * from 'dualtape'",
  ].join('\n')
  await build({
    stdin: { contents, resolveDir: root },
    bundle: true,
    format: 'esm',
    platform: 'node',
    outfile,
    alias: { dualtape: join(root, 'src/index.ts'), 'dualtape/plugin/runtime': join(root, 'src/plugin/runtime.ts') },
    plugins: [esbuild({ include: path => PACKAGES.some(name => path.includes(`/node_modules/${name}/`)) })],
    logLevel: 'silent',
  })
  lib = await import(pathToFileURL(outfile).href)
})
afterAll(() => {
  rmSync(folder, { recursive: true })
})

const named = (name: string) => lib.packages[name].default ?? lib.packages[name]
/** Numbers that agree to so many digits. */
const near = (found: Any, wanted: Any, digits: number) => {
  const [a, b] = [found, wanted].map(each => [each].flat(3) as number[]) as [number[], number[]]
  expect(a.length).toBe(b.length)
  a.forEach((x, i) => expect(Math.abs(x - (b[i] as number)), `${x} and ${b[i]}`).toBeLessThan(10 ** -digits * (1 + Math.abs(b[i] as number))))
}
/** Central differences of fourth order. */
const differences = (f: (x: number) => number, x: number, h = 1e-3) => (8 * (f(x + h) - f(x - h)) - (f(x + 2 * h) - f(x - 2 * h))) / (12 * h)

describe('packages as they are', () => {
  it('odex: the flow of an ordinary differential equation by its initial value and rate', () => {
    const { Solver } = named('odex')
    const flow = ([y0, k]: [number, number]) => {
      const solver = new Solver(1)
      solver.relativeTolerance = solver.absoluteTolerance = 1e-11
      // The logistic equation y' = k y (1 − y), whose solution is y0 eᵏᵗ / (1 − y0 + y0 eᵏᵗ).
      return solver.solve((_t: number, [y]: [Any]) => [lib.mul(lib.mul(k, y), lib.sub(1, y))], 0, [y0], 2).y[0]
    }
    const [y0, k, e] = [0.2, 0.7, Math.exp(1.4)]
    const below = 1 - y0 + y0 * e
    const slopes = [e / below ** 2, (2 * e * y0 * (1 - y0)) / below ** 2]
    near(flow([y0, k]), (y0 * e) / below, 9)
    near(lib.grad(flow)([y0, k]), slopes, 8)
    near(lib.jacobian(flow, { mode: 'forward' })([y0, k]), slopes, 8)
  })

  it('newton-raphson-method: a root by what its equation holds', () => {
    const newton = named('newton-raphson-method')
    // x² = a from 2: dx/da = 1 / (2 √a).
    const rootOf = (a: number) =>
      newton(
        (x: Any) => lib.sub(lib.mul(x, x), a),
        (x: Any) => lib.mul(2, x),
        2,
        { tolerance: 1e-12, maxIterations: 40 },
      )
    near([rootOf(3), lib.grad(rootOf)(3), lib.derivative(lib.derivative(rootOf))(3)], [Math.sqrt(3), 0.5 / Math.sqrt(3), -0.25 * 3 ** -1.5], 10)
  })

  it('integrate-adaptive-simpson: an integral by its bounds and what stands below it', () => {
    const integrate = named('integrate-adaptive-simpson')
    // ∫ e^(−k x) from 0 to b = (1 − e^(−k b)) / k.
    const area = ([k, b]: [Any, Any]) => integrate((x: Any) => lib.exp(lib.neg(lib.mul(k, x))), 0, b, 1e-11, 30)
    const [k, b] = [0.8, 1.5]
    const e = Math.exp(-k * b)
    near(area([k, b]), (1 - e) / k, 10)
    near(lib.grad(area)([k, b]), [(b * e) / k - (1 - e) / k ** 2, e], 9)
  })

  it('cubic-spline: an interpolant by its place and its values', () => {
    const Spline = named('cubic-spline')
    const xs = [0, 1, 2.5, 3, 4.2]
    const ys = [1, 0.5, -0.3, 0.2, 1.1]
    const at = ([x, values]: [Any, Any]) => new Spline(xs, values).at(x)
    const [byPlace, byValues] = lib.grad(at)([1.7, ys])
    near(
      byPlace,
      differences(x => at([x, ys]), 1.7),
      9,
    )
    // It is linear in its values: its derivatives are the interpolants of units, whose sum is 1.
    near(
      byValues,
      ys.map((_, i) => at([1.7, ys.map((__, j) => (i === j ? 1 : 0))])),
      12,
    )
    near(
      byValues.reduce((a: number, c: number) => a + c),
      1,
      12,
    )
  })

  it('gamma and bessel: special functions', () => {
    const gamma = named('gamma')
    // Γ′(1) = −γ, Γ′(1/2) = √π (−γ − 2 ln 2): DLMF 5.4.12, 5.4.13.
    const euler = 0.5772156649015329
    near([lib.grad(gamma)(1), lib.grad(gamma)(0.5)], [-euler, Math.sqrt(Math.PI) * (-euler - 2 * Math.LN2)], 9)
    const { besselj, bessely } = named('bessel')
    // J₀′ = −J₁ and Y₀′ = −Y₁: DLMF 10.6.3, with values of table 9.1 of Abramowitz and Stegun.
    near(lib.grad((x: number) => besselj(x, 0))(1), -0.4400505857449335, 6)
    near(lib.grad((x: number) => bessely(x, 0))(2), 0.1070324315409375, 6)
  })

  it('cannon-es: where a ball comes down, by its speed and gravity', () => {
    const { World, Body, Sphere, Vec3 } = lib.packages['cannon-es']
    const [steps, dt] = [40, 1 / 60]
    const height = ([v, g]: [Any, Any]) => {
      const world = new World({ gravity: new Vec3(0, g, 0) })
      const ball = new Body({ mass: 2, shape: new Sphere(0.5), linearDamping: 0 })
      ball.velocity.set(1, v, 0)
      world.addBody(ball)
      for (let i = 0; i < steps; i++) world.step(dt)
      return ball.position.y
    }
    // Symplectic Euler steps: y = n v h + g h² n (n + 1) / 2.
    const slopes = [steps * dt, (dt ** 2 * steps * (steps + 1)) / 2]
    near(height([3, -9.81]), 3 * (slopes[0] as number) - 9.81 * (slopes[1] as number), 12)
    near(lib.grad(height)([3, -9.81]), slopes, 12)
  })

  it('fft.js: the power of a frequency by a signal', () => {
    const FFT = named('fft.js')
    const power = (signal: Any) => {
      const fft = new FFT(8)
      const out = fft.createComplexArray()
      fft.realTransform(out, signal)
      return lib.add(lib.mul(out[4], out[4]), lib.mul(out[5], out[5]))
    }
    const signal = [0.3, -1, 2, 0.5, 1, -0.7, 0.2, 1.4]
    const angle = (i: number) => (2 * Math.PI * 2 * i) / 8
    const part = (f: (x: number) => number) => signal.reduce((all, x, i) => all + x * f(angle(i)), 0)
    near(
      lib.grad(power)(signal),
      signal.map((_, i) => 2 * (part(Math.cos) * Math.cos(angle(i)) + part(Math.sin) * Math.sin(angle(i)))),
      12,
    )
  })

  it('ml-matrix: determinants, and solutions of linear systems', () => {
    const { Matrix, determinant, solve } = lib.packages['ml-matrix']
    const A = [[4, 1, 0.5], [1, 3, -1], [0.2, -1, 2]] // biome-ignore format: a matrix
    const det = lib.grad((a: Any) => determinant(new Matrix(a)))(A)
    // ∂ det A / ∂ A = det A · A⁻ᵀ (Jacobi).
    const inverse = new Matrix(lib.inv(lib.tensor(A)).toArray())
    near(
      det,
      inverse
        .transpose()
        .mul(lib.det(lib.tensor(A)))
        .to2DArray(),
      12,
    )
    const b = [1, 2, 3]
    const x = lib.jacobian((right: Any) => solve(new Matrix(A), Matrix.columnVector(right)).to1DArray())(b)
    near(x, inverse.to2DArray(), 12)
  })

  it('bezier-js: the length of a curve by its control points', () => {
    const { Bezier } = lib.packages['bezier-js']
    const length = (p: Any) => new Bezier([0, 2, 4, 6].map(i => ({ x: p[i], y: p[i + 1] }))).length()
    const p = [0, 0, 1, 2, 3, -1, 4, 1]
    const slopes = p.map((at, i) => differences(t => length(p.map((x, j) => (i === j ? t : x))), at))
    near(lib.grad(length)(p), slopes, 8)
  })
})
