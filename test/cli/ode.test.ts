import { mkdtempSync, readFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { called } from './called.ts'

const ode = (...args: string[]) => called('ode', ...args)

async function columns(...args: string[]): Promise<Record<string, number[]>> {
  const { stdout, stderr } = await ode(...args, '--json', '--points', '3')
  expect(stderr).toBe('')
  return JSON.parse(stdout)
}

describe('dualtape ode', () => {
  it('solves an equation of second order, and shows the solution with what it took', async () => {
    const { status, stdout, stderr } = await ode("x'' = -k*x", '--at', 'k=4', '--start', "x=1,x'=0", '--span', '0,1', '--points', '3')
    expect([status, stderr]).toEqual([0, ''])
    expect(stdout).toMatch(
      /^t +x +x'\n0 +1 +0\n0\.5 +0\.5403\d* +-1\.682\d*\n1 +-0\.4161\d* +-1\.818\d*\nReached t = 1\. \d+ steps, \d+ evaluations\.\ndopri5: explicit/,
    )
  })

  it.each([["x' = v; v' = -x"], ['dx/dt = v\nd/dt v = -x'], ["a = -x; x' = v; v' = a"], ["x'=v;v'=t >= 5 ? 0 : -x"]])('reads %s', async text => {
    const { t, x, v } = await columns(text, '--start', 'x=1,v=0', '--span', '0,2')
    expect(t).toEqual([0, 1, 2])
    expect(x).toEqual([0, 1, 2].map(each => expect.closeTo(Math.cos(each), 5)))
    expect(v).toEqual([0, 1, 2].map(each => expect.closeTo(-Math.sin(each), 5)))
  })

  it('reads higher orders, and the time', async () => {
    // x''' = 6 t with x = x' = x'' = 0 is t⁴ / 4.
    for (const text of ["x''' = 6*t", 'd^3x/dt^3 = 6*t', 'd3x/dt3 = 6*t']) {
      const { x } = await columns(text, '--start', "x=0,x'=0,x''=0", '--span', '0,2', '--method', 'bdf', '--rtol', '1e-8')
      expect(x?.[2]).toBeCloseTo(4, 4)
    }
  })

  it('has states that are vectors', async () => {
    const found = await columns("x' = A*x", '--at', 'A=[[0,1],[-1,0]]', '--start', 'x=[1,0]', '--span', '0,1')
    expect([found['x[1]']?.[2], found['x[2]']?.[2]]).toEqual([expect.closeTo(Math.cos(1), 5), expect.closeTo(-Math.sin(1), 5)])
  })

  it('gives derivatives by parameters and starts', async () => {
    const found = await columns("y' = -k*y", '--at', 'k=2', '--start', 'y=3', '--span', '0,1', '--wrt', 'k, y', '--rtol', '1e-8')
    expect(found['dy/dk']?.[2]).toBeCloseTo(-3 * Math.exp(-2), 6)
    expect(found['dy/dy']?.[2]).toBeCloseTo(Math.exp(-2), 6)
  })

  it('writes CSV', async () => {
    const path = join(mkdtempSync(join(tmpdir(), 'ode-')), 'solution.csv')
    const { stdout } = await ode("x'' = -x", '--start', "x=1,x'=0", '--span', '0,1', '--out', path)
    expect(stdout).toMatch(/^Reached t = 1/)
    const lines = readFileSync(path, 'utf8').split('\n')
    expect(lines.slice(0, 2)).toEqual(['t,x,"x\'"', '0,1,0'])
    expect(lines.length).toBe(203)
  })

  it('draws a plot, with a curve for each state', async () => {
    const path = join(mkdtempSync(join(tmpdir(), 'ode-')), 'solution.svg')
    expect((await ode("x'' = -x", '--start', "x=1,x'=0", '--span', '0,6', '--out', path)).status).toBe(0)
    const svg = readFileSync(path, 'utf8')
    expect(svg).toMatch(/^<svg /)
    expect(svg.match(/>x(&#39;)?</g)).toEqual(['>x<', '>x&#39;<'])
    expect(svg.match(/<path [^>]*fill="none"/g)?.length).toBeGreaterThanOrEqual(2)
  })

  it('ends with 1 where the solution ends early, with what there is of it', async () => {
    const { status, stdout, stderr } = await ode("y' = y^2", '--start', 'y=1', '--span', '0,2', '--points', '5')
    expect(status).toBe(1)
    expect(stdout).toMatch(/0\.5 +2\.00000/)
    expect(stderr).toMatch(/^dualtape: the solution ended early: No step beyond t = 1\.0/)
  })

  it.each([
    [[], 2, /ode needs equations/],
    [["y' = y"], 2, /needs --start .* and --span/],
    [['y + 1', '--start', 'y=1', '--span', '0,1'], 1, /"y \+ 1" is no equation such as/],
    [['y = 1', '--start', 'y=1', '--span', '0,1'], 1, /no equation has a derivative on its left side/],
    [["y' = 1; y' = 2", '--start', 'y=1', '--span', '0,1'], 1, /y has two equations/],
    [["t' = t", '--start', 't=1', '--span', '0,1'], 1, /t is the time/],
    [["y' = t; t = 2*y", '--start', 'y=1', '--span', '0,1'], 1, /t is the time/],
    [["x' = y''", '--start', 'x=1', '--span', '0,1'], 1, /y'' is used, but no equation says what it is/],
    [['d^2x/dt^3 = 1', '--start', 'x=1', '--span', '0,1'], 1, /two different orders, 2 and 3/],
    [["y' = k*y", '--start', 'y=1', '--span', '0,1'], 2, /--at: the parameter k needs a value/],
    [["y'' = y", '--start', 'y=1', '--span', '0,1'], 2, /--start: the state y' needs a value/],
    [["y' = y", '--start', 'y=1,z=1', '--span', '0,1'], 2, /no state z\. They have y/],
    [["y' = y", '--start', 'y=1', '--span', '0'], 2, /--span: takes 2 numbers, as in 0,10/],
    [["y' = y", '--start', 'y=1', '--span', '0,1', '--points', '1'], 2, /integer from 2/],
    [["y' = y", '--start', 'y=1', '--span', '0,1', '--method', 'euler'], 2, /there is no method euler/],
    [["y' = y", '--start', 'y=1', '--span', '0,1', '--wrt', 'k'], 1, /k is no number of --at or --start/],
    [["y' = y +", '--start', 'y=1', '--span', '0,1'], 1, /./],
  ])('says what is wrong: %j', async (args, status, message) => {
    const found = await ode(...args)
    expect(found.status).toBe(status)
    expect(found.stderr).toMatch(message)
  })
})
