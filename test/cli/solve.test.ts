import { describe, expect, it } from 'vitest'
import { called } from './called.ts'

async function solved(...args: string[]) {
  const { stdout, stderr } = await called(...args, '--json')
  expect(stderr).toBe('')
  return JSON.parse(stdout)
}

describe('dualtape minimize', () => {
  const banana = '(1-x)^2 + 100*(y-x^2)^2'

  it('finds a minimum, and shows it with what it took', async () => {
    const { status, stdout, stderr } = await called('minimize', banana, '--start', 'x=-1,y=1')
    expect([status, stderr]).toEqual([0, ''])
    expect(stdout).toMatch(/^x = 1\ny = 1\nvalue \S+\nafter \d+ iterations: The gradient is 0.*\nnewton: /)
  })

  it('keeps to constraints, as published for the unit disc', async () => {
    // MathWorks, fmincon: minimum of Rosenbrock's function on the unit disc, [0.7864 0.6177].
    const { x } = await solved('minimize', banana, '--start', 'x=-1,y=1', '--subject-to', 'x^2 + y^2 <= 1')
    expect([x.x, x.y].map(each => each.toFixed(4))).toEqual(['0.7864', '0.6177'])
    const { x: on } = await solved('minimize', 'x^2 + y^2', '--start', 'x=3,y=5', '--subject-to', 'x + y >= 2; x = 3*y')
    expect([on.x, on.y]).toEqual([expect.closeTo(1.5, 6), expect.closeTo(0.5, 6)])
  })

  it('keeps to bounds, with constants, lists and methods', async () => {
    const { x, plan } = await solved('minimize', 'sum((v - c).^2)', '--start', 'v=[1,2]', '--at', 'c=[3,4]', '--upper', 'v=3.5', '--method', 'lbfgs')
    expect([x, plan.method]).toEqual([{ v: [expect.closeTo(3, 6), 3.5] }, 'lbfgs'])
  })
})

describe('dualtape root', () => {
  it.each([['x^2 + y^2 = 4; x = y'], ['[x^2 + y^2 - 4; x - y]'], ['x^2 + y^2 == 4; x - y']])('solves %s', async text => {
    const { x } = await solved('root', text, '--start', 'x=1,y=2')
    expect([x.x, x.y]).toEqual([expect.closeTo(Math.SQRT2, 9), expect.closeTo(Math.SQRT2, 9)])
  })
})

describe('what cannot be solved', () => {
  it.each([
    [['root', 'x^2 + 1', '--start', 'x=1'], 1, /root ended as (singular|stalled)/],
    [['minimize', 'x', '--start', 'x=1'], 1, /minimize ended as unbounded/],
    [['minimize', 'x^2'], 2, /minimize needs --start/],
    [['minimize', 'x^2', '--start', 'x=1', '--method', 'bfgs'], 2, /no method bfgs\. There are: auto, lbfgs/],
    [['minimize', 'x^2', '--start', 'x=1', '--subject-to', 'x'], 2, /a list of comparisons/],
    [['minimize', 'x^2', '--start', 'x=1', '--subject-to', '0 <= x <= 1'], 2, /one comparison is wanted/],
    [['minimize', 'x^2', '--start', 'x=1', '--subject-to', 'x <='], 2, /a side is empty/],
    [['minimize', 'x^2', '--start', 'x=1', '--lower', 'y=1'], 2, /y is no variable of --start/],
    [['minimize', 'x^2', '--start', 'x=1', '--lower', 'toString=1'], 2, /toString is no variable of --start/],
    [['minimize', 'x^2', '--start', 'x=1', '--subject-to', ' ; '], 2, /a list of comparisons/],
    [['minimize', 'x^2', '--start', 'x=1', '--at', 'x=2'], 2, /x is an unknown, with a value of --start/],
    [['root', 'x^2 = a', '--start', 'x=1', '--at', 'a=2,x=2'], 2, /x is an unknown, with a value of --start/],
    [['root', 'x^2 < 2', '--start', 'x=1'], 2, /< is no equation/],
  ] as const)('%s', async (args, status, message) => {
    const { status: found, stderr } = await called(...args)
    expect([found, stderr]).toEqual([status, expect.stringMatching(message)])
  })
})
