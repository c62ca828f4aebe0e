import { spawnSync } from 'node:child_process'
import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'
import { runModule } from '../results.ts'

const main = fileURLToPath(new URL('../../src/cli/main.ts', import.meta.url))
const folder = mkdtempSync(join(tmpdir(), 'dualtape-'))

function dualtape(...args: string[]) {
  const { status, stdout, stderr } = spawnSync(process.execPath, ['--import', 'tsx', main, ...args], { encoding: 'utf8' })
  return { status, stdout, stderr }
}

function file(name: string, text: string): string {
  const path = join(folder, name)
  writeFileSync(path, text)
  return path
}

describe('dualtape', () => {
  it('prints the Jacobian and the plan that made it', () => {
    const { status, stdout, stderr } = dualtape('jacobian', '[x^2*y; 5x + sin(y)]', '--at', 'x=1,y=2')
    expect([status, stderr]).toEqual([0, ''])
    expect(stdout).toMatch(/\[1\] +4 +1\n\[2\] +5 +-0\.4161468365\n/)
    expect(stdout).toMatch(/Jacobian of 2 outputs with respect to 2 inputs[\s\S]*Taken: forward/)
  })

  it('speaks JSON with all digits', () => {
    expect(JSON.parse(dualtape('jacobian', '[x^2*y; 5x + sin(y)]', '--at', 'x=1,y=2', '--mode', 'reverse', '--json').stdout)).toMatchObject({
      variables: ['x', 'y'],
      jacobian: [
        [4, 1],
        [5, Math.cos(2)],
      ],
      plan: { mode: 'reverse' },
    })
    expect(JSON.parse(dualtape('hessian', 'x^2*y', '--at', 'x=1,y=2', '--json').stdout)).toEqual({
      variables: ['x', 'y'],
      hessian: [
        [4, 2],
        [2, 0],
      ],
    })
  })

  it('takes points from files, and differentiates by what --wrt names', () => {
    const point = file('point.json', '{"A": [[1, 2], [3, 4]], "w": [1, 1], "b": [1, 0]}')
    expect(JSON.parse(dualtape('grad', 'sum((A*w - b).^2)', '--at', point, '--wrt', 'w', '--json').stdout)).toEqual({
      variables: ['w'],
      gradient: { w: [46, 64] },
    })
  })

  it('draws, compiles and checks', async () => {
    const module = file(
      'curve.mjs',
      `import { exp, mul } from ${JSON.stringify(fileURLToPath(new URL('../../src/index.ts', import.meta.url)))}\nexport const f = ({ x, y }) => [mul(x, exp(y)), x]`,
    )
    const out = join(folder, 'compiled.mjs')
    expect(dualtape('compile', `${module}#f`, '--at', 'x=2,y=0', '--out', out)).toMatchObject({ status: 0, stderr: '' })
    const { default: compiled } = (await import(out)) as { default: (p: object) => number[] }
    expect(compiled({ x: 3, y: 1 })).toEqual([3 * Math.E, 3])
    const wasm = join(folder, 'compiled.wasm')
    expect(dualtape('compile', `${module}#f`, '--at', 'x=2,y=0', '--out', wasm).stdout).toMatch(/operations, \d+ bytes/)
    const { code, memory } = await runModule(readFileSync(wasm), [3, 1])
    expect([code, memory[3]]).toEqual([0, 3])
    expect(memory[2]).toBeCloseTo(3 * Math.E, 14)
    expect(dualtape('graph', 'x^2*y', '--at', 'x=1,y=2', '--format', 'svg').stdout).toMatch(/<svg[\s\S]*mul[\s\S]*<\/svg>/)
    expect(dualtape('graph', 'x^2*y', '--at', 'x=1,y=2').stdout).toMatch(/^digraph/)
    expect(JSON.parse(dualtape('graph', 'x^2*y', '--at', 'x=1,y=2', '--json').stdout)).toMatchObject({ format: 'dualtape-graph' })
    expect(dualtape('check', 'x^2*y', '--at', 'x=1,y=2').stdout).toMatch(/agree with finite differences/)
    expect(dualtape('graph', 'x', '--at', 'x=1', '--format', 'png')).toMatchObject({ status: 2 })
  })

  it('takes functions from modules', () => {
    const module = file(
      'model.mjs',
      `import { mul } from ${JSON.stringify(fileURLToPath(new URL('../../src/index.ts', import.meta.url)))}\nexport const f = ({ x, y }) => [mul(x, y), x]`,
    )
    expect(JSON.parse(dualtape('jacobian', `${module}#f`, '--at', 'x=2,y=3', '--json').stdout).jacobian).toEqual({ x: [3, 1], y: [2, 0] })
    expect(dualtape('jacobian', `${module}#g`, '--at', 'x=2').stderr).toMatch(/exports no function g. It exports f/)
  })

  it('times derivatives', () => {
    const { stdout, status } = dualtape('bench', 'x^2*y', '--at', 'x=1,y=2', '--json')
    expect(status).toBe(0)
    const times = JSON.parse(stdout)['x^2*y']
    expect(Object.keys(times)).toEqual(['value', expect.stringMatching(/^Jacobian/), 'compiled Jacobian'])
    for (const time of Object.values(times)) expect(time).toBeGreaterThan(0)
  })

  it('fits a model', () => {
    const data = file('points.csv', 'x,y\n1,2.1\n2,3.9\n3,6.2\n4,7.8\n')
    const { status, stdout } = dualtape('fit', 'a*x + b', '--data', data, '--start', 'a=1,b=0', '--json')
    const fit = JSON.parse(stdout)
    expect(status).toBe(0)
    // The line of least squares, by the normal equations.
    expect(fit.parameters.a).toBeCloseTo(1.94, 12)
    expect(fit.parameters.b).toBeCloseTo(0.15, 12)
    expect(fit.converged).toBe(true)
  })

  it('says how to call it', () => {
    expect(dualtape('--help')).toMatchObject({ status: 0, stderr: '' })
    expect(dualtape('--help').stdout).toMatch(/dualtape jacobian .*--at/)
    expect(dualtape().status).toBe(2)
  })

  it.each([
    [['jacobian', 'x^2*z', '--at', 'x=1'], 1, /no value for the variable z. Given: x.\n {2}x\^2\*z\n {6}\^/],
    [['jacobian', '[x^2*y; 5x + sin(y', '--at', 'x=1,y=2'], 1, /Parenthesis \) expected[^\n]*\n {2}\[x\^2\*y; 5x \+ sin\(y\n {20}\^/],
    [['grad', 'siin(x)', '--at', 'x=1'], 1, /no function siin/],
    [['grad', '[x; x]', '--at', 'x=1'], 1, /grad: the function must return one scalar/],
    [['frob'], 2, /there is no command frob/],
    [['jacobian', 'x', '--at', 'x'], 2, /"x" is not of the form name=value/],
    [['jacobian', 'x', '--frob'], 2, /--frob/],
    [['jacobian', 'x', '--at', 'nowhere.json'], 1, /nowhere\.json cannot be read: ENOENT/],
    [['jacobian', 'x', '--at', 'x=1', '--mode', 'up'], 1, /mode is 'auto'/],
    [['fit', 'a*x', '--data', file('bad.csv', 'x,y\n1,2\n2,oops\n3,4\n'), '--start', 'a=1'], 1, /line 3: "oops" in column y is not a number/],
    [['fit', 'a*x', '--data', file('short.csv', 'x,y\n1,2\n2\n3,4\n'), '--start', 'a=1'], 1, /line 3 has 1 values, where 2 were expected/],
    [['fit', 'a*x', '--data', file('z.csv', 'x,z\n1,2\n2,3\n3,4\n'), '--start', 'a=1'], 1, /no column y.*Columns: x, z/],
    [['fit', 'a*x', '--data', file('few.csv', 'x,y\n1,2\n'), '--start', 'a=1'], 1, /1 data rows do not determine 1 parameters/],
    [['fit', 'log(a)*x', '--data', file('nan.csv', 'x,y\n1,2\n2,4\n3,5\n'), '--start', 'a=-1'], 1, /residuals at the start are not finite/],
  ])('fails on bad input with one clear message: %j', (args, status, message) => {
    const result = dualtape(...args)
    expect(result.status).toBe(status)
    expect(result.stderr).toMatch(message)
    expect(result.stdout).toBe('')
  })

  it('says when a fit does not converge, shows the best so far, and exits with 1', () => {
    const data = file('flat.csv', 'x,y\n1,1\n2,1\n3,1\n4,1\n')
    const { status, stdout, stderr } = dualtape('fit', 'exp(-a*x)', '--data', data, '--start', 'a=800')
    expect(status).toBe(1)
    expect(stderr).toMatch(/the fit did not converge: .*Try another --start/)
    expect(stdout).toMatch(/^ +value/)
  })
})
